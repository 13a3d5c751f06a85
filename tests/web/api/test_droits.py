"""A key never reads more than what it opens, nor more than its person: marks are looked for everywhere."""

from importlib import import_module

import pytest
from django.apps import apps

from maillage.web.api.description import DROITS
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.comptes.commands import create_jeton
from maillage.web.comptes.models import Jeton, Mandat

from .conftest import AUTEUR, CHAMPS, CONNUS, GOUVERNANCE, MARQUES, PROGRAMME, SCENARIOS, TOUS

BACKEND = "django.contrib.auth.backends.ModelBackend"
CLES = {"/api/1/programme/fiches/{cle}": "sante", "/api/1/gouvernance/remontees/{cle}/trace": "remontee-1"}


def list_addresses(client, scenario_keys) -> list[str]:
    """Every address that is read, with values that exist."""
    found = []
    for path, methods in client.get("/api/1/openapi.json").json()["paths"].items():
        if "get" in methods:
            asked = {one["name"]: one for one in methods["get"].get("parameters", [])}
            query = "&".join(f"{name}={CONNUS[name]}" for name, one in asked.items()
                             if name in CONNUS and one["in"] == "query")  # fmt: skip
            keys = [CLES[path]] if path in CLES else scenario_keys if "{cle}" in path else [""]
            forms = ["", "csv"] if "page" in asked else [""]
            found += [f"{path.format(cle=key, **CONNUS)}?{query}&format={form}".removesuffix("&format=")
                      for key in keys for form in forms]  # fmt: skip
    return found


def read_marks(client, addresses, key) -> set[str]:
    """The marks seen by who holds this key."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    text = []
    for address in addresses:
        answer = client.get(address, headers=headers)
        assert answer.status_code in {200, 202, 401, 403, 404}, (address, answer.content)
        text += [str(answer.headers), answer.content.decode()]
    whole = "\n".join(text)
    return {name for name, mark in MARQUES.items() if mark in whole}


def expect(*rights: str) -> set[str]:
    return {name for name, right in CHAMPS.items() if right in (TOUS, *rights)}


@pytest.fixture
def lire(client, pleine, sans_limite):
    """``lire(personne, droits)``: the marks that a key of this person sees; of nobody without a person.

    In CSV too where nothing or everything is opened.
    """
    keys = [row.cle for row in ScenarioEnregistre.objects.order_by("pk")]
    addresses = list_addresses(client, keys)
    assert len(addresses) > 75

    def read(personne=None, droits=()) -> set[str]:
        key = create_jeton(personne, "essai", droits) if personne else ""
        asked = [one for one in addresses if len(droits) != 1 or not one.endswith("=csv")]
        return read_marks(client, asked, key)

    return read


def test_a_key_reads_what_it_opens_and_what_its_person_reads(lire, pleine, compte) -> None:
    assert lire() == lire(pleine) == expect()
    for droit in Jeton.Droit:
        more = (droit, AUTEUR) if droit == SCENARIOS else (droit,)
        assert lire(pleine, [droit]) == expect(*more), droit
    assert lire(pleine, Jeton.Droit) == expect(*Jeton.Droit, AUTEUR)
    # the same key of who holds no mandate, or only that of the tool
    assert lire(compte(), Jeton.Droit) == expect(PROGRAMME, SCENARIOS)
    assert lire(compte(Mandat.Role.ADMINISTRATION), Jeton.Droit) == expect(PROGRAMME, SCENARIOS)


def test_what_an_install_keeps_to_accounts_is_kept_here_too(lire, pleine, settings) -> None:
    settings.MAILLAGE_RESERVES = ("meteo",)
    kept = {"Declinaison.commentaire_meteo"}
    assert lire() == expect() - kept
    assert lire(pleine, [PROGRAMME]) == expect(PROGRAMME)


def test_governance_says_why_it_is_closed(client, compte, pleine) -> None:
    def ask(**headers):
        answer = client.get("/api/1/gouvernance/seances", headers=headers)
        return answer.status_code, answer.json()

    assert ask() == (401, {"detail": "Rien ici n’est public : joignez une clé qui l’ouvre, à créer dans "
                                     "« Mon compte »."})  # fmt: skip
    status, told = ask(authorization=f"Bearer {create_jeton(pleine, 'a', ['programme'])}")
    assert (status, told["detail"][:47]) == (403, "Cette clé ne lit pas les comités, les séances, ")
    status, told = ask(authorization=f"Bearer {create_jeton(compte(), 'a', [GOUVERNANCE])}")
    assert (status, told) == (403, {"detail": "Aucun de vos mandats en cours n’ouvre cette lecture."})
    key = create_jeton(pleine, "a", [GOUVERNANCE])
    assert ask(authorization=f"Bearer {key}")[0] == 200
    pleine.mandats.update(fin="2026-01-01", debut="2025-01-01")  # the mandate is over: the key reads no more
    assert ask(authorization=f"Bearer {key}")[0] == 403
    client.force_login(compte("analyste"), BACKEND)  # a session reads as its pages do
    assert ask()[0] == 200


def test_the_document_names_the_right_of_each_operation(client, db) -> None:
    assert set(DROITS) == set(Jeton.Droit.values)
    for path, methods in client.get("/api/1/openapi.json").json()["paths"].items():
        for operation in methods.values():
            (tag,) = operation["tags"]
            open_too = [] if tag == GOUVERNANCE else [{}]
            assert operation["security"] == [{"Cle": [tag] if tag in DROITS else []}, *open_too], path
            assert operation["responses"].get("403") is None or tag == GOUVERNANCE


def test_a_key_is_made_with_what_is_ticked(client, compte) -> None:
    person = compte()
    client.force_login(person, BACKEND)
    client.post("/comptes/moi/cles/", {"nom": "tableau", "droits": ["programme", "annuaire"]})
    client.post("/comptes/moi/cles/", {"nom": "trop", "droits": ["tout"]})
    assert list(Jeton.objects.values_list("nom", "droits")) == [("tableau", ["programme", "annuaire"])]
    page = client.get("/comptes/moi/").content.decode()
    assert "lit en plus le programme, avec ce qui est réservé aux comptes, l’annuaire" in page


def test_keys_that_exist_keep_what_they_read(compte) -> None:
    """Before, a key read its person's scenarios, and for the rest what anyone does."""
    create_jeton(compte(), "ancienne")
    migration = import_module("maillage.web.comptes.migrations.0006_droits_des_cles")
    migration.keep_what_they_read(apps, None)
    assert list(Jeton.objects.values_list("nom", "droits")) == [("ancienne", ["scenarios"])]
