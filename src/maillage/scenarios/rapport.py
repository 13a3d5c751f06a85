"""What a scenario does, as plain values and as sentences: for commands, pages, API and note."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

import polars as pl

from maillage.access.apl import load_professions
from maillage.catalogue.types_service import list_types
from maillage.francais import accord, avec_unite, nombre, typeset
from maillage.network.travel_times import NO_SITE, UNREACHABLE
from maillage.scenarios.impact.flux import Flux
from maillage.scenarios.impact.gains import DS_PER_MIN, Gains
from maillage.scenarios.lignes.modifications import TransportDemande
from maillage.scenarios.lignes.rapport import describe_lines, tell_lines
from maillage.scenarios.modifications import MUETS, to_mapping
from maillage.scenarios.simulation import NIVEAUX, TOUS, VOITURE, Simulation

Values = dict[str, Any]
NAMED: Final = 3
JUDGED: Final = ("en_deficit", "palier", "rang", "typologie", "sous_dotes", "surconcentres")
MODES: Final = {"voiture": "en voiture", "velo": "à vélo", "marche": "à pied"}


def describe(simulation: Simulation) -> Values:
    """Everything that the scenario changes, as plain values; keys are those of docs/guide/essais.md.

    Unknown is null. Figures are simulated: ``fiabilite`` says it for all of them, each row for its own.
    """
    manifest = simulation.atlas.manifest
    return {
        "scenario": describe_scenario(simulation),
        "atlas": {
            "departement": manifest.departement,
            "nom": manifest.nom,
            "empreinte": manifest.empreinte,
            "millesime": manifest.millesime,
            "meme_atlas": simulation.scenario.atlas in (None, manifest.empreinte),
        },
        "fiabilite": "simule",
        "temps": simulation.evaluated.calcul.times.fiabilite if simulation.types else None,
        "phrases": list(tell(simulation)),
        "transports": describe_trial(simulation),
        "services": [
            describe_service(simulation, kind, mode) for kind in simulation.types for mode in simulation.modes
        ],
        "indicateurs": describe_figures(simulation),
        "deficits": describe_deficits(simulation),
        "itinerants": [
            {"id": id_, "nom": name, "horaires": hours, "habitants_proches": people}
            for id_, name, hours, people in simulation.itinerants()
        ],
        "hypotheses": simulation.hypotheses,
    }


def describe_trial(simulation: Simulation) -> Values | None:
    """What lines on trial change; null where none is."""
    if simulation.lignes is None:
        return None
    on_demand = any(isinstance(edit, TransportDemande) for edit in simulation.scenario.modifications)
    told = describe_lines(simulation.lignes, lambda code: name_of(simulation, "commune", code))
    return told | {"a_la_demande": on_demand}


def describe_scenario(simulation: Simulation) -> Values:
    """The edits, and those left out."""
    scenario = simulation.scenario
    return {
        "nom": scenario.nom,
        "modifications": [
            {
                "rang": rank,
                "genre": edit.cle,
                "sans_effet_chiffre": isinstance(edit, MUETS),
                **to_mapping(edit),
            }
            for rank, edit in enumerate(scenario.modifications, start=1)
        ],
        "refus": [
            {"rang": refus.rang, "genre": refus.modification.cle, "motif": refus.motif}
            for refus in simulation.refus
        ],
        "lieux_fermes": list(simulation.application.fermes),
        "lieux_changes": list(simulation.application.changes),
        "lieux": list(list_touched(simulation)),
    }


def list_touched(simulation: Simulation) -> Iterator[Values]:
    """The places that the scenario opens, closes or changes, where they stand at the end (or stood)."""
    states = dict.fromkeys(simulation.application.fermes, "ferme") | dict.fromkeys(
        simulation.application.changes, "change"
    )
    every = pl.concat([simulation.application.offre, simulation.terrain.places]).filter(
        pl.col("id").is_in(list(states))
    )
    for place in every.unique("id", keep="first", maintain_order=True).iter_rows(named=True):
        state = states[place["id"]] if place["id"] in simulation.terrain.rows else "ouvert"
        yield {
            "etat": state,
            "itinerant": bool(place["itinerant"]),
            **{name: place[name] for name in ("id", "type", "nom", "code_insee", "lon", "lat")},
        }


def describe_service(simulation: Simulation, kind: str, mode: str) -> Values:
    """One service by one mode: gains by group and territory, flows, users of each place, a year."""
    found: Values = {
        "type": kind,
        "libelle": label(kind),
        "mode": mode,
        "seuil_min": simulation.seuil_min,
        "dixieme_le_plus_loin": asdict(simulation.dixieme(kind, mode)),
        "groupes": {name: asdict(gains) for name, gains in simulation.gains(kind, mode).items()},
        "territoires": [
            {"niveau": niveau, "code": code, "nom": name_of(simulation, niveau, code), **asdict(gains)}
            for niveau in NIVEAUX
            for code, gains in simulation.gains_par(niveau, kind, mode).items()
        ],
    }
    if mode == VOITURE:
        found |= {
            "flux": [describe_flow(simulation, kind, flow) for flow in simulation.flux(kind)],
            "lieux": describe_users(simulation, kind),
            "bilan_annuel": asdict(simulation.bilan(kind)),
        }
    return found


def describe_flow(simulation: Simulation, kind: str, flow: Flux) -> Values:
    """One flow, its two places named."""
    ends = {"de": flow.avant, "vers": flow.apres}
    minutes = {"minutes_avant": flow.minutes_avant, "minutes_apres": flow.minutes_apres}
    return (
        {name: describe_place(simulation, kind, row) for name, row in ends.items()}
        | {"habitants": flow.habitants}
        | minutes
    )


def describe_place(simulation: Simulation, kind: str, row: int) -> Values | None:
    """A place of a service; null for none."""
    return None if row == NO_SITE else name_place(simulation, kind, row)


def name_place(simulation: Simulation, kind: str, row: int) -> Values:
    """A place of a service: id, name, name of its commune."""
    place = simulation.proche(kind).lieux.row(row, named=True)
    commune = simulation.terrain.communes.get(place["code_insee"])
    return {"id": place["id"], "nom": place["nom"], "commune": commune[0] if commune else None}


def describe_users(simulation: Simulation, kind: str) -> list[Values]:
    """The places whose users change in number, those who gain most first."""
    before, after = simulation.usagers(kind)
    lieux = simulation.proche(kind).lieux
    rows = [row for row in range(lieux.height) if abs(after[row] - before[row]) >= 0.5]
    return [
        {
            **name_place(simulation, kind, row),
            "habitants_avant": float(before[row]),
            "habitants_apres": float(after[row]),
            "capacite": lieux["capacite"][row],
            "activite": lieux["activite"][row],
            "taux_activite_avant": rate(lieux["activite"][row], lieux["capacite"][row], 1.0),
            "taux_activite_apres": rate(
                lieux["activite"][row], lieux["capacite"][row], growth(before[row], after[row])
            ),
        }
        for row in sorted(rows, key=lambda row: before[row] - after[row])
    ]


def growth(before: float, after: float) -> float | None:
    """How many times more users; null from none.

    >>> growth(100.0, 150.0), growth(0.0, 3.0)
    (1.5, None)
    """
    return after / before if before > 0 else None


def rate(activite: float | None, capacite: float | None, times: float | None) -> float | None:
    """Activity over capacity, users grown so many times; null when something is unknown."""
    known = activite is not None and capacite and times is not None
    return activite * times / capacite if known else None  # type: ignore[operator]


def describe_figures(simulation: Simulation) -> list[Values]:
    """Every figure of a territory whose value moves, before and after, with reliability and interval."""
    changes = simulation.evaluated.changes().filter(
        (pl.col("niveau") != "carreau") & pl.col("avant").ne_missing(pl.col("apres"))
    )
    known = {}
    for name, niveau in changes.select("indicateur", "niveau").unique().iter_rows():
        if name not in known:
            found = simulation.evaluated.describe(name, niveau)
            known[name] = {"libelle": found["nom"], "unite": found["unite"]}
    return [{**row, **known[row["indicateur"]]} for row in changes.iter_rows(named=True)]


def describe_deficits(simulation: Simulation) -> list[Values]:
    """The territories whose judgement moves: lack and excess, before and after."""
    before, after = simulation.atlas.deficits(), simulation.evaluated.deficits()
    if before.equals(after):
        return []
    keys = ["niveau", "code", "profil"]
    columns = [name for name in JUDGED if name in before.columns]
    both = before.select(*keys, "nom", *columns).join(
        after.select(*keys, *columns), on=keys, suffix="_apres", how="inner"
    )
    rows = (
        {name: row[name] for name in (*keys, "nom")}
        | {"avant": {c: row[c] for c in columns}, "apres": {c: row[f"{c}_apres"] for c in columns}}
        for row in both.iter_rows(named=True)
    )
    return [row for row in rows if row["avant"] != row["apres"]]


def tell(simulation: Simulation) -> Iterator[str]:
    """The scenario in sentences: who wins, who loses, where they go, what the law's judgement becomes."""
    if simulation.refus:
        verb = "ne s’appliquent pas" if len(simulation.refus) > 1 else "ne s’applique pas"
        yield f"{accord(len(simulation.refus), 'modification')} {verb} à cet atlas."
    lines = describe_trial(simulation)
    yield from tell_lines(lines) if lines else ()
    if not simulation.types:
        yield f"Aucun temps de trajet{' en voiture' if simulation.lignes else ''} ne change."
    for kind in simulation.types:
        yield from tell_service(simulation, kind)
    rows = describe_deficits(simulation)
    yield from tell_deficits(rows)
    for row in rows:
        if row["niveau"] == "epci":
            yield from (f"{row['nom']}, {words[:1].lower()}{words[1:]}." for words in tell_balance(row))


