"""Road networks built from an OpenStreetMap extract and saved alone: a partial atlas.

Its manifest, then ``reseau/<mode>/`` as :mod:`maillage.atlas.reseau.fichiers` writes it with ``rapport.json``
(what was kept and left out), ``reseau/voies.parquet``, which names the ways, and ``reseau/extraits.json``:
what the extracts are and lack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from maillage import __version__
from maillage.atlas.construction.ecriture import check_destination, whole_folder, write_json, write_piece
from maillage.atlas.construction.empreinte import hash_code
from maillage.atlas.construction.entrees import JEU_ESSAI, disown
from maillage.atlas.lecture.format import FORMAT, MANIFEST
from maillage.atlas.lecture.ouvert import Manifest, read_described, read_manifest
from maillage.atlas.reseau.emprise import TerritoireReseau
from maillage.atlas.reseau.fichiers import Reseau, open_network, save_network
from maillage.catalogue.altitudes import load_pentes
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.vitesses import Mode, load_mode, with_crossing_costs
from maillage.network.osm.build import RoadNetwork, build_network
from maillage.network.osm.heights import Ground
from maillage.network.osm.rules import list_classes
from maillage.network.routes.factor import customise, symbolic
from maillage.network.travel_times import Fiabilite
from maillage.sources.altitudes import GrilleAltitudes, open_grid
from maillage.sources.lecture import build_provenance
from maillage.sources.osm.assemblage import ExtraitOsm, read_extracts

FOLDER = "reseau"
REPORT, STATE = "rapport.json", "extraits.json"
Progress = Callable[[str, int | None, int | None], None]
"""``progress(stage, done, total)``; done and total are None where the stage cannot count."""


@dataclass(frozen=True)
class ReseauOsm:
    """An open folder of networks: its manifest, the names of its ways, one network per mode on demand."""

    dossier: Path
    manifest: Manifest

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes saved, sorted."""
        return tuple(sorted(path.parent.name for path in (self.dossier / FOLDER).glob(f"*/{REPORT}")))

    @cached_property
    def voies(self) -> pl.DataFrame:
        """``voie`` (OSM id, ascending), ``nom``, ``ref``, ``classe``; null where the map says nothing."""
        return pl.read_parquet(self.dossier / FOLDER / "voies.parquet")

    def load(self, mode: str) -> Reseau:
        """One mode's network, memory-mapped; :class:`EntreeInvalide` when it was not built."""
        return open_network(self._find(mode))

    def report(self, mode: str) -> dict[str, Any]:
        """What was kept and left out for one mode: the fields of ``network.osm.build.Report``."""
        return read_described(self._find(mode) / REPORT)

    @property
    def etat(self) -> dict[str, Any] | None:
        """What the extracts are and lack (:class:`~maillage.sources.osm.etat.EtatExtraits`), and ``communes``
        where a département was asked for; None for a network made before this was kept."""
        path = self.dossier / FOLDER / STATE
        return read_described(path) if path.is_file() else None

    def _find(self, mode: str) -> Path:
        if mode not in self.modes:
            known = ", ".join(self.modes) or "aucun"
            raise EntreeInvalide(
                f"Le réseau {self.dossier.name} n’a pas le mode « {mode} » (modes : {known})."
            )
        return self.dossier / FOLDER / mode


def build_reseau(
    extrait: Path,
    modes: Iterable[str],
    out: Path,
    progress: Progress | None = None,
    *,
    replace: bool = False,
    fiabilite: Fiabilite | None = None,
    carrefours: bool | None = None,
    altitudes: Path | None = None,
    autres: Sequence[Path] = (),
    territoire: TerritoireReseau | None = None,
) -> ReseauOsm:
    """Read the extract once, build and factorise the network of each mode, write them whole or not at all.

    ``fiabilite``: unless said, "simule" for an extract that lies in a folder marked as an example, else
    "observe". ``carrefours``: whether crossings cost time, as the catalogue has it unless said.
    ``altitudes``: a tile of heights, or a folder of them, for the modes that gradients slow down. ``autres``:
    extracts to merge with it, in any order; ``territoire``: what of them to keep. Raises
    :class:`EntreeInvalide` on a bad extract, bad heights, an unknown mode or a destination that is not free.
    """
    tell = progress or (lambda *_: None)
    extraits = sorted({path.absolute() for path in (extrait, *autres)}, key=lambda path: (path.name, path))
    given = extraits if altitudes is None else [*extraits, altitudes]
    fiabilite = fiabilite or ("simule" if any(map(is_example, given)) else "observe")
    rules = [with_crossing_costs(load_mode(mode), applied=carrefours) for mode in modes]
    check_destination(out, replace=replace)
    grid = None if altitudes is None else _open_heights(altitudes, rules, tell)
    extract = read_extracts(extraits, tell, territoire.emprise if territoire else None)
    grid = grid and grid.restrict(extract.lon, extract.lat)
    with whole_folder(out) as folder:
        tables: dict[str, Any] = write_piece(folder, f"{FOLDER}/voies", list_ways(extract))
        tables |= write_json(folder, f"{FOLDER}/{STATE}", _describe_state(extract, territoire))
        for mode in rules:
            tables |= _write_mode(folder, mode, (extract, grid), fiabilite, tell)
        described = _describe(extraits, extract, rules, tables, fiabilite)
        write_json(folder, MANIFEST, described if grid is None else _tell_heights(described, grid))
    return open_reseau(out)


