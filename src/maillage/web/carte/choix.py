"""What one may ask of the map, as a few choices: service × measure × threshold × mode × group.

Each indicator of the atlas is placed on these axes by the catalogue's entry it comes from; the form offers
only the places that hold an indicator, and an address that names an empty place is led to the nearest one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from maillage.atlas.lecture.definitions import Definition, nom_de_type
from maillage.catalogue.eloignement import find_limit
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.noms import plier
from maillage.catalogue.services_disparus import list_gone
from maillage.catalogue.types_service import list_types
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.classement import FAMILLES

# In the order in which an impossible combination gives way: the service is kept first.
AXES = ("service", "mesure", "seuil", "mode", "groupe")
SEUIL = re.compile(r"plus_(\d+)min")
Place = tuple[str, str, str, str, str]
Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Formulaire:
    """The selectors: options of each axis given the others, and what is chosen."""

    place: Place
    services: list[tuple[str, Options]]
    mesures: Options
    seuils: Options
    modes: Options
    groupes: Options

    @property
    def choisi(self) -> dict[str, str]:
        """The value of each axis."""
        return dict(zip(AXES, self.place, strict=True))

    @property
    def precisions(self) -> list[tuple[str, str, Options]]:
        """The further selectors that offer a choice: (axis, label, options)."""
        rows = [("seuil", "Au-delà de", self.seuils), ("mode", "Déplacement", self.modes)]
        rows.append(("groupe", "Pour qui", self.groupes))
        return [row for row in rows if len(row[2]) > 1]

    @property
    def un_seul_mode(self) -> str:
        """The one way of travel that this atlas holds for a measure that has several; else empty."""
        several = self.choisi["mesure"] in _catalogue()["plusieurs_modes"]
        return self.modes[0][1] if several and len(self.modes) == 1 else ""


@cache
def _catalogue() -> dict[str, Any]:
    return dict(read_toml("carte.toml"))


@cache
def _mesure_de() -> dict[str, str]:
    """Catalogue entry → measure."""
    return {entree: str(mesure["id"]) for mesure in _catalogue()["mesures"] for entree in mesure["entrees"]}


@cache
def _motif(entree: str) -> re.Pattern[str]:
    escaped = re.escape(entree).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(re.sub(r"{(\w+)}", lambda m: f"(?P<{m[1]}>{_letters(m[1])})", escaped))


def _letters(repere: str) -> str:
    return {"m": r"\d+", "mode": "[a-z]+", "sans_auto": "transports|sans_voiture"}.get(repere, ".+?")


def find_place(definition: Definition) -> Place | None:
    """Where an indicator stands; None when it is not about a service.

    >>> find_place(Definition("part_poste_plus_15min", "", entree="part_{type}_plus_{m}min"))
    ('poste', 'part', '15', 'voiture', 'tous')
    >>> find_place(Definition("duree_panier_plus_65", "", entree="duree_panier_{groupe}"))
    ('panier', 'duree', '', 'voiture', 'plus_65')
    """
    mesure = _mesure_de().get(definition.entree)
    found = _motif(definition.entree).fullmatch(definition.id) if mesure else None
    if mesure is None or found is None:
        return None
    catalogue = _catalogue()
    axes = dict(catalogue["defauts"]) | dict(catalogue.get("fixes", {}).get(definition.entree, {}))
    axes |= {catalogue["axes"][repere]: value for repere, value in found.groupdict().items()}
    service = axes.get("service", catalogue["services"]["sans_nom"])
    seuil = SEUIL.search(definition.id)
    return (
        catalogue["alias"].get(service, service),
        mesure,
        seuil[1] if seuil else "",
        axes["mode"],
        axes["groupe"],
    )


def list_places(atlas: AtlasOuvert, niveau: str) -> Mapping[Place, str]:
    """Place → indicator, for one mesh; the first of the index when two claim a place."""
    found: dict[Place, str] = atlas.garder(("places", niveau), lambda: _places(atlas, niveau))
    return found


def _places(atlas: AtlasOuvert, niveau: str) -> dict[Place, str]:
    places: dict[Place, str] = {}
    for indicateur in atlas.indicateurs(niveau):
        place = find_place(atlas.definition(indicateur))
        if place is not None and place[0] not in list_gone():
            places.setdefault(place, indicateur)
    return places


def list_generaux(atlas: AtlasOuvert, niveau: str) -> list[Definition]:
    """The indicators of the territory and its needs: all that no service claims."""
    return [d for d in atlas.generaux(niveau) if find_place(d) is None]


def nearest_place(places: Iterable[Place], wanted: Mapping[str, str]) -> Place | None:
    """The place asked for, each axis in turn kept when some place allows it, else its first value.

    Without a threshold, the service's own (``catalogue/eloignement.toml``).

    >>> nearest_place([("a", "duree", "", "voiture", "tous"), ("a", "part", "7", "voiture", "tous")],
    ...               {"service": "a", "mesure": "part", "seuil": "30"})
    ('a', 'part', '7', 'voiture', 'tous')
    """
    held = sorted(places, key=_rank)
    for axis, name in enumerate(AXES):
        values = {place[axis] for place in held}
        value = wanted.get(name, "")
        if not held:
            return None
        if name == "seuil" and value not in values:
            value = str(find_limit(held[0][0]).minutes)
        kept = value if value in values else held[0][axis]
        held = [place for place in held if place[axis] == kept]
    return held[0]


def _rank(place: Place) -> tuple[int, int, int, int, int]:
    catalogue = _catalogue()
    orders: tuple[list[str], ...] = (
        catalogue["premiers"]["services"],
        [mesure["id"] for mesure in catalogue["mesures"]],
        [],
        list(catalogue["modes"]),
        list(catalogue["groupes"]),
    )
    ranks = [order.index(v) if v in order else len(order) for v, order in zip(place, orders, strict=True)]
    ranks[2] = int(place[2] or 0)
    return ranks[0], ranks[1], ranks[2], ranks[3], ranks[4]


def make_formulaire(atlas: AtlasOuvert, niveau: str, place: Place) -> Formulaire:
    """The selectors around a place: services all, then what each narrower choice leaves open."""
    places = list_places(atlas, niveau)
    catalogue = _catalogue()

    def options(axis: int, names: Mapping[str, str]) -> Options:
        near = sorted((p for p in places if p[:axis] == place[:axis]), key=_rank)
        values = dict.fromkeys(p[axis] for p in near)
        return [(value, names.get(value) or _nom(atlas, places, near, axis, value)) for value in values]

    return Formulaire(
        place,
        _services(places),
        options(1, {mesure["id"]: mesure["nom"] for mesure in catalogue["mesures"]}),
        [(value, f"{value} minutes") for value, _ in options(2, {}) if value],
        options(3, catalogue["modes"]),
        options(4, catalogue["groupes"]),
    )


def _nom(atlas: AtlasOuvert, places: Mapping[Place, str], near: list[Place], axis: int, value: str) -> str:
    """A value the catalogue does not name: as the indicator's own name says it."""
    first = next(place for place in near if place[axis] == value)
    return atlas.definition(places[first]).objet


