"""``maillage place`` on an atlas: its answer, put into it as a scenario, gives what it says."""

import json

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from maillage.atlas.etapes.temps import to_points
from maillage.atlas.memoire import evaluate
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.place import place as command
from maillage.network.travel_times import Sites
from maillage.scenarios.fichier import read_scenario
from maillage.scenarios.placer import place
from maillage.scenarios.propositions import tell, to_scenario
from maillage.scenarios.question import QuestionPlacement
from maillage.scenarios.simulation import try_on


def ask(**others) -> QuestionPlacement:
    return QuestionPlacement(**({"type": "france_services", "objectif": "couverture", "nombre": 1} | others))


def nearest_with(atlas, codes) -> np.ndarray:
    """Deciseconds to the nearest existing place or centre of these communes, by the engine itself."""
    located = atlas.implantations().filter(
        (pl.col("type") == "france_services") & ~pl.col("itinerant") & (pl.col("precision") != "commune")
    )
    centres = atlas.table("entrees/communes").filter(pl.col("code_insee").is_in(codes))
    points = pl.concat([located.select("lon", "lat"), centres.select("lon", "lat")])
    sites = Sites(to_points(points), np.zeros(points.height, np.int32), 1)
    return evaluate(atlas).calcul.times.nearest(sites).time_ds[:, 0]


def test_one_more_place_covers_what_no_other_commune_would(petit_atlas):
    (found,) = place(petit_atlas, ask(minutes=7.0))
    people = petit_atlas.carreaux().filter("dans_departement")["population"].fill_null(0).to_numpy()
    covered = {
        code: people[nearest_with(petit_atlas, [code]) <= 4_200].sum()
        for code in petit_atlas.table("entrees/communes")["code_insee"]
    }
    assert found.placement.statut == "optimal"
    assert found.placement.valeur == pytest.approx(max(covered.values()))
    assert covered[found.ouvrir[0].id] == pytest.approx(max(covered.values()))


def test_the_answer_as_a_scenario_gives_the_value_it_says(petit_atlas):
    (found,) = place(petit_atlas, ask(nombre=2))
    tried = try_on(petit_atlas, to_scenario(found, ask()))
    assert tried.gains("france_services")["tous"].sous_seuil_apres == pytest.approx(found.placement.valeur)


def test_the_best_mean_time_is_the_best_of_all_communes(petit_atlas):
    (found,) = place(petit_atlas, ask(objectif="p_median"))
    people = petit_atlas.carreaux().filter("dans_departement")["population"].fill_null(0).to_numpy()
    totals = [
        people @ nearest_with(petit_atlas, [code]) / 600
        for code in petit_atlas.table("entrees/communes")["code_insee"]
    ]
    assert found.placement.valeur == pytest.approx(min(totals))


def test_the_command_prints_its_contract_and_writes_a_scenario(petit_atlas, tmp_path):
    file = tmp_path / "s.yaml"
    asked = [str(petit_atlas.dossier), "--type", "france_services", "--nombre", "1", "--variantes", "2",
             "--ecart", "100", "--json", "--scenario", str(file)]  # fmt: skip
    done = CliRunner().invoke(command, asked)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert {"statut", "valeur", "borne", "ecart", "lieux", "duree_s"} <= set(answer)
    assert answer["statut"] == "optimal"
    first, *others = ({one["id"] for one in a["lieux"]} for a in (answer, *answer["variantes"]))
    assert all(other != first for other in others)
    assert "habitant" in next(one["raison"] for one in answer["lieux"] if one["nouveau"])
    written = read_scenario(file.read_text("utf-8"))
    assert len(written.modifications) == 1
    assert "Ouvrir" in written.description
    assert written.nom == "France services, 1\xa0lieu\xa0: le plus d’habitants à 20\xa0min au plus"


def test_what_cannot_be_says_why(petit_atlas):
    (found,) = place(petit_atlas, ask(plancher_min=0.5, groupe="plus_65"))
    assert found.placement.statut == "impossible"
    assert "aucun des personnes" not in found.placement.causes[0]
    assert "65 ans et plus" in found.placement.causes[0]


def test_every_fault_of_a_question_at_once(petit_atlas):
    with pytest.raises(EntreeInvalide) as refused:
        place(petit_atlas, ask(type="licorne", nombre=None, exclus=("99999",), groupe="lutins"))
    assert len(refused.value.fautes) == 4


