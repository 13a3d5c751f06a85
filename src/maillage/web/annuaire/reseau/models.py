"""What is kept of the reception network: items given to AFOM matrices, what a structure can do with whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from maillage.annuaire.conventions import EtatConvention, ObjetConvention, find_etat, tell
from maillage.catalogue.lecture import read_toml
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi


class PropositionAfom(models.Model):
    """A rupture given to a matrix, once: the key of its item, and the figures as they were that day.

    ``constats``: means, minutes allowed, reliability, days of the records, and each rupture in words.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur",),
        "savoir qui a proposé un constat du réseau d’accueil à l’AFOM",
        "les comptes qui ont un mandat",
        "celle du schéma : le constat est la preuve de l’item",
        autres=("arrondissement", "theme", "nature", "item", "constats"),
    )

    arrondissement = models.CharField("arrondissement", max_length=10)
    theme = models.CharField("thème", max_length=60)
    nature = models.CharField("nature de la rupture", max_length=30)
    item = models.CharField("item AFOM", max_length=120)
    constats = models.JSONField("constats", default=dict)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    propose_le = models.DateField("proposé le")

    class Meta:
        verbose_name = "constat proposé à l’AFOM"
        ordering = ("arrondissement", "theme", "nature")
        constraints = (
            models.UniqueConstraint(
                fields=("arrondissement", "theme", "nature"), name="rupture_proposee_une_fois"
            ),
        )

    def __str__(self) -> str:
        return f"{self.nature}, {self.theme}, {self.arrondissement}"


class ConventionAccueil(ObjetSuivi):
    """What a structure can do with a partner: ``objets`` for ``themes`` (none: all), between two days.

    ``partenaire``: an organisation, by its name; ``fiche_partenaire``: its record when the directory has it.
    ``du_schema``: the convention of the legal course whose signatories and commitments it applies, by its
    name, empty for none. ``fin`` null: until one says otherwise. The text of it is a file given to it.
    """

    PERSONNEL = DonneesPersonnelles(
        autres=("partenaire", "precisions", "themes", "objets", "lien", "du_schema")
    )
    SORTE, MODIFIER = "convention", "annuaire.tenir_convention"

    structure = models.ForeignKey(
        "annuaire.FicheTenue", on_delete=models.CASCADE, related_name="conventions", editable=False
    )
    partenaire = models.CharField(
        "avec", max_length=200, help_text="Une organisation ou une structure, non une personne."
    )
    fiche_partenaire = models.ForeignKey(
        "annuaire.FicheTenue",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    objets = models.JSONField("ce que l’on peut y faire", default=list)
    themes = models.JSONField("thèmes", default=list, blank=True)
    precisions = models.CharField("précisions", max_length=600, blank=True)
    debut = models.DateField("depuis le")
    fin = models.DateField("jusqu’au", null=True, blank=True)
    lien = models.URLField("texte en ligne", max_length=300, blank=True)
    du_schema = models.CharField("convention du schéma", max_length=200, blank=True)
    history = historique()

    class Meta:
        verbose_name = "convention d’une structure"
        ordering = ("partenaire", "debut", "pk")

    def __str__(self) -> str:
        return f"{self.structure} avec {self.partenaire}"[:300]

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["partenaire", "objets", "themes", "precisions", "debut", "fin", "lien", "du_schema"]

    @property
    def perimetre(self) -> Perimetre:
        """Its themes; the directory does not say of which arrondissement a record is."""
        return Perimetre(themes=frozenset(self.themes))

    def is_lisible(self, personne: Any) -> bool:
        """Its page, files and history are for who holds a mandate; the record tells what it lets do."""
        allowed: bool = personne.has_perm("annuaire.corriger")
        return allowed

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("annuaire:convention", args=[self.cle])

    def check_rules(self) -> None:
        """Something that one can do, and days in order."""
        known = {str(one) for one in ObjetConvention}
        faults = {}
        if not self.objets or not set(self.objets) <= known:
            faults["objets"] = "Dites au moins une chose que la structure peut faire."
        if self.fin is not None and self.fin < self.debut:
            faults["fin"] = "La convention finirait avant d’avoir commencé."
        if faults:
            raise ValidationError(faults)

    @property
    def faisable(self) -> str:
        """What it lets do, in words."""
        return tell(self.objets)

    def find_etat(self, jour: date) -> EtatConvention:
        """Where it stands on a day."""
        return find_etat(
            self.debut, self.fin, jour, int(read_toml("accueil_public.toml")["conventions"]["alerte"])
        )
