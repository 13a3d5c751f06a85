"""Comités d'usagers, who sits there, their meetings, what they propose."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.participation.pilotes import make_perimetre
from maillage.participation.propositions import (
    ETATS_PROPOSITION,
    ActeProposition,
    CollegeRepresente,
    EtapeProposition,
    PropositionUsagers,
)
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi

CONSERVATION = "celle du schéma : le comité en est la mémoire"


class ComiteUsagers(ObjetSuivi):
    """A comité d'usagers: what it is about, who sits there, counted by college and organisation.

    ``colleges``: rows of ``CollegeRepresente``. ``ferme_le``: since when it no longer meets; null while it
    does. Who animates it follows from the mandates that cover its theme, territory and dimension.
    """

    PERSONNEL = DonneesPersonnelles(
        (), "dire qui siège : des collèges, des organisations, des nombres, aucun nom de personne",
        "tout le monde", CONSERVATION, autres=("nom", "presentation", "colleges"),
    )  # fmt: skip
    SORTE, MODIFIER = "usagers", "participation.animer"

    nom = models.CharField("nom", max_length=200)
    presentation = models.TextField("ce qu’il fait", max_length=2000, blank=True)
    theme = models.CharField("thème", max_length=60, blank=True, db_index=True)
    territoire = models.CharField("arrondissement", max_length=10, blank=True, db_index=True)
    dimension = models.CharField("dimension", max_length=60, blank=True)
    colleges = models.JSONField("qui y siège", default=list, blank=True)
    ferme_le = models.DateField("ne se réunit plus depuis", null=True, blank=True)
    essai = models.BooleanField("jeu d’essai", default=False, editable=False)
    history = historique()

    class Meta:
        verbose_name = "comité d’usagers"
        ordering = ("nom", "pk")

    def __str__(self) -> str:
        return self.nom

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["nom", "presentation", "theme", "territoire", "dimension", "colleges", "ferme_le"]

    @property
    def valeurs(self) -> tuple[CollegeRepresente, ...]:
        """Who sits there, as the rules know it."""
        return tuple(from_plain(CollegeRepresente, one) for one in self.colleges)

    @property
    def perimetre(self) -> Perimetre:
        """Its theme, its arrondissement, its dimension."""
        return make_perimetre(self.theme, self.territoire, self.dimension)

    def is_lisible(self, personne: Any) -> bool:
        """Its discussion and its history: who animates it."""
        allowed: bool = personne.has_perm("participation.animer", self)
        return allowed

    def get_absolute_url(self) -> str:
        """Its page, which all may read."""
        return reverse("usagers:comite", args=[self.cle])


class MembreUsagers(models.Model):
    """An account that says, of its own will, that it sits at a comité d'usagers; in no version.

    ``confirme_le``: since when who animates the comité takes it as a member; null before.
    """

    PERSONNEL = DonneesPersonnelles(
        ("personne",), "laisser un membre qui le veut écrire les propositions de son comité",
        "la personne ; qui anime le comité", "jusqu’à ce que la personne le quitte, ou autant que son compte",
        autres=("college",),
    )  # fmt: skip

    comite = models.ForeignKey(ComiteUsagers, on_delete=models.CASCADE, related_name="membres")
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    college = models.CharField("collège", max_length=120, blank=True)
    consenti_le = models.DateField("demandé le")
    confirme_le = models.DateField("confirmé le", null=True)

    class Meta:
        verbose_name = "membre d’un comité d’usagers"
        ordering = ("consenti_le", "pk")
        constraints = [models.UniqueConstraint(fields=["comite", "personne"], name="un_membre_par_compte")]

    def __str__(self) -> str:
        return f"Membre de {self.comite_id}"


class ReunionUsagers(ObjetSuivi):
    """A meeting of a comité d'usagers. ``presents``: how many came, null when nobody counted or before it."""

    PERSONNEL = DonneesPersonnelles(
        (), "annoncer une réunion et en garder la mémoire : des nombres, aucun nom de personne",
        "tout le monde", CONSERVATION, autres=("lieu", "ordre_du_jour"),
    )  # fmt: skip
    SORTE, MODIFIER = "reunion", "participation.animer"

    comite = models.ForeignKey(
        ComiteUsagers, on_delete=models.CASCADE, related_name="reunions", editable=False
    )
    jour = models.DateField("jour", db_index=True)
    heure = models.TimeField("heure", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=300, blank=True)
    ordre_du_jour = models.TextField("ordre du jour", max_length=4000, blank=True)
    presents = models.PositiveIntegerField("personnes présentes", null=True, blank=True)
    annulee = models.BooleanField("annulée", default=False)
    history = historique()

    class Meta:
        verbose_name = "réunion d’un comité d’usagers"
        ordering = ("-jour", "-pk")

    def __str__(self) -> str:
        return f"Réunion du {self.jour:%d/%m/%Y}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["jour", "heure", "lieu", "ordre_du_jour", "presents", "annulee"]

    @property
    def perimetre(self) -> Perimetre:
        """That of its comité."""
        return self.comite.perimetre

    def get_absolute_url(self) -> str:
        """Its page, which all may read, and the files joined to it."""
        return reverse("usagers:reunion", args=[self.cle])


