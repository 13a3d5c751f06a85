"""The methods and the indices in plain words, with their value here and where the application tells more."""

from __future__ import annotations

from typing import Any

from maillage.atlas.export import find_method_page
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.lecture import read_toml
from maillage.francais import known, nombre, typeset
from maillage.reports.diagnostic.document import Section
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

COLUMNS = ("Mot", "Ce qu’il veut dire, et sa page dans l’application", "Département")
LISTE = "/methodes/"
TEXT = (
    "Le rapport n'emploie que ces mots de méthode. La formule, un exemple calculé à la main, les limites et "
    "les sources de chacun sont dans l'application, à l'adresse indiquée."
)


def make_section(lecteur: Lecteur) -> Section:
    """One row per word of the catalogue."""
    rows = tuple(make_row(lecteur, entry) for entry in read_toml("indices.toml")["indice"])
    table = Tableau("Les mots de la méthode", COLUMNS, rows, id="indices", numeriques=frozenset({2}))
    return Section(
        "indices", "Les méthodes et les indices, en mots simples", (typeset(TEXT),), tableaux=(table,)
    )


def make_row(lecteur: Lecteur, entry: dict[str, Any]) -> tuple[Cellule, ...]:
    """One word; without value where it has none, « non renseigné » where the atlas does not know it."""
    name = entry["indicateur"]
    figure = lecteur.reference(name)
    bare = figure.definition.unite in {"", "indice"}
    value = Nombre(figure.valeur, nombre(figure.valeur, 2)) if bare else Nombre.de(figure)
    here: Cellule = value if name and known(figure.valeur) else "" if not name else Nombre(None, nombre(None))
    page = find_method_page(entry["page"]) if entry["page"] else LISTE
    return (typeset(entry["nom"]), f"{typeset(entry['mots'])} {page}", here)
