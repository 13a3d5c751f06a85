"""What is public in a programme, field by field: one table, read by pages, documents, exports and searches.

A field that ``RESERVES`` does not name is public: the programme is a public act. What people say around it
(comments, amendments, reasons in the history, notices) is for accounts, and never enters a programme.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from maillage.sdaasp.programme.mesures import Valeur
from maillage.sdaasp.programme.modele import Declinaison, ObjectifPrioritaire, Programme

T = TypeVar("T")
Reserves = Mapping[str, tuple[str, ...]]
RESERVES: Reserves = MappingProxyType({"valeurs": ("auteur", "valideur", "motif")})
"""Collection → the fields that only accounts read: which agent gave or validated a figure, and her reason."""
CONTESTES: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {"meteo": ("declinaisons", ("meteo", "commentaire_meteo")), "freins": ("objectifs", ("freins",))}
)
"""What is public but that an install may keep to accounts, by its name in the setting ``MAILLAGE_RESERVES``:
how the pilots say that it goes, « Bloqué » included, with their words; the obstacles of an objective."""
COLLECTIONS = MappingProxyType(
    {Valeur: "valeurs", Declinaison: "declinaisons", ObjectifPrioritaire: "objectifs"}
)

A_TOUS, AUX_COMPTES = "Public.", "Lu par les comptes seulement."


def reserve(noms: Iterable[str]) -> Reserves:
    """The table, with what an install keeps to accounts besides.

    >>> sorted(reserve(["freins"]).items())
    [('objectifs', ('freins',)), ('valeurs', ('auteur', 'valideur', 'motif'))]
    """
    return MappingProxyType({**RESERVES, **dict(CONTESTES[nom] for nom in noms)})


def publish(programme: Programme, reserves: Reserves = RESERVES) -> Programme:
    """The programme as anyone may read it: what is reserved is ``None``.

    >>> from datetime import date
    >>> from maillage.sdaasp.programme.modele import Schema
    >>> said = Valeur(indicateur="i", date=date(2026, 1, 31), valeur=4, auteur="Une agente", motif="Compté")
    >>> schema = Schema(cle="s", nom="S", departement="59", debut=2025, fin=2030, version="1")
    >>> [(v.valeur, v.auteur, v.motif) for v in publish(Programme(schema=schema, valeurs=(said,))).valeurs]
    [(4, None, None)]
    """
    kept: dict[str, Any] = {
        name: tuple(publish_item(item, reserves) for item in getattr(programme, name)) for name in reserves
    }
    return replace(programme, **kept)


def publish_item(item: T, reserves: Reserves = RESERVES) -> T:
    """One item of a collection as anyone may read it."""
    return replace(item, **dict.fromkeys(list_reserved(item, reserves)))  # type: ignore[type-var]


def list_reserved(item: Any, reserves: Reserves = RESERVES) -> tuple[str, ...]:
    """The reserved fields of an item; the atlas that gave a figure is nobody's name.

    >>> from datetime import date
    >>> from maillage.sdaasp.programme.afom import ChiffreCite
    >>> figure = ChiffreCite(atlas="a", niveau="departement", code="59", indicateur="apl",
    ...                      millesime="2024", valeur=3.1, fiabilite="observe")
    >>> list_reserved(Valeur(indicateur="i", date=date(2026, 1, 31), auteur="atlas a", chiffre=figure))
    ('valideur', 'motif')
    """
    fields = reserves.get(COLLECTIONS.get(type(item), ""), ())
    if not isinstance(item, Valeur):
        return fields
    given = item.chiffre is not None and item.auteur == f"atlas {item.chiffre.atlas}"
    return tuple(name for name in fields if not (given and name == "auteur"))


def tell_readers(collection: str, champ: str, reserves: Reserves = RESERVES) -> str:
    """Who will read a field, to say where one types it.

    >>> tell_readers("valeurs", "valeur"), tell_readers("valeurs", "motif")
    ('Public.', 'Lu par les comptes seulement.')
    """
    return AUX_COMPTES if champ in reserves.get(collection, ()) else A_TOUS
