"""``maillage parcours``: the legal course of a schema."""

from __future__ import annotations

import json
from typing import Any

import click

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.sdaasp_base import read_base

DERNIERE_ANNEE = 9998


@click.group()
def parcours() -> None:
    """Le parcours légal du schéma : délais des avis, état de chaque consultation."""


@parcours.command()
@click.argument("saisine")
def echeance(saisine: str) -> None:
    """Dernier jour du délai légal d’un avis demandé le jour de SAISINE (AAAA-MM-JJ ou JJ/MM/AAAA)."""
    from maillage.catalogue.dates import read_date
    from maillage.sdaasp.parcours.delais import find_echeance

    try:
        asked = read_date(saisine)
    except ValueError as error:
        raise EntreeInvalide(f"Jour de la saisine : {error}.") from error
    if asked.year > DERNIERE_ANNEE:
        raise EntreeInvalide(f"Jour de la saisine : l’année {asked.year} est trop lointaine.")
    click.echo(find_echeance(asked).isoformat())


@parcours.command()
@click.option("--base", help="Base de l’application : fichier SQLite, ou adresse ; sans elle, celle d’ici.")
@click.option("--le", help="Jour où le lire (AAAA-MM-JJ ou JJ/MM/AAAA) ; aujourd’hui sans cette option.")
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON : étapes, organismes, actes.")
def etat(base: str | None, le: str | None, *, as_json: bool) -> None:
    """Où en est le parcours : ses étapes, puis chaque organisme consulté, avec ses dates."""
    from maillage.catalogue.dates import read_date
    from maillage.sdaasp.parcours.description import describe

    try:
        asked = read_date(le) if le else None
    except ValueError as error:
        raise EntreeInvalide(f"Jour où lire le parcours : {error}.") from error
    programme = read_base(base)
    from django.utils import timezone

    from maillage.web.parcours.models import read_parcours

    told = describe(read_parcours(), programme.schema, asked or timezone.localdate())
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _print(told)


def _print(told: dict[str, Any]) -> None:
    click.echo(f"{told['schema']}, au {told['jour']} : {told['raison']}")
    for one in told["etapes"]:
        day = one["faite_le"] if one["etat"] == "faite" else ""
        click.echo(f"  {one['etat']:<8} {one['nom']}{f', {day}' if day else ''}")
    for one in told["organismes"]:
        asked = f"saisi le {one['saisi_le']}, échéance {one['echeance']}" if one["saisi_le"] else "à saisir"
        given = f", {one['etat']} depuis {one['acquis_le']}" if one["acquis_le"] else ""
        sense = f" ({one['avis']})" if one["avis"] else ""
        click.echo(f"  {one['nom']} : {asked}{given}{sense}")
    for line in told["a_savoir"]:
        click.echo(f"À savoir : {line}")
