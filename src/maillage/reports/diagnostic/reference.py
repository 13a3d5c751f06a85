"""Our figures beside those a reference document prints: ours, theirs, the gap, and why."""

from __future__ import annotations

from typing import Any

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import unknown
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.figures_de_reference import FigureDeReference, load_document
from maillage.francais import INSECABLE, avec_unite, fourchette, known, typeset
from maillage.reports.diagnostic.document import Section
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

CALCUL = unknown("calcul")
RIEN = Chiffre(CALCUL, None)
COLUMNS = ("Chiffre", "Document", "Maillage", "Écart", "Pourquoi", "Renvoi")


def make_section(lecteur: Lecteur) -> Section | None:
    """The comparison, for the département that the document is about; null for any other."""
    document = load_document()
    if lecteur.code_departement != document.departement:
        return None
    rows = tuple(make_row(figure, lecteur) for figure in document.figures)
    table = Tableau(
        "Chiffres du document de référence et de Maillage",
        COLUMNS,
        rows,
        id="reference",
        note="Écart : Maillage moins document. Un écart est dit et expliqué, jamais corrigé.",
        numeriques=frozenset({1, 2, 3}),
    )
    text = (
        f"Le document de référence est le {document.titre} ({document.auteurs}). Chaque chiffre qu'il "
        "imprime sur l'offre et l'accès est recalculé ici quand les sources données le permettent."
    )
    return Section("reference", "Les chiffres du document de référence", (typeset(text),), tableaux=(table,))


def make_row(figure: FigureDeReference, lecteur: Lecteur) -> tuple[Cellule, ...]:
    """One figure of the document and ours."""
    ours = compute(figure.calcul, lecteur) if figure.calcul else RIEN
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


def show_ours(figure: FigureDeReference, ours: Chiffre) -> Nombre:
    """Ours, with its interval where it has one."""
    text = show_value(ours.valeur, figure)
    if known(ours.bas) and known(ours.haut):
        unite = "part" if figure.unite == "part" else ""
        text = f"{text} ({fourchette(ours.bas, ours.haut, unite, figure.decimales)})"
    return Nombre(ours.valeur, text)


def show_gap(figure: FigureDeReference, ours: Chiffre) -> Nombre:
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


def compute(calcul: dict[str, Any], lecteur: Lecteur) -> Chiffre:
    """What the atlas answers to one ``calcul`` of the catalogue."""
    if "champ" in calcul:
        return read_field(calcul, lecteur)
    if "lieux" in calcul:
        return count_places(calcul, lecteur)
    if "zones" in calcul:
        zones = sum(zone.code.startswith(calcul["zones"]) for zone in lecteur.territoires("zone"))
        return Chiffre(CALCUL, float(zones)) if zones else RIEN
    place = calcul.get("niveau", "departement"), calcul.get("code", lecteur.code_departement)
    found = lecteur.chiffre(*place, calcul["indicateur"])
    factor = lecteur.reference(calcul["fois"]).valeur if "fois" in calcul else 1.0
    if found.valeur is None or factor is None:
        return RIEN
    return found if factor == 1.0 else Chiffre(CALCUL, found.valeur * factor, found.fiabilite)


def read_field(calcul: dict[str, Any], lecteur: Lecteur) -> Chiffre:
    """A column of ``territoires`` (or the indicator of that name), over another when ``par`` says so."""
    value = read_one(calcul["champ"], lecteur)
    if value is None or "par" not in calcul:
        return Chiffre(CALCUL, value)
    by = read_one(calcul["par"], lecteur)
    return Chiffre(CALCUL, value / by) if by else RIEN


def read_one(name: str, lecteur: Lecteur) -> float | None:
    """What the row of the département says, else its indicator of that name."""
    said = getattr(lecteur.departement, name, None)
    return lecteur.reference(name).valeur if said is None else float(said)


def count_places(calcul: dict[str, Any], lecteur: Lecteur) -> Chiffre:
    """Facilities of one type in the département; null when the atlas knows none anywhere."""
    of_type = lecteur.implantations(calcul["lieux"])
    if not of_type:
        return RIEN
    here = {commune.code for commune in lecteur.territoires("commune")}
    inside = [place for place in of_type if place.code_insee in here]
    if calcul.get("itinerant"):
        inside = [place for place in inside if place.itinerant]
    return Chiffre(CALCUL, float(sum(place.effectif for place in inside)))
