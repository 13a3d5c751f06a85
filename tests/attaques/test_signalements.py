"""A form open to all: machines, floods, photos, secrets of others, and names that would be published."""

import io
import re
import time
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image

from maillage.web.comptes.models import Essai
from maillage.web.fichiers.models import FichierDonne
from maillage.web.participation import commands, forms
from maillage.web.participation.models import LienDeSuivi, SignalementRecu
from maillage.web.socle import journal

ADRESSE = "/signalements/nouveau/"


def make_billet(seconds: float = 60) -> str:
    now = time.time()
    with patch("django.core.signing.time.time", lambda: now - seconds):
        return forms.make_billet()


def fill(texte="Le guichet est fermé depuis mars", **champs):
    return {"texte": texte, "theme": "sante", "billet": make_billet(), **champs}


def deposit(number: int, texte: str = "Le guichet est fermé", adresse: str = "192.0.2.7", **champs):
    return commands.deposit(None, commands.DemandeSignalement(texte=texte, **champs), f"b{number}", adresse)


def test_a_machine_is_held_off_without_asking_anything_of_people(client, nord):
    for wrong, said in (
        ({"site": "http://spam.example"}, "Videz ce champ"),
        ({"billet": make_billet(0)}, "trop vite"),
        ({"billet": make_billet(13 * 3600)}, "trop longtemps"),
        ({"billet": "forgé"}, "pas complet"),
        ({"billet": ""}, "champs marqués"),
        ({"texte": "court"}, "10 caractères"),
        ({"theme": "inventé"}, "champs marqués"),
    ):
        page = client.post(ADRESSE, fill() | wrong)
        assert said in page.content.decode(), wrong
    assert not SignalementRecu.objects.exists()


def test_a_form_sent_twice_is_one_signalement_and_gives_no_second_link(client, nord):
    sent = fill()
    first, again = client.post(ADRESSE, sent), client.post(ADRESSE, sent)
    assert first.headers["Location"].startswith("/signalements/suivre/")
    assert again.headers["Location"] == "/signalements/"
    assert (SignalementRecu.objects.count(), LienDeSuivi.objects.count()) == (1, 1)


def test_a_thousand_from_one_address_are_six(nord):
    refused = []
    for number in range(1000):
        try:
            deposit(number, f"Le guichet {'abcdefghij'[number % 10] * (number // 10 + 1)} est fermé")
        except ValidationError as error:
            refused += error.messages
    assert SignalementRecu.objects.count() == 6
    assert len(refused) == 994
    assert all("attendez" in said for said in refused)
    assert "192.0.2" not in str(list(Essai.objects.values()))


def test_the_same_words_from_many_addresses_are_one_to_read(nord):
    for number in range(100):
        deposit(number, f"Le guichet est FERMÉ n° {number}", f"192.0.2.{number}")
    assert SignalementRecu.objects.get().fois == LienDeSuivi.objects.count() == 100


def test_beyond_what_is_read_none_is_taken_and_one_act_puts_the_flood_away(client, nord, compte, monkeypatch):
    real = commands.read_setting
    monkeypatch.setattr(
        commands, "read_setting", lambda name: 3 if name == "signalements_en_attente" else real(name)
    )
    for number, word in enumerate(("un", "deux", "trois")):
        deposit(number, f"Le guichet {word * 3} est fermé", f"192.0.2.{number}")
    page = client.post(ADRESSE, fill())
    assert page.status_code == 429
    assert "Trop de signalements attendent" in page.content.decode()
    client.force_login(compte("charge_mission"))
    choix = [f"{row.cle}@{row.version}" for row in SignalementRecu.objects.order_by("pk")]
    client.post("/signalements/a-traiter/refuser", {"choix": choix, "motif": "Envoi en nombre"})
    assert SignalementRecu.objects.filter(etat="refuser").count() == 3
    assert client.post(ADRESSE, fill(), follow=True).status_code == 200  # an account waits for nobody


def test_what_is_markup_is_text_for_each_reader(client, nord, compte):
    texte = "<script>alert(1)</script> <img src=x onerror=alert(1)> Le guichet"
    depot = deposit(1, texte, theme="sante", lieu="<b>rue</b>")
    charge = compte("charge_mission")
    row = commands.publish(
        charge, depot.signalement, 1, commands.Relecture(texte=texte, theme="sante", relu=True)
    )
    client.force_login(charge)
    pages = ("/signalements/", row.get_absolute_url(), f"/signalements/suivre/{depot.jeton}/")
    for address in pages:
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "texte",
    ["Appelez M. Durand au guichet", "Mon numéro est le 06 12 34 56 78", "Écrivez à jean@example.org",
     "NIR 1 85 05 78 006 084 36", "La voiture AB-123-CD bloque"],
)  # fmt: skip
def test_who_is_named_is_shown_before_sending_and_hidden_before_publishing(client, nord, compte, texte):
    shown = client.post(ADRESSE, fill(texte)).content.decode()
    assert "<mark>" in shown
    assert not SignalementRecu.objects.exists()
    seen = re.search(r'name="vu" value="([^"]+)"', shown)[1]
    other = client.post(ADRESSE, fill(texte + " aussi", vu=seen)).content.decode()
    assert "<mark>" in other  # what was seen of another text does not count
    assert client.post(ADRESSE, fill(texte, vu=seen)).status_code == 302
    row = SignalementRecu.objects.get()
    relecture = commands.Relecture(texte=texte, theme="sante", relu=True)
    with pytest.raises(ValidationError):
        commands.publish(compte("charge_mission"), row, 1, relecture)


