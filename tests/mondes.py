"""Small départements under their real names: Isère, Corse-du-Sud, La Réunion, Mayotte, in national files.

Names and codes are those of the Code officiel géographique; geometry and figures are invented: commune r is
a square of a tenth of a degree. Every file is national: it speaks of the Nord too, as downloaded ones do.
Mayotte has no arrondissement (an empty text in the file), and there is no population grid overseas.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from pyproj import Transformer

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres

TO_GRID = Transformer.from_crs(4326, 3035, always_xy=True)
JOURS = ["h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi"]
Commune = tuple[str, str, str, int]


@dataclass(frozen=True)
class Monde:
    """One département: its communes (code, name, arrondissement, people), its EPCI by commune, its corner."""

    code: str
    region: str
    ouest: float
    sud: float
    arrondissements: dict[str, str]
    communes: tuple[Commune, ...]
    epci: dict[str, tuple[str, tuple[str, ...]]]


MONDES = {
    "38": Monde(
        "38", "84", 5.3, 45.2,
        {"381": "Grenoble", "382": "La Tour-du-Pin", "383": "Vienne"},
        (
            ("38185", "Grenoble", "381", 156_140), ("38421", "Saint-Martin-d'Hères", "381", 37_695),
            ("38563", "Voiron", "381", 21_847), ("38053", "Bourgoin-Jallieu", "382", 30_151),
            ("38509", "La Tour-du-Pin", "382", 8_209), ("38544", "Vienne", "383", 31_778),
        ),
        {
            "200040715": ("Grenoble-Alpes-Métropole", ("38185", "38421")),
            "243800984": ("CA du Pays Voironnais", ("38563",)),
            "243800604": ("CA Porte de l'Isère (CAPI)", ("38053", "38509")),
            "200077014": ("CA Vienne Condrieu", ("38544",)),
        },
    ),
    "2A": Monde(
        "2A", "94", 8.7, 41.6,
        {"2A1": "Ajaccio", "2A4": "Sartène"},
        (
            ("2A004", "Ajaccio", "2A1", 76_320), ("2A006", "Alata", "2A1", 3_681),
            ("2A247", "Porto-Vecchio", "2A4", 11_198), ("2A272", "Sartène", "2A4", 3_742),
        ),
        {
            "242010056": ("CA du Pays Ajaccien", ("2A004", "2A006")),
            "200040764": ("CC du Sud Corse", ("2A247",)),
            "242010130": ("CC du Sartenais Valinco Taravo", ("2A272",)),
        },
    ),
    "974": Monde(
        "974", "04", 55.25, -21.3,
        {"9741": "Saint-Denis", "9742": "Saint-Pierre", "9743": "Saint-Benoît", "9744": "Saint-Paul"},
        (
            ("97411", "Saint-Denis", "9741", 155_634), ("97416", "Saint-Pierre", "9742", 85_038),
            ("97410", "Saint-Benoît", "9743", 38_604), ("97415", "Saint-Paul", "9744", 108_088),
        ),
        {
            "249740119": ("CA Intercommunale du Nord de la Réunion (CINOR)", ("97411",)),
            "249740077": ("CA CIVIS (Communauté Intercommunale des Villes Solidaires)", ("97416",)),
            "249740093": ("CA Intercommunale de la Réunion Est (CIREST)", ("97410",)),
            "249740101": ("CA Territoire de la Côte Ouest (TCO)", ("97415",)),
        },
    ),
    "976": Monde(
        "976", "06", 45.0, -12.95,
        {},
        (
            ("97611", "Mamoudzou", "", 71_437), ("97610", "Koungou", "", 32_156),
            ("97608", "Dzaoudzi", "", 17_831), ("97607", "Dembeni", "", 15_848),
        ),
        {
            "200060457": ("CA de Dembeni / Mamoudzou", ("97611", "97607")),
            "200060465": ("CA du Grand Nord de Mayotte", ("97610",)),
            "200050532": ("CC de Petite-Terre", ("97608",)),
        },
    ),
}  # fmt: skip
AILLEURS = Monde(
    "59", "32", 3.0, 50.5,
    {"592": "Cambrai", "595": "Lille"},
    (("59122", "Cambrai", "592", 32_000), ("59350", "Lille", "595", 238_246)),
    {
        "200068500": ("CA de Cambrai", ("59122",)),
        "200093201": ("Métropole Européenne de Lille", ("59350",)),
    },
)  # fmt: skip


def corner(monde: Monde, rank: int) -> tuple[float, float]:
    """South-west corner of a commune, degrees."""
    return round(monde.ouest + (rank % 3) * 0.1, 6), round(monde.sud + (rank // 3) * 0.1, 6)


def middle(monde: Monde, rank: int) -> tuple[float, float]:
    x, y = corner(monde, rank)
    return round(x + 0.05, 6), round(y + 0.05, 6)


def write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")


def write_rows(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])


def write_cog(folder: Path, mondes: list[Monde]) -> None:
    """The three files of the administrative division, as its package publishes them."""
    communes = [
        {"code": code, "nom": nom, "typeLiaison": 0, "zone": "metro", "arrondissement": place,
         "departement": m.code, "region": m.region, "type": "commune-actuelle", "rangChefLieu": 0,
         "siren": "2" + code.replace("2A", "20") + "000", "codesPostaux": [code], "population": people}
        for m in mondes for code, nom, place, people in m.communes
    ]  # fmt: skip
    write_json(folder / "communes.json", communes)
    people = {code: n for m in mondes for code, _, _, n in m.communes}
    epci = [
        {"code": code, "nom": nom, "type": "CA", "modeFinancement": "FPU",
         "populationTotale": sum(people[c] for c in held),
         "populationMunicipale": sum(people[c] for c in held),
         "membres": [{"siren": "2" + c.replace("2A", "20") + "000", "code": c} for c in held]}
        for m in mondes for code, (nom, held) in m.epci.items()
    ]  # fmt: skip
    write_json(folder / "epci.json", epci)
    places = [
        {"code": code, "departement": m.code, "region": m.region, "chefLieu": "00000", "nom": nom}
        for m in mondes for code, nom in m.arrondissements.items()
    ]  # fmt: skip
    write_json(folder / "arrondissements.json", places)


def write_outlines(path: Path, mondes: list[Monde]) -> None:
    features = []
    for monde in mondes:
        for rank, (code, nom, *_) in enumerate(monde.communes):
            x, y = corner(monde, rank)
            ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]
            geometry = {"type": "Polygon", "coordinates": [[[round(a, 6), round(b, 6)] for a, b in ring]]}
            features.append(
                {"type": "Feature", "properties": {"code": code, "nom": nom}, "geometry": geometry}
            )
    write_json(path, {"type": "FeatureCollection", "features": features})


def write_cells(path: Path, mondes: list[Monde]) -> None:
    """One carreau a commune and 40,000 people at most in it, in Europe's projection: metropolitan only."""
    rows = []
    for monde in mondes:
        for rank, (*_, n) in enumerate(monde.communes):
            x, y = (int(value // 1000) * 1000 for value in TO_GRID.transform(*middle(monde, rank)))
            held = min(n, 40_000)
            rows.append((x, y, held, *split(held), monde is not AILLEURS))
    names = ["x_3035", "y_3035", "population", "hommes", "femmes", "moins_15", "de_15_a_64", "plus_65"]
    pl.DataFrame(rows, schema=[*names, "dans_departement"], orient="row").write_parquet(path)


def split(n: int) -> tuple[int, int, int, int, int]:
    """Men, women, then three ages."""
    return n // 2, n - n // 2, n // 5, n - 2 * (n // 5), n // 5


def write_bpe(path: Path, mondes: list[Monde]) -> None:
    codes = [code for monde in mondes for code, *_ in monde.communes]
    rows: list[list[object]] = [[code, "Boulangerie", rank + 1] for rank, code in enumerate(codes)]
    rows += [[monde.communes[0][0], "Pharmacie", 3] for monde in mondes]
    write_rows(path, ["depcom", "equipement", "nb"], rows)


def write_france_services(path: Path, mondes: list[Monde]) -> None:
    """One place a département; the hours of the one in the Nord cannot be read."""
    header = ["id_fs", "insee_dep", "lib_fs", "adresse", "complement_adresse", "insee_com", "code_postal"]
    header += ["lib_com", "latitude", "longitude", "mail", "telephone", *JOURS, "prise_rdv", "commentaire"]
    header += ["type_fs", "format_fs", "groupe_fs", "labellisation_fs"]
    rows: list[list[object]] = []
    for number, monde in enumerate(mondes):
        code, nom, *_ = monde.communes[0]
        lon, lat = middle(monde, 0)
        hours = "le matin" if monde is AILLEURS else "09:00 - 17:00"
        row: list[object] = [
            number,
            monde.code,
            f"France services de {nom}",
            "",
            "",
            code,
            code,
            nom,
        ]
        rows.append([*row, lat, lon, "", "", *[hours] * 5, "", "Non", "", "Principal", "Fixe", "", ""])
    write_rows(path, header, rows)


def write_incomes(path: Path, mondes: list[Monde]) -> None:
    codes = [code for monde in mondes for code, *_ in monde.communes]
    count = len(codes)
    pl.DataFrame(
        {
            "CODGEO": codes,
            "NBMENFISC21": [1000 + r for r in range(count)],
            "NBPERSMENFISC21": [2500 + r for r in range(count)],
            "MED21": [18_000 + 500 * r for r in range(count)],
            "TP6021": [20 - r for r in range(count)],
            "D121": [9_000 + 500 * r for r in range(count)],
            "D921": [36_000 + 500 * r for r in range(count)],
        }
    ).write_csv(path, separator=";")


def write_sources(folder: Path, code: str) -> Path:
    """The files that one downloads for a département, and what they say of another one."""
    folder.mkdir(parents=True, exist_ok=True)
    mondes = [MONDES[code], AILLEURS]
    write_cog(folder, mondes)
    write_outlines(folder / "communes.geojson", mondes)
    write_bpe(folder / "bpe2013.csv", mondes)
    write_france_services(folder / "france_services.csv", mondes)
    write_incomes(folder / "cc_filosofi_2021_COM.csv", mondes)
    if len(code) == 2:
        write_cells(folder / "carreaux.parquet", mondes)
    return folder


def build_monde(folder: Path, code: str) -> None:
    """The atlas of one of these départements, as the code builds it."""
    sources = write_sources(folder / "sources", code)
    build(code, sources, folder / "atlas" / f"essai-{code.lower()}", Parametres(tuiles=False))
