"""An atlas evaluated again in memory, on an edited list of places: the figures of a build, without a build.

What no edit reaches is what the atlas holds; what one reaches is computed by the functions of the stages, on
the same inputs: equal to the last bit to an atlas built on the edited list (``atlas build --offre``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import polars as pl

from maillage.access.evaluation.reserve import TOUS
from maillage.atlas.construction.stages import Lot, Piece, frame_of
from maillage.atlas.etapes.acces import HORAIRES
from maillage.atlas.etapes.collectifs import HorairesEssayes
from maillage.atlas.etapes.deficits import (
    EQUILIBRE,
    list_judged,
    make_deficits,
    tell_again,
)
from maillage.atlas.etapes.indicateurs import Calcul
from maillage.atlas.etapes.inventaires import PLACES, STATISTIQUE, fit
from maillage.atlas.etapes.offre import find_touched, list_keys, replace_places
from maillage.atlas.etapes.portraits import list_told
from maillage.atlas.etapes.secret import MASQUE, hide_again, list_dependants
from maillage.atlas.etapes.temps import compute_nearest
from maillage.atlas.lecture.format import ENTREES, NIVEAUX, SUFFIXES
from maillage.atlas.lecture.ouvert import Atlas, Durees, check_niveau
from maillage.atlas.lecture.transports import FAMILLE, HORS
from maillage.atlas.lots import Paresseux, list_places, read_described, read_lots
from maillage.atlas.reseau.lot import make_times, of_lot
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.indicateurs import VARIABLE, load_indicateurs
from maillage.diagnostic.profil import choose_profil

CHANGES: Final[dict[str, Any]] = {
    "niveau": pl.String,
    "code": pl.String,
    "nom": pl.String,
    "indicateur": pl.String,
    "avant": pl.Float64,
    "apres": pl.Float64,
    "fiabilite_avant": pl.String,
    "fiabilite_apres": pl.String,
    "bas_avant": pl.Float64,
    "bas_apres": pl.Float64,
    "haut_avant": pl.Float64,
    "haut_apres": pl.Float64,
}
PARTIES: Final = ("", *SUFFIXES)
DITES: Final = {"": "", "_fiabilite": "fiabilite_", "_bas": "bas_", "_haut": "haut_"}
"""The parts of a figure that a change tells, and what their columns begin with."""


@dataclass(frozen=True)
class EnMemoire:
    """An atlas evaluated on a list of places (``offre``: :func:`list_places`), on other roads if given.

    ``essai``: timetables tried instead of its own.
    """

    atlas: Atlas
    offre: pl.DataFrame
    reseau: Lot | None = None
    essai: HorairesEssayes | None = None

    def indicateur(self, name: str, niveau: str) -> pl.DataFrame:
        """One indicator of one niveau: ``code, nom, valeur, fiabilite, couverture, bas, haut``; null unknown.

        Only what it needs is computed. Raises :class:`EntreeInvalide` for what this atlas cannot tell.
        """
        table = self.table(check_niveau(niveau), [name]) if name in self.calcul.nommes else None
        if table is None or name not in table.columns:
            raise EntreeInvalide(self._explain(name, niveau))
        ends = {"fiabilite": "_fiabilite", "couverture": "_couverture", "bas": "_bas", "haut": "_haut"}
        columns = {part: pl.col(name + end) for part, end in ends.items() if name + end in table.columns}
        found = table.select("code", "nom", valeur=name, **columns)
        nothing = [pl.lit(None, pl.Float64).alias(part) for part in ends if part not in columns]
        return found.with_columns(nothing).select("code", "nom", "valeur", *ends)

    def describe(self, name: str, niveau: str) -> dict[str, Any]:
        """The row of the index of one indicator: label, unit, vintage, sources; as held for one gone."""
        rows = self.atlas.index().filter((pl.col("niveau") == niveau) & (pl.col("indicateur") == name))
        if not self.is_held(name):
            _, made = self.calcul.tabulate(niveau, [name])
            rows = rows if made.is_empty() else made
        return dict(rows.row(0, named=True))

    def deficits(self) -> pl.DataFrame:
        """The table ``deficits``; that of the atlas when no figure of a territory moved."""
        return self._deficits

    def changes(self) -> pl.DataFrame:
        """Every figure that differs from the atlas's: columns :data:`CHANGES`, in the order of the atlas."""
        frames = [pl.DataFrame(schema=CHANGES)]
        for niveau in self.calcul.niveaux:
            names = self.reached(niveau)
            before, after = self._held[niveau], self._computed(niveau)[0]
            frames += [compare(niveau, name, before, after) for name in names]
        return pl.concat(frames)

    def table(self, niveau: str, ids: list[str]) -> pl.DataFrame:
        """The wide table of some indicators of one niveau, computed; those under secrecy as they are held."""
        held = [name for name in ids if self.is_held(name)]
        wide, _ = self.calcul.tabulate(niveau, [name for name in ids if name not in held])
        shown = self._hide(niveau, wide)
        return shown.hstack(self.atlas.indicateurs(niveau, held).drop("code", "nom")) if held else shown

    def whole(self, niveau: str, *, told: bool = False) -> pl.DataFrame:
        """The wide table of one niveau: the atlas's, what the edits reach computed again.

        ``told``: only what the edits reach, and what judgements and portraits read.
        """
        gone = set(self.reached(niveau))
        held, computed = (
            self._held[niveau] if told else self.atlas.indicateurs(niveau),
            self._computed(niveau)[0],
        )
        kept = [name for name in held.columns if strip(name) not in gone]
        joined = held.select(kept).hstack(computed.drop("code", "nom"))
        groups: dict[str, list[str]] = {}
        for column in joined.columns[2:]:
            groups.setdefault(strip(column), []).append(column)
        order = (name for name in self.calcul.nommes if name in groups)
        return joined.select("code", "nom", *(column for name in order for column in groups[name]))

    def reached(self, niveau: str) -> list[str]:
        """The indicators of a niveau that are made from places that differ, gone ones included."""
        return self._reached[niveau]

    @cached_property
    def _reached(self) -> dict[str, list[str]]:
        index, found = self.atlas.index(), {}
        for niveau in self.calcul.niveaux:
            ids = self.calcul.list_ids(niveau)
            known = index.filter(pl.col("niveau") == niveau)["indicateur"]
            gone = sorted(set(known) - set(ids))
            found[niveau] = [name for name in ids if self._is_reached(name)] + gone
        return found

    def is_held(self, name: str) -> bool:
        """Whether a figure stands on statistics that secrecy hides: it is read, not computed."""
        return name in self._secret and not self._is_reached(name)

    @cached_property
    def calcul(self) -> Calcul:
        """The evaluation of every niveau, on this list."""
        return Calcul(self._lots, self._parametres, self.essai)

    @cached_property
    def touched(self) -> frozenset[str]:
        """What differs from the atlas's own list: types, ``panier:<type>``, ``statistique:<id>``.

        All of them on other roads; timetables where others are tried.
        """
        own = list_places(self.atlas)
        roads = self.reseau is not None
        places = list_keys(pl.concat([own, self.offre])) if roads else find_touched(own, self.offre)
        return places | ({HORAIRES} if self.essai is not None else frozenset())

    @property
    def durees(self) -> Durees:
        """Times to the nearest of each type, by car; sites are rows of :meth:`implantations`."""
        lot = self._lots["durees"]
        types = tuple(frame_of(lot, "types")["type"].to_list())
        return Durees(np.asarray(lot["time_ds"]), np.asarray(lot["site"]), types)

    def durees_par(self, mode: str, types: Sequence[str]) -> Durees:
        """Times to the nearest of these types by one mode; :class:`EntreeInvalide` without its roads."""
        reseau = of_lot(self._lots["reseau"], mode)
        if reseau is None:
            raise EntreeInvalide(f"Cet atlas n’a pas de routes « {mode} ».")
        inside = self.atlas.carreaux().filter("dans_departement")
        times = make_times(inside, self.atlas.carreaux(), reseau)
        found = compute_nearest(times, self.implantations, types)
        return Durees(found.nearest.time_ds, found.nearest.site, found.types)

    @property
    def implantations(self) -> pl.DataFrame:
        """The places that times are computed to."""
        return frame_of(self._lots["offre"], "implantations")

    @cached_property
    def _deficits(self) -> pl.DataFrame:
        moved = [niveau for niveau in self.calcul.niveaux if niveau != "carreau" and self.reached(niveau)]
        if not moved:
            return self.atlas.deficits()
        lots = {"lieux": self._lots["lieux"], "indicateurs": self._told}
        if any(self._judged & set(self.reached(niveau)) for niveau in moved):
            return frame_of(make_deficits(lots, self._parametres), "deficits")
        return tell_again(self.atlas.deficits(), lots)

    @cached_property
    def _judged(self) -> set[str]:
        return list_judged(choose_profil(self._parametres))

    @cached_property
    def _held(self) -> dict[str, pl.DataFrame]:
        """What the atlas holds of what the edits reach, and of what judgements and portraits read."""
        shared = {name for name in self.atlas.index()["indicateur"] if name.startswith(EQUILIBRE)}
        read = {*self._judged, *list_told(), *shared}
        return {
            niveau: self.atlas.indicateurs(niveau, sorted(read.union(self.reached(niveau))))
            for niveau in self.calcul.niveaux
        }

    @cached_property
    def _told(self) -> Paresseux:
        """The tables of indicators with the columns that judgements and portraits read."""
        index = self.atlas.index()
        fresh = pl.concat([self._computed(niveau)[1] for niveau in self.calcul.niveaux])
        old = [
            (pl.col("niveau") == niveau) & pl.col("indicateur").is_in(self.reached(niveau))
            for niveau in self.calcul.niveaux
        ]
        places = {name: row for row, name in enumerate(self.calcul.nommes)}
        described = pl.concat([index.filter(~pl.any_horizontal(old)), fresh]).sort(
            pl.col("niveau").cast(pl.Enum(NIVEAUX)),
            pl.col("indicateur").replace_strict(places, return_dtype=pl.Int64),
        )
        makers: dict[str, Callable[[], Piece]] = {
            niveau: partial(self.whole, niveau, told=True) for niveau in self.calcul.niveaux
        }
        return Paresseux(makers | {"index": lambda: described})

    @cached_property
    def _secret(self) -> frozenset[str]:
        """The indicators that stand on a statistic of which something is hidden."""
        families = self._masques["famille"].unique().to_list()
        hidden = [name for family in families for name in family.split(" ")]
        named = frozenset().union(*(list_dependants(name, self.calcul.nommes) for name in hidden))
        seats = {f"{STATISTIQUE}:{name}" for name in hidden}
        return named | {name for name in self.calcul.nommes if seats and seats & self.calcul.types(name)}

    @cached_property
    def _masques(self) -> pl.DataFrame:
        return self.atlas.table(f"{ENTREES}/{MASQUE}")

    @cached_property
    def _parametres(self) -> dict[str, Any]:
        return {**self.atlas.manifest.parametres, **read_described(self.atlas)}

    @cached_property
    def _lots(self) -> dict[str, Lot]:
        times = lambda: self.calcul.times  # noqa: E731 - asked for when the lots are there
        return read_lots(self.atlas, self.offre, self.touched, self._parametres, times, self.reseau)

    def _hide(self, niveau: str, wide: pl.DataFrame) -> pl.DataFrame:
        """A table without what secrecy hides."""
        return frame_of(hide_again({niveau: wide}, self._masques, self.calcul.nommes), niveau)

    @cached_property
    def _before(self) -> Calcul | None:
        """The evaluation on the atlas's own list, where a type lost its last (fixed) place or capacity.

        What stood on it stands on something else now, and no longer says so. Null when nothing was lost.
        """
        own = list_places(self.atlas)
        touched = own["type"].is_in(list(self.touched))
        if not (list_standing(own.filter(touched)) - list_standing(self.offre)):
            return None
        lots = read_lots(self.atlas, own, frozenset(), self._parametres, lambda: self.calcul.times)
        return Calcul(lots, self._parametres)

    def _types(self, name: str) -> frozenset[str]:
        """What an indicator is made from, on either list."""
        before = self._before
        known = before.types(name) if before and name in before.nommes else frozenset()
        return self.calcul.types(name) | known

    def _is_reached(self, name: str) -> bool:
        types = self._types(name) if self.touched else frozenset()
        return bool(types & self.touched) or (TOUS in types and any(":" not in key for key in self.touched))

    def _computed(self, niveau: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What the edits reach at one niveau, and its index."""
        return self._tables[niveau]

    @cached_property
    def _tables(self) -> dict[str, tuple[pl.DataFrame, pl.DataFrame]]:
        found = {}
        for niveau in self.calcul.niveaux:
            names = [name for name in self.reached(niveau) if name in self.calcul.nommes]
            wide, index = self.calcul.tabulate(niveau, names)
            shown = self._hide(niveau, wide)
            found[niveau] = shown, index.filter(pl.col("indicateur").is_in(shown.columns))
        return found

    def _explain(self, name: str, niveau: str) -> str:
        """Why an indicator cannot be told."""
        known = [*self.calcul.nommes]
        if name not in known and self.atlas.manifest.transports is None and is_by_transport(name):
            return f"« {name} » demande des horaires : cet atlas est {HORS} (atlas build --transports)."
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = (
                f"Vouliez-vous dire « {close[0]} » ?" if close else "Voir maillage atlas info --indicateurs."
            )
            return f"Aucun indicateur ne se nomme « {name} ». {hint}"
        lacking = self.calcul.evaluation(niveau).missing(name) if niveau in self.calcul.niveaux else []
        why = f" : il manque {', '.join(lacking)}" if lacking else ""
        return f"« {name} » n’est pas connu au niveau {niveau}{why}."


def evaluate(
    atlas: Atlas,
    offre: pl.DataFrame | None = None,
    reseau: Lot | None = None,
    essai: HorairesEssayes | None = None,
) -> EnMemoire:
    """An atlas evaluated in memory on an edited list of places; on its own when none is given.

    ``offre``: as :func:`list_places`, or ``read_places``; the usages that it lacks stay as they are.
    ``reseau``: edited roads, as ``open_networks`` reads them. ``essai``: edited timetables.

    Raises:
        EntreeInvalide: the atlas holds nothing to evaluate from.
    """
    if not atlas.has(f"{ENTREES}/communes"):
        raise EntreeInvalide(f"L’atlas {atlas.dossier.name} n’a pas de quoi être évalué : reconstruisez-le.")
    own = list_places(atlas)
    edited = own if offre is None else replace_places(own, fit(offre, PLACES))
    return EnMemoire(atlas, edited, reseau, essai)


def is_by_transport(name: str) -> bool:
    """Whether an indicator is one of those that timetables give.

    >>> is_by_transport("heures_acces_poste_sans_voiture"), is_by_transport("heures_acces_poste_voiture")
    (True, False)
    """
    stems = {"sans_auto": "(transports|sans_voiture)"}
    entries = (entry.id for entry in load_indicateurs().values() if entry.famille == FAMILLE)
    patterns = (VARIABLE.sub(lambda found: stems.get(found[1], ".+"), entry) for entry in entries)
    return any(re.fullmatch(pattern, name) for pattern in patterns)


def list_standing(places: pl.DataFrame) -> set[tuple[str, bool, bool]]:
    """What each type has a place of: (type, itinerant, says its capacity)."""
    moving = pl.col("itinerant").fill_null(value=False)
    says = pl.col("capacite").is_not_null() & pl.col("complement_source").is_not_null()
    return set(places.select("type", moving, says.alias("says")).unique().iter_rows())


def strip(column: str) -> str:
    """The indicator of a column."""
    return next((column.removesuffix(end) for end in SUFFIXES if column.endswith(end)), column)


def compare(niveau: str, name: str, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The rows of one indicator that differ, in any of its columns."""
    pairs = {end: (part(before, name + end), part(after, name + end)) for end in PARTIES}
    differs = pl.Series([False] * before.height, dtype=pl.Boolean)
    for old, new in pairs.values():
        differs = differs | old.ne_missing(new)
    told = {
        prefix + moment: column.cast(CHANGES[prefix + moment])
        for end, prefix in DITES.items()
        for moment, column in zip(("avant", "apres"), pairs[end], strict=True)
    }
    return before.select(
        pl.lit(niveau).alias("niveau"), "code", "nom", indicateur=pl.lit(name), **told
    ).filter(differs)


def part(table: pl.DataFrame, name: str) -> pl.Series:
    """A column, all null when absent; reliabilities as text."""
    if name not in table.columns:
        kind = pl.String if name.endswith("_fiabilite") else pl.Float64
        return pl.Series([None] * table.height, dtype=kind)
    column = table[name]
    return column.cast(pl.String) if name.endswith("_fiabilite") else column
