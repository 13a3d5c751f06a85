"""Finding a service: a need in plain words, what answers it, and in which order one is told.

A need is understood word by word (accents, plurals, one slip of the finger in a word of four letters or
more), then told as thématiques and réseaux of data·inclusion; the names of records answer too. What a record
does not say never excludes it: it comes after those that say yes, and the page tells what is to be asked.

The order (:func:`order`) is lexicographic, each rule deciding only between those that the former leave
equal: within reach; answers the need itself; one is received on arrival, later that day, perhaps, not that
day; one gets home; says yes to all that was asked; time until one is received, wait included; freshest
record; name; id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from maillage.annuaire.fiche import Annuaire, Complement, Permanence, Prestation, Structure
from maillage.annuaire.moyens import MoyenAcces, MoyensDits, read_moyens
from maillage.annuaire.ouverture import HoraireLocal, Ouvertures, make_horaire, make_stop
from maillage.catalogue.besoins import BesoinDit, list_besoins, list_premier_accueil, list_vides
from maillage.catalogue.noms import plier

Rows = NDArray[np.int64]
Etats = NDArray[np.int8]
OUI: Final = np.int8(1)
NON: Final = np.int8(0)
NON_DIT: Final = np.int8(-1)
TOUS: Final = "tous-publics"

EXACT, VOISIN = 0, 1
"""How a record answers: the need itself, or a part of it."""

RECU, PLUS_TARD, PEUT_ETRE, PAS_CE_JOUR = 0, 1, 2, 3
"""How one is received: open on arrival, opens later that day, hours to be checked, closed that day."""


@dataclass(frozen=True, slots=True)
class OffreDuLieu:
    """A prestation at one place: its own, or a stop of a visiting one (``permanence``).

    ``prestation`` is null for a structure that tells none. ``lon`` and ``lat``: null when unknown.
    """

    structure: Structure | None
    prestation: Prestation | None
    complement: Complement
    horaire: HoraireLocal
    lon: float | None
    lat: float | None
    code_insee: str | None
    permanence: Permanence | None = None

    @property
    def fiche(self) -> Structure | Prestation:
        """The record that it tells: the prestation, else the structure."""
        found = self.prestation or self.structure
        if found is None:
            raise ValueError("an offer is a prestation or a structure")
        return found

    @property
    def ident(self) -> str:
        """Id of the record."""
        return self.fiche.id

    @property
    def moyens(self) -> MoyensDits:
        """The ways in that it says."""
        return read_moyens(self.structure, self.prestation, self.complement)


@dataclass(frozen=True)
class DemandeService:
    """What is asked besides the place and the moment; empty and false ask nothing.

    ``public``: a public of the schema. ``langue``: ISO 639-1. ``moyen``: a way in (``MoyenAcces``).
    """

    texte: str = ""
    public: str = ""
    gratuit: bool = False
    sans_marche: bool = False
    sans_rendez_vous: bool = False
    langue: str = ""
    moyen: str = ""


@dataclass(frozen=True)
class Compris:
    """A need as it was understood: needs of the catalogue, the surest first, and the words that tell."""

    besoins: tuple[tuple[BesoinDit, int], ...] = ()
    mots: tuple[str, ...] = ()

    @property
    def noms(self) -> tuple[str, ...]:
        """The needs meant, the sure ones only, in words."""
        return tuple(besoin.nom for besoin, rank in self.besoins if rank == EXACT)


@dataclass(frozen=True)
class Trouvees:
    """Offers found: ``rows`` int64[n], ``pertinence`` int8[n] (EXACT or VOISIN), ``doutes`` int8[n].

    ``doutes``: how many of the conditions asked the source says nothing of. ``ecartees``: how many answered
    the need, and say no to a condition.
    """

    rows: Rows
    pertinence: Etats
    doutes: Etats
    ecartees: int
    compris: Compris


def tolerate(word: str) -> int:
    """How many wrong letters a word bears: none under four letters, one beyond.

    >>> tolerate("caf"), tolerate("demarche")
    (0, 1)
    """
    return 0 if len(word) < 4 else 1


def same_word(word: str, other: str) -> bool:
    """Whether two folded words are one: equal, singular and plural, or one slip apart.

    >>> same_word("demarches", "demarche"), same_word("demrache", "demarche"), same_word("caf", "cap")
    (True, True, False)
    """
    if word == other or word.rstrip("sx") == other.rstrip("sx"):
        return True
    slips = tolerate(min(word, other, key=len))
    return bool(slips) and OSA.distance(word, other, score_cutoff=slips) <= slips


def read_words(text: str) -> tuple[str, ...]:
    """The words of a text that tell something, folded, each once; all of them when none does.

    >>> read_words("Aide pour une démarche en ligne"), read_words("de l’aide")
    (('demarche', 'ligne'), ('de', 'l', 'aide'))
    """
    words = tuple(dict.fromkeys(plier(text).split()))
    return tuple(word for word in words if word not in list_vides()) or words


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(need, words of one of its phrases)."""
    return tuple((key, read_words(words)) for key, one in list_besoins().items() for words in one.mots)


