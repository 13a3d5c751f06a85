"""``maillage place``: where to act, with the proof."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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

OBJECTIFS = ("couverture", "p_median", "p_center", "tout_couvrir")
MINUTES = NombreFini(0, 600)
EUROS = NombreFini(0)
PERSONNES = NombreFini(1)


def read_costs(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[tuple[str, float], ...]:
    """``bureau_poste=15000``: what opening beside a place of a type costs."""
    pairs = [text.partition("=") for text in value]
    for kind, sign, _ in pairs:
        if not sign:
            raise click.BadParameter(f"« {kind} » : écrivez TYPE=EUROS, par exemple bureau_poste=15000.")
    return tuple((kind.strip(), EUROS.convert(cost.replace(",", "."), param, ctx)) for kind, _, cost in pairs)


@click.command()
@argument_atlas
@click.option("--type", "kind", required=True, help="Type de service à placer.")
@click.option("--nombre", type=click.IntRange(0), help="Combien de sites, au plus.")
@click.option("--objectif", type=click.Choice(OBJECTIFS), default="couverture", show_default=True,
              help="Habitants à portée, temps moyen, temps le plus long, tous à portée.")  # fmt: skip
@click.option("--minutes", default=20.0, show_default=True, type=MINUTES, help="À portée : ce temps au plus.")
@click.option("--existants", type=click.Choice(("garder", "fermables", "ignorer")), default="garder",
              show_default=True, help="Ceux du type restent, peuvent fermer, ou sont oubliés.")  # fmt: skip
@click.option(
    "--candidats", multiple=True, help="Type de lieux où s’installer ; plusieurs fois. Les communes sinon."
)
@click.option("--exclure", multiple=True, help="Commune (code INSEE) où ne rien ouvrir ; plusieurs fois.")
@option_territoire
@click.option("--budget", type=EUROS, help="Euros à dépenser, au plus ; avec --cout.")
@click.option("--cout", type=EUROS, help="Euros que coûte une ouverture.")
@click.option("--cout-chez", "couts", multiple=True, callback=read_costs, metavar="TYPE=EUROS",
              help="Ce que coûte une ouverture chez un type de candidats ; plusieurs fois.")  # fmt: skip
@click.option("--cout-maintien", type=EUROS, help="Euros que coûte un lieu gardé, s’il peut fermer.")
@click.option("--capacite", type=PERSONNES, help="Habitants qu’un lieu nouveau peut servir, au plus.")
@click.option("--capacite-existants", type=PERSONNES, help="Habitants qu’un lieu d’aujourd’hui peut servir.")
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
@click.option("--ecart", default=5.0, show_default=True, type=NombreFini(0, 100),
              help="Une variante vaut la meilleure à ce pourcentage près.")  # fmt: skip
@click.option("--differents", default=1, show_default=True, type=click.IntRange(1),
              help="Sites différents d’une variante à l’autre, au moins.")  # fmt: skip
@option_limite
@option_json
@option_scenario
def place(atlas: Path, kind: str, *, as_json: bool, scenario: Path | None, **asked: Any) -> None:
    """Choisir où ouvrir des lieux d’un service d’un ATLAS, et prouver que c’est le mieux."""
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.scenarios.placer import place as find_best
    from maillage.scenarios.propositions import tell_all, to_mapping, to_scenario
    from maillage.scenarios.question import QuestionPlacement

    how_many, apart, differ = (asked.pop(name) for name in ("variantes", "ecart", "differents"))
    renamed = {
        "exclus": "exclure",
        "plancher_min": "plancher",
        "secours_min": "secours",
        "limite_s": "limite",
    }
    said = {new: asked.pop(old) for new, old in renamed.items()}
    question = QuestionPlacement(type=kind, **said, **asked)
    with step("Recherche des meilleurs sites", lines=not as_json):
        found = find_best(open_atlas(atlas), question, how_many, apart / 100, differ)
    write_yaml(scenario, to_scenario(found[0], question))
    if as_json:
        first, *others = map(to_mapping, found)
        click.echo(json.dumps({**first, "variantes": others}, ensure_ascii=False))
    else:
        click.echo("\n".join(tell_all(found)))
