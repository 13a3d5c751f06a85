import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.decouverte import recognise
from maillage.sources.temps_publies import read

HEADER = "code_bpe,service,departement,moyenne_min,mediane_min,decile1_min,decile9_min\n"


def write(tmp_path, *rows):
    path = tmp_path / "temps.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def test_minutes_become_seconds_by_type_and_departement(tmp_path):
    path = write(
        tmp_path, "D307,pharmacie,FR,4.5,3,1,9", "D307,pharmacie,01,5,4,2,10", "D307,pharmacie,59,,,,"
    )
    (table,) = read((path,))
    assert recognise(path) == "temps_acces_departements"
    assert table.nature == "temps_publies"
    assert table.frame.rows() == [
        ("01", "pharmacie", 300.0, 240.0, 120.0, 600.0),
        ("59", "pharmacie", None, None, None, None),
        ("FR", "pharmacie", 270.0, 180.0, 60.0, 540.0),
    ]


def test_a_code_that_the_catalogue_does_not_know_is_left_out_and_said(tmp_path):
    (table,) = read((write(tmp_path, "A101,police,59,5,4,2,10", "Z999,autre,59,5,4,2,10"),))
    assert table.frame["type"].to_list() == ["police"]
    assert "Z999" in str(table.avertissements[0])


def test_parts_of_one_type_are_left_out_the_nearest_of_all_is_not_published(tmp_path):
    """Stations come by size (E107, E109): the nearest of any size is nearer than either."""
    path = write(tmp_path, "E107,gare,59,17,16,5,30", "E109,gare,59,8,7,3,15", "A101,police,59,5,4,2,10")
    (table,) = read((path,))
    assert table.frame["type"].to_list() == ["police"]
    assert {"E107" in str(fault) or "E109" in str(fault) for fault in table.avertissements} == {True}


def test_overseas_together_are_left_out_and_said_once(tmp_path):
    path = write(tmp_path, "A101,police,97,5,4,2,10", "D307,pharmacie,97,5,4,2,10", "A101,police,59,5,4,2,10")
    (table,) = read((path,))
    assert table.frame["departement"].to_list() == ["59"]
    assert len(table.avertissements) == 1


@pytest.mark.parametrize(
    ("rows", "quoi"),
    [
        (["D307,pharmacie,99,5,4,2,10"], "département inconnu « 99 »"),
        (["D307,pharmacie,1,5,4,2,10"], "département inconnu « 1 »"),
        (["D307,pharmacie,59,5,4,2,10"] * 2, "compté deux fois"),
        (["D307,pharmacie,59,5,1,2,10"], "déciles en désordre"),
        (["D307,pharmacie,59,5,11,2,10"], "déciles en désordre"),
        (["D307,pharmacie,59,-5,4,2,10"], "valeur négative"),
        (["D307,pharmacie,59,cinq,4,2,10"], "n'est pas un nombre"),
    ],
)
def test_faults_are_said_with_their_row(tmp_path, rows, quoi):
    with pytest.raises(EntreeInvalide) as error:
        read((write(tmp_path, *rows),))
    faute = next(f for f in error.value.fautes if quoi in f.quoi)
    assert faute.ligne == len(rows) + 1
