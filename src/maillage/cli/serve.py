"""``maillage serve``: the application over atlases already built, one process."""

from __future__ import annotations

from pathlib import Path

import click

from maillage.cli.avancement import step


@click.command()
@click.option(
    "--atlas",
    "atlas_folder",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Dossier d'un atlas, ou dossier de plusieurs atlas.",
)
@click.option("--var", type=click.Path(path_type=Path), envvar="MAILLAGE_VAR", default=Path("var"),
              help="Dossier de l'installation ; sans cela, MAILLAGE_VAR, puis var.")  # fmt: skip
@click.option("--hote", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option("--port", default=8000, show_default=True, help="Port d'écoute.")
@click.option("--sans-servir", is_flag=True, help="Préparer la base, puis s'arrêter.")
def serve(atlas_folder: Path, var: Path, hote: str, port: int, *, sans_servir: bool) -> None:
    """Ouvrir l'application sur des atlas déjà construits."""
    from maillage.web.serveur.preparation import check_number, explain_base, reserve, set_up

    check_number(port)
    if not sans_servir:
        reserve(var, hote, port)
    with step("Préparation de la base"):
        set_up(var, atlas_folder)
    from maillage.web.programme.indicateurs.remplissage import fill_from_newest_atlas

    with explain_base():
        proposed = fill_from_newest_atlas()
    if proposed:
        click.echo(f"Indicateurs du programme : {proposed} valeurs proposées par le nouvel atlas.", err=True)
    if sans_servir:
        return
    from maillage.web.serveur.processus import serve as serve_forever

    click.echo(f"Maillage est ouvert : http://{hote}:{port}/ (Ctrl-C pour arrêter)", err=True)
    serve_forever(hote, port)
