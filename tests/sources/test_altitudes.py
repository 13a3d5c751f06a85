"""Grids of heights: what is read of them, and every way in which a file may be bad."""

from pathlib import Path

import numpy as np
import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.altitudes import open_grid, read_header, read_heights

HEAD = "ncols 3\nnrows 2\nxllcorner 699997.5\nyllcorner 6999997.5\ncellsize 5\nNODATA_value -99999.00\n"
BODY = "1 2 3\n4 5 -99999.00\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text, "latin-1")
    return path


def block(path: Path, column: int, row: int, size: int = 2) -> list:
    values = open_grid(path).read_blocks(np.array([column]), np.array([row]), size)[0]
    return np.where(np.isnan(values), None, values).tolist()


@pytest.mark.parametrize(
    "head",
    [
        HEAD,
        HEAD.replace("corner 699997.5", "center 700000").replace("corner 6999997.5", "center 7000000"),
        HEAD.upper().replace("\n", "\r\n"),
    ],
)
def test_cells_lie_where_the_header_says(tmp_path: Path, head: str) -> None:
    path = write(tmp_path / "RGEALTI_FXX_0700_7000_MNT_LAMB93_IGN69.asc", head + BODY)
    grid = open_grid(path)
    column, row = grid.locate(np.array([3.0]), np.array([49.5]))
    assert column[0] == pytest.approx(140_000, abs=1e-6)  # the central meridian, x = 700 000 m
    assert grid.step_m == 5
    assert block(path, 140_000, 1_400_000) == [[4, 5], [1, 2]]  # south row first
    assert block(path, 140_001, 1_400_000) == [[5, None], [2, 3]]
    assert block(path, 140_002, 1_400_001) == [[3, None], [None, None]]
    assert row[0] < 1_400_000


def test_values_need_no_rows_and_nodata_is_esris_by_default(tmp_path: Path) -> None:
    head = HEAD.rsplit("NODATA", 1)[0]
    tile = read_header(write(tmp_path / "a.asc", head + "1 2 3 4 5 -9999"))
    assert np.nan_to_num(read_heights(tile), nan=-1).tolist() == [[4, 5, -1], [1, 2, 3]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7z¼¯'", "a.asc : ce n’est pas une grille ASCII d’altitudes. Donnez une grille ASCII (.asc)"),
        (HEAD.replace("nrows 2\n", "") + BODY, "a.asc : entête sans « nrows »."),
        (
            HEAD.replace("ncols 3", "ncols trois") + BODY,
            "a.asc, ligne 1, colonne « ncols » : « trois » n’est pas",
        ),
        (
            HEAD.replace("ncols 3", "ncols 2.5") + BODY,
            "a.asc, colonne « ncols » : 2.5 n’est pas un nombre de points",
        ),
        (
            HEAD.replace("cellsize 5", "cellsize 250") + BODY,
            "pas de 250, hors de 0.5 à 100 m. Prenez RGE ALTI",
        ),
        (
            HEAD.replace("ncols 3", "ncols 90000").replace("nrows 2", "nrows 90000"),
            "8100000000 points, plus de",
        ),
        (
            HEAD.replace("6999997.5", "2499997.5") + BODY,
            "hors de France en Lambert-93 (EPSG:2154). Donnez une grille",
        ),
        (
            HEAD.replace("699997.5", "3.05").replace("6999997.5", "50.6") + BODY,
            "hors de France en Lambert-93",
        ),
    ],
)
def test_bad_headers(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(EntreeInvalide) as error:
        open_grid(write(tmp_path / "a.asc", text))
    assert str(error.value).startswith("Altitudes refusées\n  - a.asc")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("1 2 3\n4 5\n", "a.asc, ligne 8 : 2 altitudes, pour 3 colonnes. Extrayez"),
        ("1 2 3\n", "a.asc : 3 altitudes en 1 lignes, pour 2 lignes de 3. La dalle est tronquée"),
        ("1 2 3\n4 5 6\n7 8 9\n", "a.asc : 9 altitudes en 3 lignes, pour 2 lignes de 3."),
        ("1 2\n3 4 5 6\n", "a.asc, ligne 7 : 2 altitudes, pour 3 colonnes."),
        ("", "a.asc : 0 altitudes en 0 lignes"),
        ("1 2 3\n4 nan 6\n", "a.asc, ligne 8 : nan n’est pas une altitude (point 2 de la ligne)"),
        ("1 2 3\n4 inf 6\n", "a.asc, ligne 8 : inf n’est pas une altitude"),
        (
            "1 2 3\n4 5 -9999\n",
            "-9999 n’est pas une altitude (point 3 de la ligne). Une absence s’écrit -99999",
        ),
        ("1 2 3\n4 5,5 6\n", "a.asc, ligne 8 : « 5,5 » n’est pas un nombre."),
    ],
)
def test_bad_values(tmp_path: Path, body: str, said: str) -> None:
    path = write(tmp_path / "a.asc", HEAD + body)
    with pytest.raises(EntreeInvalide) as error:
        block(path, 140_000, 1_400_000)
    assert said in str(error.value)


