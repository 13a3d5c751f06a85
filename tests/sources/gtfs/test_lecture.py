"""What a feed means: days, times after midnight, blanks, frequencies, stations, changes, services on demand."""

# ruff: noqa: E501

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from maillage.sources.gtfs import FluxGtfs, read_gtfs
from tests.flux_gtfs import FEED, add, edit, write_feed

EPOCH = date(1970, 1, 1)


def list_days(flux: FluxGtfs, service: str) -> list[date]:
    row = flux.jours[flux.services.index(service)]
    return [date.fromordinal(EPOCH.toordinal() + flux.premier_jour + int(d)) for d in row.nonzero()[0]]


def times(flux: FluxGtfs, trip: str) -> list[tuple[int, int]]:
    row = flux.courses["id"].to_list().index(trip)
    return flux.passages.filter(pl.col("course") == row).select("arrivee_s", "depart_s").rows()


def test_a_week_with_a_day_removed_and_one_added(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nS,20260106,2\nS,20260104,1\nD,20260110,1\n"
    flux = read_gtfs(write_feed(tmp_path, {"calendar_dates.txt": dates}))
    days = list_days(flux, "S")
    assert days[:4] == [date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 7), date(2026, 1, 8)]
    assert days[-1] == date(2026, 6, 30)
    assert list_days(flux, "D") == [date(2026, 1, 10)]


