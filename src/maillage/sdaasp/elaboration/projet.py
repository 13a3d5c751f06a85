"""From what was said to the draft: what an item rests on, and words added to a fiche or an objective."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import accord

REMPLACES: Final = frozenset({"libelle", "titre"})
"""Fields that hold one text: a proposal replaces it. The others are lists: a proposal adds to them."""
CHAMPS: Final[Mapping[str, Mapping[str, str]]] = {
    "fiche": {"enjeux": "un enjeu de plus", "titre": "son titre, remplacé"},
    "objectif": {
        "effets": "un effet attendu de plus",
        "moyens": "un moyen de plus",
        "freins": "un frein à lever de plus",
        "libelle": "son libellé, remplacé",
    },
}
"""Kind of object → the fields that paroles may change, and how one says it."""
_LIGNES: Final[Mapping[str, Mapping[str, Any]]] = {
    "moyens": {"nature": None, "cout_eur": None, "financeur": None},
    "freins": {"statut": None, "condition_levee": None},
}


def tell_evidence(evenements: Iterable[str]) -> str:
    """What an item rests on: how many paroles, and where they were said (one name for each, empty: none).

    >>> tell_evidence(["Journée fondatrice", "Journée fondatrice", ""]).replace(chr(160), " ")
    '3 paroles recueillies : Journée fondatrice (2), hors événement (1)'
    """
    count = Counter(name or "hors événement" for name in evenements)
    where = ", ".join(f"{name} ({times})" for name, times in count.most_common())
    told = accord(count.total(), "parole recueillie", "paroles recueillies")
    return f"{told} : {where}"[:600]


def add_words(champ: str, tenu: Any, texte: str) -> Any:
    """A field once ``texte`` has been added to what it holds, or has replaced it; null holds nothing yet.

    Raises:
        EntreeInvalide: no text, or it is there already.

    >>> add_words("enjeux", None, "Se soigner près de chez soi"), add_words("libelle", "Avant", "Après")
    (['Se soigner près de chez soi'], 'Après')
    >>> add_words("freins", [], "Manque de locaux")
    [{'libelle': 'Manque de locaux', 'statut': None, 'condition_levee': None}]
    """
    said = texte.strip()
    if not said:
        raise EntreeInvalide("Écrivez le texte à porter au schéma.")
    if champ in REMPLACES:
        return said
    held = list(tenu or ())
    item: Any = {"libelle": said, **_LIGNES[champ]} if champ in _LIGNES else said
    if said in [one["libelle"] if isinstance(one, Mapping) else one for one in held]:
        raise EntreeInvalide("Ce texte y est déjà : rattachez-y ces paroles.")
    return [*held, item]
