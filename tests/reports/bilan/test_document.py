"""A bilan on paper: what it says without contributions, with them, and its four forms."""

import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from maillage.reports.bilan.document import PROJET, EtatEcrit, make_annexes, make_bilan
from maillage.reports.bilan.ecriture import write_all
from maillage.reports.rendu.blocs import Document, Tableau
from maillage.sdaasp.bilan.assembler import Matiere, assemble
from maillage.sdaasp.bilan.contenu import (
    ChiffreDuBilan,
    Contenu,
    DecisionDuBilan,
    PassageDuBilan,
    RemonteeDuBilan,
    ReunionDuBilan,
    TexteDuBilan,
)
from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.reprise.chargement import load_programme

DAY = date(2026, 12, 10)
OPEN, FROZEN = EtatEcrit(etat="ouvert"), EtatEcrit(etat="figé", empreinte="ab" * 32)


def figure(place: str | None, value: float) -> ChiffreDuBilan:
    level, code = ("arrondissement", place) if place else ("departement", "59")
    held = ChiffreCite(
        atlas="a", niveau=level, code=code, indicateur="apl", millesime="2023", valeur=value,
        fiabilite="impute",
    )  # fmt: skip
    return ChiffreDuBilan(
        theme="sante", arrondissement=place, nom="APL", unite="consultations", arrondi=1, chiffre=held
    )


MATIERE = Matiere(
    textes=(
        TexteDuBilan(
            theme="sante",
            arrondissement="593",
            a_qui="CPAM",
            texte="Deux cabinets ouverts.",
            rendue_le=date(2026, 10, 1),
        ),
        TexteDuBilan(theme="sport", arrondissement="593", a_qui="CDOS"),
    ),
    reunions=(ReunionDuBilan(comite="CTA", arrondissement="593", jour=date(2026, 10, 6), etat="tenue"),),
    decisions=(
        DecisionDuBilan(reference="CTA 1", arrondissement="593", texte="Ouvrir un local", etat="à faire"),
    ),
    remontees=(
        RemonteeDuBilan(
            cle="r",
            nature="Point de blocage",
            texte="Sans local",
            theme="sante",
            arrondissement="593",
            deposee_le=date(2026, 4, 7),
            etat="close : elle a sa réponse",
            reponse="Local trouvé",
            repondue_le=date(2026, 12, 1),
            close=True,
        ),
    ),
    chiffres=(figure(None, 4.4), figure("593", 3.1)),
    passages=(PassageDuBilan(le=DAY, acte="Validé", comite="CoPil"),),
    atlas="a",
)


@pytest.fixture(scope="module")
def contenu() -> Contenu:
    return assemble(load_programme("nord-2025-2030"), 2026, MATIERE, DAY)


def read(document: Document) -> str:
    """All the words of a document, with plain spaces."""
    words = [document.titre, *document.bandeaux]
    for bloc in document.blocs:
        words += [getattr(bloc, name) for name in ("texte", "titre", "note") if hasattr(bloc, name)]
        words += [str(cell) for row in getattr(bloc, "lignes", ()) for cell in row]
        words += getattr(bloc, "elements", ())
    return "\n".join(words).replace("\xa0", " ").replace("\u202f", " ")


def test_it_tells_all_that_it_was_given(contenu: Contenu) -> None:
    said = read(make_bilan(contenu, OPEN))
    for words in ("Deux cabinets ouverts.", "CPAM, le 1er octobre 2026.", "Local trouvé", "Ouvrir un local"):
        assert words in said
    assert "1 réunion, 1 décision, 1 remontée. 1 contribution reçue sur 2 attendues." in said
    assert "APL (consultations)" in said


def test_figures_say_their_vintage_and_how_sure_they_are(contenu: Contenu) -> None:
    tables = [bloc for bloc in make_bilan(contenu, OPEN).blocs if isinstance(bloc, Tableau)]
    beside = next(table for table in tables if "dans le département" in table.titre)
    assert beside.colonnes[-2:] == ("Millésime", "Fiabilité")
    assert [str(cell) for cell in beside.lignes[0]][2:] == ["3,1", "4,4", "2023", "imputé"]


def test_a_draft_says_so_and_a_frozen_one_shows_its_hash(contenu: Contenu) -> None:
    draft, frozen = make_bilan(contenu, OPEN), make_bilan(contenu, FROZEN)
    assert draft.bandeaux == (PROJET,)
    assert frozen.bandeaux == ()
    assert frozen.couverture is not None
    assert ("Empreinte (SHA-256)", "ab" * 32) in frozen.couverture.lignes


def test_nothing_is_said_of_what_nobody_read() -> None:
    bare = assemble(load_programme("nord-2025-2030"), 2026, Matiere(), DAY)
    said = read(make_bilan(bare, OPEN))
    assert "0 réunion" not in said
    assert "0 remontée" not in said
    assert "Les remontées n’ont pas été lues" in said


def test_annexes_hold_every_row_once(contenu: Contenu) -> None:
    sheets = {b.id: b for b in make_annexes(contenu, OPEN).blocs if isinstance(b, Tableau)}
    assert len(sheets["Déclinaisons"].lignes) == len(contenu.actions)
    assert len(sheets["Chiffres de l’atlas"].lignes) == 2
    assert len(sheets["Contributions"].lignes) == 2


def test_the_four_forms_are_written_whole(contenu: Contenu, tmp_path: Path) -> None:
    small = replace(contenu, actions=contenu.actions[:2])
    paths = {path.suffix: path for path in write_all(small, FROZEN, tmp_path / "neuf")}
    assert set(paths) == {".docx", ".pdf", ".ods", ".json"}
    assert paths[".pdf"].read_bytes().startswith(b"%PDF")
    assert b"StructTreeRoot" in paths[".pdf"].read_bytes()
    assert "word/document.xml" in zipfile.ZipFile(paths[".docx"]).namelist()
    assert "content.xml" in zipfile.ZipFile(paths[".ods"]).namelist()
    told = json.loads(paths[".json"].read_text("utf-8"))
    assert (told["empreinte"], told["bilan"]["annee"]) == ("ab" * 32, 2026)
    assert {path.name for path in (tmp_path / "neuf").iterdir()} == {p.name for p in paths.values()}
