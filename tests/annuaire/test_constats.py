"""What ruptures mean for a territory, what a change breaks: worked out by hand on four communes."""

from dataclasses import replace

import numpy as np

from maillage.annuaire.accueil import (
    PREMIER,
    SECOND,
    NatureRupture,
    PointAccueil,
    find_alone,
    find_communes_without,
    find_single,
)
from maillage.annuaire.constats import (
    CommuneAccueil,
    ReseauMesure,
    apply_moves,
    compare,
    count_people,
    gather,
    split_by_theme,
)

COMMUNES = [
    CommuneAccueil("A", "Amont", 100.0),
    CommuneAccueil("B", "Bief", 200.0),
    CommuneAccueil("C", "Coteau", 400.0),
    CommuneAccueil("D", "Dune", None),
]
PLACES = {"A": 0.0, "B": 10.0, "C": 25.0, "D": 60.0}
"""Minutes along one road: the time between two communes is the difference."""


def point(ident: str, commune: str, **themes: set[str]) -> PointAccueil:
    told = {{"premier": PREMIER, "second": SECOND}[name]: frozenset(one) for name, one in themes.items()}
    return PointAccueil(ident, f"Accueil {ident}", (commune,), PLACES[commune], 0.0, told)


def measure(*points: PointAccueil) -> ReseauMesure:
    at = np.array([one.longitude for one in points])
    between, home = np.abs(at[:, None] - at), np.abs(np.array(list(PLACES.values()))[:, None] - at)
    return ReseauMesure(
        moyen="voiture",
        premier_min=20,
        limite_min=30,
        fiabilite="estime",
        points=points,
        seuls=find_alone(points, between, ("emploi", "sante"), 30),
        uniques=find_single(points, between, ("emploi", "sante"), 30),
        communes=find_communes_without(list(PLACES), points, home),
        orphelins=("culture",),
    )


UN = point("un", "A", premier=set())
DEUX = point("deux", "D", second={"sante"})
TROIS = point("trois", "C", second={"emploi"})


def test_a_territory_counts_its_own_communes_and_its_own_first_levels():
    whole = gather(measure(UN, DEUX, TROIS), COMMUNES)
    assert [one.commune.code for one in whole.loin] == ["D", "C"]
    assert count_people(whole.loin) is None
    assert [(one.point, one.theme, one.vers) for one in whole.seuls] == [("un", "sante", "deux")]
    assert [(one.point, one.theme, one.vers) for one in whole.uniques] == [("un", "emploi", "trois")]
    part = gather(measure(UN, DEUX, TROIS), COMMUNES[1:3])
    assert (part.premiers, part.seconds, part.seuls) == (0, 1, ())
    assert count_people(part.loin) == 400


def test_a_commune_that_no_bus_serves_is_far_and_one_of_unknown_place_is_not():
    unreached = replace(measure(UN), communes=(replace(measure(UN).communes[0], minutes=None, vers=None),))
    assert gather(unreached, COMMUNES).loin == ()
    assert len(gather(unreached, COMMUNES).inconnues) == 1
    by_bus = gather(replace(unreached, moyen="transports"), COMMUNES)
    assert len(by_bus.loin) == 1
    assert by_bus.inconnues == ()


def test_what_is_broken_is_a_weakness_and_what_hangs_on_one_a_threat():
    told = split_by_theme(gather(measure(UN, DEUX, TROIS), COMMUNES), "droits")
    assert [(one.theme, one.sorte, one.nature) for one in told] == [
        ("droits", "faiblesse", NatureRupture.COMMUNE_SANS_PREMIER),
        ("sante", "faiblesse", NatureRupture.PREMIER_SANS_SECOND),
        ("emploi", "menace", NatureRupture.SECOND_UNIQUE),
        ("culture", "faiblesse", NatureRupture.THEME_SANS_ACCUEIL),
    ]


def test_what_a_change_breaks_and_what_it_mends():
    other = point("autre", "C", premier=set())
    before = measure(UN, other, DEUX, TROIS)
    closed = measure(*apply_moves(before.points, frozenset({"autre"}), {}))
    found = compare(gather(before, COMMUNES), gather(closed, COMMUNES))
    assert [one.commune.code for one in found.perdues] == ["C"]
    assert (found.gagnees, found.rompus) == ((), ())
    assert not found.repares, "a first level that closes is not mended"
    # The second level of employment moves from C (25 min of A) to D (60): both first levels lose it.
    moved = measure(*apply_moves(before.points, frozenset(), {"trois": (60.0, 0.0, "D")}))
    found = compare(gather(before, COMMUNES), gather(moved, COMMUNES))
    assert {(one.point, one.theme) for one in found.rompus} == {("un", "emploi"), ("autre", "emploi")}
    assert compare(gather(before, COMMUNES), gather(before, COMMUNES)).rien
