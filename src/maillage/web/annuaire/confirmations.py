"""What is confirmed, field by field, and what may be said of closures; rows are left to be saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from maillage.annuaire.confirmation import FERMETURES, is_whole
from maillage.annuaire.fiche import Complement
from maillage.annuaire.fraicheur import find_campagne
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.queries import read_field

CONFIRMATION: Final = ("champs_confirmes", "confirmee_le")


def keep_confirmed(row: FicheTenue, told: Mapping[str, Any]) -> dict[str, str]:
    """The fields confirmed that an import leaves as they were: what was confirmed is what one still reads."""
    after = {**told["contenu"], FERMETURES: told["complement"].get(FERMETURES)}
    return {
        name: day for name, day in row.champs_confirmes.items() if read_field(row, name) == after.get(name)
    }


def find_faults(valeur: Any) -> list[str]:
    """Why closures cannot be kept, in words; empty when they can."""
    try:
        held = Complement.read({"id": "", FERMETURES: valeur}).fermetures
    except (KeyError, TypeError, ValueError, AttributeError):
        return ["Écrivez deux dates pour chaque fermeture : le premier jour et le dernier."]
    return [
        f"La fermeture du {one.debut:%d/%m/%Y} finit avant de commencer."
        for one in held if one.fin < one.debut
    ]  # fmt: skip


def confirm_fields(row: FicheTenue, champs: Iterable[str], le: date) -> None:
    """Fields hold as of a day; the record does once all that is asked of it do, in the same campaign.

    The row is left to be saved (``CONFIRMATION``).
    """
    row.champs_confirmes |= dict.fromkeys(champs, le.isoformat())
    said = {name: date.fromisoformat(day) for name, day in row.champs_confirmes.items()}
    if is_whole(row.fiche, said, find_campagne(le).debut):
        row.confirmee_le = max(filter(None, (row.confirmee_le, le)))
