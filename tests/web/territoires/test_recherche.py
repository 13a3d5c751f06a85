"""The search page, its suggestions, and the addresses that its catalogue gives."""

import json

import pytest
from django.urls import Resolver404, resolve

from maillage.atlas.recherche.recolte import make_index
from maillage.catalogue.mots_courants import list_pages, list_words
from maillage.catalogue.types_service import list_types
from maillage.web.socle import atlas as atlases


def test_each_answer_leads_to_a_page_that_exists(dossier_atlas) -> None:
    index = make_index(atlases.choose(None))
    wrong = []
    for named in index.nommees:
        try:
            resolve(named.reponse.url.partition("?")[0])
        except Resolver404:
            wrong.append(named.reponse)
    assert wrong == []
    assert len(index.nommees) > 200


def test_everyday_words_mean_something_that_is() -> None:
    kinds = {"service": set(list_types()), "page": {page.adresse for page in list_pages()}}
    keys = list_words()
    assert [key for key in keys if key[0] in kinds and key[1] not in kinds[key[0]]] == []


def test_the_page_and_the_suggestions_give_the_same_first(client, dossier_atlas) -> None:
    suggested = client.get("/recherche/suggestions.json?q=medcin").json()
    assert suggested[0]["nom"] == "Médecin généraliste"
    page = client.get("/recherche/?q=medcin").content.decode()
    assert page.index(suggested[0]["nom"]) < page.index("Chercher «\xa0medcin\xa0»")
    assert suggested[0]["url"].replace("&", "&amp;") in page


def test_what_is_read_in_another_atlas_stays_in_it(client, dossier_atlas) -> None:
    other = atlases.list_ids()[-1]
    found = client.get(f"/recherche/suggestions.json?q=valbrune&atlas={other}").json()
    assert found[0]["url"] == f"/territoires/commune/90001/?atlas={other}"


@pytest.mark.parametrize("words", ["", "%00", "zzzz", "%C5%93", "a" * 3000])
def test_no_word_breaks_the_suggestions(client, dossier_atlas, words) -> None:
    answer = client.get(f"/recherche/suggestions.json?q={words}")
    assert answer.status_code == 200
    assert isinstance(json.loads(answer.content), list)
