"""A small count planted in the data is looked for in everything that goes out: it must be nowhere.

Commune 2 of the small département has 3.1415926 families with a young child (the threshold is 5), whose
numbers no other figure resembles. The same walk on an atlas that hides nothing must find them, or it proves
nothing.
"""

import io
import itertools
import json
import re
import zipfile
import zlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.etapes import indicateurs as etape_indicateurs
from maillage.atlas.export import WRITERS, make_long
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.reports.diagnostic.rapport import make_report, write_report
from maillage.web.territoires.exports import tout_exporter

FAMILIES, PEOPLE, ALONE = 3.1415926, 9.8765432, 1.2345679
SECRETS = np.array([FAMILIES, PEOPLE, ALONE, ALONE / FAMILIES, 100 * FAMILIES / 900, FAMILIES / 900])
CODES = [f"5910{c}" for c in range(6)]
COMMUNE, EPCI = CODES[2], "200000002"
MESHES = ("commune", "epci", "arrondissement")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
FIGURES = ("paje", "personnes_paje", "paje_monoparentaux", "part_familles_monoparentales")


def plant(folder: Path) -> None:
    columns = {
        "ndurpaje": [40, 50, FAMILIES, 60, 70, 80],
        "nperspaje": [140, 150, PEOPLE, 160, 170, 180],
        "ndurpajemono": [10, 11, ALONE, 12, 13, 14],
        "nperspajemono": [30, 31, 2 * ALONE, 32, 33, 34],
    }
    pl.DataFrame(
        {"code_insee": CODES, **{k: [float(x) for x in v] for k, v in columns.items()}}
    ).write_parquet(folder / "paje.parquet")


@pytest.fixture(scope="module")
def folders(petit_monde, tmp_path_factory) -> dict[str, Path]:
    """Two atlases of the same data: one that hides, one that does not."""
    base = tmp_path_factory.mktemp("secret")
    sources = petit_monde.write_sources(base / "sources")
    plant(sources)
    build("59", sources, base / "sur" / "sur", Parametres())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(etape_indicateurs, "hide_secrets", lambda lot, *_: lot)
        build("59", sources, base / "nu" / "nu", Parametres(tuiles=False))
    return {"sur": base / "sur" / "sur", "nu": base / "nu" / "nu"}


def numbers_in(text: str) -> np.ndarray:
    """Every number written in a text, comma or point."""
    return np.array([float(token.replace(",", ".")) for token in NUMBER.findall(text)] or [0.0])


def holds(values: np.ndarray) -> bool:
    """Whether one of the secrets is among these numbers, but for rounding at the fifth figure."""
    return bool((np.abs(values[:, None] / SECRETS - 1) < 1e-5).any())


