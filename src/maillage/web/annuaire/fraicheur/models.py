"""Campaigns as rows: who was asked, by which link, who refused to be written to."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.web.socle.personnel import DonneesPersonnelles


class CampagneMenee(models.Model):
    """A campaign that somebody launched: its days, both included, are those of ``annuaire.fraicheur``."""

    PERSONNEL = DonneesPersonnelles(
        ("auteur",), "savoir qui a lancé une campagne", "les comptes qui ont un mandat",
        "tant que l’annuaire est tenu",
    )  # fmt: skip

    debut = models.DateField("du", unique=True)
    fin = models.DateField("au")
    lancee_le = models.DateField("lancée le")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "campagne de fraîcheur"
        ordering = ("-debut",)

    def __str__(self) -> str:
        return f"Campagne du {self.debut:%d/%m/%Y} au {self.fin:%d/%m/%Y}"


class DemandeConfirmation(models.Model):
    """« Is it still true? », asked once in a campaign at one address, of all that is reached there.

    ``adresse`` is empty for a letter, and once erased. ``pris_le``: when a process last took it up to send
    it; ``envoyee_le``: when it left, or was printed; ``repondue_le``: last answer. Null before each.
    """

    PERSONNEL = DonneesPersonnelles(
        ("adresse",), "demander à une structure si sa fiche est juste", "qui mène la campagne",
        "trente jours après la fin de la campagne ; il n’en reste que le compte",
        regle="campagnes de fraîcheur", autres=("identifiant",),
    )  # fmt: skip

    campagne = models.ForeignKey(CampagneMenee, on_delete=models.CASCADE, related_name="demandes")
    adresse = models.EmailField("adresse", blank=True, max_length=320)
    papier = models.BooleanField("par lettre", default=False)
    identifiant = models.CharField(max_length=80)
    fiches = models.ManyToManyField("annuaire.FicheTenue", related_name="demandes")
    pris_le = models.DateTimeField(null=True)
    envoyee_le = models.DateField("envoyée le", null=True)
    repondue_le = models.DateField("répondue le", null=True)

    class Meta:
        verbose_name = "demande de confirmation"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("campagne", "adresse"),
                condition=~models.Q(adresse=""),
                name="une_demande_par_adresse",
            ),
        )

    def __str__(self) -> str:
        return f"{self.campagne}, {self.pk}"


class LienConfirmation(models.Model):
    """A secret link to answer without account, kept as a hash only; one for each message or letter made."""

    PERSONNEL = DonneesPersonnelles()

    demande = models.ForeignKey(DemandeConfirmation, on_delete=models.CASCADE, related_name="liens")
    empreinte = models.CharField(max_length=64, unique=True)
    cree_le = models.DateField("créé le")

    class Meta:
        verbose_name = "lien de confirmation"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Lien de {self.demande_id}"


class RefusDeCourriel(models.Model):
    """An address that asked not to be written to any more, kept as a keyed hash only."""

    PERSONNEL = DonneesPersonnelles()

    empreinte = models.CharField(max_length=64, unique=True)
    refuse_le = models.DateField("refusé le")

    class Meta:
        verbose_name = "refus de courriel"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Refus du {self.refuse_le:%d/%m/%Y}"
