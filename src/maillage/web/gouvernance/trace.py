"""What became of one remontée, from end to end: meetings, answer, decisions, amendments, actions, measures.

What a room above this one adds (the yearly bilan) it registers, as desks take what they do not know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.francais import mesure_exacte
from maillage.sdaasp.gouvernance.remontees import NOMS, ActeRemontee
from maillage.sdaasp.programme.structure import list_fiches_of
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison, get_libelle
from maillage.web.gouvernance import models, queries
from maillage.web.gouvernance.presentation import require_lire
from maillage.web.gouvernance.views import frame
from maillage.web.programme import models as programme
from maillage.web.programme.discussion import list_amendements
from maillage.web.programme.indicateurs.queries import list_indicateurs
from maillage.web.programme.lecture import read_programme
from maillage.web.suivi.queries import find_objet

AU_PLUS = 12
"""Actions and measures shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class Maillon:
    """One link of the chain: what, its address (empty: none), when and how far, in words."""

    titre: str
    lien: str = ""
    texte: str = ""


@dataclass(frozen=True, slots=True)
class EtapeDeTrace:
    """A part of the chain: its links, how many more there are, what is said when there is none."""

    titre: str
    maillons: tuple[Maillon, ...]
    vide: str
    de_plus: int = 0


Lister = Callable[[Any, models.RemonteeDeposee], list[Maillon]]
BILANS: list[Lister] = []
"""(person, remontée) → where the yearly bilans tell of it; a room above adds its own."""
ORIGINES: list[Lister] = []
"""(person, remontée) → what made it go up, said by somebody outside; a room above adds its own."""


@login_required
@require_GET
@never_cache
@require_lire
def trace(request: HttpRequest, cle: str) -> HttpResponse:
    """Everything that came of a remontée, on one page."""
    row = queries.get(request.user, "remontee", cle)
    context = frame("remontees") | {"objet": row, "etapes": list_etapes(request.user, row)}
    return render(request, "gouvernance/trace.html", context)


def list_etapes(personne: Any, row: models.RemonteeDeposee) -> list[EtapeDeTrace]:
    """The chain, in its order; a part that has nothing yet says so."""
    reperes = queries.read_reperes()
    decisions = list(models.Decision.objects.filter(remontee=row.cle).select_related("seance"))
    numbers = [one.amendement for one in decisions if one.amendement]
    amendements = list(list_amendements(personne).filter(pk__in=numbers).order_by("pk"))
    about = dict.fromkeys(key for key in (row.objet, *(one.objet for one in amendements)) if key)
    actions = _list_actions(row, list(about))
    measures = list(list_indicateurs([*about, *(one.cle for one in actions)]))
    answer = "Elle attend une réponse." if not row.close else "Aucune décision n’y répond."
    said = tuple(one for lister in ORIGINES for one in lister(personne, row))
    return [
        *([EtapeDeTrace("Ce qui a été signalé", said, "")] if said else []),
        EtapeDeTrace("Ce qui est remonté", _tell_start(personne, row), ""),
        EtapeDeTrace("Son chemin", _tell_path(row, reperes), "Aucun comité ne s’en est saisi."),
        EtapeDeTrace("Décisions", tuple(map(_tell_decision, decisions)), answer),
        EtapeDeTrace(
            "Amendements du schéma", tuple(map(_tell_amendement, amendements)), "Aucun n’en est issu."
        ),
        _cut("Déclinaisons", [_tell_action(one) for one in actions], "Aucune déclinaison n’en dépend."),
        _cut("Indicateurs", [_tell_measure(one) for one in measures], "Rien ne la mesure encore."),
        EtapeDeTrace("Bilan annuel", _list_bilans(personne, row), "Aucun bilan n’en parle encore."),
    ]  # fmt: skip


def _cut(titre: str, found: list[Maillon], vide: str) -> EtapeDeTrace:
    return EtapeDeTrace(titre, tuple(found[:AU_PLUS]), vide, max(0, len(found) - AU_PLUS))


