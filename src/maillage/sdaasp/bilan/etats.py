"""Where a bilan stands: a journal of acts, from its opening to the seal that nothing moves.

Contributions are asked for; each arrondissement's comité consolidates its own part, then the technical one
the whole; the comité of pilotage validates; then it is frozen. Where it stands is read from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.francais import jour
from maillage.sdaasp.gouvernance.modele import Comite


class EtatBilan(StrEnum):
    """Opened, contributions asked, consolidated by the arrondissements, by the whole, validated, frozen."""

    OUVERT = "ouvert"
    CONTRIBUTIONS = "contributions"
    TERRITOIRES = "territoires"
    CONSOLIDE = "consolide"
    VALIDE = "valide"
    FIGE = "fige"


class ActeBilan(StrEnum):
    """What is done to a bilan; ``REPRENDRE`` asks for contributions again, and says why."""

    DEMANDER = "demander"
    RELIRE = "relire"
    CONSOLIDER = "consolider"
    VALIDER = "valider"
    FIGER = "figer"
    REPRENDRE = "reprendre"


_E, _A = EtatBilan, ActeBilan
SUITES: Final[Mapping[EtatBilan, frozenset[ActeBilan]]] = {
    _E.OUVERT: frozenset({_A.DEMANDER}),
    _E.CONTRIBUTIONS: frozenset({_A.RELIRE, _A.CONSOLIDER}),
    _E.TERRITOIRES: frozenset({_A.CONSOLIDER, _A.REPRENDRE}),
    _E.CONSOLIDE: frozenset({_A.VALIDER, _A.REPRENDRE}),
    _E.VALIDE: frozenset({_A.FIGER, _A.REPRENDRE}),
    _E.FIGE: frozenset(),
}
"""Which act each state allows; a frozen bilan allows none. Frozen, never before validated."""
S_ECRIVENT: Final = frozenset({_E.CONTRIBUTIONS, _E.TERRITOIRES})
"""States in which contributions are written: what an arrondissement has consolidated is closed before."""
LIBELLES: Final = {
    _E.OUVERT: "ouvert",
    _E.CONTRIBUTIONS: "contributions en cours",
    _E.TERRITOIRES: "consolidé dans les arrondissements",
    _E.CONSOLIDE: "consolidé pour le département",
    _E.VALIDE: "validé",
    _E.FIGE: "figé",
}
NOMS: Final = {
    _A.DEMANDER: "Contributions demandées",
    _A.RELIRE: "Consolidé dans l’arrondissement",
    _A.CONSOLIDER: "Consolidé pour le département",
    _A.VALIDER: "Validé",
    _A.FIGER: "Figé",
    _A.REPRENDRE: "Contributions rouvertes",
}


@dataclass(frozen=True, slots=True)
class Circuit:
    """Keys of the comités that consolidate in arrondissements, for the département, that validate.

    Empty where the département has no such comité.
    """

    territorial: str = ""
    technique: str = ""
    pilotage: str = ""

    def find_comite(self, acte: ActeBilan) -> str:
        """The comité that an act belongs to; empty when it belongs to none."""
        asked = {_A.RELIRE: self.territorial, _A.CONSOLIDER: self.technique, _A.VALIDER: self.pilotage}
        return asked.get(acte, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class EtapeBilan:
    """One act. ``reunion``: key of the meeting where it was done; else ``motif`` says how it was done.

    ``territoire``: code of the arrondissement that consolidates, null for the whole département.
    """

    acte: ActeBilan
    le: date
    territoire: str | None = None
    reunion: str = ""
    motif: str = ""
    par: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReunionDeBilan:
    """The meeting that an act names: of which comité, where, when, and whether it was held."""

    cle: str
    comite: str
    jour: date
    tenue: bool
    territoire: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marche:
    """What a bilan goes through: its journal, the comités it meets, the arrondissements that consolidate."""

    etapes: tuple[EtapeBilan, ...] = ()
    circuit: Circuit = Circuit()
    territoires: tuple[str, ...] = ()

    @property
    def etat(self) -> EtatBilan:
        """Where it stands."""
        state = _E.OUVERT
        for rank, etape in enumerate(self.etapes):
            state = self._follow(state, etape, rank)
        return state

    def _follow(self, state: EtatBilan, etape: EtapeBilan, rank: int) -> EtatBilan:
        if etape.acte is _A.RELIRE:
            return state if self._list_left(rank + 1) else _E.TERRITOIRES
        return {
            _A.DEMANDER: _E.CONTRIBUTIONS,
            _A.CONSOLIDER: _E.CONSOLIDE,
            _A.VALIDER: _E.VALIDE,
            _A.FIGER: _E.FIGE,
            _A.REPRENDRE: _E.CONTRIBUTIONS,
        }[etape.acte]

    @property
    def relus(self) -> frozenset[str]:
        """The arrondissements that have consolidated since contributions were last opened."""
        return self._list_read(len(self.etapes))

    @property
    def a_relire(self) -> tuple[str, ...]:
        """The arrondissements that have not consolidated yet; none where no comité of theirs does."""
        return self._list_left(len(self.etapes))

    def _list_read(self, until: int) -> frozenset[str]:
        found: set[str] = set()
        for etape in self.etapes[:until]:
            if etape.acte is _A.REPRENDRE:
                found.clear()
            elif etape.acte is _A.RELIRE and etape.territoire:
                found.add(etape.territoire)
        return frozenset(found)

    def _list_left(self, until: int) -> tuple[str, ...]:
        if not self.circuit.territorial:
            return ()
        read = self._list_read(until)
        return tuple(code for code in self.territoires if code not in read)

    def is_ouverte(self, territoire: str | None) -> bool:
        """Whether a contribution of this arrondissement (null: of none) may still be written."""
        return self.etat in S_ECRIVENT and territoire not in self.relus


def find_circuit(comites: Sequence[Comite]) -> Circuit:
    """The comités of a bilan: the one that feeds no other validates, those before it consolidate.

    Of several, the last that meets in the year.

    >>> from maillage.sdaasp.gouvernance.chargement import load_comites
    >>> find_circuit(load_comites("nord-2025-2030"))
    Circuit(territorial='cta', technique='cotech', pilotage='copil')
    >>> find_circuit(load_comites("isere-2026-2031"))
    Circuit(territorial='', technique='suivi', pilotage='pilotage')
    """
    whole = [c for c in comites if c.niveau == "departement"]
    last = _choose(c for c in whole if not c.alimente)
    before = _choose(c for c in whole if last in c.alimente)
    near = _choose(
        c for c in comites if c.niveau == "arrondissement" and {before, last}.intersection(c.alimente)
    )
    return Circuit(near, before, last)


def _choose(comites: Iterable[Comite]) -> str:
    """The one that meets last in the year; empty when there is none."""
    held = sorted(comites, key=lambda c: max((end for _, end in c.periodes), default=0))
    return held[-1].cle if held else ""


def move(
    marche: Marche, etape: EtapeBilan, reunion: ReunionDeBilan | None = None, a_rendre: int = 0
) -> tuple[EtapeBilan, ...]:
    """The journal with one more act; the same act given twice changes nothing.

    ``a_rendre``: how many contributions of what is consolidated are still owed; doing without says why.

    Raises:
        EntreeInvalide: with everything that stands against the act.

    >>> asked = EtapeBilan(acte=ActeBilan.DEMANDER, le=date(2026, 9, 1))
    >>> marche = Marche(etapes=move(Marche(), asked))
    >>> marche.etat.value
    'contributions'
    >>> move(marche, EtapeBilan(acte=ActeBilan.FIGER, le=date(2026, 9, 2)))
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: « Figé » : impossible pour ce bilan.
      - il est contributions en cours
    """
    if marche.etapes and marche.etapes[-1] == etape:
        return marche.etapes
    if faults := tuple(_check(marche, etape, reunion, a_rendre)):
        raise EntreeInvalide(f"« {NOMS[etape.acte]} » : impossible pour ce bilan.", faults)
    return (*marche.etapes, etape)


def _check(marche: Marche, etape: EtapeBilan, reunion: ReunionDeBilan | None, owed: int) -> Iterator[Faute]:
    if etape.acte not in SUITES[marche.etat]:
        yield Faute(f"il est {LIBELLES[marche.etat]}")
        return
    if marche.etapes and etape.le < marche.etapes[-1].le:
        yield Faute(f"l’étape d’avant est du {jour(marche.etapes[-1].le)}", que_faire="Corrigez le jour")
    if etape.acte is _A.RELIRE and etape.territoire not in marche.a_relire:
        yield Faute("cet arrondissement n’a rien à consolider, ou l’a déjà fait")
    if not etape.motif.strip():
        yield from _check_reason(marche, etape, owed)
    if etape.reunion:
        yield from _check_meeting(marche, etape, reunion)


def _check_reason(marche: Marche, etape: EtapeBilan, owed: int) -> Iterator[Faute]:
    """What an act without a reason must have: a meeting, everybody heard."""
    if etape.acte is _A.REPRENDRE:
        yield Faute("rouvrir les contributions se motive", que_faire="Dites pourquoi")
    if marche.circuit.find_comite(etape.acte) and not etape.reunion:
        yield Faute("aucune réunion n’est nommée", que_faire="Choisissez-la, ou dites comment c’est fait")
    if etape.acte is _A.CONSOLIDER and marche.a_relire:
        left = ", ".join(marche.a_relire)
        yield Faute(f"des arrondissements n’ont pas consolidé : {left}", que_faire="Dites pourquoi sans eux")
    if etape.acte in (_A.RELIRE, _A.CONSOLIDER) and owed:
        yield Faute(f"contributions non rendues : {owed}", que_faire="Dites pourquoi sans elles")


def _check_meeting(marche: Marche, etape: EtapeBilan, reunion: ReunionDeBilan | None) -> Iterator[Faute]:
    if reunion is None or reunion.cle != etape.reunion:
        yield Faute("cette réunion n’existe pas")
        return
    if (reunion.comite, reunion.territoire) != (marche.circuit.find_comite(etape.acte), etape.territoire):
        yield Faute("ce n’est pas une réunion de ce comité")
    if not reunion.tenue or reunion.jour > etape.le:
        yield Faute(f"la réunion du {jour(reunion.jour)} n’est pas tenue", que_faire="Dites-la tenue d’abord")
