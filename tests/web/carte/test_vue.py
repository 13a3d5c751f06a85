"""The map's colours say what the figures say; its address survives nonsense."""

import json
import re

import pytest

from maillage.web.carte import choix
from maillage.web.socle import atlas as atlases

COMMUNES = "/carte/donnees.json?niveau=commune&indicateur="


def colours(client, query: str) -> dict[str, int]:
    view = json.loads(client.get(query).content)
    return {code: tint for tint, codes in enumerate(view["classes"]) for code in codes}


def test_darker_is_farther_and_unknown_is_apart(client) -> None:
    # The only France services is in the first commune, at a corner; the last is at the other end.
    tints = colours(client, COMMUNES + "duree_france_services")
    assert [tints[f"90{r:03d}"] for r in (1, 12)] == [1, 6]
    atlas = atlases.choose(None)
    ordered = sorted(tints, key=lambda code: atlas.chiffre("commune", code, "duree_france_services").valeur)
    assert [tints[code] for code in ordered] == sorted(tints.values())
    assert colours(client, COMMUNES + "revenu_median")["90009"] == 0


def test_where_more_is_better_dark_is_less(client) -> None:
    # Three facilities for 500 people in the first commune; twelve bakeries for 6,000 in the last.
    tints = colours(client, COMMUNES + "equipements_10000")
    assert (tints["90001"], tints["90012"]) == (1, 6)


def test_bivariate_crosses_thirds(client) -> None:
    # Four communes in each third of the one, and of the other but one: poverty falls as density grows.
    tints = colours(client, COMMUNES + "densite&avec=taux_pauvrete")
    assert tints["90009"] == 0  # its poverty is not known
    assert [tints[f"90{r:03d}"] for r in (1, 6, 12)] == [1 + 0 + 2, 1 + 3 + 1, 1 + 6 + 0]


@pytest.mark.parametrize(
    "query",
    [
        "niveau=lune",
        "service=x&mesure=y&seuil=z",
        "lon=abc&lat=1",
        "lon=999&lat=0",
        "contours=lune",
        "page_lieux=x",
        "classes=-3",
        "classes=999",
        "methode=x",
        "indicateur=%00",
        "avec=x",
        "centre=%3Cb%3E",
    ],
)
def test_nonsense_falls_back(client, db, query) -> None:
    assert client.get(f"/carte/?{query}").status_code == 200


def title(client, query: str) -> str:
    found = re.search(
        '<h1>(.*?)</h1>.*?chapeau">(.*?)[:.]', client.get(f"/carte/?{query}").content.decode(), re.DOTALL
    )
    assert found is not None
    return " | ".join(part.strip() for part in found.groups())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("mesure=duree_{type}&service=pharmacie", "Pharmacie | Temps d’accès, en voiture, par commune"),
        ("service=pharmacie&niveau=epci", "Pharmacie | Temps d’accès, en voiture, par intercommunalité"),
        # No indicator measures the hours of a pharmacy: the service is kept, the measure gives way.
        ("service=pharmacie&mesure=effectif", "Pharmacie | Temps d’accès, en voiture, par commune"),
        (
            "service=panier&mesure=part",
            "Services du quotidien (panier) | Habitants trop loin",
        ),  # « : à plus de… »
        ("indicateur=equipements_10000", "Équipements pour 10 000 habitants | Par commune"),
    ],
)
def test_choices_lead_to_an_indicator(client, db, query, words) -> None:
    assert re.sub(r"[\xa0\u202f]", " ", title(client, query)) == words


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "service=pharmacie&mesure=effectif",
            "Pour ce service, la mesure « Accès effectif : heures ouvertes",
        ),
        ("service=college&mesure=effectif", "Pour ce service, la mesure « Accès effectif : heures ouvertes"),
        ("service=poste", "Le service « "),
        ("service=panier&mesure=part&seuil=30", "Pour cette mesure, le seuil « 30 minutes »"),
        ("service=pharmacie&mode=marche", "Pour cette mesure, le déplacement « à pied »"),
        ("service=pharmacie&groupe=plus_65", "Pour cette mesure, le groupe « 65 ans ou plus »"),
        ("indicateur=apl_medecins", "n’a pas ici l’indicateur « apl_medecins »"),
        ("avec=apl_medecins", "l’indicateur « apl_medecins », à croiser"),
        ("niveau=lune", "pas de chiffres par « lune »"),
    ],
)
def test_another_measure_than_the_one_asked_is_never_silent(client, db, query, said) -> None:
    page = re.sub(r"[\xa0\u202f]", " ", client.get(f"/carte/?{query}").content.decode())
    assert said in page
    assert "La carte montre :" in page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "service=pharmacie&mesure=duree&seuil=7&mode=voiture&groupe=tous",
        "service=panier&mesure=part&seuil=7",
        "mesure=duree_{type}&service=pharmacie",
        "indicateur=densite&avec=duree_pharmacie",
        "sujet=territoire",
    ],
)
def test_what_is_shown_as_asked_is_not_commented(client, db, query) -> None:
    assert "La carte montre" not in client.get(f"/carte/?{query}").content.decode()


def test_only_what_the_atlas_holds_is_offered(client, db) -> None:
    page = client.get("/carte/?service=pharmacie").content.decode()
    form = page[
        page.index('<form class="filtres') : page.index("</form>", page.index('<form class="filtres'))
    ]
    services = re.search('name="service">(.*?)</select>', form, re.DOTALL)
    measures = re.search('name="mesure">(.*?)</select>', form, re.DOTALL)
    assert services is not None
    assert measures is not None
    held = {"boulangerie", "college", "france_services", "medecin_generaliste", "panier", "pharmacie"}
    assert set(re.findall('value="(.*?)"', services[1])) == held
    atlas = atlases.choose(None)
    places = [choix.find_place(atlas.definition(name)) for name in atlas.indicateurs("commune")]
    assert set(re.findall('value="(.*?)"', measures[1])) == {
        p[1] for p in places if p and p[0] == "pharmacie"
    }
    assert 'name="mode"' not in form  # one mode only: no choice to make


def test_outlines_hold_every_commune(client) -> None:
    shapes = json.loads(client.get("/carte/contours/commune.geojson").content)
    assert {f["properties"]["code"] for f in shapes["features"]} == {f"90{r:03d}" for r in range(1, 13)}


def test_places_tell_what_is_known(client) -> None:
    found = json.loads(client.get("/carte/lieux/pharmacie.geojson").content)["features"]
    told = {(f["properties"]["nom"], f["properties"]["precision"]) for f in found}
    assert (len(found), told) == (3, {("sans nom", "commune")})
