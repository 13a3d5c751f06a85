"""Timetables: as fast as said, and the same answers as others.

    python -m bench.transports [--court] --json

One-to-all on a département (6,000 stops, 60,000 trips a day) beside nigiri and a plain scan; a region (12,000
stops, 100,000 trips, 2.5 million stop times) read and ready; random questions on the feeds of
``MAILLAGE_DATA/gtfs`` (default ``../shared/data``) and on the département, each answer compared and each
difference explained by a rule or counted ``inexpliquees``. ``--court``: without hours of access, and without
what nigiri takes to read the region.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.transports_flux import make_feed
from bench.transports_temoin import DAY_MIN, Nigiri, clip, find_nigiri, part_stops, scan_plainly
from maillage.access.hours import parse_schedules
from maillage.access.round_trip import DayOfTransport, effective_access_by_transport
from maillage.atlas.transports.acces import join_stops
from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.atlas.transports.journee import EPOCH, Journee, open_journee
from maillage.network.timetables.profiles import Walks, profile, summarize
from maillage.network.timetables.scan import scan
from maillage.network.timetables.timetable import NEVER_S
from maillage.network.travel_times import Within

SEED = 2026
QUESTIONS = 10_000
DAYS = 5
JOUR = date(2026, 1, 6)  # a Tuesday of the synthetic feeds
REGION = (12_000, 100_000)
DEPARTEMENT = (6_000, 60_000)
NORD: tuple[int, ...] = (124, 392, 819, 491, 428, 1327, 385, 56, 625, 494, 1265, 1071)
NORD += (655, 1212, 1096, 409, 239, 54, 71, 144, 47, 597, 260, 349)
"""Places of 24 types in the Nord, from France services to opticians."""
OPEN = "Mo-Fr 09:00-12:00,13:30-17:00; Sa 09:00-12:00"
LONG = ("heures", "region_nigiri")


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.transports", description=__doc__)
    parser.add_argument("--court", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rapport", action="store_true", help="write docs/performance-transports.md")
    parser.add_argument("--mesure", choices=MEASURES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.mesure:
        print(json.dumps(MEASURES[asked.mesure]()))
        return
    figures = {name: measure(name) for name in MEASURES if not (asked.court and name in LONG)}
    equal = [answers for figure in figures.values() for answers in find_answers(figure)]
    figures["answers_equal"] = bool(equal) and all(one["inexpliquees"] == 0 for one in equal)
    if asked.rapport:
        write_page(figures, Path("docs/performance-transports.md"))
    print(json.dumps(figures) if asked.json else json.dumps(figures, indent=1, ensure_ascii=False))


def write_page(figures: dict[str, Any], page: Path) -> None:
    """The figures, as tables; those who read it are told what the machine was doing."""
    lines = [
        "# Timetables: measured",
        "",
        "Written by `python -m bench.transports --rapport`; no figure is typed by hand. One run, medians.",
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end: others were at work.",
        "`un_vers_tous`, `heures`: 6,000 stops, 60,000 trips a day; `region`: 12,000 stops, 100,000 trips,",
        "2.5 million stop times (`bench/transports_flux.py`, seeded). `flux_reels`: random questions.",
        "",
        "| measure | figure | value |",
        "|---|---|---|",
    ]
    for name, figure in figures.items():
        rows = figure.items() if isinstance(figure, dict) else [("", figure)]
        for what, value in rows:
            told = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
            lines.append(f"| {name} | {what} | {told} |")
    page.write_text("\n".join([*lines, ""]), "utf-8")


def find_answers(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """The comparisons that a measure holds."""
    inside = [value for value in figure.values() if isinstance(value, dict)]
    return [value for value in inside if "inexpliquees" in value]


def measure(name: str) -> dict[str, Any]:
    """One measure, in a process of its own, whose memory peak is its own."""
    print(f"{name}…", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "bench.transports", "--mesure", name]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"  {figures}", file=sys.stderr, flush=True)
    return figures


def clock(ask: Callable[[], object], times: int = 51) -> float:
    """Median milliseconds of an answer, the first one (compilation) left out."""
    ask()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - start)
    return round(float(np.median(taken)) * 1000, 3)


def clock_once(ask: Callable[[], object]) -> float:
    """Milliseconds of an answer too long to be asked twice, what it calls being compiled."""
    start = time.perf_counter()
    ask()
    return round((time.perf_counter() - start) * 1000, 3)


def one_to_all() -> dict[str, Any]:
    """A département: every stop's earliest arrival from one stop at 8 o'clock, beside others."""
    with tempfile.TemporaryDirectory() as folder:
        feed = make_feed(Path(folder) / "departement.zip", *DEPARTEMENT, shares=(1.0, 0.0, 0.0, 0.0))
        transports = build_transports([feed], Path(folder) / "T")
        day = open_journee(transports, JOUR)
        source = int(day.connexions.tail[len(day.connexions) // 2])
        start = np.array([source], np.int32), np.array([8 * 3600], np.int32)
        n_stops = transports.horaires.n_stops
        figures: dict[str, Any] = {
            "arrets": n_stops,
            "connexions": len(day.connexions),
            "ouvrir_le_jour_ms": clock(lambda: open_journee(transports, JOUR), 3),
            "un_vers_tous_8h_ms": clock(lambda: scan(day.connexions, day.changements, *start)),
            "balayage_simple_8h_ms": clock(
                lambda: scan_plainly(day.connexions, n_stops, source, 28_800, once=True)
            ),
            "balayage_simple": compare_plainly(day, n_stops),
        }
        if find_nigiri():
            figures |= time_nigiri(feed, Path(folder) / "part", transports, day)
        return figures


def time_nigiri(feed: Path, part: Path, transports: Transports, day: Journee) -> dict[str, Any]:
    """The same département for nigiri: one to one."""
    rng = random.Random(SEED)
    ids = part_stops(feed, part)
    clip(part, feed, JOUR)
    start = time.perf_counter()
    nigiri = Nigiri(part, ids, JOUR)
    loaded = time.perf_counter() - start
    stops = range(transports.horaires.n_stops)
    questions = [(rng.choice(stops), rng.choice(stops), rng.randrange(1440)) for _ in range(500)]
    start = time.perf_counter()
    theirs = [nigiri.arrive(*question) for question in questions]
    taken = time.perf_counter() - start
    return {
        "nigiri_lire_s": round(loaded, 2),
        "nigiri_un_vers_un_ms": round(taken / len(questions) * 1000, 3),
        "nigiri": compare(day, questions, theirs),
    }


def compare_plainly(day: Journee, n_stops: int) -> dict[str, int]:
    """Every stop from 20 stops, against the plain scan run until nothing changes."""
    rng = random.Random(SEED)
    wrong = 0
    for _ in range(20):
        source, minute = rng.randrange(n_stops), rng.randrange(1440)
        ours = arrive(day, source, minute)
        wrong += int((ours != scan_plainly(day.connexions, n_stops, source, minute * 60, once=False)).sum())
    return {"questions": 20 * n_stops, "inexpliquees": wrong}


def arrive(day: Journee, source: int, minute: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Our arrivals, seconds of the service day."""
    start_s = np.array([day.horloge.read(minute * 60)], np.int32)
    return scan(day.connexions, day.changements, np.array([source], np.int32), start_s).arrival_s


