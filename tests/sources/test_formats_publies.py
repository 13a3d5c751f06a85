"""Official files that no test can fetch, made here with the columns, separators and marks that are published.

Headers are facts of the producers' documentation and of the open code that reads these files (named in
``docs/guide/sources.md``); the figures are ours.
"""

import json
from pathlib import Path

import polars as pl
import pytest
import shapely
from shapely import box

from maillage.sources import read, read_all
from maillage.sources.decouverte import find_sources, recognise

COG = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT"
MOUVEMENTS = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,"
    "TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP"
)
DS_BPE = (
    "GEO;GEO_OBJECT;FACILITY_DOM;FACILITY_SDOM;FACILITY_TYPE;BPE_MEASURE;"
    "UNIT_MEASURE;OBS_STATUS;UNIT_MULT;TIME_PERIOD;OBS_VALUE"
)
CARREAUX = (
    "idcar_200m,idcar_1km,idcar_nat,i_est_200,i_est_1km,lcog_geo,ind,men,men_pauv,men_1ind,men_5ind,men_prop,"
    "men_fmp,ind_snv,men_surf,men_coll,men_mais,log_av45,log_45_70,log_70_90,log_ap90,log_inc,log_soc,"
    "ind_0_3,ind_4_5,ind_6_10,ind_11_17,ind_18_24,ind_25_39,ind_40_54,ind_55_64,ind_65_79,ind_80p,ind_inc"
)
FILOSOFI = "CODGEO NBMENFISC21 NBPERSMENFISC21 MED21 PIMP21 TP6021 TP60AGE121 TP60TOL121 D121 D921 RD21"
QPV = (
    "code_qp", "lib_qp", "insee_reg", "lib_reg", "insee_dep", "lib_dep", "insee_com", "lib_com", "siren_epci",
    "lib_epci",
)  # fmt: skip


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def only(source: str, path: Path) -> pl.DataFrame:
    """The one table of a file that is recognised by its content."""
    assert recognise(path) == source
    (table,) = read(source, path)
    assert not table.provenance.eprouve
    return table.frame


def test_code_officiel_geographique(tmp_path: Path) -> None:
    path = write(
        tmp_path / "v_commune_2025.csv",
        COG,
        'COM,"59006",32,59,59D,597,5,"OREE DE MORMAL","Orée de Mormal","L\'Orée de Mormal","5906",',
        'COMD,"59006",,,,,0,"AMFROIPRET","Amfroipret","Amfroipret",,"59006"',
        'COM,"59350",32,59,59D,595,0,"LILLE","Lille","Lille","5998",',
        'ARM,"75101",11,75,75C,751,0,"PARIS 1ER","Paris 1er","Paris 1er Arrondissement",,"75056"',
    )
    frame = only("cog_insee", path)
    assert frame["code_insee"].to_list() == ["59006", "59350"]
    assert frame.row(0, named=True)["arrondissement"] == "597"


def test_mouvements_de_communes(tmp_path: Path) -> None:
    """A merger (32), a change of department (41) or of chief town (50) moves a code; a new name (10) none; a
    restored commune (21) leaves another."""

    def line(kind: int, before: str, after: str, types: tuple[str, str] = ("COM", "COM")) -> str:
        name = "0,NOM,Nom,Nom"
        return f"{kind},2025-01-01,{types[0]},{before},{name},{types[1]},{after},{name}"

    path = write(
        tmp_path / "v_mvt_commune_2025.csv",
        MOUVEMENTS,
        line(32, "59070", "59006"),
        line(32, "59070", "59070", ("COM", "COMD")),
        line(10, "59350", "59350"),
        line(41, "49144", "44180"),
        line(50, "14697", "14472"),
        line(21, "55298", "55138"),
    )
    frame = only("cog_mouvements", path)
    assert dict(frame.select("ancien", "nouveau").iter_rows()) == {
        "14697": "14472",
        "49144": "44180",
        "55298": "55138",
        "59070": "59006",
    }
    assert dict(frame.select("ancien", "nature").iter_rows()) == {
        "14697": "recodage",
        "49144": "recodage",
        "55298": "partage",
        "59070": "fusion",
    }


