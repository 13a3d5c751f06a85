"""A base lost while people write: killed, its files destroyed, brought back by the guide from a second place.

What was answered is counted on our side, as a reader would: a comment sent through nginx, and its 302.
"""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from bench.installation_neuve.guide import DERNIER_INSTANT, read_commands
from bench.installation_neuve.lecteurs import Pages, post
from bench.installation_neuve.machine import Journal, Machine, Refus
from bench.tableaux import number

DONNEES = "/var/lib/postgresql/15/main"
WAL = "var/backups/maillage-journal/wal"
OU = "/programme/commenter/fiche/sante"
SECONDES = 15.0
ECRITS = "SELECT texte FROM programme_commentaire WHERE texte LIKE 'dernier %'"


@dataclass
class Ecritures:
    """Comments sent without pause: those that were answered, and when each was."""

    confirmees: dict[str, datetime] = field(default_factory=dict)
    envoyees: int = 0


def lose_base(machine: Machine, journal: Journal, who: Pages) -> None:
    """Three ways back from the same loss: finished segments alone, all that was received, a moment."""
    protect, give_back = read_commands(DERNIER_INSTANT)
    with journal.step("Journal de la base copié en continu : mise en place"):
        machine.run(f"set -euo pipefail\n{protect}")
        wait_for_second_place(machine)
    check_that_writes_wait(machine, journal, who)
    with journal.step("Base tuée (kill -9) et ses fichiers détruits, pendant qu’on écrit") as said:
        sent = write_until_killed(machine, who)
        said.append(f"{sent.envoyees} écritures envoyées, {len(sent.confirmees)} confirmées")
    partial = list((machine.root / WAL).glob("*.partial"))
    for path in partial:
        shutil.move(path, machine.root / "root")
    come_back(machine, journal, "segments finis seulement (ce que garde archive_command)", give_back, sent)
    for path in partial:
        shutil.move(machine.root / "root" / path.name, path)
    found = come_back(machine, journal, "tout ce que le second endroit a reçu", give_back, sent)
    if not sent.confirmees.keys() <= found:
        raise Refus(f"écritures confirmées perdues : {sorted(sent.confirmees.keys() - found)}")
    come_back_to_a_moment(machine, journal, give_back, sent)


def wait_for_second_place(machine: Machine) -> None:
    """Until PostgreSQL says that the copy is synchronous."""
    asked = "SELECT sync_state FROM pg_stat_replication WHERE application_name = 'maillage_journal'"
    for _ in range(60):
        if ask(machine, asked) == ["sync"]:
            return
        time.sleep(0.5)
    raise Refus("le journal n’est pas copié : " + machine.run("journalctl -u maillage-journal -n 20"))


def ask(machine: Machine, question: str) -> list[str]:
    """What PostgreSQL answers, a line each."""
    return machine.run(f'runuser -u postgres -- psql -XAtd maillage -c "{question}"').splitlines()


def check_that_writes_wait(machine: Machine, journal: Journal, who: Pages) -> None:
    """Without the second place nothing is answered; once it is back, what waited is."""
    with journal.step("Second endroit arrêté : une écriture attend, puis passe à son retour") as said:
        machine.run("systemctl stop maillage-journal")
        answered: list[float] = []
        start = time.monotonic()

        def write() -> None:
            post(who.ecrivain, OU, {"texte": "une écriture qui attend"})
            answered.append(time.monotonic() - start)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(6)
        if answered:
            raise Refus("une écriture a été confirmée sans le second endroit")
        machine.run("systemctl start maillage-journal")
        thread.join(60)
        said.append(f"rien de confirmé pendant 6 s, puis confirmée à {number(answered[0])} s")
        wait_for_second_place(machine)


def write_until_killed(machine: Machine, who: Pages) -> Ecritures:
    """Write; after a while kill the server and destroy its files; what was answered until then."""
    sent, stop = Ecritures(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            sent.envoyees += 1
            text = f"dernier {sent.envoyees}"
            try:
                if post(who.ecrivain, OU, {"texte": text}).status_code == 302:
                    sent.confirmees[text] = datetime.now(tz=UTC)
            except requests.RequestException:
                time.sleep(0.1)

    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(SECONDES)
    machine.run(f"kill -9 $(head -1 {DONNEES}/postmaster.pid); rm -rf {DONNEES}")
    time.sleep(2)
    stop.set()
    thread.join()
    return sent


def come_back(machine: Machine, journal: Journal, what: str, commands: str, sent: Ecritures) -> set[str]:
    """Follow the guide; the comments found again."""
    with journal.step(f"Retour : {what}") as said:
        machine.run(f"set -euo pipefail\n{commands}")
        found = set(ask(machine, ECRITS))
        lost = len(sent.confirmees.keys() - found)
        said.append(f"{len(sent.confirmees) - lost} confirmées retrouvées, {lost} absentes")
    return found


def come_back_to_a_moment(machine: Machine, journal: Journal, commands: str, sent: Ecritures) -> None:
    """Stop halfway: all that was answered before the moment, nothing sent after it."""
    order = list(sent.confirmees)
    last, following = order[len(order) // 2], order[len(order) // 2 + 1]
    moment = sent.confirmees[last]
    target = f"recovery_target_time = '{moment.isoformat()}'\\nrecovery_target_action = 'promote'\\n"
    before = "install -o postgres -g postgres /dev/null recovery.signal"
    if before not in commands:
        raise Refus("le guide ne dit plus où écrire recovery_target_time")
    stopped = commands.replace(before, f'printf "{target}" >> postgresql.auto.conf\n{before}')
    found = come_back(machine, journal, f"à l’instant qui suit « {last} »", stopped, sent)
    if last not in found or following in found:
        raise Refus(f"l’instant demandé n’est pas celui trouvé : {last in found}, {following in found}")
