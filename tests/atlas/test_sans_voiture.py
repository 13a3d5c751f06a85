"""An atlas with timetables: hours without a car counted by hand, and nothing else that moves."""

from datetime import date
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from click.testing import CliRunner

from maillage.atlas.construction.build import build
from maillage.atlas.construction.controle import check_atlas
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.construction.places import read_places
from maillage.atlas.etapes.collectifs import Collectifs
from maillage.atlas.lecture.lecteur import Lecteur, open_lecteur
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.atlas.lecture.transports import (
    list_heures,
    list_horaires,
    list_where_a_car_changes_most,
    read_colonnes,
    say_transports,
)
from maillage.atlas.lots import list_places
from maillage.atlas.memoire import evaluate
from maillage.atlas.transports.acces import SEMAINE
from maillage.atlas.transports.dossier import Transports, build_transports, open_transports
from maillage.atlas.transports.entree import warn_timetables
from maillage.atlas.transports.jours_types import JourType
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.atlas import build as build_command
from maillage.cli.atlas import info
from maillage.network.timetables.profiles import Summary
from maillage.network.timetables.timetable import NEVER_S
from tests.flux_gtfs import write_feed

SANS_TUILES = Parametres(tuiles=False, profil="neutre_transports")
TYPE = "france_services"
# From commune 5's town hall to the France services of commune 1, and home.
TIMES = """trip_id,arrival_time,departure_time,stop_id,stop_sequence
T1,08:25:00,08:25:00,A,1
T1,08:55:00,08:55:00,C,2
T2,10:00:00,10:00:00,C,1
T2,10:30:00,10:30:00,A,2
"""


def write_timetables(monde: ModuleType, folder: Path) -> Path:
    stops = "".join(
        f"{name},{name},{monde.hall(c)[1]},{monde.hall(c)[0]}\n" for name, c in (("A", 5), ("C", 1))
    )
    rows = {"stops.txt": f"stop_id,stop_name,stop_lat,stop_lon\n{stops}", "stop_times.txt": TIMES}
    return build_transports([write_feed(folder, rows)], folder / "T").dossier


@pytest.fixture(scope="module")
def construit(petit_monde: ModuleType, une_fois) -> Path:  # type: ignore[no-untyped-def]
    def make(folder: Path) -> None:
        sources = petit_monde.write_sources(folder / "sources")
        timetables = write_timetables(petit_monde, folder)
        build("59", sources, folder / "A", SANS_TUILES, transports=timetables)

    return une_fois("sans-voiture", make)


@pytest.fixture(scope="module")
def lecteur(construit: Path) -> Lecteur:
    return open_lecteur(construit / "A")


def test_hours_of_a_commune_are_those_counted_by_hand(lecteur: Lecteur) -> None:
    (found,) = list_heures(lecteur, "commune", "59105")
    # Two of its twelve carreaux are 500 m (8 min 40 s) from the stop: one leaves at 8:16:20, is there from
    # 8:55 to 9:16:20, and is home at 10:38:40, so must not leave before 9:38:40, half an hour after 9:08:40.
    # Open from 9: at 9:10 and 9:15, five days, 50 minutes. One carreau walks its 3 201 m in 56 min: 15 hours.
    expected = (15 + 2 * 50 / 60) / 12
    assert found.transports.valeur == pytest.approx(expected)
    assert found.sans_voiture.valeur == pytest.approx(expected)
    assert found.part_sans_acces.valeur == pytest.approx(9 / 12)
    assert found.transports.fiabilite == "estime"
    assert found.en_plus.valeur == pytest.approx(found.voiture.valeur - expected)
    assert found.menages.valeur is None
    assert found.velo.valeur == pytest.approx(15 / 12)


def test_a_figure_names_its_feed_its_period_and_its_days(lecteur: Lecteur) -> None:
    definition = lecteur.definition(f"heures_acces_{TYPE}_sans_voiture")
    assert set(definition.sources) == {"france_services", "gtfs_bus"}
    assert definition.millesime.endswith("horaires du 2026-01-05 au 2026-06-30, jours types 2026-01-06")
    assert lecteur.manifeste.sources["gtfs_bus"]["sha256"]
    said = say_transports(lecteur.manifeste.transports, detail=True)
    assert said.startswith("transports collectifs compris, horaires du 5 janvier 2026 au 30 juin 2026")
    assert "samedi en période scolaire (aucun dans ces horaires)" in said


def test_what_timetables_do_not_say_does_not_move_by_a_bit(construit: Path, lecteur: Lecteur) -> None:
    without = open_lecteur(build("59", construit / "sources", construit / "B", SANS_TUILES).dossier)
    for niveau in ("carreau", *lecteur.niveaux()):
        own = without.tables.indicateurs(niveau)
        assert lecteur.tables.indicateurs(niveau).select(own.columns).equals(own)
    assert without.manifeste.transports is None
    assert say_transports(without.manifeste.transports) == "hors transports collectifs"
    assert not any("transports" in name for name in without.definitions)
    assert list_where_a_car_changes_most(without, TYPE) == ()
    assert read_colonnes(without, "commune", TYPE).keys() == {"voiture", "marche", "velo"}
    assert "Accès hors transports collectifs" in CliRunner().invoke(info, [str(without.dossier)]).output
    with pytest.raises(EntreeInvalide, match="demande des horaires : cet atlas est hors transports"):
        evaluate(without.tables).indicateur(f"heures_acces_{TYPE}_transports", "commune")


