"""What the extracts of a network are and lack, in French: ages, bounds, holes, what was cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from maillage.catalogue.constantes import read_constant
from maillage.francais import jour, nombre

NATURES = {
    "restriction": ("interdiction de tourner", "interdictions de tourner"),
    "multipolygon": ("surface", "surfaces"),
    "route": ("ligne de bac", "lignes de bac"),
}
NAMED = 5  # communes that are named


def list_lines(etat: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the extracts are."""
    for file in etat["fichiers"]:
        yield "extrait", f"{file['nom']}, {say_size(file['octets'])}, {_say_date(file)}"
        if file["bornes"]:
            west, south, east, north = (f"{side:.5f}".replace(".", ",") for side in file["bornes"])
            who = "en-tête" if file["bornes_dites"] else "ses nœuds : l’en-tête n’en dit pas"
            yield "bornes", f"longitudes {west} à {east}, latitudes {south} à {north} ({who})"
    if len(etat["fichiers"]) > 1 or etat["n_doubles"]:
        yield "fusion", _say_merger(etat["n_doubles"], etat["n_differentes"])
    if coupe := etat["coupe"]:
        kept = _many(coupe["n_gardees"], "voie gardée", "voies gardées")
        beyond = f"dont {nombre(coupe['n_debordent'])} qui débordent, entières"
        marge = f"{coupe['marge_km']:g}".replace(".", ",")
        yield "emprise", f"{coupe['nom']}, et {marge} km autour"
        yield "coupe", f"{kept}, {beyond} ; {nombre(coupe['n_ecartees'])} hors de l’emprise, écartées"


def list_warnings(etat: dict[str, Any], au: date | None = None) -> Iterator[str]:
    """What the extracts lack; how old they are on the day ``au``."""
    dates = sorted({file["date"][:10] for file in etat["fichiers"] if file["date"]})
    if len(dates) > 1:
        spread = f"du {say_day(dates[0])} au {say_day(dates[-1])}"
        yield f"les extraits ne sont pas du même jour ({spread}) : leurs routes peuvent se contredire"
    if any(file["date"] is None for file in etat["fichiers"]):
        yield "un extrait ne dit pas sa date, et aucun de ses objets n’est daté : son âge est inconnu"
    if (
        dates
        and au is not None
        and (age := count_months(date.fromisoformat(dates[0]), au)) > read_constant("age_extrait")
    ):
        yield f"l’extrait a {age} mois au {jour(au)} : les routes ouvertes depuis n’y sont pas"
    yield from _list_holes(etat)
    yield from _list_uncovered(etat)


def _say_merger(doubles: int, different: int) -> str:
    """Ways that several extracts hold."""
    if not doubles:
        return "aucune voie en commun"
    held = f"{_many(doubles, 'voie', 'voies')} en commun, comptée{'' if doubles == 1 else 's'} une fois"
    return f"{held} ; {nombre(different)} en versions différentes, la plus récente gardée"


def _list_holes(etat: dict[str, Any]) -> Iterator[str]:
    holes = etat["trous"]
    if n := holes["n_bord"]:
        ways = _many(n, "voie nomme", "voies nomment")
        yield f"{ways} des nœuds absents, au bord de l’extrait, et s’arrête{'' if n < 2 else 'nt'} là"
    if n := holes["n_dedans"]:
        where = " ; ".join(f"{lon:.5f},{lat:.5f}" for lon, lat in holes["lieux"])
        ways = _many(n, "voie nomme", "voies nomment")
        yield f"{ways} des nœuds absents à l’intérieur de l’extrait, abîmé ou mal coupé (vers {where})"
    if n := holes["n_sans_noeud"]:
        yield f"{_many(n, 'voie n’a', 'voies n’ont')} aucun nœud dans l’extrait"
    for nature, n in etat["incompletes"].items():
        yield f"{_many(n, *NATURES[nature])} dont des voies sont absentes de l’extrait"


def _list_uncovered(etat: dict[str, Any]) -> Iterator[str]:
    coupe, communes = etat["coupe"], etat.get("communes")
    share = coupe and coupe["part_bornes"]
    if share is not None and share < 0.9995:
        covered = f"{100 * share:.1f}".replace(".", ",")
        yield f"les bornes de l’extrait ne couvrent que {covered} % de l’emprise, marge comprise"
    if communes and communes["sans_route"]:
        named = communes["sans_route"]
        n = f"{_many(len(named), 'commune', 'communes')} sur {nombre(communes['n'])}"
        which = ", ".join(named[:NAMED]) + (", …" if len(named) > NAMED else "")
        yield f"{n} sans aucune route dans l’extrait ({which}) : il ne couvre pas tout le territoire"


def count_months(then: date, now: date) -> int:
    """Whole months from one day to another.

    >>> count_months(date(2024, 3, 15), date(2025, 3, 14)), count_months(date(2024, 3, 15), date(2025, 3, 15))
    (11, 12)
    """
    return 12 * (now.year - then.year) + now.month - then.month - (now.day < then.day)


def say_size(octets: int) -> str:
    """A file's weight.

    >>> say_size(565390), say_size(210_400_000), say_size(900)
    ('0,6 Mo', '210 Mo', '1 ko')
    """
    if octets < 100_000:
        return f"{max(round(octets / 1000), 1)} ko"
    return f"{octets / 1e6:.0f} Mo" if octets >= 10_000_000 else f"{octets / 1e6:.1f} Mo".replace(".", ",")


def say_day(written: str) -> str:
    """A day in words; a vintage that names no day, as it is.

    >>> say_day("2025-03-01"), say_day("2024"), say_day("non daté")
    ('1er mars 2025', '2024', 'non daté')
    """
    try:
        return jour(date.fromisoformat(written))
    except ValueError:
        return written


def _say_date(file: dict[str, Any]) -> str:
    if not file["date"]:
        return "sans date"
    said = "" if file["date_dite"] else ", date de son objet le plus récent : l’en-tête n’en dit pas"
    return f"données du {say_day(file['date'][:10])}{said}"


def _many(n: int, one: str, several: str) -> str:
    return f"{nombre(n)} {one if n < 2 else several}"
