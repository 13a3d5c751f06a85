"""``maillage annuaire``: files of directories, read, checked, written in the base; the whole of it given."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.sdaasp_base import open_base

if TYPE_CHECKING:
    from maillage.annuaire.fusion import FusionAnnuaire
    from maillage.sources.annuaire.recueil import Communes, LectureAnnuaire

VARIABLE = "MAILLAGE_CLE_DATA_INCLUSION"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FORMATS = (
    "data_inclusion", "dila", "soliguide", "mediation_numerique", "france_services", "france_travail",
    "conseillers_numeriques", "tableur",
)  # fmt: skip


COMPTES = {
    "nouvelles": "nouvelles", "changees": "changées", "reparues": "reparues", "disparues": "disparues",
    "identiques": "identiques",
}  # fmt: skip


@click.group()
def annuaire() -> None:
    """L’annuaire : lire les fichiers d’autres annuaires, les vérifier, les importer, rendre le tout."""


def take_file(command: Callable[..., None]) -> Callable[..., None]:
    """The argument and the options of a command that reads a file of a directory, opened as ``lecture``."""

    @click.argument("fichier", type=FILE)
    @click.option(
        "--format", "format_", type=click.Choice(FORMATS), help="Format du fichier (reconnu sinon)."
    )
    @click.option("--departement", help="Ne garder que ce département : 59, 2A, 974…")
    @click.option(
        "--communes",
        "communes_folder",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Dossier de données ouvertes où sont les noms des communes.",
    )
    @click.option(
        "--correspondance", type=FILE, help="Colonnes de votre tableau et champs du schéma (TOML ou JSON)."
    )
    @wraps(command)
    def run(
        *,
        fichier: Path,
        format_: str | None,
        departement: str | None,
        communes_folder: Path | None,
        correspondance: Path | None,
        **others: Any,
    ) -> None:
        from maillage.sources.annuaire.registre import read
        from maillage.sources.annuaire.tableur import read_correspondance

        lecture = read(
            fichier,
            format_,
            departement=departement,
            communes=read_communes(communes_folder) if communes_folder else None,
            correspondance=read_correspondance(correspondance) if correspondance else None,
        )
        command(lecture=lecture, **others)

    return run


@annuaire.command()
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, dans la forme de data·inclusion v1.")
@take_file
def lire(*, lecture: LectureAnnuaire, as_json: bool) -> None:
    """Lire un FICHIER d’annuaire et dire ce qu’il contient, ses fautes, ce qu’il laisse incertain.

    Rien n’est écrit nulle part.
    """
    if as_json:
        print_json(lecture.write())
    else:
        print_summary(lecture)


@annuaire.command()
@click.option("--base", help="Base de l’application : fichier SQLite, ou adresse d’une base de données.")
@click.option("--essai", is_flag=True, help="Dire ce qui changerait, champ à champ, sans rien écrire.")
@click.option("--partiel", is_flag=True, help="Le fichier n’a pas toutes les fiches de ses sources.")
@take_file
def importer(*, lecture: LectureAnnuaire, base: str | None, essai: bool, partiel: bool) -> None:
    """Écrire les fiches d’un FICHIER dans l’annuaire de l’application.

    Une fiche que sa source ne donne plus est marquée, jamais effacée ; rien n’est marqué si le fichier a des
    fautes, ou n’est qu’une partie d’une liste (--partiel).
    """
    print_summary(lecture)
    open_base(base)
    from maillage.web.annuaire.commands import FichierLu, import_annuaire, try_import

    told = tuple(str(fault) for fault in lecture.fautes)
    read = FichierLu(
        lecture.annuaire,
        lecture.fichier,
        lecture.format,
        lecture.empreinte,
        told,
        entier=not partiel,
        departement=lecture.departement,
    )
    if essai:
        print_changes(try_import(read))
        click.echo("Essai à blanc : rien n’a été écrit.")
        return
    _, found = import_annuaire(None, read)
    click.echo("Écrit : " + ", ".join(f"{found.comptes[key]} {word}" for key, word in COMPTES.items()))


@annuaire.command()
@click.option("--base", help="Base de l’application : fichier SQLite, ou adresse d’une base de données.")
@click.option("--corrige", is_flag=True, help="Avec nos corrections par-dessus ce que disent les sources.")
@click.option("--lieux", is_flag=True, help="Dire en plus quelles fiches sont un même lieu.")
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, dans la forme de data·inclusion v1.")
def exporter(*, base: str | None, corrige: bool, lieux: bool, as_json: bool) -> None:
    """Écrire tout l’annuaire de l’application : relu par « lire » ou « importer », il ne change rien.

    Fiche par fiche : deux fiches d’un même lieu restent deux. --lieux dit, à côté, lesquelles sont réunies.
    """
    open_base(base)
    from maillage.sources.annuaire.recueil import write_annuaire
    from maillage.web.annuaire.lieux import read_lieux
    from maillage.web.annuaire.queries import read_annuaire, read_source

    held = read_annuaire().annuaire if corrige else read_source()
    if as_json:
        joined = {"lieux": read_lieux().reunis.write()["groupes"]} if lieux else {}
        print_json(write_annuaire(held) | joined)
    else:
        click.echo(f"{len(held.structures)} structures, {len(held.prestations)} services. --json les écrit.")


@annuaire.command()
@click.option("--base", help="Base de l’application : fichier SQLite, ou adresse d’une base de données.")
@click.option(
    "--envoyer", is_flag=True, help="Lancer la campagne et envoyer ; sans cette option, essai à blanc."
)
@click.option("--site", default="", help="Adresse du site, mise devant celle des pages : https://…")
def campagne(*, base: str | None, envoyer: bool, site: str) -> None:
    """Demander à chaque structure si sa fiche est toujours juste : un courriel par adresse, jamais deux.

    « maillage sdaasp prevenir --site … » continue ensuite, à chaque envoi, la campagne lancée.
    """
    open_base(base)
    from maillage.cli.annuaire_campagne import run

    run(send=envoyer, site=site.rstrip("/"))


@annuaire.command()
@click.argument("fichiers", type=FILE, nargs=-1, required=True)
@click.option("--departement", help="Ne garder que ce département : 59, 2A, 974…")
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
def doublons(*, fichiers: tuple[Path, ...], departement: str | None, as_json: bool) -> None:
    """Chercher, dans un ou plusieurs FICHIERS, les structures qui sont un même lieu d’accueil.

    Rien n’est écrit nulle part. Ce qui est sûr est réuni, avec ses raisons ; le reste est une question.
    """
    from maillage.annuaire.doublons.groupes import list_candidates, match
    from maillage.sources.annuaire.registre import read

    lectures = [read(path, departement=departement) for path in fichiers]
    by_id = {one.structure.id: one for lecture in lectures for one in list_candidates(lecture.annuaire)}
    found = match(list(by_id.values()))
    if as_json:
        faults = [fault for lecture in lectures for fault in lecture.write()["fautes"]]
        print_json(found.write() | {"structures": len(by_id), "fautes": faults})
        return
    click.echo(
        f"{len(by_id)} structures : {len(found.groupes)} lieux réunis, {len(found.questions)} questions"
    )
    for group in found.groupes:
        click.echo("  un seul lieu : " + " ; ".join(by_id[key].structure.nom for key in group.ids))
        click.echo(f"    {', '.join(group.liens[0].raisons)}")
    for asked in found.questions:
        names = " et ".join(by_id[key].structure.nom for key in asked.ids)
        click.echo(f"  est-ce un seul lieu ? {names} ({', '.join(asked.raisons)})")


@annuaire.command()
@click.argument("fichier", type=click.Path(dir_okay=False, path_type=Path))
def modele(fichier: Path) -> None:
    """Écrire dans FICHIER (.ods ou .xlsx) un tableau à remplir : une ligne par service."""
    from maillage.atlas.construction.ecriture import whole_file
    from maillage.reports.ecrire.classeur import write_sheets
    from maillage.sdaasp.programme.classeur import Feuille
    from maillage.sources.annuaire.tableur import list_cibles

    with whole_file(fichier) as temporary:
        write_sheets([Feuille("annuaire", list_cibles(), ())], temporary, "Modèle d’annuaire")
    click.echo(f"{fichier} : une ligne par service ; la structure est répétée sur chacune.")


@annuaire.command()
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
def formats(*, as_json: bool) -> None:
    """Les formats lus, ceux qui ont rencontré un vrai fichier, ce que chacun laisse incertain."""
    from dataclasses import asdict

    from maillage.catalogue.annuaire import list_formats

    if as_json:
        print_json([asdict(one) for one in list_formats().values()])
        return
    for one in list_formats().values():
        met = "éprouvé sur un vrai fichier" if one.eprouve else "jamais éprouvé sur un vrai fichier"
        click.echo(f"{one.id} : {one.nom} ({met})")
        for unsure in one.incertain:
            click.echo(f"  - {unsure}")


@annuaire.command()
@click.option("--departement", required=True, help="Code du département : 59, 2A, 974…")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Fichier JSON à écrire."
)
def recevoir(*, departement: str, out: Path) -> None:
    """Télécharger les fiches d’un département par l’API de data·inclusion, dans un fichier.

    La clé, que donne le GIP Plateforme de l’inclusion, est lue dans la variable MAILLAGE_CLE_DATA_INCLUSION.
    Cette lecture n’a jamais rencontré le vrai serveur.
    """
    from maillage.atlas.construction.ecriture import whole_file
    from maillage.catalogue.departements import check_departement
    from maillage.sources.annuaire.api import receive

    key = os.environ.get(VARIABLE, "").strip()
    if not key:
        raise EntreeInvalide(f"Il manque la clé de l’API : mettez-la dans la variable {VARIABLE}.")
    code = check_departement(departement)
    with whole_file(out) as temporary:
        receive(code, key, temporary, progress=tell)
    click.echo(f"{out} : à lire par « maillage annuaire lire {out} ».")


def tell(name: str, page: int, pages: int) -> None:
    """How far a download is, beside its result."""
    click.echo(f"{name} : page {page} sur {pages}", err=True)


def read_communes(folder: Path) -> Communes:
    """The names of communes of a folder of open data."""
    from maillage.catalogue.sources import list_sources
    from maillage.sources import find_sources, read
    from maillage.sources.rattachement import index_communes

    entries = list_sources()
    found = find_sources(folder)
    tables = [
        table
        for name, paths in found.items()
        if "communes" in entries[name].natures
        for table in read(name, *paths)
    ]
    return index_communes(tables)


def print_changes(found: FusionAnnuaire) -> None:
    """What importing would change."""
    for (kind, ident), changes in found.changees.items():
        for one in changes:
            click.echo(f"  {kind} {ident}, {one.champ} : {one.avant!r} devient {one.apres!r}")
    for kind, ident in found.disparues:
        click.echo(f"  {kind} {ident} : sa source ne la donne plus")
    for kind, ident in found.reparues:
        click.echo(f"  {kind} {ident} : sa source la donne de nouveau")
    counts = (len(found.nouvelles), len(found.changees), len(found.disparues), len(found.identiques))
    click.echo("{} nouvelles, {} changées, {} disparues, {} identiques".format(*counts))


def print_json(told: Any) -> None:
    """A document on the output, accents as they are."""
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def print_summary(found: LectureAnnuaire) -> None:
    """What was read, in a few lines."""
    records = found.annuaire
    unsure = sum(bool(one.incertain) for one in records.complements.values())
    click.echo(f"{found.fichier} : format {found.format}")
    click.echo(
        f"{len(records.structures)} structures, {len(records.prestations)} services, {unsure} avec un doute"
    )
    if found.ailleurs:
        click.echo(f"{found.ailleurs} fiches d’autres départements, laissées de côté")
    for note in found.incertain:
        click.echo(f"  à savoir : {note}")
    for fault in found.fautes:
        click.echo(f"  faute : {fault}")
