"""CQL2: what a filter keeps, against the same filter written row by row with three values."""

import operator
import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.ogc.couche import CoucheOuverte, ProprieteOuverte, make_nombres, make_objets
from maillage.ogc.cql2 import FiltreInvalide, read_filter
from maillage.ogc.filtrer import filter_rows

NOMS = ["Lille", "l'Isle", "Saint-Œuf", "lille", None, "L’Étang", "100 % bio", "a_b"]
ROWS = [
    {
        "nom": NOMS[n % 8],
        "habitants": [None, 0, 10, 500, 12_000][n % 5],
        "oui": [True, None, False][n % 3],
        "jour": ["2025-01-01", "2026-06-30", None][n % 3],
        "point": None if n == 7 else (n % 6, n // 6),
    }
    for n in range(30)
]
GENRES = {"nom": "string", "habitants": "integer", "oui": "boolean", "jour": "date"}


@pytest.fixture(scope="module")
def couche() -> CoucheOuverte:
    def read(name):
        return (make_nombres if name == "habitants" else make_objets)([row[name] for row in ROWS])

    return CoucheOuverte(
        id="essai",
        titre="Essai",
        description="",
        proprietes={name: ProprieteOuverte(name, name, kind) for name, kind in GENRES.items()},
        ids=tuple(map(str, range(len(ROWS)))),
        geometries=make_objets(shapely.Point(row["point"]) if row["point"] else None for row in ROWS),
        lire=read,
    )


SIGNS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
VALUES = {
    "nom": ["Lille", "lille", "l'Isle", "zzz"],
    "habitants": [0, 10, 499.5, -3],
    "oui": [True, False],
    "jour": ["2025-01-01", "2026-01-01"],
}


def write(name, value) -> str:
    if name == "jour":
        return f"DATE('{value}')"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value).upper()


@st.composite
def comparisons(draw):
    """(text, row → True, False or None)."""
    name = draw(st.sampled_from(list(VALUES)))
    value, other = draw(st.sampled_from(VALUES[name])), draw(st.sampled_from(VALUES[name]))
    sign = draw(st.sampled_from(list(SIGNS)))

    def three(test):
        return lambda row: None if row[name] is None else test(row[name])

    kinds = [
        (f"{name} {sign} {write(name, value)}", three(lambda held: SIGNS[sign](held, value))),
        (f"{name} IS NULL", lambda row: row[name] is None),
        (f"{name} is not null", lambda row: row[name] is not None),
        (
            f"{name} IN ({write(name, value)}, {write(name, other)})",
            three(lambda held: held in {value, other}),
        ),
        (
            f"{name} NOT BETWEEN {write(name, value)} AND {write(name, other)}",
            three(lambda held: not value <= held <= other),
        ),
    ]
    return draw(st.sampled_from(kinds))


def combine(inner):
    def both(pair):
        (left, a), (right, b) = pair

        def test(row):
            seen = (a(row), b(row))
            return False if False in seen else None if None in seen else True

        return f"({left}) AND ({right})", test

    def either(pair):
        (left, a), (right, b) = pair

        def test(row):
            seen = (a(row), b(row))
            return True if True in seen else None if None in seen else False

        return f"({left}) or ({right})", test

    def turned(one):
        text, test = one
        return f"NOT ({text})", lambda row: None if test(row) is None else not test(row)

    pairs = st.tuples(inner, inner)
    return st.one_of(pairs.map(both), pairs.map(either), inner.map(turned))


