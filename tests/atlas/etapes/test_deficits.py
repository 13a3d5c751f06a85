"""The stage of deficits, on a small invented département and alone."""

from dataclasses import replace

import polars as pl
import pytest
import shapely

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.etapes.deficits import DEFICITS, find_neighbours, find_rankable
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.diagnostic import profil as profils


def boxes(*corners: tuple[float, float, float, float]) -> pl.DataFrame:
    wkb = [shapely.to_wkb(shapely.box(*c)) for c in corners]
    return pl.DataFrame({"wkb": wkb, "lat": [50.0] * len(wkb)})


def test_neighbours_touch_or_nearly_and_a_missing_outline_has_none():
    places = boxes((3.0, 50.0, 3.1, 50.1), (3.1002, 50.0, 3.2, 50.1), (3.3, 50.0, 3.4, 50.1))
    places = pl.concat([places, pl.DataFrame({"wkb": [None], "lat": [50.0]}, schema=places.schema)])
    voisins = find_neighbours(places)
    assert [voisins.of(i).tolist() for i in range(4)] == [[1], [0], [], []]


def test_near_the_border_is_not_ranked():
    places = pl.DataFrame({"part_frontiere": [0.0, 0.5, 0.51, None], "partiel": [False, False, False, True]})
    assert find_rankable(places).tolist() == [True, True, False, False]


def test_the_atlas_holds_every_territory_judged(petit_atlas: Atlas):
    table = petit_atlas.deficits()
    assert dict(table.schema) == DEFICITS
    levels = ["commune", "epci", "arrondissement"]
    expected = petit_atlas.table("territoires").filter(pl.col("niveau").is_in(levels))
    assert table.filter(pl.col("niveau").is_in(levels)).height == expected.height
    outside = table.filter(~pl.col("en_deficit"))
    assert outside["rang"].is_null().all()
    assert outside.select("stabilite", "palier", "palier_tenue").null_count().row(0) == (outside.height,) * 3
    listed = table.filter("en_deficit")
    assert listed["palier"].is_in(["prioritaire", "fragile", "a_surveiller"]).all()
    assert listed["palier_tenue"].is_between(0, 1).all()
    first = listed.filter(pl.col("palier") == "prioritaire")
    assert ((first["intensite"] >= 0.85 - 1e-9) & (first["robustesse"] >= 0.95)).all()
    assert table["robustesse"].is_between(0, 1).all()


def test_a_change_of_profile_runs_one_stage_and_makes_a_new_atlas(petites_sources, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    first = build("59", petites_sources, tmp_path / "un", Parametres(tuiles=False), cache=cache)
    kept = {place.name for place in cache.iterdir()}
    rule = profils.default_profil("59")
    autre = replace(rule, id="autre", motifs=rule.motifs[:1], par_defaut=False)
    other = {**profils.load_profils(), "autre": autre}
    for place in ("maillage.diagnostic.profil", "maillage.atlas.construction.parametres"):
        monkeypatch.setattr(f"{place}.load_profils", lambda: other)
    second = build(
        "59", petites_sources, tmp_path / "deux", Parametres(tuiles=False, profil="autre"), cache=cache
    )
    new = {place.name for place in cache.iterdir()} - kept
    assert [name.rsplit("-", 1)[0] for name in new] == ["deficits"]
    assert first.manifest.parametres["profil"] == "sdaasp_nord_2025"
    assert first.deficits()["profil"].unique().to_list() == ["sdaasp_nord_2025"]
    assert second.deficits()["profil"].unique().to_list() == ["autre"]
    assert (second.deficits()["motifs"].list.len() <= 1).all()


def test_an_unknown_profile_is_refused():
    with pytest.raises(EntreeInvalide, match="Profil de déficit"):
        Parametres(profil="licorne")
