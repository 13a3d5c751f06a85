"""The API: exact figures, marks by atlas, keys, rates."""

import json
import os
import re
import shutil
from types import SimpleNamespace

import pytest
from django.test import Client

from maillage.web.comptes import commands
from maillage.web.comptes.models import Jeton
from maillage.web.programme.models import Valeur
from maillage.web.socle import atlas as atlases
from maillage.web.socle import debit
from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.commands import count_use
from maillage.web.socle.compteurs import CompteursPartages
from maillage.web.socle.models import Compteur

FIGURES = "/api/1/chiffres/revenu_median"


def test_figures_in_three_forms(client, db) -> None:
    rows = client.get(FIGURES).json()
    by_code = {row["code"]: row for row in rows}
    assert by_code["90004"]["valeur"] == 19_500  # commune 3 of the sources: 18 000 + 3 · 500
    assert by_code["90004"] | {"valeur": None} == by_code["90004"] | {
        "valeur": None,
        "unite": "€/an",
        "millesime": "2021",
        "fiabilite": "simule",
    }
    assert by_code["90009"]["valeur"] is None
    text = client.get(f"{FIGURES}?format=csv").content.decode("utf-8-sig")
    assert "commune;90004;revenu_median;2021;19500;€/an;simule;1" in text
    shapes = json.loads(client.get(f"{FIGURES}?format=geojson").content)
    assert len(shapes["features"]) == 12
    assert shapes["features"][0]["geometry"]["type"] == "Polygon"


def test_words_find_what_the_page_finds(client, db) -> None:
    found = client.get("/api/1/recherche?q=st oeuf").json()
    assert (found[0]["nom"], found[0]["genre"], found[0]["code"]) == ("Saint-Œuf", "commune", "90003")
    assert client.get("/api/1/recherche?q=zzzz").json() == []
    assert client.get("/api/1/recherche").status_code == 422


def test_the_mark_changes_with_the_atlas(client, db) -> None:
    first = client.get(FIGURES)
    again = client.get(FIGURES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{FIGURES}?atlas=essai-2025", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("named", ["", "?atlas=essai-2026"])
def test_the_list_of_atlases_is_marked_by_all_of_them(client, db, settings, tmp_path, named) -> None:
    shown, address = settings.MAILLAGE_ATLAS, f"/api/1/atlas{named}"
    settings.MAILLAGE_ATLAS = tmp_path / "atlas"
    shutil.copytree(shown / "essai-2026", settings.MAILLAGE_ATLAS / "essai-2026")
    other = settings.MAILLAGE_ATLAS / "essai-2025"

    def change_it() -> None:
        later = (other / "manifest.json").stat().st_mtime + 60
        os.utime(other / "manifest.json", (later, later))

    changes = (lambda: shutil.copytree(shown / other.name, other), change_it, lambda: shutil.rmtree(other))
    for change, many in zip(changes, (2, 2, 1), strict=True):
        held = {"If-None-Match": client.get(address).headers["ETag"]}
        assert client.get(address, headers=held).status_code == 304
        change()
        answer = client.get(address, headers=held)
        assert (answer.status_code, len(answer.json())) == (200, many)


def test_what_names_its_atlas_changes_when_that_atlas_opens_by_itself(client, db, settings, tmp_path) -> None:
    """The pages that a search gives are those of its atlas, which they name unless it is the newest."""
    shown, address = settings.MAILLAGE_ATLAS, "/api/1/recherche?q=valbrune&atlas=essai-2025"
    settings.MAILLAGE_ATLAS = tmp_path / "atlas"
    for name in ("essai-2025", "essai-2026"):
        shutil.copytree(shown / name, settings.MAILLAGE_ATLAS / name)
    first = client.get(address)
    assert "atlas=essai-2025" in first.json()[0]["url"]
    shutil.rmtree(settings.MAILLAGE_ATLAS / "essai-2026")
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "atlas=" not in again.json()[0]["url"]


def test_a_page_of_another_site_may_ask(client, db, minute) -> None:
    """As the browser of who reads it asks: may this be sent, with this header?"""
    asking = {"Origin": "https://ailleurs.example", "Access-Control-Request-Method": "GET"}
    others = {"/api/1/openapi.json", "/api/1/territoires/commune/90001", "/api/1/gouvernance/comites"}
    for address in ("/api/1/atlas", "/api/1/programme", *sorted(others)):
        answer = client.options(address, headers=asking)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert (
            answer.headers["Access-Control-Allow-Methods"] == answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        )
        allowed = set(answer.headers["Access-Control-Allow-Headers"].split(", "))
        assert allowed == {"Accept", "Authorization", "Content-Type", "If-None-Match"}
        assert int(answer.headers["Access-Control-Max-Age"]) > 0
        assert "RateLimit" not in answer.headers, "asking counts for nothing"
    answer = client.options("/api/1/scenarios/impact", headers=asking)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Methods"]) == (204, "OPTIONS, POST")


def test_a_method_that_an_address_lacks_is_refused_in_words(client, db) -> None:
    strict = Client(enforce_csrf_checks=True)
    cases = [
        (method, address, "GET, HEAD, OPTIONS")
        for method in ("POST", "PUT", "PATCH", "DELETE")
        for address in ("/api/1/atlas", "/api/1/openapi.json", "/api/1/territoires/commune/90001")
    ]
    for method, address, allowed in (*cases, ("GET", "/api/1/scenarios/impact", "OPTIONS, POST")):
        answer = strict.generic(method, address)
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed), address
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.json() == {"detail": f"Cette adresse ne prend pas {method} ; elle prend {allowed}."}
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "address", ["/api/1/chiffres/rien", "/api/1/territoires/commune/0", "/api/1/territoires?atlas=rien"]
)
def test_what_does_not_exist(client, db, address) -> None:
    assert client.get(address).status_code == 404


