"""An event on paper: the letter that invites to it, the sheet where presences are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Final

from maillage.francais import INSECABLE, jour, jour_de_semaine, typeset
from maillage.reports.rendu.blocs import Bloc, Document, Liste, Paragraphe, Signatures, Tableau, Titre
from maillage.sdaasp.elaboration.modele import NATURES_EVENEMENT, Evenement, ReponseInvitation

LIGNES_LIBRES: Final = 12
"""Empty rows of a presence sheet, for those who come without being in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvenementEcrit:
    """An event as its documents tell it, on the day ``etablie_le``.

    ``elaboration``: its title; ``territoire`` and ``themes``: names; ``heure`` and ``lieu``: null and empty
    until said. ``signataires``: those who invite, by function.
    """

    evenement: Evenement
    elaboration: str
    schema: str
    territoire: str
    themes: tuple[str, ...]
    etablie_le: date
    heure: time | None = None
    lieu: str = ""
    deroule: str = ""
    signataires: tuple[str, ...] = ()
    jeu_essai: bool = False


def make_invitation(ecrit: EvenementEcrit) -> Document:
    """The letter that invites to an event."""
    event = ecrit.evenement
    blocs: list[Bloc] = [
        Paragraphe(typeset(f"Vous êtes invité à « {event.titre} », {_tell_when(ecrit)}.")),
        Paragraphe(
            typeset(
                "Ce qui s’y dira sera recueilli, trié, et chaque parole dira ce qu’elle est devenue : au "
                "schéma ou non, et pourquoi. Aucun nom de personne n’est noté."
            )
        ),
    ]
    if ecrit.themes:
        blocs += [Titre("Thèmes"), Liste(ecrit.themes)]
    told = [line.strip() for line in ecrit.deroule.splitlines() if line.strip()]
    if told:
        blocs += [Titre("Déroulé"), *(Paragraphe(typeset(line)) for line in told)]
    blocs += [
        Titre("Votre réponse"),
        Paragraphe(typeset("Dites-nous si votre organisation vient, et combien de personnes elle envoie.")),
    ]
    if ecrit.signataires:
        blocs.append(Signatures(tuple((who, "") for who in ecrit.signataires)))
    return _wrap(ecrit, "Invitation", blocs)


def make_emargement(ecrit: EvenementEcrit) -> Document:
    """The sheet of presences: one row an organisation, a number of people, no name."""
    rows = tuple(
        (
            one.organisation,
            "" if one.attendues is None else str(one.attendues),
            "" if one.presentes is None else str(one.presentes),
            "",
        )
        for one in ecrit.evenement.invitees
        if one.reponse is not ReponseInvitation.EXCUSEE
    )
    blank = (("", "", "", ""),) * LIGNES_LIBRES
    heads = ("Organisation", "Personnes annoncées", "Personnes venues", "Paraphe")
    blocs: list[Bloc] = [
        Paragraphe(typeset(f"{_capital(_tell_when(ecrit))}.")),
        Paragraphe(typeset("On compte des personnes par organisation ; on ne note aucun nom.")),
        Tableau("Organisations", heads, (*rows, *blank)),
        Paragraphe(typeset("Personnes venues sans organisation (habitants, autres) : ………………")),
    ]
    return _wrap(ecrit, "Feuille de présence", blocs)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _tell_when(ecrit: EvenementEcrit) -> str:
    """« le mardi 6 mars 2029 à 14 h 30, salle des fêtes »; what is not known is said."""
    first, last = ecrit.evenement.debut, ecrit.evenement.fin
    where = ecrit.lieu or "en un lieu à préciser"
    if last != first:
        return f"du {jour(first)} au {jour(last)}, {where}"
    hour = ", à une heure à préciser"
    if ecrit.heure:
        hour = f" à {ecrit.heure:%H}{INSECABLE}h{INSECABLE}{ecrit.heure:%M}"
    return f"le {jour_de_semaine(first)} {jour(first)}{hour}, {where}"


def _wrap(ecrit: EvenementEcrit, quoi: str, blocs: list[Bloc]) -> Document:
    event = ecrit.evenement
    return Document(
        titre=typeset(f"{quoi} : {event.titre}"),
        sous_titre=typeset(f"{NATURES_EVENEMENT[event.nature]} · {ecrit.territoire} · {ecrit.elaboration}"),
        auteur="Maillage",
        mention=typeset(f"{ecrit.schema} · document du {jour(ecrit.etablie_le)}"),
        blocs=tuple(blocs),
        jeu_essai=ecrit.jeu_essai,
    )
