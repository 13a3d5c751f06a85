"""An evaluation on paper: the schema before, the years, and what is not frozen."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from maillage.reports.bilan.ecriture import write_whole_evaluation
from maillage.reports.bilan.evaluation import make_evaluation_document
from maillage.reports.rendu.blocs import Document
from maillage.sdaasp.bilan.assembler import Matiere, assemble
from maillage.sdaasp.bilan.evaluation import AnneeEvaluee, EvaluationSchema, make_evaluation
from maillage.sdaasp.bilan.precedent import load_precedent
from maillage.sdaasp.reprise.chargement import load_programme


@pytest.fixture(scope="module")
def evaluation() -> EvaluationSchema:
    programme = load_programme("nord-2025-2030")
    told = [assemble(programme, year, Matiere(), date(2027, 12, 1)) for year in (2025, 2026)]
    years = [AnneeEvaluee(contenu=told[0], empreinte="ab" * 32), AnneeEvaluee(contenu=told[1])]
    return make_evaluation(years, load_precedent("nord-2025-2030"))


def read(document: Document) -> str:
    words = [document.titre]
    for bloc in document.blocs:
        words += [getattr(bloc, name) for name in ("texte", "titre", "note") if hasattr(bloc, name)]
        words += [str(cell) for row in getattr(bloc, "lignes", ()) for cell in row]
        words += getattr(bloc, "elements", ())
    return "\n".join(words).replace("\xa0", " ").replace("\u202f", " ")


def test_it_is_set_against_the_schema_before(evaluation: EvaluationSchema) -> None:
    said = read(make_evaluation_document(evaluation))
    for words in (
        "389 817",
        "118",
        "maisons de services au public, en 2018",
        "9 orientations",
        "à confirmer",
    ):
        assert words in said
    assert "Bilans non figés : 2026." in said


def test_a_departement_without_a_known_schema_before_says_so(evaluation: EvaluationSchema) -> None:
    said = read(make_evaluation_document(replace(evaluation, precedent=None)))
    assert "n’est pas connu : rien ne lui est comparé" in said
    assert "389 817" not in said


def test_what_was_not_read_is_no_zero(evaluation: EvaluationSchema) -> None:
    assert "non lu" in read(make_evaluation_document(evaluation))


def test_its_four_forms_are_written(evaluation: EvaluationSchema, tmp_path: Path) -> None:
    names = {path.name for path in write_whole_evaluation(evaluation, tmp_path)}
    assert names == {f"evaluation-2026.{form}" for form in ("docx", "pdf", "ods", "json")}
