"""Digital coverage: what fibre can reach."""

from __future__ import annotations

from maillage.access.indicateurs.besoins import part

__all__ = ["part"]
