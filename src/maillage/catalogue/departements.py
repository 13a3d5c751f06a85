"""Départements: code, name, region, people, area; and the larger territories that one is compared to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import inf
from typing import Literal

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_csv, read_toml
from maillage.francais import nombre

LIAISONS = {"0": "de ", "1": "d’", "2": "du ", "3": "de la ", "4": "des ", "5": "de l’"}


@dataclass(frozen=True)
class DonneesDepartement:
    """One département; ``population`` and its vintage: ``references.toml``. ``pays_voisins``: by land.

    ``liaison``: how INSEE links its name to « de » (TNCC of the Code officiel géographique).
    """

    code: str
    nom: str
    region: str
    population: int
    superficie_km2: float
    pays_voisins: tuple[str, ...] = ()
    liaison: str = "0"

    @property
    def de_nom(self) -> str:
        """« de » and its name.

        >>> [list_all()[code].de_nom for code in ("38", "59", "2A", "06", "974", "28")][::2]
        ['de l’Isère', 'de la Corse-du-Sud', 'de La Réunion']
        """
        return LIAISONS[self.liaison] + self.nom

    @property
    def metropolitain(self) -> bool:
        """Whether it is in metropolitan France: overseas codes have three signs."""
        return len(self.code) == 2


@dataclass(frozen=True)
class EchelleDeReference:
    """A territory that a département is compared to, and the départements it is made of."""

    echelle: Literal["region", "type_densite", "france"]
    code: str
    nom: str
    departements: frozenset[str]


@cache
def list_all() -> dict[str, DonneesDepartement]:
    """Every département by code.

    >>> list_all()["59"].region, sum(one.population for one in list_all().values() if one.metropolitain)
    ('32', 66165815)
    """
    return {
        row["code"]: DonneesDepartement(
            row["code"],
            row["nom"],
            row["region"],
            int(row["population"]),
            float(row["superficie_km2"]),
            tuple(filter(None, row["pays_voisins"].split("|"))),
            row["liaison"],
        )
        for row in read_csv("departements.csv")
    }


@cache
def list_countries() -> dict[str, str]:
    """Country code → its name with its article.

    >>> [list_countries()[code] for code in list_all()["59"].pays_voisins]
    ['la Belgique']
    """
    return dict(read_toml("references.toml")["pays"])


@cache
def list_departements() -> dict[str, str]:
    """Code → name.

    >>> list_departements()["59"]
    'Nord'
    """
    return {code: one.nom for code, one in list_all().items()}


def check_departement(written: str) -> str:
    """The code of a département as somebody wrote it.

    >>> check_departement(" 2a "), check_departement("1")
    ('2A', '01')

    Raises:
        EntreeInvalide: there is none of that code.
    """
    code = written.strip().upper().rjust(2, "0")
    if code not in list_departements():
        raise EntreeInvalide(f"Département inconnu : « {written} » (exemples : 59, 2A, 974).")
    return code


@cache
def list_capital_names() -> dict[str, str]:
    """Name in capitals without accents → code.

    >>> list_capital_names()["COTES-D'ARMOR"]
    '22'
    """
    return {row["nom_majuscules"]: row["code"] for row in read_csv("departements.csv")}


def population_year() -> str:
    """The vintage of the départements' populations."""
    year: str = read_toml("references.toml")["population"]["millesime"]
    return year


def list_scales(code: str) -> tuple[EchelleDeReference, ...]:
    """What a département is compared to: its region, those of its density (itself too), the country.

    Those of a density are of metropolitan France or overseas, as the département itself.

    >>> [(scale.echelle, scale.nom, len(scale.departements)) for scale in list_scales("48")][::2]
    [('region', 'Occitanie', 13), ('france', 'France métropolitaine', 96)]
    >>> sorted(list_scales("59")[1].departements)
    ['06', '13', '59', '69', '78', '91', '95']
    """
    one, known = list_all()[code], list_all().values()
    names = {row["code"]: row["nom"] for row in read_csv("regions.csv")}
    low, high = find_density_type(one)
    region = frozenset(d.code for d in known if d.region == one.region)
    near = (d for d in known if d.metropolitain == one.metropolitain)
    alike = frozenset(d.code for d in near if find_density_type(d) == (low, high))
    country = frozenset(d.code for d in known if d.metropolitain)
    return (
        EchelleDeReference("region", one.region, names[one.region], region),
        EchelleDeReference("type_densite", f"{low:g}-{high:g}", name_density_type(low, high), alike),
        EchelleDeReference("france", "FR", "France métropolitaine", country),
    )


def find_density_type(one: DonneesDepartement) -> tuple[float, float]:
    """The bounds of a département's type: low ≤ people per km² < high."""
    density = one.population / one.superficie_km2
    bounds = (0.0, *read_toml("references.toml")["densite"]["bornes"], inf)
    return next((low, high) for low, high in pairwise(bounds) if low <= density < high)


def name_density_type(low: float, high: float) -> str:
    """A type of density in words.

    >>> name_density_type(0.0, 50.0), name_density_type(100, 250)
    ('départements de moins de 50 hab./km²', 'départements de 100 à 250 hab./km²')
    """
    if low == 0:
        return f"départements de moins de {nombre(high)} hab./km²"
    if high == inf:
        return f"départements de {nombre(low)} hab./km² ou plus"
    return f"départements de {nombre(low)} à {nombre(high)} hab./km²"
