"""``maillage transports``: timetables of public transport, read, described and asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maillage.cli.avancement import step
from maillage.cli.options import NombreFini

if TYPE_CHECKING:
    from maillage.atlas.transports.acces import AccesTransports
    from maillage.atlas.transports.dossier import Transports
    from maillage.atlas.transports.questions import EtapeTrajet
    from maillage.atlas.transports.rabattement import Rabattement
    from maillage.sources.gtfs import Signalement

FOLDER = click.Path(path_type=Path)
DEJA_DITS = 3  # rows told of one rule and one file


class JourSaisi(click.ParamType[date]):
    """A day given as AAAA-MM-JJ."""

    name = "AAAA-MM-JJ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        from maillage.catalogue.dates import read_date

        try:
            return value if isinstance(value, date) else read_date(str(value))
        except ValueError as error:
            self.fail(f"« {value} » : {error}.", param, ctx)


class HeureSaisie(click.ParamType[int]):
    """An hour given as HH:MM, beyond 24:00 too; seconds."""

    name = "HH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Seconds since midnight."""
        from maillage.atlas.transports.questions import read_clock

        found = read_clock(str(value))
        if found is None:
            self.fail(f"« {value} » n’est pas une heure : écrivez par exemple 08:30.", param, ctx)
        return found


JOUR = click.option("--jour", required=True, type=JourSaisi(), help="Jour demandé.")
MARCHE = click.option(
    "--marche",
    type=NombreFini(0),
    metavar="MIN",
    help="Marcher au plus tant de minutes entre deux arrêts. Sans elle, on ne change qu’au même arrêt.",
)


RESEAU = click.option(
    "--reseau",
    type=FOLDER,
    help="Dossier d’un réseau construit pour la marche : on y marche le long des rues.",
)


FAUTEUIL = click.option(
    "--fauteuil",
    is_flag=True,
    help="En fauteuil roulant : ce que les horaires disent accessible, puis ce qu’ils ne disent pas, à part.",
)


def open_walked(horaires: Path, reseau: Path | None, mode: str = "marche") -> Transports:
    """Timetables, walked to along the streets of a network where one is given."""
    from maillage.atlas.reseau.osm import open_reseau
    from maillage.atlas.transports.a_pied import APied
    from maillage.atlas.transports.dossier import open_transports

    streets = open_reseau(reseau).load(mode) if reseau else None
    return open_transports(horaires, APied(streets, mode=mode))


def open_in_wheelchair(horaires: Path, reseau: Path | None) -> tuple[Transports, Transports]:
    """The timetables as they are surely taken in a wheelchair, and as they may be."""
    from maillage.atlas.transports.fauteuil import POSSIBLE, SUR, in_wheelchair

    walked = open_walked(horaires, reseau, "fauteuil")
    sure, perhaps = (in_wheelchair(walked, walked.a_pied, which) for which in (SUR, POSSIBLE))
    return sure, perhaps


def say_wheelchair(opened: Transports) -> Iterator[str]:
    """What timetables say of wheelchairs, what streets say, and what neither does."""
    from maillage.atlas.transports.fauteuil import count_known, say_counts

    yield from say_counts(*count_known(opened))
    streets = "les escaliers sont évités" if opened.a_pied.reseau else "à vol d’oiseau, escaliers non connus"
    yield f"Dans la rue : {streets} ; pentes, bordures et revêtements ne sont pas lus."


@click.group()
def transports() -> None:
    """Lire et interroger des horaires de transports collectifs (GTFS)."""


@transports.command()
@click.argument("flux", type=FOLDER, nargs=-1, required=True)
@click.option("--out", required=True, type=FOLDER, help="Dossier des horaires, à créer.")
@click.option("--remplacer", is_flag=True, help="Remplacer les horaires qui s’y trouvent.")
def build(flux: tuple[Path, ...], out: Path, *, remplacer: bool) -> None:
    """Lire des FLUX (zip ou dossier), les vérifier, et écrire leurs horaires."""
    from maillage.atlas.transports.dossier import build_transports

    with step("Lecture des horaires"):
        built = build_transports(flux, out, replace=remplacer)
    for line in (*describe(built), *say_remarks(built.signalements())):
        click.echo(line)
    click.echo(f"Horaires écrits dans {out}.")


