"""What could be shared, by hand: places on a line at 50° north, where 0.01° of longitude is 715 m."""

from datetime import date

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.types_service import list_types
from maillage.sdaasp.mutualisation.pistes import (
    CONCENTRES,
    MEME_COMMUNE,
    PEU_UTILISES,
    PROCHES,
    LieuAccueil,
    SeuilsPistes,
    list_pistes,
)
from maillage.sdaasp.mutualisation.plan import list_ending, list_lacks
from maillage.sdaasp.programme.classeur import Feuille
from maillage.sdaasp.programme.mutualisations import FILE, Mutualisation, load_types
from maillage.sdaasp.programme.vocabulaire import EtatMutualisation
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.classeur_lecture import read_collection

SEUILS = SeuilsPistes(distance_m=500, faible_share=0.5, lieux_par_commune_max=3)


def place(id_, kind, lon, commune="1", use=None, situe=True):
    return LieuAccueil(id_, kind, id_.upper(), commune, lon, 50.0, use, situe)


def told(lieux, concentrees=None):
    return [
        (tuple(lieu.id for lieu in p.lieux), p.motifs) for p in list_pistes(lieux, SEUILS, concentrees or {})
    ]


def test_what_is_beyond_the_distance_or_in_another_commune_is_no_neighbour():
    near, far = place("a", "mairie", 3.0), place("b", "poste", 3.0069)  # 493 m
    assert told([near, far]) == [(("a", "b"), (PROCHES,))]
    assert told([near, place("b", "poste", 3.0071)]) == []  # 507 m
    assert told([near, place("b", "poste", 3.0, commune="2")]) == []


def test_the_place_with_most_around_it_makes_the_group_and_nobody_is_in_two():
    row = [place("a", "mairie", 3.0), place("b", "poste", 3.006), place("c", "pmi", 3.012)]
    assert told(row) == [(("b", "a", "c"), (PROCHES,))]


def test_low_use_and_too_many_come_first_and_unknown_use_says_nothing():
    alone = [place("a", "mairie", 3.0), place("b", "poste", 3.001)]
    low = [place("c", "mairie", 3.0, "2", 0.49), place("d", "poste", 3.001, "2", 0.5)]
    double = [place("e", "poste", 3.0, "3"), place("f", "poste", 3.001, "3")]
    assert told([*alone, *low, *double]) == [
        (("c", "d"), (PEU_UTILISES, PROCHES)),
        (("e", "f"), (CONCENTRES, PROCHES)),
        (("a", "b"), (PROCHES,)),
    ]
    assert told(alone, {"1": ("mairie",)}) == [(("a", "b"), (CONCENTRES, PROCHES))]
    assert told(alone, {"1": ("maison_sante",)}) == [(("a", "b"), (PROCHES,))]


def test_places_without_an_address_make_one_group_of_a_small_commune_and_none_of_a_town():
    vague = [place("a", "mairie", 3.0, situe=False), place("b", "poste", 3.0, situe=False)]
    assert told(vague) == [(("a", "b"), (MEME_COMMUNE,))]
    assert list_pistes(vague, SEUILS, {})[0].portee_m is None
    more = [*vague, place("c", "pmi", 3.0, situe=False), place("d", "gare", 3.0, situe=False)]
    assert told(more) == []
    assert told([vague[0], place("c", "mairie", 3.0, situe=False)]) == []  # one service only
    near = [place("e", "mairie", 3.0, "2"), place("f", "poste", 3.001, "2")]
    assert [motifs for _, motifs in told([*vague, *near])] == [(PROCHES,), (MEME_COMMUNE,)]


def test_the_catalogue_names_services_that_exist():
    known = set(list_types())
    told_of = read_toml(FILE)["guichets"]
    named = {*told_of["types"], *told_of["de_soins"], *(t for k in load_types().values() for t in k.lieux)}
    assert named <= known
    assert set(told_of["de_soins"]) <= set(told_of["types"])


def test_what_is_left_to_say_and_what_ends_soon():
    one = Mutualisation(
        cle="a", libelle="A", type="permanence", etat=EtatMutualisation.PREVU,
        partenaires=("CAF",), services=("RSA",),
    )  # fmt: skip
    assert list_lacks(one) == ("un second partenaire", "son échéance")
    ends = [
        Mutualisation(cle=key, libelle=key, type="permanence", etat=etat, convention_fin=day)
        for key, etat, day in (
            ("c", EtatMutualisation.EXISTANT, date(2027, 1, 31)),
            ("b", EtatMutualisation.EXISTANT, date(2026, 12, 31)),
            ("d", EtatMutualisation.EXISTANT, date(2027, 2, 1)),
            ("e", EtatMutualisation.PREVU, date(2026, 12, 31)),
        )
    ]
    assert [p.cle for p in list_ending(ends, date(2027, 1, 1), 30)] == ["b", "c"]


HEADS = ("libelle", "type", "etat", "arrondissements", "convention_debut", "convention_fin")


def test_a_table_without_keys_is_read_and_every_fault_is_told():
    nord = load_programme()
    good = Feuille("Tableau", HEADS, (("Tiers-lieu de l’Été", "tiers_lieu", "existant", "593", None, None),))
    (one,) = read_collection([good], "mutualisations", nord)
    assert (one.cle, one.arrondissements) == ("partage-tiers-lieu-de-l-ete", ("593",))
    bad = Feuille(
        "Tableau",
        HEADS,
        (
            ("A", "tiers_lieu", "fermé", None, None, None),
            (None, "tiers_lieu", None, None, None, None),
            ("C", "tiers_lieu", None, None, "hier", None),
        ),
    )
    with pytest.raises(EntreeInvalide) as caught:
        read_collection([bad], "mutualisations", nord)
    assert [(f.ligne, f.colonne) for f in caught.value.fautes] == [
        (2, "etat"),
        (3, "cle"),
        (3, "libelle"),
        (4, "convention_debut"),
    ]
    lost = Feuille(
        "Tableau",
        HEADS,
        (
            ("A", "salle", None, "599", None, None),
            ("B", "tiers_lieu", None, None, date(2026, 9, 1), date(2026, 8, 31)),
        ),
    )
    with pytest.raises(EntreeInvalide) as caught:
        read_collection([lost], "mutualisations", nord)
    assert [(f.ligne, f.colonne) for f in caught.value.fautes] == [
        (2, "type"),
        (2, "arrondissements"),
        (3, "convention_fin"),
    ]
