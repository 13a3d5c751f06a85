"""What others keep and the schema follows: plans, and the road map for digital inclusion."""

from __future__ import annotations

from django.db import models

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme import demarches as pur
from maillage.sdaasp.programme import fne
from maillage.web.programme.models.base import ObjetProgramme, liste, texte_court
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class PlanExterne(ObjetProgramme):
    """A plan that somebody else keeps, followed by reference."""

    PERSONNEL = DonneesPersonnelles(
        ("porteur",), "dire qui porte une démarche", "tout le monde",
        "celle du schéma : le programme est un acte public",
        autres=("nom", "sigle", "lien", "type", "etendue", "arrondissements", "apports", "nouvelles"),
    )  # fmt: skip
    PUR, SORTE, CHERCHABLES = (
        pur.PlanExterne,
        "demarche",
        ("nom", "sigle", "porteur", "etendue", "nouvelles"),
    )
    MODIFIER = "programme.modifier_demarche"

    nom = models.CharField("nom", max_length=300)
    sigle = texte_court(60, verbose_name="sigle")
    porteur = texte_court(verbose_name="qui la pilote")
    lien = models.URLField("page officielle", max_length=300, null=True, blank=True)
    source = texte_court(verbose_name="source")
    type = texte_court(60, verbose_name="type")
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField("fin", null=True, blank=True)
    etendue = texte_court(verbose_name="périmètre")
    arrondissements = liste(verbose_name="arrondissements")
    apports = liste(verbose_name="ce qu’elle apporte au schéma")
    nouvelles = liste(verbose_name="nouvelles")
    history = historique()

    class Meta:
        verbose_name = "démarche"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.nom

    @property
    def perimetre(self) -> Perimetre:
        """The whole département: who follows a plan answers for all of it."""
        return Perimetre()


class OrientationFne(ObjetProgramme):
    """One orientation of the road map for digital inclusion, with its actions and steps."""

    PERSONNEL = DonneesPersonnelles(
        autres=("titre", "actions", "priorites", "etapes"),
    )
    PUR, SORTE, CHERCHABLES = fne.OrientationFne, "fne", ("titre", "actions", "etapes")
    MODIFIER = "programme.modifier_fne"

    titre = models.CharField("titre", max_length=300)
    ordre = models.PositiveIntegerField("ordre")
    actions = liste(verbose_name="actions")
    priorites = liste(verbose_name="arrondissements en priorité 1")
    tous = models.BooleanField("tous les arrondissements", default=False)
    source = texte_court(verbose_name="source")
    etapes = liste(verbose_name="étapes")
    history = historique()

    class Meta:
        verbose_name = "orientation numérique"
        ordering = ("ordre", "pk")

    def __str__(self) -> str:
        return self.titre

    @property
    def perimetre(self) -> Perimetre:
        """The dimension of digital inclusion, over the whole département."""
        return Perimetre(dimensions=frozenset({fne.DIMENSION}))
