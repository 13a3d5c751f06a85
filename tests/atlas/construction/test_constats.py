"""What the data cannot say is counted from the files of any département."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import shapely

from maillage.atlas.construction.constats import list_findings, tell_times
from maillage.atlas.construction.entrees import read_entrees
from maillage.sources import Provenance, Table, read
from maillage.sources.points import SANTE

COMMUNES = pl.DataFrame(
    {"code_insee": ["24001", "24002"], "nom": ["Audrix", "Abjat"], "lon": [0.95, 0.75], "lat": [44.9, 45.5]}
)


def find(*tables: Table, departement: str = "24") -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for finding in list_findings(departement, COMMUNES, tables):
        found.setdefault(finding["quoi"], []).append((finding["nombre"], finding["texte"]))
    return found


def make_table(nature: str, frame: pl.DataFrame, **fields: object) -> Table:
    provenance = Provenance("essai", "Essai", "", "", "2024", None, "", "essai.csv", eprouve=False)
    return Table(nature, frame, provenance, **fields)  # type: ignore[arg-type]


def test_hospitals_that_share_a_point_and_say_no_bed(tmp_path: Path) -> None:
    """Three of the département at one point, one alone, one elsewhere: two are on the point of another."""
    places = [("24100", 0.5)] * 3 + [("24200", 0.6), ("33000", 0.5)]
    lines = [
        dict.fromkeys(SANTE, "")
        | {"id": str(n), "hospital_name": "H", "postcode": code, "lon": str(x), "lat": "45"}
        for n, (code, x) in enumerate(places)
    ]
    rows = [list(SANTE), *(list(line.values()) for line in lines)]
    path = tmp_path / "sante.csv"
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")
    found = find(*read("etablissements_sante", path))
    ((shared, text),) = found["coordonnées partagées"]
    assert (shared, "4 lieux sur 2 points" in text) == (2, True)
    assert found["capacité inconnue"][0][0] == 4
    assert "cap_beds" in found["colonnes vides"][0][1]
    assert found["colonnes vides"][0][0] == len(SANTE) - 5


def test_codes_carried_and_codes_unknown() -> None:
    frame = pl.DataFrame({"code_insee": ["24001", "24999", "33001"], "type": "x", "nombre": 1})
    found = find(make_table("offre_commune", frame, ramenes=(("24003", "24001"), ("33002", "33001"))))
    assert found["codes ramenés"] == [(1, "Code 24003 ramené à 24001 (Audrix) dans : essai.")]
    assert found["codes inconnus"][0][1].endswith("24999.")


def test_a_town_hall_outside_its_commune() -> None:
    """One is in its square, the other 200 m out of it."""
    squares = [shapely.box(0.9, 44.8, 1.0, 45.0), shapely.box(0.6, 45.4, 0.748, 45.6)]
    outlines = pl.DataFrame({"code_insee": ["24001", "24002"], "wkb": [shapely.to_wkb(s) for s in squares]})
    assert find(make_table("contours", outlines))["mairies hors de leur commune"] == [
        (1, "Mairie hors du contour de sa commune : Abjat.")
    ]


@pytest.mark.parametrize("estimated", [True, False])
def test_times_estimated_are_said(estimated: bool) -> None:
    assert bool(tell_times(estimated=estimated)) is estimated


def test_the_nord(donnees: Path) -> None:
    """Facts of the real files, as a first reading of them found."""
    entrees = read_entrees("59", donnees)
    texts = "\n".join(finding["texte"] for finding in entrees.constats)
    assert "188 lieux sur 155 points, 33 partagent" in texts
    assert "nombre de lits inconnu pour 188 lieux sur 188" in texts
    for column in ("cap_beds", "emergency"):
        assert column in texts
    for old, new in (("59154", "59588"), ("59404", "59260"), ("59070", "59006")):
        assert f"Code {old} ramené à {new}" in texts
    assert "Mairie hors du contour de sa commune : Zermezeele." in texts
    assert any("8 zéros à côté de valeurs secrètes" in text for text in entrees.avertissements)
