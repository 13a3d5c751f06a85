"""Who is left behind, and where: groups against everybody, where the far live, measures of equity."""

from __future__ import annotations

import polars as pl

from maillage.francais import avec_unite, known, nombre, typeset
from maillage.reports.diagnostic.document import Cellule, Nombre, Section, Tableau
from maillage.reports.diagnostic.lecture import Lecture
from maillage.reports.diagnostic.sections import BASKET, BEYOND, flow, show

DEPTH = "profondeur_panier"
GROUPES = {
    "plus_65": "65 ans ou plus",
    "moins_15": "Moins de 15 ans",
    "jeunes_enfants": "Familles avec un jeune enfant",
    "pauvres": "Habitants sous le seuil de pauvreté",
    "rsa": "Personnes couvertes par le RSA",
    "sans_voiture": "Ménages sans voiture",
    "qpv": "Quartiers prioritaires",
}
COLUMNS = ("Groupe", "Temps moyen", "Écart aux habitants", "À plus de 7 min", "Profondeur", "Couverture")
PLACES = (
    "Intercommunalité",
    "Habitants éloignés",
    "Part des éloignés",
    "Part du territoire",
    "Gini",
    "Palma",
)
FAR = "eloignes_panier"
FAR_NOTE = (
    "Nombre attendu d'habitants, sous l'erreur des temps ; part des éloignés du département ; part des "
    "habitants du territoire."
)
MEASURES = {
    "gini_panier": "Gini {} (0 : tous à la même distance)",
    "palma_panier": "Palma {} (0,25 : tous à la même distance)",
    "concentration_panier": (
        "concentration selon le revenu {} (négative si l'éloignement pèse sur les communes pauvres)"
    ),
}
TEXT = """Le temps moyen vers les services du quotidien, groupe par groupe, et l'écart à tous les habitants (à
ceux des mêmes communes, quand le groupe n'est connu que par commune). La profondeur est le
dépassement moyen des 7 minutes, en part de ces 7 minutes : elle dit non seulement combien sont
loin, mais de combien (indices de Foster, Greer et Thorbecke)."""


def make_section(lecture: Lecture) -> Section | None:
    """Groups, then places; null when the atlas knows no group."""
    tables = tuple(table for table in (list_groups(lecture), list_places(lecture)) if table.lignes)
    if not tables:
        return None
    texts = (flow(TEXT), *([typeset(measures)] if (measures := say_measures(lecture)) else []))
    return Section("equite", "Qui est laissé de côté, et où", texts, tableaux=tables)


def say_measures(lecture: Lecture) -> str:
    """How remoteness is shared in the département, in one sentence; empty when nothing is known."""
    said = [
        text.format(nombre(value, 2))
        for name, text in MEASURES.items()
        if known(value := lecture.of_departement(name).valeur)
    ]
    return f"Dans le département : {' ; '.join(said)}." if said else ""


def list_groups(lecture: Lecture) -> Tableau:
    """Everybody, then each group that the atlas knows."""
    rows = [make_group(lecture, "Tous les habitants", "")]
    rows += [make_group(lecture, nom, f"_{name}") for name, nom in GROUPES.items()]
    note = (
        "Entre parenthèses : intervalle à 90 %. Couverture : part des habitants qui vivent là où le groupe "
        "est connu ; sous 95 %, seul l'écart dans les mêmes communes est donné."
    )
    kept = tuple(row for row in rows if any(is_known(cell) for cell in row[1:3]))
    return Tableau(
        "equite-groupes",
        typeset("L'accès aux services du quotidien, groupe par groupe"),
        COLUMNS,
        kept if len(kept) > 1 else (),
        typeset(note),
        frozenset(range(1, len(COLUMNS))),
    )


def is_known(cell: Cellule) -> bool:
    """Whether a cell holds a figure."""
    return isinstance(cell, Nombre) and known(cell.valeur)


def make_group(lecture: Lecture, nom: str, suffix: str) -> tuple[Cellule, ...]:
    """One group's row; ``suffix`` is empty for everybody."""
    time = lecture.of_departement(f"duree_panier{suffix}" if suffix else BASKET)
    gap = lecture.of_departement(f"ecart_panier{suffix}")
    beyond = lecture.of_departement(f"{BEYOND}{suffix}")
    depth = lecture.of_departement(f"{DEPTH}{suffix}")
    covered = time.couverture if known(time.valeur) else gap.couverture
    seconds = None if gap.valeur is None else f"{nombre(gap.valeur)} s"
    return (
        typeset(nom),
        show(time, "s", 1),
        Nombre(gap.valeur, typeset(seconds) if seconds else "–"),
        show(beyond, "part", 3),
        Nombre(depth.valeur, nombre(depth.valeur, 3)),
        Nombre(covered, avec_unite(covered, "part", 2)),
    )


def list_places(lecture: Lecture) -> Tableau:
    """Intercommunalités by the number of their people who are far, the most first."""
    rows = lecture.listing("epci", FAR, BEYOND, "gini_panier", "palma_panier")
    rows = rows.filter(pl.col(FAR).is_not_null()).sort(FAR, "code", descending=[True, False])
    whole = float(rows[FAR].sum() or 0)
    lines: tuple[tuple[Cellule, ...], ...] = tuple(
        (
            str(row["nom"]),
            Nombre(row[FAR], nombre(row[FAR])),
            Nombre(
                row[FAR] / whole if whole else None,
                avec_unite(row[FAR] / whole if whole else None, "part", 2),
            ),
            Nombre(row[BEYOND], avec_unite(row[BEYOND], "part", 3)),
            *(Nombre(row[name], nombre(row[name], 2)) for name in ("gini_panier", "palma_panier")),
        )
        for row in rows.to_dicts()
    )
    return Tableau(
        "equite-lieux",
        typeset("Où vivent ceux qui sont à plus de 7 minutes"),
        PLACES,
        lines,
        typeset(FAR_NOTE),
        frozenset(range(1, len(PLACES))),
    )
