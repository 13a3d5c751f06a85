"""The command line: help and messages in French; exit codes 0, 1 (bad input) and 2 (usage).

One module per group of commands. A command imports what it needs when it runs: ``maillage atlas build``
never loads Django, ``maillage --help`` loads nothing.
"""

from __future__ import annotations

import errno
import sys
from importlib import import_module

import click

from maillage import __version__
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli import francais

# command → module that defines it, as a click command of the same name (dashes become underscores)
COMMANDS: dict[str, str] = {
    "atlas": "atlas",
    "catalogue": "catalogue",
    "demo": "demo",
    "diagnostic": "diagnostic",
    "eval": "evaluer",
    "export": "export",
    "fetch": "fetch",
    "network": "network",
    "sauvegarde": "sauvegarde",
    "sdaasp": "sdaasp",
    "serve": "serve",
}

PLEIN = "plus de place sur le disque"
REFUS = {
    errno.ENOSPC: PLEIN,
    errno.EDQUOT: PLEIN,
    errno.EFBIG: PLEIN,
    errno.EACCES: "l'accès en est refusé",
    errno.EPERM: "l'accès en est refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENAMETOOLONG: "ce nom est trop long",
    errno.ENOTDIR: "une partie de ce chemin n’est pas un dossier",
    errno.ENOENT: "ce fichier ou son dossier n’existe pas",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.EISDIR: "c’est un dossier, un fichier est attendu",
    errno.ELOOP: "ce lien tourne en rond",
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
    try:
        francais.check_arguments(sys.argv[1:])
        maillage.main(prog_name="maillage")
    except EntreeInvalide as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(say_refusal(error), err=True)
        sys.exit(1)


def say_refusal(error: OSError) -> str:
    """What the machine refused, in words: a full disk, a closed folder.

    >>> say_refusal(OSError(errno.ENOSPC, "No space left on device", "rapport.pdf"))
    'rapport.pdf ne peut pas être lu ou écrit : plus de place sur le disque.'
    """
    reason = REFUS.get(error.errno or 0, error.strerror or str(error))
    return f"{error.filename or 'Un fichier'} ne peut pas être lu ou écrit : {reason}."