def test_a_wrong_key_is_told_so(client, compte) -> None:
    personne = compte()
    clear = commands.create_jeton(personne, "essai")
    assert client.get("/api/1/atlas", headers={"Authorization": f"Bearer {clear}"}).status_code == 200
    assert client.get("/api/1/atlas", headers={"Authorization": "Bearer faux"}).status_code == 401


@pytest.fixture
def minute(monkeypatch):
    """A clock that stands still, so that a test never straddles two minutes."""
    monkeypatch.setattr(debit, "minute", lambda: 100)


def test_the_rate_is_limited_without_a_key_and_larger_with_one(client, compte, minute, monkeypatch) -> None:
    clear = commands.create_jeton(compte(), "essai")
    statuses = [client.get("/api/1/atlas").status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]
    answer = client.get("/api/1/atlas")
    assert answer.json() == {"detail": "Trop de requêtes en une minute : attendez la suivante."}
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert client.get("/api/1/atlas", headers={"Authorization": f"Bearer {clear}"}).status_code == 200
    monkeypatch.setattr(debit, "minute", lambda: 101)
    assert client.get("/api/1/atlas").status_code == 200


def test_counting_writes_nothing_and_asks_nothing(client, db, minute, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        client.get("/api/1/atlas")


def test_old_counts_are_forgotten(db) -> None:
    assert [count_use("une", 100), count_use("une", 100), count_use("autre", 100)] == [1, 2, 1]
    assert [count_use("encore", 102), Compteur.objects.count()] == [1, 1]


def test_no_address_is_kept(client, db, minute, monkeypatch, tmp_path) -> None:
    shared = CompteursPartages(tmp_path / "compteurs")
    monkeypatch.setattr(debit, "_shared", shared)
    monkeypatch.setattr(
        debit, "connection", SimpleNamespace(vendor="postgresql")
    )  # as with several processes
    answers = [client.get("/api/1/atlas", REMOTE_ADDR="192.0.2.7") for _ in range(2)]
    assert [one.headers["RateLimit"].partition(";")[2][:5] for one in answers] == ["r=119", "r=118"]
    assert b"192.0.2.7" not in shared.path.read_bytes()
    assert not Compteur.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "told", "expected"),
    [
        (0, "198.51.100.1", "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.5, 198.51.100.1", "198.51.100.1"),  # the reader wrote the first one herself
        (2, "203.0.113.5, 198.51.100.1, 198.51.100.2", "198.51.100.1"),
        (3, "198.51.100.1", "198.51.100.1"),
    ],
)
def test_only_our_proxies_say_where_a_reader_is(rf, settings, proxies, told, expected) -> None:
    settings.MAILLAGE_MANDATAIRES = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.9", headers={"X-Forwarded-For": told} if told else {})
    assert lire_adresse(request) == expected


def read_links(answer) -> dict[str, str]:
    """Relation → address, of the ``Link`` field."""
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])}


def test_pages_lead_to_each_other_and_hold_everything_once(client, db) -> None:
    whole = client.get("/api/1/territoires?niveau=commune").json()
    assert len(whole) == 12
    address, codes, seen = "/api/1/territoires?niveau=commune&limit=5", [], 0
    while address:
        answer = client.get(address)
        assert answer.headers["X-Total-Count"] == "12"
        codes += [row["code"] for row in answer.json()]
        links, seen = read_links(answer), seen + 1
        assert ("prev" in links) == (seen > 1)
        assert links["first"].endswith("&limit=5&page=1")
        assert links["last"].endswith("&limit=5&page=3")
        address = links.get("next")
    assert seen == 3
    assert codes == [row["code"] for row in whole]
    beyond = client.get("/api/1/territoires?limit=5&page=4")
    assert (beyond.status_code, beyond.json()) == (
        404, {"detail": "Il n’y a pas de page 4 : la dernière est la 3."},
    )  # fmt: skip
    refused = client.get("/api/1/territoires?limit=5000&page=0").json()["detail"]
    assert "« limit » doit être 1000 au plus" in refused
    assert "« page » doit être 1 au moins" in refused


