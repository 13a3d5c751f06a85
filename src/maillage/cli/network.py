"""``maillage network``: road networks from OpenStreetMap, and the routes behind their times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maillage.catalogue.vitesses import list_modes, load_mode
from maillage.cli.avancement import TerminalProgress, step
from maillage.cli.network_itineraire import number, show_route

if TYPE_CHECKING:
    from maillage.atlas.reseau.osm import ReseauOsm

FOLDER = click.Path(path_type=Path)
LECTURE = "lecture de l’extrait"
FATES = {
    "appliquee": "appliquées",
    "sans objet": "sans objet (virage impossible ou voie fermée)",
    "ambigue": "ambiguës, écartées",
    "par_voie": "appliquées, par une voie ou plusieurs",
    "conditionnelle": "selon l’heure ou une condition, écartées",
    "hors_horaire": "qui ne valent pas à cette heure",
}


class LonLat(click.ParamType[tuple[float, float]]):
    """A place given as LON,LAT."""

    name = "LON,LAT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Longitude and latitude in degrees."""
        try:
            lon, lat = (float(part) for part in str(value).split(","))
        except ValueError:
            self.fail(
                f"« {value} » : donnez longitude,latitude en degrés, par exemple 3.06,50.63.", param, ctx
            )
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            self.fail(f"« {value} » : longitude ou latitude hors bornes (longitude d’abord).", param, ctx)
        return lon, lat


MODES = click.option(
    "--mode",
    "modes",
    type=click.Choice(list_modes()),
    multiple=True,
    default=("voiture",),
    show_default=True,
    help="Mode de déplacement ; répétez l’option pour plusieurs.",
)

ALTITUDES = click.option(
    "--altitudes",
    type=FOLDER,
    help="Dalle .asc de l’IGN (RGE ALTI, BD ALTI), ou dossier de dalles : la pente compte à pied et à vélo.",
)

AU = click.option(
    "--au",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="AAAA-MM-JJ",
    help="Le jour auquel l’âge des extraits est jugé ; d’office, aujourd’hui.",
)


@click.group()
def network() -> None:
    """Construire et interroger un réseau routier tiré d’OpenStreetMap."""


@network.command()
@click.argument("extraits", type=FOLDER, nargs=-1, required=True)
@MODES
@click.option("--out", required=True, type=FOLDER, help="Dossier du réseau, à créer.")
@click.option("--remplacer", is_flag=True, help="Remplacer le réseau qui s’y trouve.")
@click.option(
    "--couts-aux-carrefours/--sans-couts-aux-carrefours",
    "carrefours",
    default=None,
    help="Compter ou non feux, stops, passages à niveau et virages ; d’office : ce que dit le catalogue.",
)
@ALTITUDES
@click.option(
    "--emprise",
    metavar="59|contour.geojson|O,S,E,N",
    help="Ne garder que ce territoire et sa marge : un département (voir --from), un contour, un rectangle.",
)
@click.option("--from", "source", type=FOLDER, help="Dossier qui a les contours des communes du département.")
@click.option("--marge-km", "marge", type=float, help="Marge autour de l’emprise ; d’office : 25 km.")
@AU
def build(
    extraits: tuple[Path, ...],
    modes: tuple[str, ...],
    out: Path,
    altitudes: Path | None,
    emprise: str | None,
    source: Path | None,
    marge: float | None,
    au: datetime | None,
    *,
    remplacer: bool,
    carrefours: bool | None,
) -> None:
    """Construire le réseau d’un ou de plusieurs EXTRAITS (.osm.pbf) : voies, vitesses, factorisation.

    Plusieurs extraits n’en font qu’un, dans n’importe quel ordre : ce qu’ils tiennent deux fois est compté
    une fois, dans sa version la plus récente.
    """
    from maillage.atlas.reseau.emprise import read_territoire
    from maillage.atlas.reseau.osm import build_reseau

    territoire = read_territoire(emprise, source, marge)
    with TerminalProgress(octets=(LECTURE,)) as suivi:
        reseau = build_reseau(
            extraits[0],
            dict.fromkeys(modes),
            out,
            suivi.count,
            replace=remplacer,
            carrefours=carrefours,
            altitudes=altitudes,
            autres=extraits[1:],
            territoire=territoire,
        )
    show_state(reseau, au)
    for mode in reseau.modes:
        rapport = reseau.report(mode)
        click.echo(
            f"{mode} : {number(rapport['length_km'])} km de voies, {number(rapport['n_nodes'])} nœuds."
        )
        if "altitudes" in rapport:
            click.echo(f"{mode} : altitudes {say_heights(rapport['altitudes'])}.")
    click.echo(f"Réseau écrit dans {out}.")


