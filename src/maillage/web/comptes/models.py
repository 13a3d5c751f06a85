"""People, their organisations, and the mandates that say what each may do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from maillage.sdaasp.mandats.autorite import Pouvoir
from maillage.sdaasp.mandats.perimetre import Portee
from maillage.web.comptes import identites as _identites  # noqa: F401  rows of this app
from maillage.web.comptes import portees
from maillage.web.comptes.identifiant import normalize_address
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles


class Organisation(models.Model):
    """A body that takes part in the schema: État, Département, EPCI, opérateur, association…"""

    PERSONNEL = DonneesPersonnelles(
        autres=(
            "nom",
            "sigle",
        ),
    )

    class Nature(models.TextChoices):
        """What kind of body."""

        ETAT = "etat", "État"
        DEPARTEMENT = "departement", "Département"
        REGION = "region", "Région"
        EPCI = "epci", "Intercommunalité"
        COMMUNE = "commune", "Commune"
        OPERATEUR = "operateur", "Opérateur"
        ASSOCIATION = "association", "Association"
        AUTRE = "autre", "Autre"

    nom = models.CharField("nom", max_length=200, unique=True)
    sigle = models.CharField("sigle", max_length=30, blank=True)
    nature = models.CharField("nature", max_length=12, choices=Nature)
    history = historique()

    class Meta:
        verbose_name = "organisation"
        ordering = ("nom",)

    def __str__(self) -> str:
        return self.nom


class PersonneManager(BaseUserManager["Personne"]):
    """Accounts are named by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Personne:
        """A new account; without a password it cannot log in until its invitation is accepted."""
        personne = self.model(email=normalize_address(email), **fields)
        personne.set_password(password)
        personne.save(using=self._db)
        return personne

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Personne:
        """An account with every right, for the first administrator of an install."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Personne:
        """Found by e-mail address, in any case and any form of Unicode."""
        return self.get(email=normalize_address(username or ""))


class Personne(AbstractUser):
    """Someone with an account."""

    PERSONNEL = DonneesPersonnelles(
        (
            "email",
            "first_name",
            "last_name",
            "fonction",
            "organisation",
            "password",
            "last_login",
            "date_joined",
            "endormi_le",
            "reveille_le",
        ),
        "ouvrir un compte, savoir qui a un mandat et qui a écrit quoi",
        "les comptes, son nom ; elle et l’administration, le reste ; personne, le mot de passe (empreinte)",
        "jusqu’à sa suppression par l’administration ; en sommeil après un an sans connexion",
        regle="comptes en sommeil",
    )

    username = None  # type: ignore[assignment]
    email = models.EmailField("adresse électronique", unique=True)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    fonction = models.CharField("fonction", max_length=200, blank=True)
    demonstration = models.BooleanField("compte de démonstration", default=False)
    endormi_le = models.DateTimeField("en sommeil depuis le", null=True, blank=True, editable=False)
    reveille_le = models.DateTimeField("réveillé le", null=True, blank=True, editable=False)

    objects = PersonneManager()  # type: ignore[misc,assignment]
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "personne"
        ordering = ("last_name", "first_name", "pk")

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def mandats_en_cours(self) -> list[Mandat]:
        """Today's mandates, read once a request."""
        if not hasattr(self, "_mandats"):
            today = timezone.localdate()
            self._mandats = [m for m in self.mandats.all() if m.portee.en_cours(today)]
        return self._mandats


