"""The map given away: the page for a frame, the only one that may be framed; the PNG that says all of it."""

import html
import io
import re

import pytest
from django.http import QueryDict
from PIL import Image

from maillage.reports.rendu import couleurs
from maillage.reports.rendu.planche import Cle, Planche, compose, lines
from maillage.web.carte import partage, vue
from maillage.web.socle.atlas import open_folder

pytestmark = pytest.mark.django_db
VUE = "niveau=commune&indicateur=duree_pharmacie"
# Each room of the site, what is not a page, what is refused, and the views beside the one for a frame.
FERMEES = [
    "/",
    "/carte/",
    f"/carte/?{VUE}",
    "/carte/donnees.json",
    f"/carte/image.png?{VUE}",
    "/carte/integrer/?atlas=inconnu",
    "/territoires/commune/90001/",
    "/comparer/?t=commune:90001",
    "/programme/",
    "/atelier/",
    "/comptes/connexion/",
    "/administration/login/",
    "/api/",
    "/sante",
    "/nulle-part/",
]


def directives(answer) -> dict[str, str]:
    said = answer.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in said)


@pytest.mark.parametrize("address", FERMEES)
def test_nothing_else_may_be_framed(client, address) -> None:
    answer = client.get(address)
    assert directives(answer)["frame-ancestors"] == "'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_page_for_a_frame_may_be_framed_and_does_nothing(client) -> None:
    answer = client.get(f"/carte/integrer/?{VUE}")
    said = directives(answer)
    assert said["frame-ancestors"] == "*"
    assert said["script-src"] == said["form-action"] == said["connect-src"] == said["default-src"] == "'none'"
    assert "X-Frame-Options" not in answer.headers
    text = answer.content.decode()
    assert "<script" not in text
    assert "<form" not in text
    assert client.post(f"/carte/integrer/?{VUE}").status_code == 405


def test_an_answer_kept_in_memory_may_still_be_framed(client, settings) -> None:
    settings.MAILLAGE_PAGES_OCTETS = 2**26
    for _ in range(2):
        answer = client.get(f"/carte/integrer/?{VUE}")
        assert directives(answer)["frame-ancestors"] == "*"
        assert "X-Frame-Options" not in answer.headers


def test_a_frame_says_the_same_to_whoever_is_logged_in_and_gives_no_cookie(client, compte) -> None:
    before = client.get(f"/carte/integrer/?{VUE}")
    client.force_login(compte("prefecture"))
    session = client.session
    after = client.get(f"/carte/integrer/?{VUE}")
    assert after.content == before.content
    assert not before.cookies
    assert not after.cookies
    assert session.session_key == client.session.session_key


def test_a_frame_says_title_unit_nature_legend_vintage_and_the_way_back(client) -> None:
    text = html.unescape(client.get(f"/carte/integrer/?{VUE}").content.decode())
    assert "<h1>Pharmacie</h1>" in text
    assert "En minutes." in text
    assert "Temps simulés." in text
    assert text.count('<i class="c') >= 4
    assert re.search(r"20\d\d · ", text)
    back = re.search(r'href="(http://testserver/carte/\?[^"]*)"', text)
    page = client.get(back[1])
    assert page.context["vue"].indicateur == "duree_pharmacie"
    assert page.context["vue"].niveau == "commune"


def test_the_code_given_is_an_iframe_with_a_title_that_nothing_escapes(client) -> None:
    page = client.get(f"/carte/?{VUE}&centre=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    code = page.context["partage"].cadre
    assert re.fullmatch(r'<iframe src="[^"<>]+" title="[^"<>]+"( [a-z]+="[^"<>]+")+></iframe>', code)
    assert "Pharmacie, temps d’accès, en voiture, par commune" in code
    assert "<script>alert" not in page.content.decode()
    assert html.escape(code) in page.content.decode()
    framed = client.get(html.unescape(re.search('src="([^"]+)"', code)[1]))
    assert "<script" not in framed.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        VUE,
        f"{VUE}&classes=3&methode=rondes&contours=epci&contours=arrondissement&lieux=pharmacie",
        f"{VUE}&avec=densite&lon=3.05&lat=50.05",
        "niveau=carreau&indicateur=duree_pharmacie&centre=90001",
        f"{VUE}&atlas=essai-2025",
    ],
)
def test_the_address_of_a_view_is_read_back_as_that_view(client, query) -> None:
    first = client.get(f"/carte/?{query}").context
    again = client.get(first["partage"].adresse).context
    assert again["vue"] == first["vue"]
    assert again["atlas"].id == first["atlas"].id


def test_the_png_is_drawn_in_the_colours_of_the_map(client) -> None:
    answer = client.get(f"/carte/image.png?{VUE}")
    assert answer.headers["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.width == 1600
        colours = {colour for _, colour in image.convert("RGB").getcolors(2**24)}
    used = {c["teinte"] for c in client.get(f"/carte/?{VUE}").context["legende"]} - {0}
    assert {tuple(bytes.fromhex(couleurs.ECHELLE[t - 1][1:])) for t in used} <= colours


@pytest.fixture
def atlas(dossier_atlas):
    """The toy atlas."""
    return open_folder(dossier_atlas / "essai-2026")


def words(svg: str) -> str:
    return html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))


def dessin(atlas, query: str) -> vue.Dessin:
    return vue.compute_dessin(atlas, vue.read_vue(QueryDict(query), atlas))


def test_the_picture_says_unit_nature_of_times_vintage_source_and_legend(atlas) -> None:
    drawn = dessin(atlas, f"{VUE}&contours=epci&lieux=pharmacie")
    said = words(compose(partage.make_planche(atlas, drawn)))
    assert said.startswith("Pharmacie Temps d’accès, en voiture, par commune. En minutes. Temps simulés.")
    assert all(text in said for _, text in drawn.legende)
    assert "intercommunalités" in said
    assert drawn.definition.millesime in said
    assert all(atlas.nom_source(source) in said for source in drawn.definition.sources[:2])


@pytest.mark.parametrize(
    ("indicateur", "temps"),
    [
        ("duree_pharmacie", True),
        ("part_panier_plus_7min", True),
        ("densite", False),
        ("nombre_pharmacie", False),
    ],
)
def test_the_nature_of_times_is_said_of_what_rests_on_times(client, indicateur, temps) -> None:
    page = client.get(f"/carte/?niveau=commune&indicateur={indicateur}")
    assert page.context["vue"].indicateur == indicateur
    assert ("Temps simulés." in page.context["mentions"]) is temps


def test_texts_of_a_plate_are_cut_into_lines_and_never_markup() -> None:
    assert lines("un deux trois", 10, 50) == ["un deux", "trois"]
    drawing = '<svg viewBox="0 0 10 5"><path d="M0 0"/></svg>'
    svg = compose(Planche("<b>", ("A & B",), drawing, (Cle("c1", "<i>"),), ()))
    assert "<b>" not in svg
    assert "<i>" not in svg
    assert "A &amp; B" in svg
