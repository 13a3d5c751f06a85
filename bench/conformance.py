"""Our figures against published ones; ``python -m bench.conformance`` writes ``docs/conformite.md``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import conformite_apl as soins
from bench import conformite_deficits as deficits
from bench import conformite_document as document
from maillage.access.apl import load_professions
from maillage.atlas.build import build
from maillage.atlas.ouvert import Atlas, open_atlas

RACINE = Path(__file__).parents[1]


def fr(value: float, decimals: int = 2) -> str:
    """A number with a comma; a dash when it cannot be computed."""
    return f"{value:.{decimals}f}".replace(".", ",").replace("-", "−") if value == value else "–"  # noqa: PLR0124


def make_table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def write_professions(data: soins.Donnees) -> str:
    """The five professions, by distance to the border."""
    rows: list[list[str]] = []
    for profession, (published, supply, nom) in soins.PUBLIES.items():
        ours = soins.compute(data, soins.chosen(data, profession))
        found = soins.compare(nom, ours, data.column(published), data.border_km)
        rows += [write_gap(row, supply, 2 if profession == "medecin" else 0) for row in found]
    head = [
        "Profession",
        "Offre",
        "km de la limite",
        "Communes",
        "Écart médian",
        "Absolu",
        "95 % sous",
        "Spearman",
    ]
    return make_table(head, rows)


def write_gap(row: soins.Ecart, supply: str, decimals: int) -> list[str]:
    """One line of the table of professions; names on the first of each only."""
    first = row.au_dela_km == 0
    gaps = (fr(gap, decimals) for gap in (row.median_gap, row.median_abs, row.p95_abs))
    names = [row.nom if first else "", supply if first else "", f"> {row.au_dela_km}", str(row.n)]
    return [*names, *gaps, fr(row.spearman)]


def write_sensitivities(data: soins.Donnees) -> str:
    """What each cause can explain, for GPs."""
    published = data.column("apl_medecins")
    rows = []
    variants = [soins.chosen(data, "medecin"), *soins.list_sensitivities(data)]
    for variant in variants:
        found = soins.compare(variant.nom, soins.compute(data, variant), published, data.border_km)
        rows.append([variant.nom, fr(found[0].median_gap), *(fr(row.spearman) for row in found)])
    old = soins.compare("", data.column("apl_medecins_2015"), published, data.border_km)
    rows.append(
        ["*repère : DREES 2015 contre DREES 2023*", fr(old[0].median_gap), *(fr(r.spearman) for r in old)]
    )
    for spread in (0.2, 0.5):
        low, high = soins.perturb_supply(data, spread)
        name = f"offre de chaque commune fausse de ± {spread:.0%} (30 tirages)".replace("%", " %")
        rows.append([name, "", f"{fr(low)} à {fr(high)}", "", "", ""])
    return make_table(
        ["Médecins généralistes", "Écart médian", "> 0 km", "> 5 km", "> 10 km", "> 15 km"], rows
    )


def write_all(folder: Path, atlas: Atlas) -> str:
    """The whole document: the model with its tables."""
    data = soins.load(folder)
    model = Path(__file__).with_name("conformite.modele.md").read_text("utf-8")
    return model.format(
        paliers=soins.describe(load_professions()["medecin"]),
        professions=write_professions(data),
        sensibilites=write_sensitivities(data),
        **document.write(atlas, make_table, fr),
        **deficits.write(atlas, make_table),
    )


def main() -> None:
    """Build an atlas of the Nord, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, default=RACINE.parent / "shared" / "data")
    parser.add_argument("--atlas", type=Path, help="an atlas already built")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        atlas = (
            open_atlas(chosen.atlas) if chosen.atlas else build("59", chosen.folder, Path(place) / "atlas")
        )
        text = write_all(chosen.folder, atlas)
    (RACINE / "docs" / "conformite.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
