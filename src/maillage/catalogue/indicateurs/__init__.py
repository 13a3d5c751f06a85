"""Indicator entries (``<famille>.toml``) and their typed loader.

An entry's id may be a template: ``duree_{type}``, ``part_{type}_plus_{m}min``. Its function lives in the
module ``maillage.access.indicateurs.<famille>``; see ``access/evaluation/registre.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import list_files, read_toml

NiveauCalcul = Literal["carreau", "commune", "territoire"]
Agregation = Literal["moyenne", "somme", "part", "gini", "palma", "ecart", "concentration"]
Sens = Literal["plus", "moins", "neutre"]

VARIABLE = re.compile(r"\{(\w+)\}")
REQUIRED = (
    "nom", "definition", "unite", "sens", "niveau", "formule", "exemple", "limites", "sources", "confirme"
)  # fmt: skip
CHOICES = {
    "sens": ("plus", "moins", "neutre"),
    "niveau": ("carreau", "commune", "territoire"),
    "agregation": get_args(Agregation),
}


@dataclass(frozen=True)
class Exemple:
    """A hand-computed example that a test runs: ``fonction(**entrees) == resultat``."""

    texte: str
    entrees: dict[str, Any]
    resultat: float | list[float]


@dataclass(frozen=True)
class Indicateur:
    """One entry of the catalogue.

    ``niveau``: where it is computed, ``carreau`` or ``commune`` (then carried to every coarser mesh by
    ``agregation``, weighted by the people of ``groupe``) or ``territoire`` (at each mesh). ``sens``: whether
    ``plus`` or ``moins`` is better for access. ``entrees``: parameter of the function → name it reads, where
    the two differ. ``formule``: typst math. ``millesime``: the parameter whose vintage the result takes;
    null: all the vintages of its inputs. ``rang``: the figure by which ``concentration`` sorts people.
    ``monotone``: parameters with which the function only grows or only falls, whose intervals it carries.
    ``couverture_min``: below (<) that coverage of a coarser mesh, the figure is not given: what is missing is
    no chance sample of the rest.
    """

    id: str
    famille: str
    nom: str
    definition: str
    unite: str
    sens: Sens
    niveau: NiveauCalcul
    formule: str
    exemple: Exemple
    limites: str
    sources: tuple[str, ...]
    confirme: bool
    dimension: str | None = None
    agregation: Agregation = "moyenne"
    groupe: str = "population"
    millesime: str | None = None
    rang: str | None = None
    monotone: tuple[str, ...] = ()
    couverture_min: float = 0.0
    arrondi: int = 0
    fonction: str = ""
    entrees: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names between braces in the id, in order.

        >>> VARIABLE.findall("part_{type}_plus_{m}min")
        ['type', 'm']
        """
        return tuple(VARIABLE.findall(self.id))


@cache
def load_indicateurs() -> dict[str, Indicateur]:
    """Every entry by id (templates unexpanded). :class:`EntreeInvalide` lists every fault of every file."""
    entries = [
        (file.split("/")[-1].removesuffix(".toml"), name, entry)
        for file in list_files("indicateurs", ".toml")
        for name, entry in read_toml(file).items()
    ]
    fautes = [faute for famille, name, entry in entries for faute in check_entry(famille, name, entry)]
    if fautes:
        raise EntreeInvalide("Le catalogue des indicateurs est incorrect.", tuple(fautes))
    return {name: make_indicateur(famille, name, entry) for famille, name, entry in entries}


@cache
def load_dimensions() -> dict[str, str]:
    """The dimensions of accessibility: id → label."""
    return dict(read_toml("dimensions.toml")["dimensions"])


def check_entry(famille: str, name: str, entry: dict[str, Any]) -> list[Faute]:
    """Every fault of one entry."""
    file = f"indicateurs/{famille}.toml"
    fautes = [
        Faute(f"indicateur « {name} » : le champ « {key} » manque", file)
        for key in REQUIRED
        if entry.get(key) in (None, "", [], {})
    ]
    for key, choices in CHOICES.items():
        if key in entry and entry[key] not in choices:
            fautes.append(Faute(f"indicateur « {name} » : « {key} » vaut « {entry[key]} »", file, None, None,
                                f"Valeurs admises : {', '.join(choices)}."))  # fmt: skip
    if entry.get("dimension") not in (None, *load_dimensions()):
        fautes.append(Faute(f"indicateur « {name} » : dimension « {entry['dimension']} » inconnue", file))
    unknown = set(entry) - set(Indicateur.__dataclass_fields__)
    fautes += [Faute(f"indicateur « {name} » : champ « {key} » inconnu", file) for key in sorted(unknown)]
    return fautes


def make_indicateur(famille: str, name: str, entry: dict[str, Any]) -> Indicateur:
    """A checked entry as a dataclass; the function's default name is the id without its braces."""
    fields = {
        **entry,
        "exemple": Exemple(**entry["exemple"]),
        "sources": tuple(entry["sources"]),
        "monotone": tuple(entry.get("monotone", ())),
        "fonction": entry.get("fonction") or re.sub(r"[{}]", "", name),
    }
    return Indicateur(id=name, famille=famille, **fields)
