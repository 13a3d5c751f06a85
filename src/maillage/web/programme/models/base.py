"""What every object of the programme has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models
from django.urls import reverse

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sdaasp.programme.dates import check_dates
from maillage.sdaasp.programme.recherche import make_index
from maillage.sdaasp.programme.structure import describe
from maillage.web.programme.conversion import to_value
from maillage.web.socle.ecriture import as_validation, historique
from maillage.web.socle.personnel import DonneesPersonnelles
from maillage.web.suivi.models import ObjetSuivi


def texte_court(length: int = 300, **options: Any) -> models.CharField:
    """A short text; null is « à confirmer »."""
    return models.CharField(max_length=length, null=True, blank=True, **options)


def liste(**options: Any) -> models.JSONField:
    """A list in the form of the exchange format."""
    return models.JSONField(default=list, blank=True, **options)


class Referentiel(models.Model):
    """What changes rarely: the schema itself, its themes, territories, dimensions, plans. One row."""

    PERSONNEL = DonneesPersonnelles(
        ("contenu",),
        "l’identité du schéma, ses thèmes, ses référents quand ils sont nommés",
        "tout le monde",
        "celle du schéma : le programme est un acte public",
    )

    contenu = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    history = historique()

    class Meta:
        verbose_name = "référentiel"

    def __str__(self) -> str:
        return str(self.contenu["schema"]["nom"])

    @classmethod
    def lock(cls) -> None:
        """Until the end of the transaction, nobody else takes the next number."""
        cls.objects.select_for_update().first()


class ObjetProgramme(ObjetSuivi):
    """What every object of the programme has. ``cle`` is the key of the exchange format."""

    index = models.TextField(editable=False, default="")

    PUR: type[Any]
    CHERCHABLES: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @classmethod
    def list_champs(cls) -> list[str]:
        """The fields of the exchange format, but for the key."""
        return [champ.nom for champ in describe(cls.PUR) if champ.nom != "cle"]

    def get_absolute_url(self) -> str:
        """Where the object is read."""
        return reverse(f"programme:{self.SORTE}", args=[self.cle])

    def write(self, champs: Mapping[str, Any]) -> None:
        """What is no longer « non repris » leaves that list by being written."""
        super().write(champs)
        if getattr(self, "non_repris", None):
            self.non_repris = [n for n in self.non_repris if n not in champs]  # type: ignore[has-type]

    def check_rules(self) -> None:
        """Refuse what the rules of the programme refuse, with every fault."""
        with as_validation():
            value = to_value(self)
            faults = tuple(Faute(f"{message[0].upper()}{message[1:]}") for _, message in check_dates(value))
            if faults:
                raise EntreeInvalide("Des dates se contredisent.", faults)

    def list_terms(self, without: Collection[str] = ()) -> str:
        """The terms it is found by, those of some fields left out."""
        kept = (name for name in self.CHERCHABLES if name not in without)
        return make_index(*(_flatten(getattr(self, name)) for name in kept))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search terms with the text."""
        self.index = self.list_terms()
        super().save(*args, **kwargs)


def _flatten(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_flatten(part) for part in value)
    if isinstance(value, dict):
        return " ".join(_flatten(part) for part in value.values())
    return value if isinstance(value, str) else ""
