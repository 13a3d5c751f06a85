"""Production as docs/exploitation.md says: PostgreSQL, two processes of gunicorn, a worker, a backup.

A private cluster in a temporary folder, on a socket of its own; it never listens on the network.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.web.serveur import sauvegarde_postgresql as postgresql
from maillage.web.serveur.exercice import rehearse
from maillage.web.socle import magasin
from tests.web.serveur.grappe import ABSENT, ask, find_tools, make_base, start_cluster

pytestmark = pytest.mark.lent
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def grappe() -> Iterator[dict[str, str]]:
    """A cluster of its own; absent: skip here, fail in CI."""
    tools = find_tools()
    if tools is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(ABSENT)
    with start_cluster(tools) as environment:
        yield environment


@pytest.fixture(scope="module")
def migree(grappe, tmp_path_factory) -> str:
    """The name of a database that all migrations make from nothing."""
    env = os.environ | make_base(grappe, "migree")
    env |= {
        "MAILLAGE_VAR": str(tmp_path_factory.mktemp("var")),
        "DJANGO_SETTINGS_MODULE": "maillage.web.settings.local",
    }
    migrate = [sys.executable, "-m", "maillage.web.manage", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=env, check=True)
    return "migree"


@pytest.fixture
def base(grappe, migree, request) -> dict[str, str]:
    """A migrated database; the environment with its address."""
    return make_base(grappe, request.node.name.removeprefix("test_")[:58], migree)


def test_the_journeys_of_production(installer, base, wait_for, tmp_path) -> None:
    install = installer(vide=True, production=True, **base).prepare().start()
    reader = install.connect("charge-mission")
    check_numbers(install)
    # Search whatever the accents and plurals; write, and read the history of what was written.
    assert "mobilités" in reader.get("/programme/recherche/?texte=MOBILITE").text.lower()
    assert (
        reader.post("/programme/commenter/fiche/sante", {"texte": "écrit sur PostgreSQL"}).status_code == 302
    )
    assert "écrit sur PostgreSQL" in reader.get("/programme/fiches/sante/").text
    page = "/programme/modifier/objectif/sante.1/"
    reader.get(page)
    edit = {"version": "1", "libelle": "Un libellé d’essai", "motif": "pour voir"}
    from tests.web.serveur.conftest import Lecteur  # noqa: PLC0415

    public = [Lecteur(install.adresse).get("/programme/objectifs/sante.1/").text for _ in range(8)]
    assert not any("Un libellé d’essai" in text for text in public)  # kept by both processes
    assert reader.post(page, edit).status_code == 302
    public = [Lecteur(install.adresse).get("/programme/objectifs/sante.1/").text for _ in range(8)]
    assert all("Un libellé d’essai" in text for text in public)
    assert "pour voir" in reader.get("/programme/historique/objectif/sante.1/").text
    # Somebody else had the first version under the eyes: nothing is overwritten.
    conflict = reader.post(page, edit | {"libelle": "Un autre"})
    assert conflict.status_code in (200, 409)
    assert "Un libellé d’essai" in reader.get("/programme/objectifs/sante.1/").text
    # Background work, by the worker.
    path = reader.post("/classements/tout").headers["Location"]
    wait_for(lambda: 'id="progression"' not in reader.get(path).text)
    assert zipfile.ZipFile(BytesIO(reader.get(f"{path}fichier").content)).testzip() is None
    # Backup while it serves; loss; restore: the same pages.
    pages = [
        "/programme/fiches/sante/",
        "/programme/declinaisons/",
        "/programme/historique/objectif/sante.1/",
    ]
    before = [without_tokens(reader.get(page).text) for page in pages]
    install.run(
        "-m", "maillage", "sauvegarde", "creer", "--var", str(install.var), str(tmp_path / "copie.dump")
    )
    reader.post("/programme/commenter/fiche/sante", {"texte": "écrit après la sauvegarde"})
    install.kill()
    install.run(
        "-m", "maillage", "sauvegarde", "restaurer", "--var", str(install.var), str(tmp_path / "copie.dump")
    )
    assert (install.var / "avant-restauration-1.dump").is_file()
    install.start()
    reader.adresse = install.adresse
    assert [without_tokens(reader.get(page).text) for page in pages] == before


REMARQUES = """INSERT INTO programme_mouvement (sorte, objet, sur, theme, nature, intitule, texte, le)
SELECT 'x', 'remarque ' || n, '', '', 'valeur', 'x', '', now() FROM generate_series(1, 500) n"""


GIVEN = """INSERT INTO fichiers_fichierdonne (objet, empreinte, nom, genre, octets, description, donne_le)
VALUES ('x', '{}', 'x.pdf', 'pdf', 1, '', now());"""


def test_a_backup_is_sealed_and_restored_whole_or_not_at_all(base, tmp_path, monkeypatch) -> None:
    """Altered, cut, of a newer version, under a live server: refused in words; else the very same rows."""
    for name, value in base.items():
        monkeypatch.setenv(name, value)
    url, copy, var = base["DATABASE_URL"], tmp_path / "copie", tmp_path / "var"
    var.mkdir()
    name = url.rpartition("/")[2]
    ask(base, name, REMARQUES)
    store = var / magasin.DOSSIER
    given, lost = magasin.put(store, b"avis signe"), magasin.sign(b"perdu")
    ask(base, name, GIVEN.format(given) + GIVEN.format(lost))
    assert postgresql.save(url, copy, store) == (lost,)
    magasin.find(store, given).unlink()
    assert postgresql.check(copy)["lignes"]["public.programme_mouvement"] == 500
    assert rehearse(copy, tmp_path, url).lignes["public.programme_mouvement"] == 500
    assert "exercice" not in ask(base, "postgres", "SELECT datname FROM pg_database")
    # What a newer version added goes: coming back is coming back.
    ask(
        base,
        name,
        "DELETE FROM programme_mouvement; CREATE TABLE demain (id integer REFERENCES comptes_personne)",
    )
    held = subprocess.Popen(["psql", "-d", name], stdin=subprocess.PIPE, env=os.environ | base)
    refuse(copy, url, var, "servie en ce moment")
    held.communicate()
    whole = copy.read_bytes()
    middle = len(whole) // 2
    (tmp_path / "abimee").write_bytes(
        whole[:middle] + bytes(b ^ 1 for b in whole[middle : middle + 8]) + whole[middle + 8 :]
    )
    (tmp_path / "coupee").write_bytes(whole[:middle])
    refuse(tmp_path / "abimee", url, var, "octets ont changé")
    refuse(tmp_path / "coupee", url, var, "coupée")
    seal = postgresql.check(copy)
    with (
        postgresql.unpack(copy, tmp_path) as (dump, _),
        pytest.raises(EntreeInvalide, match="lignes annoncées"),
    ):
        postgresql.load(url, dump, {"lignes": {**seal["lignes"], "public.programme_mouvement": 501}})
    assert ask(base, name, "SELECT count(*) FROM programme_mouvement") == "0"
    former = postgresql.restore(copy, url, var)
    assert magasin.read(store, given) == b"avis signe"
    assert former.stat().st_mode & 0o777 == copy.stat().st_mode & 0o777 == 0o600
    assert ask(base, name, "SELECT count(*) FROM programme_mouvement") == "500"
    assert "demain" not in ask(base, name, "SELECT tablename FROM pg_tables")
    assert "public.demain" in postgresql.check(former)["lignes"]
    assert [path.name for path in var.iterdir() if path.name.startswith(".") or "partiel" in path.name] == []


UPGRADE = """
import os, sys
import psycopg
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli import main, mise_a_jour as command
held = []
def upgrade():
    from django.db import connection
    connection.cursor().execute("CREATE TABLE a_moitie (id integer)")
    if os.environ["SUPERVISION"]:
        held.append(psycopg.connect(os.environ["DATABASE_URL"]))
    raise EntreeInvalide("La base refuse.")
