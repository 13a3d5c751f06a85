"""Signalements, the links that follow them, the ways to call their authors back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.participation.pilotes import make_perimetre
from maillage.participation.signalements import (
    ETATS_SIGNALEMENT,
    FERMENT,
    ActeSignalement,
    EtapeSignalement,
    SignalementHabitant,
)
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi

QUI_TRAITENT = "qui relit, et qui répond par mandat"


class SignalementRecu(ObjetSuivi):
    """A signalement in the database: ``etapes`` is its journal, from which ``etat`` and ``clos`` are read.

    ``texte`` and ``lieu`` are as they were given: read by who treats it, in no version, erased some time
    after it is closed. ``texte_public``: what was published, empty before. ``signature``: hash of its words,
    to tell those sent twice; ``fois``: how many were sent. ``remontee``: key of the one that carries it to a
    comité. ``joint``: key of the one it was joined to. ``photo_publique``: whether all may see its photo.
    """

    PERSONNEL = DonneesPersonnelles(
        ("texte", "lieu", "auteur", "texte_public", "etapes"),
        "traiter ce qu’un habitant signale, et lui répondre",
        f"{QUI_TRAITENT}, le texte reçu ; tout le monde, le texte relu, sans nom",
        "le texte reçu : 90 jours après la clôture ; le texte relu : celle du schéma, ou jusqu’à ce que son "
        "auteur le retire",
        regle="textes de signalements",
        autres=("commune", "signature", "joint", "remontee"),
    )
    SORTE, MODIFIER = "signalement", "participation.moderer"

    theme = models.CharField("thème", max_length=60, blank=True, db_index=True)
    dimension = models.CharField("dimension", max_length=60, blank=True)
    territoire = models.CharField("arrondissement", max_length=10, blank=True, db_index=True)
    commune = models.CharField("commune", max_length=5, blank=True)
    lieu = models.CharField("lieu", max_length=200, blank=True)
    texte = models.TextField("ce qui s’est passé", max_length=2000)
    texte_public = models.TextField("texte publié", max_length=2000, blank=True)
    signature = models.CharField(max_length=64, db_index=True, editable=False)
    fois = models.PositiveIntegerField("fois reçu", default=1, editable=False)
    etapes = models.JSONField("étapes", default=list, editable=False)
    etat = models.CharField(
        "état", max_length=12, editable=False, db_index=True,
        choices=[(acte.value, words) for acte, words in ETATS_SIGNALEMENT.items()],
    )  # fmt: skip
    clos = models.BooleanField("clos", default=False, editable=False, db_index=True)
    depose_le = models.DateField("reçu le", editable=False, db_index=True)
    joint = models.CharField("réuni à", max_length=120, blank=True, editable=False, db_index=True)
    remontee = models.CharField("remontée", max_length=120, blank=True, editable=False, db_index=True)
    photo_publique = models.BooleanField("photo publiée", default=False, editable=False)
    essai = models.BooleanField("jeu d’essai", default=False, editable=False)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    history = historique(excluded_fields=["texte", "lieu", "auteur"])

    class Meta:
        verbose_name = "signalement"
        ordering = ("-depose_le", "-pk")

    def __str__(self) -> str:
        return f"Signalement du {self.depose_le:%d/%m/%Y}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """What may be put back: how it is sorted. Its journal and its text only go forward."""
        return ["theme", "dimension"]

    @property
    def valeur(self) -> SignalementHabitant:
        """As the rules know it."""
        return SignalementHabitant(
            cle=self.cle,
            theme=self.theme,
            territoire=self.territoire or None,
            dimension=self.dimension,
            etapes=tuple(from_plain(EtapeSignalement, etape) for etape in self.etapes),
        )

    def take(self, valeur: SignalementHabitant) -> dict[str, Any]:
        """The columns that follow from the journal."""
        etat = valeur.etat or ActeSignalement.DEPOSER
        return {
            "etapes": [to_plain(etape) for etape in valeur.etapes],
            "etat": etat.value,
            "clos": etat in FERMENT,
            "joint": valeur.etapes[-1].vers if etat is ActeSignalement.FUSIONNER else "",
        }

    @property
    def perimetre(self) -> Perimetre:
        """Its theme, its arrondissement and commune, its dimension."""
        return make_perimetre(self.theme, self.territoire, self.dimension, self.commune)

    @property
    def is_public(self) -> bool:
        """Whether anybody may read what it says."""
        return self.valeur.is_public

    def is_lisible(self, personne: Any) -> bool:
        """Its discussion, its history and its photo: who treats signalements of its theme and place."""
        allowed: bool = personne.has_perm("participation.repondre", self) or personne.has_perm(
            "participation.moderer", self
        )
        return allowed

    def get_absolute_url(self) -> str:
        """Its page, public once it is published."""
        return reverse("participation:signalement", args=[self.cle])


class LienDeSuivi(models.Model):
    """A secret link, without account, to what became of a signalement; its secret is kept as a hash only.

    ``billet``: number of the form that was sent, so that one sent twice counts once.
    """

    PERSONNEL = DonneesPersonnelles(autres=("billet",))

    signalement = models.ForeignKey(SignalementRecu, on_delete=models.CASCADE, related_name="liens")
    empreinte = models.CharField(max_length=64, unique=True)
    billet = models.CharField(max_length=64, unique=True)
    cree_le = models.DateField("créé le")

    class Meta:
        verbose_name = "lien de suivi"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Lien vers {self.signalement_id}"


class ContactDeRappel(models.Model):
    """How to call the author of a signalement back: kept apart, in no version, erased on a stated day."""

    PERSONNEL = DonneesPersonnelles(
        ("moyen",), "rappeler l’auteur d’un signalement, s’il l’a voulu", QUI_TRAITENT,
        "180 jours, ou jusqu’à ce que son auteur le retire ; jamais publié", regle="contacts de rappel",
    )  # fmt: skip

    signalement = models.ForeignKey(SignalementRecu, on_delete=models.CASCADE, related_name="rappels")
    moyen = models.CharField("courriel ou téléphone", max_length=120)
    efface_le = models.DateField("effacé le")

    class Meta:
        verbose_name = "contact de rappel"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Rappel de {self.signalement_id}"
