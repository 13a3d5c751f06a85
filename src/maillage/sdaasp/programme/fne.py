"""The France Numérique Ensemble road map: orientations, actions, priorities by arrondissement."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFne:
    """One action of the road map."""

    cle: str
    libelle: str
    ordre: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationFne:
    """One orientation and its actions.

    ``priorites`` are the codes of the arrondissements where it is « priorité 1 »; ``tous`` is true when the
    road map says « tous les arrondissements », which names no priority.
    """

    cle: str
    titre: str
    ordre: int
    actions: tuple[ActionFne, ...] = ()
    priorites: tuple[str, ...] = ()
    tous: bool = False
    source: str | None = None
