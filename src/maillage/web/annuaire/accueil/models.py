"""What a reception desk keeps: where one works, the team's favourites, orientations until they are erased."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.annuaire.orientation import (
    ETATS_ORIENTATION,
    ActeOrientation,
    EtapeOrientation,
    SuiviOrientation,
    follow_orientation,
)
from maillage.catalogue.besoins import list_besoins
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.web.comptes.models import Organisation
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class PreferenceAccueil(models.Model):
    """Where an account receives people, so that it is not asked again: a structure, else a commune."""

    PERSONNEL = DonneesPersonnelles(
        ("personne", "commune"),
        "ne pas redemander à un agent d’accueil où il travaille",
        "la personne",
        "jusqu’à ce qu’elle l’efface ou le change, ou autant que son compte",
    )

    personne = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    commune = models.CharField("commune", max_length=5, blank=True)
    fiche = models.ForeignKey(
        "annuaire.FicheTenue", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "lieu d’accueil d’un compte"

    def __str__(self) -> str:
        return self.commune or str(self.fiche_id)


class FavoriEquipe(models.Model):
    """A record that a team keeps at hand, with a short note that only the team reads."""

    PERSONNEL = DonneesPersonnelles(
        ("note", "auteur"),
        "retrouver vite les structures vers qui l’équipe oriente",
        "l’équipe : les comptes qui ont un mandat de la même organisation",
        "jusqu’à ce que l’équipe l’enlève ; une note qui nomme quelqu’un est refusée",
    )

    equipe = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    fiche = models.ForeignKey("annuaire.FicheTenue", on_delete=models.CASCADE, related_name="favoris")
    note = models.CharField("note", max_length=300, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note_le = models.DateField("noté le")

    class Meta:
        verbose_name = "favori d’une équipe"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("equipe", "fiche"), name="favori_une_fois"),)

    def __str__(self) -> str:
        return f"{self.fiche_id}, {self.equipe_id}"


class StructureAccueillante(models.Model):
    """A structure that accepts orientations: how it is told that one waits, which account may answer.

    ``organisation``: the one whose accounts answer, null when only the secret link does; ``besoins``: keys of
    the needs it accepts, empty for all; ``ouverte``: whether it accepts them today. ``territoire``: code of
    its arrondissement, empty when the atlas does not say.
    """

    PERSONNEL = DonneesPersonnelles(
        ("courriel",),
        "prévenir une structure qu’une orientation l’attend, sans dire de qui",
        "les comptes qui tiennent la liste des structures accueillantes",
        "tant que la structure accepte des orientations",
        autres=("besoins",),
    )

    fiche = models.OneToOneField("annuaire.FicheTenue", on_delete=models.CASCADE, related_name="accueillante")
    ouverte = models.BooleanField("accepte des orientations", default=True)
    courriel = models.EmailField("courriel prévenu", blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    besoins = models.JSONField("besoins acceptés", default=list, blank=True)
    territoire = models.CharField("arrondissement", max_length=10, blank=True)
    history = historique()

    class Meta:
        verbose_name = "structure accueillante"
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.fiche)

    @property
    def perimetre(self) -> Perimetre:
        """Its arrondissement and its commune."""
        places = {f"arrondissement:{self.territoire}"} if self.territoire else set()
        places |= {f"commune:{self.fiche.code_insee}"} if self.fiche.code_insee else set()
        return Perimetre(territoires=frozenset(places))

    def accepts(self, besoin: str) -> bool:
        """Whether it accepts an orientation for a need."""
        return self.ouverte and (not self.besoins or besoin in self.besoins)


class OrientationEnvoyee(models.Model):
    """Somebody sent to a structure: a first name and a way to call back, no more, until ``efface_le``.

    ``etapes``: its journal, from which ``etat`` is read; that it has expired is told by the day.
    ``prevenue_le``: when the mail to the structure left, null when none did. Versions hold no name.
    """

    PERSONNEL = DonneesPersonnelles(
        ("prenom", "rappel", "etapes", "auteur"),
        "adresser une personne à une structure qui l’accepte, et savoir si elle est reçue",
        "l’équipe qui l’envoie et la structure qui la reçoit, personne d’autre",
        "30 jours après sa clôture ; sans réponse, elle expire après 30 jours ; retirée, le prénom et le "
        "contact s’effacent aussitôt",
        regle="orientations",
        autres=("besoin",),
    )

    accueillante = models.ForeignKey(
        StructureAccueillante, on_delete=models.PROTECT, related_name="orientations"
    )
    equipe = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    besoin = models.CharField("besoin", max_length=40)
    prenom = models.CharField("prénom", max_length=40, blank=True)
    rappel = models.CharField("téléphone ou courriel", max_length=120, blank=True)
    etapes = models.JSONField("étapes", default=list, editable=False)
    etat = models.CharField(
        "état", max_length=12, editable=False, db_index=True,
        choices=[(acte.value, words) for acte, words in ETATS_ORIENTATION.items()],
    )  # fmt: skip
    envoyee_le = models.DateField("envoyée le", db_index=True)
    efface_le = models.DateField("effacée le", db_index=True)
    prevenue_le = models.DateTimeField("structure prévenue le", null=True, blank=True)
    essai = models.BooleanField("jeu d’essai", default=False, editable=False)
    history = historique(excluded_fields=["prenom", "rappel", "etapes"])

    class Meta:
        verbose_name = "orientation"
        ordering = ("-envoyee_le", "-pk")

    def __str__(self) -> str:
        return f"Orientation du {self.envoyee_le:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        """Its page, for the two teams that it concerns."""
        return reverse("annuaire:orientation", args=[self.pk])

    @property
    def journal(self) -> tuple[EtapeOrientation, ...]:
        """Its steps, as the rules know them."""
        return tuple(from_plain(EtapeOrientation, one) for one in self.etapes)

    def follow(self, jour: date) -> SuiviOrientation:
        """Where it stands on a day."""
        return follow_orientation(self.journal, jour)

    def take(self, journal: tuple[EtapeOrientation, ...]) -> None:
        """The columns that follow from a journal; not saved yet."""
        self.etapes = [to_plain(one) for one in journal]
        self.etat = journal[-1].acte.value
        self.efface_le = follow_orientation(journal, journal[-1].le).efface_le
        if journal[-1].acte is ActeOrientation.RETIRER:
            self.prenom = self.rappel = ""

    @property
    def nom_du_besoin(self) -> str:
        """Its need, in words."""
        known = list_besoins().get(self.besoin)
        return known.nom if known else self.besoin


class LienDeReponse(models.Model):
    """A secret link by which a structure answers, without account; its secret is kept as a hash only."""

    orientation = models.ForeignKey(OrientationEnvoyee, on_delete=models.CASCADE, related_name="liens")
    empreinte = models.CharField(max_length=64, unique=True)
    cree_le = models.DateField("créé le")

    class Meta:
        verbose_name = "lien de réponse"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Lien vers {self.orientation_id}"


class CompteOrientations(models.Model):
    """How many orientations of a month ended so, for a need and a structure: what is left once erased."""

    PERSONNEL = DonneesPersonnelles(autres=("besoin",))

    mois = models.DateField("mois d’envoi")
    besoin = models.CharField("besoin", max_length=40)
    accueillante = models.ForeignKey(StructureAccueillante, on_delete=models.CASCADE, related_name="comptes")
    etat = models.CharField("état", max_length=12)
    nombre = models.PositiveIntegerField("nombre", default=0)

    class Meta:
        verbose_name = "compte d’orientations"
        ordering = ("mois", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("mois", "besoin", "accueillante", "etat"), name="compte_orientations_une_fois"
            ),
        )

    def __str__(self) -> str:
        return f"{self.nombre} en {self.mois:%m/%Y}"
