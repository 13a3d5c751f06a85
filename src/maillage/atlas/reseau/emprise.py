"""The part of an extract to build: a département of a folder of data, an outline in a file, or a box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from maillage.atlas.construction.entrees import find_departement
from maillage.catalogue.constantes import read_constant
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.decouverte import find_sources
from maillage.sources.geometries import read_features
from maillage.sources.lieux import get_departement
from maillage.sources.osm.assemblage import ExtraitOsm
from maillage.sources.osm.emprise import EmpriseOsm, widen
from maillage.sources.registre import read_all

BOX = re.compile(r"\s*(-?\d+(?:\.\d+)?)(?:,\s*(-?\d+(?:\.\d+)?)){3}\s*")
OUTLINES = (".geojson", ".json", ".gpkg")
MOST_KM = 500.0
REFUSED = "L’emprise est refusée"


@dataclass(frozen=True)
class TerritoireReseau:
    """An outline with its margin, and the communes in it by code, where they are known."""

    emprise: EmpriseOsm
    communes: Mapping[str, Any] = field(default_factory=dict)

    def list_without_road(self, extract: ExtraitOsm) -> list[str]:
        """Codes of the communes in which the extract has no node of a road."""
        order = np.argsort(extract.lon, kind="stable")
        lon, lat = extract.lon[order], extract.lat[order]
        return [code for code, outline in self.communes.items() if not _has_point(outline, lon, lat)]


def read_territoire(
    text: str | None, source: Path | None = None, marge_km: float | None = None
) -> TerritoireReseau | None:
    """The outline that ``text`` asks for: a code (its communes are read in ``source``), a file, or a box.

    None without ``text``. ``marge_km``: the catalogue's unless said.

    Raises:
        EntreeInvalide: no such département, file or box, no outline in the data, a margin out of reason, or
            a folder or a margin of no outline.
    """
    if text is None:
        if source is not None or marge_km is not None:
            raise EntreeInvalide(
                "--from et --marge-km vont avec --emprise : dites aussi quel territoire garder."
            )
        return None
    marge = float(read_constant("marge_reseau")) if marge_km is None else marge_km
    if not 0 <= marge <= MOST_KM:
        raise EntreeInvalide(REFUSED, (Faute(f"marge de {marge:g} km, entre 0 et {MOST_KM:g} attendue"),))
    if BOX.fullmatch(text):
        box = _read_box(text)
        return TerritoireReseau(EmpriseOsm(say_box(box), marge, widen(box, marge)))
    if Path(text).suffix.lower() in OUTLINES:
        return TerritoireReseau(EmpriseOsm(Path(text).name, marge, widen(_read_file(Path(text)), marge)))
    code, nom = find_departement(text)
    communes = _read_communes(code, source)
    whole = shapely.union_all(list(communes.values()))
    return TerritoireReseau(EmpriseOsm(f"{nom} ({code})", marge, widen(whole, marge)), communes)


def say_box(box: Any) -> str:
    """A rectangle in words.

    >>> say_box(shapely.box(2.4, 50.3, 3.25, 50.8))
    'longitudes 2,4 à 3,25, latitudes 50,3 à 50,8'
    """
    west, south, east, north = (f"{side:.7g}".replace(".", ",") for side in box.bounds)
    return f"longitudes {west} à {east}, latitudes {south} à {north}"


def _read_box(text: str) -> Any:
    west, south, east, north = (float(part) for part in text.split(","))
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        advice = "Donnez ouest,sud,est,nord en degrés, par exemple 2.4,50.3,3.2,50.8."
        raise EntreeInvalide(REFUSED, (Faute(f"« {text} » n’est pas un rectangle", que_faire=advice),))
    return shapely.box(west, south, east, north)


def _read_file(path: Path) -> Any:
    if not path.is_file():
        raise EntreeInvalide(REFUSED, (Faute("fichier introuvable", path.name),))
    return shapely.union_all([shapely.make_valid(entite.geometrie) for entite in read_features(path)])


def _read_communes(code: str, source: Path | None) -> dict[str, Any]:
    """The outlines of a département's communes, by code."""
    advice = "Indiquez par --from le dossier qui a les contours des communes, ou donnez un fichier GeoJSON."
    if source is None:
        raise EntreeInvalide(REFUSED, (Faute(f"{code} : contours inconnus", que_faire=advice),))
    found = find_sources(source)
    tables = read_all({"contours": found["contours"]}) if "contours" in found else ()
    frames = [table.frame for table in tables if table.nature == "contours"]
    frame = frames[0].filter(get_departement(frames[0]["code_insee"]) == code) if frames else None
    if frame is None or not frame.height:
        fault = Faute(f"{code} : aucun contour de commune de ce département", source.name, que_faire=advice)
        raise EntreeInvalide(REFUSED, (fault,))
    ordered = frame.sort("code_insee")
    return dict(zip(ordered["code_insee"], shapely.from_wkb(ordered["wkb"].to_list()), strict=True))


def _has_point(outline: Any, lon: Any, lat: Any) -> bool:
    """Whether one of these places, by ascending longitude, lies in the outline."""
    west, south, east, north = outline.bounds
    span = slice(np.searchsorted(lon, west), np.searchsorted(lon, east, side="right"))
    near = (lat[span] >= south) & (lat[span] <= north)
    shapely.prepare(outline)
    return bool(shapely.intersects_xy(outline, lon[span][near], lat[span][near]).any())
