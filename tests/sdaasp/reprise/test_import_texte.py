"""The importer on the published text: what it gets right alone, what it asks, nothing guessed in silence."""

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.fusion import measure_import, merge
from maillage.sdaasp.reprise.proposition import propose
from maillage.sources.sdaasp_texte import read_document, read_tables


@pytest.fixture(scope="module")
def document(schema_de_reference):
    return read_document(schema_de_reference / "sdaasp-nord-2025-2030.txt")


@pytest.fixture(scope="module")
def proposal(document):
    return propose(document, load_programme())


def ask(proposal, start):
    return [question for question in proposal.questions if question.id.startswith(start)]


def test_share_right_without_help_and_nothing_wrong_in_silence(proposal):
    measure = measure_import(proposal, load_programme())
    assert measure.fausses == ()
    assert measure.share > 0.7
    # com, pams and fne are named in the text of the chapters, not in the cells of the tables
    assert {(cell.cle, cell.champ) for cell in measure.absentes} == {
        ("numerique", "demarches"),
        ("mobilites", "demarches"),
    }


def test_it_asks_what_the_text_leaves_in_doubt(proposal):
    assert [q.proposition for q in ask(proposal, "theme:")] == ["sante"]  # the table without a heading
    assert [q.id for q in ask(proposal, "graphie:")] == ["graphie:DRAIES/DRAJES", "graphie:SIILAB/SILLAB"]
    assert [q.id for q in ask(proposal, "chiffre:")] == ["chiffre:432 926 habitants/432 226 habitants"]
    merged = ask(proposal, "fusion:droits/591/2025/1:libelle")
    assert len(merged[0].cellules) == 10  # label and status of the five blank slots
    assert merged[0].proposition is None
    assert [q.proposition for q in ask(proposal, "libelle:")] == ["couper"]
    assert [(q.proposition, len(q.cellules)) for q in ask(proposal, "op:sante")] == [
        ("sante.1", 2),
        (None, 1),
    ]
    assert {q.proposition for q in ask(proposal, "lien:Trans") + ask(proposal, "lien:Contrat PLV")} == {None}


def test_one_doubt_is_asked_once(proposal, document):
    """Counted by hand in the text: the same wording in two fiches, blanks met thirteen times."""
    (link,) = ask(proposal, "lien:Emploi / Insertion / Formation")
    assert [cell.cle for cell in link.cellules] == ["education", "culture"]
    pending = {question.id: question for question in proposal.en_attente}
    assert len(pending) == 19
    family = pending["famille:fusion-objectifs"]
    assert family.proposition is None
    assert len(ask(proposal, "fusion:")) == 13  # one of the labels, twelve of the objectives
    decided = propose(document, load_programme(), {"famille:fusion-objectifs": "a_confirmer"})
    assert not [q for q in decided.en_attente if "fusion" in q.id and q.id.endswith("objectifs")]
    apart = propose(document, load_programme(), {"famille:fusion-objectifs": "cas_par_cas"})
    assert len(apart.en_attente) == 18 + 12
    own = {"famille:fusion-objectifs": "fusionnee", "fusion:emploi/592/2025/1:objectifs": "a_confirmer"}
    merged = {d.cle: d.objectifs for d in propose(document, load_programme(), own).programme.declinaisons}
    assert merged["education/591/2025/1"] == merged["education/593/2025/1"]
    assert merged["emploi/592/2025/1"] is None  # one's own answer goes before that of the family


def test_nothing_is_merged_with_a_theme_that_is_not_treated(proposal):
    """Commerces: Valenciennes is not treated, so the blanks under it stay to be confirmed."""
    asked = {cell.cle for question in ask(proposal, "fusion:commerces") for cell in question.cellules}
    assert asked == {"commerces/592/2025/1"}


def test_without_an_answer_the_table_without_heading_is_left_out(proposal):
    assert all(fiche.theme != "sante" for fiche in proposal.programme.fiches)
    assert any(fiche.theme == "sante" for fiche in proposal.complet.fiches)


def test_with_every_answer_the_programme_is_the_embedded_one(document):
    """Each answer below is what a person reading the document would say."""
    base = load_programme()
    first = propose(document, base)
    decisions = {q.id: q.proposition for q in first.questions if q.proposition}
    decisions |= {q.id: "a_confirmer" for q in first.questions if q.id.startswith("fusion:")}
    decisions |= {q.id: "inconnu" for q in first.questions if q.id.startswith("lien:") and not q.proposition}
    decisions |= {"graphie:SIILAB/SILLAB": "SIILAB"}
    second = propose(document, base, decisions)
    measure = measure_import(second, base)
    # what stays: wordings that the embedded programme keeps unconfirmed, which these answers confirm
    assert measure.share > 0.95
    assert {cell.champ for cell in measure.fausses} <= {"dimensions", "themes_lies", "objectifs"}


def test_a_merged_cell_is_filled_only_on_decision(document):
    decision = {"fusion:droits/591/2025/1:libelle": "fusionnee"}
    programme = propose(document, load_programme(), decision).programme
    rows = [d for d in programme.declinaisons if d.theme == "droits"]
    assert {d.libelle for d in rows} == {"Partager une définition/conception commune de l'accueil"}
    assert {d.statut for d in rows} == {StatutDeclinaison.IDENTIFIEE}


def test_unknown_decisions_and_answers_are_refused_together(document):
    with pytest.raises(EntreeInvalide) as caught:
        propose(document, load_programme(), {"theme:724": "sport", "rien": "oui"})
    assert len(caught.value.fautes) == 2


def test_merge_fills_what_was_not_carried_over_and_keeps_the_rest(proposal):
    base = load_programme()
    merged = merge(base, proposal.programme)
    before = next(op for op in base.objectifs if op.cle == "droits.2")
    after = next(op for op in merged.programme.objectifs if op.cle == "droits.2")
    assert before.non_repris == ("effets", "freins", "moyens")
    assert after.non_repris == ()
    assert len(after.effets) == 4
    assert len(after.freins) == 4
    assert [d.libelle for d in merged.programme.declinaisons] == [d.libelle for d in base.declinaisons]
    assert merge(merged.programme, proposal.programme).repris == ()


def test_a_text_without_tables_is_refused(tmp_path):
    path = tmp_path / "autre.txt"
    path.write_text("Rien à lire ici.\n", "utf-8")
    with pytest.raises(EntreeInvalide, match="Aucun tableau"):
        read_document(path)


def test_a_table_keeps_its_lines_and_its_year():
    heads = "Déclinaisons territoriales prioritaires pour 2026\t\t\nArrondissement concerné\tL\tO"
    text = f"Santé\n\n{heads}\nDouai\tA\t\n\nx"
    (table,) = read_tables(text)
    assert (table.nature, table.annee, table.titre) == ("declinaisons", 2026, "Santé")
    assert [(row.numero, row.cellules[1].texte) for row in table.lignes] == [(5, "A")]
