"""Dated thresholds: ``seuils.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from maillage.catalogue.lecture import read_toml


@dataclass(frozen=True)
class Seuil:
    """One threshold: ``valeur`` in ``unite``, with its date, its source and its boundary rule (``regle``)."""

    id: str
    nom: str
    valeur: float | tuple[float, ...]
    unite: str
    date: str
    source: str
    lien: str
    confirme: bool
    regle: str


@cache
def load_seuils() -> dict[str, Seuil]:
    """Every threshold, by id.

    >>> load_seuils()["panier_eloigne_min"].valeur
    7
    """
    return {name: _seuil(name, entry) for name, entry in read_toml("seuils.toml").items()}


def _seuil(name: str, entry: dict[str, object]) -> Seuil:
    valeur = entry["valeur"]
    fields = {**entry, "valeur": tuple(valeur) if isinstance(valeur, list) else valeur}
    return Seuil(id=name, **fields)  # type: ignore[arg-type]


def read_seuil(name: str) -> float:
    """A threshold that is one number; ValueError when it is several."""
    value = load_seuils()[name].valeur
    if isinstance(value, tuple):
        raise ValueError(f"{name} holds several values")  # noqa: TRY004 - the catalogue's own file
    return float(value)
