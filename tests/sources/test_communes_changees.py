"""Every reader follows the changes of communes: summed, or unknown and said, never left apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maillage.sources import Table, read, read_all
from maillage.sources.decouverte import find_sources

COG = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT"
MOUVEMENTS = "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TYPECOM_AP,COM_AP"
LOGEMENT = "CODGEO;P{0}_RP;P{0}_RP_VOIT1P;P{0}_RP_VOIT2P"
FILOSOFI = "CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;TP6021;D121;D921"


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def row(table: Table, code: str) -> dict[str, object]:
    (found,) = table.frame.filter(table.frame["code_insee"] == code).to_dicts()
    return found


def say(table: Table) -> str:
    return " ".join(fault.quoi for fault in table.avertissements)


def housing(folder: Path, *lines: str, year: str = "21") -> Table:
    (table,) = read("logements_recensement", write(folder / "logement.csv", LOGEMENT.format(year), *lines))
    return table


def test_households_of_merged_communes_are_summed(tmp_path: Path) -> None:
    """59070 joined 59006 on 2025-01-01: 260 households, 160 with a car, 100 without."""
    table = housing(tmp_path, "59006;110;100;30", "59070;150;60;10")
    found = row(table, "59006")
    assert table.frame["code_insee"].to_list() == ["59006"]
    assert found["residences_principales_recensement"] == 260
    assert found["menages_sans_voiture"] == 100
    assert table.ramenes == (("59070", "59006"),)


@pytest.mark.parametrize("line", ["59070;150;60;10", "59006;110;100;30"])
def test_a_commune_read_whole_or_by_half(tmp_path: Path, line: str) -> None:
    """Alone, the code of today is the whole commune; the former code of one part is not."""
    table = housing(tmp_path, line)
    whole = 110 if line.startswith("59006") else None
    assert row(table, "59006")["residences_principales_recensement"] == whole
    assert ("une partie de la commune manque" in say(table)) is (whole is None)


def test_a_secret_part_makes_the_sum_unknown(tmp_path: Path) -> None:
    table = housing(tmp_path, "59006;110;100;30", "59070;s;s;s")
    assert row(table, "59006")["residences_principales_recensement"] is None


@pytest.mark.parametrize(
    ("parts", "city"),
    [(("75101", "75102"), "75056"), (("69381", "69389"), "69123"), (("13201", "13216"), "13055")],
)
def test_municipal_arrondissements_are_summed_under_their_city(
    tmp_path: Path, parts: tuple[str, str], city: str
) -> None:
    table = housing(tmp_path, f"{parts[0]};1000;300;20", f"{parts[1]};1200;360;30", year="22")
    assert row(table, city)["residences_principales_recensement"] == 2200
    assert row(table, city)["menages_avec_voiture"] == 660
    both = housing(tmp_path, f"{city};9000;3000;200", f"{parts[0]};1000;300;20", year="22")
    assert row(both, city)["residences_principales_recensement"] == 9000, "the city's own row is the city"


def test_incomes_are_summed_or_unknown_never_averaged(tmp_path: Path) -> None:
    path = write(
        tmp_path / "filosofi.csv",
        FILOSOFI,
        "59006;100;250;20000;15;11000;38000",
        "59070;60;140;22000;12;12000;36000",
        "59350;96579;187249;20520;27;9510;41520",
    )
    (table,) = read("revenus_insee", path)
    found = row(table, "59006")
    assert (found["menages_fiscaux"], found["personnes_menages_fiscaux"]) == (160, 390)
    assert (found["revenu_median"], found["taux_pauvrete"]) == (None, None)
    assert row(table, "59350")["revenu_median"] == 20520
    assert "taux et médianes laissés inconnus" in say(table)


def folder_with_movements(folder: Path, *moves: str) -> Path:
    write(
        folder / "communes.csv",
        COG,
        *(f"COM,{c},27,{c[:2]},,{c[:2]}1,0,X,X,X,," for c in ("24001", "24002", "55138", "55298")),
    )
    write(folder / "mouvements.csv", MOUVEMENTS, *moves)
    return folder


def statistics(folder: Path) -> Table:
    tables = read_all(find_sources(folder))
    return next(t for t in tables if t.nature == "statistiques")


def test_movements_are_followed_outside_the_catalogue(tmp_path: Path) -> None:
    """24003 joined 24001 in 2016 and took 24004 with it in 2019: three parts, summed."""
    folder = folder_with_movements(
        tmp_path, "32,2016-01-01,COM,24003,COM,24001", "32,2019-01-01,COM,24004,COM,24001"
    )
    write(
        folder / "l.csv", LOGEMENT.format("13"), "24001;10;6;0", "24003;20;6;0", "24004;30;6;0", "24002;5;5;0"
    )
    table = statistics(folder)
    assert row(table, "24001")["residences_principales_recensement"] == 60
    assert row(table, "24002")["residences_principales_recensement"] == 5
    write(folder / "l.csv", LOGEMENT.format("17"), "24001;30;6;0", "24004;30;6;0", "24002;5;5;0")
    assert row(statistics(folder), "24001")["residences_principales_recensement"] == 60, "24003 is in 24001"
    write(folder / "l.csv", LOGEMENT.format("13"), "24003;20;6;0", "24004;30;6;0")
    assert row(statistics(folder), "24001")["residences_principales_recensement"] is None, "24001 is missing"


def test_a_split_cannot_be_carried(tmp_path: Path) -> None:
    """55298 was taken out of 55138 in 2014: figures of 2012 by old codes are of both together."""
    folder = folder_with_movements(tmp_path, "21,2014-01-01,COM,55138,COM,55298")
    write(folder / "l.csv", LOGEMENT.format("12"), "55138;100;60;0", "24001;10;6;0")
    table = statistics(folder)
    assert row(table, "55138")["residences_principales_recensement"] is None
    assert "partage de 55138" in say(table)
    write(folder / "l.csv", LOGEMENT.format("12"), "55138;70;60;0", "55298;30;6;0")
    assert row(statistics(folder), "55138")["residences_principales_recensement"] == 70, (
        "already by new codes"
    )
    write(folder / "l.csv", LOGEMENT.format("19"), "55138;70;60;0", "24001;10;6;0")
    assert row(statistics(folder), "55138")["residences_principales_recensement"] == 70, "after the split"


def test_outlines_and_zones_follow_too(tmp_path: Path) -> None:
    folder = folder_with_movements(tmp_path, "32,2016-01-01,COM,24003,COM,24001")
    write(
        folder / "z.csv",
        "code_zone;nom_zone;type_zone;code_insee",
        "z1;Zone;projet;24001",
        "z1;Zone;projet;24003",
    )
    squares = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 45.0], [x + 0.1, 45.0], [x + 0.1, 45.1], [x, 45.1], [x, 45.0]]],
            },
        }
        for code, x in (("24001", 0.5), ("24003", 0.6))
    ]
    (folder / "c.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": squares}))
    tables = {t.nature: t for t in read_all(find_sources(folder))}
    assert tables["contours"].frame["code_insee"].to_list() == ["24001"]
    assert tables["zones"].frame["communes"].to_list() == [["24001"]]


def test_former_names_are_kept_and_give_their_commune(tmp_path: Path) -> None:
    """Delegated communes, arrondissements and merged communes are known by the lists that name them."""
    path = write(
        tmp_path / "communes.csv",
        COG,
        "COM,24001,75,24,24D,241,0,X,X,Audrix,,",
        "COMD,24003,,,,,0,X,X,Vieil-Audrix,,24001",
        "COMD,24001,,,,,0,X,X,Audrix,,24001",
    )
    (table,) = read("cog_insee", path)
    assert set(table.noms) == {("24001", "Vieil-Audrix"), ("24001", "Audrix"), ("24001", "24003")}
    moves = write(
        tmp_path / "mouvements.csv",
        "MOD,DATE_EFF,TYPECOM_AV,COM_AV,LIBELLE_AV,TYPECOM_AP,COM_AP",
        "32,2016-01-01,COM,24003,Vieil-Audrix,COM,24001",
        "10,1999-01-01,COM,24002,Abjat,COM,24002",
        "32,2016-01-01,COM,24003,Vieil-Audrix,COMD,24003",
        "21,1990-01-01,COM,24005,Autre,COM,24006",
    )
    (table,) = read("cog_mouvements", moves)
    assert set(table.noms) == {("24001", "Vieil-Audrix"), ("24002", "Abjat"), ("24001", "24003")}
    gares = "code_uic;libelle;commune;departement;longitude;latitude\n1;Gare;VIEIL AUDRIX;DORDOGNE;0.95;44.9"
    write(tmp_path / "gares.csv", gares)
    tables = {t.nature: t for t in read_all(find_sources(tmp_path))}
    assert tables["implantations"].frame["code_insee"].to_list() == ["24001"]
