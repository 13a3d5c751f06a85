"""Territories: what a row of ``territoires`` says of a place, at one mesh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from maillage.francais import de

# The meshes one reads, in reading order, and how people call each.
NIVEAUX = MappingProxyType(
    {
        "commune": "commune",
        "epci": "intercommunalité",
        "canton": "canton",
        "bassin_vie": "bassin de vie",
        "arrondissement": "arrondissement",
        "departement": "département",
        "zone": "zone",
    }
)


def name_in_full(niveau: str, nom: str, code: str = "") -> str:
    """What it is too, where the name alone would mislead.

    >>> name_in_full("arrondissement", "Douai"), name_in_full("commune", "Douai")
    ('Arrondissement de Douai', 'Douai')
    """
    kind = {"arrondissement": "Arrondissement", "bassin_vie": "Bassin de vie", "canton": "Canton"}.get(niveau)
    if kind is None or nom.lower().startswith(kind.lower()):
        return nom
    return f"{kind} {nom if nom == code else de(nom)}"


def name_in_sentence(niveau: str, nom: str, code: str = "") -> str:
    """The name in full, with its article where a sentence needs one.

    >>> name_in_sentence("arrondissement", "Avesnes"), name_in_sentence("epci", "CC du Pévèle")
    ('l’arrondissement d’Avesnes', 'la CC du Pévèle')
    >>> name_in_sentence("canton", "Lille-1"), name_in_sentence("departement", "Nord")
    ('le canton de Lille-1', 'le département')
    """
    if niveau == "departement":
        return "le département"
    full = name_in_full(niveau, nom, code)
    if niveau in {"arrondissement", "bassin_vie", "canton"}:
        article = "l’" if niveau == "arrondissement" else "le "
        return f"{article}{full[:1].lower()}{full[1:]}"
    feminine = ("CC ", "CA ", "CU ", "Communauté ", "Métropole ", "Eurométropole ")
    return f"la {full}" if niveau == "epci" and full.startswith(feminine) else full


@dataclass(frozen=True)
class Territoire:
    """A place people live in, at one mesh; null where the atlas does not know.

    ``population``: municipale, the newest; ``population_2021``: that of the reference document.
    ``parents``: mesh → code of what holds it. ``partiel``: a part lies outside the département, it is never
    ranked. ``part_frontiere``: share (0 to 1) of its people near the border. ``type_zone``: of a zone, in the
    words of who drew it.
    """

    niveau: str
    code: str
    nom: str
    population: float | None
    superficie_km2: float | None
    lon: float | None
    lat: float | None
    densite_classe: str | None
    parents: Mapping[str, str]
    partiel: bool
    part_frontiere: float | None
    population_2021: float | None = None
    type_zone: str | None = None

    @property
    def cle(self) -> str:
        """``niveau:code``, as addresses write it."""
        return f"{self.niveau}:{self.code}"

    @property
    def nom_complet(self) -> str:
        """The name as a title: what it is too, where the name alone would mislead."""
        return name_in_full(self.niveau, self.nom, self.code)

    @property
    def en_phrase(self) -> str:
        """The name in full with its article, inside a sentence: « l’arrondissement de Douai »."""
        return name_in_sentence(self.niveau, self.nom, self.code)

    @property
    def nature(self) -> str:
        """The mesh in words."""
        return NIVEAUX.get(self.niveau, self.niveau)


def read_territoires(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Territoire, ...]]:
    """Rows sorted by code, by mesh; columns that an atlas lacks are null."""
    found: dict[str, list[Territoire]] = {}
    for row in rows:
        values: dict[str, Any] = {name: row.get(name) for name in Territoire.__dataclass_fields__}
        values["parents"] = {k: v for k, v in (row.get("parents") or {}).items() if v}
        values["partiel"] = bool(row.get("partiel"))
        found.setdefault(row["niveau"], []).append(Territoire(**values))
    return {niveau: tuple(kept) for niveau, kept in found.items()}
