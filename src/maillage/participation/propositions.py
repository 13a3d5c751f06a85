"""What a comité d'usagers proposes, and what became of it: a journal, as that of a signalement (ADR 0151).

A proposition is set down in the name of its comité, published once who animates it has read it, then
answered by who pilots its subject: kept, kept in part, not kept, or under study, always with a reason. It may
be sent up to a comité of the governance: that comité's answer enters the journal, and whoever pilots the
subject then says what is kept. What was answered may be opened again; what is withdrawn is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute


class ActeProposition(StrEnum):
    """A step."""

    DEPOSER = "deposer"
    PUBLIER = "publier"
    MASQUER = "masquer"
    ETUDIER = "etudier"
    TRANSMETTRE = "transmettre"
    ENTENDRE = "entendre"
    RETENIR = "retenir"
    RETENIR_EN_PARTIE = "en_partie"
    NE_PAS_RETENIR = "ne_pas_retenir"
    ROUVRIR = "rouvrir"
    RETIRER = "retirer"


_A = ActeProposition
TRANCHENT: Final = frozenset({_A.RETENIR, _A.RETENIR_EN_PARTIE, _A.NE_PAS_RETENIR})
"""Steps that say what is kept."""
_OUVERTE = TRANCHENT | {_A.ETUDIER, _A.TRANSMETTRE, _A.RETIRER}
SUITES_PROPOSITION: Final[Mapping[ActeProposition | None, frozenset[ActeProposition]]] = {
    None: frozenset({_A.DEPOSER}),
    _A.DEPOSER: frozenset({_A.PUBLIER, _A.RETIRER}),
    _A.PUBLIER: _OUVERTE,
    _A.ETUDIER: _OUVERTE - {_A.ETUDIER},
    _A.TRANSMETTRE: frozenset({_A.ENTENDRE, _A.RETIRER}),
    _A.ENTENDRE: _OUVERTE,
    _A.RETENIR: frozenset({_A.ROUVRIR}),
    _A.RETENIR_EN_PARTIE: frozenset({_A.ROUVRIR}),
    _A.NE_PAS_RETENIR: frozenset({_A.ROUVRIR}),
    _A.ROUVRIR: _OUVERTE,
    _A.RETIRER: frozenset(),
}
"""Which step may follow which state. ``MASQUER`` follows any public state and leaves it as it was."""
PUBLIEES: Final = frozenset(_A) - {_A.DEPOSER, _A.RETIRER, _A.MASQUER}
"""States that all may read."""
EN_ATTENTE: Final = frozenset({_A.PUBLIER, _A.ETUDIER, _A.ENTENDRE, _A.ROUVRIR})
"""States in which who pilots the subject is asked for an answer."""
SANS_RAISON: Final = frozenset({_A.DEPOSER, _A.PUBLIER, _A.ENTENDRE})
"""Steps that need no words; every other one says why."""
NOMS_ACTES_PROPOSITION: Final = {
    _A.DEPOSER: "Déposée",
    _A.PUBLIER: "Publiée",
    _A.MASQUER: "Un passage masqué",
    _A.ETUDIER: "Mise à l’étude",
    _A.TRANSMETTRE: "Portée devant un comité",
    _A.ENTENDRE: "Réponse du comité",
    _A.RETENIR: "Retenue",
    _A.RETENIR_EN_PARTIE: "Retenue en partie",
    _A.NE_PAS_RETENIR: "Non retenue",
    _A.ROUVRIR: "Rouverte",
    _A.RETIRER: "Retirée par le comité d’usagers",
}
ETATS_PROPOSITION: Final = {
    _A.DEPOSER: "à relire",
    _A.PUBLIER: "attend une réponse",
    _A.ETUDIER: "à l’étude",
    _A.TRANSMETTRE: "devant un comité",
    _A.ENTENDRE: "un comité a répondu",
    _A.RETENIR: "retenue",
    _A.RETENIR_EN_PARTIE: "retenue en partie",
    _A.NE_PAS_RETENIR: "non retenue",
    _A.ROUVRIR: "rouverte",
    _A.RETIRER: "retirée",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EtapeProposition:
    """One step. ``vers``: the remontée that carries it, else empty; ``par``: in the name of whom."""

    acte: ActeProposition
    le: date
    texte: str = ""
    vers: str = ""
    par: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PropositionUsagers:
    """A proposition: its journal, and what is read from it."""

    cle: str
    etapes: tuple[EtapeProposition, ...] = ()

    @property
    def etat(self) -> ActeProposition | None:
        """The step that says where it stands: the last, but one that hides a passage; null before any."""
        return next((e.acte for e in reversed(self.etapes) if e.acte is not _A.MASQUER), None)

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it."""
        return self.etat in PUBLIEES

    @property
    def close(self) -> bool:
        """Whether it is over: answered or withdrawn."""
        return self.etat in TRANCHENT or self.etat is _A.RETIRER

    @property
    def reponse(self) -> EtapeProposition | None:
        """The step that says what is kept and why; null while none does."""
        held = [step for step in self.etapes if step.acte is self.etat]
        return held[-1] if held and self.etat in TRANCHENT else None

    @property
    def depose_le(self) -> date | None:
        """The day it was set down; null before."""
        return self.etapes[0].le if self.etapes else None


