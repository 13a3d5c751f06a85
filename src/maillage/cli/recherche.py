"""``maillage recherche``: what an atlas answers to a few words, as the search of the pages does."""

from __future__ import annotations

import json
from pathlib import Path

import click

from maillage.cli.avancement import step


@click.command()
@click.argument("mots", nargs=-1, required=True)
@click.option(
    "--atlas", type=click.Path(path_type=Path), required=True, help="Dossier de l’atlas où chercher."
)
@click.option(
    "--nombre", type=click.IntRange(1), default=40, show_default=True, help="Réponses à écrire au plus."
)
@click.option("--json", "as_json", is_flag=True, help="Une liste d’objets, la meilleure réponse d’abord.")
def recherche(mots: tuple[str, ...], atlas: Path, nombre: int, *, as_json: bool) -> None:
    """Chercher un territoire, un service, un indicateur, un lieu, une page : des MOTS comme on les tape."""
    from maillage.atlas.lecture.lecteur import open_lecteur
    from maillage.atlas.recherche.recolte import make_index

    with step("Lecture de l’atlas", lines=not as_json):
        found = make_index(open_lecteur(atlas)).search(" ".join(mots), nombre)
    if as_json:
        click.echo(json.dumps([one.objet for one in found], ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.nom} — {one.ligne} [{one.genre} {one.code}]")
    if not found:
        click.echo("Rien ne répond à ces mots dans cet atlas.")
