"""One place as it is told: what, where, open until when, how long it takes, what is free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from maillage.annuaire.ouverture import ReponseOuverture
from maillage.annuaire.recherche import PAS_CE_JOUR, PLUS_TARD, RECU, OffreDuLieu
from maillage.francais import jour as write_day
from maillage.francais import jour_de_semaine
from maillage.web.annuaire.lieux import FicheSoeur, ValeurDite
from maillage.web.territoires.sans_voiture import trajet as trajets


@dataclass(frozen=True)
class OffreIci:
    """Something else that answers at the same place: its name, whose list it is on, key of its record."""

    nom: str
    source: str
    cle: int | None


@dataclass(frozen=True)
class ReponseLieu:
    """One place as it is told. Minutes are whole; null where nobody knows.

    ``accueil``: RECU to PAS_CE_JOUR, null without a time of arrival; ``attente_min``: until it opens.
    ``retour``: when one is home again, null when not asked; ``sans_retour``: nothing brings one home.
    ``ici``: what else answers at the same place. ``aussi``: the records of other lists that are this place;
    ``horaires_dits``: its hours as each source says them, the freshest first, empty unless they differ.
    ``autres``: minutes by other ways. ``etapes``: how to get there by public transport.
    """

    rang: int
    offre: OffreDuLieu
    cle: int | None
    corriges: tuple[str, ...]
    confirmee: date | None
    doutes: tuple[str, ...]
    duree_min: int | None = None
    arrivee: datetime | None = None
    accueil: int | None = None
    attente_min: int | None = None
    ouverture: ReponseOuverture | None = None
    retour: datetime | None = None
    sans_retour: bool = False
    autres: tuple[tuple[str, int], ...] = ()
    etapes: tuple[trajets.EtapeDite, ...] = ()
    ici: tuple[OffreIci, ...] = ()
    aussi: tuple[FicheSoeur, ...] = ()
    horaires_dits: tuple[ValeurDite, ...] = ()

    @property
    def nom(self) -> str:
        """What is offered."""
        return self.offre.fiche.nom

    @property
    def chez(self) -> str:
        """Who offers it, when that is not said already; the stop of a visiting one."""
        names = [self.offre.permanence.nom] if self.offre.permanence else []
        if self.offre.structure and self.offre.prestation and self.offre.structure.nom != self.nom:
            names.insert(0, self.offre.structure.nom)
        return ", ".join(names)

    @property
    def adresse(self) -> str:
        """Street, postcode and commune, of the prestation or of its structure; empty for a stop."""
        if self.offre.permanence is not None:
            return ""
        for one in (self.offre.prestation, self.offre.structure):
            if one is not None and (one.adresse or one.commune):
                street = one.adresse or ""
                town = " ".join(
                    part for part in (one.code_postal, one.commune) if part and part not in street
                )
                return ", ".join(part for part in (street, town) if part)
        return ""

    @property
    def telephone(self) -> str:
        """The number to call."""
        both = (self.offre.prestation, self.offre.structure)
        return next((one.telephone for one in both if one is not None and one.telephone), "")

    @property
    def gratuit(self) -> bool | None:
        """Whether it is free; null when not said."""
        one = self.offre.prestation
        return None if one is None or one.frais is None else one.frais == "gratuit"

    @property
    def ferme_a(self) -> datetime | None:
        """When it closes after one arrives, null when one does not find it open."""
        return self.ouverture.jusque if self.ouverture and self.accueil == RECU else None

    @property
    def reste(self) -> tuple[int, int] | None:
        """Hours and minutes left before it closes."""
        left = self.ouverture.reste_min if self.ouverture and self.accueil == RECU else None
        return None if left is None else divmod(left, 60)

    @property
    def sms(self) -> str:
        """What holds in a message: name, place, hours, number."""
        when = ""
        if self.accueil == RECU and self.ferme_a:
            when = f"ouvert jusqu’à {write_clock(self.ferme_a)}"
        elif self.accueil == PLUS_TARD and self.ouverture and self.ouverture.ouvre:
            when = f"ouvre à {write_clock(self.ouverture.ouvre)}"
        elif self.accueil == PAS_CE_JOUR and self.ouverture and self.ouverture.ouvre:
            opens = self.ouverture.ouvre
            when = f"ouvre {jour_de_semaine(opens.date())} {write_day(opens.date())} à {write_clock(opens)}"
        parts = (self.nom, self.chez, self.adresse, when, f"tél. {self.telephone}" if self.telephone else "")
        return ". ".join(part for part in parts if part)[:300]


def write_clock(at: datetime) -> str:
    """« 9 h 05 », « 14 h »."""
    return f"{at.hour} h {at.minute:02}" if at.minute else f"{at.hour} h"
