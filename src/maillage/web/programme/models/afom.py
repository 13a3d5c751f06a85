"""Items of the AFOM matrices, and votes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme import afom as pur_afom
from maillage.web.programme.models.base import ObjetProgramme, liste, texte_court
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class ItemAfom(ObjetProgramme):
    """An item of the AFOM matrix of an arrondissement for a theme."""

    PERSONNEL = DonneesPersonnelles(
        autres=(
            "texte",
            "preuves",
            "enjeu",
            "objectifs",
        ),
    )

    PUR, SORTE, CHERCHABLES = pur_afom.ItemAfom, "afom", ("texte", "enjeu")
    MODIFIER = "programme.contribuer_afom"

    arrondissement = models.CharField("arrondissement", max_length=10, db_index=True)
    theme = models.CharField("thème", max_length=60, db_index=True)
    nature = models.CharField("nature", max_length=12)
    texte = models.CharField("texte", max_length=600)
    preuves = liste(verbose_name="preuves")
    enjeu = texte_court(verbose_name="enjeu")
    objectifs = liste(verbose_name="objectifs prioritaires")
    groupe = texte_court(120, verbose_name="groupe")
    voix = models.PositiveIntegerField("voix", default=0, editable=False)
    history = historique()

    class Meta:
        verbose_name = "item AFOM"
        ordering = ("arrondissement", "theme", "nature", "-voix", "cle")

    def __str__(self) -> str:
        return self.texte

    @classmethod
    def list_champs(cls) -> list[str]:
        """But for its voices: people give them, no version holds them."""
        return [name for name in super().list_champs() if name != "voix"]

    def get_absolute_url(self) -> str:
        """The matrix it stands in."""
        return f"{reverse('programme:afom')}?arrondissement={self.arrondissement}&theme={self.theme}"

    @property
    def perimetre(self) -> Perimetre:
        """Its theme in its arrondissement."""
        return Perimetre(
            themes=frozenset({self.theme}), territoires=frozenset({f"arrondissement:{self.arrondissement}"})
        )


class Vote(models.Model):
    """One voice of one person for one AFOM item."""

    PERSONNEL = DonneesPersonnelles(
        ("personne",),
        "compter une voix par personne",
        "la personne ; les autres lisent le nombre de voix",
        "autant que l’item ou le compte",
    )

    item = models.ForeignKey(ItemAfom, on_delete=models.CASCADE, related_name="votes")
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "personne"], name="une_voix_par_item")]

    def __str__(self) -> str:
        return f"{self.personne} → {self.item}"
