"""Commands work on the folder that the service works on: ``MAILLAGE_VAR`` where nobody says ``--var``."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.cli.mise_a_jour import mise_a_jour
from maillage.cli.sauvegarde import sauvegarde
from maillage.cli.serve import serve


@pytest.mark.parametrize("said", ["environnement", "option"])
def test_a_backup_and_an_upgrade_look_for_the_base_there(tmp_path: Path, said: str) -> None:
    there, elsewhere = tmp_path / "service", tmp_path / "autre"
    for folder in (there, elsewhere):
        folder.mkdir()
    env = {"MAILLAGE_VAR": str(there if said == "environnement" else elsewhere), "DATABASE_URL": ""}
    told = [] if said == "environnement" else ["--var", str(there)]
    copied = CliRunner().invoke(sauvegarde, ["creer", *told, str(tmp_path / "copie")], env=env)
    upgraded = CliRunner().invoke(mise_a_jour, told, env=env)
    for done in (copied, upgraded):
        assert f"{there / 'maillage.sqlite3'} n'existe pas" in str(done.exception)


@pytest.mark.parametrize(("said", "expected"), [("la", "la"), (None, "var")])
def test_a_server_too(said: str | None, expected: str) -> None:
    with CliRunner().isolation(env={"MAILLAGE_VAR": said}):
        assert serve.make_context("serve", ["--atlas", "."]).params["var"] == Path(expected)
