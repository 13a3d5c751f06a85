"""What a département adds, from its file to the figures: each expectation is worked out by hand.

The small département (see ``tests/petit_monde.py``): communes 0 to 5 of 300·(c + 1) people, 12 carreaux of
4 km × 3 km each; EPCI of the west (0, 1, 3, 4) and of the east (2, 5); a fixed France services in commune 1,
a travelling one in commune 2; children under 15 are a fifth of the people.
"""

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from maillage.access.erreur_temps import load_time_error
from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.etapes.temps import estimate_from, to_points
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.atlas.modele import make_model
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.statistiques import list_columns
from maillage.cli import maillage
from maillage.network.travel_times import Sites
from maillage.sources.saisies import CAPACITES, LIEUX, PLACES

FIXED, MOBILE = "france_services:1", "france_services:2"
CODES = [f"5910{c}" for c in range(6)]
PEOPLE = 300 * np.arange(1, 7)
HOUSEHOLDS = [100, 200, 300, 400, 500, 600]
WITH_CAR = [90, 180, 150, 360, 450, 300]  # without: a tenth, and a half in the east
MEDIANS = [18_000, 20_000, 24_000, 18_500, 20_500, 24_500]
POOR = [30, 20, 10, 30, 20, 10]


def write_csv(path, columns, *rows):
    lines = [";".join(columns)] + [";".join(str(row.get(c, "")) for c in columns) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def add_files(folder):
    write_csv(
        folder / "capacites.csv",
        CAPACITES,
        {"id": FIXED, "capacite": 1000, "activite": 1100, "delai_jours": 9, "accessible": "oui", "maj": 2024},
        {"id": MOBILE, "accessible": "non", "maj": 2023},
    )
    creche = {"type": "accueil_jeune_enfant", "nom": "Crèche", "maj": "2024-05-02"}
    write_csv(
        folder / "lieux.csv",
        LIEUX,
        {**creche, "id": "c1", "code_insee": CODES[0], "capacite": 30, "activite": 15},
        {**creche, "id": "c2", "code_insee": CODES[4], "capacite": 20, "activite": 20},
    )
    rows = [
        {"code_insee": code, "places_individuel": 10 * c, "date": "2023-12-31"}
        for c, code in enumerate(CODES)
    ]
    write_csv(folder / "places.csv", PLACES, *rows)
    cars = {"CODGEO": CODES, "P22_RP": HOUSEHOLDS, "P22_RP_VOIT1P": WITH_CAR, "P22_RP_VOIT2P": [0] * 6}
    pl.DataFrame(cars).write_csv(folder / "base-cc-logement-2022.csv", separator=";")
    incomes = {"CODGEO": CODES, "NBMENFISC21": HOUSEHOLDS, "NBPERSMENFISC21": PEOPLE, "MED21": MEDIANS}
    incomes |= {"TP6021": POOR, "D121": MEDIANS, "D921": MEDIANS}
    pl.DataFrame(incomes).write_csv(folder / "cc_filosofi_2021_COM.csv", separator=";")
    paje = {column.colonne: [50.0] * 5 + [0.0] for column in list_columns("paje")}
    pl.DataFrame({"code_insee": CODES, **paje}).write_parquet(folder / "paje.parquet")


@pytest.fixture(scope="module")
def sources(petit_monde, tmp_path_factory):
    folder = petit_monde.write_sources(tmp_path_factory.mktemp("complet") / "sources")
    add_files(folder)
    petit_monde.write_qpv(folder / "qpv.geojson")
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def atlas(sources, cache):
    return build("59", sources, sources.parent / "atlas", Parametres(tuiles=False), cache=cache)


def column(atlas, name, niveau="commune"):
    return atlas.indicateurs(niveau)[name].to_list()


def one(atlas, name):
    return column(atlas, name, "departement")[0]


def test_places_carry_what_the_departement_says_of_them(atlas):
    places = {row["id"]: row for row in atlas.implantations().to_dicts()}
    assert (places[FIXED]["capacite"], places[FIXED]["activite"], places[FIXED]["delai_jours"]) == (
        1000,
        1100,
        9,
    )
    assert places[FIXED]["complement_source"] == "capacites"
    assert places[FIXED]["source"] == "france_services", "the list stays the list"
    assert places["c1"]["complement_source"] == "lieux_departement"
    assert atlas.manifest.sources["capacites"]["eprouve"] is False


def test_saturation_is_activity_over_capacity_of_those_that_state_both(atlas):
    assert column(atlas, "saturation_france_services") == [None, pytest.approx(110), *[None] * 4]
    assert column(atlas, "saturation_accueil_jeune_enfant", "epci") == [pytest.approx(70), None]
    assert one(atlas, "saturation_france_services_couverture") == pytest.approx(1 / 2)
    assert one(atlas, "saturation_france_services") == pytest.approx(110)


def test_the_only_france_services_is_full_so_nobody_finds_room(atlas):
    assert one(atlas, "part_sans_place_france_services") == 1.0


def test_a_place_with_room_counts_as_often_as_it_is_within_reach(atlas):
    """Crèche c1 alone has room: no room is to be found where the true time to it is over 20 minutes."""
    cells = atlas.carreaux()
    inside = cells.filter("dans_departement")
    creche = atlas.implantations().filter(pl.col("id") == "c1")
    sites = Sites(to_points(creche), np.zeros(1, np.int32), 1)
    time_ds = estimate_from(inside, cells).nearest(sites).time_ds[:, 0]
    law = load_time_error(atlas.manifest.parametres["relief"])
    band = np.minimum(np.searchsorted(law.upper_ds, time_ds, side="right"), len(law.ratio) - 1)
    too_far = (law.ratio[band] * time_ds[:, None] > 20 * 600).mean(axis=1)
    share = np.average(too_far, weights=inside["population"])
    assert one(atlas, "part_sans_place_accueil_jeune_enfant") == pytest.approx(share, abs=1e-9)
    assert 0 < share < 1


def test_the_wait_is_that_of_the_only_place_for_all(atlas):
    assert one(atlas, "delai_france_services") == 9.0


def test_accessibility_is_that_of_the_places_that_say(atlas):
    assert one(atlas, "part_lieux_accessibles") == pytest.approx(1 / 2)


def test_places_in_early_childhood_are_all_shared_out(atlas):
    """E2SFCA preserves totals: Σ children × A / 100 = places, whatever the times."""
    children = 0.2 * atlas.carreaux().filter("dans_departement")["moins_15"].sum()
    for accueil, places in (("creche", 50), ("assistante_maternelle", sum(range(0, 60, 10)))):
        mean = one(atlas, f"places_jeune_enfant_{accueil}")
        assert mean * children / 100 == pytest.approx(places, rel=1e-6), accueil
    sources = atlas.index().filter(pl.col("indicateur") == "places_jeune_enfant_creche")["sources"]
    assert sources[0].to_list() == ["lieux_departement"]


def test_households_without_a_car_come_from_one_file(atlas):
    shares = column(atlas, "part_sans_voiture")
    assert shares == pytest.approx([0.1, 0.1, 0.5, 0.1, 0.1, 0.5])
    assert one(atlas, "part_sans_voiture") == pytest.approx(570 / 2100)
    hours = atlas.indicateurs("epci")
    west = hours.row(0, named=True)
    expected = (
        0.9 * west["heures_acces_france_services_voiture"] + 0.1 * west["heures_acces_france_services_marche"]
    )
    assert west["heures_acces_france_services_motorisation"] == pytest.approx(expected)


def test_far_and_without_a_car_is_said_in_plain_words(atlas):
    judged = atlas.deficits().filter(pl.col("niveau") == "commune")
    beyond = column(atlas, "part_panier_plus_7min")
    shares = column(atlas, "part_sans_voiture")
    expected = [far > 0.1 and without > 570 / 2100 for far, without in zip(beyond, shares, strict=True)]
    assert any(expected), "the small world must hold a case"
    types = judged["typologie"].to_list()
    assert [name == "Loin et peu motorisé" for name in types] == expected
    reasons = " ".join(judged.filter(pl.col("typologie") == "Loin et peu motorisé")["raisons"][0])
    assert "n'ont pas de voiture" in reasons


def test_groups_known_by_commune_are_weighed_by_their_numbers(atlas):
    times = np.array(column(atlas, "duree_panier_quotidien"))
    poor = PEOPLE * np.array(POOR) / 100
    expected = (times * poor).sum() / poor.sum()
    people = np.array(atlas.territoires("commune")["population"].to_list())
    assert one(atlas, "duree_panier_pauvres") == pytest.approx(expected, rel=1e-9)
    assert one(atlas, "ecart_panier_pauvres") == pytest.approx(
        expected - (times * people).sum() / people.sum()
    )


def test_a_group_that_is_secret_somewhere_is_compared_with_the_same_communes(atlas):
    """The CAF prints 0 for a secret count: commune 5 is out, on both sides, and the coverage says so."""
    times, people = np.array(column(atlas, "duree_panier_quotidien"))[:5], PEOPLE[:5]
    expected = times.mean() - (times * people).sum() / people.sum()
    assert one(atlas, "ecart_panier_jeunes_enfants") == pytest.approx(expected, abs=1e-6)
    assert one(atlas, "ecart_panier_jeunes_enfants_couverture") == pytest.approx(1 - 1800 / 6300, abs=1e-3)
    names = atlas.indicateurs("departement").columns
    assert "duree_panier_jeunes_enfants" not in names, "five communes out of six are no sample"
    west, east = column(atlas, "duree_panier_jeunes_enfants", "epci")
    assert west is not None
    assert east is None


def test_concentration_follows_income_by_commune(atlas):
    """By hand: people sorted by median income, trapezes under the curve of cumulated time."""
    times = np.array(column(atlas, "duree_panier_quotidien"))
    order = np.argsort(MEDIANS)
    people, held = PEOPLE[order] / PEOPLE.sum(), (PEOPLE * times)[order] / (PEOPLE * times).sum()
    y = np.concatenate([[0], held.cumsum()])
    expected = 1 - (people * (y[1:] + y[:-1])).sum()
    assert one(atlas, "concentration_panier") == pytest.approx(expected, abs=1e-9)


def test_what_means_nothing_at_a_commune_is_not_there(atlas):
    names = atlas.indicateurs("commune").columns
    assert not {"ecart_panier_pauvres", "concentration_panier", "duree_panier_pauvres"} & set(names)
    assert "duree_panier_plus_65" not in atlas.indicateurs("carreau").columns


def test_people_of_priority_districts_are_a_group(atlas):
    """Half of one carreau of commune 5: the group's time is that carreau's own."""
    links = atlas.carreaux().filter("dans_departement").with_row_index()
    x0, y0 = 3_830_000 + 8000, 3_050_000 + 3000
    cell = links.filter((pl.col("x_3035") == x0) & (pl.col("y_3035") == y0))["id"][0]
    there = atlas.indicateurs("carreau").filter(pl.col("code") == cell)["duree_panier_quotidien"][0]
    assert one(atlas, "duree_panier_qpv") == pytest.approx(there)


def test_far_people_add_up(atlas):
    shares = atlas.indicateurs("carreau")["part_panier_plus_7min"].to_numpy()
    people = atlas.carreaux().filter("dans_departement")["population"].to_numpy()
    assert one(atlas, "eloignes_panier") == pytest.approx(float(shares @ people))
    assert sum(column(atlas, "eloignes_panier")) == pytest.approx(one(atlas, "eloignes_panier"))
    assert (
        one(atlas, "eloignes_panier_bas")
        <= one(atlas, "eloignes_panier")
        <= one(atlas, "eloignes_panier_haut")
    )


def test_times_have_an_interval_that_holds_them(atlas):
    for name in ("duree_pharmacie", "duree_panier_quotidien", "profondeur_panier", "cout_trajets_revenu"):
        low, value, high = (one(atlas, f"{name}{end}") for end in ("_bas", "", "_haut"))
        assert low < value < high, name


def test_a_secret_count_leaves_an_interval_to_the_sum(atlas):
    assert one(atlas, "paje") == 250
    assert (one(atlas, "paje_bas"), one(atlas, "paje_haut")) == (250, 254)


def test_deficit_and_excess_are_two_sides_of_one_measure(atlas):
    judged = atlas.deficits().filter(pl.col("niveau") == "commune")
    levels = column(atlas, "equilibre_medecin")
    assert ["medecin" in row for row in judged["sous_dotes"].to_list()] == [x < 0.75 for x in levels]
    assert ["medecin" in row for row in judged["surconcentres"].to_list()] == [x > 1.25 for x in levels]


def test_the_model_to_fill_in_reads_back(atlas, tmp_path):
    data = make_model(atlas, "france_services").decode("utf-8-sig")
    header, *rows = data.splitlines()
    assert header.split(";")[:3] == ["id", "nom", "code_insee"]
    assert [row.split(";")[0] for row in rows] == [FIXED, MOBILE]
    with pytest.raises(EntreeInvalide, match="types connus"):
        make_model(atlas, "pharmacie")


def test_an_id_that_no_list_holds_is_refused_with_all_the_others(sources, tmp_path, petit_monde):
    folder = petit_monde.write_sources(tmp_path / "s")
    write_csv(folder / "capacites.csv", CAPACITES, {"id": "77", "capacite": 1}, {"id": "78", "capacite": 1})
    with pytest.raises(EntreeInvalide) as raised:
        build("59", folder, tmp_path / "A", Parametres(tuiles=False))
    assert [faute.quoi for faute in raised.value.fautes] == [
        f"« {name} » : aucun lieu de cet identifiant" for name in ("77", "78")
    ]
    assert not (tmp_path / "A").exists()


def test_a_rule_of_ones_own_reruns_one_stage_and_stays_in_the_atlas(atlas, sources, cache, tmp_path):
    runner = CliRunner()
    model = runner.invoke(maillage, ["catalogue", "profil", "sdaasp_nord_2025"]).output
    rule = model.replace("sdaasp_nord_2025", "chez_nous").replace("seuil = 0.10", "seuil = 0.9")
    path = tmp_path / "regle.toml"
    path.write_text(rule, "utf-8")
    kept = {place.name for place in cache.iterdir()}
    out = tmp_path / "B"
    asked = ["atlas", "build", "--departement", "59", "--from", str(sources), "--out", str(out), "-q"]
    asked += ["--sans-tuiles", "--cache", str(cache), "--profil", str(path), "--relief", "tout"]
    done = runner.invoke(maillage, asked)
    assert done.exit_code == 0, done.output
    fresh = {place.name.rsplit("-", 1)[0] for place in cache.iterdir() if place.name not in kept}
    assert fresh == {"deficits"}
    again = open_atlas(out)
    assert again.manifest.parametres["profil"] == "chez_nous"
    assert again.manifest.parametres["regle"]["motifs"][0]["criteres"][0]["seuil"] == 0.9
    assert again.deficits()["profil"].unique().to_list() == ["chez_nous"]


WRONG = """[a]
nom = "A"
source = "s"
confirme = false
[[a.motifs]]
id = "m"
nom = "M"
part_requise = "1"
part_connue = 0.5
[[a.motifs.criteres]]
indicateur = "x"
poids = "lourd"
seuil = "7"
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\n[b]\n", "2 profils au lieu d'un"),
        ("nom = 'x'\n", "1 profils au lieu d'un"),
        ("[a", "écriture illisible"),
        ("[a]\nnom = 'A'\nsource = 's'\nconfirme = false\nmotifs = [1]\n", "doit être une suite"),
        ("[a]\nnom = 'A'\nsource = 's'\nconfirme = false\n", "« motifs » manque"),
        (
            WRONG,
            "« part_requise » doit être un nombre",
        ),
    ],
)
def test_a_rule_that_cannot_be_read_says_why_in_one_go(tmp_path, sources, text, said):
    path = tmp_path / "regle.toml"
    path.write_text(text, "utf-8")
    asked = ["atlas", "build", "--departement", "59", "--from", str(sources), "--out", str(tmp_path / "A")]
    done = CliRunner().invoke(maillage, [*asked, "--profil", str(path)])
    assert done.exit_code != 0
    assert isinstance(done.exception, EntreeInvalide)
    assert said in str(done.exception)
    assert not (tmp_path / "A").exists()


def test_a_rule_on_an_unknown_indicator_is_refused(sources, cache, tmp_path):
    rule = {
        "nom": "R",
        "source": "s",
        "confirme": False,
        "motifs": [
            {
                "id": "m",
                "nom": "M",
                "part_requise": 0.5,
                "part_connue": 0.5,
                "criteres": [{"indicateur": "part_rsaa", "au_dela": True, "seuil": 1, "poids": 1}],
            }
        ],
    }
    with pytest.raises(EntreeInvalide, match="lit des indicateurs inconnus"):
        build("59", sources, tmp_path / "A", Parametres(tuiles=False, profil="r", regle=rule), cache=cache)
    assert not (tmp_path / "A").exists()
