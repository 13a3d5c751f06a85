"""Reads of indicators, and of the figures of the atlas that fill them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from maillage.sdaasp.indicateurs.unites import find_ratio
from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.web.programme import models
from maillage.web.socle.atlas import AtlasOuvert


def list_indicateurs(objets: Iterable[str] | None = None) -> QuerySet[models.IndicateurSuivi]:
    """Indicators with their targets and values, of some objects or all."""
    rows = models.IndicateurSuivi.objects.prefetch_related("cibles", "valeurs")
    return rows if objets is None else rows.filter(objet__in=list(objets))


def list_chiffres(atlas: AtlasOuvert | None, niveau: str, code: str) -> dict[str, ChiffreCite]:
    """Every known figure of a territory, frozen; key: indicator."""
    if atlas is None:
        return {}
    found = {key: cite(atlas, niveau, code, key) for key in atlas.indicateurs(niveau)}
    return {key: figure for key, figure in found.items() if figure is not None}


def cite(atlas: AtlasOuvert, niveau: str, code: str, indicateur: str) -> ChiffreCite | None:
    """One figure of the atlas as evidence; ``None`` when the atlas does not know it."""
    if not atlas.a(niveau, indicateur):
        return None
    figure = atlas.chiffre(niveau, code, indicateur)
    if figure.valeur is None:
        return None
    return ChiffreCite(
        atlas=atlas.id,
        niveau=niveau,
        code=code,
        indicateur=indicateur,
        millesime=figure.definition.millesime,
        valeur=figure.valeur,
        fiabilite=figure.fiabilite or "observe",
    )


def list_bound_figures(atlas: AtlasOuvert) -> dict[str, tuple[ChiffreCite, float]]:
    """Key of each indicator bound to the atlas → the figure this atlas gives it, and its ratio to its unit.

    Those that the atlas does not know, or tells in another unit, are left out.
    """
    bound = models.IndicateurSuivi.objects.exclude(Q(indicateur_atlas=None) | Q(niveau=None) | Q(code=None))
    found = {}
    for row in bound:
        figure = cite(atlas, row.niveau, row.code, row.indicateur_atlas)
        ratio = find_ratio(atlas.definition(row.indicateur_atlas).unite, row.unite)
        if figure is not None and ratio is not None:
            found[row.cle] = (figure, ratio)
    return found
