"""Training sessions as rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.web.socle.personnel import DonneesPersonnelles


class SeanceFormation(models.Model):
    """A training session. ``debut`` and ``fin``: hours of ``jour``, null when not said; ``places``: null when
    not bounded; ``annulee_le``: since when it is called off, null while it holds.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur",), "savoir qui a annoncé une formation", "les comptes qui annoncent des formations",
        "tant que le calendrier est tenu",
        autres=("titre", "lieu", "public", "organisation", "inscription"),
    )  # fmt: skip

    titre = models.CharField("titre", max_length=200)
    jour = models.DateField("jour", db_index=True)
    debut = models.TimeField("de", null=True, blank=True)
    fin = models.TimeField("à", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=200)
    public = models.CharField("pour qui", max_length=200)
    organisation = models.CharField("organisée par", max_length=200)
    places = models.PositiveIntegerField("places", null=True, blank=True)
    inscription = models.CharField("s’inscrire", max_length=300, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    annoncee_le = models.DateTimeField("annoncée le", auto_now=True)
    annulee_le = models.DateField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "séance de formation"
        ordering = ("jour", "debut", "pk")

    def __str__(self) -> str:
        return self.titre
