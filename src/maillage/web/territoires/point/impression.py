"""The page of a territory as one printed A4."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from maillage.francais import jour
from maillage.reports.rendu.blocs import Bloc, Document, EnRegard, Liste, Paragraphe, Tableau, Titre
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.impression import avertir, make_map
from maillage.web.territoires.phrases import nature
from maillage.web.territoires.point.contenu import EtapeDatee, PointTerritoire

LIGNES, TEXTE, LARGEUR = 3, 80, 0.5


def make_document(atlas: AtlasOuvert, point: PointTerritoire, today: date) -> Document:
    """The document: sentences, map, themes, then what is late, blocked and next, shortened to hold."""
    blocs = (*_opening(atlas, point), *_themes(point), *_dates(point))
    here = point.territoire
    mention = f"Le {jour(today)} · atlas « {atlas.id} »"
    source = point.noms.schema["nom"] if point.noms else "Maillage"
    told = (avertir(atlas),) if avertir(atlas) else ()
    return Document(
        here.nom_complet, nature(here), source, mention, blocs, bandeaux=told, jeu_essai=bool(atlas.jeu_essai)
    )


def _opening(atlas: AtlasOuvert, point: PointTerritoire) -> Iterator[Bloc]:
    """The sentences, beside the map when there is one."""
    texts = tuple(map(Paragraphe, point.phrases))
    maps = make_map(atlas, point.territoire)
    yield from (EnRegard(drawn, texts, LARGEUR) for drawn in maps)
    if not maps:
        yield from texts


def _themes(point: PointTerritoire) -> Iterator[Bloc]:
    if point.themes:
        rows = tuple(
            (
                t.nom,
                t.detail or "aucune",
                str(t.a_confirmer),
                *([t.meteo or "non dite"] if point.meteo else []),
            )
            for t in point.themes
        )
        columns = ("Thème", "Actions retenues", "À décider", *(["Météo"] if point.meteo else []))
        yield Tableau("Ce qui est programmé, thème par thème", columns, rows)


def _dates(point: PointTerritoire) -> Iterator[Bloc]:
    lists = (
        ("En retard", [_tell(step) for step in point.retards]),
        ("Bloqué, selon le pilote", [_shorten(str(row)) for row in point.bloquees]),
        ("Prochaines dates", [_tell(step) for step in point.prochaines]),
    )
    for title, lines in lists:
        if lines:
            yield Titre(title)
            more = len(lines) - LIGNES
            yield Liste((*lines[:LIGNES], *([f"et {more} de plus"] if more > 0 else [])))


def _tell(step: EtapeDatee) -> str:
    return f"{jour(step.fin)} : {_shorten(step.libelle)}"


def _shorten(text: str) -> str:
    return text if len(text) <= TEXTE else f"{text[:TEXTE].rsplit(' ', 1)[0]}…"
