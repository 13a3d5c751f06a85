"""What makes a text hard is found where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.sdaasp.programme.tournures import find_turns, read_rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vous appelez. On vous aide.", []),
        ("Le guichet est ouvert. Elle est venue. Il est ici.", []),
        ("La demande sera rapidement traitée.", ["sera rapidement traitée"]),
        ("Il est tard. La demande est là.", []),
        ("Les usagers viennent.", ["usagers"]),
        ("La mise  en œuvre dure.", ["mise  en œuvre"]),
        ("Venez le 12/03/2026.", ["12/03/2026"]),
        ("Louis XIV dort.", ["XIV"]),
        ("Vous n’avez pas à ne pas venir.", ["Vous n’avez pas à ne pas venir"]),
        ("Vous n’avez rien à payer. Ne payez pas.", []),
    ],
)
def test_what_is_found(text: str, expected: list[str]) -> None:
    assert [text[one.debut : one.fin] for one in find_turns(text)] == expected


@given(st.text(max_size=300))
def test_any_text_is_read_and_each_turn_stands_in_it(text: str) -> None:
    assert all(0 <= one.debut < one.fin <= len(text) and one.conseil for one in find_turns(text))


@pytest.mark.parametrize("word", sorted(read_rules()["mots"]))
def test_each_hard_word_is_found_and_what_replaces_it_is_another(word: str) -> None:
    text = f"Voici {word} là"
    assert word in {text[one.debut : one.fin] for one in find_turns(text)}
    assert word not in read_rules()["mots"][word]
