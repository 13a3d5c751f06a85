"""Many départements: tasks of workers that may die, the same bytes as one by one, only what changed."""

import os
import re
import signal
from functools import partial
from pathlib import Path
from types import ModuleType

import dask
import polars as pl
import psutil
import pytest
from click.testing import CliRunner

from maillage.atlas.construction.build import build
from maillage.atlas.construction.distribution import Certificats, Moyens, open_client, run_each
from maillage.atlas.construction.france import (
    Annonce,
    AtlasAConstruire,
    build_france,
    build_one,
    choose,
    prepare,
    survey_sources,
)
from maillage.atlas.construction.parametres import Parametres, default_relief
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.atlas import atlas as command

CODES = ["38", "59"]
ICI = Moyens(travailleurs=2)


def choices(code: str) -> Parametres:
    return Parametres(relief=default_relief(code), tuiles=False)


def read_all(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "journal.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def national(mondes: ModuleType, tmp_path: Path) -> Path:
    """National files of two départements side by side, whose grid does not say whose its cells are.

    A third one, La Réunion, is in the list of communes only.
    """
    folder = tmp_path / "donnees"
    folder.mkdir()
    away = mondes.AILLEURS
    beside = mondes.Monde("59", "32", 5.6, 45.2, away.arrondissements, away.communes, away.epci)
    both = [mondes.MONDES["38"], beside]
    mondes.write_cog(folder, [*both, mondes.MONDES["974"]])
    mondes.write_outlines(folder / "communes.geojson", both)
    mondes.write_bpe(folder / "bpe2013.csv", both)
    mondes.write_france_services(folder / "france_services.csv", both)
    mondes.write_cells(folder / "carreaux.parquet", both)
    grid = pl.read_parquet(folder / "carreaux.parquet")
    grid.drop("dans_departement").write_parquet(folder / "carreaux.parquet")
    return folder


def ask(national: Path, out: Path) -> list[AtlasAConstruire]:
    plan = survey_sources(national)
    assert (plan.possibles, plan.laisses) == (tuple(CODES), ("974",))
    return prepare(choose(plan, ()), national, out, choices)


@pytest.mark.lent
def test_a_killed_worker_is_replaced_and_each_atlas_has_the_bytes_of_its_own_build(
    national: Path, tmp_path: Path
) -> None:
    asked, heard, killed = ask(national, tmp_path / "france"), [], []

    def tell(annonce: Annonce) -> None:
        heard.append(annonce)
        if annonce.etape == "lieux" and not killed:
            killed.append(annonce)
            os.kill(annonce.pid, signal.SIGKILL)

    assert build_france(asked, ICI, tell) == tuple(CODES)
    again = [one for one in heard if one.etat == "repris"]
    assert [one.departement for one in again] == [killed[0].departement]
    assert again[0].pid != killed[0].pid
    assert sorted(path.name for path in (tmp_path / "france").iterdir()) == [".faits", *CODES]
    for one in asked:
        build(one.departement, national, tmp_path / "un" / one.departement, choices(one.departement))
        assert read_all(one.out) == read_all(tmp_path / "un" / one.departement)
    see_the_border(tmp_path / "france")
    only_what_changed(national, tmp_path / "france")


def see_the_border(out: Path) -> None:
    """The buffer of a département is its neighbour's cells; its places beyond are the neighbour's."""
    north, isere = (open_atlas(out / code) for code in ("59", "38"))
    beyond = set(north.carreaux().filter(~pl.col("dans_departement"))["id"])
    assert beyond
    assert beyond <= set(isere.carreaux().filter("dans_departement")["id"])
    assert set(north.implantations()["code_insee"].str.head(2)) == {"38", "59"}


def only_what_changed(national: Path, out: Path) -> None:
    """A second run makes what is missing or changed; an atlas that it did not make is not its to replace."""
    asked = ["build", "--tous", "--from", str(national), "--out", str(out), "--sans-tuiles", "--sans-cache"]
    asked += ["--travailleurs", "1"]
    again = CliRunner().invoke(command, asked)
    assert "Laissés, faute des contours de toutes leurs communes : 974." in again.output
    assert "Isère (38) : déjà à jour.\nNord (59) : déjà à jour." in again.output
    assert "Atlas : 0 construits, 2 déjà à jour, 0 en échec." in again.output
    (out / ".faits" / "59.json").unlink()
    (out / "38" / "manifest.json").unlink()
    refused = CliRunner().invoke(command, asked)
    assert isinstance(refused.exception, EntreeInvalide)
    said = {faute.fichier: faute.quoi for faute in refused.exception.fautes}
    assert "construit autrement" in said["59"]
    assert "n'est pas vide" in said["38"]
    assert "Isère (38) : en échec. Le dossier" in refused.output
    assert "Atlas : 0 construits, 0 déjà à jour, 2 en échec." in refused.output


def list_listened() -> set[str]:
    """The addresses at which this process and its workers may be joined."""
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    open_ones = (one for process in family for one in process.net_connections("tcp"))
    return {one.laddr.ip for one in open_ones if one.status == psutil.CONN_LISTEN}


@pytest.mark.lent
def test_what_kills_every_worker_is_given_up_and_the_others_are_done(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("mortel", "fragile", "sain")}
    for folder in folders.values():
        folder.mkdir()

    def count_up(folder: Path, deaths: int) -> int:  # inside: sent whole, so that workers import little
        begun = len(list(folder.iterdir()))
        (folder / str(begun)).touch()
        if begun < deaths:
            os.kill(os.getpid(), signal.SIGKILL)
        return begun + 1

    def broken() -> int:
        raise ZeroDivisionError

    deaths = {"mortel": 99, "fragile": 1, "sain": 0}
    jobs = {name: partial(count_up, folders[name], deaths[name]) for name in folders} | {"faux": broken}
    few = {"distributed.scheduler.allowed-failures": 0}
    with dask.config.set(few), open_client(Moyens(travailleurs=1)) as client:
        assert list_listened() == {"127.0.0.1"}
        outcomes = dict(run_each(client, jobs))
    assert (outcomes["fragile"], outcomes["sain"]) == (2, 1)
    assert "même seul" in str(outcomes["mortel"])
    assert "ZeroDivisionError" in str(outcomes["faux"])
    assert len(list(folders["mortel"].iterdir())) == 2


def test_what_is_wrong_is_said_at_once(national: Path, tmp_path: Path) -> None:
    with pytest.raises(EntreeInvalide) as refusal:
        choose(survey_sources(national), ["59", "974", "999"])
    assert [re.findall(r"\d{3}", str(faute)) for faute in refusal.value.fautes] == [["999", "974"], ["974"]]
    with pytest.raises(EntreeInvalide, match="réseaux") as refusal:
        prepare(CODES, national, tmp_path / "out", choices, reseaux=tmp_path)
    assert len(refusal.value.fautes) == 2
    stranger = AtlasAConstruire("59", national, tmp_path / "out", choices("59"), code="autre")
    with pytest.raises(EntreeInvalide, match="même version"):
        build_one(stranger)
    moyens = Moyens("tls://127.0.0.1:9", certificats=Certificats(*[tmp_path / "absent.pem"] * 3))
    with pytest.raises(EntreeInvalide, match="certificats"), open_client(moyens):
        pass


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tous", "--departement", "59"], "un des trois"),
        (["--tous", "--offre", "x.csv"], "un seul département"),
        (["--tous", "--tls", "a", "b", "c"], "accompagne --scheduler"),
        (["--tous", "--scheduler", "tcp://x:1", "--travailleurs", "3"], "cette machine"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: list[str], said: str) -> None:
    answer = CliRunner().invoke(command, ["build", "--from", "d", "--out", "o", *options])
    assert answer.exit_code == 2
    assert said in answer.output
