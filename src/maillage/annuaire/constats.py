"""What the ruptures of the reception network mean for a territory: whom they touch, how sure it is.

A constat is read by the diagnosis, proposed to the AFOM matrices and compared by the workshop: the same
values for the three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from maillage.annuaire.accueil import (
    PREMIER,
    SECOND,
    NatureRupture,
    PointAccueil,
    RuptureAccueil,
)
from maillage.annuaire.fiche import FonctionAccueil


@dataclass(frozen=True, slots=True, kw_only=True)
class ReseauMesure:
    """The reception network of a département, timed by one means of travel.

    ``seuls``: first levels without a second level of a theme within reach; ``uniques``: those that reach one
    only; ``communes``: those where no first level receives; ``orphelins``: keys of the themes of which no
    second level is known. ``premier_min``: minutes within which (≤) a first level is within reach of a
    commune, ``limite_min`` a second level of a first one. ``fiabilite`` of the minutes: observe, estime or
    simule.
    """

    moyen: str
    premier_min: float
    limite_min: float
    fiabilite: str
    points: tuple[PointAccueil, ...]
    seuls: tuple[RuptureAccueil, ...]
    uniques: tuple[RuptureAccueil, ...]
    communes: tuple[RuptureAccueil, ...]
    orphelins: tuple[str, ...] = ()

    @property
    def nul_est_loin(self) -> bool:
        """Whether null minutes mean too far: by public transport, one does not get there that day."""
        return self.moyen == "transports"

    @property
    def noms(self) -> dict[str, str]:
        """Id → name of each structure that receives."""
        return {one.id: one.nom for one in self.points}


@dataclass(frozen=True, slots=True)
class CommuneAccueil:
    """A commune as the network sees it; ``population`` null when not known."""

    code: str
    nom: str
    population: float | None


@dataclass(frozen=True, slots=True)
class CommuneSansPremier:
    """A commune where no first level receives, and its rupture: the nearest one, its minutes."""

    commune: CommuneAccueil
    rupture: RuptureAccueil

    def is_far(self, limit_min: float) -> bool:
        """Whether the nearest is known to be beyond (>) the limit."""
        return self.rupture.minutes is not None and self.rupture.minutes > limit_min


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstatAccueil:
    """What a territory lacks of the network: its communes, its first levels.

    ``sans_premier``: no first level in the commune, the farthest first; ``premiers``: how many first levels
    receive in the territory; ``seuls`` and ``uniques``: those of them that :class:`ReseauMesure` names.
    """

    reseau: ReseauMesure
    communes: int
    population: float | None
    premiers: int
    seconds: int
    sans_premier: tuple[CommuneSansPremier, ...]
    seuls: tuple[RuptureAccueil, ...]
    uniques: tuple[RuptureAccueil, ...]

    @property
    def loin(self) -> tuple[CommuneSansPremier, ...]:
        """The communes whose nearest first level is beyond the limit, or that reach none that day."""
        null, limit = self.reseau.nul_est_loin, self.reseau.premier_min
        return tuple(
            one for one in self.sans_premier if one.is_far(limit) or (null and one.rupture.minutes is None)
        )

    @property
    def inconnues(self) -> tuple[CommuneSansPremier, ...]:
        """Those of which the minutes are not known."""
        if self.reseau.nul_est_loin:
            return ()
        return tuple(one for one in self.sans_premier if one.rupture.minutes is None)

    @property
    def has_ruptures(self) -> bool:
        """Whether anything breaks here."""
        return bool(self.loin or self.seuls or self.reseau.orphelins)


def count_people(found: Sequence[CommuneSansPremier]) -> float | None:
    """How many live in these communes, null when one is not known; 0 for none.

    >>> told = [CommuneSansPremier(CommuneAccueil("1", "A", 40.0), None),
    ...         CommuneSansPremier(CommuneAccueil("2", "B", None), None)]
    >>> count_people(told[:1]), count_people(told), count_people([])
    (40.0, None, 0.0)
    """
    return add_up(one.commune.population for one in found)


def add_up(values: Iterable[float | None]) -> float | None:
    """The sum, null when a part of it is not known."""
    held = list(values)
    known = [value for value in held if value is not None]
    return float(sum(known)) if len(known) == len(held) else None


def gather(reseau: ReseauMesure, communes: Sequence[CommuneAccueil]) -> ConstatAccueil:
    """What the network lacks in some communes.

    A structure is of the first commune where it receives; a theme that nobody handles is everybody's.
    """
    here = {one.code: one for one in communes}
    inside = {one.id for one in reseau.points if one.communes and one.communes[0] in here}
    without = [
        CommuneSansPremier(here[one.code_insee], one) for one in reseau.communes if one.code_insee in here
    ]
    return ConstatAccueil(
        reseau=reseau,
        communes=len(here),
        population=add_up(one.population for one in communes),
        premiers=count_levels(reseau, PREMIER, here),
        seconds=count_levels(reseau, SECOND, here),
        sans_premier=tuple(sorted(without, key=_farthest)),
        seuls=tuple(one for one in reseau.seuls if one.point in inside),
        uniques=tuple(one for one in reseau.uniques if one.point in inside),
    )


def _farthest(one: CommuneSansPremier) -> tuple[bool, float, str]:
    minutes = one.rupture.minutes
    return minutes is None, -(minutes or 0.0), one.commune.nom


def count_levels(
    reseau: ReseauMesure, fonction: FonctionAccueil, communes: Mapping[str, CommuneAccueil]
) -> int:
    """How many structures fill a function in some of the communes where they receive."""
    return sum(
        fonction in one.themes and any(code in communes for code in one.communes) for one in reseau.points
    )


FAIBLESSE: Final = "faiblesse"
MENACE: Final = "menace"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstatTheme:
    """What a constat says of one theme, for a matrix: ``sorte`` of box, and the ruptures it rests on."""

    nature: NatureRupture
    theme: str
    sorte: str
    ruptures: tuple[RuptureAccueil, ...]


def split_by_theme(found: ConstatAccueil, theme_of_first: str) -> tuple[ConstatTheme, ...]:
    """The constat cut by theme and kind of rupture; ``theme_of_first``: the theme of first levels.

    What is broken is a weakness; what holds by one structure alone is a threat.
    """
    told: list[ConstatTheme] = []
    if found.loin:
        nature, ruptures = NatureRupture.COMMUNE_SANS_PREMIER, tuple(one.rupture for one in found.loin)
        told.append(ConstatTheme(nature=nature, theme=theme_of_first, sorte=FAIBLESSE, ruptures=ruptures))
    for nature, sorte, ruptures in (
        (NatureRupture.PREMIER_SANS_SECOND, FAIBLESSE, found.seuls),
        (NatureRupture.SECOND_UNIQUE, MENACE, found.uniques),
    ):
        for theme in sorted({one.theme for one in ruptures if one.theme}):
            kept = tuple(one for one in ruptures if one.theme == theme)
            told.append(ConstatTheme(nature=nature, theme=theme, sorte=sorte, ruptures=kept))
    for theme in found.reseau.orphelins:
        nature = NatureRupture.THEME_SANS_ACCUEIL
        none = (RuptureAccueil(nature=nature, theme=theme),)
        told.append(ConstatTheme(nature=nature, theme=theme, sorte=FAIBLESSE, ruptures=none))
    return tuple(told)


def apply_moves(
    points: Sequence[PointAccueil],
    gone: frozenset[str],
    moved: Mapping[str, tuple[float, float, str | None]],
    new: Sequence[PointAccueil] = (),
) -> tuple[PointAccueil, ...]:
    """The network once structures close (``gone``), move (id → degrees, commune) or open (``new``).

    One that moves keeps its permanences elsewhere; the commune where it is comes first, when it is known.

    >>> one = PointAccueil("a", "A", ("59001", "59003"), 3.0, 50.0, {PREMIER: frozenset()})
    >>> apply_moves((one,), frozenset({"a"}), {})
    ()
    >>> apply_moves((one,), frozenset(), {"a": (3.1, 50.1, "59002")})[0].communes
    ('59002', '59003')
    """
    after = []
    for one in points:
        if one.id in gone:
            continue
        if one.id in moved:
            lon, lat, code = moved[one.id]
            communes = tuple(dict.fromkeys(filter(None, (code, *one.communes[1:]))))
            after.append(replace(one, longitude=lon, latitude=lat, communes=communes))
        else:
            after.append(one)
    return (*after, *new)


@dataclass(frozen=True, slots=True, kw_only=True)
class EcartAccueil:
    """What a change makes of the network: communes and first levels that break, and those that are mended.

    ``perdues``, ``gagnees``: communes that are beyond the limit after and not before, and the reverse;
    ``rompus``, ``repares``: (first level, theme) alone after and not before, and the reverse.
    """

    perdues: tuple[CommuneSansPremier, ...]
    gagnees: tuple[CommuneSansPremier, ...]
    rompus: tuple[RuptureAccueil, ...]
    repares: tuple[RuptureAccueil, ...]

    @property
    def rien(self) -> bool:
        """Whether nothing breaks, and nothing is mended."""
        return not (self.perdues or self.gagnees or self.rompus or self.repares)


def compare(before: ConstatAccueil, after: ConstatAccueil) -> EcartAccueil:
    """What breaks and what is mended between two states of the network of the same communes.

    A first level that closes is no longer alone: it is no rupture mended, and not counted.
    """
    far = [{one.commune.code: one for one in side.loin} for side in (before, after)]
    alone = [{(one.point, one.theme): one for one in side.seuls} for side in (before, after)]
    here = {one.id for one in after.reseau.points}
    return EcartAccueil(
        perdues=tuple(one for code, one in far[1].items() if code not in far[0]),
        gagnees=tuple(one for code, one in far[0].items() if code not in far[1]),
        rompus=tuple(one for key, one in alone[1].items() if key not in alone[0]),
        repares=tuple(one for key, one in alone[0].items() if key not in alone[1] and one.point in here),
    )
