"""What readers do: journeys of pages, each kind with addresses often asked and addresses nobody asked yet."""

from __future__ import annotations

import gzip
import json
import random
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

from bench.affluence.service import HTTPS

# Who comes, in so many of a hundred, and what they open one after the other.
PARCOURS = {
    "habitant": (35, ("accueil", "recherche", "portrait", "carte", "trouver", "réponse de Trouver",
                      "fiche de l’annuaire", "carte", "signalements", "portrait", "consultations")),
    "élue ou élu": (25, ("accueil", "programme", "fiche action", "ici", "portrait", "comparer",
                         "classements", "carte", "prioritaires", "objectif", "méthode")),
    "qui accompagne": (25, ("thème", "trouver", "réponse de Trouver", "fiche de l’annuaire", "recherche",
                            "fiche de l’annuaire", "réseau", "réponse de Trouver", "numérique")),
    "réutilisateur": (15, ("données", "catalogue", "API : territoire", "API : indicateur", "OGC : éléments",
                           "OGC : collections", "OGC : éléments", "OGC : tuile", "méthode")),
}  # fmt: skip
AGENT = ("tâches", "programme", "fiche action", "déclinaisons", "objectif", "indicateurs", "portrait",
         "fiche de l’annuaire", "carte", "couverture", "recherche dans le programme")  # fmt: skip
MOTS = ("piscine", "médecin", "crèche", "mairie", "pharmacie", "poste", "lycée", "gare", "école", "emploi",
        "logement", "bus", "hôpital", "numérique", "banque", "collège", "sage-femme", "tribunal")  # fmt: skip
BESOINS = ("pharmacie", "médecin", "passeport", "rsa", "carte grise", "emploi", "logement", "papiers",
           "aide alimentaire", "internet")  # fmt: skip
COMMENT = ("voiture", "velo", "marche")


@dataclass(frozen=True)
class Demande:
    """A page, and what a browser asks after it; ``corps``: a form sent."""

    sorte: str
    adresse: str
    corps: bytes = b""
    suites: tuple[str, ...] = ()
    neuve: bool = False


@dataclass
class Sorte:
    """A kind of page: addresses asked again and again, and an endless (or short) list never asked before."""

    connues: tuple[str, ...]
    neuves: Iterator[str] = field(default_factory=lambda: iter(()))
    corps: bool = False

    def choose(self, name: str, chance: random.Random, *, neuve: bool) -> Demande:
        """One request; where no new address is left, a known one."""
        new = next(self.neuves, None) if neuve else None
        told = new if new is not None else chance.choice(self.connues)
        address, _, body = told.partition("#")
        return Demande(name, address, body.encode(), follow(name, address), new is not None)


def follow(name: str, address: str) -> tuple[str, ...]:
    """What the live map asks once its page is there."""
    if name != "carte":
        return ()
    return (address.replace("/carte/", "/carte/donnees.json", 1), "/carte/tuiles/communes.pmtiles")


def fetch(base: str, path: str) -> Any:
    """JSON from the install."""
    asked = urllib.request.Request(base + path, headers=HTTPS | {"Accept": "application/json"})
    with urllib.request.urlopen(asked, timeout=120) as answer:
        body = answer.read()
    return json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)


def list_sortes(base: str, fiches: list[int], chance: random.Random) -> dict[str, Sorte]:
    """Every kind, from what the install says of itself; ``fiches``: keys of the directory's records."""
    communes = [row["code"] for row in fetch(base, "/api/1/territoires?niveau=commune")]
    indicators = [row["id"] for row in fetch(base, "/api/1/indicateurs") if "commune" in row["niveaux"]]
    programme = fetch(base, "/programme/exporter/json")["programme"]
    for pool in (communes, indicators, fiches):
        chance.shuffle(pool)
    return (
        list_territories(communes, indicators, chance)
        | list_programme(programme, communes)
        | list_directory(fiches, communes, [row["cle"] for row in programme["themes"]], chance)
        | list_open(communes, indicators, chance)
    )


def split(addresses: list[str], known: int) -> Sorte:
    """The first are those that everybody asks; each of the others is asked once."""
    return Sorte(tuple(addresses[:known]), iter(addresses[known:]))


