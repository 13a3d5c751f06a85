"""One meeting: who was called and came, its minutes in four steps, its decisions followed to their end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import read_toml
from maillage.francais import accord, nombre_exact


class EtatSeance(StrEnum):
    """A meeting has a day, is called, is held, or is called off."""

    PREVUE = "prevue"
    CONVOQUEE = "convoquee"
    TENUE = "tenue"
    ANNULEE = "annulee"


class EtatCompteRendu(StrEnum):
    """The four steps of minutes: written, sent, remarked upon, approved (then nothing changes them)."""

    BROUILLON = "brouillon"
    ENVOYE = "envoye"
    REMARQUES = "remarques"
    APPROUVE = "approuve"


class EtatDecision(StrEnum):
    """What becomes of a decision."""

    A_FAIRE = "a_faire"
    EN_COURS = "en_cours"
    FAITE = "faite"
    ABANDONNEE = "abandonnee"


class ReponseConvocation(StrEnum):
    """What somebody called answers: comes, is excused, gives a proxy; nothing said is null."""

    VIENT = "vient"
    EXCUSE = "excuse"
    POUVOIR = "pouvoir"


_S, _C, _D, _R = EtatSeance, EtatCompteRendu, EtatDecision, ReponseConvocation
SUITES_SEANCE: Final[Mapping[EtatSeance, frozenset[EtatSeance]]] = {
    _S.PREVUE: frozenset({_S.CONVOQUEE, _S.TENUE, _S.ANNULEE}),
    _S.CONVOQUEE: frozenset({_S.PREVUE, _S.TENUE, _S.ANNULEE}),
    _S.TENUE: frozenset(),
    _S.ANNULEE: frozenset({_S.PREVUE}),
}
"""A meeting called may be moved: it is then to be called again. One called off may be set again."""
SUITES_COMPTE_RENDU: Final[Mapping[EtatCompteRendu, frozenset[EtatCompteRendu]]] = {
    _C.BROUILLON: frozenset({_C.ENVOYE}),
    _C.ENVOYE: frozenset({_C.REMARQUES, _C.APPROUVE}),
    _C.REMARQUES: frozenset({_C.ENVOYE, _C.APPROUVE}),
    _C.APPROUVE: frozenset(),
}
SUITES_DECISION: Final[Mapping[EtatDecision, frozenset[EtatDecision]]] = {
    _D.A_FAIRE: frozenset({_D.EN_COURS, _D.FAITE, _D.ABANDONNEE}),
    _D.EN_COURS: frozenset({_D.A_FAIRE, _D.FAITE, _D.ABANDONNEE}),
    _D.FAITE: frozenset({_D.EN_COURS}),
    _D.ABANDONNEE: frozenset({_D.A_FAIRE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Somebody called: an organisation, its answer, the one that holds its proxy, whether it came."""

    organisation: str
    reponse: ReponseConvocation | None = None
    pouvoir_a: str = ""
    presente: bool | None = None


@dataclass(frozen=True, slots=True)
class CompteQuorum:
    """Who counts towards a quorum: present, represented, called; ``requis``: null where there is none."""

    presents: int
    representes: int
    convoques: int
    requis: int | None

    @property
    def atteint(self) -> bool | None:
        """Whether there are enough; null where nothing is required."""
        return None if self.requis is None else self.presents + self.representes >= self.requis

    @property
    def phrase(self) -> str:
        """In words, with what the quorum asks where there is one.

        >>> CompteQuorum(3, 1, 6, 4).phrase.replace(chr(160), " ")
        '6 organisations convoquées, 3 présentes, 1 représentée. Quorum atteint : il en faut 4.'
        """
        told = (
            f"{accord(self.convoques, 'organisation convoquée', 'organisations convoquées')}, "
            f"{accord(self.presents, 'présente')}, {accord(self.representes, 'représentée')}."
        )
        if self.requis is None:
            return told
        return f"{told} Quorum {'atteint' if self.atteint else 'non atteint'} : il en faut {self.requis}."


def check_seance(before: EtatSeance, after: EtatSeance, jour: date, aujourdhui: date) -> None:
    """Refuse a move that the states do not allow: a meeting is not held before its day.

    >>> check_seance(EtatSeance.PREVUE, EtatSeance.TENUE, date(2026, 6, 1), date(2026, 5, 31))
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Une séance du 01/06/2026 ne peut pas être tenue le 31/05/2026.
    """
    if after not in SUITES_SEANCE[before]:
        raise EntreeInvalide(f"Une séance {_dire(before)} ne peut pas devenir {_dire(after)}.")
    if after is EtatSeance.TENUE and aujourdhui < jour:
        raise EntreeInvalide(
            f"Une séance du {jour:%d/%m/%Y} ne peut pas être tenue le {aujourdhui:%d/%m/%Y}."
        )


def check_compte_rendu(
    before: EtatCompteRendu, after: EtatCompteRendu, texte: str, seance: EtatSeance
) -> None:
    """Refuse a step that minutes may not take: those of a meeting that was held, with something in them."""
    faults = []
    if seance is not EtatSeance.TENUE:
        faults.append(Faute("la séance n’a pas eu lieu", que_faire="Dites-la tenue d’abord."))
    if not texte.strip():
        faults.append(Faute("il est vide", que_faire="Écrivez-le."))
    if after not in SUITES_COMPTE_RENDU[before]:
        faults.append(Faute(f"il est {_dire(before)}, il ne peut pas devenir {_dire(after)}"))
    if faults:
        raise EntreeInvalide("Le compte rendu reste où il est.", tuple(faults))


