"""Without a car: hours a week in a place that is open, and home again; where a car changes most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import nom_de_type
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.lecture.transports import (
    HORS,
    EcartCommune,
    HeuresAcces,
    list_heures,
    list_horaires,
    list_where_a_car_changes_most,
    say_transports,
)
from maillage.catalogue.figures_de_reference import CarteDuDiagnostic
from maillage.catalogue.lecture import read_toml
from maillage.francais import avec_unite, majuscule, minuscule, nombre, typeset
from maillage.reports.diagnostic import cartes
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.phrases import flow
from maillage.reports.rendu.blocs import Carte, Cellule, Nombre, Tableau

Mots = list[tuple[str, bool]]


def read_choice() -> dict[str, Any]:
    """``catalogue/sans_voiture.toml``."""
    return read_toml("sans_voiture.toml")


def list_lines(lecteur: Lecteur, niveau: str, code: str) -> list[HeuresAcces]:
    """Each type of service with its hours by mode; those of which nothing is known here are left out."""
    return [line for line in list_heures(lecteur, niveau, code) if list_modes([line])]


def list_modes(lines: Sequence[HeuresAcces]) -> list[tuple[str, str]]:
    """The modes that a table of these lines shows, in order: (id, words)."""
    modes = read_choice()["modes"].items()
    return [(mode, words) for mode, words in modes if any(ask(line, mode).connu for line in lines)]


def ask(line: HeuresAcces, mode: str) -> Chiffre:
    """The hours by one mode."""
    found: Chiffre = getattr(line, mode)
    return found


def say_hours(line: HeuresAcces) -> Mots:
    """The sentence of one type in a territory, in parts (words, strong); empty when a half is unknown.

    On foot where the atlas has no timetable: it says so.
    """
    there = line.sans_voiture.connu
    without = line.sans_voiture if there else line.marche
    if without.valeur is None or line.voiture.valeur is None:
        return []
    d = without.definition
    how = "ouvert et en rentrer sans voiture" if there else f"ouvert, à pied ({HORS})"
    return [
        (avec_unite(without.valeur, d.unite, d.arrondi), True),
        (typeset(f" pendant lesquelles on peut être dans {name_one(line.type)} {how} ; "), False),
        (f"{nombre(line.voiture.valeur, d.arrondi)} en voiture", True),
        (".", False),
    ]


def name_one(kind: str) -> str:
    """« un France services », else « un lieu (…) »."""
    written = read_toml("portraits.toml")["articles"].get(kind)
    return str(written) if written else f"un lieu ({minuscule(nom_de_type(kind))})"


def tell_count(lecteur: Lecteur, lines: Sequence[HeuresAcces]) -> Iterator[str]:
    """How the hours are counted: with public transport or not and on which days, within which times."""
    said = say_transports(lecteur.manifeste.transports, detail=True)
    yield typeset(f"{majuscule(said)}.")
    reach = read_toml("horaires.toml")["acces"]
    ride, drive = reach["transports"], reach["budget_min"]
    if any(line.sans_voiture.connu for line in lines):
        yield typeset(
            f"Sans voiture : à pied et en transports collectifs, {ride['budget_min']} min au plus à l’aller "
            f"comme au retour, attentes comprises, {ride['duree_sur_place_min']} min sur place ; ou à vélo, "
            f"{drive} min au plus. En voiture : {drive} min au plus, le retour non compté."
        )
    else:
        yield typeset(f"Chaque trajet : {drive} min au plus, le retour non compté.")


def make_section(lecteur: Lecteur) -> Section | None:
    """The chapter of the report: sentences, a table by type, where a car changes most, a map."""
    here = lecteur.departement
    lines = list_lines(lecteur, here.niveau, here.code) if here else []
    if here is None or not lines:
        return None
    told = ("".join(words for words, _ in say_hours(line)) for line in lines)
    kinds = [(line.type, list_worst(lecteur, line.type)) for line in lines]
    tables = [list_hours(lines), *(make_worst(kind, worst) for kind, worst in kinds)]
    return Section(
        "sans-voiture",
        "Sans voiture",
        (*filter(None, told), *map(flow, tell_count(lecteur, lines))),
        tuple(draw(lecteur, here)),
        tuple(table for table in tables if table.lignes),
    )


def list_hours(lines: Sequence[HeuresAcces]) -> Tableau:
    """A row a type of service, a column a mode."""
    modes = list_modes(lines)
    rows: list[tuple[Cellule, ...]] = [
        (nom_de_type(line.type), *(Nombre.avec_intervalle(ask(line, mode)) for mode, _ in modes))
        for line in lines
    ]
    return Tableau(
        "Heures par semaine dans un lieu ouvert, en moyenne des habitants",
        ("Service", *(words for _, words in modes)),
        tuple(rows),
        id="sans-voiture-services",
        numeriques=frozenset(range(1, len(modes) + 1)),
    )


def list_worst(lecteur: Lecteur, kind: str) -> tuple[EcartCommune, ...]:
    """The communes where a car adds most hours; none without timetables."""
    return list_where_a_car_changes_most(lecteur, kind, read_choice()["ecarts"]["nommees"])


def make_worst(kind: str, worst: Sequence[EcartCommune]) -> Tableau:
    """The same as a table."""
    rows: list[tuple[Cellule, ...]] = [
        (
            gap.commune.nom,
            Nombre.entier(gap.commune.population),
            *(Nombre(value, nombre(value, 1)) for value in (gap.sans_voiture, gap.voiture, gap.en_plus)),
        )
        for gap in worst
    ]
    return Tableau(
        typeset(f"Où la voiture change le plus : {nom_de_type(kind)}, heures par semaine"),
        ("Commune", "Habitants", "Sans voiture", "En voiture", "La voiture ajoute"),
        tuple(rows),
        id=f"sans-voiture-{kind}",
        numeriques=frozenset(range(1, 5)),
    )


def draw(lecteur: Lecteur, here: Territoire) -> Iterator[Carte]:
    """The maps of the hours without a car, by commune; none without outlines."""
    maps = list_maps(lecteur)
    ground = cartes.make_fond(lecteur, here, PART) if maps else None
    return (cartes.draw(one, ground, lecteur) for one in maps if ground is not None)


def list_maps(lecteur: Lecteur) -> list[CarteDuDiagnostic]:
    """A map for each type whose hours without a car this atlas knows by commune."""
    bounds = tuple(read_choice()["carte"]["bornes"])
    found = []
    for kind in list_horaires(lecteur):
        figure = f"heures_acces_{kind}_sans_voiture"
        if lecteur.a("commune", figure):
            title = f"Heures par semaine sans voiture : {nom_de_type(kind)}"
            found.append(CarteDuDiagnostic(f"sans_voiture_{kind}", figure, title, "h", bounds))
    return found


PART = 0.55
