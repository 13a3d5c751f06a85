"""``maillage place``: where to act, with the proof."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from maillage.scenarios.placer import ReponsePlacement

PATH = click.Path(path_type=Path)
OBJECTIFS = ("couverture", "p_median", "p_center", "tout_couvrir")
MINUTES = click.FloatRange(0, 600)
STATUTS = {
    "optimal": "optimum prouvé",
    "realisable": "meilleur trouvé dans le temps donné, sans preuve",
    "impossible": "impossible",
    "inconnu": "rien trouvé dans le temps donné",
}


@click.command()
@click.argument("atlas", type=PATH)
@click.option("--type", "kind", required=True, help="Type de service à placer.")
@click.option("--nombre", type=click.IntRange(0), help="Combien de sites ; inutile pour tout_couvrir.")
@click.option("--objectif", type=click.Choice(OBJECTIFS), default="couverture", show_default=True,
              help="Habitants à portée, temps moyen, temps le plus long, tous à portée.")  # fmt: skip
@click.option("--minutes", default=20.0, show_default=True, type=MINUTES, help="À portée : ce temps au plus.")
@click.option("--existants", type=click.Choice(("garder", "fermables", "ignorer")), default="garder",
              show_default=True, help="Ceux du type restent, peuvent fermer, ou sont oubliés.")  # fmt: skip
@click.option(
    "--candidats", multiple=True, help="Type de lieux où s’installer ; plusieurs fois. Les communes sinon."
)
@click.option("--exclure", multiple=True, help="Commune (code INSEE) où ne rien ouvrir ; plusieurs fois.")
@click.option("--plancher", type=MINUTES, help="Personne du groupe au-delà de ces minutes.")
@click.option("--groupe", type=click.Choice(("population", "plus_65", "moins_15")), default="population",
              show_default=True, help="Le groupe que protège --plancher.")  # fmt: skip
@click.option("--secours", type=MINUTES, help="Chacun a un second lieu à ces minutes au plus.")
@click.option("--fermetures-max", type=click.IntRange(0), help="Fermetures, au plus.")
@click.option(
    "--dixieme", is_flag=True, help="Servir d’abord le dixième d’habitants le plus loin aujourd’hui."
)
@click.option(
    "--variantes", default=0, show_default=True, type=click.IntRange(0, 20), help="Autres réponses."
)
@click.option("--ecart", default=5.0, show_default=True, type=click.FloatRange(0, 100),
              help="Une variante vaut la meilleure à ce pourcentage près.")  # fmt: skip
@click.option("--differents", default=1, show_default=True, type=click.IntRange(1),
              help="Sites différents d’une variante à l’autre, au moins.")  # fmt: skip
@click.option("--limite", default=60.0, show_default=True, type=click.FloatRange(1, 3600),
              help="Secondes de calcul par réponse, au plus.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
@click.option("--scenario", type=PATH, help="Écrire aussi la meilleure réponse comme scénario (YAML).")
def place(atlas: Path, kind: str, *, as_json: bool, scenario: Path | None, **asked: Any) -> None:
    """Choisir où ouvrir des lieux d’un service d’un ATLAS, et prouver que c’est le mieux."""
    from maillage.atlas.construction.ecriture import write_file
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.scenarios.fichier import write_scenario
    from maillage.scenarios.placer import QuestionPlacement, to_scenario
    from maillage.scenarios.placer import place as find_best

    question = QuestionPlacement(
        type=kind,
        objectif=asked["objectif"],
        nombre=asked["nombre"],
        minutes=asked["minutes"],
        existants=asked["existants"],
        candidats=asked["candidats"],
        exclus=asked["exclure"],
        groupe=asked["groupe"],
        plancher_min=asked["plancher"],
        secours_min=asked["secours"],
        fermetures_max=asked["fermetures_max"],
        dixieme=asked["dixieme"],
        limite_s=asked["limite"],
    )
    found = find_best(
        open_atlas(atlas), question, asked["variantes"], asked["ecart"] / 100, asked["differents"]
    )
    if scenario and found[0].placement.lieux:
        nom = f"Placement : {asked['objectif']}"
        write_file(scenario, write_scenario(to_scenario(found[0], question, nom)).encode())
        click.echo(f"{scenario} écrit.", err=True)
    if as_json:
        first, *others = map(describe, found)
        click.echo(json.dumps({**first, "variantes": others}, ensure_ascii=False))
    else:
        click.echo("\n\n".join("\n".join(say(one)) for one in found))


def describe(one: ReponsePlacement) -> dict[str, Any]:
    """An answer as plain values; ``lieux`` are the sites open in the end, existing ones included."""
    placement = one.placement
    places = [asdict(place) for place in (*one.ouvrir, *one.garder)]
    return {
        "statut": placement.statut,
        "valeur": placement.valeur,
        "borne": placement.borne,
        "ecart": placement.ecart,
        "unite": one.unite,
        "lieux": places,
        "fermer": [asdict(place) for place in one.fermer],
        "causes": list(placement.causes),
        "hors_atteinte": one.hors_atteinte,
        "fiabilite": one.fiabilite,
        "duree_s": round(placement.duree_s, 3),
    }


def say(one: ReponsePlacement) -> Iterator[str]:
    """An answer in sentences."""
    from maillage.francais import nombre

    placement = one.placement
    yield f"{STATUTS[placement.statut].capitalize()}."
    yield from placement.causes
    if placement.valeur is None or placement.borne is None:
        return
    value, bound = (
        nombre(x, 1 if one.unite == "minutes" else 0) for x in (placement.valeur, placement.borne)
    )
    yield f"{value} {one.unite} ; borne {bound} ; écart {nombre(100 * (placement.ecart or 0), 3)} %."
    for place in one.ouvrir:
        yield f"  Ouvrir : {place.nom} ({place.commune}) : {place.raison}."
    for place in one.fermer:
        yield f"  Fermer : {place.nom} ({place.commune})."
    if one.hors_atteinte:
        yield f"  {nombre(one.hors_atteinte)} habitants sans aucun site possible : ils ne comptent pas."
