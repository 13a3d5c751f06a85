"""What lasts says what it is doing: on stderr, a line a stage where nobody watches, nothing when asked."""

import os
import stat
from pathlib import Path

import pytest

from maillage.atlas.construction.ecriture import whole_file, write_file
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.avancement import TerminalProgress, step


def test_one_line_a_stage_where_it_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with TerminalProgress({"offre": "Offre de services"}) as suivi:
        for share in (0.0, 0.5, 1.0):
            suivi.progress("offre", share)
        suivi.count("Mise en forme", 3, 10)
        suivi.count("Mise en forme", None, None)
    said = capsys.readouterr()
    assert (said.out, said.err.splitlines()) == ("", ["Offre de services…", "Mise en forme…"])


def test_nothing_is_said_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with step("Copie", lines=False), TerminalProgress(quiet=True):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_pipe_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube")
    (tmp_path / "lien").symlink_to("tube")
    for name in ("tube", "lien"):
        with pytest.raises(EntreeInvalide, match="pas un fichier"):
            write_file(tmp_path / name, b"x")
    assert stat.S_ISFIFO((tmp_path / "tube").stat().st_mode)
    assert (tmp_path / "lien").is_symlink()


def test_a_link_keeps_leading_to_the_file_written(tmp_path: Path) -> None:
    (tmp_path / "vrai.csv").write_bytes(b"ancien")
    (tmp_path / "lien.csv").symlink_to("vrai.csv")
    write_file(tmp_path / "lien.csv", b"nouveau")
    assert (tmp_path / "lien.csv").is_symlink()
    assert (tmp_path / "vrai.csv").read_bytes() == b"nouveau"


def test_a_failed_write_leaves_neither_file_nor_folders(tmp_path: Path) -> None:
    (tmp_path / "ancien.csv").write_bytes(b"ancien")
    for place in ("ancien.csv", "a/b/nouveau.csv"):
        with pytest.raises(EntreeInvalide, match="plus de place"):
            fail(tmp_path / place)
    assert [path.name for path in tmp_path.rglob("*")] == ["ancien.csv"]
    assert (tmp_path / "ancien.csv").read_bytes() == b"ancien"


def fail(path: Path) -> None:
    with whole_file(path) as temporary:
        temporary.write_bytes(b"la moit")
        raise OSError(28, "No space left on device")
