"""Heights along roads: what a file may be, how it is smoothed, and what a gradient costs by mode."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Literal

from maillage.catalogue.lecture import read_toml

FILE = "altitudes.toml"
A_PIED, A_VELO = "marche", "velo"


@dataclass(frozen=True)
class Pentes:
    """What a gradient costs: rise over horizontal length, positive uphill.

    ``allure``: "marche" or "velo". On foot, ``raideur`` and ``meilleure_pente`` of Tobler's function; on a
    bicycle, part of the flat speed lost (``montee``) or won (``descente``) by unit of gradient, down to
    ``descente_max``. ``pente_max``: a steeper gradient counts as this one. Heights are taken every ``pas``
    steps of the grid, never nearer than ``longueur_m``; ``ouvrages``: keys of ways off the ground, their
    values ``au_sol`` apart.
    """

    allure: Literal["marche", "velo"]
    raideur: float
    meilleure_pente: float
    montee: float
    descente: float
    descente_max: float
    pente_max: float
    pas: float
    longueur_m: float
    ouvrages: tuple[str, ...]
    au_sol: frozenset[str]

    @property
    def gain_max(self) -> float:
        """How many times faster than on the flat one goes at best.

        >>> round(load_pentes("marche").gain_max, 3), round(load_pentes("velo").gain_max, 3)
        (1.191, 1.273)
        """
        if self.allure == A_PIED:
            return exp(self.raideur * self.meilleure_pente)
        return 1 + self.descente * self.descente_max


@dataclass(frozen=True)
class ProjectionAltitudes:
    """A projection by the name that the producer gives it in file names; ``emprise``: x, y least, most."""

    nom: str
    libelle: str
    epsg: int
    emprise: tuple[float, float, float, float]


@dataclass(frozen=True)
class BornesAltitudes:
    """What a grid may be: step and heights in metres, cells of one file."""

    pas_min_m: float
    pas_max_m: float
    cellules_max: int
    altitude_min_m: float
    altitude_max_m: float


def load_pentes(mode: str) -> Pentes | None:
    """What gradients cost one mode; None for those that heights say nothing of.

    >>> load_pentes("velo").descente_max, load_pentes("voiture"), load_pentes("fauteuil")
    (0.06, None, None)
    """
    toml = read_toml(FILE)
    if mode not in (A_PIED, A_VELO):
        return None
    foot, bicycle, smooth, off = toml["marche"], toml["velo"], toml["lissage"], toml["ouvrages"]
    return Pentes(
        allure="marche" if mode == A_PIED else "velo",
        raideur=foot["raideur"],
        meilleure_pente=foot["meilleure_pente"],
        **{name: bicycle[name] for name in ("montee", "descente", "descente_max")},
        pente_max=toml["bornes"]["pente_max"],
        pas=smooth["pas"],
        longueur_m=smooth["longueur_m"],
        ouvrages=tuple(off["cles"]),
        au_sol=frozenset(off["au_sol"]),
    )


def list_projections() -> tuple[ProjectionAltitudes, ...]:
    """The projections known by name, the one taken by default first.

    >>> [projection.epsg for projection in list_projections()]
    [2154, 5490, 2972, 2975, 4471]
    """
    return tuple(
        ProjectionAltitudes(entry["nom"], entry["libelle"], entry["epsg"], tuple(entry["emprise"]))
        for entry in read_toml(FILE)["projections"]
    )


def load_bornes() -> BornesAltitudes:
    """What a grid may be."""
    entry = read_toml(FILE)["grille"]
    return BornesAltitudes(**{name: entry[name] for name in BornesAltitudes.__annotations__})
