"""Grades travel with figures: on observed roads, all that is made of seated places is imputed."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.construction.stages import Silence
from maillage.atlas.lecture.ouvert import Atlas
from maillage.cli.demo import build_roads

PLACED = ("apl_calcule_", "equilibre_", "choix_", "places_jeune_enfant_")
BASKET = ("duree_panier_quotidien", "services_avec_choix", "detour_panier")


@pytest.fixture(scope="module")
def routes(tmp_path_factory) -> Atlas:
    """The example's files and roads, not marked as an example: their figures pass for observed."""
    folder = tmp_path_factory.mktemp("routes")
    sources = folder / "sources"
    shutil.copytree(Path(str(files("maillage.sources") / "jeu_essai")), sources)
    (sources / "jeu_essai.toml").unlink()
    roads = build_roads(sources, folder / "reseau", Silence())
    return build("59", sources, folder / "A", Parametres(tuiles=False), reseau=roads)


@pytest.mark.lent
def test_what_is_made_of_seats_is_imputed_on_roads(routes):
    cells = routes.indicateurs("carreau")
    assert cells["duree_medecin_generaliste_fiabilite"].drop_nulls().unique().to_list() == ["impute"]
    names = [name for name in cells.columns if f"{name}_fiabilite" in cells.columns]
    made = [name for name in names if name.startswith(PLACED) or name in BASKET]
    assert {name.split("_")[0] for name in made} >= {"apl", "equilibre", "choix", "duree", "services"}
    for name in made:
        assert cells[f"{name}_fiabilite"].drop_nulls().unique().to_list() == ["impute"], name
    # France services are at their address
    assert cells["heures_acces_france_services_voiture_fiabilite"].unique().to_list() == ["observe"]


@pytest.mark.lent
def test_an_aggregate_is_no_better_than_its_cells(routes):
    cells = routes.indicateurs("carreau")
    whole = routes.indicateurs("departement").row(0, named=True)
    for name in (name for name in cells.columns if name.startswith(PLACED)):
        if name.endswith(("_fiabilite", "_couverture", "_bas", "_haut")) or whole.get(name) is None:
            continue
        worst = max(cells[f"{name}_fiabilite"].drop_nulls().to_physical())
        order = cells[f"{name}_fiabilite"].dtype.categories.to_list()
        assert order.index(whole[f"{name}_fiabilite"]) >= worst, name
