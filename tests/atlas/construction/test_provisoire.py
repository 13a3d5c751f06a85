"""A folder left by a killed process goes at the next start; one being made, or set aside, never does."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maillage.atlas.construction.ecriture import check_destination, whole_folder
from maillage.atlas.construction.provisoire import is_held, name_aside, temporary_folder
from maillage.catalogue.erreurs import EntreeInvalide

MAKER = """
import sys
from pathlib import Path
from maillage.atlas.construction.ecriture import whole_folder
with whole_folder(Path(sys.argv[1])) as folder:
    (folder / "table.parquet").write_text("half")
    print(folder, flush=True)
    sys.stdin.read()
"""


@contextmanager
def making(out: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process in the middle of making ``out``, and its temporary folder."""
    with subprocess.Popen(
        [sys.executable, "-c", MAKER, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def finish(out: Path) -> None:
    """Make ``out`` here, whole."""
    with whole_folder(out) as folder:
        (folder / "table.parquet").write_text("whole")


def list_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.lent
def test_what_a_killed_process_left_goes_at_the_next_start(tmp_path: Path) -> None:
    with making(tmp_path / "A") as (process, temporary):
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert (temporary / "table.parquet").exists()
    finish(tmp_path / "A")
    assert list_names(tmp_path) == ["A"]


@pytest.mark.lent
def test_what_another_process_is_making_stays(tmp_path: Path) -> None:
    with making(tmp_path / "A") as (process, temporary):
        finish(tmp_path / "A")
        assert (temporary / "table.parquet").read_text() == "half"
        assert is_held(temporary)
        process.kill()
        process.wait()
        assert not is_held(temporary)


def test_only_folders_of_the_same_name_are_swept(tmp_path: Path) -> None:
    (tmp_path / ".B.partiel-x").mkdir()
    (tmp_path / ".A[1].partiel-x").mkdir()
    finish(tmp_path / "A")
    assert list_names(tmp_path) == [".A[1].partiel-x", ".B.partiel-x", "A"]
    finish(tmp_path / "A[1]")
    assert list_names(tmp_path) == [".B.partiel-x", "A", "A[1]"]


@pytest.mark.parametrize("replaced", [False, True])
def test_an_atlas_set_aside_by_a_killed_process_comes_back(tmp_path: Path, *, replaced: bool) -> None:
    """Killed between the two renames, its only copy is the one set aside; after them, it is of no use."""
    temporary = tmp_path / ".A.partiel-x"
    name_aside(temporary).mkdir()
    (name_aside(temporary) / "manifest.json").write_text("old")
    if replaced:
        (tmp_path / "A").mkdir()
        (tmp_path / "A" / "manifest.json").write_text("new")
    else:
        temporary.mkdir()
    with temporary_folder(tmp_path, "A"):
        assert (tmp_path / "A" / "manifest.json").read_text() == ("new" if replaced else "old")
    assert list_names(tmp_path) == ["A"]


def test_an_atlas_that_came_back_is_not_replaced_unasked(tmp_path: Path) -> None:
    """Before anything is computed: the destination is free to the eye, its atlas waits aside."""
    aside = name_aside(tmp_path / ".A.partiel-x")
    aside.mkdir()
    (aside / "manifest.json").write_text("old")
    with pytest.raises(EntreeInvalide, match="n'est pas vide"):
        check_destination(tmp_path / "A", replace=False)
    assert list_names(tmp_path) == ["A"]
    check_destination(tmp_path / "A", replace=True)
    check_destination(tmp_path / "absent" / "A", replace=False)


def test_nothing_is_left_when_making_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "A"):
        raise ZeroDivisionError
    assert list_names(tmp_path) == []
