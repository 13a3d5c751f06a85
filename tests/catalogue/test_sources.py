"""The catalogue's sources, and the page that shows them."""

from pathlib import Path

import pytest

from maillage.catalogue.sources import list_sources
from maillage.catalogue.statistiques import list_columns, list_statistics
from maillage.catalogue.types_service import list_bpe2013_labels, list_bpe_codes, list_types
from maillage.sources.registre import READERS

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "sources.md"


@pytest.mark.parametrize("source", list_sources().values(), ids=list_sources())
def test_the_guide_says_of_each_source_whether_it_was_tried(source: object) -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| `{source.id}` |")]
    assert len(rows) == 1
    cells = [cell.strip() for cell in rows[0].strip("|").split("|")]
    assert cells[1] == source.nom
    assert cells[4] == ("oui" if source.eprouve else "non")
    assert cells[5] == ("confirmée" if source.confirme else "à la main")


def test_each_source_has_a_reader_but_openstreetmap() -> None:
    assert set(list_sources()) - set(READERS) == {"osm", "gtfs", "altitudes"}


def test_each_offer_column_names_a_known_type() -> None:
    known = set(list_types())
    for source in list_sources():
        for column in list_columns(source):
            if column.role == "offre":
                assert column.id in known


def test_bpe_2013_has_its_173_types_and_codes_are_not_shared() -> None:
    assert len(list_bpe2013_labels()) == 173
    codes = [code for t in list_types().values() for code in t.bpe_codes]
    assert len(codes) == len(set(codes)) == len(list_bpe_codes())


DATED_BY_THE_FILE = {"places_jeune_enfant", "arcep_fixe", "arcep_mobile"}


def test_statistics_have_a_unit_a_label_and_a_year() -> None:
    for column in list_statistics().values():
        assert column.unite, column.id
        assert column.libelle, column.id
        assert column.millesime.isdigit() or column.source in DATED_BY_THE_FILE, column.id
        assert column.id.isidentifier()
