"""Estimated times beside published ones, in words and tables: what :mod:`bench.temps_publies` found."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bench.tableaux import number, signed, table
from bench.temps_publies import ABSENTS, HAUSSE_ISERE_MAX, PARTAGES_MIN, STATISTIQUES, TIRAGE, Floats

RESULTS = Path(__file__).with_name("temps_publies.toml")
NOMS = ("moyenne", "médiane", "premier décile", "neuvième décile")
ROLES = {"juge": "juge", "ajuste": "ajuste", "approche": "pour mémoire"}
RARE = 100  # places in the Nord
COLONNES = ("publie", "present", "ajuste")
CONDITIONS = (
    "l’erreur baisse sur les services qui n’ont pas servi",
    "elle baisse aussi à l’autre extrême de la limite",
    f"sur les communes de l’Isère qui n’ont pas servi, elle ne monte pas de {100 * HAUSSE_ISERE_MAX:.0f} %",
    f"elle baisse dans au moins {10 * PARTAGES_MIN:.0f} partages sur 10",
)


@cache
def load_results() -> dict[str, Any]:
    """The file of results."""
    return tomllib.loads(RESULTS.read_text("utf-8"))


def list_statistics(column: str, roles: tuple[str, ...] = ("juge", "ajuste")) -> Floats:
    """The four statistics of the services of these roles: float64[services, 4], minutes."""
    return np.array([s[column] for s in load_results()["service"] if s["role"] in roles])


def measure_gaps(column: str, *, rare: bool | None = None) -> Floats:
    """Sum over comparable services over that of the published ones, less one, by statistic: float64[4].

    ``rare``: only the services of fewer than ``RARE`` places, or only the others.
    """
    places = np.array([s["lieux"] for s in load_results()["service"] if s["role"] != "approche"])
    kept = np.ones(len(places), bool) if rare is None else (places < RARE) == rare
    ours, published = (list_statistics(name)[kept].sum(axis=0) for name in (column, "publie"))
    return np.asarray(ours / published - 1)


def write_services() -> str:
    """Each service: published, present formula, refit."""
    rows = [
        [service["nom"], label, str(service["lieux"]), *write_cells(service)]
        for role, label in ROLES.items()
        for service in load_results()["service"]
        if service["role"] == role
    ]
    return table(["service", "rôle", "lieux", *NOMS], rows)


def write_cells(service: dict[str, Any]) -> list[str]:
    """« 6,6 · 6,9 · 6,8 » for each statistic."""
    return [" · ".join(number(service[c][k]) for c in COLONNES) for k in range(len(STATISTIQUES))]


def write_errors() -> str:
    """What the rule reads: the errors of the present formula and of the refit."""
    found = load_results()["decision"]
    labels = {
        "ajustement": "services qui ajustent, erreur relative (%)",
        "jugement": "**services qui jugent**, erreur relative (%)",
        "jugement_au_dela": "services qui jugent, à l’autre extrême de la limite (%)",
        "isere_mediane": "Isère, couples qui jugent, médiane (min)",
        "isere_p90": "Isère, couples qui jugent, 9 sur 10 (min)",
    }
    rows = []
    for key, label in labels.items():
        scale = 1 if key.startswith("isere") else 100
        rows.append([label, *(number(scale * value, 2) for value in found[key])])
    return table(["", "formule présente", "réajustée"], rows)


def write_gaps() -> str:
    """All comparable services together, under every way of counting."""
    labels = {
        "present": "formule présente",
        "present_au_dela": "… si chaque carreau français voisin avait le service",
        "ajuste": "formule réajustée",
        "places_etalees": "second essai : lieux étalés dans leur carreau",
        "commune_a_commune": "formule présente, de mairie à mairie, rien dans la commune",
    }
    rows = [[label, *write_percents(measure_gaps(key))] for key, label in labels.items()]
    for label, rare in ((f"services de moins de {RARE} lieux", True), (f"de {RARE} lieux ou plus", False)):
        rows.append([f"formule présente, {label}", *write_percents(measure_gaps("present", rare=rare))])
    return table(["écart à la somme publiée", *NOMS], rows)


def write_percents(gaps: Floats) -> list[str]:
    """« +2 % »."""
    return [f"{signed(100 * gap, 0)} %" for gap in gaps]


def write_decision() -> str:
    """What the rule says, and why."""
    found = load_results()["decision"]
    failed = [text for text, held in zip(CONDITIONS, found["conditions"], strict=True) if not held]
    if found["adoptee"]:
        return "Les quatre conditions sont remplies : **la formule réajustée est adoptée**."
    return (
        f"**La formule présente reste.** Conditions non remplies : {' ; '.join(failed)} "
        f"({number(100 * found['partages'], 0)} % des autres partages)."
    )


def write_spread_decision() -> str:
    """The same of the second attempt."""
    found = load_results()["etalement"]
    falls = [new < old for old, new in found.values()]
    errors = " ; ".join(
        f"{label}, {number(100 * found[key][0])} % puis {number(100 * found[key][1])} %"
        for key, label in (("ajustes", "première moitié"), ("juges", "seconde"))
    )
    verdict = "adopté" if all(falls) else "refusé, l’erreur ne baissant pas des deux côtés"
    return f"{errors} : {verdict}"


def published_words() -> dict[str, str]:
    """What the method page says of it."""
    found = load_results()
    present, beyond = measure_gaps("present"), measure_gaps("present_au_dela")
    return {
        "publies_tableau": write_services(),
        "publies_erreurs": write_errors(),
        "publies_ecarts": write_gaps(),
        "publies_decision": write_decision(),
        "publies_etalement": write_spread_decision(),
        "publies_tirage": str(TIRAGE),
        "publies_comparables": str(len(list_statistics("publie"))),
        "publies_juges": str(len(list_statistics("publie", ("juge",)))),
        "publies_constante": number(found["ajuste"]["constante"], 4),
        "publies_exposant": number(found["ajuste"]["exposant"], 4),
        "publies_moyenne": f"{signed(100 * present[0], 0)} %",
        "publies_decile9": f"{signed(100 * present[3], 0)} %",
        "publies_moyenne_au_dela": f"{signed(100 * beyond[0], 0)} %",
        "publies_decile9_au_dela": f"{signed(100 * beyond[3], 0)} %",
        "publies_mediane": f"{signed(100 * present[1], 0)} %",
        "publies_courants": f"{signed(100 * measure_gaps('present', rare=False)[0], 0)} %",
        "publies_rares": f"{signed(100 * measure_gaps('present', rare=True)[1], 0)} %",
        "publies_services": str(len(found["service"]) + len(ABSENTS)),
        "publies_approches": str(len(list_statistics("publie", ("approche",)))),
        "publies_plancher": number(list_statistics("present")[:, 2].min()),
    } | compare_effects()


def compare_effects() -> dict[str, str]:
    """How far the convention and the formula each move the mean, in points."""
    start = measure_gaps("present")[0]
    convention, formula = (
        100 * abs(measure_gaps(column)[0] - start) for column in ("commune_a_commune", "ajuste")
    )
    return {
        "publies_effet_convention": number(convention, 0),
        "publies_effet_formule": number(formula, 0),
        "publies_plus_ou_moins": "plus" if convention > formula else "moins",
    }
