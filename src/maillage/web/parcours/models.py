"""The legal course in the database: versions of the text, bodies, signatories, acts. No state is kept.

Where it stands is read from its dates by ``sdaasp/parcours``; each write asks it whether they hold together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from maillage.catalogue.erreurs import Faute
from maillage.francais import majuscule
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.sdaasp.parcours.avis import LIBELLES
from maillage.sdaasp.parcours.controle import list_faults, list_to_come
from maillage.sdaasp.parcours.modele import (
    Acte,
    Consultation,
    NatureOrganisme,
    Parcours,
    Publicite,
    ReserveAvis,
    SensAvis,
    Signature,
    SuiteReserve,
    VersionTexte,
)
from maillage.web.socle.ecriture import historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi

CONSERVATION = "celle du schéma : son parcours en est la preuve"
LECTEURS = "les comptes qui ont un mandat"
NATURES = {
    NatureOrganisme.EPCI: "intercommunalité",
    NatureOrganisme.REGION: "conseil régional",
    NatureOrganisme.CTAP: "conférence territoriale de l’action publique",
}
SUITES = {
    SuiteReserve.RETENUE: "retenue",
    SuiteReserve.EN_PARTIE: "retenue en partie",
    SuiteReserve.ECARTEE: "écartée",
}
UNIQUE = "parcours-legal"


class ObjetParcours(ObjetSuivi):
    """What every object of the course has: the whole département, and dates that hold with all the others."""

    class Meta:
        abstract = True

    @property
    def perimetre(self) -> Perimetre:
        """The whole département."""
        return Perimetre()

    def is_lisible(self, personne: Any) -> bool:
        """Whether this person holds a mandate of those that read the course."""
        allowed: bool = personne.has_perm("parcours.lire")
        return allowed

    def get_absolute_url(self) -> str:
        """The page of the course."""
        return reverse("parcours:etat")

    def check_rules(self) -> None:
        """The whole course, with this object as it would be written."""
        check(read_parcours(self))


class TexteSoumis(models.Model):
    """One version of the text: a frozen copy of the programme. Nothing of it changes but ``objet``."""

    PERSONNEL = DonneesPersonnelles(
        ("contenu",), "garder le texte tel qu’il a été transmis, avec qui il nomme", LECTEURS, CONSERVATION,
        autres=("objet",),
    )  # fmt: skip

    numero = models.PositiveSmallIntegerField("version", unique=True)
    arretee_le = models.DateField("arrêtée le")
    objet = models.CharField("ce qui change", max_length=600, blank=True)
    contenu = models.JSONField("copie du programme", editable=False)
    empreinte = models.CharField("SHA-256 de la copie", max_length=64, editable=False)
    copie_le = models.DateTimeField("copié le", default=timezone.now, editable=False)
    history = historique(excluded_fields=["contenu"])

    class Meta:
        verbose_name = "version du texte"
        ordering = ("numero",)

    def __str__(self) -> str:
        return f"Version {self.numero}"

    @property
    def valeur(self) -> VersionTexte:
        """As the rules know it."""
        return VersionTexte(numero=self.numero, arretee_le=self.arretee_le, objet=self.objet)


class OrganismeConsulte(ObjetParcours):
    """One body that the law has consulted. ``saisi_le`` null: not asked; ``avis`` empty: it said nothing.

    ``reserves``: rows of ``ReserveAvis``, ``suite`` null until answered. ``texte``: the version it was given.
    ``apres``: its consultation before, when it is asked again on a newer text; both keep what they are.
    """

    PERSONNEL = DonneesPersonnelles(autres=("nom", "reference", "reserves"))
    SORTE, MODIFIER = "organisme", "parcours.rendre"

    nature = models.CharField(
        "nature", max_length=8, choices=[(n.value, NATURES[n]) for n in NatureOrganisme]
    )
    nom = models.CharField("organisme", max_length=200)
    ordre = models.PositiveSmallIntegerField(default=0, editable=False)
    organisation = models.ForeignKey(
        "comptes.Organisation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name="son organisation",
        help_text="Ses agents, partenaires du schéma, enregistrent eux-mêmes son avis.",
    )  # fmt: skip
    apres = models.OneToOneField(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="suivante",
        verbose_name="consulté de nouveau après",
    )  # fmt: skip
    texte = models.PositiveSmallIntegerField("version du texte", null=True, blank=True)
    saisi_le = models.DateField("saisi le", null=True, blank=True)
    delibere_le = models.DateField("délibération du", null=True, blank=True)
    avis = models.CharField(
        "avis", max_length=12, blank=True, choices=[(s.value, majuscule(LIBELLES[s])) for s in SensAvis]
    )
    reference = models.CharField("référence de la délibération", max_length=200, blank=True)
    reserves = models.JSONField("réserves", default=list, blank=True)
    history = historique()

    class Meta:
        verbose_name = "organisme consulté"
        ordering = ("ordre", "nom", "pk")

    def __str__(self) -> str:
        return self.nom

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["organisation", "texte", "saisi_le", "delibere_le", "avis", "reference", "reserves"]

    def get_absolute_url(self) -> str:
        """Its own page."""
        return reverse("parcours:organisme", args=[self.cle])

    @property
    def valeur(self) -> Consultation:
        """As the rules know it."""
        return Consultation(
            cle=self.cle,
            nom=self.nom,
            nature=NatureOrganisme(self.nature),
            version=self.texte or 1,
            saisi_le=self.saisi_le,
            delibere_le=self.delibere_le,
            avis=SensAvis(self.avis) if self.avis else None,
            reserves=tuple(
                ReserveAvis(**row | {"suite": SuiteReserve(row["suite"]) if row["suite"] else None})
                for row in self.reserves
            ),
            reference=self.reference,
            apres=self.apres.cle if self.apres else "",
        )


class Signataire(ObjetParcours):
    """Who signs a convention, and what they commit to, one text each; ``signe_le`` null: awaited."""

    PERSONNEL = DonneesPersonnelles(autres=("nom", "convention", "engagements"))
    SORTE, MODIFIER = "signataire", "parcours.conduire"

    convention = models.CharField(
        "convention", max_length=200, blank=True, help_text="Son nom, s’il y en a plusieurs."
    )
    nom = models.CharField(
        "signataire", max_length=200, help_text="Une fonction et son organisation, non une personne."
    )
    engagements = models.JSONField("engagements", default=list, blank=True)
    signe_le = models.DateField("signé le", null=True, blank=True)
    history = historique()

    class Meta:
        verbose_name = "signataire"
        ordering = ("convention", "pk")

    def __str__(self) -> str:
        return self.nom

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return ["convention", "nom", "engagements", "signe_le"]

    @property
    def valeur(self) -> Signature:
        """As the rules know it."""
        return Signature(
            nom=self.nom,
            convention=self.convention,
            engagements=tuple(self.engagements),
            signe_le=self.signe_le,
        )


class ActesParcours(ObjetParcours):
    """The acts after the avis: one row for the schema. Null days: not yet."""

    PERSONNEL = DonneesPersonnelles(
        autres=("approuve_reference", "arrete_reference", "en_ligne", "services", "revise_pour")
    )
    SORTE, MODIFIER = "actes", "parcours.conduire"
    CHAMPS = (
        "approuve_le", "approuve_texte", "approuve_reference", "arrete_le", "arrete_texte",
        "arrete_reference", "en_ligne_le", "en_ligne", "services_le", "services", "revise_le", "revise_pour",
    )  # fmt: skip

    approuve_le = models.DateField("approuvé par le conseil départemental le", null=True, blank=True)
    approuve_texte = models.PositiveSmallIntegerField("version approuvée", null=True, blank=True)
    approuve_reference = models.CharField("référence de la délibération", max_length=200, blank=True)
    arrete_le = models.DateField("arrêté par le préfet le", null=True, blank=True)
    arrete_texte = models.PositiveSmallIntegerField("version arrêtée", null=True, blank=True)
    arrete_reference = models.CharField("référence de l’arrêté", max_length=200, blank=True)
    en_ligne_le = models.DateField("schéma mis en ligne le", null=True, blank=True)
    en_ligne = models.URLField("à l’adresse", max_length=300, blank=True)
    services_le = models.DateField("liste des services et de leurs accès publiée le", null=True, blank=True)
    services = models.URLField("liste à l’adresse", max_length=300, blank=True)
    revise_le = models.DateField("révision engagée le", null=True, blank=True)
    revise_pour = models.CharField("pourquoi le réviser", max_length=600, blank=True)
    history = historique()

    class Meta:
        verbose_name = "actes du parcours légal"

    def __str__(self) -> str:
        return "Actes du parcours légal"

    @classmethod
    def list_champs(cls) -> list[str]:
        """What versions put back."""
        return list(cls.CHAMPS)

    def list_actes(self) -> tuple[Acte | None, Acte | None]:
        """The approval and the arrêté, as the rules know them."""
        names = ("approuve", "arrete")
        return tuple(self._make_acte(name) for name in names)  # type: ignore[return-value]

    def _make_acte(self, name: str) -> Acte | None:
        day, text = getattr(self, f"{name}_le"), getattr(self, f"{name}_texte")
        return Acte(le=day, version=text or 0, reference=getattr(self, f"{name}_reference")) if day else None


def read_parcours(changed: ObjetParcours | None = None) -> Parcours:
    """The course in the database, in four queries; ``changed`` stands for its row, or is one more."""
    acts = changed if isinstance(changed, ActesParcours) else ActesParcours.objects.first() or ActesParcours()
    vote, order = acts.list_actes()
    return Parcours(
        textes=tuple(row.valeur for row in TexteSoumis.objects.defer("contenu")),
        consultations=tuple(row.valeur for row in _put(OrganismeConsulte, changed)),
        approbation=vote,
        arrete=order,
        signatures=tuple(row.valeur for row in _put(Signataire, changed)),
        publicite=Publicite(en_ligne_le=acts.en_ligne_le, services_le=acts.services_le),
        revise_le=acts.revise_le,
    )


def _put(model: type[Any], changed: ObjetParcours | None) -> list[Any]:
    rows = list(model.objects.select_related("apres") if model is OrganismeConsulte else model.objects.all())
    if not isinstance(changed, model):
        return rows
    kept = [changed if row.cle == changed.cle else row for row in rows]
    return kept if any(row is changed for row in kept) else [*kept, changed]


def check(parcours: Parcours) -> None:
    """Raise ``ValidationError`` with all that its dates contradict."""
    faults = (*list_faults(parcours), *list_to_come(parcours, timezone.localdate()))
    if faults:
        raise ValidationError(list(tell_faults(faults)))


def tell_faults(faults: Iterable[Faute]) -> Iterable[str]:
    """Each fault as a page says it."""
    for fault in faults:
        yield f"{majuscule(fault.quoi)}." + (f" {fault.que_faire}" if fault.que_faire else "")
