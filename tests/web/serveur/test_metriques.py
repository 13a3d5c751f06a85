"""What a monitor reads: counts by route, as many as routes; the state of the install; nothing of anybody."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.parser import text_string_to_metric_families

from maillage.web.comptes.models import Menage
from maillage.web.comptes.retention.commands import RULES
from maillage.web.serveur.fichiers import note_backup
from maillage.web.settings import environnement

ROOT = Path(__file__).parents[3]
JETON = "jeton-de-surveillance-long"


def read(client, **headers) -> dict[str, list]:
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    families = text_string_to_metric_families(answer.content.decode())
    return {family.name: family.samples for family in families}


def prove_rules() -> None:
    """A round in which every rule succeeded."""
    Menage.objects.bulk_create(Menage(regle=rule, nombre=0) for rule in RULES)


def count(samples: list, route: str) -> float:
    named = [one for one in samples if one.name.endswith("_count") and one.labels["route"] == route]
    return sum(one.value for one in named)


def test_routes_are_counted_by_name_and_nobody_is_named(client, db, settings, tmp_path) -> None:
    settings.VAR = tmp_path
    before = read(client).get("maillage_requete_seconds", [])
    for code in ("90001", "90002"):
        client.get(f"/territoires/commune/{code}/?q=quelqu.un@example.org")
    for number in range(5):
        client.get(f"/rien/{number}")
    client.get("/comptes/invitation/un-secret-qui-ouvre/")
    after = read(client)["maillage_requete_seconds"]
    labels = " ".join(value for sample in after for value in sample.labels.values())
    assert count(after, "territoires:portrait") - count(before, "territoires:portrait") == 2
    assert count(after, "(aucune)") - count(before, "(aucune)") == 5
    for private in ("example.org", "90001", "un-secret", "/rien"):
        assert private not in labels


def test_the_state_is_what_was_put_there(client, db, settings, tmp_path, django_assert_num_queries) -> None:
    settings.VAR = tmp_path
    found = read(client)
    assert "maillage_sauvegarde_timestamp_seconds" not in found
    assert found["maillage_travaux_attente"][0].value == 0
    now = timezone.now()
    for minutes in (50, 10):
        row = DBTaskResult.objects.create(
            task_path="maillage.essai", args_kwargs={"args": [], "kwargs": {}}, status="READY",
            queue_name="default", backend_name="default", priority=0, exception_class_path="", traceback="",
        )  # fmt: skip
        DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=now - timedelta(minutes=minutes))
    prove_rules()
    note_backup(tmp_path)
    with django_assert_num_queries(2 if connection.vendor == "sqlite" else 3):
        found = read(client)
    assert found["maillage_travaux_attente"][0].value == 2
    assert 3000 <= found["maillage_travail_attente_seconds"][0].value < 4000
    for name in ("ronde", "sauvegarde"):
        told = found[f"maillage_{name}_timestamp_seconds"][0].value
        assert now.timestamp() - 2 <= told <= now.timestamp() + 600
    assert found["maillage_atlas"][0].value == 2
    assert found["maillage_base_repond"][0].value == 1


def test_a_round_in_part_is_no_round_and_its_rule_is_named(client, db, settings, tmp_path) -> None:
    settings.VAR = tmp_path
    prove_rules()
    held = read(client)["maillage_regle_sans_effet"]
    assert {one.labels["regle"]: one.value for one in held} == dict.fromkeys(RULES, 0)
    late = timezone.now() - timedelta(days=2)
    Menage.objects.filter(regle="sessions").update(le=late)
    found = read(client)
    failed = [one.labels["regle"] for one in found["maillage_regle_sans_effet"] if one.value]
    assert failed == ["sessions"]
    assert found["maillage_ronde_timestamp_seconds"][0].value == pytest.approx(late.timestamp())
    Menage.objects.filter(regle="sessions").delete()
    assert "maillage_ronde_timestamp_seconds" not in read(client)


@pytest.mark.parametrize(
    ("headers", "jeton", "status"),
    [
        ({}, "", 200),
        ({"REMOTE_ADDR": "::1"}, "", 200),
        ({"REMOTE_ADDR": "192.0.2.7"}, "", 404),
        ({"REMOTE_ADDR": ""}, "", 404),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, "", 404),  # a proxy on this machine
        ({"HTTP_X_FORWARDED_PROTO": "https"}, "", 404),
        ({}, JETON, 404),
        ({"HTTP_AUTHORIZATION": "Bearer faux"}, JETON, 404),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": f"Bearer {JETON}"}, JETON, 200),
    ],
)
def test_only_a_monitor_reads_it(client, db, settings, headers, jeton, status) -> None:
    settings.MAILLAGE_METRIQUES_JETON = jeton
    assert client.get("/metrics", **headers).status_code == status


def test_a_token_that_could_be_guessed_is_refused(monkeypatch) -> None:
    monkeypatch.setenv("MAILLAGE_METRIQUES_JETON", "court")
    with pytest.raises(ImproperlyConfigured, match="20 caractères"):
        environnement.read_token("METRIQUES_JETON")


WRITE = """
from maillage.web.socle.mesures import DUREES, make_registry
from prometheus_client import generate_latest
import sys
[DUREES.labels("socle:sante", "200").observe(0.1) for _ in range(int(sys.argv[1]))]
print(generate_latest(make_registry()).decode())
"""


def test_several_processes_are_counted_together(tmp_path) -> None:
    env = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for number in (2, 3):
        command = [sys.executable, "-c", WRITE, str(number)]
        said = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    assert 'maillage_requete_seconds_count{route="socle:sante",statut="200"} 5.0' in said
    unit = (ROOT / "deploiement/maillage-web.service").read_text("utf-8")
    assert "Environment=PROMETHEUS_MULTIPROC_DIR=/run/maillage\n" in unit
    assert "RuntimeDirectory=maillage\n" in unit


def test_alerts_ask_what_is_told(client, db, settings, tmp_path) -> None:
    settings.VAR = tmp_path
    note_backup(tmp_path)
    prove_rules()
    client.get("/sante")
    told = {sample.name for samples in read(client).values() for sample in samples}
    rules = yaml.safe_load((ROOT / "deploiement/prometheus/maillage.rules.yml").read_text("utf-8"))
    asked = [
        name for rule in rules["groups"][0]["rules"] for name in re.findall(r"maillage_\w+", rule["expr"])
    ]
    assert len(asked) > 6
    assert set(asked) <= told
