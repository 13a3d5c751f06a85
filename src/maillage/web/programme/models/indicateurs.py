"""Indicators, targets and values."""

from __future__ import annotations

from typing import Any

from django.db import models

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme import mesures as pur_indicateurs
from maillage.sdaasp.programme.vocabulaire import EtatValeur
from maillage.web.programme.models.base import ObjetProgramme, liste, texte_court
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.queries import find_objet


class IndicateurSuivi(ObjetProgramme):
    """What is measured for an objective or a declinaison; ``objet`` is its key."""

    PERSONNEL = DonneesPersonnelles(
        autres=(
            "libelle",
            "definition",
            "methode",
        ),
    )

    PUR, SORTE, CHERCHABLES = (
        pur_indicateurs.IndicateurSuivi,
        "indicateur",
        ("libelle", "definition", "source"),
    )
    MODIFIER = "programme.modifier_indicateur"

    objet = models.CharField("objet", max_length=120, db_index=True)
    libelle = models.CharField("libellé", max_length=300)
    nature = models.CharField("nature", max_length=15)
    unite = texte_court(60, verbose_name="unité")
    definition = models.TextField("définition", null=True, blank=True)
    source = texte_court(verbose_name="source")
    methode = models.TextField("méthode", null=True, blank=True)
    sens = texte_court(10, verbose_name="sens souhaité")
    frequence_mois = models.PositiveIntegerField("mois entre deux valeurs", default=12)
    ventilation = liste(verbose_name="ventilation")
    indicateur_atlas = texte_court(80, verbose_name="indicateur de l’atlas")
    niveau = texte_court(30)
    code = texte_court(30)
    themes = liste(editable=False)
    territoires = liste(editable=False)
    history = historique()

    class Meta:
        verbose_name = "indicateur de suivi"
        ordering = ("objet", "cle")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the perimeter of what it measures, whoever writes it: a form, an import."""
        if self._state.adding and (measured := find_objet(self.objet)) is not None:
            self.themes = sorted(measured.perimetre.themes)
            self.territoires = sorted(measured.perimetre.territoires)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.libelle

    @property
    def perimetre(self) -> Perimetre:
        """That of the object it measures, kept when it was created."""
        return Perimetre(themes=frozenset(self.themes), territoires=frozenset(self.territoires))


class Cible(models.Model):
    """What an indicator should reach by the end of a year."""

    PERSONNEL = DonneesPersonnelles(
        autres=("texte",),
    )

    PUR = pur_indicateurs.Cible
    indicateur = models.ForeignKey(IndicateurSuivi, on_delete=models.CASCADE, related_name="cibles")
    annee = models.PositiveIntegerField("année")
    valeur = models.FloatField("valeur", null=True, blank=True)
    texte = models.TextField("texte", null=True, blank=True)
    history = historique()

    class Meta:
        verbose_name = "cible"
        ordering = ("annee", "pk")
        constraints = [models.UniqueConstraint(fields=["indicateur", "annee"], name="cible_par_annee")]

    def __str__(self) -> str:
        return f"{self.annee}"


class Valeur(models.Model):
    """A value proposed, then validated or refused."""

    PERSONNEL = DonneesPersonnelles(
        (
            "auteur",
            "valideur",
            "motif",
        ),
        "savoir qui a donné et validé un chiffre",
        "les comptes",
        "celle du schéma : rien ne l’efface",
        autres=(
            "texte",
            "chiffre",
        ),
    )

    PUR = pur_indicateurs.Valeur
    indicateur = models.ForeignKey(IndicateurSuivi, on_delete=models.CASCADE, related_name="valeurs")
    date = models.DateField("date")
    valeur = models.FloatField("valeur", null=True, blank=True)
    texte = models.TextField("texte", null=True, blank=True)
    groupe = texte_court(60, verbose_name="groupe")
    etat = models.CharField("état", max_length=10, default=EtatValeur.PROPOSEE.value)
    auteur = texte_court(200, verbose_name="auteur")
    valideur = texte_court(200, verbose_name="validée par")
    motif = models.TextField("motif", null=True, blank=True)
    chiffre = models.JSONField(null=True, blank=True)
    history = historique()

    class Meta:
        verbose_name = "valeur"
        ordering = ("date", "pk")

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y}"

    @property
    def perimetre(self) -> Perimetre:
        """That of its indicator."""
        return self.indicateur.perimetre
