"""What an atlas says of public transport: in words, and the hours a week with a car and without.

The words are :func:`say_transports`, for every screen. Hours are those of effective access, by type of
service with opening hours; see docs/methodes/heures_acces_horaire_sans_auto.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from maillage.atlas.lecture.chiffres import Chiffre, Colonne
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import accord, jour

FAMILLE: Final = "transports"
"""The family of the indicators that timetables give."""
JOURS_TYPES: Final = ", jours types "
"""What stands, in a vintage, between the period of timetables and the days that a figure stands on."""
HORS: Final = "hors transports collectifs"
AVEC: Final = "transports collectifs compris"
MODES: Final = ("voiture", "transports", "sans_voiture", "marche", "velo")
VOITURE: Final = "_voiture"
SANS: Final = "_sans_voiture"
PREFIXE: Final = "heures_acces_"


def say_transports(transports: Mapping[str, Any] | None, *, detail: bool = False) -> str:
    """How the figures of an atlas count public transport; ``transports``: what its manifest says of it.

    ``detail`` adds the period of the timetables, the days that stand for the others, how one walks.

    >>> say_transports(None), say_transports(None, detail=True)
    ('hors transports collectifs', 'hors transports collectifs')
    """
    if transports is None:
        return HORS
    if not detail:
        return AVEC
    first, last = (jour(date.fromisoformat(transports[end])) for end in ("du", "au"))
    days = " ; ".join(day["texte"] for day in transports["jours"])
    invented = ", horaires simulés" if transports["jeu_essai"] else ""
    said = f"{AVEC}{invented}, horaires du {first} au {last} ; jours types : {days}"
    return f"{said} ; {say_walks(transports.get('marche'))}"


def say_walks(marche: Mapping[str, Any] | None) -> str:
    """How one walks to stops, between them and all the way; ``marche``: what the manifest says of it.


    >>> say_walks(None)
    'marche estimée, à vol d’oiseau allongé'
    >>> say_walks({"rues": True, "arrets_sans_rue": 2})
    'marche le long des rues, sauf vers 2\\xa0arrêts loin de toute voie, où elle est estimée'
    """
    if marche is None or not marche["rues"]:
        return "marche estimée, à vol d’oiseau allongé"
    off = marche["arrets_sans_rue"]
    some = f", sauf vers {accord(off, 'arrêt')} loin de toute voie, où elle est estimée" if off else ""
    return f"marche le long des rues{some}"


def name_rule(lecteur: Lecteur) -> str:
    """The rule of deficits that an atlas was judged by, said to leave public transport out when it does."""
    rule = lecteur.regle
    return rule.nom if rule.transports else f"{rule.nom} ({HORS})"


@dataclass(frozen=True)
class HeuresAcces:
    """Hours a week of one type at one territory, by mode; unknown where the atlas holds none.

    ``voiture`` within 20 minutes; ``transports`` on foot and by public transport, and ``sans_voiture``, there
    and back; ``marche`` and ``velo`` alone. ``en_plus``: what a car adds; ``menages``: weighed by households
    with and without a car; ``part_sans_acces``: share of the people without one moment in the week without a
    car.
    """

    type: str
    voiture: Chiffre
    transports: Chiffre
    sans_voiture: Chiffre
    marche: Chiffre
    velo: Chiffre
    en_plus: Chiffre
    menages: Chiffre
    part_sans_acces: Chiffre


@dataclass(frozen=True)
class EcartCommune:
    """A commune, its hours a week by car and without, and what a car adds."""

    commune: Territoire
    voiture: float
    sans_voiture: float
    en_plus: float


def list_horaires(lecteur: Lecteur, niveau: str = "departement") -> tuple[str, ...]:
    """The types of service whose hours this atlas counts by car, in the order of the file."""
    names = (name for name in lecteur.indicateurs(niveau) if name.startswith(PREFIXE))
    by_car = (name for name in names if name.endswith(VOITURE) and not name.endswith(SANS))
    return tuple(name.removeprefix(PREFIXE).removesuffix(VOITURE) for name in by_car)


def read_heures(lecteur: Lecteur, niveau: str, code: str, kind: str) -> HeuresAcces:
    """The hours of one type at one territory (a carreau too)."""
    names = [f"{PREFIXE}{kind}_{mode}" for mode in MODES]
    names += [f"heures_voiture_en_plus_{kind}", f"{PREFIXE}{kind}_menages"]
    names.append(f"part_sans_acces_{kind}_sans_voiture")
    voiture, transports, sans, marche, velo, more, homes, nobody = (
        lecteur.chiffre(niveau, code, name) for name in names
    )
    return HeuresAcces(kind, voiture, transports, sans, marche, velo, more, homes, nobody)


def list_heures(lecteur: Lecteur, niveau: str, code: str) -> Iterator[HeuresAcces]:
    """The hours of every type at one territory."""
    for kind in list_horaires(lecteur):
        yield read_heures(lecteur, niveau, code, kind)


def read_colonnes(lecteur: Lecteur, niveau: str, kind: str) -> dict[str, Colonne]:
    """Mode → hours of one type over a mesh; only the modes that the atlas holds."""
    names = {mode: f"{PREFIXE}{kind}_{mode}" for mode in MODES}
    return {mode: lecteur.colonne(niveau, name) for mode, name in names.items() if lecteur.a(niveau, name)}


def list_where_a_car_changes_most(lecteur: Lecteur, kind: str, n: int = 10) -> tuple[EcartCommune, ...]:
    """The ``n`` communes where a car adds most hours, the most first, then by code; none without timetables.

    Communes where either is unknown are left out, and those where a car adds nothing.
    """
    found = read_colonnes(lecteur, "commune", kind)
    name = f"heures_voiture_en_plus_{kind}"
    if not {"voiture", "sans_voiture"} <= found.keys() or not lecteur.a("commune", name):
        return ()
    gap = lecteur.colonne("commune", name)
    order = np.lexsort((np.array(gap.codes), -gap.valeurs))
    rows = [row for row in order.tolist() if gap.valeurs[row] > 0][:n]
    return tuple(tell(lecteur, gap, found, row) for row in rows)


def tell(lecteur: Lecteur, gap: Colonne, found: Mapping[str, Colonne], row: int) -> EcartCommune:
    """One row of the columns of a mesh of communes."""
    commune = lecteur.territoire("commune", gap.codes[row])
    assert commune is not None  # noqa: S101 - every row of the figures has its territory
    driving, without = (float(found[mode].valeurs[row]) for mode in ("voiture", "sans_voiture"))
    return EcartCommune(commune, driving, without, float(gap.valeurs[row]))
