"""A schema being made, or revised at mid-term: its events, who was invited to them, who came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import accord, nombre


class NatureElaboration(StrEnum):
    """What is being done: the schema itself, or its revision at mid-term."""

    ELABORATION = "elaboration"
    REVISION = "revision"


class NatureEvenement(StrEnum):
    """What kind of event."""

    FONDATRICE = "fondatrice"
    PRINTEMPS = "printemps"
    AUTOMNE = "automne"
    GROUPE = "groupe"
    EN_LIGNE = "en_ligne"


class EtatEvenement(StrEnum):
    """An event has its dates, its invitations have left, it was held, or it is called off."""

    PREVU = "prevu"
    INVITE = "invite"
    TENU = "tenu"
    ANNULE = "annule"


class ReponseInvitation(StrEnum):
    """What an organisation invited answers; nothing said is null."""

    VIENT = "vient"
    EXCUSEE = "excusee"


_E = EtatEvenement
SUITES_EVENEMENT: Final[Mapping[EtatEvenement, frozenset[EtatEvenement]]] = {
    _E.PREVU: frozenset({_E.INVITE, _E.TENU, _E.ANNULE}),
    _E.INVITE: frozenset({_E.PREVU, _E.TENU, _E.ANNULE}),
    _E.TENU: frozenset(),
    _E.ANNULE: frozenset({_E.PREVU}),
}
"""An event whose dates change after its invitations left is to be announced again."""
NATURES: Final = {
    NatureElaboration.ELABORATION: "Élaboration du schéma",
    NatureElaboration.REVISION: "Révision à mi-parcours",
}
NATURES_EVENEMENT: Final = {
    NatureEvenement.FONDATRICE: "Journée fondatrice",
    NatureEvenement.PRINTEMPS: "Réunion d’arrondissement, printemps",
    NatureEvenement.AUTOMNE: "Réunion d’arrondissement, automne",
    NatureEvenement.GROUPE: "Groupe de travail thématique",
    NatureEvenement.EN_LIGNE: "Recueil en ligne",
}
ETATS_EVENEMENT: Final = {
    _E.PREVU: "prévu",
    _E.INVITE: "invitations parties",
    _E.TENU: "tenu",
    _E.ANNULE: "annulé",
}
REPONSES: Final = {ReponseInvitation.VIENT: "vient", ReponseInvitation.EXCUSEE: "excusée"}
DANS_UN_ARRONDISSEMENT: Final = frozenset({NatureEvenement.PRINTEMPS, NatureEvenement.AUTOMNE})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationInvitee:
    """An organisation invited to an event, or come without being so (``invitee`` false).

    ``attendues``: people that it announced; ``presentes``: people who came on its behalf. Null: nobody said.
    """

    organisation: str
    invitee: bool = True
    reponse: ReponseInvitation | None = None
    attendues: int | None = None
    presentes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evenement:
    """One event of the making of a schema. ``fin``: its last day; ``territoire``: null for the département.

    ``themes``: keys, none for all of them. ``autres``: people who came for no organisation, null when nobody
    counted.
    """

    cle: str
    nature: NatureEvenement
    titre: str
    debut: date
    fin: date
    etat: EtatEvenement = EtatEvenement.PREVU
    territoire: str | None = None
    themes: tuple[str, ...] = ()
    invitees: tuple[OrganisationInvitee, ...] = ()
    autres: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elaboration:
    """The making of a schema or its revision. ``schema``: key; ``fin``: null while it goes on."""

    cle: str
    nature: NatureElaboration
    titre: str
    schema: str
    debut: date
    fin: date | None = None


@dataclass(frozen=True, slots=True)
class ComptePresence:
    """Who was invited to an event and came, by organisation.

    ``presentes``: organisations that came. ``personnes``: people counted, null when nobody counted any;
    ``sans_nombre``: organisations of which nobody said how many came.
    """

    invitees: int
    viennent: int
    excusees: int
    presentes: int
    personnes: int | None
    sans_nombre: int

    @property
    def phrase(self) -> str:
        """In words; what was not counted is said.

        >>> ComptePresence(4, 3, 1, 2, 31, 1).phrase.replace(chr(160), " ")
        '4 organisations invitées, 2 venues, au moins 31 personnes (1 organisation sans nombre noté).'
        """
        invited = accord(self.invitees, "organisation invitée", "organisations invitées")
        told = f"{invited}, {accord(self.presentes, 'venue')}"
        if self.personnes is None:
            return f"{told} ; personne n’a encore noté combien de personnes sont venues."
        least = "au moins " if self.sans_nombre else ""
        lacks = accord(self.sans_nombre, "organisation sans nombre noté", "organisations sans nombre noté")
        end = f" ({lacks})" if self.sans_nombre else ""
        return f"{told}, {least}{nombre(self.personnes)} personne{'s' if self.personnes > 1 else ''}{end}."


def count_presence(evenement: Evenement) -> ComptePresence:
    """Who was invited and came: people = Σ ``presentes`` known + ``autres``; an excused one counts as none.

    >>> came = OrganisationInvitee(organisation="CAF", presentes=3)
    >>> besides = OrganisationInvitee(organisation="ADIL", invitee=False, presentes=2)
    >>> rows = (came, OrganisationInvitee(organisation="CPAM"), besides)
    >>> day = date(2029, 3, 6)
    >>> one = Evenement(cle="e", nature=NatureEvenement.FONDATRICE, titre="Journée", debut=day, fin=day,
    ...                 invitees=rows, autres=10)
    >>> found = count_presence(one)
    >>> found.invitees, found.presentes, found.personnes, found.sans_nombre
    (2, 2, 15, 1)
    """
    rows = evenement.invitees
    known = [row.presentes for row in rows if row.presentes is not None]
    known += [] if evenement.autres is None else [evenement.autres]
    excused = sum(row.reponse is ReponseInvitation.EXCUSEE for row in rows)
    return ComptePresence(
        invitees=sum(row.invitee for row in rows),
        viennent=sum(row.reponse is ReponseInvitation.VIENT for row in rows),
        excusees=excused,
        presentes=sum(bool(row.presentes) for row in rows),
        personnes=sum(known) if known else None,
        sans_nombre=sum(
            row.presentes is None and row.reponse is not ReponseInvitation.EXCUSEE for row in rows
        ),
    )


def check_invitees(rows: Iterable[OrganisationInvitee]) -> None:
    """Refuse an organisation without a name, said twice, or a number below zero.

    >>> check_invitees([OrganisationInvitee(organisation="CAF"), OrganisationInvitee(organisation="CAF")])
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: « CAF » est déjà dans la liste.
    """
    seen: set[str] = set()
    for row in rows:
        if not row.organisation.strip():
            raise EntreeInvalide("Une organisation a un nom.")
        if row.organisation in seen:
            raise EntreeInvalide(f"« {row.organisation} » est déjà dans la liste.")
        if min(row.attendues or 0, row.presentes or 0) < 0:
            raise EntreeInvalide(f"{row.organisation} : un nombre de personnes n’est pas négatif.")
        seen.add(row.organisation)


def check_evenement(evenement: Evenement) -> None:
    """Refuse an event that ends before it begins, or a meeting of an arrondissement that names none."""
    if evenement.fin < evenement.debut:
        raise EntreeInvalide(
            f"« {evenement.titre} » finit le {evenement.fin:%d/%m/%Y}, avant son début "
            f"({evenement.debut:%d/%m/%Y})."
        )
    if evenement.nature in DANS_UN_ARRONDISSEMENT and evenement.territoire is None:
        raise EntreeInvalide("Une réunion d’arrondissement dit dans lequel.")
    check_invitees(evenement.invitees)


def check_move(before: EtatEvenement, after: EtatEvenement, debut: date, aujourdhui: date) -> None:
    """Refuse a move that the states do not allow: an event is not held before its first day.

    >>> check_move(EtatEvenement.PREVU, EtatEvenement.TENU, date(2029, 3, 6), date(2029, 3, 6))
    >>> check_move(EtatEvenement.TENU, EtatEvenement.PREVU, date(2029, 3, 6), date(2029, 3, 7))
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Un événement « tenu » ne devient pas « prévu ».
    """
    if after not in SUITES_EVENEMENT[before]:
        raise EntreeInvalide(
            f"Un événement « {ETATS_EVENEMENT[before]} » ne devient pas « {ETATS_EVENEMENT[after]} »."
        )
    if after is EtatEvenement.TENU and aujourdhui < debut:
        raise EntreeInvalide(f"Un événement du {debut:%d/%m/%Y} n’a pas été tenu le {aujourdhui:%d/%m/%Y}.")