def list_territories(communes: list[str], indicators: list[str], chance: random.Random) -> dict[str, Sorte]:
    """Portraits, maps, tables."""
    maps = [f"/carte/?niveau={n}&indicateur={i}" for i in indicators for n in ("commune", "epci")]
    tables = [f"/classements/?tri={i}&page={n}" for i in indicators for n in range(1, 5)]
    chance.shuffle(tables)
    pairs = (f"/comparer/?t=commune:{chance.choice(communes)}&t=commune:{chance.choice(communes)}"
             for _ in count())  # fmt: skip
    words = (f"/recherche/?q={quote(f'{chance.choice(MOTS)} {chance.choice(communes)}')}" for _ in count())
    return {
        "accueil": Sorte(("/",)),
        "portrait": split([f"/territoires/commune/{code}/" for code in communes], 40),
        "carte": split(["/carte/", *maps], 20),
        "classements": split(["/classements/", *tables], 10),
        "comparer": Sorte(("/comparer/",), pairs),
        "recherche": Sorte(tuple(f"/recherche/?q={quote(word)}" for word in MOTS), words),
        "prioritaires": Sorte(("/prioritaires/",)),
        "méthode": split([f"/methodes/{one}/" for one in indicators], 30),
    }


def list_programme(programme: dict[str, Any], communes: list[str]) -> dict[str, Sorte]:
    """The programme's pages."""
    fiches = tuple(f"/programme/fiches/{row['cle']}/" for row in programme["fiches"])
    objectifs = tuple(f"/programme/objectifs/{row['cle']}/" for row in programme["objectifs"])
    return {
        "programme": Sorte(("/programme/",)),
        "fiche action": Sorte(fiches),
        "objectif": Sorte(objectifs),
        "déclinaisons": Sorte(("/programme/declinaisons/",)),
        "indicateurs": Sorte(("/programme/indicateurs/",)),
        "couverture": Sorte(("/programme/couverture/",)),
        "tâches": Sorte(("/programme/taches/",)),
        "ici": split([f"/programme/ici/commune/{code}/" for code in communes], 40),
        "recherche dans le programme": Sorte(
            tuple(f"/programme/recherche/?texte={quote(word)}" for word in MOTS)
        ),
    }


def list_directory(
    fiches: list[int], communes: list[str], themes: list[str], chance: random.Random
) -> dict[str, Sorte]:
    """The directory; Trouver is asked by a form, whose answer is never kept."""

    def ask() -> str:
        told = {
            "besoin": chance.choice(BESOINS),
            "ou": chance.choice(communes),
            "quand": chance.choice(("maintenant", "demain", "samedi")),
            "comment": chance.choice(COMMENT),
        }
        return f"/trouver/#{urlencode(told)}"

    return {
        "trouver": Sorte(("/trouver/",)),
        "réponse de Trouver": Sorte(tuple(ask() for _ in range(20)), (ask() for _ in count())),
        "fiche de l’annuaire": split([f"/annuaire/{key}/" for key in fiches], 60),
        "réseau": Sorte(("/annuaire/reseau/", "/annuaire/reseau/?moyen=velo")),
        "numérique": Sorte(("/annuaire/numerique/",)),
        "thème": Sorte(tuple(f"/accueil/themes/{key}/" for key in themes)),
        "signalements": Sorte(("/signalements/",)),
        "consultations": Sorte(("/consultations/", "/enquetes/")),
    }


def list_open(communes: list[str], indicators: list[str], chance: random.Random) -> dict[str, Sorte]:
    """What programs ask: API, OGC, catalogue."""
    layers = ("communes", "epci", "implantations", "deficits-communes", "annuaire-structures")
    items = (f"/ogc/collections/{chance.choice(layers)}/items?limit=10&offset={10 * n}" for n in count())
    tiles = tuple(
        f"/ogc/collections/communes/tiles/WebMercatorQuad/9/{row}/{col}"
        for row in range(172, 175)
        for col in range(259, 263)
    )
    return {
        "données": Sorte(("/donnees/",)),
        "catalogue": Sorte(("/catalogue.ttl", "/catalogue.jsonld")),
        "API : territoire": split([f"/api/1/territoires/commune/{code}/chiffres" for code in communes], 20),
        "API : indicateur": split([f"/api/1/chiffres/{one}?niveau=commune" for one in indicators], 20),
        "OGC : collections": Sorte(("/ogc/collections", "/ogc/")),
        "OGC : éléments": Sorte(tuple(f"/ogc/collections/{name}/items?limit=10" for name in layers), items),
        "OGC : tuile": Sorte(tiles),
    }


def share_new(sortes: dict[str, Sorte]) -> float:
    """Of a hundred steps of the journeys of who has no account, the share that may have a new address."""
    total = able = 0.0
    for weight, steps in PARCOURS.values():
        for name in steps:
            total += weight / len(steps)
            able += weight / len(steps) if has_new(sortes[name]) else 0
    return able / total


def has_new(sorte: Sorte) -> bool:
    """Whether addresses never asked are left: one is drawn, then put back before the others."""
    first = next(sorte.neuves, None)
    if first is None:
        return False
    rest = sorte.neuves
    sorte.neuves = (one for part in ((first,), rest) for one in part)
    return True
