"""Whether two structures are one place: what agrees, what it weighs, in words.

Fellegi and Sunter (1969): a pair is compared field by field, each comparison falls in one level, and a level
``l`` weighs ``log2(m_l / u_l)``, ``m`` its share among pairs that are one place, ``u`` among the others. With
the prior ``p``, the probability is ``1 / (1 + 2 ** -(log2(p / (1 - p)) + sum of weights))``.

A level that is not known weighs nothing. A visiting structure and a fixed one are never one place, nor are
counters of two networks: these are no weights but refusals. I. P. Fellegi, A. B. Sunter, A Theory for Record
Linkage, Journal of the American Statistical Association 64 (1969).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import log2
from typing import Any, Final

from maillage.annuaire.doublons.mots import (
    are_alike,
    is_same_street,
    read_address,
    read_name,
    read_operators,
    read_phone,
    read_street,
)
from maillage.annuaire.fiche import Structure
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.sphere import measure_m


@dataclass(frozen=True, slots=True)
class Candidate:
    """A structure to be compared; ``itinerante``: it has no fixed place."""

    structure: Structure
    itinerante: bool = False


class Verdict(StrEnum):
    """One place without asking, a question to somebody, or two places."""

    MEME = "meme"
    DOUTE = "doute"
    AUTRE = "autre"


@dataclass(frozen=True, slots=True)
class Comparaison:
    """Two structures side by side: ids in order, probability in [0, 1], levels by field, why in French.

    ``refus``: why they can't be one place whatever agrees, null when they may be.
    """

    ids: tuple[str, str]
    probabilite: float
    niveaux: Mapping[str, str]
    raisons: tuple[str, ...]
    refus: str | None = None

    def write(self) -> dict[str, Any]:
        """The comparison as JSON: ids, score in [0, 1], why."""
        return {"ids": list(self.ids), "score": round(self.probabilite, 4), "raisons": list(self.raisons)}

    @property
    def verdict(self) -> Verdict:
        """One place when it is likely enough (``sur``), nothing says otherwise and more than a street agrees.

        Two streets, two numbers, two companies, two buses of one garage: somebody must say. So must they when
        only a street agrees, or when organisms of different names share a door: several often receive in one
        building. Two places below ``doute``.
        """
        rules = read_toml("doublons.toml")["regles"]
        if self.probabilite < rules["doute"]:
            return Verdict.AUTRE
        told = self.niveaux
        against = told.get("adresse") in {"autre", "voisine"} or "autre" in {
            told.get("siret"),
            told.get("mobile"),
        }
        agree = any(
            told.get(field) in {"meme", "proche"} for field in ("nom", "reseau", "telephone", "siret")
        )
        door = told.get("adresse") == "identique" and told.get("nom") == "muet"
        sure = self.probabilite >= rules["sur"] and not against and (agree or door)
        return Verdict.MEME if sure else Verdict.DOUTE


def compare(one: Candidate, other: Candidate) -> Comparaison:
    """How likely two structures are one place.

    >>> told = {"source": "x", "date_maj": "2026-01-01", "code_insee": "59008", "adresse": "5 rue Haute"}
    >>> a = Structure.read({**told, "id": "a", "nom": "Espace Dupont"})
    >>> b = Structure.read({**told, "id": "b", "nom": "ESPACE DUPONT", "adresse": "7 r. Basse"})
    >>> same, apart = (compare(Candidate(a), Candidate(x)).probabilite for x in (a, b))
    >>> same > 0.9 > 0.2 > apart
    True
    """
    a, b = one.structure, other.structure
    levels = {field: level for field, of in CHAMPS.items() if (level := of(a, b))}
    if one.itinerante and other.itinerante:
        levels["mobile"] = "autre"
    refus = refuse(one, other)
    weights = read_weights()
    odds = log2(weights["a_priori"]["vrai"] / (1 - weights["a_priori"]["vrai"]))
    odds += sum(weights[field][level] for field, level in levels.items())
    probability = 0.0 if refus else 1 / (1 + 2**-odds)
    told = read_toml("doublons_poids.toml")["raisons"]
    reasons = tuple(told[field][level] for field, level in levels.items() if told[field].get(level))
    return Comparaison(order(a.id, b.id), probability, levels, reasons, refus)


def order(one: str, other: str) -> tuple[str, str]:
    """Two ids, the lesser first."""
    return (one, other) if one <= other else (other, one)


@cache
def read_weights() -> dict[str, dict[str, float]]:
    """log2(m / u) of each level of each field, and the prior as it is."""
    told = read_toml("doublons_poids.toml")
    found = {
        field: {level: log2(m / u) for level, (m, u) in levels.items()}
        for field, levels in told["poids"].items()
    }
    return {**found, "a_priori": {"vrai": read_toml("doublons.toml")["regles"]["a_priori"]}}


def refuse(one: Candidate, other: Candidate) -> str | None:
    """Why two structures can't be one place; null when they may be."""
    if one.itinerante != other.itinerante:
        return "l’une va au-devant des gens, l’autre a une adresse fixe"
    a, b = one.structure, other.structure
    if a.siret and b.siret and a.siret == b.siret:
        return None
    metres = measure(a, b)
    far = metres is None or metres > read_toml("doublons.toml")["regles"]["rayon_m"]
    if far and level_commune(a, b) == "autre":
        return "deux communes, et rien qui les rapproche"
    marks = read_operators(a.nom), read_operators(b.nom)
    if marks[0] != marks[1] and "la-poste" in marks[0] | marks[1]:
        return "l’une est le guichet d’un réseau, l’autre non"
    if all(marks) and not marks[0] & marks[1]:
        return "deux réseaux différents"
    return None


