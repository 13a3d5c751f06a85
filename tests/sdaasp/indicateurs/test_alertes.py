"""Alerts at their boundaries, and the lag against a path walked by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.indicateurs.alertes import check_indicator, compute_lag, is_falling, list_late
from maillage.sdaasp.indicateurs.valeurs import from_atlas, list_series, validate_value
from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi, Valeur
from maillage.sdaasp.programme.modele import Declinaison, Etape
from maillage.sdaasp.programme.vocabulaire import EtatValeur, NatureCible, Sens, StatutDeclinaison

TODAY = date(2026, 6, 30)
SLOT = Declinaison(theme="sante", arrondissement="593", annee=2026, statut=StatutDeclinaison.EN_COURS)
RDV = IndicateurSuivi(
    cle="i", objet="sante.1", libelle="Délai", nature=NatureCible.QUANTITATIVE, sens=Sens.BAISSE
)


def value(day, number, **fields):
    return Valeur(indicateur="i", date=day, valeur=number, etat=EtatValeur.VALIDEE, **fields)


@pytest.mark.parametrize(
    ("end", "done", "late"),
    [
        (TODAY, None, False),
        (TODAY - timedelta(1), None, True),
        (TODAY - timedelta(1), TODAY, False),
        (None, None, False),
    ],
)
def test_a_step_is_late_the_day_after_its_end(end, done, late):
    slot = replace(SLOT, etapes=(Etape(libelle="Ouvrir", fin=end, faite_le=done),))
    assert bool(list_late(slot, TODAY)) is late


@pytest.mark.parametrize(
    "status", [StatutDeclinaison.ACHEVEE, StatutDeclinaison.ABANDONNEE, StatutDeclinaison.NON_TRAITEE]
)
def test_what_is_over_is_never_late(status):
    slot = replace(SLOT, statut=status, annee=2025, etapes=(Etape(libelle="x", fin=date(2025, 1, 1)),))
    assert list_late(slot, TODAY) == []


def test_a_blank_slot_of_a_past_year_is_not_late_but_a_known_one_is():
    past = replace(SLOT, annee=2025)
    assert [alert.nature for alert in list_late(past, TODAY)] == ["retard"]
    assert list_late(replace(past, statut=None), TODAY) == []


def test_an_indicator_without_a_validated_value_is_said_so():
    proposed = replace(value(TODAY, 3), etat=EtatValeur.PROPOSEE)
    assert [a.nature for a in check_indicator(RDV, [proposed], [], TODAY)] == ["sans_valeur"]


def test_a_value_older_than_its_frequency_is_said_so():
    def found(days):
        return [a.nature for a in check_indicator(RDV, [value(TODAY - timedelta(days), 3)], [], TODAY)]

    assert found(365) == []  # 12 months are 365.25 days
    assert found(366) == ["sans_valeur"]


@pytest.mark.parametrize(
    ("sens", "last", "falling"),
    [
        (Sens.BAISSE, 11, True),
        (Sens.BAISSE, 10, False),
        (Sens.BAISSE, 9, False),
        (Sens.HAUSSE, 9, True),
        (None, 99, False),
    ],
)
def test_falling_is_strict_and_follows_the_wanted_direction(sens, last, falling):
    series = (value(date(2025, 1, 1), 10), value(date(2026, 1, 1), last))
    assert is_falling(series, sens) is falling


@given(st.floats(-1e3, 1e3), st.floats(1, 1e3), st.booleans(), st.integers(1, 729))
def test_on_the_straight_path_there_is_no_lag(start, way, up, days):
    first, end = date(2025, 12, 31), date(2027, 12, 31)
    target = start + (way if up else -way)
    here = start + (target - start) * days / 730
    series = (value(first, start), value(first + timedelta(days), here))
    assert compute_lag(series, [Cible(indicateur="i", annee=2027, valeur=target)]) == pytest.approx(
        0, abs=1e-5
    )
    assert end == first + timedelta(730)


def test_a_lag_of_a_tenth_is_not_an_alert_and_more_is():
    start = value(date(2025, 12, 31), 0.0)
    target = [Cible(indicateur="i", annee=2027, valeur=100.0)]
    rising = replace(RDV, sens=Sens.HAUSSE, frequence_mois=24)

    def alerts(number):  # half of the 730 days: 50 would be on the path
        return [
            a.nature
            for a in check_indicator(
                rising, [start, value(date(2026, 12, 31), number)], target, date(2027, 1, 1)
            )
        ]

    assert alerts(40.0) == []
    assert alerts(39.9) == ["ecart"]


def test_lag_is_unknown_without_two_values_or_a_target_to_come():
    series = (value(date(2025, 12, 31), 1), value(date(2026, 12, 31), 2))
    assert compute_lag(series[:1], [Cible(indicateur="i", annee=2027, valeur=9)]) is None
    assert compute_lag(series, []) is None
    assert compute_lag(series, [Cible(indicateur="i", annee=2025, valeur=9)]) is None
    assert compute_lag(series, [Cible(indicateur="i", annee=2027, texte="Mieux")]) is None


def test_a_series_keeps_validated_values_of_one_group_in_order():
    rows = [
        value(date(2026, 1, 1), 2),
        value(date(2025, 1, 1), 1),
        value(date(2025, 1, 1), 5, groupe="femmes"),
    ]
    rows.append(replace(rows[0], etat=EtatValeur.REFUSEE))
    assert [v.valeur for v in list_series(rows, "i")] == [1, 2]
    assert [v.valeur for v in list_series(rows, "i", "femmes")] == [5]


def test_a_value_is_validated_once_by_another_with_a_reason():
    proposed = Valeur(indicateur="i", date=TODAY, valeur=1, auteur="A")
    for by, reason in (("A", "vu"), ("B", "  ")):
        with pytest.raises(EntreeInvalide):
            validate_value(proposed, by=by, reason=reason)
    with pytest.raises(EntreeInvalide):
        validate_value(validate_value(proposed, by="B", reason="vu"), by="C", reason="vu")


def test_the_atlas_proposes_its_own_indicator_only():
    figure = ChiffreCite(
        atlas="a",
        niveau="epci",
        code="1",
        indicateur="apl",
        millesime="2023",
        valeur=None,
        fiabilite="observe",
    )
    bound = replace(RDV, indicateur_atlas="apl")
    old = from_atlas(bound, replace(figure, millesime="2013", valeur=0.21), TODAY, 100.0)
    assert (old.date, old.valeur) == (date(2013, 12, 31), 21.0)
    assert from_atlas(bound, figure, TODAY).valeur is None
    with pytest.raises(EntreeInvalide):
        from_atlas(replace(bound, indicateur_atlas="densite"), figure, TODAY)
