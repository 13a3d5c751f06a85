"""``maillage publier``: the public pages, maps and data of an atlas as plain files."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from maillage.cli.avancement import TerminalProgress, step


@click.command()
@click.argument("atlas", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("dossier", type=click.Path(path_type=Path))
@click.option("--adresse", default="", help="Adresse où le site sera lu : https://…/ ; le catalogue la cite.")
@click.option("--base", help="Base d'une installation : sa partie publique (programme, annuaire) est copiée.")
@click.option("--remplacer", is_flag=True, help="Remplacer un site déjà écrit là.")
def publier(atlas: Path, dossier: Path, adresse: str, base: str | None, *, remplacer: bool) -> None:
    """Écrire dans DOSSIER un site public complet : pages, cartes et données de l'ATLAS, en simples fichiers.

    Le site se lit sans serveur d'application, sans script et sans compte : déposez le dossier chez n'importe
    quel hébergeur.
    """
    from maillage.atlas.construction.ecriture import whole_folder
    from maillage.atlas.lecture.ouvert import open_atlas

    open_atlas(atlas)
    check_address(adresse)
    check_folder(dossier, replace=remplacer)
    with TemporaryDirectory() as work:
        prepare(atlas, Path(work), base)
        from maillage.web.publication.statique.site import write_site
        from maillage.web.socle.atlas import AtlasOuvert

        logging.getLogger("maillage.requete").setLevel(logging.WARNING)
        opened = AtlasOuvert(open_atlas(atlas), par_defaut=True)
        address = f"{adresse.rstrip('/')}/" if adresse else ""
        with TerminalProgress() as suivi, whole_folder(dossier) as partial:
            copie = write_site(opened, partial, address, suivi.progress)
            (partial / MARQUE).write_text(f"{opened.empreinte}\n", "utf-8")
    click.echo(f"{dossier} écrit : {len(copie.pages)} pages. Ouvrez {dossier / 'index.html'}.", err=True)
    tell_missing(copie.refus)


MARQUE = "site-maillage.txt"


PREMIERES = 5


def tell_missing(refus: Mapping[str, int]) -> None:
    """Say what pages lead to and the site lacks: how much, and the first of them."""
    if not refus:
        return
    first = ", ".join(f"{address} ({status})" for address, status in list(refus.items())[:PREMIERES])
    more = " ; …" if len(refus) > PREMIERES else ""
    click.echo(f"Absentes du site, l'application ne les donne pas : {len(refus)}. {first}{more}", err=True)


def check_address(adresse: str) -> None:
    """Refuse what is no address of a site."""
    if adresse and not adresse.startswith(("https://", "http://")):
        raise click.UsageError(f"« {adresse} » n'est pas l'adresse d'un site : donnez https://…")


def check_folder(dossier: Path, *, replace: bool) -> None:
    """Refuse a place that holds something else than a site that may be replaced."""
    from maillage.catalogue.erreurs import EntreeInvalide

    if not dossier.exists() or (dossier.is_dir() and not any(dossier.iterdir())):
        return
    if not dossier.is_dir() or not (dossier / MARQUE).is_file():
        raise EntreeInvalide(
            f"{dossier} contient autre chose qu'un site : donnez un dossier vide ou nouveau."
        )
    if not replace:
        raise EntreeInvalide(
            f"{dossier} contient déjà un site : ajoutez --remplacer pour l'écrire à nouveau."
        )


def prepare(atlas: Path, work: Path, base: str | None) -> None:
    """Open the application on the atlas, with the base given or one that is empty."""
    from maillage.cli.sdaasp_base import open_base
    from maillage.web.serveur.preparation import choose_base, set_up

    os.environ["MAILLAGE_ATLAS"] = str(atlas.resolve())
    os.environ["MAILLAGE_VAR"] = str(work)
    if base is not None:
        open_base(base)
        return
    choose_base(None)
    with step("Préparation"):
        set_up(work, atlas)
