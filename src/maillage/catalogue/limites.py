"""What a file may weigh before anything is built of it: ``limites.toml``, dated, with what was measured."""

from __future__ import annotations

import resource
from typing import Any

from maillage.catalogue.lecture import read_toml


def read_limit(section: str, name: str) -> Any:
    """One limit.

    >>> read_limit("classeur", "membres")
    2000
    """
    return read_toml("limites.toml")[section][name]


def limit_process(kind: int, most: int) -> None:
    """Limit this process (``resource.RLIMIT_…``), never above what it was given."""
    _, given = resource.getrlimit(kind)
    most = most if given == resource.RLIM_INFINITY else min(most, given)
    resource.setrlimit(kind, (most, most))
