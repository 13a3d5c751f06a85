"""What the diagnosis says of equity, of both sides of the balance, of full places, of worth."""

from dataclasses import replace

import polars as pl
import pytest

from maillage.atlas.lecture.deficits import Deficit
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import Atlas
from maillage.reports.diagnostic import equilibre, equite
from maillage.reports.diagnostic.deficits import name_clusters
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.valeur import make_table
from maillage.reports.rendu.blocs import Nombre


@pytest.fixture
def lecture(petit_atlas: Atlas) -> Lecteur:
    return Lecteur(petit_atlas)


def table(section: Section | None, name: str):
    assert section is not None
    return next(t for t in section.tableaux if t.id == name)


def number(cell: object) -> float:
    assert isinstance(cell, Nombre)
    assert cell.valeur is not None
    return cell.valeur


def test_groups_stand_under_everybody_with_the_figures_of_the_atlas(lecture: Lecteur) -> None:
    rows = table(equite.make_section(lecture), "equite-groupes").lignes
    assert [row[0] for row in rows] == ["Tous les habitants", "65 ans ou plus", "Moins de 15 ans"]
    for row, name in zip(rows, ("quotidien", "plus_65", "moins_15"), strict=True):
        assert number(row[1]) == lecture.reference(f"duree_panier_{name}").valeur
        assert "à" in str(row[1]), "times are estimated: the interval shows"
    assert number(rows[1][4]) == lecture.reference("profondeur_panier_plus_65").valeur


def test_those_who_are_far_are_all_somewhere_the_most_first(lecture: Lecteur) -> None:
    rows = table(equite.make_section(lecture), "equite-lieux").lignes
    people = [number(row[1]) for row in rows]
    assert people == sorted(people, reverse=True)
    assert sum(people) == pytest.approx(lecture.reference("eloignes_panier").valeur)
    assert sum(number(row[2]) for row in rows) == pytest.approx(1)


def test_both_sides_of_the_balance_are_named_from_the_list_of_deficits(lecture: Lecteur) -> None:
    rows = table(equilibre.make_section(lecture), "equilibre").lignes
    judged = lecture.tables.deficits().filter(pl.col("niveau") == "epci")
    doctors = next(row for row in rows if row[0] == "Médecins généralistes")
    for cell, side in ((doctors[3], "sous_dotes"), (doctors[4], "surconcentres")):
        named = judged.filter(pl.col(side).list.contains("medecin")).sort("nom")["nom"].to_list()
        assert cell == (", ".join(named).replace("'", "’") or "aucune")
    assert number(doctors[1]) == lecture.reference("part_sous_dotee_medecin").valeur


def test_unknown_saturation_says_how_to_supply_it(lecture: Lecteur) -> None:
    section = equilibre.make_section(lecture)
    assert section is not None
    assert any("n’est pas renseignée" in text for text in section.paragraphes)
    assert not [t for t in section.tableaux if t.id == "saturation"]


def test_full_places_are_listed_one_by_one_the_fullest_first(petit_atlas: Atlas) -> None:
    places = petit_atlas.implantations()
    kinds = places["type"].to_list()
    first = kinds.index("france_services")
    capacity = [100.0 if row in {first, first + 1} else None for row in range(len(kinds))]
    activity = [90.0 if row == first else 120.0 if row == first + 1 else None for row in range(len(kinds))]
    said = places.with_columns(
        capacite=pl.Series(capacity, dtype=pl.Float64), activite=pl.Series(activity, dtype=pl.Float64)
    )
    rows = equilibre.list_sites(Lecteur(replace(petit_atlas, _kept={"implantations": said}))).lignes
    assert [str(row[5]) for row in rows] == ["120\xa0%", "90\xa0%"]


def test_what_figures_are_worth_counts_those_with_an_interval(lecture: Lecteur) -> None:
    found = make_table(lecture, {"durees": "Durées", "offre": "Offre", "absente": "Absente"})
    index = lecture.tables.index().filter(pl.col("niveau") == "departement")
    for row, famille in zip(found.lignes, ("durees", "offre"), strict=True):
        assert number(row[1]) == index.filter(pl.col("famille") == famille).height
    assert found.lignes[0][3] == "estimés"
    assert number(found.lignes[0][4]) > 0
    assert number(found.lignes[1][4]) == 0
    assert "(ancien)" in str(found.lignes[1][2]), "facilities of 2013 beside a list of 2024"


def test_clusters_are_named_and_the_rest_counted(lecture: Lecteur) -> None:
    place = lecture.territoires("commune")[0]
    judged = Deficit(None, True, 1, None, None, None, (), amas="HH")
    here = [(replace(place, nom=f"C{n:02}"), judged) for n in range(14)]
    text = name_clusters([*here, (place, replace(judged, amas=None))])
    assert "C11" in text
    assert "C12" not in text
    assert "et 2 autres" in text
    assert name_clusters([(place, replace(judged, amas=None))]) == ""
