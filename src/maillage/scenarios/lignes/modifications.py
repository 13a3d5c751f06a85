"""Edits of the lines of public transport, one dataclass each; values only.

A line is named by its id in the timetables of the atlas (``flux:id`` where two feeds have it), a stop by its
own. Hours are written HH:MM, beyond 24:00 after midnight; a line's trips are told by when they leave their
first stop. Bounds are included (≤) on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from maillage.scenarios.bases import STRICT, Situe, Situee, Texte

Heure = Annotated[str, Field(pattern=r"^([0-2]?\d):[0-5]\d$")]
Jour = Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
JOURS: Final[tuple[Jour, ...]] = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
OUVRABLES: Final[tuple[Jour, ...]] = JOURS[:5]
Jours = Annotated[tuple[Jour, ...], Field(min_length=1, max_length=7)]
Cadence = Annotated[int, Field(ge=1, le=1440)]
Minutes = Annotated[int, Field(ge=0, le=600)]
Decalage = Annotated[int, Field(ge=-720, le=720)]
Communes = Annotated[tuple[Texte, ...], Field(min_length=1, max_length=30)]
Arrets = Annotated[tuple[Texte, ...], Field(min_length=1, max_length=10)]
DEBUT, FIN = "00:00", "29:59"


def read_hour(text: str) -> int:
    """Seconds at HH:MM.

    >>> read_hour("07:30"), read_hour("25:00")
    (27000, 90000)
    """
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def check_window(de: str, a: str) -> None:
    """Refuse a window that ends before it begins."""
    if read_hour(de) > read_hour(a):
        raise ValueError(f"de {de} à {a} : la fin précède le début")


@dataclass(frozen=True, config=STRICT, kw_only=True)
class ArretDesservi(Situe):
    """A stop of a new line: one that there is (``arret``), or a new one by name and place.

    ``minutes``: since the first stop.
    """

    minutes: Minutes
    arret: Texte | None = None
    nom: Texte | None = None

    def __post_init__(self) -> None:
        """Refuse what names no stop, or two."""
        super().__post_init__()
        if (self.arret is None) != (self.nom is not None and self.est_situe):
            raise ValueError("donnez arret (son id), ou nom avec lon et lat ou commune")


@dataclass(frozen=True, config=STRICT, kw_only=True)
class AjoutLigne:
    """A new line: the same trip again and again, and the way back unless ``aller_retour`` is refused."""

    cle: ClassVar[str] = "ajouter_ligne"
    nom: Texte
    arrets: Annotated[tuple[ArretDesservi, ...], Field(min_length=2, max_length=60)]
    de: Heure
    a: Heure
    toutes_les_min: Cadence
    jours: Jours = OUVRABLES
    aller_retour: bool = True

    def __post_init__(self) -> None:
        """Refuse hours, or minutes, that go back."""
        check_window(self.de, self.a)
        minutes = [stop.minutes for stop in self.arrets]
        if minutes != sorted(minutes):
            raise ValueError("les minutes des arrêts vont en croissant")


@dataclass(frozen=True, config=STRICT, kw_only=True)
class SuppressionLigne:
    """A line no longer runs."""

    cle: ClassVar[str] = "supprimer_ligne"
    ligne: Texte


@dataclass(frozen=True, config=STRICT, kw_only=True)
class DecalageLigne:
    """The trips of a line that leave in a window run so many minutes later (earlier below zero)."""

    cle: ClassVar[str] = "decaler_ligne"
    ligne: Texte
    minutes: Decalage
    jours: Jours = JOURS
    de: Heure = DEBUT
    a: Heure = FIN

    def __post_init__(self) -> None:
        """Refuse what moves nothing."""
        check_window(self.de, self.a)
        if self.minutes == 0:
            raise ValueError("zéro minute ne décale rien")


@dataclass(frozen=True, config=STRICT, kw_only=True)
class FrequenceLigne:
    """The trips of a line that leave in a window give way to regular ones, from ``de`` on.

    In each direction they are those of its commonest way, on the days when it runs.
    """

    cle: ClassVar[str] = "frequence_ligne"
    ligne: Texte
    toutes_les_min: Cadence
    de: Heure
    a: Heure
    jours: Jours = OUVRABLES

    def __post_init__(self) -> None:
        """Refuse a window that ends before it begins."""
        check_window(self.de, self.a)


@dataclass(frozen=True, config=STRICT, kw_only=True)
class ExtensionJours:
    """A line runs on other days of the week, as it does on the day ``comme`` of the same week."""

    cle: ClassVar[str] = "etendre_jours"
    ligne: Texte
    jours: Jours
    comme: Jour = "mardi"
    de: Heure = DEBUT
    a: Heure = FIN

    def __post_init__(self) -> None:
        """Refuse a day that is as itself."""
        check_window(self.de, self.a)
        if self.comme in self.jours:
            raise ValueError(f"le {self.comme} est déjà comme le {self.comme}")


@dataclass(frozen=True, config=STRICT, kw_only=True)
class ExtensionHeures:
    """A line starts earlier (``de``), ends later (``a``), or both: more trips like its first or its last."""

    cle: ClassVar[str] = "etendre_heures"
    ligne: Texte
    toutes_les_min: Cadence
    de: Heure | None = None
    a: Heure | None = None
    jours: Jours = JOURS

    def __post_init__(self) -> None:
        """Refuse what extends nothing."""
        if self.de is None and self.a is None:
            raise ValueError("donnez de (plus tôt), a (plus tard), ou les deux")


@dataclass(frozen=True, config=STRICT, kw_only=True)
class OuvertureArret(Situee):
    """A line calls at a new stop between two that follow each other on its way, both ways.

    ``part``: where on the hop, from 0 to 1; ``detour_min``: what it adds to those who ride on.
    """

    cle: ClassVar[str] = "ouvrir_arret"
    ligne: Texte
    nom: Texte
    entre: Annotated[tuple[Texte, ...], Field(min_length=2, max_length=2)]
    part: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.5
    detour_min: Annotated[int, Field(ge=0, le=60)] = 0


@dataclass(frozen=True, config=STRICT, kw_only=True)
class TransportDemande:
    """A transport on demand between where people live in ``communes`` and some stops (``vers``), both ways.

    It leaves each door at regular hours, goes straight at ``kmh`` along a way lengthened, and takes everyone.
    """

    cle: ClassVar[str] = "transport_demande"
    nom: Texte
    communes: Communes
    vers: Arrets
    de: Heure
    a: Heure
    toutes_les_min: Cadence = 30
    jours: Jours = OUVRABLES
    kmh: Annotated[float, Field(ge=5, le=110, allow_inf_nan=False)] = 40

    def __post_init__(self) -> None:
        """Refuse a window that ends before it begins."""
        check_window(self.de, self.a)


ModificationLigne = (
    AjoutLigne
    | SuppressionLigne
    | DecalageLigne
    | FrequenceLigne
    | ExtensionJours
    | ExtensionHeures
    | OuvertureArret
    | TransportDemande
)
LIGNES: Final[tuple[type[Any], ...]] = ModificationLigne.__args__


def list_weekdays(jours: Sequence[Jour]) -> list[int]:
    """Days of the week, Monday being 0.

    >>> list_weekdays(("samedi", "mardi"))
    [1, 5]
    """
    return sorted({JOURS.index(jour) for jour in jours})
