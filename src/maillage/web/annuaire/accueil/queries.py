"""Reads of the reception desk: orientations of one's teams, who accepts them, what the link shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from maillage.annuaire.orientation import ETATS_ORIENTATION, EXPIREE, ActeOrientation, SuiviOrientation
from maillage.web.annuaire.accueil.equipe import list_equipes, may_answer
from maillage.web.annuaire.accueil.models import LienDeReponse, OrientationEnvoyee, StructureAccueillante
from maillage.web.annuaire.models import FicheTenue
from maillage.web.comptes import secret
from maillage.web.socle.atlas import AtlasOuvert

A = ActeOrientation
ETATS: Final = (*ETATS_ORIENTATION.values(), EXPIREE)
COTES: Final = {"recues": "reçues", "envoyees": "envoyées"}


@dataclass(frozen=True)
class LigneOrientation:
    """An orientation as a list shows it, ``suivi`` on the day.

    ``recue``: whether one's team answers it, ``envoyee``: whether it sent it; a team may do both.
    """

    orientation: OrientationEnvoyee
    suivi: SuiviOrientation
    recue: bool
    envoyee: bool


def _list_rows(personne: Any) -> QuerySet[OrientationEnvoyee]:
    teams = list_equipes(personne, "orienter")
    rows = OrientationEnvoyee.objects.filter(Q(equipe__in=teams) | Q(accueillante__organisation__in=teams))
    return rows.select_related("accueillante__fiche", "equipe").order_by("-envoyee_le", "-pk")


def list_orientations(personne: Any, jour: date) -> list[LigneOrientation]:
    """Those that one's teams sent or answer, the newest first: 1 query, two months at most."""
    sent = set(list_equipes(personne, "orienter"))
    found = (_make_line(personne, row, sent, jour) for row in _list_rows(personne))
    return [one for one in found if one.recue or one.envoyee]


def _make_line(personne: Any, row: OrientationEnvoyee, sent: Collection[int], jour: date) -> LigneOrientation:
    return LigneOrientation(
        row, row.follow(jour), may_answer(personne, row.accueillante), row.equipe_id in sent
    )


def filter_lines(
    lines: Sequence[LigneOrientation], cote: str, etat: str, besoin: str
) -> list[LigneOrientation]:
    """Those of a side (``COTES``), a state in words, a need; empty keeps all.

    One that a team sent to itself is on both sides.
    """
    return [
        one
        for one in lines
        if (cote != "recues" or one.recue)
        and (cote != "envoyees" or one.envoyee)
        and (not etat or one.suivi.etat == etat)
        and (not besoin or one.orientation.besoin == besoin)
    ]


def get_orientation(personne: Any, pk: int) -> LigneOrientation:
    """One that this person's team sent or answers; for others it does not exist: 1 query."""
    row = _list_rows(personne).filter(pk=pk).first()
    sent = list_equipes(personne, "orienter")
    line = None if row is None else _make_line(personne, row, sent, timezone.localdate())
    if line is None or not (line.recue or line.envoyee):
        raise Http404("Cette orientation n’existe pas, ou n’est pas de votre équipe.")
    return line


def get_by_link(jeton: str) -> OrientationEnvoyee:
    """The orientation that a secret link answers; 404 for any other: 1 query."""
    rows = LienDeReponse.objects.select_related("orientation__accueillante__fiche", "orientation__equipe")
    found = rows.filter(empreinte=secret.empreinte(jeton)).first()
    if found is None:
        raise Http404(
            "Ce lien ne mène à aucune orientation : elle a été effacée, ou un lien plus récent le remplace."
        )
    return found.orientation  # type: ignore[no-any-return]


def get_structure(pk: int) -> FicheTenue:
    """A structure of the directory; 404 for anything else: 1 query."""
    found = FicheTenue.objects.filter(pk=pk, sorte=FicheTenue.Sorte.STRUCTURE, disparue_le=None).first()
    if found is None:
        raise Http404("Cette structure n’est pas dans l’annuaire.")
    return found


def find_arrondissement(atlas: AtlasOuvert | None, structure: FicheTenue) -> str:
    """The code of the arrondissement of a structure; empty when the atlas does not say."""
    town = atlas.territoire("commune", structure.code_insee) if atlas and structure.code_insee else None
    return (town.parents.get("arrondissement") or "") if town else ""


def read_accueillantes() -> dict[str, StructureAccueillante]:
    """Id of the structure → what it accepts, those that accept today: 1 query."""
    rows = StructureAccueillante.objects.filter(ouverte=True, fiche__disparue_le=None)
    return {row.fiche.ident: row for row in rows.select_related("fiche").order_by("pk")}
