import polars as pl
import pytest

from maillage.atlas.construction.nationales import average_statistics, gather_national
from maillage.atlas.etapes.references import REFERENCES, is_national, make_references
from maillage.catalogue.departements import list_all, list_scales
from maillage.sources.base import Provenance, Table

ALL = list_all()
PLACES = {
    "code_insee": pl.String,
    "type": pl.String,
    "nombre": pl.Int64,
    "source": pl.String,
    "millesime": pl.String,
}


def make_offer(departements, number=2, millesime="2024"):
    rows = [(f"{code:0<5}", "pharmacie", number, "bpe", millesime) for code in departements]
    return pl.DataFrame(rows, schema=PLACES, orient="row")


def make_communes(departements=("59",)):
    rows = [(f"{code:0<5}", code, 1000) for code in departements]
    return pl.DataFrame(
        rows, schema={"code_insee": pl.String, "departement": pl.String, "population": pl.Int64}, orient="row"
    )


def make_points(source="france_services", departements=("59",)):
    rows = [("france_services", code, 1, source, "2024-08") for code in departements]
    names = {
        "type": pl.String,
        "departement": pl.String,
        "effectif": pl.Int64,
        "source": pl.String,
        "millesime": pl.String,
    }
    return pl.DataFrame(rows, schema=names, orient="row")


def make_statistics(values, name="taux_pauvrete"):
    frame = pl.DataFrame(
        {"code_insee": list(values), name: list(values.values())},
        schema={"code_insee": pl.String, name: pl.Float64},
    )
    origin = Provenance("revenus", "Revenus", "INSEE", "", "2021", None, "", "f.csv", eprouve=True)
    return Table("statistiques", frame, origin)


def run(offre, *, points=None, statistiques=(), communes=None, temps=None, asked=()):
    communes = make_communes() if communes is None else communes
    points = make_points() if points is None else points
    temps = (
        temps
        if temps is not None
        else pl.DataFrame(schema={"departement": pl.String, "type": pl.String, "moyenne_s": pl.Float64})
    )
    entrees = {
        "implantations": points,
        "temps_publies": temps,
        **gather_national(communes, offre, statistiques),
    }
    choix = [("pharmacie", *row) for row in offre.select("source", "millesime").unique().rows()]
    choix += [("france_services", "france_services", "2024-08")]
    known = ["nombre_pharmacie", "taux_pharmacie_10000", "nombre_france_services",
             "nombre_equipements", "equipements_10000", "taux_pauvrete", "foyers_caf_rsa",
             "duree_pharmacie", "densite"]  # fmt: skip
    lots = {
        "entrees": entrees,
        "offre": {
            "choix": pl.DataFrame(choix, schema=["type", "source", "millesime"], orient="row"),
            "totaux": offre.select("source", "millesime").unique(),
        },
        "indicateurs": {"index": pl.DataFrame({"niveau": "departement", "indicateur": [*(asked or known)]})},
    }
    parametres = {
        "departement": "59",
        "natures": {"communes": ("cog_npm", "2026")},
        "colonnes": {"taux_pauvrete": ("revenus", "2021"), "foyers_caf_rsa": ("rsa", "2022")},
        "millesimes": {"temps_acces_departements": "2023"},
    }
    table = make_references(lots, parametres)["references"]
    assert dict(table.schema) == REFERENCES
    return {(row["indicateur"], row["echelle"]): row for row in table.iter_rows(named=True)}


def test_a_national_file_is_summed_at_every_scale():
    """Two pharmacies in each département: 10 in the region of 5, 192 in the 96 of the mainland."""
    found = run(make_offer(ALL))
    assert found["nombre_pharmacie", "region"]["valeur"] == 10
    assert found["nombre_pharmacie", "france"]["valeur"] == 2 * 96
    assert found["nombre_pharmacie", "type_densite"]["valeur"] == 2 * len(list_scales("59")[1].departements)
    people = sum(ALL[code].population for code in ("02", "59", "60", "62", "80"))
    assert found["taux_pharmacie_10000", "region"]["valeur"] == pytest.approx(1e5 / people)
    assert found["equipements_10000", "region"]["valeur"] == pytest.approx(1e5 / people)
    assert found["taux_pharmacie_10000", "region"]["source"] == "bpe"
    assert found["taux_pharmacie_10000", "region"]["nom"] == "Hauts-de-France"


def test_a_file_of_the_departement_gives_no_reference_and_names_itself():
    found = run(make_offer(["59"]))
    for name in ("nombre_pharmacie", "taux_pharmacie_10000", "nombre_equipements", "equipements_10000"):
        for scale in ("region", "france", "type_densite"):
            assert found[name, scale]["valeur"] is None
            assert found[name, scale]["source"] == "bpe"


def test_a_file_of_the_region_alone_is_not_national():
    assert run(make_offer(["02", "59", "60", "62", "80"]))["nombre_pharmacie", "region"]["valeur"] is None


def test_points_of_a_national_list_are_summed_by_departement():
    found = run(make_offer(["59"]), points=make_points(departements=[*ALL, "59", "62"]))
    assert found["nombre_france_services", "region"]["valeur"] == 7
    assert found["nombre_france_services", "france"]["valeur"] == 98


