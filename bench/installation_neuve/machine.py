"""A new Debian, booted with its own systemd, for a while: debootstrap and systemd-nspawn, as root.

It shares the network of this machine: ports 80, 443, 5432 and 8000 must be free. What this machine needs to
reach Debian's and Python's packages (certificates, settings of apt and pip) is copied into it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PIP_CACHE = Path("/", "root", ".cache", "pip")
PACKAGES = "ca-certificates,dbus,systemd,systemd-sysv"
NETWORK = ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf", "usr/local/share/ca-certificates")
PLAIN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
PATIENCE_S = 60


@dataclass
class Journal:
    """What was measured: step → seconds, and what it showed; how busy the machine was meanwhile."""

    lignes: list[tuple[str, float, str]] = field(default_factory=list)
    charges: list[float] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Time a step; what is put in the list is told beside."""
        said: list[str] = []
        start = time.monotonic()
        yield said
        self.charges.append(os.getloadavg()[1])
        self.lignes.append((name, time.monotonic() - start, " ".join(said)))
        print(f"{self.lignes[-1][1]:7.1f} s  {name}  {self.lignes[-1][2]}", flush=True)


@dataclass(frozen=True, slots=True)
class Machine:
    """A running system: its files, and the process that leads it."""

    root: Path
    leader: int

    def run(self, script: str, **variables: str) -> str:
        """What a shell script says there, started as root in an empty environment; raises when it fails."""
        given = {**PLAIN, "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **variables}
        inside = ["nsenter", f"--target={self.leader}", "-m", "-u", "-i", "-n", "-p", "-C", "--"]
        command = [*inside, "env", "-i", *(f"{key}={value}" for key, value in given.items()), "bash", "-c"]
        done = subprocess.run([*command, script], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refus(f"{script}\n{done.stdout[-20_000:]}\n{done.stderr[-20_000:]}")
        return done.stdout

    def keep(self, copy: Path) -> None:
        """A copy of its files, its base at rest."""
        self.run("systemctl stop postgresql nginx")
        subprocess.run(["cp", "-a", "--reflink=auto", self.root, copy], check=True)
        self.run("systemctl start postgresql nginx")


class Refus(RuntimeError):
    """A command of the guide that failed, with what it said."""


def make_base(folder: Path, miroir: str | None = None) -> Path:
    """A Debian 12 with nothing but systemd, made once, from ``miroir`` or debootstrap's own choice."""
    base = folder / "debian"
    if not (base / "etc/debian_version").exists():
        command: list[str | Path] = [
            "debootstrap",
            "--variant=minbase",
            f"--include={PACKAGES}",
            "bookworm",
            base,
            *([miroir] if miroir else []),
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    lend_network(base)
    return base


def lend_network(root: Path) -> None:
    """Copy what this machine reaches packages by; nothing else of it."""
    for name in NETWORK:
        path = Path("/") / name
        if path.is_dir():
            shutil.copytree(path, root / name, dirs_exist_ok=True)
        elif path.exists():
            shutil.copyfile(path, root / name)
    for path in Path("/etc/apt/apt.conf.d").iterdir():
        if "Acquire::" in path.read_text("utf-8"):
            shutil.copyfile(path, root / "etc/apt/apt.conf.d" / path.name)


@contextmanager
def boot(base: Path, root: Path) -> Iterator[Machine]:
    """A base, started, that keeps nothing of what is done to it; stopped and thrown away at the end."""
    cache = root.parent / "pip"
    cache.mkdir(exist_ok=True)
    with laid_over(base, root), start(root, cache) as machine:
        yield machine


@contextmanager
def laid_over(base: Path, root: Path) -> Iterator[None]:
    """The files of a base, where changes are kept aside."""
    aside = root.parent / f"{root.name}.ecrit"
    for folder in (root, aside / "haut", aside / "travail"):
        folder.mkdir(parents=True)
    layers = f"lowerdir={base.resolve()},upperdir={aside / 'haut'},workdir={aside / 'travail'}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, root], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", root], check=True)
        shutil.rmtree(aside)


@contextmanager
def start(root: Path, cache: Path) -> Iterator[Machine]:
    """Boot these files; power off at the end."""
    command = [
        "systemd-nspawn", "--quiet", "--boot", f"--directory={root}", "--register=no", "--keep-unit",
        "--console=pipe", "--resolv-conf=replace-host", "--hostname=neuve",
        f"--bind={cache}:{PIP_CACHE}",
    ]  # fmt: skip
    with (root.parent / f"{root.name}.log").open("wb") as log:
        nspawn = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        machine = Machine(root, find_leader(nspawn.pid))
        wait(machine)
        yield machine
    finally:
        nspawn.terminate()  # an orderly power off
        with suppress(subprocess.TimeoutExpired):
            nspawn.wait(30)
        nspawn.kill()
        nspawn.wait()


def find_leader(nspawn: int) -> int:
    """The process that is number 1 there."""
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        for child in Path(f"/proc/{nspawn}/task/{nspawn}/children").read_text("ascii").split():
            if Path(f"/proc/{child}/comm").read_text("ascii").strip() == "systemd":
                return int(child)
        time.sleep(0.1)
    raise TimeoutError("la machine neuve ne démarre pas")


def wait(machine: Machine) -> None:
    """Until everything it starts is started."""
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        with suppress(Refus):
            machine.run("systemctl is-system-running --wait")
            return
        time.sleep(0.5)
    raise TimeoutError("la machine neuve ne finit pas de démarrer")
