"""``maillage doctor``: what is wrong with an install, and what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from maillage.catalogue.erreurs import EntreeInvalide

MARQUES = {"bon": "  ", "attention": "! ", "faute": "× "}


@click.command()
@click.option(
    "--var",
    type=click.Path(path_type=Path),
    help="Dossier de l'installation ; sans cela, MAILLAGE_VAR, puis var s'il tient une installation.",
)
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
@click.pass_context
def doctor(context: click.Context, var: Path | None, *, as_json: bool) -> None:
    """Vérifier une installation : dossier, base, atlas, réglages, travailleur. Code 1 s'il y a une faute."""
    from maillage.web.serveur.preparation import find_base, start
    from maillage.web.settings import environnement

    if var is not None:
        os.environ["MAILLAGE_VAR"] = str(var.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.web.settings.local")
    folder = environnement.find_var()
    check_there(folder, find_base(folder))
    start()
    from maillage import __version__
    from maillage.web.serveur.verification import EtatVerifie, verify

    found = verify()
    faults = sum(one.etat is EtatVerifie.FAUTE for one in found)
    if as_json:
        told = {"version": __version__, "fautes": faults, "verifications": [one.write() for one in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(f"{MARQUES[one.etat]}{one.nom} : {one.constat}")
            if one.que_faire:
                click.echo(f"    → {one.que_faire}")
    if faults:
        click.echo(f"{faults} à corriger : voyez ce que dit chacune.", err=True)
        context.exit(1)
    if not as_json:
        click.echo("Rien à corriger.")


def check_there(folder: Path, base: Path | str) -> None:
    """Refuse a folder where no install is: the settings, once read, would make one there."""
    from maillage.web.settings import environnement

    advice = "donnez à --var, ou à MAILLAGE_VAR, le dossier d’une installation"
    if not folder.is_dir():
        raise EntreeInvalide(f"Le dossier {folder} n’existe pas : {advice}.")
    if isinstance(base, Path) and not base.is_file():
        raise EntreeInvalide(f"Il n’y a pas de base à {base} : {advice}.")
    if not (environnement.is_install(folder) or environnement.read_text("CLE")):
        raise EntreeInvalide(f"Aucune installation dans {folder} : {advice}.")
