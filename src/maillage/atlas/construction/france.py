"""The atlases of many départements: what to build, by whom, and what is already there. See docs/adr/0168.

The folder of atlases is ``out/<code>``; ``out/.faits/<code>.json`` says from what each was made, so that a
second run builds what is missing or changed only. Workers see the same folders as who asks.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl
from distributed import get_worker

from maillage.atlas.construction import build
from maillage.atlas.construction.distribution import SUJET, Moyens, open_client, refuse_failed, run_each
from maillage.atlas.construction.ecriture import check_folder, write_file
from maillage.atlas.construction.empreinte import hash_module
from maillage.atlas.construction.entrees import pick
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.construction.stages import digest
from maillage.atlas.lecture.format import MANIFEST
from maillage.catalogue.departements import check_departement, list_departements
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.base import compute_sha256
from maillage.sources.decouverte import find_sources, list_files
from maillage.sources.registre import read_all

COMMUNES: Final = ("cog", "cog_npm", "cog_insee", "cog_mouvements", "appartenance", "mairies", "contours")
"""What is read to know which départements a folder can make."""

FAITS: Final = ".faits"


@dataclass(frozen=True)
class AtlasAConstruire:
    """What one département's build is given, in folders that its worker sees; ``code``: by which code."""

    departement: str
    source: Path
    out: Path
    parametres: Parametres
    cache: Path | None = None
    reseau: Path | None = None
    transports: Path | None = None
    code: str = ""


@dataclass(frozen=True)
class PlanDeFrance:
    """The départements that a folder can make, and those it names without what they need."""

    possibles: tuple[str, ...]
    laisses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Annonce:
    """What is heard of a département: how it goes, at which stage, in which process, why it failed."""

    departement: str
    etat: Literal["à jour", "en cours", "repris", "construit", "en échec"]
    etape: str = ""
    pid: int = 0
    detail: str = ""


def survey_sources(folder: Path) -> PlanDeFrance:
    """Which départements can be made: one folder for each, named by its code, or national files.

    Of national files: the départements whose communes all have an outline or, without outlines, a town hall.

    Raises:
        EntreeInvalide: no folder, nothing known in it, no list of communes, or the faults of those files.
    """
    if own := sorted(list_own_folders(folder)):
        return PlanDeFrance(tuple(own))
    found = find_sources(folder)
    tables = read_all({name: found[name] for name in COMMUNES if name in found})
    communes, contours = pick(tables, "communes"), pick(tables, "contours")
    if communes is None:
        raise EntreeInvalide("La liste des communes manque. Ajoutez le Code officiel géographique.")
    frame, known = communes.frame, set(list_departements())
    drawn = frame["lon"].is_not_null()
    if contours is not None:
        drawn = frame["code_insee"].is_in(contours.frame["code_insee"].implode())
    whole = frame.with_columns(drawn=drawn).group_by("departement").agg(pl.col("drawn").all())
    rows = [(code, ready) for code, ready in whole.sort("departement").iter_rows() if code in known]
    return PlanDeFrance(
        tuple(code for code, ready in rows if ready), tuple(code for code, ready in rows if not ready)
    )


def list_own_folders(folder: Path) -> set[str]:
    """The codes of départements that folders of ``folder`` are named by."""
    if not folder.is_dir():
        raise EntreeInvalide(f"Le dossier {folder.name} n'existe pas.")
    return {path.name for path in folder.iterdir() if path.is_dir()} & set(list_departements())


def choose(plan: PlanDeFrance, asked: Iterable[str]) -> tuple[str, ...]:
    """The départements asked for, among those that can be made; all of those when none is asked for.

    Raises:
        EntreeInvalide: nothing can be made, or one fault per département unknown or without its data.
    """
    codes, faults = [], []
    for text in asked:
        try:
            codes.append(check_departement(text))
        except EntreeInvalide as refusal:
            faults.append(Faute(refusal.message))
    faults += [
        Faute(f"{code} : le dossier n'a ni ses communes, ni leurs contours, ni leurs mairies")
        for code in codes
        if code not in plan.possibles
    ]
    if not plan.possibles:
        faults.append(Faute("aucun département n'a ses communes et leurs contours ou leurs mairies"))
    if faults:
        raise EntreeInvalide("Des départements ne peuvent être construits.", tuple(faults))
    return tuple(dict.fromkeys(codes)) or plan.possibles


