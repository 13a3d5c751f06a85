"""``maillage tournee``: the week of a service that goes round."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maillage.cli.avancement import step
from maillage.cli.options import (
    NombreFini,
    argument_atlas,
    option_json,
    option_limite,
    option_scenario,
    option_territoire,
    write_yaml,
)

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas


@click.command()
@argument_atlas
@click.option("--type", "kind", default="france_services", show_default=True, help="Type de service.")
@click.option("--base", required=True, help="Commune d’où part et où revient le bus (code INSEE).")
@click.option(
    "--arret", "arrets", multiple=True, help="Commune où s’arrêter peut-être (code INSEE) ; plusieurs fois."
)
@option_territoire
@click.option("--bus", default=1, show_default=True, type=click.IntRange(1, 20), help="Combien de bus.")
@click.option("--jours", default=5, show_default=True, type=click.IntRange(1, 7), help="Jours par semaine.")
@click.option(
    "--creneaux", default=2, show_default=True, type=click.IntRange(1, 4), help="Arrêts par jour, au plus."
)
@click.option(
    "--duree", default=180.0, show_default=True, type=NombreFini(15, 720), help="Minutes d’un arrêt."
)
@click.option(
    "--amplitude",
    default=540.0,
    show_default=True,
    type=NombreFini(30, 1440),
    help="Minutes d’une journée, du départ au retour.",
)
@click.option("--km", type=NombreFini(0), help="Kilomètres par semaine, au plus.")
@click.option("--arrets-max", type=click.IntRange(1), help="Arrêts différents, au plus.")
@click.option(
    "--seuil",
    default=15.0,
    show_default=True,
    type=NombreFini(0, 600),
    help="Minutes de trajet pour venir à un arrêt.",
)
@click.option(
    "--assez",
    default=7.0,
    show_default=True,
    type=NombreFini(0.5, 168),
    help="Heures d’accès par semaine au-delà desquelles on n’en compte plus.",
)
@option_limite
@option_json
@option_scenario
def tournee(
    atlas: Path,
    kind: str,
    base: str,
    arrets: tuple[str, ...],
    territoire: str | None,
    *,
    as_json: bool,
    scenario: Path | None,
    **asked: Any,
) -> None:
    """Choisir les arrêts et les heures d’un service itinérant, pour qui a le moins d’accès."""
    from maillage.atlas.construction.parametres import check_choice
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.catalogue.types_service import list_types
    from maillage.scenarios.tournee import plan_tour, tell, tell_passages, to_mapping, to_scenario
    from maillage.scenarios.tournees.modele import Semaine

    check_choice("Type de service", kind, list_types())
    opened = open_atlas(atlas)
    week = Semaine(
        bus=asked["bus"],
        jours=asked["jours"],
        creneaux=asked["creneaux"],
        creneau_min=asked["duree"],
        amplitude_min=asked["amplitude"],
        km=float("inf") if asked["km"] is None else asked["km"],
        arrets_max=asked["arrets_max"],
        assez_h=asked["assez"],
    )
    stops = choose_stops(opened, arrets, territoire)
    with step("Choix des arrêts et des heures", lines=not as_json):
        plan = plan_tour(opened, kind, base, stops, week, asked["seuil"], limit_s=asked["limite"])
    write_yaml(scenario, to_scenario(plan, kind, f"Tournée depuis {base}"))
    if as_json:
        click.echo(json.dumps(to_mapping(plan), ensure_ascii=False))
    else:
        click.echo("\n".join([*tell(plan), *(f"  {line}" for line in tell_passages(plan))]))


def choose_stops(atlas: Atlas, arrets: tuple[str, ...], territoire: str | None) -> list[str]:
    """The communes named, or those of a territory; one of the two ways."""
    from maillage.catalogue.erreurs import EntreeInvalide
    from maillage.scenarios.question import list_communes

    if arrets and territoire:
        raise EntreeInvalide("Donnez --arret ou --territoire, non les deux.")
    if not arrets and territoire is None:
        raise EntreeInvalide("Dites où le bus peut s’arrêter : --arret CODE, ou --territoire NIVEAU:CODE.")
    return list(dict.fromkeys(arrets)) if territoire is None else list_communes(atlas, territoire)
