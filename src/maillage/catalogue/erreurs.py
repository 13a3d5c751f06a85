"""The one way Maillage says that an input is bad: everything wrong, at once, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Faute:
    """One fault: what is wrong, where (file, row counted from 1 with the header, column), and what to do.

    ``departement``: the one that the row speaks of, when it is known; never written.
    """

    quoi: str
    fichier: str | None = None
    ligne: int | None = None
    colonne: str | None = None
    que_faire: str | None = None
    departement: str | None = None

    def __str__(self) -> str:
        """One line of French.

        >>> print(Faute("population négative (-3)", "communes.csv", 12, "population"))
        communes.csv, ligne 12, colonne « population » : population négative (-3)
        """
        where = [
            self.fichier,
            self.ligne and f"ligne {self.ligne}",
            self.colonne and f"colonne « {self.colonne} »",
        ]
        place = ", ".join(str(part) for part in where if part)
        text = f"{place} : {self.quoi}" if place else self.quoi
        return f"{text}. {self.que_faire}" if self.que_faire else text


class EntreeInvalide(Exception):
    """Bad input: the command line prints it and leaves with code 1. ``fautes`` holds every fault found."""

    def __init__(self, message: str, fautes: tuple[Faute, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.fautes = fautes

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  - {faute}" for faute in self.fautes)])
