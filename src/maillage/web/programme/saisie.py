"""Lists typed one per line, and back: « libellé | autre | autre ». Faults are told line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.sdaasp.vocabulaire import StatutFrein

FORMATS = ("%d/%m/%Y", "%Y-%m-%d")


def read_date(text: str) -> str | None:
    """A typed date in ISO form; blank is none.

    >>> read_date("31/01/2027")
    '2027-01-31'
    """
    for pattern in FORMATS:
        try:
            return datetime.strptime(text, pattern).date().isoformat() if text else None  # noqa: DTZ007
        except ValueError:
            continue
    raise ValidationError(f"« {text} » n’est pas une date (jour/mois/année).")


def read_money(text: str) -> float | None:
    """An amount in euros; blank is none.

    >>> read_money("12 500,50 €")
    12500.5
    """
    cleaned = (
        text.replace("€", "").replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")
    )
    try:
        return float(cleaned) if cleaned else None
    except ValueError:
        raise ValidationError(f"« {text} » n’est pas un montant.") from None


def read_frein(text: str) -> str | None:
    """The status of an obstacle; blank is none."""
    key = text.strip().lower().replace("é", "e").replace(" ", "_") or None
    if key is not None and key not in set(StatutFrein):
        raise ValidationError(f"« {text} » n’est pas un état : ouvert, en cours ou levé.")
    return key


def read_text(text: str) -> str | None:
    """Text, or none."""
    return text or None


Colonnes = Mapping[str, Callable[[str], Any]]
MOYENS: Colonnes = {"libelle": read_text, "cout_eur": read_money}
FREINS: Colonnes = {"libelle": read_text, "statut": read_frein, "condition_levee": read_text}
ETAPES: Colonnes = {
    "libelle": read_text,
    "debut": read_date,
    "fin": read_date,
    "faite_le": read_date,
    "moyens": read_text,
    "cout_eur": read_money,
}


class LignesField(forms.CharField):
    """A list of texts, or of small objects, one per line."""

    def __init__(self, colonnes: Colonnes | None = None, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea({"rows": 4}))
        super().__init__(required=False, **options)
        self.colonnes = colonnes

    def prepare_value(self, value: Any) -> str:
        """The list as lines; a text typed by hand stays as it is."""
        if isinstance(value, str):
            return value
        return "\n".join(write_line(item) for item in value or ())

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the lines say something else than the list."""
        try:
            return bool(self.clean(data) != list(initial or ()))
        except ValidationError:
            return True

    def clean(self, value: Any) -> list[Any]:
        """The lines as a list; every faulty line is told."""
        lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        if self.colonnes is None:
            return lines
        items, faults = [], []
        for number, line in enumerate(lines, 1):
            try:
                items.append(read_line(line, self.colonnes))
            except ValidationError as error:
                faults += [f"Ligne {number} : {message}" for message in error.messages]
        if faults:
            raise ValidationError(faults)
        return items


def read_line(line: str, colonnes: Colonnes) -> dict[str, Any]:
    """One object from one line."""
    parts = [part.strip() for part in line.split("|")]
    if len(parts) > len(colonnes):
        raise ValidationError(f"{len(parts)} parties séparées par « | » : {len(colonnes)} au plus.")
    parts += [""] * (len(colonnes) - len(parts))
    if not parts[0]:
        raise ValidationError("le libellé manque.")
    return {name: read(part) for (name, read), part in zip(colonnes.items(), parts, strict=True)}


def write_line(item: Any) -> str:
    """One line from one text or object."""
    if not isinstance(item, Mapping):
        return str(item)
    parts = ["" if value is None else _write(value) for value in item.values()]
    while parts and not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def _write(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except (TypeError, ValueError):
        return str(value)


def keep_links(
    old: Sequence[Mapping[str, Any]] | None, chosen: Sequence[str], *, confirm: bool
) -> list[dict[str, Any]]:
    """Links to the chosen keys: those that stood keep their wording; the untied wordings stay."""
    standing = {link["cible"]: dict(link) for link in old or ()}
    untied = [dict(link) for link in old or () if link["cible"] is None]
    links = [standing.get(key) or {"cible": key, "libelle_publie": None, "confirme": True} for key in chosen]
    return [link | {"confirme": True} for link in links] + untied if confirm else links + untied
