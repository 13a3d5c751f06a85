"""A line that a partner proposes: one field of one place, who says it, from what, and where it stands."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from maillage.catalogue.complements import FERME, PREFIXE, ChampComplete, list_champs
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.web.comptes.models import Organisation
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi

VALEUR: Final = 300


class ComplementPropose(ObjetSuivi):
    """One field of one place of the atlas, as a partner says it is.

    ``lieu``: the id of an implantation, ``ajout:…`` for one to add; ``type_lieu``, ``nom``, ``avant``: what
    the list said when the line was written (``origine``: which list, of when), empty when it said nothing.
    ``themes``: those of the schema that the type of service speaks to. ``motif``: why it was refused, or what
    was asked. ``source``: who or what says it; ``verifie_le``: when it was checked.
    """

    PERSONNEL = DonneesPersonnelles(
        ("auteur", "relu_par", "motif", "source"),
        "savoir qui a dit quoi d’un lieu, et qui l’a relu",
        "les comptes qui ont un mandat ; ce qui est accepté se publie au nom de l’organisation seule",
        "celle du schéma : la ligne est la preuve de ce que l’atlas en reprend",
        autres=(
            "cle", "lieu", "type_lieu", "nom", "code_insee", "arrondissement", "themes", "champ", "valeur",
            "avant", "origine", "lien",
        ),
    )  # fmt: skip
    SORTE, MODIFIER = "complement", "complements.relire"

    class Etat(models.TextChoices):
        """Where a line stands."""

        PROPOSEE = "proposee", "à relire"
        QUESTION = "question", "question posée"
        ACCEPTEE = "acceptee", "acceptée"
        REFUSEE = "refusee", "refusée"
        REMPLACEE = "remplacee", "remplacée"
        RETIREE = "retiree", "retirée"

    lieu = models.CharField("lieu", max_length=200, db_index=True)
    type_lieu = models.CharField("type de service", max_length=60)
    nom = models.CharField("nom du lieu", max_length=200)
    code_insee = models.CharField("commune", max_length=5, blank=True)
    arrondissement = models.CharField("arrondissement", max_length=10, blank=True)
    themes = models.JSONField("thèmes", default=list, blank=True)
    champ = models.CharField("champ", max_length=20)
    valeur = models.CharField("valeur proposée", max_length=VALEUR)
    avant = models.CharField("ce que dit la liste", max_length=VALEUR, blank=True)
    origine = models.CharField("liste et millésime", max_length=200, blank=True)
    source = models.CharField("source", max_length=300)
    lien = models.URLField("lien", max_length=300, blank=True)
    verifie_le = models.DateField("vérifié le")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    propose_le = models.DateTimeField("proposée le", default=timezone.now)
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.PROPOSEE, db_index=True)
    motif = models.CharField("motif", max_length=600, blank=True)
    relu_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    relu_le = models.DateTimeField("relue le", null=True, blank=True)
    history = historique()

    class Meta:
        verbose_name = "complément proposé"
        ordering = ("type_lieu", "nom", "lieu", "champ", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("lieu", "champ"), condition=Q(etat="acceptee"), name="un_complement_accepte"
            ),
        )

    def __str__(self) -> str:
        return f"{self.nom} : {self.libelle.lower()}"[:300]

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions keep and put back."""
        return [
            "valeur", "avant", "origine", "source", "lien", "verifie_le", "etat", "motif", "relu_par",
            "relu_le",
        ]  # fmt: skip

    @property
    def decrit(self) -> ChampComplete:
        """What the catalogue says of its field."""
        return list_champs()[self.champ]

    @property
    def libelle(self) -> str:
        """Its field in words."""
        return self.decrit.libelle

    @property
    def ajoute(self) -> bool:
        """Whether its place is one to add."""
        return self.lieu.startswith(PREFIXE)

    @property
    def ouverte(self) -> bool:
        """Whether somebody has still to decide."""
        return self.etat in OUVERTES

    @property
    def perimetre(self) -> Perimetre:
        """Its themes and its arrondissement, where they are known."""
        places = {f"arrondissement:{self.arrondissement}"} if self.arrondissement else set()
        return Perimetre(themes=frozenset(self.themes), territoires=frozenset(places))

    def is_lisible(self, personne: Any) -> bool:
        """Lines are read by who may propose some or read them again."""
        allowed: bool = personne.has_perm("complements.lire")
        return allowed

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("complements:ligne", args=[self.cle])

    def check_rules(self) -> None:
        """A value that can be read, a day that is past, one line accepted on a field of a place."""
        from maillage.sources.complements import check_valeur  # all readers of sources, for who writes

        faults: dict[str, str] = {}
        try:
            self.valeur = check_valeur(self.champ, self.valeur)
        except ValueError as error:
            faults["valeur"] = f"{self.libelle} : {error}."
        today = timezone.localdate()
        if self.verifie_le > today:
            faults["verifie_le"] = "La vérification ne peut être à venir."
        if self.champ == FERME and "valeur" not in faults and self.valeur > today.isoformat():
            faults["valeur"] = "Une fermeture à venir ne change pas l’atlas : essayez-la dans l’atelier."
        if self.etat == self.Etat.ACCEPTEE and self._list_rivals().exists():
            faults["etat"] = "Une autre ligne est déjà acceptée sur ce champ de ce lieu."
        if faults:
            raise ValidationError(faults)

    def _list_rivals(self) -> models.QuerySet[ComplementPropose]:
        same = ComplementPropose.objects.filter(lieu=self.lieu, champ=self.champ, etat=self.Etat.ACCEPTEE)
        return same.exclude(pk=self.pk)


OUVERTES: Final = (ComplementPropose.Etat.PROPOSEE, ComplementPropose.Etat.QUESTION)
