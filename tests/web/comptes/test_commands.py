"""Accounts open by invitation, once; writes are allowed, whole and signed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp

from maillage.web.comptes import commands, queries
from maillage.web.comptes.acces import commands as acces_commands
from maillage.web.comptes.acces import queries as acces_queries
from maillage.web.comptes.models import Invitation, Jeton, Mandat, Organisation, Personne

PASSWORD = "un long mot de passe de test"


@pytest.fixture
def demande(db):
    organisation, _ = Organisation.objects.get_or_create(nom="CAF d’essai", nature="operateur")
    return commands.DemandeInvitation(
        "Nouvelle@Example.org", "Nouvelle", "Personne", organisation, "partenaire"
    )


def test_an_invitation_opens_one_account_once(client, compte, demande) -> None:
    clear = commands.invite_personne(compte("charge_mission"), demande)
    assert clear not in str(Invitation.objects.values())
    address = reverse("comptes:invitation", args=[clear])
    weak = client.post(address, {"mot_de_passe": "nouvelle", "encore": "nouvelle"})
    assert "en-faute" in weak.content.decode()
    assert client.post(address, {"mot_de_passe": PASSWORD, "encore": PASSWORD}).status_code == 302
    assert client.get(address).status_code == 404
    personne = Personne.objects.get(email="nouvelle@example.org")
    assert personne.check_password(PASSWORD)
    assert [m.role for m in personne.mandats_en_cours] == ["partenaire"]


def test_an_old_invitation_no_longer_opens(client, compte, demande) -> None:
    clear = commands.invite_personne(compte("charge_mission"), demande)
    invitation = queries.get_invitation(clear)
    Invitation.objects.update(expire_le=timezone.now() - timedelta(seconds=1))
    assert client.get(reverse("comptes:invitation", args=[clear])).status_code == 404
    with pytest.raises(ValidationError):
        commands.accept_invitation(invitation, PASSWORD)


def test_inviting_needs_a_mandate_and_administration_its_own(compte, demande) -> None:
    with pytest.raises(PermissionDenied):
        commands.invite_personne(compte("analyste"), demande)
    with pytest.raises(ValidationError):
        commands.invite_personne(compte("charge_mission"), replace(demande, role="administration"))
    assert not Personne.objects.filter(email="nouvelle@example.org").exists()


def test_the_history_is_signed(compte, demande) -> None:
    auteur = compte("charge_mission")
    commands.invite_personne(auteur, demande)
    trace = Mandat.history.get(personne__email="nouvelle@example.org")
    assert trace.history_user == auteur


def test_a_mandate_given_on_the_page_of_a_person_is_signed_too(client, compte) -> None:
    chief, personne = compte(), compte("partenaire")
    chief.is_superuser = chief.is_staff = True
    chief.save()
    client.force_login(chief, "django.contrib.auth.backends.ModelBackend")
    mandat = personne.mandats.get()
    line = {"id": mandat.pk, "personne": personne.pk, "organisation": mandat.organisation_id}
    line |= {"role": "analyste", "debut": mandat.debut or ""}
    frame = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1}
    data = {f"mandats-{name}": value for name, value in frame.items()}
    data |= {f"mandats-0-{name}": value for name, value in line.items()}
    data |= {"first_name": "A", "last_name": "B", "email": personne.email, "is_active": "on"}
    address = reverse("admin:comptes_personne_change", args=[personne.pk])
    assert client.post(address, data).status_code == 302
    assert mandat.history.latest().role == "analyste"
    assert mandat.history.latest().history_user == chief


def test_double_authentication_is_then_required(client, compte) -> None:
    personne = compte("partenaire")
    device = acces_commands.prepare_totp(personne)
    assert not acces_commands.confirm_totp(personne, "000000")
    device.refresh_from_db()
    device.throttle_reset()
    assert acces_commands.confirm_totp(personne, f"{totp(device.bin_key):06d}")
    address = reverse("comptes:connexion")
    login = {"username": personne.email, "password": "un-mot-de-passe-d-essai"}
    assert client.post(address, login).status_code == 200
    assert "_auth_user_id" not in client.session
    confirmed = acces_queries.find_totp(personne)
    assert confirmed is not None
    confirmed.throttle_reset()
    confirmed.last_t = -1
    confirmed.save()
    assert client.post(address, {**login, "code": f"{totp(confirmed.bin_key):06d}"}).status_code == 302


def test_five_failures_close_the_door(client, compte) -> None:
    personne = compte()
    address = reverse("comptes:connexion")
    for _ in range(5):
        last = client.post(address, {"username": personne.email, "password": "faux"})
    assert last.status_code == 429
    right = {"username": personne.email, "password": "un-mot-de-passe-d-essai"}
    assert client.post(address, right).status_code == 429


def test_a_key_is_kept_as_a_hash_and_can_be_ended(compte) -> None:
    personne, autre = compte(), compte()
    clear = commands.create_jeton(personne, "tableur")
    jeton = queries.find_jeton(clear)
    assert jeton is not None
    assert clear not in str(Jeton.objects.values())
    with pytest.raises(PermissionDenied):
        commands.revoke_jeton(autre, jeton)
    commands.revoke_jeton(personne, jeton)
    assert queries.find_jeton(clear) is None


def test_demonstration_accounts_are_named_by_role(db) -> None:
    password, accounts = commands.create_demonstration({"593": "Douai"})
    again, _ = commands.create_demonstration({"593": "Douai"})
    assert password != again
    assert len({a.email for a in accounts}) == Personne.objects.filter(demonstration=True).count()
    assert all("démonstration" in str(a) for a in accounts)
