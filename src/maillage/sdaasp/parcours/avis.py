"""Where one consultation stands on a day: to ask, awaited, given, deemed given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from maillage.francais import jour as dire_jour
from maillage.sdaasp.parcours.delais import find_echeance
from maillage.sdaasp.parcours.modele import Consultation, SensAvis


class EtatAvis(StrEnum):
    """Where an avis stands."""

    A_SAISIR = "a_saisir"
    ATTENDU = "attendu"
    RENDU = "rendu"
    REPUTE_DONNE = "repute_donne"


LIBELLES = {
    SensAvis.FAVORABLE: "avis favorable",
    SensAvis.RESERVES: "avis favorable avec réserves",
    SensAvis.DEFAVORABLE: "avis défavorable",
    SensAvis.SANS: "délibération sans avis",
}


@dataclass(frozen=True, slots=True)
class SuiviAvis:
    """A consultation on a day. ``echeance``: last day of the delay; ``acquis_le``: since when it counts.

    ``tardif``: the body spoke after it was deemed to have; its words are kept, and change nothing.
    """

    consultation: Consultation
    etat: EtatAvis
    echeance: date | None = None
    acquis_le: date | None = None
    tardif: bool = False

    @property
    def acquis(self) -> bool:
        """Whether the law's condition is met: given, or deemed given."""
        return self.acquis_le is not None


def follow(consultation: Consultation, jour: date) -> SuiviAvis:
    """Where a consultation stands on ``jour``.

    An avis is deemed given from the day after the delay's last day. A deliberation without avis is silence.

    >>> from maillage.sdaasp.parcours.modele import NatureOrganisme
    >>> silent = Consultation(cle="a", nom="A", nature=NatureOrganisme.EPCI, saisi_le=date(2025, 11, 30))
    >>> [follow(silent, day).etat.value for day in (date(2025, 11, 29), date(2026, 2, 28), date(2026, 3, 1))]
    ['a_saisir', 'attendu', 'repute_donne']
    """
    asked = consultation.saisi_le
    if asked is None or jour < asked:
        return SuiviAvis(consultation, EtatAvis.A_SAISIR)
    end = find_echeance(asked)
    deemed = end + timedelta(days=1)
    said = _find_said(consultation, jour)
    if said is not None and said <= end:
        return SuiviAvis(consultation, EtatAvis.RENDU, end, said)
    if jour >= deemed:
        return SuiviAvis(consultation, EtatAvis.REPUTE_DONNE, end, deemed, tardif=said is not None)
    return SuiviAvis(consultation, EtatAvis.ATTENDU, end)


def _find_said(consultation: Consultation, jour: date) -> date | None:
    """The day it said something that is an avis, if that day has come."""
    day = consultation.delibere_le
    if day is None or day > jour or consultation.avis in (None, SensAvis.SANS):
        return None
    return day


def tell(suivi: SuiviAvis) -> str:
    """The same in a sentence, each date explained.

    >>> from maillage.sdaasp.parcours.modele import NatureOrganisme
    >>> silent = Consultation(cle="a", nom="A", nature=NatureOrganisme.EPCI, saisi_le=date(2025, 11, 30))
    >>> for part in tell(follow(silent, date(2026, 3, 1))).split("\\xa0; "):
    ...     print(part)
    Saisi le 30 novembre 2025
    trois mois jusqu’au 28 février 2026 inclus
    avis réputé donné depuis le 1er mars 2026.
    """
    one = suivi.consultation
    if one.saisi_le is None or suivi.echeance is None:
        return "Pas encore saisi."
    parts = [
        f"Saisi le {dire_jour(one.saisi_le)}",
        f"trois mois jusqu’au {dire_jour(suivi.echeance)} inclus",
    ]
    return "\xa0; ".join([*parts, *_tell_avis(suivi)]) + "."


def _tell_avis(suivi: SuiviAvis) -> list[str]:
    one = suivi.consultation
    if suivi.acquis_le is None:
        return ["avis attendu"]
    if suivi.etat is EtatAvis.RENDU and one.avis is not None:
        return [f"{LIBELLES[one.avis]} le {dire_jour(suivi.acquis_le)}"]
    said = [f"avis réputé donné depuis le {dire_jour(suivi.acquis_le)}"]
    if suivi.tardif and one.avis is not None and one.delibere_le is not None:
        said.append(f"{LIBELLES[one.avis]} le {dire_jour(one.delibere_le)}, hors délai")
    return said
