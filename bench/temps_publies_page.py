"""What :mod:`bench.temps_publies` found, as a file of results; :mod:`bench.temps_publies_tables` reads it.

python -m bench.temps_publies_page [--atlas ATLAS]     rewrites bench/temps_publies.toml, which pages read
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench import estimate_fit as fit
from bench.temps_publies import (
    APPROCHES,
    TYPES,
    Floats,
    Monde,
    Nord,
    describe_communal,
    read_monde,
    read_published,
)
from bench.temps_publies_refit import Decision, decide, judge_spread, make_grid
from bench.temps_publies_tables import RESULTS, load_results
from maillage.atlas.construction.build import build
from maillage.atlas.lecture.ouvert import Atlas, open_atlas
from maillage.catalogue.temps_estimes import load_formule
from maillage.catalogue.types_service import list_types

RACINE = Path(__file__).parents[1]
DEPARTEMENT = "59"
COLUMNS = ("publie", "present", "present_au_dela", "ajuste", "places_etalees", "commune_a_commune")


@dataclass(frozen=True)
class Trouve:
    """Everything found: statistics [services, 4] by column, the decision, errors of the second attempt."""

    tables: Mapping[str, Floats]
    decision: Decision
    etalement: Mapping[str, tuple[float, float]]


def compute_all(atlas: Atlas, folder: Path) -> Trouve:
    """Measure, refit, decide."""
    monde, codes = read_monde(atlas), tuple(TYPES)
    published = read_published(folder / "temps_acces_departements.csv", DEPARTEMENT)
    model = fit.Model(fit.read_yardstick(folder / "osrm_isere"))
    decision = decide(make_grid(monde, published, model), model)
    nord, wanted = Nord(monde, codes), np.array([published[code] for code in codes])
    tables = measure(monde, nord, decision) | {"publie": wanted}
    return Trouve(tables, decision, judge_spread(nord, wanted, codes))


def measure(monde: Monde, nord: Nord, decision: Decision) -> dict[str, Floats]:
    """The four statistics of each service in every way of counting."""
    present = nord.compute_minutes()
    return {
        "present": nord.describe(present),
        "present_au_dela": nord.describe(present, beyond=True),
        "ajuste": nord.describe(nord.compute_minutes(decision.formule)),
        "places_etalees": nord.describe(nord.compute_spread_minutes()),
        "commune_a_commune": describe_communal(monde, tuple(TYPES)),
    }


def list_labels() -> dict[str, str]:
    """BPE code → the catalogue's label, of the type of that code alone or of the first of ours."""
    types = list_types()
    labels = {kind.bpe_codes[0]: kind.libelle for kind in types.values() if len(kind.bpe_codes) == 1}
    return {code: labels.get(code, types[ours[0]].libelle) for code, ours in TYPES.items()}


def write_results(found: Trouve, names: Mapping[str, str], counts: Mapping[str, int]) -> str:
    """The file of results; minutes in the order mean, median, first and ninth deciles."""
    d = found.decision
    lines = [
        "# Written by bench/temps_publies_page.py, not by hand; protocol: bench/temps_publies.py",
        "",
    ]
    present = load_formule()
    lines += ["[present]", f"constante = {present.constante}", f"exposant = {present.exposant}", ""]
    lines += ["[ajuste]", f"constante = {d.formule.constante}", f"exposant = {d.formule.exposant}", ""]
    lines += ["[decision]  # each pair: present formula, refit"]
    lines += [f"{name} = {write_pair(getattr(d, name))}" for name in PAIRS]
    lines += [f"partages = {d.partages:.3f}", f"conditions = {write_list(d.conditions)}"]
    lines += [f"adoptee = {str(d.adoptee).lower()}", ""]
    lines += ["[etalement]  # each pair: present convention, places spread over their cell"]
    lines += [f"{name} = {write_pair(pair)}" for name, pair in found.etalement.items()]
    for row, code in enumerate(TYPES):
        role = "approche" if code in APPROCHES else "ajuste" if code in d.ajustes else "juge"
        lines += ["", "[[service]]", f'code = "{code}"', f'nom = "{names[code]}"', f'role = "{role}"']
        lines += [f"lieux = {counts[code]}"]
        lines += [f"{column} = {write_list(found.tables[column][row].round(2))}" for column in COLUMNS]
    return "\n".join(lines) + "\n"


PAIRS = ("ajustement", "jugement", "jugement_au_dela", "isere_mediane", "isere_p90")


def write_pair(pair: tuple[float, float]) -> str:
    """Two errors."""
    return f"[{pair[0]:.4f}, {pair[1]:.4f}]"


def write_list(values: Any) -> str:
    """Numbers or booleans as TOML."""
    return "[" + ", ".join(str(value).lower() for value in np.asarray(values).tolist()) + "]"


def refresh(atlas: Atlas, folder: Path) -> None:
    """Compute on an atlas of the Nord, write the results."""
    found, places = compute_all(atlas, folder), read_monde(atlas).places
    counts = {code: int(places[code]["effectif"].sum()) for code in TYPES}
    RESULTS.write_text(write_results(found, list_labels(), counts), "utf-8")
    load_results.cache_clear()


def main() -> None:
    """Refresh from an atlas, built when none is given."""
    parser = argparse.ArgumentParser(prog="python -m bench.temps_publies_page")
    parser.add_argument("--atlas", type=Path, help="an atlas of the Nord already built")
    chosen = parser.parse_args()
    folder = Path(os.environ.get("MAILLAGE_DATA") or RACINE.parent / "shared" / "data")
    with tempfile.TemporaryDirectory() as place:
        atlas = (
            open_atlas(chosen.atlas) if chosen.atlas else build(DEPARTEMENT, folder, Path(place) / "atlas")
        )
        refresh(atlas, folder)


if __name__ == "__main__":
    main()
