"""The secret key is changed, as docs/exploitation.md drills it: nothing that must not be lost is lost."""

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection

from maillage.sdaasp.bilan.scelle import VerdictScelle
from maillage.web.bilan import lecture
from maillage.web.bilan.models import BilanFige, ContreSceau
from maillage.web.gouvernance import calendrier
from maillage.web.participation.forms import make_billet
from maillage.web.participation.forms import signing as billets
from maillage.web.serveur.verification import verify
from maillage.web.settings import environnement
from maillage.web.suivi import courriel

NOUVELLE = "n" * 64


def say() -> list[tuple[str, str]]:
    """What doctor finds of former keys."""
    return [(one.constat, one.que_faire) for one in verify() if one.nom == "anciennes cles"]


def verdict() -> VerdictScelle:
    return lecture.verify_all()[2026]


@pytest.fixture
def tournee(fige, charge, client, settings):
    """What the former key made: a session, an address of subscription, a link, a form; then a new key."""
    client.force_login(charge)
    made = (calendrier.make_jeton(charge), courriel.make_jeton(charge), make_billet())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NOUVELLE, [django_settings.SECRET_KEY]
    return made


def test_under_the_new_key_everything_still_opens(tournee, charge, client) -> None:
    agenda, stop, billet = tournee
    assert client.get("/comptes/moi/").status_code == 200
    assert client.get(f"/gouvernance/agenda/{agenda}/comites.ics").status_code == 200
    assert courriel.read_jeton(stop) == charge
    assert billets.loads(billet, salt="participation.formulaire")
    assert verdict() is VerdictScelle.INTACT
    ((told, advice),) = say()
    assert told == "1 ancienne clé encore admise. Les bilans figés 2026 ne tiennent que par elle."
    assert "reprendre_cle" in advice


def test_the_former_key_is_given_up_once_bilans_are_countersigned(
    tournee, charge, client, settings, capsys
) -> None:
    agenda, stop, _ = tournee
    before = list(BilanFige.objects.values())
    call_command("reprendre_cle")
    assert capsys.readouterr().out == "Bilan 2026 : contresigné.\n"
    call_command("reprendre_cle")
    assert capsys.readouterr().out == "Rien à reprendre.\n"
    assert "ne tiennent" not in say()[0][0]
    settings.SECRET_KEY_FALLBACKS = []
    assert verdict() is VerdictScelle.INTACT
    assert list(BilanFige.objects.values()) == before  # the seal itself did not move
    assert say() == []
    # What a leaked key could open is closed.
    assert client.get("/comptes/moi/").status_code == 302
    assert client.get(f"/gouvernance/agenda/{agenda}/comites.ics").status_code == 404
    assert courriel.read_jeton(stop) is None


def test_without_it_bilans_could_no_longer_be_verified(tournee, settings) -> None:
    settings.SECRET_KEY_FALLBACKS = []
    assert verdict() is VerdictScelle.AUTRE_CLE
    call_command("reprendre_cle", stdout=None)
    assert verdict() is VerdictScelle.AUTRE_CLE  # too late: nothing vouches for it


def test_a_countersign_is_not_forged_nor_changed(tournee, settings) -> None:
    call_command("reprendre_cle")
    row = ContreSceau.objects.get()
    for attack in (row.save, row.delete, ContreSceau.objects.all().delete):
        with pytest.raises(ValidationError, match="figé"):
            attack()
    settings.SECRET_KEY_FALLBACKS = []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bilan_contresceau SET signature = %s", ["0" * 64])
    assert verdict() is VerdictScelle.AUTRE_CLE
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bilan_bilanfige SET texte = texte || ' '")
    assert verdict() is VerdictScelle.ALTERE


def test_former_keys_come_from_the_environment_or_a_closed_file(tmp_path, monkeypatch) -> None:
    assert environnement.former_keys(tmp_path) == []
    (tmp_path / "cles-anciennes").write_text("b" * 60 + "\n" + "a" * 60 + "\n")
    assert environnement.former_keys(tmp_path) == ["b" * 60, "a" * 60]
    monkeypatch.setenv("MAILLAGE_CLE_ANCIENNES", "c" * 60)
    assert environnement.former_keys(tmp_path) == ["c" * 60]