@lru_cache(maxsize=512)
def understand(text: str) -> Compris:
    """What a text asks for. A phrase is meant when the text holds all its words; the need that covers most of
    the text is meant itself, those that cover less are its neighbours.

    >>> understand("aide pour une démarche en ligne").noms
    ('Faire une démarche en ligne',)
    >>> understand("carte grize").noms, understand("xyzzy").noms
    (('Être aidé dans ses papiers',), ())
    """
    words = read_words(text)
    covered: dict[str, set[str]] = defaultdict(set)
    longest: dict[str, int] = defaultdict(int)
    for key, phrase in _phrases():
        held = [next((word for word in words if same_word(word, other)), None) for other in phrase]
        if held and None not in held:
            covered[key] |= {word for word in held if word}
            longest[key] = max(longest[key], len(phrase))
    best = max(((len(covered[key]), longest[key]) for key in covered), default=(0, 0))
    ranked = [
        (key, EXACT if (len(covered[key]), longest[key]) == best else VOISIN)
        for key in list_besoins()
        if key in covered
    ]
    found = tuple((list_besoins()[key], rank) for key, rank in sorted(ranked, key=lambda pair: pair[1]))
    return Compris(found, words)


@dataclass(frozen=True, eq=False)
class IndexAnnuaire:
    """The directory ready to be searched: offers, and for each condition what each says (int8[n])."""

    offres: tuple[OffreDuLieu, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    fraicheur: Rows
    """Days since year 1 of the date of each record."""
    noms: NDArray[np.int64]
    """Rank of each name among all."""
    gratuit: Etats
    sans_marche: Etats
    sans_rendez_vous: Etats
    a_distance: NDArray[np.bool_]
    sur_place: NDArray[np.bool_]
    accueil: NDArray[np.bool_]
    """Whether the structure receives whatever the demand."""
    moyens: Mapping[str, Etats]
    """What each says of each way in."""
    _publics: Mapping[str, Rows] = field(repr=False)
    _publics_dits: NDArray[np.bool_] = field(repr=False)
    _langues: Mapping[str, Rows] = field(repr=False)
    _langues_dites: NDArray[np.bool_] = field(repr=False)
    _thematiques: Mapping[str, Rows] = field(repr=False)
    _reseaux: Mapping[str, Rows] = field(repr=False)
    _mots: Mapping[str, Rows] = field(repr=False)
    _vocabulaire: tuple[str, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.offres)

    @cached_property
    def ouvertures(self) -> Ouvertures:
        """The openings of all offers, by row, made when first asked."""
        return Ouvertures([one.horaire for one in self.offres])

    def find(self, demande: DemandeService) -> Trouvees:
        """The offers that answer a demand, by row; without a text, all of them."""
        compris = understand(demande.texte[:200].strip())
        grade = np.full(len(self), np.int8(127))
        if demande.texte.strip():
            for besoin, rank in compris.besoins:
                for rows in self._answer(besoin):
                    grade[rows] = np.minimum(grade[rows], np.int8(rank))
            for rank, rows in self._find_names(compris.mots):
                grade[rows] = np.minimum(grade[rows], np.int8(rank))
        else:
            grade[:] = EXACT
        rows = np.flatnonzero(grade < 127)
        asked = [state[rows] for state in self._conditions(demande)]
        kept, doubts = np.ones(len(rows), bool), np.zeros(len(rows), np.int8)
        for state in asked:
            kept &= state != NON
            doubts += state == NON_DIT
        return Trouvees(rows[kept], grade[rows][kept], doubts[kept], int((~kept).sum()), compris)

    def list_accueil(self) -> Rows:
        """The offers of those who receive whatever the demand."""
        return np.flatnonzero(self.accueil)

    def _answer(self, besoin: BesoinDit) -> Iterator[Rows]:
        yield from (self._thematiques[name] for name in besoin.thematiques if name in self._thematiques)
        yield from (self._reseaux[name] for name in besoin.reseaux if name in self._reseaux)

    def _find_names(self, words: Sequence[str]) -> Iterator[tuple[int, Rows]]:
        """Offers whose names hold the words: all of them, or more than half."""
        counts = np.zeros(len(self), np.int16)
        for word in words:
            hits = [self._mots[other] for other in self._compare(word)]
            if hits:
                counts[np.unique(np.concatenate(hits))] += 1
        if words:
            yield EXACT, np.flatnonzero(counts == len(words))
            yield VOISIN, np.flatnonzero((counts * 2 > len(words)) & (counts < len(words)))

    def _compare(self, word: str) -> list[str]:
        if not tolerate(word) or not self._vocabulaire:
            return [word] if word in self._mots else []
        near = cdist([word], self._vocabulaire, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)[0]
        return [
            self._vocabulaire[k]
            for k in np.flatnonzero(near <= 2).tolist()
            if same_word(word, self._vocabulaire[k])
        ]

    def _conditions(self, demande: DemandeService) -> Iterator[Etats]:
        if demande.gratuit:
            yield self.gratuit
        if demande.sans_marche:
            yield self.sans_marche
        if demande.sans_rendez_vous:
            yield self.sans_rendez_vous
        if demande.public:
            yield self._say(self._publics, self._publics_dits, demande.public, TOUS)
        if demande.langue:
            yield self._say(self._langues, self._langues_dites, demande.langue)
        if demande.moyen:
            yield self.moyens[demande.moyen]

    def _say(self, held: Mapping[str, Rows], told: NDArray[np.bool_], *wanted: str) -> Etats:
        state = np.where(told, NON, NON_DIT).astype(np.int8)
        for name in wanted:
            state[held.get(name, np.zeros(0, np.int64))] = OUI
        return state


def order(
    trouvees: Trouvees,
    index: IndexAnnuaire,
    duree_min: NDArray[np.float64],
    accueil: Etats,
    attente_min: NDArray[np.float64],
    portee_min: float,
    sans_retour: NDArray[np.bool_] | None = None,
) -> Rows:
    """The positions in ``trouvees.rows``, in the order in which they are told (see the module).

    ``duree_min`` float64[n], door to door, inf where one does not get there, NaN where nobody knows;
    ``accueil`` int8[n]: RECU to PAS_CE_JOUR; ``attente_min`` float64[n]: wait at the door, 0 when open.
    Within reach is at most ``portee_min`` (≤) of travel. ``sans_retour`` bool[n]: where nothing brings one
    home that day, null where one comes home as one went.
    """
    far = ~(duree_min <= portee_min)
    total = np.where(np.isnan(duree_min), np.inf, duree_min) + np.where(
        accueil == PLUS_TARD, attente_min, 0.0
    )
    rows = trouvees.rows
    keys = (
        index.noms[rows],
        -index.fraicheur[rows],
        total,
        trouvees.doutes,
        np.zeros(len(rows), bool) if sans_retour is None else sans_retour,
        accueil,
        trouvees.pertinence,
        far,
    )
    return np.lexsort(keys)


def build_index(annuaire: Annuaire) -> IndexAnnuaire:
    """The index of a directory: every prestation, and every structure that tells none.

    >>> from datetime import date
    >>> home = Structure(source="x", id="s", nom="CCAS", date_maj=date(2026, 1, 1))
    >>> one = Prestation(source="x", id="p", nom="Aide", date_maj=date(2026, 1, 1), structure_id="s",
    ...     thematiques=("numerique--acceder-a-des-services-en-ligne",))
    >>> index = build_index(Annuaire((home,), (one,)))
    >>> [index.find(DemandeService(words)).rows.tolist() for words in ("démarche en ligne", "piscine")]
    [[0], []]
    """
    offres = tuple(list_offres(annuaire))
    names = [plier(one.fiche.nom) for one in offres]
    ranks = {
        text: rank
        for rank, text in enumerate(sorted({(n, o.ident) for n, o in zip(names, offres, strict=True)}))
    }
    prestations = [one.prestation for one in offres]
    publics = [one.publics if one else None for one in prestations]
    modes = [one.modes_accueil if one else None for one in prestations]
    nets = [one.structure.reseaux_porteurs if one.structure else None for one in offres]
    front = set(list_premier_accueil())
    words = [
        set(name.split()) | set(plier(o.structure.nom if o.structure else "").split())
        for name, o in zip(names, offres, strict=True)
    ]
    by_word = gather(words)
    ways = [one.moyens for one in offres]
    return IndexAnnuaire(
        offres,
        np.array([np.nan if one.lon is None else one.lon for one in offres], float),
        np.array([np.nan if one.lat is None else one.lat for one in offres], float),
        np.array([one.fiche.date_maj.toordinal() for one in offres], np.int64),
        np.array([ranks[name, one.ident] for name, one in zip(names, offres, strict=True)], np.int64),
        tell([None if one is None or one.frais is None else one.frais == "gratuit" for one in prestations]),
        tell([one.complement.sans_marche for one in offres]),
        tell([None if o.complement.rendez_vous is None else not o.complement.rendez_vous for o in offres]),
        np.array(["a-distance" in (mode or ()) for mode in modes], bool),
        np.array([mode is None or "en-presentiel" in mode for mode in modes], bool),
        np.array([not front.isdisjoint(net or ()) for net in nets], bool),
        {one.value: tell([said.say(one) for said in ways]) for one in MoyenAcces},
        gather(one or () for one in publics),
        np.array([one is not None for one in publics], bool),
        gather(one.complement.langues for one in offres),
        np.array([bool(one.complement.langues) for one in offres], bool),
        gather((one.thematiques or ()) if one else () for one in prestations),
        gather(net or () for net in nets),
        by_word,
        tuple(by_word),
    )


def list_offres(annuaire: Annuaire) -> Iterator[OffreDuLieu]:
    """Every prestation at its place, or at each stop of its round; then structures without prestation."""
    structures = {one.id: one for one in annuaire.structures}
    told = set()
    for one in annuaire.prestations:
        told.add(one.structure_id)
        yield from place(structures.get(one.structure_id), one, annuaire.complete(one))
    for structure in annuaire.structures:
        if structure.id not in told:
            known = annuaire.complements.get(structure.id, Complement(id=structure.id))
            yield from place(structure, None, known)


def place(
    structure: Structure | None, prestation: Prestation | None, known: Complement
) -> Iterator[OffreDuLieu]:
    """Where it is offered: each stop when it visits, else its own address, else its structure's."""
    for stop in known.permanences:
        yield OffreDuLieu(
            structure,
            prestation,
            known,
            make_stop(stop, known),
            stop.longitude,
            stop.latitude,
            stop.code_insee,
            stop,
        )
    if not known.permanences:
        both = [one for one in (prestation, structure) if one is not None]
        put = next((one for one in both if one.longitude is not None and one.latitude is not None), both[0])
        hours = make_horaire(structure, prestation, known)
        code = next((one.code_insee for one in both if one.code_insee), None)
        yield OffreDuLieu(structure, prestation, known, hours, put.longitude, put.latitude, code)


def gather(values: Iterable[Iterable[str]]) -> dict[str, Rows]:
    """Each value → the rows that hold it, ascending.

    >>> {name: rows.tolist() for name, rows in gather([("a", "b"), (), ("b",)]).items()}
    {'a': [0], 'b': [0, 2]}
    """
    found: dict[str, list[int]] = defaultdict(list)
    for row, held in enumerate(values):
        for name in held:
            found[name].append(row)
    return {name: np.array(rows, np.int64) for name, rows in found.items()}


def tell(values: Iterable[bool | None]) -> Etats:
    """Yes, no, not said.

    >>> tell([True, False, None]).tolist()
    [1, 0, -1]
    """
    return np.array([NON_DIT if one is None else OUI if one else NON for one in values], np.int8)
