"""Speeds, access and penalties by mode of travel, as the road network of OpenStreetMap needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml

FILE = "vitesses.toml"


@dataclass(frozen=True)
class Milieu:
    """How a road is known to run through a built-up area; lengths in metres."""

    classes_de_rue: frozenset[str]
    classes_jamais: frozenset[str]
    cellule_m: float
    cellules_du_bloc: int
    longueur_de_rues_m: float


@dataclass(frozen=True)
class Limites:
    """Legal limits in km/h: by tag value, by class, and by surroundings where nothing is written."""

    par_valeur: Mapping[str, float]
    par_classe: Mapping[str, float]
    en_agglomeration: float
    hors_agglomeration: float
    deux_chaussees: float


@dataclass(frozen=True)
class Mode:
    """One mode of travel. Speeds in km/h by class; ``sur_autorisation``: open only by an explicit tag."""

    id: str
    nom: str
    reseau: str
    cles: tuple[str, ...]
    oui: frozenset[str]
    non: frozenset[str]
    destination: frozenset[str]
    sens: tuple[str, ...]
    sens_implicite: bool
    contresens_cyclable: bool
    classes_a_sens_unique: frozenset[str]
    voie_rapide: bool
    surfaces: bool
    sans_riverain: frozenset[str]
    limite_legale: bool
    part_de_limite: float
    interdictions_de_tourner: tuple[str, ...]
    barrieres_ouvertes: frozenset[str]
    barrieres_fermees: frozenset[str]
    feu_s: float
    acces_kmh: float
    acces_max_m: float
    facteur_bati: float
    facteur_hors_bati: float
    ouvertes: Mapping[str, float]
    sur_autorisation: Mapping[str, float]
    ilot_min_km: float
    limites: Limites
    milieu: Milieu


def list_modes() -> tuple[str, ...]:
    """Every mode, in the catalogue's order.

    >>> list_modes()
    ('voiture', 'voiture_pointe', 'velo', 'marche')
    """
    return tuple(read_toml(FILE)["modes"])


def load_mode(mode: str) -> Mode:
    """One mode; ``voiture_pointe`` runs on the roads of ``voiture``, slower.

    >>> load_mode("voiture_pointe").reseau, load_mode("marche").ouvertes["steps"]
    ('voiture', 5)
    """
    toml = read_toml(FILE)
    if mode not in toml["modes"]:
        raise EntreeInvalide(f"Mode inconnu : « {mode} ». Choisissez parmi : {', '.join(list_modes())}.")
    entry = toml["modes"][mode]
    reseau = entry.get("comme", mode)
    merged = toml["modes"][reseau] | entry | {"id": mode, "reseau": reseau}
    merged |= {key: toml["acces"][key] for key in ("oui", "non", "destination")}
    fields = {name: _freeze(merged[name]) for name in Mode.__annotations__ if name in merged}
    fields |= {name: tuple(merged[name]) for name in ("cles", "sens", "interdictions_de_tourner")}
    return Mode(
        **fields
        | {
            "ilot_min_km": toml["ilots"]["longueur_min_km"],
            "limites": load_limites(),
            "milieu": load_milieu(),
        }
    )


def _freeze(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else value


def load_limites() -> Limites:
    """The legal limits."""
    toml = read_toml(FILE)
    values = toml["limites"] | toml["limites_voisins"]
    default = toml["limites_par_defaut"]
    return Limites(
        {key: kmh for key, kmh in values.items() if key != "source"},
        default["classes"],
        default["en_agglomeration"],
        default["hors_agglomeration"],
        default["deux_chaussees"],
    )


def load_milieu() -> Milieu:
    """The rule of the built-up area."""
    entry = {key: _freeze(value) for key, value in read_toml(FILE)["milieu_bati"].items() if key != "source"}
    return Milieu(**entry)
