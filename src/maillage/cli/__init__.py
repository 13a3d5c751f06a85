"""The command line: help and messages in French; exit codes 0, 1 (bad input) and 2 (usage).

One module per group of commands. A command imports what it needs when it runs: ``maillage atlas build``
never loads Django, ``maillage --help`` loads nothing.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from maillage import __version__
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli import francais
from maillage.francais import refus

# command → module that defines it, as a click command of the same name (dashes become underscores)
COMMANDS: dict[str, str] = {
    "annuaire": "annuaire",
    "atlas": "atlas",
    "bilan": "bilan",
    "catalogue": "catalogue",
    "complements": "complements",
    "demo": "demo",
    "doctor": "doctor",
    "diagnostic": "diagnostic",
    "eval": "evaluer",
    "export": "export",
    "fetch": "fetch",
    "gouvernance": "gouvernance",
    "mise-a-jour": "mise_a_jour",
    "network": "network",
    "parcours": "parcours",
    "place": "place",
    "publier": "publier",
    "recherche": "recherche",
    "sauvegarde": "sauvegarde",
    "scenario": "scenario",
    "sdaasp": "sdaasp",
    "serve": "serve",
    "tournee": "tournee",
    "transports": "transports",
    "veille": "veille",
}

RENAMED = {"eval": "evaluer"}
"""Commands whose Python name is another: that of theirs is taken."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"maillage.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, RENAMED.get(cmd_name, cmd_name.replace("-", "_")))
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="maillage %(version)s", help="Afficher la version.")
def maillage() -> None:
    """Maillage : diagnostic, programme et suivi de l'accès aux services au public d'un département."""


def main() -> None:
    """Run the command line; bad input is said in French and leaves with code 1."""
    francais.install()
    warnings.simplefilter("ignore")  # for those who write the program, in English
    try:
        open_outputs()
        francais.check_arguments(sys.argv[1:])
        code = maillage.main(prog_name="maillage", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        leave("Arrêté à votre demande : rien n’a été laissé à moitié.")
    except EntreeInvalide as error:
        leave(str(error))
    except UnicodeEncodeError as error:
        leave(f"« {error.object} » contient un caractère qui n’est pas de l’UTF-8 : retapez-le.")
    except MemoryError:
        leave("Plus de mémoire : fermez d’autres programmes, ou donnez moins de données à la fois.")
    except OSError as error:
        leave(say_refusal(error))


def open_outputs() -> None:
    """Make both outputs able to say anything; refuse a closed one, whose place a file would take."""
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    if sys.stdout is None:
        raise EntreeInvalide("La sortie standard est fermée : envoyez-la dans un fichier.")
    for output in (sys.stdout, sys.stderr):
        if isinstance(output, io.TextIOWrapper):
            output.reconfigure(errors="replace")


def leave(text: str) -> NoReturn:
    """Say why on standard error and leave; what standard output could not take is given up."""
    click.echo(text, err=True)
    try:
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError):
        sys.stdout = None
    sys.exit(1)


def say_refusal(error: OSError) -> str:
    """What the machine refused, in words: a full disk, a closed folder.

    >>> say_refusal(OSError(28, "No space left on device", "rapport.pdf"))
    'rapport.pdf ne peut pas être lu ou écrit : plus de place sur le disque.'
    """
    if error.filename is None and error.errno == errno.ENOENT:  # as tempfile says it
        return (
            "Aucun dossier temporaire ne peut être écrit : libérez de la place, ou donnez-en un par TMPDIR."
        )
    if error.filename is None:
        return f"La sortie n’a pas pu tout recevoir : {refus(error)}."
    return f"{error.filename} ne peut pas être lu ou écrit : {refus(error)}."