def test_the_form_is_the_one_that_the_reader_prefers(client, db) -> None:
    def ask(accept: str, query: str = ""):
        return client.get(f"{FIGURES}{query}", headers={"Accept": accept})

    assert ask("text/csv, application/json;q=0.5").headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ask("application/geo+json").headers["Content-Type"] == "application/geo+json"
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept in ("*/*", browser, "application/*", "text/csv;q=0.1, application/json"):
        assert ask(accept).headers["Content-Type"].startswith("application/json"), accept
    assert ask("image/png", "?format=csv").headers["Content-Type"].startswith("text/csv")
    for address in (FIGURES, "/api/1/deficits", "/api/1/territoires/commune/90001"):
        refused = client.get(address, headers={"Accept": "image/png"})
        assert refused.status_code == 406
        assert "application/json" in refused.json()["detail"]
        assert {"Accept", "Authorization"} <= set(refused.headers["Vary"].split(", "))
    csv_mark = ask("text/csv").headers["ETag"]
    assert client.get(FIGURES, headers={"Accept": "text/csv", "If-None-Match": csv_mark}).status_code == 304
    assert client.get(FIGURES, headers={"If-None-Match": csv_mark}).status_code == 200


def test_deficits_are_those_of_the_atlas(client, db) -> None:
    atlas = atlases.choose(None)
    rows = client.get("/api/1/deficits?niveau=commune").json()
    held = atlas.deficits("commune")
    assert {row["code"] for row in rows} == set(held)
    ranks = [row["rang"] for row in rows if row["en_deficit"]]
    assert ranks == sorted(ranks)
    assert len(ranks) == sum(one.en_deficit for one in held.values()) > 0
    first = rows[0]
    assert first["motifs"] == list(held[first["code"]].motifs)
    assert first == client.get(f"/api/1/deficits/commune/{first['code']}").json()
    assert client.get("/api/1/deficits?en_deficit=true").headers["X-Total-Count"] == str(len(ranks))


def test_a_mark_changes_when_the_base_is_written_and_is_given_to_nobody_else(client, pleine) -> None:
    addresses = ("/api/1/programme/valeurs", "/api/1/annuaire/structures")
    first = [client.get(address) for address in addresses]
    assert all("public" in answer.headers["Cache-Control"] for answer in first)

    def ask(rank: int, **headers):
        marked = {"If-None-Match": first[rank].headers["ETag"], **headers}
        return client.get(addresses[rank], headers=marked)

    assert [ask(0).status_code, ask(1).status_code] == [304, 304]
    mine = ask(0, Authorization=f"Bearer {commands.create_jeton(pleine, 'essai', ['programme'])}")
    assert mine.status_code == 200
    assert mine.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    row = Valeur.objects.get(etat="validee")
    row.valeur = 5
    row.save()
    assert [ask(0).status_code, ask(1).status_code] == [200, 200]
    assert ask(0).json()[0]["valeur"] == 5


def test_a_day_has_its_quota_too_and_what_is_left_is_told(client, compte, minute, monkeypatch) -> None:
    monkeypatch.setattr("maillage.web.api.securite.Limite.PAR_JOUR", 2)
    key = {"Authorization": f"Bearer {commands.create_jeton(compte(), 'essai')}"}
    first, second, third = (client.get("/api/1/atlas", headers=key) for _ in range(3))
    assert first.headers["RateLimit-Policy"] == '"minute";q=1200;w=60, "jour";q=2;w=86400'
    assert re.fullmatch(r'"minute";r=1199;t=\d+, "jour";r=1;t=\d+', first.headers["RateLimit"])
    assert '"jour";r=0;' in second.headers["RateLimit"]
    assert third.status_code == 429
    assert third.json() == {"detail": "Cette clé a fait toutes ses requêtes du jour : attendez demain."}
    assert abs(int(third.headers["Retry-After"]) - debit.wait_tomorrow_s()) <= 2
    assert client.get("/api/1/atlas").status_code == 200  # without a key, there is no count by day
    assert "jour" not in client.get("/api/1/atlas").headers["RateLimit"]


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/api/1/programme/declinaisons?limit=1000", 17),
        ("/api/1/programme/indicateurs", 17),
        ("/api/1/gouvernance/decisions", 4),
        ("/api/1/gouvernance/remontees", 4),
        ("/api/1/participation/signalements", 3),
        ("/api/1/participation/propositions", 3),
        ("/api/1/annuaire/prestations", 5),
    ],
)
def test_how_many_questions_an_answer_asks(
    client, pleine, minute, monkeypatch, address, most, django_assert_num_queries
) -> None:
    """However many rows: nothing is asked row by row. The counts of quotas are left out: see ``debit``."""
    for name in ("count", "count_today"):
        monkeypatch.setattr(debit, name, lambda _key: 1)
    key = {"Authorization": f"Bearer {commands.create_jeton(pleine, 'essai', Jeton.Droit)}"}
    with django_assert_num_queries(most):
        assert client.get(address, headers=key).status_code == 200


def test_days_and_minutes_are_counted_apart(db, monkeypatch) -> None:
    """With several processes, the rows of one never sweep those of the other away."""
    monkeypatch.setattr(debit, "connection", SimpleNamespace(vendor="postgresql"))
    assert [debit.count("cle"), debit.count_today("cle"), debit.count("cle"), debit.count_today("cle")] == [
        1, 1, 2, 2,
    ]  # fmt: skip
    assert Compteur.objects.count() == 1
