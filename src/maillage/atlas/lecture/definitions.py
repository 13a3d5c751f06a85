"""An indicator as pages speak of it: one row of the atlas's index, times in minutes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maillage.catalogue.indicateurs import load_dimensions
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.services_disparus import explain_former
from maillage.catalogue.types_service import list_types
from maillage.diagnostic.millesimes import is_old
from maillage.francais import typeset

SECONDES_PAR_MINUTE = 60


@dataclass(frozen=True)
class Definition:
    """Name, unit and meaning of one indicator. ``sens``: whether plus or moins is better, or neutre.

    ``entree`` is the catalogue's entry (``duree_{type}``) this indicator is an instance of; ``facteur``
    multiplies what the atlas holds into ``unite`` (people read minutes, the atlas holds seconds). For an
    indicator of one service, ``mesure`` is its id with ``{type}`` for the service (``duree_{type}``).
    ``ancien``: its vintage must stand beside it, being too far from the newest population.
    """

    id: str
    nom: str
    entree: str = ""
    unite: str = ""
    sens: str = "neutre"
    dimension: str | None = None
    arrondi: int = 0
    millesime: str = ""
    sources: tuple[str, ...] = ()
    confirme: bool = True
    facteur: float = 1.0
    famille: str = ""
    mesure: str = ""
    service: str = ""
    ancien: bool = False

    @property
    def annee(self) -> str:
        """The years to write beside its figures; empty when they are recent.

        >>> old = Definition("a", "A", millesime="2013-2024", ancien=True)
        >>> old.annee, Definition("a", "A", millesime="2024").annee
        ('2013-2024', '')
        """
        return self.millesime if self.ancien else ""

    @property
    def nom_date(self) -> str:
        """The name, with its years when they are old."""
        return f"{self.nom} ({self.annee})" if self.annee else self.nom

    @property
    def ancien_nom(self) -> str:
        """What its service was called before, with the date; empty when it always had its name."""
        return typeset(explain_former(self.service))

    @property
    def est_duree(self) -> bool:
        """Whether it is the time to one type of service."""
        return self.entree == "duree_{type}"

    @property
    def objet(self) -> str:
        """What the indicator is about: « Pharmacie » for « Durée d'accès : Pharmacie ».

        >>> Definition("duree_poste", "Durée d'accès : Poste").objet
        'Poste'
        """
        return self.nom.rpartition(": ")[2]

    @property
    def court(self) -> str:
        """The name where room is short: a column heading."""
        written = read_toml("portraits.toml")["courts"].get(self.id)
        return str(written) if written else self.objet if self.est_duree else self.nom

    @property
    def nom_dimension(self) -> str:
        """The dimension in words; empty without one."""
        return load_dimensions().get(self.dimension or "", "")


def read_definition(row: Mapping[str, Any], population: str = "") -> Definition:
    """One row of the index; ``population``: the vintage of the newest one."""
    seconds = row["unite"] == "s"
    service = _service(row["entree"], row["indicateur"])
    return Definition(
        id=row["indicateur"],
        nom=typeset(row["nom"]),
        entree=row["entree"],
        unite="min" if seconds else typeset(row["unite"]),
        sens=read_toml("portraits.toml")["sens"].get(row["indicateur"], row["sens"]),
        dimension=row["dimension"],
        arrondi=0 if seconds else row["arrondi"],
        millesime=row["millesime"] or "",
        sources=tuple(row["sources"] or ()),
        confirme=bool(row["confirme"]),
        facteur=1 / SECONDES_PAR_MINUTE if seconds else 1.0,
        famille=row["famille"],
        mesure=row["indicateur"].replace(service, "{type}", 1) if service else "",
        service=service,
        ancien=is_old(row["millesime"], population),
    )


def _service(entree: str, indicateur: str) -> str:
    """The service an indicator is about, read off its template.

    >>> _service("part_{type}_plus_{m}min", "part_poste_plus_7min"), _service("densite", "densite")
    ('poste', '')
    """
    if "{type}" not in entree:
        return ""
    pattern = re.escape(entree).replace(r"\{type\}", "(.+)").replace(r"\{m\}", r"\d+")
    found = re.fullmatch(pattern, indicateur)
    return found.group(1) if found else ""


def unknown(indicateur: str) -> Definition:
    """What to call an indicator this atlas does not hold."""
    return Definition(indicateur, indicateur.replace("_", " "))


def nom_de_type(type_service: str) -> str:
    """The French name of a type of service; its id when the catalogue does not know it."""
    found = list_types().get(type_service)
    return found.libelle if found else type_service.replace("_", " ")
