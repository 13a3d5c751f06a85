import json
from pathlib import Path

import jsonschema
from hypothesis import given, settings
from programmes_au_hasard import programmes

from maillage.sdaasp.programme.echange import export_programme
from maillage.sdaasp.programme.schema_json import make_schema
from maillage.sdaasp.reprise.chargement import load_programme

PUBLISHED = Path(__file__).parents[3] / "docs" / "schema-programme.json"


def test_the_published_schema_is_the_one_of_the_code():
    assert json.loads(PUBLISHED.read_text("utf-8")) == make_schema()


def test_the_nord_follows_it_and_a_stray_field_does_not():
    validator = jsonschema.Draft202012Validator(make_schema())
    document = json.loads(json.dumps(export_programme(load_programme())))
    assert not list(validator.iter_errors(document))
    document["programme"]["themes"][0]["couleur"] = "bleu"
    assert list(validator.iter_errors(document))


@given(programmes())
@settings(deadline=None, max_examples=15)
def test_any_programme_follows_it(programme):
    jsonschema.validate(json.loads(json.dumps(export_programme(programme))), make_schema())
