"""``python -m bench.installation_neuve``: the guide played on three new Debians, timed. As root.

The first is installed by the guide's own commands, filled, backed up, destroyed; the second is the machine it
comes back on, then refuses an upgrade; the third goes from a former commit to this one. ``--ecrire`` writes
docs/installation-mesuree.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from bench.installation_neuve.deroule import play
from bench.installation_neuve.guide import ROOT
from bench.installation_neuve.machine import Journal, lend_network, make_base

PAGE = ROOT / "docs/installation-mesuree.md"
ENTETE = """# Une installation neuve, mesurée

Écrit par `python -m bench.installation_neuve --ecrire` : trois Debian 12 neuves (debootstrap, systemd-nspawn,
leur propre systemd), et les commandes de [exploitation.md](exploitation.md), lues dans le guide et lancées
telles quelles. Entre elles, l'essai fait ce que le guide demande à la personne : il copie un atlas (celui de
l'exemple), pose un certificat, crée le premier compte. Les pages comparées passent par nginx, en HTTPS, et le
sont octet pour octet, hors jetons de formulaire.
D'un seul trait, le {date}, commit {commit}, sur une machine à {coeurs} cœurs où {charges} tâches en
moyenne en voulaient un, l'essai compris : au-delà de {coeurs}, **ces durées ne sont pas celles d'une machine
libre**. Les paquets de Python viennent du réseau la première fois, du cache de pip ensuite.

| étape | secondes | ce qui a été vu |
|---|---:|---|
"""
PIED = """
Une table peut avoir une ligne ou un compteur de plus après la mise à jour : comptée avant que
l'administration parcoure ses pages (sa visite, la page de double authentification), elle ne l'est qu'après
dans la nouvelle version.

À refaire : `make essai-installation` (en administrateur, 25 Go libres, les ports 80, 443, 5432 et 8000
libres). Avec `--copier`, comme ici quand les autres machines s'installent en quelques secondes, le logiciel
n'est installé qu'une fois.
"""


def main() -> None:
    """Play it; the table, also in the page when asked."""
    parser = argparse.ArgumentParser(description="Jouer le guide d’installation sur des Debian neuves.")
    parser.add_argument("--depuis", default="a5e3e560", help="le commit d’où l’on met à jour")
    parser.add_argument(
        "--version", default="HEAD", help="le commit à installer, avec les unités d’aujourd’hui"
    )
    parser.add_argument("--base", type=Path, help="une Debian déjà là, au lieu d’une neuve")
    parser.add_argument(
        "--copier", action="store_true", help="n’installer le logiciel qu’une fois, puis copier"
    )
    parser.add_argument("--dossier", type=Path, help="où garder la Debian nue d’une fois à l’autre")
    parser.add_argument("--miroir", help="miroir de Debian ; celui de debootstrap sans cela")
    parser.add_argument("--ecrire", action="store_true", help=f"écrire {PAGE.name}")
    given = parser.parse_args()
    if os.getuid() != 0:
        parser.error("il faut être administrateur : systemd-nspawn démarre de vraies machines")
    with tempfile.TemporaryDirectory(dir=given.dossier, prefix="essai-") as work:
        base = given.base or make_base(given.dossier or Path(work), given.miroir)
        lend_network(base)
        journal = Journal()
        play(journal, base, Path(work), (given.version, given.depuis), copier=given.copier)
    if given.ecrire:
        PAGE.write_text(write(journal), "utf-8")


def write(journal: Journal) -> str:
    """The page."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short=8", "HEAD"], cwd=ROOT, capture_output=True, check=True
    )
    head = ENTETE.format(
        coeurs=os.cpu_count(),
        date=datetime.now(tz=UTC).strftime("%d/%m/%Y"),
        charges=f"{mean(journal.charges):.0f}",
        commit=commit.stdout.decode().strip(),
    )
    seconds = (f"{lasted:.1f}".replace(".", ",") for _, lasted, _ in journal.lignes)
    rows = zip(journal.lignes, seconds, strict=True)
    return head + "".join(f"| {name} | {lasted} | {said} |\n" for (name, _, said), lasted in rows) + PIED


if __name__ == "__main__":
    main()