class PropositionDeposee(ObjetSuivi):
    """A proposition in the database: ``etapes`` is its journal, from which ``etat`` and ``close`` are read.

    Its author is its comité; ``texte`` is in no version, so that a passage masked is masked for good.
    ``remontee``: key of the one that carries it. ``publiee_le``: null before somebody has read it.
    """

    PERSONNEL = DonneesPersonnelles(
        ("texte", "etapes"), "porter ce qu’un comité d’usagers propose, et dire ce qui en est gardé",
        "tout le monde, une fois relue, sans nom", CONSERVATION, autres=("remontee",),
    )  # fmt: skip
    SORTE, MODIFIER = "proposition", "participation.animer"

    comite = models.ForeignKey(
        ComiteUsagers, on_delete=models.PROTECT, related_name="propositions", editable=False
    )
    reunion = models.ForeignKey(
        ReunionUsagers, null=True, on_delete=models.SET_NULL, related_name="propositions", editable=False
    )
    texte = models.TextField("ce qui est proposé", max_length=2000)
    theme = models.CharField("thème", max_length=60, blank=True, db_index=True)
    territoire = models.CharField("arrondissement", max_length=10, blank=True, db_index=True)
    etapes = models.JSONField("étapes", default=list, editable=False)
    etat = models.CharField(
        "état", max_length=14, editable=False, db_index=True,
        choices=[(acte.value, words) for acte, words in ETATS_PROPOSITION.items()],
    )  # fmt: skip
    close = models.BooleanField("close", default=False, editable=False, db_index=True)
    publiee_le = models.DateField("publiée le", null=True, editable=False, db_index=True)
    remontee = models.CharField("remontée", max_length=120, blank=True, editable=False, db_index=True)
    essai = models.BooleanField("jeu d’essai", default=False, editable=False)
    history = historique(excluded_fields=["texte"])

    class Meta:
        verbose_name = "proposition d’un comité d’usagers"
        ordering = ("-publiee_le", "-pk")

    def __str__(self) -> str:
        return f"Proposition de : {self.comite}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """What may be put back: how it is sorted. Its journal and its text only go forward."""
        return ["theme", "territoire"]

    @property
    def valeur(self) -> PropositionUsagers:
        """As the rules know it."""
        return PropositionUsagers(
            cle=self.cle, etapes=tuple(from_plain(EtapeProposition, step) for step in self.etapes)
        )

    def take(self, valeur: PropositionUsagers) -> dict[str, Any]:
        """The columns that follow from the journal."""
        etat = valeur.etat or ActeProposition.DEPOSER
        public = [step.le for step in valeur.etapes if step.acte is ActeProposition.PUBLIER]
        return {
            "etapes": [to_plain(step) for step in valeur.etapes],
            "etat": etat.value,
            "close": valeur.close,
            "publiee_le": public[0] if public else None,
        }

    @property
    def perimetre(self) -> Perimetre:
        """Its theme, its arrondissement, the dimension of its comité."""
        return make_perimetre(self.theme, self.territoire, self.comite.dimension)

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it."""
        return self.valeur.is_public

    def is_lisible(self, personne: Any) -> bool:
        """Its discussion and its history: who animates its comité, who answers it."""
        allowed: bool = personne.has_perm("participation.repondre", self) or personne.has_perm(
            "participation.animer", self.comite
        )
        return allowed

    def get_absolute_url(self) -> str:
        """Its page, public once it is published."""
        return reverse("usagers:proposition", args=[self.cle])
