"""The map of the plan: reached or not as the table says, null where an arrondissement has no outline."""

from dataclasses import replace
from datetime import date

import pytest
import shapely

from maillage.reports.programme.carte import draw_reach
from maillage.reports.programme.edition import Edition
from maillage.reports.programme.mutualisation import make_plan
from maillage.reports.rendu.blocs import Carte, Tableau
from maillage.reports.rendu.formes import formes
from maillage.sdaasp.completude.loi import answer
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.mutualisations import Mutualisation
from maillage.sdaasp.programme.vocabulaire import EtatMutualisation
from maillage.sdaasp.reprise.chargement import load_programme


@pytest.fixture(scope="module")
def nord() -> Programme:
    """The Nord's, with one sharing planned in Douai between two partners, and one that exists in Lille."""
    held = (
        Mutualisation(
            cle="a", libelle="A", type="permanence", etat=EtatMutualisation.PREVU,
            partenaires=("Un", "Deux"), arrondissements=("593",),
        ),
        Mutualisation(
            cle="b", libelle="B", type="permanence", etat=EtatMutualisation.EXISTANT,
            arrondissements=("595",),
        ),
    )  # fmt: skip
    return replace(load_programme("nord-2025-2030"), mutualisations=held)


def shape(codes: list[str]):
    return formes({c: shapely.to_wkb(shapely.box(3 + k, 50, 4 + k, 51)) for k, c in enumerate(codes)})


def test_the_map_says_what_the_table_says(nord: Programme) -> None:
    law = answer(nord)
    codes = [code for code, _ in law.lieux]
    carte = draw_reach(nord, law, shape(codes), dict.fromkeys(codes, 10.0))
    assert carte is not None
    blocs = make_plan(nord, law, Edition(date(2026, 11, 1)), carte).blocs
    at = blocs.index(carte)
    table = blocs[at + 1]
    assert isinstance(table, Tableau)
    assert table.id == carte.tableau
    yes = [row[0] for row in table.lignes if row[3] == "Oui"]
    assert yes == ["Douai"]
    assert [(one.territoires, one.habitants) for one in carte.classes] == [(1, 10.0), (len(codes) - 1, 50.0)]
    words = carte.description.replace("\xa0", " ")
    for told in ("Douai (0 + 1)", "Lille (1 + 0)", "Cambrai (0 + 0)"):
        assert told in words


def test_there_is_none_on_an_atlas_of_elsewhere(nord: Programme) -> None:
    law = answer(nord)
    assert draw_reach(nord, law, shape(["901", "902"]), {}) is None
    assert draw_reach(nord, law, None, {}) is None
    plain = make_plan(nord, law, Edition(date(2026, 11, 1)))
    assert not [bloc for bloc in plain.blocs if isinstance(bloc, Carte)]
