"""Several years of a schema together: the mid-term revision, or the evaluation once it ends.

Made of the bilans of each year, frozen or not, and set against the schema before when one is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.bilan.contenu import ChiffreDuBilan, Contenu, MesureDuBilan
from maillage.sdaasp.bilan.precedent import FigurePrecedente, SchemaPrecedent


@dataclass(frozen=True, slots=True, kw_only=True)
class AnneeEvaluee:
    """The bilan of one year; ``empreinte`` once it is frozen, empty before: its figures may still move."""

    contenu: Contenu
    empreinte: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSchema:
    """The years of a schema, in order, and the schema before (null when it is not known).

    ``aujourdhui``: the counts of an atlas that are of the same things as figures of the schema before.
    """

    annees: tuple[AnneeEvaluee, ...]
    precedent: SchemaPrecedent | None = None
    aujourdhui: tuple[ChiffreDuBilan, ...] = ()

    @property
    def derniere(self) -> Contenu:
        """The last year told."""
        return self.annees[-1].contenu

    @property
    def titre(self) -> str:
        """What it is: the evaluation from the schema's last year on, a revision before."""
        last = self.derniere
        return "Évaluation du schéma" if last.annee >= last.fin else "Bilan à mi-parcours"

    @property
    def non_figees(self) -> tuple[int, ...]:
        """Years whose bilan is not frozen."""
        return tuple(one.contenu.annee for one in self.annees if not one.empreinte)

    def list_values(self, indicateur: str) -> tuple[MesureDuBilan | None, ...]:
        """An indicator in each year; null where that year's bilan does not have it."""
        return tuple(
            next((m for m in one.contenu.mesures if m.cle == indicateur), None) for one in self.annees
        )

    def find_today(self, figure: FigurePrecedente) -> ChiffreDuBilan | None:
        """The count of today beside a figure of the schema before; null where no atlas knows it."""
        counts = (one for one in self.aujourdhui if one.chiffre.indicateur == figure.indicateur)
        return next(counts, None) if figure.indicateur else None


def list_years(debut: int, fin: int, jusqu_a: int) -> range:
    """The years of a schema told in one that ends at ``jusqu_a``.

    Raises:
        EntreeInvalide: the schema has not begun by then.

    >>> list(list_years(2025, 2030, 2027)), list_years(2025, 2030, 2033)[-1]
    ([2025, 2026, 2027], 2030)
    """
    if jusqu_a < debut:
        raise EntreeInvalide(f"Le schéma commence en {debut} : il n’y a rien à évaluer en {jusqu_a}.")
    return range(debut, min(jusqu_a, fin) + 1)


def make_evaluation(
    annees: Sequence[AnneeEvaluee],
    precedent: SchemaPrecedent | None,
    aujourdhui: Sequence[ChiffreDuBilan] = (),
) -> EvaluationSchema:
    """The years, in order."""
    return EvaluationSchema(
        annees=tuple(sorted(annees, key=lambda one: one.contenu.annee)),
        precedent=precedent,
        aujourdhui=tuple(aujourdhui),
    )
