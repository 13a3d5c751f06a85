"""Forty wrong things to give to a command: values, files, disks, outputs, variables, interruptions.

Each happens in a folder of its own, to a process of its own; a full disk is a limit on what it may write.
"""

from __future__ import annotations

import io
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tests.attaques.commandes.lignes import DOSSIER_ECRIT, DOSSIER_LU, ECRIT, LIBRE, LU, TEXTE

LONG = "n" * 300


@dataclass(frozen=True)
class Attaque:
    """A wrong thing: the roles it is given to, what makes its value, and whether it must be refused."""

    nom: str
    roles: tuple[str, ...] = ()
    valeur: Callable[[str, str], str] = lambda _role, _good: ""
    refus: bool = True
    autour: Callable[[], object] = lambda: None
    change: Callable[[list[str]], list[str]] = list
    reste: bool = False
    """Whether a result may stay, whole, where the command leaves with an error: only saying so failed."""


LECTURES, ECRITURES = (LU, DOSSIER_LU), (ECRIT, DOSSIER_ECRIT)
CHEMINS = (*LECTURES, *ECRITURES)


def spoil(transform: Callable[[bytes], bytes]) -> Callable[[str, str], str]:
    """A copy of the good value whose every file went through ``transform``."""

    def make(_role: str, good: str) -> str:
        copy = Path("abime") / f"abime-{Path(good).name}"
        (shutil.copytree if Path(good).is_dir() else shutil.copyfile)(good, copy)
        for path in [p for p in (copy, *copy.rglob("*")) if p.is_file()]:
            path.write_bytes(transform(path.read_bytes()))
        return str(copy)

    return make


def to_utf16(data: bytes) -> bytes:
    return data.decode("latin-1").encode("utf-16")


def other_kind(role: str, _good: str) -> str:
    return "plein" if role in {LU, ECRIT} else "fichier"


def closed(role: str, good: str) -> str:
    """What may not be read; a place where nothing may be written."""
    if role in ECRITURES:
        Path("ferme").chmod(0o500)
        return f"ferme/{Path(good).name}"
    made = spoil(bytes)(role, good)
    Path(made).chmod(0)
    return made


def constant(value: str) -> Callable[[str, str], str]:
    return lambda _role, _good: value


def fill_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


class Pleine(io.RawIOBase):
    """An output on a full disk."""

    def writable(self) -> bool:
        return True

    def write(self, _data: object) -> int:
        raise OSError(28, "No space left on device")


def fill_output() -> None:
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(Pleine()), "utf-8")


def close_output() -> None:
    sys.stdout = None  # as Python does when it starts with a closed output


def break_pipe() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    sys.stdout = os.fdopen(writing, "w", encoding="utf-8")


def speak_ascii() -> None:
    sys.stdout.reconfigure(encoding="ascii", errors="strict")


def interrupt(number: int) -> Callable[[], None]:
    def plan() -> None:
        def stop(_number: int, frame: FrameType | None) -> None:
            # Python itself swallows what is raised while it lets go of the lock of a module: a moment later.
            if frame and frame.f_code.co_filename.startswith("<frozen importlib"):
                signal.setitimer(signal.ITIMER_REAL, 0.001)
            else:
                os.kill(os.getpid(), number)

        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, 0.04)

    return plan


def lose_folder() -> None:
    Path("perdu").mkdir()
    os.chdir("perdu")
    Path("../perdu").rmdir()


def set_variables(**values: str) -> Callable[[], None]:
    return lambda: os.environ.update(values)


ATTAQUES = [
    Attaque("un chemin absent", LECTURES, constant("absent/x")),
    Attaque("un nom vide", CHEMINS),
    Attaque("un dossier pour un fichier, un fichier pour un dossier", CHEMINS, other_kind),
    Attaque("illisible, ou fermé à l’écriture", CHEMINS, closed),
    Attaque("des octets au hasard", LECTURES, spoil(lambda data: bytes(range(128, 256)) * 9 + data[:50])),
    Attaque("de l’UTF-16", LECTURES, spoil(to_utf16), refus=False),
    Attaque("coupé à la moitié", LECTURES, spoil(lambda data: data[: len(data) // 2]), refus=False),
    Attaque("rien dedans", LECTURES, spoil(lambda _: b"")),
    Attaque("des zéros", LECTURES, spoil(lambda data: bytes(len(data)))),
    Attaque("une archive", LECTURES, spoil(lambda _: b"PK\5\6" + bytes(18))),
    Attaque("un nom trop long", CHEMINS, constant(LONG)),
    Attaque("un chemin à travers un fichier", CHEMINS, constant("fichier/dessous")),
    Attaque("un lien qui tourne en rond", CHEMINS, constant("boucle")),
    Attaque("un lien mort", LECTURES, constant("mort")),
    Attaque("une prise", CHEMINS, constant("prise")),
    Attaque("un tube où écrire", ECRITURES, constant("tube")),
    Attaque("un lien vers un tube où écrire", ECRITURES, constant("lien-tube")),
    Attaque("un nom qui n’est pas de l’UTF-8", (*CHEMINS, TEXTE), constant("a\udcffb"), refus=False),
    Attaque("un caractère de commande", (*LECTURES, TEXTE), constant("a\x1b[31m\nb")),
    Attaque("un caractère nul", (*CHEMINS, TEXTE, LIBRE), constant("a\0b")),
    Attaque("un disque plein", ECRITURES, lambda _role, good: good, refus=False, autour=fill_disk),
    Attaque("un mot inconnu", (TEXTE,), constant("zzz")),
    Attaque("un mot vide", (TEXTE,), refus=False),
    Attaque("un mot de dix mille lettres", (TEXTE,), constant("z" * 10_000)),
    Attaque("pas un nombre", (TEXTE,), constant("nan")),
    Attaque("un nombre infini", (TEXTE,), constant("1e999")),
    Attaque("un nombre négatif", (TEXTE,), constant("-1")),
    Attaque("un nombre énorme", (TEXTE,), constant("9" * 30)),
    Attaque("un chemin qui remonte", (TEXTE,), constant("../../x")),
    Attaque("une formule, une requête", (TEXTE, LIBRE), constant("=1+1' OR 1=1 --"), refus=False),
    Attaque("une option inconnue", change=lambda argv: [*argv[:1], "--inconnue", *argv[1:]]),
    Attaque("des arguments de trop", change=lambda argv: [*argv, *(["trop"] * 3)]),
    Attaque("une commande mal écrite", change=lambda argv: [f"{argv[0]}x", *argv[1:]]),
    Attaque("la sortie fermée", autour=close_output),
    Attaque("la sortie pleine", autour=fill_output, refus=False, reste=True),
    Attaque("le lecteur de la sortie parti", autour=break_pipe, refus=False, reste=True),
    Attaque("une sortie sans accents", autour=speak_ascii, refus=False, reste=True),
    Attaque("Ctrl-C", autour=interrupt(signal.SIGINT), refus=False),
    Attaque("le dossier courant disparu", autour=lose_folder, refus=False),
    Attaque(
        "des variables fausses",
        autour=set_variables(
            DATABASE_URL="zzz", MAILLAGE_VAR="fichier", MAILLAGE_CACHE="fichier", MAILLAGE_SERVICES="x",
            COLUMNS="x", TZ="Nulle/Part", TMPDIR="absent", LANG="zz_ZZ", HOME="absent",
        ),
        refus=False,
    ),
]  # fmt: skip
