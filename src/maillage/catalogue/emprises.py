"""Boxes of the territories of France, and the projection in which each publishes its coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from maillage.catalogue.lecture import read_csv


@dataclass(frozen=True)
class Emprise:
    """A box in degrees (WGS 84), bounds included, and the legal projection's EPSG code."""

    territoire: str
    nom: str
    ouest: float
    sud: float
    est: float
    nord: float
    epsg: int


@cache
def list_boxes() -> tuple[Emprise, ...]:
    """Every box, metropolitan France first."""
    return tuple(
        Emprise(
            r["territoire"],
            r["nom"],
            float(r["ouest"]),
            float(r["sud"]),
            float(r["est"]),
            float(r["nord"]),
            int(r["epsg"]),
        )
        for r in read_csv("emprises.csv")
    )


def get_box(departement: str) -> Emprise:
    """The box that holds a département: its own overseas, metropolitan France otherwise.

    >>> get_box("974").epsg, get_box("59").epsg
    (2975, 2154)
    """
    boxes = {box.territoire: box for box in list_boxes()}
    return boxes.get(departement, boxes["metropole"])
