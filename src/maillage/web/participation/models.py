"""Signalements, the links that follow them, the ways to call their authors back; surveys, their answers."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.participation.pilotes import make_perimetre
from maillage.participation.questions import QuestionEnquete
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


class Enquete(ObjetSuivi):
    """A survey: its questions (rows of ``QuestionEnquete``), its dates, whom it asks; nothing of who answers.

    ``tirage``: whether the people asked were drawn at random, which alone gives a margin; ``population``: how
    many they were drawn from, null when unknown. ``par``: key of the question that breaks others down.
    ``publiee_le``: since when its results are public, null before: no answer enters any more.
    """

    PERSONNEL = DonneesPersonnelles(autres=("titre", "presentation", "questions", "par"))
    SORTE, MODIFIER = "enquete", "participation.enqueter"

    class Tirage(models.TextChoices):
        """How those who answer are chosen."""

        VOLONTAIRES = "volontaires", "Répond qui veut"
        HASARD = "hasard", "Des personnes tirées au hasard dans une liste"

    titre = models.CharField("titre", max_length=200)
    presentation = models.TextField("ce que l’on veut savoir, et pourquoi", max_length=2000, blank=True)
    questions = models.JSONField("questions", default=list, blank=True)
    theme = models.CharField("thème", max_length=60, blank=True)
    territoire = models.CharField("arrondissement", max_length=10, blank=True)
    ouvre_le = models.DateField("ouverte du")
    ferme_le = models.DateField("au")
    tirage = models.CharField("qui répond", max_length=12, choices=Tirage, default=Tirage.VOLONTAIRES)
    population = models.PositiveIntegerField("personnes dans la liste", null=True, blank=True)
    une_seule = models.BooleanField("une seule réponse par navigateur", default=False)
    par = models.CharField("détailler par", max_length=10, blank=True)
    publiee_le = models.DateField("résultats publiés le", null=True, blank=True, editable=False)
    essai = models.BooleanField("jeu d’essai", default=False, editable=False)
    history = historique()

    class Meta:
        verbose_name = "enquête"
        ordering = ("-ouvre_le", "-pk")

    def __str__(self) -> str:
        return self.titre

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["titre", "presentation", "ouvre_le", "ferme_le"]

    @property
    def valeurs(self) -> tuple[QuestionEnquete, ...]:
        """Its questions, as the rules know them."""
        return tuple(from_plain(QuestionEnquete, one) for one in self.questions)

    @property
    def perimetre(self) -> Perimetre:
        """Its theme and arrondissement."""
        return make_perimetre(self.theme, self.territoire, "")

    def is_open(self, jour: date) -> bool:
        """Whether it takes answers on a day, bounds included."""
        return bool(self.questions) and self.publiee_le is None and self.ouvre_le <= jour <= self.ferme_le

    def is_lisible(self, personne: Any) -> bool:
        """Its discussion and its history: who runs surveys of its theme and place."""
        allowed: bool = personne.has_perm("participation.enqueter", self)
        return allowed

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("enquetes:enquete", args=[self.cle])


def make_random_key() -> str:
    """A key that says nothing of when it was made."""
    return secrets.token_hex(16)


class ReponseEnquete(models.Model):
    """What one person answered, but texts: no name, no address, nothing finer than the day."""

    PERSONNEL = DonneesPersonnelles(autres=("valeurs",))

    id = models.CharField(primary_key=True, max_length=32, default=make_random_key, editable=False)
    enquete = models.ForeignKey(Enquete, on_delete=models.CASCADE, related_name="reponses")
    jour = models.DateField("jour")
    papier = models.BooleanField("sur papier", default=False)
    valeurs = models.JSONField("réponses", default=dict)

    class Meta:
        verbose_name = "réponse"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Réponse à {self.enquete_id}"


class TexteLibre(models.Model):
    """A text answered to a question, apart from the other answers of the same person; public once read.

    ``publie``: null before anybody has read it, then whether it is shown.
    """

    PERSONNEL = DonneesPersonnelles(
        ("texte",), "savoir ce que les personnes disent avec leurs mots",
        "qui mène l’enquête ; tout le monde, une fois relu", "celle de l’enquête", autres=("question",),
    )  # fmt: skip

    id = models.CharField(primary_key=True, max_length=32, default=make_random_key, editable=False)
    enquete = models.ForeignKey(Enquete, on_delete=models.CASCADE, related_name="textes")
    question = models.CharField(max_length=10)
    texte = models.TextField("texte", max_length=1000)
    publie = models.BooleanField("publié", null=True)

    class Meta:
        verbose_name = "texte libre"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Texte de {self.enquete_id}"