def tell_service(simulation: Simulation, kind: str) -> Iterator[str]:
    """One service by car."""
    gains = simulation.gains(kind)[TOUS]
    name = label(kind)
    if not any((gains.gagnants, gains.perdants, gains.desservis, gains.perdus)):
        yield f"{name} : personne n’est plus près ni plus loin."
        return
    for count, mean, where in (
        (gains.perdants, gains.perte_moyenne_min, "plus loin"),
        (gains.gagnants, gains.gain_moyen_min, "plus près"),
    ):
        if count:
            first = rank_communes(simulation, kind, lost=where == "plus loin")
            yield f"{name} : {people(count)} sont {where}, de {minutes(mean)} en moyenne{first}."
    change = gains.sous_seuil_apres - gains.sous_seuil_avant
    if round(change):
        more = "de plus" if change > 0 else "de moins"
        yield f"{name} : {people(abs(change))} {more} à {minutes(simulation.seuil_min)} ou moins."
    for place in describe_users(simulation, kind)[:NAMED]:
        before, after = place["habitants_avant"], place["habitants_apres"]
        if after > before > 0:
            share = nombre(100 * (after / before - 1))
            gain = f"{people(after - before)} de plus (+{share}\u202f%)"
            yield f"{place_name(place)} devient le plus proche pour {gain}."


