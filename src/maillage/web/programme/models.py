"""The programme in the database.

Each model carries the fields of the dataclass of the same name in ``maillage.sdaasp``, under the same names:
scalars are columns, lists and nested objects are JSON in the form of the exchange format. ``None`` means « à
confirmer » there as here, which is why text columns may be null. ``version`` counts the writes: it is the
optimistic lock.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from maillage.sdaasp.programme import afom as pur_afom
from maillage.sdaasp.programme import mesures as pur_indicateurs
from maillage.sdaasp.programme import modele as pur
from maillage.sdaasp.programme.recherche import make_index
from maillage.sdaasp.programme.vocabulaire import EtatAmendement, EtatValeur, StatutDeclinaison, get_libelle
from maillage.web.comptes.perimetre import Perimetre
from maillage.web.socle.ecriture import historique


def _texte(length: int = 300, **options: Any) -> models.CharField:
    return models.CharField(max_length=length, null=True, blank=True, **options)


def _liste(**options: Any) -> models.JSONField:
    return models.JSONField(default=list, blank=True, **options)


class Referentiel(models.Model):
    """What changes rarely: the schema itself, its themes, territories, dimensions, plans. One row."""

    contenu = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    history = historique()

    class Meta:
        verbose_name = "référentiel"

    def __str__(self) -> str:
        return str(self.contenu["schema"]["nom"])


class Suivi(models.Model):
    """What every followed object has. ``cle`` is the key of the exchange format."""

    cle = models.CharField("clé", max_length=120, unique=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)
    index = models.TextField(editable=False, default="")

    PUR: type[Any]
    SORTE = ""
    CHERCHABLES: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search terms with the text."""
        self.index = make_index(*(_flatten(getattr(self, name)) for name in self.CHERCHABLES))
        super().save(*args, **kwargs)


def _flatten(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_flatten(part) for part in value)
    if isinstance(value, dict):
        return " ".join(_flatten(part) for part in value.values())
    return value if isinstance(value, str) else ""


class FicheAction(Suivi):
    """The fiche of a theme."""

    PUR, SORTE, CHERCHABLES = (
        pur.FicheAction,
        "fiche",
        ("titre", "enjeux", "pilote", "copilotes", "texte_falc"),
    )

    theme = models.CharField("thème", max_length=60, db_index=True)
    titre = models.CharField("titre", max_length=300)
    enjeux = models.JSONField("enjeux", null=True, blank=True)
    pilote = _texte(verbose_name="pilote")
    copilotes = _liste(verbose_name="copilotes")
    dimensions = _liste(verbose_name="dimensions transversales")
    themes_lies = _liste(verbose_name="autres thèmes")
    demarches = _liste(verbose_name="démarches liées")
    texte_falc = models.TextField("version facile à lire et à comprendre", null=True, blank=True)
    relecteurs_falc = _liste(verbose_name="relue par")
    non_repris = _liste()
    source = _texte()
    ordre = models.PositiveIntegerField(default=0)
    history = historique()

    class Meta:
        verbose_name = "fiche action"
        ordering = ("ordre", "cle")

    def __str__(self) -> str:
        return self.titre

    @property
    def perimetre(self) -> Perimetre:
        """Its theme and its dimensions; the whole département."""
        dimensions = frozenset(lien["cible"] for lien in self.dimensions if lien["cible"])
        return Perimetre(themes=frozenset({self.theme}), dimensions=dimensions)


class ObjectifPrioritaire(Suivi):
    """A priority objective of a fiche; ``fiche`` is the key of the fiche."""

    PUR, SORTE, CHERCHABLES = pur.ObjectifPrioritaire, "objectif", ("libelle", "effets", "moyens", "freins")

    fiche = models.CharField("fiche", max_length=120, db_index=True)
    ordre = models.PositiveIntegerField("ordre")
    libelle = models.CharField("libellé", max_length=400)
    effets = models.JSONField("effets attendus", null=True, blank=True)
    moyens = models.JSONField("moyens et ressources", null=True, blank=True)
    freins = models.JSONField("freins à lever", null=True, blank=True)
    territoires = _liste(verbose_name="territoires en déficit servis")
    non_repris = _liste()
    source = _texte()
    history = historique()

    class Meta:
        verbose_name = "objectif prioritaire"
        ordering = ("fiche", "ordre", "cle")

    def __str__(self) -> str:
        return self.libelle

    @property
    def perimetre(self) -> Perimetre:
        """Its theme (the fiche has the key of its theme)."""
        return Perimetre(themes=frozenset({self.fiche}))


