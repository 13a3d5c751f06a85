"""``make chaos``: a day of all roles, servers killed, the base locked, slow clients; nothing is lost.

Eleven people with an account and two without (``roles``) act as fast as the day is short; meanwhile, in an
order drawn by ``--graine``, the web server or the worker receives SIGKILL, another program locks the base,
clients send a byte now and then, the disk fills up. After each kill, and at the end, every acknowledged write
is there, once; each other is there whole or not at all (``test_arret_brutal.check_base``).

With ``--production``: two processes of gunicorn and a worker, on the same SQLite base; slow clients are then
left to the proxy, as docs/exploitation.md says. With ``--postgresql``: the same on a cluster of its own,
whose commits wait for the disk; the processes that serve us are killed, or the one that leads them all.
``--dossier`` names where the install stands; on a disk with less than a gigabyte left (a ``tmpfs``), the disk
is filled up now and then.

Kept out of ``make test``. Not tried: a power cut.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import requests

from bench.tableaux import table
from maillage.cli.demo import build_once
from tests.web.serveur import test_arret_brutal as writes
from tests.web.serveur.conftest import Installation, Lecteur, wait_for
from tests.web.serveur.grappe import ABSENT, Grappe, find_tools, hold_cluster, make_base
from tests.web.serveur.roles import FOUND, ROLES, SANS_COMPTE, Acteur, Lieux, prepare

# The pauses of people whose day lasts minutes, and of what happens to their server; seconds.
PAUSE = (0.1, 0.8)
BETWEEN = (6, 18)
LOCKED = (2, 9)
ABSENTE = (1, 6)
SLOW_S, SLOW = 8, 20
SMALL_DISK = 2**30
SLOW_POST = (
    b"POST /programme/commenter/fiche/sante HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n"
)


class Ecarte(Exception):
    """The server did not do what was asked, and said so."""


@dataclass
class Journee:
    """What the day needs, and what it leaves: acts, answers by role, what happened, what nobody expected."""

    install: Installation
    dossier: Path
    chance: random.Random
    lieux: Lieux = field(default_factory=Lieux)
    grappe: Grappe | None = None
    actes: writes.Actes = field(default_factory=writes.Actes)
    reponses: dict[str, Counter[str]] = field(default_factory=dict)
    evenements: Counter[str] = field(default_factory=Counter)
    absences: list[float] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    lecteurs: dict[str, Lecteur] = field(default_factory=dict)
    finie: threading.Event = field(default_factory=threading.Event)


class LecteurNote(Lecteur):
    """A reader whose answers are counted; one who is sent away goes no further in what they were doing."""

    def __init__(self, adresse: str, reponses: Counter[str]) -> None:
        super().__init__(adresse)
        self.reponses = reponses
        self.moved = ""

    def come_from_elsewhere(self, rank: int) -> None:
        """As another browser, from another address: what is counted by address is not what is tried here."""
        self.session.cookies.clear()
        self.session.headers["X-Forwarded-For"] = f"10.{rank // 65536}.{rank // 256 % 256}.{rank % 256}"

    def _send(self, method: str, path: str, **options) -> requests.Response:
        answer = super()._send(method, path, **options)
        status = answer.status_code
        self.moved = answer.headers.get("Location", "")
        if status >= 500 and status != 503:
            self.reponses[f"{status} à {method} {path}"] += 1
        self.reponses[str(status) if status in {409, 429, 503} else f"{status // 100}xx"] += 1
        sent_away = "/comptes/connexion/" in answer.headers.get("Location", "")
        if status >= 400 or (sent_away and not path.startswith("/comptes/connexion/")):
            raise Ecarte(f"{method} {path} : {status}")
        return answer


def live(day: Journee, role: str) -> None:
    """One person, until the day is over: what is cut or refused is left, the next act follows."""
    answers = day.reponses.setdefault(role, Counter())
    chance = random.Random(f"{role}-{day.chance.random()}")
    rank = 0
    while not day.finie.is_set():
        rank += 1
        try:
            reader = enter(day, role, answers)
            reader.adresse = day.install.adresse
            act = ROLES[role][rank % len(ROLES[role])]
            number = 1000 * list(ROLES).index(role) + rank
            act(Acteur(reader, day.actes, day.lieux, number, chance, day.dossier), f"{role}-{rank}")
        except (requests.RequestException, Ecarte) as error:
            answers["coupées"] += not isinstance(error, Ecarte)
        except Exception as error:  # noqa: BLE001  told at the end, and the day fails
            day.surprises.append(f"{role}, acte {rank} : {error!r:.300}")
        day.finie.wait(chance.uniform(*PAUSE))


def enter(day: Journee, role: str, answers: Counter[str]) -> LecteurNote:
    """The person's browser: logged in once, its session outlives the servers."""
    if role not in day.lecteurs:
        reader = LecteurNote(day.install.adresse, answers)
        if role not in SANS_COMPTE:
            reader.connect(f"{role}@demonstration.invalid", day.install.mot_de_passe)
        day.lecteurs[role] = reader
    return day.lecteurs[role]


