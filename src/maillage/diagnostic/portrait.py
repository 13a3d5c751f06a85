"""A short portrait in words, which says only what the figures support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from maillage.catalogue.lecture import read_toml
from maillage.diagnostic.phrases import DECIMALES, enumerate_words, format_figure, lower_first
from maillage.francais import accord, se_distinguent


@dataclass(frozen=True)
class ConstatPortrait:
    """A figure, the département's, and what is known of it.

    ``sens``: whether ``plus`` or ``moins`` is better. ``bas``, ``haut``: its interval, NaN when it has none.
    """

    nom: str
    valeur: float
    reference: float
    unite: str
    sens: Literal["plus", "moins", "neutre"]
    millesime: str
    estime: bool = False
    bas: float = float("nan")
    haut: float = float("nan")
    decimales: int = 0

    @property
    def gap(self) -> float:
        """Relative gap to the département, positive when better; 0 when it cannot be said.

        A gap that the interval does not exclude, or that rounding hides, is not one.
        """
        if self.sens == "neutre" or not (isfinite(self.valeur) and isfinite(self.reference)):
            return 0.0
        if self.reference == 0 or self.bas <= self.reference <= self.haut:
            return 0.0
        if not se_distinguent(
            self.valeur, self.reference, self.unite, DECIMALES.get(self.unite, self.decimales)
        ):
            return 0.0
        gap = (self.valeur - self.reference) / abs(self.reference)
        return gap if self.sens == "plus" else -gap

    def describe(self) -> str:
        """« nom, valeur contre référence dans le département (millésime) », estimates said so."""
        value = format_figure(self.valeur, self.unite, self.decimales)
        reference = format_figure(self.reference, self.unite, self.decimales)
        estimate = ", estimation" if self.estime else ""
        name = lower_first(self.nom)
        return f"{name}, {value} contre {reference} dans le département ({self.millesime}{estimate})"


def write_portrait(nom: str, population: float, constats: Sequence[ConstatPortrait], most: int = 2) -> str:
    r"""A few sentences: people, clearest gaps against and in favour, and what is not known.

    A gap is worth saying from (≥) a share of the département's figure (catalogue), when the figure's interval
    excludes it.

    >>> far = ConstatPortrait("Durée d'accès au panier", 500.0, 240.0, "s", "moins", "2021", estime=True)
    >>> print(write_portrait("Cassel", 2270.0, [far]).replace("\u202f", " ").replace("\xa0", " "))
    Cassel compte 2 270 habitants.
    Moins favorable que le département : durée d'accès au panier, 8,3 min contre 4,0 min dans le
    département (2021, estimation).
    """
    least = read_toml("typologie.toml")["portrait"]["ecart_net"]
    clear = sorted((c for c in constats if abs(c.gap) >= least), key=lambda c: (c.gap, c.nom))
    worse = [c.describe() for c in clear if c.gap < 0][:most]
    better = [c.describe() for c in reversed(clear) if c.gap > 0][:most]
    unknown = [lower_first(c.nom) for c in constats if not isfinite(c.valeur)]
    sentences = [f"{nom} compte {accord(population, 'habitant')}."]
    if worse:
        sentences.append(f"Moins favorable que le département : {' ; '.join(worse)}.")
    if better:
        sentences.append(f"Plus favorable que le département : {' ; '.join(better)}.")
    if not (worse or better):
        sentences.append("Aucun chiffre connu ne s'écarte nettement de celui du département.")
    if unknown:
        sentences.append(f"Non renseigné : {enumerate_words(unknown)}.")
    return " ".join(sentences)