class Declinaison(Suivi):
    """What an arrondissement does for a theme in a year."""

    PUR, SORTE, CHERCHABLES = pur.Declinaison, "declinaison", ("libelle", "pilote_territorial", "etapes")

    theme = models.CharField("thème", max_length=60, db_index=True)
    arrondissement = models.CharField("arrondissement", max_length=10, db_index=True)
    annee = models.PositiveIntegerField("année", db_index=True)
    numero = models.PositiveIntegerField("numéro", default=1)
    libelle = _texte(600, verbose_name="libellé")
    statut = _texte(20, verbose_name="état", choices=[(s.value, get_libelle(s)) for s in StatutDeclinaison])
    objectifs = models.JSONField("objectifs prioritaires", null=True, blank=True)
    pilote_territorial = _texte(verbose_name="pilote territorial")
    etapes = _liste(verbose_name="étapes")
    zones = _liste(verbose_name="territoires prioritaires servis")
    meteo = _texte(10, verbose_name="météo")
    commentaire_meteo = _texte(600, verbose_name="commentaire")
    source = _texte()
    ordre = models.PositiveIntegerField(default=0)
    cles_op = models.TextField(editable=False, default="")
    datee = models.BooleanField(editable=False, default=False)
    history = historique()

    class Meta:
        verbose_name = "déclinaison territoriale"
        ordering = ("annee", "ordre", "cle")
        indexes = [
            models.Index(fields=["annee", "ordre", "cle"], name="declinaison_ordre"),
            models.Index(fields=["statut", "annee", "ordre", "cle"], name="declinaison_statut"),
            models.Index(fields=["theme", "arrondissement", "annee", "ordre"], name="declinaison_lieu"),
            models.Index(fields=["datee", "annee", "ordre", "cle"], name="declinaison_datee"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys of its OP as text, and whether it has steps, to filter on them."""
        self.datee = bool(self.etapes)
        self.cles_op = "".join(f" {link['cible']} " for link in self.objectifs or () if link["cible"])
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.libelle or f"Déclinaison à confirmer ({self.cle})"

    @property
    def perimetre(self) -> Perimetre:
        """Its theme in its arrondissement."""
        return Perimetre(
            themes=frozenset({self.theme}), territoires=frozenset({f"arrondissement:{self.arrondissement}"})
        )

    @property
    def statut_libelle(self) -> str:
        """The status in words."""
        return get_libelle(StatutDeclinaison(self.statut) if self.statut else None)


class IndicateurSuivi(Suivi):
    """What is measured for an objective or a declinaison; ``objet`` is its key."""

    PUR, SORTE, CHERCHABLES = (
        pur_indicateurs.IndicateurSuivi,
        "indicateur",
        ("libelle", "definition", "source"),
    )

    objet = models.CharField("objet", max_length=120, db_index=True)
    libelle = models.CharField("libellé", max_length=300)
    nature = models.CharField("nature", max_length=15)
    unite = _texte(60, verbose_name="unité")
    definition = models.TextField("définition", null=True, blank=True)
    source = _texte(verbose_name="source")
    methode = models.TextField("méthode", null=True, blank=True)
    sens = _texte(10, verbose_name="sens souhaité")
    frequence_mois = models.PositiveIntegerField("mois entre deux valeurs", default=12)
    ventilation = _liste(verbose_name="ventilation")
    indicateur_atlas = _texte(80, verbose_name="indicateur de l’atlas")
    niveau = _texte(30)
    code = _texte(30)
    themes = _liste(editable=False)
    territoires = _liste(editable=False)
    history = historique()

    class Meta:
        verbose_name = "indicateur de suivi"
        ordering = ("objet", "cle")

    def __str__(self) -> str:
        return self.libelle

    @property
    def perimetre(self) -> Perimetre:
        """That of the object it measures, kept when it was created."""
        return Perimetre(themes=frozenset(self.themes), territoires=frozenset(self.territoires))


class Cible(models.Model):
    """What an indicator should reach by the end of a year."""

    PUR = pur_indicateurs.Cible
    indicateur = models.ForeignKey(IndicateurSuivi, on_delete=models.CASCADE, related_name="cibles")
    annee = models.PositiveIntegerField("année")
    valeur = models.FloatField("valeur", null=True, blank=True)
    texte = models.TextField("texte", null=True, blank=True)
    history = historique()

    class Meta:
        verbose_name = "cible"
        ordering = ("annee", "pk")
        constraints = [models.UniqueConstraint(fields=["indicateur", "annee"], name="cible_par_annee")]

    def __str__(self) -> str:
        return f"{self.annee}"


class Valeur(models.Model):
    """A value proposed, then validated or refused."""

    PUR = pur_indicateurs.Valeur
    indicateur = models.ForeignKey(IndicateurSuivi, on_delete=models.CASCADE, related_name="valeurs")
    date = models.DateField("date")
    valeur = models.FloatField("valeur", null=True, blank=True)
    texte = models.TextField("texte", null=True, blank=True)
    groupe = _texte(60, verbose_name="groupe")
    etat = models.CharField("état", max_length=10, default=EtatValeur.PROPOSEE.value)
    auteur = _texte(200, verbose_name="auteur")
    valideur = _texte(200, verbose_name="validée par")
    motif = models.TextField("motif", null=True, blank=True)
    chiffre = models.JSONField(null=True, blank=True)
    history = historique()

    class Meta:
        verbose_name = "valeur"
        ordering = ("date", "pk")

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y}"

    @property
    def perimetre(self) -> Perimetre:
        """That of its indicator."""
        return self.indicateur.perimetre


class Label(Suivi):
    """A label that a body gives."""

    PUR, SORTE, CHERCHABLES = pur.Label, "label", ("nom", "organisme", "demande")

    nom = models.CharField("nom", max_length=200)
    organisme = _texte(verbose_name="organisme qui le donne")
    demande = models.TextField("ce qu’il demande", null=True, blank=True)
    lien = models.URLField("page officielle", max_length=300, null=True, blank=True)
    source = _texte(verbose_name="source")
    history = historique()

    class Meta:
        verbose_name = "label"
        ordering = ("nom", "cle")

    def __str__(self) -> str:
        return self.nom

    @property
    def perimetre(self) -> Perimetre:
        """The whole département."""
        return Perimetre()


class BonnePratique(Suivi):
    """Something that worked somewhere, and where it was taken up; links are keys."""

    PUR, SORTE, CHERCHABLES = (
        pur.BonnePratique,
        "pratique",
        ("titre", "description", "lieu", "porteur", "reprises"),
    )

    titre = models.CharField("titre", max_length=300)
    description = models.TextField("ce qui a été fait, et ce que cela a donné", null=True, blank=True)
    territoire = _texte(60, verbose_name="territoire du schéma")
    lieu = _texte(verbose_name="lieu")
    porteur = _texte(verbose_name="qui la porte")
    lien = models.URLField("pour en savoir plus", max_length=300, null=True, blank=True)
    objectifs = _liste(verbose_name="objectifs prioritaires servis")
    declinaisons = _liste(verbose_name="déclinaisons liées")
    labels = _liste(verbose_name="labels")
    reprises = _liste(verbose_name="reprises")
    source = _texte(verbose_name="source")
    themes = _liste(editable=False)
    history = historique()

    class Meta:
        verbose_name = "bonne pratique"
        ordering = ("titre", "cle")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the themes of what it serves."""
        self.themes = list_themes(self)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.titre

    @property
    def perimetre(self) -> Perimetre:
        """The themes of what it serves, and the arrondissement where it was born."""
        places = {f"arrondissement:{self.territoire}"} if self.territoire else set()
        return Perimetre(themes=frozenset(self.themes), territoires=frozenset(places))


def list_themes(pratique: BonnePratique) -> list[str]:
    """The themes of the objectives and declinaisons that a good practice serves."""
    found = {key.rpartition(".")[0] for key in pratique.objectifs}
    return sorted(found | {key.partition("/")[0] for key in pratique.declinaisons})


class ItemAfom(Suivi):
    """An item of the AFOM matrix of an arrondissement for a theme."""

    PUR, SORTE, CHERCHABLES = pur_afom.ItemAfom, "afom", ("texte", "enjeu")

    arrondissement = models.CharField("arrondissement", max_length=10, db_index=True)
    theme = models.CharField("thème", max_length=60, db_index=True)
    nature = models.CharField("nature", max_length=12)
    texte = models.CharField("texte", max_length=600)
    preuves = _liste(verbose_name="preuves")
    enjeu = _texte(verbose_name="enjeu")
    objectifs = _liste(verbose_name="objectifs prioritaires")
    groupe = _texte(120, verbose_name="groupe")
    voix = models.PositiveIntegerField("voix", default=0, editable=False)
    history = historique()

    class Meta:
        verbose_name = "item AFOM"
        ordering = ("arrondissement", "theme", "nature", "-voix", "cle")

    def __str__(self) -> str:
        return self.texte

    @property
    def perimetre(self) -> Perimetre:
        """Its theme in its arrondissement."""
        return Perimetre(
            themes=frozenset({self.theme}), territoires=frozenset({f"arrondissement:{self.arrondissement}"})
        )


class Vote(models.Model):
    """One voice of one person for one AFOM item."""

    item = models.ForeignKey(ItemAfom, on_delete=models.CASCADE, related_name="votes")
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "personne"], name="une_voix_par_item")]

    def __str__(self) -> str:
        return f"{self.personne} → {self.item}"


