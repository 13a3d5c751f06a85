"""``python -m deploiement.paquet``: what an install takes, in one archive, the same bytes each time.

Made from a commit, never from the working folder: nothing untracked goes in. The wheel holds what pages load
and the typefaces of documents; ``exigences.txt`` holds the product's own dependencies (and the wheel) with
their hashes, taken from requirements.lock: ``pip install --require-hashes`` accepts nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from bench.dependances.livre import list_shipped

ROOT = Path(__file__).parents[1]
CARRIED = ("deploiement", "docs/exploitation.md", "LICENSE", ".containerignore")
HEADER = "# Ce que Maillage demande : pip install --require-hashes --no-deps --requirement exigences.txt\n"
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)(?:\[[^]]*\])?==")


def main() -> None:
    """Write the archive, and say its name and its SHA-256."""
    parser = argparse.ArgumentParser(description="Fabriquer l’archive d’installation d’un commit.")
    parser.add_argument("dossier", type=Path, nargs="?", default=ROOT / "dist")
    parser.add_argument("--commit", default="HEAD", help="la version à emporter")
    given = parser.parse_args()
    archive = make(given.commit, given.dossier)
    print(f"{hashlib.sha256(archive.read_bytes()).hexdigest()}  {archive}")


def make(commit: str, folder: Path, outils: str = "") -> Path:
    """The archive of a commit, in ``folder``; one already there is replaced.

    ``outils``: the commit whose units and guide go with it, when they are not its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    moment = int(_run("git", "show", "-s", "--format=%ct", commit))
    with tempfile.TemporaryDirectory() as work:
        source, out = Path(work) / "source", Path(work) / "out"
        export(commit, source)
        number(source, commit)
        wheel = build_wheel(source, out, moment)
        lock = (source / "requirements.lock").read_text("utf-8")
        (out / "exigences.txt").write_text(HEADER + list_needs(lock) + pin(wheel), "utf-8")
        carry(outils or commit, out)
        name = "-".join(wheel.name.split("-")[:2])
        return pack(out, folder / f"{name}.tar", name, moment)


def export(commit: str, source: Path) -> None:
    """The tracked files of a commit, and what ``make install`` builds from them."""
    unpack(commit, source)
    (source / "node_modules").symlink_to(ROOT / "node_modules")
    _run("node", "assets/build.mjs", cwd=source)
    (source / "node_modules").unlink()


def unpack(commit: str, folder: Path, *paths: str) -> None:
    """Tracked files of a commit, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["git", "archive", commit, *paths]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as git:
        subprocess.run(["tar", "-x", "-C", folder], stdin=git.stdout, check=True)
    if git.returncode:
        raise subprocess.CalledProcessError(git.returncode, command)


def number(source: Path, commit: str) -> None:
    """Tell two commits of a version apart: ``0.1.0.post630`` is the 630th, unless ``v0.1.0`` is its tag."""
    version = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    if f"v{version}" in _run("git", "tag", "--points-at", commit).split():
        return
    count = _run("git", "rev-list", "--count", commit).strip()
    for name in ("pyproject.toml", "src/maillage/__init__.py"):
        text = (source / name).read_text("utf-8")
        named = re.compile(rf'(?m)^((?:__)?version(?:__)? = "{re.escape(version)})"$')
        (source / name).write_text(named.sub(rf'\1.post{count}"', text), "utf-8")


def build_wheel(source: Path, out: Path, moment: int) -> Path:
    """The wheel of a tree; dates and rights in it say nothing of this machine."""
    for path in source.rglob("*"):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    os.environ["SOURCE_DATE_EPOCH"] = str(moment)
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         f"--wheel-dir={out}", source)  # fmt: skip
    (wheel,) = out.glob("*.whl")
    return wheel


def list_needs(lock: str) -> str:
    """The part of a lock that the product runs on, as the lock writes it."""
    shipped = {one.nom for one in list_shipped() if one.sorte == "pypi"}
    blocks = re.split(r"(?m)^(?=[a-z0-9])", lock)
    return "".join(block for block in blocks if (named := PIN.match(block)) and named["name"] in shipped)


def pin(wheel: Path) -> str:
    """The line that asks for our own wheel, beside this file, and no other."""
    return f"./{wheel.name} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def carry(commit: str, out: Path) -> None:
    """Beside the wheel: units, settings to adapt, the guide, the licence."""
    unpack(commit, out, *CARRIED)
    for script in (out / "deploiement").glob("*.py"):
        script.unlink()


def pack(folder: Path, archive: Path, name: str, moment: int) -> Path:
    """A folder in one file: sorted, dated of the commit, owned by nobody in particular."""

    def forget(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mtime, member.uid, member.gid, member.uname, member.gname = moment, 0, 0, "", ""
        member.mode = 0o755 if member.isdir() else 0o644
        return member

    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as out:
        for path in sorted(folder.rglob("*")):
            out.add(path, f"{name}/{path.relative_to(folder)}", recursive=False, filter=forget)
    return archive


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
