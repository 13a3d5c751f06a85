"""``maillage tournee``: the week of a service that goes round."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maillage.cli.avancement import step
from maillage.cli.options import NombreFini

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas
    from maillage.scenarios.tournee import PlanTournee

PATH = click.Path(path_type=Path)
NIVEAUX = ("arrondissement", "epci", "canton", "bassin_vie")


@click.command()
@click.argument("atlas", type=PATH)
@click.option("--type", "kind", default="france_services", show_default=True, help="Type de service.")
@click.option("--base", required=True, help="Commune d’où part et où revient le bus (code INSEE).")
@click.option(
    "--arret", "arrets", multiple=True, help="Commune où s’arrêter peut-être (code INSEE) ; plusieurs fois."
)
@click.option(
    "--territoire", help="Ou toutes les communes d’un territoire : arrondissement:594, epci:200030633…"
)
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
@click.option(
    "--limite",
    default=60.0,
    show_default=True,
    type=NombreFini(1, 3600),
    help="Secondes de calcul, au plus.",
)
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
@click.option("--scenario", type=PATH, help="Écrire aussi la tournée comme scénario (YAML).")
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
    from maillage.atlas.construction.ecriture import write_file
    from maillage.atlas.construction.parametres import check_choice
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.catalogue.types_service import list_types
    from maillage.scenarios.fichier import write_scenario
    from maillage.scenarios.tournee import plan_tour, to_scenario
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
    if scenario:
        write_file(scenario, write_scenario(to_scenario(plan, kind, f"Tournée depuis {base}")).encode())
        click.echo(f"{scenario} écrit.", err=True)
    click.echo(json.dumps(describe(plan), ensure_ascii=False) if as_json else "\n".join(say(plan)))


def choose_stops(atlas: Atlas, arrets: tuple[str, ...], territoire: str | None) -> list[str]:
    """The communes named, or those of a territory; one of the two ways."""
    from maillage.catalogue.erreurs import EntreeInvalide

    if arrets and territoire:
        raise EntreeInvalide("Donnez --arret ou --territoire, non les deux.")
    if arrets:
        return list(dict.fromkeys(arrets))
    if territoire is None:
        raise EntreeInvalide("Dites où le bus peut s’arrêter : --arret CODE, ou --territoire NIVEAU:CODE.")
    niveau, _, code = territoire.partition(":")
    if niveau not in NIVEAUX:
        known = ", ".join(f"{name}:CODE" for name in NIVEAUX)
        raise EntreeInvalide(f"« {territoire} » n’est pas un territoire : écrivez {known}.")
    communes = atlas.table("entrees/communes")
    found = communes.filter(communes[niveau] == code)["code_insee"].to_list()
    if not found:
        known = ", ".join(sorted(communes[niveau].drop_nulls().unique())[:10])
        raise EntreeInvalide(f"Aucune commune dans {territoire}. Codes de ce niveau : {known}…")
    return found


def describe(plan: PlanTournee) -> dict[str, Any]:
    """The plan as plain values."""
    tour = plan.tournee
    return {
        "statut": tour.statut,
        "valeur": tour.valeur,
        "borne": tour.borne,
        "ecart": tour.ecart,
        "unite": "habitants × heures d’accès par semaine",
        "gagnants": plan.gagnants,
        "sans_acces_avant": plan.sans_acces,
        "heures_par_gagnant": plan.heures_par_gagnant,
        "km_semaine": plan.km,
        "fiabilite": "simule",
        "temps": plan.fiabilite,
        "passages": [asdict(one) | {"horaires": one.horaires} for one in plan.passages],
    }


def say(plan: PlanTournee) -> list[str]:
    """The plan in lines."""
    from maillage.francais import accord, avec_unite, nombre

    tour = plan.tournee
    if tour.statut == "impossible":
        return ["Aucune journée n’est possible : la base est trop loin, ou l’amplitude trop courte."]
    if not plan.passages:
        return ["Aucun arrêt n’apporterait rien : chacun, près d’un arrêt possible, a déjà assez d’heures."]
    proof = (
        "prouvée la meilleure"
        if tour.statut == "optimal"
        else f"à {nombre(100 * tour.ecart, 1)} % au plus de la meilleure"
    )
    gain = f"{accord(round(plan.gagnants), 'habitant')} y gagnent"
    each = f"{avec_unite(plan.heures_par_gagnant, 'h', 1)} par semaine en moyenne"
    rows = (f"  bus {one.bus} · {one.horaires} · {one.nom}" for one in plan.passages)
    return [f"{gain} {each} ; {nombre(plan.km)} km ; {proof}.", *rows]
