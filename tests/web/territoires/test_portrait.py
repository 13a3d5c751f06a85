"""Portraits say what the atlas holds, in words; documents carry the same."""

import subprocess

import pytest

from maillage.web.socle import atlas as atlases
from maillage.web.socle.atlas import Chiffre
from maillage.web.socle.definitions import Definition
from maillage.web.territoires import comparaison, geographie, queries
from maillage.web.territoires.phrases import ecart


def test_the_opening_sentence(client, db) -> None:
    text = (
        client.get("/territoires/commune/99004/").content.decode().replace("\u202f", " ").replace("\xa0", " ")
    )
    assert "Ici, il faut <strong>13 minutes</strong> en voiture pour atteindre un France services" in text
    assert "Jeu d’essai" in text
    assert "Temps estimés" in text


def test_unknown_is_said(client, db) -> None:
    text = client.get("/territoires/commune/99009/").content.decode()
    assert 'class="nr">non renseigné' in text
    assert "=Formule" in text


def test_an_unjudged_territory_is_not_cleared(client, db) -> None:
    assert "n’a pas été jugé" in client.get("/territoires/commune/99012/").content.decode()
    assert (
        "Pourquoi ce territoire est prioritaire" in client.get("/territoires/commune/99002/").content.decode()
    )


@pytest.mark.parametrize(
    "address", ["/territoires/commune/00000/", "/territoires/lune/1/", "/?atlas=inconnu", "/methodes/rien/"]
)
def test_what_does_not_exist(client, db, address) -> None:
    assert client.get(address).status_code == 404


def test_reading_needs_no_query(client, db, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        client.get("/territoires/commune/99004/")
        client.get("/classements/")
        client.get("/carte/")


def test_neighbours_touch(dossier_atlas) -> None:
    atlas = atlases.choose(None)
    corner = atlas.get_territoire("commune", "99001")
    # A square touches the next one, the one below, and the one across the corner.
    assert {t.code for t in geographie.voisins(atlas, corner)} == {"99002", "99005", "99006"}


def test_the_rank_of_a_territory(dossier_atlas) -> None:
    atlas = atlases.choose(None)
    lines = comparaison.compute_lignes(
        atlas, comparaison.read_territoires(atlas, ["commune:99001", "commune:99012"])
    )
    ranks = {line.definition.id: line.rangs for line in lines}
    assert ranks["duree_pharmacie"] == ["1er sur 12", "12e sur 12"]
    assert ranks["duree_france_services"] == ["2e sur 11", "9e sur 11"]


def test_search_minds_neither_accents_nor_case(dossier_atlas) -> None:
    atlas = atlases.choose(None)
    assert queries.search_territoires(atlas, "saint œuf")[0].code == "99003"
    assert queries.search_territoires(atlas, "SAINT OEUF")[0].code == "99003"
    assert queries.search_territoires(atlas, "etang moines")[0].code == "99004"
    assert queries.search_territoires(atlas, "   ") == []


@pytest.mark.parametrize(
    ("here", "there", "unite", "expected"),
    [
        (13.4, 8.4, "min", "5\xa0min de plus"),
        (8.4, 8.0, "min", "autant"),
        (0.3, 0.21, "part", "9\xa0points de plus"),
        (None, 8.0, "min", ""),
    ],
)
def test_a_gap_in_words(here, there, unite, expected) -> None:
    d = Definition("x", "x", unite=unite, arrondi=2 if unite == "part" else 0)
    assert (
        ecart(Chiffre(d, here, None, None, None, None), Chiffre(d, there, None, None, None, None)) == expected
    )


def test_the_pdf_is_tagged_and_says_the_same(client, tmp_path) -> None:
    path = tmp_path / "portrait.pdf"
    path.write_bytes(client.get("/territoires/commune/99004/portrait.pdf").content)
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in info
    assert "L’Étang-aux-Moines" in text
    assert "13" in text


def test_two_atlases_side_by_side(client, db) -> None:
    text = client.get("/territoires/commune/99004/").content.decode()
    assert "Ce qui a changé" in text
    older = client.get("/territoires/commune/99004/?atlas=essai-2025").content.decode()
    assert "Ce qui a changé" not in older
    assert "/methodes/?atlas=essai-2025" in older


def test_without_any_atlas_the_page_says_what_to_do(client, db, settings, tmp_path) -> None:
    settings.MAILLAGE_ATLAS = tmp_path
    answer = client.get("/")
    assert answer.status_code == 503
    assert "maillage demo" in answer.content.decode()
