"""``maillage veille``: the closures to fear before they happen."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maillage.cli.avancement import step
from maillage.cli.options import NombreFini

if TYPE_CHECKING:
    from maillage.scenarios.veille import Menace


@click.command()
@click.argument("atlas", type=click.Path(path_type=Path))
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
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
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
    from maillage.scenarios.veille import list_overlaps, watch

    with step("Classement des lieux", lines=not as_json):
        found = watch(open_atlas(atlas), types, seuil)
    ranked = list_overlaps(found) if recouvrements else found
    shown = cut(ranked, nombre, by_service=par_service)
    if as_json:
        click.echo(
            json.dumps({"seuil_min": seuil, "lieux": [asdict(one) for one in shown]}, ensure_ascii=False)
        )
        return
    for one in shown:
        click.echo(say(one))


def cut(ranked: list[Menace], count: int, *, by_service: bool) -> list[Menace]:
    """The first places, of all or of each service; services in the order of their first place."""
    if not by_service:
        return ranked[:count]
    groups: dict[str, list[Menace]] = {}
    for one in ranked:
        groups.setdefault(one.type, []).append(one)
    return [one for group in groups.values() for one in group[:count]]


def say(one: Menace) -> str:
    """One place in two lines."""
    from maillage.francais import accord, avec_unite, nombre

    more = f", {accord(round(one.isoles), 'habitant')} sans autre lieu" if one.isoles else ""
    each = (
        f"{avec_unite(one.minutes_par_usager, 'min', 1)} de plus en moyenne"
        if one.minutes_par_usager is not None
        else "sans relais"
    )
    far = f"{nombre(one.eloignes)} passent au-delà du seuil{more}"
    people = f"{accord(round(one.usagers), 'habitant')}, {each}, {far} ; relais : {one.relais or 'aucun'}"
    return f"{one.service} · {one.nom} ({one.commune})\n  {people}"