def _services(places: Mapping[Place, str]) -> list[tuple[str, Options]]:
    """The services by domain; those most asked for come first, in a group of their own."""
    held = {place[0] for place in places}
    first = [s for s in _catalogue()["premiers"]["services"] if s in held]
    groups: dict[str, Options] = {"Les plus demandés": [(s, nom_du_service(s)) for s in first]}
    for service in sorted(held - set(first), key=lambda s: plier(nom_du_service(s))):
        known = list_types().get(service)
        groups.setdefault(known.domaine if known else "Autres", []).append((service, nom_du_service(service)))
    return [(nom, options) for nom, options in groups.items() if options]


def nom_du_service(service: str) -> str:
    """The service in words."""
    return str(_catalogue()["services"].get(service) or nom_de_type(service))


def nom_du_choix(axe: str, valeur: str) -> str:
    """A choice in words, whether the atlas holds it or not; as it came when nobody knows it."""
    catalogue = _catalogue()
    if axe == "service":
        return nom_du_service(valeur)
    if axe == "seuil":
        return f"{valeur} minutes"
    if axe == "mesure":
        return next((str(m["nom"]) for m in catalogue["mesures"] if m["id"] == valeur), valeur)
    return str(catalogue[f"{axe}s"].get(valeur, valeur))


def nom_de_mesure(mesure: str) -> str:
    """The measure in words."""
    return next(str(m["nom"]) for m in _catalogue()["mesures"] if m["id"] == mesure)


def list_familles(definitions: Iterable[Definition]) -> list[tuple[str, list[Definition]]]:
    """Indicators by family, in French order inside each."""
    groups: dict[str, list[Definition]] = {}
    for definition in sorted(definitions, key=lambda d: plier(d.nom)):
        nom = FAMILLES.get(definition.famille, definition.famille.capitalize())
        groups.setdefault(nom, []).append(definition)
    return sorted(groups.items(), key=lambda pair: plier(pair[0]))