def compare(day: Journee, questions: list[tuple[int, int, int]], theirs: list[int | None]) -> dict[str, int]:
    """How many answers are the same, and why the others are not.

    nigiri answers nothing when one is there already, nor when the journey takes more than 24 hours.
    """
    count: Counter[str] = Counter(questions=len(questions), inexpliquees=0)
    for (source, target, minute), found in zip(questions, theirs, strict=True):
        arrival_s = int(arrive(day, source, minute)[target])
        ours = None if arrival_s >= NEVER_S else day.horloge.tell(arrival_s) / 60
        if ours == found:
            count["egales"] += 1
        elif found is None and source == target:
            count["deja_sur_place"] += 1
        elif found is None and ours is not None and ours - minute > DAY_MIN:
            count["plus_de_24_h"] += 1
        else:
            count["inexpliquees"] += 1
    return dict(count)


def hours() -> dict[str, Any]:
    """A département: every departure of a day to the nearest of one type, then effective access of a week."""
    with tempfile.TemporaryDirectory() as folder:
        feed = make_feed(Path(folder) / "departement.zip", *DEPARTEMENT, shares=(1.0, 0.0, 0.0, 0.0))
        return time_hours(build_transports([feed], Path(folder) / "T"))


def time_hours(transports: Transports) -> dict[str, Any]:
    """60 places of one type and 60,000 homes; then 5,000 homes and as many places of 24 types as in the Nord,
    a week of three days. Nobody walks all the way.
    """
    day = open_journee(transports, JOUR)
    n_stops = transports.horaires.n_stops
    rng = np.random.default_rng(SEED)
    sites, homes, few = (draw_walks(n, n_stops, rng) for n in (60, 60_000, 5_000))
    end_s = sites.nearest(n_stops, np.arange(60))
    far, whole = np.full(60_000, NEVER_S), np.arange(5 * 3600, 22 * 3600, 60, dtype=np.int32)
    found = profile(day.connexions, day.changements, end_s)
    one = [DayOfTransport.of(day.connexions, day.changements)]

    def summarize_types() -> None:
        for _ in NORD:
            summarize(profile(day.connexions, day.changements, end_s), homes, far, whole)

    return {
        "profil_ms": clock(lambda: profile(day.connexions, day.changements, end_s), 5),
        "journee_60000_carreaux_ms": clock(lambda: summarize(found, homes, far, whole), 3),
        "journee_60000_carreaux_24_types_ms": clock_once(summarize_types),
        "acces_effectif_60_lieux_5000_carreaux_ms": clock(lambda: ask_access(one, few, sites, 60), 3),
        "lieux_de_24_types": sum(NORD),
        "acces_effectif_24_types_5000_carreaux_ms": clock_once(lambda: ask_types(transports, rng)),
    }


