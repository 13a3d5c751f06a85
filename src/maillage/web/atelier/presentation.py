"""What a scenario does, as its page shows it: tables made from the impact, names for keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from maillage.atlas.lecture.territoires import NIVEAUX as NOMS_DES_NIVEAUX
from maillage.francais import FIABILITES, majuscule
from maillage.horaires.dire import dire
from maillage.reports.scenario.ecarts import scale
from maillage.reports.scenario.heures import HEURES
from maillage.scenarios.dossier import GEOJSON, IMPACT, OFFRE, YAML
from maillage.scenarios.fichier import read_scenario
from maillage.scenarios.modifications import GENRES, Scenario
from maillage.scenarios.mots import GENRES_EN_MOTS, tell_edits
from maillage.scenarios.rapport import MODES, tell_balance
from maillage.scenarios.simulation import VOITURE
from maillage.web.atelier.calcul import get_terrain, put_on
from maillage.web.atelier.cartes import draw, draw_hours
from maillage.web.programme.lieux import name_key
from maillage.web.socle.atlas import AtlasOuvert

MONTRES: Final = 20
NIVEAUX: Final = {
    "departement": "département",
    "arrondissement": "arrondissement",
    "epci": "intercommunalité",
    "commune": "commune",
}
GROUPES: Final = {
    "tous": "Tous les habitants",
    "moins_15": "Moins de 15 ans",
    "de_15_a_64": "De 15 à 64 ans",
    "plus_65": "65 ans et plus",
}


SENS: Final = {"gagnants": "Gagnées", "perdants": "Perdues"}


@dataclass(frozen=True)
class ModificationEnMots:
    """One edit in the table of a scenario: its rank from 1, words, and why it does not hold, if so."""

    rang: int
    genre: str
    texte: str
    refus: str


def list_lines(scenario: Scenario, atlas: AtlasOuvert) -> list[ModificationEnMots]:
    """The edits in words, those that this atlas does not bear with the reason."""
    refused = {refus.rang: refus.motif for refus in put_on(atlas, scenario).refus}
    words = tell_edits(scenario, get_terrain(atlas))
    return [
        ModificationEnMots(rank, GENRES_EN_MOTS[edit.cle], text, refused.get(rank, ""))
        for rank, (edit, text) in enumerate(zip(scenario.modifications, words, strict=True), start=1)
    ]


def list_genres(atlas: AtlasOuvert) -> list[tuple[str, str]]:
    """The kinds of edits that can be made on an atlas: (word, label)."""
    roads = ("vitesse", "fermer_route")
    return [(name, GENRES_EN_MOTS[name]) for name in GENRES if atlas.sur_routes or name not in roads]


def show_champ(model: type[Any], name: str, value: Any) -> str:
    """A value of the history in words: a file as its edits, a key as a name."""
    if name == "contenu" and value:
        held = read_scenario(value)
        return "\n".join([held.nom, held.description, *tell_edits(held)]).strip()
    return name_key(value) if name == "lien" and value else str(value or "—")


def show_impact(atlas: AtlasOuvert, impact: Mapping[str, Any], niveau: str) -> dict[str, Any]:
    """What the templates read of an impact; ``niveau``: whose figures are listed."""
    return {
        "phrases": impact["phrases"],
        "lignes": show_hours(atlas, impact["transports"]),
        "temps": FIABILITES.get(impact["temps"] or "", ""),
        "services": [
            _show_service(one)
            | {
                "cartes": draw(atlas, impact, one["type"]),
                "autres_modes": list_other_modes(impact, one["type"]),
            }
            for one in impact["services"]
            if one["mode"] == VOITURE
        ],
        "chiffres": [_show_figure(atlas, row) for row in impact["indicateurs"] if row["niveau"] == niveau],
        "niveaux_chiffres": _count_niveaux(impact["indicateurs"]),
        "deficits": [{**row, "equilibre": list(tell_balance(row))} for row in impact["deficits"]],
        "itinerants": [stop | {"horaires": dire(stop["horaires"])} for stop in impact["itinerants"]],
    }


def show_hours(atlas: AtlasOuvert, told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What lines on trial change, with a map by service; null where no line is tried."""
    if told is None:
        return None
    moved = [service for service in told["services"] if service["communes"]]
    return {
        "jours": told["jours"],
        "marches_estimees": told.get("marches", "estime") == "estime",
        "legende": [(name, words) for _, name, words, _ in HEURES],
        "services": [
            {
                **service,
                "communes": service["communes"][:MONTRES],
                "autres": max(len(service["communes"]) - MONTRES, 0),
                "periodes": [(words, service[side]["periodes"]) for side, words in SENS.items()],
                "carte": draw_hours(atlas, service, f"{service['libelle']} : heures par semaine"),
            }
            for service in moved
        ],
    }


