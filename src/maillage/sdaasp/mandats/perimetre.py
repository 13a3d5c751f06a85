"""What a mandate covers: a pure rule, without the database.

A mandate names a theme, a territory and a dimension, or leaves each open. It covers an object when every name
it gives is among the object's own; an open name covers all. A mandate on a territory therefore never covers
an object of the whole département.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Perimetre:
    """What an object bears on. ``territoires``: ``niveau:code`` of its own and of all that hold it."""

    themes: frozenset[str] = frozenset()
    territoires: frozenset[str] = frozenset()
    dimensions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Portee:
    """What one mandate names (empty: open), and between which dates (both included; null: open)."""

    theme: str = ""
    territoire: str = ""
    dimension: str = ""
    debut: date | None = None
    fin: date | None = None

    def en_cours(self, jour: date) -> bool:
        """Whether the mandate runs on this day, bounds included.

        >>> Portee(debut=date(2026, 1, 1), fin=date(2026, 6, 30)).en_cours(date(2026, 6, 30))
        True
        """
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)

    def couvre(self, perimetre: Perimetre) -> bool:
        """Whether the mandate covers an object.

        >>> douai = Portee(territoire="arrondissement:593")
        >>> douai.couvre(Perimetre(territoires=frozenset({"commune:59178", "arrondissement:593"})))
        True
        >>> douai.couvre(Perimetre(territoires=frozenset({"arrondissement:591"}))), douai.couvre(Perimetre())
        (False, False)
        """
        pairs = (
            (self.theme, perimetre.themes),
            (self.territoire, perimetre.territoires),
            (self.dimension, perimetre.dimensions),
        )
        return all(not named or named in held for named, held in pairs)

    def touche(self, perimetre: Perimetre) -> bool:
        """Whether the mandate and the object have something in common: no name sets them apart.

        Unlike ``couvre``, an object of the whole département is touched by a mandate on any territory of it.

        >>> douai = Portee(theme="sante", territoire="arrondissement:593")
        >>> whole, lille = Perimetre(), Perimetre(territoires=frozenset({"arrondissement:595"}))
        >>> douai.touche(whole), douai.couvre(whole), douai.touche(lille)
        (True, False, False)
        """
        pairs = (
            (self.theme, perimetre.themes),
            (self.territoire, perimetre.territoires),
            (self.dimension, perimetre.dimensions),
        )
        return all(not named or not held or named in held for named, held in pairs)

    def contient(self, autre: Portee) -> bool:
        """Whether all that ``autre`` covers is covered: each name is the same, or open here.

        Two territories one inside the other are different names: what a commune is part of is not known here.

        >>> Portee().contient(Portee("sante")), Portee("sante").contient(Portee())
        (True, False)
        """
        pairs = (
            (self.theme, autre.theme),
            (self.territoire, autre.territoire),
            (self.dimension, autre.dimension),
        )
        return all(not mine or mine == other for mine, other in pairs)