def move_proposition(proposition: PropositionUsagers, etape: EtapeProposition) -> PropositionUsagers:
    """The proposition one step further; the same step given twice changes nothing.

    Raises:
        EntreeInvalide: with everything that stands against the step.

    >>> A, day = ActeProposition, date(2026, 3, 2)
    >>> one = PropositionUsagers(cle="p")
    >>> for acte in (A.DEPOSER, A.PUBLIER):
    ...     one = move_proposition(one, EtapeProposition(acte=acte, le=day))
    >>> kept = move_proposition(one, EtapeProposition(acte=A.RETENIR, le=day, texte="Dès septembre."))
    >>> kept.close, kept.reponse.texte, one.reponse
    (True, 'Dès septembre.', None)
    >>> move_proposition(one, EtapeProposition(acte=A.NE_PAS_RETENIR, le=day))
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Non retenue : impossible.
      - personne ne lirait pourquoi. Écrivez-le
    """
    if proposition.etapes and proposition.etapes[-1] == etape:
        return proposition
    if faults := tuple(_check(proposition, etape)):
        raise EntreeInvalide(f"{NOMS_ACTES_PROPOSITION[etape.acte]} : impossible.", faults)
    return replace(proposition, etapes=(*proposition.etapes, etape))


def list_next_of(proposition: PropositionUsagers) -> frozenset[ActeProposition]:
    """The steps that may follow."""
    more = {_A.MASQUER} if proposition.is_public else set()
    return SUITES_PROPOSITION[proposition.etat] | more


def _check(proposition: PropositionUsagers, etape: EtapeProposition) -> Iterable[Faute]:
    if etape.acte not in list_next_of(proposition):
        state = ETATS_PROPOSITION[proposition.etat] if proposition.etat else "pas encore déposée"
        yield Faute(
            f"cette proposition est « {state} »", que_faire="Relisez sa page : quelqu’un l’a fait avancer."
        )
        return
    last = proposition.etapes[-1] if proposition.etapes else None
    if last is not None and etape.le < last.le:
        yield Faute(f"le {etape.le:%d/%m/%Y} précède sa dernière étape ({last.le:%d/%m/%Y})")
    if etape.acte not in SANS_RAISON and not etape.texte.strip():
        yield Faute("personne ne lirait pourquoi", que_faire="Écrivez-le")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollegeRepresente:
    """Who sits at a comité d'usagers, counted and not named: ``nombre`` of people, null when not known."""

    college: str
    organisation: str = ""
    nombre: int | None = None


COLLEGES_AU_PLUS: Final = 60
NOMBRE_AU_PLUS: Final = 500


