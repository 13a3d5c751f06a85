"""Reads of conventions: what a structure can do with whom today, those that end, who signs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from maillage.annuaire.conventions import ETATS, EtatConvention
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.reseau.models import ConventionAccueil
from maillage.web.annuaire.reseau.themes import name_themes
from maillage.web.parcours.models import Signataire

TONS = {
    EtatConvention.A_VENIR: "",
    EtatConvention.EN_COURS: "succes",
    EtatConvention.FIN_PROCHE: "attention",
    EtatConvention.FINIE: "",
}


@dataclass(frozen=True)
class ConventionLue:
    """A convention on a day: its state, and its themes in words (none: all)."""

    objet: ConventionAccueil
    etat: EtatConvention
    themes: tuple[str, ...]

    @property
    def etat_dit(self) -> str:
        """Its state in words."""
        return ETATS[self.etat]

    @property
    def ton(self) -> str:
        """The colour of its state."""
        return TONS[self.etat]

    @property
    def court(self) -> bool:
        """Whether it holds on that day."""
        return self.etat in {EtatConvention.EN_COURS, EtatConvention.FIN_PROCHE}


def read_conventions(
    rows: Iterable[ConventionAccueil], jour: date, themes: dict[str, str]
) -> list[ConventionLue]:
    """Conventions on a day, those that hold first, then those to come, then those that ended."""
    order = (EtatConvention.FIN_PROCHE, EtatConvention.EN_COURS, EtatConvention.A_VENIR, EtatConvention.FINIE)
    found = [
        ConventionLue(row, row.find_etat(jour), tuple(themes.get(key, key) for key in row.themes))
        for row in rows
    ]
    return sorted(found, key=lambda one: (order.index(one.etat), one.objet.partenaire, one.objet.pk))


def list_of(structure: int | None) -> list[ConventionAccueil]:
    """Those of a structure, by the key of its record: 1 query."""
    if structure is None:
        return []
    held = ConventionAccueil.objects.filter(structure=structure)
    return list(held.select_related("structure", "fiche_partenaire"))


def read_of(fiche: FicheTenue, structure: FicheTenue | None) -> list[ConventionLue]:
    """What the record of a structure, or of one of its prestations, says it can do with whom: 1 query.

    The themes are asked only when there is something to say.
    """
    rows = list_of((structure or fiche).pk)
    return read_conventions(rows, timezone.localdate(), name_themes()) if rows else []


def list_all() -> list[ConventionAccueil]:
    """All of them: 1 query."""
    return list(ConventionAccueil.objects.select_related("structure", "fiche_partenaire"))


def list_of_schema() -> list[str]:
    """The names of the conventions of the legal course."""
    named = Signataire.objects.exclude(convention="").order_by("convention")
    return list(named.values_list("convention", flat=True).distinct())


def list_signatories(convention: str) -> list[Signataire]:
    """Who signs a convention of the legal course, with their commitments; none without a name."""
    return list(Signataire.objects.filter(convention=convention)) if convention else []
