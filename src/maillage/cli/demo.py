"""``maillage demo``: the atlas of the embedded example, or of real data, then the application on it."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from maillage.atlas.construction.stages import Progress
    from maillage.atlas.lecture.lecteur import Lecteur
    from maillage.atlas.lecture.ouvert import Manifest


@click.command()
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Dossier de données ouvertes réelles ; sans lui, l'exemple embarqué.",
)
@click.option("--departement", default="59", show_default=True, help="Code du département.")
@click.option("--var", type=click.Path(path_type=Path), default=Path("var"), show_default=True,
              help="Dossier de travail.")  # fmt: skip
@click.option(
    "--base",
    metavar="ADRESSE",
    help="Base d'essai où écrire, au lieu de celle du dossier : comptes et données y sont inventés.",
)
@click.option("--port", default=8000, show_default=True, help="Port d'écoute.")
@click.option("--sans-navigateur", is_flag=True, help="Ne pas ouvrir de navigateur.")
@click.option("--sans-servir", is_flag=True, help="Tout préparer, puis s'arrêter.")
def demo(
    source: Path | None,
    departement: str,
    var: Path,
    base: str | None,
    port: int,
    *,
    sans_navigateur: bool,
    sans_servir: bool,
) -> None:
    """Construire l'atlas de l'exemple, ou de données réelles, et ouvrir l'application dessus."""
    from maillage.atlas.construction.entrees import find_departement
    from maillage.atlas.lecture.lecteur import Lecteur
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.web.serveur.preparation import check_number, check_port, choose_base, reserve, set_up

    choose_base(base)
    code, _ = find_departement(departement)
    check_number(port)
    if not sans_servir:
        check_port("127.0.0.1", port)
    atlas = build_once(source, code, var)
    if not sans_servir:
        reserve(var, "127.0.0.1", port)
    set_up(var, atlas)
    found = Lecteur(open_atlas(atlas))
    load_programme(found.manifeste)
    keep_example(found)
    if source is None:
        load_directory()
    accounts = announce_accounts({place.code: place.nom for place in found.territoires("arrondissement")})
    keep_exchange()
    keep_elaborations(accounts)
    keep_orientations()
    if found.jeu_essai:
        keep_complements(atlas)
    if sans_servir:
        return
    from maillage.web.serveur.processus import serve

    address = f"http://127.0.0.1:{port}/"
    click.echo(f"Maillage est ouvert : {address} (Ctrl-C pour arrêter)", err=True)
    if not sans_navigateur:
        webbrowser.open(address)
    serve("127.0.0.1", port)


def build_once(source: Path | None, departement: str, var: Path) -> Path:
    """The atlas of these data, built unless it is already there; its stages are cached beside it.

    The embedded example has roads and timetables of its own: its times come from the engine.
    """
    from maillage.atlas.construction.build import build
    from maillage.atlas.construction.ecriture import new_folders
    from maillage.cli.atlas_plusieurs import LABELS
    from maillage.cli.avancement import TerminalProgress

    name = f"{departement}-{source.resolve().name}" if source else "jeu-d-essai"
    folder = var / "atlas" / name
    if not (folder / "manifest.json").exists():
        data = source or Path(str(files("maillage.sources") / "jeu_essai"))
        with (
            TerminalProgress(LABELS) as suivi,
            new_folders(folder.parent),
            TemporaryDirectory(dir=var) as work,
        ):
            roads, timetables = None, None
            if source is None:
                roads = build_roads(data, Path(work) / "reseau", suivi)
                timetables = build_timetables(Path(work) / "transports")
            build(
                departement,
                data,
                folder,
                cache=var / "cache",
                suivi=suivi,
                reseau=roads,
                transports=timetables,
            )
    return folder


def build_roads(example: Path, out: Path, suivi: Progress) -> Path:
    """The example's invented roads, factorised."""
    from maillage.atlas.reseau.osm import build_reseau

    suivi.progress("reseau", 0.0)
    build_reseau(example / "reseau_jeu_essai.osm.pbf", ["voiture", "velo", "marche", "fauteuil"], out)
    suivi.progress("reseau", 1.0)
    return out


def build_timetables(out: Path) -> Path:
    """The example's invented trains and buses, read as any feed."""
    from maillage.atlas.transports.dossier import build_transports

    feeds = Path(str(files("maillage.sources") / "jeu_essai_transports")).glob("*.zip")
    build_transports(sorted(feeds), out)
    return out


