"""Feeds as they should not be: each is told by its rule, file and row, and refused or kept as the rule says."""

# ruff: noqa: E501

import random
import zipfile
from pathlib import Path

import pytest

from maillage.catalogue import limites
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.gtfs import list_rules
from maillage.sources.gtfs import read_gtfs
from tests.flux_gtfs import FEED, add, edit, write_feed

WEEK = "1,1,1,1,1,0,0"
REFUSED = {
    "stop_times absent": ({"stop_times.txt": None}, "missing_required_file", "stop_times.txt", None),
    "agency absent": ({"agency.txt": None}, "missing_required_file", "agency.txt", None),
    "aucun calendrier": ({"calendar.txt": None}, "missing_calendar_and_calendar_date_files", "bus.zip", None),
    "fichier vide": ({"stops.txt": "\n"}, "empty_file", "stops.txt", None),
    "colonne absente": (edit("trips.txt", "service_id", "service"), "missing_required_column", "trips.txt", 1),
    "colonne double": (edit("stops.txt", "stop_lon", "stop_lat"), "duplicated_column", "stops.txt", 1),
    "ligne coupée": ({"stop_times.txt": FEED["stop_times.txt"][:-8]}, "invalid_row_length", "stop_times.txt", 6),
    "ligne trop longue": (add("stops.txt", "D,Rue, haute,50,4"), "invalid_row_length", "stops.txt", 5),
    "arrêt en double": (add("stops.txt", "A,Ailleurs,50.1,4.2"), "duplicate_key", "stops.txt", 5),
    "course en double": (add("trips.txt", "L2,S,T1,Anor"), "duplicate_key", "trips.txt", 4),
    "jour ajouté et ôté": (
        {"calendar_dates.txt": "service_id,date,exception_type\nS,20260106,1\nS,20260106,2\n"},
        "duplicate_key", "calendar_dates.txt", 3,
    ),
    "fuseau inconnu": (edit("agency.txt", "Europe/Paris", "Europe/Fourmies"), "invalid_timezone", "agency.txt", 2),
    "deux fuseaux": (
        add("agency.txt", "B,Bus,https://exemple.be,Europe/Brussels"),
        "inconsistent_agency_timezone", "agency.txt", 3,
    ),
    "aucun passage": (
        {"stop_times.txt": FEED["stop_times.txt"].split("\n")[0] + "\n"}, "flux_sans_course", "bus.zip", None
    ),
}  # fmt: skip
KEPT = {
    "arrêt à 0;0": (edit("stops.txt", "49.9900,4.1000", "0,0"), "point_near_origin", "stops.txt", 3),
    "arrêt sans position": (edit("stops.txt", "49.9900,4.1000", ","), "stop_without_location", "stops.txt", 3),
    "latitude folle": (edit("stops.txt", "49.9900", "499.9"), "number_out_of_range", "stops.txt", 3),
    "gare inconnue": (
        {"stops.txt": "stop_id,stop_lat,stop_lon,parent_station\nA,50,4,\nB,50.1,4,G\nC,50.2,4,\n"},
        "gare_inconnue", "stops.txt", 3,
    ),
    "course sans heure": (add("trips.txt", "L1,S,T3,Anor") | add("stop_times.txt", "T3,,,A,1", "T3,,,B,2"),
        "missing_trip_edge", "stop_times.txt", 7),
    "course sans passage": (add("trips.txt", "L1,S,T3,Anor"), "unused_trip", "trips.txt", 4),
    "course d’un arrêt": (
        add("trips.txt", "L1,S,T3,Anor") | add("stop_times.txt", "T3,09:00:00,09:00:00,A,1"),
        "unusable_trip", "stop_times.txt", 7,
    ),
    "temps à rebours": (
        edit("stop_times.txt", "T2,08:30:00,08:30:00", "T2,08:10:00,08:10:00"),
        "stop_time_with_arrival_before_previous_departure_time", "stop_times.txt", 6,
    ),
    "départ avant l’arrivée": (
        edit("stop_times.txt", "08:20:00,08:21:00", "08:20:00,08:19:00"),
        "stop_time_with_departure_before_arrival_time", "stop_times.txt", 3,
    ),
    "heure illisible": (edit("stop_times.txt", "08:30:00,08:30:00", "8h30,08:30:00"), "invalid_time", "stop_times.txt", 6),
    "soixante minutes": (edit("stop_times.txt", "08:30:00,08:30:00", "08:60:00,08:60:00"), "invalid_time", "stop_times.txt", 6),
    "rang répété": (edit("stop_times.txt", "T2,08:30:00,08:30:00,C,2", "T2,08:30:00,08:30:00,C,1"), "rang_repete", "stop_times.txt", 6),
    "course inconnue": (add("stop_times.txt", "T9,09:00:00,09:00:00,A,1"), "foreign_key_violation", "stop_times.txt", 7),
    "arrêt inconnu": (add("stop_times.txt", "T2,08:40:00,08:40:00,Z,3"), "foreign_key_violation", "stop_times.txt", 7),
    "service inconnu": (add("trips.txt", "L1,X,T3,Anor"), "foreign_key_violation", "trips.txt", 4),
    "ligne inconnue": (add("trips.txt", "L9,S,T3,Anor"), "foreign_key_violation", "trips.txt", 4),
    "service jamais assuré": (add("calendar.txt", "N,0,0,0,0,0,0,0,20260105,20260630"), "service_jamais_assure", "calendar.txt", 3),
    "date impossible": (add("calendar.txt", f"N,{WEEK},20260231,20260630"), "invalid_date", "calendar.txt", 3),
    "date en toutes lettres": (
        {"calendar_dates.txt": "service_id,date,exception_type\nS,le 6 janvier,2\n"}, "invalid_date", "calendar_dates.txt", 2
    ),
    "fin avant début": (add("calendar.txt", f"N,{WEEK},20260630,20260105"), "start_and_end_range_out_of_order", "calendar.txt", 3),
    "Windows-1252": ({"stops.txt": FEED["stops.txt"].encode("cp1252")}, "invalid_character", "stops.txt", 4),
    "ligne répétée": (add("stops.txt", "A,Fourmies Gare,50.0170,4.0450"), "doublon_identique", "stops.txt", 5),
    "cadence nulle": (
        {"frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT2,06:00:00,07:00:00,0\n"},
        "invalid_integer", "frequencies.txt", 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "fichier", "ligne"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused(tmp_path: Path, changes, code: str, fichier: str, ligne: int) -> None:
    with pytest.raises(EntreeInvalide) as refused:
        read_gtfs(write_feed(tmp_path, changes))
    assert list_rules()[code].suite == "refuse"
    assert (code, fichier, ligne) in [
        (f.quoi.split(" : ")[0], f.fichier, f.ligne) for f in refused.value.fautes
    ]


@pytest.mark.parametrize(("changes", "code", "fichier", "ligne"), KEPT.values(), ids=KEPT)
def test_what_can_be_set_aside_is_told(tmp_path: Path, changes, code: str, fichier: str, ligne: int) -> None:
    flux = read_gtfs(write_feed(tmp_path, changes))
    assert list_rules()[code].suite != "refuse"
    assert [(s.code, s.fichier, s.ligne) for s in flux.signalements] == [(code, fichier, ligne)]
    assert "T1" in flux.courses["id"].to_list() or code == "stop_time_with_departure_before_arrival_time"


def test_a_good_feed_has_nothing_to_tell(tmp_path: Path) -> None:
    assert read_gtfs(write_feed(tmp_path)).signalements == ()


def test_everything_that_forbids_reading_is_told_at_once(tmp_path: Path) -> None:
    changes = {"stop_times.txt": None, "calendar.txt": None} | edit("trips.txt", "service_id", "service")
    with pytest.raises(EntreeInvalide) as refused:
        read_gtfs(write_feed(tmp_path, changes))
    assert len(refused.value.fautes) == 3


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_an_archive_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    noise = "".join(random.Random(1).choices("abcdefgh", k=20_000))
    path = write_feed(tmp_path, {"feed_info.txt": noise})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(EntreeInvalide, match="archive_illisible"):
        read_gtfs(path)


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = write_feed(tmp_path)
    data = bytearray(path.read_bytes())
    start = data.index(b"stop_times.txt") + 20
    data[start : start + 30] = bytes(30)
    path.write_bytes(data)
    with pytest.raises(EntreeInvalide, match="archive_illisible"):
        read_gtfs(path)


def test_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bus.zip"
    for data, code in ((b"", "empty_file"), (b"%PDF-1.7", "archive_illisible")):
        path.write_bytes(data)
        with pytest.raises(EntreeInvalide, match=code):
            read_gtfs(path)
    with pytest.raises(EntreeInvalide, match="ne peut être lu"):
        read_gtfs(tmp_path / "absent.zip")


def test_a_bomb_is_refused_whatever_its_directory_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_feed(tmp_path, {"shapes.txt": "0" * 300_000})
    small = {"gtfs": limites.read_toml("limites.toml")["gtfs"] | {"ouvert_octets": 100_000}}
    monkeypatch.setattr(limites, "read_toml", lambda _: small)
    with pytest.raises(EntreeInvalide, match="archive_trop_lourde"):
        read_gtfs(path)
    folder = write_feed(tmp_path, {"stop_times.txt": FEED["stop_times.txt"] + "0" * 200_000}, "bus")
    with pytest.raises(EntreeInvalide, match="archive_trop_lourde"):
        read_gtfs(folder)


def test_a_folder_inside_the_archive_is_told_and_read(tmp_path: Path) -> None:
    path = tmp_path / "bus.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FEED.items():
            archive.writestr(f"export/{name}", text)
    flux = read_gtfs(path)
    assert [s.code for s in flux.signalements] == ["invalid_input_files_in_subfolder"]
    assert flux.courses.height == 2


def test_many_rows_alike_are_counted(tmp_path: Path) -> None:
    rows = [f"X{i},09:00:00,09:00:00,A,1" for i in range(200)]
    told = read_gtfs(write_feed(tmp_path, add("stop_times.txt", *rows))).signalements
    assert sum(s.nombre for s in told) == 200
    assert len(told) == 50


VALUES = ["", "0", "-1", "9" * 30, "é", '"', ",", "\r", "\x00", "20260230", "25:61:00", "NaN", "A", "T1", "S"]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_a_cell_holds_a_feed_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    more = {
        "calendar_dates.txt": "service_id,date,exception_type\nS,20260106,2\nX,20260107,1\n",
        "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nT2,06:00:00,07:00:00,1200\n",
        "transfers.txt": "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\nA,B,0,,\n,,4,T1,T2\n",
    }
    files = dict(FEED | more)
    for name in rng.sample(list(files), 3):
        rows = [row.split(",") for row in files[name].split("\n")]
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = rng.choice(VALUES)
        files[name] = "\n".join(map(",".join, rows))
    encoded = {
        name: text.encode(rng.choice(["utf-8", "utf-8", "utf-16", "cp1252"])) for name, text in files.items()
    }
    assert count_what_is_read(write_feed(tmp_path, encoded)) > 0


def count_what_is_read(path: Path) -> int:
    """Trips read, or faults told."""
    try:
        return read_gtfs(path).courses.height
    except EntreeInvalide as error:
        return len(error.fautes)
