"""The bench: each try starts from a folder that holds one good file of each kind, in a process of its own.

It is judged by how it ends, what it says and what it leaves. Nothing is written outside this folder.
"""

from __future__ import annotations

import io
import json
import os
import re
import select
import shutil
import signal
import socket
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path

import click

from maillage import cli
from tests.altitudes import write_tile
from tests.attaques.commandes.lignes import Commande, list_commandes
from tests.attaques.commandes.torts import ATTAQUES, Attaque, break_pipe

LIMITE_S = 60
LILLE_M = (0, 68_000, 8_000, 74_000)
"""Where roads of the example are, in metres around 3° E, 50° N: heights elsewhere are unknown."""
PATIENCE_S = 200
"""To make the good folder, which is no try: a busy machine takes its time."""
ANGLAIS = re.compile(
    r"Errno|No such|denied|[Nn]ot a |Is a dir|[Ee]rror|"
    r"[Ii]nvalid|[Ff]ailed|[Uu]nable|[Cc]annot|[Ee]xpect(ed|ing) "
)
SCENARIO = """maillage: scenario 1
nom: Un accueil
modifications:
- ouvrir:
    type: france_services
    nom: Un accueil
    commune: '59101'
"""
ANNUAIRE = """[{"source": "essai", "id": "essai--1", "nom": "CCAS", "date_maj": "2026-01-31"}]"""
CORRESPONDANCE = """nom = "Points d’accueil"
[colonnes]
"nom" = "structure.nom"
"""
PRELOADED = """
atlas.construction.build atlas.construction.controle atlas.export atlas.memoire atlas.modele atlas.lots
atlas.reseau.itineraires atlas.reseau.departements reports.diagnostic.rapport reports.methodes
reports.ecrire.classeur reports.ecrire.docx sdaasp.reprise.chargement sdaasp.reprise.fusion sources.classeur
sources.osm.lieux web.serveur.preparation
"""


@dataclass
class Verdict:
    """What became of an attack on a command: tries, refusals, faults (the line tried, what went wrong)."""

    commande: str
    attaque: str
    essais: int = 0
    refus: int = 0
    fautes: list[str] = field(default_factory=list)


def attack(command: Commande, attaque: Attaque, good: Path, *, every: bool) -> Verdict:
    """The tries of one attack: on the whole line, on ``every`` parameter of its roles, or on one of them."""
    verdict = Verdict(command.nom, attaque.nom)
    if not attaque.roles:
        attempt(
            verdict,
            good,
            attaque,
            lambda: attaque.change(command.argv()),
            refus=attaque.refus and not command.endless,
        )
    targets = [p for p in command.parametres if command.role(p)[0] in attaque.roles]
    turn = ATTAQUES.index(attaque) % max(len(targets), 1)
    for parameter in targets if every else targets[turn : turn + 1]:
        role, value = command.role(parameter)
        attempt(
            verdict,
            good,
            attaque,
            partial(_line, command, parameter, attaque, role, value),
            refus=attaque.refus and command.knows(parameter),
        )
    return verdict


def _line(command: Commande, parameter: click.Parameter, attaque: Attaque, role: str, good: str) -> list[str]:
    return command.argv(parameter, attaque.valeur(role, good))


def attempt(
    verdict: Verdict, good: Path, attaque: Attaque, make: Callable[[], list[str]], *, refus: bool
) -> None:
    """One try in a child, from a fresh copy of the good folder; its faults join the verdict."""
    place = good.with_name("essai")
    renew(good, place)
    argv = make()
    before = picture(place)
    code, said = run(argv, attaque.autour)
    verdict.essais += 1
    verdict.refus += code != 0
    left = sorted(str(p) for p in dict(picture(place).items() ^ before.items())) if code else []
    left = [] if attaque.reste else left
    quiet = attaque.autour is break_pipe
    verdict.fautes += [
        f"{' '.join(argv)[:200]!r} ({code}) : {fault}"
        for fault in judge(code, said, left, refus, quiet=quiet)
    ]


