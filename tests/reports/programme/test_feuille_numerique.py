"""The road map on paper: what is written in it, what is late, nothing unknown counted as nothing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from maillage.reports.ecrire.formes import write_document
from maillage.reports.programme.edition import Edition
from maillage.reports.programme.fne import make_road_map
from maillage.reports.rendu.blocs import Liste, Paragraphe, Tableau
from maillage.sdaasp.programme.fne import EtapeFne
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.vocabulaire import VoletFne
from maillage.sdaasp.reprise.chargement import load_programme

LE = date(2026, 11, 1)


@pytest.fixture(scope="module")
def nord() -> Programme:
    """The Nord's, with two steps: one late and paid by somebody, one done for an unknown amount."""
    programme = load_programme("nord-2025-2030")
    first, *others = programme.orientations_fne
    action = first.actions[0].cle
    steps = (
        EtapeFne(
            libelle="Former", action=action, volet=VoletFne.FORMATION, arrondissement="593",
            fin=date(2026, 10, 31), cout_eur=1200.0, financeur="Département", fonds="Fonds A",
        ),
        EtapeFne(libelle="Observer", faite_le=date(2026, 5, 1)),
    )  # fmt: skip
    return replace(programme, orientations_fne=(replace(first, etapes=steps), *others))


def read(programme: Programme) -> tuple[str, dict[str, Tableau]]:
    document = make_road_map(programme, Edition(LE))
    words: list[str] = []
    for bloc in document.blocs:
        words += [bloc.texte] if isinstance(bloc, Paragraphe) else []
        words += bloc.elements if isinstance(bloc, Liste) else ()
    text = "\n".join(words).replace("\xa0", " ").replace("\u202f", " ")
    return text, {bloc.id: bloc for bloc in document.blocs if isinstance(bloc, Tableau)}


def test_it_tells_every_orientation_action_and_priority(nord: Programme) -> None:
    said, tables = read(nord)
    orientations, actions = nord.orientations_fne, [a for o in nord.orientations_fne for a in o.actions]
    assert (len(orientations), len(actions)) == (5, 17)
    assert "5 orientations, 17 actions." in said
    for row, one in zip(tables["priorites"].lignes, sorted(orientations, key=lambda o: o.ordre), strict=True):
        named = sum(cell == "priorité 1" for cell in row[1:])
        assert named == len(one.priorites)


def test_steps_sums_and_what_is_late_are_said(nord: Programme) -> None:
    said, tables = read(nord)
    assert "2 étapes écrites, 1 faite." in said
    assert "Coût connu : 1 200 €, pour 1 sur 2." in said
    assert "attendue le 31 octobre 2026" in said
    assert "Observer" not in said.partition("attendue")[0].rpartition("\n")[2]
    (steps,) = [table for name, table in tables.items() if name.startswith("etapes-")]
    assert [str(cell) for cell in steps.lignes[1]][3:5] == ["Tout le département", "—"]
    funders = {row[0]: str(row[3]) for row in tables["financeurs"].lignes}
    assert funders["Non dit"] == "non renseigné"


def test_a_schema_without_one_says_so_and_forms_are_written(nord: Programme, tmp_path: Path) -> None:
    said, tables = read(replace(nord, orientations_fne=()))
    assert ("pas de feuille de route" in said, tables) == (True, {})
    for form in ("pdf", "docx", "ods"):
        path = tmp_path / f"fne.{form}"
        write_document(make_road_map(nord, Edition(LE)), path)
        assert path.stat().st_size > 2000
