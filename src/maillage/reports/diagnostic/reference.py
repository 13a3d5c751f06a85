"""Our figures beside those a reference document prints: ours, theirs, the gap, and why."""

from __future__ import annotations

from typing import Any

import polars as pl

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.figures_de_reference import FigureDeReference, load_document
from maillage.francais import INSECABLE, avec_unite, fourchette, known, typeset
from maillage.reports.diagnostic.document import Cellule, Nombre, Section, Tableau
from maillage.reports.diagnostic.lecture import RIEN, Figure, Lecture

COLUMNS = ("Chiffre", "Document", "Maillage", "Écart", "Pourquoi", "Renvoi")


def make_section(lecture: Lecture) -> Section | None:
    """The comparison, for the département that the document is about; null for any other."""
    document = load_document()
    if lecture.departement != document.departement:
        return None
    rows = tuple(make_row(figure, lecture) for figure in document.figures)
    table = Tableau(
        "reference",
        "Chiffres du document de référence et de Maillage",
        COLUMNS,
        rows,
        "Écart : Maillage moins document. Un écart est dit et expliqué, jamais corrigé.",
        frozenset({1, 2, 3}),
    )
    text = (
        f"Le document de référence est le {document.titre} ({document.auteurs}). Chaque chiffre qu'il "
        "imprime sur l'offre et l'accès est recalculé ici quand les sources données le permettent."
    )
    return Section("reference", "Les chiffres du document de référence", (typeset(text),), tableaux=(table,))


def make_row(figure: FigureDeReference, lecture: Lecture) -> tuple[Cellule, ...]:
    """One figure of the document and ours."""
    ours = compute(figure.calcul, lecture) if figure.calcul else RIEN
    printed = show_printed(figure)
    place = f"{figure.section}, p.{INSECABLE}{figure.page}"
    if not known(ours.valeur):
        reason = typeset(f"non calculable avec ces sources : {figure.raison}")
        return (typeset(figure.libelle), printed, Nombre(None, "—"), Nombre(None, "—"), reason, place)
    gap = show_gap(figure, ours)
    why = "" if gap.valeur == 0 else typeset(figure.explication)
    return (typeset(figure.libelle), printed, show_ours(figure, ours), gap, why, place)


def show_printed(figure: FigureDeReference) -> Nombre:
    """The document's figure, or its interval."""
    if figure.valeur is not None:
        return Nombre(figure.valeur, show_value(figure.valeur, figure))
    unite = "part" if figure.unite == "part" else ""
    return Nombre(None, fourchette(figure.bas, figure.haut, unite, figure.decimales))


def show_value(value: float | None, figure: FigureDeReference) -> str:
    """A value without its unit, which the label names; a share as a percentage."""
    return avec_unite(value, "part" if figure.unite == "part" else "", figure.decimales)


def show_ours(figure: FigureDeReference, ours: Figure) -> Nombre:
    """Ours, with its interval where it has one."""
    text = show_value(ours.valeur, figure)
    if known(ours.bas) and known(ours.haut):
        unite = "part" if figure.unite == "part" else ""
        text = f"{text} ({fourchette(ours.bas, ours.haut, unite, figure.decimales)})"
    return Nombre(ours.valeur, text)


def show_gap(figure: FigureDeReference, ours: Figure) -> Nombre:
    """Ours less theirs, rounded as the document prints; from the nearest end of an interval, 0 inside."""
    assert ours.valeur is not None  # noqa: S101 - the caller has seen that it is known
    value = round(ours.valeur, figure.decimales)
    low, high = (figure.valeur, figure.valeur) if figure.valeur is not None else (figure.bas, figure.haut)
    assert low is not None  # noqa: S101 - a figure without value has an interval
    assert high is not None  # noqa: S101
    gap = round(value - min(max(value, low), high), 10)
    if figure.valeur is None and gap == 0:
        return Nombre(0.0, "dans la fourchette")
    if figure.unite == "part":
        points = avec_unite(gap * 100, "points", max(figure.decimales - 2, 0))
        return Nombre(gap, f"+{points}" if gap > 0 else points)
    text = avec_unite(gap, "", figure.decimales)
    return Nombre(gap, f"+{text}" if gap > 0 else text)


def compute(calcul: dict[str, Any], lecture: Lecture) -> Figure:
    """What the atlas answers to one ``calcul`` of the catalogue."""
    if "champ" in calcul:
        return read_field(calcul, lecture)
    if "lieux" in calcul:
        return count_places(calcul, lecture)
    if "zones" in calcul:
        zones = lecture.territoires("zone").filter(pl.col("code").str.starts_with(calcul["zones"]))
        return Figure(float(zones.height)) if zones.height else RIEN
    found = lecture.figure(
        calcul.get("niveau", "departement"), calcul.get("code", lecture.departement), calcul["indicateur"]
    )
    factor = lecture.of_departement(calcul["fois"]).valeur if "fois" in calcul else 1.0
    if found.valeur is None or factor is None:
        return RIEN
    return found if factor == 1.0 else Figure(found.valeur * factor, fiabilite=found.fiabilite)


def read_field(calcul: dict[str, Any], lecture: Lecture) -> Figure:
    """A column of ``territoires`` (or the indicator of that name), over another when ``par`` says so."""
    value = read_one(calcul["champ"], lecture)
    if value is None or "par" not in calcul:
        return Figure(value)
    by = read_one(calcul["par"], lecture)
    return Figure(value / by) if by else RIEN


def read_one(name: str, lecture: Lecture) -> float | None:
    """A column of the département's row, else its indicator of that name."""
    rows = lecture.territoires("departement")
    if name in rows.columns and rows.height and rows[name][0] is not None:
        return float(rows[name][0])
    return lecture.of_departement(name).valeur


def count_places(calcul: dict[str, Any], lecture: Lecture) -> Figure:
    """Facilities of one type in the département; null when the atlas knows none anywhere."""
    try:
        places = lecture.atlas.implantations()
    except EntreeInvalide:
        return RIEN
    of_type = places.filter(pl.col("type") == calcul["lieux"])
    if not of_type.height:
        return RIEN
    inside = of_type.filter(pl.col("code_insee").is_in(lecture.territoires("commune")["code"].to_list()))
    if calcul.get("itinerant"):
        inside = inside.filter(pl.col("itinerant").fill_null(value=False))
    return Figure(float(inside["effectif"].sum()))
