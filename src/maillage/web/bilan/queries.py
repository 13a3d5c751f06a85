"""Reads of bilans: who is asked, who still owes what, which meetings may consolidate or validate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from maillage.sdaasp.bilan.contributions import PartDuBilan, find_rappel, list_declinaisons
from maillage.sdaasp.bilan.etats import ActeBilan, EtatBilan, Marche
from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme.vocabulaire import A_CONFIRMER, get_libelle
from maillage.web.bilan.models import BilanAnnuel, ContributionEcrite
from maillage.web.bilan.rules import PILOTES
from maillage.web.comptes.models import Mandat
from maillage.web.gouvernance.models import Seance
from maillage.web.gouvernance.queries import Reperes
from maillage.web.programme.lecture import read_programme


@dataclass(frozen=True)
class PorteeDeBilan:
    """The arrondissement whose part is consolidated, as permissions read it."""

    territoire: str

    @property
    def perimetre(self) -> Perimetre:
        """That arrondissement."""
        return Perimetre(territoires=frozenset({f"arrondissement:{self.territoire}"}))


@dataclass(frozen=True)
class Pilotes:
    """The mandates that run today and are asked for contributions."""

    mandats: Sequence[Mandat]

    def list_for(self, part: PartDuBilan) -> list[Mandat]:
        """Those who pilot this very part; for the whole, who runs the schema."""
        return [mandat for mandat in self.mandats if is_asked(mandat, part)]


def is_asked(mandat: Mandat, part: PartDuBilan) -> bool:
    """Whether whoever holds this mandate is asked for this part."""
    if part.theme is None:
        return mandat.role == Mandat.Role.CHARGE_MISSION
    place = f"arrondissement:{part.arrondissement}" if part.arrondissement else ""
    return mandat.role in PILOTES and mandat.territoire == place and mandat.theme in ("", part.theme)


def read_pilotes() -> Pilotes:
    """Those of today, in one query."""
    today = timezone.localdate()
    rows = Mandat.objects.filter(personne__is_active=True).select_related("organisation", "personne")
    return Pilotes([row for row in rows if row.portee.en_cours(today)])


@dataclass(frozen=True)
class LigneDeContribution:
    """A contribution in a list: its theme and place in words, the next reminder (null once given)."""

    objet: ContributionEcrite
    theme: str
    lieu: str
    rappel: date | None
    en_retard: bool


def list_contributions(row: BilanAnnuel, reperes: Reperes, jour: date) -> list[LigneDeContribution]:
    """Those of a bilan, in the order in which it is read."""
    return [_show(one, reperes, jour) for one in row.contributions.all()]


def _show(row: ContributionEcrite, reperes: Reperes, jour: date) -> LigneDeContribution:
    late = row.rendue_le is None and row.echeance < jour
    theme = reperes.noms.themes.get(row.theme, row.theme) or "Ensemble du schéma"
    place = reperes.noms.arrondissements.get(row.territoire, row.territoire) or "Pour le département"
    return LigneDeContribution(row, theme, place, find_rappel(row.valeur, jour), late)


def name_part(row: ContributionEcrite, reperes: Reperes) -> str:
    """« Santé, Douai »; « Santé »; « Ensemble du schéma »."""
    place = reperes.noms.arrondissements.get(row.territoire, "")
    theme = reperes.noms.themes.get(row.theme, row.theme)
    return ", ".join(part for part in (theme, place) if part) or "Ensemble du schéma"


def list_known(row: ContributionEcrite) -> list[tuple[str, str]]:
    """(declinaison, its status in words) of what a contribution tells of: what is known already."""
    held = list_declinaisons(read_programme(), row.bilan.annee)
    return [
        (d.libelle or A_CONFIRMER, get_libelle(d.statut))
        for d in held
        if d.theme == row.theme and d.arrondissement == (row.territoire or d.arrondissement)
    ]


def is_open(row: ContributionEcrite) -> bool:
    """Whether it may still be written."""
    return row.bilan.marche.is_ouverte(row.territoire or None)


def list_owed_by(personne: Any, jour: date) -> list[ContributionEcrite]:
    """What a person is asked for and has not given, the first due first."""
    rows = (
        ContributionEcrite.objects.filter(rendue_le=None).select_related("bilan").order_by("echeance", "pk")
    )
    mandats = personne.mandats_en_cours
    mine = [row for row in rows if any(is_asked(m, row.valeur.part) for m in mandats)]
    marches = {row.bilan_id: row.bilan.marche for row in mine}
    return [row for row in mine if marches[row.bilan_id].is_ouverte(row.territoire or None)]


def list_to_read(personne: Any) -> list[tuple[BilanAnnuel, str, int]]:
    """(bilan, arrondissement, contributions owed there) that this person may consolidate and nobody has."""
    found = []
    for row in BilanAnnuel.objects.order_by("annee"):
        marche = row.marche
        for place in marche.a_relire if marche.etat is EtatBilan.CONTRIBUTIONS else ():
            if personne.has_perm("bilan.relire", PorteeDeBilan(place)):
                owed = row.contributions.filter(territoire=place, rendue_le=None).count()
                found.append((row, place, owed))
    return found


def list_meetings(marche: Marche, annee: int, acte: ActeBilan, territoire: str = "") -> list[Seance]:
    """The meetings held since the year began where an act may be done, the last first."""
    comite = marche.circuit.find_comite(acte)
    rows = Seance.objects.filter(
        comite=comite, territoire=territoire, etat=EtatSeance.TENUE, jour__gte=date(annee, 1, 1)
    )
    return list(rows.order_by("-jour", "pk")) if comite else []


def list_next(marche: Marche, reperes: Reperes, jour: date) -> list[tuple[str, date | None]]:
    """(what comes next, the day of the meeting where it should be done or null when none is set)."""
    coming = {
        EtatBilan.CONTRIBUTIONS: (ActeBilan.RELIRE, "Consolidation dans les arrondissements"),
        EtatBilan.TERRITOIRES: (ActeBilan.CONSOLIDER, "Consolidation pour le département"),
        EtatBilan.CONSOLIDE: (ActeBilan.VALIDER, "Validation"),
    }.get(marche.etat)
    if coming is None:
        return []
    acte, words = coming
    if acte is ActeBilan.RELIRE and not marche.a_relire:
        acte, words = ActeBilan.CONSOLIDER, "Consolidation pour le département"
    comite = marche.circuit.find_comite(acte)
    rows = Seance.objects.filter(comite=comite, jour__gte=jour).exclude(etat=EtatSeance.ANNULEE)
    if acte is ActeBilan.RELIRE:
        rows = rows.filter(territoire__in=marche.a_relire)
    found = [(f"{words}, {reperes.name_seance(row)}", row.jour) for row in rows.order_by("jour", "pk")]
    return found or [(f"{words}, {reperes.name_comite(comite)}" if comite else words, None)]
