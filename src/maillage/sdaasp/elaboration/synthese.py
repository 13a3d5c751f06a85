"""What became of everything that was said, and the figures of the making of a schema."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.francais import accord
from maillage.sdaasp.elaboration.modele import EtatEvenement, Evenement, count_presence
from maillage.sdaasp.elaboration.paroles import A_LIRE, APRES, EtatParole, OrigineParole, Parole

_E = EtatParole


class IssueParole(StrEnum):
    """What became of a parole received, through its parts or the one that it joined."""

    RETENUE = "retenue"
    EN_ATTENTE = "en_attente"
    NON_RETENUE = "non_retenue"
    ECARTEE = "ecartee"
    REFUSEE = "refusee"


ISSUES: Final = {
    IssueParole.RETENUE: "Retenue",
    IssueParole.EN_ATTENTE: "En attente",
    IssueParole.NON_RETENUE: "Non retenue",
    IssueParole.ECARTEE: "Hors sujet",
    IssueParole.REFUSEE: "Refusée à la modération",
}
_DIRECTES: Final = {
    _E.RETENUE: IssueParole.RETENUE,
    _E.NON_RETENUE: IssueParole.NON_RETENUE,
    _E.ECARTEE: IssueParole.ECARTEE,
    _E.REFUSEE: IssueParole.REFUSEE,
    **dict.fromkeys(A_LIRE, IssueParole.EN_ATTENTE),
}
_ORDRE: Final = tuple(IssueParole)


def find_issues(paroles: Iterable[Parole]) -> dict[str, IssueParole]:
    """Key → what became of each parole. Split, it is kept as soon as one of its parts is, then in waiting.

    A parole joined to another meets its fate. One whose parts or target are not given waits.
    """
    held = {parole.cle: parole for parole in paroles}
    found: dict[str, IssueParole] = {}
    for key in held:
        _find(key, held, found)
    return found


def _find(key: str, held: Mapping[str, Parole], found: dict[str, IssueParole]) -> IssueParole:
    if key in found:
        return found[key]
    parole = held.get(key)
    last = parole.etapes[-1] if parole and parole.etapes else None
    if parole is None or last is None or parole.etat is None:
        return IssueParole.EN_ATTENTE
    if parole.etat in _DIRECTES:
        found[key] = _DIRECTES[parole.etat]
        return found[key]
    found[key] = IssueParole.EN_ATTENTE  # no circle is possible; one made by hand would stop here
    step = next(e for e in reversed(parole.etapes) if e.vers or e.parts)
    ends = [_find(one, held, found) for one in (step.parts or (step.vers,))]
    found[key] = min(ends, key=_ORDRE.index)
    return found[key]


@dataclass(frozen=True, slots=True)
class CompteParoles:
    """How many paroles were received, and what became of them."""

    recues: int
    issues: Mapping[IssueParole, int]

    def get(self, issue: IssueParole) -> int:
        """How many met this fate."""
        return self.issues.get(issue, 0)


def tell_issues(compte: CompteParoles) -> str:
    """What became of paroles, in words: only the fates that some met.

    >>> tell_issues(CompteParoles(3, {IssueParole.RETENUE: 2, IssueParole.ECARTEE: 1})).replace(chr(160), " ")
    '2 retenues, 1 hors sujet'
    """
    words = {
        IssueParole.RETENUE: ("retenue", "retenues"),
        IssueParole.EN_ATTENTE: ("en attente", "en attente"),
        IssueParole.NON_RETENUE: ("non retenue", "non retenues"),
        IssueParole.ECARTEE: ("hors sujet", "hors sujet"),
        IssueParole.REFUSEE: ("refusée à la modération", "refusées à la modération"),
    }
    return ", ".join(accord(compte.get(issue), *words[issue]) for issue in IssueParole if compte.get(issue))


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheseElaboration:
    """The figures of the making of a schema.

    ``presences``: people counted at events, one who came twice twice; null when nobody counted any.
    ``sans_compte``: events held of which nobody said how many came. ``organisations``: different names that
    came. ``cases``: (arrondissement or empty, theme or empty) → paroles received there.
    """

    tenus: int
    a_venir: int
    annules: int
    presences: int | None
    sans_compte: int
    organisations: int
    paroles: CompteParoles
    origines: Mapping[OrigineParole, int]
    cases: Mapping[tuple[str, str], CompteParoles]


def compute_synthese(evenements: Iterable[Evenement], paroles: Iterable[Parole]) -> SyntheseElaboration:
    """Count everything once: a part of a split parole was not received again.

    >>> from datetime import date
    >>> from maillage.sdaasp.elaboration.paroles import receive
    >>> one = Parole(cle="p", texte="Oui", origine=OrigineParole.SALLE, theme="sante")
    >>> one = receive(one, date(2029, 3, 6))
    >>> found = compute_synthese([], [one])
    >>> found.paroles.recues, found.cases[("", "sante")].get(IssueParole.EN_ATTENTE), found.presences
    (1, 1, None)
    """
    events, everything = list(evenements), list(paroles)
    held = [count_presence(e) for e in events if e.etat is EtatEvenement.TENU]
    known = [one.personnes for one in held if one.personnes is not None]
    came = {
        row.organisation
        for e in events
        for row in e.invitees
        if e.etat is EtatEvenement.TENU and row.presentes
    }
    issues = find_issues(everything)
    received = [one for one in everything if not one.issue_de]
    cases: defaultdict[tuple[str, str], Counter[IssueParole]] = defaultdict(Counter)
    for one in received:
        cases[one.territoire, one.theme][issues.get(one.cle, IssueParole.EN_ATTENTE)] += 1
    total = sum(cases.values(), Counter[IssueParole]())
    return SyntheseElaboration(
        tenus=len(held),
        a_venir=sum(e.etat in (EtatEvenement.PREVU, EtatEvenement.INVITE) for e in events),
        annules=sum(e.etat is EtatEvenement.ANNULE for e in events),
        presences=sum(known) if known else None,
        sans_compte=sum(one.personnes is None for one in held),
        organisations=len(came),
        paroles=CompteParoles(total.total(), dict(total)),
        origines=dict(Counter(one.origine for one in received)),
        cases={key: CompteParoles(count.total(), dict(count)) for key, count in sorted(cases.items())},
    )


def check_close(paroles: Iterable[Parole]) -> None:
    """Refuse to close the making of a schema while something that was said still waits.

    >>> check_close([])
    """
    waiting = Counter(one.etat for one in paroles if one.etat in A_LIRE)
    told = {_E.A_MODERER: "à modérer", _E.A_TRIER: "à trier", _E.RANGEE: "rangées, à retenir ou non"}
    faults = tuple(
        Faute(f"{waiting[state]} {words}", que_faire="Dites ce qu’elles deviennent")
        for state, words in told.items()
        if waiting[state]
    )
    if faults:
        raise EntreeInvalide("Des paroles attendent : rien ne se ferme sans réponse.", faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aboutissement:
    """What paroles led to: key of an object, the words written there, the amendment that carries them.

    ``paroles``: those kept for it; ``voix``: how many say so, those joined to them counted.
    """

    objet: str
    redaction: str
    amendement: int | None
    motifs: tuple[str, ...]
    paroles: tuple[Parole, ...]
    voix: int


def list_aboutissements(paroles: Iterable[Parole]) -> tuple[Aboutissement, ...]:
    """What was kept, in the order in which it was first kept, with the paroles that it comes from."""
    everything = list(paroles)
    joined = Counter(step.vers for one in everything for step in one.etapes if step.vers)
    groups: defaultdict[tuple[str, str, int | None], list[tuple[str, Parole]]] = defaultdict(list)
    for one in everything:
        for step in one.liens:
            groups[step.objet, step.redaction, step.amendement].append((step.motif, one))
    return tuple(
        Aboutissement(
            objet=objet,
            redaction=words,
            amendement=number,
            motifs=tuple(dict.fromkeys(reason for reason, _ in pairs)),
            paroles=tuple({one.cle: one for _, one in pairs}.values()),
            voix=sum(1 + joined[cle] for cle in {one.cle for _, one in pairs}),
        )
        for (objet, words, number), pairs in groups.items()
    )


def list_reasons(paroles: Iterable[Parole], etat: EtatParole) -> tuple[tuple[Parole, str], ...]:
    """(parole, why) of those that a decision left in a state."""
    return tuple(
        (one, next(step.motif for step in reversed(one.etapes) if step.acte in APRES))
        for one in paroles
        if one.etat is etat
    )
