"""Addresses to which what changes is sent, and each message with its attempts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from maillage.web.publication.flux.parution import GENRES_DITS, GenreDeParution
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles

REGLE = "envois de webhooks"
ESSAI = "essai"
"""The kind of a message that tells of nothing: sent by hand, once."""


class Webhook(models.Model):
    """An address. ``site``: root of the addresses that its messages give, as when it was written down.

    ``secret`` and ``secret_precedent`` are encrypted; the former one signs until ``precedent_jusqu_au``.
    ``motif``: why it is suspended, empty while it is not. ``vu_le``: until when what appeared was noted for
    it, ``atlas_vus``: keys of the atlases that were. ``pris_le``: when a process last took it up.
    """

    PERSONNEL = DonneesPersonnelles(
        ("inscrit_par",), "savoir qui a inscrit une adresse", "l’administration", "autant que l’adresse",
        autres=("nom", "adresse", "site", "genres", "secret", "secret_precedent", "motif", "atlas_vus"),
    )  # fmt: skip

    nom = models.CharField("nom", max_length=120)
    adresse = models.CharField("adresse", max_length=500)
    site = models.CharField(max_length=300, editable=False)
    genres = models.JSONField("ce qui lui est envoyé", default=list)
    secret = models.TextField(editable=False)
    secret_precedent = models.TextField(editable=False, blank=True)
    precedent_jusqu_au = models.DateTimeField(null=True, editable=False)
    actif = models.BooleanField("actif", default=True)
    motif = models.CharField("pourquoi", max_length=400, blank=True)
    vu_le = models.DateTimeField(default=timezone.now, editable=False)
    atlas_vus = models.JSONField(default=list, editable=False)
    pris_le = models.DateTimeField(null=True, editable=False)
    inscrit_le = models.DateTimeField("inscrit le", auto_now_add=True)
    inscrit_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    history = historique(excluded_fields=["secret", "secret_precedent", "vu_le", "atlas_vus", "pris_le"])

    class Meta:
        verbose_name = "webhook"
        ordering = ("nom", "pk")

    def __str__(self) -> str:
        return self.nom

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("webhooks:webhook", args=[self.pk])

    @property
    def genres_dits(self) -> list[str]:
        """What is sent to it, in words."""
        return [GENRES_DITS[GenreDeParution(one)] for one in self.genres if one in set(GenreDeParution)]


class EnvoiDeWebhook(models.Model):
    """One message to one address: the same id and the same bytes however often it is tried.

    ``cle``: that of the parution, or of a trial. ``prochain_le``: when it is to be tried, null once it is
    delivered, or given up. ``essais``: ``{"le", "statut", "dit", "ms"}`` of each attempt.
    """

    PERSONNEL = DonneesPersonnelles(autres=("identifiant", "corps", "essais"))

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="envois")
    cle = models.CharField(max_length=200)
    identifiant = models.CharField(max_length=60, unique=True)
    genre = models.CharField(max_length=40)
    corps = models.TextField(editable=False)
    cree_le = models.DateTimeField(default=timezone.now)
    prochain_le = models.DateTimeField(null=True, db_index=True)
    remis_le = models.DateTimeField(null=True)
    tentatives = models.PositiveIntegerField(default=0)
    essais = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = "envoi de webhook"
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=["webhook", "cle"], name="un_envoi_par_parution")]

    def __str__(self) -> str:
        return f"{self.genre} {self.identifiant}"

    @property
    def titre(self) -> str:
        """What it is about."""
        return str(json.loads(self.corps)["data"]["titre"]) if self.corps else ""

    @property
    def derniers_essais(self) -> list[dict[str, Any]]:
        """The last attempts, newest first, with their moments."""
        return [one | {"le": datetime.fromisoformat(one["le"])} for one in self.essais[:-4:-1]]

    @property
    def genre_dit(self) -> str:
        """What it tells, in words."""
        return "Essai" if self.genre == ESSAI else GENRES_DITS[GenreDeParution(self.genre)]
