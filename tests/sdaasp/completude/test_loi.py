"""The law's answer, against cases worked out by hand from the decree: each territory, each thing it asks."""

from dataclasses import replace

import pytest

from maillage.sdaasp.completude.formes import make_sheet, to_document
from maillage.sdaasp.completude.loi import answer
from maillage.sdaasp.completude.mots import tell_exigence, tell_objets, tell_verdict
from maillage.sdaasp.completude.territoires import TerritoireEnDeficit
from maillage.sdaasp.programme.controle import check_programme
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi
from maillage.sdaasp.programme.modele import Correspondance, TerritoireLie
from maillage.sdaasp.programme.mutualisations import Mutualisation
from maillage.sdaasp.programme.vocabulaire import EtatMutualisation, NatureCible, StatutDeclinaison
from maillage.sdaasp.reprise.chargement import load_programme

NORD = load_programme()
DOUAI = "sante/593/2025/1"
ZONES = tuple(t.code for t in NORD.territoires if t.niveau == "zone")
EXIGENCES = ("objectifs_quantitatifs", "objectifs_qualitatifs", "mesures", "territoires_en_deficit")


def change_slot(programme, key, **fields):
    slots = tuple(replace(d, **fields) if d.cle == key else d for d in programme.declinaisons)
    return replace(programme, declinaisons=slots)


def change_goal(programme, key, **fields):
    goals = tuple(replace(op, **fields) if op.cle == key else op for op in programme.objectifs)
    return replace(programme, objectifs=goals)


def aim(programme, objet, *, valeur=None, texte=None, nature=NatureCible.QUANTITATIVE):
    key = f"{objet}#{len(programme.indicateurs)}"
    indicator = IndicateurSuivi(cle=key, objet=objet, libelle=key, nature=nature)
    return replace(
        programme,
        indicateurs=(*programme.indicateurs, indicator),
        cibles=(*programme.cibles, Cible(indicateur=key, annee=2027, valeur=valeur, texte=texte)),
    )


def plan_to_share(programme, *codes, partenaires=("CAF", "Département")):
    """The programme with one more sharing planned in these arrondissements; none: all of them."""
    one = Mutualisation(
        cle="essai", libelle="Essai", type="permanence", etat=EtatMutualisation.PREVU,
        partenaires=partenaires, arrondissements=codes,
    )  # fmt: skip
    return replace(programme, mutualisations=(*programme.mutualisations, one))


def test_the_plan_is_asked_of_each_arrondissement_and_served_by_what_says_with_whom():
    none = answer(NORD).mutualisation
    assert (len(none.attendu), none.servi) == (6, ())
    assert tell_objets(none) == "Aucune mutualisation n’est prévue."
    douai = answer(plan_to_share(NORD, "593"))
    assert douai.mutualisation.servi == ("593",)
    assert dict(douai.mutualisation.par)["593"] == ("essai",)
    assert tell_exigence(douai, douai.mutualisation).startswith(
        "1 arrondissement sur 6 est atteint par le plan. Manquent\xa0: Avesnes-sur-Helpe"
    )
    assert answer(plan_to_share(NORD)).mutualisation.remplie
    alone = answer(plan_to_share(NORD, partenaires=("CAF", "CAF"))).mutualisation
    assert alone.servi == ()
    assert tell_objets(alone) == "Aucune mutualisation prévue sur 1 ne dit avec qui."


def test_a_plan_without_an_inventory_or_given_up_is_none():
    bare = replace(NORD, mutualisations=())
    assert not answer(plan_to_share(bare)).mutualisation.remplie
    planned = plan_to_share(NORD)
    given_up = replace(planned.mutualisations[-1], etat=EtatMutualisation.ABANDONNE)
    assert answer(replace(NORD, mutualisations=(*NORD.mutualisations, given_up))).mutualisation.servi == ()


def test_a_departement_without_arrondissements_has_one_plan():
    schema = replace(NORD.schema, departement="976")
    alone = replace(NORD, schema=schema, territoires=())
    assert answer(alone).mutualisation.attendu == ("976",)
    assert answer(plan_to_share(alone)).mutualisation.remplie


def served(programme, rule, diagnostic=()):
    return next(e for e in answer(programme, diagnostic).exigences if e.regle.id == rule).servi


def aimed(programme, objet):
    both = aim(programme, objet, valeur=0.0)
    return aim(both, objet, texte="Mieux", nature=NatureCible.QUALITATIVE)


def test_one_target_on_one_declinaison_is_no_pass():
    one = aim(NORD, DOUAI, valeur=3.0)
    law = answer(one)
    assert [e.servi for e in law.exigences] == [(), (), (), ()]
    assert tell_objets(law.exigences[0]) == "Aucun objectif prioritaire sur 27 n’a de cible chiffrée."
    assert tell_objets(answer(aim(one, "sante.1", valeur=3.0)).exigences[0]) == (
        "1 objectif prioritaire sur 27 a une cible chiffrée."
    )


