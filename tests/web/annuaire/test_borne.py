"""The kiosk of a reception place: it answers from where it stands, keeps nothing, no link leads out of it."""

import logging
import re
from datetime import date

import pytest

from maillage.annuaire.fiche import Annuaire, Prestation, Structure
from maillage.web.annuaire import commands
from maillage.web.annuaire.commands import FichierLu
from maillage.web.annuaire.models import FicheTenue
from maillage.web.programme.models import PlanExterne
from maillage.web.socle.atlas import choose

LE = date(2026, 1, 31)
LIEU = "/borne/c90001/"
LIENS = re.compile(r'(?:href|action|src)="([^"]*)"')


def add(*told: tuple[str, float, tuple[str, ...], dict]) -> None:
    homes = [
        Structure(source="essai", id=key, nom=f"Accueil {key}", date_maj=LE, longitude=3.05, latitude=lat,
                  code_insee="90001", telephone="0300000000")
        for key, lat, _, _ in told
    ]  # fmt: skip
    offers = [
        Prestation(source="essai", id=f"p-{key}", structure_id=key, nom=f"Aide {key}", date_maj=LE,
                   thematiques=subjects, **more)
        for key, _, subjects, more in told
    ]  # fmt: skip
    whole = Annuaire(tuple(homes), tuple(offers), {})
    commands.import_annuaire(None, FichierLu(whole, "e.json", "essai", "0" * 64))


@pytest.fixture
def pres_et_loin(db):
    """One place that helps online at 0 m, one 28 km north, one that lends vehicles."""
    online = ("numerique--acceder-a-des-services-en-ligne",)
    add(
        ("ici", 50.05, online, {"lien_mobilisation": "https://exemple.invalid/rdv"}),
        ("loin", 50.3, online, {}),
        ("garage", 50.06, ("mobilite--acceder-a-un-vehicule",), {"modes_accueil": ("en-presentiel",)}),
    )


def list_outside(page: str) -> list[str]:
    """The addresses of a page that are neither the kiosk, a part of the page, nor a file that it loads."""
    return [
        link for link in LIENS.findall(page)
        if not link.startswith((LIEU, "#", "/static/", "/statique/", "data:"))
    ]  # fmt: skip


def test_every_page_keeps_nothing_resets_itself_and_leads_nowhere_else(client, pres_et_loin, caplog):
    card = FicheTenue.objects.get(ident="p-ici").pk
    asked = {"besoin": "demarche_en_ligne", "comment": "marche"}
    with caplog.at_level(logging.DEBUG):
        answers = [client.get(LIEU), client.post(LIEU, asked), client.post(LIEU, {**asked, "fiche": card})]
    for answer in answers:
        page = answer.content.decode()
        assert answer.status_code == 200
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert list_outside(page) == []
        assert "tel:" not in page
        assert "site." not in page  # htmx, which writes in the browser's storage, is not loaded
    assert "storage" in answers[0]["Clear-Site-Data"]
    first, told, taken = (answer.content.decode() for answer in answers)
    assert "http-equiv" not in first
    assert all('http-equiv="refresh" content="120;url=/borne/c90001/"' in page for page in (told, taken))
    assert "Faire une démarche en ligne" in first
    assert "Aide ici" in told
    assert "<svg" in taken
    assert f"/annuaire/{card}/" in taken  # the code to scan says where it leads
    assert "tél. 0300000000" in taken
    assert "marche en ligne" not in caplog.text


def test_only_what_is_told_can_be_taken_and_nonsense_goes_back_to_the_first_page(client, pres_et_loin):
    other = FicheTenue.objects.get(ident="p-garage").pk
    page = client.post(LIEU, {"besoin": "demarche_en_ligne", "comment": "marche", "fiche": other})
    assert "Aide garage" not in page.content.decode().split("Être aidé")[0]
    assert "De quoi avez-vous besoin" in client.post(LIEU, {"besoin": "zzz"}).content.decode()
    assert client.get("/borne/c99999/").status_code == 404
    assert client.get("/borne/x1/").status_code == 404
    assert client.get("/borne/f²/").status_code == 404


def test_its_look_goes_with_each_step(client, pres_et_loin):
    told = client.post(
        LIEU, {"texte": "démarche en ligne", "contraste": "on", "grand": "on"}
    ).content.decode()
    assert 'class="borne grand contraste"' in told
    assert told.count('name="contraste" value="on"') >= 2
    plain = client.post(LIEU, {"texte": "démarche en ligne", "contraste": "false"}).content.decode()
    assert 'class="borne"' in plain


def test_a_kiosk_stands_at_a_structure_of_the_directory(client, pres_et_loin):
    page = client.get("/borne/?ou=Valbrune").content.decode()
    key = FicheTenue.objects.get(ident="ici").pk
    assert f"/borne/f{key}/" in page
    assert "Accueil ici" in client.get(f"/borne/f{key}/").content.decode()


def test_help_to_move_is_beside_what_is_far(client, pres_et_loin):
    asked = {"besoin": "démarche en ligne", "ou": "Valbrune", "comment": "marche"}
    page = client.post("/trouver/", asked).content.decode()
    assert "Être aidé à se déplacer" in page
    assert "Aide garage" in page
    FicheTenue.objects.filter(ident__in=["p-loin", "loin"]).update(disparue_le=LE)
    commands.EtatAnnuaire.objects.update(marque="autre")
    near = client.post("/trouver/", asked).content.decode()
    assert "Aide ici" in near
    assert "Être aidé à se déplacer" not in near


def test_help_to_move_by_basin(client, pres_et_loin, django_assert_max_num_queries):
    client.get("/annuaire/mobilite/")
    with django_assert_max_num_queries(6):
        page = client.get("/annuaire/mobilite/").content.decode()
    assert "Aide garage" in page
    assert "prêter, louer un véhicule" in page
    assert "Aucune démarche de mobilité du programme" in page
    arrondissements = [one.code for one in choose("essai-2026").territoires("arrondissement")]
    plan = {"type": "pams", "arrondissements": arrondissements[:1]}
    PlanExterne.objects.create(cle="pams-essai", nom="PAMS d’essai", **plan)
    drawn = client.get("/annuaire/mobilite/").content.decode()
    assert "PAMS d’essai" in drawn
    assert "Aucune démarche de mobilité du programme" not in drawn
