"""What a placement proposes on an atlas: its places, whom they serve, why each; in values and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.types_service import list_types
from maillage.diagnostic.phrases import enumerate_words
from maillage.francais import INSECABLE, accord, avec_unite, euros, nombre, typeset
from maillage.network.travel_times import UNREACHABLE, Fiabilite
from maillage.scenarios.emplacements import Emplacements
from maillage.scenarios.impact.gains import DS_PER_MIN
from maillage.scenarios.modifications import Fermeture, Modification, Ouverture, Scenario, name_places
from maillage.scenarios.placement.cadre import Placement
from maillage.scenarios.question import QuestionPlacement, tell_question

STATUTS: Final = {
    "optimal": "Optimum prouvé",
    "realisable": "Meilleur trouvé dans le temps donné, sans preuve",
    "impossible": "Impossible",
    "inconnu": "Rien trouvé dans le temps donné",
}
UNITES: Final = {
    "couverture": "habitants",
    "p_median": "habitants × minutes",
    "p_center": "minutes",
    "tout_couvrir": "sites à ouvrir",
}


@dataclass(frozen=True)
class LieuPropose:
    """A place of the answer: ``nouveau`` or kept; ``raison`` says what it brings, in French.

    ``toit``: the type of the place that it would share a roof with, null for a commune; ``a_la_commune``:
    that place is known by its commune only, and held to be where the atlas puts that.
    """

    id: str
    nom: str
    commune: str
    lon: float
    lat: float
    nouveau: bool
    raison: str
    toit: str | None = None
    a_la_commune: bool = False

    @property
    def appele(self) -> str:
        """Its name, and its commune unless that says the same.

        >>> LieuPropose("1", "Trélon", "Trélon", 4.1, 50.1, True, "").appele
        'Trélon'
        """
        return self.nom if self.nom == self.commune else f"{self.nom} ({self.commune})"


@dataclass(frozen=True)
class Desserte:
    """How open sites serve people: ``a_portee`` of them within the threshold; minutes null without people."""

    a_portee: float
    minutes_moyennes: float | None
    minutes_max: float | None


@dataclass(frozen=True)
class ReponsePlacement:
    """An answer: value and bound in ``unite``, places to open, places kept, places to close.

    ``avant``: how the places of today serve the same people (null when there are none, or none counts),
    ``apres``: how those of the answer would; both null where places have capacities. ``depense``: euros,
    null when nothing costs. ``hors_atteinte``: people whom no site reaches at all, left out of the question.
    ``variante``: what tells it from the best answer, "" for that one.
    """

    placement: Placement
    unite: str
    minutes: float
    ouvrir: tuple[LieuPropose, ...]
    garder: tuple[LieuPropose, ...]
    fermer: tuple[LieuPropose, ...]
    avant: Desserte | None
    apres: Desserte | None
    depense: float | None
    hors_atteinte: float
    fiabilite: Fiabilite
    variante: str = ""


def propose(
    spots: Emplacements, question: QuestionPlacement, placement: Placement, depense: NDArray[np.float64]
) -> ReponsePlacement:
    """The places of a placement by what becomes of them; ``depense`` [sites] is what opening costs."""
    existe = spots.existe
    opened = np.isin(np.arange(len(existe)), placement.lieux)
    found, nearest = bool(placement.lieux), not question.a_des_capacites

    def pick(these: NDArray[np.bool_]) -> tuple[LieuPropose, ...]:
        return tuple(_name(spots, question, row, opened) for row in np.flatnonzero(these).tolist())

    return ReponsePlacement(
        placement,
        "euros"
        if question.est_chiffree and question.objectif == "tout_couvrir"
        else UNITES[question.objectif],
        question.minutes,
        ouvrir=pick(opened & ~existe),
        garder=pick(opened & existe),
        fermer=pick(existe & ~opened) if found else (),
        avant=measure(spots, existe, question.minutes) if existe.any() and nearest else None,
        apres=measure(spots, opened, question.minutes) if found and nearest else None,
        depense=float(depense @ opened) if question.est_chiffree and found else None,
        hors_atteinte=float(spots.people["population"][~spots.atteint].sum()),
        fiabilite=spots.fiabilite,
    )


def measure(spots: Emplacements, opened: NDArray[np.bool_], minutes: float) -> Desserte:
    """How these sites serve people: each goes to the nearest one."""
    nearest = spots.duree[:, opened].min(1)
    people = spots.people["population"]
    served = (nearest != UNREACHABLE) & (people > 0)
    if not served.any():
        return Desserte(0.0, None, None)
    taken = nearest[served] / DS_PER_MIN
    return Desserte(
        a_portee=float(people[served][taken <= minutes].sum()),
        minutes_moyennes=float(people[served] @ taken / people[served].sum()),
        minutes_max=float(taken.max()),
    )


def _name(
    spots: Emplacements, question: QuestionPlacement, row: int, opened: NDArray[np.bool_]
) -> LieuPropose:
    one = spots.sites.row(row, named=True)
    return LieuPropose(
        one["id"],
        one["nom"],
        one["commune"],
        one["lon"],
        one["lat"],
        nouveau=not one["existe"],
        raison=explain_site(spots, row, opened, question) if opened[row] and not one["existe"] else "",
        toit=one["toit"] or None,
        a_la_commune=bool(one["toit"]) and one["precision"] == "commune",
    )


def explain_site(
    spots: Emplacements, row: int, opened: NDArray[np.bool_], question: QuestionPlacement
) -> str:
    """What this site brings beside the others: people brought within the threshold, minutes saved.

    The minutes come first, and always, when the mean time is what was sought.
    """
    others = opened.copy()
    others[row] = False
    before = spots.duree[:, others].min(1, initial=np.uint32(UNREACHABLE)).astype(np.int64)
    here = spots.duree[:, row].astype(np.int64)
    within = _tell_brought(spots, before, here, question.minutes)
    nearer = _tell_nearer(spots, before, here) if question.objectif == "p_median" or not within else ""
    brings = (
        ", et ".join(part for part in (nearer, within) if part) or "n’apporte rien de plus que les autres"
    )
    room = "" if question.capacite is None else f" ; place pour {accord(question.capacite, 'habitant')}"
    return typeset(f"{brings}{room}")


def _tell_brought(
    spots: Emplacements, before: NDArray[np.int64], here: NDArray[np.int64], minutes: float
) -> str:
    people, elders = spots.people["population"], spots.people["plus_65"]
    brought = (before > minutes * DS_PER_MIN) & (here <= minutes * DS_PER_MIN)
    if (count := float(people[brought].sum())) < 1:
        return ""
    within = f"met à {avec_unite(minutes, 'min')} au plus {accord(round(count), 'habitant')} de plus"
    return f"{within}, dont {nombre(float(elders[brought].sum()))} de 65{INSECABLE}ans et plus"


def _tell_nearer(spots: Emplacements, before: NDArray[np.int64], here: NDArray[np.int64]) -> str:
    people = spots.people["population"]
    nearer = (here < before) & (before != UNREACHABLE)
    if not (count := float(people[nearer].sum())):
        return ""
    saved = float((people * (before - here))[nearer].sum() / count / DS_PER_MIN)
    return f"rapproche {accord(round(count), 'habitant')}, de {avec_unite(saved, 'min', 1)} en moyenne"


def compare(best: ReponsePlacement, other: ReponsePlacement) -> str:
    """What tells another answer from the best: its places instead of those, and how much less it is worth."""
    first, second = ({one.id: one for one in a.ouvrir + a.garder} for a in (best, other))
    added = _list_names(second[key] for key in second if key not in first)
    gone = _list_names(first[key] for key in first if key not in second)
    less = _tell_less(best.placement.valeur, other.placement.valeur)
    instead = f"{added} plutôt que {gone}" if added and gone else added or f"sans {gone}"
    return typeset(f"{instead} ; {less}")


def _list_names(places: Iterator[LieuPropose]) -> str:
    return enumerate_words([one.appele for one in places])


def _tell_less(best: float | None, value: float | None) -> str:
    """« vaut autant », or how far it is."""
    if best is None or value is None or abs(value - best) <= 1e-9 * abs(best):
        return "vaut autant"
    part = 100 * abs(value - best) / max(abs(best), 1e-12)
    return (
        f"à {avec_unite(part, '%', 2)} de la meilleure"
        if part >= 0.005
        else "à moins de 0,01 % de la meilleure"
    )


def tell(one: ReponsePlacement) -> list[str]:
    """The proof, the causes, whom it serves, what it costs; places apart (:func:`tell_places`)."""
    placement = one.placement
    proof = f"{STATUTS[placement.statut]}."
    if placement.statut == "realisable" and placement.ecart is not None:
        proof = f"{proof[:-1]} : à {avec_unite(100 * placement.ecart, '%', 2)} au plus du meilleur possible."
    said = [proof, *placement.causes]
    if one.apres is not None:
        said.append(typeset(f"{_tell_within(one, one.apres)} ; {_tell_minutes(one, one.apres)}."))
    elif placement.valeur is not None and one.unite != UNITES["tout_couvrir"]:
        said.append(typeset(f"Avec ces places : {nombre(placement.valeur)} {one.unite}."))
    if one.depense is not None:
        said.append(typeset(f"Dépense : {euros(one.depense)}."))
    if one.hors_atteinte >= 1:
        said.append(
            f"{accord(round(one.hors_atteinte), 'habitant')} sans aucun site possible : ils ne comptent pas."
        )
    return said


def _tell_within(one: ReponsePlacement, apres: Desserte) -> str:
    more = round(apres.a_portee) - round(one.avant.a_portee) if one.avant else 0
    moved = f", {nombre(abs(more))} de {'plus' if more > 0 else 'moins'} qu’aujourd’hui" if more else ""
    return f"{accord(round(apres.a_portee), 'habitant')} à {avec_unite(one.minutes, 'min')} au plus{moved}"


def _tell_minutes(one: ReponsePlacement, apres: Desserte) -> str:
    was = f" ({nombre(one.avant.minutes_moyennes, 1)} aujourd’hui)" if one.avant else ""
    last = f" ({nombre(one.avant.minutes_max, 1)} aujourd’hui)" if one.avant else ""
    mean, longest = (avec_unite(x, "min", 1) for x in (apres.minutes_moyennes, apres.minutes_max))
    return f"en moyenne {mean}{was}, au plus loin {longest}{last}"


def tell_places(one: ReponsePlacement) -> list[str]:
    """A line a place to open, with its reason, then those to close."""
    opened = (f"Ouvrir : {_say_where(place)} : {place.raison}." for place in one.ouvrir)
    return [typeset(line) for line in (*opened, *(f"Fermer : {place.appele}." for place in one.fermer))]


def _say_where(place: LieuPropose) -> str:
    return f"{place.appele}, connu à la commune près" if place.a_la_commune else place.appele


def tell_all(found: Sequence[ReponsePlacement]) -> list[str]:
    """Every answer in lines: the best, then each of the others after what tells it apart."""
    best, *others = found
    lines = [*tell(best), *(f"  {line}" for line in tell_places(best))]
    for rank, one in enumerate(others, start=1):
        lines += [
            "",
            f"Variante {rank} : {one.variante}.",
            *(f"  {line}" for line in (*tell(one), *tell_places(one))),
        ]
    return lines


def to_mapping(one: ReponsePlacement) -> dict[str, Any]:
    """An answer as plain values; ``lieux`` are the sites open in the end, existing ones included."""
    placement = one.placement
    return {
        "statut": placement.statut,
        "valeur": placement.valeur,
        "borne": placement.borne,
        "ecart": placement.ecart,
        "unite": one.unite,
        "variante": one.variante,
        "phrases": tell(one),
        "raisons": tell_places(one),
        "lieux": [asdict(place) for place in (*one.ouvrir, *one.garder)],
        "fermer": [asdict(place) for place in one.fermer],
        "avant": asdict(one.avant) if one.avant else None,
        "apres": asdict(one.apres) if one.apres else None,
        "depense": one.depense,
        "causes": list(placement.causes),
        "hors_atteinte": one.hors_atteinte,
        "fiabilite": one.fiabilite,
        "duree_s": round(placement.duree_s, 3),
    }


def to_scenario(one: ReponsePlacement, question: QuestionPlacement) -> Scenario:
    """The answer as a list of edits, openings then closings; its description says why each."""
    label = list_types()[question.type].libelle
    edits: list[Modification] = [
        Ouverture(type=question.type, nom=f"{label} · {place.nom}", lon=place.lon, lat=place.lat)
        for place in one.ouvrir
    ]
    edits += [Fermeture(lieu=place.id) for place in one.fermer]
    why = "\n".join([" ".join(tell(one)), *tell_places(one)])
    named = Scenario(nom=tell_question(question)[:200], description=why[:10_000], modifications=tuple(edits))
    return name_places(named)
