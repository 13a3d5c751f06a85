"""CQL2: what a filter keeps, against the same filter written row by row with three values."""

import operator
import time

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maillage.ogc.couche import CoucheOuverte, ProprieteOuverte, make_nombres, make_objets
from maillage.ogc.cql2 import LONGUEUR_MAX, FiltreInvalide, read_filter
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
        (
            "S_INTERSECTS(geometry, BBOX(4, 1, 1, 3))",  # west of its east: past the antimeridian, as bbox=
            lambda row: (
                row["point"] is not None
                and (row["point"][0] >= 4 or row["point"][0] <= 1)
                and 1 <= row["point"][1] <= 3
            ),
        ),
        ("jour = '2026-06-30T10:00:00+02:00'", lambda row: row["jour"] == "2026-06-30"),
        ("jour >= TIMESTAMP('2026-06-30')", lambda row: row["jour"] == "2026-06-30"),
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
        ("jour = DATE('2026-02-30')", "jour du calendrier"),
        ("jour = DATE('2026-01-31T10:00:00Z')", "jour du calendrier"),
        ("jour <= DATE('2026-99-99zz')", "jour du calendrier"),
        ("jour = DATE(2026)", "jour du calendrier"),
        ("jour = TIMESTAMP('2026-02-30T10:00:00Z')", "jour du calendrier"),
        ("jour = TIMESTAMP('2026-01-31T24:99:99Z')", "jour du calendrier"),
        ("jour BETWEEN '2026-02-30' AND DATE('2026-03-01')", "« 2026-02-30 »"),
        ("jour > 'abc'", "« abc »"),
        ("jour IN ('2025-01-01', '2026-13-01')", "« 2026-13-01 »"),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 3, 1))", "BBOX : le bord sud"),
        ("S_INTERSECTS(geometry, BBOX(1, 2, 0, 3, 1, 9))", "BBOX : le bord sud"),
        ("CASEI(" * 450 + "nom" + ")" * 450 + " = 'x'", "parenthèses"),
        ("CASEI(ACCENTI(" * 225 + "nom" + "))" * 225 + " = 'x'", "parenthèses"),
        ("nom = " + "ACCENTI(" * 450 + "'x'" + ")" * 450, "parenthèses"),
        (f"S_INTERSECTS(geometry, {'GEOMETRYCOLLECTION(' * 300}POINT(1 1){')' * 300})", "parenthèses"),
        ("", "s’arrête trop tôt"),
    ],
)
def test_a_filter_that_means_nothing_is_told_so_in_french(couche, text, said) -> None:
    with pytest.raises(FiltreInvalide, match=said.replace("(", r"\(")):
        filter_rows(couche, read_filter(text))


ENVELOPPES = [
    "CASEI({})",
    "ACCENTI({})",
    "({})",
    "NOT {}",
    "NOT ({} AND oui OR oui)",
    "{} = 'x'",
    "-{}",
    "{} + 1",
    "DATE({})",
    "AUTRE({})",
    "nom IN ('a', {})",
    "nom BETWEEN {} AND 'z'",
    "BBOX({})",
    "GEOMETRYCOLLECTION({})",
    "S_INTERSECTS(geometry, {})",
]
FEUILLES = ["nom", "'x'", "oui", "nom = 'x'", "1", "POINT(1 1)", "jour", "NULL", ""]


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(FEUILLES),
    st.lists(st.tuples(st.sampled_from(ENVELOPPES), st.sampled_from([1, 2, 55, 450])), max_size=5),
)
@example("nom", [("CASEI({})", 450), ("{} = 'x'", 1)])
@example("oui", [("NOT ({} AND oui OR oui)", 300)])
def test_whatever_nests_is_answered_or_refused(couche, text, layers) -> None:
    """No nesting is deeper than we can read: an answer, or a reason, and never another exception."""
    for pattern, times in layers:
        before, after = pattern.split("{}")
        wrapped = before * times + text + after * times
        text = wrapped if len(wrapped) <= LONGUEUR_MAX else text
    try:
        kept = filter_rows(couche, read_filter(text))
    except FiltreInvalide:
        return
    assert kept.shape == (len(ROWS),)


@pytest.mark.parametrize("pattern", ["({})", "NOT ({} AND oui OR oui)", "oui OR (oui AND NOT {})"])
def test_what_is_as_deep_as_allowed_is_answered(couche, pattern) -> None:
    before, after = pattern.split("{}")
    assert filter_rows(couche, read_filter(before * 60 + "oui" + after * 60)).any()


def test_a_box_of_a_filter_is_in_the_system_of_the_filter(couche) -> None:
    north_first = "http://www.opengis.net/def/crs/EPSG/0/4326"
    kept = filter_rows(couche, read_filter("S_INTERSECTS(geometry, BBOX(1, 4, 3, 1))", north_first))
    same = filter_rows(couche, read_filter("S_INTERSECTS(geometry, BBOX(4, 1, 1, 3))"))
    assert kept.tolist() == same.tolist()
    with pytest.raises(FiltreInvalide, match="BBOX : le bord sud"):
        read_filter("S_INTERSECTS(geometry, BBOX(3, 1, 1, 4))", north_first)


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
