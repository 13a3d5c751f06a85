"""Random scenarios: every kind of edit of places and roads, in every order, on the places of an atlas."""

import random

from maillage.atlas.lots import list_places, open_networks
from maillage.atlas.reseau.lot import of_lot
from maillage.scenarios.lignes.modifications import LIGNES
from maillage.scenarios.modifications import (
    GENRES,
    Arret,
    ChangementAccessibilite,
    ChangementCanaux,
    ChangementCapacite,
    ChangementHoraires,
    ChangementOperateur,
    ChangementVitesse,
    Deplacement,
    Fermeture,
    Itinerance,
    Ouverture,
    Partie,
    Regroupement,
    RouteFermee,
    Scenario,
    Scission,
    name_places,
)

HOURS = "Mo-Fr 09:00-12:00"
ROADS = ("vitesse", "fermer_route")


def draw(atlas, seed: int, n: int = 6) -> Scenario:
    """A scenario of about ``n`` edits that all hold: no place is named once it has closed or changed."""
    rng = random.Random(seed)
    places = list_places(atlas).to_dicts()
    communes = atlas.table("entrees/communes")["code_insee"].to_list()
    free = [place for place in places if place["usage"] == "lieu" and not place["itinerant"]]
    rng.shuffle(free)

    def take(kind: str | None = None) -> dict | None:
        found = next((row for row, place in enumerate(free) if kind in (None, place["type"])), None)
        return None if found is None else free.pop(found)

    def somewhere() -> dict:
        return {"commune": rng.choice(communes)}

    def make(kind: str, place: dict):
        name = {"lieu": place["id"]}
        stops = tuple(Arret(nom=x, horaires="Tu 14:00-17:00", **somewhere()) for x in "abc")
        makers = {
            "ouvrir": lambda: Ouverture(
                type=place["type"], nom="Ici", effectif=rng.randint(1, 3), horaires=HOURS, **somewhere()
            ),
            "fermer": lambda: Fermeture(**name),
            "deplacer": lambda: Deplacement(**name, **somewhere()),
            "scinder": lambda: Scission(**name, en=tuple(Partie(nom=x, **somewhere()) for x in "ab")),
            "capacite": lambda: ChangementCapacite(
                **name, capacite=rng.randint(1, 90), effectif=rng.randint(1, 4)
            ),
            "horaires": lambda: ChangementHoraires(**name, horaires=HOURS),
            "canaux": lambda: ChangementCanaux(**name, canaux=("visio",)),
            "operateur": lambda: ChangementOperateur(**name, operateur="La commune"),
            "accessibilite": lambda: ChangementAccessibilite(**name, accessible=rng.random() < 0.5),
            "itinerant": lambda: Itinerance(**name, arrets=stops),
            "vitesse": lambda: ChangementVitesse(voies=some_ways(atlas, rng), kmh=rng.choice([20, 50, 80])),
            "fermer_route": lambda: RouteFermee(voies=some_ways(atlas, rng)),
        }
        if kind == "regrouper":
            other = take(place["type"])
            lieux = (place["id"], other["id"]) if other else ()
            return Regroupement(lieux=lieux, **rng.choice([{}, somewhere()])) if other else Fermeture(**name)
        return makers[kind]()

    drawn = [kind for kind, edit in GENRES.items() if edit not in LIGNES]
    kinds = [kind for kind in drawn if kind not in ROADS or open_networks(atlas)]
    edits = [make(kind, place) for kind in rng.sample(kinds, k=min(n, len(kinds))) if (place := take())]
    return name_places(Scenario(nom="tiré", modifications=tuple(edits)))


def some_ways(atlas, rng: random.Random) -> tuple[int, ...]:
    ways = sorted(set(of_lot(open_networks(atlas)).graphe.ways.way.tolist()))
    return tuple(rng.sample(ways, k=min(3, len(ways))))
