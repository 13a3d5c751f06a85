"""Fetching a source: its address in the catalogue, the cache, then a recognised file in the user's folder."""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from platformdirs import user_cache_dir

from maillage.catalogue.departements import check_departement
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.limites import read_limit
from maillage.catalogue.sources import Source, get_osm_region, list_sources
from maillage.francais import refus
from maillage.sources.decouverte import recognise
from maillage.sources.telechargement import Reglages, download

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maillage.sources.telechargement import Progress

MORCEAU = 1 << 20
TERRITOIRES_INSEE = {"972": "mart", "974": "reun"}  # name of INSEE's grid files; met for metropolitan France
UTILES = (".csv", ".parquet", ".geojson", ".json", ".gpkg", ".pbf", ".xlsx", ".ods")


@dataclass(frozen=True)
class Collecte:
    """What to fetch and how: département, folder, cache, patience, whether to fetch again what is cached."""

    departement: str
    out: Path
    cache: Path
    reglages: Reglages
    refresh: bool = False


def plan(departement: str, out: Path, *, cache: Path | None = None, refresh: bool = False) -> Collecte:
    """A checked plan.

    Raises:
        EntreeInvalide: unknown département.
    """
    code = check_departement(departement)
    folder = cache or Path(user_cache_dir("maillage", appauthor=False))
    return Collecte(code, out, folder, Reglages(), refresh)


def get_address(source: Source, departement: str) -> str | None:
    """The direct address, for this département; null when none is confirmed."""
    if source.url is None or not source.confirme:
        return None
    return source.url.format(region_osm=get_osm_region(departement)) if "{" in source.url else source.url


def explain_manual(source: Source) -> str:
    """How to get by hand a source whose direct address is not confirmed."""
    return (
        f"{source.nom} ({source.producteur}) : pas d'adresse directe confirmée. Page : {source.page} ; "
        f"fichier attendu : {source.fichier}. Posez-le dans le dossier donné par --from, "
        "il est reconnu à son contenu."
    )


def fetch(name: str, collecte: Collecte, progress: Progress | None = None) -> tuple[Path, ...]:
    """The files of one source, in ``collecte.out``.

    Raises:
        EntreeInvalide: unknown source, no confirmed address, failed download, a file that is another.
    """
    source = list_sources().get(name)
    if source is None:
        known = ", ".join(list_sources())
        raise EntreeInvalide(f"Source inconnue : « {name} » (sources : {known}).")
    url = get_address(source, collecte.departement)
    if url is None:
        raise EntreeInvalide(explain_manual(source))
    archive = get_cached(url, collecte, progress)
    collecte.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=collecte.out, prefix=".") as folder:
        unpacked = list(unpack(archive, Path(folder), source, collecte.departement))
        check_recognised(source, unpacked, archive, url)
        return tuple(path.replace(collecte.out / path.name) for path in unpacked)


def get_cached(url: str, collecte: Collecte, progress: Progress | None) -> Path:
    """The downloaded file, from the cache when it is there."""
    name = url.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1] or "fichier"
    target = collecte.cache / hashlib.sha256(url.encode()).hexdigest()[:16] / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not collecte.refresh:
        return target
    return download(url, target, progress=progress, reglages=collecte.reglages)


def unpack(archive: Path, folder: Path, source: Source, departement: str) -> Iterator[Path]:
    """The useful files of a download: members of a zip, the content of a gz, or the file itself."""
    try:
        if zipfile.is_zipfile(archive) and archive.suffix not in {".xlsx", ".ods"}:
            yield from unpack_zip(archive, folder, source, departement)
        elif is_gzip(archive):
            yield unpack_gzip(archive, folder)
        else:
            yield Path(shutil.copy2(archive, folder / name_file(archive, source)))
    except (zipfile.BadZipFile, EOFError, gzip.BadGzipFile, zlib.error) as error:
        faute = Faute("archive abîmée ", archive.name, que_faire="Recommencez avec --actualiser.")
        raise EntreeInvalide(f"L'archive {archive.name} est abîmée.", (faute,)) from error
    except OSError as error:
        raise EntreeInvalide(f"Écriture impossible dans le dossier : {refus(error)}.") from error


def name_file(archive: Path, source: Source) -> str:
    """The file's own name, or the source's where the address gives none."""
    return archive.name if archive.suffix in UTILES else f"{source.id}{Path(source.fichier).suffix or '.csv'}"


def unpack_zip(archive: Path, folder: Path, source: Source, departement: str) -> Iterator[Path]:
    """Members that match the source's pattern, under their bare name: no path of the archive is followed."""
    pattern = source.membre.format(territoire=TERRITOIRES_INSEE.get(departement, "met"))
    with zipfile.ZipFile(archive) as box:
        for info in box.infolist():
            name = Path(info.filename).name
            if info.is_dir() or Path(name).suffix.lower() not in UTILES or not fnmatch.fnmatch(name, pattern):
                continue
            with box.open(info) as content:
                yield unpack_stream(content, folder / name)


def is_gzip(path: Path) -> bool:
    """Whether the file bears gzip's magic bytes."""
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def unpack_gzip(archive: Path, folder: Path) -> Path:
    """The one file inside."""
    target = folder / archive.name.removesuffix(".gz")
    with gzip.open(archive) as content:
        return unpack_stream(content, target)


def unpack_stream(content: IO[bytes] | gzip.GzipFile, target: Path) -> Path:
    """Write what unpacks, up to what an archive may hold: a small one may fill a disk.

    Raises:
        EntreeInvalide: beyond; nothing is left of it.
    """
    left = read_limit("archive", "ouvert_octets")
    with target.open("wb") as stream:
        while left >= 0 and (piece := content.read(MORCEAU)):
            left -= len(piece)
            stream.write(piece)
    if left < 0:
        target.unlink()
        most = read_limit("archive", "ouvert_octets") // 2**30
        raise EntreeInvalide("L'archive est trop lourde.", (Faute(f"plus de {most} Go", target.name),))
    return target


def check_recognised(source: Source, files: list[Path], archive: Path, url: str) -> None:
    """At least one file, and each one of this source: not an error page under a right name.

    Raises:
        EntreeInvalide: otherwise; the cached download is dropped.
    """
    strangers = [path for path in files if recognise(path) != source.id]
    if files and not strangers:
        return
    archive.unlink()
    fautes = tuple(Faute(f"ce n'est pas « {source.nom} »", path.name) for path in strangers)
    nothing = () if files else (Faute("aucun fichier attendu dans l'archive", archive.name),)
    raise EntreeInvalide(f"Le fichier reçu de {url} n'est pas celui attendu.", (*fautes, *nothing))
