"""Plain versions: who read them again is said, never supposed; a reader may have them first."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.simple.models import VersionSimple
from tests.web.annuaire.test_trouver import fill, home, offer

TEXTE = "On vous aide pour vos papiers. C’est gratuit."


@pytest.fixture
def fiche(db) -> FicheTenue:
    fill((home("porte", 3.05, 50.05, None), offer("porte")))
    return FicheTenue.objects.get(sorte="structure")


def write(client, fiche, **said):
    return client.post(f"/annuaire/{fiche.pk}/simple/", {"texte": TEXTE, "alternative": "", **said})


def test_a_text_nobody_read_says_so_and_a_changed_one_is_no_longer_read(admin_client, client, fiche):
    page = f"/annuaire/{fiche.pk}/"
    assert write(admin_client, fiche).status_code == 302
    assert "Version simple, non relue" in client.get(page).content.decode()
    read = {"relecteurs": "un groupe\nune association", "relue_le": "2026-06-01"}
    assert write(admin_client, fiche, relecteurs="un groupe").status_code == 422
    assert write(admin_client, fiche, **read | {"relue_le": "2199-01-01"}).status_code == 422
    assert write(admin_client, fiche, **read).status_code == 302
    told = "Relue par un groupe et une association, le 1er juin 2026"
    assert told in client.get(page).content.decode().replace("\xa0", " ")
    assert write(admin_client, fiche, **read | {"texte": "On vous aide."}).status_code == 302
    row = VersionSimple.objects.get()
    assert (row.relecteurs, row.relue_le) == ([], None)
    assert write(admin_client, fiche, **read | {"relue_le": "2026-07-01"}).status_code == 302
    assert VersionSimple.objects.get().relue_le == date(2026, 7, 1)
    assert write(admin_client, fiche, texte="").status_code == 302
    assert "En mots simples" not in client.get(page).content.decode()


def test_a_picture_has_words_in_its_place(admin_client, client, fiche):
    drawn = BytesIO()
    Image.new("RGB", (20, 20), "red").save(drawn, "PNG")

    def picture() -> SimpleUploadedFile:
        return SimpleUploadedFile("a.png", drawn.getvalue())

    assert write(admin_client, fiche, image=picture()).status_code == 422
    assert not VersionSimple.objects.exists()
    assert write(admin_client, fiche, image=picture(), alternative="Une dame au guichet").status_code == 302
    assert 'alt="Une dame au guichet"' in client.get(f"/annuaire/{fiche.pk}/").content.decode()
    answer = client.get(f"/annuaire/{fiche.pk}/simple/image")
    assert answer.status_code == 200
    assert "sandbox" in answer["Content-Security-Policy"]
    assert write(admin_client, fiche, sans_image="on").status_code == 302
    assert client.get(f"/annuaire/{fiche.pk}/simple/image").status_code == 404


def test_a_reader_has_plain_versions_first_by_choice(admin_client, client, fiche, settings):
    write(admin_client, fiche)
    page = f"/annuaire/{fiche.pk}/"

    def is_first() -> bool:
        text = client.get(page).content.decode()
        return text.index("En mots simples") < text.index('class="accueil')

    assert not is_first()
    answer = client.post("/textes-simples/", {"lecture": "simple", "retour": page})
    assert answer["Location"] == page
    assert answer.cookies["lecture"].value == "simple"
    assert is_first()
    away = client.post("/textes-simples/", {"lecture": "courante", "retour": "https://ailleurs.example/"})
    assert away["Location"] == "/"
    assert not is_first()
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_the_memory_of_pages_keeps_both_readings(rf):
    from maillage.web.socle.pages import identify  # noqa: PLC0415

    plain, simple = rf.get("/programme/"), rf.get("/programme/", headers={"Cookie": "lecture=simple"})
    assert identify(plain) != identify(simple)
    assert identify(plain) == identify(rf.get("/programme/", headers={"Cookie": "lecture=autre"}))
