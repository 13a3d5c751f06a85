"""What happened, kept for those who follow: one row written in the transaction of the change itself."""

from __future__ import annotations

from typing import Any

from maillage.web.programme import models

Nature = models.Mouvement.Nature


def announce(auteur: Any, objet: models.Suivi, nature: Nature, texte: str = "") -> None:
    """Tell those who follow ``objet``, what it measures, or its theme; called inside a command."""
    themes = sorted(objet.perimetre.themes)  # type: ignore[attr-defined]
    models.Mouvement.objects.create(
        sorte=objet.SORTE,
        objet=objet.cle,
        sur=getattr(objet, "objet", ""),
        theme=themes[0] if len(themes) == 1 else "",
        nature=nature,
        intitule=str(objet)[:300],
        texte=texte[:300],
        auteur=auteur,
    )
