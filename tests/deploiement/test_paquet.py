"""What an install takes: the product's own dependencies with their hashes, every tracked file, same bytes."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from setuptools import Distribution

from deploiement import paquet

ROOT = Path(__file__).parents[2]


def test_needs_are_those_of_the_product_alone() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    needs = paquet.list_needs((ROOT / "requirements.lock").read_text("utf-8"))
    blocks = re.split(r"(?m)^(?=[a-z0-9])", needs)[1:]
    listed = {canonicalize_name(re.split(r"[\[=]", block)[0]) for block in blocks}
    assert asked | {"psycopg", "psycopg-binary", "asgiref", "llvmlite"} <= listed
    assert not listed & {"pytest", "ruff", "pandana", "locust", "uv", "playwright", "setuptools"}
    assert all("==" in block and "--hash=sha256:" in block for block in blocks)


@pytest.mark.filterwarnings("ignore")  # setuptools, of the compiled files beside sources
def test_the_wheel_takes_every_tracked_file_and_what_is_built(
    monkeypatch: pytest.MonkeyPatch, polices: Path
) -> None:
    monkeypatch.chdir(ROOT)
    project = Distribution({"script_name": "setup.py"})
    project.parse_config_files()
    build = project.get_command_obj("build_py")
    build.build_lib = "essai"
    build.ensure_finalized()
    taken = {Path(path).relative_to("essai") for path in build.get_outputs(include_bytecode=False)}
    git = ["git", "ls-files", "src/maillage"]
    tracked = subprocess.run(git, check=True, capture_output=True, text=True).stdout.splitlines()
    assert len(tracked) > 1500
    assert sorted(path for path in tracked if Path(path).relative_to("src") not in taken) == []
    assert Path("maillage/web/socle/static/socle/actifs.json") in taken
    fonts = {path.relative_to(ROOT / "src") for path in polices.glob("*.ttf")}
    assert fonts
    assert fonts <= taken


def test_the_archive_says_nothing_of_when_and_by_whom_it_was_made(tmp_path: Path) -> None:
    for name, moment, mode in (("un", 10**9, 0o600), ("deux", 2 * 10**9, 0o644)):
        (tmp_path / name / "dossier").mkdir(parents=True)
        path = tmp_path / name / "dossier" / "fichier"
        path.write_text("texte", "utf-8")
        path.chmod(mode)
        os.utime(path, (moment, moment))
    one, two = (paquet.pack(tmp_path / n, tmp_path / f"{n}.tar", "maillage", 7) for n in ("un", "deux"))
    assert one.read_bytes() == two.read_bytes()