def test_a_budget_opens_what_it_pays_and_pooling_costs_less(petit_atlas):
    two = place(petit_atlas, ask(nombre=2, minutes=7.0))[0]
    paid = place(petit_atlas, ask(nombre=None, minutes=7.0, cout=30_000.0, budget=89_999.0))[0]
    assert (paid.placement.statut, paid.placement.valeur) == ("optimal", two.placement.valeur)
    assert (len(paid.ouvrir), paid.depense) == (2, 60_000.0)
    both = place(petit_atlas, ask(nombre=1, minutes=7.0, cout=30_000.0, budget=89_999.0))[0]
    assert len(both.ouvrir) == 1
    kinds = ("boulangerie", "pharmacie")
    asked = ask(
        nombre=None, candidats=kinds, cout=50_000.0, couts=(("boulangerie", 20_000.0),), budget=45_000.0
    )
    roofs = [one.toit for one in place(petit_atlas, asked)[0].ouvrir]
    assert roofs.count("pharmacie") == 0
    assert 0 < len(roofs) <= 2


def test_the_people_of_a_territory_alone_count(petit_atlas):
    communes = petit_atlas.table("entrees/communes")
    epci = communes["epci"].drop_nulls().mode().sort()[0]
    inside = communes.filter(pl.col("epci") == epci)["code_insee"].to_list()
    (found,) = place(petit_atlas, ask(minutes=7.0, territoire=f"epci:{epci}"))
    cells = petit_atlas.carreaux().filter("dans_departement")
    there = np.zeros(cells.height)
    for part in petit_atlas.fragments().iter_rows(named=True):
        there[part["carreau"]] += part["population"] * (part["code_insee"] in inside)
    covered = {code: there[nearest_with(petit_atlas, [code]) <= 4_200].sum() for code in inside}
    assert found.placement.valeur == pytest.approx(max(covered.values()))
    assert found.ouvrir[0].id in inside


def test_a_place_serves_no_more_than_it_can(petit_atlas):
    free = place(petit_atlas, ask(minutes=7.0, existants="ignorer"))[0]
    wide = place(petit_atlas, ask(minutes=7.0, existants="ignorer", capacite=1e6))[0]
    assert wide.placement.valeur == pytest.approx(free.placement.valeur)
    full = place(petit_atlas, ask(minutes=7.0, existants="ignorer", capacite=50.0))[0]
    assert (full.placement.statut, full.placement.valeur) == ("optimal", pytest.approx(50.0))
    assert full.apres is None  # people go where there is room: the nearest place says nothing
    assert "Avec ces places\xa0: 50 habitants." in tell(full)


REFUSES = [
    ({"budget": 5_000.0, "cout": 30_000.0}, "l’ouverture la moins chère coûte 30\u202f000\xa0€"),
    ({"budget": 5_000.0}, "on ne sait pas ce que coûte une ouverture"),
    ({"budget": 9e4, "cout": 3e4, "existants": "fermables"}, "un lieu que l’on garde"),
    ({"cout": 0.0, "budget": 1.0}, "plus grand que zéro"),
    ({"candidats": ("mairie",)}, "aucun lieu du type « Mairie »"),
    ({"territoire": "epci:000000000"}, "Aucune commune dans"),
    ({"nombre": None}, "Donnez un nombre, ou un budget"),
]


@pytest.mark.parametrize(("asked", "said"), REFUSES)
def test_what_cannot_be_asked_is_said(petit_atlas, asked, said):
    with pytest.raises(EntreeInvalide) as refused:
        place(petit_atlas, ask(**asked))
    assert said in str(refused.value)


def test_the_command_refuses_what_is_no_number(petit_atlas):
    base = [str(petit_atlas.dossier), "--type", "france_services", "--nombre", "1"]
    for wrong in (
        ["--minutes", "nan"],
        ["--budget", "inf"],
        ["--cout-chez", "ecole"],
        ["--cout-chez", "ecole=x"],
    ):
        assert CliRunner().invoke(command, [*base, *wrong]).exit_code == 2


def test_alternatives_say_what_they_change(petit_atlas):
    best, *others = place(petit_atlas, ask(minutes=7.0, nombre=2), 2, 1.0, 2)
    kept = {one.nom for one in best.ouvrir}
    for one in others:
        new = {place.nom for place in one.ouvrir}
        assert len(kept - new) == 2
        assert all(name in one.variante for name in (kept ^ new))
        assert "meilleure" in one.variante or "autant" in one.variante
