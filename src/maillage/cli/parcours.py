"""``maillage parcours``: the legal course of a schema."""

from __future__ import annotations

import click

from maillage.catalogue.erreurs import EntreeInvalide

DERNIERE_ANNEE = 9998


@click.group()
def parcours() -> None:
    """Le parcours légal du schéma : délais des avis."""


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
