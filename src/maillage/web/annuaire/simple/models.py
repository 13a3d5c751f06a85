"""Plain versions as rows; a picture is a file given under ``cle``, its description the text in its place."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from maillage.sdaasp.programme.lisibilite import tell_relecture
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class VersionSimple(models.Model):
    """What a record says in plain words. ``relecteurs``: groups or organisations of people concerned who read
    it again, on ``relue_le``; empty and null while nobody has: then it is said so.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur", "relecteurs"), "dire à qui lit qui a relu une version simple", "tout le monde, qui a relu",
        "tant que la fiche est tenue", autres=("texte",),
    )  # fmt: skip

    fiche = models.OneToOneField("annuaire.FicheTenue", on_delete=models.CASCADE, related_name="simple")
    texte = models.TextField("en mots simples", max_length=3000)
    relecteurs = models.JSONField("relue par", default=list, blank=True)
    relue_le = models.DateField("relue le", null=True, blank=True)
    ecrite_le = models.DateField("écrite le")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    history = historique()

    class Meta:
        verbose_name = "version simple d’une fiche"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"En mots simples : {self.fiche_id}"

    @property
    def cle(self) -> str:
        """Under what its picture is kept."""
        return f"simple-{self.fiche_id}"

    @property
    def relecture(self) -> str:
        """Who read it again, or that nobody did."""
        day: date | None = self.relue_le
        return tell_relecture(self.relecteurs, day)