@settings(max_examples=60)
@given(st.recursive(comparisons(), combine, max_leaves=6))
def test_a_filter_keeps_what_the_same_rule_keeps_row_by_row(couche, filtre) -> None:
    text, test = filtre
    assert filter_rows(couche, read_filter(text)).tolist() == [test(row) is True for row in ROWS]


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("nom LIKE 'L%'", lambda row: (row["nom"] or "").startswith("L")),
        ("CASEI(nom) LIKE CASEI('lil%e')", lambda row: row["nom"] in {"Lille", "lille"}),
        ("nom LIKE '%\\%%'", lambda row: "%" in (row["nom"] or "")),
        ("nom NOT LIKE '_i%'", lambda row: row["nom"] is not None and row["nom"][1] != "i"),
        ("nom LIKE 'a\\_b'", lambda row: row["nom"] == "a_b"),
        ("ACCENTI(nom) = ACCENTI('L’Etang')", lambda row: row["nom"] == "L’Étang"),
        ("CASEI(ACCENTI(nom)) LIKE 'l’e%'", lambda row: row["nom"] == "L’Étang"),
        ("\"nom\" = 'Lille'", lambda row: row["nom"] == "Lille"),
        ("oui", lambda row: row["oui"] is True),
        ("oui = 0", lambda row: row["oui"] is False),
        ("NOT oui AND TRUE", lambda row: row["oui"] is False),
        (
            "habitants > 1 OR habitants = 0 AND nom = 'Lille'",
            lambda row: (row["habitants"] or 0) > 1 or (row["habitants"] == 0 and row["nom"] == "Lille"),
        ),
        ("jour > TIMESTAMP('2025-06-01T00:00:00Z')", lambda row: (row["jour"] or "") > "2025-06-01"),
        (
            "S_INTERSECTS(geometry, BBOX(1, 1, 3, 2))",
            lambda row: row["point"] is not None and 1 <= row["point"][0] <= 3 and 1 <= row["point"][1] <= 2,
        ),
        (
            "NOT S_INTERSECTS(geometry, POLYGON((0.5 0.5, 9 0.5, 9 9, 0.5 9, 0.5 0.5)))",
            lambda row: row["point"] is not None and not (row["point"][0] > 0.5 and row["point"][1] > 0.5),
        ),
        ("S_EQUALS(geometry, POINT(2 1))", lambda row: row["point"] == (2, 1)),
        ("S_DISJOINT(geometry, POINT(-1 -1))", lambda row: row["point"] is not None),
    ],
)
def test_each_kind_of_comparison(couche, text, test) -> None:
    kept = filter_rows(couche, read_filter(text)).tolist()
    assert kept == [bool(test(row)) for row in ROWS]
    assert any(kept)
    assert not all(kept)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nom = ", "s’arrête trop tôt"),
        ("nom = 'x", "apostrophe"),
        ("rien = 1", "« rien »"),
        ("nom = 3", "apostrophes"),
        ("habitants LIKE 'x%'", "LIKE"),
        ("nom == 'x'", "Au signe 6"),
        ("nom = 'x' habitants = 1", "AND, OR"),
        ("S_INTERSECTS(nom, POINT(0 0))", "S_INTERSECTS"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))", "WKT"),
        ("geometry = 1", "S_INTERSECTS"),
        ("SLEEP(9)", "n’est pas offerte"),
        ("(" * 99 + "oui" + ")" * 99, "parenthèses"),
        (" OR ".join(["oui"] * 300), "comparaisons"),
        ("nom = '" + "x" * 9000 + "'", "signes"),
        ("jour = DATE('hier')", "jour"),
        ("", "s’arrête trop tôt"),
    ],
)
def test_a_filter_that_means_nothing_is_told_so_in_french(couche, text, said) -> None:
    with pytest.raises(FiltreInvalide, match=said.replace("(", r"\(")):
        filter_rows(couche, read_filter(text))


def test_no_pattern_makes_it_slow() -> None:
    texts = make_objets(["a" * 5000] * 20)
    couche = CoucheOuverte(
        "c",
        "C",
        "",
        {"t": ProprieteOuverte("t", "T")},
        tuple("x" * 20),
        make_objets([None] * 20),
        lambda _: texts,
    )
    start = time.process_time()
    assert not filter_rows(couche, read_filter(f"t LIKE '{'%a' * 400}%b'")).any()
    assert filter_rows(couche, read_filter(f"t LIKE '{'%a' * 400}%'")).all()
    assert time.process_time() - start < 5
    assert np.isnan(make_nombres([None])[0])
