"""The note for a decision and the comparison, on the small département."""

import json
import re
import shutil
import subprocess
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.scenario import scenario as command
from maillage.francais import typeset
from maillage.reports.ecrire.formes import MIMES, write_document
from maillage.reports.rendu.blocs import Carte, Document, Liste, Paragraphe, Tableau, Titre
from maillage.reports.scenario.comparaison import ScenarioCompare, draw_plane, judge_equity, make_comparison
from maillage.reports.scenario.note import CadreNote, make_note
from maillage.reports.scenario.resume import ResumeScenario, summarise
from maillage.scenarios.fichier import read_scenario, write_scenario
from maillage.scenarios.modifications import Fermeture, Ouverture, Scenario
from maillage.scenarios.mots import tell_edits
from maillage.scenarios.rapport import describe
from maillage.scenarios.simulation import try_on

CADRE = CadreNote("Brouillon", "Préfecture du Nord", date(2026, 11, 28), ("Fermer un lieu",), "Pourquoi")


@pytest.fixture(scope="module")
def essai(petit_atlas):
    """The first pharmacy closes, another opens in the commune of the last: (atlas, scenario, impact)."""
    places = petit_atlas.implantations()
    held = places.filter(places["type"] == "pharmacie")
    edits = (
        Fermeture(lieu=held["id"][0]),
        Ouverture(type="pharmacie", nom="Pharmacie neuve", commune=held["code_insee"][-1],
                  horaires="Mo-Fr 09:00-12:00"),
    )  # fmt: skip
    scenario = read_scenario(write_scenario(Scenario(nom="Deux pharmacies", modifications=edits)))
    simulation = try_on(petit_atlas, scenario)
    return petit_atlas, simulation, json.loads(json.dumps(describe(simulation)))


def read_tables(document: Document) -> dict[str, Tableau]:
    return {bloc.id: bloc for bloc in document.blocs if isinstance(bloc, Tableau)}


def read_words(document: Document) -> str:
    texts = [document.titre, document.chapeau, *document.bandeaux]
    for bloc in document.blocs:
        texts += [bloc.texte] if isinstance(bloc, Titre | Paragraphe) else []
        texts += bloc.elements if isinstance(bloc, Liste) else []
    return "\n".join(texts).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_note_says_what_a_decision_needs(essai) -> None:
    atlas, simulation, impact = essai
    document = make_note(Lecteur(atlas), impact, CADRE)
    headings = [bloc.texte for bloc in document.blocs if isinstance(bloc, Titre)]
    assert headings == [
        "Ce qui change",
        "Pour qui",
        "Qui reçoit, et ce que cela charge",
        "Manque et excès, avant et après",
        "Ce que cela coûte en un an",
        "Ce qui a été comparé",
        "Méthode et limites",
        "Si ce projet doit être porté au préfet",
    ]
    words = read_words(document)
    assert "État : Brouillon. Chiffres simulés" in words
    assert "Préfecture du Nord" in document.sous_titre
    assert "28 novembre 2026" in document.sous_titre
    assert "À confirmer" in words  # the law was not read at its source
    assert "Aucune autre solution n’a été jointe" in words
    groups = simulation.gains("pharmacie")
    first = read_tables(document)["groupes-pharmacie"].lignes[0]
    assert [cell.valeur for cell in first[1:5:2]] == [groups["tous"].perdants, groups["tous"].gagnants]
    year = read_tables(document)["bilan"].lignes[0]
    assert year[1].valeur == pytest.approx(simulation.bilan("pharmacie").km)
    assert str(year[5]) == "non chiffré"


def test_the_hours_of_edits_are_told_in_french(essai) -> None:
    _, simulation, _ = essai
    assert "lun.–ven. 9" in tell_edits(simulation.scenario, simulation.terrain)[1]


def test_a_note_without_effect_says_so(petit_atlas) -> None:
    impact = describe(try_on(petit_atlas, Scenario(nom="Rien")))
    words = read_words(make_note(Lecteur(petit_atlas), impact, CADRE))
    assert "Aucun temps de trajet ne change." in words


