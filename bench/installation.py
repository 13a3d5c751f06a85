"""An install for a measure or a picture: its atlas, and a server of its own, stopped at the end."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maillage.cli.demo import build_once

PATIENCE_S = 180


def find_atlas(source: Path | None, departement: str, folder: Path) -> Path:
    """The atlas of real data, or of the embedded example, built once; its database holds the programme."""
    given = [] if source is None else ["--from", str(source)]
    command = [
        sys.executable,
        "-m",
        "maillage",
        "demo",
        "--departement",
        departement,
        "--var",
        str(folder),
        *given,
    ]
    subprocess.run([*command, "--sans-servir", "--sans-navigateur"], check=True)
    return build_once(source, departement, folder)


@contextmanager
def serving(atlas: Path, folder: Path, port: int) -> Iterator[str]:
    """``maillage serve`` in a process of its own, ready; its address."""
    with launching(atlas, folder, port) as (address, _):
        yield address


@contextmanager
def launching(atlas: Path, folder: Path, port: int) -> Iterator[tuple[str, int]]:
    """The same; its address and the number of its process."""
    command = [
        sys.executable,
        "-m",
        "maillage",
        "serve",
        "--atlas",
        str(atlas),
        "--var",
        str(folder),
        "--port",
        str(port),
    ]
    with (folder / "serveur.log").open("wb") as log, subprocess.Popen(command, stderr=log) as server:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            if (code := server.poll()) is not None:
                print(f"Le serveur s’était arrêté : code {code} ; {folder / 'serveur.log'}", file=sys.stderr)
            server.terminate()


def wait_until_ready(address: str) -> None:
    """Until the home page answers: every version has one."""
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        try:
            urllib.request.urlopen(f"{address}/", timeout=20).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(f"{address} ne répond pas")
