"""Sentences made from figures: what a value is, how it compares, in plain French."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.web.socle.atlas import Chiffre, Territoire
from maillage.web.socle.formats import FINE, INSECABLE, accord, avec_unite, nombre

if TYPE_CHECKING:
    from maillage.web.territoires.queries import Repere

# Below this relative gap two figures are said to be alike: the words should not claim more than the data.
ECART_NEGLIGEABLE = 0.05


def ecart(ici: Chiffre, ailleurs: Chiffre) -> str:
    """« 5 de plus que », « autant que », « moitié moins »… ; empty when either is unknown.

    >>> from maillage.web.socle.definitions import Definition
    >>> d = Definition("x", "x", unite="min")
    >>> ecart(Chiffre(d, 13.2, None, None, None, None), Chiffre(d, 8.4, None, None, None, None))
    '5\\xa0min de plus'
    """
    if ici.valeur is None or ailleurs.valeur is None:
        return ""
    definition = ici.definition
    gap = _rounded(ici) - _rounded(ailleurs)
    if abs(gap) < 10**-definition.arrondi or abs(gap) <= ECART_NEGLIGEABLE * abs(ailleurs.valeur):
        return "autant"
    unite = "points" if definition.unite == "part" else definition.unite
    value = abs(gap) * 100 if definition.unite == "part" else abs(gap)
    decimales = max(definition.arrondi - 2, 0) if definition.unite == "part" else definition.arrondi
    return f"{avec_unite(value, unite, decimales)} de {'plus' if gap > 0 else 'moins'}"


def _rounded(chiffre: Chiffre) -> float:
    assert chiffre.valeur is not None
    return round(chiffre.valeur, chiffre.definition.arrondi)


def nature(territoire: Territoire) -> str:
    """The line under the name: mesh, people, density class.

    Parts that are unknown are left out.
    """
    parts = [territoire.nature.capitalize()]
    if territoire.population is not None:
        parts[0] += f" de {accord(territoire.population, 'habitant')}"
    if territoire.superficie_km2:
        parts.append(f"{nombre(territoire.superficie_km2)}{INSECABLE}km²")
        if territoire.population is not None:
            parts.append(f"{nombre(territoire.population / territoire.superficie_km2)} habitants par km²")
    if territoire.densite_classe:
        parts.append(str(territoire.densite_classe).lower())
    return " · ".join(parts)


def duree_en_mots(minutes: float) -> str:
    """« 13 minutes », « une minute », « moins d’une minute ».

    >>> duree_en_mots(13.2), duree_en_mots(0.3), duree_en_mots(1.2)
    ('13\\u202fminutes', 'moins d’une minute', 'une minute')
    """
    rounded = round(minutes)
    if rounded == 0:
        return "moins d’une minute"
    return "une minute" if rounded == 1 else f"{rounded}{FINE}minutes"


def fraction(share: float) -> str:
    """A share in words people use; a percentage between them.

    >>> fraction(0.51), fraction(0.2), fraction(0.34), fraction(0.62)
    ('la moitié', 'un sur cinq', 'un tiers', '62\\u202f%')
    """
    words = {
        0.5: "la moitié",
        1 / 3: "un tiers",
        0.25: "un quart",
        0.2: "un sur cinq",
        0.1: "un sur dix",
        2 / 3: "deux tiers",
    }
    for exact, word in words.items():
        if abs(share - exact) <= 0.012:
            return word
    return f"{round(share * 100)}{FINE}%"


def chapeau(territoire: Territoire, reperes: list[Repere]) -> list[tuple[str, bool]]:
    """The sentence a portrait opens with, as (words, whether they stand out); from its first known figure."""
    first = next((r for r in reperes if r.chiffre.connu), None)
    if first is None:
        return [("Aucun temps d’accès n’est connu pour ce territoire dans cet atlas.", False)]
    value = first.chiffre.valeur
    assert value is not None
    figure = (
        duree_en_mots(value)
        if first.chiffre.definition.unite == "min"
        else avec_unite(value, first.chiffre.definition.unite, first.chiffre.definition.arrondi)
    )
    gap = ecart(first.chiffre, first.reference)
    if territoire.niveau == "departement" or not gap:
        compared = ""
    elif gap == "autant":
        compared = ", comme en moyenne dans le département"
    else:
        compared = f", {gap.replace(INSECABLE + 'min', '')} que l’habitant moyen du département"
    return [("Ici, ", False), (figure, True), (f" {first.phrase}{compared}.", False)]
