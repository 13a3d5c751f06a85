"""``maillage sauvegarde``: save the database of an install, put a backup back, or rehearse it.

The base is the one that the server opens (``find_base``): that of ``DATABASE_URL``, else that of the folder.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from maillage.cli.avancement import step

VAR = click.option("--var", type=click.Path(path_type=Path), envvar="MAILLAGE_VAR", default=Path("var"),
                   help="Dossier de l'installation ; sans cela, MAILLAGE_VAR, puis var.")  # fmt: skip
FICHIER = click.argument("fichier", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.group()
def sauvegarde() -> None:
    """Sauvegarder la base d'une installation, la restaurer, ou s'y exercer."""


@sauvegarde.command()
@VAR
@click.argument("fichier", type=click.Path(path_type=Path))
@click.option("--chiffrer-pour", "cle", metavar="CLE",
              type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Fichier d'une clé publique de GnuPG : elle seule rouvrira la sauvegarde.")  # fmt: skip
def creer(var: Path, fichier: Path, cle: Path | None) -> None:
    """Copier la base et les fichiers donnés dans FICHIER, même pendant que l'application sert."""
    from maillage.web.serveur import chiffrement
    from maillage.web.serveur import sauvegarde as sqlite
    from maillage.web.serveur import sauvegarde_postgresql as postgresql
    from maillage.web.serveur.fichiers import note_backup
    from maillage.web.serveur.preparation import find_base
    from maillage.web.socle.magasin import DOSSIER

    base = find_base(var)
    with step("Copie et vérification de la base"), chiffrement.write_for(fichier, cle) as path:
        if isinstance(base, Path):
            missing = sqlite.save(base, path, var)
        else:
            missing = postgresql.save(base, path, var / DOSSIER)
    with suppress(OSError):  # the backup is there: that it cannot be noted is no failure of it
        note_backup(var)
    for name in missing:
        click.echo(f"Attention : un fichier donné manque dans {var / DOSSIER} : {name}", err=True)
    click.echo(f"Sauvegarde écrite et vérifiée{', puis chiffrée' if cle else ''} : {fichier}")


@sauvegarde.command()
@VAR
@FICHIER
@click.option("--sans-sceau", is_flag=True, help="Accepter une sauvegarde d'une version qui n'en posait pas.")
def restaurer(var: Path, fichier: Path, *, sans_sceau: bool) -> None:
    """Remettre FICHIER à la place de la base ; l'ancienne est gardée à côté (arrêtez l'application)."""
    from maillage.atlas.construction.ecriture import new_folders
    from maillage.web.serveur import chiffrement
    from maillage.web.serveur import sauvegarde as sqlite
    from maillage.web.serveur import sauvegarde_postgresql as postgresql
    from maillage.web.serveur.fichiers import explain
    from maillage.web.serveur.preparation import find_base

    base = find_base(var)
    with (
        explain(var, "ne peut pas recevoir une base"),
        new_folders(var, 0o700),
        step("Vérification et remise en place"),
        chiffrement.read_plain(fichier, var) as path,
    ):
        if isinstance(base, Path):
            former = sqlite.restore(path, base, var, sans_sceau=sans_sceau)
        else:
            former = postgresql.restore(path, base, var, sans_sceau=sans_sceau)
    click.echo(f"Base restaurée.{f' L’ancienne est dans {former}.' if former else ''}")


@sauvegarde.command()
@FICHIER
@click.option("--dossier", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="Où écrire pendant l'exercice ; à côté de FICHIER sans cela.")  # fmt: skip
def exercer(fichier: Path, dossier: Path | None) -> None:
    """Restaurer FICHIER à part, le temps de voir qu'il revient ; la base en service n'est pas touchée."""
    from maillage.web.serveur import chiffrement
    from maillage.web.serveur.exercice import rehearse
    from maillage.web.serveur.preparation import find_base

    base = find_base(Path())
    folder = dossier or fichier.absolute().parent
    with step("Exercice de restauration"), chiffrement.read_plain(fichier, folder) as path:
        done = rehearse(path, folder, None if isinstance(base, Path) else base)
    click.echo(
        f"Exercice réussi : {len(done.lignes)} tables, {done.total} lignes, dont {done.comptes} comptes, "
        "sont revenues et cette version les prend."
    )
