"""Records as rows, what we correct over them, and the imports that brought them."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.urls import reverse

from maillage.annuaire.fiche import Complement, Prestation, Structure
from maillage.web.annuaire.accueil import models as accueil  # noqa: F401  tables of the reception desk
from maillage.web.annuaire.ambassadeurs import models as _formations  # noqa: F401  training sessions
from maillage.web.annuaire.fraicheur import models as _campagnes  # noqa: F401  rows of this app
from maillage.web.annuaire.reseau import models as _reseau  # noqa: F401  rows of this app
from maillage.web.annuaire.simple import models as _simple  # noqa: F401  plain versions
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles

CONTENUS: Final = {"structure": Structure, "prestation": Prestation}


class EtatAnnuaire(models.Model):
    """One row: a mark that each write of the directory replaces, and that writers wait for in turn.

    ``marque_lieux``: that of what people say of duplicates, which changes no record.
    """

    PERSONNEL = DonneesPersonnelles(autres=("marque", "marque_lieux"))

    marque = models.CharField("marque", max_length=32, blank=True)
    marque_lieux = models.CharField("marque des lieux réunis", max_length=32, blank=True)

    class Meta:
        verbose_name = "état de l’annuaire"

    def __str__(self) -> str:
        return self.marque


class FicheTenue(models.Model):
    """A record of a source as we hold it, in the fields of data·inclusion v1, and its complement.

    The columns beside ``contenu`` repeat it for the base to search. ``vue_le``: the last import that gave
    it; ``disparue_le``: when its source stopped giving it, null while it does; ``confirmee_le``: when
    somebody said for the last time that it still holds, null when nobody did; ``champs_confirmes``: the same
    of a field alone, field → YYYY-MM-DD.
    """

    PERSONNEL = DonneesPersonnelles(
        ("contenu",),
        "dire à qui cherche un service où il est et comment le joindre, comme sa source l’a publié",
        "tout le monde ; le nom du contact, les comptes qui ont un mandat",
        "tant que l’annuaire est tenu : une fiche disparue de sa source reste, marquée",
        autres=("ident", "structure", "code_insee", "complement", "champs_confirmes"),
    )

    class Sorte(models.TextChoices):
        STRUCTURE = "structure", "Structure"
        PRESTATION = "prestation", "Prestation"

    sorte = models.CharField("sorte", max_length=10, choices=Sorte)
    source = models.CharField("source", max_length=100, db_index=True)
    ident = models.CharField("identifiant", max_length=300)
    structure = models.CharField("structure", max_length=300, blank=True, db_index=True)
    contenu = models.JSONField("contenu")
    complement = models.JSONField("complément", default=dict)
    code_insee = models.CharField("commune", max_length=5, blank=True, db_index=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    themes = models.JSONField("thèmes", default=list)
    vue_le = models.DateField("vue le")
    disparue_le = models.DateField("disparue le", null=True, blank=True)
    confirmee_le = models.DateField("confirmée le", null=True, blank=True)
    champs_confirmes = models.JSONField("champs confirmés", default=dict, blank=True)

    class Meta:
        verbose_name = "fiche de l’annuaire"
        ordering = ("sorte", "ident")
        constraints = (models.UniqueConstraint(fields=("sorte", "ident"), name="fiche_une_fois"),)

    def __str__(self) -> str:
        return str(self.contenu.get("nom") or self.ident)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("annuaire:fiche", args=[self.pk])

    @property
    def fiche(self) -> Structure | Prestation:
        """The record as its source gives it."""
        return CONTENUS[self.sorte].read(self.contenu)  # type: ignore[attr-defined, no-any-return]

    @property
    def ajout(self) -> Complement:
        """Its complement."""
        return Complement.read({"id": self.ident} | self.complement)


class CorrectionProposee(models.Model):
    """A field of a record as we say it is, until its source agrees or refuses.

    ``valeur``: the JSON of the field, null to say that it should be empty. ``etat`` is that of the task
    towards the source; the value is shown over the source's, never instead, while it is proposed or sent.
    ``par_structure``: the structure itself said so by its link; its value waits to be read before anybody
    else sees it. ``champ`` may be ``cessation``: it is no more, which makes nothing vanish.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur", "motif", "valeur"),
        "corriger une fiche, et le demander à sa source",
        "tout le monde, la correction ; les comptes qui ont un mandat, qui l’a faite",
        "tant que la fiche est tenue",
        autres=("canal", "champ"),
    )

    class Etat(models.TextChoices):
        RECUE = "recue", "Dite par la structure, à relire"
        PROPOSEE = "proposee", "À envoyer à la source"
        ENVOYEE = "envoyee", "Envoyée à la source"
        PRISE_EN_COMPTE = "prise_en_compte", "Prise en compte par la source"
        REFUSEE = "refusee", "Refusée par la source"

    fiche = models.ForeignKey(FicheTenue, on_delete=models.CASCADE, related_name="corrections")
    champ = models.CharField("champ", max_length=60)
    valeur = models.JSONField("valeur", null=True, blank=True)
    motif = models.CharField("motif", max_length=500, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proposee_le = models.DateField("proposée le")
    etat = models.CharField("état", max_length=20, choices=Etat, default=Etat.PROPOSEE)
    canal = models.CharField("canal", max_length=300, blank=True)
    par_structure = models.BooleanField("dite par la structure", default=False)
    history = historique()

    class Meta:
        verbose_name = "correction d’une fiche"
        ordering = ("-proposee_le", "-pk")

    def __str__(self) -> str:
        return f"{self.champ} de {self.fiche}"

    @property
    def court(self) -> bool:
        """Whether it is shown over its source's value."""
        return self.etat in {self.Etat.PROPOSEE, self.Etat.ENVOYEE}

    @property
    def is_open(self) -> bool:
        """Whether something is left to be done: to read it again, or to tell the source."""
        return self.court or self.etat == self.Etat.RECUE


class ImportAnnuaire(models.Model):
    """A file that was written in the directory: whose, when, what it held, what it changed.

    ``comptes``: nouvelles, changees, identiques, disparues, reparues; ``fautes``: what was refused of it, in
    words. ``annule_le``: when it was undone, null while it holds.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur",),
        "savoir qui a importé un fichier",
        "les comptes qui ont un mandat",
        "tant que l’annuaire est tenu",
        autres=("fautes", "fichier", "format", "sources", "comptes"),
    )

    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    fait_le = models.DateTimeField("fait le", auto_now_add=True)
    fichier = models.CharField("fichier", max_length=200)
    format = models.CharField("format", max_length=40)
    empreinte = models.CharField("empreinte", max_length=64)
    sources = models.JSONField("sources", default=list)
    comptes = models.JSONField("comptes", default=dict)
    fautes = models.JSONField("fautes", default=list)
    annule_le = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "import dans l’annuaire"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.fichier}, {self.fait_le:%d/%m/%Y}"

    @property
    def nombres(self) -> dict[str, int | None]:
        """Each count of ``comptes``; null where it was not kept."""
        names = ("nouvelles", "changees", "disparues", "reparues", "identiques")
        return {name: self.comptes.get(name) for name in names}


class LigneImport(models.Model):
    """What a record was before an import changed it; null when the import brought it.

    ``apres``: what the import had written, kept when it is undone; null while it holds.
    """

    PERSONNEL = DonneesPersonnelles(
        ("avant", "apres"),
        "défaire un import, dire ce qu’il a changé",
        "les comptes qui ont un mandat",
        "tant que l’annuaire est tenu",
    )

    imported = models.ForeignKey(ImportAnnuaire, on_delete=models.CASCADE, related_name="lignes")
    fiche = models.ForeignKey(FicheTenue, on_delete=models.CASCADE, related_name="+")
    avant = models.JSONField("avant", null=True, blank=True)
    apres = models.JSONField("après", null=True, blank=True)

    class Meta:
        verbose_name = "ligne d’un import"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.imported_id}, {self.fiche_id}"


class DecisionDoublon(models.Model):
    """What somebody said of two structures: one place, two places, or to be seen later.

    Told by the ids of the records, in order, so that a new import of their sources keeps it. It passes before
    any weight; taken back, it is deleted, and its history stays.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur", "motif"),
        "réunir deux fiches d’un même lieu, ou les tenir séparées",
        "les comptes qui ont un mandat",
        "tant que l’annuaire est tenu",
        autres=("premiere", "seconde"),
    )

    class Reponse(models.TextChoices):
        MEME = "meme", "Un seul lieu"
        AUTRE = "autre", "Deux lieux"
        PLUS_TARD = "plus_tard", "À voir plus tard"

    premiere = models.CharField("première fiche", max_length=300)
    seconde = models.CharField("seconde fiche", max_length=300)
    reponse = models.CharField("réponse", max_length=10, choices=Reponse)
    motif = models.CharField("motif", max_length=500, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    dite_le = models.DateTimeField("dite le")
    history = historique()

    class Meta:
        verbose_name = "décision sur un doublon"
        verbose_name_plural = "décisions sur des doublons"
        ordering = ("-dite_le", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("premiere", "seconde"), name="doublon_une_fois"),
            models.CheckConstraint(
                condition=models.Q(premiere__lt=models.F("seconde")), name="doublon_en_ordre"
            ),
        )

    def __str__(self) -> str:
        return f"{self.premiere} et {self.seconde} : {self.get_reponse_display()}"


class CorrespondanceGardee(models.Model):
    """Which columns of somebody's table are which fields, kept under a name to be used again.

    ``contenu``: what a file of correspondence says, in JSON.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur",),
        "savoir qui a décrit un tableau",
        "les comptes qui importent",
        "jusqu’à ce qu’elle soit retirée",
        autres=("nom", "contenu"),
    )

    nom = models.CharField("nom", max_length=120, unique=True)
    contenu = models.JSONField("contenu")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    gardee_le = models.DateTimeField("gardée le", auto_now=True)

    class Meta:
        verbose_name = "correspondance d’un tableau"
        verbose_name_plural = "correspondances de tableaux"
        ordering = ("nom",)

    def __str__(self) -> str:
        return self.nom


def describe(fiche: Structure | Prestation, complement: Complement | None) -> dict[str, Any]:
    """The columns of a record."""
    ajout = complement.write() if complement else {}
    return {
        "source": fiche.source,
        "structure": fiche.structure_id if isinstance(fiche, Prestation) else "",
        "contenu": fiche.write(),
        "complement": ajout,
        "code_insee": fiche.code_insee or "",
        "longitude": fiche.longitude,
        "latitude": fiche.latitude,
        "themes": list(complement.themes) if complement else [],
    }
