"""Comités as described here, their meetings, their decisions, what goes up to them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from maillage.sdaasp.gouvernance.annee import check_day
from maillage.sdaasp.gouvernance.feuilles import LIBELLES_FEUILLE, Engagement, EtatFeuille
from maillage.sdaasp.gouvernance.modele import Comite, Rendezvous, SeancePrevue
from maillage.sdaasp.gouvernance.remontees import (
    ETATS,
    NATURES,
    ActeRemontee,
    EtapeRemontee,
    NatureRemontee,
    Remontee,
)
from maillage.sdaasp.gouvernance.seances import (
    LIBELLES,
    EtatCompteRendu,
    EtatDecision,
    EtatSeance,
    Presence,
)
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi

CONSERVATION = "celle du schéma : la gouvernance en est la mémoire"
LECTEURS = "les comptes qui ont un mandat"


def choices_of(etats: type[Any]) -> list[tuple[str, str]]:
    """The states of an enumeration with their words."""
    return [(etat.value, LIBELLES[etat]) for etat in etats]


class ObjetGouvernance(ObjetSuivi):
    """What every object of governance has: read by whoever holds a mandate, its place as its perimeter."""

    territoire = models.CharField("arrondissement", max_length=10, blank=True, db_index=True)

    class Meta:
        abstract = True

    @property
    def perimetre(self) -> Perimetre:
        """Its arrondissement; nothing for the whole département."""
        return Perimetre(
            territoires=frozenset({f"arrondissement:{self.territoire}"} if self.territoire else ())
        )

    def is_lisible(self, personne: Any) -> bool:
        """Whether this person holds a mandate of those that read governance."""
        allowed: bool = personne.has_perm("gouvernance.lire")
        return allowed

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse(f"gouvernance:{self.SORTE}", args=[self.cle])


class ComiteDecrit(ObjetSuivi):
    """A comité, as this département describes it. Lists hold text; ``periodes`` pairs of months."""

    PERSONNEL = DonneesPersonnelles(
        (), "dire qui se réunit, et quand", LECTEURS, CONSERVATION,
        autres=("sigle", "nom", "convoquent", "siegent", "attributions", "roles", "periodes", "alimente"),
    )  # fmt: skip
    SORTE, MODIFIER = "comite", "gouvernance.decrire"
    CHAMPS = (
        "sigle", "nom", "niveau", "convoquent", "siegent", "roles", "attributions", "periodes", "alimente",
        "quorum",
    )  # fmt: skip

    sigle = models.CharField("sigle", max_length=20)
    nom = models.CharField("nom", max_length=200)
    niveau = models.CharField(
        "réuni",
        max_length=20,
        choices=[("departement", "pour le département"), ("arrondissement", "dans chaque arrondissement")],
    )
    convoquent = models.JSONField("qui convoque", default=list, blank=True)
    siegent = models.JSONField("qui siège", default=list, blank=True)
    roles = models.JSONField("mandats qui y siègent", default=list, blank=True)
    attributions = models.JSONField("ce qu’il fait", default=list, blank=True)
    periodes = models.JSONField("périodes", default=list, blank=True)
    alimente = models.JSONField("comités qu’il alimente", default=list, blank=True)
    quorum = models.FloatField("quorum", null=True, blank=True)
    ordre = models.PositiveIntegerField(default=0, editable=False)
    history = historique()

    class Meta:
        verbose_name = "comité"
        ordering = ("ordre", "pk")

    def __str__(self) -> str:
        return f"{self.sigle} · {self.nom}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """What describes it."""
        return list(cls.CHAMPS)

    @property
    def perimetre(self) -> Perimetre:
        """The whole département."""
        return Perimetre()

    @property
    def valeur(self) -> Comite:
        """As the rules know it; its key is that of the schema, without the prefix of the row."""
        lists = {
            name: tuple(getattr(self, name)) for name in self.CHAMPS if isinstance(getattr(self, name), list)
        }
        plain = {name: getattr(self, name) for name in ("sigle", "nom", "niveau", "quorum")}
        periodes = tuple((first, last) for first, last in self.periodes)
        return Comite(cle=self.cle.removeprefix("comite-"), **{**plain, **lists, "periodes": periodes})

    def get_absolute_url(self) -> str:
        """The list of comités."""
        return reverse("gouvernance:comites")


class Seance(ObjetGouvernance):
    """One meeting of a comité. ``periode``: rank of the period it is held for; null: called besides.

    ``points``: lines of the agenda, ``{"titre", "objet"}``. ``presences``: rows of ``Presence``. ``pieces``:
    keys of the fiches and scenarios joined to its packet.
    """

    PERSONNEL = DonneesPersonnelles(
        ("presences", "compte_rendu"), "préparer une réunion et en garder la mémoire", LECTEURS, CONSERVATION,
        autres=("lieu", "points", "pieces", "comite"),
    )  # fmt: skip
    SORTE, MODIFIER = "seance", "gouvernance.organiser"

    comite = models.CharField("comité", max_length=60, db_index=True)
    periode = models.PositiveSmallIntegerField("période", null=True, blank=True)
    jour = models.DateField("jour", db_index=True)
    heure = models.TimeField("heure", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=300, blank=True)
    etat = models.CharField("état", max_length=12, choices=choices_of(EtatSeance), default=EtatSeance.PREVUE)
    points = models.JSONField("ordre du jour", default=list, blank=True)
    presences = models.JSONField("présences", default=list, blank=True)
    pieces = models.JSONField("pièces du dossier", default=list, blank=True)
    compte_rendu = models.TextField("compte rendu", blank=True)
    etat_compte_rendu = models.CharField(
        "état du compte rendu",
        max_length=12,
        choices=choices_of(EtatCompteRendu),
        default=EtatCompteRendu.BROUILLON,
    )
    envoye_le = models.DateField("compte rendu envoyé le", null=True, blank=True)
    history = historique()

    class Meta:
        verbose_name = "séance"
        ordering = ("jour", "comite", "territoire", "pk")

    def __str__(self) -> str:
        return f"{self.comite} du {self.jour:%d/%m/%Y}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return [
            "jour", "heure", "lieu", "etat", "points", "presences", "pieces", "compte_rendu",
            "etat_compte_rendu", "envoye_le",
        ]  # fmt: skip

    @property
    def valeur(self) -> SeancePrevue | None:
        """As the year knows it; null when no period asks for it, or it is called off."""
        if self.periode is None or self.etat == EtatSeance.ANNULEE:
            return None
        return SeancePrevue(Rendezvous(self.comite, self.periode, self.territoire or None), self.jour)

    def list_presences(self) -> tuple[Presence, ...]:
        """Who was called, as the rules know it."""
        return tuple(from_plain(Presence, one) for one in self.presences)

    def list_against(self, departement: str) -> tuple[str, ...]:
        """What stands against its day."""
        return check_day(self.jour, departement)


class Decision(ObjetGouvernance):
    """A decision of a meeting, numbered, with who does it, until when, and what became of it.

    ``remontee``: key of the one that it answers. ``amendement``: number of the one that it settles.
    """

    PERSONNEL = DonneesPersonnelles(
        ("responsable",), "suivre une décision jusqu’à son terme", LECTEURS, CONSERVATION,
        autres=("texte", "motif", "reference", "remontee"),
    )  # fmt: skip
    SORTE, MODIFIER = "decision", "gouvernance.organiser"

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="decisions", editable=False)
    rang = models.PositiveIntegerField("rang", editable=False)
    reference = models.CharField("référence", max_length=120, editable=False)
    texte = models.TextField("décision", max_length=2000)
    responsable = models.CharField("qui s’en charge", max_length=200, blank=True)
    echeance = models.DateField("pour le", null=True, blank=True)
    etat = models.CharField(
        "état", max_length=12, choices=choices_of(EtatDecision), default=EtatDecision.A_FAIRE
    )
    motif = models.CharField("pourquoi", max_length=600, blank=True)
    remontee = models.CharField("remontée", max_length=120, blank=True, db_index=True)
    amendement = models.PositiveIntegerField("amendement", null=True, blank=True, db_index=True)
    history = historique()

    class Meta:
        verbose_name = "décision"
        ordering = ("seance__jour", "rang", "pk")
        constraints = [models.UniqueConstraint(fields=["seance", "rang"], name="un_rang_par_seance")]

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["texte", "responsable", "echeance", "etat", "motif"]

    def get_absolute_url(self) -> str:
        """In the page of its meeting."""
        return f"{self.seance.get_absolute_url()}#decision-{self.rang}"


class RemonteeDeposee(ObjetGouvernance):
    """A remontée in the database: ``etapes`` is its journal, from which all that follows is read."""

    PERSONNEL = DonneesPersonnelles(
        ("texte", "etapes", "auteur"), "porter une remontée jusqu’à sa réponse", LECTEURS, CONSERVATION,
        autres=("objet", "comite", "theme", "devant"),
    )  # fmt: skip
    SORTE, MODIFIER = "remontee", "gouvernance.traiter"

    nature = models.CharField(
        "nature", max_length=20, choices=[(n.value, NATURES[n]) for n in NatureRemontee]
    )
    texte = models.TextField("ce qui remonte", max_length=4000)
    theme = models.CharField("thème", max_length=60, blank=True)
    objet = models.CharField("au sujet de", max_length=120, blank=True, db_index=True)
    etapes = models.JSONField("étapes", default=list, editable=False)
    comite = models.CharField("devant le comité", max_length=60, editable=False, db_index=True)
    devant = models.CharField("de l’arrondissement", max_length=10, blank=True, editable=False)
    close = models.BooleanField("close", default=False, editable=False, db_index=True)
    deposee_le = models.DateField("déposée le", editable=False)
    auteur = models.ForeignKey(
        "comptes.Personne", null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    history = historique()

    class Meta:
        verbose_name = "remontée"
        ordering = ("deposee_le", "pk")

    def __str__(self) -> str:
        return self.texte[:80]

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions keep."""
        return ["nature", "texte", "theme", "etapes"]

    @property
    def valeur(self) -> Remontee:
        """As the rules know it."""
        return Remontee(
            cle=self.cle,
            nature=NatureRemontee(self.nature),
            texte=self.texte,
            theme=self.theme,
            territoire=self.territoire or None,
            objet=self.objet,
            etapes=tuple(from_plain(EtapeRemontee, etape) for etape in self.etapes),
        )

    def take(self, valeur: Remontee, comite: Comite) -> dict[str, Any]:
        """The columns that follow from the journal; ``comite``: the one that has it now."""
        return {
            "etapes": [to_plain(etape) for etape in valeur.etapes],
            "comite": comite.cle,
            "devant": self.territoire if comite.niveau == "arrondissement" else "",
            "close": valeur.close,
        }

    @property
    def perimetre(self) -> Perimetre:
        """That of the comité that has it: who answers for a comité of the département covers all of it."""
        return Perimetre(territoires=frozenset({f"arrondissement:{self.devant}"} if self.devant else ()))

    @property
    def etat_dit(self) -> str:
        """Where it stands, in words."""
        return ETATS[ActeRemontee(self.etapes[-1]["acte"])] if self.etapes else ""


