"""A campaign from end to end: launched, written once, answered by a link, read again, ended."""

import re
from datetime import date, datetime

import pytest
from django.core import mail
from django.utils import timezone

from maillage.annuaire.fiche import Annuaire
from maillage.francais import plat
from maillage.web.annuaire import commands as annuaire
from maillage.web.annuaire.commands import FichierLu
from maillage.web.annuaire.fraicheur import commands, courriel, queries
from maillage.web.annuaire.fraicheur.models import DemandeConfirmation, LienConfirmation
from maillage.web.annuaire.models import CorrectionProposee, FicheTenue
from maillage.web.annuaire.queries import read_annuaire
from tests.web.annuaire.test_trouver import home, offer

SITE = "https://exemple.fr"
OUVERTE, FINIE = "2026-11-29T09:00:00+01:00", "2026-12-30T09:00:00+01:00"


class Horloge:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.move_to(OUVERTE)

    def move_to(self, at: str) -> None:
        self.at = datetime.fromisoformat(at)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def horloge(monkeypatch) -> Horloge:
    clock = Horloge()
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock


@pytest.fixture
def tenu(db, horloge) -> dict[str, FicheTenue]:
    """Two structures at one address of mail, one at another, one without any."""
    pairs = [
        (home("a", 3.05, 50.05, "Mo-Fr 09:00-12:00", courriel="Accueil@example.org"), offer("a")),
        (home("b", 3.05, 50.06, None, courriel="accueil@example.org"), offer("b")),
        (home("c", 3.05, 50.07, None), offer("c", courriel="c@example.org")),
        (home("d", 3.05, 50.08, None), offer("d")),
    ]
    homes, offers = zip(*pairs, strict=True)
    annuaire.import_annuaire(None, FichierLu(Annuaire(homes, offers, {}), "e.json", "essai", "0" * 64))
    return {row.ident: row for row in FicheTenue.objects.all()}


def links() -> dict[str, str]:
    """Address → path of the link that its message gives."""
    return {
        one.to[0]: re.search(rf"{SITE}(/annuaire/confirmer/[\w-]+/)\n", one.body)[1] for one in mail.outbox
    }


def send() -> tuple[int, int]:
    return courriel.send_demandes(timezone.now(), SITE)


@pytest.fixture
def lien(tenu) -> str:
    commands.launch(None, timezone.localdate())
    send()
    return links()["accueil@example.org"]


def test_one_message_an_address_and_none_twice(tenu):
    assert send() == (0, 0)  # nobody has launched it
    commands.launch(None, timezone.localdate())
    assert send() == (2, 0)
    assert sorted(one.to[0] for one in mail.outbox) == ["accueil@example.org", "c@example.org"]
    both = next(one for one in mail.outbox if one.to == ["accueil@example.org"])
    assert "Accueil a" in both.body
    assert "Accueil b" in both.body
    commands.launch(None, timezone.localdate())
    assert send() == (0, 0)
    told = queries.read_campagne(timezone.localdate())
    assert told.count() == {"sans_reponse": 3, "sans_courriel": 1}
    kept = LienConfirmation.objects.values_list("empreinte", flat=True)
    assert not any(one in path for one in kept for path in links().values())


def test_one_click_says_that_all_is_right_and_the_same_click_changes_nothing(client, tenu, lien):
    for _ in range(2):
        assert client.post(lien, {"fiche": tenu["a"].pk}).status_code == 302
    for ident in ("a", "p-a"):
        assert FicheTenue.objects.get(ident=ident).confirmee_le == date(2026, 11, 29)
    assert FicheTenue.objects.get(ident="b").confirmee_le is None
    assert read_annuaire().confirmees == {"a": date(2026, 11, 29), "p-a": date(2026, 11, 29)}
    assert queries.read_campagne(timezone.localdate()).count()["confirmee"] == 1
    assert "Non confirmée" not in client.get(f"/annuaire/{tenu['a'].pk}/").content.decode()


def answer(client, lien: str, row: FicheTenue, **said):
    told = {f"f{row.pk}-{name.replace('__', '-')}": value for name, value in said.items()}
    return client.post(f"{lien}{row.pk}/", told)


def test_a_correction_waits_to_be_read_then_is_shown(client, admin_client, tenu, lien):
    row = tenu["a"]
    said = {"dit__horaires": "corriger", "jour__0": "14h-17h", "dit__nom": "juste", "dit__telephone": ""}
    for _ in range(2):
        assert answer(client, lien, row, **said).status_code == 302
    (one,) = CorrectionProposee.objects.all()
    assert (one.champ, one.valeur, one.auteur, one.etat) == (
        "horaires_accueil",
        "Mo 14:00-17:00",
        None,
        "recue",
    )
    page = client.get(f"/annuaire/{row.pk}/").content.decode()
    assert "lun. 14" not in page
    assert "proposé par la structure elle-même" in page
    row.refresh_from_db()
    assert row.champs_confirmes == {"nom": "2026-11-29"}
    assert row.confirmee_le is None
    assert queries.read_campagne(timezone.localdate()).count()["a_relire"] == 1
    admin_client.post(f"/annuaire/corrections/{one.pk}/avancer", {"etat": "proposee"})
    held = {structure.id: structure for structure in read_annuaire().annuaire.structures}
    assert held["a"].horaires_accueil == "Mo 14:00-17:00"
    row.refresh_from_db()
    assert set(row.champs_confirmes) == {"nom", "horaires_accueil"}


