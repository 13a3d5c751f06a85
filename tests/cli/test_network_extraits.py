"""``maillage network build`` of several extracts, of a part of one, and what is said of extracts."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maillage.atlas.reseau.emprise import read_territoire
from maillage.atlas.reseau.etat import list_warnings
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.network import network

STREET = {"highway": "residential", "maxspeed": "45"}
NODES = {i: (600 * i, 0) for i in range(6)}
WAYS = {10 + i: ([i, i + 1], STREET | {"name": f"Rue {i}"}) for i in range(1, 5)}
DEGREES_PER_STEP = 600 / 71_474.6
Written = Callable[..., Path]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(network, [str(argument) for argument in arguments])


def outline(path: Path, code: str, west: float, east: float) -> Path:
    ring = [[west, 49.9], [east, 49.9], [east, 50.1], [west, 50.1], [west, 49.9]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"code": code, "nom": code}, "geometry": polygon}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return path


def read_folder(folder: Path) -> dict[str, bytes]:
    """The network's files, but for what names the extracts."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "extraits.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_two_halves_make_the_network_of_the_whole(write_osm: Written, tmp_path: Path) -> None:
    whole = write_osm(NODES, WAYS, name="tout.osm.pbf")
    west = write_osm({i: NODES[i] for i in (1, 2, 3)}, {i: WAYS[i] for i in (11, 12)}, name="ouest.osm.pbf")
    east = write_osm(
        {i: NODES[i] for i in (2, 3, 4, 5)}, {i: WAYS[i] for i in (12, 13, 14)}, name="est.osm.pbf"
    )
    assert run("build", whole, "--out", tmp_path / "un").exit_code == 0
    merged = run("build", west, east, "--out", tmp_path / "deux")
    assert run("build", east, west, "--out", tmp_path / "trois").exit_code == 0
    assert "1 voie en commun, comptée une fois ; 0 en versions différentes" in merged.output
    one, two, three = (tmp_path / name for name in ("un", "deux", "trois"))
    assert read_folder(two / "reseau") == read_folder(one / "reseau")
    assert read_folder(three) == read_folder(two)
    assert (three / "reseau/extraits.json").read_bytes() == (two / "reseau/extraits.json").read_bytes()


def test_a_part_is_kept_and_what_is_cut_is_said(write_osm: Written, tmp_path: Path) -> None:
    path = write_osm(NODES, WAYS)
    box = f"2.9,49.9,{3 + 2.5 * DEGREES_PER_STEP},50.1"
    built = run("build", path, "--emprise", box, "--marge-km", "0", "--out", tmp_path / "n")
    assert built.exit_code == 0, built.output
    assert "2 voies gardées, dont 1 qui débordent, entières ; 2 hors de l’emprise, écartées" in built.output
    assert "les bornes de l’extrait ne couvrent que" in built.output
    told = run("info", tmp_path / "n", "--au", "2026-01-01")
    assert "voies lues : 2" in told.output
    assert "bornes : longitudes" in told.output.lower()


def test_a_departement_is_read_from_the_data(write_osm: Written, tmp_path: Path) -> None:
    data = tmp_path / "donnees"
    data.mkdir()
    outline(data / "communes.geojson", "59001", 3, 3.02)
    path = write_osm(NODES, WAYS)
    built = run("build", path, "--emprise", "59", "--from", data, "--out", tmp_path / "n")
    assert built.exit_code == 0, built.output
    assert "Nord (59), et 25 km autour" in built.output
    assert "sans aucune route" not in built.output
    outline(data / "communes.geojson", "59002", 3.2, 3.3)
    empty = run("build", path, "--emprise", "59", "--from", data, "--out", tmp_path / "m")
    assert "1 commune sur 1 sans aucune route dans l’extrait (59002)" in empty.output


@pytest.mark.parametrize(
    ("text", "marge", "words"),
    [
        ("3,50,2,51", None, "n’est pas un rectangle"),
        ("absent.geojson", None, "fichier introuvable"),
        ("59", None, "--from"),
        ("2.9,49.9,3.1,50.1", -1, "marge de -1 km"),
        ("Nrod", None, "Vouliez-vous dire 59"),
        (None, 3, "vont avec --emprise"),
    ],
)
def test_what_is_no_territory_is_refused(text: str | None, marge: float | None, words: str) -> None:
    with pytest.raises(EntreeInvalide) as caught:
        read_territoire(text, None, marge)
    assert words in str(caught.value)


def test_age_and_gaps_are_said_in_french() -> None:
    def file(name: str, day: str | None) -> dict[str, object]:
        when = f"{day}T00:00:00Z" if day else None
        return {"nom": name, "octets": 1, "date": when, "date_dite": True, "bornes": None}

    holes = {"n_bord": 1, "n_dedans": 2, "n_sans_noeud": 0, "lieux": [[3.1, 50.2]]}
    etat = {
        "fichiers": [file("a", "2025-01-15"), file("b", "2025-03-01"), file("c", None)],
        "trous": holes,
        "incompletes": {"restriction": 2, "route": 1},
        "coupe": None,
    }
    said = list(list_warnings(etat, date(2026, 2, 14)))
    assert said == [
        (
            "les extraits ne sont pas du même jour (du 15 janvier 2025 au 1er mars 2025) : "
            "leurs routes peuvent se contredire"
        ),
        "un extrait ne dit pas sa date, et aucun de ses objets n’est daté : son âge est inconnu",
        "1 voie nomme des nœuds absents, au bord de l’extrait, et s’arrête là",
        (
            "2 voies nomment des nœuds absents à l’intérieur de l’extrait, abîmé ou mal coupé "
            "(vers 3.10000,50.20000)"
        ),
        "2 interdictions de tourner dont des voies sont absentes de l’extrait",
        "1 ligne de bac dont des voies sont absentes de l’extrait",
    ]
    old = next(iter(w for w in list_warnings(etat, date(2026, 2, 15)) if "mois" in w))
    assert old == "l’extrait a 13 mois au 15 février 2026 : les routes ouvertes depuis n’y sont pas"


@pytest.mark.parametrize("name", ["extraits.json", "voiture/rapport.json"])
@pytest.mark.parametrize("spoilt", [b"\xff\xfe", b"[1]", b""])
def test_a_spoilt_description_is_named(write_osm: Written, tmp_path: Path, name: str, spoilt: bytes) -> None:
    assert run("build", write_osm(NODES, WAYS), "--out", tmp_path / "n").exit_code == 0
    (tmp_path / "n/reseau" / name).write_bytes(spoilt)
    refused = run("info", tmp_path / "n")
    assert isinstance(refused.exception, EntreeInvalide)
    assert Path(name).name in str(refused.exception)
