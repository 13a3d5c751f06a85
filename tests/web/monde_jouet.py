"""A small invented département in the published formats, for pages: 3 × 4 communes with awkward names.

Belfort's number and name, nobody's communes: commune r (0 to 11), of code 90001 + r, is a square of a tenth
of a degree at column r % 4, row r // 4; 500 · (r + 1) people live in the one carreau at its middle, where its
town hall is too. The bassin de vie of the last six goes on beyond the border; commune 8 has no published
income, the others 18 000 € + 500 € · r.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
from pyproj import Transformer

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.lecture.format import JOURNAL
from maillage.atlas.transports.dossier import build_transports
from maillage.catalogue.statistiques import list_columns
from tests.flux_gtfs import write_feed

NOMS = [
    "Valbrune", "Rochefagne", "Saint-Œuf", "L’Étang-aux-Moines", "Bourg-Clair", "Hauteville-la-Sèche",
    "Morne-Plaine", "Les Trois-Ponts", "=Formule", "Ormeaux", "Quatre-Vents", "Zuydbeke",
]  # fmt: skip
CODES = [f"90{rank + 1:03d}" for rank in range(12)]
EPCI = [("200000001", "CC des Sources"), ("200000002", "CA du Bourg"), ("200000003", "CC des Vents")]
BASSINS = [("90005", "Bourg-Clair"), ("62999", "Ailleurs")]
SANS_REVENU = 8
TO_GRID = Transformer.from_crs(4326, 3035, always_xy=True)
JOURS = ["h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi"]


def corner(rank: int) -> tuple[float, float]:
    """South-west corner, degrees."""
    return 3 + (rank % 4) * 0.1, 50 + (rank // 4) * 0.1


def middle(rank: int) -> tuple[float, float]:
    x, y = corner(rank)
    return round(x + 0.05, 6), round(y + 0.05, 6)


def people(rank: int) -> int:
    return 500 * (rank + 1)


def write_rows(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])


def write_communes(path: Path) -> None:
    header = ["code", "nom", "arrondissement", "siren", "population", "epci", "epci_nom", "CANOV", "ZE2020"]
    header += ["UU2020", "AAV2020", "BV2022", "bv2022_nom", "cheflieu_lon", "cheflieu_lat"]
    header += ["niveau_ruralite", "niveau_densite"]
    rows = []
    for rank, (code, nom) in enumerate(zip(CODES, NOMS, strict=True)):
        half = rank // 6
        density = ("Rural à habitat dispersé", "Centres urbains intermédiaires")[rank % 2]
        row: list[object] = [code, nom, f"90{half + 1}", f"21900{rank:04d}", people(rank), *EPCI[rank // 4]]
        row += [f"900{half + 1}", "2701", "90000", "001", *BASSINS[half], *middle(rank), "", density]
        rows.append(row)
    write_rows(path, header, rows)


def write_outlines(path: Path) -> None:
    features = []
    for rank, (code, nom) in enumerate(zip(CODES, NOMS, strict=True)):
        x, y = corner(rank)
        ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]
        ring = [[round(lon, 6), round(lat, 6)] for lon, lat in ring]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"code": code, "nom": nom}, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")


def write_former_names(path: Path) -> None:
    """A commune merged into commune 4, and a former name of commune 5."""
    header = ["MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "LIBELLE_AV", "TYPECOM_AP", "COM_AP", "LIBELLE_AP"]
    merged = [32, "2019-01-01", "COM", "90123", "Ste-Vieille-s/Bourg", "COM", CODES[4], NOMS[4]]
    renamed = [10, "2010-01-01", "COM", CODES[5], "Hameau de Valbrune", "COM", CODES[5], NOMS[5]]
    write_rows(path, header, [merged, renamed])


def write_zone(path: Path) -> None:
    """A zone that the département has drawn, inside commune 0."""
    ring = [[3.02, 50.02], [3.08, 50.02], [3.08, 50.08], [3.02, 50.08], [3.02, 50.02]]
    named = {"code": "QN1", "nom": "Quartier d’essai", "type": "secteur d’essai"}
    zone = {"type": "Feature", "properties": named, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}), "utf-8")


def write_cells(path: Path) -> None:
    """One carreau a commune, and two of ten people beyond the border, south-west and north-east."""
    inside = [(*middle(rank), people(rank), True) for rank in range(12)]
    rows = []
    for lon, lat, n, here in (*inside, (2.95, 49.95, 10, False), (3.45, 50.35, 10, False)):
        x, y = (int(value // 1000) * 1000 for value in TO_GRID.transform(lon, lat))
        rows.append((x, y, n, n // 2, n - n // 2, n // 5, n - 2 * (n // 5), n // 5, here))
    names = ["x_3035", "y_3035", "population", "hommes", "femmes", "moins_15", "de_15_a_64", "plus_65"]
    pl.DataFrame(rows, schema=[*names, "dans_departement"], orient="row").write_parquet(path)


def write_bpe(path: Path, pharmacies: list[int]) -> None:
    rows: list[list[object]] = [[CODES[rank], "Pharmacie", 1] for rank in pharmacies]
    rows += [[code, "Boulangerie", rank + 1] for rank, code in enumerate(CODES)]
    rows += [[CODES[0], "Collège", 1], [CODES[5], "Médecin omnipraticien", 2]]
    write_rows(path, ["depcom", "equipement", "nb"], rows)


def write_france_services(path: Path) -> None:
    header = ["id_fs", "insee_dep", "lib_fs", "adresse", "complement_adresse", "insee_com", "code_postal"]
    header += ["lib_com", "latitude", "longitude", "mail", "telephone", *JOURS, "prise_rdv", "commentaire"]
    header += ["type_fs", "format_fs", "groupe_fs", "labellisation_fs"]
    lon, lat = middle(0)
    row: list[object] = ["1", "90", "France services d’essai", "", "", CODES[0], "90003", NOMS[0], lat, lon]
    row += ["", "", *["09:00 - 17:00"] * 5, "", "Non", "", "Principal", "Fixe", "", ""]
    write_rows(path, header, [row])


def write_incomes(path: Path) -> None:
    known = [rank for rank in range(12) if rank != SANS_REVENU]
    incomes = {
        "CODGEO": [CODES[rank] for rank in known],
        "NBMENFISC21": [200 * (rank + 1) for rank in known],
        "NBPERSMENFISC21": [people(rank) for rank in known],
        "MED21": [18_000 + 500 * rank for rank in known],
        "TP6021": [20 - rank for rank in known],
        "D121": [9_000 + 500 * rank for rank in known],
        "D921": [36_000 + 500 * rank for rank in known],
    }
    pl.DataFrame(incomes).write_csv(path, separator=";")


def write_populations(path: Path) -> None:
    counts = [float(people(rank)) for rank in range(12)]
    columns = {column.colonne: counts for column in list_columns("populations")}
    columns |= {"sup": [79.0] * 12, "pmun2013": [n / 2 for n in counts]}
    pl.DataFrame({"code_insee": CODES, **columns}).write_parquet(path)


def write_sources(folder: Path, pharmacies: list[int]) -> Path:
    """Every file into ``folder``, and the notice that makes it a « jeu d’essai »; the folder."""
    folder.mkdir(parents=True)
    write_communes(folder / "communes.csv")
    write_outlines(folder / "communes.geojson")
    write_former_names(folder / "v_mvt_commune_2025.csv")
    write_cells(folder / "carreaux.parquet")
    write_bpe(folder / "bpe2013.csv", pharmacies)
    write_france_services(folder / "france_services.csv")
    write_incomes(folder / "cc_filosofi_2021_COM.csv")
    write_populations(folder / "sup.parquet")
    (folder / "jeu_essai.toml").write_text('titre = "Jeu d’essai"\n', "utf-8")
    return folder


def build_atlas(out: Path, sources: Path, date: str) -> None:
    """The atlas that the code builds, as if it had been built at ``date``."""
    build("90", sources, out, Parametres())
    journal = json.loads((out / JOURNAL).read_text("utf-8"))
    (out / JOURNAL).write_text(json.dumps(journal | {"construit_le": date}), "utf-8")


def build_zone(folder: Path) -> None:
    """One atlas, ``zone``, whose sources hold a zone too."""
    sources = write_sources(folder / "sources", [0])
    write_zone(sources / "zones.geojson")
    build_atlas(folder / "atlas" / "zone", sources, "2026-06-01")


def build_two(folder: Path) -> None:
    """``essai-2025``, and ``essai-2026`` where commune 7 has a pharmacy too."""
    for year, pharmacies in ((2025, [0, 3]), (2026, [0, 3, 7])):
        sources = write_sources(folder / f"sources-{year}", pharmacies)
        build_atlas(folder / "atlas" / f"essai-{year}", sources, f"{year}-06-01")


PASSAGES = """trip_id,arrival_time,departure_time,stop_id,stop_sequence
T1,08:25:00,08:25:00,A,1
T1,08:55:00,08:55:00,C,2
T2,10:00:00,10:00:00,C,1
T2,10:30:00,10:30:00,A,2
"""


def build_bus(folder: Path) -> None:
    """``sans-bus`` and ``avec-bus``: one bus from commune 1 to the France services of commune 0, and home;
    ``avec-train``: the same times on rails, the station of commune 1 out of a walk's reach."""
    sources = write_sources(folder / "sources", [0, 3])
    bus, train = write_line(folder / "bus", 0, "3"), write_line(folder / "train", 0.03, "2")
    for name, given in (("sans-bus", None), ("avec-bus", bus), ("avec-train", train)):
        build("90", sources, folder / "atlas" / name, Parametres(tuiles=False), transports=given)


def write_line(folder: Path, away: float, kind: str) -> Path:
    """The timetables of that line, its stop in commune 1 so many degrees east of the middle."""
    folder.mkdir()
    (x, y), end = middle(1), middle(0)
    where = [("A", x + away, y), ("C", *end)]
    stops = "".join(f"{name},Arrêt {name},{lat},{lon}\n" for name, lon, lat in where)
    rows = {"stops.txt": f"stop_id,stop_name,stop_lat,stop_lon\n{stops}", "stop_times.txt": PASSAGES}
    routes = f"route_id,agency_id,route_short_name,route_type\nL1,R,1,{kind}\nL2,R,2,{kind}\n"
    feed = write_feed(folder, rows | {"routes.txt": routes})
    return build_transports([feed], folder / "T").dossier