class Amendement(models.Model):
    """A proposed change of one object: for each field its name, ``avant`` and ``apres``."""

    sorte = models.CharField(max_length=12)
    objet = models.CharField("objet", max_length=120, db_index=True)
    changements = models.JSONField(default=list)
    motif = models.TextField("motif")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    propose_le = models.DateTimeField("proposé le", auto_now_add=True)
    etat = models.CharField("état", max_length=10, default=EtatAmendement.PROPOSE.value)
    reponse = models.TextField("réponse", null=True, blank=True)
    history = historique()

    class Meta:
        verbose_name = "amendement"
        ordering = ("-propose_le", "-pk")

    def __str__(self) -> str:
        return f"Amendement n° {self.pk} ({self.objet})"

    @property
    def etat_libelle(self) -> str:
        """The state in words."""
        return get_libelle(EtatAmendement(self.etat))


class Commentaire(models.Model):
    """What somebody says about an object."""

    objet = models.CharField("objet", max_length=120, db_index=True)
    texte = models.TextField("commentaire")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "commentaire"
        ordering = ("cree_le", "pk")

    def __str__(self) -> str:
        return self.texte[:60]


class Mouvement(models.Model):
    """Something that happened to an object, told to those who follow it; written with the change itself.

    ``objet`` is the key of what changed, ``sur`` that of the object it measures or discusses, ``theme`` its
    theme: who follows any of the three is told.
    """

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
        verbose_name = "mouvement"
        ordering = ("-le", "-pk")

    def __str__(self) -> str:
        return f"{self.intitule} : {self.get_nature_display()}"


class Abonnement(models.Model):
    """Somebody follows an object; ``lu_le``: when she last read what changed, ``envoye_le`` by e-mail."""

    objet = models.CharField(max_length=120, db_index=True)
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lu_le = models.DateTimeField(default=timezone.now)
    envoye_le = models.DateTimeField(default=timezone.now)
    par_courriel = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["objet", "personne"], name="un_abonnement")]

    def __str__(self) -> str:
        return f"{self.personne} suit {self.objet}"


SORTES: dict[str, type[Suivi]] = {
    model.SORTE: model
    for model in (
        FicheAction,
        ObjectifPrioritaire,
        Declinaison,
        IndicateurSuivi,
        ItemAfom,
        BonnePratique,
        Label,
    )
}
