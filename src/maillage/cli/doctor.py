"""``maillage doctor``: what is wrong with an install, and what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

MARQUES = {"bon": "  ", "attention": "! ", "faute": "× "}


@click.command()
@click.option(
    "--var", type=click.Path(path_type=Path), help="Dossier de l'installation ; celui du service sans cela."
)
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
@click.pass_context
def doctor(context: click.Context, var: Path | None, *, as_json: bool) -> None:
    """Vérifier une installation : dossier, base, atlas, réglages, travailleur. Code 1 s'il y a une faute."""
    from maillage.web.serveur.preparation import start

    if var is not None:
        os.environ["MAILLAGE_VAR"] = str(var.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.web.settings.local")
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