def load_programme(manifest: Manifest) -> None:
    """The programme embedded for this département in the database, the first time; work done since is kept.

    Without one, the application opens empty and says how to begin.
    """
    from maillage.sdaasp.reprise import chargement as embedded
    from maillage.web.programme.indicateurs.remplissage import fill_from_newest_atlas
    from maillage.web.programme.reprise.commands import load_if_empty

    name = embedded.find_embedded(manifest.departement)
    if name is None:
        click.echo(f"Aucun schéma livré pour ce département ({manifest.nom}).", err=True)
        click.echo("Commencez le vôtre, onglet Programme, avec le compte de chargé·e de mission.", err=True)
        return
    load_if_empty(embedded.load_programme(name))
    fill_from_newest_atlas()


def keep_example(atlas: Lecteur) -> None:
    """One public scenario, the first time: the France services that most would miss closes, one opens.

    The other one opens in the most peopled commune that has none. Nothing where that cannot be said.
    """
    from maillage.web.atelier.exemple import keep_if_none

    if (row := keep_if_none(atlas)) is not None:
        click.echo(f"Un scénario d’exemple est public dans l’atelier : {row.titre}.", err=True)
    if atlas.jeu_essai:
        keep_paroles()


def keep_paroles() -> None:
    """Simulated signalements, survey and comité d'usagers, the first time; nothing without a programme."""
    from django.utils import timezone

    from maillage.web.participation.exemple import keep_consultation, keep_if_none, keep_usagers
    from maillage.web.programme.models import FicheAction, Referentiel
    from maillage.web.programme.noms import get_noms

    if Referentiel.objects.exists():
        noms = get_noms()
        known = (timezone.localdate(), list(noms.arrondissements), list(noms.themes))
        if keep_if_none(*known):
            click.echo("Des signalements et une enquête simulés disent « jeu d’essai ».", err=True)
        if keep_usagers(*known):
            click.echo("Un comité d’usagers simulé dit « jeu d’essai ».", err=True)
        fiche = FicheAction.objects.order_by("ordre", "cle").values_list("cle", flat=True).last()
        if fiche and keep_consultation(known[0], list(noms.arrondissements.values()), fiche):
            click.echo("Une consultation simulée est ouverte sur une fiche.", err=True)


def keep_elaborations(accounts: Sequence[Any]) -> None:
    """An élaboration that is over and a revision that begins, the first time: invented, and said so."""
    from maillage.web.elaboration.exemple import keep_if_none

    chief = next(account for account in accounts if account.has_perm("elaboration.conduire"))
    for row in keep_if_none(chief):
        click.echo(f"Une élaboration d’exemple est dans le programme : {row.titre}.", err=True)


def load_directory() -> None:
    """The invented directory of the example, the first time: its France services and a few places more."""
    from maillage.sources.annuaire.registre import read
    from maillage.web.annuaire.commands import FichierLu
    from maillage.web.annuaire.exemple import load_if_empty

    held = Path(str(files("maillage.sources")))
    paths = (
        held / "jeu_essai" / "france_services_jeu_essai.csv",
        held / "jeu_essai_annuaire" / "annuaire_jeu_essai.json",
    )
    found = [read(path) for path in paths]
    taken = (FichierLu(one.annuaire, one.fichier, one.format, one.empreinte) for one in found)
    if count := load_if_empty(taken):
        click.echo(f"Annuaire d’essai : {count} fiches, page « Trouver ».", err=True)


def keep_orientations() -> None:
    """Simulated orientations between demonstration accounts, the first time; they name nobody."""
    from django.utils import timezone

    from maillage.web.annuaire.accueil.exemple import keep_if_none
    from maillage.web.comptes.models import Organisation

    team = Organisation.objects.filter(nom="Organisation de démonstration").first()
    if team is not None and (count := keep_if_none(team, timezone.localdate())):
        click.echo(f"{count} orientations simulées disent « jeu d’essai », page « Accueil ».", err=True)


def keep_complements(folder: Path) -> None:
    """Simulated lines on places of the atlas, the first time: accepted, refused, waiting."""
    from django.utils import timezone

    from maillage.web.complements.exemple import keep_if_none
    from maillage.web.socle.atlas import open_folder

    if count := keep_if_none(open_folder(folder), timezone.localdate()):
        click.echo(
            f"{count} lignes d’exemple sur des lieux disent « jeu d’essai », page « Compléter ».", err=True
        )


def announce_accounts(arrondissements: Mapping[str, str]) -> list[Any]:
    """Make the demonstration accounts, one for each role, and print their password; the accounts."""
    from maillage.web.comptes.commands import create_demonstration

    password, accounts = create_demonstration(arrondissements)
    click.echo("Comptes de démonstration, tous avec le mot de passe " + password, err=True)
    for account in accounts:
        click.echo(f"  {account.email} : {account}", err=True)
    return accounts


def keep_exchange() -> None:
    """One space for exchange between demonstration accounts, the first time."""
    from maillage.web.echanges.exemple import keep_if_none

    if (row := keep_if_none()) is not None:
        click.echo(f"Un espace d’échange est ouvert en exemple : {row.nom}.", err=True)