def make_jpeg(exif: bool = True) -> bytes:
    out, image = io.BytesIO(), Image.new("RGB", (40, 30), "red")
    place = Image.Exif()
    place[0x010F] = "AppareilDeMarque"
    image.save(out, "JPEG", exif=place if exif else Image.Exif())
    return out.getvalue()


def test_a_photo_is_drawn_again_and_shown_to_all_only_once_read(client, nord, compte, settings):
    depot = deposit(1, theme="sante")
    mine = f"/signalements/suivre/{depot.jeton}/photo"
    for name, body, said in (
        ("gros.jpg", b"\xff\xd8\xff" + bytes(10 * 2**20), "dépasse 10"),
        ("faux.jpg", b"%PDF-1.7 rien %%EOF", "JPEG, PNG ou WebP"),
        ("coupe.jpg", b"\xff\xd8\xff\x00", "ne s’ouvre pas"),
    ):
        file = io.BytesIO(body)
        file.name = name
        page = client.post(mine, {"photo": file}, follow=True).content.decode()
        assert said in page, name
    assert not FichierDonne.objects.exists()
    file = io.BytesIO(make_jpeg())
    file.name = "a.jpg"
    client.post(mine, {"photo": file})
    kept = client.get(mine)
    assert b"AppareilDeMarque" not in kept.content
    assert kept["Content-Security-Policy"] == "default-src 'none'; sandbox"
    row, charge = depot.signalement, compte("charge_mission")
    relecture = commands.Relecture(texte="Le guichet", theme="sante")
    row = commands.publish(charge, row, row.version, relecture)
    public, given = f"/signalements/{row.cle}/photo", f"/fichiers/{FichierDonne.objects.get().pk}/"
    assert [client.get(address).status_code for address in (public, given)] == [404, 404]
    late = client.post(mine, {"photo": io.BytesIO(make_jpeg())}, follow=True).content.decode()
    assert "a été lu" in late
    row = commands.reopen(charge, commands.refuse(charge, row, row.version, "x"), row.version + 1, "x")
    commands.publish(
        charge, row, row.version, commands.Relecture(texte="Le guichet", theme="sante", photo=True)
    )
    assert client.get(public).status_code == 200
    assert client.get(given).status_code == 404


def test_a_link_opens_one_signalement_is_kept_as_a_hash_and_leaves_no_trace(client, nord):
    one, other = deposit(1, "Le guichet zibeline"), deposit(2, "Le bus ocelot", "192.0.2.8")
    page = client.get(f"/signalements/suivre/{one.jeton}/")
    assert "zibeline" in page.content.decode()
    assert "ocelot" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "strict-origin"
    assert one.jeton not in str(list(LienDeSuivi.objects.values()))
    for wrong in ("", "x", other.signalement.cle, one.jeton[:-1], f"{one.jeton}a"):
        for end in ("/", "/donnees.json", "/photo"):
            assert client.get(f"/signalements/suivre/{wrong or 'essai'}{end}").status_code == 404
        assert client.post(f"/signalements/suivre/{wrong or 'essai'}/retirer").status_code == 404
    assert journal.mask(f"GET /signalements/suivre/{one.jeton}/photo") == "GET /signalements/suivre/…/photo"


def search_base(word: str) -> list[str]:
    """The tables in which a word is, anywhere."""
    return [m._meta.label for m in apps.get_models() if word in str(list(m.objects.values()))]


def test_withdrawn_nothing_of_its_words_is_left_in_any_table(client, nord, compte):
    depot = deposit(
        1, "Le guichet zibeline", theme="sante", lieu="rue zibeline", rappel="zibeline@example.org"
    )
    charge = compte("charge_mission")
    row = commands.publish(
        charge, depot.signalement, 1, commands.Relecture(texte="Le guichet zibeline", theme="sante")
    )
    commands.hide(charge, row, row.version, "La zibeline", "zibeline de trop", ())
    row.refresh_from_db()
    commands.answer(charge, row, row.version, "La zibeline revient", ())
    assert len(search_base("zibeline")) >= 3
    client.post(f"/signalements/suivre/{depot.jeton}/retirer")
    assert search_base("zibeline") == []
    row.refresh_from_db()
    assert (row.etat, row.theme, row.clos) == ("retirer", "sante", True)
    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.post(f"/signalements/suivre/{depot.jeton}/retirer", follow=True).status_code == 200
    again = Client().get(f"/signalements/suivre/{depot.jeton}/").content.decode()
    assert "sont effacés" in again
