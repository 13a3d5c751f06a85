"""A file that its reader would accept is recognised: in other letters or order, without what is optional."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.statistiques import list_columns
from maillage.sources.decouverte import recognise
from maillage.sources.fichiers import fold
from maillage.sources.registre import READERS, STATISTIQUES

SANS_TABLEAU = {"cog_npm", "contours", "qpv", "mairies", "appartenance"}
TABLEAUX = sorted(set(READERS) - SANS_TABLEAU)
AU_CHOIX = {"carreaux_eurostat": ["GRD_ID"], "gares": ["position_geographique"]}
ANNEES = {"logements_recensement": ["P34_RP"], "revenus_insee": ["MED12"]}


def write(path: Path, headers: list[str]) -> Path:
    path.write_text(";".join(headers) + "\n" + ";".join("x" for _ in headers) + "\n", "utf-8")
    return path


def list_required(folder: Path, source: str, first: list[str]) -> list[str]:
    """The columns without which the reader says « colonne absente »."""
    found = list(first)
    for _ in range(4):
        try:
            READERS[source]((write(folder / "t.csv", found or ["rien"]),))
        except EntreeInvalide as error:
            absent = [f.colonne for f in error.fautes if f.quoi == "colonne absente" and f.colonne]
            if not absent:
                break
            found += [name for name in absent if name not in found]
    return found


@pytest.mark.parametrize("layout", ["published", "other"])
@pytest.mark.parametrize("source", TABLEAUX)
def test_what_the_reader_accepts_is_recognised(tmp_path: Path, source: str, layout: str) -> None:
    first = ANNEES.get(source, []) + (AU_CHOIX.get(source, []) if layout == "other" else [])
    required = list_required(tmp_path, source, first)
    assert recognise(write(tmp_path / "a.csv", required)) == source
    random.Random(source).shuffle(required)
    for change in (str.upper, str.lower, str.title, lambda name: f" {name.replace('_', ' ')} "):
        path = write(tmp_path / "b.csv", [change(name) for name in required])
        assert recognise(path) == source
        assert not list_absent(source, path), "and the reader finds its columns"
    assert recognise(write(tmp_path / "c.csv", [*required, "commentaires du service"])) == source


def list_absent(source: str, path: Path) -> list[str]:
    try:
        READERS[source]((path,))
    except EntreeInvalide as error:
        return [str(f) for f in error.fautes if f.quoi in {"colonne absente", "colonne inconnue"}]
    return []


def test_names_of_a_format_differ_once_folded() -> None:
    """Else a column could be read for another."""
    for source in STATISTIQUES:
        names = [fold(column.colonne) for column in list_columns(source)]
        assert len(set(names)) == len(names), source
