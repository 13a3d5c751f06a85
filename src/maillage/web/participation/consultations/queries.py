"""Reads of consultations: what is consulted, those open, comments to sort, the synthesis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from maillage.participation.consultations import (
    OU,
    QUI,
    AbsentsDUneConsultation,
    TriAvis,
    find_absent,
)
from maillage.web.participation.enquetes.queries import ResultatsEnquete, read_results
from maillage.web.participation.models import ConsultationPublique, Enquete, TexteLibre
from maillage.web.programme import models as programme
from maillage.web.programme.discussion import list_amendements
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.presentation import show_field
from maillage.web.socle.etat import VersionDesTables

CONSULTEES = ("fiche", "objectif", "declinaison")
"""Kinds of object that one consults upon, themselves or through an amendment."""


@dataclass(frozen=True, kw_only=True)
class TexteConsulte:
    """What a consultation is about: an object, or an amendment of it, and the words that are consulted."""

    objet: str
    intitule: str
    extrait: tuple[Mapping[str, str], ...]
    theme: str = ""
    territoire: str = ""
    version: int | None = None
    amendement: int | None = None


def read_objet(sorte: str, cle: str) -> TexteConsulte:
    """An object of the programme that all may read, in its present words; 404 for any other."""
    model = programme.SORTES.get(sorte) if sorte in CONSULTEES else None
    if model is None:
        raise Http404("On ne consulte pas sur cet objet.")
    row = get_object_or_404(model, cle=cle)
    if not row.is_lisible(AnonymousUser()):
        raise Http404("Cet objet n’est pas public.")
    noms = get_noms()
    said = _tell_fields(row, noms)
    if isinstance(row, programme.FicheAction):
        ops = programme.ObjectifPrioritaire.objects.filter(fiche=row.cle).order_by("ordre", "cle")
        said += tuple({"champ": "Objectif prioritaire", "texte": op.libelle} for op in ops if op.libelle)
    return TexteConsulte(
        objet=row.cle, intitule=str(row)[:400], extrait=said, version=row.version, **_place(row)
    )


def read_amendement(numero: int) -> TexteConsulte:
    """An amendment that was proposed: what it would change, before and after; 404 for any other."""
    row = get_object_or_404(list_amendements(), pk=numero)
    model = programme.SORTES.get(row.sorte) if row.sorte in CONSULTEES else None
    objet = model.objects.filter(cle=row.objet).first() if model else None
    if objet is None or not objet.is_lisible(AnonymousUser()):
        raise Http404("On ne consulte pas sur cet amendement.")
    noms = get_noms()

    def show(one: Mapping[str, Any], side: str) -> str:
        return show_field(type(objet), one["champ"], one.get(side), noms)

    said = tuple(
        {"champ": objet.name_champ(one["champ"]),
         "texte": f"Aujourd’hui : {show(one, 'avant')}\nProposé : {show(one, 'apres')}"}
        for one in row.changements
    )  # fmt: skip
    return TexteConsulte(
        objet=objet.cle, intitule=f"Amendement n° {row.pk} : {objet}"[:400], extrait=said,
        amendement=row.pk, **_place(objet),
    )  # fmt: skip


_CHAMPS = {
    "fiche": ("titre", "enjeux"),
    "objectif": ("libelle", "effets", "moyens", "freins"),
    "declinaison": ("libelle", "etapes", "moyens"),
}


def _tell_fields(row: programme.ObjetProgramme, noms: Noms) -> tuple[Mapping[str, str], ...]:
    """The fields that are consulted, in words; those that say nothing are left out."""
    fields = [name for name in _CHAMPS[row.SORTE] if hasattr(row, name) and getattr(row, name)]
    return tuple(
        {"champ": row.name_champ(name), "texte": show_field(type(row), name, getattr(row, name), noms)}
        for name in fields
    )


def _place(row: programme.ObjetProgramme) -> dict[str, str]:
    """Its one theme and its one arrondissement, empty for several or none."""
    bears = row.perimetre  # type: ignore[attr-defined]
    places = [one.partition(":")[2] for one in bears.territoires if one.startswith("arrondissement:")]
    return {
        "theme": next(iter(bears.themes)) if len(bears.themes) == 1 else "",
        "territoire": places[0] if len(places) == 1 else "",
    }


def _rows() -> QuerySet[ConsultationPublique]:
    return ConsultationPublique.objects.select_related("enquete")


def list_consultations(personne: Any, jour: date) -> list[tuple[ConsultationPublique, bool]]:
    """(consultation, whether it is open): open, published, or hers to run; those open first."""
    runs = personne.has_perm("participation.enqueter")
    rows = _rows().order_by("-enquete__ouvre_le", "-pk")
    if not runs:
        rows = rows.filter(
            Q(enquete__publiee_le__isnull=False) | Q(enquete__ouvre_le__lte=jour, enquete__ferme_le__gte=jour)
        )
    held = [(row, row.enquete.is_open(jour)) for row in rows]
    kept = [(row, is_open) for row, is_open in held if is_open or _is_shown(row, personne)]
    return sorted(kept, key=lambda pair: not pair[1])


def _is_shown(row: ConsultationPublique, personne: Any) -> bool:
    return row.enquete.publiee_le is not None or row.is_lisible(personne)


def get_consultation(personne: Any, cle: str, jour: date) -> ConsultationPublique:
    """One that this person may read; 404 for any other."""
    row = get_object_or_404(_rows(), cle=cle)
    if not (row.enquete.is_open(jour) or _is_shown(row, personne)):
        raise Http404("Cette consultation n’existe pas, ou n’est pas ouverte.")
    return row


def get_menee(personne: Any, cle: str) -> ConsultationPublique:
    """One that this person runs; 404 for others."""
    row = get_object_or_404(_rows(), cle=cle)
    if not row.is_lisible(personne):
        raise Http404("Cette consultation n’existe pas, ou n’est pas la vôtre.")
    return row


def list_open_on(objet: str, jour: date) -> list[ConsultationPublique]:
    """The consultations open on an object of the programme, or on an amendment of it."""
    rows = _rows().filter(objet=objet, enquete__ouvre_le__lte=jour, enquete__ferme_le__gte=jour)
    return [row for row in rows.order_by("pk") if row.enquete.is_open(jour)]


def _ask_version() -> tuple[Any, ...]:
    days = ("enquete__ouvre_le", "enquete__ferme_le", "enquete__publiee_le")
    told = ("cle", "objet", "intitule", "enquete__titre", *days)
    return tuple(ConsultationPublique.objects.order_by("pk").values_list(*told))


read_version = VersionDesTables("consultations", _ask_version, lambda: (ConsultationPublique, Enquete))
"""What changes with what public pages say of consultations."""


def list_avis(row: ConsultationPublique, tri: str = "a_lire") -> QuerySet[TexteLibre]:
    """Comments: ``a_lire`` nobody has read, ``tus`` not shown, else those sorted so; in no order of time."""
    rows = row.enquete.textes.order_by("id")
    if tri == "a_lire":
        return rows.filter(publie=None)
    return rows.filter(publie=False) if tri == "tus" else rows.filter(publie=True, tri=tri)


def count_avis(row: ConsultationPublique) -> Counter[str]:
    """How many comments wait (``a_lire``), are not shown (``tus``), or are sorted as each ``TriAvis``."""
    counts: Counter[str] = Counter()
    for shown, tri in row.enquete.textes.values_list("publie", "tri"):
        counts["a_lire" if shown is None else tri if shown else "tus"] += 1
    return counts


@dataclass(frozen=True, kw_only=True)
class SyntheseConsultation:
    """What a consultation gave. ``avis``: sort → (comment, its answer, the amendment it led to or null).

    ``tus``: reasons of those not shown → how many.
    """

    consultation: ConsultationPublique
    resultats: ResultatsEnquete
    avis: Mapping[TriAvis, tuple[tuple[str, str, int | None], ...]]
    tus: Mapping[str, int]
    absents: AbsentsDUneConsultation

    @property
    def recus(self) -> int:
        """How many comments were received."""
        return sum(map(len, self.avis.values())) + sum(self.tus.values())


def read_synthese(row: ConsultationPublique) -> SyntheseConsultation:
    """The synthesis of a consultation whose results are published."""
    found = read_results(row.enquete)
    rows = list(row.enquete.textes.order_by("reponse", "texte", "id"))
    shown = [one for one in rows if one.publie]
    return SyntheseConsultation(
        consultation=row,
        resultats=found,
        avis={
            tri: tuple((one.texte, one.reponse, one.amendement) for one in shown if one.tri == tri)
            for tri in TriAvis
        },
        tus=Counter(one.reponse for one in rows if one.publie is False),
        absents=find_absent(tri for tri in found.tris if tri.question.cle in {QUI, OU}),
    )


def list_to_sort(personne: Any) -> list[tuple[ConsultationPublique, int]]:
    """(consultation that she runs, how many of its comments wait), those that wait for nothing left out."""
    if not personne.has_perm("participation.enqueter"):
        return []
    waiting = TexteLibre.objects.filter(publie=None, enquete__consultation__isnull=False)
    counts = Counter(waiting.values_list("enquete__consultation", flat=True))
    rows = _rows().filter(pk__in=counts).order_by("enquete__ferme_le", "pk")
    return [(row, counts[row.pk]) for row in rows if row.is_lisible(personne)]
