"""Fiches and priority objectives."""

from __future__ import annotations

from django.db import models

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme import modele as pur
from maillage.web.programme.models.base import ObjetProgramme, liste, texte_court
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class FicheAction(ObjetProgramme):
    """The fiche of a theme."""

    PERSONNEL = DonneesPersonnelles(
        (
            "pilote",
            "copilotes",
            "relecteurs_falc",
        ),
        "dire qui répond d’une fiche",
        "tout le monde",
        "celle du schéma : le programme est un acte public",
        autres=(
            "titre",
            "enjeux",
            "dimensions",
            "themes_lies",
            "demarches",
            "texte_falc",
            "non_repris",
        ),
    )

    PUR, SORTE, CHERCHABLES = (
        pur.FicheAction,
        "fiche",
        ("titre", "enjeux", "pilote", "copilotes", "texte_falc"),
    )
    MODIFIER = "programme.modifier_fiche"

    theme = models.CharField("thème", max_length=60, db_index=True)
    titre = models.CharField("titre", max_length=300)
    enjeux = models.JSONField("enjeux", null=True, blank=True)
    pilote = texte_court(verbose_name="pilote")
    copilotes = liste(verbose_name="copilotes")
    dimensions = liste(verbose_name="dimensions transversales")
    themes_lies = liste(verbose_name="autres thèmes")
    demarches = liste(verbose_name="démarches liées")
    texte_falc = models.TextField("version facile à lire et à comprendre", null=True, blank=True)
    relecteurs_falc = liste(verbose_name="relue par")
    relue_falc_le = models.DateField("relue le", null=True, blank=True)
    non_repris = liste()
    source = texte_court()
    ordre = models.PositiveIntegerField(default=0)
    history = historique()

    class Meta:
        verbose_name = "fiche action"
        ordering = ("ordre", "cle")

    def __str__(self) -> str:
        return self.titre

    @property
    def perimetre(self) -> Perimetre:
        """Its theme and its dimensions; the whole département."""
        dimensions = frozenset(lien["cible"] for lien in self.dimensions if lien["cible"])
        return Perimetre(themes=frozenset({self.theme}), dimensions=dimensions)


class ObjectifPrioritaire(ObjetProgramme):
    """A priority objective of a fiche; ``fiche`` is the key of the fiche."""

    PERSONNEL = DonneesPersonnelles(
        autres=(
            "fiche",
            "libelle",
            "effets",
            "moyens",
            "freins",
            "non_repris",
        ),
    )

    PUR, SORTE, CHERCHABLES = pur.ObjectifPrioritaire, "objectif", ("libelle", "effets", "moyens", "freins")
    MODIFIER = "programme.modifier_objectif"

    fiche = models.CharField("fiche", max_length=120, db_index=True)
    ordre = models.PositiveIntegerField("ordre")
    libelle = models.CharField("libellé", max_length=400)
    effets = models.JSONField("effets attendus", null=True, blank=True)
    moyens = models.JSONField("moyens et ressources", null=True, blank=True)
    freins = models.JSONField("freins à lever", null=True, blank=True)
    territoires = liste(verbose_name="territoires en déficit servis")
    non_repris = liste()
    source = texte_court()
    history = historique()

    class Meta:
        verbose_name = "objectif prioritaire"
        ordering = ("fiche", "ordre", "cle")

    def __str__(self) -> str:
        return self.libelle

    @property
    def perimetre(self) -> Perimetre:
        """Its theme (the fiche has the key of its theme)."""
        return Perimetre(themes=frozenset({self.fiche}))
