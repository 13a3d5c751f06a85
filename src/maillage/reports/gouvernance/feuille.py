"""A territorial road map on paper: what we do this year, who, until when, and what it carries out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from maillage.francais import accord, jour, typeset
from maillage.reports.programme.parties import write_day, write_steps
from maillage.reports.rendu.blocs import Bloc, Document, Paragraphe, Tableau, Titre
from maillage.sdaasp.gouvernance.feuilles import (
    LIBELLES_FEUILLE,
    Engagement,
    EtatFeuille,
    count_engagements,
)
from maillage.sdaasp.programme.modele import Declinaison
from maillage.sdaasp.programme.vocabulaire import get_libelle


@dataclass(frozen=True, slots=True, kw_only=True)
class FeuilleEcrite:
    """A road map as a document tells it on the day ``etablie_le``; ``validee_en``: where, in words, or empty.

    ``noms``: code → name of the arrondissements.
    """

    lieu: str
    theme: str
    annee: int
    schema: str
    etat: EtatFeuille
    etablie_le: date
    noms: Mapping[str, str]
    ambition: str = ""
    validee_en: str = ""
    engagements: tuple[Engagement, ...] = ()
    declinaisons: tuple[Declinaison, ...] = ()


def make_feuille(feuille: FeuilleEcrite) -> Document:
    """The road map of one arrondissement, for one theme and one year."""
    told = [line.strip() for line in feuille.ambition.splitlines() if line.strip()]
    blocs: list[Bloc] = [
        Titre(f"Ce que nous faisons en {feuille.annee}"),
        *(Paragraphe(typeset(text)) for text in told or ["Rien n’est encore écrit."]),
        *_write_engagements(feuille),
        *_write_declinaisons(feuille),
    ]
    state = LIBELLES_FEUILLE[feuille.etat]
    where = f" : {feuille.validee_en}" if feuille.validee_en else ""
    draft = feuille.etat is EtatFeuille.BROUILLON
    return Document(
        titre=typeset(f"Feuille de route {feuille.annee} : {feuille.theme}"),
        sous_titre=typeset(f"Arrondissement {feuille.lieu} · {state}{where}"),
        auteur="Maillage",
        mention=typeset(f"{feuille.schema} · document du {jour(feuille.etablie_le)}"),
        blocs=tuple(blocs),
        bandeaux=("Projet : cette feuille de route n’est pas validée.",) if draft else (),
    )


def _write_engagements(feuille: FeuilleEcrite) -> list[Bloc]:
    if not feuille.engagements:
        return []
    count = count_engagements(feuille.engagements, feuille.etablie_le)
    rows = tuple(
        (
            one.quoi,
            one.qui or "non dit",
            write_day(one.echeance),
            "en retard" if one.is_late(feuille.etablie_le) else write_day(one.fait_le),
        )
        for one in feuille.engagements
    )
    said = f"{accord(count.total, 'engagement')}, {accord(count.faits, 'fait')}, {count.en_retard} en retard."
    table = Tableau("Engagements", ("Quoi", "Qui", "Pour le", "Fait le"), rows)
    return [Titre("Qui fait quoi, pour quand"), Paragraphe(typeset(said)), table]


def _write_declinaisons(feuille: FeuilleEcrite) -> list[Bloc]:
    title = Titre("Ce qu’elle met en œuvre du programme d’actions")
    if not feuille.declinaisons:
        return [title, Paragraphe(f"Le programme n’a pas de déclinaison de ce thème ici en {feuille.annee}.")]
    rows = tuple(
        (d.libelle or "À confirmer", get_libelle(d.statut), d.pilote_territorial or "À confirmer")
        for d in feuille.declinaisons
    )
    source = typeset(f"Source : {feuille.schema}, programme au {jour(feuille.etablie_le)}.")
    heads = ("Déclinaison", "État", "Pilote territorial")
    table = Tableau("Déclinaisons de l’année", heads, rows, note=source)
    return [title, table, *write_steps(feuille.declinaisons, feuille.noms, source)]
