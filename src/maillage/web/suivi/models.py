"""What any object may have: versions, comments, moves, people who follow it.

An app makes its objects followed by deriving them from :class:`ObjetSuivi`; nothing is registered. Rows
point to an object by its key, which no two objects share, whatever their kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from maillage.web.socle.personnel import DonneesPersonnelles


class ObjetSuivi(models.Model):
    """An object with versions, that people follow, discuss and put back.

    Its app serves the addresses of :func:`maillage.web.suivi.urls.list_urls` under its own name, and defines
    the permissions ``commenter``, ``suivre``, ``lire_historique`` and ``restaurer``; ``MODIFIER`` names the
    one to change it. ``version`` counts the writes: it is the optimistic lock. Derived classes keep a
    ``history`` and a ``perimetre`` (who follows its one theme is told too).
    """

    cle = models.CharField("clé", max_length=120, unique=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    SORTE = ""
    MODIFIER = ""
    MODERER = ""  # the permission to take away what others gave to it; the one to change it unless said

    class Meta:
        abstract = True

    @classmethod
    def list_champs(cls) -> list[str]:
        """The fields that versions keep and that may be put back."""
        raise NotImplementedError

    @classmethod
    def name_champ(cls, champ: str) -> str:
        """The French label of a field."""
        return str(cls._meta.get_field(champ).verbose_name).capitalize()

    @property
    def espace(self) -> str:
        """The name under which its app serves its addresses and defines its permissions."""
        return self._meta.app_label

    def is_lisible(self, personne: Any) -> bool:
        """Whether this person may read it, its discussion and its history; to others it does not exist."""
        return True

    def list_etats(self, personne: Any) -> Any:
        """Its versions that this person may read, as a query on its history."""
        return self.history.all()  # type: ignore[attr-defined]

    def write(self, champs: Mapping[str, Any]) -> None:
        """Take new values of fields; not saved yet."""
        for name, value in champs.items():
            setattr(self, name, value)

    def check_rules(self) -> None:
        """Raise ``ValidationError`` with everything its rules refuse."""


class Commentaire(models.Model):
    """What somebody says about an object."""

    PERSONNEL = DonneesPersonnelles(
        (
            "auteur",
            "texte",
        ),
        "discuter le programme",
        "les comptes",
        "celle du schéma : rien ne l’efface",
    )

    objet = models.CharField("objet", max_length=120, db_index=True)
    texte = models.TextField("commentaire")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        db_table = "programme_commentaire"
        verbose_name = "commentaire"
        ordering = ("cree_le", "pk")

    def __str__(self) -> str:
        return self.texte[:60]


class Mouvement(models.Model):
    """Something that happened to an object, told to those who follow it; written with the change itself.

    ``objet`` is the key of what changed, ``sur`` that of the object it measures or discusses, ``theme`` its
    theme: who follows any of the three is told.
    """

    PERSONNEL = DonneesPersonnelles(
        (
            "auteur",
            "texte",
        ),
        "dire à qui suit un objet ce qui a changé",
        "les comptes",
        "celle du schéma : rien ne l’efface",
        autres=("intitule",),
    )

    class Nature(models.TextChoices):
        """What happened."""

        CREATION = "creation", "créé"
        CHANGEMENT = "changement", "modifié"
        VALEUR = "valeur", "valeur"
        CIBLE = "cible", "cible"
        COMMENTAIRE = "commentaire", "commenté"
        AMENDEMENT = "amendement", "amendement"

    sorte = models.CharField(max_length=12)
    objet = models.CharField(max_length=120, db_index=True)
    sur = models.CharField(max_length=120, blank=True)
    theme = models.CharField(max_length=60, blank=True)
    nature = models.CharField(max_length=12, choices=Nature)
    intitule = models.CharField(max_length=300)
    texte = models.CharField(max_length=300, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    le = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "programme_mouvement"
        verbose_name = "mouvement"
        ordering = ("-le", "-pk")

    def __str__(self) -> str:
        return f"{self.intitule} : {self.get_nature_display()}"


class Abonnement(models.Model):
    """Somebody follows an object; ``lu_le``: when she last read what changed, ``envoye_le`` by e-mail."""

    PERSONNEL = DonneesPersonnelles(
        ("personne",),
        "prévenir qui suit un objet",
        "la personne",
        "jusqu’à ce qu’elle cesse de suivre, ou autant que son compte",
    )

    objet = models.CharField(max_length=120, db_index=True)
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lu_le = models.DateTimeField(default=timezone.now)
    envoye_le = models.DateTimeField(default=timezone.now)
    par_courriel = models.BooleanField(default=False)

    class Meta:
        db_table = "programme_abonnement"
        constraints = [models.UniqueConstraint(fields=["objet", "personne"], name="un_abonnement")]

    def __str__(self) -> str:
        return f"{self.personne} suit {self.objet}"


class Visite(models.Model):
    """When somebody last opened her desk (``vue_le``), and the visit before it (``avant``; null: none)."""

    PERSONNEL = DonneesPersonnelles(
        ("personne", "vue_le", "avant"),
        "dire à une personne ce qui a changé depuis sa dernière visite",
        "la personne",
        "autant que son compte : chaque visite remplace la précédente",
    )

    personne = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    vue_le = models.DateTimeField(default=timezone.now)
    avant = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.personne}, {self.vue_le:%d/%m/%Y %H:%M}"


class EnvoiEnCours(models.Model):
    """A digest under way: what happened until ``jusqu_au``, under one identifier however often it is tried.

    The row goes with the mark that it was sent: one that is left is a sending that was cut off, or refused.
    ``pris_le``: when a process last took it up.
    """

    PERSONNEL = DonneesPersonnelles(
        ("personne",),
        "ne rien envoyer deux fois, ne rien perdre",
        "personne",
        "le temps d’un envoi",
        autres=("identifiant",),
    )

    personne = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    jusqu_au = models.DateTimeField()
    identifiant = models.CharField(max_length=80)
    pris_le = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.personne}, {self.identifiant}"
