"""The answer to several needs at once: each its own, the team's favourites first; who answers several."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np

from maillage.annuaire.fiche import FonctionAccueil, Structure
from maillage.annuaire.plusieurs import find_several, keep_level, keep_rows, keep_structures
from maillage.annuaire.recherche import EXACT, IndexAnnuaire, Trouvees, understand
from maillage.web.annuaire.cherche import AnnuaireCherche
from maillage.web.annuaire.depart import PointDeDepart
from maillage.web.annuaire.question import QuestionTrouver
from maillage.web.annuaire.resultats import ReponseLieu
from maillage.web.annuaire.trouver import ReponseTrouver, answer
from maillage.web.socle.atlas import AtlasOuvert

PLUSIEURS_AU_PLUS: Final = 3
Cles = Collection[tuple[str, str]]
"""(kind, id) of records."""
"""The directory and its index."""


@dataclass(frozen=True)
class ReponseBesoin:
    """One need and its answer. ``cle``: key of the need of the catalogue, empty when it is none.

    ``lieux``: what is near, favourites first; ``favoris``: how many of them are. ``sans_niveau``: how many
    were left out because their record tells no level.
    """

    texte: str
    cle: str
    reponse: ReponseTrouver
    lieux: tuple[ReponseLieu, ...]
    favoris: int
    sans_niveau: int


@dataclass(frozen=True)
class ReponsePlusieurs:
    """A structure that answers several of the needs: which, and each place as it is told."""

    structure: Structure
    besoins: tuple[str, ...]
    lieux: tuple[ReponseLieu, ...]


@dataclass(frozen=True)
class ReponseAccueil:
    """What the page shows: structures that answer several needs, then each need."""

    depart: PointDeDepart | None
    plusieurs: tuple[ReponsePlusieurs, ...]
    besoins: tuple[ReponseBesoin, ...]


def answer_needs(
    atlas: AtlasOuvert,
    question: QuestionTrouver,
    textes: Sequence[str],
    depart: PointDeDepart | None,
    fonction: FonctionAccueil | None,
    favoris: Cles,
    lus: AnnuaireCherche,
) -> ReponseAccueil:
    """The whole answer; nothing of the question is kept. ``fonction``: null for every level."""
    asked = [replace(question, demande=replace(question.demande, texte=text)) for text in textes]
    needs = tuple(_answer_one(atlas, one, depart, fonction, favoris, lus) for one in asked)
    several = _answer_several(atlas, asked, depart, fonction, lus) if len(asked) > 1 else ()
    return ReponseAccueil(needs[0].reponse.depart if needs else depart, several, needs)


def _answer_one(
    atlas: AtlasOuvert,
    question: QuestionTrouver,
    depart: PointDeDepart | None,
    fonction: FonctionAccueil | None,
    favoris: Cles,
    lus: AnnuaireCherche,
) -> ReponseBesoin:
    index = lus.index
    unknown = 0

    def choose(found: Trouvees) -> Trouvees:
        nonlocal unknown
        if fonction is not None:
            found, unknown = keep_level(index, found, fonction)
        return found

    told = answer(atlas, question, depart, choose, lus)
    first: tuple[ReponseLieu, ...] = ()
    if favoris:
        kept = answer(
            atlas, question, depart, lambda found: _keep_favoris(index, choose(found), favoris), lus
        )
        first = kept.resultats
    seen = {(one.offre.ident, one.offre.permanence) for one in first}
    rest = [one for one in told.resultats if (one.offre.ident, one.offre.permanence) not in seen]
    places = tuple(replace(one, rang=rank) for rank, one in enumerate((*first, *rest), 1))
    meant = next((besoin.cle for besoin, rank in told.compris.besoins if rank == EXACT), "")
    return ReponseBesoin(question.demande.texte, meant, told, places, len(first), unknown)


def _keep_favoris(index: IndexAnnuaire, found: Trouvees, favoris: Cles) -> Trouvees:
    kept = [is_favori(index, row, favoris) for row in found.rows.tolist()]
    return keep_rows(found, np.array(kept, bool))


def is_favori(index: IndexAnnuaire, row: int, favoris: Cles) -> bool:
    """Whether the record of an offer, or its structure, is a favourite."""
    one = index.offres[row]
    own = one.prestation is not None and ("prestation", one.prestation.id) in favoris
    return own or (one.structure is not None and ("structure", one.structure.id) in favoris)


def _answer_several(
    atlas: AtlasOuvert,
    asked: Sequence[QuestionTrouver],
    depart: PointDeDepart | None,
    fonction: FonctionAccueil | None,
    lus: AnnuaireCherche,
) -> tuple[ReponsePlusieurs, ...]:
    """The nearest structures that answer two needs at least, themselves and not in part."""
    index = lus.index

    def choose(found: Trouvees) -> Trouvees:
        exact = keep_rows(found, found.pertinence == EXACT)
        return exact if fonction is None else keep_level(index, exact, fonction)[0]

    names = {one.demande.texte: _list_structures(index, choose(index.find(one.demande))) for one in asked}
    several = find_several(names)
    if not several:
        return ()
    told = {
        one.demande.texte: answer(
            atlas, one, depart, lambda found: keep_structures(index, choose(found), several.keys()), lus
        ).resultats
        for one in asked
    }
    near = find_several({text: [_home(one).id for one in places] for text, places in told.items()})
    return tuple(
        ReponsePlusieurs(
            next(_home(p) for p in chain(*told.values()) if _home(p).id == key),
            needs,
            tuple(next(p for p in told[need] if _home(p).id == key) for need in needs),
        )
        for key, needs in list(near.items())[:PLUSIEURS_AU_PLUS]
    )


def _home(one: ReponseLieu) -> Structure:
    home = one.offre.structure
    if home is None:
        raise ValueError("an offer kept by its structure has one")
    return home


def _list_structures(index: IndexAnnuaire, found: Trouvees) -> list[str]:
    held = (index.offres[row].structure for row in found.rows.tolist())
    return list(dict.fromkeys(one.id for one in held if one is not None))


def find_besoin(text: str) -> str:
    """The key of the need of the catalogue that a text means, empty for none."""
    return next((besoin.cle for besoin, rank in understand(text).besoins if rank == EXACT), "")
