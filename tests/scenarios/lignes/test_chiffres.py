"""A line on trial judges the figures again: equal to the last bit to an atlas built on the feed so edited."""

from datetime import date
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import Atlas, open_atlas
from maillage.atlas.transports.dossier import build_transports
from maillage.reports.rendu.blocs import Carte, Tableau
from maillage.reports.scenario.note import CadreNote, make_note
from maillage.reports.scenario.resume import summarise
from maillage.reports.scenario.tableaux import write_summaries
from maillage.scenarios.lignes.modifications import DecalageLigne, SuppressionLigne
from maillage.scenarios.modifications import Fermeture, Scenario
from maillage.scenarios.rapport import describe
from maillage.scenarios.simulation import Simulation, try_on
from tests.flux_gtfs import FEED, write_feed

SANS_TUILES = Parametres(tuiles=False, profil="neutre_transports")
TYPE = "france_services"
OUT = ("08:25:00", "08:55:00")
HOME = "T2,10:00:00,10:00:00,C,1\nT2,10:30:00,10:30:00,A,2\n"


def build_with(monde: ModuleType, folder: Path, sources: Path, out=OUT, home: str = HOME) -> Path:
    """The small world with one bus there and, unless said, one home."""
    folder.mkdir()
    halls = [(name, *monde.hall(c)) for name, c in (("A", 5), ("C", 1))]
    stops = "".join(f"{name},{name},{lat},{lon}\n" for name, lon, lat in halls)
    there = f"T1,{out[0]},{out[0]},A,1\nT1,{out[1]},{out[1]},C,2\n"
    rows = {
        "stops.txt": f"stop_id,stop_name,stop_lat,stop_lon\n{stops}",
        "stop_times.txt": FEED["stop_times.txt"].split("\n")[0] + "\n" + there + home,
    }
    if not home:
        rows["trips.txt"] = FEED["trips.txt"].split("L2")[0]
    timetables = build_transports([write_feed(folder, rows)], folder / "T").dossier
    cache = folder.parent / "cache"
    return build("59", sources, folder / "A", SANS_TUILES, transports=timetables, cache=cache).dossier


@pytest.fixture(scope="module")
def mondes(petit_monde: ModuleType, une_fois) -> Path:  # type: ignore[no-untyped-def]
    def make(folder: Path) -> None:
        sources = petit_monde.write_sources(folder / "sources")
        build_with(petit_monde, folder / "avant", sources)
        build_with(petit_monde, folder / "plus-tot", sources, ("07:55:00", "08:25:00"))
        build_with(petit_monde, folder / "sans-retour", sources, home="")

    return une_fois("lignes-chiffres", make)


@pytest.fixture(scope="module")
def atlas(mondes: Path) -> Atlas:
    return open_atlas(mondes / "avant" / "A")


def attempt(atlas: Atlas, *edits) -> Simulation:
    simulation = try_on(atlas, Scenario(nom="E", modifications=edits))
    assert simulation.refus == ()
    return simulation


@pytest.mark.parametrize(
    ("edit", "name"),
    [(DecalageLigne(ligne="L1", minutes=-30), "plus-tot"), (SuppressionLigne(ligne="L2"), "sans-retour")],
)
def test_figures_and_judgements_are_those_of_an_atlas_built_so(mondes, atlas, edit, name: str) -> None:
    found, built = attempt(atlas, edit).evaluated, open_atlas(mondes / name / "A")
    for niveau in found.calcul.niveaux:
        table, expected = found.whole(niveau), built.indicateurs(niveau)
        assert [c for c in expected.columns if not table[c].equals(expected[c])] == []
        index = built.index().filter(pl.col("niveau") == niveau)
        for reached in found.reached(niveau):
            known = index.filter(pl.col("indicateur") == reached).to_dicts()
            assert [found.describe(reached, niveau)] == known if known else reached not in table.columns
    assert found.deficits().equals(built.deficits())
    moved = found.changes()
    assert set(moved["indicateur"]) >= {
        f"heures_acces_{TYPE}_transports",
        f"heures_acces_{TYPE}_sans_voiture",
    }
    by_itself = {f"heures_acces_{TYPE}_{mode}" for mode in ("voiture", "marche", "velo", "motorisation")}
    assert not by_itself & set(moved["indicateur"]), "what timetables do not say stays"


def test_a_line_that_changes_nothing_moves_nothing(atlas: Atlas) -> None:
    assert (
        attempt(atlas, DecalageLigne(ligne="L1", minutes=30), DecalageLigne(ligne="L1", minutes=-30))
        .evaluated.changes()
        .is_empty()
    )


def test_a_judgement_that_turns_is_told(atlas: Atlas) -> None:
    """Commune 5 loses its last hours: more than half of its people had none, the others have none now."""
    told = describe(attempt(atlas, SuppressionLigne(ligne="L2")))
    share = {
        (row["niveau"], row["code"]): (row["avant"], row["apres"])
        for row in told["indicateurs"]
        if row["indicateur"] == f"part_sans_acces_{TYPE}_transports"
    }
    assert share["commune", "59105"] == pytest.approx((9 / 12, 11 / 12))


def test_places_and_lines_edited_together(atlas: Atlas) -> None:
    closed = atlas.implantations().filter(pl.col("type") == TYPE)["id"][0]
    simulation = attempt(atlas, Fermeture(lieu=closed), DecalageLigne(ligne="L1", minutes=-30))
    names = set(simulation.evaluated.changes()["indicateur"])
    assert f"heures_acces_{TYPE}_voiture" in names or f"duree_{TYPE}" in names
    assert simulation.types == [TYPE]


def test_the_note_and_the_comparison_have_their_table_and_their_map(atlas: Atlas) -> None:
    impact = describe(attempt(atlas, SuppressionLigne(ligne="L2")))
    cadre = CadreNote("Brouillon", "Préfecture", date(2026, 11, 29), ("Supprimer la ligne",))
    blocs = make_note(Lecteur(atlas), impact, cadre).blocs
    tables = {bloc.id: bloc for bloc in blocs if isinstance(bloc, Tableau)}
    # Two carreaux of a hundred people each lose their 50 minutes a week; one of twelve walks.
    (row,) = (line for line in tables[f"heures-{TYPE}"].lignes if line[3].valeur)
    assert row[4].valeur == pytest.approx(50 / 60)
    assert row[5].valeur == pytest.approx(-2 * 50 / 60 / 12)
    figures = [str(line[0]) for line in tables["chiffres"].lignes]
    assert any("sans voiture" in name for name in figures)
    drawn = [bloc for bloc in blocs if isinstance(bloc, Carte)]
    assert bool(drawn) == bool(Lecteur(atlas).contours("commune"))
    own = summarise(impact)
    assert own.heures_gagnees == 0
    assert own.heures_perdues == pytest.approx(row[3].valeur * row[4].valeur)
    nothing = summarise(describe(attempt(atlas)))
    assert nothing.heures_gagnees is None
    table = write_summaries([own, nothing])
    assert table.colonnes[-2:] == ("Heures gagnées", "Heures perdues")
    assert [str(line[-1]) for line in table.lignes][1] == "—"
    assert len(write_summaries([nothing]).colonnes) == len(table.colonnes) - 2
