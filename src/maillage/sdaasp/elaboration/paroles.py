"""What somebody said while a schema was made: sorted, split, joined, kept or not, with a reason each time.

A parole is a journal, as a remontée is: where it stands, in which box, what it led to are read from its
steps. Nothing is lost: one that is split or joined to another stays, and says where it went. Nothing is
closed without a reason, and whatever was closed by a decision may be taken up again, with another reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute

LONGUEUR_PAROLE: Final = 4000
"""Characters of one parole, at most: a page of text."""


class OrigineParole(StrEnum):
    """How a parole came: said in the room, sent online, received in writing."""

    SALLE = "salle"
    EN_LIGNE = "en_ligne"
    ECRIT = "ecrit"


class CaseDeTri(StrEnum):
    """Where a parole is filed: a box of the AFOM matrix, an enjeu, a priority objective."""

    ATOUT = "atout"
    FAIBLESSE = "faiblesse"
    OPPORTUNITE = "opportunite"
    MENACE = "menace"
    ENJEU = "enjeu"
    OBJECTIF = "objectif"


class EtatParole(StrEnum):
    """Where a parole stands."""

    A_MODERER = "a_moderer"
    REFUSEE = "refusee"
    A_TRIER = "a_trier"
    RANGEE = "rangee"
    ECARTEE = "ecartee"
    DIVISEE = "divisee"
    REUNIE = "reunie"
    RETENUE = "retenue"
    NON_RETENUE = "non_retenue"


class ActeParole(StrEnum):
    """A step in the life of a parole."""

    DEPOSER = "deposer"
    RECUEILLIR = "recueillir"
    ADMETTRE = "admettre"
    REFUSER = "refuser"
    RANGER = "ranger"
    ECARTER = "ecarter"
    DIVISER = "diviser"
    REUNIR = "reunir"
    RETENIR = "retenir"
    NE_PAS_RETENIR = "ne_pas_retenir"
    REPRENDRE = "reprendre"
    ANONYMISER = "anonymiser"


_A, _E = ActeParole, EtatParole
APRES: Final[Mapping[ActeParole, EtatParole]] = {
    _A.DEPOSER: _E.A_MODERER,
    _A.RECUEILLIR: _E.A_TRIER,
    _A.ADMETTRE: _E.A_TRIER,
    _A.REFUSER: _E.REFUSEE,
    _A.RANGER: _E.RANGEE,
    _A.ECARTER: _E.ECARTEE,
    _A.DIVISER: _E.DIVISEE,
    _A.REUNIR: _E.REUNIE,
    _A.RETENIR: _E.RETENUE,
    _A.NE_PAS_RETENIR: _E.NON_RETENUE,
    _A.REPRENDRE: _E.A_TRIER,
}
"""The state that a step leads to; to take a name out of a text leads to none."""
SUITES_PAROLE: Final[Mapping[EtatParole | None, frozenset[ActeParole]]] = {
    None: frozenset({_A.DEPOSER, _A.RECUEILLIR}),
    _E.A_MODERER: frozenset({_A.ADMETTRE, _A.REFUSER}),
    _E.REFUSEE: frozenset({_A.ADMETTRE}),
    _E.A_TRIER: frozenset({_A.RANGER, _A.ECARTER, _A.DIVISER, _A.REUNIR}),
    _E.RANGEE: frozenset({_A.RANGER, _A.ECARTER, _A.DIVISER, _A.REUNIR, _A.RETENIR, _A.NE_PAS_RETENIR}),
    _E.ECARTEE: frozenset({_A.REPRENDRE}),
    _E.NON_RETENUE: frozenset({_A.REPRENDRE}),
    _E.RETENUE: frozenset({_A.RETENIR, _A.REPRENDRE}),
    _E.DIVISEE: frozenset(),
    _E.REUNIE: frozenset(),
}
"""What may be done in each state; where nothing may, its parts or the one that it joined go on."""
DISENT_POURQUOI: Final = frozenset(
    {_A.REFUSER, _A.ECARTER, _A.RETENIR, _A.NE_PAS_RETENIR, _A.REPRENDRE, _A.ANONYMISER}
)
ACTIVES: Final = frozenset({_E.A_TRIER, _E.RANGEE})
"""What others may join, and what may be split."""
A_LIRE: Final = frozenset({_E.A_MODERER, *ACTIVES})
"""What still waits for somebody."""
ACTES: Final = {
    _A.DEPOSER: "Déposée en ligne",
    _A.RECUEILLIR: "Recueillie",
    _A.ADMETTRE: "Admise",
    _A.REFUSER: "Refusée à la modération",
    _A.RANGER: "Rangée",
    _A.ECARTER: "Écartée, hors sujet",
    _A.DIVISER: "Divisée",
    _A.REUNIR: "Réunie à une autre",
    _A.RETENIR: "Retenue",
    _A.NE_PAS_RETENIR: "Non retenue",
    _A.REPRENDRE: "Reprise",
    _A.ANONYMISER: "Un nom a été ôté du texte",
}
ETATS_PAROLE: Final = {
    _E.A_MODERER: "à modérer",
    _E.REFUSEE: "refusée à la modération",
    _E.A_TRIER: "à trier",
    _E.RANGEE: "rangée",
    _E.ECARTEE: "hors sujet",
    _E.DIVISEE: "divisée",
    _E.REUNIE: "réunie à une autre",
    _E.RETENUE: "retenue",
    _E.NON_RETENUE: "non retenue",
}
CASES: Final = {
    CaseDeTri.ATOUT: "Atout",
    CaseDeTri.FAIBLESSE: "Faiblesse",
    CaseDeTri.OPPORTUNITE: "Opportunité",
    CaseDeTri.MENACE: "Menace",
    CaseDeTri.ENJEU: "Enjeu",
    CaseDeTri.OBJECTIF: "Objectif prioritaire",
}
ORIGINES: Final = {
    OrigineParole.SALLE: "dite en salle",
    OrigineParole.EN_LIGNE: "envoyée en ligne",
    OrigineParole.ECRIT: "reçue par écrit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EtapeParole:
    """One step; each act uses the fields that are its own.

    ``theme`` and ``territoire``: of the box it is filed in. ``vers``: key of the parole it joins; ``parts``:
    keys of those it was split into. ``objet``: key of what it led to in the programme; ``redaction``: the
    words written there; ``amendement``: number of the one that carries them, null when they were written.
    """

    acte: ActeParole
    le: date
    par: str = ""
    motif: str = ""
    case: CaseDeTri | None = None
    theme: str = ""
    territoire: str = ""
    vers: str = ""
    parts: tuple[str, ...] = ()
    objet: str = ""
    redaction: str = ""
    amendement: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parole:
    """What somebody said. ``evenement``: key, empty outside any; ``organisation``: on whose behalf, or empty.

    ``theme``: key, empty while nobody said; ``territoire``: code of the arrondissement, empty for the whole
    département. ``issue_de``: key of the one that it was split from, empty for one that was received.
    """

    cle: str
    texte: str
    origine: OrigineParole
    evenement: str = ""
    organisation: str = ""
    theme: str = ""
    territoire: str = ""
    issue_de: str = ""
    etapes: tuple[EtapeParole, ...] = ()

    @property
    def etat(self) -> EtatParole | None:
        """Where it stands; null before its first step."""
        acts = (APRES[e.acte] for e in reversed(self.etapes) if e.acte in APRES)
        return next(acts, None)

    @property
    def case(self) -> CaseDeTri | None:
        """The box it was last filed in; null while it is in none."""
        since = self._since_reprise()
        return next((e.case for e in reversed(since) if e.acte is _A.RANGER), None)

    @property
    def liens(self) -> tuple[EtapeParole, ...]:
        """The steps that tie it to the programme, since it was last taken up again."""
        return tuple(e for e in self._since_reprise() if e.acte is _A.RETENIR)

    def _since_reprise(self) -> tuple[EtapeParole, ...]:
        last = max((n for n, e in enumerate(self.etapes, 1) if e.acte is _A.REPRENDRE), default=0)
        return self.etapes[last:]


def receive(parole: Parole, le: date, par: str = "", *, moderer: bool = False) -> Parole:
    """A new parole with its first step; ``moderer``: nobody sees it before somebody has let it in.

    >>> one = Parole(cle="p", texte="Le bus passe deux fois par jour", origine=OrigineParole.SALLE)
    >>> receive(one, date(2029, 3, 6)).etat.value, receive(one, date(2029, 3, 6), moderer=True).etat.value
    ('a_trier', 'a_moderer')
    """
    if not parole.texte.strip():
        raise EntreeInvalide("Le texte est vide : écrivez ce qui a été dit.")
    if len(parole.texte) > LONGUEUR_PAROLE:
        raise EntreeInvalide(
            f"{len(parole.texte)} caractères : {LONGUEUR_PAROLE} au plus. Faites-en plusieurs."
        )
    acte = _A.DEPOSER if moderer else _A.RECUEILLIR
    return move(parole, EtapeParole(acte=acte, le=le, par=par))


def move(parole: Parole, etape: EtapeParole) -> Parole:
    """The parole one step further; the same step given twice changes nothing.

    Raises:
        EntreeInvalide: with everything that stands against the step.

    >>> day = date(2029, 3, 6)
    >>> one = receive(Parole(cle="p", texte="Plus de médecin", origine=OrigineParole.SALLE), day)
    >>> step = EtapeParole(acte=ActeParole.RANGER, le=day, case=CaseDeTri.FAIBLESSE, theme="sante")
    >>> filed = move(one, step)
    >>> filed.etat.value, filed.case.value, filed.theme
    ('rangee', 'faiblesse', 'sante')
    >>> move(filed, EtapeParole(acte=ActeParole.NE_PAS_RETENIR, le=day))
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: « Non retenue » : impossible.
      - rien ne se ferme sans raison. Dites pourquoi
    """
    if parole.etapes and parole.etapes[-1] == etape:
        return parole
    if faults := tuple(_check(parole, etape)):
        raise EntreeInvalide(f"« {ACTES[etape.acte]} » : impossible.", faults)
    moved = replace(parole, etapes=(*parole.etapes, etape))
    if etape.acte is _A.RANGER:
        moved = replace(moved, theme=etape.theme, territoire=etape.territoire)
    return moved


def _check(parole: Parole, etape: EtapeParole) -> list[Faute]:
    state = parole.etat
    always = etape.acte is _A.ANONYMISER and state is not None
    allowed = always or etape.acte in SUITES_PAROLE[state]
    if not allowed:
        told = "pas encore recueillie" if state is None else ETATS_PAROLE[state]
        return [Faute(f"elle est {told}")]
    faults = []
    if parole.etapes and etape.le < parole.etapes[-1].le:
        faults.append(
            Faute(f"le {etape.le:%d/%m/%Y} précède sa dernière étape ({parole.etapes[-1].le:%d/%m/%Y})")
        )
    back = etape.acte is _A.ADMETTRE and state is _E.REFUSEE
    if (etape.acte in DISENT_POURQUOI or back) and not etape.motif.strip():
        faults.append(Faute("rien ne se ferme sans raison", que_faire="Dites pourquoi"))
    return [*faults, *_check_own(parole, etape)]


def _check_own(parole: Parole, etape: EtapeParole) -> list[Faute]:
    """What the act itself asks for."""
    match etape.acte:
        case _A.RANGER if etape.case is None:
            return [Faute("une parole se range quelque part", que_faire="Choisissez une case")]
        case _A.RANGER if not etape.theme:
            return [Faute("aucun thème", que_faire="Choisissez celui de la fiche où elle compte")]
        case _A.DIVISER if len(set(etape.parts)) < 2 or parole.cle in etape.parts:
            return [Faute("on divise en deux paroles au moins")]
        case _A.REUNIR if not etape.vers or etape.vers == parole.cle:
            return [Faute("dites à quelle autre parole la réunir")]
        case _A.RETENIR if not etape.objet:
            return [Faute("une parole retenue mène quelque part", que_faire="Dites à quoi")]
    return []


def split(
    parole: Parole, textes: Sequence[str], cles: Sequence[str], etape: EtapeParole
) -> tuple[Parole, tuple[Parole, ...]]:
    """A parole that says several things, and its parts, one for each text; it keeps its own words.

    Raises:
        EntreeInvalide: fewer than two texts, or it can no longer be split.

    >>> day = date(2029, 3, 6)
    >>> one = receive(Parole(cle="p", texte="Ni bus ni médecin", origine=OrigineParole.SALLE), day)
    >>> whole, parts = split(one, ["Pas de bus", "Pas de médecin"], ["a", "b"],
    ...                      EtapeParole(acte=ActeParole.DIVISER, le=day))
    >>> whole.etat.value, [(part.texte, part.issue_de, part.etat.value) for part in parts]
    ('divisee', [('Pas de bus', 'p', 'a_trier'), ('Pas de médecin', 'p', 'a_trier')])
    """
    kept = [text for text in textes if text.strip()]
    pairs = list(zip(kept, cles, strict=False))
    moved = move(parole, replace(etape, parts=tuple(key for _, key in pairs)))
    parts = (replace(parole, cle=key, texte=text, issue_de=parole.cle, etapes=()) for text, key in pairs)
    return moved, tuple(receive(part, etape.le, etape.par) for part in parts)


def join(parole: Parole, autre: Parole, etape: EtapeParole) -> Parole:
    """A parole joined to another that says the same and goes on for both.

    Raises:
        EntreeInvalide: the other one is over, or is itself.
    """
    if autre.etat not in ACTIVES:
        told = ETATS_PAROLE[autre.etat] if autre.etat else "pas encore recueillie"
        raise EntreeInvalide(f"On réunit à une parole à trier ou rangée : celle-ci est {told}.")
    return move(parole, replace(etape, vers=autre.cle))
