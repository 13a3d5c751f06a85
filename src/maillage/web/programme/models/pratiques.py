"""Good practices and labels."""

from __future__ import annotations

from typing import Any

from django.db import models

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme import modele as pur
from maillage.web.programme.models.base import ObjetProgramme, liste, texte_court
from maillage.web.programme.models.declinaisons import Declinaison
from maillage.web.programme.models.fiches import ObjectifPrioritaire
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class Label(ObjetProgramme):
    """A label that a body gives."""

    PERSONNEL = DonneesPersonnelles(
        autres=(
            "nom",
            "organisme",
            "demande",
            "lien",
        ),
    )

    PUR, SORTE, CHERCHABLES = pur.Label, "label", ("nom", "organisme", "demande")
    MODIFIER = "programme.modifier_label"

    nom = models.CharField("nom", max_length=200)
    organisme = texte_court(verbose_name="organisme qui le donne")
    demande = models.TextField("ce qu’il demande", null=True, blank=True)
    lien = models.URLField("page officielle", max_length=300, null=True, blank=True)
    source = texte_court(verbose_name="source")
    history = historique()

    class Meta:
        verbose_name = "label"
        ordering = ("nom", "cle")

    def __str__(self) -> str:
        return self.nom

    @property
    def perimetre(self) -> Perimetre:
        """The whole département."""
        return Perimetre()


class BonnePratique(ObjetProgramme):
    """Something that worked somewhere, and where it was taken up; links are keys."""

    PERSONNEL = DonneesPersonnelles(
        (
            "porteur",
            "reprises",
        ),
        "dire qui a mené une action",
        "tout le monde",
        "celle du schéma : le programme est un acte public",
        autres=(
            "titre",
            "description",
            "lieu",
            "lien",
            "objectifs",
            "declinaisons",
            "labels",
        ),
    )

    PUR, SORTE, CHERCHABLES = (
        pur.BonnePratique,
        "pratique",
        ("titre", "description", "lieu", "porteur", "reprises"),
    )
    MODIFIER = "programme.contribuer_pratique"

    titre = models.CharField("titre", max_length=300)
    description = models.TextField("ce qui a été fait, et ce que cela a donné", null=True, blank=True)
    territoire = texte_court(60, verbose_name="territoire du schéma")
    lieu = texte_court(verbose_name="lieu")
    porteur = texte_court(verbose_name="qui la porte")
    lien = models.URLField("pour en savoir plus", max_length=300, null=True, blank=True)
    objectifs = liste(verbose_name="objectifs prioritaires servis")
    declinaisons = liste(verbose_name="déclinaisons liées")
    labels = liste(verbose_name="labels")
    reprises = liste(verbose_name="reprises")
    source = texte_court(verbose_name="source")
    themes = liste(editable=False)
    history = historique()

    class Meta:
        verbose_name = "bonne pratique"
        ordering = ("titre", "cle")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the themes of what it serves."""
        self.themes = list_themes(self)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.titre

    @property
    def perimetre(self) -> Perimetre:
        """The themes of what it serves, and the arrondissement where it was born."""
        places = {f"arrondissement:{self.territoire}"} if self.territoire else set()
        return Perimetre(themes=frozenset(self.themes), territoires=frozenset(places))


def list_themes(pratique: BonnePratique) -> list[str]:
    """The themes of the objectives and declinaisons that a good practice serves."""
    objectives = ObjectifPrioritaire.objects.filter(cle__in=pratique.objectifs)
    slots = Declinaison.objects.filter(cle__in=pratique.declinaisons)
    return sorted({*objectives.values_list("fiche", flat=True), *slots.values_list("theme", flat=True)})
