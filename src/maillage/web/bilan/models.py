"""Bilans, the contributions asked for them, and the frozen texts that nothing of ours writes again."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from maillage.sdaasp.bilan.contributions import ContributionAttendue, PartDuBilan
from maillage.sdaasp.bilan.etats import EtapeBilan, Marche, find_circuit
from maillage.sdaasp.bilan.scelle import Scelle
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.programme.echange import from_plain
from maillage.web.gouvernance.models import CONSERVATION, LECTEURS
from maillage.web.gouvernance.queries import read_reperes
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi

FIGE = "Ce bilan est figé : rien ne le change plus."


class ObjetBilan(ObjetSuivi):
    """What a bilan and its contributions have in common: read by whoever holds a mandate."""

    class Meta:
        abstract = True

    def is_lisible(self, personne: Any) -> bool:
        """Whether this person holds a mandate of those that read bilans."""
        allowed: bool = personne.has_perm("bilan.lire")
        return allowed


class BilanAnnuel(ObjetBilan):
    """The bilan of a year: ``etapes`` is its journal, from which where it stands is read."""

    PERSONNEL = DonneesPersonnelles(
        ("etapes",), "conduire le bilan d’une année", LECTEURS, CONSERVATION,
    )  # fmt: skip
    SORTE, MODIFIER = "bilan", "bilan.conduire"

    annee = models.PositiveSmallIntegerField("année", unique=True)
    etapes = models.JSONField("étapes", default=list, editable=False)
    history = historique()

    class Meta:
        verbose_name = "bilan"
        ordering = ("-annee",)

    def __str__(self) -> str:
        return f"Bilan {self.annee}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """Nothing that versions put back: a journal goes one way."""
        return []

    @property
    def perimetre(self) -> Perimetre:
        """The whole département."""
        return Perimetre()

    @property
    def marche(self) -> Marche:
        """What it goes through, by the comités of today."""
        reperes = read_reperes()
        return Marche(
            etapes=tuple(from_plain(EtapeBilan, etape) for etape in self.etapes),
            circuit=find_circuit(list(reperes.comites.values())),
            territoires=tuple(reperes.noms.arrondissements),
        )

    @property
    def fige(self) -> BilanFige | None:
        """Its frozen text; null before."""
        return BilanFige.objects.filter(bilan_id=self.pk).first() if self.pk else None

    def check_rules(self) -> None:
        """A frozen bilan takes no more step."""
        if self.fige is not None:
            raise ValidationError(FIGE)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("bilan:bilan", args=[self.annee])


class ContributionEcrite(ObjetBilan):
    """What a pilot writes for a bilan: of a theme in an arrondissement, of a theme, or of the whole."""

    PERSONNEL = DonneesPersonnelles(
        ("texte",), "écrire le bilan d’une année", LECTEURS, CONSERVATION, autres=("theme", "a_qui"),
    )  # fmt: skip
    SORTE, MODIFIER = "contribution", "bilan.contribuer"

    bilan = models.ForeignKey(
        BilanAnnuel, on_delete=models.PROTECT, related_name="contributions", editable=False
    )
    theme = models.CharField("thème", max_length=60, blank=True, editable=False)
    territoire = models.CharField("arrondissement", max_length=10, blank=True, editable=False)
    a_qui = models.CharField("demandée à", max_length=300, blank=True)
    texte = models.TextField("contribution", max_length=20_000, blank=True)
    echeance = models.DateField("pour le", editable=False)
    rendue_le = models.DateField("rendue le", null=True, blank=True, editable=False)
    ordre = models.PositiveIntegerField(default=0, editable=False)
    history = historique()

    class Meta:
        verbose_name = "contribution"
        ordering = ("bilan", "ordre", "pk")

    def __str__(self) -> str:
        return f"Contribution au bilan {self.bilan.annee}"

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["texte"]

    @property
    def perimetre(self) -> Perimetre:
        """Its theme and its arrondissement."""
        places = {f"arrondissement:{self.territoire}"} if self.territoire else set()
        return Perimetre(themes=frozenset({self.theme} if self.theme else ()), territoires=frozenset(places))

    @property
    def valeur(self) -> ContributionAttendue:
        """As the rules know it."""
        return ContributionAttendue(
            part=PartDuBilan(self.theme or None, self.territoire or None),
            a_qui=self.a_qui,
            echeance=self.echeance,
            texte=self.texte,
            rendue_le=self.rendue_le,
        )

    def check_rules(self) -> None:
        """Written while its bilan takes contributions, by a form, a restoration or an undo alike."""
        self.check_marche(BilanAnnuel.objects.get(pk=self.bilan_id).marche)

    def check_marche(self, marche: Marche) -> None:
        """Raise ``ValidationError`` unless a bilan that goes so takes contributions for this territory."""
        if not marche.is_ouverte(self.territoire or None):
            raise ValidationError("Cette contribution est close : sa part du bilan est déjà consolidée.")

    def get_absolute_url(self) -> str:
        """Where it is read and written."""
        return reverse("bilan:contribution", args=[self.cle])


class BrouillonContribution(models.Model):
    """What somebody is typing in a contribution and has not saved: seen by that person alone.

    ``version``: that of the contribution when the words were begun.
    """

    PERSONNEL = DonneesPersonnelles(
        ("personne", "texte"), "ne pas perdre ce qu’une personne est en train d’écrire", "la personne",
        "jusqu’à ce qu’elle enregistre ou l’abandonne, ou que le bilan soit figé",
    )  # fmt: skip

    contribution = models.ForeignKey(ContributionEcrite, on_delete=models.CASCADE, related_name="brouillons")
    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    texte = models.TextField("brouillon", max_length=20_000)
    version = models.PositiveIntegerField(default=1)
    ecrit_le = models.DateTimeField("gardé le", default=timezone.now)

    class Meta:
        verbose_name = "brouillon de contribution"
        constraints = [
            models.UniqueConstraint(fields=["contribution", "personne"], name="un_brouillon_par_personne")
        ]

    def __str__(self) -> str:
        return self.texte[:60]


def refuse(*_: Any, **__: Any) -> NoReturn:
    """What any write on a frozen text gets."""
    raise ValidationError(FIGE)


class _TextesFiges(models.QuerySet[Any]):
    """Rows that are made once: neither changed nor removed, one or all."""

    update = delete = bulk_update = update_or_create = refuse  # type: ignore[assignment]


class _FaitUneFois(models.Model):
    """A row that is made, then neither changed nor removed."""

    objects = _TextesFiges.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Made once."""
        if self.pk is not None:
            refuse()
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Never."""
        refuse()


class BilanFige(_FaitUneFois):
    """A frozen bilan: its canonical text, the hash before it, its own, the signature of the install."""

    PERSONNEL = DonneesPersonnelles(
        ("texte",), "garder le bilan tel qu’il a été validé", LECTEURS, CONSERVATION,
        autres=("precedent", "empreinte", "signature"),
    )  # fmt: skip

    bilan = models.OneToOneField(BilanAnnuel, on_delete=models.PROTECT, related_name="+", editable=False)
    texte = models.TextField("texte", editable=False)
    precedent = models.CharField("empreinte d’avant", max_length=64, blank=True, editable=False)
    empreinte = models.CharField("empreinte", max_length=64, editable=False)
    signature = models.CharField("signature", max_length=64, editable=False)
    fige_le = models.DateTimeField("figé le", auto_now_add=True)

    class Meta:
        verbose_name = "bilan figé"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Bilan figé {self.empreinte[:16]}"

    @property
    def scelle(self) -> Scelle:
        """As the rules know it."""
        return Scelle(
            texte=self.texte,
            precedent=self.precedent,
            empreinte=self.empreinte,
            signature=self.signature,
        )


class ContreSceau(_FaitUneFois):
    """The seal of a frozen bilan signed by a newer key of the install, before the former is given up."""

    PERSONNEL = DonneesPersonnelles(autres=("signature",))

    fige = models.ForeignKey(BilanFige, on_delete=models.PROTECT, related_name="contresceaux", editable=False)
    signature = models.CharField("signature", max_length=64, editable=False)
    pose_le = models.DateTimeField("posé le", auto_now_add=True)

    class Meta:
        verbose_name = "contre-sceau"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Contre-sceau {self.signature[:16]}"