class FeuilleDeRoute(ObjetGouvernance):
    """What an arrondissement does for a theme in a year, written together; made at its first writing.

    ``engagements``: rows of ``Engagement``. ``seance``: key of the meeting that agreed upon it.
    """

    PERSONNEL = DonneesPersonnelles(
        ("engagements",), "dire qui fait quoi, pour quand", LECTEURS, CONSERVATION,
        autres=("ambition", "theme", "seance"),
    )  # fmt: skip
    SORTE, MODIFIER = "feuille", "gouvernance.ecrire_feuille"

    theme = models.CharField("thème", max_length=60)
    annee = models.PositiveSmallIntegerField("année")
    ambition = models.TextField("ce que nous faisons cette année", max_length=6000, blank=True)
    engagements = models.JSONField("engagements", default=list, blank=True)
    etat = models.CharField(
        "état",
        max_length=12,
        choices=[(etat.value, LIBELLES_FEUILLE[etat]) for etat in EtatFeuille],
        default=EtatFeuille.BROUILLON,
    )
    seance = models.CharField("validée en séance", max_length=120, blank=True)
    history = historique()

    class Meta:
        verbose_name = "feuille de route"
        ordering = ("annee", "territoire", "theme")
        constraints = [
            models.UniqueConstraint(fields=["territoire", "theme", "annee"], name="une_feuille_par_annee")
        ]

    def __str__(self) -> str:
        return f"Feuille de route {self.annee} : {self.theme}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["ambition", "engagements", "etat", "seance"]

    @property
    def perimetre(self) -> Perimetre:
        """Its arrondissement and its theme."""
        return Perimetre(
            themes=frozenset({self.theme}), territoires=frozenset({f"arrondissement:{self.territoire}"})
        )

    @property
    def valeurs(self) -> tuple[Engagement, ...]:
        """Its engagements, as the rules know them."""
        return tuple(from_plain(Engagement, one) for one in self.engagements)

    def get_absolute_url(self) -> str:
        """Where it is read."""
        return reverse("gouvernance:feuille", args=[self.territoire, self.theme, self.annee])


class ConvocationParCourriel(models.Model):
    """A convocation asked to leave by mail, for one person and one day of a meeting.

    ``pris_le``: when a process last took it up, null before any. ``partie_le``: when it left.
    """

    PERSONNEL = DonneesPersonnelles(
        ("personne",), "convoquer à une réunion, une fois", LECTEURS, CONSERVATION, autres=("identifiant",)
    )

    seance = models.ForeignKey(Seance, on_delete=models.CASCADE, related_name="convocations")
    personne = models.ForeignKey("comptes.Personne", on_delete=models.CASCADE, related_name="+")
    jour = models.DateField("pour le")
    identifiant = models.CharField(max_length=80)
    pris_le = models.DateTimeField(null=True)
    partie_le = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "convocation par courriel"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["seance", "personne", "jour"], name="une_convocation_par_jour")
        ]

    def __str__(self) -> str:
        return f"{self.personne}, {self.seance}"
