"""What goes up to a comité and comes back: nothing closes without an answer, every step keeps its trace.

A remontée is a journal. Its first step says to which comité it goes; a comité puts it on the agenda of a
meeting, answers it, or sends it further up to a comité that it feeds; its author may withdraw it until then.
Where it stands, who has it and since when are read from the journal, never written beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import read_toml
from maillage.sdaasp.gouvernance.modele import Comite


class NatureRemontee(StrEnum):
    """What goes up."""

    RECOMMANDATION = "recommandation"
    BLOCAGE = "blocage"
    ALERTE = "alerte"
    PROPOSITION = "proposition"
    SIGNALEMENT = "signalement"


class ActeRemontee(StrEnum):
    """A step: set down, put on an agenda, sent further up, answered, withdrawn."""

    DEPOSER = "deposer"
    INSCRIRE = "inscrire"
    TRANSMETTRE = "transmettre"
    REPONDRE = "repondre"
    RETIRER = "retirer"


_A = ActeRemontee
SUITES: Final[Mapping[ActeRemontee | None, frozenset[ActeRemontee]]] = {
    None: frozenset({_A.DEPOSER}),
    _A.DEPOSER: frozenset({_A.INSCRIRE, _A.TRANSMETTRE, _A.REPONDRE, _A.RETIRER}),
    _A.INSCRIRE: frozenset({_A.INSCRIRE, _A.TRANSMETTRE, _A.REPONDRE, _A.RETIRER}),
    _A.TRANSMETTRE: frozenset({_A.INSCRIRE, _A.TRANSMETTRE, _A.REPONDRE, _A.RETIRER}),
    _A.REPONDRE: frozenset(),
    _A.RETIRER: frozenset(),
}
"""Which step may follow which; one that nothing follows is the end."""
DISENT_POURQUOI: Final = frozenset({_A.TRANSMETTRE, _A.REPONDRE, _A.RETIRER})
NATURES: Final = {
    NatureRemontee.RECOMMANDATION: "Recommandation",
    NatureRemontee.BLOCAGE: "Point de blocage",
    NatureRemontee.ALERTE: "Alerte",
    NatureRemontee.PROPOSITION: "Proposition d’amendement",
    NatureRemontee.SIGNALEMENT: "Signalement d’un habitant",
}
NOMS: Final = {
    _A.DEPOSER: "Dépôt",
    _A.INSCRIRE: "Inscription à l’ordre du jour",
    _A.TRANSMETTRE: "Transmission",
    _A.REPONDRE: "Réponse",
    _A.RETIRER: "Retrait",
}
ETATS: Final = {
    _A.DEPOSER: "déposée",
    _A.INSCRIRE: "à l’ordre du jour",
    _A.TRANSMETTRE: "transmise",
    _A.REPONDRE: "close : elle a sa réponse",
    _A.RETIRER: "close : son auteur l’a retirée",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EtapeRemontee:
    """One step. ``comite``: the one that has it from then on; ``seance``: key of the meeting, if any."""

    acte: ActeRemontee
    le: date
    comite: str
    seance: str = ""
    texte: str = ""
    par: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remontee:
    """What somebody sends up. ``objet``: key of what it is about (fiche, scenario, meeting…), or empty.

    ``territoire``: code of the arrondissement, null for the whole département.
    """

    cle: str
    nature: NatureRemontee
    texte: str
    theme: str = ""
    territoire: str | None = None
    objet: str = ""
    etapes: tuple[EtapeRemontee, ...] = ()

    @property
    def derniere(self) -> EtapeRemontee | None:
        """Its last step; null before it is set down."""
        return self.etapes[-1] if self.etapes else None

    @property
    def close(self) -> bool:
        """Whether it is over: answered or withdrawn."""
        return self.derniere is not None and not SUITES[self.derniere.acte]

    @property
    def reponse(self) -> str:
        """The answer, empty while there is none."""
        return next((e.texte for e in self.etapes if e.acte is _A.REPONDRE), "")


def route(
    comites: Sequence[Comite], territoire: str | None, prochaines: Mapping[str, date] | None = None
) -> str:
    """The key of the comité that a remontée goes to: the nearest one that feeds others.

    In an arrondissement, a comité of arrondissements; else, and where there are none, one of the département.
    Among several, the one that meets first (``prochaines``: next meeting of each), then the first described;
    one that feeds no other is the last resort.

    Raises:
        EntreeInvalide: no comité is described.

    >>> from maillage.sdaasp.gouvernance.chargement import load_comites
    >>> nord = load_comites("nord-2025-2030")
    >>> route(nord, "593"), route(nord, None), route(nord, "593", {"cta": date(2026, 10, 6)})
    ('cts', 'cotech', 'cta')
    """
    if not comites:
        raise EntreeInvalide(
            "Aucun comité n’est décrit : décrivez-les avant de faire remonter quoi que ce soit."
        )
    level = "departement" if territoire is None else "arrondissement"
    days = prochaines or {}
    order = sorted(
        enumerate(comites),
        key=lambda item: (
            item[1].niveau != level,
            not item[1].alimente,
            days.get(item[1].cle, date.max),
            item[0],
        ),
    )
    return order[0][1].cle


def deposit(remontee: Remontee, comite: str, le: date, par: str = "") -> Remontee:
    """Set a new remontée down before a comité.

    Raises:
        EntreeInvalide: it has no text, or has been set down already.
    """
    if not remontee.texte.strip():
        raise EntreeInvalide("Une remontée dit quelque chose : son texte est vide.")
    return move(remontee, EtapeRemontee(acte=_A.DEPOSER, le=le, comite=comite, par=par), ())


def move(remontee: Remontee, etape: EtapeRemontee, comites: Sequence[Comite]) -> Remontee:
    """The remontée one step further; the same step given twice changes nothing.

    Raises:
        EntreeInvalide: with everything that stands against the step.

    >>> from maillage.sdaasp.gouvernance.chargement import load_comites
    >>> nord = load_comites("nord-2025-2030")
    >>> blocage = Remontee(cle="r1", nature=NatureRemontee.BLOCAGE, texte="Sans local")
    >>> blocage = deposit(blocage, "cts", date(2026, 4, 7))
    >>> day = date(2026, 4, 7)
    >>> up = EtapeRemontee(acte=ActeRemontee.TRANSMETTRE, le=day, comite="cotech", texte="Budget")
    >>> move(blocage, up, nord).derniere.comite
    'cotech'
    >>> move(blocage, EtapeRemontee(acte=ActeRemontee.REPONDRE, le=day, comite="cts"), nord)
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Réponse impossible.
      - toute remontée reçoit une réponse, avec sa raison. Écrivez-la
    """
    if remontee.derniere == etape:
        return remontee
    if faults := tuple(_check(remontee, etape, comites)):
        raise EntreeInvalide(f"{NOMS[etape.acte]} impossible.", faults)
    return replace(remontee, etapes=(*remontee.etapes, etape))


def _check(remontee: Remontee, etape: EtapeRemontee, comites: Sequence[Comite]) -> list[Faute]:
    last = remontee.derniere
    if etape.acte not in SUITES[last.acte if last else None]:
        state = ETATS[last.acte] if last else "pas encore déposée"
        return [
            Faute(f"elle est {state}", que_faire="Déposez-en une autre." if last else "Déposez-la d’abord.")
        ]
    faults = []
    if last is not None and etape.le < last.le:
        faults.append(Faute(f"le {etape.le:%d/%m/%Y} précède sa dernière étape ({last.le:%d/%m/%Y})"))
    if etape.acte in DISENT_POURQUOI and not etape.texte.strip():
        what = (
            "toute remontée reçoit une réponse, avec sa raison"
            if etape.acte is _A.REPONDRE
            else "sans raison"
        )
        faults.append(Faute(what, que_faire="Écrivez-la"))
    if last is not None:
        faults += _check_comite(last.comite, etape, {c.cle: c for c in comites})
    return faults


def _check_comite(held_by: str, etape: EtapeRemontee, comites: Mapping[str, Comite]) -> list[Faute]:
    if etape.acte is not _A.TRANSMETTRE:
        return [] if etape.comite == held_by else [Faute(f"elle est devant un autre comité ({held_by})")]
    up = comites[held_by].alimente if held_by in comites else ()
    if etape.comite in up:
        return []
    names = ", ".join(comites[key].sigle for key in up) or "aucun"
    return [Faute("on transmet à un comité que celui-ci alimente", que_faire=f"Possible : {names}")]


@dataclass(frozen=True, slots=True)
class AttenteRemontee:
    """How long a remontée has waited: ``jours`` since it was set down, ``rappel``: next reminder."""

    remontee: Remontee
    comite: str
    depuis: date
    jours: int
    rappel: date


def list_waiting(remontees: Sequence[Remontee], jour: date) -> tuple[AttenteRemontee, ...]:
    """Those that wait for an answer, the oldest first, with the day of the next reminder.

    Reminders come every ``rappel_remontee`` days (``delais_gouvernance.toml``) from the day it was set down.

    >>> one = deposit(Remontee(cle="r", nature=NatureRemontee.ALERTE, texte="A"), "cts", date(2026, 4, 1))
    >>> [(w.jours, w.rappel.isoformat()) for w in list_waiting([one], date(2026, 5, 10))]
    [(39, '2026-05-31')]
    """
    waiting = [_wait(one, jour) for one in remontees if one.etapes and not one.close]
    return tuple(sorted(waiting, key=lambda one: (one.depuis, one.remontee.cle)))


def _wait(remontee: Remontee, jour: date) -> AttenteRemontee:
    every: int = read_toml("delais_gouvernance.toml")["rappel_remontee"]["jours"]
    since = remontee.etapes[0].le
    days = (jour - since).days
    reminder = since + timedelta(days=every * (max(days, 0) // every + 1))
    return AttenteRemontee(remontee, remontee.etapes[-1].comite, since, days, reminder)