def check_decision(before: EtatDecision, after: EtatDecision, motif: str) -> None:
    """Refuse a move of a decision; giving one up, or taking one up again, says why."""
    if after not in SUITES_DECISION[before]:
        raise EntreeInvalide(f"Une décision {_dire(before)} ne peut pas devenir {_dire(after)}.")
    if (after is _D.ABANDONNEE or before in (_D.FAITE, _D.ABANDONNEE)) and not motif.strip():
        raise EntreeInvalide("Dites pourquoi : la décision garde la trace de ce changement.")


def count_quorum(presences: Iterable[Presence], part: float | None) -> CompteQuorum:
    """Who is there, in person or by proxy given to somebody present; ``part``: share of those called.

    A proxy counts once its holder is present, and a holder may hold several. More than ``part`` is asked:
    half of six is four.

    >>> pouvoir = ReponseConvocation.POUVOIR
    >>> called = [
    ...     Presence(organisation="CAF", presente=True),
    ...     Presence(organisation="CPAM", reponse=pouvoir, pouvoir_a="CAF", presente=False),
    ...     Presence(organisation="MSA", reponse=pouvoir, pouvoir_a="Région", presente=False),
    ...     Presence(organisation="Région", reponse=ReponseConvocation.EXCUSE, presente=False),
    ... ]
    >>> count_quorum(called, 0.5)
    CompteQuorum(presents=1, representes=1, convoques=4, requis=3)
    """
    held = tuple(presences)
    there = {one.organisation for one in held if one.presente}
    proxies = [one for one in held if not one.presente and one.reponse is ReponseConvocation.POUVOIR]
    represented = sum(one.pouvoir_a in there for one in proxies)
    required = None if part is None else int(round(len(held) * part, 6)) + 1
    return CompteQuorum(len(there), represented, len(held), required)


def tell_quorum(part: float) -> str:
    """What must be there, in person or by proxy, in words.

    >>> tell_quorum(0.5), tell_quorum(2 / 3)
    ('Plus de la moitié des organisations convoquées.', 'Plus de 66,7 % des organisations convoquées.')
    """
    share = "la moitié" if part == 0.5 else f"{nombre_exact(part * 100, 1)} %"
    return f"Plus de {share} des organisations convoquées."


def tell_reponse(presence: Presence) -> str:
    """What somebody called answered, in words."""
    said = LIBELLES[presence.reponse] if presence.reponse else "pas de réponse"
    return f"{said} à {presence.pouvoir_a}" if presence.pouvoir_a else said


def tell_came(presence: Presence) -> str:
    """Whether somebody called came, in words."""
    return {True: "présente", False: "absente", None: "non dit"}[presence.presente]


def number_decision(sigle: str, jour: date, rang: int, territoire: str = "") -> str:
    """The reference of a decision: comité, territory, day of the meeting, rank from 1.

    >>> number_decision("CTS", date(2026, 4, 7), 2, "Douai"), number_decision("CoPil", date(2026, 12, 10), 1)
    ('CTS Douai 2026-04-07/2', 'CoPil 2026-12-10/1')
    """
    place = f" {territoire}" if territoire else ""
    return f"{sigle}{place} {jour.isoformat()}/{rang}"


def is_late(etat: EtatDecision, echeance: date | None, jour: date) -> bool:
    """Whether a decision should have been done by ``jour``; one without a date is never late."""
    return echeance is not None and echeance < jour and etat in (_D.A_FAIRE, _D.EN_COURS)


def find_convocation_day(jour: date) -> date:
    """The day by which a meeting should be called (``delais_gouvernance.toml``)."""
    return jour - timedelta(days=_read_delay("convocation"))


def is_to_call(jour: date, today: date) -> bool:
    """Whether the convocation of a meeting of ``jour`` should soon leave, or is late."""
    notice = timedelta(days=int(read_toml("delais_gouvernance.toml")["convocation"]["sur_le_bureau"]))
    return find_convocation_day(jour) - today <= notice


def find_remarks_end(envoye_le: date) -> date:
    """The last day to remark upon minutes sent (``delais_gouvernance.toml``)."""
    return envoye_le + timedelta(days=_read_delay("remarques"))


def _read_delay(name: str) -> int:
    return int(read_toml("delais_gouvernance.toml")[name]["jours"])


def _dire(etat: StrEnum) -> str:
    return f"« {LIBELLES[etat]} »"


LIBELLES: Final[Mapping[StrEnum, str]] = {
    _S.PREVUE: "prévue",
    _S.CONVOQUEE: "convoquée",
    _S.TENUE: "tenue",
    _S.ANNULEE: "annulée",
    _C.BROUILLON: "en cours d’écriture",
    _C.ENVOYE: "envoyé",
    _C.REMARQUES: "remarqué",
    _C.APPROUVE: "approuvé",
    _R.VIENT: "vient",
    _R.EXCUSE: "excusée",
    _R.POUVOIR: "donne pouvoir",
    _D.A_FAIRE: "à faire",
    _D.EN_COURS: "en cours",
    _D.FAITE: "faite",
    _D.ABANDONNEE: "abandonnée",
}
