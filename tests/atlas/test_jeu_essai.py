"""The embedded example: real names, and every invented figure says that it is."""

import re
from pathlib import Path

import pytest

from maillage.atlas.build import build
from maillage.atlas.export import make_long
from maillage.atlas.parametres import Parametres
from maillage.sources import jeu_essai


@pytest.mark.lent
def test_no_invented_figure_can_pass_for_a_real_one(tmp_path: Path) -> None:
    folder = Path(next(iter(jeu_essai.__path__)))
    atlas = build("59", folder, tmp_path / "A", Parametres(tuiles=False))
    assert atlas.manifest.jeu_essai
    long = make_long(atlas, "departement")
    real = long.filter(long["fiabilite"] != "simule")
    assert real["indicateur"].to_list() == ["population_municipale"]
    assert all(source.startswith("Jeu d'essai") for source in long["source"])
    cited = {part.removeprefix("Jeu d'essai : ") for source in long["source"] for part in source.split(" ; ")}
    invented = {part for part in cited if "Communes, découpages et zonages" not in part}
    assert invented
    assert not [part for part in invented if re.search("INSEE, |IGN, |ANCT, |Eurostat", part)]