def test_mairies(tmp_path: Path) -> None:
    """As geopandas writes it: a name, a CRS, the type of place beside the commune's code."""
    features = [
        {
            "type": "Feature",
            "properties": {"nom": "Lille", "type": kind, "commune": "59350"},
            "geometry": {"type": "Point", "coordinates": [lon, 50.63]},
        }
        for kind, lon in (("mairie", 3.06), ("centre", 3.07))
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    document = {"type": "FeatureCollection", "name": "mairies", "crs": crs, "features": features}
    frame = only("mairies", write(tmp_path / "mairies.geojson", json.dumps(document)))
    assert frame.rows() == [("59350", 3.06, 50.63)]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_bpe_geolocalisee(tmp_path: Path, suffix: str) -> None:
    """Semicolons or Parquet, Lambert 93 or UTM, no point where the producer could not place it."""
    table = pl.DataFrame(
        {
            "AN": ["2024"] * 3,
            "NOMRS": ["PHARMACIE", None, "BOULANGERIE"],
            "CNOMRS": [None] * 3,
            "DEPCOM": ["59350", "75101", "97411"],
            "TYPEQU": ["D307", "D307", "B207"],
            "LAMBERT_X": [704_061.0, None, 338_000.0],
            "LAMBERT_Y": [7_059_137.0, None, 7_690_000.0],
            "LONGITUDE": [3.057, None, 55.45],
            "LATITUDE": [50.631, None, -20.88],
            "QUALITE_XY": ["Bonne", "Non géolocalisé", "Bonne"],
        },
        schema_overrides={"CNOMRS": pl.String},
    )
    path = tmp_path / f"BPE24.{suffix}"
    if suffix == "csv":
        table.write_csv(path, separator=";")
    else:
        table.write_parquet(path)
    frame = only("bpe", path).sort("code_insee")
    assert frame["code_insee"].to_list() == ["59350", "75056", "97411"]
    assert frame["lon"].to_list() == [pytest.approx(3.057, abs=2e-3), None, pytest.approx(55.45, abs=0.02)]
    assert frame["lat"][0] == pytest.approx(50.631, abs=2e-3)
    assert frame["precision"].to_list() == ["adresse", "commune", "adresse"]
    assert frame["millesime"].unique().to_list() == ["2024"]


def test_bpe_denombrement(tmp_path: Path) -> None:
    """Lyon has a row and its arrondissements too, Paris only these: nothing is lost or counted twice."""
    rows = [
        ("59350", "COM", "D307", 79),
        ("69123", "COM", "D307", 150),
        ("69381", "ARM", "D307", 12),
        ("75101", "ARM", "D307", 20),
        ("75102", "ARM", "D307", 22),
        ("59", "DEP", "D307", 880),
        ("59350", "COM", "_T", 9000),
    ]
    lines = [
        f'"{geo}";"{kind}";"D";"D3";"{type_}";"FACILITIES";"NR";"A";"0";"2025";{n}'
        for geo, kind, type_, n in rows
    ]
    frame = only("bpe_denombrement", write(tmp_path / "DS_BPE_2025_data.csv", DS_BPE, *lines))
    assert dict(frame.select("code_insee", "nombre").iter_rows()) == {"59350": 79, "69123": 150, "75056": 42}


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_carreaux_de_200_m(tmp_path: Path, encoding: str) -> None:
    """Decimal points, a cell over two communes, one overseas; ages have no bound at 15."""

    def line(cell: str, communes: str, people: str, older: str) -> str:
        cells = dict.fromkeys(CARREAUX.split(","), "0")
        cells |= {
            "idcar_200m": cell,
            "lcog_geo": communes,
            "ind": people,
            "ind_65_79": older,
            "ind_80p": "1.5",
        }
        return ",".join(cells.values())

    path = write(
        tmp_path / "carreaux_200m_met.csv",
        CARREAUX,
        line("CRS3035RES200mN3079000E3839200", "5935059512", "212.5", "20"),
        line("CRS2975RES200mN7690000E338000", "97411", "8", "0.5"),
        encoding=encoding,
    )
    frame = only("carreaux_filosofi", path)
    assert frame["population"].to_list() == [212.5, 8.0]
    assert frame["plus_65"].to_list() == [21.5, 2.0]
    assert frame["taille_m"].to_list() == [200, 200]
    assert frame["x_3035"].to_list() == [3_839_200, None]
    assert frame["moins_15"].null_count() == 2


def test_logements_du_recensement(tmp_path: Path) -> None:
    """Weighted counts with many decimals, arrondissements of Paris among the communes."""
    path = write(
        tmp_path / "base-cc-logement-2022.CSV",
        "CODGEO;P22_LOG;P22_RP;P22_RP_LOC;P22_RP_VOIT1P;P22_RP_VOIT1;P22_RP_VOIT2P;P22_RP_GARL",
        "59350;152340.118;121003.4473;80000.1;70001.25;55000.5;15000.75;30000",
        "75101;14000;9000;6000;2500;2200;300;1000",
        encoding="latin-1",
    )
    frame = only("logements_recensement", path)
    assert frame["menages_sans_voiture"].to_list() == pytest.approx([51002.1973, 6500.0])


def test_revenus_des_communes(tmp_path: Path) -> None:
    """Decimal commas; ``s``, ``ns`` and ``nd`` are secret, never zero."""
    path = write(
        tmp_path / "cc_filosofi_2021_COM.csv",
        FILOSOFI.replace(" ", ";"),
        "59350;105000;220000;20 910;42,1;25,5;33,2;s;9 760;42 140;4,3",
        "59001;186;471;25560;ns;s;nd;s;s;s;s",
    )
    frame = only("revenus_insee", path)
    assert frame["revenu_median"].to_list() == [20_910, 25_560]
    assert frame["taux_pauvrete"].to_list() == [25.5, None]
    assert frame["revenu_d9"].to_list() == [42_140, None]


def test_quartiers_prioritaires_publies_par_commune(tmp_path: Path) -> None:
    """One feature for each commune that a district touches: the same code again, and one district."""
    parts = [("59350", box(3.0, 50.6, 3.1, 50.7)), ("59386", box(3.1, 50.6, 3.2, 50.7))]
    features = [
        {
            "type": "Feature",
            "properties": dict(
                zip(QPV, ("QN05901M", "Oliveaux", 32, "", 59, "", code, "", "", ""), strict=True)
            ),
            "geometry": shapely.geometry.mapping(part),
        }
        for code, part in parts
    ]
    document = json.dumps({"type": "FeatureCollection", "features": features})
    path = write(tmp_path / "QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson", document)
    frame = only("qpv", path)
    assert frame.select("code", "nom").rows() == [("QN05901M", "Oliveaux")]
    assert shapely.from_wkb(frame["wkb"][0]).equals(box(3.0, 50.6, 3.2, 50.7))


def test_a_moved_commune_keeps_its_offer(tmp_path: Path) -> None:
    """What an older file says under the former code is read under the present one."""
    write(
        tmp_path / "v_commune.csv", COG, 'COM,"44180",52,44,44D,442,0,"VALLONS","Vallons","Vallons","4401",'
    )
    write(
        tmp_path / "v_mvt.csv",
        MOUVEMENTS,
        "41,2018-01-01,COM,49144,0,FREIGNE,Freigné,Freigné,COM,44180,0,VALLONS,Vallons,Vallons",
    )
    write(tmp_path / "bpe.csv", "depcom,equipement,nb", "49144,Pharmacie,1")
    (offer,) = (t.frame for t in read_all(find_sources(tmp_path)) if t.nature == "offre_commune")
    assert offer.select("code_insee", "nombre").rows() == [("44180", 1)]
