"""Background work: one row per question asked, whatever becomes of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.web.socle import travaux
from maillage.web.socle.personnel import DonneesPersonnelles


class Travail(models.Model):
    """A long piece of work: who asked, what for, how far, what came out.

    ``cle`` is the hash of the kind and its parameters: the same question on the same atlas is computed once.
    ``vu_le`` is the last sign of life of the process that does it: silent for too long, it was interrupted.
    """

    PERSONNEL = DonneesPersonnelles(
        (
            "demandeur",
            "parametres",
        ),
        "rendre le fichier demandé",
        "qui a le lien ; administration",
        "30 jours après sa fin, fichier compris",
        regle="travaux",
        autres=(
            "titre",
            "jeton",
            "etape",
            "fichier",
            "message",
        ),
    )

    class Etat(models.TextChoices):
        """Where the work stands."""

        EN_ATTENTE = "en_attente", "en attente"
        EN_COURS = "en_cours", "en cours"
        TERMINE = "termine", "terminé"
        ECHOUE = "echoue", "en échec"
        ANNULE = "annule", "annulé"
        INTERROMPU = "interrompu", "interrompu"

    genre = models.CharField("genre", max_length=60)
    titre = models.CharField("titre", max_length=200)
    cle = models.CharField(max_length=64, db_index=True)
    parametres = models.JSONField(default=dict)
    demandeur = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    jeton = models.CharField(max_length=43, unique=True)
    etat = models.CharField("état", max_length=12, choices=Etat, default=Etat.EN_ATTENTE)
    progression = models.PositiveSmallIntegerField("progression (%)", default=0)
    etape = models.CharField("étape", max_length=200, blank=True)
    annulation_demandee = models.BooleanField(default=False)
    fichier = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    cree_le = models.DateTimeField("demandé le", auto_now_add=True)
    vu_le = models.DateTimeField("vu en cours le", null=True, blank=True)
    fini_le = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux"
        ordering = ("-cree_le", "-pk")

    def __str__(self) -> str:
        return self.titre

    def get_absolute_url(self) -> str:
        """Where its answer is read, and how far it is meanwhile."""
        return reverse(travaux.get_page(self.genre), args=[self.jeton])

    @property
    def a_sa_page(self) -> bool:
        """Whether its answer is read on a page, rather than carried away as a file."""
        return travaux.get_page(self.genre) != travaux.TRAVAIL

    @property
    def en_vie(self) -> bool:
        """Whether it may still change."""
        return self.etat in {self.Etat.EN_ATTENTE, self.Etat.EN_COURS}

    @property
    def relancable(self) -> bool:
        """Whether it ended without an answer, so that asking again makes sense."""
        return self.etat in {self.Etat.ECHOUE, self.Etat.ANNULE, self.Etat.INTERROMPU}


class Compteur(models.Model):
    """How many times something was done in one window of time: what a limit on use needs, one row each.

    ``cle`` is a hash: no address is kept.
    """

    cle = models.CharField(max_length=80, primary_key=True)
    fenetre = models.BigIntegerField("fenêtre", db_index=True)
    nombre = models.PositiveIntegerField()

    class Meta:
        verbose_name = "compteur"

    def __str__(self) -> str:
        return f"{self.nombre} pendant {self.fenetre}"
