"""Which territories of the atlas each zone of the schema covers."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme import modele as pur
from maillage.web.programme.models.base import ObjetProgramme, Referentiel, liste, texte_court
from maillage.web.socle.ecriture import historique


class Correspondance(ObjetProgramme):
    """What a zone of the schema covers in the atlas; its key is the code of the zone."""

    PUR, SORTE, CHERCHABLES = pur.Correspondance, "territoire", ("territoires",)
    MODIFIER = "programme.modifier_correspondance"

    territoires = liste(verbose_name="territoires de l’atlas")
    confirme = models.BooleanField("confirmée par le département", default=False)
    source = texte_court(verbose_name="source")
    history = historique()

    class Meta:
        verbose_name = "correspondance"
        ordering = ("cle",)

    def __str__(self) -> str:
        places = Referentiel.objects.values_list("contenu__territoires", flat=True).first() or ()
        return next((place["nom"] for place in places if place["code"] == self.cle), self.cle)

    def get_absolute_url(self) -> str:
        """The table of all the zones."""
        return reverse("programme:correspondances")

    @property
    def perimetre(self) -> Perimetre:
        """The whole département."""
        return Perimetre()
