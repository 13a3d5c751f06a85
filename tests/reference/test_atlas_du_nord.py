"""The atlas of the real Nord: what its sources print, and what it must cost."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from maillage.atlas.construction.controle import check_atlas
from maillage.atlas.lecture.ouvert import Atlas, open_atlas

pytestmark = pytest.mark.lent
MAX_MEMORY_KB = 2_000_000

BUILD = """
import sys
from pathlib import Path
from maillage.cli import main
try:
    main()
finally:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(status["VmHWM"].split()[0], file=sys.stderr)
"""


def build(donnees: Path, out: Path) -> int:
    """Build from the command line without any cache; the peak memory, kB.

    `VmHWM` and not `ru_maxrss`: the latter survives `exec`, so a child starts at the peak of the
    process that ran it, here the whole test suite's.
    """
    arguments = ["atlas", "build", "--departement", "59", "--from", str(donnees), "--out", str(out)]
    answer = subprocess.run(
        [sys.executable, "-c", BUILD, *arguments, "--sans-cache", "--silencieux"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return int(answer.stderr.splitlines()[-1])


@pytest.fixture(scope="module")
def built(donnees: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    out = tmp_path_factory.mktemp("nord") / "A"
    return out, build(donnees, out)


@pytest.fixture(scope="module")
def nord(built: tuple[Path, int]) -> Atlas:
    return open_atlas(built[0])


def departement(nord: Atlas, name: str) -> float:
    (value,) = nord.indicateurs("departement")[name].to_list()
    return float(value)


def test_it_fits_in_two_gigabytes(built: tuple[Path, int]) -> None:
    assert built[1] < MAX_MEMORY_KB


def test_it_checks(built: tuple[Path, int]) -> None:
    assert [check.detail for check in check_atlas(built[0]) if not check.passe] == []


def test_a_second_build_gives_the_same_bytes(built: tuple[Path, int], donnees: Path, tmp_path: Path) -> None:
    build(donnees, tmp_path / "B")
    files = sorted(path.relative_to(built[0]) for path in built[0].rglob("*") if path.is_file())
    assert files == sorted(
        path.relative_to(tmp_path / "B") for path in (tmp_path / "B").rglob("*") if path.is_file()
    )
    differ = [str(f) for f in files if (built[0] / f).read_bytes() != (tmp_path / "B" / f).read_bytes()]
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
