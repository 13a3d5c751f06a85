"""``maillage eval``: one indicator of an atlas, computed in memory, on an edited list of places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from maillage.cli.avancement import step

PATH = click.Path(path_type=Path)
SHOWN = 20


@click.command("eval")
@click.argument("atlas", type=PATH)
@click.option(
    "--indicateur", required=True, help="Identifiant de l’indicateur (maillage atlas info --indicateurs)."
)
@click.option("--niveau", required=True, help="Maille : commune, epci, departement…")
@click.option(
    "--offre", type=PATH, help="Liste modifiée des lieux (CSV ou Parquet, modèle : maillage atlas offre)."
)
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
def evaluer(atlas: Path, indicateur: str, niveau: str, offre: Path | None, *, as_json: bool) -> None:
    """Évaluer un indicateur en mémoire, sans écrire d’atlas : ce qu’il deviendrait si l’offre changeait."""
    from maillage.atlas.construction.places import read_places
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.atlas.memoire import evaluate

    with step("Calcul de l’indicateur", lines=not as_json):
        evaluated = evaluate(open_atlas(atlas), read_places(offre) if offre else None)
        table = evaluated.indicateur(indicateur, niveau)
    found = evaluated.describe(indicateur, niveau)
    values = table.drop("nom").to_dicts()
    heading = {name: found[name] for name in ("indicateur", "niveau", "unite", "millesime")}
    if as_json:
        click.echo(json.dumps(heading | {"valeurs": values}, ensure_ascii=False))
        return
    click.echo(f"{found['nom']} ({found['unite']}, {found['millesime']}), niveau {niveau} :")
    click.echo("\n".join(say(row) for row in table.head(SHOWN).to_dicts()))
    if table.height > SHOWN:
        click.echo(f"… et {table.height - SHOWN} autres ; --json les donne toutes.")


def say(row: dict[str, Any]) -> str:
    """One territory in a line."""
    if row["valeur"] is None:
        return f"  {row['code']} {row['nom']} : inconnu"
    return f"  {row['code']} {row['nom']} : {row['valeur']:.6g} ({row['fiabilite']})"
