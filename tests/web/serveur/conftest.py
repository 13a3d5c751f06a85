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
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.comptes.commands import create_demonstration
from maillage.web.programme.reprise.commands import load_if_empty
load_if_empty(load_programme())
password, _ = create_demonstration({"593": "Douai"})
names = ("journal_mode", "synchronous", "foreign_keys") if connection.vendor == "sqlite" else ()
pragmas = [connection.cursor().execute(f"PRAGMA {name}").fetchone()[0] for name in names]
print(json.dumps({"mot_de_passe": password, "pragmas": pragmas}))
"""


def wait_for(check: Callable[[], object]) -> object:
    """The first true answer of ``check``."""
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        if found := check():
            return found
        time.sleep(0.05)  # asking more often would take the processor of what is waited for
    pytest.fail(f"rien au bout de {PATIENCE_S} s")


class Lecteur:
    """Someone with a browser: cookies kept, forms sent with their token; the proxy in front speaks HTTPS."""

    def __init__(self, adresse: str) -> None:
        self.adresse = adresse
        self.session = requests.Session()
        self.session.headers.update({"Accept-Encoding": "identity", "X-Forwarded-Proto": "https"})

    def _send(self, method: str, path: str, **options) -> requests.Response:
        answer = self.session.request(
            method, self.adresse + path, timeout=PATIENCE_S, allow_redirects=False, **options
        )
        for cookie in self.session.cookies:
            cookie.secure = False  # between the proxy and us, secure cookies travel in clear
        return answer

    def get(self, path: str) -> requests.Response:
        return self._send("GET", path)

    def post(self, path: str, data: dict | None = None, **options) -> requests.Response:
        sent = {"csrfmiddlewaretoken": self.session.cookies["csrftoken"], **(data or {})}
        headers = {"Referer": self.adresse.replace("http:", "https:")}
        return self._send("POST", path, data=sent, headers=headers, **options)

    def connect(self, courriel: str, mot_de_passe: str) -> "Lecteur":
        page = self.get("/comptes/connexion/")
        assert page.status_code == 200, (page.status_code, page.text[-1500:])
        answer = self.post("/comptes/connexion/", {"username": courriel, "password": mot_de_passe})
        assert answer.status_code == 302, answer.text
        return self


class Installation:
    """A folder, and the processes that serve it: ``maillage serve``, or gunicorn and a worker."""

    def __init__(self, var: Path, atlas: Path, *, production: bool = False, **environment: str) -> None:
        self.var, self.atlas, self.production = var, atlas, production
        self.processes: list[subprocess.Popen] = []
        self.base = var / "maillage.sqlite3"
        kept = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        self.environment = {k: v for k, v in kept.items() if not k.startswith("MAILLAGE_")} | environment
        if production:
            self.environment |= {
                "DJANGO_SETTINGS_MODULE": "maillage.web.settings.production",
                "MAILLAGE_VAR": str(var),
                "MAILLAGE_ATLAS": str(atlas),
            }
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
        """Serve, in groups of processes of its own, until the health page answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.adresse = f"http://127.0.0.1:{port}"
        alone = ["maillage", "serve", "--atlas", str(self.atlas), "--var", str(self.var), "--port", str(port)]
        patience = ["--timeout", "300", "--graceful-timeout", "300"]  # as long as a loaded machine may take
        several = [
            ["gunicorn", "--workers", "2", *patience, "--bind", f"127.0.0.1:{port}", "maillage.web.wsgi"],
            ["maillage.web.manage", "travailler"],
        ]
        with (self.var / "serveur.log").open("ab") as log:
            for command in several if self.production else [alone]:
                started = subprocess.Popen(
                    [sys.executable, "-m", *command],
                    env=self.environment,
                    stderr=log,
                    start_new_session=True,
                )
                self.processes.append(started)
        wait_for(self._ready)
        return self

    def _ready(self) -> bool:
        dead = any(process.poll() is not None for process in self.processes)
        assert not dead, (self.var / "serveur.log").read_text("utf-8")[-2000:]
        try:
            return requests.get(f"{self.adresse}/pret", timeout=PATIENCE_S).ok
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        """SIGKILL to the servers, their threads and their children, at once."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()
        self.processes = []

    def connect(self, role: str) -> Lecteur:
        return Lecteur(self.adresse).connect(f"{role}@demonstration.invalid", self.mot_de_passe)


@pytest.fixture(scope="session")
def installation_preparee(
    une_fois: Callable[..., Path], dossier_atlas: Path, base_migree: Path
) -> Installation:
    """Prepared once, from a base that was migrated; never served, only copied."""

    def make(folder: Path) -> None:
        (folder / "var").mkdir()
        shutil.copy(base_migree, folder / "var")
        made = Installation(folder / "var", dossier_atlas).prepare()
        kept = {"mot_de_passe": made.mot_de_passe, "pragmas": made.pragmas}
        (folder / "preparee.json").write_text(json.dumps(kept), "utf-8")

    folder = une_fois("installation", make)
    found = Installation(folder / "var", dossier_atlas)
    kept = json.loads((folder / "preparee.json").read_text("utf-8"))
    found.mot_de_passe, found.pragmas = kept["mot_de_passe"], kept["pragmas"]
    return found


@pytest.fixture
def installer(
    tmp_path: Path, dossier_atlas: Path, installation_preparee: Installation
) -> Iterator[Callable[..., Installation]]:
    """Make installs, each a copy of the prepared one unless told otherwise; none outlives the test."""
    made: list[Installation] = []

    def make(name: str = "var", *, vide: bool = False, production: bool = False, **env: str) -> Installation:
        if not vide:
            shutil.copytree(installation_preparee.var, tmp_path / name)
        (tmp_path / name).mkdir(exist_ok=True)
        made.append(Installation(tmp_path / name, dossier_atlas, production=production, **env))
        made[-1].mot_de_passe = installation_preparee.mot_de_passe
        return made[-1]

    yield make
    for installation in made:
        installation.kill()


@pytest.fixture(name="wait_for", scope="session")
def _wait_for() -> Callable[[Callable[[], object]], object]:
    return wait_for
