"""Territories in deficit under the profile of the atlas, with how firmly the rule holds them."""

from __future__ import annotations

import polars as pl

from maillage.diagnostic.profil import load_profils
from maillage.francais import accord, avec_unite, nombre, typeset
from maillage.reports.diagnostic.document import VIDE, Cellule, Nombre, Section, Tableau
from maillage.reports.diagnostic.lecture import Lecture

MESHES = {
    "arrondissement": "Arrondissements",
    "epci": "Intercommunalités",
    "bassin_vie": "Bassins de vie",
    "commune": "Communes",
}
COLUMNS = ("Territoire", "Rang", "Robustesse", "Stabilité", "Type", "Pourquoi")
MOST_NAMES = 12


def make_section(lecture: Lecture) -> Section | None:
    """One table per mesh; null when the atlas judged none."""
    if not lecture.atlas.has("deficits"):
        return None
    judged = lecture.atlas.deficits()
    tables = tuple(t for niveau in MESHES if (t := make_table(lecture, judged, niveau)) is not None)
    if not tables:
        return None
    names = [str(name) for name in judged["profil"].unique().sort()]
    profiles = ", ".join(load_profils()[name].nom if name in load_profils() else name for name in names)
    text = (
        f"Une règle écrite, que le département peut changer : {profiles}. La robustesse est la part des "
        "variantes plausibles où le territoire est dans la liste : poids, seuils à 10 % près, chiffres dans "
        "leur intervalle, chiffres secrets tirés parmi les connus. Un territoire près de la limite du "
        "département n'a pas de rang."
    )
    return Section("deficits", "Les territoires en déficit", (typeset(text),), tableaux=tables)


def make_table(lecture: Lecture, judged: pl.DataFrame, niveau: str) -> Tableau | None:
    """The territories of one mesh in deficit, the ranked ones first."""
    here = judged.filter(pl.col("niveau") == niveau)
    found = here.filter("en_deficit")
    if not found.height:
        return None
    names = lecture.territoires(niveau).select("code", nom_du_lieu="nom")
    why = "motifs" if "motifs" in found.columns else "raisons"
    rows = found.join(names, on="code", how="left", maintain_order="left")
    rows = rows.sort("rang", "robustesse", "code", descending=[False, True, False], nulls_last=True)
    lines = tuple(make_row(row, why) for row in rows.to_dicts())
    titre = f"{MESHES[niveau]} : {nombre(found.height)} en déficit sur {accord(here.height, 'territoire')}"
    return Tableau(
        f"deficits-{niveau}",
        typeset(titre),
        COLUMNS,
        lines,
        typeset(name_clusters(here)),
        frozenset({1, 2}),
        annexe=niveau in {"bassin_vie", "commune"},
    )


def name_clusters(here: pl.DataFrame) -> str:
    """The local clusters of worse off territories (LISA, HH), in a sentence; empty when there is none."""
    if "amas" not in here.columns:
        return ""
    names = here.filter(pl.col("amas") == "HH").sort("nom")["nom"].to_list()
    if not names:
        return ""
    more = f" et {nombre(len(names) - MOST_NAMES)} autres" if len(names) > MOST_NAMES else ""
    shown = ", ".join(names[:MOST_NAMES]) + more
    return f"Entourés de voisins aussi en difficulté, plus que le hasard ne l'explique (amas LISA) : {shown}."


def make_row(row: dict[str, object], why: str) -> tuple[Cellule, ...]:
    """One territory."""
    rang, robustesse = row["rang"], row["robustesse"]
    reasons = row[why] or []
    assert isinstance(reasons, list)  # noqa: S101 - a list of texts by the atlas's contract
    return (
        str(row["nom_du_lieu"] or row["code"]),
        Nombre.entier(float(rang)) if isinstance(rang, int) else Nombre(None, "près de la limite"),
        Nombre(robustesse, avec_unite(robustesse, "part", 2)) if isinstance(robustesse, float) else VIDE,
        str(row["stabilite"] or ""),
        typeset(str(row["typologie"] or "")),
        typeset(" ; ".join(str(reason).rstrip(".") for reason in reasons)),
    )