def check_all(day: Journee) -> None:
    """Each acknowledged write is there, once: what has a rule of its own, then every kind."""
    writes.check_base(day.install, day.actes)
    bad = [row for row in count_writes(day) if row[4:] != ["0", "0"]]
    assert not bad, bad


def kill_web(day: Journee) -> None:
    """SIGKILL to everything, the base looked at while nobody serves it, then another start."""
    day.install.kill()
    check_all(day)
    day.install.start()


def kill_worker(day: Journee) -> bool:
    """SIGKILL to the worker alone; of ``maillage serve``, to the children at work. Was there one?"""
    if not day.install.production:
        return kill_children(psutil.Process(day.install.processes[0].pid))
    worker = day.install.processes.pop()
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    again = subprocess.Popen(
        worker.args, env=day.install.environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    day.install.processes.append(again)
    return True


def kill_children(server: psutil.Process) -> bool:
    """Wait for a child a while, and kill those there are."""
    limit = time.monotonic() + BETWEEN[1]
    while not (children := server.children(recursive=True)) and time.monotonic() < limit:
        time.sleep(0.02)
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.kill()
    return bool(children)


def lock_base(day: Journee) -> None:
    """Another program writes, for longer than the server waits or not."""
    if address := day.install.environment.get("DATABASE_URL"):
        with psycopg.connect(address) as other:
            other.execute("LOCK TABLE programme_commentaire, comptes_session IN EXCLUSIVE MODE")
            time.sleep(day.chance.uniform(*LOCKED))
        return
    with closing(sqlite3.connect(day.install.base, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(day.chance.uniform(*LOCKED))
        other.execute("ROLLBACK")


def fill_disk(day: Journee) -> bool:
    """Leave not a byte on the disk of the install for a while; was it small enough?"""
    free = shutil.disk_usage(day.install.var).free
    if free > SMALL_DISK:
        return False
    filling = day.install.var / "remplissage"
    try:
        with suppress(OSError), filling.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 2**16)
        time.sleep(day.chance.uniform(*LOCKED))
    finally:
        filling.unlink()
    return True


def kill_postgresql(day: Journee) -> bool:
    """SIGKILL to the processes of PostgreSQL that serve us: it starts again by itself, from its journal."""
    address = day.install.environment.get("DATABASE_URL")
    if not address:
        return False
    with psycopg.connect(address) as base:
        pids = base.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").fetchall()
    for (pid,) in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return True


def kill_cluster(day: Journee) -> None:
    """SIGKILL to the process that leads PostgreSQL: no base for a while, then on what its disk kept."""
    start = time.monotonic()
    day.grappe.kill()
    time.sleep(day.chance.uniform(*ABSENTE))
    day.grappe.start()
    day.absences.append(time.monotonic() - start)


def crawl(day: Journee) -> None:
    """Clients who send a byte of their form now and then, and leave before its end."""
    parts = urlsplit(day.install.adresse)
    with ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection((parts.hostname, parts.port), timeout=10))
            for _ in range(SLOW)
        ]
        limit = time.monotonic() + SLOW_S
        for byte in SLOW_POST + b"a" * 800:
            for client in clients:
                with suppress(OSError):
                    client.sendall(bytes([byte]))
            if time.monotonic() > limit:
                return
            time.sleep(0.05)


EVENEMENTS: dict[str, Callable[[Journee], object]] = {
    "serveur tué": kill_web,
    "travailleur tué": kill_worker,
    "base verrouillée": lock_base,
    "clients lents": crawl,
    "disque plein": fill_disk,
    "processus de PostgreSQL tués": kill_postgresql,
    "PostgreSQL tué en entier": kill_cluster,
}


def list_kinds(day: Journee) -> list[str]:
    """What may happen to this install."""
    never = {"clients lents"} if day.install.production else set()
    never |= set() if day.grappe else {"processus de PostgreSQL tués", "PostgreSQL tué en entier"}
    never |= {"disque plein"} if shutil.disk_usage(day.install.var).free > SMALL_DISK else set()
    return [name for name in EVENEMENTS if name not in never]


def disturb(day: Journee, minutes: float) -> None:
    """What happens to the server, each kind in turn in an order of its own, until the day is over."""
    limit = time.monotonic() + 60 * minutes
    kinds = list_kinds(day)
    while time.monotonic() < limit:
        for name in day.chance.sample(kinds, len(kinds)):
            time.sleep(day.chance.uniform(*BETWEEN))
            if time.monotonic() > limit:
                return
            nothing = EVENEMENTS[name](day) is False
            day.evenements["personne à tuer" if nothing else name] += 1


