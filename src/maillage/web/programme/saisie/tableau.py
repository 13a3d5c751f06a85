"""A list of small objects typed as rows: one line of inputs per object, a blank line to add one.

Works without JavaScript: « Ajouter une ligne » sends the form, which comes back with one more blank line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError

from maillage.sdaasp.programme.dates import find_contradictions
from maillage.sdaasp.programme.echange import from_plain
from maillage.sdaasp.programme.modele import Etape
from maillage.sdaasp.programme.vocabulaire import NatureMoyen, StatutFrein, get_libelle
from maillage.web.programme.saisie.textes import read_date, read_money, read_text, read_year, write_money

Brut = dict[str, str]
Verification = Callable[[dict[str, Any]], Iterable[tuple[str, str]]]  # a row → (column, what is wrong)
RETIRER = "retirer"


@dataclass(frozen=True)
class ColonneSaisie:
    """One column: the field it fills, its heading, how it is typed and read; ``requise`` on a filled line."""

    nom: str
    libelle: str
    lire: Callable[[str], Any] = read_text
    sorte: Literal["text", "date", "nombre", "choix", "long"] = "text"
    choix: tuple[tuple[str, str], ...] = ()
    requise: bool = False


def _choices(enum: Any) -> tuple[tuple[str, str], ...]:
    return (("", "—"), *((member.value, get_libelle(member)) for member in enum))


ETAPES = (
    ColonneSaisie("libelle", "Étape", sorte="long", requise=True),
    ColonneSaisie("debut", "Début", read_date, "date"),
    ColonneSaisie("fin", "Fin", read_date, "date"),
    ColonneSaisie("faite_le", "Faite le", read_date, "date"),
    ColonneSaisie("moyens", "Moyens"),
    ColonneSaisie("cout_eur", "Coût (€)", read_money, "nombre"),
    ColonneSaisie("financeur", "Financeur"),
)
MOYENS = (
    ColonneSaisie("libelle", "Moyen", sorte="long", requise=True),
    ColonneSaisie("nature", "Nature", sorte="choix", choix=_choices(NatureMoyen)),
    ColonneSaisie("cout_eur", "Coût (€)", read_money, "nombre"),
    ColonneSaisie("financeur", "Financeur"),
)
FREINS = (
    ColonneSaisie("libelle", "Frein", sorte="long", requise=True),
    ColonneSaisie("statut", "État", sorte="choix", choix=_choices(StatutFrein)),
    ColonneSaisie("condition_levee", "Ce qui le lèverait", sorte="long"),
)
REPRISES = (
    ColonneSaisie("territoire", "Où", sorte="long", requise=True),
    ColonneSaisie("annee", "Année", read_year, "nombre"),
    ColonneSaisie("resultat", "Ce que cela a donné", sorte="long"),
)


def verify_step(row: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """What its dates contradict."""
    return find_contradictions(from_plain(Etape, row))


def write_cell(value: Any) -> str:
    """A value as its input holds it: dates in ISO form, amounts with a comma, nothing for none."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return write_money(value) if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Cellule:
    """One input of a row, and what is wrong with it."""

    colonne: ColonneSaisie
    nom: str
    identifiant: str
    valeur: str
    faute: str
    focus: bool


class TableauWidget(forms.Widget):
    """The rows and at least one blank one; ``fautes`` are filled by the field, ``blancs`` by the view."""

    template_name = "programme/saisie/tableau.html"
    use_fieldset = True

    def __init__(self, colonnes: Sequence[ColonneSaisie]) -> None:
        super().__init__()
        self.colonnes = tuple(colonnes)
        self.fautes: dict[tuple[int, str], str] = {}
        self.blancs = 1

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Brut]:
        """The typed rows, blank and withdrawn ones left out."""
        rows, number = [], 0
        while any(f"{name}-{number}-{c.nom}" in data for c in self.colonnes):
            row = {c.nom: str(data.get(f"{name}-{number}-{c.nom}", "")).strip() for c in self.colonnes}
            if any(row.values()) and f"{name}-{number}-{RETIRER}" not in data:
                rows.append(row)
            number += 1
        return rows

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether the form did not hold this table at all."""
        return not any(f"{name}-0-{c.nom}" in data for c in self.colonnes)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """What the template draws: the rows, then the blank ones."""
        context: dict[str, Any] = super().get_context(name, None, attrs)
        rows = list(value or ())
        filled = len(rows)
        rows += [{}] * self.blancs
        focus = filled if self.blancs > 1 else None
        context["widget"] |= {
            "colonnes": self.colonnes,
            "lignes": [
                (number, number < filled, [self._cell(name, number, c, row, focus) for c in self.colonnes])
                for number, row in enumerate(rows)
            ],
        }
        return context

    def _cell(
        self, name: str, number: int, column: ColonneSaisie, row: Mapping[str, Any], focus: int | None
    ) -> Cellule:
        key = f"{name}-{number}-{column.nom}"
        first = number == focus and column is self.colonnes[0]
        fault = self.fautes.get((number, column.nom), "")
        return Cellule(column, key, f"id_{key}", write_cell(row.get(column.nom)), fault, first)


def read_cell(column: ColonneSaisie, text: str) -> Any:
    """The value of one input, or what is wrong with it."""
    if column.requise and not text:
        raise ValidationError("à remplir.")
    if column.choix and text not in dict(column.choix):
        raise ValidationError(f"« {text} » n’est pas l’un des choix.")
    return column.lire(text)


class TableauField(forms.Field):
    """A list of objects in the exchange format, typed as rows; each fault is tied to its cell."""

    widget: TableauWidget

    def __init__(
        self, colonnes: Sequence[ColonneSaisie], verifier: Verification | None = None, **options: Any
    ) -> None:
        super().__init__(required=False, widget=TableauWidget(colonnes), **options)
        self.colonnes, self.verifier = tuple(colonnes), verifier

    def clean(self, value: list[Brut]) -> list[dict[str, Any]]:
        """The rows read; every faulty cell is told."""
        faults: dict[tuple[int, str], str] = {}
        items = [self._read_row(number, row, faults) for number, row in enumerate(value)]
        self.widget.fautes = faults
        if faults:
            headings = {c.nom: c.libelle for c in self.colonnes}
            raise ValidationError(
                [f"Ligne {n + 1}, {headings[name].lower()} : {text}" for (n, name), text in faults.items()]
            )
        return items

    def _read_row(self, number: int, row: Brut, faults: dict[tuple[int, str], str]) -> dict[str, Any]:
        item: dict[str, Any] = {}
        for column in self.colonnes:
            try:
                item[column.nom] = read_cell(column, row[column.nom])
            except ValidationError as error:
                faults[number, column.nom] = " ".join(error.messages)
        whole = len(item) == len(self.colonnes)
        faults |= {(number, field): f"{text}." for field, text in (self._verify(item) if whole else ())}
        return item

    def _verify(self, item: dict[str, Any]) -> Iterable[tuple[str, str]]:
        return self.verifier(item) if self.verifier else ()

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the rows say something else than the list."""
        try:
            return bool(self.clean(data) != list(initial or ()))
        except ValidationError:
            return True
