"""A small invented département in the published formats: six communes of 4 km × 3 km, for quick tests.

Everything is regular, so that figures can be checked by hand: commune c (0 to 5) stands at column c % 3, row
c // 3, has 300 · (c + 1) people spread evenly over its 12 carreaux, and its town hall in the middle.
Pharmacies: one in communes 0 and 3 (BPE 2013). A ring of inhabited carreaux surrounds the whole.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
from pyproj import Transformer

from maillage.catalogue.statistiques import list_columns

X0, Y0 = 3_830_000, 3_050_000
WIDTH, HEIGHT = 4, 3  # km
COLUMNS, ROWS = 3, 2
CODES = [f"5910{c}" for c in range(COLUMNS * ROWS)]
RING = 2  # km of carreaux outside
TO_WGS84 = Transformer.from_crs(3035, 4326, always_xy=True)


def write_sources(folder: Path) -> Path:
    """Write every file into ``folder``; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_communes(folder / "communes.csv")
    write_outlines(folder / "communes.geojson")
    cells().write_parquet(folder / "carreaux.parquet")
    write_bpe(folder / "bpe2013.csv")
    write_france_services(folder / "france_services.csv")
    write_populations(folder / "sup.parquet")
    return folder


def place(commune: int) -> tuple[int, int]:
    """Lower-left corner of a commune, metres."""
    return X0 + 1000 * WIDTH * (commune % COLUMNS), Y0 + 1000 * HEIGHT * (commune // COLUMNS)


def hall(commune: int) -> tuple[float, float]:
    """The town hall: lon, lat of the commune's middle."""
    x, y = place(commune)
    lon, lat = TO_WGS84.transform(x + 500 * WIDTH, y + 500 * HEIGHT)
    return round(lon, 6), round(lat, 6)


def people(commune: int) -> int:
    """Inhabitants of a commune."""
    return 300 * (commune + 1)


def write_rows(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])


def write_communes(path: Path) -> None:
    header = [
        "code",
        "nom",
        "arrondissement",
        "siren",
        "population",
        "epci",
        "epci_nom",
        "CANOV",
        "ZE2020",
        "UU2020",
    ]
    header += [
        "AAV2020",
        "BV2022",
        "bv2022_nom",
        "cheflieu_lon",
        "cheflieu_lat",
        "niveau_ruralite",
        "niveau_densite",
    ]
    rows = []
    for c, code in enumerate(CODES):
        west = c % COLUMNS < 2
        row: list[object] = [code, f"Commune {c}", "591" if west else "592", f"21590{c:04d}", people(c)]
        row += ["200000001" if west else "200000002", "CC de l'Ouest" if west else "CC de l'Est", "5901"]
        row += ["3201", "59000", "001", "59100" if west else "62999", "Commune 0" if west else "Ailleurs"]
        rows.append([*row, *hall(c), "", "Rural à habitat dispersé"])
    write_rows(path, header, rows)


def write_outlines(path: Path) -> None:
    features = []
    for c, code in enumerate(CODES):
        x, y = place(c)
        corners = [(x, y), (x + 4000, y), (x + 4000, y + 3000), (x, y + 3000), (x, y)]
        ring = [list(TO_WGS84.transform(*corner)) for corner in corners]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append(
            {"type": "Feature", "properties": {"code": code, "nom": f"Commune {c}"}, "geometry": geometry}
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def cells() -> pl.DataFrame:
    """The grid: the communes' people spread evenly, and a ring of 10 people per cell outside."""
    rows = []
    for i in range(-RING, COLUMNS * WIDTH + RING):
        for j in range(-RING, ROWS * HEIGHT + RING):
            inside = 0 <= i < COLUMNS * WIDTH and 0 <= j < ROWS * HEIGHT
            commune = i // WIDTH + COLUMNS * (j // HEIGHT) if inside else 0
            count = people(commune) // (WIDTH * HEIGHT) if inside else 10
            old, young = count // 5, count // 5
            rows.append(
                (
                    X0 + 1000 * i,
                    Y0 + 1000 * j,
                    count,
                    count // 2,
                    count - count // 2,
                    young,
                    count - old - young,
                    old,
                    inside,
                )
            )
    names = (
        "x_3035",
        "y_3035",
        "population",
        "hommes",
        "femmes",
        "moins_15",
        "de_15_a_64",
        "plus_65",
        "dans_departement",
    )
    return pl.DataFrame(rows, schema=names, orient="row")


def write_qpv(path: Path) -> None:
    """One neighbourhood: the western half of commune 5's first carreau, and one far away."""
    x, y = place(5)
    features = []
    for code, west in (("QN05901I", x), ("QN06201I", x + 90_000)):
        corners = [(west, y), (west + 500, y), (west + 500, y + 1000), (west, y + 1000), (west, y)]
        geometry = {"type": "Polygon", "coordinates": [[list(TO_WGS84.transform(*c)) for c in corners]]}
        properties = {"code_qp": code, "lib_qp": f"Quartier {code}"}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def write_bpe(path: Path) -> None:
    rows: list[list[object]] = [[CODES[0], "Pharmacie", 1], [CODES[3], "Pharmacie", 1]]
    rows += [[code, "Boulangerie", c + 1] for c, code in enumerate(CODES)]
    rows += [[CODES[0], "Collège", 1], [CODES[5], "Médecin omnipraticien", 2]]
    write_rows(path, ["depcom", "equipement", "nb"], rows)


def write_france_services(path: Path) -> None:
    days = ["h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi"]
    header = [
        "id_fs",
        "insee_dep",
        "lib_fs",
        "adresse",
        "complement_adresse",
        "insee_com",
        "code_postal",
        "lib_com",
    ]
    header += [
        "latitude",
        "longitude",
        "mail",
        "telephone",
        *days,
        "prise_rdv",
        "commentaire",
        "type_fs",
        "format_fs",
    ]
    header += ["groupe_fs", "labellisation_fs"]
    lon, lat = hall(1)
    hours = ["09:00 - 12:00"] * 5 + [""]
    fixed: list[object] = [
        "1",
        "59",
        "France services 1",
        "",
        "",
        CODES[1],
        "59000",
        "Commune 1",
        lat,
        lon,
        "",
        "",
    ]
    mobile: list[object] = [
        "2",
        "59",
        "=Bus",
        "",
        "",
        CODES[2],
        "59000",
        "Commune 2",
        hall(2)[1],
        hall(2)[0],
        "",
        "",
    ]
    rows = [[*fixed, *hours, "Non", "", "Principal", "Fixe", "", ""]]
    rows.append([*mobile, *hours, "Non", "", "Principal", "Itinérante", "", ""])
    write_rows(path, header, rows)


def write_populations(path: Path) -> None:
    """Half as many people in 2013 as today; every other published column is there, and holds today's."""
    counts = [float(people(c)) for c in range(len(CODES))]
    columns: dict[str, list[float]] = {column.colonne: counts for column in list_columns("populations")}
    columns |= {"sup": [float(WIDTH * HEIGHT)] * len(CODES), "pmun2013": [n / 2 for n in counts]}
    pl.DataFrame({"code_insee": CODES, **columns}).write_parquet(path)
