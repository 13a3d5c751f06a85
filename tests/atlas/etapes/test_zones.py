"""The département's own zones in an atlas: rows, figures, outlines, and how far they may be trusted."""

import json
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
import shapely

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.erreurs import EntreeInvalide

SANS_TUILES = Parametres(tuiles=False)


def write_list(path: Path, rows: list[tuple[str, str]]) -> None:
    lines = [f"{zone},Secteur {zone},secteur rural,{code}" for zone, code in rows]
    path.write_text("\n".join(["code_zone,nom_zone,type_zone,code_insee", *lines]) + "\n")


def write_polygon(monde: ModuleType, path: Path, commune: int, *, far: float = 0.0) -> None:
    """The western half of a commune's first carreau, as ``write_qpv`` draws it, and ``far`` metres away."""
    x, y = monde.place(commune)
    features = []
    for code, west in (("BASSIN", x), ("LOIN", x + far)):
        corners = [(west, y), (west + 500, y), (west + 500, y + 1000), (west, y + 1000), (west, y)]
        ring = [list(monde.TO_WGS84.transform(*corner)) for corner in corners]
        properties = {"code": code, "nom": code.title(), "type": "bassin minier"}
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


@pytest.fixture(scope="module")
def atlas(petit_monde: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Communes 0, 1, 3 and 4 as the EPCI of the west, commune 5 with another elsewhere, and two polygons."""
    folder = tmp_path_factory.mktemp("zones")
    sources = petit_monde.write_sources(folder / "sources")
    codes = petit_monde.CODES
    ouest = [("OUEST", codes[c]) for c in (0, 1, 3, 4)]
    write_list(sources / "secteurs.csv", [*ouest, ("SUD", codes[5]), ("SUD", "62001"), ("AILLEURS", "62001")])
    write_polygon(petit_monde, sources / "bassin.geojson", 5, far=90_000)
    petit_monde.write_qpv(sources / "qpv.geojson")
    return build("59", sources, folder / "atlas", SANS_TUILES)


def row(atlas: Atlas, code: str, niveau: str = "zone") -> dict[str, object]:
    found: dict[str, object] = atlas.indicateurs(niveau).row(by_predicate=pl.col("code") == code, named=True)
    return found


@pytest.mark.lent
def test_a_zone_of_communes_has_the_figures_of_the_same_communes(atlas: Atlas) -> None:
    """Made of the very communes of an EPCI, it has its figures, its people, its outline."""
    zone, epci = row(atlas, "OUEST"), row(atlas, "200000001", "epci")
    shared = [name for name in zone if name in epci and name not in {"code", "nom"}]
    assert {"population_municipale", "duree_pharmacie", "equipements_10000"} <= set(shared)
    for name in shared:
        expected = pytest.approx(epci[name], rel=1e-9) if isinstance(epci[name], float) else epci[name]
        assert zone[name] == expected, name
    places = atlas.territoires("zone"), atlas.territoires("epci")
    for name in ("population", "superficie_km2", "lon", "lat", "part_frontiere"):
        assert places[0].row(by_predicate=pl.col("code") == "OUEST", named=True)[name] == pytest.approx(
            places[1].row(by_predicate=pl.col("code") == "200000001", named=True)[name]
        )
    outlines = {
        code: shapely.from_wkb(wkb)
        for niveau in ("zone", "epci")
        for code, wkb in atlas.contours(niveau).select("code", "wkb").iter_rows()
    }
    assert outlines["OUEST"].equals(outlines["200000001"])


@pytest.mark.lent
def test_a_zone_drawn_by_polygon_is_never_observed(atlas: Atlas) -> None:
    """Drawn as a priority district is, it has its figures; people spread by area are no observation."""
    zone, qpv = row(atlas, "BASSIN"), row(atlas, "QN05901I")
    assert zone["duree_pharmacie"] == qpv["duree_pharmacie"] is not None
    assert zone["population_municipale"] is None
    levels = {zone[name] for name in zone if name.endswith("_fiabilite")}
    assert levels <= {"impute", "estime", None}
    assert "impute" in levels


@pytest.mark.lent
def test_what_each_zone_is_stands_beside_it(atlas: Atlas) -> None:
    zones = atlas.territoires("zone").select("code", "type_zone", "partiel")
    assert zones.rows() == [
        ("BASSIN", "bassin minier", False),
        ("OUEST", "secteur rural", False),
        ("QN05901I", "quartier prioritaire (QPV)", False),
        ("SUD", "secteur rural", True),  # one of its communes is in another département
    ]
    gone = [line for line in atlas.manifest.avertissements if "hors du département" in line]
    assert [line.split()[1] for line in gone] == ["AILLEURS", "LOIN"]
    assert all(passed for passed in atlas.manifest.controles.values())


def test_a_commune_that_does_not_exist_is_refused(
    petit_monde: ModuleType, petites_sources: Path, tmp_path: Path
) -> None:
    petit_monde.write_qpv(petites_sources / "qpv.geojson")
    write_list(petites_sources / "secteurs.csv", [("SUD", "59999"), ("QN05901I", petit_monde.CODES[0])])
    with pytest.raises(EntreeInvalide) as caught:
        build("59", petites_sources, tmp_path / "A", SANS_TUILES)
    unknown, taken = (str(fault) for fault in caught.value.fautes)
    assert "zone SUD : aucune commune 59999" in unknown
    assert "zone QN05901I : ce code est celui d'un quartier prioritaire" in taken
    assert not (tmp_path / "A").exists()


@pytest.mark.lent
def test_an_atlas_without_zones_has_none(petit_atlas: Atlas) -> None:
    assert petit_atlas.territoires("zone").is_empty()
