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
from pathlib import Path
from urllib.parse import quote

ABSENT = "PostgreSQL n’est pas installé : apt-get install postgresql (voir .ci/system)"
PATIENCE_S = 60


def find_tools() -> Path | None:
    """Where PostgreSQL's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = found[-1] if found else shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def start_cluster(tools: Path, *, fsync: bool = False) -> Iterator[dict[str, str]]:
    """A cluster of its own; the environment it is used in. initdb refuses root: ``postgres`` runs it.

    ``fsync``: each commit waits for the disk, as in production; tests do without.
    """
    folder = Path(tempfile.mkdtemp(prefix="mpg-", dir="/tmp"))  # short: the path of a socket has 107 bytes
    who = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    if who:
        shutil.chown(folder, "postgres", "postgres")
    folder.chmod(0o755)
    run = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **who}
    make = ["-D", folder / "base", "-U", "maillage", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run([tools / "initdb", *make], check=True, **run)
    options = [
        "-c",
        "listen_addresses=",
        "-c",
        f"fsync={'on' if fsync else 'off'}",
        "-c",
        f"unix_socket_directories={folder}",
    ]
    with subprocess.Popen([tools / "postgres", "-D", folder / "base", *options], **run) as server:
        environment = {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PGHOST": str(folder),
            "PGUSER": "maillage",
        }
        try:
            wait_until_it_answers(environment)
            yield environment
        finally:
            server.send_signal(signal.SIGINT)  # a fast shutdown: it waits for nobody
            server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def wait_until_it_answers(environment: dict[str, str]) -> None:
    """Raises ``TimeoutError`` past a minute."""
    end = time.monotonic() + PATIENCE_S
    while ask(environment, "postgres", "SELECT 1") != "1":
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
