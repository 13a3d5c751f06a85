"""``maillage sdaasp nouveau``: begin a schema from a template, in the database or in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click


@click.command()
@click.option("--departement", required=True, help="Code du département : 38, 2A, 974.")
@click.option(
    "--modele", default="neutre", show_default=True, help="Modèle de départ ; « liste » les donne tous."
)
@click.option("--debut", type=click.IntRange(2015, 2100), help="Première année ; sans elle, l’an prochain.")
@click.option(
    "--atlas",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Atlas dont prendre les arrondissements ; sans lui, ceux du Code officiel géographique.",
)
@click.option(
    "--ecrire",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Écrire le schéma dans ce fichier (.json, .ods, .xlsx), à remplir, au lieu de la base.",
)
def nouveau(
    departement: str, modele: str, debut: int | None, atlas: Path | None, output: Path | None
) -> None:
    """Commencer un schéma : les thèmes, dimensions et orientations d’un modèle, à modifier ensuite."""
    from maillage.atlas.construction.entrees import find_departement
    from maillage.sdaasp.programme.depart import list_modeles, make_programme, propose

    if modele == "liste":
        for one in list_modeles().values():
            click.echo(f"{one.id} : {one.nom} ({len(one.themes)} thèmes)")
        return
    code, nom = find_departement(departement)
    depart = propose(modele, code, debut or datetime.now(UTC).year + 1, list_places(code, nom, atlas))
    if output is not None:
        from maillage.cli.sdaasp_import import write_any

        write_any(make_programme(depart), output)
        click.echo(f"Écrit : {output.name}")
        return
    from maillage.cli.sdaasp_base import open_base, say_base

    open_base()
    from maillage.web.programme.depart.commands import begin

    begin(None, depart)
    click.echo(
        f"Commencé : {depart.nom} ({len(depart.themes)} thèmes). La suite se remplit dans l’application."
    )
    click.echo(say_base(), err=True)


def list_places(code: str, nom: str, atlas: Path | None) -> dict[str, str]:
    """The arrondissements of the atlas, else of the catalogue; the whole département where there are none.

    Raises:
        EntreeInvalide: the atlas is another département's.
    """
    from maillage.atlas.lecture.lecteur import Lecteur
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.catalogue.arrondissements import list_of
    from maillage.catalogue.erreurs import EntreeInvalide

    found: dict[str, str] = {}
    if atlas is not None:
        lecteur = Lecteur(open_atlas(atlas))
        if lecteur.manifeste.departement != code:
            raise EntreeInvalide(f"L’atlas {atlas.name} est celui d’un autre département : {lecteur.nom}.")
        found = {place.code: place.nom for place in lecteur.territoires("arrondissement")}
    return found or list_of(code) or {code: nom}
