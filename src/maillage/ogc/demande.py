"""What is asked of a layer: read from the parameters of an address; everything wrong is told at once."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import read_toml
from maillage.ogc.couche import CoucheOuverte
from maillage.ogc.cql2 import FiltreInvalide, NoeudFiltre, read_filter
from maillage.ogc.jours import read_day_of, read_instant
from maillage.ogc.reperes import CRS84, make_boite

PARAMETRES: Final = (
    "f",
    "atlas",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "limit",
    "offset",
    "filter",
    "filter-lang",
    "filter-crs",
    "properties",
    "sortby",
    "q",
    "ids",
)
LANGUES: Final = ("cql2-text", "cql-text")
"""The second is the name that drafts gave it, which GDAL still says."""
OUI_OU_NON: Final = {"true": True, "1": True, "false": False, "0": False}
OUVERT: Final = ("", "..")
DUREE: Final = re.compile(
    r"P(?=[T\d])(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?",
    re.ASCII,
)
ENTIER: Final = re.compile(r"\d+", re.ASCII)
CHIFFRES_MAX: Final = 9


class DemandeInvalide(EntreeInvalide):
    """A question that a layer cannot answer; ``fautes`` tells every parameter that is wrong."""


@dataclass(frozen=True)
class DemandeOuverte:
    """A question to a layer. ``boites``: in longitude and latitude, empty for everywhere; ``periode``: two
    days, each null when open; ``egalites``: property → the text it must be; ``tri``: property, descending."""

    limite: int
    decalage: int = 0
    boites: tuple[tuple[float, float, float, float], ...] = ()
    periode: tuple[str | None, str | None] | None = None
    repere: str = CRS84
    filtre: NoeudFiltre | None = None
    egalites: Mapping[str, str] | None = None
    proprietes: tuple[str, ...] | None = None
    tri: tuple[tuple[str, bool], ...] = ()
    mots: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None


def read_limits() -> tuple[int, int]:
    """How many features an answer has when nobody says, and at most."""
    told = read_toml("services_ouverts.toml")["page"]
    return int(told["defaut"]), int(told["maximum"])


def read_demande(
    couche: CoucheOuverte, told: Mapping[str, Sequence[str]], reperes: Sequence[str]
) -> DemandeOuverte:
    """The question that the parameters ask.

    Raises:
        DemandeInvalide: a parameter that does not exist, or whose value means nothing, each with its reason.
    """
    return _Lecture(couche, told, reperes).read()


class _Lecture:
    """One reading: each parameter apart, the faults gathered."""

    def __init__(
        self, couche: CoucheOuverte, told: Mapping[str, Sequence[str]], reperes: Sequence[str]
    ) -> None:
        self.couche, self.reperes = couche, tuple(reperes)
        self.fautes: list[Faute] = []
        self.dits = {name: self.one(name, values) for name, values in told.items()}

    def one(self, name: str, values: Sequence[str]) -> str:
        if len(values) > 1:
            self.refuse(name, "ce paramètre est donné plusieurs fois, il l’est une seule")
        return values[0]

    def refuse(self, name: str, why: str) -> None:
        self.fautes.append(Faute(f"« {name} » : {why}"))

    def read(self) -> DemandeOuverte:
        self.check_names()
        default, maximum = read_limits()
        asked = DemandeOuverte(
            limite=self.entier("limit", default, minimum=1, maximum=maximum),
            decalage=self.entier("offset", 0),
            boites=self.boites(),
            periode=self.periode(),
            repere=self.repere("crs"),
            filtre=self.filtre(),
            egalites=self.egalites(),
            proprietes=self.proprietes(),
            tri=self.tri(),
            mots=tuple(word for word in self.dits.get("q", "").split(",") if word.strip()),
            ids=tuple(self.dits["ids"].split(",")) if "ids" in self.dits else None,
        )
        if self.fautes:
            raise DemandeInvalide("Cette demande ne peut pas avoir de réponse.", tuple(self.fautes))
        return asked

    def check_names(self) -> None:
        records = self.couche.type_objets == "record"
        for name in self.dits:
            known = name in PARAMETRES and (records or name not in {"q", "ids"})
            if not known and name not in self.couche.proprietes:
                self.refuse(name, "ce paramètre n’existe pas, et la couche n’a pas de propriété de ce nom")

    def entier(self, name: str, default: int, minimum: int = 0, maximum: int | None = None) -> int:
        """A whole number; above the maximum, when there is one, it is the maximum (fc-limit-response-1)."""
        text = self.dits.get(name)
        if text is None:
            return default
        digits = text.lstrip("0") or "0"
        long = len(digits) > CHIFFRES_MAX
        if not ENTIER.fullmatch(text) or (long and maximum is None) or (not long and int(digits) < minimum):
            self.refuse(name, f"on attend un nombre entier, {minimum} au moins")
            return default
        if maximum is not None:
            return maximum if long else min(int(digits), maximum)
        return int(digits)

    def repere(self, name: str) -> str:
        text = self.dits.get(name, CRS84)
        if text not in self.reperes:
            self.refuse(
                name, f"ce système de coordonnées n’est pas offert ; le sont : {', '.join(self.reperes)}"
            )
            return CRS84
        return text

    def boites(self) -> tuple[tuple[float, float, float, float], ...]:
        source, text = self.repere("bbox-crs"), self.dits.get("bbox")
        if text is None:
            return ()
        values = _numbers(text)
        if len(values) not in {4, 6}:
            self.refuse(
                "bbox", "on attend quatre nombres, ou six avec les altitudes, séparés par des virgules"
            )
            return ()
        try:
            return make_boite(values, source)
        except EntreeInvalide as error:
            self.refuse("bbox", error.message)
            return ()

    def periode(self) -> tuple[str | None, str | None] | None:
        text = self.dits.get("datetime")
        if text is None:
            return None
        try:
            return read_periode(text)
        except ValueError:
            self.refuse(
                "datetime",
                "on attend un jour (2026-01-31), un instant, ou un intervalle (2025-01-01/..)",
            )
            return None

    def filtre(self) -> NoeudFiltre | None:
        langue = self.dits.get("filter-lang", LANGUES[0])
        if langue not in LANGUES:
            self.refuse("filter-lang", "la langue des filtres est cql2-text")
        repere, text = self.repere("filter-crs"), self.dits.get("filter")
        if text is None:
            return None
        try:
            return read_filter(text, repere)
        except FiltreInvalide as error:
            self.refuse("filter", error.message)
            return None

    def egalites(self) -> dict[str, str]:
        found = {}
        for name, text in self.dits.items():
            if name in self.couche.proprietes and name not in PARAMETRES:
                found[name] = text
                if not _is_of(self.couche.proprietes[name].genre, text):
                    self.refuse(name, "cette valeur n’est pas du type de la propriété")
        return found

    def proprietes(self) -> tuple[str, ...] | None:
        text = self.dits.get("properties")
        if text is None:
            return None
        names = tuple(name.strip() for name in text.split(",") if name.strip())
        for name in names:
            if name not in self.couche.proprietes:
                self.refuse("properties", f"la couche n’a pas de propriété « {name} »")
        return tuple(name for name in names if name in self.couche.proprietes)

    def tri(self) -> tuple[tuple[str, bool], ...]:
        found = []
        for part in filter(None, self.dits.get("sortby", "").split(",")):
            name = part.strip().lstrip("+-")
            if name not in self.couche.proprietes:
                self.refuse("sortby", f"la couche n’a pas de propriété « {name} »")
            else:
                found.append((name, part.strip().startswith("-")))
        return tuple(found)


def _numbers(text: str) -> tuple[float, ...]:
    """The finite numbers that a text lists; none when one of them is not.

    >>> _numbers("2.5,50,3,51"), _numbers("2,nan"), _numbers("2,")
    ((2.5, 50.0, 3.0, 51.0), (), ())
    """
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        return ()
    return values if all(map(math.isfinite, values)) else ()


def _is_of(genre: str, text: str) -> bool:
    """Whether a text can be compared to a property of that kind.

    >>> _is_of("number", "12.5"), _is_of("integer", "douze"), _is_of("boolean", "true"), _is_of("string", "x")
    (True, False, True, True)
    >>> _is_of("date", "2026-02-28"), _is_of("date", "2026-02-30")
    (True, False)
    """
    if genre == "date":
        try:
            return bool(read_day_of(text))
        except ValueError:
            return False
    if genre in {"number", "integer"}:
        return re.fullmatch(r"-?\d{1,30}(\.\d{1,30})?", text) is not None
    return text in OUI_OU_NON if genre == "boolean" else True


def read_periode(text: str) -> tuple[str | None, str | None]:
    """First and last day of an instant or an interval; null when open. A duration is added to its instant.

    >>> read_periode("2026-01-31T10:00:00Z"), read_periode("2025-01-01/.."), read_periode("2025-01-01/P1M2D")
    (('2026-01-31', '2026-01-31'), ('2025-01-01', None), ('2025-01-01', '2025-02-03'))
    >>> read_periode("2026-01-30T12:00:00Z/PT36H"), read_periode("2026-01-30T12:00:00Z/PT11H59M59S")
    (('2026-01-30', '2026-02-01'), ('2026-01-30', '2026-01-30'))

    Raises:
        ValueError: it is neither, or ends before it begins.
    """
    first, slash, last = text.partition("/")
    if not slash:
        return read_day_of(first), read_day_of(first)
    if first in OUVERT and last in OUVERT:
        return None, None
    start = None if first in OUVERT else read_instant(first)
    begin = start.date().isoformat() if start else None
    if start is not None and (found := DUREE.fullmatch(last)):
        return begin, _after(start, found)
    end = None if last in OUVERT else read_day_of(last)
    if begin and end and begin > end:
        raise ValueError(text)
    return begin, end


def _after(start: datetime, duration: re.Match[str]) -> str:
    """The day of an instant that is so much later; months end where the calendar ends them."""
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in duration.groups()[:6])
    month = start.month - 1 + months
    year = start.year + years + month // 12
    if year > date.max.year:
        raise ValueError(duration[0])
    last = monthrange(year, month % 12 + 1)[1]
    moved = start.replace(year=year, month=month % 12 + 1, day=min(start.day, last))
    more = {"weeks": weeks, "days": days, "hours": hours, "minutes": minutes}
    try:
        return (moved + timedelta(**more, seconds=float(duration[7] or 0))).date().isoformat()
    except OverflowError as error:
        raise ValueError(duration[0]) from error
