"""The one reader: what it refuses, what it says of an atlas, whatever the figures."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from maillage.atlas.lecture import lecteur as module
from maillage.atlas.lecture.lecteur import open_lecteur
from maillage.atlas.lecture.ouvert import check_readable, open_atlas, read_build_date
from maillage.catalogue.erreurs import EntreeInvalide

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas


@pytest.fixture
def dossier(petit_atlas: "Atlas", tmp_path: Path) -> Path:
    """A copy of the small atlas, to spoil."""
    return Path(shutil.copytree(petit_atlas.dossier, tmp_path / "atlas"))


def rewrite(dossier: Path, **fields: object) -> None:
    path = dossier / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")


def test_times_keep_their_grade_whatever_the_first_figure_says(dossier: Path) -> None:
    """The first figure in minutes may be imputed: the times of the atlas are no less estimated."""
    path = dossier / "indicateurs" / "departement.parquet"
    wide = pl.read_parquet(path)
    grades = [name for name in wide.columns if name.endswith("_fiabilite")]
    wide.with_columns(pl.lit("impute").alias(name) for name in grades).write_parquet(path)
    assert open_lecteur(dossier).fiabilite_temps == "estime"


def test_times_on_roads_are_observed_and_invented_ones_simulated(dossier: Path) -> None:
    tables = json.loads((dossier / "manifest.json").read_text("utf-8"))["tables"]
    rewrite(dossier, tables=tables | {"reseau/voiture/reseau.json": {}})
    assert open_lecteur(dossier).fiabilite_temps == "observe"
    rewrite(dossier, jeu_essai=True)
    assert open_lecteur(dossier).fiabilite_temps == "simule"


def test_an_atlas_without_times_says_so(dossier: Path) -> None:
    tables = json.loads((dossier / "manifest.json").read_text("utf-8"))["tables"]
    rewrite(dossier, tables={k: v for k, v in tables.items() if not k.startswith("durees/")})
    assert open_lecteur(dossier).fiabilite_temps is None


def test_another_format_is_refused(dossier: Path) -> None:
    rewrite(dossier, format=99)
    with pytest.raises(EntreeInvalide, match="au format 99"):
        open_lecteur(dossier)


def test_a_table_cut_short_is_refused_by_name(dossier: Path) -> None:
    check_readable(open_atlas(dossier))
    path = dossier / "carreaux.parquet"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(EntreeInvalide, match=r"carreaux\.parquet"):
        check_readable(open_atlas(dossier))


def test_a_table_that_is_not_there_is_refused_by_name(dossier: Path) -> None:
    (dossier / "deficits.parquet").unlink()
    with pytest.raises(EntreeInvalide, match=r"deficits\.parquet"):
        check_readable(open_atlas(dossier))


def test_a_journal_that_is_none_is_refused(dossier: Path) -> None:
    (dossier / "journal.json").write_text("[", "utf-8")
    with pytest.raises(EntreeInvalide, match="journal"):
        read_build_date(dossier)


def test_figures_read_by_column_and_by_row_are_the_same(petit_atlas: "Atlas") -> None:
    """Two roads to one figure: a column of a mesh, the row of a territory."""
    lecteur = open_lecteur(petit_atlas.dossier)
    for niveau in ("commune", "departement"):
        code = lecteur.territoires(niveau)[0].code
        row = lecteur.chiffres(niveau, code)
        assert row == [lecteur.chiffre(niveau, code, c.definition.id) for c in row]
        assert any(c.connu for c in row)


def test_what_the_atlas_lacks_is_unknown_never_an_error(petit_atlas: "Atlas") -> None:
    lecteur = open_lecteur(petit_atlas.dossier)
    assert not lecteur.chiffre("commune", "nulle part", "densite").connu
    assert not lecteur.chiffre("commune", lecteur.territoires("commune")[0].code, "aucun").connu
    assert lecteur.territoire("commune", "nulle part") is None
    assert lecteur.deficit("commune", "nulle part") is None
    assert lecteur.implantations("aucun") == ()


def test_a_cell_holds_its_west_and_south_sides(petit_atlas: "Atlas") -> None:
    cells = open_lecteur(petit_atlas.dossier).carreaux()
    assert cells is not None
    x, y, side = cells.x_m[0], cells.y_m[0], cells.taille_m[0]
    assert cells.find(x, y) == cells.ids[0]
    assert cells.find(x + side, y) != cells.ids[0]
    assert cells.find(x, y + side) != cells.ids[0]
    assert cells.find(x - 1e6, y) is None


def test_columns_of_a_mesh_share_their_codes_and_only_some_are_kept(
    petit_atlas: "Atlas", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COLONNES_OCTETS", 1)
    read = open_lecteur(petit_atlas.dossier)
    names = read.indicateurs("commune")[: module.COLONNES_MIN + 1]
    first, *others = [read.colonne("commune", name) for name in names]
    assert all(one.codes is first.codes and one.rang is first.rang for one in others)
    assert read.colonne("commune", names[-1]) is others[-1]
    assert read.colonne("commune", names[0]) is not first
    assert first.rang == {code: row for row, code in enumerate(first.codes)}
