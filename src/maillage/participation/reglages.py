"""What is kept how long and what stops an abuse: ``participation.toml``."""

from __future__ import annotations

from typing import Any

from maillage.catalogue.lecture import read_toml


def read_setting(name: str) -> Any:
    """The value of a choice of the catalogue.

    >>> read_setting("garde_du_contact")
    180
    """
    return read_toml("participation.toml")[name]["valeur"]