def read_colleges(texte: str) -> tuple[CollegeRepresente, ...]:
    """Lines « collège ; organisation ; nombre », the last two left out at will.

    Raises:
        EntreeInvalide: with each line that is not one.

    >>> read_colleges("Habitants ; ; 6\\nAssociations ; Familles rurales")[0].nombre
    6
    >>> read_colleges("Habitants ; ; beaucoup")
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Ces lignes ne disent pas qui siège.
      - ligne 1 : « beaucoup » n’est pas un nombre de personnes, de 1 à 500
    """
    lines, faults = [], []
    for rank, line in enumerate(texte.splitlines(), 1):
        parts = [part.strip() for part in line.split(";")]
        if not any(parts):
            continue
        said, wrong = _read_college(parts)
        faults += [Faute(text, ligne=rank) for text in wrong]
        lines.append(said)
    if len(lines) > COLLEGES_AU_PLUS:
        faults.append(Faute(f"{len(lines)} lignes, {COLLEGES_AU_PLUS} au plus", que_faire="Réunissez-en"))
    if faults:
        raise EntreeInvalide("Ces lignes ne disent pas qui siège.", tuple(faults))
    return tuple(lines)


def _read_college(parts: list[str]) -> tuple[CollegeRepresente, list[str]]:
    college, organisation, number = (*parts, "", "")[:3]
    wrong = []
    if not college:
        wrong.append("le collège n’est pas dit")
    if len(parts) > 3:
        wrong.append("plus de trois parties : collège, organisation, nombre")
    count = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else None
    if number and (count is None or not 1 <= count <= NOMBRE_AU_PLUS):
        wrong.append(f"« {number[:20]} » n’est pas un nombre de personnes, de 1 à {NOMBRE_AU_PLUS}")
        count = None
    return CollegeRepresente(college=college[:120], organisation=organisation[:200], nombre=count), wrong


def write_colleges(colleges: Iterable[CollegeRepresente]) -> str:
    """As :func:`read_colleges` reads them.

    >>> write_colleges([CollegeRepresente(college="Habitants", nombre=6)])
    'Habitants ;  ; 6'
    """
    return "\n".join(
        f"{one.college} ; {one.organisation} ; {'' if one.nombre is None else one.nombre}".rstrip(" ;")
        for one in colleges
    )


def count_members(colleges: Iterable[CollegeRepresente]) -> int | None:
    """How many people sit; null as soon as one college does not say.

    >>> count_members([CollegeRepresente(college="a", nombre=2), CollegeRepresente(college="b")]) is None
    True
    """
    numbers = [one.nombre for one in colleges]
    return sum(n for n in numbers if n is not None) if numbers and None not in numbers else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComptesPropositions:
    """Propositions published in a year, and where they stood on a day: the five others add up to ``recues``.

    ``a_l_etude`` counts those before a comité of the governance; ``en_attente``: nobody has answered.
    """

    recues: int = 0
    retenues: int = 0
    en_partie: int = 0
    non_retenues: int = 0
    a_l_etude: int = 0
    en_attente: int = 0


_SORTS: Final = {
    _A.RETENIR: "retenues",
    _A.RETENIR_EN_PARTIE: "en_partie",
    _A.NE_PAS_RETENIR: "non_retenues",
    _A.ETUDIER: "a_l_etude",
    _A.TRANSMETTRE: "a_l_etude",
    _A.ENTENDRE: "a_l_etude",
    _A.PUBLIER: "en_attente",
    _A.ROUVRIR: "en_attente",
}


def cut_at(proposition: PropositionUsagers, jour: date) -> PropositionUsagers:
    """As it stood at the end of a day."""
    return replace(proposition, etapes=tuple(step for step in proposition.etapes if step.le <= jour))


def count_propositions(propositions: Iterable[PropositionUsagers]) -> ComptesPropositions:
    """The counts of those that are public; the others are not counted.

    >>> A, day = ActeProposition, date(2026, 3, 2)
    >>> one = PropositionUsagers(cle="p", etapes=(EtapeProposition(acte=A.PUBLIER, le=day),))
    >>> count_propositions([one, PropositionUsagers(cle="q")])
    ComptesPropositions(recues=1, retenues=0, en_partie=0, non_retenues=0, a_l_etude=0, en_attente=1)
    """
    states = [one.etat for one in propositions if one.is_public and one.etat is not None]
    told = [_SORTS[state] for state in states]
    return ComptesPropositions(recues=len(told), **{name: told.count(name) for name in set(told)})
