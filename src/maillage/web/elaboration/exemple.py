"""An élaboration for who discovers the tool: invented events and paroles, told so on every page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils import timezone

from maillage.sdaasp.elaboration.modele import EtatEvenement
from maillage.sdaasp.elaboration.paroles import ActeParole, CaseDeTri, EtapeParole, OrigineParole
from maillage.web.elaboration import commands
from maillage.web.elaboration.models import Elaboration, Evenement, Parole
from maillage.web.elaboration.projet import commands as projet
from maillage.web.programme import models as programme
from maillage.web.programme.noms import Noms, get_noms

PREMIERE = "Déjà demandé à qui organise ces lignes : le schéma n’y ajoute rien."
AUTRES = "Les horaires des guichets se décident avec chaque opérateur, dans sa convention."


@cache
def read_exemple() -> dict[str, Any]:
    """What is invented."""
    return tomllib.loads((files("maillage.web.elaboration") / "exemple.toml").read_text("utf-8"))


def keep_if_none(auteur: Any) -> list[Elaboration]:
    """Write the examples in the name of ``auteur``, in charge; nothing when there is one, or no schema."""
    if Elaboration.objects.exists() or not programme.Referentiel.objects.exists():
        return []
    noms = get_noms()
    return [_keep(auteur, read_exemple()[name], noms) for name in ("elaboration", "revision")]


def _keep(auteur: Any, dit: Mapping[str, Any], noms: Noms) -> Elaboration:
    fields = {name: dit[name] for name in ("nature", "titre", "debut", "presentation")}
    row = commands.open_elaboration(auteur, fields | {"jeu_essai": True}, noms.schema["cle"])
    events = [_keep_event(auteur, row, one, noms) for one in dit["evenement"]]
    for one in dit["parole"]:
        _keep_parole(auteur, row, events[one["evenement"]], one, noms)
    if end := dit.get("fin"):
        row = commands.close_elaboration(auteur, row, row.version, end)
    return row


def _place(dit: Mapping[str, Any], noms: Noms) -> str:
    """The code of the arrondissement of this rank; the last one where there are fewer."""
    codes = list(noms.arrondissements)
    rank = dit.get("arrondissement")
    return "" if rank is None or not codes else codes[min(rank, len(codes) - 1)]


def _theme(dit: Mapping[str, Any], noms: Noms) -> str:
    said: str = dit.get("theme", "")
    return said if said in noms.themes else next(iter(noms.themes), "") if said else ""


def _keep_event(auteur: Any, row: Elaboration, dit: Mapping[str, Any], noms: Noms) -> Evenement:
    day: date = dit["debut"]
    invited = [
        {"organisation": name, "invitee": True, "reponse": "vient", "attendues": None, "presentes": count}
        for name, count in dit.get("organisations", [])
    ]
    fields = {
        "nature": dit["nature"], "titre": dit["titre"], "debut": day, "fin": day,
        "lieu": dit.get("lieu", ""), "territoire": _place(dit, noms), "invitees": invited,
        "themes": [key for key in dit.get("themes", []) if key in noms.themes], "autres": dit.get("autres"),
    }  # fmt: skip
    event = commands.add_evenement(auteur, row, fields)
    if day > timezone.localdate():
        return event
    return commands.move_evenement(auteur, event, event.version, EtatEvenement.TENU)


def _keep_parole(auteur: Any, row: Elaboration, event: Evenement, dit: Mapping[str, Any], noms: Noms) -> None:
    fields = {
        "texte": dit["texte"], "theme": _theme(dit, noms), "territoire": _place(dit, noms),
        "organisation": "", "origine": OrigineParole.ECRIT.value,
    }  # fmt: skip
    said = commands.collect(auteur, row, fields, event)
    if "hors_sujet" in dit:
        _move(auteur, said, ActeParole.ECARTER, motif=dit["hors_sujet"])
    if parts := dit.get("parties"):
        first, *others = commands.split_parole(auteur, said, said.version, parts, "Elle dit deux choses.")
        _file(auteur, first, CaseDeTri.FAIBLESSE, "", PREMIERE)
        for one in others:
            _file(auteur, one, CaseDeTri.FAIBLESSE, "", AUTRES)
    if "case" in dit:
        _file(
            auteur, said, CaseDeTri(dit["case"]), dit.get("objectif", ""), dit.get("motif") or dit["ecarte"]
        )


def _file(auteur: Any, said: Parole, case: CaseDeTri, objectif: str, motif: str) -> None:
    """Filed, then tied to an objective of the schema where it has this one, else not kept."""
    (held,) = _move(auteur, said, ActeParole.RANGER, case=case)
    if objectif and programme.ObjectifPrioritaire.objects.filter(cle=objectif).exists():
        projet.tie(auteur, {held.cle: held.version}, objectif, motif)
    else:
        _move(auteur, held, ActeParole.NE_PAS_RETENIR, motif=motif)


def _move(auteur: Any, said: Parole, acte: ActeParole, **rest: Any) -> list[Parole]:
    step = EtapeParole(acte=acte, le=timezone.localdate(), par=str(auteur), **rest)
    return commands.move_paroles(auteur, {said.cle: said.version}, step)
