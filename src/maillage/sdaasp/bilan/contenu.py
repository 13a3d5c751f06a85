"""What a bilan tells, as values: it is written from them, and they are what is frozen.

Rows name their arrondissement (null: the whole département) and their theme (null: none); the sections of a
bilan pick theirs by these names. Everything is kept as it was that day: names beside keys, figures with their
vintage and how reliable they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.vocabulaire import Meteo, StatutDeclinaison

_Ligne = TypeVar("_Ligne")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nomme:
    """A key and its name that day: of an arrondissement, of a theme."""

    cle: str
    nom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDuBilan:
    """A declinaison: what it became, and how many of its steps are done of those it has."""

    cle: str
    theme: str
    arrondissement: str
    annee: int
    libelle: str | None
    statut: StatutDeclinaison | None
    meteo: Meteo | None = None
    commentaire: str | None = None
    pilote: str = ""
    etapes: int = 0
    etapes_faites: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MesureDuBilan:
    """An indicator: its last validated value at the end of the year (null: none) and what was aimed at.

    ``valeur`` and ``cible`` are in ``unite``; a qualitative one has ``texte`` and ``cible_texte``.
    """

    cle: str
    libelle: str
    theme: str | None
    arrondissement: str | None
    unite: str | None = None
    source: str | None = None
    valeur: float | None = None
    texte: str | None = None
    le: date | None = None
    cible: float | None = None
    cible_texte: str | None = None
    cible_annee: int | None = None
    chiffre: ChiffreCite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementDuBilan:
    """What a road map of the year promised; ``echeance`` and ``fait_le``: null when nobody said."""

    theme: str | None
    arrondissement: str | None
    quoi: str
    qui: str = ""
    echeance: date | None = None
    fait_le: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendementDuBilan:
    """A change of the schema written in the year: of what, which fields, by which decision (empty: none)."""

    objet: str
    champs: tuple[str, ...]
    le: date
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReunionDuBilan:
    """A meeting of the year; ``etat`` and ``compte_rendu`` in words, as they stood."""

    comite: str
    arrondissement: str | None
    jour: date
    etat: str
    compte_rendu: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDuBilan:
    """A decision taken in the year; ``etat`` in words, as it stood."""

    reference: str
    arrondissement: str | None
    texte: str
    etat: str
    responsable: str = ""
    echeance: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemonteeDuBilan:
    """What went up, and its answer; ``reponse`` is empty and ``repondue_le`` null while it has none.

    ``close``: answered or withdrawn.
    """

    cle: str
    nature: str
    texte: str
    theme: str | None
    arrondissement: str | None
    deposee_le: date
    etat: str
    devant: str = ""
    reponse: str = ""
    repondue_le: date | None = None
    close: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalementsDuBilan:
    """What residents signalled in the year, in one place or of one theme, and where it stood on the day.

    ``repondus``, ``refuses``, ``reunis``, ``retires`` and ``en_attente`` add up to ``recus``.
    ``delai_j``: median days to the answer, null when none was given.
    """

    theme: str | None
    arrondissement: str | None
    recus: int
    repondus: int
    refuses: int
    reunis: int
    retires: int
    en_attente: int
    delai_j: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PropositionDuBilan:
    """What a comité d'usagers proposed in the year, and where it stood: ``etat``, in words.

    ``motif``: why, empty without an answer. ``essai``: the comité is invented.
    """

    comite: str
    theme: str | None
    arrondissement: str | None
    texte: str
    etat: str
    motif: str = ""
    essai: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneDEnquete:
    """How many gave an answer to a question; ``effectif`` null when it is hidden, a group being too small."""

    question: str
    modalite: str
    effectif: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnqueteDuBilan:
    """A survey that closed in the year: ``reponses`` null when too few answered to say how many.

    ``marge``: 95 %, a share (0 to 1); null where people chose themselves. ``essai``: answers are invented.
    """

    titre: str
    theme: str | None
    arrondissement: str | None
    fermee_le: date
    reponses: int | None
    marge: float | None = None
    lignes: tuple[LigneDEnquete, ...] = ()
    essai: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiffreDuBilan:
    """A figure of the atlas, frozen (``chiffre``), with its name and unit that day."""

    theme: str | None
    arrondissement: str | None
    nom: str
    unite: str
    arrondi: int
    chiffre: ChiffreCite


@dataclass(frozen=True, slots=True, kw_only=True)
class TexteDuBilan:
    """A contribution: of whom it was asked, until when, what it says (empty: nothing came)."""

    theme: str | None
    arrondissement: str | None
    a_qui: str
    texte: str = ""
    echeance: date | None = None
    rendue_le: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageDuBilan:
    """A step of the bilan itself, in words: what was done, by which comité, at which meeting or how."""

    le: date
    acte: str
    comite: str = ""
    arrondissement: str | None = None
    motif: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contenu:
    """A whole bilan, on the day ``etabli_le``; ``source`` of the programme, ``atlas`` empty without one.

    ``reunions``, ``remontees``, ``signalements``, ``propositions``, ``enquetes``: null where nobody read
    them. ``manques``: what is not known, in sentences, frozen with it. ``essai``: figures are invented.
    """

    annee: int
    schema: str
    departement: str
    debut: int
    fin: int
    etabli_le: date
    source: str = ""
    atlas: str = ""
    pilotes: tuple[str, ...] = ()
    arrondissements: tuple[Nomme, ...] = ()
    themes: tuple[Nomme, ...] = ()
    actions: tuple[ActionDuBilan, ...] = ()
    mesures: tuple[MesureDuBilan, ...] = ()
    engagements: tuple[EngagementDuBilan, ...] = ()
    amendements: tuple[AmendementDuBilan, ...] = ()
    reunions: tuple[ReunionDuBilan, ...] | None = None
    decisions: tuple[DecisionDuBilan, ...] = ()
    remontees: tuple[RemonteeDuBilan, ...] | None = None
    signalements: tuple[SignalementsDuBilan, ...] | None = None
    propositions: tuple[PropositionDuBilan, ...] | None = None
    enquetes: tuple[EnqueteDuBilan, ...] | None = None
    chiffres: tuple[ChiffreDuBilan, ...] = ()
    textes: tuple[TexteDuBilan, ...] = ()
    passages: tuple[PassageDuBilan, ...] = ()
    manques: tuple[str, ...] = ()
    essai: bool = False


@dataclass(frozen=True, slots=True)
class PartieDuBilan:
    """What a bilan tells of one arrondissement, one theme or the département, picked from its rows."""

    cle: str
    nom: str
    actions: tuple[ActionDuBilan, ...]
    mesures: tuple[MesureDuBilan, ...]
    engagements: tuple[EngagementDuBilan, ...]
    reunions: tuple[ReunionDuBilan, ...]
    decisions: tuple[DecisionDuBilan, ...]
    remontees: tuple[RemonteeDuBilan, ...]
    signalements: tuple[SignalementsDuBilan, ...]
    propositions: tuple[PropositionDuBilan, ...]
    chiffres: tuple[ChiffreDuBilan, ...]
    textes: tuple[TexteDuBilan, ...]


def pick_arrondissement(contenu: Contenu, place: Nomme) -> PartieDuBilan:
    """All that the bilan tells of an arrondissement."""
    return _pick(contenu, place, lambda row: row.arrondissement == place.cle)


def pick_theme(contenu: Contenu, theme: Nomme) -> PartieDuBilan:
    """What it tells of a theme for the whole département; its actions are those of every arrondissement."""
    part = _pick(contenu, theme, lambda row: _theme(row) == theme.cle and row.arrondissement is None)
    actions = tuple(a for a in contenu.actions if a.theme == theme.cle)
    return replace(part, actions=actions, reunions=(), decisions=())


def pick_departement(contenu: Contenu) -> PartieDuBilan:
    """What it tells of the département and of no theme."""
    whole = Nomme(cle=contenu.departement, nom=contenu.departement)
    return _pick(contenu, whole, lambda row: row.arrondissement is None and _theme(row) is None)


def _theme(row: object) -> str | None:
    return getattr(row, "theme", None)


def _pick(contenu: Contenu, named: Nomme, wanted: Callable[[Any], bool]) -> PartieDuBilan:
    def keep(rows: Iterable[_Ligne]) -> tuple[_Ligne, ...]:
        return tuple(row for row in rows if wanted(row))

    return PartieDuBilan(
        named.cle,
        named.nom,
        keep(contenu.actions),
        keep(contenu.mesures),
        keep(contenu.engagements),
        keep(contenu.reunions or ()),
        keep(contenu.decisions),
        keep(contenu.remontees or ()),
        keep(contenu.signalements or ()),
        keep(contenu.propositions or ()),
        keep(contenu.chiffres),
        keep(contenu.textes),
    )
