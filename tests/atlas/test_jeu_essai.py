"""The embedded example: real names, and every invented figure says that it is."""

import re
from pathlib import Path

import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.entrees import REELLES
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.export import make_long
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.sources import jeu_essai


@pytest.mark.lent
@pytest.mark.parametrize("roads", [False, True])
def test_no_invented_figure_can_pass_for_a_real_one(request, une_fois, *, roads: bool) -> None:
    if roads:
        built = request.getfixturevalue("exemple_sur_routes")
    else:
        folder, chosen = Path(next(iter(jeu_essai.__path__))), Parametres(tuiles=False)
        built = une_fois("exemple", lambda out: build("59", folder, out / "atlas", chosen))
    atlas = open_atlas(built / "atlas")
    assert ("osm" in atlas.manifest.sources) is roads
    assert {s["producteur"] for name, s in atlas.manifest.sources.items() if name not in REELLES} == {
        "Maillage"
    }
    assert atlas.manifest.jeu_essai
    long = make_long(atlas, "departement")
    real = long.filter(long["fiabilite"] != "simule")
    assert real["indicateur"].to_list() == ["population_municipale"]
    assert all(source.startswith("Jeu d'essai") for source in long["source"])
    cited = {part.removeprefix("Jeu d'essai : ") for source in long["source"] for part in source.split(" ; ")}
    unreal = {part for part in cited if "Communes, découpages et zonages" not in part}
    assert unreal
    assert not [part for part in unreal if re.search("INSEE, |IGN, |ANCT, |Eurostat", part)]
