"""``maillage atlas``: build, check and describe an atlas."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from maillage.cli.atlas_plusieurs import LABELS, Plusieurs, build_many, check_choice, moyens, open_moyens
from maillage.cli.avancement import TerminalProgress, step
from maillage.cli.colonnes import colonnes

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas

FOLDER = click.Path(path_type=Path)


@click.group()
def atlas() -> None:
    """Construire, vérifier et décrire un atlas."""


@atlas.command()
@click.option("--departement", help="Code du département : 59, 2A, 974.")
@click.option("--tous", is_flag=True, help="Tous les départements que les données permettent.")
@click.option("--departements", metavar="59,62,80", help="Plusieurs départements, par leurs codes.")
@click.option("--from", "source", required=True, type=FOLDER, help="Dossier des données ouvertes.")
@click.option("--out", required=True, type=FOLDER, help="Dossier de l'atlas à créer.")
@click.option(
    "--convention",
    type=click.Choice(["reparti", "mairie"]),
    default="reparti",
    show_default=True,
    help="Où placer, dans la commune, un service dont on ne connaît que la commune.",
)
@click.option("--panier", default="quotidien", show_default=True, help="Panier de services du quotidien.")
@click.option(
    "--relief",
    type=click.Choice(["auto", "plaine", "tout"]),
    default="auto",
    show_default=True,
    help="Erreur retenue pour les temps estimés.",
)
@click.option(
    "--profil",
    help="Règle de déficit : un nom du catalogue, ou un fichier TOML (modèle : maillage catalogue profil). "
    "Sans elle : celle que le catalogue connaît à ce département, sinon la règle neutre.",
)
@click.option(
    "--reseau",
    type=FOLDER,
    help="Réseau (maillage network build), en voiture et autres modes ; sans lui, temps estimés.",
)
@click.option(
    "--transports",
    type=FOLDER,
    help="Horaires (maillage transports build) ; sans eux, hors transports collectifs.",
)
@click.option(
    "--offre",
    type=FOLDER,
    help="Liste des lieux qui remplace celle des sources (CSV ou Parquet, modèle : maillage atlas offre).",
)
@click.option("--sans-tuiles", is_flag=True, help="Ne pas produire les tuiles de carte.")
@click.option("--remplacer", is_flag=True, help="Remplacer l'atlas qui se trouve déjà à --out.")
@click.option("--cache", type=FOLDER, help="Dossier des résultats intermédiaires.")
@click.option("--sans-cache", is_flag=True, help="Ne rien garder d'un calcul à l'autre.")
@click.option("--silencieux", "-q", is_flag=True, help="Ne pas afficher l'avancement.")
@moyens
def build(
    departement: str | None,
    departements: str | None,
    source: Path,
    out: Path,
    convention: str,
    panier: str,
    relief: str,
    profil: str | None,
    cache: Path | None,
    reseau: Path | None,
    transports: Path | None,
    offre: Path | None,
    scheduler: str | None,
    travailleurs: int | None,
    tls: tuple[Path, Path, Path] | None,
    *,
    tous: bool,
    sans_tuiles: bool,
    remplacer: bool,
    sans_cache: bool,
    silencieux: bool,
) -> None:
    """Construire l'atlas d'un département, ou de plusieurs, à partir d'un dossier de données ouvertes.

    Avec --tous ou --departements, chaque département est une tâche confiée à un travailleur ; --out reçoit un
    dossier par département, --reseau et --transports en donnent un par département, nommé par son code.
    """
    from maillage.atlas.construction.build import build as build_atlas
    from maillage.atlas.construction.ecriture import check_folder
    from maillage.atlas.construction.entrees import find_departement
    from maillage.atlas.construction.parametres import Parametres, default_relief, open_profil
    from maillage.atlas.lecture.transports import say_transports
    from maillage.diagnostic.profil import choose_profil

    signal.signal(signal.SIGTERM, interrupt)
    told = open_profil(profil)

    def choose(code: str) -> Parametres:
        errors = default_relief(code) if relief == "auto" else relief
        return Parametres(convention=convention, panier=panier, relief=errors, tuiles=not sans_tuiles, **told)

    place = None if sans_cache else cache or default_cache()
    if cache is not None:
        check_folder(cache)
    if check_choice(departement, departements, offre, tous=tous):
        codes = tuple((departements or "").replace(",", " ").split())
        many = Plusieurs(codes, source, out, choose, place, reseau, transports)
        build_many(many, open_moyens(scheduler, travailleurs, tls), replace=remplacer, quiet=silencieux)
        return
    code, _ = find_departement(departement or "")
    chosen = choose(code)
    with TerminalProgress(LABELS, quiet=silencieux) as suivi:
        built = build_atlas(
            code,
            source,
            out,
            chosen,
            cache=place,
            suivi=suivi,
            replace=remplacer,
            reseau=reseau,
            offre=offre,
            transports=transports,
        )
    click.echo(f"Atlas construit dans {out} : {summarise(built)}")
    click.echo(f"  Accès {say_transports(built.manifest.transports, detail=True)}.")
    click.echo(f"  Territoires en déficit : {choose_profil(built.manifest.parametres).nom}.")
    for gap in built.manifest.manques:
        click.echo(f"  Manque : {gap['raison']}")
    if warnings := len(built.manifest.avertissements):
        click.echo(f"  {warnings} avertissements sur les données : maillage atlas info {out}")


@atlas.command()
@click.argument("dossier", type=FOLDER)
def check(dossier: Path) -> None:
    """Vérifier qu'un atlas est intact et que ses chiffres se tiennent."""
    from maillage.atlas.construction.controle import check_atlas

    with step("Vérification de l’atlas"):
        checks = check_atlas(dossier)
    for item in checks:
        detail = f" : {item.detail}" if item.detail else ""
        click.echo(f"{'oui' if item.passe else 'NON'}  {item.texte}{detail}")
    failed = sum(not item.passe for item in checks)
    if failed:
        click.echo(f"{failed} vérification(s) sur {len(checks)} en échec.", err=True)
        sys.exit(1)
    click.echo(f"L'atlas est bon : {len(checks)} vérifications passées.")


