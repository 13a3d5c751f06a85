"""Reads of governance: comités, a year, what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from maillage.sdaasp.gouvernance.annee import list_late, list_missing
from maillage.sdaasp.gouvernance.chargement import load_comites
from maillage.sdaasp.gouvernance.modele import Comite, Rendezvous
from maillage.sdaasp.gouvernance.remontees import AttenteRemontee, list_waiting
from maillage.sdaasp.gouvernance.seances import EtatDecision, EtatSeance, is_late
from maillage.sdaasp.programme.amendements import EN_DEBAT
from maillage.web.comptes.models import Mandat
from maillage.web.gouvernance import models
from maillage.web.programme.discussion import list_amendements
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.suivi.queries import get_lisible

A_VENIR = (EtatSeance.PREVUE, EtatSeance.CONVOQUEE)
EN_COURS = (EtatDecision.A_FAIRE, EtatDecision.EN_COURS)


@dataclass(frozen=True)
class Reperes:
    """What every page names: the schema's names, and its comités by key."""

    noms: Noms
    comites: Mapping[str, Comite]

    def name_seance(self, seance: models.Seance) -> str:
        """« CTS Cambrai »: the comité and its place."""
        known = self.comites.get(seance.comite)
        sigle = known.sigle if known else seance.comite
        return f"{sigle} {self.noms.arrondissements.get(seance.territoire, '')}".strip()

    def name_comite(self, key: str) -> str:
        """The short name of a comité; its key when it is described no more."""
        return self.comites[key].sigle if key in self.comites else key

    def name_attendue(self, asked: Rendezvous) -> str:
        """« CTS Cambrai », of a meeting that has no day."""
        place = self.noms.arrondissements.get(asked.territoire or "", "")
        return f"{self.name_comite(asked.comite)} {place}".strip()


def read_reperes() -> Reperes:
    """The names of every page, in two queries; 404 while no schema has begun."""
    noms = get_noms()
    return Reperes(noms, {comite.cle: comite for comite in list_comites(noms.schema["cle"])})


def list_comites(schema: str) -> tuple[Comite, ...]:
    """Those that the département has described, else those of the catalogue."""
    rows = models.ComiteDecrit.objects.order_by("ordre", "pk")
    return tuple(row.valeur for row in rows) or load_comites(schema)


@dataclass(frozen=True)
class Annee:
    """A year of meetings: those set, in order; those without a day; those whose period is over."""

    an: int
    seances: Sequence[models.Seance]
    manquantes: Sequence[Rendezvous]
    en_retard: Sequence[Rendezvous]


def read_annee(reperes: Reperes, an: int, jour: date) -> Annee:
    """What a year holds and lacks on a day."""
    rows = list(models.Seance.objects.filter(jour__year=an))
    set_ = [value for row in rows if (value := row.valeur)]
    comites, places = list(reperes.comites.values()), list(reperes.noms.arrondissements)
    late = list_late(comites, places, set_, an, jour)
    missing = [r for r in list_missing(comites, places, set_) if r not in late]
    return Annee(an, rows, missing, late)


def get(personne: Any, sorte: str, cle: str) -> Any:
    """One object of governance that this person may read, or a 404."""
    found = get_lisible(personne, sorte, cle)
    if found.espace != "gouvernance":
        raise Http404("Rien de tel ici.")
    return found


def list_prochaines(jour: date, territoires: Sequence[str] | None = None) -> list[models.Seance]:
    """The meetings to come, the nearest first; ``territoires``: those of the département and of these."""
    rows = models.Seance.objects.filter(jour__gte=jour, etat__in=A_VENIR)
    return list(rows if territoires is None else rows.filter(territoire__in=["", *territoires]))


def list_ouvertes(seance: models.Seance) -> list[models.Decision]:
    """The decisions of earlier meetings of the same comité, at the same place, that are not done."""
    earlier = models.Decision.objects.filter(
        seance__comite=seance.comite, territoire=seance.territoire, seance__jour__lt=seance.jour
    )
    return list(earlier.filter(etat__in=EN_COURS).select_related("seance"))


def list_a_decider(seance: models.Seance) -> list[tuple[str, str]]:
    """(key, words) of the remontées that a decision of this meeting may answer: its agenda, what waits."""
    listed = {point["objet"] for point in seance.points if point["objet"]}
    before = Q(close=False, comite=seance.comite, devant=seance.territoire)
    rows = models.RemonteeDeposee.objects.filter(before | Q(cle__in=listed))
    return [(row.cle, f"{row.get_nature_display()} : {row.texte[:100]}") for row in rows]


def list_a_regler(personne: Any) -> list[tuple[int, str]]:
    """(number, words) of the amendments that a decision may settle, where this person decides of them."""
    if not personne.has_perm("programme.instruire_amendement"):
        return []
    rows = list_amendements(personne).filter(etat__in=EN_DEBAT)
    return [(row.pk, f"n° {row.pk}, {row.objet} : {row.motif[:80]}") for row in rows]


def list_decisions_en_retard(jour: date) -> list[models.Decision]:
    """The decisions whose date has passed, the oldest first."""
    rows = models.Decision.objects.filter(etat__in=EN_COURS, echeance__lt=jour).order_by("echeance", "pk")
    return [row for row in rows if is_late(EtatDecision(row.etat), row.echeance, jour)]


def list_attentes(jour: date, comite: str = "", territoire: str = "") -> list[tuple[Any, AttenteRemontee]]:
    """(row, how long it has waited) of the remontées without an answer, before one comité or all."""
    rows = models.RemonteeDeposee.objects.filter(close=False)
    if comite:
        rows = rows.filter(comite=comite)
    if territoire:
        rows = rows.filter(territoire=territoire)
    known = {row.cle: row for row in rows}
    waiting = list_waiting([row.valeur for row in known.values()], jour)
    return [(known[one.remontee.cle], one) for one in waiting]


def list_prochaines_par_comite(jour: date, territoire: str = "") -> dict[str, date]:
    """Comité → day of its next meeting, at a place or for the whole département."""
    days: dict[str, date] = {}
    for row in list_prochaines(jour, [territoire] if territoire else []):
        days.setdefault(row.comite, row.jour)
    return days


def list_called(reperes: Reperes, seance: models.Seance) -> list[Any]:
    """The accounts that sit in the comité of a meeting, by a mandate of today that covers its place."""
    comite = reperes.comites.get(seance.comite)
    roles = comite.roles if comite else ()
    today, place = timezone.localdate(), f"arrondissement:{seance.territoire}"
    rows = Mandat.objects.filter(role__in=roles, personne__is_active=True).select_related("personne")
    found = {
        row.personne_id: row.personne
        for row in rows
        if row.portee.en_cours(today) and (not seance.territoire or row.territoire in ("", place))
    }
    return [found[key] for key in sorted(found)]


def count_convocations(seance: models.Seance) -> tuple[int, int]:
    """How many convocations to this day of a meeting have left by mail, and how many wait to."""
    rows = models.ConvocationParCourriel.objects.filter(seance=seance, jour=seance.jour)
    gone = rows.exclude(partie_le=None).count()
    return gone, rows.count() - gone
