"""The directory ready to be searched, and what is told of an offer besides when one is received."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from maillage.annuaire.lieux import number_places
from maillage.annuaire.moyens import MOYENS_ACCES, MoyenAcces
from maillage.annuaire.recherche import IndexAnnuaire, OffreDuLieu, build_index
from maillage.web.annuaire.lieux import LieuxTenus, read_lieux
from maillage.web.annuaire.queries import AnnuaireTenu
from maillage.web.annuaire.question import QuestionTrouver
from maillage.web.annuaire.resultats import OffreIci, ReponseLieu
from maillage.web.socle.memoire import Memoire


@dataclass(frozen=True, eq=False)
class AnnuaireCherche:
    """The directory ready to be searched: ``places`` int64[n], the place of each offer of the index."""

    lieux: LieuxTenus
    index: IndexAnnuaire
    places: NDArray[np.int64]

    def tell_apart(self) -> AnnuaireCherche:
        """The same, each offer a place of its own: for who chose records one by one."""
        return replace(self, places=np.arange(len(self.index)))

    @property
    def tenu(self) -> AnnuaireTenu:
        """The directory."""
        return self.lieux.tenu


_index = Memoire(1)
_places = Memoire(1)


def read_search() -> AnnuaireCherche:
    """The directory, its index and its places, each made once for its own state."""
    lieux = read_lieux()
    held = lieux.tenu
    index: IndexAnnuaire = _index.get(held.marque, lambda: build_index(held.annuaire))
    joined = {ident: lieux.name_place(ident) for ident in lieux.lieu_de}
    places = _places.get((held.marque, id(lieux)), lambda: number_places(index.offres, joined))
    return AnnuaireCherche(lieux, index, places)


def read_index() -> tuple[AnnuaireTenu, IndexAnnuaire]:
    """The directory and its index alone."""
    held = read_search()
    return held.tenu, held.index


def add_sisters(held: AnnuaireCherche, told: ReponseLieu, row: int, rows: NDArray[np.int64]) -> ReponseLieu:
    """What else is at the place of an offer: among ``rows`` (all that answers), in records, in hours."""
    there = rows[held.places[rows] == held.places[row]].tolist()
    offres = [held.index.offres[one] for one in there if one != row]
    home = told.offre.structure
    ident = home.id if home is not None else ""
    at_home = told.offre.permanence is None
    return replace(
        told,
        ici=tuple(OffreIci(one.fiche.nom, one.fiche.source, find_keys(held.tenu, one)[0]) for one in offres),
        aussi=tuple(one for one in held.lieux.list_sisters(ident) if one.ident != ident),
        horaires_dits=held.lieux.list_differences(ident).get("horaires_accueil", ()) if at_home else (),
    )


def find_keys(held: AnnuaireTenu, offre: OffreDuLieu) -> tuple[int | None, tuple[str, ...], date | None]:
    """Key of its record, the fields that we correct, when it was confirmed."""
    kind = ("prestation" if offre.prestation else "structure", offre.ident)
    return held.cles.get(kind), held.corriges.get(kind, ()), held.confirmees.get(offre.ident)


def list_doubts(index: IndexAnnuaire, row: int, question: QuestionTrouver) -> tuple[str, ...]:
    """What was asked and the source says nothing of."""
    asked = question.demande
    states = (
        (asked.gratuit, index.gratuit[row], "la gratuité"),
        (asked.sans_marche, index.sans_marche[row], "l’entrée sans marche"),
        (asked.sans_rendez_vous, index.sans_rendez_vous[row], "le rendez-vous"),
    )
    told = [words for wanted, state, words in states if wanted and state < 0]
    one = index.offres[row].prestation
    if asked.public and (one is None or one.publics is None):
        told.append("le public reçu")
    if asked.langue and not index.offres[row].complement.langues:
        told.append("les langues parlées")
    if asked.moyen and index.moyens[asked.moyen][row] < 0:
        told.append(f"s’il reçoit {MOYENS_ACCES[MoyenAcces(asked.moyen)].lower()}")
    return tuple(told)