@atlas.command()
@click.argument("dossier", type=FOLDER)
@click.option("--indicateurs", is_flag=True, help="Lister aussi tous les indicateurs.")
def info(dossier: Path, *, indicateurs: bool) -> None:
    """Dire ce que contient un atlas : sources, paramètres, manques, constats, avertissements."""
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.atlas.lecture.transports import say_transports

    found = open_atlas(dossier)
    manifest = found.manifest
    click.echo(f"Atlas du département {manifest.departement} ({manifest.nom}) : {summarise(found)}")
    if manifest.jeu_essai:
        click.echo("JEU D'ESSAI : communes réelles, chiffres simulés.")
    click.echo(f"Code {manifest.version_code}, format {manifest.format}, empreinte {manifest.empreinte[:16]}")
    shown = {key: value for key, value in manifest.parametres.items() if key != "regle"}
    click.echo("Paramètres : " + ", ".join(f"{key} = {value}" for key, value in shown.items()))
    click.echo(f"Accès {say_transports(manifest.transports, detail=True)}")
    click.echo("Sources :")
    for name, entry in sorted(manifest.sources.items()):
        tried = "" if entry["eprouve"] else ", lecteur non éprouvé"
        origin = f"{entry['producteur']}, {entry['nom']}, {entry['millesime']}"
        click.echo(f"  {name} : {origin} ({entry['licence']}{tried})")
    for title, lines in (
        ("Manques", [gap["raison"] for gap in manifest.manques]),
        ("Constats", [found["texte"] for found in manifest.constats]),
        ("Avertissements", manifest.avertissements),
    ):
        if lines:
            click.echo(f"{title} :")
            click.echo("\n".join(f"  {line}" for line in lines))
    if indicateurs:
        rows = found.index().unique("indicateur").sort("indicateur").select("indicateur", "nom", "unite")
        click.echo("Indicateurs :")
        click.echo("\n".join(f"  {name} : {label} ({unit})" for name, label, unit in rows.iter_rows()))


@atlas.command()
@click.argument("dossier", type=FOLDER)
@click.option("--type", "genre", required=True, help="Type de service : france_services, hopital…")
@click.option("--out", type=FOLDER, help="Fichier à écrire ; sans lui, sur la sortie standard.")
def modele(dossier: Path, genre: str, out: Path | None) -> None:
    """Donner le tableau à remplir pour dire la capacité et l'activité des lieux d'un type."""
    from maillage.atlas.construction.ecriture import write_file
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.atlas.modele import make_model

    data = make_model(open_atlas(dossier), genre)
    if out is None:
        sys.stdout.buffer.write(data)
        return
    write_file(out, data)
    click.echo(f"{out} écrit.", err=True)


@atlas.command()
@click.argument("dossier", type=FOLDER)
@click.option("--out", required=True, type=FOLDER, help="Fichier à écrire : .csv ou .parquet.")
def offre(dossier: Path, out: Path) -> None:
    """Sortir la liste des lieux d’un atlas, à modifier puis à donner par --offre à build ou à eval."""
    from maillage.atlas.construction.ecriture import write_file
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.atlas.lots import encode_places

    write_file(out, encode_places(open_atlas(dossier), out.suffix))
    click.echo(f"{out} écrit.", err=True)


atlas.add_command(colonnes)


def summarise(found: Atlas) -> str:
    """Communes, inhabitants, where they were placed, and indicators in one line."""
    from maillage.atlas.lots import read_described

    communes = found.territoires("commune")
    people = int(communes["population"].sum())
    placed = "placés dans leur commune, faute d’une grille de population"
    if "carreaux" in read_described(found)["natures"]:
        cells = round(float(found.carreaux().filter("dans_departement")["population"].sum()))
        placed = f"{french(cells)} sur les carreaux"
    figures = found.index()["indicateur"].n_unique()
    size = f"{communes.height} communes, {french(people)} habitants"
    return f"{size}, {placed}, {figures} indicateurs."


def french(number: int) -> str:
    """A whole number with narrow spaces between thousands.

    >>> french(2615635)
    '2\\u202f615\\u202f635'
    """
    return f"{number:,}".replace(",", "\u202f")


def default_cache() -> Path:
    """Where intermediate results are kept: MAILLAGE_CACHE, else the user's cache folder."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("MAILLAGE_CACHE") or user_cache_path("maillage")) / "etapes"


def interrupt(_signum: int, _frame: FrameType | None) -> None:
    """Stop as on Ctrl-C, so that nothing half-made is left."""
    raise KeyboardInterrupt
