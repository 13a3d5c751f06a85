"""How long a search of 40,000 prestations takes, understood and filtered, beside SQLite's full text.

``python -m bench.annuaire_recherche``: builds a directory by rule (no random clock), asks every need of the
catalogue in three wordings, prints the 50th and 95th percentiles in milliseconds and their ratio to FTS5,
which only finds words: it knows no need, no slip, no condition.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import date, timedelta

import numpy as np

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.annuaire.lieux import number_places, tell_once
from maillage.annuaire.recherche import DemandeService, build_index, order
from maillage.catalogue.besoins import list_besoins

PRESTATIONS, PAR_STRUCTURE, GRAINE = 40_000, 3, 59


def make() -> Annuaire:
    """Structures over a département, three prestations each, of the needs in turn."""
    rng = np.random.default_rng(GRAINE)
    needs = list(list_besoins().values())
    homes, offers, known = [], [], {}
    for number in range(PRESTATIONS // PAR_STRUCTURE):
        need = needs[number % len(needs)]
        where = {"longitude": 2.1 + 2.1 * rng.random(), "latitude": 50.0 + rng.random()}
        day = date(2024, 1, 1) + timedelta(days=int(rng.integers(700)))
        homes.append(Structure(
            source="essai", id=f"s{number}", nom=f"{need.nom} {number}", date_maj=day,
            reseaux_porteurs=need.reseaux[:1] or None, **where,
        ))  # fmt: skip
        known[f"s{number}"] = Complement(id=f"s{number}", sans_marche=bool(number % 2))
        for rank in range(PAR_STRUCTURE):
            own = needs[(number + rank) % len(needs)]
            offers.append(Prestation(
                source="essai", id=f"p{number}-{rank}", nom=own.mots[rank % len(own.mots)].capitalize(),
                date_maj=day, structure_id=f"s{number}", thematiques=own.thematiques[:2] or None,
                frais=("gratuit", "payant", None)[number % 3], publics=("tous-publics",),
            ))  # fmt: skip
    return Annuaire(tuple(homes), tuple(offers), known)


def main() -> None:
    """Build, ask, print."""
    annuaire = make()
    start = time.perf_counter()
    index = build_index(annuaire)
    print(f"index of {len(index)} offers: {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    places = number_places(index.offres, {})
    print(f"places: {time.perf_counter() - start:.1f} s")
    texts = [
        word
        for need in list_besoins().values()
        for word in (need.nom, need.mots[1], need.mots[-1][:-1] + "x")
    ]
    ours, kept = [], 0
    for text in texts:
        start = time.perf_counter()
        found = index.find(DemandeService(text, public="seniors", gratuit=True, sans_marche=True))
        far = np.hypot(index.lon[found.rows] - 3.0, index.lat[found.rows] - 50.5) * 300
        none = np.zeros(len(found.rows))
        ranked = order(found, index, far, none.astype(np.int8), none, 60.0)
        kept += len(tell_once(places[found.rows[ranked]])[:10])
        ours.append((time.perf_counter() - start) * 1000)
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE fiches USING fts5(nom, structure)")
    names = {one.id: one.nom for one in annuaire.structures}
    base.executemany(
        "INSERT INTO fiches VALUES (?, ?)",
        [(one.nom, names[one.structure_id]) for one in annuaire.prestations],
    )
    theirs = []
    for text in texts:
        words = " OR ".join(f'"{word}"' for word in text.replace('"', "").split())
        start = time.perf_counter()
        base.execute(
            "SELECT rowid FROM fiches WHERE fiches MATCH ? ORDER BY rank LIMIT 10", (words,)
        ).fetchall()
        theirs.append((time.perf_counter() - start) * 1000)
    for name, values in (("find and order", ours), ("SQLite FTS5", theirs)):
        print(f"{name}: p50 {np.percentile(values, 50):.1f} ms, p95 {np.percentile(values, 95):.1f} ms")
    print(f"ratio of p95: {np.percentile(ours, 95) / np.percentile(theirs, 95):.2f}; {kept} answers told")


if __name__ == "__main__":
    main()
