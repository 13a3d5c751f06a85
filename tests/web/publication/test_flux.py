"""Feeds of what changes: what RFC 4287 and JSON Feed 1.1 ask, who may be told what, what it costs."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.web.participation.models import ConsultationPublique, Enquete
from maillage.web.programme import models
from maillage.web.programme.indicateurs.commands import create_indicateur
from maillage.web.publication.flux import queries
from maillage.web.suivi.commands import comment, update
from tests.attaques.test_visibilite import CHAMPS, CLE, COMPTE, HISTORIQUE, MARQUES, PERSONNE, plantee

__all__ = ["plantee"]
pytestmark = pytest.mark.django_db
ATOM, JSON = "/flux/changements.atom", "/flux/changements.json"
NS = {"a": "http://www.w3.org/2005/Atom"}
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# RFC 4151: tag:authority,date:specific
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:[\w./-]+")


def check_atom(body: bytes) -> list[ET.Element]:
    """The rules of RFC 4287, sections 4.1.1 and 4.1.2, that bind a feed such as ours; its entries."""
    root = ET.fromstring(body)
    assert root.tag == f"{{{NS['a']}}}feed"
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"a:{name}", NS)) == 1, name
    assert len(root.findall("a:author/a:name", NS)) == 1  # then no entry needs its own
    assert [one.get("rel") for one in root.findall("a:link", NS)].count("self") == 1
    entries = root.findall("a:entry", NS)
    for entry in entries:
        for name in ("id", "title", "updated"):
            assert len(entry.findall(f"a:{name}", NS)) == 1, name
        assert [one.get("rel") for one in entry.findall("a:link", NS)] == ["alternate"]
        assert all(one.get("term") for one in entry.findall("a:category", NS))
        assert entry.find("a:summary", NS).get("type") in {"text", "html"}
    ids = [entry.findtext("a:id", "", NS) for entry in entries]
    assert len(set(ids)) == len(ids)
    assert all(TAG.fullmatch(one) for one in ids)
    days = [one.text or "" for one in root.iter(f"{{{NS['a']}}}updated")]
    assert all(RFC3339.fullmatch(one) for one in days)
    moments = [datetime.fromisoformat(one) for one in days[1:]]
    assert moments == sorted(moments, reverse=True)
    if moments:
        assert datetime.fromisoformat(days[0]) == moments[0]
    return entries


def test_a_feed_says_what_changed_in_public_words_only(client, plantee, compte) -> None:
    chief = compte("charge_mission")
    row = models.Declinaison.objects.get(cle=CLE)
    comment(chief, row, "Un commentaire")
    answer = client.get(ATOM)
    entries = check_atom(answer.content)
    told = {entry.findtext("a:summary", "", NS): entry for entry in entries}
    state = next(one for said, one in told.items() if said.startswith("État : "))
    assert [one.get("term") for one in state.findall("a:category", NS)] == ["programme.etat", "sante"]
    assert "engagée" in state.findtext("a:summary", "", NS)
    assert "Changé : météo, commentaire." in told
    assert any(said.startswith("Valeur validée, au 31/01/2026 : 4") for said in told)
    held = client.get(JSON).json()
    assert [one["id"] for one in held["items"]] == [entry.findtext("a:id", "", NS) for entry in entries]
    page = client.get("/flux/").content.decode()
    for name, readers in CHAMPS.items():
        if readers in {PERSONNE, COMPTE, HISTORIQUE}:
            for said in (answer.content.decode(), str(held), page):
                assert MARQUES[name] not in said, name
    for entry in entries:  # what it leads to is open to anyone
        address = urlsplit(entry.find("a:link", NS).get("href"))
        assert client.get(f"{address.path}?{address.query}").status_code == 200, address.path


def test_what_the_install_reserves_is_not_told_to_have_changed(client, plantee, settings) -> None:
    settings.MAILLAGE_RESERVES = ("meteo", "freins")
    said = client.get(JSON).content.decode()
    assert "météo" not in said
    assert "commentaire_meteo" not in said
    assert "Changé : freins" not in said
    assert "État : " in said


def test_ids_stay_and_who_holds_a_feed_is_told_so(client, programme, compte) -> None:
    chief = compte("charge_mission")
    first = client.get(ATOM, {"theme": "sante"})
    check_atom(first.content)
    again = client.get(ATOM, {"theme": "sante"}, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(ATOM, {"theme": "sante"}, headers=since).content == first.content
    row = models.FicheAction.objects.get(cle="sante")
    update(chief, row, row.version, {"titre": "Santé <b>&</b> soins"}, "")
    more = client.get(ATOM, {"theme": "sante"}, headers={"If-None-Match": first.headers["ETag"]})
    entries = check_atom(more.content)
    assert entries[0].findtext("a:title", "", NS) == "Fiche action : Santé <b>&</b> soins"
    old = [entry.findtext("a:id", "", NS) for entry in check_atom(first.content)]
    assert [entry.findtext("a:id", "", NS) for entry in entries][1 : len(old)] == old[:-1]
    assert client.get(ATOM, {"theme": "education"}).content.count(b"soins") == 0
    elsewhere = client.get(ATOM, {"theme": "sante"}, headers={"Host": "localhost"})
    ids = [[one.text for one in ET.fromstring(body).iter(f"{{{NS['a']}}}id")]
           for body in (more.content, elsewhere.content)]  # fmt: skip
    assert ids[0] == ids[1]
    assert client.get(ATOM).content.split(b"<id>")[1] != more.content.split(b"<id>")[1]


def test_filters_keep_their_part_and_refuse_what_is_not_here(client, programme) -> None:
    places = {
        place
        for one in client.get(JSON, {"arrondissement": "593"}).json()["items"]
        for place in one["_maillage"]["arrondissements"]
    }
    assert places <= {"593"}
    only = client.get(JSON, {"genre": "atlas.ouvert"}).json()["items"]
    assert [one["_maillage"]["genre"] for one in only] == ["atlas.ouvert"] * 2
    for wrong in ({"theme": "rien"}, {"arrondissement": "1"}, {"genre": "x"}, {"autre": "1"}):
        assert client.get(ATOM, wrong).status_code == 404


@pytest.mark.parametrize("address", [ATOM, JSON, "/webhooks/schema.json"])
def test_a_page_of_another_site_may_read_a_feed(client, db, address) -> None:
    asked = client.options(address, headers={"Origin": "https://ailleurs.example"})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    answer = client.get(address)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    refused = client.post(address)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_feed_is_another_when_an_atlas_comes_or_goes(client, db, settings, tmp_path) -> None:
    shown, settings.MAILLAGE_ATLAS = settings.MAILLAGE_ATLAS, tmp_path / "atlas"
    settings.MAILLAGE_ATLAS.mkdir()
    (settings.MAILLAGE_ATLAS / "essai-2026").symlink_to(shown / "essai-2026")
    older = settings.MAILLAGE_ATLAS / "essai-2025"
    for change in (lambda: older.symlink_to(shown / "essai-2025"), older.unlink):
        held = {"If-None-Match": client.get(ATOM).headers["ETag"]}
        assert client.get(ATOM, headers=held).status_code == 304
        change()
        assert client.get(ATOM, headers=held).status_code == 200


def test_a_feed_without_a_schema_tells_of_atlases(client, db) -> None:
    assert len(check_atom(client.get(ATOM).content)) == 2
    assert client.get("/flux/").status_code == 200


def test_a_proposed_value_is_not_told_and_a_consultation_is_when_it_opens(client, programme, compte) -> None:
    chief, today = compte("charge_mission"), timezone.localdate()
    row = models.Declinaison.objects.get(cle=CLE)
    indicator = create_indicateur(chief, row, {"libelle": "Accueils", "nature": "quantitative"})
    models.Valeur.objects.create(indicateur=indicator, date=today, valeur=4)
    question = [{"cle": "q", "genre": "texte", "libelle": "Quoi ?"}]
    for rank, day in enumerate((today, today + timedelta(days=1))):
        asked = Enquete.objects.create(
            cle=f"e{rank}", titre=f"Votre avis {rank}", questions=question, ouvre_le=day,
            ferme_le=day + timedelta(days=9), theme="sante",
        )  # fmt: skip
        ConsultationPublique.objects.create(cle=f"c{rank}", enquete=asked, objet=CLE, intitule="Un texte")
    told = client.get(JSON, {"theme": "sante"}).json()["items"]
    kinds = [one["_maillage"]["genre"] for one in told]
    assert "programme.mesure" not in kinds
    opened = [one for one in told if one["_maillage"]["genre"] == "consultation.ouverte"]
    assert [one["title"] for one in opened] == ["Consultation : Votre avis 0"]
    Enquete.objects.filter(cle="e0").update(publiee_le=today)
    asked = Enquete.objects.get(cle="e0")
    asked.save()
    assert "consultation.synthese" in client.get(JSON).content.decode()


def test_pages_name_their_feed(client, programme) -> None:
    page = client.get("/programme/fiches/sante/").content.decode()
    links = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)"', page)
    assert ("application/atom+xml", f"{ATOM}?theme=sante") in links
    assert ("application/feed+json", JSON) in links
    for mime, address in links:
        assert client.get(address).headers["Content-Type"].startswith(mime)


def test_what_it_costs_does_not_grow_with_what_changed(plantee, compte) -> None:
    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            queries.list_parutions()
        return len(asked)

    before = count()
    chief = compte("charge_mission")
    for rank in range(3):
        row = models.Declinaison.objects.get(cle=CLE)
        update(chief, row, row.version, {"libelle": f"Libellé {rank}"}, "")
    assert count() == before
    assert before <= 3 * len(models.SORTES) + 8
