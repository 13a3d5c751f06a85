"""Ways in: how one gets what a prestation offers, at a counter, by telephone, online, from who comes near.

Each way is said yes, no, or not said (null); what is not said is never a no.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from maillage.annuaire.fiche import Complement, Prestation, Structure

PRESENTIEL, DISTANCE = "en-presentiel", "a-distance"
SE_PRESENTER, TELEPHONER = "se-presenter", "telephoner"
PAR_ECRAN: Final = frozenset({"utiliser-lien-mobilisation", "envoyer-un-courriel"})


class MoyenAcces(StrEnum):
    """A way in."""

    GUICHET = "guichet"
    TELEPHONE = "telephone"
    EN_LIGNE = "en_ligne"
    PASSAGE = "passage"


MOYENS_ACCES: Final = {
    MoyenAcces.GUICHET: "Au guichet",
    MoyenAcces.TELEPHONE: "Par téléphone",
    MoyenAcces.EN_LIGNE: "En ligne",
    MoyenAcces.PASSAGE: "Lors d’un passage près de chez vous",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoyensDits:
    """What is said of each way; ``a_distance``: whether one is received from afar, null when not said."""

    guichet: bool | None = None
    telephone: bool | None = None
    en_ligne: bool | None = None
    passage: bool | None = None
    a_distance: bool | None = None

    def say(self, moyen: MoyenAcces) -> bool | None:
        """Yes, no, or null when not said."""
        said: bool | None = getattr(self, moyen.value)
        return said

    @property
    def dits(self) -> tuple[MoyenAcces, ...]:
        """The ways that are said to be open, in order."""
        return tuple(one for one in MoyenAcces if self.say(one))

    @property
    def sans_ecran_de_loin(self) -> bool:
        """Whether one is received by telephone, without going and without a screen."""
        return bool(self.a_distance and self.telephone)

    @property
    def en_personne(self) -> bool:
        """Whether somebody receives: when passing, or at a counter unless the source says there is none.

        >>> MoyensDits().en_personne, MoyensDits(guichet=False).en_personne
        (True, False)
        """
        return self.guichet is not False or bool(self.passage)

    @property
    def en_ligne_seul(self) -> bool:
        """Whether a screen is said to be the only way: no counter, and neither telephone nor passage told.

        >>> MoyensDits(en_ligne=True, guichet=False).en_ligne_seul, MoyensDits(en_ligne=True).en_ligne_seul
        (True, False)
        """
        return bool(self.en_ligne) and self.guichet is False and not self.telephone and not self.passage


def read_moyens(
    structure: Structure | None, prestation: Prestation | None, known: Complement | None = None
) -> MoyensDits:
    """The ways in of a prestation, or of a structure that tells none.

    A counter: received there, or one comes there; not where the structure only visits. Telephone: it is a
    stated way, or a number is published. Online: a link or a message is a stated way. Passage: it has stops,
    or is said to visit. A way that the source states others without is said no, except the telephone when a
    number is published.

    >>> from datetime import date
    >>> one = Prestation(source="x", id="p", nom="Aide", date_maj=date(2026, 1, 1), structure_id="s",
    ...     modes_accueil=("a-distance",), modes_mobilisation=("utiliser-lien-mobilisation",))
    >>> read_moyens(None, one).dits, read_moyens(None, one).en_ligne_seul
    ((<MoyenAcces.EN_LIGNE: 'en_ligne'>,), True)
    >>> home = Structure(source="x", id="s", nom="CCAS", date_maj=date(2026, 1, 1), telephone="0000000000")
    >>> read_moyens(home, one).en_ligne_seul
    False
    """
    both = [one for one in (prestation, structure) if one is not None]
    modes = prestation.modes_accueil if prestation else None
    ways = prestation.modes_mobilisation if prestation else None
    stops = known is not None and bool(known.permanences)
    visits = known.itinerante if known is not None else None
    phone = any(one.telephone for one in both) or TELEPHONER in (ways or ())
    link = prestation is not None and bool(prestation.lien_mobilisation)
    screen = link or not PAR_ECRAN.isdisjoint(ways or ())
    return MoyensDits(
        guichet=_at_a_counter(modes, ways, visits=bool(stops or visits), structure=prestation is None),
        telephone=True if phone else _otherwise(ways),
        en_ligne=True if screen else _otherwise(ways),
        passage=True if stops else visits,
        a_distance=None if modes is None else DISTANCE in modes,
    )


def _at_a_counter(
    modes: tuple[str, ...] | None, ways: tuple[str, ...] | None, *, visits: bool, structure: bool
) -> bool | None:
    if visits:
        return False
    if modes is not None:
        return PRESENTIEL in modes
    return True if structure or SE_PRESENTER in (ways or ()) else None


def _otherwise(ways: tuple[str, ...] | None) -> bool | None:
    """No where other ways are stated, not said where none is."""
    return False if ways else None
