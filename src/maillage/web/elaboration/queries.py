"""Reads of the making of a schema: events, paroles, what they led to, figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from maillage.catalogue.noms import plier
from maillage.sdaasp.elaboration.modele import EtatEvenement
from maillage.sdaasp.elaboration.paroles import A_LIRE, EtatParole
from maillage.sdaasp.elaboration.synthese import SyntheseElaboration, compute_synthese
from maillage.web.comptes.models import Organisation
from maillage.web.elaboration.models import CACHEES, Elaboration, Evenement, Parole
from maillage.web.elaboration.rules import TABLE
from maillage.web.partenaires.queries import list_lignes
from maillage.web.programme import models as programme
from maillage.web.suivi.queries import get_lisible


def get(personne: Any, sorte: str, cle: str) -> Any:
    """One object of an élaboration that this person may read, or a 404."""
    found = get_lisible(personne, sorte, cle)
    if found.espace != "elaboration":
        raise Http404("Rien de tel ici.")
    return found


def list_elaborations() -> list[Elaboration]:
    """All of them, the newest first, with how many events and paroles each has."""
    rows = Elaboration.objects.annotate(
        nombre_evenements=Count("evenements", distinct=True),
        nombre_paroles=Count("paroles", filter=Q(paroles__issue_de=""), distinct=True),
    )
    return list(rows.order_by("-debut", "-pk"))


def list_evenements(elaboration: Elaboration) -> list[Evenement]:
    """Its events in their order, with how many paroles each brought."""
    rows = elaboration.evenements.annotate(nombre_paroles=Count("paroles", filter=Q(paroles__issue_de="")))
    return list(rows.order_by("debut", "pk"))


def list_values(elaboration: Elaboration) -> list[Any]:
    """Every parole as the rules know it: one query."""
    return [row.valeur for row in elaboration.paroles.select_related("evenement").order_by("pk")]


def read_synthese(elaboration: Elaboration) -> SyntheseElaboration:
    """The figures: two queries."""
    events = [row.valeur for row in elaboration.evenements.order_by("debut", "pk")]
    return compute_synthese(events, list_values(elaboration))


@dataclass(frozen=True, slots=True)
class FiltresParoles:
    """What a sorting table shows; empty: everything. ``etat``: a state, or ``attente`` for all that waits."""

    etat: str = "attente"
    theme: str = ""
    territoire: str = ""
    evenement: str = ""
    case: str = ""
    texte: str = ""


def list_paroles(personne: Any, elaboration: Elaboration, filtres: FiltresParoles) -> QuerySet[Parole]:
    """The paroles of a sorting table, in the order they came; hidden ones for who may moderate them.

    Words are looked for as they are written, whatever their case. ``theme`` or ``territoire`` « - »: none.
    """
    rows = elaboration.paroles.select_related("evenement").order_by("recue_le", "pk")
    if filtres.etat == "attente":
        rows = rows.filter(etat__in=[state.value for state in A_LIRE])
    elif filtres.etat:
        rows = rows.filter(etat=filtres.etat)
    for name in ("theme", "territoire", "case"):
        if said := getattr(filtres, name):
            rows = rows.filter(**{name: "" if said == "-" else said})
    if filtres.evenement:
        rows = rows.filter(evenement__cle=filtres.evenement)
    for word in filtres.texte.split()[:6]:
        rows = rows.filter(texte__icontains=word)
    return rows.exclude(_hide(personne))


def _hide(personne: Any) -> Q:
    """What is not moderated, or was refused, outside the perimeters that this person moderates."""
    hidden = Q(etat__in=[state.value for state in CACHEES])
    if personne.is_superuser:
        return Q(pk__in=[])
    seen = Q(pk__in=[])
    for mandat in personne.mandats_en_cours:
        if mandat.est_de(TABLE["trier"]) and not mandat.dimension:
            part = ~Q(pk__in=[])
            part &= Q(theme=mandat.theme) if mandat.theme else part
            place = mandat.territoire.removeprefix("arrondissement:")
            part &= Q(territoire=place) if place else part
            seen |= part
    return hidden & ~seen


def count_states(elaboration: Elaboration) -> dict[str, int]:
    """State → how many paroles are in it."""
    return Counter(elaboration.paroles.order_by().values_list("etat", flat=True))


def list_family(row: Parole) -> dict[str, Any]:
    """What a parole was split from or into, what it joined, what joined it: two queries."""
    steps = row.valeur.etapes
    into = [key for step in steps for key in (*step.parts, step.vers) if key]
    keys = {*into, row.issue_de} - {""}
    near = {one.cle: one for one in Parole.objects.filter(cle__in=keys)}
    joined = [
        one
        for one in Parole.objects.filter(elaboration=row.elaboration_id, etat=EtatParole.REUNIE).order_by(
            "pk"
        )
        if one.etapes and row.cle in {step.get("vers") for step in one.etapes}
    ]
    return {
        "origine": near.get(row.issue_de),
        "parts": [near[key] for key in into if key in near],
        "reunies": joined,
    }


def list_led_to(cle: str) -> list[Parole]:
    """The paroles that led to an object of the programme, in the order they came."""
    rows = Parole.objects.filter(objets__contains=f" {cle} ").select_related("evenement", "elaboration")
    return list(rows.order_by("recue_le", "pk"))


def count_led_to() -> Counter[str]:
    """Key of an object of the programme → how many paroles led to it: one query."""
    held = Parole.objects.exclude(objets="").order_by().values_list("objets", flat=True)
    return Counter(key for objets in held for key in objets.split())


def find_amendements(paroles: Iterable[Parole]) -> dict[int, programme.Amendement]:
    """Number → amendment, of all that paroles were carried by: one query."""
    numbers = {step.get("amendement") for row in paroles for step in row.etapes}
    return programme.Amendement.objects.in_bulk(numbers - {None}) if numbers - {None} else {}


def list_known_organisations(evenement: Evenement, jour: date) -> list[str]:
    """The organisations that bear on the themes and the place of an event, from who is who."""
    themes = evenement.themes or [""]
    lines = [line for theme in themes for line in list_lignes(jour, theme, evenement.territoire)]
    return sorted({line.organisation for line in lines if line.organisation}, key=plier)


def list_organisations() -> list[str]:
    """Every organisation known here, to choose from as one types."""
    return list(Organisation.objects.order_by("nom").values_list("nom", flat=True)[:2000])


def find_open(code: str, jour: date) -> Evenement:
    """The event that an open address names on this day, or a 404 that says nothing more."""
    rows = Evenement.objects.select_related("elaboration").exclude(code="")
    found = get_object_or_404(rows, code=code.upper())
    if not found.is_open(jour) or found.elaboration.fin is not None:
        raise Http404("Ce recueil est fermé.")
    return found


def list_to_prepare(jour: date, last: date) -> list[Evenement]:
    """The events that come before ``last`` or were held and not counted, of élaborations that go on."""
    rows = Evenement.objects.filter(elaboration__fin=None).select_related("elaboration")
    coming = Q(etat__in=[EtatEvenement.PREVU, EtatEvenement.INVITE], debut__lte=last)
    return list(rows.filter(coming).order_by("debut", "pk"))


def list_to_sort() -> list[Parole]:
    """What waits to be moderated, sorted or decided, in élaborations that go on; texts left in the base."""
    rows = Parole.objects.filter(elaboration__fin=None, etat__in=[s.value for s in A_LIRE])
    only = rows.select_related("elaboration").defer("texte", "etapes").order_by("pk")
    return list(only[:5000])


def list_written(elaboration: Elaboration) -> list[tuple[str, str]]:
    """(key of its event or empty, text) of each parole: one query."""
    rows = elaboration.paroles.order_by("pk").values_list("evenement__cle", "texte")
    return [(event or "", text) for event, text in rows]
