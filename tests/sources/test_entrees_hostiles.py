"""Malformed files: every fault named with its row and column, all at once, and no other exception."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources import Table, fichiers, find_sources, read, read_all
from maillage.sources.decouverte import recognise
from maillage.sources.france_services import COLONNES as FRANCE_SERVICES

Lignes = list[dict[str, str]]

COMMUNE = {
    "code": "59350", "nom": "Lille", "arrondissement": "595", "siren": "215903501", "population": "238695",
    "epci": "200093201", "epci_nom": "Métropole Européenne de Lille", "CANOV": "5998", "ZE2020": "3216",
    "UU2020": "59702", "AAV2020": "004", "BV2022": "59350", "bv2022_nom": "Lille", "cheflieu_lon": "3.0571",
    "cheflieu_lat": "50.6311", "niveau_ruralite": "Hors champ", "niveau_densite": "Grands centres urbains",
}  # fmt: skip
AUTRE = COMMUNE | {
    "code": "59001",
    "nom": "Abancourt",
    "population": "441",
    "cheflieu_lon": "3.2",
    "cheflieu_lat": "50.2",
}
STRUCTURE = dict.fromkeys(FRANCE_SERVICES, "") | {
    "id_fs": "1", "insee_dep": "59", "lib_fs": "France services de Bavay", "insee_com": "59053",
    "latitude": "50.298",
    "longitude": "3.793", "prise_rdv": "Non", "type_fs": "Principal", "format_fs": "Fixe",
    "h_lundi": "09:00 - 12:00 / 13:30 - 17:00",
}  # fmt: skip
CARREAU = {
    "x_3035": "3837000", "y_3035": "3070000", "population": "23", "hommes": "12", "femmes": "11",
    "moins_15": "3",
    "de_15_a_64": "14", "plus_65": "6",
}  # fmt: skip
EQUIPEMENT = {"depcom": "59350", "equipement": "Pharmacie", "nb": "79"}
BPE = {"AN": "2024", "DEPCOM": "59350", "TYPEQU": "D307", "LAMBERT_X": "704000", "LAMBERT_Y": "7059000"}
GARE = {
    "code_uic": "87286005", "libelle": "Lille-Flandres", "commune": "LILLE", "departement": "NORD",
    "longitude": "3.0703", "latitude": "50.6363",
}  # fmt: skip
VALIDES = {
    "cog": [COMMUNE, AUTRE],
    "france_services": [STRUCTURE, STRUCTURE | {"id_fs": "2", "format_fs": "Bus_équivalent"}],
    "carreaux_eurostat": [CARREAU],
    "bpe_2013": [EQUIPEMENT, EQUIPEMENT | {"equipement": "Boulangerie"}],
    "bpe": [BPE],
    "gares": [GARE],
}


def as_csv(rows: Lignes, separator: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write(folder: Path, rows: Lignes, encoding: str = "utf-8", separator: str = ",") -> Path:
    path = folder / "fichier.csv"
    path.write_bytes(as_csv(rows, separator).encode(encoding))
    return path


def refuse(source: str, path: Path) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(EntreeInvalide) as caught:
        read(source, path)
    return [(f.ligne, f.colonne, f.quoi) for f in caught.value.fautes]


def read_one(source: str, path: Path) -> Table:
    return read(source, path)[0]


@pytest.mark.parametrize("source", VALIDES)
def test_valid_file_is_recognised_and_read(source: str, tmp_path: Path) -> None:
    path = write(tmp_path, VALIDES[source])
    assert recognise(path) == source
    assert read_one(source, path).frame.height == len(VALIDES[source])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_give_the_same_table(encoding: str, separator: str, tmp_path: Path) -> None:
    path = write(tmp_path, VALIDES["cog"], encoding, separator)
    assert recognise(path) == "cog"
    frame = read_one("cog", path).frame
    assert frame["epci_nom"].to_list() == ["Métropole Européenne de Lille"] * 2
    assert frame["population"].to_list() == [238695, 441]


def test_decimal_commas_and_thousands(tmp_path: Path) -> None:
    row = COMMUNE | {"cheflieu_lon": "3,0571", "cheflieu_lat": "50,6311", "population": "238\u202f695"}
    frame = read_one("cog", write(tmp_path, [row], separator=";")).frame
    assert frame.select("lon", "lat", "population").row(0) == (3.0571, 50.6311, 238695)


def test_all_faults_are_listed_at_once_with_their_rows(tmp_path: Path) -> None:
    rows = [
        COMMUNE,
        COMMUNE,  # 3: twice
        AUTRE | {"code": "5901"},  # 4: lost zero
        AUTRE | {"code": "59002", "population": "-3"},  # 5
        AUTRE | {"code": "59003", "population": "beaucoup"},  # 6
        AUTRE | {"code": "59004", "cheflieu_lon": "50.2", "cheflieu_lat": "3.2"},  # 7: swapped
        AUTRE | {"code": "59005", "cheflieu_lon": "-30"},  # 8: in the Atlantic
        AUTRE | {"code": "59006", "population": ""},  # 9
        AUTRE | {"code": "59007", "population": "12,5"},  # 10
    ]
    found = refuse("cog", write(tmp_path, rows))
    assert {(ligne, colonne) for ligne, colonne, _ in found} >= {
        (3, "code"), (4, "code"), (5, "population"), (6, "population"), (7, "cheflieu_lon"),
        (8, "cheflieu_lon"),
        (9, "population"), (10, "population"),
    }  # fmt: skip
    said = {(ligne, quoi.split(" (")[0]) for ligne, _, quoi in found}
    assert (7, "longitude et latitude inversées") in said
    assert (8, "point hors de France") in said


def test_unknown_and_missing_columns(tmp_path: Path) -> None:
    rows = [{("nom_commune" if k == "nom" else k): v for k, v in COMMUNE.items()}]
    assert (1, "nom", "colonne absente") in refuse("cog", write(tmp_path, rows))
    found = refuse("cog", write(tmp_path, [COMMUNE | {"BV2012": "x"}]))
    assert found == [(1, "BV2012", "colonne inconnue")]


def test_header_alone_empty_file_and_doubled_column(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(as_csv([COMMUNE]).split("\n")[0])
    assert refuse("cog", path)[0][2] == "aucune ligne sous l'en-tête"
    path.write_text("")
    assert refuse("cog", path)[0][2] == "fichier vide"
    path.write_text("code,code\n1,2\n")
    assert refuse("cog", path) == [(1, "code", "colonne présente deux fois")]


def test_truncated_files(tmp_path: Path) -> None:
    path = write(tmp_path, VALIDES["cog"])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 40])
    assert refuse("cog", path)[0][0] == 3
    parquet = tmp_path / "f.parquet"
    pl.DataFrame({"x_3035": [1], "y_3035": [1], "population": [1]}).write_parquet(parquet)
    parquet.write_bytes(parquet.read_bytes()[:-20])
    with pytest.raises(EntreeInvalide, match="Parquet complet"):
        read("carreaux_eurostat", parquet)
    document = tmp_path / "f.geojson"
    document.write_text('{"type": "FeatureCollection",\n "features": [{"type": "Feat')
    with pytest.raises(EntreeInvalide, match="coupé"):
        read("contours", document)


def test_two_files_of_one_source_are_mixed_vintages(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, VALIDES["cog"])
    found = find_sources(tmp_path)
    assert len(found["cog"]) == 2
    with pytest.raises(EntreeInvalide, match="millésimes ne se mélangent pas"):
        read_all(found)


def test_list_of_communes_older_than_the_figures(tmp_path: Path) -> None:
    rows = [COMMUNE, AUTRE | {"code": "59070", "nom": "Bermeries"}]
    ((ligne, colonne, quoi),) = refuse("cog", write(tmp_path, rows))
    assert (ligne, colonne) == (3, "code")
    assert "59006 le 2025-01-01" in quoi


def test_faults_of_every_file_are_raised_together(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write(tmp_path / "a", [COMMUNE | {"population": "-1"}])
    write(tmp_path / "b", [EQUIPEMENT | {"equipement": "Licorne"}])
    with pytest.raises(EntreeInvalide) as caught:
        read_all(find_sources(tmp_path))
    assert {f.colonne for f in caught.value.fautes} == {"population", "equipement"}


def test_bpe_2013(tmp_path: Path) -> None:
    rows = [
        EQUIPEMENT,
        EQUIPEMENT,  # 3: counted twice
        EQUIPEMENT | {"equipement": "Licorne"},  # 4
        EQUIPEMENT | {"depcom": "59001", "nb": "2,5"},  # 5
        EQUIPEMENT | {"depcom": "59002", "nb": ""},  # 6
    ]
    found = refuse("bpe_2013", write(tmp_path, rows))
    assert {ligne for ligne, _, _ in found} == {3, 4, 5, 6}
    merged = [EQUIPEMENT | {"depcom": "59070", "nb": "1"}, EQUIPEMENT | {"depcom": "59006", "nb": "2"}]
    frame = read_one("bpe_2013", write(tmp_path, merged)).frame
    assert frame.select("code_insee", "nombre").rows() == [("59006", 3)]


def test_geolocated_bpe(tmp_path: Path) -> None:
    rows = [
        BPE
        | {
            "LAMBERT_X": "700000",
            "LAMBERT_Y": "6600000",
            "DEPCOM": "03190",
        },  # origin of Lambert 93: 3° E, 46.5° N
        BPE | {"DEPCOM": "75118", "LAMBERT_X": "652000,5", "LAMBERT_Y": "6866000"},
        BPE | {"LAMBERT_X": "", "LAMBERT_Y": ""},
        BPE | {"TYPEQU": "A999"},
    ]
    table = read_one("bpe", write(tmp_path, rows, separator=";"))
    frame = table.frame
    assert frame["lon"][0] == pytest.approx(3.0, abs=1e-9)
    assert frame["lat"][0] == pytest.approx(46.5, abs=1e-9)
    assert frame["code_insee"][1] == "75056"
    assert frame["precision"].to_list() == ["adresse", "adresse", "commune", "adresse"]
    assert frame["type"].to_list() == ["pharmacie", "pharmacie", "pharmacie", "bpe_a999"]
    assert table.provenance.millesime == "2024"
    found = refuse(
        "bpe",
        write(tmp_path, [BPE | {"TYPEQU": "PHARMA"}, BPE | {"LAMBERT_X": "7059000", "LAMBERT_Y": "704000"}]),
    )
    assert {(ligne, colonne) for ligne, colonne, _ in found} == {(2, "TYPEQU"), (3, "LAMBERT_X")}


def test_overseas_bpe_is_in_its_own_projection(tmp_path: Path) -> None:
    x, y = Transformer.from_crs(4326, 32740, always_xy=True).transform(55.5, -21.1)
    row = BPE | {"DEPCOM": "97411", "LAMBERT_X": str(x), "LAMBERT_Y": str(y)}
    frame = read_one("bpe", write(tmp_path, [row])).frame
    assert frame["lon"][0] == pytest.approx(55.5, abs=1e-4)
    assert frame["lat"][0] == pytest.approx(-21.1, abs=1e-4)


def test_grid_faults(tmp_path: Path) -> None:
    rows = [
        CARREAU,
        CARREAU,  # 3: twice
        CARREAU | {"x_3035": "3837500"},  # 4: off the grid
        CARREAU | {"y_3035": "3071000", "population": "-4"},  # 5
        CARREAU | {"y_3035": "3072000", "population": "90000"},  # 6
        CARREAU | {"x_3035": "384000"},  # 7: out of Europe
    ]
    assert {ligne for ligne, _, _ in refuse("carreaux_eurostat", write(tmp_path, rows))} == {3, 4, 5, 6, 7}


def test_published_eurostat_grid(tmp_path: Path) -> None:
    ages = "Y_LT15,Y_1564,Y_GE65"
    others = "EMP,NAT,EU_OTH,OTH,SAME,CHG_IN,CHG_OUT,LAND_SURFACE,POPULATED,CNTR_ID"
    (tmp_path / "g.csv").write_text(
        f"GRD_ID,T,M,F,{ages},{others}\n"
        "CRS3035RES1000mN3209000E4320000,9,4,5,1,7,1,2,9,0,0,9,0,0,1,1,DE\n"
        "CRS3035RES1000mN3210000E5000000,5,4,1,1,3,1,2,9,0,0,9,0,0,1,1,PL\n"
        "CRS3035RES1000mN3210000E4321000,25,-9999,-9999,6,18,3,2,22,0,1,23,0,0,0.9,1,AT\n"
    )
    path = tmp_path / "g.csv"
    assert recognise(path) == "carreaux_eurostat"
    frame = read_one("carreaux_eurostat", path).frame
    assert frame["population"].to_list() == [9, 25]
    assert frame["hommes"].to_list() == [4, None]
    # EPSG:3035 has its origin (4 321 000 m, 3 210 000 m) at 10° E, 52° N: between the two centres.
    assert frame["lon"].mean() == pytest.approx(10.0, abs=1e-4)
    assert frame["lat"].mean() == pytest.approx(52.0, abs=1e-4)


def test_filosofi_grid(tmp_path: Path) -> None:
    path = tmp_path / "carreaux.csv"
    path.write_text(
        "idcar_200m,ind,men,ind_65_79,ind_80p\n"
        "CRS3035RES200mN3209900E4320900,12.5,5,1.5,1\n"
        "CRS2975RES200mN7668000E340000,3,1,0,0\n"
    )
    assert recognise(path) == "carreaux_filosofi"
    frame = read_one("carreaux_filosofi", path).frame
    assert frame.select("lon", "lat").row(0) == pytest.approx((10.0, 52.0), abs=1e-9)
    assert frame["plus_65"].to_list() == [2.5, 0.0]
    assert frame["x_3035"].to_list() == [4_320_900, None]
    assert 55 < frame["lon"][1] < 56
    assert -21.5 < frame["lat"][1] < -20.5
    path.write_text("idcar_200m,ind\nCRS3035,1\nCRS3035RES200mN1E1,-2\nCRS3035RES200mN1E1,s\n")
    assert {ligne for ligne, _, _ in refuse("carreaux_filosofi", path)} == {2, 3, 4}


def test_france_services(tmp_path: Path) -> None:
    rows = [
        STRUCTURE,
        STRUCTURE,  # 3: twice
        STRUCTURE | {"id_fs": "4", "format_fs": "Fusée"},  # 4
        STRUCTURE | {"id_fs": "5", "prise_rdv": "Peut-être"},  # 5
        STRUCTURE | {"id_fs": "6", "latitude": "3.7", "longitude": "50.2"},  # 6
    ]
    assert {ligne for ligne, _, _ in refuse("france_services", write(tmp_path, rows))} == {3, 4, 5, 6}
    odd = [
        STRUCTURE
        | {"h_lundi": "le matin", "h_mardi": "00:00 - 00:00 / 09:00 - 12:00", "latitude": "", "longitude": ""}
    ]
    table = read_one("france_services", write(tmp_path, odd))
    assert table.frame["horaires"].to_list() == ["Mo unknown; Tu 09:00-12:00"]
    assert table.frame["precision"].to_list() == ["commune"]
    assert {a.colonne for a in table.avertissements} == {"h_lundi", "nom"}


def test_present_stations(tmp_path: Path) -> None:
    path = tmp_path / "gares.csv"
    path.write_text(
        "nom;libellecourt;segment_drg;position_geographique;codeinsee;codes_uic\n"
        "Lille Flandres;LIL;A;50.6363, 3.0703;59350;87286005\nSans lieu;X;C;;59001;87000000\n"
    )
    assert recognise(path) == "gares"
    frame = read_one("gares", path).frame
    assert frame.select("lon", "lat", "departement").row(0) == (3.0703, 50.6363, "59")
    assert frame["lon"][1] is None


def test_insee_communes_and_movements(tmp_path: Path) -> None:
    communes = tmp_path / "c.csv"
    header = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
    communes.write_text(
        header + "COM,59006,32,59,59D,591,5,OREE DE MORMAL,Orée de Mormal,L'Orée de Mormal,5905,\n"
        "COMD,59070,,,,,0,BERMERIES,Bermeries,Bermeries,,59006\n"
    )
    frame = read_one("cog_insee", communes).frame
    assert frame.select("code_insee", "arrondissement_nom").rows() == [("59006", "Avesnes-sur-Helpe")]
    moves = tmp_path / "m.csv"
    moves.write_text(
        "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP\n"
        "32,2025-01-01,COM,59070,0,B,B,B,COM,59006,5,O,O,O\n32,2025-01-01,COM,59006,0,A,A,A,COM,59006,5,O,O,O\n"
        "10,2024-01-01,COM,59001,0,B,B,B,COM,59001,5,O,O,O\n"
    )
    assert {recognise(communes), recognise(moves)} == {"cog_insee", "cog_mouvements"}
    assert read_one("cog_mouvements", moves).frame.select("ancien", "nouveau").rows() == [("59070", "59006")]


def test_indices_are_never_read_as_figures(tmp_path: Path) -> None:
    path = tmp_path / "indices.parquet"
    pl.DataFrame(
        {"code_insee": ["59001"], "x75_pop_17": [0.3], "aocc_voit": [0.8], "i_eco": ["0.4"]}
    ).write_parquet(path)
    assert recognise(path) is None
    with pytest.raises(EntreeInvalide, match="Aucun fichier connu"):
        find_sources(tmp_path)


def test_right_name_wrong_file(tmp_path: Path) -> None:
    path = tmp_path / "communes_59.csv"
    path.write_text(as_csv(VALIDES["gares"]))
    assert recognise(path) == "gares"
    assert refuse("cog", path)[0][2] == "colonne absente"


def test_missing_or_unreadable_folder(tmp_path: Path) -> None:
    with pytest.raises(EntreeInvalide, match="n'existe pas"):
        find_sources(tmp_path / "rien")
    with pytest.raises(EntreeInvalide, match="Aucun lecteur"):
        read("licornes", tmp_path)


DEGATS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.lent
@DEGATS
@given(source=st.sampled_from(sorted(VALIDES)), data=st.data())
def test_any_damage_is_read_or_refused_in_french(source: str, data: st.DataObject, tmp_path: Path) -> None:
    whole = bytearray(as_csv(VALIDES[source]).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        action = data.draw(st.sampled_from(["set", "cut", "insert", "delete"]))
        if action == "set":
            whole[at] = data.draw(st.integers(0, 255))
        elif action == "cut" and at > 1:
            del whole[at:]
        elif action == "insert":
            whole[at:at] = data.draw(st.binary(max_size=6))
        elif len(whole) > 1:
            del whole[at]
    path = tmp_path / "f.csv"
    path.write_bytes(bytes(whole))
    try:
        read(source, path)
    except EntreeInvalide as error:
        assert str(error)  # noqa: PT017 (either outcome is right; no other exception is)


CELLULES = st.one_of(
    st.text(max_size=8),
    st.integers().map(str),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.just(""),
)


@pytest.mark.lent
@DEGATS
@given(source=st.sampled_from(sorted(VALIDES)), data=st.data())
def test_any_cell_is_read_or_refused_in_french(source: str, data: st.DataObject, tmp_path: Path) -> None:
    rows = [dict(row) for row in VALIDES[source]]
    row = data.draw(st.sampled_from(rows))
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(CELLULES)
    path = tmp_path / "f.csv"
    path.write_bytes(as_csv(rows).encode("utf-8", "replace"))
    try:
        read(source, path)
    except EntreeInvalide as error:
        assert error.message  # noqa: PT017


@pytest.mark.lent
@DEGATS
@given(
    content=st.one_of(
        st.binary(max_size=400), st.text(max_size=400).map(lambda t: t.encode("utf-8", "replace"))
    )
)
def test_any_file_is_recognised_or_left_out(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(content)
    assert recognise(path) is None or isinstance(recognise(path), str)


@pytest.mark.parametrize("source", ["bpe"])
def test_large_tables_read_the_same(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for separator, encoding in ((",", "utf-8"), (";", "utf-8-sig"), (";", "cp1252")):
        path = write(tmp_path, VALIDES[source], encoding, separator)
        whole = read_one(source, path).frame
        monkeypatch.setattr(fichiers, "LARGE_BYTES", 10)
        assert read_one(source, path).frame.equals(whole)
        monkeypatch.undo()


def test_large_table_cut_short_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, [BPE] * 50)
    path.write_bytes(path.read_bytes()[:-12])
    monkeypatch.setattr(fichiers, "LARGE_BYTES", 10)
    ((ligne, _, quoi),) = refuse("bpe", path)
    assert ligne == 51
    assert "incomplète" in quoi
