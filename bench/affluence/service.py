"""What serves in production, from the files of ``deploiement``: gunicorn, the worker, nginx before them."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

DEPLOIEMENT = Path(__file__).parents[2] / "deploiement"
PATIENCE_S = 300
HTTPS = {"X-Forwarded-Proto": "https", "Host": "localhost"}
FORMULAIRE = HTTPS | {"Referer": "https://localhost/"}


@dataclass(frozen=True)
class Service:
    """Where one knocks, and the processes whose time and memory are read."""

    port: int
    gunicorn: int
    grappe: int
    nginx: int | None


def read_gunicorn(port: int, more: list[str]) -> list[str]:
    """The command of the unit, on a port of ours; ``more`` comes last, and wins."""
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOIEMENT / "maillage-web.service", "utf-8")
    _, *arguments = shlex.split(unit["Service"]["ExecStart"])
    arguments[arguments.index("--bind") + 1] = f"127.0.0.1:{port}"
    *options, application = arguments
    return [sys.executable, "-m", "gunicorn", *options, *more, application]


@contextmanager
def serving(
    environment: dict[str, str], work: Path, port: int, more: list[str], *, proxy: bool = True
) -> Iterator[Service]:
    """Everything started, ready, and stopped at the end; logs stay in ``work``."""
    shown = port + 1 if proxy else port
    env = environment | {"MAILLAGE_MANDATAIRES": "1" if proxy else "0"}
    with (
        running(read_gunicorn(port, more), env, work / "gunicorn.log") as web,
        running([sys.executable, "-m", "maillage.web.manage", "travailler"], env, work / "travail.log"),
    ):
        wait_until_ready(port, web)
        if not proxy:
            yield Service(shown, web, find_postgres(), None)
            return
        with proxied(shown, port) as nginx:
            wait_until_ready(shown, nginx)
            yield Service(shown, web, find_postgres(), nginx)


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[int]:
    """A process in a group of its own; its number. It is asked to stop, then killed."""
    with log.open("ab") as said:
        process = subprocess.Popen(command, env=environment, stderr=said, stdout=said, start_new_session=True)
        try:
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def proxied(shown: int, behind: int) -> Iterator[int]:
    """nginx with the example's limits; without TLS, whose certificates a measure has not."""
    folder = Path(tempfile.mkdtemp(prefix="nginx-", dir="/tmp"))
    (folder / "nginx.conf").write_text(adapt(shown, behind, folder), "utf-8")
    command = [
        shutil.which("nginx") or "/usr/sbin/nginx",
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
    ]
    with running(command, dict(os.environ), folder / "nginx.log") as pid:
        yield pid
    shutil.rmtree(folder)


def adapt(shown: int, behind: int, folder: Path) -> str:
    """The example's files, on other ports and in the clear, in the frame that Debian gives them."""
    passed = (DEPLOIEMENT / "nginx-mandataire.conf").read_text("utf-8")
    passed = passed.replace("127.0.0.1:8000", f"127.0.0.1:{behind}").replace("$scheme", "https")
    (folder / "mandataire.conf").write_text(passed, "utf-8")
    site = (DEPLOIEMENT / "nginx.conf.exemple").read_text("utf-8")
    site = re.sub(r"server \{[^{}]*return 301[^{}]*\}", "", site)  # the port that only sends to HTTPS
    site = re.sub(r"listen 443.*;", f"listen 127.0.0.1:{shown};", site)
    site = re.sub(r"\n.*ssl_.*;", "", site)
    site = site.replace("/etc/nginx/maillage-mandataire.conf", str(folder / "mandataire.conf"))
    return (
        "daemon off;\nworker_processes auto;\nworker_rlimit_nofile 8192;\n"
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        "events { worker_connections 4096; }\n"
        f"http {{\naccess_log {folder}/access.log;\nsendfile on;\ntcp_nopush on;\n"
        f"client_body_temp_path {folder}/corps;\nproxy_temp_path {folder}/proxy;\n{site}\n}}\n"
    )


def find_postgres() -> int:
    """The postmaster of the cluster that we started."""
    for child in psutil.Process().children():
        if child.name() == "postgres":
            return int(child.pid)
    raise LookupError("no cluster of ours")


def wait_until_ready(port: int, pid: int) -> None:
    """Until ``/pret`` answers 200; a process that ends first (a port already taken) is an error."""
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            raise RuntimeError(f"process {pid} ended before it served port {port}: its log says why")
        try:
            asked = urllib.request.Request(f"http://127.0.0.1:{port}/pret", headers=HTTPS)
            urllib.request.urlopen(asked, timeout=20).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(f"port {port} is not ready: the log of gunicorn says why")