def _tell_start(personne: Any, row: models.RemonteeDeposee) -> tuple[Maillon, ...]:
    said = f"déposée le {row.deposee_le:%d/%m/%Y} : {row.texte}"
    told = Maillon(row.get_nature_display(), row.get_absolute_url(), said)
    about = find_objet(row.objet) if row.objet else None
    if about is None or not about.is_lisible(personne):
        return (told,)
    return (told, Maillon(str(about), about.get_absolute_url(), "ce dont elle parle"))


def _tell_path(row: models.RemonteeDeposee, reperes: queries.Reperes) -> tuple[Maillon, ...]:
    steps = row.valeur.etapes
    keys = [step.seance for step in steps if step.seance]
    seances = {one.cle: one for one in models.Seance.objects.filter(cle__in=keys)}
    found = []
    for step in steps:
        met = seances.get(step.seance)
        where = reperes.name_seance(met) if met else reperes.name_comite(step.comite)
        day = f"{step.le:%d/%m/%Y}"
        held = f", séance du {met.jour:%d/%m/%Y}" if met else ""
        if step.acte is not ActeRemontee.DEPOSER or held:
            said = f" : {step.texte}" if step.texte else ""
            link = met.get_absolute_url() if met else ""
            found.append(Maillon(f"{NOMS[step.acte]}, {where}{held}", link, f"{day}{said}"))
    return tuple(found)


def _tell_decision(one: models.Decision) -> Maillon:
    until = f", pour le {one.echeance:%d/%m/%Y}" if one.echeance else ""
    who = f", {one.responsable}" if one.responsable else ""
    said = f"{one.texte} ({one.get_etat_display()}{who}{until})"
    return Maillon(one.reference, one.get_absolute_url(), said)


def _tell_amendement(one: programme.Amendement) -> Maillon:
    version = programme.VersionDuSchema.objects.filter(amendement=one.pk).values_list("numero", flat=True)
    made = f", version {version[0]} du schéma" if version else ""
    day = f", a pris effet le {one.applique_le:%d/%m/%Y}{made}" if one.applique_le else ""
    if one.effet_le and not one.applique_le:
        day = f", prend effet le {one.effet_le:%d/%m/%Y}"
    link = f"{reverse('programme:amendements')}#amendement-{one.pk}"
    return Maillon(str(one), link, f"{one.etat_libelle}{day}")


def _list_actions(row: models.RemonteeDeposee, keys: list[str]) -> list[programme.Declinaison]:
    """The declinaisons that carry out what it speaks of, in its arrondissement when it has one."""
    rows = programme.Declinaison.objects.none()
    whole = read_programme()
    for key in keys:
        if any(one.cle == key for one in whole.declinaisons):
            rows |= programme.Declinaison.objects.filter(cle=key)
        elif any(one.cle == key for one in whole.objectifs):
            rows |= programme.Declinaison.objects.filter(cles_op__contains=f" {key} ")
        else:
            fiches = list_fiches_of(whole, key)
            themes = [fiche.theme for fiche in whole.fiches if fiche.cle in fiches]
            rows |= programme.Declinaison.objects.filter(theme__in=themes)
    if row.territoire:
        rows = rows.filter(arrondissement=row.territoire)
    return list(rows.order_by("annee", "ordre", "cle"))


def _tell_action(one: programme.Declinaison) -> Maillon:
    state = get_libelle(StatutDeclinaison(one.statut) if one.statut else None)
    name = one.libelle or "Déclinaison à confirmer"
    return Maillon(name, one.get_absolute_url(), f"{one.annee}, {state.lower()}")


def _tell_measure(one: programme.IndicateurSuivi) -> Maillon:
    values = sorted((value for value in one.valeurs.all() if value.etat == "validee"), key=lambda v: v.date)
    if not values:
        return Maillon(one.libelle, one.get_absolute_url(), "aucune valeur validée")
    said = values[-1].texte or mesure_exacte(values[-1].valeur, one.unite)
    return Maillon(one.libelle, one.get_absolute_url(), f"{said}, le {values[-1].date:%d/%m/%Y}")


def _list_bilans(personne: Any, row: models.RemonteeDeposee) -> tuple[Maillon, ...]:
    return tuple(one for lister in BILANS for one in lister(personne, row))
