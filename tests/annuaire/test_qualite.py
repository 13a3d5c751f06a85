"""The ten criteria against the national library's own, at the day of the test."""

from datetime import date, timedelta
from unittest.mock import patch

import pendulum
import pytest
from data_inclusion.schema.v1 import Service
from data_inclusion.schema.v1.score_qualite import CRITERES as OFFICIELS
from data_inclusion.schema.v1.score_qualite import score
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.annuaire.fiche import Prestation
from maillage.annuaire.qualite import CRITERES, list_judges, measure

TODAY = date(2026, 6, 1)
FIELDS = st.fixed_dictionaries(
    {"description": st.sampled_from([5, 49, 50, 199, 200, 1999, 2000, 9000]).map(lambda n: "a" * n)},
    optional={
        "adresse": st.just("1 rue A"),
        "telephone": st.just("0320000000"),
        "courriel": st.just("a@exemple.fr"),
        "lien_mobilisation": st.just("https://exemple.fr/"),
        "frais": st.sampled_from(["gratuit", "payant"]),
        "frais_precisions": st.just("10 euros"),
        "publics": st.just(["seniors"]),
        "thematiques": st.just(["sante--addictions"]),
        "modes_accueil": st.sets(st.sampled_from(["a-distance", "en-presentiel"]), min_size=1).map(sorted),
        "modes_mobilisation": st.sets(
            st.sampled_from(["telephoner", "envoyer-un-courriel", "se-presenter"]), min_size=1
        ).map(sorted),
        "mobilisable_par": st.just(["usagers"]),
    },
)  # fmt: skip


@settings(max_examples=150, derandomize=True)
@given(FIELDS, st.integers(0, 1200), st.sampled_from(["dora", "france-travail"]))
def test_criteria_are_those_of_the_library(told, age, source):
    if age == 180:  # the library says 0 on that very day, between two days of 1
        age += 1
    told = told | {"source": source, "id": "p", "structure_id": "s", "nom": "Aide"}
    told["date_maj"] = (TODAY - timedelta(days=age)).isoformat()
    with patch.object(pendulum, "now", lambda: pendulum.datetime(2026, 6, 1)):
        theirs, criteria = score(Service.model_validate(told))
    mine = measure(Prestation.read(told), TODAY)
    assert mine.criteres == pytest.approx(criteria, nan_ok=True)
    assert mine.score == theirs


def test_each_criterion_has_its_words_in_the_order_of_the_library():
    assert [one.nom for one in CRITERES] == list(list_judges(TODAY)) == [one.__name__ for one in OFFICIELS]


def test_what_is_missing_is_told_worst_first():
    bare = Prestation(
        source="x", id="p", structure_id="s", nom="Aide", date_maj=date(2026, 1, 1), description="a" * 60,
        modes_accueil=("en-presentiel",),
    )  # fmt: skip
    found = measure(bare, date(2026, 1, 2))
    assert [one.nom for one in found.manques][-1] == "description_bien_definie"
    assert "telephone_bien_defini" not in [one.nom for one in found.manques]
