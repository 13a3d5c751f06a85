"""A PostgreSQL of its own, for a while: in a temporary folder, on a socket, never on the network.

``python -m tests.web.serveur.grappe COMMAND…`` runs it; ``DATABASE_URL`` is an empty base there.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

ABSENT = "PostgreSQL n’est pas installé : apt-get install postgresql (voir .ci/system)"
PATIENCE_S = 60


def find_tools() -> Path | None:
    """Where PostgreSQL's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = found[-1] if found else shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@dataclass
class Grappe:
    """A cluster in a folder: started, killed, started again on what it left on the disk."""

    tools: Path
    folder: Path
    fsync: bool = False
    server: subprocess.Popen | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What its clients are given."""
        path = f"{self.tools}:{os.environ['PATH']}"
        return {"PATH": path, "PGHOST": str(self.folder), "PGUSER": "maillage"}

    def make(self) -> None:
        """Its files; initdb refuses root: ``postgres`` runs it."""
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.folder.chmod(0o755)
        options = ["-U", "maillage", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        subprocess.run(
            [self.tools / "initdb", "-D", self.folder / "base", *options], check=True, **list_ways()
        )

    def start(self) -> None:
        """Serve; refused while a process of the former server is still there, and asked again."""
        end = time.monotonic() + PATIENCE_S
        settings = {
            "listen_addresses": "",
            "fsync": "on" if self.fsync else "off",
            "unix_socket_directories": self.folder,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [self.tools / "postgres", "-D", self.folder / "base", *options]
        while self.server is None or self.server.poll() is not None:
            if time.monotonic() > end:
                raise TimeoutError
            self.server = subprocess.Popen(command, **list_ways())
            wait_until_it_answers(self.environment, self.server)

    def kill(self) -> None:
        """SIGKILL to the process that leads the others, which find it out by themselves."""
        self.server.kill()
        self.server.wait()

    def stop(self) -> None:
        """A fast shutdown: it waits for nobody."""
        self.server.send_signal(signal.SIGINT)
        self.server.wait()


def list_ways() -> dict[str, Any]:
    """How PostgreSQL's programs are run."""
    who = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    return {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **who}


@contextmanager
def hold_cluster(tools: Path, *, fsync: bool = False) -> Iterator[Grappe]:
    """A cluster of its own, that its holder may kill and start again.

    ``fsync``: each commit waits for the disk, as in production; tests do without.
    """
    # The path of a socket has 107 bytes: a short one.
    grappe = Grappe(tools, Path(tempfile.mkdtemp(prefix="mpg-", dir="/tmp")), fsync)
    try:
        grappe.make()
        grappe.start()
        yield grappe
    finally:
        if grappe.server is not None:
            grappe.stop()
        shutil.rmtree(grappe.folder, ignore_errors=True)


@contextmanager
def start_cluster(tools: Path, *, fsync: bool = False) -> Iterator[dict[str, str]]:
    """The same; the environment it is used in."""
    with hold_cluster(tools, fsync=fsync) as grappe:
        yield grappe.environment


def wait_until_it_answers(environment: dict[str, str], server: subprocess.Popen) -> None:
    """Until then, or until it gives up; raises ``TimeoutError`` past a minute."""
    end = time.monotonic() + PATIENCE_S
    while server.poll() is None and ask(environment, "postgres", "SELECT 1") != "1":
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)


def ask(environment: dict[str, str], base: str, question: str) -> str:
    """What psql answers, bare; empty when it refuses."""
    done = subprocess.run(
        ["psql", "-X", "-A", "-t", "-d", base, "-c", question],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def make_base(environment: dict[str, str], name: str, modele: str = "template1") -> dict[str, str]:
    """An empty database, or the copy of another that nobody reads; the environment with its address."""
    ask(environment, "postgres", f"CREATE DATABASE {name} TEMPLATE {modele}")
    host = quote(environment["PGHOST"], safe="")
    return environment | {"DATABASE_URL": f"postgres://maillage@{host}/{name}"}


def main(command: list[str]) -> int:
    """Run a command on a base of its own; its exit code."""
    tools = find_tools()
    if tools is None:
        sys.exit(ABSENT)
    with start_cluster(tools) as cluster:
        return subprocess.run(
            command, env=os.environ | make_base(cluster, "maillage"), check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
