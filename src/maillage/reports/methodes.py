"""One page per indicator, written from the catalogue: French, formula, worked example, limits, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import typst

from maillage.atlas.construction.ecriture import new_folders, write_file
from maillage.catalogue.indicateurs import Indicateur, load_dimensions, load_indicateurs
from maillage.catalogue.lecture import read_toml

SENS = {
    "plus": "plus c'est grand, meilleur est l'accès",
    "moins": "plus c'est petit, meilleur est l'accès",
    "neutre": "ni mieux ni moins bien : un contexte",
}
NIVEAUX = {
    "carreau": "au carreau, puis porté aux communes et aux territoires",
    "commune": "à la commune, puis porté aux territoires",
    "territoire": "à chaque maille",
}
AGREGATIONS = {
    "moyenne": "moyenne pondérée par les habitants (« {groupe} »)",
    "part": "part des habitants (« {groupe} »)",
    "somme": "somme",
    "gini": "indice de Gini entre les habitants (« {groupe} »)",
    "palma": "indice de Palma entre les habitants (« {groupe} »)",
    "ecart": "moyenne pondérée par ce groupe (« {groupe} ») moins celle de tous les habitants",
    "concentration": "indice de concentration entre les habitants (« {groupe} »), rangés par leur commune",
}
FAMILLES = "methodes.toml"
ENTETE = (
    "Une page par indicateur, écrite à partir du catalogue (`make docs`). "
    "Les méthodes marquées ◌ ne sont pas vérifiées à leur source primaire."
)


def typeset(formule: str) -> bytes:
    """A formula (typst math) as an SVG image, sized to it."""
    page = "#set page(width: auto, height: auto, margin: 4pt)\n#set text(size: 13pt)\n"
    return bytes(typst.compile(f"{page}$ {formule} $".encode(), format="svg"))


def name_page(entry_id: str) -> str:
    """A file name for an indicator: its id without braces.

    >>> name_page("part_{type}_plus_{m}min")
    'part_type_plus_m_min'
    """
    return entry_id.replace("{m}min", "m_min").replace("{", "").replace("}", "")


def make_page(entry: Indicateur) -> str:
    """The page of one indicator, in Markdown."""
    name = name_page(entry.id)
    dimension = load_dimensions().get(entry.dimension or "", "aucune : un contexte")
    carried = AGREGATIONS[entry.agregation].format(groupe=entry.groupe)
    computed = NIVEAUX[entry.niveau]
    rows = [
        ("Unité", entry.unite),
        ("Lecture", SENS[entry.sens]),
        ("Dimension de l'accessibilité", dimension),
        ("Calculé", computed + ("" if entry.niveau == "territoire" else f" : {carried}")),
        ("Décimales montrées", str(entry.arrondi)),
        ("Méthode vérifiée à la source primaire", "oui" if entry.confirme else "**non, à confirmer**"),
    ]
    parts = [
        f"# {fill_braces(entry.nom)}",
        entry.definition,
        "## Formule",
        f"![Formule de l'indicateur {name}, écrite ci-dessous](formules/{name}.svg)",
        f"En clair (notation typst) : `{entry.formule}`",
        "## Exemple calculé à la main",
        entry.exemple.texte,
        make_example(entry),
        "## Comment le lire",
        make_table(rows),
        "## Limites",
        entry.limites,
        "## Sources",
        "\n".join(f"- {source}" for source in entry.sources),
        f"*Identifiant : `{entry.id}`. Page écrite à partir du catalogue ; ne pas la modifier à la main.*",
    ]
    return "\n\n".join(parts) + "\n"


def make_example(entry: Indicateur) -> str:
    """The inputs and the result of the worked example."""
    inputs = ", ".join(f"`{name}` = {write_value(value)}" for name, value in entry.exemple.entrees.items())
    result = write_value(entry.exemple.resultat)
    return f"{inputs} → {result}. Cet exemple est rejoué à chaque vérification du logiciel."


def write_value(value: object) -> str:
    """A number or a list as French readers write it.

    >>> write_value([0.2, float("nan")]), write_value([[300, "nan"]]), write_value(7)
    ('0,2 ; inconnu', '(300 ; inconnu)', '7')
    """
    if isinstance(value, list):
        inner = [f"({write_value(item)})" if isinstance(item, list) else write_value(item) for item in value]
        return " ; ".join(inner)
    return "inconnu" if str(value) == "nan" else str(value).replace(".", ",")


def fill_braces(nom: str) -> str:
    """The name of a template, with words in place of its variables.

    >>> fill_braces("Habitants à plus de {m} min : {type}")
    'Habitants à plus de … min : (type de service)'
    """
    words = {"{type}": "(type de service)", "{m}": "…", "{convention}": "(convention)"}
    words |= {"{statistique}": "Statistique communale publiée", "{profession}": "(profession)"}
    words |= {"{horaire}": "(type de lieu)", "{soin}": "(profession)"}
    words |= {"{mode}": "(mode)", "{groupe}": "(groupe)"}
    for variable, word in words.items():
        nom = nom.replace(variable, word)
    return nom


def make_table(rows: Iterable[tuple[str, str]]) -> str:
    """Two columns in Markdown."""
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def make_index(entries: Mapping[str, Indicateur]) -> str:
    """The list of pages by family, then the methods that are not indicators."""
    lines = [
        "# Méthodes",
        ENTETE,
    ]
    for famille in dict.fromkeys(entry.famille for entry in entries.values()):
        lines.append(f"## {read_toml(FAMILLES)['familles'].get(famille, famille)}")
        lines.append(
            "\n".join(
                f"- [{fill_braces(entry.nom)}]({name_page(entry.id)}.md){'' if entry.confirme else ' ◌'}"
                for entry in entries.values()
                if entry.famille == famille
            )
        )
    lines.append("## Méthodes")
    lines.append(
        "\n".join(f"- [{m['nom']}]({name}.md)" for name, m in read_toml(FAMILLES)["methodes"].items())
    )
    return "\n\n".join(lines) + "\n"


def make_method_page(name: str, method: Mapping[str, str]) -> str:
    """The page of a method that is not an indicator."""
    parts = [
        f"# {method['nom']}",
        method["texte"].strip(),
        "## Formule",
        f"![Formule : {method['nom']}](formules/{name}.svg)",
        f"En clair (notation typst) : `{method['formule']}`",
        "## Exemple calculé à la main",
        method["exemple"].strip(),
        "## Limites",
        method["limites"].strip(),
        "## Sources",
        "\n".join(f"- {source}" for source in method["sources"]),
    ]
    return "\n\n".join(parts) + "\n"


def make_pages() -> dict[str, bytes]:
    """Every file of the folder, by name."""
    entries = load_indicateurs()
    files = {"index.md": make_index(entries).encode()}
    for entry in entries.values():
        files[f"{name_page(entry.id)}.md"] = make_page(entry).encode()
        files[f"formules/{name_page(entry.id)}.svg"] = typeset(entry.formule)
    for name, method in read_toml(FAMILLES)["methodes"].items():
        files[f"{name}.md"] = make_method_page(name, method).encode()
        files[f"formules/{name}.svg"] = typeset(method["formule"])
    return files


def write_pages(folder: Path) -> list[Path]:
    """Write every page into ``folder``; pages of indicators that are gone are removed, others left alone."""
    with new_folders(folder / "formules"):
        files = make_pages()
        for name, content in files.items():
            write_file(folder / name, content)
    stale = [path for path in (folder / "formules").glob("*.svg") if f"formules/{path.name}" not in files]
    for formula in stale:
        formula.unlink()
        (folder / f"{formula.stem}.md").unlink(missing_ok=True)
    return sorted(folder / name for name in files)
