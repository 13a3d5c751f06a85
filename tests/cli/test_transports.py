"""``maillage transports``: feeds built, described and asked; nights, and the days when the clock changes."""

# ruff: noqa: E501

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.transports import transports
from tests.flux_gtfs import FEED, add, edit, write_feed

HEAD = FEED["stop_times.txt"].split("\n")[0] + "\n"
EVERY_DAY = {"calendar.txt": FEED["calendar.txt"].split("\n")[0] + "\nS,1,1,1,1,1,1,1,20250101,20261231\n"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(transports, [str(a) for a in arguments], catch_exceptions=False)


def build(folder: Path, changes=None, *others: Path) -> Path:
    out = folder / "T"
    assert run("build", write_feed(folder, changes), *others, "--out", out).exit_code == 0
    return out


def ask(
    folder: Path, horaires: Path, jour: str, *pairs: str, options: tuple[str, ...] = ()
) -> list[str | None]:
    (folder / "paires.csv").write_text(
        "depart,arrivee,heure\n" + "".join(f"{pair}\n" for pair in pairs), "utf-8"
    )
    answer = run("arrivees", horaires, folder / "paires.csv", "--jour", jour, "--json", *options)
    return json.loads(answer.stdout)


def test_arrivals_change_at_the_same_stop_in_no_time(tmp_path: Path) -> None:
    horaires = build(tmp_path)
    pairs = ("A,C,08:00", "A,C,08:01", "B,C,08:21", "A,A,23:59", "C,A,00:00", "B,C,08:20")
    assert ask(tmp_path, horaires, "2026-01-06", *pairs) == [
        "08:30:00", None, "08:40:00", "23:59:00", None, "08:30:00"
    ]  # fmt: skip
    assert ask(tmp_path, horaires, "2026-01-10", "A,C,08:00") == [None], "a Saturday"
    assert ask(tmp_path, horaires, "2031-01-06", "A,C,08:00") == [None], "out of the calendar"


def test_the_eve_goes_on_after_midnight_and_the_day_beyond_24_hours(tmp_path: Path) -> None:
    rows = (
        HEAD
        + "T1,23:50:00,23:50:00,A,1\nT1,24:30:00,24:31:00,B,2\nT2,24:40:00,24:40:00,B,1\nT2,25:10:00,25:10:00,C,2\n"
    )
    horaires = build(tmp_path, {"stop_times.txt": rows})
    assert ask(tmp_path, horaires, "2026-01-06", "A,C,23:00", "B,C,00:30", "B,C,00:41") == [
        "25:10:00", "01:10:00", "25:10:00"
    ]  # fmt: skip
    assert ask(tmp_path, horaires, "2026-01-10", "B,C,00:30", "A,C,00:00") == ["01:10:00", None], (
        "Friday's night"
    )
    assert ask(tmp_path, horaires, "2026-07-01", "B,C,00:30") == ["01:10:00"], "the night after the last day"


@pytest.mark.parametrize(
    ("jour", "pairs", "answers"),
    [
        # The clock goes back at 3: the eve's 25:30 is half past one; the day's own 04:00 is 4 o'clock.
        ("2025-10-26", ("A,B,01:00", "A,B,01:31", "A,B,00:00"), ["02:10:00", "04:30:00", "02:10:00"]),
        # The clock goes forward at 2: the eve's 26:10 comes when the clock says 3:10.
        ("2026-03-29", ("A,B,01:00", "A,B,01:31", "A,B,05:00"), ["03:10:00", "04:30:00", "26:10:00"]),
        ("2025-10-27", ("A,B,01:00", "A,B,01:31"), ["02:10:00", "04:30:00"]),
        # Hours past midnight go on as the feed counts them.
        ("2025-10-25", ("A,B,05:00",), ["26:10:00"]),
    ],
)
def test_two_sundays_a_year_have_not_24_hours(tmp_path: Path, jour: str, pairs, answers) -> None:
    rows = (
        HEAD
        + "T1,25:30:00,25:30:00,A,1\nT1,26:10:00,26:10:00,B,2\nT2,04:00:00,04:00:00,A,1\nT2,04:30:00,04:30:00,B,2\n"
    )
    horaires = build(tmp_path, {"stop_times.txt": rows} | EVERY_DAY)
    assert ask(tmp_path, horaires, jour, *pairs) == answers


def test_walking_joins_stops_and_applies_the_feed_s_transfers(tmp_path: Path) -> None:
    stops = add("stops.txt", "D,Anor Gare,49.9910,4.1000")
    rows = {
        "stop_times.txt": FEED["stop_times.txt"].replace("T2,08:20:00,08:20:00,B", "T2,08:24:00,08:24:00,D")
    }
    horaires = build(tmp_path, stops | rows)
    assert ask(tmp_path, horaires, "2026-01-06", "A,C,08:00") == ["08:40:00"]
    # 111 m, lengthened by 1.3, at 4.5 km/h: 116 s; off the bus at 08:20, at D by 08:22.
    assert ask(tmp_path, horaires, "2026-01-06", "A,C,08:00", options=("--marche", "5")) == ["08:30:00"]
    assert ask(tmp_path, horaires, "2026-01-06", "A,C,08:00", options=("--marche", "1.9")) == ["08:40:00"]
    (tmp_path / "autre").mkdir()
    slow = {"transfers.txt": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nB,D,2,300\n"}
    horaires = build(tmp_path / "autre", stops | rows | slow)
    assert ask(tmp_path, horaires, "2026-01-06", "A,C,08:00", options=("--marche", "5")) == ["08:40:00"]


def test_several_feeds_keep_their_stops_apart(tmp_path: Path) -> None:
    other = write_feed(tmp_path, edit("stops.txt", "C,Trélon", "E,Trélon") | {
        "stop_times.txt": FEED["stop_times.txt"].replace(",C,", ",E,").replace("T1,08:00:00,08:00:00", "T1,07:00:00,07:00:00")
    }, "train.zip")  # fmt: skip
    horaires = build(tmp_path, None, other)
    assert ask(tmp_path, horaires, "2026-01-06", "bus:A,C,08:00", "train:A,E,06:00", "bus:A,E,06:00") == [
        "08:30:00", "08:30:00", None
    ]  # fmt: skip
    with pytest.raises(EntreeInvalide, match="« A » n’est pas un arrêt"):
        ask(tmp_path, horaires, "2026-01-06", "A,C,08:00")


def test_every_wrong_cell_of_the_pairs_is_told(tmp_path: Path) -> None:
    horaires = build(tmp_path)
    with pytest.raises(EntreeInvalide) as refused:
        ask(tmp_path, horaires, "2026-01-06", "A,Z,08:00", "X,C,8h00", "A,C,")
    assert sorted((f.ligne, f.colonne) for f in refused.value.fautes) == [
        (2, "arrivee"), (3, "depart"), (3, "heure"), (4, "heure")
    ]  # fmt: skip
    (tmp_path / "p.csv").write_text("depart,arrivee\nA,B\n")
    with pytest.raises(EntreeInvalide, match="heure"):
        run("arrivees", horaires, tmp_path / "p.csv", "--jour", "2026-01-06", "--json")


def test_a_station_has_no_vehicle_of_its_own_and_that_is_said(tmp_path: Path) -> None:
    stops = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\nG,Gare,50,4,1,\nA,Voie 1,50,4,0,G\nB,B,49.9,4,0,\nC,C,50.1,4,0,\n"
    horaires = build(tmp_path, {"stops.txt": stops})
    (tmp_path / "p.csv").write_text("depart,arrivee,heure\nG,C,08:00\n")
    answer = run("arrivees", horaires, tmp_path / "p.csv", "--jour", "2026-01-06", "--json")
    assert json.loads(answer.stdout) == [None]
    assert "G" in answer.stderr
    assert ask(tmp_path, horaires, "2026-01-06", "G,C,08:00", options=("--marche", "0")) == ["08:30:00"]


def test_a_route_is_told_leg_by_leg(tmp_path: Path) -> None:
    horaires = build(tmp_path)
    told = run("explain", horaires, "fourmies gare", "C", "--jour", "2026-01-06", "--heure", "07:00").stdout
    assert told.splitlines() == [
        "08:00:00 Fourmies Gare → 08:20:00 Anor Mairie : 1 vers Anor (course T1)",
        "08:20:00 Anor Mairie → 08:30:00 Trélon Place : Anor – Trélon vers Trélon (course T2)",
        "Arrivée à 08:30:00, 30 min de trajet, 1 changement(s).",
    ]
    none = run("explain", horaires, "C", "A", "--jour", "2026-01-06", "--heure", "07:00").stdout
    assert "Aucun trajet" in none
    with pytest.raises(EntreeInvalide, match="Trélon Place"):
        run("explain", horaires, "A", "trélon", "--jour", "2026-01-06", "--heure", "07:00")


def test_what_a_feed_holds_and_what_is_wrong_with_it_are_told(tmp_path: Path) -> None:
    horaires = build(tmp_path, add("trips.txt", "L1,S,T3,Anor"))
    told = run("info", horaires).stdout
    assert "Du 5 janvier 2026 au 30 juin 2026." in told
    assert "WARNING unused_trip (trips.txt, 1, laissé de côté)" in told
    found = json.loads(run("info", horaires, "--json").stdout)
    assert (found["courses"], found["arrets"], found["passages"]) == (2, 3, 5)
    assert found["signalements"][0]["ligne"] == 4


def test_nothing_is_left_of_a_feed_refused(tmp_path: Path) -> None:
    bad = write_feed(tmp_path, {"stops.txt": None}, "a.zip")
    worse = write_feed(tmp_path, {"trips.txt": None}, "b.zip")
    with pytest.raises(EntreeInvalide) as refused:
        run("build", bad, worse, "--out", tmp_path / "T")
    assert [f.fichier for f in refused.value.fautes] == ["stops.txt", "trips.txt"]
    assert not (tmp_path / "T").exists()


def test_typical_days_are_chosen_by_rule(tmp_path: Path) -> None:
    """Most trips, off public and school holidays of zone B: 14 February to 1 March 2026, 11 to 26 April."""
    dates = "service_id,date,exception_type\nP,20260217,1\nP,20260203,1\nP,20260310,1\nP,20260411,1\nP,20260404,1\nP,20260329,1\n"
    changes = {"calendar_dates.txt": dates, "trips.txt": FEED["trips.txt"].replace("L2,S", "L2,P")}
    horaires = build(tmp_path, changes)
    found = {
        day["id"]: day for day in json.loads(run("jours", horaires, "--departement", "59", "--json").stdout)
    }
    assert {key: (day["jour"], day["courses"]) for key, day in found.items()} == {
        "mardi_scolaire": ("2026-02-03", 2),  # before 10 March, as well served
        "samedi_scolaire": ("2026-04-04", 1),
        "dimanche_scolaire": (None, 0),  # 29 March, when the clock changes
        "mardi_vacances": ("2026-02-17", 2),
    }
    told = run("jours", horaires, "--departement", "2A").stdout
    assert "mardi en période scolaire (3 février 2026, vacances scolaires inconnues) : 2 courses" in told
    assert "mardi de vacances scolaires (aucun dans ces horaires) : 0 courses" in told
    assert run("jours", horaires, "--departement", "99").exit_code == 2
