"""A scenario that is kept: its file, who wrote it, who may read it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.scenarios.fichier import read_scenario, write_scenario
from maillage.scenarios.modifications import Scenario
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.web.comptes.models import Organisation
from maillage.web.socle.ecriture import as_validation, historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi


class ScenarioEnregistre(ObjetSuivi):
    """A scenario in the database. ``contenu`` is its file as :func:`write_scenario` writes it.

    ``titre`` is the name that the file gives. ``empreinte`` is the atlas on which it was last edited;
    ``lien`` the key of the fiche, objective or AFOM item that it serves, empty when none.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur",),
        "savoir qui a écrit un scénario, et à qui il est ouvert",
        "celles et ceux à qui il est ouvert ; un brouillon, son auteur seul",
        "autant que le scénario",
        autres=("titre", "contenu", "lien", "cle", "empreinte"),
    )
    SORTE = "scenario"
    MODIFIER = "atelier.modifier"

    class Visibilite(models.TextChoices):
        """Who may read it."""

        BROUILLON = "brouillon", "Brouillon : moi seul·e"
        ORGANISATION = "organisation", "Mon organisation"
        COMPTES = "comptes", "Tous les comptes"
        PUBLIC = "public", "Tout le monde"

    titre = models.CharField("titre", max_length=200, editable=False)
    contenu = models.TextField("modifications", editable=False)
    visibilite = models.CharField(
        "qui peut le lire", max_length=12, choices=Visibilite, default=Visibilite.BROUILLON
    )
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lien = models.CharField("fiche, objectif ou constat lié", max_length=120, blank=True)
    empreinte = models.CharField("atlas", max_length=64, blank=True, editable=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    history = historique()

    class Meta:
        verbose_name = "scénario"
        ordering = ("-modifie_le", "-pk")

    def __str__(self) -> str:
        return self.titre

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back: never whom it is open to, which its author alone decides."""
        return ["contenu", "lien", "empreinte"]

    @property
    def perimetre(self) -> Perimetre:
        """The whole département."""
        return Perimetre()

    @cached_property
    def scenario(self) -> Scenario:
        """What its file says."""
        return read_scenario(self.contenu, self.titre)

    def is_lisible(self, personne: Any) -> bool:
        """Whether this person may read it; what is not is found nowhere."""
        levels = self.Visibilite
        if self.visibilite == levels.PUBLIC:
            return True
        if not personne.is_authenticated:
            return False
        return (
            self.auteur_id == personne.pk
            or self.visibilite == levels.COMPTES
            or (self.visibilite == levels.ORGANISATION and self.is_de_son_organisation(personne))
        )

    def list_etats(self, personne: Any) -> Any:
        """Its versions; what it was as a draft, for its author alone."""
        rows = super().list_etats(personne)
        own = personne.is_authenticated and self.auteur_id == personne.pk
        return rows if own else rows.exclude(visibilite=self.Visibilite.BROUILLON)

    def is_de_son_organisation(self, personne: Any) -> bool:
        """Whether this person holds a mandate of the organisation it is shared with."""
        return self.organisation_id in {mandat.organisation_id for mandat in personne.mandats_en_cours}

    def check_rules(self) -> None:
        """A file that reads, kept as it is always written; an organisation when it is shared with one."""
        with as_validation():
            scenario = read_scenario(self.contenu)
        self.titre, self.contenu = scenario.nom, write_scenario(scenario)
        self.__dict__.pop("scenario", None)

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("atelier:scenario", args=[self.cle])