def show_state(reseau: ReseauOsm, au: datetime | None) -> None:
    """What the extracts are, then what they lack."""
    from maillage.atlas.reseau.etat import list_lines, list_warnings

    if reseau.etat is None:
        return
    for label, value in list_lines(reseau.etat):
        click.echo(f"{label.capitalize()} : {value}")
    for warning in list_warnings(reseau.etat, au.date() if au else date.today()):  # noqa: DTZ011 - the user's day
        click.echo(f"Attention : {warning}.", err=True)


@network.command("build-all")
@click.argument("extraits", type=FOLDER)
@MODES
@click.option("--out", required=True, type=FOLDER, help="Dossier des réseaux, un sous-dossier par extrait.")
@click.option("--scheduler", metavar="tcp://…", help="Ordonnanceur dask ; sans lui, cette machine.")
@ALTITUDES
def build_all(
    extraits: Path, modes: tuple[str, ...], out: Path, scheduler: str | None, altitudes: Path | None
) -> None:
    """Construire le réseau de chaque extrait (.osm.pbf) du dossier EXTRAITS, un département par tâche."""
    from maillage.atlas.reseau.departements import build_networks

    with step("Réseaux des extraits"):
        built = build_networks(extraits, dict.fromkeys(modes), out, scheduler, altitudes)
    for name, folder in built.items():
        click.echo(f"{name} : réseau écrit dans {folder}.")


@network.command()
@click.argument("reseau", type=FOLDER)
@AU
def info(reseau: Path, au: datetime | None) -> None:
    """Dire ce que contient un RESEAU : extraits, voies gardées et écartées, îlots, virages interdits."""
    from maillage.atlas.reseau.osm import open_reseau

    opened = open_reseau(reseau)
    click.echo(f"Source : {say_source(opened.manifest.sources['osm'])}")
    show_state(opened, au)
    if opened.manifest.parametres.get("couts_aux_carrefours"):
        click.echo("Feux, stops, passages à niveau et virages comptés.")
    if (heights := opened.manifest.sources.get("altitudes")) is not None:
        step_m = number(opened.manifest.parametres["altitudes_pas_m"])
        click.echo(f"Altitudes : {say_source(heights)}, pas de {step_m} m")
    for mode in opened.modes:
        factor = opened.load(mode).facteur
        click.echo(f"\n{load_mode(mode).nom.capitalize()}")
        for label, value in describe(opened.report(mode), len(factor.up.head) + len(factor.down.head)):
            click.echo(f"  {label} : {value}")


def say_source(source: dict[str, Any]) -> str:
    """A source of a network: its file, who made it, its licence, its day.

    >>> osm = {"fichier": "nord.osm.pbf", "producteur": "OpenStreetMap", "licence": "ODbL 1.0"}
    >>> say_source(osm | {"millesime": "2025-03-01"})
    'nord.osm.pbf, OpenStreetMap, ODbL 1.0, 1er mars 2025'
    """
    from maillage.atlas.reseau.etat import say_day

    return ", ".join(
        (source["fichier"], source["producteur"], source["licence"], say_day(source["millesime"]))
    )


def describe(rapport: dict[str, Any], n_factor: int) -> Iterator[tuple[str, str]]:
    """The lines of a network's report."""
    yield (
        "voies lues",
        f"{number(rapport['n_ways'])}, dont {number(rapport['n_ways_open'])} ouvertes à ce mode",
    )
    yield (
        "longueur gardée",
        f"{number(rapport['length_km'])} km, {number(rapport['n_roads'])} routes entre carrefours",
    )
    yield (
        "graphe",
        " ; ".join(
            (
                f"{number(rapport['n_nodes'])} nœuds",
                f"{number(rapport['n_arcs'])} arcs",
                f"{number(n_factor)} factorisés",
            )
        ),
    )
    if "altitudes" in rapport:
        yield "altitudes", say_heights(rapport["altitudes"])
    yield "barrières fermées", number(rapport["n_barriers"])
    yield (
        "voies réservées aux riverains",
        (
            f"{number(rapport['n_destination'])} ; sans transit : {number(rapport['residents_km'])} km, "
            f"dont {number(rapport['pockets_km'])} km derrière de telles voies"
        ),
    )
    turns = ", ".join(f"{number(n)} {FATES.get(fate, fate)}" for fate, n in rapport["turns"].items())
    yield "interdictions de tourner", turns or "aucune dans l’extrait"
    yield (
        "coût des interdictions",
        (
            f"{number(rapport['n_opened_nodes'])} nœuds, {number(rapport['n_opened_links'])} liens "
            f"et {number(rapport['n_copies'])} arcs de plus"
        ),
    )
    yield "composantes gardées", number(rapport["n_components"])
    yield "îlots écartés", f"{number(rapport['n_islands'])}, {number(rapport['islands_km'])} km"
    for island in rapport["islands"][:5]:
        yield (
            "  dont",
            f"{number(island['length_km'])} km vers {island['lon']:.5f},{island['lat']:.5f}",
        )
    if rapport["n_missing_refs"]:
        yield "nœuds absents de l’extrait", number(rapport["n_missing_refs"])
    for value, count in rapport["unread"].items():
        yield "valeur non comprise", f"« {value} » ({number(count)})"
    for key, count in rapport["conditional"].items():
        yield "règle selon l’heure, la saison ou le poids, non appliquée", f"« {key} » ({number(count)})"


