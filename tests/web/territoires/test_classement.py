"""Rankings: order, unknown last, bounds included, cut territories unranked, exports that never run."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.http import QueryDict

from maillage.web.socle import atlas as atlases
from maillage.web.territoires.classement import compute_table, read_choix
from maillage.web.territoires.rangs import _rank


@pytest.fixture
def table(dossier_atlas):
    atlas = atlases.choose(None)
    return lambda query: compute_table(atlas, read_choix(QueryDict(query), atlas))


def names(found) -> list[str]:
    return [ligne.territoire.nom for ligne in found.lignes]


def test_unknown_comes_last_both_ways(table) -> None:
    for order in ("revenu_median", "-revenu_median"):
        found = table(f"c=revenu_median&tri={order}")
        assert names(found)[-1] == "=Formule"
        # A median income is neither better nor worse access: nobody is ranked.
        assert not found.classee


def test_first_is_the_best_access_whatever_the_order(table) -> None:
    ranks = [
        {ligne.territoire.code: ligne.rang for ligne in table(query).lignes}
        for query in (
            "c=duree_france_services&tri=duree_france_services",
            "c=duree_france_services&tri=-duree_france_services",
        )
    ]
    assert ranks[0] == ranks[1]
    assert (ranks[0]["90001"], ranks[0]["90012"]) == (1, 12)  # as the comparison ranks them


def test_a_rank_is_that_of_the_whole_mesh_when_the_table_is_filtered(table) -> None:
    (line,) = table("c=duree_france_services&tri=duree_france_services&nom=zuydbeke").lignes
    assert line.rang == 12


def test_the_default_order_is_worst_first(table) -> None:
    assert names(table("c=duree_france_services"))[0] == "Zuydbeke"  # the other corner from the only one
    assert names(table("c=equipements_10000"))[-1] == "Valbrune"  # the best provided


def test_bounds_are_included(table) -> None:
    found = table("c=revenu_median&seuil=revenu_median&min=18000,0&max=18500&tri=revenu_median")
    assert [ligne.valeurs[0] for ligne in found.lignes] == [18_000, 18_500]


def test_filters(table) -> None:
    assert len(table("dans=epci:200000001").lignes) == 4
    assert names(table("nom=oeuf")) == ["Saint-Œuf"]


def test_a_cut_territory_has_no_rank_and_equals_share_one() -> None:
    places = [SimpleNamespace(code=code, partiel=code == "d") for code in "abcd"]
    shorter = SimpleNamespace(sens="moins")
    held = _rank(SimpleNamespace(definition=shorter, codes="abcd", valeurs=[3.0, 3.0, 5.0, 1.0]), places)
    assert held.par_code == {"a": 1, "b": 1, "c": 3}
    assert held.mots("c") == "3e sur 3"


def test_csv_cannot_run(client, db) -> None:
    body = client.get("/classements/?format=csv&c=revenu_median&tri=nom").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body), delimiter=";"))
    assert "'=Formule" in {row[2] for row in rows}
    assert rows[0][4] == "Revenu disponible médian par unité de consommation (€/an, 2021)"
    assert {row[4] for row in rows if row[1] == "90003"} == {"19000"}
