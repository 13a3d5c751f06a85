"""The client of the docs and its notebook, run against a live server; its figures are the atlas's."""

import ast
import importlib.util
import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from maillage.web.comptes.commands import create_jeton
from maillage.web.programme.lecture import read_programme
from maillage.web.socle import atlas as atlases
from maillage.web.socle import debit

from .conftest import MARQUES

DOSSIER = Path(__file__).parents[3] / "docs" / "client"


@pytest.fixture
def client_python(monkeypatch):
    """The module, as the notebook beside it imports it."""
    monkeypatch.syspath_prepend(str(DOSSIER))
    monkeypatch.delitem(sys.modules, "maillage_client", raising=False)
    spec = importlib.util.find_spec("maillage_client")
    module = importlib.util.module_from_spec(spec)
    sys.modules["maillage_client"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["maillage_client"]


def test_it_asks_for_the_standard_library_alone() -> None:
    tree = ast.parse((DOSSIER / "maillage_client.py").read_text("utf-8"))
    named = {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    named |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert {name.partition(".")[0] for name in named} <= sys.stdlib_module_names


def run_notebook() -> tuple[dict, str]:
    """What the cells leave, and what they print: each in order, in one space of names, as a kernel does."""
    book = json.loads((DOSSIER / "exemple.ipynb").read_text("utf-8"))
    assert book["nbformat"] == 4
    names: dict = {}
    with redirect_stdout(io.StringIO()) as said:
        for cell in book["cells"]:
            assert not cell.get("outputs"), "un carnet se garde sans ses sorties"
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), "exemple.ipynb", "exec"), names)
    return names, said.getvalue()


@pytest.mark.usefixtures("client_python")
def test_the_notebook_says_what_the_atlas_says(pleine, live_server, monkeypatch) -> None:
    monkeypatch.setenv("SITE", live_server.url)
    monkeypatch.setenv("CLE", create_jeton(pleine, "carnet", ["programme"]))
    names, said = run_notebook()
    atlas = atlases.choose(None)
    column = atlas.colonne("commune", "densite")
    known = {code: column.chiffre(code).valeur for code in column.codes}
    assert names["densites"] == {code: value for code, value in known.items() if value is not None}
    assert len(names["densites"]) > 5  # more than one page
    densest = max(names["densites"], key=names["densites"].get)
    assert f"{atlas.get_territoire('commune', densest).nom} : {known[densest]:.1f} hab./km²" in said
    held = atlas.deficits("commune")
    kept = sorted((one.rang, code) for code, one in held.items() if one.en_deficit)
    assert [(one["rang"], one["code"]) for one in names["deficits"]] == kept
    assert len(names["declinaisons"]) == len(read_programme().declinaisons) > 20
    assert names["lignes"][0]["valeur"] == f"{known[names['lignes'][0]['code']]:.10g}".replace(".", ",")
    assert set(names["maillage"].quotas) == {"minute", "jour"}


def test_a_client_reads_waits_and_says_why(pleine, live_server, client_python, monkeypatch) -> None:
    waits: list[float] = []
    minutes = iter([1, 1, 1, 2, 2, 2, 2])
    monkeypatch.setattr(debit, "minute", lambda: next(minutes))
    monkeypatch.setattr("maillage.web.api.securite.Limite.PUBLIQUE", 2)
    read = client_python.Maillage(live_server.url, dormir=waits.append)
    assert read.compter("programme/fiches") == len(read_programme().fiches)
    assert read.lire("programme/fiches/sante")["format"] == 1
    assert read.compter("annuaire/structures") == 3  # the third of a minute of two: it waits for the next
    assert len(waits) == 1
    assert 1 <= waits[0] <= 60
    with pytest.raises(client_python.ErreurMaillage, match="Rien ici n’est public") as refused:
        read.lire("gouvernance/seances")
    assert refused.value.statut == 401


def test_a_client_goes_nowhere_else_with_its_key(pleine, live_server, client_python, monkeypatch) -> None:
    with pytest.raises(ValueError, match="https"):
        client_python.Maillage("http://site.example", cle="une clé")
    key = create_jeton(pleine, "essai", ["programme"])
    read = client_python.Maillage(live_server.url, cle=key)
    values = read.tableau("programme/valeurs")
    assert MARQUES["Valeur.auteur"] in {one["auteur"] for one in values}
    with pytest.raises(client_python.ErreurMaillage, match="autre site"):
        read._suivante(read.racine, '<https://ailleurs.example/api/1/atlas?page=2>; rel="next"')
    with pytest.raises(client_python.ErreurMaillage, match="n’a pas répondu"):
        client_python.Maillage("http://127.0.0.1:9", delai_s=1).lire("atlas")
    assert len(read.contours("densite", niveau="commune")["features"]) == 12
