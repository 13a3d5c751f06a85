"""Templates are typeset when they are loaded: the text only."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.test import Client

import maillage.web
from maillage.web.socle.gabarits import set_template

GABARITS = sorted(Path(maillage.web.__file__).parent.rglob("templates/**/*.html"))


def test_the_text_of_a_page_does_not_break_at_its_punctuation():
    asked = '<p>Règle : « {{ x }} » ; {{ n }} % ? <a title="a : b">Vu !</a></p>'
    read = engines["django"].from_string(set_template(asked)).render({"x": "a : b", "n": 3})
    assert read == ('<p>Règle\xa0: «\xa0a : b\xa0»\u202f; 3\xa0%\u202f? <a title="a : b">Vu\u202f!</a></p>')


@pytest.mark.parametrize(
    "code",
    [
        "<textarea>ce qu’une personne a écrit : « ici »</textarea>",
        "<script>const a = b ? c : d;</script>",
        "<pre>a : b</pre>",
        "<code>nom LIKE 'Saint-%' : b</code>",
        '<input value="a : b ?">',
        '<a href="{% if a > b %}a : b{% endif %}">x</a>',
        '{% vide "Rien ici." "a : b" %}{{ x|default:"a : b" }}{# a : b #}<!-- a : b -->',
    ],
)
def test_what_is_not_text_is_left_as_it_is(code):
    assert set_template(code) == code


def test_each_character_stays_in_its_place():
    assert GABARITS
    for file in GABARITS:
        source = file.read_text(encoding="utf-8")
        assert re.sub("[\xa0\u202f]", " ", set_template(source)).replace("’", "'") == re.sub(
            "[\xa0\u202f]", " ", source
        ).replace("’", "'")


@pytest.mark.django_db
def test_a_refusal_keeps_its_quotation_marks_together():
    assert "«\xa0Trouver\xa0»" in Client().get("/rien-ici/").content.decode()
