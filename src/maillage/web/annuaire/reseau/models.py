"""What is kept of the reception network: the items that it gave to the AFOM matrices."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.web.socle.personnel import DonneesPersonnelles


class PropositionAfom(models.Model):
    """A rupture given to a matrix, once: the key of its item, and the figures as they were that day.

    ``constats``: means, minutes allowed, reliability, days of the records, and each rupture in words.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur",),
        "savoir qui a proposé un constat du réseau d’accueil à l’AFOM",
        "les comptes qui ont un mandat",
        "celle du schéma : le constat est la preuve de l’item",
        autres=("arrondissement", "theme", "nature", "item", "constats"),
    )

    arrondissement = models.CharField("arrondissement", max_length=10)
    theme = models.CharField("thème", max_length=60)
    nature = models.CharField("nature de la rupture", max_length=30)
    item = models.CharField("item AFOM", max_length=120)
    constats = models.JSONField("constats", default=dict)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    propose_le = models.DateField("proposé le")

    class Meta:
        verbose_name = "constat proposé à l’AFOM"
        ordering = ("arrondissement", "theme", "nature")
        constraints = (
            models.UniqueConstraint(
                fields=("arrondissement", "theme", "nature"), name="rupture_proposee_une_fois"
            ),
        )

    def __str__(self) -> str:
        return f"{self.nature}, {self.theme}, {self.arrondissement}"
