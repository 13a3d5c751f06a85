"""The territories that an objective or a declinaison may name, and their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from maillage.atlas.lecture.definitions import unknown
from maillage.francais import FIABILITES, INSECABLE, avec_unite, de
from maillage.reports.programme.deficits import list_deficits
from maillage.sdaasp.completude.territoires import list_territoires
from maillage.web.programme.lecture import read_programme
from maillage.web.socle import atlas as atlases

NIVEAUX = {
    "epci": "Intercommunalités",
    "zone": "Zones de l’atlas",
    "canton": "Cantons",
    "bassin_vie": "Bassins de vie",
}
PARTIE = "Une partie seulement d’un de ces territoires"
Choix = list[Any]


def name_place(cle: str) -> str | None:
    """The name of a territory of the newest atlas (``niveau:code``); ``None`` when it does not hold it."""
    niveau, _, code = cle.partition(":")
    atlas = atlases.choose(None) if code else None
    found = atlas.territoire(niveau, code) if atlas else None
    return found.nom_complet if found else None


def name_key(cle: str) -> str:
    """The name behind a key of the atlas or of the programme, else the key."""
    return name_place(cle) or _name_indicator(cle) or _list_titles().get(cle) or cle


def _name_indicator(cle: str) -> str | None:
    atlas = atlases.choose(None)
    return atlas.definitions[cle].nom if atlas and cle in atlas.definitions else None


def _list_titles() -> dict[str, str]:
    programme = read_programme()
    found = {op.cle: op.libelle for op in programme.objectifs}
    found |= {fiche.cle: fiche.titre for fiche in programme.fiches}
    found |= {label.cle: label.nom for label in programme.labels}
    found |= {item.cle: item.texte for item in programme.afom}
    places = {t.code: t.nom for t in programme.territoires}
    return found | {
        d.cle: d.libelle or f"Déclinaison {de(places.get(d.arrondissement, d.arrondissement))}, {d.annee}"
        for d in programme.declinaisons
    }


def tell_figure(chiffre: Mapping[str, Any]) -> str:
    """A frozen figure: what it is, its value with its unit, of where, of when, and how reliable it is."""
    atlas = atlases.choose(None)
    definition = atlas.definition(chiffre["indicateur"]) if atlas else unknown(chiffre["indicateur"])
    place = name_place(f"{chiffre['niveau']}:{chiffre['code']}") or chiffre["code"]
    value = avec_unite(chiffre["valeur"], definition.unite, definition.arrondi)
    grade = FIABILITES.get(chiffre["fiabilite"], "")
    details = ", ".join(part for part in (place, chiffre["millesime"], grade) if part)
    return f"{definition.nom}{INSECABLE}: {value} ({details})"


def offer_places(named: Iterable[str]) -> Choix:
    """What a form offers: territories in deficit, parts of the zones, then what is named and is neither."""
    places = list_territoires(read_programme(), list_deficits(atlases.choose(None)))
    whole = [(place.code, place.nom) for place in places]
    parts = list(dict.fromkeys((m.cle, m.nom) for place in places for m in place.membres))
    known = dict([*whole, *parts])
    others = [(key, name_place(key) or key) for key in named if key not in known]
    return [*others, *whole, *([(PARTIE, parts)] if parts else [])]


def offer_atlas() -> Choix:
    """The territories of the newest atlas that a zone may cover, mesh by mesh."""
    atlas = atlases.choose(None)
    if atlas is None:
        return []
    groups = ((label, atlas.territoires(niveau)) for niveau, label in NIVEAUX.items())
    return [(label, [(place.cle, place.nom) for place in places]) for label, places in groups if places]
