"""Every indicator has its page, sources and words; pages on disk are those of the catalogue."""

import re
from pathlib import Path

import pytest

from maillage.catalogue.indicateurs import load_indicateurs
from maillage.catalogue.lecture import read_toml
from maillage.reports import methodes

DOCS = Path(__file__).parents[2] / "docs" / "methodes"
GLOSSAIRE = DOCS.parents[1] / "GLOSSAIRE.md"


@pytest.mark.parametrize("name", load_indicateurs())
def test_an_indicator_has_its_page_up_to_date(name):
    page = DOCS / f"{methodes.name_page(name)}.md"
    assert page.is_file(), "make docs"
    assert page.read_text("utf-8") == methodes.make_page(load_indicateurs()[name]), "make docs"
    assert (DOCS / "formules" / f"{methodes.name_page(name)}.svg").is_file()


def test_the_index_is_up_to_date_and_its_links_lead_somewhere():
    index = (DOCS / "index.md").read_text("utf-8")
    assert index == methodes.make_index(load_indicateurs()), "make docs"
    for link in re.findall(r"\]\(([^)]+)\)", index):
        assert (DOCS / link).is_file(), link


def test_each_family_has_a_french_name():
    families = {entry.famille for entry in load_indicateurs().values()}
    assert families <= set(read_toml("methodes.toml")["familles"])


def test_a_page_says_what_is_not_confirmed():
    unconfirmed = [entry for entry in load_indicateurs().values() if not entry.confirme]
    assert unconfirmed
    assert all("à confirmer" in methodes.make_page(entry) for entry in unconfirmed)


def test_each_family_of_indicators_rests_on_words_of_the_glossary():
    known = set(re.findall(r"^\| ([^|]+?) \|", GLOSSAIRE.read_text("utf-8"), re.MULTILINE))
    words = read_toml("methodes.toml")["glossaire"]
    for famille in {entry.famille for entry in load_indicateurs().values()}:
        assert words.get(famille), famille
        assert set(words[famille]) <= known, famille


@pytest.mark.lent
def test_making_the_pages_twice_gives_the_same_bytes(tmp_path):
    written = methodes.write_pages(tmp_path)
    first = {path: path.read_bytes() for path in written}
    methodes.write_pages(tmp_path)
    assert {path: path.read_bytes() for path in written} == first


def test_a_page_of_a_vanished_indicator_goes_and_other_pages_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(methodes, "typeset", lambda formule: b"<svg/>")
    (tmp_path / "formules").mkdir()
    (tmp_path / "formules" / "ancien.svg").write_text("x")
    (tmp_path / "ancien.md").write_text("x")
    (tmp_path / "temps-estimes.md").write_text("x")
    methodes.write_pages(tmp_path)
    assert not (tmp_path / "ancien.md").exists()
    assert (tmp_path / "temps-estimes.md").exists()
