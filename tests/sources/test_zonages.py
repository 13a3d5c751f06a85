"""Official files that complete the communal table: zonings, town halls, census, incomes, BPE counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources import find_sources, read, read_all
from maillage.sources.decouverte import recognise

COM = ["CODGEO", "LIBGEO", "DEP", "REG", "EPCI", "NATURE_EPCI", "ARR", "CANOV", "BV2022"]
LIGNES = [
    ["59350", "Lille", "59", "32", "200093201", "ME", "595", "5998", "59350"],
    ["59001", "Abancourt", "59", "32", "ZZZZZZZZZ", "ZZ", "592", "5909", "59122"],
]
ZONES = [
    ["EPCI", "200093201", "Métropole Européenne de Lille", 95],
    ["ARR", "595", "Lille", 124],
    ["ARR", "592", "Cambrai", 116],
    ["CANOV", "5909", "Cambrai", 27],
    ["BV2022", "59122", "Cambrai", 60],
    ["BV2022", "59350", "Lille", 90],
]


def make_membership(path: Path, rows: list[list[str]] = LIGNES) -> Path:
    """A workbook laid out as INSEE's: four rows of titles, labels, names, then data."""
    book = Workbook()
    for title, names, lines in (
        ("COM", COM, rows),
        ("Zones_supra_communales", ["NIVGEO", "CODGEO", "LIBGEO", "NB_COM"], ZONES),
    ):
        sheet = book.create_sheet(title)
        for text in ("Table d'appartenance", "Mise en ligne", None, None):
            sheet.append([text])
        sheet.append([f"Libellé de {name}" for name in names])
        sheet.append(names)
        for line in lines:
            sheet.append(line)
    book.remove(book["Sheet"])
    book.save(path)
    return path


def make_communes(folder: Path) -> None:
    lille = {"code": "59350", "nom": "Lille", "population": 238695, "anciensCodes": ["59298"]}
    abancourt = {"code": "59001", "nom": "Abancourt", "population": 441}
    common = {"type": "commune-actuelle", "departement": "59", "codesPostaux": ["59000"]}
    communes = [common | lille, common | abancourt]
    (folder / "communes.json").write_text(json.dumps(communes))


