"""What moves when one France services closes: in memory, timed, and held to a full build.

    python -m bench.fermeture ATLAS [--id ID] [--sources DOSSIER]

Prints every figure of a territory and every deficit that moved, and how long it took, opening of the atlas
included. With the sources of the atlas, builds it again on the edited list and compares every table.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import fields
from pathlib import Path

import polars as pl

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.lecture.ouvert import Atlas, open_atlas
from maillage.atlas.lots import list_places
from maillage.atlas.memoire import EnMemoire, evaluate

TYPE = "france_services"


def close_one(atlas: Atlas, identifiant: str | None) -> tuple[pl.DataFrame, str]:
    """The list of places without one fixed France services, and its name."""
    places = list_places(atlas)
    fixed = places.filter((pl.col("type") == TYPE) & ~pl.col("itinerant"))
    chosen = fixed.filter(pl.col("id") == identifiant) if identifiant else fixed.head(1)
    found, name = chosen.select("id", "nom").row(0)
    return places.filter(pl.col("id") != found), name


def show(evaluated: EnMemoire, atlas: Atlas) -> None:
    """Every figure of a territory that moved, how many at carreaux, and the rows of deficits that did."""
    changes = evaluated.changes()
    for row in changes.filter(pl.col("niveau") != "carreau").iter_rows(named=True):
        print(f"{row['niveau']:15} {row['code']:10} {row['indicateur']:45} {row['avant']} -> {row['apres']}")
    cells = changes.filter(pl.col("niveau") == "carreau").group_by("indicateur", maintain_order=True).len()
    for name, n in cells.iter_rows():
        print(f"{'carreau':15} {n:10} {name}")
    before, after = atlas.deficits(), evaluated.deficits()
    for column in after.columns:
        moved = [
            code
            for code, a, b in zip(after["code"], before[column], after[column], strict=True)
            if not same(a, b)
        ]
        if moved:
            print(f"{'deficits':15} {len(moved):10} {column} : {', '.join(moved[:8])}")


def same(before: object, after: object) -> bool:
    """Whether two cells are equal; lists come as series."""
    lists = [value.to_list() if isinstance(value, pl.Series) else value for value in (before, after)]
    return lists[0] == lists[1]


def compare(evaluated: EnMemoire, atlas: Atlas, sources: Path) -> bool:
    """Whether a full build on the edited list gives the same tables, to the bit."""
    known = {field.name for field in fields(Parametres)}
    chosen = Parametres(
        **{k: v for k, v in atlas.manifest.parametres.items() if k in known} | {"tuiles": False}
    )
    roads = atlas.dossier if any(name.startswith("reseau/") for name in atlas.manifest.tables) else None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "offre.parquet"
        evaluated.offre.write_parquet(file)
        built = build(
            atlas.manifest.departement, sources, Path(folder) / "A", chosen, reseau=roads, offre=file
        )
        tables = all(evaluated.whole(n).equals(built.indicateurs(n)) for n in evaluated.calcul.niveaux)
        return tables and evaluated.deficits().equals(built.deficits())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("atlas", type=Path)
    parser.add_argument("--id")
    parser.add_argument("--sources", type=Path)
    asked = parser.parse_args()
    started = time.perf_counter()
    atlas = open_atlas(asked.atlas)
    places, name = close_one(atlas, asked.id)
    evaluated = evaluate(atlas, places)
    show(evaluated, atlas)
    print(f"{name} fermé : {time.perf_counter() - started:.2f} s en mémoire")
    if asked.sources:
        print(
            "égal à une construction entière :", "oui" if compare(evaluated, atlas, asked.sources) else "NON"
        )


if __name__ == "__main__":
    main()
