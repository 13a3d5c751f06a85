"""``maillage veille``: the closures to fear before they happen."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from maillage.cli.avancement import step
from maillage.cli.options import NombreFini, argument_atlas, option_json


@click.command()
@argument_atlas
@click.option(
    "--type", "types", multiple=True, help="Type de service ; plusieurs fois au besoin. Tous sinon."
)
@click.option(
    "--seuil",
    default=20.0,
    show_default=True,
    type=NombreFini(0, 600),
    help="Minutes au-delà desquelles un service est loin.",
)
@click.option(
    "--nombre", default=20, show_default=True, type=click.IntRange(1), help="Combien de lieux montrer."
)
@click.option("--par-service", is_flag=True, help="Autant de lieux pour chaque service, non en tout.")
@click.option(
    "--recouvrements",
    is_flag=True,
    help="Les lieux qui se recouvrent le plus, au lieu des fermetures à craindre.",
)
@option_json
def veille(
    atlas: Path,
    types: tuple[str, ...],
    seuil: float,
    nombre: int,
    *,
    par_service: bool,
    recouvrements: bool,
    as_json: bool,
) -> None:
    """Classer les lieux d’un ATLAS par ce que leur fermeture coûterait, ou par leur recouvrement."""
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.scenarios.veille import cut, list_overlaps, tell, watch

    with step("Classement des lieux", lines=not as_json):
        found = watch(open_atlas(atlas), types, seuil)
    ranked = list_overlaps(found) if recouvrements else found
    shown = cut(ranked, nombre, by_service=par_service)
    if as_json:
        told = [asdict(one) | {"phrase": tell(one, seuil)} for one in shown]
        click.echo(json.dumps({"seuil_min": seuil, "lieux": told}, ensure_ascii=False))
        return
    one_by_one = par_service or len(types) == 1
    service = None
    for one in shown:
        if one_by_one and one.service != service:
            click.echo(one.service)
        service = one.service
        where = "" if one_by_one else f"{service} · "
        click.echo(f"  {where}{one.nom} ({one.commune}) : {tell(one, seuil)}.")