class Mandat(models.Model):
    """A person, for an organisation, in a role, over a perimeter, between two dates."""

    PERSONNEL = DonneesPersonnelles(
        (
            "personne",
            "organisation",
            "debut",
            "fin",
        ),
        "savoir ce que chaque personne peut faire, et depuis quand",
        "la personne ; administration",
        "autant que le compte : la preuve des droits sous lesquels il a écrit",
    )

    class Role(models.TextChoices):
        """What the mandate is for."""

        ADMINISTRATION = "administration", "Administration de l’outil"
        CHARGE_MISSION = "charge_mission", "Chargé·e de mission du schéma"
        DIRECTION = "direction", "Direction déléguée, sous-préfecture"
        PILOTE_DEPARTEMENTAL = "pilote_departemental", "Pilote départemental"
        PILOTE_THEMATIQUE = "pilote_thematique", "Pilote thématique"
        COPILOTE = "copilote", "Copilote thématique"
        PILOTE_TERRITORIAL = "pilote_territorial", "Pilote territorial"
        REFERENT_DIMENSION = "referent_dimension", "Référent·e d’une dimension transversale"
        PARTENAIRE = "partenaire", "Partenaire (EPCI, Région, opérateur)"
        ACCUEIL = "accueil", "Agent d’accueil"
        ANALYSTE = "analyste", "Analyste"

    personne = models.ForeignKey(Personne, on_delete=models.CASCADE, related_name="mandats")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandats")
    role = models.CharField("rôle", max_length=24, choices=Role)
    theme = models.CharField("thème", max_length=60, blank=True, help_text="Vide : tous les thèmes.")
    territoire = models.CharField(
        "territoire",
        max_length=60,
        blank=True,
        help_text="« arrondissement: » et son code. Vide : tout le département.",
    )
    dimension = models.CharField(
        "dimension", max_length=60, blank=True, help_text="Vide : toutes les dimensions."
    )
    debut = models.DateField("à partir du", default=date.today)
    fin = models.DateField("jusqu’au", null=True, blank=True, help_text="Ce jour compris. Vide : sans terme.")
    history = historique()

    class Meta:
        verbose_name = "mandat"
        ordering = ("personne", "debut", "pk")
        constraints = [
            models.CheckConstraint(
                name="mandat_dates",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin du mandat précède son début.",
            )
        ]

    def __str__(self) -> str:
        named = {name: key for name in ("theme", "territoire", "dimension") if (key := getattr(self, name))}
        where = " · ".join(portees.name_scope(name, key) for name, key in named.items())
        return f"{self.get_role_display()}{f' ({where})' if where else ''}"

    @property
    def portee(self) -> Portee:
        """What this mandate covers, as the pure rule reads it."""
        return Portee(self.theme, self.territoire, self.dimension, self.debut, self.fin)

    def est_de(self, roles: Collection[str]) -> bool:
        """Whether it is a mandate of one of these roles: what every permission asks of it."""
        return self.role in roles

    @property
    def pouvoir(self) -> Pouvoir:
        """What this mandate gives, as the rule of authority reads it."""
        return Pouvoir(self.role, self.portee)

    def clean(self) -> None:
        """Refuse a theme, a territory or a dimension that nothing here bears."""
        portees.check_names(theme=self.theme, territoire=self.territoire, dimension=self.dimension)


