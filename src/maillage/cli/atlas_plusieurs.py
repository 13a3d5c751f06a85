"""``maillage atlas build`` for many départements: how it is asked, and what is told while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from maillage.atlas.construction.distribution import Moyens
    from maillage.atlas.construction.france import Annonce
    from maillage.atlas.construction.parametres import Parametres

Command = TypeVar("Command", bound=Callable[..., Any])
EN_CLAIR = (
    "Attention : {} n’est pas chiffré. Qui peut joindre cet ordonnanceur peut faire exécuter ce qu’il veut "
    "aux travailleurs : gardez-le sur un réseau fermé, ou donnez des certificats (--tls)."
)
LABELS = {
    "reseau": "Réseau routier",
    "sources": "Lecture des sources",
    "lieux": "Territoires, carreaux, fragments",
    "offre": "Offre de services",
    "durees": "Temps de trajet",
    "marche": "Marche entre les arrêts",
    "indicateurs": "Indicateurs",
    "deficits": "Territoires en déficit",
    "references": "Chiffres de comparaison",
    "tuiles": "Tuiles de carte",
    "ecriture": "Écriture et vérification",
}


@dataclass(frozen=True)
class Plusieurs:
    """Départements asked for (none: all that the data allow), and the folders and choices of their builds."""

    codes: tuple[str, ...]
    source: Path
    out: Path
    choose: Callable[[str], Parametres]
    cache: Path | None
    reseaux: Path | None
    transports: Path | None


def moyens(command: Command) -> Command:
    """The options that say where many départements are computed."""
    for option in (
        click.option(
            "--tls",
            nargs=3,
            type=click.Path(path_type=Path),
            metavar="AUTORITE CERTIFICAT CLE",
            help="Fichiers PEM d’un ordonnanceur tls://…",
        ),
        click.option(
            "--travailleurs",
            type=click.IntRange(1, 64),
            help="Départements calculés à la fois sur cette machine.  [default: 2]",
        ),
        click.option(
            "--scheduler",
            metavar="tcp://…",
            help="Ordonnanceur dask ; ses travailleurs voient les mêmes dossiers. Sans lui : cette machine.",
        ),
    ):
        command = option(command)
    return command


def check_choice(
    departement: str | None, departements: str | None, offre: Path | None, *, tous: bool
) -> bool:
    """Whether several départements are asked for; a usage error unless exactly one of the three is said."""
    if [departement is not None, departements is not None, tous].count(True) != 1:
        raise click.UsageError("Dites --departement 59, ou --departements 59,62, ou --tous : un des trois.")
    if departement is None and offre is not None:
        raise click.UsageError("--offre remplace les lieux d’un seul département : dites --departement.")
    return departement is None


def open_moyens(
    scheduler: str | None, travailleurs: int | None, tls: tuple[Path, Path, Path] | None
) -> Moyens:
    """Where départements are computed; a usage error for options that do not go together."""
    from maillage.atlas.construction.distribution import Certificats, Moyens

    if scheduler is None:
        if tls:
            raise click.UsageError(
                "--tls accompagne --scheduler : sur cette machine, le certificat est fait pour l’occasion."
            )
        return Moyens(travailleurs=travailleurs or 2)
    if travailleurs is not None:
        raise click.UsageError("--travailleurs vaut pour cette machine : ceux de --scheduler sont les siens.")
    if not scheduler.startswith("tls://"):
        click.echo(EN_CLAIR.format(scheduler), err=True)
    return Moyens(scheduler, certificats=Certificats(*tls) if tls else None)


def build_many(asked: Plusieurs, moyens: Moyens, *, replace: bool, quiet: bool) -> None:
    """Build the départements asked for, telling how each goes; every failure is said at the end, at once."""
    from maillage.atlas.construction.france import build_france, choose, prepare, survey_sources

    plan = survey_sources(asked.source)
    codes = choose(plan, asked.codes)
    places = {"cache": asked.cache, "reseaux": asked.reseaux, "transports": asked.transports}
    wanted = prepare(codes, asked.source, asked.out, asked.choose, **places)
    if plan.laisses and not asked.codes:
        left = ", ".join(plan.laisses)
        click.echo(f"Laissés, faute des contours de toutes leurs communes : {left}.", err=True)
    telling = Recit(quiet=quiet)
    try:
        build_france(wanted, moyens, telling, replace=replace)
    finally:
        click.echo(telling.sum_up())


class Recit:
    """Tells what is heard of each département, one line a word; ``quiet``: only how it ended."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.started: dict[str, float] = {}
        self.ended: dict[str, str] = {}

    def __call__(self, annonce: Annonce) -> None:
        """One word of a département."""
        name = annonce.departement
        if annonce.etat in ENDS:
            self.ended[name] = annonce.etat
        self.started.setdefault(name, time.monotonic())
        if not self.quiet:
            click.echo(say(annonce, time.monotonic() - self.started[name]), err=True)

    def sum_up(self) -> str:
        """How many ended how."""
        counts = {state: list(self.ended.values()).count(state) for state in ENDS}
        told = ", ".join(f"{count} {ENDS[state]}" for state, count in counts.items())
        return f"Atlas : {told}."


ENDS: Mapping[str, str] = {"construit": "construits", "à jour": "déjà à jour", "en échec": "en échec"}


def say(annonce: Annonce, seconds: float) -> str:
    """A word in French.

    >>> from maillage.atlas.construction.france import Annonce
    >>> say(Annonce("59", "en cours", "durees"), 3.2), say(Annonce("2A", "construit"), 75.4)
    ('Nord (59) : temps de trajet…', 'Corse-du-Sud (2A) : construit en 1 min 15 s.')
    """
    from maillage.catalogue.departements import list_departements
    from maillage.francais import minuscule

    name = f"{list_departements()[annonce.departement]} ({annonce.departement})"
    said = {
        "en cours": f"{minuscule(LABELS.get(annonce.etape, annonce.etape))}…",
        "repris": "repris du début, le travailleur qui le calculait s’est arrêté.",
        "construit": f"construit en {seconds // 60:.0f} min {seconds % 60:02.0f} s.",
        "à jour": "déjà à jour.",
        "en échec": f"en échec. {annonce.detail}",
    }
    return f"{name} : {said[annonce.etat]}"
