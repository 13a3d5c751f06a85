"""Heights of the ground: ASCII grids (.asc), one tile or a folder of them → cells by column and row.

Format: Esri ASCII raster, as IGN delivers RGE ALTI and BD ALTI; no projection is written in it, so it is read
from IGN's file names, Lambert-93 (EPSG:2154) by default, and held to where France lies in it. Headers of all
tiles are read at once; values, a tile at a time and only where they are asked for. Licence of IGN's data:
Licence Ouverte 2.0. Not tried on a real delivery (``eprouve: non``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.altitudes import ProjectionAltitudes, list_projections, load_bornes
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.base import Provenance
from maillage.sources.lecture import build_provenance
from maillage.sources.projections import from_wgs84

Progress = Callable[[str, int | None, int | None], None]
"""``progress(stage, done, total)``."""

SUFFIX: Final = ".asc"
PACKED: Final = (".7z", ".zip", ".gz", ".tif", ".tiff", ".jp2", ".laz")
CORNERS: Final = ("xllcorner", "yllcorner", "xllcenter", "yllcenter")
KEYS: Final = frozenset(("ncols", "nrows", *CORNERS, "cellsize", "nodata_value"))
NODATA: Final = -9999.0  # Esri's, where the header says none
HEADER_BYTES: Final = 2048
VALUE_BYTES: Final = 40  # more than a written height takes
ALIGNED: Final = 1e-3  # steps by which two tiles may be out of line
DAY: Final = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")
RETRY: Final = "Extrayez de nouveau la dalle de l’archive du producteur"


@dataclass(frozen=True)
class DalleAltitudes:
    """One tile: columns run east, rows north, from the centre (``x``, ``y``) of its south-west cell; metres.

    ``nodata``: the value of cells without height; ``body``: where values begin in the file, north row first.
    """

    chemin: Path
    n_columns: int
    n_rows: int
    x: float
    y: float
    step_m: float
    nodata: float
    body: int


@dataclass(frozen=True)
class GrilleAltitudes:
    """Tiles of one step and one projection; cells are numbered from the origin of the projection."""

    dalles: tuple[DalleAltitudes, ...]
    projection: ProjectionAltitudes
    millesime: str | None
    tell: Progress

    @property
    def step_m(self) -> float:
        """Metres between two cells."""
        return self.dalles[0].step_m

    def locate(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Column and row of points, whole numbers at the centres of cells."""
        x, y = from_wgs84(lon, lat, self.projection.epsg)
        east, north = self._phase
        return (x - east) / self.step_m, (y - north) / self.step_m

    def restrict(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> GrilleAltitudes:
        """The tiles of the box around these points.

        Raises :class:`EntreeInvalide` when there is none.
        """
        column, row = self.locate(lon, lat)
        west, east, south, north = column.min(), column.max(), row.min(), row.max()
        kept = []
        for dalle in self.dalles:
            left, low = self._place(dalle)
            if (
                left <= east
                and west <= left + dalle.n_columns
                and low <= north
                and south <= low + dalle.n_rows
            ):
                kept.append(dalle)
        if not kept:
            first, epsg = self.dalles[0], self.projection.libelle
            (x, y) = from_wgs84(lon.mean(keepdims=True), lat.mean(keepdims=True), self.projection.epsg)
            raise _refuse(
                Faute(
                    f"aucune dalle sous les voies de l’extrait, qui sont vers x = {x[0]:.0f}, y = {y[0]:.0f} "
                    f"({epsg}) ; la première est en x = {first.x:.0f}, y = {first.y:.0f}",
                    first.chemin.name,
                    que_faire="Prenez les dalles du département de l’extrait",
                )
            )
        return replace(self, dalles=tuple(kept))

    def read_blocks(
        self, column: NDArray[np.int64], row: NDArray[np.int64], size: int
    ) -> NDArray[np.float32]:
        """Heights in metres [n, row, column] of ``size`` × ``size`` cells from each place on; nan: unknown.

        Raises :class:`EntreeInvalide` with every fault of the tiles read, or where two of them disagree.
        """
        blocks = np.full((len(column), size, size), np.nan, np.float32)
        owner = np.full(blocks.shape, -1, np.int32)
        faults: list[Faute] = []
        step = np.arange(size)
        for number, dalle in enumerate(self.dalles):
            left, low = self._place(dalle)
            near = (column + size > left) & (column < left + dalle.n_columns)
            near &= (row + size > low) & (row < low + dalle.n_rows)
            some = np.flatnonzero(near)
            if not len(some):
                continue
            self.tell("altitudes", number + 1, len(self.dalles))
            try:
                heights = read_heights(dalle)
            except EntreeInvalide as error:
                faults += error.fautes
                continue
            x, y = column[some, None] + step - left, row[some, None] + step - low
            inside = ((y >= 0) & (y < dalle.n_rows))[:, :, None] & ((x >= 0) & (x < dalle.n_columns))[:, None]
            found = heights[y.clip(0, dalle.n_rows - 1)[:, :, None], x.clip(0, dalle.n_columns - 1)[:, None]]
            found[~inside] = np.nan
            known, taken = np.isfinite(found), blocks[some]
            clash = np.argwhere(known & np.isfinite(taken) & (found != taken))
            if len(clash):
                faults.append(self._say_clash(dalle, clash, found, taken, owner[some], (x, y)))
            blocks[some] = np.where(known, found, taken)
            owner[some] = np.where(known, number, owner[some])
        if faults:
            raise _refuse(*faults)
        return blocks

    @property
    def _phase(self) -> tuple[float, float]:
        """The centre of cell (0, 0): the same whichever tiles there are."""
        first = self.dalles[0]
        return round(first.x % first.step_m, 6), round(first.y % first.step_m, 6)

    def _place(self, dalle: DalleAltitudes) -> tuple[int, int]:
        """Column and row of a tile's south-west cell."""
        east, north = self._phase
        return round((dalle.x - east) / self.step_m), round((dalle.y - north) / self.step_m)

    def _say_clash(
        self,
        dalle: DalleAltitudes,
        clash: NDArray[np.intp],
        found: NDArray[np.float32],
        taken: NDArray[np.float32],
        owner: NDArray[np.int32],
        place: tuple[NDArray[np.int64], NDArray[np.int64]],
    ) -> Faute:
        """Where two tiles give one place two heights."""
        i, j, k = clash[0]
        x, y = dalle.x + place[0][i, k] * dalle.step_m, dalle.y + place[1][i, j] * dalle.step_m
        other = self.dalles[owner[i, j, k]].chemin.name
        return Faute(
            f"en x = {x:.0f}, y = {y:.0f}, {found[i, j, k]:.2f} m, mais {taken[i, j, k]:.2f} m dans {other}",
            dalle.chemin.name,
            que_faire="Gardez une seule des deux dalles",
        )

    def describe(self) -> Provenance:
        """Where these heights come from; hashes every tile."""
        paths = [dalle.chemin for dalle in self.dalles]
        whole = build_provenance("altitudes", *paths, millesime=self.millesime or "non daté")
        names = whole.fichier if len(paths) < 3 else f"{len(paths)} dalles, dont {paths[0].name}"
        return replace(whole, fichier=names)


def open_grid(path: Path, tell: Progress | None = None) -> GrilleAltitudes:
    """Read the headers of one tile, or of every tile of a folder and of its folders.

    Raises :class:`EntreeInvalide` with every fault: no tile, a bad header, tiles of several steps or
    projections, out of line, or out of France.
    """
    paths = _list_tiles(path)
    tiles: list[DalleAltitudes] = []
    faults: list[Faute] = []
    for each in paths:
        try:
            tiles.append(read_header(each))
        except EntreeInvalide as error:
            faults += error.fautes
    names = [_find_projection(tile.chemin.name) for tile in tiles]
    faults += [fault for tile, name in zip(tiles, names, strict=True) for fault in _check_place(tile, name)]
    faults += _compare(tiles, names)
    if faults:
        raise _refuse(*faults)
    days = sorted({day for each in paths for day in _list_days(each, path)})
    vintage = days[0] if len(days) == 1 else f"{days[0]} à {days[-1]}" if days else None
    return GrilleAltitudes(tuple(tiles), names[0], vintage, tell or (lambda *_: None))


def _list_days(tile: Path, given: Path) -> Iterator[str]:
    """Days (AAAA-MM-JJ) in the name given, or in those of the folders between it and the tile."""
    inner = tile.relative_to(given).parts if tile != given else ()
    for part in (given.absolute().parent.name if tile == given else "", given.absolute().name, *inner):
        yield from DAY.findall(part)


def _list_tiles(path: Path) -> list[Path]:
    """The tiles of a folder, by name; the file itself."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise _refuse(Faute("fichier ou dossier introuvable", path.name, que_faire="Vérifiez le chemin"))
    files = sorted(each for each in path.rglob("*") if each.is_file())
    found = [each for each in files if each.suffix.lower() == SUFFIX]
    if found:
        return found
    others = sorted({each.suffix for each in files if each.suffix.lower() in PACKED})
    advice = (
        f"Il contient des fichiers {', '.join(others)} : décompressez l’archive, ou prenez les dalles en .asc"
        if others
        else "Indiquez le dossier où se trouvent les dalles de l’IGN, décompressées"
    )
    raise _refuse(Faute(f"aucune dalle {SUFFIX} dans ce dossier", path.name, que_faire=advice))


def read_header(path: Path) -> DalleAltitudes:
    """The header of a tile, checked; :class:`EntreeInvalide` with each of its faults."""
    with path.open("rb") as stream:
        words, body = _read_words(stream.read(HEADER_BYTES))
    missing = [
        " ou ".join(choice)
        for choice in (
            ("ncols",),
            ("nrows",),
            ("xllcorner", "xllcenter"),
            ("yllcorner", "yllcenter"),
            ("cellsize",),
        )
        if not any(key in words for key in choice)
    ]
    if len(missing) == 5:
        advice = "Donnez une grille ASCII (.asc), qui commence par « ncols »"
        raise _refuse(Faute("ce n’est pas une grille ASCII d’altitudes", path.name, que_faire=advice))
    faults = [Faute(f"entête sans « {key} »", path.name, que_faire=RETRY) for key in missing]
    values: dict[str, float] = {}
    for key, (text, line) in words.items():
        try:
            values[key] = float(text)
        except ValueError:
            values[key] = np.nan
        if not np.isfinite(values[key]):
            faults.append(Faute(f"« {text} » n’est pas un nombre", path.name, line, key, RETRY))
    if not faults:
        faults = list(_check_numbers(values, path.name))
    if faults:
        raise _refuse(*faults)
    step = values["cellsize"]
    x, y = (
        values[f"{axis}llcenter"] if f"{axis}llcenter" in values else values[f"{axis}llcorner"] + step / 2
        for axis in "xy"
    )
    nodata = values.get("nodata_value", NODATA)
    return DalleAltitudes(path, int(values["ncols"]), int(values["nrows"]), x, y, step, nodata, body)


def _read_words(head: bytes) -> tuple[dict[str, tuple[str, int]], int]:
    """Each key of the header, in lower case, with its value and line; where the values begin."""
    words: dict[str, tuple[str, int]] = {}
    at = 0
    for number, line in enumerate(head.split(b"\n"), 1):
        parts = line.decode("latin-1").split()
        if len(parts) != 2 or parts[0].lower() not in KEYS:
            break
        words[parts[0].lower()] = parts[1], number
        at += len(line) + 1
    return words, at


def _check_numbers(values: dict[str, float], name: str) -> Iterator[Faute]:
    bounds, step = load_bornes(), values["cellsize"]
    for key in ("ncols", "nrows"):
        if values[key] < 1 or values[key] != int(values[key]):
            yield Faute(f"{values[key]:g} n’est pas un nombre de points", name, None, key, RETRY)
    if not bounds.pas_min_m <= step <= bounds.pas_max_m:
        what = f"pas de {step:g}, hors de {bounds.pas_min_m:g} à {bounds.pas_max_m:g} m"
        advice = "Prenez RGE ALTI (1 ou 5 m) ou BD ALTI (25 m), en mètres"
        yield Faute(what, name, None, "cellsize", advice)
    if values["ncols"] * values["nrows"] > bounds.cellules_max:
        what = f"{values['ncols'] * values['nrows']:.0f} points, plus de {bounds.cellules_max}"
        yield Faute(what, name, que_faire="Découpez la grille en dalles")


def _find_projection(name: str) -> ProjectionAltitudes:
    """The projection that a file name tells, else the first known one."""
    known = list_projections()
    return next((each for each in known if each.nom in name.upper()), known[0])


def _check_place(tile: DalleAltitudes, projection: ProjectionAltitudes) -> Iterator[Faute]:
    """Whether a tile lies where its projection puts France."""
    west, south, east, north = projection.emprise
    right, top = tile.x + tile.n_columns * tile.step_m, tile.y + tile.n_rows * tile.step_m
    if not (west <= tile.x and right <= east and south <= tile.y and top <= north):
        yield Faute(
            f"x de {tile.x:.0f} à {right:.0f}, y de {tile.y:.0f} à {top:.0f} : hors de France "
            f"en {projection.libelle} (EPSG:{projection.epsg})",
            tile.chemin.name,
            que_faire="Donnez une grille en Lambert-93, ou gardez le nom de l’IGN, qui dit sa projection",
        )


def _compare(tiles: Sequence[DalleAltitudes], projections: Sequence[ProjectionAltitudes]) -> Iterator[Faute]:
    """What keeps tiles from being one grid."""
    if not tiles:
        return
    pairs = [(projection, tile.step_m) for tile, projection in zip(tiles, projections, strict=True)]
    (usual, step), _ = Counter(pairs).most_common(1)[0]
    first = tiles[pairs.index((usual, step))]
    for tile, projection in zip(tiles, projections, strict=True):
        name = tile.chemin.name
        if projection != usual:
            what = f"en {projection.libelle}, quand d’autres dalles sont en {usual.libelle}"
            yield Faute(what, name, que_faire="Donnez un dossier par projection")
        elif tile.step_m != step:
            what = f"pas de {tile.step_m:g} m, quand d’autres dalles sont à {step:g} m"
            yield Faute(what, name, None, "cellsize", "Donnez un dossier par pas")
        else:
            shift = np.array([tile.x - first.x, tile.y - first.y]) / step
            if (np.abs(shift - np.round(shift)) > ALIGNED).any():
                what = f"décalée d’une fraction de pas de {first.chemin.name}"
                yield Faute(what, name, que_faire="Donnez des dalles d’une même livraison")


def read_heights(tile: DalleAltitudes) -> NDArray[np.float32]:
    """Heights [row, column] of a tile, south row first; nan where it has none.

    Raises :class:`EntreeInvalide` when values lack, are too many, or are no heights.
    """
    n, name, bounds = tile.n_columns * tile.n_rows, tile.chemin.name, load_bornes()
    with tile.chemin.open("rb") as stream:
        stream.seek(tile.body)
        text = stream.read(VALUE_BYTES * n + HEADER_BYTES)
    try:
        values = np.fromstring(text, sep=" ") if text.strip() else np.empty(0)
    except ValueError:
        values = None
    if values is None:
        raise _refuse(_find_bad_word(text, tile))
    lines = [line for line in text.split(b"\n") if line.strip()]
    if len(lines) == tile.n_rows and (bad := _find_bad_row(lines, tile)) is not None:
        raise _refuse(bad)
    if len(values) != n:
        what = (
            f"{len(values)} altitudes en {len(lines)} lignes, pour {tile.n_rows} lignes de {tile.n_columns}"
        )
        raise _refuse(Faute(what, name, que_faire=f"La dalle est tronquée ou d’un autre entête. {RETRY}"))
    empty = values == tile.nodata
    wrong = ~(empty | ((values >= bounds.altitude_min_m) & (values <= bounds.altitude_max_m)))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        what = f"{values[at]:g} n’est pas une altitude (point {at % tile.n_columns + 1} de la ligne)"
        advice = f"Une absence s’écrit {tile.nodata:g}, ou la valeur que l’entête donne à « NODATA_value »"
        line = None if len(lines) != tile.n_rows else _count_header(tile) + at // tile.n_columns + 1
        raise _refuse(Faute(what, name, line, que_faire=advice))
    values[empty] = np.nan
    return values.reshape(tile.n_rows, tile.n_columns)[::-1].astype(np.float32)


def _count_header(tile: DalleAltitudes) -> int:
    with tile.chemin.open("rb") as stream:
        return stream.read(tile.body).count(b"\n")


def _find_bad_row(lines: list[bytes], tile: DalleAltitudes) -> Faute | None:
    """The first row that has not its number of values."""
    for number, line in enumerate(lines, _count_header(tile) + 1):
        if (found := len(line.split())) != tile.n_columns:
            what = f"{found} altitudes, pour {tile.n_columns} colonnes"
            return Faute(what, tile.chemin.name, number, que_faire=RETRY)
    return None


def _find_bad_word(text: bytes, tile: DalleAltitudes) -> Faute:
    """The first value that is no number."""
    for number, line in enumerate(text.split(b"\n"), _count_header(tile) + 1):
        for word in line.decode("latin-1").split():
            try:
                float(word)
            except ValueError:
                what = f"« {word[:20]} » n’est pas un nombre"
                return Faute(what, tile.chemin.name, number, que_faire=RETRY)
    return Faute("valeurs illisibles", tile.chemin.name, que_faire=RETRY)


def _refuse(*faults: Faute) -> EntreeInvalide:
    return EntreeInvalide("Altitudes refusées", faults)