class Invitation(models.Model):
    """A link that lets one person open an account; the link's secret is kept as a hash only."""

    PERSONNEL = DonneesPersonnelles(
        (
            "personne",
            "invitee_par",
        ),
        "ouvrir un compte par un lien",
        "administration",
        "90 jours après sa fin",
        regle="invitations",
    )

    empreinte = models.CharField(max_length=64, unique=True)
    personne = models.ForeignKey(Personne, on_delete=models.CASCADE, related_name="invitations")
    invitee_par = models.ForeignKey(Personne, null=True, on_delete=models.SET_NULL, related_name="+")
    creee_le = models.DateTimeField("créée le", auto_now_add=True)
    expire_le = models.DateTimeField("expire le")
    acceptee_le = models.DateTimeField("acceptée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        ordering = ("-creee_le", "-pk")

    def __str__(self) -> str:
        return f"Invitation de {self.personne}"


class Jeton(models.Model):
    """A key to the API; its secret is shown once and kept as a hash only.

    ``droits``: what it reads for its person, beyond what anyone reads; never more than the person does.
    """

    PERSONNEL = DonneesPersonnelles(
        (
            "personne",
            "nom",
        ),
        "donner accès à l’API",
        "la personne",
        "90 jours après sa fin",
        regle="clés d’API",
        autres=("droits",),
    )

    class Droit(models.TextChoices):
        """What a key may read beyond the public part."""

        PROGRAMME = "programme", "le programme, avec ce qui est réservé aux comptes"
        GOUVERNANCE = "gouvernance", "les comités, les séances, les décisions et les remontées"
        SCENARIOS = "scenarios", "les scénarios qui me sont ouverts, mes brouillons compris"
        ANNUAIRE = "annuaire", "l’annuaire, avec le nom des contacts"

    empreinte = models.CharField(max_length=64, unique=True)
    nom = models.CharField("nom", max_length=100)
    droits = models.JSONField("ce qu’elle lit en plus", default=list, blank=True)
    personne = models.ForeignKey(Personne, on_delete=models.CASCADE, related_name="jetons")
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    expire_le = models.DateTimeField("expire le")
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        verbose_name = "jeton d’API"
        verbose_name_plural = "jetons d’API"
        ordering = ("-cree_le", "-pk")

    def __str__(self) -> str:
        return self.nom

    @property
    def droits_dits(self) -> str:
        """What it reads beyond the public part, in words; empty when nothing."""
        return ", ".join(self.Droit(one).label for one in self.droits)


class Essai(models.Model):
    """How many attempts failed lately, for an account or a network address known by a keyed hash only."""

    cle = models.CharField(max_length=64, primary_key=True)
    nombre = models.PositiveIntegerField()
    expire_le = models.DateTimeField("expire le", db_index=True)

    class Meta:
        verbose_name = "essai"

    def __str__(self) -> str:
        return f"{self.nombre} essais jusqu’à {self.expire_le}"


class Recuperation(models.Model):
    """A link that lets one person choose a new password, once; its secret is kept as a hash only."""

    PERSONNEL = DonneesPersonnelles(
        (
            "personne",
            "donnee_par",
        ),
        "rendre un compte à qui en a perdu l’accès",
        "administration",
        "90 jours après sa fin",
        regle="récupérations",
    )

    empreinte = models.CharField(max_length=64, unique=True)
    personne = models.ForeignKey(Personne, on_delete=models.CASCADE, related_name="+")
    donnee_par = models.ForeignKey(Personne, null=True, on_delete=models.SET_NULL, related_name="+")
    creee_le = models.DateTimeField("créée le", auto_now_add=True)
    expire_le = models.DateTimeField("expire le")
    utilisee_le = models.DateTimeField("utilisée le", null=True, blank=True)
    retire_double = models.BooleanField("retire la double authentification", default=False)

    class Meta:
        verbose_name = "récupération"
        ordering = ("-creee_le", "-pk")

    def __str__(self) -> str:
        return f"Récupération du compte de {self.personne}"


class CodeSecours(models.Model):
    """A code that stands for the second factor, once; kept as a hash only."""

    PERSONNEL = DonneesPersonnelles(
        ("personne",),
        "tenir lieu de second facteur",
        "personne (empreinte)",
        "autant que le second facteur",
    )

    empreinte = models.CharField(max_length=64, unique=True)
    personne = models.ForeignKey(Personne, on_delete=models.CASCADE, related_name="+")
    utilise_le = models.DateTimeField("utilisé le", null=True, blank=True)

    class Meta:
        verbose_name = "code de secours"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Code de secours de {self.personne}"


class Session(AbstractBaseSession):
    """A session, and whose it is: what lets a person list and close theirs. No network address is kept."""

    PERSONNEL = DonneesPersonnelles(
        (
            "personne",
            "appareil",
            "ouverte_le",
            "session_key",
            "session_data",
        ),
        "rester connecté, voir et fermer ses sessions",
        "la personne",
        "12 heures",
        regle="sessions",
    )

    personne = models.ForeignKey(Personne, null=True, on_delete=models.CASCADE, related_name="+")
    appareil = models.CharField(max_length=60, blank=True)
    ouverte_le = models.DateTimeField("ouverte le", null=True)

    class Meta:
        verbose_name = "session"

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The store that writes these rows."""
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class Menage(models.Model):
    """Proof that a retention rule was applied: when, which, how many rows it took; null: it failed."""

    regle = models.CharField("règle", max_length=40)
    le = models.DateTimeField("le", default=timezone.now, db_index=True)
    nombre = models.PositiveIntegerField("lignes concernées", null=True)

    class Meta:
        verbose_name = "ménage"
        ordering = ("-le", "-pk")

    def __str__(self) -> str:
        return f"{self.regle} : {'n’a pas abouti' if self.nombre is None else self.nombre}"
