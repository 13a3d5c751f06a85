"""Load test of the programme: 5,000 declinaisons with six years of history, list pages timed through Django.

``python -m bench.programme [--json]`` fills a throwaway SQLite database (fixed seed), warms each page and
reports the 95th percentile of 40 requests per page, in milliseconds, middlewares and templates included.
"""

# ruff: noqa: PLC0415, SLF001  Django is imported once its settings are chosen

from __future__ import annotations

import json
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime

NOMBRE, ANNEES, ESSAIS, SEED = 5000, 6, 40, 59
PAGES = (
    "/programme/",
    "/programme/declinaisons/",
    "/programme/declinaisons/?page=60",
    "/programme/declinaisons/?theme=sante&arrondissement=593",
    "/programme/declinaisons/?texte=parents%20numerique",
    "/programme/declinaisons/?vue=etats",
    "/programme/declinaisons/?vue=calendrier&annee=2027",
    "/programme/indicateurs/",
    "/programme/recherche/?texte=soins",
    "/programme/couverture/",
    "/programme/completude/",
)


def prepare() -> None:
    folder = tempfile.mkdtemp(prefix="maillage-bench-")
    os.environ["MAILLAGE_VAR"] = folder
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
    os.environ["DJANGO_SETTINGS_MODULE"] = "maillage.web.settings.local"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)


def fill() -> None:
    """The Nord's programme, then invented declinaisons, each with one historical record a year."""
    from maillage.sdaasp.programme.modele import Declinaison
    from maillage.sdaasp.reprise.chargement import load_programme
    from maillage.web.programme import models
    from maillage.web.programme.conversion import to_fields
    from maillage.web.programme.reprise.commands import load

    base = load_programme()
    load(base)
    draw = random.Random(SEED)
    labels = [d.libelle for d in base.declinaisons if d.libelle]
    themes = [t.cle for t in base.themes if t.declinable]
    statuses = ["identifiee", "engagee", "en_cours", "achevee", "abandonnee", None]
    rows = []
    for number in range(2, NOMBRE + 2 - len(base.declinaisons)):
        year = draw.randint(2025, 2030)
        item = Declinaison(
            theme=draw.choice(themes),
            arrondissement=str(draw.randint(591, 596)),
            annee=year,
            numero=number,
            libelle=f"{draw.choice(labels)[:200]} {number}",
            statut=None,
        )
        row = models.Declinaison(**to_fields(item) | {"cle": item.cle, "statut": draw.choice(statuses)})
        row.etapes = [
            {
                "libelle": "Étape",
                "debut": f"{year}-01-15",
                "fin": f"{year}-{draw.randint(1, 12):02d}-28",
                "faite_le": None,
                "moyens": None,
                "cout_eur": None,
            }
        ]
        row.ordre = number
        row.index, row.datee = _index(row), True
        rows.append(row)
    models.Declinaison.objects.bulk_create(rows, batch_size=500)
    history = models.Declinaison.history.model
    names = [f.attname for f in models.Declinaison._meta.concrete_fields]
    records = [
        history(
            **{name: getattr(row, name) for name in names} | {"version": age + 1},
            history_date=datetime(2025 + age, 6, 1, tzinfo=UTC),
            history_type="~",
        )
        for row in models.Declinaison.objects.filter(cle__in=[r.cle for r in rows[:NOMBRE]])
        for age in range(ANNEES)
    ]
    history.objects.bulk_create(records, batch_size=500)


def _index(row) -> str:
    from maillage.sdaasp.programme.recherche import make_index

    return make_index(row.libelle, "Étape")


def measure() -> dict[str, float]:
    from django.test import Client

    client, found = Client(), {}
    for page in PAGES:
        assert client.get(page).status_code == 200, page
        times = []
        for _ in range(ESSAIS):
            start = time.perf_counter()
            client.get(page)
            times.append(1000 * (time.perf_counter() - start))
        found[page] = round(statistics.quantiles(times, n=20)[-1], 1)
    return found


def main() -> None:
    prepare()
    fill()
    from maillage.web.programme import models

    found = measure()
    count, history = models.Declinaison.objects.count(), models.Declinaison.history.count()
    if "--json" in sys.argv:
        print(json.dumps({"declinaisons": count, "historique": history, "p95_ms": found}, ensure_ascii=False))
        return
    print(f"{count} déclinaisons, {history} états historiques ; p95 de {ESSAIS} requêtes, en ms")
    for page, value in found.items():
        print(f"{value:8.1f}  {page}")


if __name__ == "__main__":
    main()
