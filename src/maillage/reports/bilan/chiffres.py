"""The figures of an atlas that a bilan freezes: those that speak of each theme, by arrondissement, whole."""

from __future__ import annotations

from collections.abc import Iterator

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.chiffres_par_theme import list_for_theme
from maillage.sdaasp.bilan.contenu import ChiffreDuBilan
from maillage.sdaasp.bilan.precedent import SchemaPrecedent
from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.modele import Programme, Theme

PAR_THEME = 2


def cite_figures(atlas: Lecteur | None, programme: Programme) -> tuple[ChiffreDuBilan, ...]:
    """The first figures of each theme that the atlas knows, for the département then each arrondissement."""
    if atlas is None:
        return ()
    return tuple(
        figure
        for theme in sorted(programme.themes, key=lambda one: one.ordre)
        for figure in _cite_theme(atlas, programme, theme)
    )


def count_today(atlas: Lecteur | None, precedent: SchemaPrecedent | None) -> tuple[ChiffreDuBilan, ...]:
    """The counts of the département that are of the same things as figures of the schema before."""
    if atlas is None or precedent is None or (whole := atlas.departement) is None:
        return ()
    pairs = (
        (figure.theme, _find(atlas, whole.niveau, whole.code, figure.indicateur))
        for figure in precedent.figures
        if figure.indicateur
    )
    return tuple(_wrap(atlas, theme, None, found) for theme, found in pairs if found)


def _cite_theme(atlas: Lecteur, programme: Programme, theme: Theme) -> Iterator[ChiffreDuBilan]:
    whole = atlas.departement
    if whole is None:
        return
    names = [n for n in list_for_theme(theme.nom) if _find(atlas, whole.niveau, whole.code, n)][:PAR_THEME]
    for name in names:
        if found := _find(atlas, whole.niveau, whole.code, name):
            yield _wrap(atlas, theme.cle, None, found)
    for place in programme.territoires:
        if place.niveau == "arrondissement":
            figures = (_find(atlas, place.niveau, place.code, name) for name in names)
            yield from (_wrap(atlas, theme.cle, place.code, found) for found in figures if found)


def _find(atlas: Lecteur, niveau: str, code: str, name: str) -> ChiffreCite | None:
    """One figure as it stands; null when the atlas does not know it."""
    if not atlas.a(niveau, name):
        return None
    figure = atlas.chiffre(niveau, code, name)
    if figure.valeur is None:
        return None
    vintage, grade = figure.definition.millesime, figure.fiabilite or "observe"
    return ChiffreCite(
        atlas=atlas.id, niveau=niveau, code=code, indicateur=name, millesime=vintage, valeur=figure.valeur,
        fiabilite=grade,
    )  # fmt: skip


def _wrap(atlas: Lecteur, theme: str, place: str | None, figure: ChiffreCite) -> ChiffreDuBilan:
    known = atlas.definition(figure.indicateur)
    return ChiffreDuBilan(
        theme=theme,
        arrondissement=place,
        nom=known.nom,
        unite=known.unite,
        arrondi=known.arrondi,
        chiffre=figure,
    )
