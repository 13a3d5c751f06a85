"""The public site as plain files: whole, alone, the same from one copy to the next."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rdflib import DCAT, Graph

from maillage.atlas.construction.ecriture import whole_folder
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.publier import tell_missing
from maillage.web.publication.statique.site import Copie, write_site
from maillage.web.socle.atlas import AtlasOuvert

LIEN = re.compile(r'\b(?:href|src)="([^"]*)"')


@pytest.fixture
def site(db, settings, dossier_atlas: Path, tmp_path: Path) -> Path:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["acces.exemple.fr"], True
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


@pytest.fixture
def production(base_migree: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of an install: its base, its settings, its name."""
    shutil.copy(base_migree, tmp_path / "production.sqlite3")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAILLAGE_", "DJANGO_", "DATABASE_"))}
    return kept | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'production.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "maillage.web.settings.production",
        "MAILLAGE_HOTES": "acces.exemple.fr",
        "MAILLAGE_VAR": str(tmp_path / "installation"),
    }


def run(environment: dict[str, str], *argv: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *argv]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)


PUBLIER = """
import sys
from pathlib import Path
from maillage.cli.publier import prepare
atlas, work, site = map(Path, sys.argv[1:])
prepare(atlas, work, None)
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.web.publication.statique.site import write_site
from maillage.web.socle.atlas import AtlasOuvert
copie = write_site(AtlasOuvert(open_atlas(atlas), par_defaut=True), site, "", lambda _etape, _share: None)
assert copie.pages and not copie.refus, copie.refus
"""


@pytest.mark.lent
def test_an_install_publishes_whole_and_its_base_is_left_alone(
    production, dossier_atlas, base_migree, tmp_path
) -> None:
    before = (tmp_path / "production.sqlite3").read_bytes()
    (tmp_path / "travail").mkdir()
    shutil.copy(base_migree, tmp_path / "travail")
    places = (dossier_atlas / "essai-2026", tmp_path / "travail", tmp_path / "site")
    done = run(production, "-c", PUBLIER, *map(str, places))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "carte" / "index.html").is_file()
    assert (tmp_path / "production.sqlite3").read_bytes() == before
    assert not (tmp_path / "installation").exists()


@pytest.mark.lent
@pytest.mark.parametrize("named", [False, True])
def test_a_demonstration_writes_in_its_folder_or_in_the_base_that_is_named(
    production, dossier_atlas, base_migree, tmp_path, *, named: bool
) -> None:
    before = (tmp_path / "production.sqlite3").read_bytes()
    var, sources = tmp_path / "demonstration", tmp_path / "sources"
    sources.mkdir()
    (var / "atlas").mkdir(parents=True)
    shutil.copy(base_migree, var)
    (var / "atlas" / "59-sources").symlink_to(dossier_atlas / "essai-2026")
    written = var / "maillage.sqlite3"
    if named:
        written = written.rename(tmp_path / "essai.sqlite3")
    base = ("--base", f"sqlite:///{written}") if named else ()
    asked = ("--from", str(sources), "--var", str(var), *base, "--sans-servir", "--sans-navigateur")
    done = run(production, "-m", "maillage", "demo", *asked)
    assert "Comptes de démonstration" in done.stderr, done.stderr
    assert (tmp_path / "production.sqlite3").read_bytes() == before
    assert not (tmp_path / "installation").exists()
    assert (var / "maillage.sqlite3").exists() is not named
    with closing(sqlite3.connect(written)) as held:
        assert held.execute("SELECT count(*) FROM comptes_personne WHERE demonstration").fetchone()[0] > 5


def test_no_site_takes_the_place_of_a_good_one(db, settings, dossier_atlas, tmp_path, monkeypatch) -> None:
    settings.MAILLAGE_ATLAS = dossier_atlas / "essai-2026"
    atlas = AtlasOuvert(open_atlas(dossier_atlas / "essai-2026"), par_defaut=True)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("bon", "utf-8")
    monkeypatch.setattr(Copie, "ask", lambda *_: HttpResponse(status=503))
    with (
        pytest.raises(EntreeInvalide, match="la page / a répondu 503"),
        whole_folder(tmp_path / "site") as new,
    ):
        write_site(atlas, new, "", lambda _etape, _share: None)
    assert (tmp_path / "site" / "index.html").read_text("utf-8") == "bon"


def test_a_page_that_is_refused_is_told(db, settings, dossier_atlas, tmp_path, monkeypatch, capsys) -> None:
    settings.MAILLAGE_ATLAS = dossier_atlas / "essai-2026"
    atlas = AtlasOuvert(open_atlas(dossier_atlas / "essai-2026"), par_defaut=True)
    ask = Copie.ask

    def refuse(self: Copie, address: str) -> HttpResponseBase:
        return HttpResponse(status=500) if address == "/glossaire/" else ask(self, address)

    monkeypatch.setattr(Copie, "ask", refuse)
    copie = write_site(atlas, tmp_path / "site", "", lambda _etape, _share: None)
    assert copie.refus == {"/glossaire/": 500}
    tell_missing(copie.refus)
    assert "1. /glossaire/ (500)" in capsys.readouterr().err