def test_a_departement_without_a_row_of_a_national_file_counts_for_zero():
    without = [code for code in ALL if code not in {"2A", "2B"}]
    assert run(make_offer(without))["nombre_pharmacie", "france"]["valeur"] == 2 * 94


def test_facilities_and_people_more_than_five_years_apart_make_no_rate():
    found = run(make_offer(ALL, millesime="2013"))
    assert found["nombre_pharmacie", "france"]["valeur"] == 192
    assert found["taux_pharmacie_10000", "france"]["valeur"] is None
    assert run(make_offer(ALL, millesime="2018"))["taux_pharmacie_10000", "france"]["valeur"] is not None


def test_an_undated_file_makes_no_rate():
    assert run(make_offer(ALL, millesime="non daté"))["taux_pharmacie_10000", "france"]["valeur"] is None


def test_statistics_are_averaged_over_people_and_counts_added():
    communes = make_communes(ALL).with_columns(
        population=pl.when(pl.col("departement") == "59").then(3000).otherwise(1000).cast(pl.Int64)
    )
    poverty = make_statistics({f"{code:0<5}": 20.0 if code == "59" else 10.0 for code in ALL})
    homes = make_statistics({f"{code:0<5}": 100.0 for code in ALL}, "foyers_caf_rsa")
    found = run(make_offer(["59"]), statistiques=[poverty, homes], communes=communes)
    assert found["taux_pauvrete", "region"]["valeur"] == pytest.approx((3 * 20 + 4 * 10) / 7)
    assert found["foyers_caf_rsa", "region"]["valeur"] == 500
    assert found["taux_pauvrete", "region"]["source"] == "revenus"


def test_a_statistic_unknown_for_many_people_of_a_scale_is_not_averaged():
    values = {f"{code:0<5}": None if code == "62" else 10.0 for code in ALL}
    found = run(make_offer(["59"]), statistiques=[make_statistics(values)], communes=make_communes(ALL))
    assert found["taux_pauvrete", "region"]["valeur"] is None, "one commune in five is secret"
    assert found["taux_pauvrete", "france"]["valeur"] == pytest.approx(10)


def test_a_statistic_of_the_departement_alone_is_no_reference():
    found = run(make_offer(["59"]), statistiques=[make_statistics({"59000": 20.0})])
    assert found["taux_pauvrete", "region"]["valeur"] is None


def test_the_first_table_wins_as_in_the_atlas():
    first, second = make_statistics({"59000": 20.0}), make_statistics({"59000": 90.0})
    assert average_statistics(make_communes(), [first, second])["somme"].to_list() == [20.0 * 1000]


def test_published_times_are_repeated_and_averaged_over_people():
    rows = [(code, "pharmacie", 300.0 if code == "59" else 600.0) for code in ("02", "59", "60", "62", "80")]
    temps = pl.DataFrame(
        [*rows, ("FR", "pharmacie", 240.0)], schema=["departement", "type", "moyenne_s"], orient="row"
    )
    found = run(make_offer(["59"]), temps=temps)
    region = {code: ALL[code].population for code in ("02", "59", "60", "62", "80")}
    expected = 600 - 300 * region["59"] / sum(region.values())
    assert found["duree_pharmacie", "departement"]["valeur"] == 300
    assert found["duree_pharmacie", "region"]["valeur"] == pytest.approx(expected)
    assert found["duree_pharmacie", "france"]["valeur"] == 240
    assert found["duree_pharmacie", "type_densite"]["valeur"] is None, "not all of them are published"


def test_only_indicators_of_the_atlas_are_referred_to():
    assert {name for name, _ in run(make_offer(ALL), asked=["nombre_pharmacie"])} == {"nombre_pharmacie"}


def test_the_people_of_scales_come_from_a_national_list_when_it_is_given():
    found = run(make_offer(ALL), communes=make_communes(ALL))
    assert found["taux_pharmacie_10000", "region"]["valeur"] == pytest.approx(1e4 * 10 / 5000)
    assert found["densite", "region"]["source"] == "cog_npm"
    assert run(make_offer(ALL))["densite", "region"]["source"] == "departements"


@pytest.mark.parametrize(
    ("without", "national"), [((), True), (("2A", "2B"), True), (("59", "62", "75", "13", "69"), False)]
)
def test_national_is_nine_tenths_of_the_mainlands_people(without, national):
    assert is_national(set(ALL) - set(without)) is national


def test_the_catalogues_people_add_up_to_the_published_country():
    """INSEE, 2023: some 68 million people, 66 on the mainland, of 543,940 km²."""
    assert sum(d.population for d in ALL.values()) == pytest.approx(68.3e6, rel=5e-3)
    assert sum(d.superficie_km2 for d in ALL.values() if d.metropolitain) == pytest.approx(543_940, rel=2e-4)
    assert ALL["59"].population == 2_615_635


def test_a_small_atlas_holds_its_references(petit_atlas):
    table = petit_atlas.references()
    assert dict(table.schema) == REFERENCES
    assert set(table["indicateur"]) <= set(petit_atlas.index()["indicateur"])
    known = table.drop_nulls("valeur")
    assert set(known["source"]) == {"departements"}, "its files hold the département only"
