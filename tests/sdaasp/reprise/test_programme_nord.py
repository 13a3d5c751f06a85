"""The embedded programme of the Nord against the published text, counted another way."""

import re
import unicodedata

import pytest

from maillage.sdaasp.completude.interne import check_objectives
from maillage.sdaasp.completude.loi import answer
from maillage.sdaasp.completude.territoires import list_territoires
from maillage.sdaasp.indicateurs.couverture import (
    cross_arrondissements,
    cross_deficits,
    cross_dimensions,
)
from maillage.sdaasp.programme.statistiques import compute_statistics
from maillage.sdaasp.reprise.chargement import load_programme

TEXT = "sdaasp-nord-2025-2030.txt"
ARRONDISSEMENTS = ("Avesnes-sur-Helpe", "Cambrai", "Douai", "Dunkerque", "Lille", "Valenciennes")


@pytest.fixture(scope="module")
def programme():
    return load_programme()


@pytest.fixture(scope="module")
def synthese(schema_de_reference):
    text = (schema_de_reference / TEXT).read_text("utf-8")
    return text[text.rindex("Synthèse des orientations thématiques et des actions") :]


def squash(text):
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in letters if c.isalnum())


def list_rows(synthese):
    rows = [line.split("\t") for line in synthese.splitlines()]
    return [row for row in rows if len(row) == 3 and row[0] in ARRONDISSEMENTS]


def test_counts_are_those_of_the_published_text(programme, synthese):
    counts = compute_statistics(programme)
    rows = list_rows(synthese)
    assert counts["objectifs_prioritaires"] == synthese.count("<p>OP :") == 27
    assert counts["declinaisons_total"] == len(rows) == 48
    assert counts["declinaisons"] == {
        "identifiee": sum(
            bool(label) and "on-identifiée" not in label and "non traitée" not in label
            for _, label, _ in rows
        ),
        "non_identifiee": sum("Non-identifiée en juillet 2024" in label for _, label, _ in rows),
        "non_traitee": sum(label == "Thématique non traitée" for _, label, _ in rows),
        "a_confirmer": sum(not label for _, label, _ in rows),
    }
    assert counts["declinaisons"] == {
        "identifiee": 39,
        "non_identifiee": 2,
        "non_traitee": 2,
        "a_confirmer": 5,
    }
    assert counts["declinaisons_avec_op"] == sum(bool(op) for _, _, op in rows) == 24
    assert counts["themes"] == 10
    road_map = synthese[
        synthese.index("Le plan d'actions de la feuille de route") : synthese.index("\nMobilités sol")
    ]
    lines = [line for line in road_map.splitlines() if "<ul" in line]
    assert counts["orientations_fne"] == len(lines) == 5
    assert counts["actions_fne"] == sum(line.split("\t")[1].count(";") for line in lines) + len(lines) == 17


def test_each_name_stands_in_the_published_text(programme, synthese):
    published = squash(synthese)
    names = [op.libelle for op in programme.objectifs]
    names += [d.libelle for d in programme.declinaisons if d.libelle]
    names += [o.titre for o in programme.orientations_fne]
    names += [a.libelle for o in programme.orientations_fne for a in o.actions]
    names += [
        link.libelle_publie
        for f in programme.fiches
        for link in (*f.dimensions, *f.themes_lies, *f.demarches)
        if link.libelle_publie
    ]
    names += [f.pilote for f in programme.fiches if f.pilote]
    names += [pilote for f in programme.fiches for pilote in f.copilotes]
    assert [name for name in names if squash(name) not in published] == []
    assert len(names) > 150


def test_each_declinaison_holds_its_own_row(programme, synthese):
    """Slot by slot, in the order of the tables: arrondissement, label and wording of the OP."""
    names = {t.code: t.nom for t in programme.territoires}
    wordings = {op.cle: op.libelle for op in programme.objectifs}
    for declinaison, (arrondissement, label, published) in zip(
        programme.declinaisons, list_rows(synthese), strict=True
    ):
        assert names[declinaison.arrondissement] == arrondissement
        expected = re.sub("Thématique non traitée|Non-identifiée en juillet 2024", "", label)
        assert squash(declinaison.libelle or "") == squash(expected)
        links = declinaison.objectifs or ()
        said = "".join(link.libelle_publie or wordings[link.cible] for link in links)
        assert squash(said) == squash(re.sub("<[^>]+>", "", published))


def test_two_dimensions_are_ticked_on_no_fiche(programme):
    matrix = cross_dimensions(programme)
    assert [head.cle for head in matrix.colonnes_vides] == ["egalite", "accessibilite-universelle"]


def test_no_op_has_a_target_and_the_law_is_not_met(programme):
    assert compute_statistics(programme)["op_sans_cible"] == 27
    law = answer(programme)
    zones = tuple(t.code for t in programme.territoires if t.niveau == "zone")
    assert [(e.regle.id, e.servi, e.manque) for e in law.exigences] == [
        ("objectifs_quantitatifs", (), zones),
        ("objectifs_qualitatifs", (), zones),
        ("mesures", (), zones),
        ("territoires_en_deficit", (), zones),
    ]
    assert not law.complete


def test_what_was_not_carried_over_is_never_a_hole(programme):
    means = [finding for finding in check_objectives(programme) if finding.regle.id == "moyen"]
    assert {finding.etat for finding in means} == {"non_repris"}


def test_op_served_by_no_arrondissement(programme):
    matrix = cross_arrondissements(programme)
    # the sports theme is blank for OP 2 and 3: every slot names another OP or is not treated; mobilités has
    # no slot
    assert [head.cle for head in matrix.lignes_vides] == [
        "sports.2",
        "sports.3",
        "mobilites.1",
        "mobilites.2",
    ]


def test_zones_in_deficit_are_named_by_nothing(programme):
    matrix = cross_deficits(programme, list_territoires(programme))
    assert matrix.count("couvert") == 0
    assert [head.cle for head in matrix.lignes_vides] == ["zone-qpv", "zone-bassin-minier"]


def test_every_link_points_to_something(programme):
    keys = {t.cle for t in programme.themes} | {d.cle for d in programme.dimensions_transversales}
    keys |= {p.cle for p in programme.plans_externes} | {op.cle for op in programme.objectifs}
    links = [link for f in programme.fiches for link in (*f.dimensions, *f.themes_lies, *f.demarches)]
    links += [link for d in programme.declinaisons for link in d.objectifs or ()]
    assert {link.cible for link in links} - keys == {None}
    assert all(not link.confirme for link in links if link.cible is None)
