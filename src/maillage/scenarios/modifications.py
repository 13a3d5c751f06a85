"""A scenario: an ordered list of edits of the offer and of the roads, one dataclass each; values only.

An edit names places by their ``id`` in the atlas, or by the one that an edit before it gave. A position is
in degrees (WGS 84), or a commune by its code: the place is then where the atlas puts that commune.
"""

from __future__ import annotations

from dataclasses import field, fields, replace
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from maillage.scenarios.bases import STRICT, Situe, Situee, Texte
from maillage.scenarios.lignes.modifications import ModificationLigne

Effectif = Annotated[int, Field(ge=1, le=10_000)]
Capacite = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Kmh = Annotated[float, Field(gt=0, le=130, allow_inf_nan=False)]
Voies = Annotated[tuple[int, ...], Field(min_length=1, max_length=10_000)]
Canal = Literal["guichet", "telephone", "courriel", "visio", "en_ligne", "domicile"]
Mode = Literal["voiture", "velo", "marche"]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Ouverture(Situee):
    """A new place of a type of service. ``id`` is given to it when it has none: ``nouveau:1``, ``nouveau:2``…

    ``effectif``: facilities or professionals; ``horaires``: syntax of OpenStreetMap, null unknown.
    """

    cle: ClassVar[str] = "ouvrir"
    type: Texte
    nom: Texte
    effectif: Effectif = 1
    capacite: Capacite | None = None
    horaires: Texte | None = None
    accessible: bool | None = None
    operateur: Texte | None = None
    canaux: tuple[Canal, ...] = ()
    id: Texte | None = None


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Fermeture:
    """A place closes."""

    cle: ClassVar[str] = "fermer"
    lieu: Texte


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Deplacement(Situee):
    """A place moves, with all that it has."""

    cle: ClassVar[str] = "deplacer"
    lieu: Texte


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Regroupement(Situe):
    """Places of one type become one, the first of them: numbers, capacity and activity add up.

    It stays where the first is unless a position is said.
    """

    cle: ClassVar[str] = "regrouper"
    lieux: Annotated[tuple[Texte, ...], Field(min_length=2, max_length=100)]
    nom: Texte | None = None
    horaires: Texte | None = None

    def __post_init__(self) -> None:
        """Refuse a place merged with itself."""
        super().__post_init__()
        if len(set(self.lieux)) < len(self.lieux):
            raise ValueError("un lieu est nommé deux fois")


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Partie(Situee):
    """One of the places that a place is split into."""

    nom: Texte
    effectif: Effectif = 1
    capacite: Capacite | None = None
    horaires: Texte | None = None
    id: Texte | None = None


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Scission:
    """A place gives way to several of its type; their opening hours are its own unless said."""

    cle: ClassVar[str] = "scinder"
    lieu: Texte
    en: Annotated[tuple[Partie, ...], Field(min_length=2, max_length=100)]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class ChangementCapacite:
    """A place has another capacity (its own unit), or another number of professionals."""

    cle: ClassVar[str] = "capacite"
    lieu: Texte
    capacite: Capacite | None = None
    effectif: Effectif | None = None

    def __post_init__(self) -> None:
        """Refuse an edit that changes nothing."""
        if self.capacite is None and self.effectif is None:
            raise ValueError("donnez capacite ou effectif")


@dataclass(frozen=True, config=STRICT, kw_only=True)
class ChangementHoraires:
    """A place opens at other hours."""

    cle: ClassVar[str] = "horaires"
    lieu: Texte
    horaires: Texte


@dataclass(frozen=True, config=STRICT, kw_only=True)
class ChangementCanaux:
    """A place answers by other channels; no figure of the atlas reads them yet."""

    cle: ClassVar[str] = "canaux"
    lieu: Texte
    canaux: Annotated[tuple[Canal, ...], Field(min_length=1)]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class ChangementOperateur:
    """Another body runs a place; no figure of the atlas reads it."""

    cle: ClassVar[str] = "operateur"
    lieu: Texte
    operateur: Texte


@dataclass(frozen=True, config=STRICT, kw_only=True)
class ChangementAccessibilite:
    """A place becomes, or ceases to be, accessible to people in wheelchairs."""

    cle: ClassVar[str] = "accessibilite"
    lieu: Texte
    accessible: bool


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Arret(Situee):
    """A stop of an itinerant service, and when it is there."""

    nom: Texte
    horaires: Texte
    id: Texte | None = None


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Itinerance:
    """A service goes round: ``lieu`` no longer is a fixed place, or a new one of a ``type`` starts.

    A stop is no permanent access: no travel time is computed to it, its hours are counted apart.
    """

    cle: ClassVar[str] = "itinerant"
    arrets: Annotated[tuple[Arret, ...], Field(min_length=1, max_length=200)]
    lieu: Texte | None = None
    type: Texte | None = None

    def __post_init__(self) -> None:
        """Refuse what says neither, or both."""
        if (self.lieu is None) == (self.type is None):
            raise ValueError("donnez lieu (celui qui devient itinérant) ou type (un service nouveau)")


