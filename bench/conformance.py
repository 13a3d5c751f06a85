"""Our figures against published ones; ``python -m bench.conformance`` writes ``docs/conformite.md``."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from bench import axes_fit, temps_publies_page
from bench import conformite_apl as soins
from bench import conformite_causes as causes
from bench import conformite_deficits as deficits
from bench import conformite_document as document
from bench import conformite_nombres as nombres
from bench import conformite_plafonds as plafonds
from bench.conformite_apl import Float
from bench.tableaux import number, table
from maillage.access.apl import load_professions
from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres, default_relief
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.lecture import read_toml

RACINE = Path(__file__).parents[1]


def two(value: float) -> str:
    """With two decimals."""
    return number(value, 2)


def write_professions(data: soins.Donnees) -> str:
    """The five professions, by distance to the border."""
    rows: list[list[str]] = []
    for profession, (published, supply, nom) in soins.PUBLIES.items():
        ours = soins.compute(data, soins.chosen(data, profession))
        found = soins.compare(nom, ours, data.column(published), data.border_km)
        vintage = "BPE 2013" if supply.endswith("_2013") else "effectifs fin 2024"
        rows += [write_gap(row, vintage, 2 if profession == "medecin" else 0) for row in found]
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
    return table(head, rows)


def write_gap(row: soins.Ecart, supply: str, decimals: int) -> list[str]:
    """One line of the table of professions; names on the first of each only."""
    first = row.au_dela_km == 0
    gaps = (number(gap, decimals) for gap in (row.median_gap, row.median_abs, row.p95_abs))
    names = [row.nom if first else "", supply if first else "", f"> {row.au_dela_km}", str(row.n)]
    return [*names, *gaps, two(row.spearman)]


def write_rows(rows: list[tuple[str, Float, Float]], data: soins.Donnees, head: str) -> str:
    """Name, ours, published: median gap, then Spearman by distance to the border."""
    lines = []
    for name, ours, published in rows:
        found = soins.compare(name, ours, published, data.border_km)
        lines.append([name, two(found[0].median_gap), *(two(row.spearman) for row in found)])
    return table([head, "Écart médian", *(f"> {bound} km" for bound in soins.STRATES_KM)], lines)


def write_sensitivities(data: soins.Donnees) -> str:
    """What each cause can explain, for GPs."""
    published = data.column("apl_medecins")
    variants = [soins.chosen(data, "medecin"), *causes.list_sensitivities(data)]
    rows = [(v.nom, soins.compute(data, v), published) for v in variants]
    mark = "*repère : DREES 2015 contre DREES 2023*"
    lines = [
        write_rows(
            [*rows, (mark, data.column("apl_medecins_2015"), published)], data, "Médecins généralistes"
        )
    ]
    for spread in causes.OFFRES_FAUSSES:
        low, high = causes.perturb_supply(data, spread)
        name = f"offre de chaque commune fausse de ± {100 * spread:.0f} % ({causes.TIRAGES} tirages)"
        lines.append(f"| {name} |  | {two(low)} à {two(high)} |  |  |  |")
    return "\n".join(lines)


def write_estimands(data: soins.Donnees, atlas: Atlas) -> str:
    """The same care by commune and by cell."""
    published = data.column("apl_medecins")
    cells = atlas.indicateurs("commune").select("code", "apl_calcule_medecin")
    joined = data.communes.select(code="code_insee").join(cells, on="code", how="left", maintain_order="left")
    by_cell = joined["apl_calcule_medecin"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    ours = soins.compute(data, soins.chosen(data, "medecin"))
    rows = [
        ("de mairie à mairie (grandeur de la DREES)", ours, published),
        ("au carreau de 1 km, moyenne des habitants (grandeur du produit)", by_cell, published),
        ("*du carreau à la mairie, entre nous*", by_cell, ours),
    ]
    return write_rows(rows, data, "Grandeur")


def write_ceilings(folder: Path, data: soins.Donnees) -> str:
    """The best that could be reached."""
    head = [
        "Expérience",
        *(f"> {bound} km" for bound in soins.STRATES_KM),
        f"Étendue ({plafonds.TIRAGES} tirages)",
    ]
    rows = []
    for found in [*plafonds.measure_isere(folder, data), *plafonds.measure_nord(data)]:
        means = [two(value) for value in found.moyenne] + [""] * (len(soins.STRATES_KM) - len(found.moyenne))
        rows.append([found.nom, *means, f"{two(found.bas)} à {two(found.haut)}"])
    return table(head, rows)


def write_places(data: soins.Donnees) -> str:
    """Where the gap is."""
    head = ["", "Communes", "Nombre", "Écart médian", "Absolu", "Spearman", "Avant", "DREES 2015"]
    rows, last = [], ""
    for row in causes.locate(data):
        figures = (row.median_gap, row.median_abs, row.spearman, row.spearman_avant, row.spearman_2015)
        family, last = ("" if row.famille == last else row.famille), row.famille
        rows.append([family, row.nom, str(row.n), *map(two, figures)])
    return table(head, rows)


def write_gain() -> str:
    """What the drawn roads bring to times, on pairs of the Isère that did not serve."""
    labels = {"formule": "formule seule", "axes": "formule et axes routiers"}
    rows = [
        [labels[name], *(two(found[key]) for key in ("mediane", "p90", "ecart_type_ln"))]
        for name, found in axes_fit.load_gain().items()
    ]
    return table(
        ["Durées d'un couple de communes", "Erreur médiane (min)", "90 % sous", "Écart-type du logarithme"],
        rows,
    )


def list_figures(data: soins.Donnees) -> dict[str, str]:
    """Figures the text quotes."""
    published = data.column("apl_medecins")
    before = causes.list_sensitivities(data)[0]
    found = {}
    for name, v in (("", soins.chosen(data, "medecin")), ("avant_", before)):
        for row in soins.compare("", soins.compute(data, v), published, data.border_km):
            found[f"{name}rho_{row.au_dela_km}"] = two(row.spearman)
    low, high = causes.list_extremes(data)
    return found | {"plus_bas": low, "plus_haut": high, "niveau": measure_level(data)}


def measure_level(data: soins.Donnees) -> str:
    """Consultations a year of a doctor that would give the published mean, to the hundred: never used."""
    v = soins.chosen(data, "medecin")
    means = [
        np.average(values, weights=v.demande)
        for values in (data.column("apl_medecins"), soins.compute(data, v))
    ]
    level = load_professions()["medecin"].factor * means[0] / means[1]
    return f"{round(level, -2):,.0f}".replace(",", "\u202f")


def write_parameters() -> str:
    """Every parameter of the APL with its source."""
    rows = [
        [
            p["parametre"],
            p["valeur"],
            "confirmé" if p["confirme"] else "à confirmer",
            f"[{p['source']}]({p['lien']})" if p.get("lien") else p["source"],
        ]
        for p in read_toml("apl.toml")["parametres"]
    ]
    return table(["Paramètre", "Valeur", "", "Source"], rows)


def write_all(folder: Path, atlas: Atlas, courant: Atlas) -> str:
    """The whole document: the model with its tables.

    ``atlas`` reads its basket in one vintage, as the reference document does; ``courant`` as anyone's does.
    """
    data = soins.load(folder)
    model = Path(__file__).with_name("conformite.modele.md").read_text("utf-8")
    return model.format(
        paliers=soins.describe(load_professions()["medecin"]),
        professions=write_professions(data),
        sensibilites=write_sensitivities(data),
        grandeurs=write_estimands(data, atlas),
        ages=write_rows(causes.compare_ages(data), data, "Nos médecins ; ceux de la DREES"),
        plafonds=write_ceilings(folder, data),
        lieux=write_places(data),
        gain=write_gain(),
        parametres=write_parameters(),
        **list_figures(data),
        **nombres.list_words(data),
        **document.write(atlas, data.sans_ligne_2013),
        **deficits.write(courant),
    )


def main() -> None:
    """Build an atlas of the Nord, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    lent = Path(os.environ.get("MAILLAGE_DATA") or RACINE.parent / "shared" / "data")
    parser.add_argument("--from", dest="folder", type=Path, default=lent)
    folder = parser.parse_args().folder
    relief = default_relief("59")
    with tempfile.TemporaryDirectory() as place:
        atlas = build(
            "59",
            folder,
            Path(place) / "un-millesime",
            Parametres(panier="quotidien_un_millesime", relief=relief, tuiles=False),
        )
        courant = build("59", folder, Path(place) / "courant", Parametres(relief=relief, tuiles=False))
        temps_publies_page.refresh(atlas, folder)
        text = write_all(folder, atlas, courant)
    (RACINE / "docs" / "conformite.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
