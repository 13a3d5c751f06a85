"""The public site as plain files: whole, alone, the same from one copy to the next."""

import re
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from rdflib import DCAT, Graph

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.web.publication.statique.site import write_site
from maillage.web.socle.atlas import AtlasOuvert

LIEN = re.compile(r'\b(?:href|src)="([^"]*)"')


@pytest.fixture
def site(db, settings, dossier_atlas: Path, tmp_path: Path) -> Path:
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.MAILLAGE_ATLAS = dossier_atlas / "essai-2026"
    atlas = AtlasOuvert(open_atlas(dossier_atlas / "essai-2026"), par_defaut=True)
    write_site(atlas, tmp_path / "site", "", lambda _etape, _share: None)
    return tmp_path / "site"


def test_the_site_stands_alone(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    names = {path.relative_to(site).as_posix() for path in pages}
    assert {"index.html", "donnees/index.html", "carte/index.html", "methodes/index.html"} <= names
    assert any(name.startswith("territoires/commune/") for name in names)
    assert not any(name.startswith(("comptes", "atelier", "trouver", "programme")) for name in names)
    for path in pages:
        page = path.read_text("utf-8")
        assert "<script" not in page, path
        assert "<form" not in page, path
        for link in LIEN.findall(page):
            address = unquote(urldefrag(link).url)
            if address and not address.startswith(("https://", "http://", "mailto:", "data:")):
                assert (path.parent / address).is_file(), (path, link)
    home = (site / "index.html").read_text("utf-8")
    assert "en haut de cette page" not in home, "no search is there"
    assert re.search(r"Choisissez la vôtre parmi <a [^>]*>toutes les communes</a>", home)
    for sheet in site.rglob("*.css"):
        for name in re.findall(r"url\(([^)]+)\)", sheet.read_text("utf-8")):
            bare = name.strip("\"'")
            assert bare.startswith("data:") or (sheet.parent / bare).is_file(), (sheet, name)
    graph = Graph().parse(site / "catalogue.ttl", publicID="https://ici.example/catalogue.ttl")
    files = [str(one).removeprefix("https://ici.example/") for one in graph.objects(None, DCAT.downloadURL)]
    assert files
    assert all((site / name).is_file() for name in files)
    assert (site / "catalogue.rdf").is_file()
