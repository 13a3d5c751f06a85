"""A route as ``maillage network explain`` prints it: a table that eighty columns hold, then the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from maillage.atlas.reseau.itineraires import Itineraire, Troncon


def show_route(route: Itineraire) -> None:
    """A table of stretches that eighty columns hold, then the totals."""
    from rich.console import Console

    from maillage.atlas.reseau.itineraires import count_rules, sum_slopes

    slopes = sum_slopes(route)
    Console().print(tabulate(route, sloped=slopes is not None))
    for rule, (count, seconds) in count_rules(route).items():
        click.echo(f"Dont {rule} : {count} fois, {duration(seconds)}.")
    if slopes is not None:
        climb_m, descent_m, seconds = slopes
        click.echo(
            f"Dont pentes : {number(round(climb_m))} m montés, {number(round(descent_m))} m descendus, "
            f"{duration(abs(seconds))} de {'plus' if seconds >= 0 else 'moins'} qu’à plat."
        )
    for lon, lat in route.interdits:
        click.echo(f"Une sortie interdite à qui arrive ainsi, en {lon:.5f},{lat:.5f}.")
    click.echo(f"Total : {duration(route.duree_s)} pour {number(route.longueur_m / 1000)} km.")


def tabulate(route: Itineraire, *, sloped: bool) -> Table:
    """A row per stretch, of two lines: name above class and number, gradients above their cost."""
    from rich import box
    from rich.table import Table

    table = Table(title="Itinéraire", box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("Voie\nclasse, voie OSM")
    for title in ("Longueur", "Vitesse", "Temps", *(("Pente\net son effet",) if sloped else ())):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_row("(accès au réseau)", "", "", duration(route.acces_depart_s))
    for stretch in route.troncons:
        speed = stretch.vitesse_kmh
        table.add_row(
            say_way(stretch),
            "" if stretch.regle else f"{number(stretch.longueur_m)} m",
            f"{speed:.0f} km/h" if speed is not None else "",
            duration(stretch.duree_s),
            *((say_slope(stretch),) if sloped else ()),
        )
    table.add_row("(accès au lieu)", "", "", duration(route.acces_arrivee_s))
    return table


def say_way(stretch: Troncon) -> Text:
    """The name of a way, and below it what OpenStreetMap calls it; what time is lost by, at a crossing."""
    from rich.text import Text

    if stretch.regle:
        return Text(stretch.regle)
    name = " ".join(part for part in (stretch.ref, stretch.nom) if part) or "(sans nom)"
    return Text.assemble(name, "\n", (f"{stretch.classe}, {stretch.voie}", "dim"))


def say_slope(stretch: Troncon) -> str:
    """Metres climbed and lost, and below them what they cost; nothing without heights."""
    if stretch.montee_m is None or stretch.descente_m is None or stretch.pente_s is None:
        return ""
    sign = "+" if stretch.pente_s >= 0 else "−"
    metres = f"+{number(round(stretch.montee_m))} −{number(round(stretch.descente_m))} m"
    return f"{metres}\n{sign}{duration(abs(stretch.pente_s))}"


def number(value: float) -> str:
    """A number as French writes it, without decimals from 100 up.

    >>> [number(12345.6).replace("\u202f", " "), number(12.34), number(3)]
    ['12 346', '12,3', '3']
    """
    text = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
    return text.replace(",", "\u202f").replace(".", ",")


def duration(seconds: float) -> str:
    """Minutes and seconds.

    >>> duration(125.4), duration(59.97), duration(3.2)
    ('2 min 05 s', '1 min 00 s', '3 s')
    """
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02} s" if whole >= 60 else f"{whole} s"
