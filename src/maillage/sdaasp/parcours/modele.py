"""What the legal course is made of: versions of the text, consultations, acts, signatures, publicity."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class NatureOrganisme(StrEnum):
    """The three kinds of bodies that the law has consulted."""

    EPCI = "epci"
    REGION = "region"
    CTAP = "ctap"


class SensAvis(StrEnum):
    """What a body said; ``SANS``: it deliberated without an avis."""

    FAVORABLE = "favorable"
    RESERVES = "reserves"
    DEFAVORABLE = "defavorable"
    SANS = "sans"


class SuiteReserve(StrEnum):
    """What becomes of a reserve."""

    RETENUE = "retenue"
    EN_PARTIE = "en_partie"
    ECARTEE = "ecartee"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionTexte:
    """One version of the text submitted: its number from 1, the day it was settled, what changed."""

    numero: int
    arretee_le: date
    objet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveAvis:
    """One reserve of an avis, and the answer to it; ``suite`` null: not answered yet."""

    texte: str
    suite: SuiteReserve | None = None
    reponse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One body, consulted once on one version. ``saisi_le`` null: not asked yet.

    ``delibere_le`` and ``avis`` go together: null while it has said nothing. ``apres``: key of the
    consultation that this one follows, when a body is asked again on a newer text; empty for the first.
    """

    cle: str
    nom: str
    nature: NatureOrganisme
    version: int = 1
    saisi_le: date | None = None
    delibere_le: date | None = None
    avis: SensAvis | None = None
    reserves: tuple[ReserveAvis, ...] = ()
    reference: str = ""
    apres: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acte:
    """A deliberation or an arrêté: its day, its reference, the version it is about."""

    le: date
    version: int
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signatory of a convention, and what they commit to; ``signe_le`` null: awaited.

    ``convention`` empty: there is only one.
    """

    nom: str
    convention: str = ""
    engagements: tuple[str, ...] = ()
    signe_le: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicite:
    """What has been made public, and when; null: not yet."""

    en_ligne_le: date | None = None
    services_le: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcours:
    """The whole course of one schema; ``revise_le``: the day its revision was begun, null before."""

    textes: tuple[VersionTexte, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    approbation: Acte | None = None
    arrete: Acte | None = None
    signatures: tuple[Signature, ...] = ()
    publicite: Publicite = field(default_factory=Publicite)
    revise_le: date | None = None

    def list_natures(self, *natures: NatureOrganisme) -> tuple[Consultation, ...]:
        """The consultations of these kinds of bodies."""
        return tuple(one for one in self.consultations if one.nature in natures)

    def list_due(self, *natures: NatureOrganisme) -> tuple[Consultation, ...]:
        """Those that the approval waits for: the first of each body, and those asked again before it.

        >>> first = Consultation(cle="a", nom="A", nature=NatureOrganisme.EPCI)
        >>> again = Consultation(
        ...     cle="b", nom="A", nature=NatureOrganisme.EPCI, apres="a", saisi_le=date(2026, 3, 1))
        >>> voted = Acte(le=date(2026, 2, 1), version=1)
        >>> course = Parcours(consultations=(first, again), approbation=voted)
        >>> [one.cle for one in course.list_due(NatureOrganisme.EPCI)]
        ['a']
        """
        vote = self.approbation
        return tuple(
            one
            for one in self.list_natures(*natures)
            if not one.apres or (one.saisi_le is not None and (vote is None or one.saisi_le <= vote.le))
        )

    def find_last(self, consultation: Consultation) -> Consultation:
        """The last time that the body of a consultation was asked."""
        after = next((one for one in self.consultations if one.apres == consultation.cle), None)
        return self.find_last(after) if after is not None and after.saisi_le is not None else consultation
