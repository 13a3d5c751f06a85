"""Rankings: order, unknown last, bounds included, cut territories unranked, exports that never run."""

import csv
import io

import pytest
from django.http import QueryDict

from maillage.web.socle import atlas as atlases
from maillage.web.territoires.classement import compute_table, read_choix


@pytest.fixture
def table(dossier_atlas):
    atlas = atlases.choose(None)
    return lambda query: compute_table(atlas, read_choix(QueryDict(query), atlas))


def names(found) -> list[str]:
    return [ligne.territoire.nom for ligne in found.lignes]


def test_unknown_comes_last_both_ways(table) -> None:
    for order in ("duree_france_services", "-duree_france_services"):
        found = table(f"c=duree_france_services&tri={order}")
        assert names(found)[-1] == "=Formule"
        assert [ligne.rang for ligne in found.lignes] == [*range(1, 12), None]


def test_the_default_order_is_worst_first(table) -> None:
    assert names(table("c=duree_france_services"))[0] == "Hauteville-la-Sèche"
    assert names(table("c=equipements_10000"))[0] == "Valbrune"


def test_bounds_are_included(table) -> None:
    found = table("c=duree_pharmacie&seuil=duree_pharmacie&min=1,5&max=2&tri=duree_pharmacie")
    assert [ligne.valeurs[0] for ligne in found.lignes] == [1.5, 2.0]


def test_filters(table) -> None:
    assert len(table("dans=epci:E1").lignes) == 4
    assert names(table("nom=oeuf")) == ["Saint-Œuf"]


def test_a_cut_territory_has_no_rank(table) -> None:
    ranks = {ligne.territoire.code: ligne.rang for ligne in table("niveau=bassin_vie").lignes}
    assert ranks == {"B1": 1, "B2": None}


def test_csv_cannot_run(client) -> None:
    body = client.get("/classements/?format=csv&c=duree_pharmacie&tri=nom").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body), delimiter=";"))
    assert "'=Formule" in {row[2] for row in rows}
    assert rows[0][4] == "Durée d’accès : Pharmacie (min, 2024)"
    assert {row[4] for row in rows if row[1] == "99003"} == {"1,5"}
