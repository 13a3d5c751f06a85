"""The draft of a decision: all that is decided in it is left to the authority."""

from __future__ import annotations

from datetime import date

from maillage.francais import jour, typeset
from maillage.reports.homologation.dossier import A_REMPLIR
from maillage.reports.homologation.matiere import MatiereHomologation
from maillage.reports.rendu.blocs import Bloc, Document, Liste, Paragraphe, Signatures, Tableau, Titre

AVERTISSEMENT = (
    "Projet de décision, à compléter et à signer par l'autorité d'homologation. Rien n'y est rempli "
    "d'avance, sauf ce qui désigne le système."
)
CHOIX = (
    f"☐ homologue le système jusqu'au {A_REMPLIR}",
    f"☐ l'homologue provisoirement jusqu'au {A_REMPLIR}, sous les conditions ci-dessous",
    "☐ ne l'homologue pas, pour les motifs ci-dessous",
)
RISQUES = ("Risque", "Pourquoi il est accepté", "Jusqu’au", "Suivi par")


def make_decision(matiere: MatiereHomologation, le: date) -> Document:
    """The draft, for the file of one day."""
    who = matiere.organisme or A_REMPLIR
    seen = f"Au vu du dossier daté du {jour(le)} et de l'avis de la commission du {A_REMPLIR},"
    blocs: tuple[Bloc, ...] = (
        Paragraphe(typeset(AVERTISSEMENT)),
        Titre("Système", 1),
        Paragraphe(typeset(f"{matiere.nom}, version {matiere.version}, mis en œuvre par {who}.")),
        Titre("Décision", 1),
        Paragraphe(typeset(f"{seen} l'autorité d'homologation, {A_REMPLIR} :")),
        Liste(tuple(typeset(text) for text in CHOIX)),
        Titre("Conditions, réserves, motifs", 1),
        *(Paragraphe("\u2026" * 60) for _ in range(4)),
        Titre("Risques résiduels acceptés", 1),
        Tableau("Risques résiduels acceptés", RISQUES, ((A_REMPLIR,) * 4,) * 4),
        Titre("Signature", 1),
        Signatures((("L’autorité d’homologation", ""),)),
    )
    titre = "Décision d’homologation"
    return Document(
        titre=titre,
        sous_titre=typeset(matiere.nom),
        auteur=matiere.organisme or "Maillage",
        mention=f"{titre} · {matiere.nom} · {jour(le)}",
        blocs=blocs,
    )
