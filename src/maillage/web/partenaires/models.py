"""A contact that somebody agreed to show, and a partner that has no account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.web.comptes.models import Organisation
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles

LECTEURS = "les comptes qui ont un mandat"


class ContactMontre(models.Model):
    """What a person agreed to show of herself, and since when. No version is kept: withdrawn, it is gone."""

    PERSONNEL = DonneesPersonnelles(
        ("personne", "fonction", "courriel", "telephone", "consenti_le"),
        "dire aux partenaires comment joindre qui a un mandat, si elle le veut",
        LECTEURS,
        "jusqu’à ce que la personne le retire, ou autant que son compte ; il ne se voit qu’avec un mandat",
    )

    personne = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fonction = models.CharField("fonction", max_length=200, blank=True)
    courriel = models.EmailField("courriel à montrer", blank=True)
    telephone = models.CharField("téléphone à montrer", max_length=40, blank=True)
    consenti_le = models.DateField("accepté le")

    class Meta:
        verbose_name = "contact montré"

    def __str__(self) -> str:
        return f"{self.personne}"


class Partenaire(models.Model):
    """An organisation that takes part and has no account: what it does, where, how to reach its service.

    ``contact`` is that of a service; its versions are not kept, in case somebody wrote a person's.
    """

    PERSONNEL = DonneesPersonnelles(
        ("contact",), "joindre le service d’un partenaire qui n’a pas de compte", LECTEURS,
        "tant que l’organisation est partenaire", autres=("attributions",),
    )  # fmt: skip

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    attributions = models.CharField("ce qu’elle fait dans le schéma", max_length=300, blank=True)
    theme = models.CharField("thème", max_length=60, blank=True)
    territoire = models.CharField("arrondissement", max_length=20, blank=True)
    contact = models.CharField("contact du service", max_length=300, blank=True)
    history = historique(excluded_fields=["contact"])

    class Meta:
        verbose_name = "partenaire"
        ordering = ("organisation__nom", "pk")

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        """The page that lists them."""
        return reverse("partenaires:qui")
