"""What the rule of deficits says of a territory, and how to tell it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maillage.francais import avec_unite, typeset

# Local clusters (LISA) in words: the territory, then its neighbours.
AMAS = {
    "HH": "Ses voisins sont dans le même cas : il fait partie d’un ensemble de territoires touchés.",
    "HL": "Il est isolé : ses voisins sont nettement moins touchés.",
    "LH": "Il fait exception : ses voisins sont nettement plus touchés.",
    "LL": "Ses voisins sont, comme lui, peu touchés.",
}
SOLIDITE = {
    "toujours": "Classement très solide",
    "souvent": "Classement assez solide",
    "selon": "Classement fragile, qui dépend des poids choisis",
}
VARIANTES = "des variantes essayées (poids, seuils, erreurs de mesure)"
SENTENCE = re.compile(r"(?<=\.) (?=[A-ZÉÀÎ])")


# Columns taken as they are.
SIMPLES = ("profil", "rang", "intensite", "robustesse", "stabilite", "amas", "palier", "palier_tenue")


@dataclass(frozen=True)
class Deficit:
    """One row of ``deficits``: whether the default rule keeps this territory, why, and how firmly.

    ``motifs``: the criteria that hold; ``raisons``: sentences on what is known there, whether they are
    criteria or not; ``portrait``: the generated sentences. ``palier``: its tier, ``palier_tenue`` the share
    (0 to 1) of the variants that leave it there. ``sous_dotes``, ``surconcentres``: professions on each side
    of one balance.
    """

    profil: str | None
    en_deficit: bool
    rang: int | None
    robustesse: float | None
    stabilite: str | None
    typologie: str | None
    raisons: tuple[str, ...]
    decidable: bool = True
    motifs: tuple[str, ...] = ()
    portrait: tuple[str, ...] = ()
    amas: str | None = None
    intensite: float | None = None
    palier: str | None = None
    palier_tenue: float | None = None
    sous_dotes: tuple[str, ...] = ()
    surconcentres: tuple[str, ...] = ()

    @property
    def motif(self) -> str:
        """Every criterion that keeps it, in one phrase.

        >>> Deficit(None, True, 1, 1.0, None, None, (), motifs=("Loin des soins", "Précarité forte")).motif
        'Loin des soins ; précarité forte'
        """
        first, *others = self.motifs or ("",)
        return " ; ".join((first, *(other[:1].lower() + other[1:] for other in others)))

    @property
    def solidite(self) -> str:
        """How firmly the rule holds, in plain words; empty when it was not tried.

        >>> Deficit(None, True, 1, 0.94, "souvent", None, ()).solidite[:44]
        'Classement assez solide\\xa0: il tient dans 94\\xa0%'
        """
        if self.robustesse is None:
            return ""
        share = avec_unite(self.robustesse, "part")
        if self.en_deficit:
            return typeset(
                f"{SOLIDITE.get(self.stabilite or '', 'Classement')} : il tient dans {share} {VARIANTES}."
            )
        return typeset(f"Il serait retenu dans {share} {VARIANTES}.")

    @property
    def voisinage(self) -> str:
        """What its neighbours are like, in words; empty when nothing stands out."""
        return AMAS.get(self.amas or "", "")


def read_deficit(row: Mapping[str, Any]) -> Deficit:
    """One row of ``deficits``; columns that an older atlas lacks are empty."""
    told = typeset(row.get("portrait") or "")
    return Deficit(
        **{name: row.get(name) for name in SIMPLES},
        typologie=typeset(row["typologie"]) if row.get("typologie") else None,
        en_deficit=bool(row.get("en_deficit")),
        decidable=row.get("decidable") is not False,
        raisons=_texts(row.get("raisons")),
        motifs=_texts(row.get("motifs")),
        portrait=tuple(SENTENCE.split(told)) if told else (),
        sous_dotes=tuple(row.get("sous_dotes") or ()),
        surconcentres=tuple(row.get("surconcentres") or ()),
    )


def _texts(texts: object) -> tuple[str, ...]:
    return tuple(typeset(str(text)) for text in texts) if isinstance(texts, (list, tuple)) else ()
