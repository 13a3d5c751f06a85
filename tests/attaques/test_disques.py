"""One runs a command on a full, closed or read-only disk: it says so in words and leaves with code 1."""

import errno

import pytest

from maillage import cli


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "plus de place sur le disque"),
        (errno.EDQUOT, "plus de place sur le disque"),
        (errno.EROFS, "lecture seule"),
        (errno.EACCES, "refusé"),
    ],
)
def test_what_the_disk_refuses_is_said(monkeypatch, capsys, code, said):
    def refuse(**_: object) -> None:
        raise OSError(code, "refused", "rapport.pdf")

    monkeypatch.setattr(cli.maillage, "main", refuse)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1
    assert said in capsys.readouterr().err
