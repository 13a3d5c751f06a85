"""The map's colours say what the figures say; its address survives nonsense."""

import json

import pytest

COMMUNES = "/carte/donnees.json?niveau=commune&indicateur="


def colours(client, query: str) -> dict[str, int]:
    view = json.loads(client.get(query).content)
    return dict(zip(view["codes"], view["teintes"], strict=True))


def test_darker_is_farther_and_unknown_is_apart(client) -> None:
    tints = colours(client, COMMUNES + "duree_pharmacie")
    assert [tints[f"99{r:03d}"] for r in (1, 12)] == [1, 6]
    ordered = [tints[f"99{r:03d}"] for r in range(1, 13)]
    assert ordered == sorted(ordered)
    assert colours(client, COMMUNES + "duree_france_services")["99009"] == 0


def test_where_more_is_better_dark_is_less(client) -> None:
    tints = colours(client, COMMUNES + "equipements_10000")
    assert (tints["99001"], tints["99012"]) == (6, 1)


def test_bivariate_crosses_thirds(client) -> None:
    # Four communes in each third of both; times and facilities grow together, and facilities are good.
    tints = colours(client, COMMUNES + "duree_pharmacie&avec=equipements_10000")
    assert [tints[f"99{r:03d}"] for r in (1, 6, 12)] == [1 + 0 + 2, 1 + 3 + 1, 1 + 6 + 0]


@pytest.mark.parametrize(
    "query",
    ["niveau=lune", "classes=-3", "classes=999", "methode=x", "indicateur=%00", "avec=x", "centre=%3Cb%3E"],
)
def test_nonsense_falls_back(client, db, query) -> None:
    assert client.get(f"/carte/?{query}").status_code == 200


def test_a_service_and_a_measure_name_an_indicator(client) -> None:
    view = json.loads(client.get("/carte/donnees.json?mesure=duree_{type}&service=pharmacie").content)
    assert view["nom"] == "Durée d’accès\u00a0: Pharmacie"


def test_outlines_hold_every_commune(client) -> None:
    shapes = json.loads(client.get("/carte/contours/commune.geojson").content)
    assert {f["properties"]["code"] for f in shapes["features"]} == {f"99{r:03d}" for r in range(1, 13)}


def test_places_tell_what_is_known(client) -> None:
    found = json.loads(client.get("/carte/lieux/pharmacie.geojson").content)["features"]
    assert [(f["properties"]["nom"], f["properties"]["precision"]) for f in found] == [
        ("sans nom", "commune")
    ]
