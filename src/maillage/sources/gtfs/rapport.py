"""What a feed does wrong, in the words of the field: every fault, by rule, file and row."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.gtfs import Gravite, Suite, list_rules

EXEMPLES = 50  # rows told by rule and file; the number of the others is said


@dataclass(frozen=True)
class Signalement:
    """One remark on a feed: the rule, its gravity, what follows, where; ``nombre`` rows alike in all."""

    code: str
    gravite: Gravite
    suite: Suite
    fichier: str
    quoi: str
    ligne: int | None = None
    colonne: str | None = None
    nombre: int = 1

    def __str__(self) -> str:
        """One line of French.

        >>> print(Signalement("unused_trip", "WARNING", "ecarte", "trips.txt", "course sans passage", 3))
        WARNING unused_trip : trips.txt, ligne 3 : course sans passage
        """
        return f"{self.gravite} {self.code} : {Faute(self.quoi, self.fichier, self.ligne, self.colonne)}"


@dataclass
class RemarquesGtfs:
    """Collects the remarks on one feed; ``refuse`` raises once with all that forbids reading it."""

    flux: str
    signalements: list[Signalement] = field(default_factory=list)

    def say(
        self,
        code: str,
        fichier: str,
        valeur: object = None,
        ligne: int | None = None,
        colonne: str | None = None,
        nombre: int = 1,
    ) -> None:
        """One remark; ``valeur`` fills the rule's sentence."""
        rule = list_rules()[code]
        quoi = rule.quoi.format(valeur)
        self.signalements.append(
            Signalement(code, rule.gravite, rule.suite, fichier, quoi, ligne, colonne, nombre)
        )

    def say_rows(self, code: str, fichier: str, rows: pl.DataFrame, colonne: str) -> None:
        """A remark for each row (``_ligne``, and ``colonne`` for the value); the first ones are told."""
        for ligne, valeur in rows.select("_ligne", colonne).head(EXEMPLES).iter_rows():
            self.say(code, fichier, "vide" if valeur is None else valeur, ligne, colonne)
        if others := max(rows.height - EXEMPLES, 0):
            last = self.signalements.pop()
            quoi = f"{last.quoi} (et {others} autres lignes de même)"
            self.signalements.append(replace(last, quoi=quoi, nombre=others + 1))

    def refuse(self) -> None:
        """Raise when something forbids reading the feed.

        Raises:
            EntreeInvalide: with every such fault.
        """
        fatal = [s for s in self.signalements if s.suite == "refuse"]
        if fatal:
            fautes = tuple(
                Faute(f"{s.code} : {s.quoi}", s.fichier, s.ligne, s.colonne, list_rules()[s.code].que_faire)
                for s in fatal
            )
            raise EntreeInvalide(f"Le flux {self.flux} ne peut pas être lu.", fautes)
