"""The road networks of many départements: each extract is one task, here or on a dask scheduler."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from maillage.atlas.construction.distribution import run_all
from maillage.atlas.reseau.osm import build_reseau
from maillage.catalogue.erreurs import EntreeInvalide

SUFFIX = ".osm.pbf"


def build_networks(
    extraits: Path,
    modes: Iterable[str],
    out: Path,
    scheduler: str | None = None,
    altitudes: Path | None = None,
) -> dict[str, Path]:
    """Build the network of each extract of a folder into ``out/<its name>``; the folders made, by name.

    An extract should hold a buffer across the border of its département. ``altitudes``: a folder of heights,
    of which each extract takes the tiles under its roads. ``scheduler``: see
    :func:`~maillage.atlas.construction.distribution.run_all`. Networks already made stay when
    another extract fails.

    Raises:
        EntreeInvalide: no extract in the folder, or one fault per extract refused.
    """
    found = sorted(extraits.glob(f"*{SUFFIX}"))
    if not found:
        advice = "Indiquez le dossier où se trouvent les extraits OpenStreetMap."
        raise EntreeInvalide(f"{extraits} ne contient aucun fichier {SUFFIX}. {advice}")
    kept = tuple(modes)
    names = {extrait.name.removesuffix(SUFFIX): extrait for extrait in found}
    heights = altitudes and altitudes.absolute()
    tasks = {name: partial(_build, path, kept, out / name, heights) for name, path in names.items()}
    return run_all(tasks, scheduler)


def _build(extrait: Path, modes: tuple[str, ...], out: Path, altitudes: Path | None) -> Path:
    build_reseau(extrait.absolute(), modes, out.absolute(), altitudes=altitudes)
    return out
