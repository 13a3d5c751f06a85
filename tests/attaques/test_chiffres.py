"""A figure that no commune, place or square could hold: refused with its row and its bound; nothing is built.

The bounds are those of ``catalogue/plausibilite.toml``; what each case must say is known by what it writes.
"""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from maillage.access.repartition import order_seats
from maillage.atlas.construction.entrees import read_entrees
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.plausibilite import get_unit_bound
from maillage.catalogue.statistiques import list_columns
from maillage.sources import read
from maillage.sources.points import CONSEILLERS, SANTE
from maillage.sources.registre import STATISTIQUES
from tests.petit_monde import write_sources
from tests.sources.test_entrees_hostiles import CARREAU, COMMUNE, EQUIPEMENT

HUGE = "1000000000"
LIEU = {"id": "a", "capacite": "", "activite": "", "delai_jours": "", "accessible": "", "maj": "2025"}
PLACES = {"code_insee": "59350", "places_collectif": "1", "places_individuel": "1", "date": "2025"}
TEMPS = {"code_bpe": "D307", "service": "Pharmacie", "departement": "59"} | dict.fromkeys(
    ("moyenne_min", "mediane_min", "decile1_min", "decile9_min"), "5"
)
LONG = {
    "GEO": "59350", "GEO_OBJECT": "COM", "FACILITY_TYPE": "D307", "BPE_MEASURE": "FACILITIES",
    "TIME_PERIOD": "2024", "OBS_VALUE": "79",
}  # fmt: skip
LOGEMENT = {"CODGEO": "59350", "P22_RP": "100", "P22_RP_VOIT1P": "50", "P22_RP_VOIT2P": "10"}
REVENUS = {
    "CODGEO": "59350", "NBMENFISC21": "100", "NBPERSMENFISC21": "200", "MED21": "22000", "TP6021": "15",
    "D121": "11000", "D921": "40000",
}  # fmt: skip
CELLULE = {"idcar_200m": "CRS3035RES200mN3070000E3837000", "ind": "10"}
LOURDS = [
    ("bpe_2013", EQUIPEMENT, "nb", HUGE, "3 000"),
    ("bpe_2013", EQUIPEMENT, "nb", "3001", "3 000"),
    ("bpe_2013", EQUIPEMENT | {"equipement": "Restaurant"}, "nb", "50001", "50 000"),
    ("bpe_denombrement", LONG, "OBS_VALUE", HUGE, "3 000"),
    ("bpe_denombrement", LONG | {"FACILITY_TYPE": "A999"}, "OBS_VALUE", HUGE, "50 000"),
    ("cog", COMMUNE, "population", "3000001", "3 000 000"),
    ("carreaux_eurostat", CARREAU, "population", "60001", "60 000"),
    ("carreaux_eurostat", CARREAU, "plus_65", HUGE, "60 000"),
    ("carreaux_filosofi", CELLULE, "ind", "10001", "10 000"),
    ("logements_recensement", LOGEMENT, "P22_RP", HUGE, "3 000 000"),
    ("revenus_insee", REVENUS, "MED21", "22", "100 €/an"),  # thousands of euros
    ("revenus_insee", REVENUS, "TP6021", "101", "100 %"),
    ("revenus_insee", REVENUS, "D921", HUGE, "1 000 000"),
    ("temps_acces_departements", TEMPS, "decile9_min", "86400", "1 440"),  # seconds
    ("capacites", LIEU, "capacite", HUGE, "1 000 000"),
    ("capacites", LIEU | {"capacite": "10"}, "activite", HUGE, "100 000 000"),
    ("capacites", LIEU, "delai_jours", "36500", "3 650"),
    ("places_jeune_enfant", PLACES, "places_collectif", HUGE, "1 000 000"),
]


def write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def list_faults(source: str, path: Path) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(EntreeInvalide) as caught:
        read(source, path)
    assert all(f.que_faire for f in caught.value.fautes if "invraisemblable" in f.quoi)
    found = [f for f in caught.value.fautes if "invraisemblable" in f.quoi]
    return [(f.ligne, f.colonne, f.quoi.replace("\u202f", " ")) for f in found]


@pytest.mark.parametrize(("source", "row", "column", "value", "bound"), LOURDS)
def test_a_figure_beyond_measure_is_named(tmp_path, source, row, column, value, bound):
    good, bad = row, row | {column: value}
    path = write(tmp_path / "t.csv", bad)
    ((ligne, colonne, quoi),) = list_faults(source, path)
    assert (ligne, colonne) == (2, column)
    assert value in quoi
    assert bound in quoi
    if source != "capacites":
        assert read(source, write(path, good))


def test_beds_and_posts(tmp_path):
    bed = dict.fromkeys(SANTE, "") | {"id": "1", "hospital_name": "x", "lon": "3.06", "lat": "50.63"}
    assert read("etablissements_sante", write(tmp_path / "a.csv", bed | {"cap_beds": "10000"}))
    ((ligne, colonne, _),) = list_faults(
        "etablissements_sante", write(tmp_path / "a.csv", bed | {"cap_beds": "10001"})
    )
    assert (ligne, colonne) == (2, "cap_beds")
    host = dict.fromkeys(CONSEILLERS, "") | {"insee_com": "59350", "nb_cnfs": "1001"}
    assert list_faults("conseillers_numeriques", write(tmp_path / "b.csv", host))[0][:2] == (2, "nb_cnfs")