def say_heights(known: dict[str, Any]) -> str:
    """What is known of heights along the roads kept.

    >>> km = {"known_km": 98.5, "unknown_km": 1.5, "steep_km": 0, "structure_km": 2.25}
    >>> say_heights(km)
    'sur 98,5 % des voies (1,5 km sans altitude, comptés à plat) ; 2,2 km de ponts et tunnels'
    """
    whole = known["known_km"] + known["unknown_km"]
    share = 100 * known["known_km"] / whole if whole else 0.0
    said = f"sur {number(int(10 * share) / 10)} % des voies"
    if known["unknown_km"]:
        said += f" ({number(known['unknown_km'])} km sans altitude, comptés à plat)"
    said += f" ; {number(known['structure_km'])} km de ponts et tunnels"
    if known["steep_km"]:
        said += f" ; {number(known['steep_km'])} km plus raides que la borne, tenus pour elle"
    return said


@network.command()
@click.argument("reseau", type=FOLDER)
@click.argument("depart", type=LonLat())
@click.argument("arrivee", type=LonLat())
@click.option("--mode", type=click.Choice(list_modes()), default="voiture", show_default=True)
@click.option("--detail", is_flag=True, help="Une ligne par voie d’OpenStreetMap, avec son identifiant.")
@click.option("--trace", type=FOLDER, help="Écrire aussi le tracé en GeoJSON dans ce fichier.")
def explain(
    reseau: Path,
    depart: tuple[float, float],
    arrivee: tuple[float, float],
    mode: str,
    trace: Path | None,
    *,
    detail: bool,
) -> None:
    """Expliquer un temps : l’itinéraire de DEPART à ARRIVEE (LON,LAT), voie par voie."""
    from maillage.atlas.construction.ecriture import write_file
    from maillage.atlas.reseau.itineraires import explain_time, merge_stretches, to_geojson
    from maillage.atlas.reseau.osm import open_reseau

    route = explain_time(open_reseau(reseau), mode, depart, arrivee)
    show_route(route if detail else merge_stretches(route))
    if trace is not None:
        write_file(trace, to_geojson(route).encode())
        click.echo(f"Tracé écrit dans {trace}.")


@network.command()
@click.argument("extrait", type=FOLDER)
@click.option("--out", type=FOLDER, help="Écrire la table des lieux (Parquet) dans ce fichier.")
@click.option("--voisins", type=FOLDER, help="Écrire aussi les lieux au format lieux_voisins.csv.")
@click.option("--pays", default="FR", show_default=True, help="Pays de l’extrait, pour --voisins : BE, LU…")
def lieux(extrait: Path, out: Path | None, voisins: Path | None, pays: str) -> None:
    """Lister les lieux d’un EXTRAIT qui offrent un type de service connu."""
    from maillage.atlas.construction.ecriture import write_file
    from maillage.atlas.construction.stages import encode
    from maillage.atlas.reseau.etat import say_day
    from maillage.catalogue.types_service import list_types
    from maillage.sources.lieux_voisins import tabulate
    from maillage.sources.osm.lieux import read_places

    with step("Lecture de l’extrait"):
        table = read_places(extrait)
    counts = table.frame["type"].value_counts(sort=True) if table.frame.height else table.frame
    for type_, count in counts.iter_rows():
        click.echo(f"{number(count):>7}  {list_types()[type_].libelle}")
    for avertissement in table.avertissements:
        click.echo(f"Attention : {avertissement}", err=True)
    if out is not None:
        write_file(out, encode(table.frame)[1])
    if voisins is not None:
        neighbours = tabulate(table.frame, pays, table.provenance.nom, table.provenance.millesime)
        write_file(voisins, neighbours.write_csv().encode())
    when = say_day(table.provenance.millesime)
    click.echo(f"{number(table.frame.height)} lieux, {table.provenance.licence}, {when}.")