def read(name: str, data: bytes) -> np.ndarray:
    """The numbers of a file that goes out, whatever its format."""
    if name.endswith(".parquet"):
        frame = pl.read_parquet(io.BytesIO(data))
        floats = [
            frame[c].drop_nulls().cast(pl.Float64).to_numpy()
            for c in frame.columns
            if frame[c].dtype.is_numeric()
        ]
        words = frame.select(pl.selectors.string()).write_csv() if frame.width else ""
        return np.concatenate([np.zeros(1), *floats, numbers_in(words)])
    if name.endswith((".ods", ".zip", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            return np.concatenate(
                [read(member, box.read(member)) for member in box.namelist() if not member.endswith("/")]
            )
    if name.endswith(".pmtiles"):
        return np.concatenate([np.zeros(1), *(read_tile(piece) for piece in unzip_all(data))])
    if name.endswith((".pdf", ".npy", ".png")):
        return np.zeros(1)
    return numbers_in(data.decode("utf-8", "ignore"))


def unzip_all(data: bytes):
    """Every gzip stream of an archive of tiles."""
    for start in (m.start() for m in re.finditer(b"\x1f\x8b\x08", data)):
        try:
            yield zlib.decompressobj(31).decompress(data[start:])
        except zlib.error:
            continue


def read_tile(tile: bytes) -> np.ndarray:
    """The doubles and the texts of a vector tile, at every offset."""
    doubles = [np.frombuffer(tile[shift : shift + (len(tile) - shift) // 8 * 8], "<f8") for shift in range(8)]
    kept = np.concatenate(doubles)
    return np.concatenate(
        [kept[np.isfinite(kept) & (np.abs(kept) > 1e-6)], numbers_in(tile.decode("latin-1"))]
    )


def list_files(folder: Path, tmp_path: Path):
    """Everything a command writes: the atlas itself, its exports, its diagnosis."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"atlas/{path.relative_to(folder)}", path.read_bytes()
    atlas = open_atlas(folder)
    for niveau, form in itertools.product(
        ("commune", "epci", "arrondissement", "departement", "carreau"), WRITERS
    ):
        wanted = () if form in {"csv", "parquet"} else [f for f in FIGURES if f in atlas.indicateurs(niveau)]
        if form in {"csv", "parquet"} or wanted:
            yield f"export/{niveau}.{form}", WRITERS[form](atlas, make_long(atlas, niveau, wanted))
    for path in write_report(atlas, tmp_path / "rapport"):
        yield f"diagnostic/{path.name}", path.read_bytes()
    yield "diagnostic/texte", repr(make_report(atlas)).encode()  # what the PDF is set from
    (tmp_path / "zip").mkdir()
    name = tout_exporter({"atlas": str(folder)}, tmp_path / "zip", lambda *_: None)
    yield f"web/{name}", (tmp_path / "zip" / name).read_bytes()


def list_pages(client):
    """Every page and answer of the web that reads figures, of every territory concerned."""
    here = f"t=commune:{COMMUNE}"
    places = [
        ("commune", COMMUNE),
        ("commune", CODES[5]),
        ("epci", EPCI),
        ("arrondissement", "592"),
        ("departement", "59"),
    ]
    for niveau, code in places:
        yield f"/territoires/{niveau}/{code}/"
        yield f"/territoires/{niveau}/{code}/portrait.ods"
        yield f"/api/1/territoires/{niveau}/{code}/chiffres"
    for figure in FIGURES:
        yield f"/comparer/?{here}&t=commune:{CODES[5]}&i={figure}"
        yield f"/classements/?niveau=commune&c={figure}&tri={figure}"
        yield f"/classements/?niveau=epci&c={figure}&format=csv"
        yield f"/carte/?indicateur={figure}&niveau=commune"
        yield f"/carte/donnees.json?indicateur={figure}&niveau=commune"
        for niveau, form in itertools.product(
            ("commune", "epci", "arrondissement"), ("json", "csv", "geojson")
        ):
            yield f"/api/1/chiffres/{figure}?niveau={niveau}&format={form}"
    for layer in ("communes", "epci", "arrondissements"):
        yield f"/ogc/collections/{layer}/items?f=json&properties={','.join(FIGURES[:2])}"
    yield from ("/", "/prioritaires/?niveau=commune", "/evolution/?niveau=commune&indicateur=paje")


def look(client, address: str) -> tuple[int, np.ndarray]:
    answer = client.get(address)
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    name = address if address.endswith(".ods") else "page.html"
    return answer.status_code, read(name, data) if answer.status_code == 200 else np.zeros(1)


@pytest.mark.lent
def test_the_planted_count_is_in_no_file(folders, tmp_path):
    found = [name for name, data in list_files(folders["sur"], tmp_path) if holds(read(name, data))]
    assert not found


@pytest.mark.lent
def test_the_walk_finds_what_is_not_hidden(folders, tmp_path):
    found = [name for name, data in list_files(folders["nu"], tmp_path) if holds(read(name, data))]
    formats = {name.rsplit(".", 1)[-1] for name in found}
    assert formats >= {"csv", "parquet", "ods", "geojson", "zip"}


@pytest.mark.lent
def test_the_planted_count_is_on_no_page(folders, client, db, settings):
    settings.MAILLAGE_ATLAS = folders["sur"].parent
    found, answered = [], 0
    for address in list_pages(client):
        status, numbers = look(client, address)
        assert status in {200, 400, 404, 422}, address
        answered += status == 200
        if holds(numbers):
            found.append(address)
    assert not found
    assert answered > 40


@pytest.mark.lent
def test_the_walk_of_pages_finds_what_is_not_hidden(folders, client, db, settings):
    settings.MAILLAGE_ATLAS = folders["nu"].parent
    found = [address for address in list_pages(client) if holds(look(client, address)[1])]
    assert any(address.startswith("/api/1/chiffres") and "csv" in address for address in found)
    assert any(address.startswith("/api/1/territoires") for address in found)
    assert any(address.startswith("/ogc/") for address in found)


@pytest.mark.lent
def test_the_api_says_null_and_not_zero(folders, client, db, settings):
    settings.MAILLAGE_ATLAS = folders["sur"].parent
    rows = json.loads(client.get("/api/1/chiffres/paje?niveau=commune").content)
    known = {row["code"]: row["valeur"] for row in rows}
    assert known[COMMUNE] is None
    assert known[CODES[5]] is None, "else it would be found by difference with its EPCI"
    assert known[CODES[0]] == 40