def make_halls(folder: Path) -> None:
    points = [("59350", 3.0571, 50.6311), ("59350", 3.1, 50.6), ("59001", 3.2127, 50.2353)]
    features = [
        {
            "type": "Feature",
            "properties": {"commune": code, "nom": "Mairie"},
            "geometry": {"type": "Point", "coordinates": [x, y]},
        }
        for code, x, y in points
    ]
    (folder / "mairies.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def test_bare_communes_are_completed(tmp_path: Path) -> None:
    make_communes(tmp_path)
    make_halls(tmp_path)
    make_membership(tmp_path / "appartenance.xlsx")
    found = find_sources(tmp_path)
    assert list(found) == ["cog_npm", "appartenance", "mairies"]
    tables = {table.nature: table for table in read_all(found)}
    lille, abancourt = tables["communes"].frame.sort("population", descending=True).iter_rows(named=True)
    assert (lille["lon"], lille["lat"]) == (3.0571, 50.6311)
    assert lille["epci_nom"] == "Métropole Européenne de Lille"
    assert abancourt["epci"] is None
    assert (
        abancourt["bassin_vie_nom"] == abancourt["canton_nom"] == abancourt["arrondissement_nom"] == "Cambrai"
    )


def test_offer_of_a_former_commune_is_carried(tmp_path: Path) -> None:
    make_communes(tmp_path)
    (tmp_path / "bpe.csv").write_text("depcom,equipement,nb\n59298,Pharmacie,2\n59350,Pharmacie,79\n")
    tables = read_all(find_sources(tmp_path))
    offer = next(t for t in tables if t.nature == "offre_commune").frame
    assert offer.select("code_insee", "nombre").rows() == [("59350", 81)]


def test_membership_faults_have_the_workbook_s_rows(tmp_path: Path) -> None:
    path = make_membership(tmp_path / "a.xlsx", [*LIGNES, LIGNES[0], ["5901", *LIGNES[1][1:]]])
    with pytest.raises(EntreeInvalide) as caught:
        read("appartenance", path)
    assert [(f.ligne, f.colonne) for f in caught.value.fautes] == [(10, "CODGEO"), (9, "CODGEO")]


def test_damaged_or_other_workbook(tmp_path: Path) -> None:
    path = make_membership(tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[:-400])
    assert recognise(path) is None
    with pytest.raises(EntreeInvalide, match="ne peut être lu"):
        read("appartenance", path)
    book = Workbook()
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(EntreeInvalide, match="onglet"):
        read("appartenance", tmp_path / "b.xlsx")


def test_households_without_a_car(tmp_path: Path) -> None:
    path = tmp_path / "base-cc-logement.CSV"
    path.write_bytes(
        "CODGEO;P22_LOG;P22_RP;P22_RP_VOIT1P;P22_RP_VOIT1;P22_RP_VOIT2P\n"
        "59350;150000;120000,5;70000,25;60000;10000\n59001;190;180;180,4;90;90\n".encode("latin-1")
    )
    assert recognise(path) == "logements_recensement"
    (table,) = read("logements_recensement", path)
    assert table.frame["menages_sans_voiture"].to_list() == [50000.25, 0.0]
    assert table.millesimes["menages_sans_voiture"] == "2022"
    path.write_text("CODGEO;P22_RP;P22_RP_VOIT1P;P22_RP_VOIT2P\n59350;10;20;1\n")
    with pytest.raises(EntreeInvalide, match="plus de ménages avec voiture"):
        read("logements_recensement", path)


def test_published_incomes(tmp_path: Path) -> None:
    path = tmp_path / "cc_filosofi_2021_COM.csv"
    path.write_text(
        "CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;PIMP21;TP6021;D121;D921\n"
        "59350;100000;220000;21000;s;26,4;9800;42000\n59001;186;471;25560;ns;s;s;s\n"
    )
    assert recognise(path) == "revenus_insee"
    (table,) = read("revenus_insee", path)
    assert table.frame["taux_pauvrete"].to_list() == [26.4, None]
    assert table.frame["revenu_median"].to_list() == [21000, 25560]


def test_bpe_counts(tmp_path: Path) -> None:
    path = tmp_path / "DS_BPE_2025_data.csv"
    names = "GEO GEO_OBJECT FACILITY_DOM FACILITY_SDOM FACILITY_TYPE BPE_MEASURE TIME_PERIOD OBS_VALUE"
    header = ";".join(f'"{name}"' for name in names.split()) + "\n"
    path.write_text(
        header + '"59";"DEP";"D";"D3";"D307";"FACILITIES";2025;884\n'
        '"59350";"COM";"D";"D3";"D307";"FACILITIES";2025;79\n"59350";"COM";"_T";"_T";"_T";"FACILITIES";2025;9000\n'
        '"59070";"COM";"D";"D3";"D307";"FACILITIES";2025;1\n"59350";"COM";"F";"F3";"F303";"SEATS";2025;9000\n'
    )
    assert recognise(path) == "bpe_denombrement"
    (table,) = read("bpe_denombrement", path)
    assert table.frame.select("code_insee", "type", "nombre", "millesime").rows() == [
        ("59006", "pharmacie", 1, "2025"),
        ("59350", "pharmacie", 79, "2025"),
    ]
    path.write_text(
        header + '"59350";"COM";"D";"D3";"D307";"FACILITIES";2025;79\n'
        '"59350";"COM";"D";"D3";"D307";"FACILITIES";2024;78\n"59350";"COM";"D";"D3";"XYZ";"FACILITIES";2025;1\n'
    )
    with pytest.raises(EntreeInvalide) as caught:
        read("bpe_denombrement", path)
    assert {f.colonne for f in caught.value.fautes} == {"TIME_PERIOD", "FACILITY_TYPE"}


def test_a_dedicated_inventory_wins_over_the_bpe(tmp_path: Path) -> None:
    (tmp_path / "bpe.csv").write_text(
        "AN,DEPCOM,TYPEQU,LAMBERT_X,LAMBERT_Y\n2025,59350,E108,704000,7059000\n2025,59350,D307,704000,7059000\n"
    )
    (tmp_path / "gares.csv").write_text(
        "code_uic,libelle,commune,departement,longitude,latitude\n87286005,Lille,LILLE,NORD,3.07,50.63\n"
    )
    tables = {t.provenance.id: t for t in read_all(find_sources(tmp_path))}
    assert tables["bpe"].frame["type"].to_list() == ["pharmacie"]
    assert "gare" in tables["bpe"].avertissements[-1].quoi
    assert tables["gares"].frame["type"].to_list() == ["gare"]


def test_a_file_that_does_not_say_its_vintage_is_not_given_one(tmp_path: Path) -> None:
    header = "code_uic,libelle,commune,departement,longitude,latitude\n"
    for name, vintage in (
        ("gares.csv", "non daté"),
        ("gares_2026-03.csv", "2026-03"),
        ("gares_12026.csv", "non daté"),
    ):
        path = tmp_path / name
        path.write_text(header + "87286005,Lille,LILLE,NORD,3.07,50.63\n")
        assert read("gares", path)[0].provenance.millesime == vintage
