"""The team of an account, which is the organisation of its mandates, and where it receives people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from maillage.annuaire.doublons.groupes import MemeLieu
from maillage.web.annuaire.accueil.models import (
    FavoriEquipe,
    OrientationEnvoyee,
    PreferenceAccueil,
    StructureAccueillante,
)
from maillage.web.annuaire.depart import PointDeDepart
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.rules import TABLE
from maillage.web.socle.atlas import AtlasOuvert

T = TypeVar("T")


def list_equipes(personne: Any, action: str = "accueillir") -> list[int]:
    """Keys of the organisations of the mandates that let this person act, the oldest mandate first."""
    if not personne.is_authenticated:
        return []
    held = sorted(personne.mandats_en_cours, key=lambda one: one.pk)
    return list(dict.fromkeys(one.organisation_id for one in held if one.role in TABLE[action]))


def find_equipe(personne: Any, action: str = "accueillir") -> int | None:
    """The team in whose name one acts; null without a mandate."""
    return next(iter(list_equipes(personne, action)), None)


def may_answer(personne: Any, accueillante: StructureAccueillante) -> bool:
    """Whether this account answers for a structure: a mandate of its organisation that covers its place."""
    mine: bool = accueillante.organisation_id in list_equipes(personne, "orienter")
    return mine and bool(personne.has_perm("annuaire.orienter", accueillante))


def may_withdraw(personne: Any, row: OrientationEnvoyee) -> bool:
    """Whether this account is of the team that sent it."""
    return row.equipe_id in list_equipes(personne, "orienter")


def read_favoris(personne: Any) -> dict[tuple[str, str], FavoriEquipe]:
    """(kind, id) of the record → what the team says of it: 1 query."""
    rows = FavoriEquipe.objects.filter(equipe__in=list_equipes(personne), fiche__disparue_le=None)
    held = rows.select_related("fiche").order_by("fiche__contenu__nom", "pk")
    return {(one.fiche.sorte, one.fiche.ident): one for one in held}


def spread_over_places(held: Mapping[str, T], groups: Mapping[str, MemeLieu]) -> dict[str, T]:
    """What is said of a structure (by id), said too of other records of its place; its own first."""
    found = dict(held)
    for ident, one in held.items():
        for sister in groups[ident].ids if ident in groups else ():
            found.setdefault(sister, one)
    return found


def spread_favoris(
    favoris: Mapping[tuple[str, str], FavoriEquipe], groups: Mapping[str, MemeLieu]
) -> dict[tuple[str, str], FavoriEquipe]:
    """Favourites by (kind, id), those of a structure holding for every record of its place."""
    homes = {ident: one for (kind, ident), one in favoris.items() if kind == "structure"}
    spread = spread_over_places(homes, groups)
    return {**favoris, **{("structure", ident): one for ident, one in spread.items()}}


def find_preference(personne: Any) -> PreferenceAccueil | None:
    """Where this account receives people: 1 query; null when it has not said."""
    rows = PreferenceAccueil.objects.select_related("fiche")
    return rows.filter(personne=personne).first()  # type: ignore[no-any-return]


def place_preference(atlas: AtlasOuvert, known: PreferenceAccueil | None) -> PointDeDepart | None:
    """The point where one receives people: its structure's, else the centre of its commune; null for none."""
    if known is None:
        return None
    row = known.fiche
    if row is not None and row.longitude is not None and row.latitude is not None:
        return PointDeDepart(str(row), row.longitude, row.latitude, row.code_insee, precis=True)
    code = known.commune or (row.code_insee if row is not None else "")
    town = atlas.territoire("commune", code) if code else None
    if town is None or town.lon is None or town.lat is None:
        return None
    return PointDeDepart(f"{town.nom}, au centre", town.lon, town.lat, town.code)


def describe_for_team(personne: Any, row: FicheTenue) -> dict[str, Any] | None:
    """What a record's page adds for who receives people: 2 queries; null, and none, for others.

    ``orienter_vers``: key of the structure when it accepts orientations and this person may send, else null.
    """
    if not personne.has_perm("annuaire.accueillir"):
        return None
    kept = FavoriEquipe.objects.filter(equipe__in=list_equipes(personne), fiche=row).order_by("pk").first()
    home = row.ident if row.sorte == FicheTenue.Sorte.STRUCTURE else row.structure
    open_ones = StructureAccueillante.objects.filter(
        ouverte=True, fiche__sorte=FicheTenue.Sorte.STRUCTURE, fiche__ident=home, fiche__disparue_le=None
    )
    sends = personne.has_perm("annuaire.orienter")
    return {
        "favori": kept,
        "orienter_vers": open_ones.values_list("fiche", flat=True).first() if sends else None,
        "peut_ouvrir": personne.has_perm("annuaire.ouvrir_orientation"),
    }
