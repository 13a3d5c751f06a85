"""``maillage gouvernance``: the comités of a schema and their year."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from maillage.cli.options import option_programme
from maillage.cli.sdaasp_base import read_base

if TYPE_CHECKING:
    from maillage.sdaasp.gouvernance.modele import Comite, SeancePrevue


@click.group()
def gouvernance() -> None:
    """La gouvernance du schéma : comités, calendrier."""


@gouvernance.command()
@click.argument("an", type=click.IntRange(2000, 2100), metavar="ANNÉE")
@option_programme
@click.option("--base", help="Base de l’application : fichier SQLite, ou adresse d’une base de données.")
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON : année, séances, remarques.")
def annee(an: int, name: str, base: str | None, *, as_json: bool) -> None:
    """Proposer les réunions d’une ANNÉE, par comité et arrondissement, hors jours fériés et vacances."""
    from maillage.sdaasp.gouvernance.annee import plan_year
    from maillage.sdaasp.gouvernance.chargement import load_comites
    from maillage.sdaasp.reprise.chargement import load_programme

    programme = read_base(base) if base else load_programme(name)
    comites = load_comites(programme.schema.cle)
    names = {t.code: t.nom for t in programme.territoires if t.niveau == "arrondissement"}
    seances = plan_year(comites, list(names), an, programme.schema.departement)
    rows = [_describe(seance, {c.cle: c for c in comites}, names) for seance in seances]
    if as_json:
        found = {"annee": an, "departement": programme.schema.departement, "seances": rows}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in rows:
        place = f" {row['territoire_nom']}" if row["territoire_nom"] else ""
        notes = f" ({' ; '.join(row['remarques'])})" if row["remarques"] else ""
        click.echo(f"{row['jour']} {row['date']}  {row['sigle']}{place}{notes}")


def _describe(seance: SeancePrevue, comites: dict[str, Comite], names: dict[str, str]) -> dict[str, Any]:
    from maillage.francais import jour_de_semaine

    comite = comites[seance.rendezvous.comite]
    territoire = seance.rendezvous.territoire
    return {
        "date": seance.jour.isoformat(),
        "jour": jour_de_semaine(seance.jour),
        "comite": comite.cle,
        "sigle": comite.sigle,
        "nom": comite.nom,
        "territoire": territoire,
        "territoire_nom": names[territoire] if territoire else None,
        "convoquent": list(comite.convoquent),
        "alimente": list(comite.alimente),
        "remarques": list(seance.remarques),
    }
