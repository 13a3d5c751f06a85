"""Our figures beside the document's: gaps by hand, reasons, nothing forgotten."""

from dataclasses import replace

import polars as pl
import pytest

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import unknown
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.figures_de_reference import FigureDeReference, load_document
from maillage.reports.diagnostic.reference import compute, make_row, make_section, show_gap

# What the mission lists of the document's own figures.
PRINTED = {
    2611293, 454.7, 106.5, 0.93, 0.818, 0.635, 70260, 269, 271, 336, 94, 52, 9, 6, 12, 118, 326500,
}  # fmt: skip


def figure(**kwargs: object) -> FigureDeReference:
    return FigureDeReference("x", "X", str(kwargs.pop("unite", "lieux")), "I", 1, "rien ne le dit", **kwargs)  # type: ignore[arg-type]


def test_every_figure_that_the_mission_lists_is_there() -> None:
    figures = load_document().figures
    assert {f.valeur for f in figures if f.valeur is not None} == PRINTED
    assert sum((f.bas, f.haut) == (0.10, 0.25) for f in figures) == 3
    assert len({f.id for f in figures}) == len(figures)
    assert all(f.raison and f.page > 0 for f in figures)
    assert all(f.explication for f in figures if f.calcul)


@pytest.mark.parametrize(
    ("printed", "ours", "text", "gap"),
    [
        (figure(valeur=52.0), 52.0, "0", 0.0),
        (figure(valeur=118.0), 6.0, "−112", -112.0),
        (figure(valeur=454.7, decimales=1), 454.71, "0,0", 0.0),  # rounded as printed
        (figure(valeur=0.93, unite="part", decimales=2), 0.951, "+2\u00a0points", 0.02),
        (figure(bas=0.1, haut=0.25, unite="part", decimales=2), 0.25, "dans la fourchette", 0.0),
        (figure(bas=0.1, haut=0.25, unite="part", decimales=2), 0.31, "+6\u00a0points", 0.06),
        (figure(bas=0.1, haut=0.25, unite="part", decimales=2), 0.08, "−2\u00a0points", -0.02),
    ],
)
def test_gap_by_hand(printed: FigureDeReference, ours: float, text: str, gap: float) -> None:
    shown = show_gap(printed, Chiffre(unknown("x"), ours))
    assert (str(shown), shown.valeur) == (text, pytest.approx(gap))


def test_what_cannot_be_computed_says_why(petit_atlas: Atlas) -> None:
    row = make_row(figure(valeur=94.0), Lecteur(petit_atlas))
    assert str(row[2]) == "—"
    assert row[4] == "non calculable avec ces sources\u00a0: rien ne le dit"
    missing = make_row(figure(valeur=94.0, calcul={"indicateur": "inconnu"}), Lecteur(petit_atlas))
    assert missing[4] == row[4]


def test_our_side_by_hand(petit_atlas: Atlas) -> None:
    lecteur = Lecteur(petit_atlas)
    assert compute({"lieux": "pharmacie"}, lecteur).valeur == 2  # one in communes 0 and 3
    assert compute({"lieux": "maison_sante"}, lecteur).valeur is None
    assert compute({"champ": "population", "par": "superficie_km2"}, lecteur).valeur == pytest.approx(
        6300 / 72
    )
    itinerant = petit_atlas.implantations().with_columns(itinerant=pl.col("code_insee") == "59100")
    mobile = Lecteur(replace(petit_atlas, _kept={"implantations": itinerant}))
    assert compute({"lieux": "pharmacie", "itinerant": True}, mobile).valeur == 1


def test_only_its_own_departement_is_compared(petit_atlas: Atlas) -> None:
    elsewhere = replace(petit_atlas, manifest=replace(petit_atlas.manifest, departement="02"))
    assert make_section(Lecteur(elsewhere)) is None
    section = make_section(Lecteur(petit_atlas))
    assert section is not None
    assert len(section.tableaux[0].lignes) == len(load_document().figures)
