"""A file given to a followed object: what is said of it; what it holds is in the store."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.web.fichiers.genres import MIMES, PHOTOS, Genre
from maillage.web.socle.personnel import DonneesPersonnelles


class FichierDonne(models.Model):
    """A file given to an object, by its key; ``empreinte`` names what it holds in the store.

    ``retire_le``: since when nobody reads it any more; null while it is there.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur", "nom", "description"), "joindre un document ou une photo à ce que l’on prépare",
        "ceux qui lisent l’objet auquel il est joint",
        "celle de l’objet ; retiré, son contenu est effacé après le délai du catalogue",
        regle="fichiers retirés",
    )  # fmt: skip

    objet = models.CharField("objet", max_length=120, db_index=True)
    empreinte = models.CharField("empreinte", max_length=64, db_index=True, editable=False)
    nom = models.CharField("nom", max_length=120)
    genre = models.CharField("genre", max_length=4, choices=[(g.value, g.value.upper()) for g in Genre])
    octets = models.PositiveIntegerField("octets", editable=False)
    description = models.CharField("description", max_length=300, blank=True)
    donne_le = models.DateTimeField("donné le", auto_now_add=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    retire_le = models.DateTimeField("retiré le", null=True, editable=False, db_index=True)

    class Meta:
        verbose_name = "fichier donné"
        ordering = ("donne_le", "pk")

    def __str__(self) -> str:
        return self.nom

    @property
    def mime(self) -> str:
        """What a browser is told that it is."""
        return MIMES[Genre(self.genre)]

    @property
    def is_photo(self) -> bool:
        """Whether it was drawn again, and may be shown."""
        return Genre(self.genre) in PHOTOS

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("fichiers:lire", args=[self.pk])
