"""What appears in the public part: a change, under an id that never means another. No database here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class GenreDeParution(StrEnum):
    """What happened, in the words that feeds and webhooks write."""

    AJOUT = "programme.ajout"
    CHANGEMENT = "programme.changement"
    ETAT = "programme.etat"
    MESURE = "programme.mesure"
    CONSULTATION = "consultation.ouverte"
    SYNTHESE = "consultation.synthese"
    ATLAS = "atlas.ouvert"


GENRES_DITS = {
    GenreDeParution.AJOUT: "Un objet du programme est ajouté",
    GenreDeParution.CHANGEMENT: "Un objet du programme est modifié",
    GenreDeParution.ETAT: "Une action change d’état",
    GenreDeParution.MESURE: "Une valeur est validée, ou une cible fixée",
    GenreDeParution.CONSULTATION: "Une consultation s’ouvre",
    GenreDeParution.SYNTHESE: "La synthèse d’une consultation est publiée",
    GenreDeParution.ATLAS: "Un nouvel atlas est ouvert",
}


@dataclass(frozen=True, kw_only=True)
class Parution:
    """One thing that changed. ``cle``: its own, for ever; ``adresse``: path of the page that says it today.

    ``champs``: the public fields that changed, by name.
    """

    cle: str
    genre: GenreDeParution
    le: datetime
    titre: str
    texte: str
    adresse: str
    themes: tuple[str, ...] = ()
    arrondissements: tuple[str, ...] = ()
    champs: tuple[str, ...] = ()

    def make_tag(self, autorite: str) -> str:
        """Its id everywhere (RFC 4151): who named it, the day it appeared, its key.

        >>> from datetime import UTC
        >>> one = Parution(cle="fiche/12", genre=GenreDeParution.AJOUT, le=datetime(2026, 3, 1, tzinfo=UTC),
        ...                titre="Santé", texte="", adresse="/programme/fiches/sante/")
        >>> one.make_tag("maillage.exemple.fr")
        'tag:maillage.exemple.fr,2026-03-01:fiche/12'
        """
        return f"tag:{autorite},{self.le:%Y-%m-%d}:{self.cle}"


@dataclass(frozen=True, kw_only=True)
class FiltreDeFlux:
    """Which part of what changes: of a theme, of an arrondissement, of one kind; empty, all."""

    theme: str = ""
    arrondissement: str = ""
    genre: str = ""

    def select(self, parutions: Iterable[Parution]) -> list[Parution]:
        """Those that it keeps; what bears on the whole département has no arrondissement, and is left out."""
        return [
            one
            for one in parutions
            if (not self.theme or self.theme in one.themes)
            and (not self.arrondissement or self.arrondissement in one.arrondissements)
            and (not self.genre or self.genre == one.genre)
        ]
