"""The catalogue printed three ways."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.paniers import build_basket, list_baskets
from maillage.catalogue.types_service import list_types
from maillage.cli.catalogue import catalogue
from maillage.reports import methodes

PARTIES = ["types", "paniers", "indicateurs", "seuils", "vitesses", "sources"]


@pytest.mark.parametrize("part", PARTIES)
def test_json_and_csv_hold_the_same_entries(part: str) -> None:
    rows = json.loads(CliRunner().invoke(catalogue, [part, "--format", "json"]).output)
    text = CliRunner().invoke(catalogue, [part, "--format", "csv"]).output
    table = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(table) > 3
    assert list(rows[0]) == list(table[0])


@pytest.mark.parametrize("part", PARTIES)
def test_table_is_printed(part: str) -> None:
    result = CliRunner().invoke(catalogue, [part])
    assert result.exit_code == 0, result.output
    assert "┃" in result.output


def test_unknown_format_is_a_usage_error() -> None:
    assert CliRunner().invoke(catalogue, ["types", "--format", "xml"]).exit_code == 2


def test_every_type_of_a_basket_exists() -> None:
    known = set(list_types())
    for basket in list_baskets().values():
        for service in basket.services:
            assert set(service.types) | set(service.types_2024) <= known


def test_a_basket_with_an_unknown_type_is_refused() -> None:
    entry = {
        "id": "x", "libelle": "", "description": "", "source": "", "date": "", "lien": "", "confirme": True,
        "modifiable": True,
        "services": [
            {"id": "a", "libelle": "", "types": ["licorne"]},
            {"id": "a", "libelle": "", "types": []},
        ],
    }  # fmt: skip
    with pytest.raises(EntreeInvalide) as caught:
        build_basket(entry)
    assert len(caught.value.fautes) == 3


def test_pages_are_written_where_asked(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(methodes, "typeset", lambda formule: b"<svg/>")
    result = CliRunner().invoke(catalogue, ["pages", str(tmp_path / "methodes")])
    assert result.exit_code == 0
    assert (tmp_path / "methodes" / "index.md").is_file()
    assert "fichiers écrits" in result.output
