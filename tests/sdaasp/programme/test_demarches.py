"""Plans kept elsewhere and the digital road map: dates, news in order, steps added up, by hand."""

from dataclasses import replace
from datetime import date

from maillage.sdaasp.programme.controle import check_programme
from maillage.sdaasp.programme.demarches import NouvelleDemarche, PlanExterne, list_nouvelles
from maillage.sdaasp.programme.fne import EtapeFne, TotalFne, add_up_funders, add_up_steps, find_late
from maillage.sdaasp.reprise.chargement import load_programme

NORD = load_programme()


def test_news_are_read_the_newest_first():
    days = (date(2026, 5, 1), date(2026, 9, 1), date(2026, 5, 1))
    plan = PlanExterne(
        cle="ctg",
        nom="CTG",
        nouvelles=tuple(NouvelleDemarche(le=d, texte=str(n)) for n, d in enumerate(days)),
    )
    assert [one.texte for one in list_nouvelles(plan)] == ["1", "2", "0"]


def told(**fields):
    plan = replace(NORD.plans_externes[0], **fields)
    wrong = check_programme(replace(NORD, plans_externes=(plan, *NORD.plans_externes[1:])))
    return [(a.collection, a.champ) for a in wrong]


def test_a_plan_has_a_known_type_known_places_and_dates_in_order():
    assert told() == []
    assert told(type="inconnu") == [("plans_externes", "type")]
    assert told(arrondissements=("999",)) == [("plans_externes", "arrondissements")]
    assert told(debut=date(2027, 1, 1), fin=date(2026, 1, 1)) == [("plans_externes", "fin")]
    assert {plan.type for plan in NORD.plans_externes} >= {"sraddet", "ctg", "fne"}


def test_a_step_is_of_an_action_of_its_orientation():
    first, *others = NORD.orientations_fne
    wrong = replace(first, etapes=(EtapeFne(libelle="A", action="ailleurs"),))
    (found,) = check_programme(replace(NORD, orientations_fne=(wrong, *others)))
    assert (found.champ, "n’est pas d’ici" in found.message) == ("etapes.action", True)
    right = replace(first, etapes=(EtapeFne(libelle="A", action=first.actions[0].cle),))
    assert check_programme(replace(NORD, orientations_fne=(right, *others))) == ()


def test_the_road_map_has_five_orientations_seventeen_actions_and_adds_up_what_is_known():
    assert (len(NORD.orientations_fne), sum(len(o.actions) for o in NORD.orientations_fne)) == (5, 17)
    steps = (
        EtapeFne(libelle="A", cout_eur=1000.0, financeur="ANCT", fonds="FNE", fin=date(2026, 6, 30)),
        EtapeFne(libelle="B", cout_eur=500.5, financeur="ANCT", fonds="FNE", fin=date(2026, 1, 1)),
        EtapeFne(libelle="C", faite_le=date(2026, 2, 1), fin=date(2026, 1, 1)),
    )
    assert add_up_steps(steps) == TotalFne(etapes=3, faites=1, cout_eur=1500.5, chiffrees=2)
    assert add_up_steps(steps[2:]).cout_eur is None
    assert {name: total.cout_eur for name, total in add_up_funders(steps).items()} == {
        "ANCT · FNE": 1500.5,
        "Non dit": None,
    }
    whole = replace(NORD.orientations_fne[0], etapes=steps)
    assert [step.libelle for _, step in find_late([whole], date(2026, 6, 30))] == ["B"]
    assert [step.libelle for _, step in find_late([whole], date(2026, 7, 1))] == ["B", "A"]
