"""The command: files, and bad input said in French."""

import sys
from pathlib import Path

import pytest

from maillage.atlas.lecture.ouvert import Atlas
from maillage.cli import main


def run(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    monkeypatch.setattr(sys, "argv", ["maillage", *args])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


def test_report_is_written(petit_atlas: Atlas, tmp_path: Path, monkeypatch, capsys) -> None:
    assert run(monkeypatch, "diagnostic", str(petit_atlas.dossier), "--out", str(tmp_path / "d")) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_what_is_not_an_atlas_leaves_nothing(tmp_path: Path, monkeypatch, capsys) -> None:
    assert run(monkeypatch, "diagnostic", str(tmp_path), "--out", str(tmp_path / "d")) == 1
    assert capsys.readouterr().err
    assert not (tmp_path / "d").exists()


def test_file_in_the_way_is_refused(petit_atlas: Atlas, tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "d").write_text("")
    assert run(monkeypatch, "diagnostic", str(petit_atlas.dossier), "--out", str(tmp_path / "d")) == 1
    assert "n'est pas un dossier" in capsys.readouterr().err


def test_out_is_asked_for(petit_atlas: Atlas, monkeypatch) -> None:
    assert run(monkeypatch, "diagnostic", str(petit_atlas.dossier)) == 2
