"""Limits hold across processes: what one counts, the other knows."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.lent

SCRIPT = """
import json, pathlib, sys
from maillage.web.serveur.preparation import set_up
set_up(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
from django.test import Client
from maillage.web.socle.commands import count_use
counts = [count_use("essai", 7) for _ in range(100)]
client = Client(HTTP_HOST="localhost")
wrong = {"username": "charge-mission@demonstration.invalid", "password": "ce n'est pas lui"}
logins = [client.post("/comptes/connexion/", wrong).status_code for _ in range(int(sys.argv[3]))]
print(json.dumps({"comptes": counts, "connexions": logins}))
"""


def start(install, attempts: int) -> subprocess.Popen:
    command = [sys.executable, "-c", SCRIPT, str(install.var), str(install.atlas), str(attempts)]
    return subprocess.Popen(command, env=install.environment, stdout=subprocess.PIPE, text=True)


def test_two_processes_share_one_count_and_one_lock(installer) -> None:
    install = installer()
    # Four wrong passwords each: alone, neither reaches the limit of five.
    pair = [start(install, 4) for _ in range(2)]
    answers = [json.loads(process.communicate()[0]) for process in pair]
    assert sorted(n for answer in answers for n in answer["comptes"]) == list(range(1, 201))
    third = json.loads(start(install, 1).communicate()[0])
    assert third["connexions"] == [429]
