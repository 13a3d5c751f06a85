"""What a build may choose; everything else is data or method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.paniers import list_baskets
from maillage.diagnostic.profil import default_profil, load_profils, make_profil, read_profil
from maillage.francais import refus

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
    whether to make map tiles. ``profil``: the rule of deficit (``catalogue/profils_deficit/``), null
    for that of the département or the neutral one, which :meth:`settle` names; with ``regle``, the
    département's own rule of that name, kept whole so that an atlas says by what it judged.
    """

    convention: str = "reparti"
    panier: str = "quotidien"
    relief: str = "tout"
    tuiles: bool = True
    profil: str | None = None
    regle: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        check_choice("Convention", self.convention, CONVENTIONS)
        check_choice("Panier", self.panier, list_baskets())
        check_choice("Relief", self.relief, RELIEFS)
        if self.regle is not None:
            make_profil(self.profil or "", self.regle)
        elif self.profil is not None:
            check_choice("Profil de déficit", self.profil, load_profils())

    def settle(self, departement: str, *, transports: bool = False) -> Parametres:
        """The same choices, with the rule of the département when none was asked for."""
        default = default_profil(departement, transports=transports)
        return self if self.profil else replace(self, profil=default.id)

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


def open_profil(asked: str | None) -> dict[str, Any]:
    """The parameters ``profil`` and ``regle`` of what was asked: nothing, a name of the catalogue, or a file.

    Raises:
        EntreeInvalide: the file cannot be read, does not hold one rule, or every fault of its rule.
    """
    if asked is None:
        return {}
    path = Path(asked)
    if path.suffix != ".toml" and not path.exists():
        return {"profil": asked}
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EntreeInvalide(f"Le profil {path.name} ne peut être lu : {refus(error)}.") from error
    name, rule = read_profil(text, path.name)
    return {"profil": name, "regle": rule}
