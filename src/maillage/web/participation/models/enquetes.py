"""Surveys, and what is answered to them."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse

from maillage.participation.consultations import TRIS_AVIS
from maillage.participation.pilotes import make_perimetre
from maillage.participation.questions import QuestionEnquete
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme.echange import from_plain
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi


class Enquete(ObjetSuivi):
    """A survey: its questions (rows of ``QuestionEnquete``), its dates, whom it asks; nothing of who answers.

    ``tirage``: whether the people asked were drawn at random, which alone gives a margin; ``population``: how
    many they were drawn from, null when unknown. ``par``: key of the question that breaks others down.
    ``publiee_le``: since when its results are public, null before: no answer enters any more.
    """

    PERSONNEL = DonneesPersonnelles(autres=("titre", "presentation", "questions", "par"))
    SORTE, MODIFIER = "enquete", "participation.enqueter"

    class Tirage(models.TextChoices):
        """How those who answer are chosen."""

        VOLONTAIRES = "volontaires", "Répond qui veut"
        HASARD = "hasard", "Des personnes tirées au hasard dans une liste"

    titre = models.CharField("titre", max_length=200)
    presentation = models.TextField("ce que l’on veut savoir, et pourquoi", max_length=2000, blank=True)
    questions = models.JSONField("questions", default=list, blank=True)
    theme = models.CharField("thème", max_length=60, blank=True)
    territoire = models.CharField("arrondissement", max_length=10, blank=True)
    ouvre_le = models.DateField("ouverte du")
    ferme_le = models.DateField("au")
    tirage = models.CharField("qui répond", max_length=12, choices=Tirage, default=Tirage.VOLONTAIRES)
    population = models.PositiveIntegerField("personnes dans la liste", null=True, blank=True)
    une_seule = models.BooleanField("une seule réponse par navigateur", default=False)
    par = models.CharField("détailler par", max_length=10, blank=True)
    publiee_le = models.DateField("résultats publiés le", null=True, blank=True, editable=False)
    essai = models.BooleanField("jeu d’essai", default=False, editable=False)
    history = historique()

    class Meta:
        verbose_name = "enquête"
        ordering = ("-ouvre_le", "-pk")

    def __str__(self) -> str:
        return self.titre

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["titre", "presentation", "ouvre_le", "ferme_le"]

    @property
    def valeurs(self) -> tuple[QuestionEnquete, ...]:
        """Its questions, as the rules know them."""
        return tuple(from_plain(QuestionEnquete, one) for one in self.questions)

    @property
    def perimetre(self) -> Perimetre:
        """Its theme and arrondissement."""
        return make_perimetre(self.theme, self.territoire, "")

    def is_open(self, jour: date) -> bool:
        """Whether it takes answers on a day, bounds included."""
        return bool(self.questions) and self.publiee_le is None and self.ouvre_le <= jour <= self.ferme_le

    def is_lisible(self, personne: Any) -> bool:
        """Its discussion and its history: who runs surveys of its theme and place."""
        allowed: bool = personne.has_perm("participation.enqueter", self)
        return allowed

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("enquetes:enquete", args=[self.cle])


def make_random_key() -> str:
    """A key that says nothing of when it was made."""
    return secrets.token_hex(16)


class ReponseEnquete(models.Model):
    """What one person answered, but texts: no name, no address, nothing finer than the day."""

    PERSONNEL = DonneesPersonnelles(autres=("valeurs",))

    id = models.CharField(primary_key=True, max_length=32, default=make_random_key, editable=False)
    enquete = models.ForeignKey(Enquete, on_delete=models.CASCADE, related_name="reponses")
    jour = models.DateField("jour")
    papier = models.BooleanField("sur papier", default=False)
    valeurs = models.JSONField("réponses", default=dict)

    class Meta:
        verbose_name = "réponse"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Réponse à {self.enquete_id}"


class TexteLibre(models.Model):
    """A text answered to a question, apart from the other answers of the same person; public once read.

    ``publie``: null before anybody has read it, then whether it is shown. In a consultation it is also sorted
    (``tri``: a ``TriAvis``, empty before) and answered (``reponse``; not shown, why); ``amendement``: number
    of the one that carries it into the programme, null without.
    """

    PERSONNEL = DonneesPersonnelles(
        ("texte",), "savoir ce que les personnes disent avec leurs mots",
        "qui mène l’enquête ; tout le monde, une fois relu", "celle de l’enquête",
        autres=("question", "reponse"),
    )  # fmt: skip

    id = models.CharField(primary_key=True, max_length=32, default=make_random_key, editable=False)
    enquete = models.ForeignKey(Enquete, on_delete=models.CASCADE, related_name="textes")
    question = models.CharField(max_length=10)
    texte = models.TextField("texte", max_length=1000)
    publie = models.BooleanField("publié", null=True)
    tri = models.CharField(
        "tri", max_length=12, blank=True, choices=[(tri.value, words) for tri, words in TRIS_AVIS.items()]
    )
    reponse = models.TextField("réponse", max_length=1000, blank=True)
    amendement = models.PositiveIntegerField("amendement", null=True)

    class Meta:
        verbose_name = "texte libre"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Texte de {self.enquete_id}"
