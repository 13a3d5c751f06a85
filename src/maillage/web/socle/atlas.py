"""The atlases the pages read: which one, opened once; what is computed from it, kept while there is room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest

from maillage.atlas.lecture.chiffres import Colonne
from maillage.atlas.lecture.format import MANIFEST
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import AtlasIllisible, check_readable, open_atlas, read_build_date
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.web.socle.memoire import Memoire

CALCULS_GARDES = 200
"""Some dozens hold for a whole atlas, and stay; others answer one question, and pages keep the answers."""
Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, eq=False)
class AtlasOuvert(Lecteur):
    """An atlas as pages read it: what it does not hold is a 404, what was computed from it is kept."""

    par_defaut: bool = False
    _calculs: Memoire = field(default_factory=lambda: Memoire(CALCULS_GARDES), repr=False)

    def get_territoire(self, niveau: str, code: str) -> Territoire:
        """One territory, or a 404."""
        found = self.territoire(niveau, code)
        if found is None:
            raise Http404(f"Aucun territoire « {niveau} {code} » dans l’atlas {self.id}.")
        return found

    def colonne(self, niveau: str, indicateur: str) -> Colonne:
        """One indicator over one mesh; 404 when the atlas does not hold it."""
        if not self.a(niveau, indicateur):
            raise Http404(f"L’indicateur « {indicateur} » n’existe pas au niveau {niveau}.")
        return super().colonne(niveau, indicateur)

    def garder(self, key: Any, compute: Callable[[], Any]) -> Any:
        """What ``compute`` gives, computed once for this atlas, while there is room."""
        return self._calculs.get(key, compute)


@dataclass(frozen=True)
class Installation:
    """The folders of atlases of an install, newest first, and why others are set aside: (folder, reason).

    ``codes``: the département of each. ``departement``: the one whose newest atlas opens by itself; null when
    they are several and nobody said which.
    """

    dossiers: tuple[Path, ...]
    ecartes: tuple[tuple[str, str], ...]
    codes: tuple[str, ...] = ()
    departement: str | None = None

    @property
    def propres(self) -> tuple[Path, ...]:
        """The folders of the install's own département."""
        return tuple(f for f, code in zip(self.dossiers, self.codes, strict=True) if code == self.departement)


def survey() -> Installation:
    """What stands in ``MAILLAGE_ATLAS``: an atlas that cannot be read whole is set aside, not served."""
    dated: list[tuple[str, str, Path]] = []
    apart: list[tuple[str, str]] = []
    for folder in _candidates(settings.MAILLAGE_ATLAS):
        try:
            if _is_shown(folder):
                dated.append((read_build_date(folder), folder.name, folder))
        except (EntreeInvalide, OSError) as error:
            # The reason is read by monitors too: where the install stands is not their business.
            apart.append((folder.name, str(error).replace(str(folder), folder.name)))
    folders = tuple(folder for _, _, folder in sorted(dated, reverse=True))
    codes = tuple(_read_departement(folder, (folder / MANIFEST).stat().st_mtime_ns) for folder in folders)
    only = codes[0] if len(set(codes)) == 1 else None
    return Installation(folders, tuple(sorted(apart)), codes, settings.MAILLAGE_DEPARTEMENT or only)


@cache
def _read_departement(folder: Path, changed_ns: int) -> str:
    return open_atlas(folder).manifest.departement


def _candidates(base: Path) -> list[Path]:
    """The folder itself, or those in it that have a manifest: one half copied, without it, is not seen."""
    try:
        return [base] if (base / MANIFEST).exists() else [path.parent for path in base.glob(f"*/{MANIFEST}")]
    except OSError:
        return []


def sign_install() -> tuple[tuple[str, int, int], ...] | None:
    """What changes when an atlas comes, goes or is made again; None while one is going."""
    try:
        return tuple(
            (str(folder), folder.stat().st_mtime_ns, (folder / MANIFEST).stat().st_mtime_ns)
            for folder in survey().dossiers
        )
    except OSError:
        return None


# Folders that failed while they served, with what their files looked like then and what was wrong.
_failed: dict[Path, tuple[Signature, EntreeInvalide]] = {}


def set_aside(folder: Path, error: EntreeInvalide) -> None:
    """Serve this folder no more, until one of its files changes."""
    _failed[folder] = (_sign(folder), error)
    _holds_territories.cache_clear()


def _is_shown(folder: Path) -> bool:
    """Whether a folder is an atlas to show, and not a road network alone; refused when it is not whole."""
    if folder in _failed:
        signature, error = _failed[folder]
        if signature == _sign(folder):
            raise error
        del _failed[folder]
    return _holds_territories(folder, (folder / MANIFEST).stat().st_mtime_ns)


def _sign(folder: Path) -> Signature:
    """Sizes and dates of the files of a folder: equal, nothing was mended."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)


@cache
def _holds_territories(folder: Path, changed_ns: int) -> bool:
    """One that passed is not looked at again; one that was refused is, each time: its copy may have ended."""
    try:
        atlas = open_atlas(folder)
        check_readable(atlas)
        if not atlas.exists("territoires"):
            return False
        _read_essential(AtlasOuvert(atlas))
    except EntreeInvalide:
        raise
    except Exception as error:
        raise AtlasIllisible(
            f"Les tables de {folder.name} ne sont pas celles d’un atlas : {error!r}"
        ) from error
    return True


def _read_essential(atlas: AtlasOuvert) -> None:
    """What every page reads: a table without its columns is found here, not by a reader."""
    for niveau in atlas.niveaux():
        atlas.indicateurs(niveau)
    _ = (atlas.nom, atlas.definitions, atlas.manifeste.millesime)


def find_departement(request: HttpRequest) -> str:
    """The département of the atlas that the install opens; 404 when there is none."""
    atlas: AtlasOuvert | None = request.atlas  # type: ignore[attr-defined]
    if atlas is None:
        raise Http404("Aucun atlas n’est ouvert : le schéma d’un département commence sur son atlas.")
    return atlas.manifeste.departement


def list_ids(departement: str | None = None) -> tuple[str, ...]:
    """Ids of the atlases of this install, or of one of its départements, newest first."""
    found = survey()
    held = zip(found.dossiers, found.codes, strict=True)
    return tuple(folder.name for folder, code in held if departement in {None, code})


def choose(atlas_id: str | None) -> AtlasOuvert | None:
    """The atlas of this id, else the newest of the install's own département.

    None when the install has none, or several départements and nobody said which; 404 for an unknown id.
    """
    found = survey()
    first = found.propres[:1]
    for folder in found.propres if atlas_id is None else found.dossiers:
        if atlas_id in {None, folder.name}:
            try:
                return _open(folder, folder.stat().st_mtime_ns, par_defaut=(folder,) == first)
            except (OSError, EntreeInvalide):
                continue  # taken away since we looked: the next one serves
    if atlas_id is None or not found.dossiers:
        return None
    raise Http404(f"L’atlas « {atlas_id} » n’existe pas ici.")


def open_folder(folder: Path) -> AtlasOuvert:
    """The atlas of this folder, opened once."""
    return _open(folder, folder.stat().st_mtime_ns, par_defaut=True)


@cache
def _open(folder: Path, changed_ns: int, *, par_defaut: bool) -> AtlasOuvert:
    return AtlasOuvert(open_atlas(folder), par_defaut=par_defaut)
