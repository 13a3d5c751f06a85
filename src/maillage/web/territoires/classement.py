"""Tables of indicators over a mesh: filter, sort, choose columns. The whole view is in the query."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from django.http import QueryDict

from maillage.atlas.lecture.chiffres import Colonne
from maillage.atlas.lecture.definitions import Definition, nom_de_type
from maillage.atlas.lecture.territoires import NIVEAUX, Territoire
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.noms import plier
from maillage.francais import plat
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.demande import read_float
from maillage.web.territoires import selection
from maillage.web.territoires.rangs import compute_rangs

COLONNES_MAXIMUM = 12
Rangee = tuple[Territoire, tuple[float | None, ...]]


@dataclass(frozen=True)
class Choix:
    """What a reader asked of the table. ``absents``: the columns asked for that the mesh does not hold."""

    niveau: str
    colonnes: tuple[str, ...]
    tri: str
    dans: str = ""
    nom: str = ""
    densite: str = ""
    seuil: str = ""
    au_moins: float | None = None
    au_plus: float | None = None
    absents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ligne:
    """One row: its place for access by the sorted column (null: see ``rangs``), territory, figures."""

    rang: int | None
    territoire: Territoire
    valeurs: tuple[float | None, ...]


@dataclass(frozen=True, eq=False)
class TableClassement:
    """The table a choice gives."""

    choix: Choix
    definitions: tuple[Definition, ...]
    lignes: list[Ligne] = field(default_factory=list)

    @property
    def classee(self) -> bool:
        """Whether the sorted column ranks anyone."""
        return any(ligne.rang for ligne in self.lignes)


def read_choix(query: QueryDict, atlas: AtlasOuvert) -> Choix:
    """The choice an address holds; what makes no sense there falls back to the default."""
    niveaux = atlas.niveaux()
    niveau = query.get("niveau", "commune")
    niveau = niveau if niveau in niveaux else niveaux[0]
    mesure, service = query.get("mesure", ""), query.get("service", "")
    wanted = [*query.getlist("c"), *([mesure.replace("{type}", service)] if mesure and service else [])]
    asked = [c for c in dict.fromkeys(wanted) if atlas.a(niveau, c)][:COLONNES_MAXIMUM]
    absent = tuple(c for c in dict.fromkeys(wanted) if not atlas.a(niveau, c))
    colonnes = tuple(asked or selection.reperes(atlas, niveau) or atlas.indicateurs(niveau)[:3])
    tri = query.get("tri", "")
    if tri.removeprefix("-") not in {"nom", "population", *colonnes}:
        tri = _default_order(atlas, colonnes)
    seuil = query.get("seuil", "")
    return Choix(
        niveau,
        colonnes,
        tri,
        query.get("dans", ""),
        query.get("nom", "").strip()[:100],
        query.get("densite", ""),
        seuil if seuil in colonnes else "",
        read_float(query.get("min")),
        read_float(query.get("max")),
        absent,
    )


def tell_absents(atlas: AtlasOuvert, choix: Choix) -> str:
    """What was asked of the table and is not there; empty when all is."""
    if not choix.absents:
        return ""
    names = [atlas.definition(c).nom if c in atlas.definitions else c[:80] for c in choix.absents]
    return f"Cet atlas n’a pas, par {NIVEAUX[choix.niveau]} : {', '.join(names)}."


def _default_order(atlas: AtlasOuvert, colonnes: tuple[str, ...]) -> str:
    """Worst first by the first column."""
    if not colonnes:
        return "nom"
    return colonnes[0] if atlas.definition(colonnes[0]).sens == "plus" else f"-{colonnes[0]}"


def list_dans(atlas: AtlasOuvert) -> list[Territoire]:
    """The territories one may restrict a table to."""
    return [*atlas.territoires("arrondissement"), *atlas.territoires("epci")]


def list_densites(atlas: AtlasOuvert) -> list[str]:
    """The density classes of the communes."""
    return sorted({str(t.densite_classe) for t in atlas.territoires("commune") if t.densite_classe})


def compute_table(atlas: AtlasOuvert, choix: Choix) -> TableClassement:
    """The rows a choice gives, sorted; unknown values last, territories cut by the border unranked."""
    columns = [atlas.colonne(choix.niveau, c) for c in choix.colonnes]
    kept = [t for t in atlas.territoires(choix.niveau) if _keeps(t, choix) and _within(t, choix, atlas)]
    rows = [(t, tuple(_value(column, t.code) for column in columns)) for t in kept]
    key = choix.tri.removeprefix("-")
    known = [row for row in rows if _sort_key(key, choix, row) is not None]
    unknown = [row for row in rows if _sort_key(key, choix, row) is None]
    known.sort(key=lambda row: _sort_key(key, choix, row), reverse=choix.tri.startswith("-"))  # type: ignore[arg-type,return-value]
    held = compute_rangs(atlas, choix.niveau, key).par_code if key in choix.colonnes else {}
    lines = [Ligne(held.get(row[0].code), *row) for row in (*known, *unknown)]
    return TableClassement(choix, tuple(column.definition for column in columns), lines)


def resumer(table: TableClassement) -> tuple[Definition, float, float, float] | None:
    """The sorted column, or the first: smallest, median and largest known value; null when none is."""
    key = table.choix.tri.removeprefix("-")
    column = table.choix.colonnes.index(key) if key in table.choix.colonnes else 0
    known = [line.valeurs[column] for line in table.lignes if column < len(line.valeurs)]
    values = [value for value in known if value is not None]
    if not values:
        return None
    return table.definitions[column], min(values), float(np.median(values)), max(values)


def _sort_key(key: str, choix: Choix, row: Rangee) -> str | float | None:
    if key == "nom":
        return plier(row[0].nom)
    return row[0].population if key == "population" else row[1][choix.colonnes.index(key)]


def _keeps(territoire: Territoire, choix: Choix) -> bool:
    if choix.dans and territoire.parents.get(choix.dans.partition(":")[0]) != choix.dans.partition(":")[2]:
        return False
    if choix.densite and territoire.densite_classe != choix.densite:
        return False
    return not choix.nom or plier(choix.nom) in plier(territoire.nom)


def _within(territoire: Territoire, choix: Choix, atlas: AtlasOuvert) -> bool:
    """Both bounds included; a territory whose value is unknown does not pass a bound."""
    if not choix.seuil or (choix.au_moins is None and choix.au_plus is None):
        return True
    value = _value(atlas.colonne(choix.niveau, choix.seuil), territoire.code)
    if value is None:
        return False
    return (choix.au_moins is None or value >= choix.au_moins) and (
        choix.au_plus is None or value <= choix.au_plus
    )


def _value(column: Colonne, code: str) -> float | None:
    row = column.rang.get(code)
    return None if row is None or np.isnan(column.valeurs[row]) else float(column.valeurs[row])


def entetes(table: TableClassement) -> list[str]:
    """Column headings of an export: each figure with its unit and vintage."""
    heads = ["niveau", "code", "nom", "population"]
    for d in table.definitions:
        detail = ", ".join(part for part in (d.unite, d.millesime) if part)
        name = plat(d.nom)
        heads += [f"{name} ({plat(detail)})" if detail else name, f"fiabilité : {name}"]
    return heads


def export(atlas: AtlasOuvert, table: TableClassement) -> list[list[str | float | None]]:
    """Rows of an export: values as the atlas holds them, each with its reliability."""
    columns = [atlas.colonne(table.choix.niveau, c) for c in table.choix.colonnes]
    rows: list[list[str | float | None]] = []
    for ligne in table.lignes:
        t = ligne.territoire
        row: list[str | float | None] = [NIVEAUX[t.niveau], t.code, t.nom, t.population]
        for value, column in zip(ligne.valeurs, columns, strict=True):
            row += [value, column.chiffre(t.code).fiabilite]
        rows.append(row)
    return rows


def list_rubriques(atlas: AtlasOuvert, choix: Choix) -> list[tuple[str, list[Definition]]]:
    """The columns one may tick, by family: those of the table first, then what is not about one service."""
    shown = [atlas.definition(c) for c in choix.colonnes]
    others = [d for d in atlas.generaux(choix.niveau) if d.id not in choix.colonnes]
    return [("Dans le tableau", shown), *list_familles(others)]


def list_familles(definitions: list[Definition]) -> list[tuple[str, list[Definition]]]:
    """Indicators by family, in words, in their own order."""
    families = list(dict.fromkeys(d.famille for d in definitions))
    return [(FAMILLES.get(f, f.capitalize()), [d for d in definitions if d.famille == f]) for f in families]


FAMILLES = {
    "besoins": "Besoins",
    "offre": "Offre",
    "panier": "Services du quotidien",
    "statistiques": "Statistiques publiées",
    "territoire": "Territoire",
    "durees": "Temps",
}


def list_mesures(atlas: AtlasOuvert, niveau: str) -> list[tuple[str, str]]:
    """What can be asked of a service: (measure, words)."""
    names = read_toml("portraits.toml")["mesures"]
    held = atlas.mesures(niveau)
    return [(key, names[key]) for key in names if key in held]


def list_services(atlas: AtlasOuvert, niveau: str) -> list[tuple[str, str]]:
    """The services one may ask about: (id, French name), in French order."""
    held = {service for each in atlas.mesures(niveau).values() for service in each}
    return sorted(((s, nom_de_type(s)) for s in held), key=lambda pair: plier(pair[1]))
