"""What an arrondissement does for a theme in a year."""

from __future__ import annotations

from typing import Any

from django.db import models

from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme import modele as pur
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison, get_libelle
from maillage.web.programme.models.base import ObjetProgramme, liste, texte_court
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class Declinaison(ObjetProgramme):
    """What an arrondissement does for a theme in a year."""

    PERSONNEL = DonneesPersonnelles(
        (
            "pilote_territorial",
            "etapes",
        ),
        "dire qui répond d’une action et de ses étapes",
        "tout le monde",
        "celle du schéma : le programme est un acte public",
        autres=(
            "libelle",
            "objectifs",
            "zones",
            "meteo",
            "commentaire_meteo",
        ),
    )

    PUR, SORTE, CHERCHABLES = pur.Declinaison, "declinaison", ("libelle", "pilote_territorial", "etapes")
    MODIFIER = "programme.modifier_declinaison"

    theme = models.CharField("thème", max_length=60, db_index=True)
    arrondissement = models.CharField("arrondissement", max_length=10, db_index=True)
    annee = models.PositiveIntegerField("année", db_index=True)
    numero = models.PositiveIntegerField("numéro", default=1)
    libelle = texte_court(600, verbose_name="libellé")
    statut = texte_court(
        20, verbose_name="état", choices=[(s.value, get_libelle(s)) for s in StatutDeclinaison]
    )
    objectifs = models.JSONField("objectifs prioritaires", null=True, blank=True)
    pilote_territorial = texte_court(verbose_name="pilote territorial")
    etapes = liste(verbose_name="étapes")
    zones = liste(verbose_name="territoires prioritaires servis")
    meteo = texte_court(10, verbose_name="météo")
    commentaire_meteo = texte_court(600, verbose_name="commentaire")
    source = texte_court()
    ordre = models.PositiveIntegerField(default=0)
    cles_op = models.TextField(editable=False, default="")
    datee = models.BooleanField(editable=False, default=False)
    history = historique()

    class Meta:
        verbose_name = "déclinaison territoriale"
        ordering = ("annee", "ordre", "cle")
        indexes = [
            models.Index(fields=["annee", "ordre", "cle"], name="declinaison_ordre"),
            models.Index(fields=["statut", "annee", "ordre", "cle"], name="declinaison_statut"),
            models.Index(fields=["theme", "arrondissement", "annee", "ordre"], name="declinaison_lieu"),
            models.Index(fields=["datee", "annee", "ordre", "cle"], name="declinaison_datee"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys of its OP as text, and whether it has steps, to filter on them."""
        self.datee = bool(self.etapes)
        self.cles_op = "".join(f" {link['cible']} " for link in self.objectifs or () if link["cible"])
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.libelle or f"Déclinaison à confirmer ({self.cle})"

    @property
    def perimetre(self) -> Perimetre:
        """Its theme in its arrondissement."""
        return Perimetre(
            themes=frozenset({self.theme}), territoires=frozenset({f"arrondissement:{self.arrondissement}"})
        )

    @property
    def statut_libelle(self) -> str:
        """The status in words."""
        return get_libelle(StatutDeclinaison(self.statut) if self.statut else None)
