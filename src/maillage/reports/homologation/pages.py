"""The two pages that the file takes up: what threatens and what is done of it, who may open what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.homologation.matiere import ChapitreSecurite, MesureDecrite, ResteSecurite

LIMITES = "Ce qui n'est pas couvert"
LIEN = re.compile(r"\[([^]]*)\]\([^)]*\)")
PREUVE = re.compile(r"`(test_\w+)`")


def read_security(text: str) -> tuple[tuple[ChapitreSecurite, ...], tuple[ResteSecurite, ...]]:
    """The measures of docs/securite.md by chapter, then what it says is not covered.

    Raises:
        EntreeInvalide: it is not that page.
    """
    parts = dict(_split(text, "## "))
    limits = parts.pop(LIMITES, "")
    chapters = [ChapitreSecurite(titre, _read_measures(part)) for titre, part in parts.items()]
    rests = [ResteSecurite(titre, _read_points(part)) for titre, part in _split_bold(limits)]
    if not any(one.mesures for one in chapters) or not rests:
        raise EntreeInvalide("Cette page n’est pas docs/securite.md : ni mesures, ni limites n’y sont lues.")
    return tuple(one for one in chapters if one.mesures), tuple(rests)


def _split(text: str, mark: str) -> list[tuple[str, str]]:
    """(heading, what follows it) of each heading of this level."""
    pieces = re.split(rf"^{re.escape(mark)}(.+)$", text, flags=re.MULTILINE)
    return list(zip((titre.strip() for titre in pieces[1::2]), pieces[2::2], strict=True))


def _split_bold(text: str) -> list[tuple[str, str]]:
    pieces = re.split(r"^\*\*(.+)\*\*$", text, flags=re.MULTILINE)
    return list(zip(pieces[1::2], pieces[2::2], strict=True))


def _read_measures(part: str) -> tuple[MesureDecrite, ...]:
    rows = [_cells(line) for line in part.splitlines() if line.startswith("| ")]
    return tuple(
        MesureDecrite(_plain(row[0]), _plain(row[1]), tuple(PREUVE.findall(row[2])))
        for row in rows
        if row[0] != "menace"
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _read_points(part: str) -> tuple[str, ...]:
    """Each point of a list, its lines put together."""
    points = re.split(r"^\* ", part, flags=re.MULTILINE)[1:]
    return tuple(_plain(" ".join(point.split())) for point in points)


def _plain(text: str) -> str:
    """Words without the marks of Markdown.

    >>> _plain("lire [les licences](x.md) par `make sbom`, **ici**")
    'lire les licences par make sbom, ici'
    """
    return LIEN.sub(r"\1", text).replace("`", "").replace("**", "")


def count_rights(text: str) -> dict[str, tuple[int, int]]:
    """Column of docs/permissions.md → addresses that it opens, and that it writes to.

    Raises:
        EntreeInvalide: it is not that page.
    """
    lus, ecrits, heads = Counter[str](), Counter[str](), list[str]()
    for cells in (_cells(line) for line in text.splitlines() if line.startswith("| ")):
        if cells[0] == "vue":
            heads = cells
        elif "méthode" in heads:
            told = dict(zip(heads, cells, strict=True))
            kept = lus if told["méthode"] == "GET" else ecrits
            kept.update(_open(told.items()))
    if not lus:
        raise EntreeInvalide("Cette page n’est pas docs/permissions.md : aucun droit n’y est lu.")
    return {name: (lus[name], ecrits[name]) for name in {*lus, *ecrits}}


def _open(cells: Iterable[tuple[str, str]]) -> list[str]:
    return [name for name, answer in cells if answer == "oui"]
