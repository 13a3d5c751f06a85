"""The identity of ProConnect that opens an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from maillage.catalogue.proconnect import read_proconnect
from maillage.web.socle.personnel import DonneesPersonnelles


class IdentiteProConnect(models.Model):
    """An identity that opens an account: its issuer and its subject name it, never its address."""

    PERSONNEL = DonneesPersonnelles(
        (
            "personne",
            "emetteur",
            "sujet",
            "courriel",
            "siret",
            "niveau",
            "methodes",
            "reliee_le",
            "servie_le",
        ),
        "ouvrir le compte de qui se connecte avec ProConnect, savoir avec quelle garantie",
        "la personne ; administration",
        "autant que le compte, ou jusqu’à ce que la personne la délie",
    )

    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identites")
    emetteur = models.CharField("émetteur", max_length=200)
    sujet = models.CharField("sujet", max_length=255)
    courriel = models.EmailField("dernière adresse donnée")
    siret = models.CharField("SIRET de l’établissement", max_length=14)
    niveau = models.CharField("niveau de garantie", max_length=60)
    methodes = models.CharField("moyens de connexion", max_length=200, blank=True)
    reliee_le = models.DateTimeField("reliée le", default=timezone.now)
    servie_le = models.DateTimeField("dernière connexion", null=True, blank=True)

    class Meta:
        verbose_name = "identité ProConnect"
        verbose_name_plural = "identités ProConnect"
        ordering = ("personne", "pk")
        constraints = [models.UniqueConstraint(fields=["emetteur", "sujet"], name="identite_une_fois")]

    def __str__(self) -> str:
        return f"Identité ProConnect {self.courriel}"

    @property
    def methodes_dites(self) -> str:
        """How the identity provider checked the person, in words; empty when it says nothing."""
        known = read_proconnect("methodes")
        return ", ".join(known.get(one, one) for one in self.methodes.split())
