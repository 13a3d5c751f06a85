import re
from math import pi
from pathlib import Path

import maillage
from maillage.catalogue.constantes import AGES, DEGREE_M, EARTH_RADIUS_M, MOYENNES
from maillage.catalogue.statistiques import list_statistics

SRC = Path(maillage.__file__).parent


def test_the_mean_radius_is_that_of_the_geodetic_union():
    a_m, b_m = 6_378_137.0, 6_356_752.3141  # GRS 80, equatorial and polar
    assert abs(EARTH_RADIUS_M - (2 * a_m + b_m) / 3) < 0.05
    assert abs(EARTH_RADIUS_M * pi / 180 - DEGREE_M) < 1e-9


def test_the_earth_is_written_once():
    size = re.compile(
        r"\b(6_?3[57]\d_?\d{3}|63[57]\d\.\d|11[01]_?[0-9]\d\d\.0|11[01]\.\d|40_?0[0-9]\d(_000)?)\b"
    )
    found = {
        path.name
        for path in SRC.rglob("*.py")
        for line in path.read_text().splitlines()
        if size.search(line) and "[111195.0]" not in line
    }
    assert not found - {"constantes.py"}


def test_ages_and_means_are_the_catalogues():
    assert AGES == ("moins_15", "de_15_a_64", "plus_65")
    assert {"%", "€/an", "min"} <= MOYENNES
    assert not MOYENNES & {"habitants", "personnes", "foyers", "ménages", "logements", "équipements", "km²"}


def test_each_mean_unit_is_one_that_a_statistic_has():
    assert {column.unite for column in list_statistics().values()} >= MOYENNES
