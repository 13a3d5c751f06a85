"""``/metrics``: what a monitor reads of an install, from the machine itself or with its token."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_tasks_db.models import DBTaskResult
from prometheus_client import CONTENT_TYPE_LATEST, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from maillage import __version__
from maillage.atlas.lecture.ouvert import read_build_date
from maillage.web.comptes.retention.commands import RULES
from maillage.web.comptes.retention.queries import list_failed, read_issues
from maillage.web.serveur.fichiers import read_last_backup
from maillage.web.socle.atlas import survey
from maillage.web.socle.mesures import make_registry

# A proxy on this machine reaches us from this machine too: what it adds says that somebody is behind.
MANDATAIRES: Final = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "X-Real-IP",
)
Mesure = tuple[str, str, float | Mapping[str, float]]
"""A name, what it says, its value: one, or one for each rule of retention."""


@require_GET
@never_cache
def metriques(request: HttpRequest) -> HttpResponse:
    """Counts and state; to anybody else, there is nothing at this address."""
    if not is_admitted(request):
        raise Http404("Cette adresse ne mène à rien ici.")
    registry = make_registry()
    registry.register(EtatMesure())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def is_admitted(request: HttpRequest) -> bool:
    """With the token where one is set; else from this machine, with no proxy between."""
    if expected := settings.MAILLAGE_METRIQUES_JETON:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {expected}")
    proxied = any(name in request.headers for name in MANDATAIRES)
    return not proxied and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class EtatMesure(Collector):
    """The state of the install, read when it is asked."""

    def collect(self) -> Iterable[Metric]:
        """Each figure that can be had; a base that does not answer is one of them."""
        info = GaugeMetricFamily("maillage_info", "La version qui répond.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        for read in (_read_atlas, _read_backup):
            yield from _write(read())
        yield from _write(_read_base())


def _write(mesures: Iterable[Mesure]) -> Iterator[Metric]:
    for name, about, value in mesures:
        if isinstance(value, Mapping):
            family = GaugeMetricFamily(f"maillage_{name}", about, labels=["regle"])
            for rule, one in value.items():
                family.add_metric([rule], one)
            yield family
        else:
            yield GaugeMetricFamily(f"maillage_{name}", about, value=value)


def _read_atlas() -> Iterator[Mesure]:
    found = survey()
    yield "atlas", "Atlas lisibles.", len(found.dossiers)
    yield "atlas_ecartes", "Atlas illisibles, écartés.", len(found.ecartes)
    if found.dossiers and (built := read_build_date(found.dossiers[0])):
        day = datetime.fromisoformat(built).replace(tzinfo=UTC)
        yield "atlas_timestamp_seconds", "Construction de l’atlas le plus récent.", day.timestamp()


def _read_backup() -> Iterator[Mesure]:
    if last := read_last_backup(settings.VAR):
        yield "sauvegarde_timestamp_seconds", "Dernière sauvegarde écrite et vérifiée.", last.timestamp()


def _read_base() -> Iterable[Mesure]:
    try:
        found = [mesure for read in LECTURES for mesure in read()]
    except DatabaseError:
        return [("base_repond", "Si la base répond.", 0)]
    return [("base_repond", "Si la base répond.", 1), *found]


def _read_queue() -> Iterator[Mesure]:
    waiting = DBTaskResult.objects.filter(status="READY").aggregate(n=Count("pk"), oldest=Min("enqueued_at"))
    oldest = waiting["oldest"]
    age_s = max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0
    yield "travaux_attente", "Travaux de fond qui attendent.", waiting["n"]
    yield "travail_attente_seconds", "Attente du plus ancien d’entre eux.", age_s


def _read_round() -> Iterator[Mesure]:
    preuves, echecs = read_issues(timezone.now())
    if preuves.keys() >= RULES.keys():
        whole = min(preuves[rule] for rule in RULES)
        yield "ronde_timestamp_seconds", "Dernière ronde dont chaque règle a abouti.", whole.timestamp()
    failed = list_failed(RULES, preuves, echecs)
    states = {rule: float(rule in failed) for rule in RULES}
    yield "regle_sans_effet", "Si la règle n’a pas abouti à la dernière ronde.", states


def _read_size() -> Iterator[Mesure]:
    yield "base_bytes", "Taille de la base.", _measure_base()


def _measure_base() -> float:
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        files = [path, path.with_name(f"{path.name}-wal")]
        return float(sum(file.stat().st_size for file in files if file.is_file()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0])


LECTURES: Final[tuple[Callable[[], Iterable[Mesure]], ...]] = (_read_queue, _read_round, _read_size)
