"""The page of an indicator: its formula typeset, its example with the result."""

import html
import re
from typing import TYPE_CHECKING

import pytest

from maillage.atlas.export import make_long
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue import services_disparus
from maillage.catalogue.services_disparus import ServiceDisparu
from maillage.francais import avec_unite
from maillage.web.socle import atlas as atlases
from maillage.web.territoires import comparaison

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas


@pytest.fixture
def whole(petit_atlas: "Atlas", settings) -> Lecteur:
    """The small département as the code builds it, with every indicator it can hold."""
    settings.MAILLAGE_ATLAS = petit_atlas.dossier
    return Lecteur(petit_atlas)


def test_the_formula_is_a_picture_with_its_text(client, db) -> None:
    page = client.get("/methodes/densite/").content.decode()
    assert 'src="/methodes/densite/formule.svg"' in page
    assert 'alt="Formule : D_t = P_t / S_t"' in page
    picture = client.get("/methodes/densite/formule.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")


def test_the_example_shows_its_result(client, db) -> None:
    page = client.get("/methodes/densite/").content.decode()
    assert re.search(r"font 454,7\s", page)


def test_an_unknown_indicator_has_no_formula(client, db) -> None:
    assert client.get("/methodes/inconnu/formule.svg").status_code == 404


def test_every_exported_figure_gives_the_address_of_its_method(client, db, whole) -> None:
    for niveau in (*whole.niveaux(), "carreau"):
        addresses = set(make_long(whole.tables, niveau)["methode"])
        assert len(addresses) == len(whole.indicateurs(niveau))
    for definition in whole.definitions.values():
        answer = client.get(f"/methodes/{definition.id}/")
        assert answer.status_code == 200
        assert definition.nom in html.unescape(answer.content.decode())


def test_every_figure_compared_is_told_in_the_unit_of_its_indicator(client, db, whole) -> None:
    """Each row of the comparison quotes one indicator, by its name, and its own figures in its own unit."""
    places = whole.territoires("commune")[:3]
    query = "&".join(f"t={place.cle}" for place in places)
    page = html.unescape(client.get(f"/comparer/?{query}").content.decode())
    atlas = atlases.choose(None)
    for row in comparaison.compute_profils(atlas, list(places)):
        if row.definition is None:
            continue
        start = page.index(f"/methodes/{row.definition.id}/")
        told = page[start : page.index("</tr>", start)]
        for place in places:
            figure = whole.chiffre("commune", place.code, row.definition.id)
            assert (
                not figure.connu
                or avec_unite(figure.valeur, figure.definition.unite, figure.definition.arrondi) in told
            )


def test_a_renamed_service_tells_its_former_name_and_the_day(client, db, whole, monkeypatch) -> None:
    gone = ServiceDisparu(
        "officine", "pharmacie", "2020-01-01", "Loi n° 1", "A est devenu B.", confirme=False
    )
    monkeypatch.setattr(services_disparus, "list_gone", lambda: {"officine": gone})
    for address in ("/methodes/duree_pharmacie/", "/carte/?service=pharmacie&mesure=duree_%7Btype%7D"):
        page = client.get(address).content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")
        assert "A est devenu B le 1er janvier 2020 (loi n° 1 ; texte non relu à sa source)." in page, address
    assert "est devenu" not in client.get("/methodes/densite/").content.decode()
