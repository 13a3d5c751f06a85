"""The register of personal data, made from what each model says of itself (GDPR, article 30)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from maillage.web.comptes.retention.commands import RULES
from maillage.web.socle.personnel import DonneesPersonnelles

# Keys, codes, hashes and words of a closed list, in any model: nobody writes about somebody in them.
CODES = frozenset({
    "arrondissement", "cle", "cles_op", "code", "dimension", "empreinte", "etat", "genre", "groupe", "index",
    "indicateur_atlas", "nature", "niveau", "objet", "regle", "sens", "sorte", "source", "statut", "sur",
    "territoire", "territoires", "theme", "themes", "unite", "ventilation",
})  # fmt: skip
# Models of the libraries that point to a person.
AILLEURS = {
    "admin.LogEntry": DonneesPersonnelles(
        ("user", "object_repr", "change_message"), "savoir qui a changé quoi dans l’écran d’administration",
        "administration", "trois ans", "journal d’administration",
    ),
    "otp_totp.TOTPDevice": DonneesPersonnelles(
        ("user", "key"), "vérifier le second facteur", "personne : l’application seule",
        "jusqu’à ce que la personne le retire, ou son compte",
    ),
    "otp_static.StaticDevice": DonneesPersonnelles(
        ("user",), "réservé par la bibliothèque du second facteur ; non utilisé", "personne", "toujours vide",
    ),
}  # fmt: skip


TETE = """\
# Registre des données personnelles

Tiré des modèles par `python -m maillage.web.manage registre` : chaque modèle dit, là où il est écrit, ce
qu’il garde sur des personnes. Un test échoue si un champ nouveau n’y est pas, ou si cette page n’est plus à
jour. Les règles de ménage nommées ici s’appliquent une fois par jour et laissent leur preuve
([exploitation.md](exploitation.md)). Les versions d’un objet gardent qui l’a changé, et quand ; les comptes
les lisent. Le responsable du traitement est l’organisme qui installe Maillage : à lui d’ajouter la base
légale, et ce qu’il fait de ses sauvegardes.

| modèle | données | pourquoi | qui les lit | combien de temps | règle de ménage |
|---|---|---|---|---|---|"""


def list_models() -> Iterator[tuple[type[models.Model], DonneesPersonnelles | None]]:
    """Each model that may hold something about a person, with what it says of it (None: nothing yet).

    A table of versions holds what its model does, and who changed it: it follows its model.
    """
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):  # noqa: SLF001  Django's name
        if hasattr(model, "instance_type"):
            continue
        label = model._meta.label  # noqa: SLF001
        said = getattr(model, "PERSONNEL", None) or AILLEURS.get(label)
        if said or list_candidates(model):
            yield model, said


def list_candidates(model: type[models.Model]) -> list[str]:
    """The fields that may say something of a person: links to one, addresses, free text of ours."""
    fields = model._meta.concrete_fields  # noqa: SLF001
    ours = model.__module__.startswith("maillage.")
    return [field.name for field in fields if _points(field) or (ours and _is_free(field))]


def _points(field: Any) -> bool:
    person = apps.get_model(settings.AUTH_USER_MODEL)
    addresses = models.EmailField | models.GenericIPAddressField
    return isinstance(field, addresses) or field.related_model is person


def _is_free(field: Any) -> bool:
    free = models.CharField | models.TextField | models.JSONField
    return isinstance(field, free) and not field.choices and field.name not in CODES and not field.primary_key


def list_faults() -> list[str]:
    """What the register lacks, in words; nothing when it is whole."""
    faults = []
    for model, said in list_models():
        told = said or DonneesPersonnelles()
        names = {field.name for field in model._meta.concrete_fields}  # noqa: SLF001
        label = model._meta.label  # noqa: SLF001
        missing = set(list_candidates(model)) - set(told.champs) - set(told.autres)
        faults += [f"{label}.{name} : à déclarer dans PERSONNEL" for name in sorted(missing)]
        unknown = (set(told.champs) | set(told.autres)) - names
        faults += [f"{label}.{name} : ce champ n’existe pas" for name in sorted(unknown)]
        if told.champs and not (told.finalite and told.lecteurs and told.duree):
            faults.append(f"{label} : finalité, lecteurs ou durée manquent")
        if told.regle and told.regle not in RULES:
            faults.append(f"{label} : aucune règle de ménage « {told.regle} »")
    return faults


def describe() -> str:
    """The register as a page of Markdown."""
    lines = [TETE]
    for model, said in list_models():
        if said and said.champs:
            fields = ", ".join(f"`{name}`" for name in said.champs)
            versions = " ; versions" if hasattr(model, "history") else ""
            name = str(model._meta.verbose_name)  # noqa: SLF001
            cells = (name, fields + versions, said.finalite, said.lecteurs, said.duree, said.regle or "–")
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
