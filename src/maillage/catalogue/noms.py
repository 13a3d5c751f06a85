"""Names of places as people and files write them: the one normaliser of readers and of searches."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from maillage.catalogue.communes import list_mergers
from maillage.catalogue.lecture import read_csv

# Municipal arrondissements, whose figures are those of their city (INSEE, Code officiel géographique).
ARRONDISSEMENTS_MUNICIPAUX = {r"^751\d\d$": "75056", r"^132\d\d$": "13055", r"^6938\d$": "69123"}
APOSTROPHES = str.maketrans("’ʼ‘`´", "'''''")
ARTICLE_FINAL = re.compile(r"^(.*)\((le|la|les|l')\s*\)$")
SUR = ((re.compile(r"\bs\s*/\s*s\b"), "sous "), (re.compile(r"\bs\s*/"), "sur "))
CEDEX = re.compile(r"\bcedex\b.*")
ARRONDISSEMENT = re.compile(
    r"^(paris|lyon|marseille) \d{1,2} ?(er|e|eme|nd|nde)?( (arrondissement|arrdt|arrt|ardt|arr))?$"
)
MOTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s": "sur"}


@lru_cache(16384)  # lists are put in order by it, the same words each time
def plier(text: str) -> str:
    """Lower case without accents or ligatures, hyphens and apostrophes as spaces, abbreviations spelt out.

    The final article of an index goes first; CEDEX and the number of a municipal arrondissement are dropped.

    >>> plier("Mœuvres-l’Église"), plier("Condé s/ l'Escaut"), plier("ST-AMAND-LES-EAUX CEDEX 2")
    ('moeuvres l eglise', 'conde sur l escaut', 'saint amand les eaux')
    >>> plier("QUESNOY (LE )"), plier("PARIS 18E ARRONDISSEMENT"), plier("Arrondissement de Douai")
    ('le quesnoy', 'paris', 'arrondissement de douai')
    """
    text = text.casefold().replace("œ", "oe").replace("æ", "ae").translate(APOSTROPHES)
    flat = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    flat = ARTICLE_FINAL.sub(r"\2 \1", flat.strip())
    for pattern, full in SUR:
        flat = pattern.sub(full, flat)
    words = "".join(c if c.isalnum() else " " for c in flat).split()
    bare = CEDEX.sub("", " ".join(MOTS.get(word, word) for word in words)).strip()
    return ARRONDISSEMENT.sub(r"\1", bare)


def serrer(name: str) -> str:
    """The letters of ``plier``, to compare whole names.

    >>> serrer("St-Amand-les-Eaux Cedex 2"), serrer("L'Étang d'Œuf")
    ('saintamandleseaux', 'letangdoeuf')
    """
    return "".join(c for c in plier(name) if c.isalpha())


def present_code(code: str) -> str:
    """The commune of today that a code belongs to, as far as the catalogue knows.

    >>> present_code("75118"), present_code("59070"), present_code("59355"), present_code("59350")
    ('75056', '59006', '59350', '59350')
    """
    for pattern, city in ARRONDISSEMENTS_MUNICIPAUX.items():
        if re.match(pattern, code):
            return city
    return list_successors().get(code, code)


@cache
def list_successors() -> dict[str, str]:
    """Former code → present one: mergers and associated communes of the catalogue."""
    rows = (row for row in read_csv("communes_associees.csv") if row["code_insee"])
    found = {row["code_insee"]: row["chef_lieu"] for row in rows}
    return found | {merger.ancien: merger.nouveau for merger in list_mergers()}


@cache
def list_other_names() -> tuple[tuple[str, str], ...]:
    """(Present code, another name or code of it) of the catalogue: associated, delegated, merged communes."""
    parts = read_csv("communes_associees.csv")
    rows = [(part["chef_lieu"], part[name]) for part in parts for name in ("nom", "code_insee")]
    rows += [(m.nouveau, name) for m in list_mergers() for name in (m.nom, m.ancien)]
    return tuple(row for row in rows if row[1])