def level_address(a: Structure, b: Structure) -> str | None:
    """``identique`` (street and number), ``compatible`` (number or « bis » missing), ``voisine``, ``autre``.

    >>> told = {"source": "x", "id": "a", "nom": "Nom", "date_maj": "2026-01-01", "code_insee": "59008"}
    >>> def say(*two): return level_address(*(Structure.read({**told, "adresse": x}) for x in two))
    >>> say("5 rue Haute", "5 R HAUTE"), say("5 bis rue Haute", "5 rue Haute")
    ('identique', 'compatible')
    >>> say("rue Haute", "5 rue Haute"), say("rue Haute", "rue Haute")
    ('compatible', 'compatible')
    >>> say("5 rue Haute", "6 rue Haute"), say("5 rue Haute", "5 rue Basse"), say("5 rue Haute", None)
    ('voisine', 'autre', None)
    """
    ours, theirs = (read_address(one.adresse, one.complement_adresse) for one in (a, b))
    if not ours or not theirs:
        return None
    same = [(x, y) for x in ours for y in theirs if is_same_street(x, y)]
    if not same:
        return "autre"
    if any(x.numeros & y.numeros and x.genre == y.genre for x, y in same):
        return "identique"
    if any(x.nues & y.nues or not x.numeros or not y.numeros for x, y in same):
        return "compatible"
    return "voisine"


def level_name(a: Structure, b: Structure) -> str | None:
    """``proche`` when the telling words of one are among the other's, ``muet`` when one has none.

    The name of a building, a line of the address that is no street, counts as a name too.
    """
    ours, theirs = list_names(a), list_names(b)
    if any(are_alike(x, y) for x in ours for y in theirs if x and y):
        return "proche"
    return "autre" if ours[0] and theirs[0] else "muet"


def list_names(one: Structure) -> list[frozenset[str]]:
    """The telling words of a structure's name, then those of the buildings that its address names."""
    lines = (one.complement_adresse or "").replace("\n", " / ").split(" / ")
    buildings = [
        line for line in lines if (read := read_street(line)) and not read.genre and not read.numeros
    ]
    return [read_name(one.nom, one.commune), *(read_name(line, one.commune) for line in buildings)]


def level_distance(a: Structure, b: Structure) -> str | None:
    """``porte``, ``rue``, ``quartier`` within (≤) the catalogue's metres, else ``loin``."""
    metres = measure(a, b)
    if metres is None:
        return None
    rules = read_toml("doublons.toml")["regles"]
    steps = {"porte": rules["porte_m"], "rue": rules["rue_m"], "quartier": rules["rayon_m"]}
    return next((name for name, up_to in steps.items() if metres <= up_to), "loin")


def measure(a: Structure, b: Structure) -> float | None:
    """Metres between two structures along the sphere, null when one has no point.

    >>> told = {"source": "x", "id": "a", "nom": "Nom", "date_maj": "2026-01-01", "longitude": 3.0}
    >>> a, b = (Structure.read({**told, "latitude": lat}) for lat in (50.0, 50.001))
    >>> round(measure(a, b))
    111
    """
    if a.longitude is None or a.latitude is None or b.longitude is None or b.latitude is None:
        return None
    return float(measure_m(a.longitude, a.latitude, b.longitude, b.latitude))


def level_commune(a: Structure, b: Structure) -> str | None:
    """Whether both are in one commune."""
    if not a.code_insee or not b.code_insee:
        return None
    return "meme" if a.code_insee == b.code_insee else "autre"


def level_network(a: Structure, b: Structure) -> str | None:
    """``meme`` when a network is said of both, ``autre`` when none is, though one says its own.

    Null within one source: a network's own list says nothing by giving its name to each.
    """
    ours, theirs = set(a.reseaux_porteurs or ()), set(b.reseaux_porteurs or ())
    if a.source == b.source or not ours | theirs:
        return None
    return "meme" if ours & theirs else "autre"


def level_phone(a: Structure, b: Structure) -> str | None:
    """Whether both give one phone number."""
    ours, theirs = read_phone(a.telephone), read_phone(b.telephone)
    if not ours or not theirs:
        return None
    return "meme" if ours == theirs else "autre"


def level_siret(a: Structure, b: Structure) -> str | None:
    """``meme`` establishment, ``siren`` when only the company is the same, ``autre``."""
    if not a.siret or not b.siret:
        return None
    if a.siret == b.siret:
        return "meme"
    return "siren" if a.siret[:9] == b.siret[:9] else "autre"


CHAMPS: Final[Mapping[str, Callable[[Structure, Structure], str | None]]] = {
    "adresse": level_address,
    "nom": level_name,
    "distance": level_distance,
    "commune": level_commune,
    "reseau": level_network,
    "telephone": level_phone,
    "siret": level_siret,
}
"""The fields compared; each says one level, null when it can't."""