def list_other_modes(impact: Mapping[str, Any], kind: str) -> list[tuple[str, Any]]:
    """Who wins and loses on foot or by bike: (words, gains of all people)."""
    return [
        (majuscule(MODES[one["mode"]]), one["groupes"]["tous"])
        for one in impact["services"]
        if one["type"] == kind and one["mode"] != VOITURE
    ]


def _show_service(service: Mapping[str, Any]) -> dict[str, Any]:
    groups = [(words, service["groupes"][name]) for name, words in GROUPES.items()]
    places = [
        row
        for row in service["territoires"]
        if any(row[name] for name in ("gagnants", "perdants", "desservis", "perdus"))
    ]
    by_niveau = {
        label: sorted((row for row in places if row["niveau"] == niveau), key=_weigh, reverse=True)[:MONTRES]
        for niveau, label in NIVEAUX.items()
        if niveau != "departement"
    }
    flows = sorted(service["flux"], key=lambda flow: -flow["habitants"])
    return {
        **service,
        "groupes": groups,
        "par_niveau": {label: rows for label, rows in by_niveau.items() if rows},
        "flux": flows[:MONTRES],
        "flux_autres": max(len(flows) - MONTRES, 0),
        "lieux": service["lieux"][:MONTRES],
    }


def _show_figure(atlas: AtlasOuvert, row: Mapping[str, Any]) -> dict[str, Any]:
    """A figure in the unit that pages read, with the definition of its indicator."""
    d = atlas.definition(row["indicateur"])
    shown = {
        f"{part}{when}": scale(row[f"{part}{when}"], d.facteur)
        for part in ("", "bas_", "haut_")
        for when in ("avant", "apres")
    }
    decimals = tell_apart(shown["avant"], shown["apres"])
    return {**row, **shown, "definition": d, "decimales": decimals}


def tell_apart(avant: float | None, apres: float | None) -> int:
    """As few decimals as show that a figure moved, three at most; one where a side is unknown.

    >>> tell_apart(52.0, 54.0), tell_apart(22.61, 22.64), tell_apart(43.1, 43.4), tell_apart(7.0, None)
    (0, 2, 1, 1)
    """
    if avant is None or apres is None:
        return 1
    apart = (digits for digits in range(3) if round(avant, digits) != round(apres, digits))
    return next(apart, 3)


def _weigh(row: Mapping[str, Any]) -> float:
    """People moved, times minutes."""
    gain = row["gagnants"] * (row["gain_moyen_min"] or 0)
    loss = row["perdants"] * (row["perte_moyenne_min"] or 0)
    return float(gain + loss + row["desservis"] + row["perdus"])


EXPORTS: Final = {
    "yaml": (YAML, "application/yaml"),
    "json": (IMPACT, "application/json"),
    "geojson": (GEOJSON, "application/geo+json"),
    "csv": (OFFRE, "text/csv; charset=utf-8"),
}


def _count_niveaux(rows: list[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """Each mesh where figures move: its key, its name, how many."""
    found = Counter(row["niveau"] for row in rows)
    return [(niveau, NOMS_DES_NIVEAUX.get(niveau, niveau), count) for niveau, count in found.items()]
