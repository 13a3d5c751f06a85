"""A space for exchange, one for each theme in each arrondissement and for each theme alone; its messages."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme.recherche import make_index
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi

DEPARTEMENT: Final = "departement"
"""What stands for the whole département in an address."""
REGLE: Final = "messages retirés"
LECTEURS = "les comptes dont un mandat touche le thème et le territoire de l’espace"


class EspaceEchange(ObjetSuivi):
    """Where those whose mandates touch a theme in an arrondissement talk; made when one of them opens it.

    ``territoire``: code of the arrondissement, empty for the whole département. ``nom``: what it was called
    the day it was opened.
    """

    PERSONNEL = DonneesPersonnelles(autres=("nom",))
    SORTE, MODIFIER, MODERER = "echange", "echanges.ecrire", "echanges.moderer"

    theme = models.CharField("thème", max_length=60)
    territoire = models.CharField("arrondissement", max_length=10, blank=True)
    nom = models.CharField("nom", max_length=200)
    history = historique()

    class Meta:
        verbose_name = "espace d’échange"
        ordering = ("theme", "territoire")
        constraints = [models.UniqueConstraint(fields=["theme", "territoire"], name="un_espace_par_theme")]

    def __str__(self) -> str:
        return f"Échanges : {self.nom}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """Nothing: what is said there is not put back."""
        return []

    @property
    def lieu(self) -> str:
        """Its place in an address."""
        return self.territoire or DEPARTEMENT

    @property
    def sujet(self) -> Perimetre:
        """What it is about, by which mandates open it."""
        places = {f"arrondissement:{self.territoire}"} if self.territoire else set()
        return Perimetre(themes=frozenset({self.theme}), territoires=frozenset(places))

    @property
    def perimetre(self) -> Perimetre:
        """Nothing: who follows its theme is not told of what may be closed to them."""
        return Perimetre()

    def is_lisible(self, personne: Any) -> bool:
        """Whether one of the mandates of this person touches it."""
        allowed: bool = personne.has_perm("echanges.lire", self)
        return allowed

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("echanges:espace", args=[self.theme, self.lieu])


class MessageEchange(models.Model):
    """What somebody says in a space, or an answer to it (``parent``). It is not changed, only taken away.

    ``dernier_le``: when it, or its last answer, was written. ``retire_le``: null while it stands; the text
    of one that was taken away is erased later, its author, its days and the reason stay.
    """

    PERSONNEL = DonneesPersonnelles(
        ("texte", "auteur", "retire_par", "motif"),
        "échanger sur un thème dans un territoire", LECTEURS,
        "celle du schéma ; retiré, son texte est effacé après le délai du catalogue", regle=REGLE,
    )  # fmt: skip

    espace = models.ForeignKey(EspaceEchange, on_delete=models.PROTECT, related_name="messages")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reponses")
    texte = models.TextField("message", max_length=4000, blank=True)
    index = models.TextField(editable=False, default="")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ecrit_le = models.DateTimeField("écrit le")
    dernier_le = models.DateTimeField("dernière réponse le", db_index=True)
    retire_le = models.DateTimeField("retiré le", null=True, db_index=True)
    retire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    motif = models.CharField("pourquoi il est retiré", max_length=300, blank=True)

    class Meta:
        verbose_name = "message"
        ordering = ("ecrit_le", "pk")

    def __str__(self) -> str:
        return self.texte[:60]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the words by which it is found."""
        self.index = make_index(self.texte)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """In the page of its space that shows it."""
        return reverse("echanges:message", args=[self.pk])
