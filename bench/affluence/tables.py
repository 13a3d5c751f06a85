"""The measures, in French."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from bench.tableaux import number, table

BUT_MS = 150.0


def describe(told: Mapping[str, Any]) -> str:
    """Tables of one measure."""
    return describe_costs(told) if told["mesure"] == "couts" else describe_crowd(told)


def describe_costs(told: Mapping[str, Any]) -> str:
    """Milliseconds of processor a page, the dearest first."""
    rows = sorted(told["sortes"], key=lambda row: -row["neuve"]["web_ms"])
    names = ("neuve", "encore", "compte")
    return table(
        ["page", "neuve (ms)", "encore (ms)", "avec un compte (ms)", "base, neuve (ms)", "envoyé (ko)"],
        [
            [
                row["sorte"],
                *(number(row[name]["web_ms"]) for name in names),
                number(row["neuve"]["base_ms"]),
                number(row["neuve"]["ko"]),
            ]
            for row in rows
        ],
    )


def describe_crowd(told: Mapping[str, Any]) -> str:
    """What was asked and waited, by kind; errors; memory; processor."""
    parts = (describe_whole(told), describe_kinds(told), describe_shares(told), describe_machine(told))
    return "\n\n".join(parts)


def percentiles(values: Iterable[float]) -> list[str]:
    """p50, p95, p99, worst."""
    seen = np.array(list(values))
    if not len(seen):
        return ["–"] * 4
    return [number(float(np.percentile(seen, share)), 0) for share in (50, 95, 99, 100)]


def describe_whole(told: Mapping[str, Any]) -> str:
    """Pages, by who reads and what was asked before."""
    pages, more = told["pages"], told["suites"]
    groups = {
        "toutes les pages": pages,
        "jamais demandées avant": [one for one in pages if one["neuve"]],
        "avec un compte": [one for one in pages if one["connecte"]],
        "données de la carte": [one for one in more if one["sorte"] == "données de la carte"],
        "fichiers de la charte": [one for one in more if one["sorte"] == "fichier de la charte"],
    }
    header = ["quoi", "demandes", "par seconde", "p50 (ms)", "p95 (ms)", "p99 (ms)", "pire (ms)", "échecs"]
    rows = [
        [name, number(len(group), 0), number(len(group) / told["duree_s"]), *percentiles(map(wait, group)),
         number(sum(bool(one["echec"]) for one in group), 0)]
        for name, group in groups.items() if group
    ]  # fmt: skip
    failures = Counter(one["echec"].partition(" : ")[0] for one in (*pages, *more) if one["echec"])
    said = ", ".join(f"{n} fois {what}" for what, n in failures.most_common())
    return table(header, rows) + (f"\n\nÉchecs : {said}." if said else "")


def wait(one: Mapping[str, Any]) -> float:
    """Milliseconds that it was waited for."""
    return float(one["attente_ms"])


def describe_kinds(told: Mapping[str, Any]) -> str:
    """By kind of page."""
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for one in told["pages"]:
        by_kind[one["sorte"]].append(one)
    header = ["page", "demandes", "dont neuves", "p50 (ms)", "p95 (ms)", "p99 (ms)", "pire (ms)"]
    rows = [
        [name, number(len(group), 0), number(sum(one["neuve"] for one in group), 0),
         *percentiles(map(wait, group))]
        for name, group in sorted(by_kind.items(), key=lambda pair: -len(pair[1]))
    ]  # fmt: skip
    return table(header, rows)


def describe_shares(told: Mapping[str, Any]) -> str:
    """Where gunicorn's processor went: milliseconds a request of each kind, and its share of all."""
    by_kind: dict[str, dict[str, Any]] = defaultdict(dict)
    for one in told["couts"]:
        by_kind[one["sorte"]][one["qui"]] = one
    whole = sum(one["ms"] for one in told["couts"]) or 1.0
    rows = sorted(by_kind.items(), key=lambda pair: -sum(one["ms"] for one in pair[1].values()))
    return table(
        ["page", "neuve (ms)", "connue (ms)", "avec un compte (ms)", "part de gunicorn"],
        [
            [
                name,
                *(
                    number(held[who]["ms"] / held[who]["n"]) if who in held else "–"
                    for who in ("neuve", "connue", "compte")
                ),
                number(100 * sum(one["ms"] for one in held.values()) / whole) + " %",
            ]
            for name, held in rows
        ],
    )


def describe_machine(told: Mapping[str, Any]) -> str:
    """Memory over time, its slope; who took the processor."""
    seen = told["suivi"]
    memory = seen["memoire"]
    half = told["duree_s"] / 2
    step = max(1, len(memory) // 8)
    shown = memory[::step]
    late = np.array([one for one in memory if one[0] >= half])
    slope = float(np.polyfit(late[:, 0] / 60, late[:, 1], 1)[0]) if len(late) > 1 else float("nan")
    lines = table(
        ["mémoire de gunicorn", *(f"{number(when, 0)} s" for when, _ in shown)],
        [["Mo", *(number(size, 0) for _, size in shown)]],
    )
    asked = len(told["pages"]) + len(told["suites"])
    ours = sum(seen["temps"].values())
    cpu = table(
        ["processeur", "secondes", "part d’un cœur", "ms par demande"],
        [
            [name, number(spent), number(100 * spent / seen["duree_s"], 0) + " %",
             number(1000 * spent / asked)]
            for name, spent in (*seen["temps"].items(), ("autre, sur la machine", seen["machine_s"] - ours))
        ],
    )  # fmt: skip
    held = told["lenteurs"]
    slow = (
        f"\n\nConnexions lentes : {told['lents']} à la fois, {held['ouvertes']} ouvertes, "
        f"{held['fermees']} fermées par le serveur, {held['refusees']} refusées."
        if told["lents"]
        else ""
    )
    wrote = f" Écritures au programme pendant la mesure : {told['ecritures']}."
    return f"{lines}\n\nPente dans la seconde moitié : {number(slope)} Mo par minute.{wrote}\n\n{cpu}{slow}"