command.upgrade = upgrade
sys.argv = ["maillage", "mise-a-jour", "--var", os.environ["MAILLAGE_VAR"]]
main()
"""


def test_an_upgrade_is_refused_undone_or_told_half_done(base, tmp_path) -> None:
    """Somebody connected before it begins, nobody, somebody connected while it migrates."""
    name = base["DATABASE_URL"].rpartition("/")[2]
    env = os.environ | base | {"MAILLAGE_VAR": str(tmp_path), "SUPERVISION": ""}
    env |= {"DJANGO_SETTINGS_MODULE": "maillage.web.settings.local"}

    def upgrade(**more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", UPGRADE], env=env | more, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        return done.stderr

    def list_tables() -> str:
        return ask(base, name, "SELECT tablename FROM pg_tables WHERE tablename = 'a_moitie'")

    held = subprocess.Popen(["psql", "-d", name], stdin=subprocess.PIPE, env=os.environ | base)
    said = upgrade()
    held.communicate()
    assert "la base est servie en ce moment" in said
    assert (list_tables(), list(tmp_path.glob("avant-*"))) == ("", [])
    said = upgrade()
    assert "Rien n'a changé" in said
    assert "La base refuse." in said
    assert list_tables() == ""
    said = upgrade(SUPERVISION="oui")
    assert "Rien n'a changé" not in said
    assert "La base refuse." in said
    assert "à moitié changée" in said
    assert list_tables() == "a_moitie"
    kept = tmp_path / "avant-mise-a-jour-2"
    assert f"maillage sauvegarde restaurer --var {tmp_path} {kept}" in said
    env["DATABASE_URL"] = base["DATABASE_URL"].replace("postgres:", "pgsql:")
    restore = [sys.executable, "-m", "maillage", "sauvegarde", "restaurer", "--var", str(tmp_path), str(kept)]
    subprocess.run(restore, env=env, check=True, capture_output=True)
    assert list_tables() == ""


def refuse(copy: Path, url: str, var: Path, said: str) -> None:
    with pytest.raises(EntreeInvalide, match=said):
        postgresql.restore(copy, url, var)
    assert not list(var.glob("avant-*"))


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


NUMEROTER = """
import json, pathlib, sys
from maillage.web.serveur.preparation import set_up
set_up(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
from maillage.web.comptes.models import Personne
from maillage.web.programme import models
from maillage.web.programme.afom.commands import create_item
from maillage.web.socle.commands import count_use
who = Personne.objects.get(email="charge-mission@demonstration.invalid")
place = {"arrondissement": "593", "theme": "sante", "nature": "atout"}
keys = [create_item(who, place | {"texte": "essai"}).cle for _ in range(20)]
print(json.dumps({"cles": keys, "comptes": [count_use("essai", 7) for _ in range(50)]}))
"""


def check_numbers(install) -> None:
    """Two processes that add items at once never take the same number, nor count the same request."""
    command = [sys.executable, "-c", NUMEROTER, str(install.var), str(install.atlas)]
    pair = [
        subprocess.Popen(command, env=install.environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [json.loads(process.communicate()[0]) for process in pair]
    assert len({key for answer in answers for key in answer["cles"]}) == 40
    assert sorted(n for answer in answers for n in answer["comptes"]) == list(range(1, 101))


def test_what_holds_on_sqlite_holds_on_postgresql(grappe, migree, base) -> None:
    """The tests of accounts, programme, tasks and API again, on PostgreSQL."""
    make_base(grappe, f"test_{base['DATABASE_URL'].rpartition('/')[2]}", migree)
    files = [
        "comptes/test_commands.py",
        "programme/test_edition.py",
        "socle/test_travaux.py",
        "api/test_api.py",
    ]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-m",
        "not lent and not navigateur",
        "-p",
        "no:randomly",
        "--reuse-db",
    ]
    done = subprocess.run(
        [*command, *(f"tests/web/{name}" for name in files)],
        cwd=ROOT,
        env=os.environ | base,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
