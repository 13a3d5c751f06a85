"""What the report reads off an atlas before it says anything: who is far, where, from what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import nom_de_type
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.eloignement import find_limit
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.services_disparus import list_gone
from maillage.catalogue.seuils import load_seuils
from maillage.francais import typeset

BASKET = "duree_panier_quotidien"
BEYOND = "part_panier_plus_7min"
PUBLIC_SERVICES = ("france_services", "france_travail", "hopital", "urgences", "maternite", "gare")
MAILLES = ("arrondissement", "epci")
"""The meshes that may cut the département into pages, the first that has at least two territories."""


MOITIE = 0.5
LARGE = 500
"""How many people (≥) a commune has to be named among the farthest of the département."""


@dataclass(frozen=True)
class SujetEloigne:
    """What « far » means in a report: beyond (>) ``minutes`` of something, and the figures that say it.

    ``de``: « des services du quotidien »; ``plus_pres``: what is at the mean time; ``vers``: what the longest
    times lead to; ``carte``: the main map (``cartes_diagnostic.toml``).
    """

    duree: str
    part: str
    minutes: int
    carte: str
    de: str
    plus_pres: str
    vers: str


FRANCE_SERVICES = find_limit("france_services").minutes
ELOIGNEMENTS = (
    SujetEloigne(
        BASKET, BEYOND, 7, "panier_loin",
        "des services du quotidien", "un service du quotidien est à", "les services du quotidien",
    ),
    SujetEloigne(
        "duree_france_services", f"part_france_services_plus_{FRANCE_SERVICES}min", FRANCE_SERVICES,
        "france_services", "de la France services la plus proche", "la France services la plus proche à",
        "la France services la plus proche",
    ),
)  # fmt: skip
"""What a report may be about, the first that the atlas knows: a national file gives the second anywhere."""


@dataclass(frozen=True)
class Eloignes:
    """A territory and its people who are far: share, number, mean time, and far from what."""

    territoire: Territoire
    part: Chiffre
    personnes: float
    duree: Chiffre
    de: SujetEloigne


@dataclass(frozen=True)
class Manque:
    """A service that part of a territory's people have beyond (>) its own limit.

    ``minutes``: that limit; ``part`` the share here and ``reference`` the département's; ``personnes``: how
    many here.
    """

    type: str
    nom: str
    minutes: int
    part: Chiffre
    reference: Chiffre
    personnes: float


def choose_mesh(lecteur: Lecteur) -> str:
    """The mesh whose territories have a page each; empty when the département is only one of each."""
    return next((niveau for niveau in MAILLES if len(lecteur.territoires(niveau)) > 1), "")


def list_communes(lecteur: Lecteur, here: Territoire) -> list[Territoire]:
    """The communes of a territory, by code."""
    every = lecteur.territoires("commune")
    return [t for t in every if here.niveau == "departement" or t.parents.get(here.niveau) == here.code]


def choose_eloignement(lecteur: Lecteur) -> SujetEloigne | None:
    """What the report is about: daily services, else France services; null when neither is known."""
    return next((one for one in ELOIGNEMENTS if lecteur.reference(one.part).valeur is not None), None)


def measure(lecteur: Lecteur, here: Territoire) -> Eloignes | None:
    """How far the people of a territory are; null where the share or the population is not known."""
    return next(iter(measure_all(lecteur, [here])), None)


def measure_all(lecteur: Lecteur, places: Iterable[Territoire]) -> list[Eloignes]:
    """Those that are known, the largest share first, then by code.

    People: the share of the newest population, the one beside it, never that of the grid (an older year).
    """
    what = choose_eloignement(lecteur)
    if what is None:
        return []
    found = [
        Eloignes(place, share, share.valeur * place.population, _read_time(lecteur, place, what), what)
        for place in places
        if (share := lecteur.chiffre(place.niveau, place.code, what.part)).valeur is not None
        and place.population
    ]
    return sorted(found, key=lambda far: (-(far.part.valeur or 0.0), far.territoire.code))


def _read_time(lecteur: Lecteur, here: Territoire, what: SujetEloigne) -> Chiffre:
    return lecteur.chiffre(here.niveau, here.code, what.duree)


def rank_worst(found: Iterable[Eloignes]) -> list[Eloignes]:
    """By mean time, the longest first; those whose time is not known are left out."""
    held = [far for far in found if far.duree.valeur is not None]
    return sorted(held, key=lambda far: (-(far.duree.valeur or 0.0), far.territoire.code))


def rank_most(found: Iterable[Eloignes]) -> list[Eloignes]:
    """By number of people who are far, the most first; none where that is less than (<) one."""
    held = [far for far in found if far.personnes >= 1]
    return sorted(held, key=lambda far: (-far.personnes, far.territoire.code))


def keep_mostly_far(found: Iterable[Eloignes]) -> list[Eloignes]:
    """Those where more than half (>) of the people are far: estimated times leave some far in any town."""
    return [far for far in found if (far.part.valeur or 0.0) > MOITIE]


def keep_large(found: Sequence[Eloignes]) -> list[Eloignes]:
    """Those that a list of the farthest communes names: peopled, not near the border; all when none is."""
    firm = [far for far in found if not is_apart(far.territoire)] or list(found)
    return [far for far in firm if (far.territoire.population or 0) >= LARGE] or firm


def is_apart(territoire: Territoire) -> bool:
    """Cut by the border, or with more of its people near it (>) than the catalogue's share: never ranked."""
    border = float(load_seuils()["frontiere_part"].valeur)  # type: ignore[arg-type]
    return territoire.partiel or (territoire.part_frontiere or 0.0) > border


def list_lacks(lecteur: Lecteur, here: Territoire) -> list[Manque]:
    """The services that portraits and reports speak of, the most people beyond their limit first."""
    services = dict.fromkeys((*read_toml("portraits.toml")["services"], *PUBLIC_SERVICES))
    found = (_read_lack(lecteur, here, service) for service in services if service not in list_gone())
    kept = [lack for lack in found if lack is not None and lack.personnes >= 1]
    return sorted(kept, key=lambda lack: (-lack.personnes, lack.type))


def _read_lack(lecteur: Lecteur, here: Territoire, service: str) -> Manque | None:
    minutes = find_limit(service).minutes
    name = f"part_{service}_plus_{minutes}min"
    share = lecteur.chiffre(here.niveau, here.code, name)
    if share.valeur is None or not here.population:
        return None
    count = share.valeur * here.population
    label = typeset(nom_de_type(service))
    return Manque(service, label, minutes, share, lecteur.reference(name), count)
