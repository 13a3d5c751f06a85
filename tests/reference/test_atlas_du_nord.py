"""The atlas of the real Nord: what its sources print, and what it must cost."""

from pathlib import Path

import polars as pl
import pytest

from maillage.atlas.construction.controle import check_atlas
from maillage.atlas.lecture.ouvert import Atlas
from tests.conftest import build_nord

pytestmark = pytest.mark.lent
MAX_MEMORY_KB = 2_000_000


@pytest.fixture(scope="module")
def nord(atlas_du_nord: Atlas) -> Atlas:
    return atlas_du_nord


def departement(nord: Atlas, name: str) -> float:
    (value,) = nord.indicateurs("departement")[name].to_list()
    return float(value)


def test_it_fits_in_two_gigabytes(nord_construit: Path) -> None:
    assert int((nord_construit / "memoire-kb").read_text()) < MAX_MEMORY_KB


def test_it_checks(nord_construit: Path) -> None:
    assert [check.detail for check in check_atlas(nord_construit / "atlas") if not check.passe] == []


def test_a_second_build_gives_the_same_bytes(nord_construit: Path, donnees: Path, tmp_path: Path) -> None:
    first = nord_construit / "atlas"
    build_nord(donnees, tmp_path / "B")
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert files == sorted(
        path.relative_to(tmp_path / "B") for path in (tmp_path / "B").rglob("*") if path.is_file()
    )
    differ = [str(f) for f in files if (first / f).read_bytes() != (tmp_path / "B" / f).read_bytes()]
    assert differ in ([], ["journal.json"])


def test_people_and_land(nord: Atlas) -> None:
    assert nord.territoires("commune").height == 647
    assert departement(nord, "population_municipale") == 2_615_635
    assert departement(nord, "population_2021") == 2_611_293
    assert nord.territoires("departement")["population_2021"].to_list() == [2_611_293]
    assert departement(nord, "superficie_km2") == pytest.approx(5742.75)
    cells = nord.carreaux().filter("dans_departement")
    assert (cells.height, cells["population"].sum()) == (4903, 2_607_983)
    assert nord.fragments()["population"].sum() == pytest.approx(2_607_983)


def test_every_commune_has_values(nord: Atlas) -> None:
    names = ["population_municipale", "densite", "duree_panier_quotidien", "part_panier_plus_7min"]
    names += ["duree_pharmacie", "taux_pharmacie_10000", "duree_france_services", "nombre_equipements"]
    assert nord.indicateurs("commune").select(names).null_count().row(0) == (0,) * len(names)


def test_published_counts(nord: Atlas) -> None:
    assert departement(nord, "nombre_equipements") == 66_088  # BPE 2013
    assert departement(nord, "nombre_pharmacie") == 884  # BPE 2024
    assert departement(nord, "nombre_france_services") == 52
    assert departement(nord, "nombre_medecin_generaliste") == 2686


def test_the_poles_of_proximite_are_those_of_the_reference_document(nord: Atlas) -> None:
    """93 % of people, SDAASP 2025-2030, part I."""
    assert departement(nord, "part_pole_proximite") == pytest.approx(0.93, abs=0.01)


def test_the_21_services_are_known_and_the_places_that_the_document_names_are_the_far_ones(
    nord: Atlas,
) -> None:
    assert departement(nord, "services_panier_connus") == pytest.approx(21)
    basins = nord.indicateurs("bassin_vie").select("nom", "part_panier_plus_7min")
    named = basins.filter(pl.col("nom").is_in(["Avesnes-sur-Helpe", "Bavay", "Steenvoorde"]))
    assert named.height == 3
    assert (named["part_panier_plus_7min"] > 2 * departement(nord, "part_panier_plus_7min")).all()
    assert nord.deficits().join(named, on="nom").filter(pl.col("niveau") == "bassin_vie")["en_deficit"].all()
