"""What is public in a programme, field by field: one table, read by pages, documents, exports and searches.

A field that ``RESERVES`` does not name is public: the programme is a public act. What people say around it
(comments, amendments, reasons in the history, notices) is for accounts, and never enters a programme.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from maillage.sdaasp.programme.mesures import Valeur
from maillage.sdaasp.programme.modele import Programme

T = TypeVar("T")
RESERVES = MappingProxyType({"valeurs": ("auteur", "valideur", "motif")})
"""Collection → the fields that only accounts read: which agent gave or validated a figure, and her reason."""

A_TOUS, AUX_COMPTES = "Public.", "Lu par les comptes seulement."


def publish(programme: Programme) -> Programme:
    """The programme as anyone may read it: what is reserved is ``None``.

    >>> from datetime import date
    >>> from maillage.sdaasp.programme.modele import Schema
    >>> said = Valeur(indicateur="i", date=date(2026, 1, 31), valeur=4, auteur="Une agente", motif="Compté")
    >>> schema = Schema(cle="s", nom="S", departement="59", debut=2025, fin=2030, version="1")
    >>> [(v.valeur, v.auteur, v.motif) for v in publish(Programme(schema=schema, valeurs=(said,))).valeurs]
    [(4, None, None)]
    """
    kept: dict[str, Any] = {name: tuple(map(publish_item, getattr(programme, name))) for name in RESERVES}
    return replace(programme, **kept)


def publish_item(item: T) -> T:
    """One item of a collection as anyone may read it."""
    return replace(item, **dict.fromkeys(list_reserved(item)))  # type: ignore[type-var]


def list_reserved(item: Any) -> tuple[str, ...]:
    """The reserved fields of an item; the atlas that gave a figure is nobody's name.

    >>> from datetime import date
    >>> from maillage.sdaasp.programme.afom import ChiffreCite
    >>> figure = ChiffreCite(atlas="a", niveau="departement", code="59", indicateur="apl",
    ...                      millesime="2024", valeur=3.1, fiabilite="observe")
    >>> list_reserved(Valeur(indicateur="i", date=date(2026, 1, 31), auteur="atlas a", chiffre=figure))
    ('valideur', 'motif')
    """
    if not isinstance(item, Valeur):
        return ()
    given = item.chiffre is not None and item.auteur == f"atlas {item.chiffre.atlas}"
    return tuple(name for name in RESERVES["valeurs"] if not (given and name == "auteur"))


def tell_readers(collection: str, champ: str) -> str:
    """Who will read a field, to say where one types it.

    >>> tell_readers("valeurs", "valeur"), tell_readers("valeurs", "motif")
    ('Public.', 'Lu par les comptes seulement.')
    """
    return AUX_COMPTES if champ in RESERVES.get(collection, ()) else A_TOUS