def test_who_reaches_nothing_without_a_car_is_in_deficit_and_told(lecteur: Lecteur) -> None:
    found = lecteur.deficit("commune", "59105")
    assert found is not None
    motif = "Sans voiture, aucun accès à une France services pour plus de la moitié des habitants"
    assert motif in found.motifs
    home = lecteur.deficit("commune", "59101")
    assert home is None or motif not in home.motifs
    (told,) = (sentence for sentence in found.portrait if "sans voiture" in sentence)
    assert "horaires du 2026-01-05 au 2026-06-30, estimation" in told, "the days are in the index, not here"


def test_days_and_stops_that_lack_are_said(lecteur: Lecteur, construit: Path) -> None:
    said = [text for text in lecteur.manifeste.avertissements if text.startswith("Horaires")]
    names = ("samedi en période scolaire", "dimanche en période scolaire")
    assert [text.split(" :")[0] for text in said] == [f"Horaires, {name}" for name in names]
    elsewhere = pl.DataFrame({"lon": [-1.0], "lat": [43.0]})
    far = warn_timetables(open_transports(construit / "T"), "59", elsewhere)
    assert far[0] == "Horaires : aucun arrêt desservi n’est à 15 min de marche d’un carreau de ce département"
    with pytest.raises(EntreeInvalide, match="ne contient pas d’horaires"):
        open_transports(construit / "sources")


def test_invented_timetables_make_invented_figures_and_no_other(
    construit: Path, petit_monde: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "jeu_essai.toml").write_text("titre = 'essai'\n", "utf-8")
    timetables = write_timetables(petit_monde, tmp_path)
    out, sources = tmp_path / "A", construit / "sources"
    places = ["--from", str(sources), "--transports", str(timetables), "--out", str(out)]
    told = CliRunner().invoke(
        build_command, ["--departement", "59", *places, "--sans-tuiles", "--sans-cache"]
    )
    assert "Accès transports collectifs compris, horaires simulés" in told.output
    built = open_atlas(out)
    assert built.manifest.jeu_essai
    assert built.manifest.sources["gtfs_bus"]["nom"].startswith("jeu d'essai, chiffres simulés")
    assert not built.manifest.sources["france_services"]["nom"].startswith("jeu d'essai")
    found = open_lecteur(built.dossier)
    (hours,) = list_heures(found, "commune", "59105")
    assert (hours.sans_voiture.fiabilite, hours.en_plus.fiabilite) == ("simule", "simule")
    assert hours.voiture.fiabilite == "estime"
    assert "horaires simulés" in say_transports(found.manifeste.transports, detail=True)


def test_two_builds_are_the_same_bytes_and_whole(construit: Path, lecteur: Lecteur, tmp_path: Path) -> None:
    again = build("59", construit / "sources", tmp_path / "A", SANS_TUILES, transports=construit / "T")
    assert again.manifest.empreinte == lecteur.manifeste.empreinte
    assert all(check.passe for check in check_atlas(again.dossier))


def test_a_place_moved_is_evaluated_as_if_built(
    construit: Path, lecteur: Lecteur, petit_monde: ModuleType, tmp_path: Path
) -> None:
    places = list_places(lecteur.tables)
    lon, lat = petit_monde.hall(5)
    here = pl.col("id") == places.filter(type=TYPE, itinerant=False)["id"][0]
    moved = places.with_columns(lon=pl.when(here).then(lon).otherwise("lon"))
    moved = moved.with_columns(lat=pl.when(here).then(lat).otherwise("lat"))
    moved.write_csv(tmp_path / "offre.csv")
    built = build(
        "59",
        construit / "sources",
        tmp_path / "A",
        SANS_TUILES,
        offre=tmp_path / "offre.csv",
        transports=construit / "T",
    )
    found = evaluate(lecteur.tables, read_places(tmp_path / "offre.csv"))
    changed = set(found.changes()["indicateur"])
    assert {f"heures_acces_{TYPE}_sans_voiture", f"heures_voiture_en_plus_{TYPE}"} <= changed
    for niveau in ("carreau", "commune"):
        expected = built.indicateurs(niveau)
        assert found.whole(niveau).equals(expected)


def test_the_communes_where_a_car_changes_most(lecteur: Lecteur) -> None:
    assert list_horaires(lecteur) == (TYPE,)
    most = list_where_a_car_changes_most(lecteur, TYPE, 3)
    gaps = [one.en_plus for one in most]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > 0
    assert all(one.voiture > one.sans_voiture for one in most)
    assert "59101" not in {one.commune.code for one in most}, "the commune of the place walks there"


def test_time_to_the_nearest_with_and_without_the_timetable(tmp_path: Path) -> None:
    often = "trip_id,start_time,end_time,headway_secs\nT1,06:00:00,21:00:00,1800\n"
    opened = build_transports([write_feed(tmp_path, {"frequencies.txt": often})], tmp_path / "T")
    places = opened.arrets.filter(pl.col("id") == "C")
    day = JourType("mardi_scolaire", "mardi", date(2026, 1, 6), 2, vacances_connues=True)
    homes = pl.DataFrame({"lon": [4.0450, 5.0], "lat": [50.0170, 51.0]})
    found = ask_trips(opened, homes, places, day)
    # Every half hour, forty minutes: of 721 minutes, 25 wait 0, 24 each of 1 to 29; the 361st waits 14.
    assert found is not None
    assert found.planned_median_s[0] == 40 * 60
    assert found.random_median_s[0] == 54 * 60
    assert found.planned_median_s[1] == NEVER_S
    nothing = JourType("mardi_scolaire", "mardi", None, 0, vacances_connues=True)
    assert ask_trips(opened, homes, places, nothing) is None


def ask_trips(opened: Transports, homes: pl.DataFrame, places: pl.DataFrame, day: JourType) -> Summary | None:
    collectifs = Collectifs(opened, homes, "59")
    collectifs.days = dict.fromkeys(SEMAINE, day)
    found = collectifs.travel(places)
    return found and found[0]
