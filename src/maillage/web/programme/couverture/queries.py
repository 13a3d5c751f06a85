"""The legal answer that pages, documents and the API share, and the lines of its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maillage.reports.programme.deficits import list_deficits
from maillage.sdaasp.completude.loi import Completude, Exigence, answer
from maillage.sdaasp.completude.mots import tell_exigence, tell_manque, tell_objets
from maillage.sdaasp.programme.modele import Programme
from maillage.web.socle.atlas import AtlasOuvert


def read_completude(programme: Programme, atlas: AtlasOuvert | None) -> Completude:
    """What the law asks and what a programme serves, with what this atlas finds in deficit."""
    found = atlas.garder("deficits_epci", lambda: list_deficits(atlas)) if atlas else ()
    return answer(programme, found)


@dataclass(frozen=True)
class TerritoireManquant:
    """A territory that misses something: its name, its code, and what names it without being enough."""

    nom: str
    code: str
    arrondissement: str
    objet: str


@dataclass(frozen=True)
class LigneExigence:
    """One thing the law asks, as its page says it: served by name, missing with what mends it."""

    exigence: Exigence
    constat: str
    objets: str
    servis: tuple[str, ...]
    manques: tuple[TerritoireManquant, ...]


def gather_lines(programme: Programme, law: Completude) -> list[LigneExigence]:
    """The lines of the page, in the order of the law."""
    names = {place.code: place.nom for place in law.territoires}
    goals = [(op.cle, frozenset(op.territoires)) for op in programme.objectifs if op.territoires]
    return [
        LigneExigence(
            exigence=exigence,
            constat=tell_exigence(law, exigence),
            objets=tell_objets(exigence),
            servis=tuple(names[code] for code in exigence.servi),
            manques=tuple(_list_missing(law, exigence, goals)),
        )
        for exigence in law.exigences
    ]


def _list_missing(
    law: Completude, exigence: Exigence, goals: list[tuple[str, frozenset[str]]]
) -> Iterator[TerritoireManquant]:
    places = {place.code: place for place in law.territoires}
    for code in exigence.manque:
        place = places[code]
        naming = next((key for key, codes in goals if codes & place.cles), "")
        yield TerritoireManquant(tell_manque(law, exigence, code), code, place.arrondissement or "", naming)
