"""What does not hold is said: where, why, and what to do; everything at once."""

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.scenarios.application import Terrain, apply, require
from maillage.scenarios.fichier import read_scenario
from maillage.scenarios.simulation import try_on

HEAD = "maillage: scenario 1\nnom: Simulation\nmodifications:\n"


def refuse(atlas, edits: str) -> list[str]:
    simulation = try_on(atlas, read_scenario(HEAD + edits))
    return [f"{refus.rang} {refus.motif}" for refus in simulation.refus]


def ids(atlas, kind: str) -> list[str]:
    return atlas.implantations().filter(type=kind)["id"].to_list()


def test_an_edit_on_a_closed_place_names_what_closed_it(petit_atlas):
    first, second, *_ = ids(petit_atlas, "pharmacie")
    edits = f"- fermer: {{lieu: {first}}}\n- horaires: {{lieu: {first}, horaires: 'Mo 09:00-12:00'}}\n"
    assert refuse(petit_atlas, edits) == [f"2 le lieu « {first} » est déjà fermé par la modification 1"]
    merged = f"- regrouper: {{lieux: [{first}, {second}]}}\n- fermer: {{lieu: {second}}}\n"
    assert refuse(petit_atlas, merged) == [f"2 le lieu « {second} » est déjà fermé par la modification 1"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("- fermer: {lieu: nulle-part}", "aucun lieu « nulle-part »"),
        ("- ouvrir: {type: pharmasie, nom: P, commune: '59105'}", "vouliez-vous dire « pharmacie »"),
        ("- ouvrir: {type: pharmacie, nom: P, commune: '75056'}", "n’est pas du département"),
        ("- ouvrir: {type: pharmacie, nom: P, lon: 1.0, lat: 51.5}", "hors du département"),
        ("- ouvrir: {type: pharmacie, nom: P, commune: '59105', horaires: 'lundi'}", "illisibles"),
        ("- ouvrir: {type: pharmacie, nom: P, commune: '59105', horaires: 'off'}", "n’ouvrirait jamais"),
        ("- fermer_route: {voies: [1]}", "ses temps sont estimés"),
    ],
)
def test_what_cannot_be(petit_atlas, edit, said):
    (told,) = refuse(petit_atlas, edit + "\n")
    assert said in told


def test_only_places_of_one_type_are_merged(petit_atlas):
    both = [ids(petit_atlas, "pharmacie")[0], ids(petit_atlas, "boulangerie")[0]]
    (told,) = refuse(petit_atlas, f"- regrouper: {{lieux: {both}}}\n")
    assert "d’un même type" in told


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_changed(petit_atlas):
    scenario = read_scenario(HEAD + "- fermer: {lieu: x}\n- fermer: {lieu: y}\n")
    done = apply(scenario, Terrain(petit_atlas))
    with pytest.raises(EntreeInvalide) as raised:
        require(done)
    assert len(raised.value.fautes) == 2
    assert done.changes == done.fermes == ()


def test_a_file_says_its_faults_by_line():
    wrong = (
        "ouvir: {}",
        "capacite: {lieu: a, capacite: -1}",
        "ouvrir: {type: a, nom: b, lon: '3,5', lat: 1}",
    )
    text = HEAD + "".join(f"- {edit}\n" for edit in wrong)
    with pytest.raises(EntreeInvalide) as raised:
        read_scenario(text, "simulation.yaml")
    assert [(fault.ligne, fault.colonne) for fault in raised.value.fautes] == [
        (4, None),
        (5, "capacite"),
        (6, "lon"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a",
        "maillage: scenario 2",
        "a: [",
        "a: &x 1\nb: *x",
        "[" * 200,
        "\x00",
        "maillage: {",
        "a: 1\na: 2",
    ],
)
def test_what_is_no_scenario_is_refused_in_words(text):
    with pytest.raises(EntreeInvalide):
        read_scenario(text)


def test_a_code_keeps_its_zeros_and_no_is_no():
    text = HEAD + "- ouvrir: {type: ecole, nom: E, commune: 01001, accessible: non}\n"
    (edit,) = read_scenario(text).modifications
    assert (edit.commune, edit.accessible, edit.id) == ("01001", False, "nouveau:1")


def test_a_scenario_of_another_departement_and_unknown_assumptions(petit_atlas):
    with pytest.raises(EntreeInvalide, match="département 38"):
        try_on(petit_atlas, read_scenario("maillage: scenario 1\nnom: x\ndepartement: 38\n"))
    with pytest.raises(EntreeInvalide, match="chiffrage"):
        _ = try_on(
            petit_atlas, read_scenario("maillage: scenario 1\nnom: x\nhypotheses: {prix: 3}\n")
        ).hypotheses