def is_example(path: Path) -> bool:
    """Whether a file lies in a folder marked as an example, or a folder is."""
    return path.with_name(JEU_ESSAI).is_file() or (path / JEU_ESSAI).is_file()


def _open_heights(altitudes: Path, modes: Iterable[Mode], tell: Progress) -> GrilleAltitudes:
    """The heights, for one mode at least."""
    if all(load_pentes(mode.reseau) is None for mode in modes):
        advice = "Ajoutez « --mode marche » ou « --mode velo », ou retirez « --altitudes »."
        raise EntreeInvalide(f"Aucun des modes demandés ne lit d’altitudes. {advice}")
    return open_grid(altitudes, tell)


def _tell_heights(described: dict[str, Any], grid: GrilleAltitudes) -> dict[str, Any]:
    """The manifest, with where heights come from."""
    origin = asdict(grid.describe())
    return described | {
        "parametres": described["parametres"] | {"altitudes_pas_m": grid.step_m},
        "sources": described["sources"] | {"altitudes": disown(origin) if described["jeu_essai"] else origin},
    }


def open_reseau(dossier: Path) -> ReseauOsm:
    """Open a network, alone or within an atlas; :class:`EntreeInvalide` when there is none."""
    manifest = read_manifest(dossier)
    if not (dossier / FOLDER).is_dir():
        advice = "Construisez-le avec « maillage network build »."
        raise EntreeInvalide(f"{dossier.name} ne contient pas de réseau routier. {advice}")
    return ReseauOsm(dossier, manifest)


def list_ways(extract: ExtraitOsm) -> pl.DataFrame:
    """Names, references and classes of the extract's ways, by ascending id."""
    classes = list_classes(extract.way_tags, len(extract.way_id))
    frame = pl.DataFrame({"voie": extract.way_id, "classe": classes})
    named = frame.with_columns(nom=_list_texts(extract, "name"), ref=_list_texts(extract, "ref"))
    return named.select("voie", "nom", "ref", "classe").sort("voie")


def _list_texts(extract: ExtraitOsm, key: str) -> pl.Series:
    """The value of one key for each way, null where absent."""
    code = np.full(len(extract.way_id), -1)
    tags = extract.way_tags.get(key)
    if tags is None:
        return pl.Series([None] * len(code), dtype=pl.String)
    code[tags.row] = tags.code
    return pl.Series([tags.values[c] if c >= 0 else None for c in code.tolist()], dtype=pl.String)


def _write_mode(
    folder: Path,
    mode: Mode,
    read: tuple[ExtraitOsm, GrilleAltitudes | None],
    fiabilite: Fiabilite,
    tell: Progress,
) -> dict[str, Any]:
    """Build, factorise and write one mode; its entries for the manifest."""
    (extract, grid), pentes = read, load_pentes(mode.reseau)
    ground = Ground(grid, pentes) if grid and pentes else None
    network = build_network(extract, mode, lambda stage: tell(f"{mode.nom} : {stage}", None, None), ground)
    tell(f"{mode.nom} : factorisation", None, None)
    where = f"{FOLDER}/{mode.id}"
    entries = save_network(folder / where, _factorise(network, mode, fiabilite))
    report = asdict(network.report) | {"n_nodes": network.graph.n_nodes, "n_arcs": network.graph.n_arcs}
    if network.heights is not None:
        report["altitudes"] = asdict(network.heights)
    written = write_json(folder, f"{where}/{REPORT}", report)
    return {f"{where}/{name}": entry for name, entry in entries.items()} | written


def _factorise(network: RoadNetwork, mode: Mode, fiabilite: Fiabilite) -> Reseau:
    pattern = symbolic(network.graph)
    return Reseau(
        mode=mode.id,
        fiabilite=fiabilite,
        acces_kmh=mode.acces_kmh,
        acces_max_m=mode.acces_max_m,
        graphe=network.graph,
        formes=network.shapes,
        motif=pattern,
        facteur=customise(pattern, network.graph),
    )


def _describe_state(extract: ExtraitOsm, territoire: TerritoireReseau | None) -> dict[str, Any]:
    """What the extracts are and lack."""
    etat = asdict(extract.etat)
    if territoire is not None and territoire.communes:
        bare = territoire.list_without_road(extract)
        etat["communes"] = {"n": len(territoire.communes), "sans_route": bare}
    return etat


def _describe(
    extraits: Sequence[Path],
    extract: ExtraitOsm,
    modes: Iterable[Mode],
    tables: Mapping[str, Any],
    fiabilite: Fiabilite,
) -> dict[str, Any]:
    """The manifest of a network alone."""
    vintage = extract.timestamp[:10] if extract.timestamp else None
    origin = asdict(build_provenance("osm", *extraits, millesime=vintage))
    return {
        "format": FORMAT,
        "departement": "",
        "nom": "Réseau routier",
        "jeu_essai": fiabilite == "simule",
        "version_code": f"{__version__}+{hash_code()[:12]}",
        "parametres": {"modes": [mode.id for mode in modes]}
        | ({"couts_aux_carrefours": True} if any(mode.carrefours for mode in modes) else {}),
        "sources": {"osm": disown(origin) if fiabilite == "simule" else origin},
        "manques": [],
        "avertissements": [],
        "tables": dict(sorted(tables.items())),
        "controles": {},
    }