FRAIS: dict[Path, dict[str, tuple[int, int, int]]] = {}


def renew(good: Path, place: Path) -> None:
    """A fresh copy of the good folder, made again only where the last try changed something."""
    if place in FRAIS:
        empty(place / "abime")
        (place / "ferme").chmod(0o700)
    if place not in FRAIS or picture(place) != FRAIS[place]:
        remove(place)
        shutil.copytree(good, place, symlinks=True)
        os.chdir(place)
        make_special()
        FRAIS[place] = picture(place)
    os.chdir(place)


def judge(code: int, said: str, left: list[str], refus: bool, *, quiet: bool) -> Iterator[str]:
    """What is wrong with the end of a try."""
    if code not in {0, 1, 2} or "Traceback" in said or "Exception ignored" in said:
        yield f"fin brutale : {said[-600:]}"
    elif refus and code == 0:
        yield "accepté"
    elif code and not quiet and len(said.split()) < 4:
        yield f"dit trop peu : {said!r}"
    elif code and (english := ANGLAIS.search(said)):
        yield f"de l’anglais, « {english.group()} » : {said[-300:]}"
    if left:
        yield f"laisse {left[:5]}"


def picture(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every path of a folder, with its kind, its size and when it last changed."""
    found, ahead = {}, [str(folder)]
    while ahead:
        for entry in os.scandir(ahead.pop()):
            # A cache is there to keep; a base that is read, a folder that is used, leave these companions.
            if entry.name == "cache" or entry.name.endswith(("-wal", "-shm", ".verrou")):
                continue
            at, inside = entry.stat(follow_symlinks=False), entry.is_dir(follow_symlinks=False)
            changed = 0 if inside or entry.name.endswith(".sqlite3") else at.st_mtime_ns
            found[os.path.relpath(entry.path, folder)] = (at.st_mode, 0 if inside else at.st_size, changed)
            if inside and at.st_mode & 0o500 == 0o500:
                ahead.append(entry.path)
    return found


def run(
    argv: list[str], around: Callable[[], object] = lambda: None, limite_s: float = LIMITE_S
) -> tuple[int, str]:
    """Run a line in a child; its exit code (negative: a signal) and what it said on stderr."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(live(argv, around))
    os.close(writing)
    said, end = b"", time.monotonic() + limite_s
    with os.fdopen(reading, "rb", buffering=0) as heard:
        while select.select([heard], [], [], max(end - time.monotonic(), 0))[0]:
            if not (piece := heard.read(65536)):
                break
            said += piece
        else:
            os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said.decode("utf-8", "replace")


def live(argv: list[str], around: Callable[[], object]) -> int:
    """The child: the command as its user runs it, then Python's own end."""
    sys.stdin = io.StringIO()
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), "utf-8", write_through=True)
    sys.argv = ["maillage", *argv]
    code = 0
    try:
        around()
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - what a user would see as a traceback
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
        code = 99
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError) as error:
        os.write(2, f"Exception ignored: {error}".encode())
    return code


def make_good(place: Path, atlas: Path, sources: Path) -> Path:
    """The folder every try starts from: one good file of each kind, and the traps."""
    from maillage.atlas.reseau.osm import build_reseau  # noqa: PLC0415

    place.mkdir(parents=True)
    shutil.copytree(atlas, place / "atlas")
    shutil.copytree(sources, place / "sources")
    example = Path(import_module("maillage.sources").__file__ or "").parent / "jeu_essai"
    (place / "extraits").mkdir()
    shutil.copy(example / "reseau_jeu_essai.osm.pbf", place / "extraits" / "carte.osm.pbf")
    build_reseau(place / "extraits" / "carte.osm.pbf", ["voiture"], place / "reseau")
    write_tile(place / "altitudes.asc", lambda x, _: x / 100, LILLE_M, step_m=100)
    return place


