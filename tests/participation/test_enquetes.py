"""A survey reads as it is written; its counts hide small groups, which nothing published gives back."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.participation.papier import list_answers, list_heads
from maillage.participation.questions import (
    QuestionEnquete,
    SorteQuestion,
    read_answers,
    read_questions,
    write_questions,
)
from maillage.participation.resultats import get_minimum, measure_margin, sort_across, sort_flat

S = SorteQuestion
LEAST = get_minimum()
TEXTE = (
    "Content ? [oui/non]\nComment ? [un choix]\n- à pied\n- à vélo\n- en bus\n"
    "Pourquoi ? [texte]\nNote ? [0-10]"
)
MOTS = st.text("abcdefgh", min_size=2, max_size=6)


@st.composite
def questionnaires(draw):
    texts = draw(st.lists(MOTS, min_size=1, max_size=5, unique=True))
    found = []
    for rank, text in enumerate(texts):
        kind = draw(st.sampled_from(list(S)))
        choices = (
            draw(st.lists(MOTS, min_size=2, max_size=4, unique=True))
            if "choix" in kind or kind is S.PLUSIEURS
            else []
        )
        found.append(
            QuestionEnquete(
                cle=f"q{rank + 1}",
                sorte=kind,
                texte=text,
                choix=tuple(choices),
                obligatoire=draw(st.booleans()),
            )
        )
    return tuple(found)


@given(questionnaires())
def test_a_survey_reads_as_it_is_written(asked):
    assert read_questions(write_questions(asked)) == asked


@pytest.mark.parametrize(
    ("texte", "said"),
    [
        ("Content ?", "ligne 1.*ne dit pas sa sorte"),
        ("Content ? [peut-être]", "n’est pas une sorte"),
        ("- seul", "ne suit pas une question"),
        ("Quoi ? [un choix]\n- un", "de deux à"),
        ("Quoi ? [un choix]\n- un\n- UN\n- deux", "ligne 3.*deux fois"),
        ("Quoi ? [un choix]\n- a;b\n- c", "point-virgule"),
        ("Quoi ? [oui/non]\nquoi ? [oui/non]", "posée deux fois"),
        ("", "de une à"),
    ],
)
def test_each_fault_of_a_survey_is_said(texte, said):
    with pytest.raises(EntreeInvalide, match=f"(?s){said}"):
        read_questions(texte)


def test_answers_are_those_asked_and_blank_is_null():
    asked = read_questions(TEXTE.replace("[oui/non]", "[oui/non, obligatoire]"))
    assert read_answers(asked, {"q1": ["OUI"], "q4": ["0"]}) == {"q1": "oui", "q4": 0}
    with pytest.raises(EntreeInvalide) as error:
        read_answers(asked, {"q2": ["en avion"], "q4": ["10.5"], "q3": ["x" * 1001]})
    assert len(error.value.fautes) == 4


def test_paper_answers_enter_whole_or_say_every_fault_with_its_row():
    asked = read_questions(TEXTE)
    heads = list_heads(asked)
    rows = [["oui", "à pied", None, 7.0], [None] * 4, ["Non", "EN BUS", "Loin", "10"]]
    assert list_answers(asked, heads, rows) == [
        {"q1": "oui", "q2": "à pied", "q4": 7},
        {"q1": "non", "q2": "en bus", "q3": "Loin", "q4": 10},
    ]
    with pytest.raises(EntreeInvalide) as error:
        list_answers(asked, heads, [["bof", "à pied", None, 11], ["oui", "char", None, 1]], fichier="a.ods")
    assert [(fault.ligne, fault.colonne) for fault in error.value.fautes] == [
        (2, "Content ?"), (2, "Note ?"), (3, "Comment ?"),
    ]  # fmt: skip
    with pytest.raises(EntreeInvalide, match="pas de colonne"):
        list_answers(asked, heads[:2], [])


def make(counts: list[list[int]]):
    """Answers to « Content ? » (columns: oui, non, sans réponse) by « Comment ? » (rows)."""
    modes = ["à pied", "à vélo", "en bus"]
    said = []
    for mode, (yes, no, none) in zip(modes, counts, strict=True):
        said += [{"q1": "oui", "q2": mode}] * yes + [{"q1": "non", "q2": mode}] * no + [{"q2": mode}] * none
    return said


TABLES = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3)


@given(TABLES)
def test_counted_alone_no_small_count_is_shown_nor_found_from_the_total(counts):
    by = read_questions(TEXTE)[1]
    tri = sort_flat(by, make(counts))
    shown = [line.effectif for line in tri.lignes]
    assert not any(n is not None and 0 < n < LEAST for n in shown)
    if tri.reponses is None:
        assert sum(map(sum, counts)) < LEAST
        assert shown == [None] * len(shown)
        return
    left = tri.reponses - sum(n for n in shown if n is not None)
    assert shown.count(None) != 1
    assert left == 0 or left >= LEAST


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_across_groups_no_small_cell_can_be_found(counts):
    """Who knows each group's size and each column's total, even hidden, finds no small cell hidden."""
    content, by, *_ = read_questions(TEXTE)
    said = make(counts)
    table = sort_across(content, by, said)
    shown = {group for group, _ in table.groupes} if table else set()
    for group, cells in table.groupes if table else ():
        assert not any(0 < c < LEAST for c in cells), group
    hidden = [row for mode, row in zip(by.choix, counts, strict=True) if mode not in shown and sum(row)]
    if not table or not hidden:
        return
    assert table.tus >= 2
    together = [sum(row[k] for row in hidden) for k in range(3)]
    for rank, column in product(range(len(hidden)), range(3)):
        if 0 < hidden[rank][column] < LEAST and sum(hidden[rank]) >= LEAST:
            assert not is_determined(hidden, together, rank, column)


def is_determined(hidden, together, rank, column) -> bool:
    """Whether one cell is the same in all the tables of whole numbers with these rows and these columns."""
    seen = set()

    def fill(row: int, left: tuple[int, ...], value: int | None) -> None:
        if len(seen) > 1:
            return
        if row == len(hidden):
            if not any(left):
                seen.add(value)
            return
        size = sum(hidden[row])
        for a in range(min(left[0], size) + 1):
            for b in range(min(left[1], size - a) + 1):
                c = size - a - b
                if c <= left[2]:
                    fill(
                        row + 1,
                        (left[0] - a, left[1] - b, left[2] - c),
                        (a, b, c)[column] if row == rank else value,
                    )

    fill(0, tuple(together), None)
    return len(seen) == 1


def test_choices_of_several_hide_those_who_did_not_tick_too():
    (asked,) = read_questions("Quoi ? [plusieurs]\n- a\n- b\n- c")
    said = [{"q1": ["a", "b"]}] * 8 + [{"q1": ["a"]}] * 10 + [{"q1": ["c"]}] * 2
    shown = {line.modalite: line.effectif for line in sort_flat(asked, said).lignes}
    assert shown == {"a": None, "b": 8, "c": None, "sans réponse": 0}  # two did not tick « a »


def test_a_mean_is_told_only_where_nothing_is_hidden():
    note = read_questions(TEXTE)[3]
    assert sort_flat(note, [{"q4": 8}] * 6 + [{"q4": 2}] * 6).moyenne == 5
    assert sort_flat(note, [{"q4": 8}] * 6 + [{"q4": 2}] * 2).moyenne is None


@given(st.integers(1, 5000), st.integers(0, 5000))
def test_the_margin_is_that_of_the_textbook_and_nothing_once_all_have_answered(n, more):
    size = n + more
    got = measure_margin(n, size)
    expected = 0 if size == 1 else 1.959964 * (0.25 / n * (size - n) / (size - 1)) ** 0.5
    assert got == pytest.approx(expected)
    assert got <= measure_margin(n) + 1e-12
    with pytest.raises(ValueError, match="réponses pour"):
        measure_margin(size + 1, size)
