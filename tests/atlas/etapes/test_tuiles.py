"""Tiles hold every territory of every mesh, and the same bytes each time."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pmtiles.reader import MmapSource, Reader

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.lecture.ouvert import Atlas


def layers_of(path: Path) -> Mapping[str, int]:
    with path.open("rb") as stream:
        metadata = Reader(MmapSource(stream)).metadata()
    return {layer["layer"]: layer["count"] for layer in metadata["tilestats"]["layers"]}


@pytest.mark.lent
def test_every_mesh_has_its_layer(petit_atlas: Atlas, petites_sources: Path, tmp_path: Path) -> None:
    for name in ("A", "B"):
        build("59", petites_sources, tmp_path / name, Parametres())
    tiles = tmp_path / "A" / "tuiles"
    assert layers_of(tiles / "communes.pmtiles") == {
        "commune": 6, "epci": 2, "canton": 1, "bassin_vie": 2, "arrondissement": 2, "departement": 1,
    }  # fmt: skip
    assert layers_of(tiles / "carreaux.pmtiles") == {"carreaux": 72}
    assert not (tiles / "zones.pmtiles").exists()
    for archive in tiles.iterdir():
        data = archive.read_bytes()
        assert data == (tmp_path / "B" / "tuiles" / archive.name).read_bytes()
        assert str(tmp_path).encode() not in data
    assert not petit_atlas.manifest.parametres["tuiles"]
    assert not (petit_atlas.dossier / "tuiles").exists()
