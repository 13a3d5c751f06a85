"""Texts as they are typed, and back: dates, amounts, lists one per line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.catalogue import dates
from maillage.web.socle.demande import read_float, read_int


def read_text(text: str) -> str | None:
    """Text, or none."""
    return text or None


def read_date(text: str) -> str | None:
    """A typed date in ISO form; blank is none.

    >>> read_date("31/01/2027"), read_date("2027-01-31")
    ('2027-01-31', '2027-01-31')
    """
    try:
        return dates.read_date(text).isoformat() if text else None
    except ValueError as error:
        raise ValidationError(str(error)) from None


def read_money(text: str) -> float | None:
    """An amount in euros; blank is none.

    >>> read_money("12 500,50 €")
    12500.5
    """
    value = read_float(text.replace("€", ""))
    if value is None and text:
        raise ValidationError(f"« {text} » n’est pas un montant.")
    return value


def read_year(text: str) -> int | None:
    """A year of four digits; blank is none."""
    year = read_int(text, 1000, 9999)
    if year is None and text:
        raise ValidationError(f"« {text} » n’est pas une année.")
    return year


def write_money(value: float) -> str:
    """An amount as one types it.

    >>> write_money(12500.5), write_money(12000.0)
    ('12500,5', '12000')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


class MontantField(forms.CharField):
    """An amount in euros, typed as people write it; blank is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=40, **options)

    def prepare_value(self, value: Any) -> Any:
        """The amount as one types it."""
        return write_money(value) if isinstance(value, float) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another amount is said."""
        return bool(self.clean(data) != initial)

    def clean(self, value: Any) -> float | None:  # type: ignore[override]
        """The amount."""
        return read_money(super().clean(value))


class LignesField(forms.CharField):
    """A list of texts, one per line."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea({"rows": 4}))
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> str:
        """The list as lines; a text typed by hand stays as it is."""
        return value if isinstance(value, str) else "\n".join(value or ())

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the lines say something else than the list."""
        return bool(self.clean(data) != list(initial or ()))

    def clean(self, value: Any) -> list[str]:
        """The lines as a list."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


def write_line(item: Any) -> str:
    """One line from one text or small object."""
    if not isinstance(item, Mapping):
        return str(item)
    parts = [_write(value) for value in item.values() if value not in (None, "", [])]
    return " · ".join(parts)


def _write(value: Any) -> str:
    if isinstance(value, float):
        return write_money(value)
    if isinstance(value, Mapping):
        return write_line(value)
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except (TypeError, ValueError):
        return str(value)


def keep_links(
    old: Sequence[Mapping[str, Any]] | None, chosen: Sequence[str], *, confirm: bool
) -> list[dict[str, Any]]:
    """Links to the chosen keys: those that stood keep their place and wording, untied wordings stay.

    >>> old = [{"cible": None, "libelle_publie": "PLV", "confirme": True},
    ...        {"cible": "com", "libelle_publie": "Contrat", "confirme": False}]
    >>> [link["cible"] for link in keep_links(old, ["sat", "com"], confirm=False)]
    [None, 'com', 'sat']
    """
    kept = [dict(link) for link in old or () if link["cible"] is None or link["cible"] in chosen]
    known = {link["cible"] for link in kept}
    added = [_link(key) for key in chosen if key not in known]
    return [
        link | {"confirme": link["confirme"] or (confirm and link["cible"] is not None)} for link in kept
    ] + added


def _link(key: str) -> dict[str, Any]:
    return {"cible": key, "libelle_publie": None, "confirme": True}