def ask_access(days: list[DayOfTransport], homes: Walks, sites: Walks, n_sites: int) -> object:
    """Effective access: each day stands for some of the week, the first from Monday to Friday."""
    n_homes = len(homes.indptr) - 1
    on_foot = Within(np.zeros(n_homes + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint32))
    week = (0, 0, 0, 0, 0, len(days) // 2, len(days) - 1)
    return effective_access_by_transport(
        days, week, homes, sites, on_foot, parse_schedules([OPEN] * n_sites), 3600, 1800
    )


def ask_types(transports: Transports, rng: np.random.Generator) -> None:
    """All types, one after another, days opened once: homes and places less than a kilometre from stops."""
    opened = (open_journee(transports, JOUR + timedelta(days=after)) for after in (0, 4, 5))
    days = [DayOfTransport.of(day.connexions, day.changements) for day in opened]
    homes = join_stops(transports, draw_points(5_000, transports, rng))
    for n_places in NORD:
        sites = join_stops(transports, draw_points(n_places, transports, rng))
        ask_access(days, homes, sites, n_places)


def draw_points(n_points: int, transports: Transports, rng: np.random.Generator) -> pl.DataFrame:
    """Points around stops."""
    near = transports.arrets[rng.integers(0, transports.arrets.height, n_points)]
    return pl.DataFrame(
        {axis: near[axis].to_numpy() + rng.normal(0, 0.005, n_points) for axis in ("lon", "lat")}
    )


def draw_walks(n_places: int, n_stops: int, rng: np.random.Generator) -> Walks:
    """Places with six stops each, up to ten minutes away."""
    stop = rng.integers(0, n_stops, n_places * 6).astype(np.int32)
    walk_s = rng.integers(0, 600, n_places * 6).astype(np.int32)
    return Walks(np.arange(0, n_places * 6 + 1, 6), stop, walk_s)


def real_feeds() -> dict[str, Any]:
    """10,000 random (stop, stop, minute) on each real feed, on five days, against nigiri."""
    data = Path(os.environ.get("MAILLAGE_DATA") or Path(__file__).parents[2] / "shared" / "data") / "gtfs"
    if not find_nigiri():
        return {"sans": "pynigiri n’est pas installé"}
    found = {feed.stem: ask_real(feed) for feed in sorted(data.glob("*.zip"))}
    return found or {"sans": f"aucun flux dans {data.name}"}


def ask_real(feed: Path) -> dict[str, int]:
    """The comparison on one feed."""
    rng = random.Random(SEED)
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        transports = build_transports([feed], Path(folder) / "T")
        part = Path(folder) / "part"
        ids = part_stops(feed, part)
        served = np.unique(transports.horaires.stop_times.stop).tolist()
        for jour in choose_days(transports, rng):
            clip(part, feed, jour)
            nigiri, day = Nigiri(part, ids, jour), open_journee(transports, jour)
            questions = [
                (rng.choice(served), rng.choice(served), rng.randrange(1440))
                for _ in range(QUESTIONS // DAYS)
            ]
            total.update(compare(day, questions, [nigiri.arrive(*question) for question in questions]))
    return dict(total)


def choose_days(transports: Transports, rng: random.Random) -> list[date]:
    """Days when something runs, at random, in order."""
    calendar = transports.horaires.calendar
    running = np.flatnonzero(calendar.active.any(axis=0)).tolist()
    return [EPOCH + timedelta(days=calendar.first_day + day) for day in sorted(rng.sample(running, DAYS))]


def region() -> dict[str, Any]:
    """A region read, checked, written, opened, and its first answer given."""
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "region.zip"
        subprocess.run([sys.executable, "-c", WRITE.format(str(feed), *REGION)], check=True)
        start = time.perf_counter()
        transports = build_transports([feed], Path(folder) / "T")
        built = time.perf_counter() - start
        arrive(open_journee(transports, JOUR), 0, 480)
        return {
            "passages": len(transports.horaires.stop_times.stop),
            "lire_s": round(built, 2),
            "prete_s": round(time.perf_counter() - start, 2),
            "memoire_mo": peak_mb(),
        }


WRITE = "from pathlib import Path; from bench.transports_flux import make_feed; make_feed(Path({!r}), {}, {})"
"""Made in another process: what making it takes is not what reading it takes."""


def region_nigiri() -> dict[str, Any]:
    """The same region read by nigiri, two days of it."""
    if not find_nigiri():
        return {"sans": "pynigiri n’est pas installé"}
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "region.zip"
        subprocess.run([sys.executable, "-c", WRITE.format(str(feed), *REGION)], check=True)
        start = time.perf_counter()
        Nigiri(feed, [], JOUR)
        return {"lire_s": round(time.perf_counter() - start, 2), "memoire_mo": peak_mb()}


def peak_mb() -> int:
    """The most memory that this process held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


MEASURES: dict[str, Callable[[], dict[str, Any]]] = {
    "un_vers_tous": one_to_all,
    "heures": hours,
    "flux_reels": real_feeds,
    "region": region,
    "region_nigiri": region_nigiri,
}

if __name__ == "__main__":
    main()
