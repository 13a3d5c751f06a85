"""The schema that this one replaces: its orientations and the figures it left, as published."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.catalogue.lecture import list_files, read_toml
from maillage.sdaasp.bilan.contenu import Contenu

DOSSIER = "schemas_precedents"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationPrecedente:
    """An orientation of the schema before; ``themes`` of today carry it on, surely when ``confirme``."""

    nom: str
    themes: tuple[str, ...] = ()
    confirme: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePrecedente:
    """A figure that the schema before left, and the one it started from (``avant`` null: not given).

    ``indicateur``: the count of an atlas that is of the same things today; empty where none is.
    """

    libelle: str
    theme: str = ""
    valeur: float
    precision: str = ""
    avant: float | None = None
    avant_precision: str = ""
    indicateur: str = ""
    confirme: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaPrecedent:
    """The schema before; ``bilan``: who validated its own bilan and when, empty when unknown."""

    nom: str
    debut: int
    fin: int
    source: str
    bilan: str = ""
    confirme: bool = False
    orientations: tuple[OrientationPrecedente, ...] = ()
    figures: tuple[FigurePrecedente, ...] = ()

    def list_without_heir(self) -> tuple[OrientationPrecedente, ...]:
        """Orientations that no theme of today carries on."""
        return tuple(one for one in self.orientations if not one.themes)

    def list_new(self, contenu: Contenu) -> tuple[str, ...]:
        """Names of the themes of today that no orientation led to."""
        known = {theme for one in self.orientations for theme in one.themes}
        return tuple(theme.nom for theme in contenu.themes if theme.cle not in known)


def load_precedent(schema: str) -> SchemaPrecedent | None:
    """The one that the catalogue knows for the schema of this key; null when it knows none.

    >>> before = load_precedent("nord-2025-2030")
    >>> len(before.orientations), [f.valeur for f in before.figures if f.avant is not None]
    (9, [52, 118])
    >>> load_precedent("isere-2026-2031") is None
    True
    """
    path = f"{DOSSIER}/{schema}.toml"
    if path not in list_files(DOSSIER, ".toml"):
        return None
    held = read_toml(path)
    orientations = (
        OrientationPrecedente(**{**one, "themes": tuple(one["themes"])}) for one in held["orientation"]
    )
    return SchemaPrecedent(
        nom=held["nom"],
        debut=held["debut"],
        fin=held["fin"],
        source=held["source"],
        bilan=held["bilan"],
        confirme=held["confirme"],
        orientations=tuple(orientations),
        figures=tuple(FigurePrecedente(**one) for one in held["figure"]),
    )
