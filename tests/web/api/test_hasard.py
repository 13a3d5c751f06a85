"""Requests drawn at random from the OpenAPI documents, good and bad: no 5xx, answers as they describe them.

Two documents: that of the API, that of the open geographic services. Drawn the same at each run
(``derandomize``), so that what passes here passes everywhere; ``HASARD_EXEMPLES=200`` draws longer.
"""

import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from maillage.web.api import securite
from maillage.web.comptes.commands import create_jeton
from maillage.web.comptes.models import Jeton
from maillage.web.wsgi import application

pytestmark = pytest.mark.lent

EXEMPLES = int(os.environ.get("HASARD_EXEMPLES", "3"))
REGLAGES = settings(
    max_examples=EXEMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
EN_CLAIR = {"Accept-Encoding": "identity"}
# Values that exist in the test atlas, so that chance also meets them.
CONNUS = [
    {"niveau": "commune", "code": "90001", "indicateur": "densite", "cle": "sante", "featureId": "90001"},
    {"niveau": "commune", "code": "90009", "indicateur": "duree_france_services", "cle": "remontee-1"},
    {"niveau": "epci", "code": "200000002", "indicateur": "densite", "featureId": "essai--1"},
]
TUILES = {"tileMatrix": 9, "tileRow": 173, "tileCol": 260}
POSITIF, NEGATIF = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


@pytest.fixture
def operations(pleine, sans_limite):
    """``operations(address)``: those of a document of the running application."""

    def load(address: str) -> list[schemathesis.schemas.APIOperation]:
        schema = schemathesis.openapi.from_wsgi(address, application)
        return [result.ok() for result in schema.get_all_operations()]

    return load


def ask_at_random(operation, mode, known, headers, apart=()) -> Counter[int]:
    """How many answers of each status, each answer checked against the document."""
    seen = Counter()

    @REGLAGES
    @given(case=operation.as_strategy(generation_mode=mode), values=st.sampled_from(known))
    def ask(case, values) -> None:
        for name in set(values) & set(case.path_parameters):
            case.path_parameters[name] = values[name]
        if values and mode is POSITIF:
            for name in ("page", "atlas"):
                (case.query or {}).pop(name, None)  # any number of a page, any name of an atlas: 404
        answer = case.call_and_validate(headers=EN_CLAIR | headers, excluded_checks=list(apart))
        seen[answer.status_code] += 1

    ask()
    return seen


@pytest.mark.parametrize(
    ("mode", "known", "expected"),
    [(POSITIF, [{}], 404), (POSITIF, CONNUS, 200), (NEGATIF, [{}], 422)],
    ids=["inconnus", "connus", "faux"],
)
def test_the_api(operations, pleine, mode, known, expected, record_property) -> None:
    found = operations("/api/1/openapi.json")
    assert len(found) == 43
    key = {"Authorization": f"Bearer {create_jeton(pleine, 'essai', Jeton.Droit)}"}
    if mode is NEGATIF:
        # What takes only free text takes anything: it has no bad request to draw.
        found = [one for one in found if "'enum'" in str(one.definition.raw)]
        assert len(found) == 39
    seen = Counter()
    for operation in found:
        # A body in YAML is more than a schema can say: one that it lets through may well be refused.
        apart = [positive_data_acceptance] if "requestBody" in operation.definition.raw else []
        seen += ask_at_random(operation, mode, known, key if known == CONNUS else {}, apart)
    record_property("statuts", dict(seen))
    print(f"API, {mode.name}, {known[:1]} : {sum(seen.values())} demandes, {dict(seen)}")
    assert expected in seen
    assert set(seen) <= {200, 401, 404, 422}


@pytest.mark.parametrize(("mode", "expected"), [(POSITIF, 200), (NEGATIF, 400)], ids=["connus", "faux"])
def test_the_open_services(operations, mode, expected) -> None:
    """Each layer has the same operations: one layer of each kind is asked, all of them in the long run."""
    kinds = ("communes", "implantations", "programme-objectifs", "annuaire-prestations", "catalogue")
    found = operations("/ogc/api?f=json")
    if EXEMPLES < 100:
        found = [one for one in found if "collections/" not in one.path or one.path.split("/")[2] in kinds]
    seen = Counter()
    # A filter, an extent, a date are texts that a schema cannot say whole; a tile may be an empty 204.
    apart = [positive_data_acceptance, negative_data_rejection]
    known = [one | TUILES for one in CONNUS]
    for operation in found:
        seen += ask_at_random(operation, mode, known, {}, apart)
    print(f"OGC, {mode.name} : {len(found)} opérations, {sum(seen.values())} demandes, {dict(seen)}")
    assert expected in seen
    assert set(seen) <= {200, 204, 400, 404}


def test_the_document_says_each_thing_in_french(client, db) -> None:
    document = client.get("/api/1/openapi.json").json()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            assert {"200", "401", "406", "429"} <= set(operation["responses"]), path
            assert all(parameter["description"] for parameter in operation.get("parameters", []))
    assert set(document["paths"]["/api/1/chiffres/{indicateur}"]["get"]["responses"]["200"]["content"]) == {
        "application/json", "text/csv", "application/geo+json",
    }  # fmt: skip


def test_a_limit_reached_answers_as_the_document_says(operations, monkeypatch) -> None:
    monkeypatch.setattr(securite.Limite, "PUBLIQUE", 0)
    (atlas,) = [one for one in operations("/api/1/openapi.json") if one.path == "/api/1/atlas"]
    assert atlas.Case().call_and_validate(headers=EN_CLAIR).status_code == 429