def prepare(
    codes: Iterable[str],
    folder: Path,
    out: Path,
    choices: Callable[[str], Parametres],
    *,
    cache: Path | None = None,
    reseaux: Path | None = None,
    transports: Path | None = None,
) -> list[AtlasAConstruire]:
    """One atlas to build per département; networks and timetables are in folders named by its code.

    Raises:
        EntreeInvalide: nothing can be written in ``out``, or one fault per network or timetable missing.
    """
    check_folder(out)
    own = list_own_folders(folder)
    code = hash_module(build.__name__)
    asked = [
        AtlasAConstruire(
            name,
            (folder / name if name in own else folder).absolute(),
            out.absolute() / name,
            choices(name),
            cache.absolute() / name if cache else None,
            reseaux.absolute() / name if reseaux else None,
            transports.absolute() / name if transports else None,
            code,
        )
        for name in codes
    ]
    given = [place for one in asked for place in (one.reseau, one.transports) if place is not None]
    faults = [Faute("ce dossier n'existe pas", str(place)) for place in given if not place.is_dir()]
    if faults:
        advice = "Chaque département a le sien, nommé par son code."
        raise EntreeInvalide(f"Des réseaux ou des horaires manquent. {advice}", tuple(faults))
    return asked


def build_france(
    asked: Iterable[AtlasAConstruire],
    moyens: Moyens,
    tell: Callable[[Annonce], None],
    *,
    replace: bool = False,
) -> tuple[str, ...]:
    """Build what is missing or changed; the départements built. ``tell`` is called from another thread too.

    ``replace``: put aside an atlas that stands there and was not made by a run as this one.

    Raises:
        EntreeInvalide: at the end, one fault per département that failed; the others are built.
    """
    waiting = {one.departement: one for one in asked}
    contents = {folder: hash_files(folder) for folder in {one.source for one in waiting.values()}}
    signatures = {name: sign(one, contents[one.source]) for name, one in waiting.items()}
    for name in [name for name, one in waiting.items() if is_made(one, signatures[name])]:
        tell(Annonce(name, "à jour"))
        del waiting[name]
    if not waiting:
        return ()
    failed = {} if replace else refuse_others(waiting.values())
    for name, refusal in failed.items():
        tell(Annonce(name, "en échec", detail=str(refusal)))
    jobs = {name: partial(build_one, one) for name, one in waiting.items() if name not in failed}
    for name, outcome in run_jobs(jobs, moyens, tell):
        seen = outcome if isinstance(outcome, EntreeInvalide) else check_seen(waiting[name], outcome)
        if isinstance(seen, EntreeInvalide):
            failed[name] = seen
            tell(Annonce(name, "en échec", detail=str(seen)))
        else:
            keep_made(waiting[name], signatures[name], seen)
            tell(Annonce(name, "construit"))
    refuse_failed(len(waiting), failed)
    return tuple(waiting)


def run_jobs(
    jobs: Mapping[str, Callable[[], str]], moyens: Moyens, tell: Callable[[Annonce], None]
) -> Iterator[tuple[str, str | EntreeInvalide]]:
    """What became of each job; no worker is started for none."""
    if jobs:
        with open_client(moyens, Oreille(tell)) as client:
            yield from run_each(client, jobs)


def refuse_others(asked: Iterable[AtlasAConstruire]) -> dict[str, EntreeInvalide]:
    """By département, why it is not built: another atlas stands in its place."""
    advice = "Ajoutez --remplacer pour le remplacer."
    return {
        one.departement: EntreeInvalide(f"{one.out} tient un atlas construit autrement. {advice}")
        for one in asked
        if read_empreinte(one.out) not in {None, read_made(one).get("empreinte")}
    }


