"""Sentences made from figures: what a value is, how it compares, in plain French."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.deficits import Deficit
from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import FINE, INSECABLE, accord, avec_unite, majuscule, nombre, se_distinguent
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import selection

if TYPE_CHECKING:
    from maillage.web.territoires.queries import Proche, Repere

# One territory of each mesh, as a sentence names it.
UN = MappingProxyType(
    {
        "commune": "une commune",
        "epci": "une intercommunalité",
        "canton": "un canton",
        "bassin_vie": "un bassin de vie",
        "arrondissement": "un arrondissement",
        "departement": "un département",
        "zone": "une zone",
    }
)
# Below this relative gap two figures are said to be alike: the words should not claim more than the data.
ECART_NEGLIGEABLE = 0.05


def ecart(ici: Chiffre, ailleurs: Chiffre) -> str:
    """« 5 min de plus », « 3 points de moins », « autant » ; empty when either is unknown.

    Figures are compared as the atlas holds them, the gap is rounded afterwards. « Autant » below (<) one unit
    of what is shown, where rounding alone could make a gap, and up to (≤) a twentieth of the other figure.

    >>> from maillage.atlas.lecture.definitions import Definition
    >>> d = Definition("x", "x", unite="min")
    >>> ecart(Chiffre(d, 13.2, None, None, None, None), Chiffre(d, 8.4, None, None, None, None))
    '5\\xa0min de plus'
    """
    if ici.valeur is None or ailleurs.valeur is None:
        return ""
    d = ici.definition
    gap = ici.valeur - ailleurs.valeur
    told = se_distinguent(ici.valeur, ailleurs.valeur, d.unite, d.arrondi)
    if not told or abs(gap) <= ECART_NEGLIGEABLE * abs(ailleurs.valeur):
        return "autant"
    value, unite, decimales = abs(gap), d.unite, d.arrondi
    if d.unite == "part":
        value, decimales = value * 100, max(d.arrondi - 2, 0)
        unite = "point" if round(value, decimales) < 2 else "points"
    return f"{avec_unite(value, unite, decimales)} de {'plus' if gap > 0 else 'moins'}"


def nature(territoire: Territoire) -> str:
    """The line under the name: mesh, people, density class.

    Parts that are unknown are left out.
    """
    parts = [majuscule(territoire.nature)]
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


def ordinal(rank: int, *, feminin: bool = False) -> str:
    """« 1er », « 1re », « 2e ».

    >>> ordinal(1), ordinal(1, feminin=True), ordinal(12)
    ('1er', '1re', '12e')
    """
    return f"{rank}{'e' if rank > 1 else 're' if feminin else 'er'}"


def rang(territoire: Territoire, deficit: Deficit, retenus: int) -> str:
    """Its place in the list of those kept; empty outside the list. Near the border it has none: said so."""
    if not deficit.en_deficit:
        return ""
    if deficit.rang is None:
        return (
            "Sans rang : trop d’habitants y vivent près de la limite du département, "
            "où l’offre voisine est mal connue."
        )
    ending = ("e" if UN[territoire.niveau].startswith("une ") else "") + ("s" if retenus > 1 else "")
    return f"Priorité {deficit.rang} sur {accord(retenus, territoire.nature)} classé{ending}."


def ouverture_departement(atlas: AtlasOuvert, here: Territoire) -> list[tuple[str, bool]]:
    """The sentence of the home page on the département, as (words, whether they stand out)."""
    time = atlas.reference("duree_france_services")
    basket, beyond = atlas.reference("duree_panier_quotidien"), atlas.reference("part_panier_plus_7min")
    words: list[tuple[str, bool]] = []
    if basket.valeur is not None:
        words += [("En moyenne, un service du quotidien est à ", False), (duree_en_mots(basket.valeur), True)]
        words += [(f" de voiture{_annee(basket)}", False)]
        if time.valeur is not None:
            words += [
                (", un France services à ", False),
                (duree_en_mots(time.valeur), True),
                (_annee(time), False),
            ]
        words += [(". ", False)]
    if beyond.valeur is not None and here.population:
        people = round(here.population * beyond.valeur, -3)
        words += [("Mais ", False), (f"{nombre(people)}{INSECABLE}personnes", True)]
        words += [(f" vivent à plus de 7 minutes des services de tous les jours{_annee(beyond)}.", False)]
    return words


def _annee(chiffre: Chiffre) -> str:
    """The vintage of an old figure, as a sentence carries it; empty when it is recent."""
    return f" ({chiffre.definition.annee})" if chiffre.definition.annee else ""


def chapeau(territoire: Territoire, reperes: list[Repere], proches: list[Proche]) -> list[tuple[str, bool]]:
    """The words a portrait opens with, as (words, whether they stand out)."""
    first = next((r for r in reperes if r.chiffre.connu), None)
    if first is None:
        return [("Aucun temps d’accès n’est connu pour ce territoire dans cet atlas.", False)]
    words = _ouverture(first)
    compared = _comparaison(territoire, first)
    return [*words[:-1], (f"{words[-1][0]}{compared}.{_pres_et_loin(proches)}", False)]


def _ouverture(repere: Repere) -> list[tuple[str, bool]]:
    value, definition = repere.chiffre.valeur, repere.chiffre.definition
    assert value is not None
    if definition.est_duree:
        place = selection.article(definition)
        return [
            ("Ici, il faut ", False),
            (duree_en_mots(value), True),
            (f" en voiture pour atteindre {place}", False),
        ]
    figure = avec_unite(value, definition.unite, definition.arrondi)
    return [("Ici, ", False), (figure, True), (f" {repere.phrase}", False)]


def _comparaison(territoire: Territoire, repere: Repere) -> str:
    gap = ecart(repere.chiffre, repere.reference)
    if territoire.niveau == "departement":
        return " en moyenne"
    if not gap:
        return ""
    if gap == "autant":
        return ", comme en moyenne dans le département"
    return f", {gap.replace(INSECABLE + 'min', '')} que l’habitant moyen du département"


# What « près » and « loin » mean in the opening words, in minutes (≤ and >).
PRES_MIN, LOIN_MIN = 5, 10


def _pres_et_loin(proches: list[Proche]) -> str:
    known = [p.chiffre.valeur for p in proches if p.chiffre.valeur is not None]
    if len(known) < 5:
        return ""
    near, far = sum(v <= PRES_MIN for v in known), sum(v > LOIN_MIN for v in known)
    return (
        f" Sur {len(known)} services courants, {near or 'aucun'} {'sont' if near > 1 else 'est'}"
        f" à {PRES_MIN} minutes"
        f" ou moins, et {far or 'aucun'} à plus de {LOIN_MIN}."
    )


TEMPS = {"estime": "Temps estimés.", "simule": "Temps simulés."}


def tell_times(atlas: AtlasOuvert) -> str:
    """That travel times were not measured on roads; empty when they were, or when there are none."""
    return TEMPS.get(atlas.fiabilite_temps or "", "")
