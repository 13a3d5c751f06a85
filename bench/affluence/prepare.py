"""The install that is measured: a real atlas, programme, directory, accounts; made once, then kept."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.web.serveur.grappe import ABSENT, find_tools, make_base, start_cluster

# The files of the directory that a folder of open data may hold; each is imported where it is there.
ANNUAIRES = ("france_services_*.csv", "conseillers_numeriques_*.csv", "france_travail_agences.csv")
MAILLAGE = (sys.executable, "-m", "maillage")
MANAGE = (sys.executable, "-m", "maillage.web.manage")
SAID = "mot-de-passe"


@dataclass(frozen=True)
class Preparee:
    """A folder ``var``, the environment of its processes, the password of the demonstration accounts."""

    var: Path
    environment: dict[str, str]
    mot_de_passe: str


@contextmanager
def prepared(atlas: Path, source: Path, work: Path, *, fsync: bool = True) -> Iterator[Preparee]:
    """The install of this atlas on a cluster of its own: restored where it was kept, else made and kept."""
    tools = find_tools()
    if tools is None:
        sys.exit(ABSENT)
    var, kept = work / "var", work / "base.dump"
    with start_cluster(tools, fsync=fsync) as cluster:
        environment = os.environ | make_base(cluster, "maillage") | tell(var, atlas)
        if not kept.exists():
            make(atlas, source, var, environment)
            run(["pg_dump", "-Fc", "-f", str(kept), "maillage"], environment | cluster)
        else:
            run(["pg_restore", "-d", "maillage", "--no-owner", str(kept)], environment | cluster)
            run([*MANAGE, "migrate", "--verbosity", "0"], environment)
            run([*MANAGE, "collectstatic", "--noinput", "--verbosity", "0"], environment)
        run(["psql", "-q", "-d", "maillage", "-c", "VACUUM ANALYZE"], environment | cluster)
        yield Preparee(var, environment, (var / SAID).read_text("utf-8"))


def tell(var: Path, atlas: Path) -> dict[str, str]:
    """The variables of an install in production; the number of proxies is told when it is served."""
    return {
        "DJANGO_SETTINGS_MODULE": "maillage.web.settings.production",
        "MAILLAGE_VAR": str(var.resolve()),
        "MAILLAGE_ATLAS": str(atlas.resolve()),
    }


def make(atlas: Path, source: Path, var: Path, environment: dict[str, str]) -> None:
    """The programme and the accounts by ``maillage demo``, then the directory by its imports."""
    shutil.rmtree(var, ignore_errors=True)
    place = var / "atlas" / f"59-{source.resolve().name}"  # where the demo looks for the atlas of these data
    place.parent.mkdir(parents=True)
    place.symlink_to(atlas.resolve())
    base = ["--base", environment["DATABASE_URL"]]
    demo = ["demo", "--from", str(source), "--departement", "59", "--var", str(var), *base]
    local = environment | {"DJANGO_SETTINGS_MODULE": "maillage.web.settings.local"}
    said = run([*MAILLAGE, *demo, "--sans-servir", "--sans-navigateur"], local)
    found = re.search(r"mot de passe (\S+)", said)
    assert found, said
    (var / SAID).write_text(found[1], "utf-8")
    for pattern in ANNUAIRES:
        for path in sorted(source.glob(pattern)):
            import_directory(path, source, environment)
    run([*MANAGE, "collectstatic", "--noinput", "--verbosity", "0"], environment)


def import_directory(path: Path, source: Path, environment: dict[str, str]) -> None:
    """One file, what is of the département alone; faults are said, and what is sound is written."""
    base = ["--base", environment["DATABASE_URL"], "--departement", "59", "--communes", str(source)]
    said = run([*MAILLAGE, "annuaire", "importer", str(path), *base], environment, check=False)
    print(f"{path.name} : {said.strip()[-300:]}", file=sys.stderr)


def run(command: list[str], environment: dict[str, str], *, check: bool = True) -> str:
    """What a command says on both outputs; a failure shows it."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if check and done.returncode:
        sys.exit(f"{' '.join(command)}\n{said}")
    return said
