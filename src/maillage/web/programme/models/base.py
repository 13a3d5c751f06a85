"""What every object of the programme has."""

from __future__ import annotations

from typing import Any

from django.db import models

from maillage.sdaasp.programme.recherche import make_index
from maillage.web.socle.ecriture import historique


def texte_court(length: int = 300, **options: Any) -> models.CharField:
    return models.CharField(max_length=length, null=True, blank=True, **options)


def liste(**options: Any) -> models.JSONField:
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