COLONNES = [
    (source, column)
    for source in STATISTIQUES
    for column in list_columns(source)
    if column.role in {"statistique", "offre"}
]


def test_every_unit_has_a_bound():
    units = {column.unite for _, column in COLONNES if column.role == "statistique"}
    assert [unit for unit in units if get_unit_bound(unit) is None] == []


@pytest.mark.parametrize("source", STATISTIQUES)
def test_every_column_of_every_table_of_communes(tmp_path, source):
    """One row a column, in which that column alone holds a billion of billions."""
    columns = list_columns(source)
    names = [c.colonne for c in columns]
    told = [c for c in columns if c.role in {"statistique", "offre"}]
    rows = [
        {"code_insee": f"59{n:03}"} | dict.fromkeys(names, "") | {c.colonne: "100000000000"}
        for n, c in enumerate(told, start=1)
    ]
    found = {(ligne, colonne) for ligne, colonne, _ in list_faults(source, write(tmp_path / "t.csv", *rows))}
    assert found == {(n, c.colonne) for n, c in enumerate(told, start=2)}


@pytest.mark.parametrize(
    "name",
    [
        "CRS3035RES99999999mN3070000E3837000",
        "CRS9999RES200mN3070000E3837000",
        "CRS3035RES0mN3070000E3837000",
    ],
)
def test_a_square_of_no_known_size_or_projection(tmp_path, name):
    with pytest.raises(EntreeInvalide, match="taille inconnue"):
        read("carreaux_filosofi", write(tmp_path / "t.csv", CELLULE | {"idcar_200m": name}))


def refuse(folder: Path) -> str:
    with pytest.raises(EntreeInvalide) as caught:
        read_entrees("59", folder)
    return str(caught.value).replace("\u202f", " ")


def test_more_facilities_than_the_people_of_their_commune_allow(tmp_path):
    """Commune 0 has 300 people: 200 + 0,5 × 300 = 350 at most of one type."""
    folder = write_sources(tmp_path / "s")
    rows = pl.read_csv(folder / "bpe2013.csv", infer_schema=False)
    pharmacies = (pl.col("depcom") == "59100") & (pl.col("equipement") == "Pharmacie")
    for count, wrong in (("350", False), ("351", True)):
        rows.with_columns(nb=pl.when(pharmacies).then(pl.lit(count)).otherwise("nb")).write_csv(
            folder / "bpe2013.csv"
        )
        if not wrong:
            assert read_entrees("59", folder)
            continue
        said = refuse(folder)
        assert "commune 59100, « Pharmacies » : 351 pour 300 habitants, invraisemblable (350 au plus)" in said


def test_a_count_cut_into_many_rows_is_summed_before_it_is_judged(tmp_path):
    folder = write_sources(tmp_path / "s")
    (folder / "bpe2013.csv").unlink()
    write(folder / "long.csv", *[LONG | {"GEO": "59100", "OBS_VALUE": "200"}] * 2)
    assert "400 pour 300 habitants" in refuse(folder)


def test_a_town_hall_far_from_its_commune(tmp_path):
    """Commune 0's point put 0,5° north of it (some 56 km); a blank one is unknown, and is no fault."""
    folder = write_sources(tmp_path / "s")
    rows = pl.read_csv(folder / "communes.csv", infer_schema=False)
    lat = rows.filter(pl.col("code") == "59100")["cheflieu_lat"].cast(pl.Float64).item()
    first = pl.col("code") == "59100"
    for value, wrong in ((str(lat + 0.05), False), ("", False), (str(lat + 0.5), True)):
        moved = rows.with_columns(cheflieu_lat=pl.when(first).then(pl.lit(value)).otherwise("cheflieu_lat"))
        moved.write_csv(folder / "communes.csv")
        if wrong:
            assert "commune 59100 : son chef-lieu est à 54 km de son contour" in refuse(folder)
        else:
            assert read_entrees("59", folder)


def test_more_households_than_people_allow(tmp_path):
    """Commune 0 has 300 people: 5 000 + 5 × 300 = 6 500 households at most."""
    folder = write_sources(tmp_path / "s")
    row = LOGEMENT | {"CODGEO": "59100", "P22_RP": "6501"}
    write(folder / "logement.csv", row)
    assert "6 501 pour 300 habitants, invraisemblable (6 500 au plus)" in refuse(folder)


def test_a_million_of_seats_costs_what_it_holds():
    """Before, population × seats: 500 places and a million of seats would have taken 4 Go."""
    seats = order_seats(np.arange(1.0, 501.0), 1_000_000)
    assert len(seats) == 1_000_000
    shares = np.bincount(seats, minlength=500) / 1_000_000
    np.testing.assert_allclose(shares, np.arange(1.0, 501.0) / 125_250, atol=2e-6)


def test_the_catalogue_dates_and_sources_each_bound():
    for name, section in read_toml("plausibilite.toml").items():
        assert {"nom", "date", "source", "confirme"} <= section.keys(), name
