"""What a programme is made of, read from its dataclasses once: collections, keys and fields.

Exports, imports, comparisons and the JSON Schema all follow this description, so a field added to a dataclass
is carried everywhere by construction.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from maillage.sdaasp.programme.modele import Programme

KEY_FIELDS: dict[str, tuple[str, ...]] = {
    "territoires": ("niveau", "code"),
    "declinaisons": ("theme", "arrondissement", "annee", "numero"),
    "cibles": ("indicateur", "annee"),
    "valeurs": ("indicateur", "date", "groupe", "auteur"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Champ:
    """One field: its base type, whether ``None`` is allowed, whether it is a list of that type."""

    nom: str
    type: type
    nullable: bool
    liste: bool
    defaut: Any

    @property
    def is_obligatoire(self) -> bool:
        """Whether the field has no default."""
        return self.defaut is dataclasses.MISSING

    @property
    def is_objet(self) -> bool:
        """Whether the base type is itself a dataclass."""
        return dataclasses.is_dataclass(self.type)


def describe(cls: type[Any]) -> tuple[Champ, ...]:
    """The fields of a dataclass of the programme, in order.

    >>> from maillage.sdaasp.programme.modele import Declinaison
    >>> {c.nom: (c.type.__name__, c.nullable, c.liste) for c in describe(Declinaison)}["objectifs"]
    ('Lien', True, True)
    """
    if cls not in _DESCRIBED:
        hints = get_type_hints(cls)
        fields = dataclasses.fields(cls)
        _DESCRIBED[cls] = tuple(_describe_field(field, hints[field.name]) for field in fields)
    return _DESCRIBED[cls]


_DESCRIBED: dict[type[Any], tuple[Champ, ...]] = {}


def _describe_field(field: dataclasses.Field[Any], hint: Any) -> Champ:
    parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    (base,) = (part for part in parts if part is not NoneType)
    liste = get_origin(base) is tuple
    return Champ(
        nom=field.name,
        type=get_args(base)[0] if liste else base,
        nullable=NoneType in parts,
        liste=liste,
        defaut=field.default,
    )


def list_collections() -> tuple[tuple[str, type], ...]:
    """(name, class) of every collection of a programme, in order.

    >>> [name for name, _ in list_collections()][:3]
    ['territoires', 'correspondances', 'themes']
    """
    return tuple((champ.nom, champ.type) for champ in describe(Programme) if champ.liste)


def get_key(collection: str, item: Any) -> str:
    """The text key of an item inside its collection; two items never share one.

    >>> from maillage.sdaasp.programme.mesures import Cible
    >>> get_key("cibles", Cible(indicateur="sante.1-rdv", annee=2027, valeur=8))
    'sante.1-rdv/2027'
    """
    names = KEY_FIELDS.get(collection, ("cle",))
    return "/".join("" if (part := getattr(item, name)) is None else str(part) for name in names)


def iter_items(programme: Programme) -> Iterator[tuple[str, str, Any]]:
    """(collection, key, item) of everything in a programme."""
    for name, _ in list_collections():
        for item in getattr(programme, name):
            yield name, get_key(name, item), item


def list_fiches_of(programme: Programme, key: str) -> tuple[str, ...]:
    """The keys of the fiches that an object of the programme belongs to: its own, or those of its theme.

    Of a theme too; none for a key that the programme does not have.

    >>> from maillage.sdaasp.programme.modele import FicheAction, ObjectifPrioritaire, Schema
    >>> one = Programme(schema=Schema(cle="s", nom="S", departement="59", debut=2025, fin=2030, version="1"),
    ...                 fiches=(FicheAction(cle="soins", theme="sante", titre="Soins"),),
    ...                 objectifs=(ObjectifPrioritaire(cle="soins.1", fiche="soins", ordre=1, libelle="A"),))
    >>> [list_fiches_of(one, key) for key in ("soins", "soins.1", "sante", "sport")]
    [('soins',), ('soins',), ('soins',), ()]
    """
    if any(fiche.cle == key for fiche in programme.fiches):
        return (key,)
    found = next((item for _, held, item in iter_items(programme) if held == key), None)
    own, theme, measured = (getattr(found, name, None) for name in ("fiche", "theme", "objet"))
    if above := own or measured:
        return list_fiches_of(programme, above)
    return tuple(fiche.cle for fiche in programme.fiches if fiche.theme == (theme or key))
