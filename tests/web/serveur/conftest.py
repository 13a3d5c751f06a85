"""A real install: its own folder, its own process with its worker, and readers who speak HTTP to it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

# Long enough for the busiest machine: each wait ends as soon as what it waits for is there.
PATIENCE_S = 120
PREPARE = """
import json, sys
from pathlib import Path
from maillage.web.serveur.preparation import set_up
set_up(Path(sys.argv[1]), Path(sys.argv[2]))
from django.db import connection
from maillage.sdaasp.chargement import load_programme
from maillage.web.comptes.commands import creer_demonstration
from maillage.web.programme.chargement import load_if_empty
load_if_empty(load_programme())
password, _ = creer_demonstration()
ask = lambda name: connection.cursor().execute(f"PRAGMA {name}").fetchone()[0]
pragmas = [ask(name) for name in ("journal_mode", "synchronous", "foreign_keys")]
print(json.dumps({"mot_de_passe": password, "pragmas": pragmas}))
"""


def wait_for(check: Callable[[], object]) -> object:
    """The first true answer of ``check``."""
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        if found := check():
            return found
        time.sleep(0.05)
    pytest.fail(f"rien au bout de {PATIENCE_S} s")


class Lecteur:
    """Someone with a browser: cookies kept, forms sent with their token."""

    def __init__(self, adresse: str) -> None:
        self.adresse = adresse
        self.session = requests.Session()
        self.session.headers["Accept-Encoding"] = "identity"

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.adresse + path, timeout=PATIENCE_S, allow_redirects=False)

    def post(self, path: str, data: dict | None = None, **options) -> requests.Response:
        sent = {"csrfmiddlewaretoken": self.session.cookies["csrftoken"], **(data or {})}
        return self.session.post(
            self.adresse + path, sent, timeout=PATIENCE_S, allow_redirects=False, **options
        )

    def connect(self, courriel: str, mot_de_passe: str) -> "Lecteur":
        page = self.get("/comptes/connexion/")
        assert page.status_code == 200, (page.status_code, page.headers, page.text[-1500:])
        answer = self.post("/comptes/connexion/", {"username": courriel, "password": mot_de_passe})
        assert answer.status_code == 302, answer.text
        return self


class Installation:
    """``maillage serve`` on a folder of its own."""

    def __init__(self, var: Path, atlas: Path, **environment: str) -> None:
        self.var, self.atlas, self.process = var, atlas, None
        self.base = var / "maillage.sqlite3"
        kept = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        self.environment = {k: v for k, v in kept.items() if not k.startswith("MAILLAGE_")} | environment
        self.mot_de_passe, self.pragmas = "", []

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def prepare(self) -> "Installation":
        """The database, the programme of the catalogue, the demonstration accounts."""
        found = json.loads(self.run("-c", PREPARE, str(self.var), str(self.atlas)))
        self.mot_de_passe, self.pragmas = found["mot_de_passe"], found["pragmas"]
        return self

    def start(self) -> "Installation":
        """Serve, in a group of processes of its own, until the health page answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.adresse = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "maillage", "serve", "--atlas", str(self.atlas)]
        with (self.var / "serveur.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--var", str(self.var), "--port", str(port)],
                env=self.environment,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self._ready)
        return self

    def _ready(self) -> bool:
        assert self.process.poll() is None, (self.var / "serveur.log").read_text("utf-8")[-2000:]
        try:
            return requests.get(f"{self.adresse}/sante", timeout=PATIENCE_S).ok
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        """SIGKILL to the server, its threads and its children, at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def connect(self, role: str) -> Lecteur:
        return Lecteur(self.adresse).connect(f"{role}@demonstration.invalid", self.mot_de_passe)


@pytest.fixture(scope="session")
def installation_preparee(tmp_path_factory: pytest.TempPathFactory, dossier_atlas: Path) -> Installation:
    """Prepared once; never served, only copied."""
    return Installation(tmp_path_factory.mktemp("preparee") / "var", dossier_atlas).prepare()


@pytest.fixture
def installer(
    tmp_path: Path, dossier_atlas: Path, installation_preparee: Installation
) -> Iterator[Callable[[], Installation]]:
    """Make installs, each a copy of the prepared one; none outlives the test."""
    made: list[Installation] = []

    def make(name: str = "var") -> Installation:
        shutil.copytree(installation_preparee.var, tmp_path / name)
        made.append(Installation(tmp_path / name, dossier_atlas))
        made[-1].mot_de_passe = installation_preparee.mot_de_passe
        return made[-1]

    yield make
    for installation in made:
        installation.kill()


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[[Callable[[], object]], object]:
    return wait_for
