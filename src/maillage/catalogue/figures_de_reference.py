"""The figures a reference document prints, to set beside ours, and the maps of the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from maillage.catalogue.lecture import read_toml


@dataclass(frozen=True)
class FigureDeReference:
    """One printed figure: a value, or an interval (``bas``, ``haut``); ``unite`` "part" is a share, 0 to 1.

    ``calcul`` says how an atlas answers, empty when it cannot; ``raison`` why it might not; ``explication``
    why ours may differ.
    """

    id: str
    libelle: str
    unite: str
    section: str
    page: int
    raison: str
    valeur: float | None = None
    bas: float | None = None
    haut: float | None = None
    decimales: int = 0
    explication: str = ""
    calcul: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DocumentDeReference:
    """A published schema and the figures it prints."""

    titre: str
    auteurs: str
    departement: str
    confirme: bool
    figures: tuple[FigureDeReference, ...]


@dataclass(frozen=True)
class CarteDuDiagnostic:
    """One map: ``bornes`` are the upper bounds (≤) of its classes but the last, in ``unite`` (min or %)."""

    id: str
    indicateur: str
    titre: str
    unite: str
    bornes: tuple[float, ...]


@cache
def load_document() -> DocumentDeReference:
    """The reference document."""
    data = read_toml("figures_de_reference.toml")
    figures = tuple(FigureDeReference(**entry) for entry in data["figure"])
    return DocumentDeReference(**data["document"], figures=figures)


@cache
def load_cartes() -> tuple[CarteDuDiagnostic, ...]:
    """The maps, in order."""
    entries = read_toml("cartes_diagnostic.toml")["carte"]
    return tuple(CarteDuDiagnostic(**{**entry, "bornes": tuple(entry["bornes"])}) for entry in entries)
