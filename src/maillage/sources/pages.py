"""One sheet of a workbook as it is being read, and how it goes from a child process to its parent."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from openpyxl.utils import get_column_letter

from maillage.catalogue.erreurs import Faute
from maillage.catalogue.limites import read_limit
from maillage.sdaasp.programme.classeur import Cellule
from maillage.sources.poids import tell_heavy


@dataclass
class Page:
    """One sheet as it is being read: its rows from the first, the faults found by row and column."""

    nom: str
    masquee: bool = False
    lignes: list[list[Cellule]] = field(default_factory=list)
    fautes: list[Faute] = field(default_factory=list)
    lettres: int = field(default=0, compare=False)

    def fault(self, text: str, row: int, column: int) -> None:
        """One cell whose value cannot be known."""
        advice = "Corrigez la formule, ou collez la valeur à sa place."
        self.fautes.append(Faute(text, f"feuille {self.nom}", row, get_column_letter(column), advice))

    def count(self, letters: int) -> None:
        """Letters held, repeats included; raises when the sheet would weigh too much once written out."""
        self.lettres += letters
        if self.lettres > (most := read_limit("classeur", "textes")):
            tell_heavy(f"plus de {most} caractères une fois ouverte", f"feuille {self.nom}")


def to_plain(page: Page) -> dict[str, Any]:
    """A sheet in JSON's own kinds; a day is ``{"jour": "2026-01-31"}``."""
    rows = [[write_cell(cell) for cell in row] for row in page.lignes]
    return {
        "nom": page.nom,
        "masquee": page.masquee,
        "lignes": rows,
        "fautes": [asdict(faute) for faute in page.fautes],
    }


def from_plain(held: dict[str, Any]) -> Page:
    """The sheet that :func:`to_plain` wrote."""
    rows = [
        [date.fromisoformat(cell["jour"]) if isinstance(cell, dict) else cell for cell in row]
        for row in held["lignes"]
    ]
    return Page(held["nom"], held["masquee"], rows, [Faute(**faute) for faute in held["fautes"]])


def write_cell(cell: Cellule) -> Any:
    """A cell in JSON's own kinds."""
    return {"jour": cell.isoformat()} if isinstance(cell, date) else cell