def test_the_note_is_a_tagged_pdf_of_four_pages_at_most_and_every_form(essai, tmp_path) -> None:
    atlas, _, impact = essai
    document = make_note(Lecteur(atlas), impact, CADRE)
    for suffix in (".pdf", ".docx", ".html", ".ods"):
        write_document(document, tmp_path / f"note{suffix}")
        assert suffix in MIMES
    if shutil.which("pdfinfo"):
        asked = ["pdfinfo", str(tmp_path / "note.pdf")]
        said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        assert re.search(r"Tagged: +yes", said)
        assert 2 <= int(re.findall(r"Pages: +(\d+)", said)[0]) <= 4
    page = (tmp_path / "note.html").read_text("utf-8")
    assert "Brouillon" in page
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_map_stands_alone_and_says_its_words(petit_atlas, essai) -> None:
    atlas, _, impact = essai
    maps = [bloc for bloc in make_note(Lecteur(atlas), impact, CADRE).blocs if isinstance(bloc, Carte)]
    for drawn in maps:
        assert "<style>" in drawn.svg
        assert "commune" in drawn.description
    assert bool(maps) == bool(Lecteur(petit_atlas).contours("commune"))


def make_resume(nom: str = "Essai", **changed) -> ResumeScenario:
    people = {"gagnants": 10.0, "perdants": 5.0, "servis": 3.0, "dixieme_min": -1.0}
    year = {"km": 100.0, "co2_t": 0.02, "euros_usagers": 40.0, "euros_lieux": None}
    known = {"services": ("Pharmacie",), "refus": 0, **people, **year}
    return ResumeScenario(nom, **(known | changed))


def test_sums_of_a_scenario_are_those_of_its_services(essai) -> None:
    _, simulation, impact = essai
    own = summarise(impact)
    gains = simulation.gains("pharmacie")["tous"]
    assert own.perdants == gains.perdants + gains.perdus
    assert own.servis == gains.sous_seuil_apres - gains.sous_seuil_avant
    tenth = simulation.dixieme("pharmacie")
    assert own.dixieme_min == pytest.approx(tenth.minutes_apres - tenth.minutes_avant)
    assert (own.euros, own.lieux_chiffres) == (own.euros_usagers, False)


@pytest.mark.parametrize("count", [0, 7])
def test_one_to_six_scenarios_are_compared(petit_atlas, count) -> None:
    with pytest.raises(EntreeInvalide, match="de un à six"):
        make_comparison(Lecteur(petit_atlas), [ScenarioCompare(make_resume(), (), ())] * count)


def test_equity_is_told_by_shape_and_words() -> None:
    marks = {"rond": "<circle", "triangle": "h-18z", "carre": "<rect"}
    for value, shape in ((-1.0, "rond"), (1.0, "triangle"), (0.0, "carre")):
        assert marks[shape] in draw_plane([make_resume(dixieme_min=value)])
    assert judge_equity(None) == "inconnu"


def test_names_on_the_plane_never_touch() -> None:
    """Six scenarios at one point: letters are 13 high."""
    drawn = draw_plane([make_resume(f"Scénario {k}") for k in range(6)])
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([A-F])\. ', drawn)
    places = [(float(x), float(y)) for x, y, _ in found]
    assert len(places) == 6
    for (x, y), (u, v) in combinations(places, 2):
        assert abs(y - v) >= 12 or abs(x - u) >= 12 * 13 * 0.5


def test_a_hostile_name_stays_text(petit_atlas, tmp_path) -> None:
    nasty = "=1+1 <script>alert(1)</script>"
    document = make_comparison(
        Lecteur(petit_atlas), [ScenarioCompare(make_resume(nasty), (nasty,), (nasty,))]
    )
    assert "<script>" not in draw_plane([make_resume(nasty)])
    for suffix in (".html", ".csv", ".png", ".svg"):
        write_document(document, tmp_path / f"c{suffix}")
    assert "<script>" not in (tmp_path / "c.html").read_text("utf-8")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_the_commands_write_notes_and_comparisons(essai, tmp_path) -> None:
    atlas, simulation, _ = essai
    path = tmp_path / "s.yaml"
    path.write_text(write_scenario(simulation.scenario), "utf-8")
    folder, note = str(atlas.dossier), tmp_path / "note.pdf"
    done = CliRunner().invoke(command, ["note", folder, str(path), "--out", str(note), "--autre", str(path)])
    assert done.exit_code == 0, done.output
    assert note.read_bytes().startswith(b"%PDF")
    done = CliRunner().invoke(command, ["comparer", folder, str(path), "--json"])
    assert [row["nom"] for row in json.loads(done.stdout)] == ["Deux pharmacies"]
    with pytest.raises(EntreeInvalide, match="doit finir par"):
        CliRunner().invoke(
            command, ["note", folder, str(path), "--out", str(tmp_path / "note.exe")], catch_exceptions=False
        )
    assert sorted(p.name for p in Path(tmp_path).iterdir()) == ["note.pdf", "s.yaml"]


def test_the_chapeau_is_typeset(essai) -> None:
    atlas, _, impact = essai
    text = make_note(Lecteur(atlas), impact, CADRE).chapeau
    assert text == typeset(text)