def rank_communes(simulation: Simulation, kind: str, *, lost: bool) -> str:
    """The communes where most is lost, or gained, in people × minutes."""
    found = simulation.gains_par("commune", kind)

    def weight(gains: Gains) -> float:
        return (
            gains.perdants * (gains.perte_moyenne_min or 0)
            if lost
            else gains.gagnants * (gains.gain_moyen_min or 0)
        )

    best = sorted(
        (code for code in found if weight(found[code]) > 0), key=lambda code: (-weight(found[code]), code)
    )
    return (
        f", d’abord à {', '.join(name_of(simulation, 'commune', code) for code in best[:NAMED])}"
        if best
        else ""
    )


def tell_deficits(rows: list[Values]) -> Iterator[str]:
    """Territories that enter a deficit, or leave it."""
    for before, verbs in ((False, ("entre en", "entrent en")), (True, ("sort du", "sortent du"))):
        moved = [
            row["nom"]
            for row in rows
            if row["avant"].get("en_deficit") is before and row["apres"].get("en_deficit") is (not before)
        ]
        if moved:
            yield f"{accord(len(moved), 'territoire')} {verbs[len(moved) > 1]} déficit : {', '.join(moved)}."


BALANCE: Final = (
    ("sous_dotes", "manque désormais", "ne manque plus"),
    ("surconcentres", "désormais en nombre", "n’est plus en nombre"),
)


