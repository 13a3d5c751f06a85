"""The weekly word on signalements, sent once."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.web.socle.personnel import DonneesPersonnelles


class SemaineEnvoyee(models.Model):
    """Somebody was sent the week that began on ``lundi``; the row keeps from sending it twice."""

    PERSONNEL = DonneesPersonnelles(
        ("personne",),
        "n’envoyer qu’une fois le point de la semaine",
        "personne",
        "jusqu’à l’envoi de la semaine suivante, ou autant que le compte",
    )

    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lundi = models.DateField("semaine du")

    class Meta:
        verbose_name = "point de la semaine envoyé"
        constraints = (models.UniqueConstraint(fields=("personne", "lundi"), name="un_point_par_semaine"),)

    def __str__(self) -> str:
        return f"{self.personne}, semaine du {self.lundi}"
