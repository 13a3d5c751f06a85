"""The making of a schema in the database: its events, and each parole with its journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from maillage.sdaasp.elaboration import modele as pur
from maillage.sdaasp.elaboration import paroles as pur_paroles
from maillage.sdaasp.elaboration.modele import (
    ETATS_EVENEMENT,
    NATURES,
    NATURES_EVENEMENT,
    EtatEvenement,
    NatureElaboration,
    NatureEvenement,
    OrganisationInvitee,
)
from maillage.sdaasp.elaboration.paroles import (
    CASES,
    ETATS_PAROLE,
    LONGUEUR_PAROLE,
    ORIGINES,
    CaseDeTri,
    EtapeParole,
    EtatParole,
    OrigineParole,
)
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.web.socle.ecriture import as_validation, historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi

CONSERVATION = "celle du schéma : l’élaboration en est la mémoire"
LECTEURS = "les comptes qui ont un mandat"
CACHEES = (EtatParole.A_MODERER, EtatParole.REFUSEE)
"""What nobody reads but those who moderate."""


def choices_of(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """(value, words) of an enumeration."""
    return [(key.value, said) for key, said in words.items()]


def cover(themes: Any = (), territoire: str = "") -> Perimetre:
    """The perimeter of some themes in an arrondissement, or in the département."""
    return Perimetre(
        themes=frozenset(themes),
        territoires=frozenset({f"arrondissement:{territoire}"} if territoire else ()),
    )


class ObjetElaboration(ObjetSuivi):
    """What every object of an élaboration has: read by whoever holds a mandate."""

    class Meta:
        abstract = True

    def is_lisible(self, personne: Any) -> bool:
        """Whether this person holds a mandate of those that read it."""
        allowed: bool = personne.has_perm("elaboration.lire")
        return allowed


class Elaboration(ObjetElaboration):
    """The making of a schema, or its revision. ``fin``: null while it goes on.

    ``publique``: whether what was kept of it is open to all. ``jeu_essai``: invented, and said so everywhere.
    """

    PERSONNEL = DonneesPersonnelles(
        (), "dire comment le schéma s’est fait", LECTEURS, CONSERVATION,
        autres=("titre", "schema", "presentation"),
    )  # fmt: skip
    SORTE, MODIFIER = "elaboration", "elaboration.conduire"

    nature = models.CharField("nature", max_length=12, choices=choices_of(NATURES))
    titre = models.CharField("titre", max_length=200)
    schema = models.CharField("schéma", max_length=120, editable=False)
    debut = models.DateField("commencée le")
    fin = models.DateField("close le", null=True, blank=True)
    presentation = models.TextField("présentation", max_length=4000, blank=True)
    publique = models.BooleanField("ce qui en a été retenu est public", default=False)
    jeu_essai = models.BooleanField("jeu d’essai", default=False, editable=False)
    history = historique()

    class Meta:
        verbose_name = "élaboration"
        ordering = ("-debut", "-pk")

    def __str__(self) -> str:
        return self.titre

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["titre", "debut", "presentation"]

    @property
    def perimetre(self) -> Perimetre:
        """The whole département."""
        return Perimetre()

    @property
    def valeur(self) -> pur.Elaboration:
        """As the rules know it."""
        return pur.Elaboration(
            cle=self.cle, nature=NatureElaboration(self.nature), titre=self.titre, schema=self.schema,
            debut=self.debut, fin=self.fin,
        )  # fmt: skip

    @property
    def is_revision(self) -> bool:
        """Whether it revises a schema that exists: what it changes are amendments."""
        return self.nature == NatureElaboration.REVISION

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("elaboration:elaboration", args=[self.cle])


class Evenement(ObjetElaboration):
    """One event. ``invitees``: rows of ``OrganisationInvitee``; ``autres``: people come for none of them.

    ``code``: the end of the address where anybody may speak, until ``ouvert_au`` included; null: closed.
    """

    PERSONNEL = DonneesPersonnelles(
        ("invitees",), "inviter des organisations, compter qui est venu : des nombres, aucun nom de personne",
        LECTEURS, CONSERVATION, autres=("titre", "lieu", "deroule", "themes"),
    )  # fmt: skip
    SORTE, MODIFIER = "evenement", "elaboration.organiser"

    elaboration = models.ForeignKey(
        Elaboration, on_delete=models.PROTECT, related_name="evenements", editable=False
    )
    nature = models.CharField("nature", max_length=12, choices=choices_of(NATURES_EVENEMENT))
    titre = models.CharField("titre", max_length=200)
    debut = models.DateField("premier jour", db_index=True)
    fin = models.DateField("dernier jour")
    heure = models.TimeField("heure", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=300, blank=True)
    territoire = models.CharField("arrondissement", max_length=10, blank=True, db_index=True)
    themes = models.JSONField("thèmes", default=list, blank=True)
    deroule = models.TextField("déroulé", max_length=4000, blank=True)
    etat = models.CharField(
        "état", max_length=12, choices=choices_of(ETATS_EVENEMENT), default=EtatEvenement.PREVU
    )
    invitees = models.JSONField("organisations", default=list, blank=True)
    autres = models.PositiveIntegerField("personnes sans organisation", null=True, blank=True)
    code = models.CharField("code", max_length=12, blank=True, db_index=True, editable=False)
    ouvert_au = models.DateField("ouvert à tous jusqu’au", null=True, blank=True)
    history = historique(excluded_fields=["code"])

    class Meta:
        verbose_name = "événement"
        ordering = ("debut", "pk")

    def __str__(self) -> str:
        return self.titre

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return [
            "titre", "debut", "fin", "heure", "lieu", "territoire", "themes", "deroule", "etat", "invitees",
            "autres",
        ]  # fmt: skip

    @property
    def perimetre(self) -> Perimetre:
        """Its themes in its arrondissement."""
        return cover(self.themes, self.territoire)

    @property
    def valeur(self) -> pur.Evenement:
        """As the rules know it."""
        return pur.Evenement(
            cle=self.cle, nature=NatureEvenement(self.nature), titre=self.titre, debut=self.debut,
            fin=self.fin, etat=EtatEvenement(self.etat), territoire=self.territoire or None,
            themes=tuple(self.themes), autres=self.autres,
            invitees=tuple(from_plain(OrganisationInvitee, row) for row in self.invitees),
        )  # fmt: skip

    def is_open(self, jour: date) -> bool:
        """Whether anybody who has its address may speak on this day."""
        return bool(self.code) and self.ouvert_au is not None and jour <= self.ouvert_au

    def check_rules(self) -> None:
        """Refuse what the rules refuse."""
        with as_validation():
            pur.check_evenement(self.valeur)

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("elaboration:evenement", args=[self.cle])


class Parole(ObjetElaboration):
    """A parole in the database: ``etapes`` is its journal, from which all that follows is read.

    ``objets``: keys of what it led to, one space around each. ``auteur``: the account that sent it online, to
    be told what becomes of it; null for what was said in the room, written, or sent by the open address.
    """

    PERSONNEL = DonneesPersonnelles(
        ("texte", "etapes", "auteur"), "faire le schéma avec ce qui a été dit, et dire ce qu’il en devient",
        LECTEURS + " ; tout le monde pour ce qui est retenu ou non, si le département publie",
        CONSERVATION + " ; un nom s’ôte du texte et de ses versions",
        autres=("organisation", "theme", "case", "objets", "issue_de"),
    )  # fmt: skip
    SORTE, MODIFIER = "parole", "elaboration.trier"

    elaboration = models.ForeignKey(
        Elaboration, on_delete=models.PROTECT, related_name="paroles", editable=False
    )
    evenement = models.ForeignKey(
        Evenement, null=True, on_delete=models.PROTECT, related_name="paroles", editable=False
    )
    texte = models.TextField("ce qui a été dit", max_length=LONGUEUR_PAROLE)
    origine = models.CharField("origine", max_length=12, choices=choices_of(ORIGINES))
    organisation = models.CharField("organisation", max_length=200, blank=True)
    theme = models.CharField("thème", max_length=60, blank=True, db_index=True)
    territoire = models.CharField("arrondissement", max_length=10, blank=True, db_index=True)
    issue_de = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    etapes = models.JSONField("étapes", default=list, editable=False)
    etat = models.CharField(
        "état", max_length=12, choices=choices_of(ETATS_PAROLE), editable=False, db_index=True
    )
    case = models.CharField("case", max_length=12, choices=choices_of(CASES), blank=True, editable=False)
    objets = models.TextField(blank=True, editable=False)
    recue_le = models.DateField("recueillie le", editable=False)
    auteur = models.ForeignKey(
        "comptes.Personne", null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    history = historique()

    class Meta:
        verbose_name = "parole"
        ordering = ("recue_le", "pk")
        indexes = [models.Index(fields=["elaboration", "etat"], name="paroles_par_etat")]

    def __str__(self) -> str:
        """Never its words: a notice would carry them to who may not read them."""
        return f"Parole {self.cle[-6:]} du {self.recue_le:%d/%m/%Y}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions tell; the journal only grows, so none of it can be put back."""
        return ["theme", "territoire", "etapes"]

    @property
    def perimetre(self) -> Perimetre:
        """Its theme in its arrondissement."""
        return cover([self.theme] if self.theme else (), self.territoire)

    @property
    def valeur(self) -> pur_paroles.Parole:
        """As the rules know it."""
        return pur_paroles.Parole(
            cle=self.cle, texte=self.texte, origine=OrigineParole(self.origine),
            evenement=self.evenement.cle if self.evenement else "", organisation=self.organisation,
            theme=self.theme, territoire=self.territoire, issue_de=self.issue_de,
            etapes=tuple(from_plain(EtapeParole, step) for step in self.etapes),
        )  # fmt: skip

    def take(self, valeur: pur_paroles.Parole) -> None:
        """The columns that follow from the journal."""
        keys = dict.fromkeys(link.objet for link in valeur.liens)
        self.etapes = [to_plain(step) for step in valeur.etapes]
        self.etat = valeur.etat or ""
        self.case = valeur.case or ""
        self.theme, self.territoire = valeur.theme, valeur.territoire
        self.objets = f" {' '.join(keys)} " if keys else ""

    def is_lisible(self, personne: Any) -> bool:
        """What nobody has let in, or was refused, is read by those who moderate alone."""
        if self.etat in CACHEES:
            allowed: bool = personne.has_perm("elaboration.trier", self)
            return allowed
        return super().is_lisible(personne)

    def check_rules(self) -> None:
        """The journal only grows: an undo or a state put back cannot rewrite what was done."""
        held = type(self).objects.filter(pk=self.pk).values_list("etapes", flat=True).first()
        if held is not None and self.etapes[: len(held)] != held:
            raise ValidationError(
                "Le journal d’une parole ne se réécrit pas : reprenez-la, en disant pourquoi."
            )

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("elaboration:parole", args=[self.cle])

    @property
    def case_dite(self) -> str:
        """The box it is in, in words; empty when in none."""
        return CASES[CaseDeTri(self.case)] if self.case else ""