def tell_balance(row: Mapping[str, Any]) -> Iterator[str]:
    """What changes on each side of the balance of a judged territory: services lacking, services in number.

    >>> held = {"sous_dotes": ["medecin_generaliste"], "surconcentres": []}
    >>> list(tell_balance({"avant": held, "apres": held | {"sous_dotes": []}}))
    ['Médecin généraliste\\xa0: ne manque plus']
    """
    for side, begins, ends in BALANCE:
        before, after = (row[when].get(side) or [] for when in ("avant", "apres"))
        for words, names in ((begins, set(after) - set(before)), (ends, set(before) - set(after))):
            yield from (typeset(f"{name} : {words}") for name in sorted(map(label_side, names)))


def label_side(name: str) -> str:
    """A profession or a type of service, as people call it."""
    known = load_professions().get(name)
    return known.nom if known else label(name)


def to_geojson(simulation: Simulation) -> str:
    """Carreaux whose nearest time moves, and places that open, close or change, as GeoJSON."""
    features: list[Values] = []
    for kind in simulation.types:
        near = simulation.proche(kind)
        for row in (near.avant_ds != near.apres_ds).nonzero()[0].tolist():
            cell = simulation.carreaux.row(row, named=True)
            said = {
                "genre": "carreau",
                "id": cell["id"],
                "type": kind,
                "habitants": finite(cell["population"]),
            }
            said |= {"avant_min": to_minutes(near.avant_ds[row]), "apres_min": to_minutes(near.apres_ds[row])}
            features.append(feature(cell["lon"], cell["lat"], said))
    for place in list_touched(simulation):
        said = {"genre": "lieu"} | {name: place[name] for name in place if name not in ("lon", "lat")}
        features.append(feature(place["lon"], place["lat"], said))
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False
    )


def feature(lon: float, lat: float, said: Values) -> Values:
    """A point."""
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": said}


def to_minutes(time_ds: Any) -> float | None:
    """Deciseconds as minutes; null out of reach."""
    return None if time_ds == UNREACHABLE else round(int(time_ds) / DS_PER_MIN, 2)


def finite(value: float | None) -> float | None:
    """A number, or null."""
    return value if value is not None and math.isfinite(value) else None


def label(kind: str) -> str:
    """What a type is called."""
    known = list_types().get(kind)
    return known.libelle if known else kind


def name_of(simulation: Simulation, niveau: str, code: str) -> str:
    """The name of a territory; its code when it has none."""
    return simulation.names.get((niveau, code), code)


def place_name(place: Values) -> str:
    """A place and its commune."""
    name = place["nom"] or place["id"]
    return f"{name} ({place['commune']})" if place["commune"] else str(name)


def people(count: float) -> str:
    """People, rounded."""
    return accord(round(count), "habitant")


def minutes(value: float | None) -> str:
    """Minutes; a decimal below ten."""
    return avec_unite(value, "min", 0 if value is None or value >= 10 else 1)
