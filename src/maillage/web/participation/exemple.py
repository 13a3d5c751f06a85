"""Simulated signalements, surveys and comité d'usagers, for who discovers the application; all say so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from maillage.participation.propositions import ActeProposition
from maillage.participation.questions import Valeur, read_questions
from maillage.participation.signalements import ActeSignalement
from maillage.web.participation import commands
from maillage.web.participation.consultations import commands as consultations
from maillage.web.participation.consultations.queries import read_objet
from maillage.web.participation.enquetes import commands as enquetes
from maillage.web.participation.models import (
    ComiteUsagers,
    ConsultationPublique,
    Enquete,
    ReunionUsagers,
    SignalementRecu,
)
from maillage.web.participation.usagers import commands as usagers

A = ActeSignalement
# (what is said, theme, days ago, what follows: (step, its words))
SIGNALEMENTS: Final = (
    (
        "Le car de 7 h 10 ne passe plus le mercredi : je ne peux plus aller à mes rendez-vous à l’hôpital.",
        "mobilites", 40, ((A.PUBLIER, ""), (A.INSTRUIRE, "")),
    ),
    (
        "La permanence d’aide aux démarches en ligne est complète trois semaines à l’avance.",
        "numerique", 60,
        ((A.PUBLIER, ""), (A.REPONDRE, "Une deuxième permanence ouvre le jeudi matin, sans rendez-vous.")),
    ),
    ("La pharmacie de garde est à plus de trente kilomètres le dimanche.", "sante", 12, ((A.PUBLIER, ""),)),
    ("Le guichet ferme à 16 h, avant la sortie du travail.", "droits", 2, ()),
)  # fmt: skip
QUESTIONS: Final = """\
Avez-vous obtenu ce que vous cherchiez ? [oui/non]
Comment êtes-vous venu ? [un choix]
- à pied
- en voiture
- en transports collectifs
- à vélo
Quelle note donnez-vous à l’accueil ? [0-10]
Que faudrait-il changer ? [texte]"""
# (how many, answers)
REPONSES: Final[tuple[tuple[int, dict[str, Valeur]], ...]] = (
    (14, {"q1": "oui", "q2": "en voiture", "q3": 9}),
    (6, {"q1": "non", "q2": "en voiture", "q3": 6}),
    (8, {"q1": "oui", "q2": "à pied", "q3": 8}),
    (5, {"q1": "non", "q2": "à pied", "q3": 5}),
    (6, {"q1": "oui", "q2": "en transports collectifs", "q3": 7}),
    (2, {"q1": "non", "q2": "à vélo", "q3": 3}),
)


def keep_if_none(jour: date, arrondissements: list[str], themes: list[str]) -> bool:
    """Keep them when nobody has signalled or asked anything yet; whether they were kept."""
    if SignalementRecu.objects.exists() or Enquete.objects.exists():
        return False
    for rank, (texte, theme, ago, suite) in enumerate(SIGNALEMENTS):
        place = arrondissements[rank % len(arrondissements)] if arrondissements else ""
        demande = commands.DemandeSignalement(
            texte=texte, theme=theme if theme in themes else "", territoire=place, essai=True
        )
        commands.keep_example(demande, jour - timedelta(days=ago), suite)
    closed = jour - timedelta(days=20)
    enquetes.keep_example(
        Enquete(
            titre="Votre venue à la maison France services", questions=[], par="q2", essai=True,
            presentation="Enquête simulée, pour montrer une page de résultats : personne n’a été interrogé.",
            ouvre_le=closed - timedelta(days=30), ferme_le=closed,
        ),
        read_questions(QUESTIONS), REPONSES, closed + timedelta(days=5),
    )  # fmt: skip
    return True


P = ActeProposition
# (what is proposed, what follows: (step, its words))
PROPOSITIONS: Final = (
    (
        "Afficher devant chaque arrêt de car les jours où il ne passe pas, en gros caractères.",
        (
            (P.PUBLIER, ""),
            (P.RETENIR_EN_PARTIE, "Réponse simulée : d’abord les arrêts des bourgs, les autres ensuite."),
        ),
    ),
    ("Caler l’heure du dernier car sur la fermeture de la maison France services.", ((P.PUBLIER, ""),)),
)


def keep_usagers(jour: date, arrondissements: list[str], themes: list[str]) -> bool:
    """A comité d'usagers and two propositions, when there is none; whether they were kept."""
    if ComiteUsagers.objects.exists():
        return False
    seats = [
        {"college": "Habitants", "organisation": "", "nombre": 6},
        {"college": "Associations", "organisation": "Association de quartier (jeu d’essai)", "nombre": 2},
        {"college": "Élus", "organisation": "Commune (jeu d’essai)", "nombre": 1},
    ]
    usagers.keep_example(
        ComiteUsagers(
            nom="Comité d’usagers des mobilités (jeu d’essai)", colleges=seats, essai=True,
            theme="mobilites" if "mobilites" in themes else "",
            territoire=arrondissements[0] if arrondissements else "",
            presentation="Comité simulé, pour montrer ce qu’il propose et ce qui en est gardé.",
        ),
        ReunionUsagers(
            jour=jour - timedelta(days=30), lieu="Maison des associations (jeu d’essai)", presents=9,
            ordre_du_jour="Les cars du mercredi et du samedi.",
        ),
        PROPOSITIONS,
    )  # fmt: skip
    return True


AVIS: Final = (
    (9, {"q1": "Favorable", "q3": "Habitant"}),
    (3, {"q1": "Réservé", "q3": "Agent d’un accueil ou d’un service"}),
    (1, {"q1": "Favorable", "q2": "Réponse simulée : il faudrait aussi un car le samedi.", "q3": "Habitant"}),
    (1, {"q1": "Défavorable", "q2": "Réponse simulée : rien sur les horaires du soir.", "q3": "Habitant"}),
)


def keep_consultation(jour: date, arrondissements: list[str], fiche: str) -> bool:
    """An open consultation on a fiche, and simulated answers, when there is none; whether it was kept."""
    if ConsultationPublique.objects.exists():
        return False
    consultations.keep_example(
        read_objet("fiche", fiche),
        consultations.DemandeConsultation(
            titre="Votre avis sur la fiche (jeu d’essai)", question="Ces enjeux sont-ils les vôtres ?",
            presentation="Consultation simulée, pour montrer comment on donne son avis.",
            ouvre_le=jour - timedelta(days=5), ferme_le=jour + timedelta(days=40), lieux=arrondissements,
        ),
        AVIS,
    )  # fmt: skip
    return True
