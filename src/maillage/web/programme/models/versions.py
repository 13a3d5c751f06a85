"""The schema as it was after each amendment that took effect."""

from __future__ import annotations

from django.db import models

from maillage.web.socle.personnel import DonneesPersonnelles


class VersionDuSchema(models.Model):
    """The whole programme in the exchange format, on the day it changed; never written again.

    ``amendement``: number of the one that made it; null for the text before any.
    """

    PERSONNEL = DonneesPersonnelles(
        ("contenu",), "comparer les versions du schéma", "les comptes qui lisent l’historique",
        "celle du schéma : rien ne l’efface", autres=("motif",),
    )  # fmt: skip

    numero = models.PositiveIntegerField("numéro", unique=True, editable=False)
    le = models.DateField("du", editable=False)
    motif = models.CharField("motif", max_length=600, editable=False)
    contenu = models.JSONField("contenu", editable=False)
    amendement = models.PositiveIntegerField("amendement", null=True, editable=False)

    class Meta:
        verbose_name = "version du schéma"
        ordering = ("numero",)

    def __str__(self) -> str:
        return f"Version {self.numero}"