@dataclass(frozen=True, config=STRICT, kw_only=True)
class ChangementVitesse:
    """Roads (OpenStreetMap ids) are driven at another speed, both ways."""

    cle: ClassVar[str] = "vitesse"
    voies: Voies
    kmh: Kmh
    mode: Mode = "voiture"


@dataclass(frozen=True, config=STRICT, kw_only=True)
class RouteFermee:
    """Roads (OpenStreetMap ids) are closed, both ways."""

    cle: ClassVar[str] = "fermer_route"
    voies: Voies
    mode: Mode = "voiture"


Modification = (
    Ouverture
    | Fermeture
    | Deplacement
    | Regroupement
    | Scission
    | ChangementCapacite
    | ChangementHoraires
    | ChangementCanaux
    | ChangementOperateur
    | ChangementAccessibilite
    | Itinerance
    | ChangementVitesse
    | RouteFermee
    | ModificationLigne
)
GENRES: Final[dict[str, type[Modification]]] = {kind.cle: kind for kind in Modification.__args__}
"""What an edit is called in a file → its class."""
RESEAU: Final = (ChangementVitesse, RouteFermee)
MUETS: Final = (ChangementCanaux, ChangementOperateur)
"""Edits that no figure reads."""


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Scenario:
    """What one tries: a name, the atlas it was written on, its edits in order.

    ``atlas``: the identity of that atlas, null when unsaid; ``hypotheses``: assumptions of the balance that
    differ from the catalogue's, by name.
    """

    nom: Texte
    modifications: Annotated[tuple[Modification, ...], Field(max_length=1000)] = ()
    description: Annotated[str, Field(max_length=10_000)] = ""
    departement: Texte | None = None
    atlas: Texte | None = None
    hypotheses: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = field(default_factory=dict)

    def add(self, modification: Modification) -> Scenario:
        """The scenario with one more edit, at the end."""
        return name_places(replace(self, modifications=(*self.modifications, modification)))

    def undo(self) -> Scenario:
        """The scenario without its last edit; itself when it has none."""
        return replace(self, modifications=self.modifications[:-1])

    def remove(self, rank: int) -> Scenario:
        """The scenario without its edit ``rank`` (from 0)."""
        return replace(self, modifications=self.modifications[:rank] + self.modifications[rank + 1 :])


def name_places(scenario: Scenario) -> Scenario:
    """The scenario whose new places all have an id: the first free ones, in order.

    >>> one = Ouverture(type="ecole", nom="École", commune="59001")
    >>> [edit.id for edit in Scenario(nom="Deux écoles").add(one).add(one).modifications]
    ['nouveau:1', 'nouveau:2']
    """
    taken = {place.id for edit in scenario.modifications for place in list_new(edit) if place.id}
    free = (name for name in (f"nouveau:{number}" for number in range(1, 10**6)) if name not in taken)

    def name(place: Any) -> Any:
        return place if place.id else replace(place, id=next(free))

    def complete(edit: Modification) -> Modification:
        match edit:
            case Ouverture():
                return name(edit)  # type: ignore[no-any-return]
            case Scission():
                return replace(edit, en=tuple(name(part) for part in edit.en))
            case Itinerance():
                return replace(edit, arrets=tuple(name(stop) for stop in edit.arrets))
        return edit

    return replace(scenario, modifications=tuple(complete(edit) for edit in scenario.modifications))


def list_new(edit: Modification) -> tuple[Ouverture | Partie | Arret, ...]:
    """The places that an edit makes."""
    match edit:
        case Ouverture():
            return (edit,)
        case Scission():
            return edit.en
        case Itinerance():
            return edit.arrets
    return ()


def list_places(edit: Modification) -> tuple[str, ...]:
    """The ids of the places that an edit changes or ends."""
    if isinstance(edit, Regroupement):
        return edit.lieux
    found = getattr(edit, "lieu", None)
    return (found,) if found else ()


def to_mapping(part: Any) -> dict[str, Any]:
    """An edit, or a part of one, as plain values without what is left unsaid; as a file holds it."""
    said = {spot.name: getattr(part, spot.name) for spot in fields(part)}
    defaults = {spot.name: spot.default for spot in fields(part)}
    return {
        name: [to_mapping(one) if hasattr(one, "__dataclass_fields__") else one for one in value]
        if isinstance(value, tuple)
        else value
        for name, value in said.items()
        if value not in (None, (), {}, defaults[name])
    }
