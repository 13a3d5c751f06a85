"""What a build may choose; everything else is data or method."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.paniers import list_baskets
from maillage.diagnostic.profil import default_profil, load_profils

CONVENTIONS: Final = {
    "reparti": "services répartis selon les habitants de la commune",
    "mairie": "services à la mairie",
}
RELIEFS: Final = ("plaine", "tout")


@dataclass(frozen=True)
class Parametres:
    """Choices of a build, kept in the manifest.

    ``convention``: where services known by commune only are placed (docs/adr/0031). ``panier``: the basket of
    daily services (``catalogue/paniers.toml``). ``relief``: which errors estimated times carry. ``tuiles``:
    whether to make map tiles. ``profil``: the rule of deficit (``catalogue/profils_deficit.toml``).
    """

    convention: str = "reparti"
    panier: str = "quotidien"
    relief: str = "tout"
    tuiles: bool = True
    profil: str = field(default_factory=lambda: default_profil().id)

    def __post_init__(self) -> None:
        check_choice("Convention", self.convention, CONVENTIONS)
        check_choice("Panier", self.panier, list_baskets())
        check_choice("Relief", self.relief, RELIEFS)
        check_choice("Profil de déficit", self.profil, load_profils())

    def as_dict(self) -> dict[str, Any]:
        """The parameters by name."""
        return asdict(self)


def check_choice(what: str, value: str, known: Any) -> None:
    """Refuse a value that is not among ``known``."""
    if value not in known:
        raise EntreeInvalide(f"{what} « {value} » inconnu (possibles : {', '.join(known)}).")


def default_relief(departement: str) -> str:
    """``plaine`` for the départements of the catalogue's list, else ``tout``."""
    return "plaine" if departement in read_toml("relief.toml")["plaine"] else "tout"