def test_what_is_typed_wrong_is_said_beside_its_field_and_nothing_is_kept(client, tenu, lien):
    row = tenu["a"]
    said = {"dit__courriel": "corriger", "courriel": "pas une adresse", "dit__nom": "juste"}
    page = answer(client, lien, row, dit__horaires="corriger", jour__0="le matin", **said)
    assert page.status_code == 422
    assert "lundi : « le matin » ne se lit pas" in plat(page.content.decode())
    page = answer(client, lien, row, **said)
    assert page.status_code == 422
    assert "n’est pas une adresse électronique" in page.content.decode()
    assert not CorrectionProposee.objects.exists()
    row.refresh_from_db()
    assert row.champs_confirmes == {}


def test_closures_are_typed_as_two_days_and_the_end_of_a_place_is_a_task(client, admin_client, tenu, lien):
    row = tenu["a"]
    days = {"ferme-debut-0": "2026-12-24", "ferme-fin-0": "2026-12-23"}
    said = {"dit__fermetures": "corriger", "cesse": "on", "mot": "Parti à la mairie"}
    assert answer(client, lien, row, **said, **days).status_code == 422
    days["ferme-fin-0"] = "2026-12-31"
    assert answer(client, lien, row, **said, **days).status_code == 302
    told = dict(CorrectionProposee.objects.values_list("champ", "valeur"))
    shut = {"debut": "2026-12-24", "fin": "2026-12-31", "motif": None}
    assert told == {"fermetures": [shut], "cessation": True}
    row.refresh_from_db()
    assert row.disparue_le is None
    tasks = admin_client.get("/annuaire/corrections/").content.decode()
    assert "Parti à la mairie" in tasks
    assert "du 24 décembre 2026 au 31 décembre 2026" in tasks
    for one in CorrectionProposee.objects.all():
        admin_client.post(f"/annuaire/corrections/{one.pk}/avancer", {"etat": "proposee"})
    (closure,) = read_annuaire().annuaire.complements["a"].fermetures
    assert closure.fin == date(2026, 12, 31)
    assert "n’existe plus" in client.get(f"/annuaire/{row.pk}/").content.decode()


def test_a_link_leads_only_to_its_own_until_its_campaign_ends(client, tenu, lien, horloge):
    assert client.get(lien).status_code == 200
    assert client.get(f"{lien}{tenu['a'].pk}/").status_code == 200
    assert client.get(f"{lien}{tenu['c'].pk}/").status_code == 404
    assert client.get(f"{lien}{tenu['p-a'].pk}/").status_code == 404
    assert client.post(lien, {"fiche": tenu["c"].pk}).status_code == 404
    assert client.get("/annuaire/confirmer/autre/").status_code == 404
    horloge.move_to(FINIE)
    assert client.get(lien).status_code == 404
    assert client.post(lien, {"fiche": tenu["a"].pk}).status_code == 404
    assert (
        "Non confirmée depuis le 31 janvier 2026" in client.get(f"/annuaire/{tenu['a'].pk}/").content.decode()
    )
    assert commands.forget(timezone.now()) == 0
    horloge.move_to("2027-01-29T09:00:00+01:00")
    assert commands.forget(timezone.now()) == 2
    assert not LienConfirmation.objects.exists()
    assert set(DemandeConfirmation.objects.values_list("adresse", flat=True)) == {""}


def test_who_refuses_mail_is_written_to_by_letter(client, admin_client, tenu, lien, settings):
    stop = f"{lien}arreter"
    assert "Ne plus m’écrire" in client.get(stop).content.decode()
    assert client.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    mail.outbox.clear()
    DemandeConfirmation.objects.all().delete()
    # The secret key changes: the refusal is still read, then carried under the new one, and needs it alone.
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 64, [former]
    commands.launch(None, timezone.localdate())
    assert send() == (1, 0)
    mail.outbox.clear()
    DemandeConfirmation.objects.all().delete()
    assert (commands.carry_refusals(), commands.carry_refusals()) == (1, 0)
    settings.SECRET_KEY_FALLBACKS = []
    commands.launch(None, timezone.localdate())
    assert send() == (1, 0)
    settings.SECRET_KEY_FALLBACKS = [former]  # which opened the session of the reader that follows
    page = admin_client.post("/annuaire/fraicheur/lettres").content.decode()
    letters = re.findall(r"http://testserver(/annuaire/confirmer/[\w-]+/)</span>", page)
    assert len(letters) == 3
    assert client.get(letters[0]).status_code == 200
    assert admin_client.post("/annuaire/fraicheur/lettres").status_code == 302  # each is asked once


def test_nothing_leaves_a_demonstration_and_a_message_refused_is_tried_again(tenu, compte, monkeypatch):
    commands.launch(None, timezone.localdate())

    def refuse(*_):
        raise OSError("refus")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", refuse)
        assert send() == (0, 2)
    someone = compte("charge_mission")
    someone.demonstration = True
    someone.save()
    assert send() == (0, 0)
    someone.delete()
    assert send() == (2, 0)


def test_too_many_answers_from_one_network_wait(client, tenu, lien, monkeypatch):
    monkeypatch.setattr(commands, "read_setting", lambda _: 1)
    client.post(lien, {"fiche": tenu["a"].pk})
    page = client.post(lien, {"fiche": tenu["b"].pk}, follow=True)
    assert "attendez" in page.content.decode()
    assert FicheTenue.objects.get(ident="b").confirmee_le is None


def test_the_page_of_the_campaign_does_not_ask_more_for_more_structures(
    admin_client, tenu, lien, django_assert_max_num_queries
):
    with django_assert_max_num_queries(16):
        page = admin_client.get("/annuaire/fraicheur/?par=commune").content.decode()
    assert "Valbrune" in page
    assert "Accueil d" in page
