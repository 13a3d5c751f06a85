"""The département beside larger territories, and what is known beyond its border."""

from __future__ import annotations

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.references import Reference
from maillage.catalogue.lecture import read_toml
from maillage.francais import avec_unite, typeset
from maillage.reports.diagnostic.document import Section
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

SCALES = ("region", "type_densite", "france")
COLUMNS = ("Indicateur", "Département", "Région", "Même densité", "France", "Source")


def make_section(lecteur: Lecteur) -> Section | None:
    """One table of the figures that national files give elsewhere too; null when none does."""
    rows = tuple(row for name in lecteur.indicateurs("departement") if (row := make_row(lecteur, name)))
    if not rows:
        return None
    text = typeset(
        "Ce que les fichiers nationaux donnent pour des territoires plus grands. Un fichier qui ne couvre "
        "que le département ne donne rien ici : le fichier national le donnerait."
    )
    columns = Tableau("Ailleurs", COLUMNS, rows, id="references", numeriques=frozenset({1, 2, 3, 4}))
    return Section("ailleurs", "Et ailleurs ?", (text, *tell_border(lecteur)), tableaux=(columns,))


def make_row(lecteur: Lecteur, name: str) -> tuple[Cellule, ...]:
    """One indicator; empty when nothing is known elsewhere, or for a bare count."""
    known = {r.echelle: r for r in lecteur.references(name) if r.valeur is not None and r.echelle in SCALES}
    if not known or name.startswith("nombre_"):
        return ()
    here, first = lecteur.reference(name), next(iter(known.values()))
    cells = (write(lecteur, name, known.get(scale)) for scale in SCALES)
    source = f"{lecteur.nom_source(first.source)} ({first.millesime})"
    return (here.definition.nom, Nombre.de(here), *cells, typeset(source))


def write(lecteur: Lecteur, name: str, reference: Reference | None) -> Nombre:
    """A figure of elsewhere, in the unit of the indicator; « non renseigné » when it is not known."""
    d, value = lecteur.definition(name), reference.valeur if reference else None
    return Nombre(value, avec_unite(value, d.unite, d.arrondi))


def tell_border(lecteur: Lecteur) -> tuple[str, ...]:
    """What is known beyond the border, for the services that portraits put first."""
    here, services = lecteur.departement, read_toml("portraits.toml")["services"]
    return lecteur.explain_border(here, services) if here else ()
