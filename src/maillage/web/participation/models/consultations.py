"""A consultation on a text of the programme: the survey that asks, what is asked about, what came of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.web.participation.models.enquetes import Enquete
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi


class ConsultationPublique(ObjetSuivi):
    """What a survey asks about: an object of the programme, or one of its amendments, as it stood that day.

    ``objet``: its key, ``objet_version``: the version consulted, null for an amendment (``amendement``, its
    number, else null). ``extrait``: rows of ``{"champ", "texte"}``, the words consulted. ``suites``: what was
    made of it, empty before.
    """

    PERSONNEL = DonneesPersonnelles(
        (), "consulter sur un texte du schéma : aucune donnée de qui répond", "tout le monde",
        "celle du schéma", autres=("objet", "intitule", "question", "extrait", "suites"),
    )  # fmt: skip
    SORTE, MODIFIER = "consultation", "participation.enqueter"

    enquete = models.OneToOneField(
        Enquete, on_delete=models.CASCADE, related_name="consultation", editable=False
    )
    objet = models.CharField("objet", max_length=120, db_index=True, editable=False)
    amendement = models.PositiveIntegerField("amendement", null=True, db_index=True, editable=False)
    objet_version = models.PositiveIntegerField("version consultée", null=True, editable=False)
    intitule = models.CharField("texte consulté", max_length=400, editable=False)
    extrait = models.JSONField("extrait", default=list, editable=False)
    question = models.CharField("question", max_length=300, editable=False)
    suites = models.TextField("ce que nous en avons fait", max_length=4000, blank=True)
    history = historique()

    class Meta:
        verbose_name = "consultation"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.enquete.titre

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["suites"]

    @property
    def perimetre(self) -> Perimetre:
        """That of the survey that asks."""
        return self.enquete.perimetre

    def is_lisible(self, personne: Any) -> bool:
        """Its discussion and its history: who runs it."""
        return self.enquete.is_lisible(personne)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("consultations:consultation", args=[self.cle])
