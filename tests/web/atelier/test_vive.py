"""The live map: what it serves is the scenario's own computation, and a draft's is its author's alone."""

import json

BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_the_map_answers_each_position(client, compte, ecrire) -> None:
    row = ecrire(compte("charge_mission"), "public")
    here = f"/atelier/scenarios/{row.cle}"
    page = client.get(f"{here}/carte/?type=france_services").content.decode()
    assert "Essayer un lieu sur la carte" in page
    cells = client.get(f"{here}/carreaux/france_services.json").json()
    assert [place["id"] for place in cells["lieux"]] == [
        "nouveau:1"
    ]  # the other one is closed by the scenario
    assert len(cells["lon"]) == len(cells["minutes"])
    moved = client.get(f"{here}/glisser/france_services.json?lon=3.05&lat=50.05").json()
    assert moved["carreaux"]
    assert "plus près" in moved["phrase"]
    assert all(
        new < cells["minutes"][row] for row, new in zip(moved["carreaux"], moved["minutes"], strict=True)
    )
    for wrong in ("lon=x&lat=1", "lon=3", "lon=999&lat=0", "lon=3.05&lat=50.05&lieu=france_services:1"):
        assert client.get(f"{here}/glisser/france_services.json?{wrong}").status_code == 404
    assert client.get(f"{here}/glisser/rien.json?lon=3.05&lat=50.05").status_code == 404


def test_a_draft_has_no_map_for_others(client, compte, ecrire) -> None:
    row = ecrire(compte("charge_mission"))
    for person in (None, compte("charge_mission")):
        if person:
            client.force_login(person, BACKEND)
        for address in ("carte/", "carreaux/pharmacie.json", "glisser/pharmacie.json?lon=3.05&lat=50.05"):
            answer = client.get(f"/atelier/scenarios/{row.cle}/{address}")
            assert answer.status_code == 404
            assert row.titre not in json.dumps(answer.content.decode())