def test_dates_alone_make_a_calendar(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nS,20260106,1\nS,20260108,1\n"
    flux = read_gtfs(write_feed(tmp_path, {"calendar.txt": None, "calendar_dates.txt": dates}))
    assert list_days(flux, "S") == [date(2026, 1, 6), date(2026, 1, 8)]


def test_a_calendar_of_a_century_is_read_around_the_days_known(tmp_path: Path) -> None:
    flux = read_gtfs(write_feed(tmp_path, edit("calendar.txt", "20260105,20260630", "20000101,20991231")))
    assert [s.code for s in flux.signalements] == ["calendrier_borne"]
    assert flux.jours.shape[1] <= 4000


def test_times_go_beyond_midnight_and_blanks_are_shared_out_by_rank(tmp_path: Path) -> None:
    rows = "T1,23:50:00,23:50:00,A,1\nT1,,,B,5\nT1,,,A,6\nT1,24:20:00,24:21:00,C,9\n"
    flux = read_gtfs(
        write_feed(tmp_path, {"stop_times.txt": FEED["stop_times.txt"].split("\n")[0] + "\n" + rows})
    )
    assert times(flux, "T1") == [(85_800, 85_800), (86_400, 86_400), (87_000, 87_000), (87_600, 87_660)]
    assert flux.passages["interpolee"].to_list() == [False, True, True, False]


def test_a_lone_arrival_or_departure_stands_for_both(tmp_path: Path) -> None:
    changes = edit("stop_times.txt", "T1,08:20:00,08:21:00", "T1,,08:21:00")
    assert times(read_gtfs(write_feed(tmp_path, changes)), "T1")[1] == (30_060, 30_060)


def test_rows_come_in_any_order(tmp_path: Path) -> None:
    head, *rows = FEED["stop_times.txt"].strip().split("\n")
    shuffled = {"stop_times.txt": "\n".join([head, *rows[::-1]]) + "\n"}
    assert times(read_gtfs(write_feed(tmp_path, shuffled)), "T1") == times(
        read_gtfs(write_feed(tmp_path, name="b.zip")), "T1"
    )


@pytest.mark.parametrize(("exact", "headway"), [("0", 1200), ("1", None)])
def test_a_frequency_is_a_departure_at_each_headway_until_its_end(
    tmp_path: Path, exact: str, headway
) -> None:
    spans = f"trip_id,start_time,end_time,headway_secs,exact_times\nT2,06:00:00,07:00:00,1200,{exact}\n"
    flux = read_gtfs(write_feed(tmp_path, {"frequencies.txt": spans}))
    assert flux.courses["id"].to_list() == ["T1", "T2@06:00:00", "T2@06:20:00", "T2@06:40:00"]
    assert times(flux, "T2@06:20:00") == [(22_800, 22_800), (23_400, 23_400)]
    assert flux.courses["cadence_s"].to_list() == [None, headway, headway, headway]


def test_a_stop_takes_its_station_s_word_on_wheelchairs(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding,platform_code\n"
        "G,Gare,50,4,1,,1,\nA,Voie 1,50,4,,G,,1\nB,Voie 2,50,4,0,G,2,2\nC,Ailleurs,50.1,4,0,,,\n"
    )
    stops = read_gtfs(write_feed(tmp_path, {"stops.txt": stops})).arrets
    assert stops["fauteuil"].to_list() == [1, 1, 2, 0]
    assert stops["gare"].to_list() == [None, 0, 0, None]
    assert stops["genre"].to_list() == [1, 0, 0, 0]


def test_one_may_not_board_or_get_off_where_the_feed_says_so(tmp_path: Path) -> None:
    rows = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
    rows += "T1,08:00:00,08:00:00,A,1,0,1\nT1,08:20:00,08:20:00,B,2,1,3\nT1,08:30:00,08:30:00,C,3,2,\n"
    passages = read_gtfs(write_feed(tmp_path, {"stop_times.txt": rows})).passages
    assert passages["monte"].to_list() == [True, False, True]
    assert passages["descend"].to_list() == [False, True, True]


def test_the_trips_of_a_block_follow_one_another(tmp_path: Path) -> None:
    trips = "route_id,service_id,trip_id,block_id\nL2,S,T2,V\nL1,S,T1,V\nL1,S,T3,V\n"
    more = add("stop_times.txt", "T3,08:45:00,08:45:00,C,1", "T3,09:00:00,09:00:00,A,2")
    flux = read_gtfs(write_feed(tmp_path, {"trips.txt": trips} | more))
    before = dict(zip(flux.courses["id"], flux.courses["avant"], strict=True))
    ids = flux.courses["id"].to_list()
    assert {name: None if row is None else ids[row] for name, row in before.items()} == {
        "T2": None,
        "T1": None,
        "T3": "T2",
    }


def test_transfers_between_trips_say_who_stays_seated(tmp_path: Path) -> None:
    more = add("trips.txt", "L1,S,T3,Fourmies") | add(
        "stop_times.txt", "T3,08:45:00,08:45:00,C,1", "T3,09:00:00,09:00:00,A,2"
    )
    transfers = "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\n,,4,T1,T3\n"
    flux = read_gtfs(write_feed(tmp_path, more | {"transfers.txt": transfers}))
    assert flux.courses["avant"].to_list() == [None, None, 0]
    assert flux.signalements == ()


def test_transfers_between_stops(tmp_path: Path) -> None:
    transfers = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,180\nB,B,3,\nA,C,,\n"
    flux = read_gtfs(write_feed(tmp_path, {"transfers.txt": transfers}))
    told = flux.correspondances.select("de", "vers", "genre", "duree_s").rows()
    assert told == [(0, 1, 2, 180), (1, 1, 3, None), (0, 2, 0, None)]


def test_a_service_on_demand_is_listed_with_its_notice(tmp_path: Path) -> None:
    rows = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,location_group_id,"
        "start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_booking_rule_id\n"
        "T1,08:00:00,08:00:00,A,1,,,,\nT1,08:20:00,08:20:00,B,2,,,,\n"
        "T2,,,,1,Z,09:00:00,17:00:00,R\nT2,,,,2,Z,09:00:00,17:00:00,R\n"
    )
    rules = "booking_rule_id,booking_type,prior_notice_last_day,prior_notice_last_time\nR,2,1,16:00:00\n"
    groups = "location_group_id,location_group_name\nZ,Villages de la Helpe\n"
    flux = read_gtfs(
        write_feed(
            tmp_path, {"stop_times.txt": rows, "booking_rules.txt": rules, "location_groups.txt": groups}
        )
    )
    assert flux.signalements == ()
    assert flux.a_la_demande.row(0) == (
        1,
        "Villages de la Helpe",
        32_400,
        61_200,
        "au plus tard 1 jour avant, à 16:00",
    )
    assert times(flux, "T2") == []


def test_a_folder_reads_as_its_archive(tmp_path: Path) -> None:
    one, other = read_gtfs(write_feed(tmp_path)), read_gtfs(write_feed(tmp_path, name="bus"))
    assert one.passages.equals(other.passages)
    assert one.nom == other.nom == "bus"


def test_marks_at_the_head_of_a_file_and_blanks_around_names_do_not_count(tmp_path: Path) -> None:
    trips = "\ufeff" + FEED["trips.txt"].replace("service_id", " service_id ").replace("\n", "\r\n")
    assert read_gtfs(write_feed(tmp_path, {"trips.txt": trips})).courses.height == 2
