"""What is shared between organisations: the inventory and the plan of the law."""

from __future__ import annotations

from django.db import models

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme import mutualisations as pur
from maillage.sdaasp.programme.vocabulaire import EtatMutualisation, get_libelle
from maillage.web.programme.models.base import ObjetProgramme, liste, texte_court
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class Mutualisation(ObjetProgramme):
    """A place or a tool that organisations share, or will."""

    PERSONNEL = DonneesPersonnelles(
        autres=(
            *("libelle", "type", "partenaires", "services", "arrondissements", "site", "site_nom"),
            *("gain", "convention", "origine"),
        ),
    )
    PUR, SORTE, CHERCHABLES = (
        pur.Mutualisation,
        "partage",
        ("libelle", "partenaires", "services", "site_nom", "gain"),
    )
    MODIFIER = "programme.modifier_mutualisation"

    libelle = models.CharField("ce qui est partagé", max_length=300)
    type = models.CharField("type", max_length=60, db_index=True)
    etat = models.CharField(
        "état",
        max_length=20,
        choices=[(e.value, get_libelle(e)) for e in EtatMutualisation],
        null=True,
        blank=True,
    )
    partenaires = models.JSONField("partenaires", null=True, blank=True)
    services = models.JSONField("services qui y sont offerts", null=True, blank=True)
    site = texte_court(120, verbose_name="lieu de l’atlas")
    site_nom = texte_court(verbose_name="nom du lieu")
    arrondissements = liste(verbose_name="arrondissements")
    echeance = models.PositiveIntegerField("échéance", null=True, blank=True)
    cout_eur = models.FloatField("coût annuel (€)", null=True, blank=True)
    gain_eur = models.FloatField("gain annuel (€)", null=True, blank=True)
    gain = models.TextField("ce que l’on y gagne", null=True, blank=True)
    convention = texte_court(verbose_name="convention")
    convention_debut = models.DateField("début de la convention", null=True, blank=True)
    convention_fin = models.DateField("fin de la convention", null=True, blank=True)
    origine = models.TextField("d’où vient l’idée", null=True, blank=True)
    source = texte_court(verbose_name="source")
    history = historique()

    class Meta:
        verbose_name = "mutualisation"
        ordering = ("libelle", "cle")

    def __str__(self) -> str:
        return self.libelle

    @property
    def perimetre(self) -> Perimetre:
        """Its arrondissements; nothing for the whole département."""
        return Perimetre(territoires=frozenset(f"arrondissement:{code}" for code in self.arrondissements))
