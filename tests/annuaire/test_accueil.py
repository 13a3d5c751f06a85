"""Where the chain of reception breaks, held against looking at every pair."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maillage.annuaire.accueil import (
    PREMIER,
    SECOND,
    NatureRupture,
    PointAccueil,
    find_alone,
    find_communes_without,
    find_unhandled,
    list_points,
)
from maillage.annuaire.fiche import Annuaire, Complement, FonctionAccueil, Permanence, Prestation, Structure

THEMES = ("sante", "emploi", "droits")
subsets = st.frozensets(st.sampled_from(THEMES))
functions = st.dictionaries(st.sampled_from([PREMIER, SECOND]), subsets)


@given(st.lists(functions, max_size=6), st.randoms(use_true_random=False))
def test_alone_is_no_second_level_within_reach(
    told: list[dict[FonctionAccueil, frozenset[str]]], random: object
) -> None:
    points = [
        PointAccueil(str(n), str(n), (), 3.0 if n else None, 50.0, themes) for n, themes in enumerate(told)
    ]
    rng = np.random.default_rng(random.randrange(2**32))  # type: ignore[attr-defined]
    minutes = np.where(
        rng.random((len(points), len(points))) < 0.2, np.nan, rng.integers(0, 60, (len(points),) * 2)
    )
    np.fill_diagonal(minutes, 0)
    expected = {
        (a.id, theme)
        for i, a in enumerate(points)
        for theme in THEMES
        if a.handles(PREMIER, theme)
        and a.longitude is not None
        and any(b.handles(SECOND, theme) for b in points)
        and not any(b.handles(SECOND, theme) and minutes[i, j] <= 30 for j, b in enumerate(points))
    }
    assert {(one.point, one.theme) for one in find_alone(points, minutes, THEMES, 30)} == expected
    unhandled = {theme for theme in THEMES if not any(one.handles(SECOND, theme) for one in points)}
    assert {one.theme for one in find_unhandled(points, THEMES)} == unhandled


def test_a_base_receives_nobody_and_a_permanence_does() -> None:
    base = Structure(source="x", id="s", nom="Bus", date_maj=date(2026, 1, 1), code_insee="59001")
    stop = Permanence(nom="Place", horaires="Tu 09:00-12:00", code_insee="59002")
    told = Complement(id="s", fonctions=(PREMIER,), permanences=(stop,), itinerante=True)
    (point,) = list_points(Annuaire((base,), (), {"s": told}))
    assert point.communes == ("59002",)
    assert point.longitude is None
    minutes = np.array([[3.0], [0.0], [np.nan]])
    found = find_communes_without(("59001", "59002", "59003"), (point,), minutes)
    assert [(one.code_insee, one.minutes, one.nature) for one in found] == [
        ("59001", 3.0, NatureRupture.COMMUNE_SANS_PREMIER),
        ("59003", None, NatureRupture.COMMUNE_SANS_PREMIER),
    ]


def test_functions_come_from_each_prestation_and_from_the_structure_when_none_says() -> None:
    one = Structure(source="x", id="s", nom="CCAS", date_maj=date(2026, 1, 1))
    silent = Structure(source="x", id="t", nom="Muette", date_maj=date(2026, 1, 1))
    offers = [
        Prestation(source="x", id=key, nom="Aide", date_maj=date(2026, 1, 1), structure_id="s")
        for key in ("p", "q")
    ]
    told = {
        "p": Complement(id="p", fonctions=(PREMIER,)),
        "q": Complement(id="q", fonctions=(PREMIER, SECOND), themes=("sante",)),
    }
    (point,) = list_points(Annuaire((one, silent), tuple(offers), told))
    assert point.themes == {PREMIER: frozenset(), SECOND: frozenset({"sante"})}
