"""Requests drawn at random from the OpenAPI document, good and bad: no 5xx, and answers as it describes them.

Drawn the same at each run (``derandomize``), so that what passes here passes everywhere.
"""

from collections.abc import Iterator
from itertools import count

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from maillage.web.api import securite
from maillage.web.socle import debit
from maillage.web.wsgi import application

pytestmark = pytest.mark.lent

EXEMPLES = 25
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
    {"niveau": "commune", "code": "90001", "indicateur": "densite"},
    {"niveau": "commune", "code": "90009", "indicateur": "duree_france_services"},
    {"niveau": "epci", "code": "200000002", "indicateur": "densite"},
]


@pytest.fixture
def schema(db, monkeypatch) -> Iterator[schemathesis.BaseSchema]:
    """The document of the running application; each request falls in a minute of its own."""
    minutes = count()
    monkeypatch.setattr(debit, "minute", lambda: next(minutes))
    return schemathesis.openapi.from_wsgi("/api/1/openapi.json", application)


def ask_at_random(operation, mode: GenerationMode, known: list[dict[str, str]]) -> set[int]:
    """The statuses of many answers, each checked against the document."""
    seen = set()
    # A body in YAML is more than a schema can say: one that it lets through may well be refused.
    apart = [positive_data_acceptance] if "requestBody" in operation.definition.raw else []

    @REGLAGES
    @given(case=operation.as_strategy(generation_mode=mode), values=st.sampled_from(known))
    def ask(case, values) -> None:
        for name in set(values) & set(case.path_parameters):
            case.path_parameters[name] = values[name]
        seen.add(case.call_and_validate(headers=EN_CLAIR, excluded_checks=apart).status_code)

    ask()
    return seen


@pytest.mark.parametrize(
    ("mode", "known", "expected"),
    [
        (GenerationMode.POSITIVE, [{}], 404),
        (GenerationMode.POSITIVE, CONNUS, 200),
        (GenerationMode.NEGATIVE, [{}], 422),
    ],
)
def test_random_requests(schema, mode, known, expected) -> None:
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == 12
    if mode is GenerationMode.NEGATIVE:
        # An operation whose parameters are all free text takes anything: it has no bad request to draw.
        operations = [operation for operation in operations if "'enum'" in str(operation.definition.raw)]
        assert len(operations) == 6
    seen = set().union(*(ask_at_random(operation, mode, known) for operation in operations))
    assert expected in seen
    assert seen <= {200, 401, 404, 422}


def test_the_document_says_each_thing_in_french(client, db) -> None:
    document = client.get("/api/1/openapi.json").json()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            assert {"200", "401", "429"} <= set(operation["responses"]), path
            assert {} in operation["security"]
            assert all(parameter["description"] for parameter in operation.get("parameters", []))
    assert set(document["paths"]["/api/1/chiffres/{indicateur}"]["get"]["responses"]["200"]["content"]) == {
        "application/json", "text/csv", "application/geo+json",
    }  # fmt: skip


def test_a_limit_reached_answers_as_the_document_says(schema, monkeypatch) -> None:
    monkeypatch.setattr(securite.Limite, "PUBLIQUE", 0)
    answer = schema["/api/1/atlas"]["GET"].Case().call_and_validate(headers=EN_CLAIR)
    assert answer.status_code == 429