def fill_good(place: Path) -> None:
    """The rest of the good folder, by the commands themselves."""
    os.chdir(place)
    for line in (
        "atlas offre atlas --out lieux.csv",
        "sdaasp export programme.json",
        "demo --from sources --sans-servir --sans-navigateur",
        "sauvegarde creer --var var sauvegarde.sqlite3",
        "atlas build --departement 59 --from sources --out cache/neuf --sans-tuiles --cache cache",
    ):
        code, said = run(line.split(), limite_s=PATIENCE_S)
        assert code == 0, (line, said)
    shutil.rmtree("cache/neuf")
    Path("decisions.toml").write_text("", "utf-8")
    Path("scenario.yaml").write_text(SCENARIO, "utf-8")
    Path("annuaire.json").write_text(ANNUAIRE, "utf-8")
    Path("correspondance.toml").write_text(CORRESPONDANCE, "utf-8")
    Path("fichier").write_text("un fichier", "utf-8")
    Path("plein").mkdir()
    Path("plein/chose.txt").write_text("quelque chose", "utf-8")
    for name in ("ferme", "abime"):
        Path(name).mkdir(0o700)
    Path("boucle").symlink_to("boucle")
    Path("mort").symlink_to("nulle-part")
    Path("lien-tube").symlink_to("tube")
    with closing(sqlite3.connect("var/maillage.sqlite3")) as base:
        base.execute("PRAGMA journal_mode=DELETE")


def make_special() -> None:
    """What ``copytree`` cannot copy: a pipe and a socket."""
    os.mkfifo("tube")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("prise")


def remove(place: Path) -> None:
    """Remove a folder, closed places included."""
    for path in (p for p in place.rglob("*") if p.is_dir() and not p.is_symlink()):
        path.chmod(0o700)
    shutil.rmtree(place, ignore_errors=True)


def empty(place: Path) -> None:
    """Remove what a folder holds."""
    for path in place.iterdir():
        path.chmod(0o700)
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def preload() -> None:
    """Import once what every child would; nothing that starts a thread."""
    for name in PRELOADED.split():
        import_module(f"maillage.{name}")
    os.environ |= dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:1")  # nobody answers there
    import_module("maillage.sources.telechargement").time.sleep = lambda _seconds: None


def prepare(folder: Path, atlas: Path, sources: Path, base: Path | None) -> None:
    """The good folder, in ``folder/bon``; a child makes what needs threads, since the parent forks."""
    child = os.fork()
    if child == 0:
        make_good(folder / "bon", atlas, sources)
        if base:
            (folder / "bon" / "var").mkdir(0o700)
            shutil.copyfile(base, folder / "bon" / "var" / "maillage.sqlite3")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, "le dossier de départ n’a pas pu être fait"
    fill_good(folder / "bon")


def main() -> None:
    """``FOLDER bon ATLAS SOURCES [BASE]`` makes the good folder; ``FOLDER PART PARTS SHARE`` attacks."""
    folder, first = Path(sys.argv[1]).resolve(), sys.argv[2]
    for name in [n for n in os.environ if n.startswith(("MAILLAGE_", "DJANGO_", "DATABASE_"))]:
        del os.environ[name]
    if first == "bon":
        atlas, sources, *base = (Path(name).resolve() for name in sys.argv[3:])
        prepare(folder, atlas, sources, base[0] if base else None)
        return
    preload()
    own = folder / f"partie-{first}" / "bon"
    shutil.copytree(folder / "bon", own, symlinks=True)
    every = sys.argv[4] == "tout"
    jobs = share_out(1 if every else int(sys.argv[4]))
    for command, attaque in jobs[int(first) :: int(sys.argv[3])]:
        print(json.dumps(vars(attack(command, attaque, own, every=every))), flush=True)


def share_out(turns: int) -> list[tuple[Commande, Attaque]]:
    """Which attacks on which commands: all in one turn, else one of ``turns`` on each, in rotation."""
    return [
        (command, attaque)
        for rank, command in enumerate(list_commandes())
        for number, attaque in enumerate(ATTAQUES)
        if (rank + number) % turns == 0
    ]


if __name__ == "__main__":
    main()
