"""Small timetable feeds for tests: a good one, and what is changed of it."""

# ruff: noqa: E501

from __future__ import annotations

import zipfile
from pathlib import Path

STOPS = """stop_id,stop_name,stop_lat,stop_lon
A,Fourmies Gare,50.0170,4.0450
B,Anor Mairie,49.9900,4.1000
C,Trélon Place,50.0600,4.1030
"""
FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nR,Réseau,https://exemple.fr,Europe/Paris\n",
    "stops.txt": STOPS,
    "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\nL1,R,1,Fourmies – Anor,3\nL2,R,,Anor – Trélon,3\n",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign\nL1,S,T1,Anor\nL2,S,T2,Trélon\n",
    "stop_times.txt": """trip_id,arrival_time,departure_time,stop_id,stop_sequence
T1,08:00:00,08:00:00,A,1
T1,08:20:00,08:21:00,B,2
T1,08:40:00,08:40:00,C,3
T2,08:20:00,08:20:00,B,1
T2,08:30:00,08:30:00,C,2
""",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nS,1,1,1,1,1,0,0,20260105,20260630\n",
}
"""Two trips, Monday to Friday: A 08:00 → B 08:20 → C 08:40, and B 08:20 → C 08:30."""


def write_feed(
    folder: Path, changes: dict[str, str | bytes | None] | None = None, name: str = "bus.zip"
) -> Path:
    """The feed with some files replaced, added, or (null) left out; a zip, or a folder when ``name`` has no suffix."""
    files = {k: v for k, v in (FEED | (changes or {})).items() if v is not None}
    path = folder / name
    if not path.suffix:
        path.mkdir()
        for member, text in files.items():
            (path / member).write_bytes(text if isinstance(text, bytes) else text.encode())
        return path
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in files.items():
            archive.writestr(member, text)
    return path


def edit(member: str, old: str, new: str) -> dict[str, str | bytes | None]:
    """One replacement in a file of the good feed."""
    assert old in FEED[member]
    return {member: FEED[member].replace(old, new)}


def add(member: str, *rows: str) -> dict[str, str | bytes | None]:
    """Rows added to a file of the good feed."""
    return {member: FEED[member] + "".join(f"{row}\n" for row in rows)}