def spend(day: Journee, minutes: float) -> None:
    """The day, from the start of the server to the last answer."""
    for kind in {*writes.KINDS, *FOUND}:
        day.actes.demandes.setdefault(kind, [])
    day.install.start()
    people = [threading.Thread(target=live, args=(day, role)) for role in ROLES]
    for person in people:
        person.start()
    try:
        disturb(day, minutes)
    finally:
        day.finie.set()
        for person in people:
            person.join()


def count_writes(day: Journee) -> list[list[str]]:
    """By kind: asked, acknowledged, found, lost, twice."""
    rows = []
    for kind, question in FOUND.items():
        found = Counter(text for (text,) in writes.ask_base(day.install, question))
        once = writes.PER_UPLOAD if kind == "import" else 1
        known = day.actes.acquittes.get(kind, [])
        acknowledged = {tag[0] if isinstance(tag, tuple) else tag for tag in known}
        figures = (
            len(day.actes.demandes[kind]),
            len(acknowledged),
            len(found),
            len(acknowledged - set(found)),
            sum(number != once for number in found.values()),
        )
        rows.append([kind, *map(str, figures)])
    return rows


def count_works(day: Journee) -> Counter[str]:
    """What became of each export asked of the worker: made, or said to be interrupted; none is under way."""
    reader = enter(day, "partenaire", Counter())
    reader.adresse = day.install.adresse
    ends: Counter[str] = Counter()
    for path in sorted(set(day.actes.acquittes.get("travail", []))):
        wait_for(lambda path=path: 'id="progression"' not in reader.get(path).text)
        ends["interrompus" if "Ce travail a été interrompu" in reader.get(path).text else "faits"] += 1
    return ends


def describe(day: Journee, works: Counter[str]) -> str:
    """Three tables, in French."""
    columns = ["2xx", "3xx", "409", "4xx", "429", "503", "5xx", "coupées"]
    roles = [[role, *(str(answers[name]) for name in columns)] for role, answers in day.reponses.items()]
    events = [[name, str(number)] for name, number in sorted(day.evenements.items())]
    if day.absences:
        events.append(["secondes sans PostgreSQL, au plus", f"{max(day.absences):.0f}"])
    events += [[f"exports {name}", str(number)] for name, number in sorted(works.items())]
    header = ["écriture", "demandées", "acquittées", "trouvées", "perdues", "pas une fois"]
    return "\n\n".join(
        [
            table(["rôle", *columns], roles),
            table(["ce qui est arrivé", "fois"], events),
            table(header, count_writes(day)),
            *day.surprises[:10],
        ]
    )


def find_failures(day: Journee) -> list[str]:
    """What the day must not show: a write lost or doubled, an error of ours, a surprise."""
    bad = [
        f"{row[0]} : {row[4]} perdues, {row[5]} pas une fois"
        for row in count_writes(day)
        if row[4:] != ["0", "0"]
    ]
    bad += [f"{role} : {what}" for role, said in day.reponses.items() for what in said if " à " in what]
    return bad + day.surprises


def main() -> int:
    """Prepare, live, look, print; 1 when something was lost, doubled or broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--graine", type=int, default=59)
    parser.add_argument("--production", action="store_true", help="gunicorn et un travailleur à part")
    parser.add_argument(
        "--var", type=Path, default=Path("build/chaos"), help="où l’atlas de l’exemple est gardé"
    )
    parser.add_argument("--postgresql", action="store_true", help="la même, sur une grappe à elle")
    parser.add_argument("--dossier", type=Path, help="où faire l’installation ; petit : il sera rempli")
    options = parser.parse_args()
    options.var.mkdir(parents=True, exist_ok=True)
    atlas = build_once(None, "59", options.var).resolve()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-", dir=options.dossier)))
        aside = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="classeurs-")))
        var = folder / "var"
        var.mkdir()
        environment: dict[str, str] = {}
        grappe: Grappe | None = None
        if options.postgresql:
            tools = find_tools()
            if tools is None:
                parser.error(ABSENT)
            grappe = stack.enter_context(hold_cluster(tools, fsync=True))
            environment = make_base(grappe.environment, "chaos")
        production = options.production or options.postgresql
        install = Installation(var, atlas, production=production, **environment)
        lieux = prepare(install, atlas)
        day = Journee(install, aside, random.Random(options.graine), lieux, grappe)
        failures = try_out(day, options.minutes)
    print("\n" + ("\n".join(failures) or "Chaque écriture acquittée est là, une fois."))
    return bool(failures)


def try_out(day: Journee, minutes: float) -> list[str]:
    """The day, what is then there, told; what went wrong."""
    try:
        spend(day, minutes)
        check_all(day)
        print(describe(day, count_works(day)))
        return find_failures(day)
    finally:
        day.install.kill()


if __name__ == "__main__":
    sys.exit(main())
