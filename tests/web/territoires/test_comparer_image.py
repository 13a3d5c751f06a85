"""The comparison as a picture: figures with unit and vintage, territories by their letter, sources."""

import html
import io
import re

import pytest
from PIL import Image

from maillage.reports.rendu.planche import compose
from maillage.web.socle.atlas import open_folder
from maillage.web.territoires import comparaison, comparaison_image

pytestmark = pytest.mark.django_db
CHOIX = ["duree_pharmacie", "densite"]


@pytest.fixture
def plate(dossier_atlas) -> tuple[str, list]:
    """The picture of two communes on two figures, and its lines."""
    atlas = open_folder(dossier_atlas / "essai-2026")
    chosen = comparaison.read_territoires(atlas, ["commune:90001", "commune:90004"])
    lines = comparaison.compute_lignes(atlas, chosen, CHOIX)
    return compose(comparaison_image.make_planche(atlas, chosen, lines)), lines


def test_the_picture_says_figures_units_vintages_names_and_sources(plate) -> None:
    svg, lines = plate
    said = html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))
    assert "L’Étang-aux-Moines" in said
    assert "Temps simulés." in said
    for line in lines:
        assert line.definition.millesime in said
        for letter, figure in zip("AB", line.chiffres, strict=True):
            assert f"{letter} {round(figure.valeur)}" in said.replace("\u202f", "")
    assert "min" in said
    assert svg.count('class="graphique bande"') == len(lines) == 2


def test_the_picture_leaves_as_a_file(client) -> None:
    answer = client.get("/comparer/?t=commune:90001&t=commune:90004&c=densite&format=png")
    assert answer.headers["Content-Disposition"].endswith('comparaison.png"')
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.format == "PNG"
        assert image.width == 1600
    assert client.get("/comparer/?format=png").headers["Content-Type"].startswith("text/html")
