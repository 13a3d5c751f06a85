"""The tables a département fills in: read whole, or refused with every fault."""

import polars as pl
import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.decouverte import recognise
from maillage.sources.registre import read
from maillage.sources.saisies import CAPACITES, LIEUX, PLACES

LIEU = {
    "id": "creche-1",
    "type": "accueil_jeune_enfant",
    "nom": "Crèche des Tilleuls",
    "lon": "3,06",
    "lat": "50,63",
    "code_insee": "59350",
    "capacite": "40",
    "activite": "38",
    "accessible": "Oui",
    "maj": "2025-03-01",
}


def write(path, columns, *rows, separator=";"):
    lines = [separator.join(columns)] + [separator.join(row.get(c, "") for c in columns) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def faults(source, path):
    with pytest.raises(EntreeInvalide) as raised:
        read(source, path)
    return [(f.ligne, f.colonne, f.quoi) for f in raised.value.fautes]


def test_each_model_is_recognised_by_its_columns(tmp_path):
    models = {"lieux_departement": LIEUX, "capacites": CAPACITES, "places_jeune_enfant": PLACES}
    for source, columns in models.items():
        assert recognise(write(tmp_path / "x.csv", columns)) == source


def test_a_place_is_read_with_what_it_says(tmp_path):
    (table,) = read("lieux_departement", write(tmp_path / "lieux.csv", LIEUX, LIEU))
    (row,) = table.frame.to_dicts()
    assert (row["lon"], row["lat"], row["departement"]) == (3.06, 50.63, "59")
    assert (row["capacite"], row["activite"], row["accessible"]) == (40, 38, True)
    assert row["itinerant"] is False
    assert row["effectif"] == 1
    assert row["complement_source"] == "lieux_departement"
    assert table.provenance.millesime == "2025"


def test_a_place_known_by_its_commune_only_is_kept(tmp_path):
    hall = {**LIEU, "lon": "", "lat": ""}
    (table,) = read("lieux_departement", write(tmp_path / "lieux.csv", LIEUX, hall))
    assert table.frame["precision"].to_list() == ["commune"]


def test_unreadable_hours_are_unknown_and_their_row_is_named(tmp_path):
    rows = [
        {**LIEU, "horaires": "Mo-Fr 09:00-12:00"},
        {**LIEU, "id": "creche-2"},
        {**LIEU, "id": "creche-3", "horaires": "lundi 9h-12h"},
    ]
    (table,) = read("lieux_departement", write(tmp_path / "lieux.csv", LIEUX, *rows))
    assert table.frame["horaires"].to_list() == ["Mo-Fr 09:00-12:00", None, None]
    (warning,) = table.avertissements
    assert (warning.fichier, warning.ligne, warning.colonne) == ("lieux.csv", 4, "horaires")
    assert "lundi 9h-12h" in warning.quoi


def test_every_fault_of_a_list_of_places_is_said_at_once(tmp_path):
    rows = [
        {**LIEU, "type": "acueil_jeune_enfant"},
        {**LIEU, "id": "creche-2", "accessible": "peut-être", "maj": "mars 2025"},
        {**LIEU, "id": "creche-2", "lon": "", "lat": "", "code_insee": "", "capacite": "-3"},
    ]
    found = faults("lieux_departement", write(tmp_path / "lieux.csv", LIEUX, *rows))
    assert {colonne for _, colonne, _ in found} >= {"type", "accessible", "maj", "id", "nom", "capacite"}
    assert (2, "type", "type de service inconnu « acueil_jeune_enfant »") in found


def test_a_nearby_type_is_proposed(tmp_path):
    path = write(tmp_path / "lieux.csv", LIEUX, {**LIEU, "type": "acueil_jeune_enfant"})
    with pytest.raises(EntreeInvalide) as raised:
        read("lieux_departement", path)
    assert raised.value.fautes[0].que_faire == "Vouliez-vous dire « accueil_jeune_enfant » ?"


def test_capacities_ignore_the_rows_left_empty_and_the_names_beside_the_ids(tmp_path):
    columns = ("id", "nom", "code_insee", *CAPACITES[1:])
    rows = [{"id": "1", "nom": "Ici", "capacite": "100", "maj": "2024"}, {"id": "2", "nom": "Là"}]
    (table,) = read("capacites", write(tmp_path / "c.csv", columns, *rows, separator=","))
    assert table.frame.select("id", "capacite", "activite", "complement_millesime").rows() == [
        ("1", 100.0, None, "2024")
    ]


def test_an_activity_without_capacity_is_kept_with_a_warning(tmp_path):
    (table,) = read("capacites", write(tmp_path / "c.csv", CAPACITES, {"id": "1", "activite": "9"}))
    assert table.frame["activite"].to_list() == [9.0]
    assert "activité sans capacité" in table.avertissements[0].quoi


def test_a_column_of_the_model_that_lacks_is_a_fault(tmp_path):
    found = faults("capacites", write(tmp_path / "c.csv", CAPACITES[:-1], {"id": "1"}))
    assert found == [(1, "maj", "colonne absente")]


def test_places_of_merged_communes_are_added_and_an_empty_cell_is_no_zero(tmp_path):
    rows = [
        {"code_insee": "59006", "places_collectif": "10", "date": "2024"},
        {"code_insee": "59070", "places_collectif": "5", "date": "2024-12"},
        {"code_insee": "59350", "places_individuel": "0", "date": "2023"},
    ]
    (table,) = read("places_jeune_enfant", write(tmp_path / "p.csv", PLACES, *rows))
    frame = table.frame.sort("code_insee")
    assert frame.select("code_insee", "places_accueil_collectif", "places_accueil_individuel").rows() == [
        ("59006", 15.0, None),
        ("59350", None, 0.0),
    ]
    assert table.millesimes["places_accueil_collectif"] == "2024"
    assert isinstance(frame, pl.DataFrame)


def test_negative_places_and_a_commune_twice_are_refused(tmp_path):
    rows = [{"code_insee": "59350", "places_collectif": "-1"}, {"code_insee": "59350"}]
    found = faults("places_jeune_enfant", write(tmp_path / "p.csv", PLACES, *rows))
    assert {colonne for _, colonne, _ in found} == {"places_collectif", "code_insee"}
