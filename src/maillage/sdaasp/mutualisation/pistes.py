"""What could be shared: places of reception close to one another, hardly used, or where there are many.

Places are values (:class:`LieuAccueil`); where they come from, an atlas or a test, is not known here. A
suggestion is a question to whoever knows the places, never a proposal to close one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from maillage.catalogue.constantes import DEGREE_M


@dataclass(frozen=True, slots=True)
class LieuAccueil:
    """A place where people are received. ``lon``, ``lat``: WGS 84 degrees; ``commune``: its code.

    ``situe``: whether the point is its own; false where only its commune is known. ``activite_share``:
    activity over capacity, null where nobody says.
    """

    id: str
    type: str
    nom: str
    commune: str
    lon: float
    lat: float
    activite_share: float | None = None
    situe: bool = True


@dataclass(frozen=True, slots=True)
class Piste:
    """Places that could share a roof or a team, all of ``commune``, and why, in the order of ``MOTIFS``.

    ``lieux``: the place that has the most others around it first, then the nearest ones. ``portee_m``: metres
    from the first to the farthest, null where one is known by its commune alone.
    """

    commune: str
    lieux: tuple[LieuAccueil, ...]
    motifs: tuple[str, ...]
    portee_m: float | None


PROCHES, PEU_UTILISES, CONCENTRES = "proches", "peu_utilises", "concentres"
MEME_COMMUNE = "meme_commune"
MOTIFS = (PEU_UTILISES, CONCENTRES, PROCHES, MEME_COMMUNE)


@dataclass(frozen=True, slots=True)
class SeuilsPistes:
    """``distance_m``: within it (≤) two places are neighbours. ``faible_share``: below it (<) hardly used.

    ``lieux_par_commune_max``: up to (≤) so many places of a commune, being in it together says something.
    """

    distance_m: float
    faible_share: float
    lieux_par_commune_max: int


def measure_m(one: LieuAccueil, other: LieuAccueil) -> float:
    """Metres as the crow flies, on a plane tangent to the Earth (right within 1 % under 10 km).

    >>> a = LieuAccueil("a", "mairie", "A", "1", 3.0, 50.0)
    >>> round(measure_m(a, LieuAccueil("b", "poste", "B", "1", 3.01, 50.0)))
    715
    """
    x = (one.lon - other.lon) * cos(radians((one.lat + other.lat) / 2))
    return DEGREE_M * hypot(x, one.lat - other.lat)


def list_pistes(
    lieux: Iterable[LieuAccueil], seuils: SeuilsPistes, concentrees: Mapping[str, Collection[str]]
) -> tuple[Piste, ...]:
    """The suggestions: in each commune, groups of two places or more within walking distance of the first.

    Those with a place hardly used come first, or with too many: two places of one type, or a type that
    ``concentrees`` (commune → types) says over-concentrated there. Where there is none,
    places known by their commune alone make one group of it, of two types at least, if it has few.

    Two places 715 m apart are within 800 m, not within 500:

    >>> a = LieuAccueil("a", "mairie", "A", "1", 3.0, 50.0)
    >>> b = LieuAccueil("b", "poste", "B", "1", 3.01, 50.0, 0.2)
    >>> [(p.motifs, p.portee_m) for p in list_pistes([a, b], SeuilsPistes(800, 0.5, 6), {})]
    [(('peu_utilises', 'proches'), 715.0)]
    >>> list_pistes([a, b], SeuilsPistes(500, 0.5, 6), {})
    ()
    """
    by_commune = defaultdict(list)
    for lieu in lieux:
        by_commune[lieu.commune].append(lieu)
    found = [
        _make(commune, group, seuils, concentrees.get(commune, ()))
        for commune, held in by_commune.items()
        for group in (
            list(_group([one for one in held if one.situe], seuils.distance_m))
            or _gather(held, seuils.lieux_par_commune_max)
        )
    ]
    return tuple(sorted(found, key=lambda p: (*_rank(p), p.commune, p.lieux[0].id)))


def _gather(held: Sequence[LieuAccueil], most: int) -> Iterator[list[LieuAccueil]]:
    """All the places of a commune, when one at least has no point of its own."""
    group = sorted(held, key=lambda lieu: (not lieu.situe, lieu.id))
    vague = any(not lieu.situe for lieu in group)
    if vague and 2 <= len(group) <= most and len({lieu.type for lieu in group}) > 1:
        yield group


def _rank(piste: Piste) -> tuple[bool, int, int]:
    return piste.portee_m is None, -len(piste.motifs), -len(piste.lieux)


def _make(
    commune: str, group: Sequence[LieuAccueil], seuils: SeuilsPistes, crowded: Collection[str]
) -> Piste:
    kinds, placed = [lieu.type for lieu in group], all(lieu.situe for lieu in group)
    shares = [lieu.activite_share for lieu in group if lieu.activite_share is not None]
    told = {
        PEU_UTILISES: any(share < seuils.faible_share for share in shares),
        CONCENTRES: len(set(kinds)) < len(kinds) or any(kind in crowded for kind in kinds),
        PROCHES: placed,
        MEME_COMMUNE: not placed,
    }
    reach = float(round(max(measure_m(group[0], lieu) for lieu in group))) if placed else None
    return Piste(commune, tuple(group), tuple(m for m in MOTIFS if told[m]), reach)


def _group(lieux: Sequence[LieuAccueil], distance_m: float) -> Iterator[list[LieuAccueil]]:
    """Groups that share no place, the most varied then the largest first, each around one of its places."""
    left = {lieu.id: lieu for lieu in sorted(lieux, key=lambda one: one.id)}
    while left:
        around = {
            key: [other for other in left.values() if measure_m(lieu, other) <= distance_m]
            for key, lieu in left.items()
        }
        key = max(around, key=lambda one: (len({lieu.type for lieu in around[one]}), len(around[one])))
        centre = left[key]
        group = sorted(around[key], key=lambda lieu: (lieu.id != key, measure_m(centre, lieu), lieu.id))
        if len(group) < 2:
            return
        yield group
        for lieu in group:
            del left[lieu.id]