def test_every_tile_says_its_fault(tmp_path: Path) -> None:
    east = HEAD.replace("699997.5", "700012.5")
    write(tmp_path / "a.asc", HEAD + BODY)
    write(tmp_path / "b.asc", east.replace("cellsize 5", "cellsize 1") + BODY)
    write(tmp_path / "c.asc", HEAD.replace("699997.5", "700014") + BODY)
    write(tmp_path / "d.asc", "rien")
    write(
        tmp_path / "RGEALTI_FXX_0500_1800_MNT_RGAF09UTM20.asc", HEAD.replace("6999997.5", "1799997.5") + BODY
    )
    with pytest.raises(EntreeInvalide) as error:
        open_grid(tmp_path)
    told = str(error.value)
    assert "b.asc, colonne « cellsize » : pas de 1 m, quand d’autres dalles sont à 5 m" in told
    assert "c.asc : décalée d’une fraction de pas de" in told
    assert "d.asc : ce n’est pas une grille" in told
    assert "en UTM 20 Nord (Antilles), quand d’autres dalles sont en Lambert-93" in told


def test_tiles_that_overlap_must_agree(tmp_path: Path) -> None:
    write(tmp_path / "a.asc", HEAD + BODY)
    (tmp_path / "sous").mkdir()
    over = HEAD.replace("699997.5", "700002.5")
    write(tmp_path / "sous" / "b.asc", over + "2 3 7\n5 6 8\n")
    assert block(tmp_path, 140_001, 1_400_000, 3)[0] == [5, 6, 8]  # one fills the hole of the other
    write(tmp_path / "sous" / "b.asc", over + "2 4 7\n5 6 8\n")
    with pytest.raises(
        EntreeInvalide, match=r"b\.asc : en x = 700010, y = 7000005, 4\.00 m, mais 3\.00 m dans a"
    ):
        block(tmp_path, 140_001, 1_400_000)


def test_a_folder_without_tiles_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EntreeInvalide, match=r"aucune dalle \.asc dans ce dossier. Indiquez le dossier"):
        open_grid(tmp_path)
    (tmp_path / "RGEALTI_2-0_5M.7z").touch()
    with pytest.raises(EntreeInvalide, match=r"Il contient des fichiers \.7z : décompressez"):
        open_grid(tmp_path)
    with pytest.raises(EntreeInvalide, match="absent : fichier ou dossier introuvable"):
        open_grid(tmp_path / "absent")


def test_the_day_of_the_delivery_is_in_the_names_of_folders(tmp_path: Path) -> None:
    folder = tmp_path / "RGEALTI_2-0_5M_ASC_LAMB93-IGN69_D059_2020-09-15"
    inner = folder / "RGEALTI"
    inner.mkdir(parents=True)
    write(inner / "a.asc", HEAD + BODY)
    assert open_grid(folder).describe().millesime == "2020-09-15"
    assert open_grid(tmp_path).describe().millesime == "2020-09-15"
    assert open_grid(inner).describe().millesime == "non daté"
    known = open_grid(folder).describe()
    assert (known.producteur, known.licence, known.fichier) == ("IGN", "Licence Ouverte 2.0", "a.asc")
