"""What the figures of a territory near the border know of the other side, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from maillage.catalogue.departements import list_countries
from maillage.catalogue.seuils import load_seuils
from maillage.diagnostic.phrases import enumerate_words
from maillage.francais import avec_unite, nombre


@dataclass(frozen=True)
class AuDela:
    """What is known beyond the border of one type of service, ``nom`` as a sentence says it.

    ``voisins``: the places of the neighbouring départements count. ``etranger``: some of those abroad do;
    None where no country is near.
    """

    nom: str
    voisins: bool
    etranger: bool | None


def explain_border(part: float, services: Sequence[AuDela], pays: Sequence[str] = ()) -> tuple[str, ...]:
    r"""Sentences on a territory where a share ``part`` of people live near the border; none when nobody does.

    NaN: nothing is known outside, and that is said. ``pays``: the codes of the countries that touch the
    département.

    >>> near = [AuDela("France services", True, False), AuDela("pharmacie", False, False)]
    >>> people, known, unknown, abroad = explain_border(0.62, near, ["BE"])
    >>> people.replace("\u00a0", " ")
    '62 % des habitants vivent à moins de 5 km d’habitants d’un autre territoire.'
    >>> known, abroad
    ('L’offre des départements voisins compte pour\xa0: France services.',
     'Celle de la Belgique n’est connue pour aucun de ces services.')
    """
    if not isfinite(part):
        return ("On ne sait rien de l’offre ni des habitants au-delà de la limite du département.",)
    if part <= 0 or not services:
        return ()
    limit_m = load_seuils()["frontiere_m"].valeur
    assert isinstance(limit_m, int | float)  # noqa: S101 - the catalogue's own file
    known = [service.nom for service in services if service.voisins]
    unknown = [service.nom for service in services if not service.voisins]
    share, reach = avec_unite(part, "part"), nombre(limit_m / 1000)
    sentences = [
        f"{share} des habitants vivent à moins de {reach}\u00a0km d’habitants d’un autre territoire."
    ]
    if known:
        sentences.append(f"L’offre des départements voisins compte pour\u00a0: {enumerate_words(known)}.")
    if unknown:
        start = "Elle" if known else "L’offre des départements voisins"
        sentences.append(
            f"{start} n’est pas connue pour\u00a0: {enumerate_words(unknown)}\u202f; "
            "ces services peuvent être plus proches que ne le disent ces chiffres."
        )
    return (*sentences, *explain_abroad(services, pays))


def explain_abroad(services: Sequence[AuDela], pays: Sequence[str]) -> tuple[str, ...]:
    """What is known of the countries that touch the département; nothing where none does.

    >>> explain_abroad([AuDela("gare", True, True), AuDela("hôpital", True, False)], ["BE", "LU"])
    ('Celle de la Belgique et du Luxembourg est connue pour\\xa0: gare.',)
    """
    names = enumerate_words([of_country(list_countries()[code]) for code in pays])
    if not names:
        return ()
    known = [service.nom for service in services if service.etranger]
    if not known:
        return (f"Celle {names} n’est connue pour aucun de ces services.",)
    return (f"Celle {names} est connue pour\u00a0: {enumerate_words(known)}.",)


def of_country(name: str) -> str:
    """« de » before a country and its article.

    >>> of_country("la Belgique"), of_country("le Luxembourg"), of_country("Monaco")
    ('de la Belgique', 'du Luxembourg', 'de Monaco')
    """
    return f"du {name.removeprefix('le ')}" if name.startswith("le ") else f"de {name}"
