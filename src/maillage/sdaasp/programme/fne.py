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

    def is_prioritaire(self, arrondissement: str) -> bool:
        """Whether the arrondissement of this code is named as a priority of the orientation.

        >>> OrientationFne(cle="fne-3", titre="Maillage", ordre=3, priorites=("594",)).is_prioritaire("594")
        True
        """
        return arrondissement in self.priorites
