"""The first rows of a file, under the names that its readers will see: to tell what its columns are."""

from __future__ import annotations

from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.decouverte import recognise
from maillage.sources.fichiers import read_sheet
from maillage.sources.geometries import read_features

LIGNES = 3


def read_apercu(path: Path) -> tuple[list[str], list[list[str]]]:
    """Columns, then the first rows as text; of polygons, their properties.

    Raises:
        EntreeInvalide: the file is no table and no polygons.
    """
    if path.suffix.lower() in {".geojson", ".gpkg"}:
        features = read_features(path)[:LIGNES]
        names = list(features[0].proprietes)
        return names, [[str(feature.proprietes.get(name, "")) for name in names] for feature in features]
    feuille = read_sheet(path)
    names = [name for name in feuille.entetes if name in feuille.cells.columns]
    rows = feuille.cells.select(names).head(LIGNES).rows()
    return names, [["" if cell is None else str(cell) for cell in row] for row in rows]


def refuse_unrecognised(path: Path) -> str:
    """The source that a file is now recognised as.

    Raises:
        EntreeInvalide: none.
    """
    found = recognise(path)
    if found is None:
        raise EntreeInvalide(f"Avec ces noms, {path.name} n’est toujours reconnu par aucune source.")
    return found