@transports.command()
@click.argument("horaires", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
def info(horaires: Path, *, as_json: bool) -> None:
    """Dire ce que contiennent des HORAIRES : réseaux, période, arrêts, courses, et ce qui n’allait pas."""
    from maillage.atlas.transports.dossier import open_transports

    opened = open_transports(horaires)
    remarks = opened.signalements()
    if as_json:
        told = [vars(remark) for remark in remarks]
        click.echo(json.dumps(count(opened) | {"signalements": told}, ensure_ascii=False))
        return
    for source in opened.manifest.sources.values():
        click.echo(f"Source : {source['fichier']}, {source['millesime']}, {source['licence']}")
    for line in (*describe(opened), *say_remarks(remarks)):
        click.echo(line)


def count(opened: Transports) -> dict[str, Any]:
    """How much there is of each thing, and over which days."""
    from maillage.atlas.transports.journee import list_dates

    first, last = list_dates(opened)
    annexes = [source.get("annexes", {}) for source in opened.manifest.sources.values()]
    return {
        "flux": list(opened.manifest.sources),
        "fuseaux": list(opened.fuseaux),
        "du": first.isoformat(),
        "au": last.isoformat(),
        "arrets": opened.arrets.height,
        "lignes": opened.table("lignes").height,
        "courses": opened.table("courses").height,
        "passages": len(opened.horaires.stop_times.stop),
        "services": len(opened.services),
        "a_la_demande": opened.table("a_la_demande")["course"].n_unique(),
        "annexes": {name: sum(a.get(name, 0) for a in annexes) for a in annexes for name in a},
    }


def describe(opened: Transports) -> Iterator[str]:
    """What the timetables hold, in a few lines."""
    from maillage.francais import jour, nombre

    found = count(opened)
    first, last = (date.fromisoformat(found[name]) for name in ("du", "au"))
    yield f"{len(found['flux'])} flux : {', '.join(found['flux'])} (fuseau {', '.join(found['fuseaux'])})."
    yield f"Du {jour(first)} au {jour(last)}."
    yield (
        " ; ".join(
            f"{nombre(found[name])} {label}"
            for name, label in (
                ("arrets", "arrêts"),
                ("lignes", "lignes"),
                ("courses", "courses"),
                ("passages", "passages"),
            )
        )
        + "."
    )
    for name, value in found["annexes"].items():
        if value:
            yield f"  {name}.txt : {nombre(value)} lignes"
    yield from say_demand(opened)


def say_demand(opened: Transports) -> Iterator[str]:
    """The services on demand: where, and how long before one must ask."""
    names = opened.table("courses")["id"]
    offers = opened.table("a_la_demande").unique(["course", "zone"], maintain_order=True)
    for row in offers.iter_rows(named=True):
        zone, notice = row["zone"] or "zone non dite", row["preavis"] or "préavis non dit"
        yield f"  à la demande : {names[row['course']]}, {zone}, {notice}"


def say_remarks(remarks: list[Signalement]) -> Iterator[str]:
    """What is wrong, by rule and file: how many rows, what was done, the first ones."""
    from maillage.francais import nombre

    suites = {"ecarte": "laissé de côté", "garde": "gardé", "refuse": "refusé"}
    if not remarks:
        yield "Vérification : rien à signaler."
        return
    yield "Vérification :"
    for code, fichier in dict.fromkeys((r.code, r.fichier) for r in remarks):
        same = [r for r in remarks if (r.code, r.fichier) == (code, fichier)]
        total = sum(r.nombre for r in same)
        yield f"  {same[0].gravite} {code} ({fichier}, {nombre(total)}, {suites[same[0].suite]})"
        for remark in same[:DEJA_DITS]:
            yield f"    {'ligne ' + str(remark.ligne) + ' : ' if remark.ligne else ''}{remark.quoi}"


@transports.command()
@click.argument("horaires", type=FOLDER)
@click.option("--departement", required=True, help="Code du département, pour ses vacances scolaires : 59.")
@click.option("--json", "as_json", is_flag=True, help="Un objet par jour type, en JSON.")
def jours(horaires: Path, departement: str, *, as_json: bool) -> None:
    """Dire les jours types de ces HORAIRES : ceux qui valent pour les autres, choisis par règle."""
    from maillage.atlas.transports.dossier import open_transports
    from maillage.atlas.transports.jours_types import choose_days
    from maillage.catalogue.departements import list_departements

    if departement not in list_departements():
        raise click.BadParameter(f"« {departement} » n’est pas un code de département.")
    found = choose_days(open_transports(horaires), departement).values()
    if as_json:
        days = [vars(one) | {"jour": one.jour.isoformat() if one.jour else None} for one in found]
        click.echo(json.dumps(days, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one} : {one.courses} courses")


@transports.command()
@click.argument("horaires", type=FOLDER)
@click.option("--atlas", required=True, type=FOLDER, help="Dossier de l’atlas : ses carreaux et ses lieux.")
@click.option("--type", "kind", required=True, help="Type de service : france_services…")
@click.option(
    "--gare",
    "modes",
    type=click.Choice(["velo", "voiture"]),
    multiple=True,
    help="Aller aussi à la gare à vélo ou en voiture, l’y laisser, et l’y reprendre au retour.",
)
@RESEAU
@FAUTEUIL
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
def acces(
    horaires: Path,
    atlas: Path,
    kind: str,
    modes: tuple[str, ...],
    reseau: Path | None,
    *,
    fauteuil: bool,
    as_json: bool,
) -> None:
    """Heures par semaine où l’on peut être dans un lieu ouvert, et en rentrer, sans voiture.

    On marche le long des rues de RESEAU, sinon de celles de l’atlas, sinon à vol d’oiseau allongé.
    """
    from maillage.atlas.lecture.ouvert import open_atlas
    from maillage.atlas.transports.acces import measure_access
    from maillage.atlas.transports.entree import describe_walks
    from maillage.atlas.transports.rabattement import list_rabattements

    chosen = [way for mode, way in list_rabattements().items() if mode in modes]
    opened = open_atlas(atlas)
    mode = "fauteuil" if fauteuil else "marche"
    own = atlas if any(name.startswith(f"reseau/{mode}/") for name in opened.manifest.tables) else None
    sure, perhaps = open_in_wheelchair(horaires, reseau or own) if fauteuil else (None, None)
    walked = sure or open_walked(horaires, reseau or own)
    with step("Calcul de l’accès", lines=not as_json):
        found = measure_access(walked, opened, kind, chosen)
        more = measure_access(perhaps, opened, kind, chosen) if perhaps else None
    marche = describe_walks(walked)
    if as_json:
        told = {name: getattr(found, name) for name in ("lieux", "horaires_inconnus", "moyenne", "part_sans")}
        days = {key: str(day) for key, day in found.jours.items()}
        told |= {"type": kind, "gare": [way.mode for way in chosen], "jours": days}
        told |= {"communes": found.communes.to_dicts(), "marche": marche, "fauteuil": fauteuil}
        told |= {"moyenne_si_non_dit_accessible": more.moyenne} if more else {}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    drives = any(way.mode == "voiture" for way in chosen)
    how = "en transports, voiture à la gare" if drives else "sans voiture"
    for line in (*map(say_rabattement, chosen), *say_access(found, how, marche)):
        click.echo(line)
    if perhaps and more:
        from maillage.francais import nombre

        click.echo("En fauteuil roulant, avec ce que les horaires disent accessible.")
        click.echo(
            f"Si ce qu’ils ne disent pas est accessible : {nombre(more.moyenne, 1)} heures par semaine."
        )
        for line in say_wheelchair(perhaps):
            click.echo(line)


def say_rabattement(way: Rabattement) -> str:
    """What a vehicle left at the station adds, and what it takes."""
    texte = f"{way.texte[0].upper()}{way.texte[1:]}"
    there = f"{way.duree_max_min} min au plus, {way.arret_min} min pour se garer"
    return f"{texte} jusqu’à une gare aussi ({there}), {way.laisse}, {way.repris} au retour."


def say_access(found: AccesTransports, how: str, marche: dict[str, Any]) -> Iterator[str]:
    """The answer in a few sentences, and the ten communes where a car changes most; ``how`` one goes."""
    from maillage.atlas.lecture.transports import say_walks
    from maillage.catalogue.lecture import read_toml
    from maillage.francais import avec_unite, nombre

    reach = read_toml("horaires.toml")["acces"]
    by_bus, by_car = reach["transports"]["budget_min"], reach["budget_min"]
    yield f"{found.lieux} lieux fixes, dont {found.horaires_inconnus} aux horaires inconnus."
    yield f"Semaine faite de : {' ; '.join(str(day) for day in found.jours.values())}."
    yield f"En moyenne, {nombre(found.moyenne, 1)} heures par semaine ({say_walks(marche)})."
    yield f"Compté à {by_bus} min au plus par trajet {how}, à {by_car} min en voiture."
    yield f"Habitants qui n’en ont aucune : {avec_unite(found.part_sans, 'part', 3)}."
    gap = found.communes["heures_voiture"] - found.communes["heures"]
    lost = found.communes.with_columns(ecart=gap).drop_nulls("ecart").sort("ecart", descending=True)
    for row in lost.head(10).iter_rows(named=True):
        without, driving = (nombre(row[name], 1) for name in ("heures", "heures_voiture"))
        yield f"  {row['nom']} : {without} h {how}, {driving} h en voiture"


@transports.command()
@click.argument("horaires", type=FOLDER)
@click.argument("depart")
@click.argument("arrivee")
@JOUR
@click.option("--heure", required=True, type=HeureSaisie(), help="Heure de départ au plus tôt.")
@MARCHE
@RESEAU
@FAUTEUIL
def explain(
    horaires: Path,
    depart: str,
    arrivee: str,
    jour: date,
    heure: int,
    marche: float | None,
    reseau: Path | None,
    *,
    fauteuil: bool,
) -> None:
    """Expliquer un trajet : de l’arrêt DEPART à l’arrêt ARRIVEE (identifiant ou nom), étape par étape."""
    from maillage.atlas.transports.questions import explain_route

    asked = (depart, arrivee, jour, heure, marche)
    if not fauteuil:
        say_route(explain_route(open_walked(horaires, reseau), *asked))
        return
    sure, perhaps = open_in_wheelchair(horaires, reseau)
    click.echo("Avec ce que les horaires disent accessible :")
    say_route(known := explain_route(sure, *asked))
    more = explain_route(perhaps, *asked)
    if more is not None and (known is None or end_of(more) < end_of(known)):
        click.echo("Si ce qu’ils ne disent pas est accessible :")
        say_route(more)
    for line in say_wheelchair(perhaps):
        click.echo(line)


def end_of(legs: list[EtapeTrajet]) -> int:
    """When a route arrives; at once where one already is there."""
    return legs[-1].arrivee_s if legs else 0


def say_route(legs: list[EtapeTrajet] | None) -> None:
    """A route, leg by leg; null: there is none."""
    if legs is None:
        click.echo("Aucun trajet ce jour-là à partir de cette heure.")
        return
    for leg in legs:
        click.echo(say_leg(leg))
    changes = max(sum(leg.ligne is not None for leg in legs) - 1, 0)
    if legs:
        length = (legs[-1].arrivee_s - legs[0].depart_s) // 60
        click.echo(f"Arrivée à {clock(legs[-1].arrivee_s)}, {length} min de trajet, {changes} changement(s).")
    else:
        click.echo("Vous y êtes déjà.")


def say_leg(leg: EtapeTrajet) -> str:
    """One leg in a line."""
    times = f"{clock(leg.depart_s)} {leg.de} → {clock(leg.arrivee_s)} {leg.vers}"
    if leg.ligne is None:
        return f"{times} : {leg.par_soi_meme}"
    towards = f" vers {leg.direction}" if leg.direction else ""
    goes_on = f", puis {leg.suite} sans descendre" if leg.suite else ""
    lacks = f", accessibilité non dite : {leg.inconnu}" if leg.inconnu else ""
    return f"{times} : {leg.ligne}{towards}{goes_on} (course {leg.course}){lacks}"


def clock(seconds: int) -> str:
    """``HH:MM:SS``, beyond 24:00 too.

    >>> clock(29_100)
    '08:05:00'
    """
    from maillage.sources.gtfs.courses import write_time

    return write_time(seconds)


@transports.command()
@click.argument("horaires", type=FOLDER)
@click.argument("paires", type=FOLDER)
@JOUR
@MARCHE
@RESEAU
@click.option(
    "--json", "as_json", is_flag=True, help="Une liste : l’heure d’arrivée de chaque paire, ou null."
)
def arrivees(
    horaires: Path, paires: Path, jour: date, marche: float | None, reseau: Path | None, *, as_json: bool
) -> None:
    """Donner l’arrivée au plus tôt de chaque ligne de PAIRES (colonnes depart, arrivee, heure)."""
    from maillage.atlas.transports.questions import ArretsNommes, find_arrivals, list_idle, read_pairs

    opened = open_walked(horaires, reseau)
    pairs = read_pairs(paires, ArretsNommes(opened.arrets))
    if marche is None and (idle := list_idle(opened, pairs)):
        some = ", ".join(idle[:5])
        click.echo(
            f"Attention : aucun véhicule ne s’arrête à {some}{'…' if len(idle) > 5 else ''}.", err=True
        )
    found = [None if s is None else clock(s) for s in find_arrivals(opened, pairs, jour, marche)]
    if as_json:
        click.echo(json.dumps(found))
        return
    for answer in found:
        click.echo(answer or "aucun trajet")
