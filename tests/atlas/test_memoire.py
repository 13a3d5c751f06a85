"""An evaluation in memory is a build that writes nothing: equal to the last bit, on random edits."""

import random
import shutil
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.construction.places import read_places
from maillage.atlas.lecture.ouvert import Atlas, open_atlas
from maillage.atlas.lots import encode_places, list_places
from maillage.atlas.memoire import evaluate
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.atlas import offre as export_offre
from maillage.cli.evaluer import evaluer

SANS_TUILES = Parametres(tuiles=False)


def edit(places: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Close some places, move some, open a few, change how many stand at one."""
    rng = random.Random(seed)
    rows = places.to_dicts()
    closed = set(rng.sample(range(len(rows)), k=min(len(rows), rng.randint(1, 4))))
    kept = [row for number, row in enumerate(rows) if number not in closed]
    for row in rng.sample(kept, k=min(len(kept), 3)):
        row["lon"], row["lat"] = row["lon"] + rng.uniform(-0.02, 0.02), row["lat"] + rng.uniform(-0.02, 0.02)
    for row in rng.sample(kept, k=min(len(kept), 2)):
        row["effectif"] += 1
    opened = [dict(row, id=f"ouvert-{n}", itinerant=False) for n, row in enumerate(rng.sample(kept, k=2))]
    return pl.DataFrame(kept + opened, schema=places.schema)


def check_equal(atlas: Atlas, built: Atlas, places: pl.DataFrame) -> None:
    """Every figure, every row of the index, every deficit."""
    found = evaluate(atlas, places)
    assert list_places(built).equals(found.offre.sort(pl.col("usage") != "lieu", "usage", "type", "id"))
    for niveau in found.calcul.niveaux:
        table, expected = found.whole(niveau), built.indicateurs(niveau)
        assert table.columns == expected.columns
        wrong = [name for name in expected.columns if not table[name].equals(expected[name])]
        assert wrong == []
        index = built.index().filter(pl.col("niveau") == niveau)
        for name in found.reached(niveau):
            known = index.filter(pl.col("indicateur") == name).to_dicts()
            assert [found.describe(name, niveau)] == known if known else name not in table.columns
    assert found.deficits().equals(built.deficits())
    changed = found.changes()
    assert changed.select("avant", "fiabilite_avant").is_unique().any() or changed.is_empty()


def give(places: pl.DataFrame, path: Path) -> Path:
    places.write_csv(path)
    return path


@pytest.mark.lent
@pytest.mark.parametrize("seed", range(4))
def test_random_edits_on_estimated_times(petit_atlas, petit_monde, tmp_path, seed):
    sources = petit_monde.write_sources(tmp_path / "sources")
    places = edit(list_places(petit_atlas), seed)
    file = give(places, tmp_path / "offre.csv")
    built = build("59", sources, tmp_path / "A", SANS_TUILES, offre=file)
    check_equal(petit_atlas, built, read_places(file))


@pytest.mark.lent
@pytest.mark.parametrize("seed", range(2))
def test_random_edits_on_roads(exemple_sur_routes, tmp_path, seed):
    sources, roads = Path(str(files("maillage.sources") / "jeu_essai")), exemple_sur_routes / "reseau"
    atlas = open_atlas(exemple_sur_routes / "atlas")
    places = edit(list_places(atlas), seed)
    file = give(places, tmp_path / "offre.csv")
    cache = shutil.copytree(exemple_sur_routes / "cache", tmp_path / "cache")
    built = build("59", sources, tmp_path / "A", SANS_TUILES, reseau=roads, offre=file, cache=cache)
    check_equal(atlas, built, read_places(file))


def test_nothing_edited_nothing_moves(petit_atlas):
    found = evaluate(petit_atlas)
    assert found.touched == frozenset()
    assert found.changes().is_empty()
    assert found.deficits() is petit_atlas.deficits()


def test_every_indicator_computed_alone_is_that_of_the_atlas(petit_atlas):
    for niveau in ("carreau", "commune", "epci", "departement"):
        expected = petit_atlas.indicateurs(niveau)
        for name in petit_atlas.index().filter(pl.col("niveau") == niveau)["indicateur"]:
            found = evaluate(petit_atlas).indicateur(name, niveau) if niveau == "epci" else None
            if found is not None:
                assert found["valeur"].equals(expected[name].alias("valeur")), name
                assert found["fiabilite"].equals(expected[f"{name}_fiabilite"].alias("fiabilite")), name


def test_one_indicator_computes_only_what_it_needs(petit_atlas, monkeypatch):
    found = evaluate(petit_atlas)
    found.indicateur("population_municipale", "commune")
    made = found.calcul.evaluation("commune")._kept  # what was asked of the evaluation
    assert set(made) == {"population_municipale", "habitants"}
    assert "times" not in vars(found.calcul)


def test_a_seat_stays_where_it_is_when_another_closes(petit_atlas):
    places = list_places(petit_atlas)
    bakers = places.filter((pl.col("type") == "boulangerie") & (pl.col("code_insee") == "59105"))
    closed = bakers["id"][0]
    found = evaluate(petit_atlas, places.filter(pl.col("id") != closed))
    assert found.offre.filter(pl.col("type") == "boulangerie").equals(
        places.filter((pl.col("type") == "boulangerie") & (pl.col("id") != closed))
    )
    moved = found.changes()["indicateur"].unique().to_list()
    assert "duree_boulangerie" in moved
    assert "duree_panier_quotidien" in moved  # the basket takes the same inventory
    assert "duree_pharmacie" not in moved


def test_the_last_place_that_closes_leaves_a_type_out_of_reach(petit_atlas):
    places = list_places(petit_atlas)
    found = evaluate(petit_atlas, places.filter(pl.col("type") != "pharmacie"))
    assert found.indicateur("nombre_pharmacie", "departement")["valeur"].to_list() == [0]
    assert found.indicateur("part_pharmacie_plus_20min", "departement")["valeur"].to_list() == [1]
    assert found.changes().filter(pl.col("indicateur") == "duree_pharmacie")["apres"].null_count() > 0


def test_command_gives_figures_in_json(petit_atlas, tmp_path):
    import json  # noqa: PLC0415

    runner = CliRunner()
    file = tmp_path / "lieux.csv"
    runner.invoke(export_offre, [str(petit_atlas.dossier), "--out", str(file)], catch_exceptions=False)
    assert file.read_bytes() == encode_places(petit_atlas, ".csv")
    asked = [str(petit_atlas.dossier), "--indicateur", "duree_pharmacie", "--niveau", "commune", "--json"]
    said = json.loads(runner.invoke(evaluer, asked, catch_exceptions=False).stdout)
    assert list(said) == ["indicateur", "niveau", "unite", "millesime", "valeurs"]
    assert list(said["valeurs"][0]) == ["code", "valeur", "fiabilite", "couverture", "bas", "haut"]
    expected = petit_atlas.indicateurs("commune")["duree_pharmacie"].to_list()
    assert [row["valeur"] for row in said["valeurs"]] == expected
    again = json.loads(runner.invoke(evaluer, [*asked, "--offre", str(file)]).stdout)
    assert again == said


def test_bad_questions_are_answered_in_french(petit_atlas):
    with pytest.raises(EntreeInvalide, match="Vouliez-vous dire « duree_pharmacie »"):
        evaluate(petit_atlas).indicateur("duree_pharmaci", "commune")
    with pytest.raises(EntreeInvalide, match="Niveau « pays » inconnu"):
        evaluate(petit_atlas).indicateur("duree_pharmacie", "pays")
    with pytest.raises(EntreeInvalide, match="n’est pas connu au niveau carreau"):
        evaluate(petit_atlas).indicateur("population_municipale", "carreau")


def test_every_fault_of_a_list_is_said_at_once(tmp_path):
    path = tmp_path / "offre.csv"
    path.write_text(
        "id,type,lon,lat,effectif,itinerant,precision,fiabilite,usage\n"
        "a,pharmaci,3.0,50.5,1,,adresse,observe,lieu\n"
        "a,poste,50.5,3.0,0,peut-être,adresse,observe,lieu\n"
        "b,poste,,50.5,1.5,non,hameau,sûr,ailleurs\n",
        "utf-8",
    )
    with pytest.raises(EntreeInvalide) as error:
        read_places(path)
    said = str(error.value)
    for text in (
        "« pharmaci » inconnu",
        "Vouliez-vous dire « pharmacie »",
        "« a » en double",
        "longitude et latitude inversées",
        "effectif 0",
        "« peut-être » n'est ni oui ni non",
        "cellule vide",
        "n'est pas un nombre entier",
        "« hameau » inconnu",
        "« sûr » inconnu",
        "« ailleurs » inconnu",
    ):
        assert text in said, text


def test_a_list_without_a_column_or_with_a_strange_one_is_refused(tmp_path):
    path = tmp_path / "offre.csv"
    path.write_text("id,type,lon\na,poste,3.0\n", "utf-8")
    with pytest.raises(EntreeInvalide, match="colonne absente"):
        read_places(path)
    path.write_text("id,type,lon,lat,prix\na,poste,3.0,50.5,1\n", "utf-8")
    with pytest.raises(EntreeInvalide, match="colonne inconnue"):
        read_places(path)


def test_an_atlas_without_its_inputs_says_to_build_it_again(petit_atlas, tmp_path):
    import shutil  # noqa: PLC0415

    shutil.copytree(petit_atlas.dossier, tmp_path / "vieux")
    shutil.rmtree(tmp_path / "vieux" / "entrees")
    with pytest.raises(EntreeInvalide):
        evaluate(open_atlas(tmp_path / "vieux"))