def test_the_law_is_met_when_each_territory_has_each_thing():
    goal = change_goal(aimed(NORD, "sante.1"), "sante.1", territoires=ZONES)
    assert not answer(goal).complete  # no measure yet
    served_everywhere = change_slot(goal, DOUAI, zones=ZONES)
    law = answer(served_everywhere)
    assert law.manquants == ()
    assert not law.complete  # no plan de mutualisation yet
    assert tell_verdict(law).endswith("Le plan de mutualisation ne couvre pas tout le département.")
    whole = plan_to_share(served_everywhere)
    assert answer(whole).complete
    assert "complète au sens de la loi\xa0: 5 territoires en déficit sur 5 ont tout" in tell_verdict(
        answer(whole)
    )
    assert not answer(change_slot(whole, DOUAI, zones=ZONES[1:])).complete
    assert not answer(change_goal(whole, "sante.1", territoires=ZONES[:-1])).complete
    assert not answer(replace(whole, cibles=whole.cibles[:1])).complete


@pytest.mark.parametrize(
    ("statut", "counts"),
    [
        (None, False),
        (StatutDeclinaison.NON_IDENTIFIEE, False),
        (StatutDeclinaison.NON_TRAITEE, False),
        (StatutDeclinaison.ABANDONNEE, False),
        (StatutDeclinaison.IDENTIFIEE, True),
        (StatutDeclinaison.ENGAGEE, True),
        (StatutDeclinaison.EN_COURS, True),
        (StatutDeclinaison.ACHEVEE, True),
    ],
)
def test_a_declinaison_is_a_measure_by_its_status(statut, counts):
    one = change_slot(aimed(NORD, DOUAI), DOUAI, zones=ZONES[:1], statut=statut)
    expected = ZONES[:1] if counts else ()
    assert [served(one, rule) for rule in EXIGENCES] == [expected] * 4


def test_a_target_without_its_number_or_sentence_and_one_on_a_fiche_serve_nothing():
    goal = change_goal(NORD, "sante.1", territoires=ZONES)
    assert served(aim(goal, "sante.1", texte="Un jour"), "objectifs_quantitatifs") == ()
    assert served(aim(goal, "sante", valeur=3.0), "objectifs_quantitatifs") == ()
    words = aim(goal, "sante.1", valeur=3.0, nature=NatureCible.QUALITATIVE)
    assert served(words, "objectifs_qualitatifs") == ()
    assert served(aim(goal, "sante.1", valeur=0.0), "objectifs_quantitatifs") == ZONES


def test_naming_a_zone_names_what_it_covers_and_naming_all_of_it_names_the_zone():
    parts = [t.cle for c in NORD.correspondances if c.cle == "zone-cambresis" for t in c.territoires]
    assert len(parts) == 3
    by_parts = change_slot(NORD, DOUAI, zones=tuple(parts))
    assert served(by_parts, "mesures") == ("zone-cambresis",)
    law = answer(change_slot(NORD, DOUAI, zones=(parts[0],)))
    measures = law.exigences[2]
    assert measures.servi == ()
    assert measures.par["zone-cambresis"] == (DOUAI,)
    assert measures.reste["zone-cambresis"] == tuple(parts[1:])
    assert "Cambrésis rural (reste CA de Cambrai, CC du Pays Solesmois)" in tell_exigence(law, measures)


def test_what_the_diagnosis_finds_is_asked_once_inside_a_zone_and_by_itself_outside():
    inside, outside = (
        TerritoireEnDeficit("epci:200068500", "Cambrai"),
        TerritoireEnDeficit("epci:1", "Ailleurs"),
    )
    law = answer(NORD, [inside, outside])
    assert [t.code for t in law.territoires] == [*ZONES, "epci:1"]
    untied = replace(NORD, correspondances=())
    assert [t.code for t in answer(untied, [inside]).territoires] == [*ZONES, "epci:200068500"]
    named = change_slot(NORD, DOUAI, zones=("epci:1",))
    assert served(named, "mesures", [outside]) == ("epci:1",)


def test_a_programme_that_identifies_nothing_is_not_complete():
    none = replace(NORD, territoires=NORD.territoires[:6], correspondances=())
    law = answer(none)
    assert not law.complete
    assert not any(e.remplie for e in law.exigences)
    assert "aucun territoire en déficit n’est identifié" in tell_verdict(law)


def test_a_correspondence_speaks_of_a_zone_of_the_schema():
    assert check_programme(NORD) == ()
    stray = Correspondance(cle="zone-lune", territoires=(TerritoireLie(cle="epci:1", nom="A"),))
    (anomaly,) = check_programme(replace(NORD, correspondances=(stray,)))
    assert (anomaly.collection, anomaly.cle, anomaly.champ) == ("correspondances", "zone-lune", "cle")


def test_data_and_sheet_say_the_same():
    law = answer(change_slot(NORD, DOUAI, zones=("zone-qpv",)))
    said = to_document(law)
    rows = make_sheet(law).lignes
    for exigence in said["exigences"]:
        assert sorted([*exigence["servi"], *exigence["manque"]]) == sorted(exigence["attendu"])
        for state in ("servi", "manque"):
            assert [r[2] for r in rows if r[0] == exigence["cle"] and r[4] == state] == exigence[state]
