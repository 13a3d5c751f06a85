"""What is said, what happened, who follows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Commentaire(models.Model):
    """What somebody says about an object."""

    objet = models.CharField("objet", max_length=120, db_index=True)
    texte = models.TextField("commentaire")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "commentaire"
        ordering = ("cree_le", "pk")

    def __str__(self) -> str:
        return self.texte[:60]


class Mouvement(models.Model):
    """Something that happened to an object, told to those who follow it; written with the change itself.

    ``objet`` is the key of what changed, ``sur`` that of the object it measures or discusses, ``theme`` its
    theme: who follows any of the three is told.
    """

    class Nature(models.TextChoices):
        """What happened."""

        CREATION = "creation", "créé"
        CHANGEMENT = "changement", "modifié"
        VALEUR = "valeur", "valeur"
        CIBLE = "cible", "cible"
        COMMENTAIRE = "commentaire", "commenté"
        AMENDEMENT = "amendement", "amendement"

    sorte = models.CharField(max_length=12)
    objet = models.CharField(max_length=120, db_index=True)
    sur = models.CharField(max_length=120, blank=True)
    theme = models.CharField(max_length=60, blank=True)
    nature = models.CharField(max_length=12, choices=Nature)
    intitule = models.CharField(max_length=300)
    texte = models.CharField(max_length=300, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    le = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "mouvement"
        ordering = ("-le", "-pk")

    def __str__(self) -> str:
        return f"{self.intitule} : {self.get_nature_display()}"


class Abonnement(models.Model):
    """Somebody follows an object; ``lu_le``: when she last read what changed, ``envoye_le`` by e-mail."""

    objet = models.CharField(max_length=120, db_index=True)
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lu_le = models.DateTimeField(default=timezone.now)
    envoye_le = models.DateTimeField(default=timezone.now)
    par_courriel = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["objet", "personne"], name="un_abonnement")]

    def __str__(self) -> str:
        return f"{self.personne} suit {self.objet}"