class Oreille:
    """Hears what workers say: a département heard from another process than before was begun again."""

    def __init__(self, tell: Callable[[Annonce], None]) -> None:
        self.tell = tell
        self.pids: dict[str, int] = {}

    def __call__(self, said: Mapping[str, Any]) -> None:
        """One word of a worker."""
        name, pid = said["departement"], said["pid"]
        if self.pids.get(name, pid) != pid:
            self.tell(Annonce(name, "repris", pid=pid))
        self.pids[name] = pid
        self.tell(Annonce(name, "en cours", said["etape"], pid))


class VoixDuTravailleur:
    """The progress of a build, said by its worker to who asked."""

    def __init__(self, departement: str) -> None:
        self.departement = departement

    def progress(self, etape: str, share: float) -> None:
        """Say each stage once, when it begins."""
        if share == 0:
            said = {"departement": self.departement, "etape": etape, "pid": os.getpid()}
            get_worker().log_event(SUJET, said)

    def cancelled(self) -> bool:
        """Whoever stops the workers stops the build."""
        return False


def build_one(asked: AtlasAConstruire) -> str:
    """Build one atlas on a worker; its empreinte.

    Raises:
        EntreeInvalide: the worker runs another code or does not see the data; as :func:`build.build`.
    """
    if hash_module(build.__name__) != asked.code:
        raise EntreeInvalide("Le travailleur n'a pas la même version de Maillage ou de ses bibliothèques.")
    if not asked.source.is_dir():
        raise EntreeInvalide(f"Le travailleur ne voit pas {asked.source} : il lui faut les mêmes dossiers.")
    atlas = build.build(
        asked.departement,
        asked.source,
        asked.out,
        asked.parametres,
        cache=asked.cache,
        suivi=VoixDuTravailleur(asked.departement),
        replace=True,
        reseau=asked.reseau,
        transports=asked.transports,
    )
    return atlas.manifest.empreinte


def check_seen(asked: AtlasAConstruire, empreinte: str) -> str | EntreeInvalide:
    """The empreinte, when the atlas that a worker says it wrote is the one that stands here."""
    if read_empreinte(asked.out) == empreinte:
        return empreinte
    return EntreeInvalide(f"L'atlas écrit par le travailleur ne se voit pas ici, dans {asked.out}.")


def read_empreinte(folder: Path) -> str | None:
    """The SHA-256 of an atlas's manifest; null when there is none."""
    manifest = folder / MANIFEST
    return compute_sha256(manifest) if manifest.is_file() else None


def sign(asked: AtlasAConstruire, content: str) -> str:
    """The hash of all that a build depends on: code, libraries, choices, the ``content`` of its source."""
    places = (asked.reseau, asked.transports)
    manifests = [read_empreinte(place) if place else None for place in places]
    chosen = asked.parametres.as_dict()
    return digest([asked.departement, asked.code, chosen, manifests, content])


def hash_files(folder: Path) -> str:
    """The hash of the names and contents of a folder's files."""
    files = [path for path in list_files(folder) if path.is_file()]
    return digest([(str(path.relative_to(folder)), compute_sha256(path)) for path in files])


def is_made(asked: AtlasAConstruire, signature: str) -> bool:
    """Whether the atlas that stands there is the one that was made from exactly this."""
    return read_made(asked) == {"signature": signature, "empreinte": read_empreinte(asked.out)}


def read_made(asked: AtlasAConstruire) -> dict[str, str]:
    """What an earlier run wrote of an atlas: ``signature``, ``empreinte``; nothing when there was none."""
    try:
        known = json.loads(name_made(asked).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def keep_made(asked: AtlasAConstruire, signature: str, empreinte: str) -> None:
    """Write from what an atlas was made."""
    text = json.dumps({"signature": signature, "empreinte": empreinte}, indent=2)
    write_file(name_made(asked), f"{text}\n".encode())


def name_made(asked: AtlasAConstruire) -> Path:
    """Where it is written: beside the atlas, which holds neither date nor place."""
    return asked.out.parent / FAITS / f"{asked.departement}.json"
