"""ProConnect against a provider that lies: one account by identity, no mandate, nothing made by an attack."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp

from maillage.catalogue.proconnect import find_proconnect
from maillage.web.comptes import commands
from maillage.web.comptes.acces import commands as acces_commands
from maillage.web.comptes.identites import IdentiteProConnect
from maillage.web.comptes.models import Mandat, Organisation, Personne, Session
from maillage.web.comptes.proconnect import views
from maillage.web.serveur.verification import check_proconnect
from maillage.web.settings import environnement

from .fournisseur import (
    AUTRE_CLE,
    CLIENT,
    EMETTEUR,
    Fournisseur,
    sign,
    sign_with_nothing,
    sign_with_public_key,
)

MOT_DE_PASSE = "un-mot-de-passe-d-essai"


@pytest.fixture
def fournisseur(db, settings, monkeypatch: pytest.MonkeyPatch) -> Fournisseur:
    settings.MAILLAGE_PROCONNECT = find_proconnect(EMETTEUR, CLIENT, "secret")
    cache.clear()
    made = Fournisseur()
    monkeypatch.setattr(requests, "get", made.get)
    monkeypatch.setattr(requests, "post", made.post)
    yield made
    cache.clear()


def leave(client, fournisseur: Fournisseur, **query: str) -> dict[str, str]:
    """To the provider and back: what the browser brings to the page of return."""
    answer = client.get(reverse("comptes:proconnect"), query)
    assert answer.status_code == 302
    code, state = fournisseur.authorize(answer["Location"])
    return {"code": code, "state": state}


def come_back(client, brought: dict[str, str]):
    return client.get(reverse("comptes:proconnect-retour"), brought)


def enter(client, fournisseur: Fournisseur, **query: str):
    return come_back(client, leave(client, fournisseur, **query))


def is_in(client) -> bool:
    return client.get(reverse("comptes:mon-compte")).status_code == 200


def check_refused(client, answer, motif: str) -> None:
    page = answer.content.decode()
    assert answer.status_code == 403
    assert answer.context["refus"].motif == motif
    assert "Connexion par ProConnect refusée" in page
    assert not is_in(client)
    assert not Session.objects.filter(personne__isnull=False).exists()


def test_from_first_login_to_revoked_mandate(client, compte, fournisseur) -> None:
    assert "S’identifier avec ProConnect" in client.get(reverse("comptes:connexion")).content.decode()
    answer = enter(client, fournisseur, next="/programme/")
    assert answer["Location"] == reverse("comptes:mon-compte")
    page = client.get(answer["Location"]).content.decode()
    assert "vous en donner un avant que vous puissiez écrire" in page
    assert "(mot de passe, deux facteurs)" in page
    personne = Personne.objects.get(email="agent@example.org")
    assert not personne.has_usable_password()
    assert not personne.mandats.exists()
    kept = personne.identites.get()
    assert (kept.niveau, kept.methodes, kept.siret) == ("eidas1", "pwd mfa", "90001000100011")

    chief = compte("administration")
    client.force_login(chief, "django.contrib.auth.backends.ModelBackend")
    Personne.objects.filter(pk=chief.pk).update(is_staff=True)
    page = client.get(reverse("admin:comptes_personne_change", args=[personne.pk])).content.decode()
    assert "établissement 90001000100011, garantie eidas1" in page
    organisation = Organisation.objects.create(nom="Organisme d’essai", nature="autre")
    today = timezone.localdate()
    mandat = Mandat(personne=personne, organisation=organisation, role="charge_mission", debut=today)
    commands.give_mandate(chief, mandat)
    assert enter(client, fournisseur, next="/programme/")["Location"] == "/programme/"
    assert client.get(reverse("comptes:inviter")).status_code == 200
    commands.end_mandate(chief, mandat)
    assert client.get(reverse("comptes:inviter")).status_code == 403
    assert enter(client, fournisseur)["Location"] == reverse("comptes:mon-compte")
    assert Personne.objects.count() == 2


ATTAQUES = {
    "autre nonce": ({"jeton": {"nonce": "n" * 43}}, "nonce"),
    "sans nonce": ({"jeton": {"nonce": None}}, "nonce"),
    "autre destinataire": ({"jeton": {"aud": "un-autre"}}, "destinataire"),
    "plusieurs destinataires": ({"jeton": {"aud": [CLIENT, "un-autre"]}}, "destinataire"),
    "autre émetteur": ({"jeton": {"iss": "https://ailleurs.invalid"}}, "emetteur"),
    "périmé": ({"jeton": {"exp": 1_700_000_000}}, "perime"),
    "alg none": ({"signe_jeton": sign_with_nothing}, "signature"),
    "HS256 avec la clé publique": ({"signe_jeton": sign_with_public_key}, "signature"),
    "autre clé": ({"signe_jeton": lambda claims: sign(claims, AUTRE_CLE)}, "signature"),
    "clé inconnue": ({"signe_jeton": lambda claims: sign(claims, AUTRE_CLE, kid="deux")}, "signature"),
    "pas un jeton": ({"signe_jeton": lambda claims: "rien"}, "signature"),
    "informations sans signature": ({"nature_infos": "application/json"}, "informations"),
    "informations d’alg none": ({"signe_infos": sign_with_nothing}, "signature"),
    "informations pour un autre": ({"infos": {"aud": "un-autre"}}, "destinataire"),
    "informations périmées": ({"infos": {"exp": 1_700_000_000}}, "perime"),
    "autre sujet": ({"infos": {"sub": "sujet-2"}}, "sujet"),
    "sans siret": ({"infos": {"siret": None}}, "siret"),
    "siret en lettres": ({"infos": {"siret": "SIRET"}}, "siret"),
    "sans adresse": ({"infos": {"email": ""}}, "incomplet"),
    "sans niveau": ({"jeton": {"acr": None}}, "niveau"),
    "niveau trop bas": ({"jeton": {"acr": "eidas0"}}, "niveau"),
}


@pytest.mark.parametrize("nom", ATTAQUES)
def test_a_provider_that_lies_opens_nothing(client, fournisseur, nom: str) -> None:
    lies, motif = ATTAQUES[nom]
    for name, value in lies.items():
        setattr(fournisseur, name, value)
    check_refused(client, enter(client, fournisseur), motif)
    assert not Personne.objects.exists()
    assert not IdentiteProConnect.objects.exists()


def test_what_comes_back_twice_or_unasked_opens_nothing(client, client_autre, fournisseur) -> None:
    brought = leave(client, fournisseur)
    check_refused(client_autre, come_back(client_autre, brought), "demande")
    assert come_back(client, brought).status_code == 302
    client.post(reverse("comptes:deconnexion"))
    check_refused(client, come_back(client, brought), "demande")
    again = leave(client, fournisseur)
    check_refused(client, come_back(client, {**again, "code": brought["code"]}), "code")
    again = leave(client, fournisseur)
    check_refused(client, come_back(client, {**again, "iss": "https://ailleurs.invalid"}), "emetteur")
    again = leave(client, fournisseur)
    check_refused(client, come_back(client, {"state": again["state"], "error": "access_denied"}), "abandon")
    check_refused(client, come_back(client, again), "demande")  # its code is still good: the state is not
    assert Personne.objects.count() == 1


@pytest.fixture
def client_autre():
    from django.test import Client  # noqa: PLC0415

    return Client()


def test_one_comes_back_in_time(client, fournisseur, monkeypatch: pytest.MonkeyPatch) -> None:
    brought = leave(client, fournisseur)
    real = views.time.time()
    monkeypatch.setattr(views.time, "time", lambda: real + 601)
    check_refused(client, come_back(client, brought), "attente")


@pytest.mark.parametrize(
    "address", ["https://ailleurs.invalid/", "//ailleurs.invalid", "/\\ailleurs.invalid"]
)
def test_nobody_is_led_elsewhere(client, compte, fournisseur, address: str) -> None:
    enter(client, fournisseur)
    Personne.objects.update(is_superuser=True)
    assert enter(client, fournisseur, next=address)["Location"] == reverse("programme:taches")


def test_an_address_never_chooses_the_account(client, compte, fournisseur) -> None:
    local, other = compte(), compte()
    fournisseur.personne["email"] = local.email.upper()
    check_refused(client, enter(client, fournisseur), "compte-existant")
    assert Personne.objects.count() == 2

    fournisseur.personne["email"] = "agent@example.org"
    assert enter(client, fournisseur).status_code == 302
    client.post(reverse("comptes:deconnexion"))
    mine = IdentiteProConnect.objects.get().personne
    fournisseur.personne["email"] = other.email
    check_refused(client, enter(client, fournisseur), "autre-adresse")
    fournisseur.personne["email"] = "nouvelle@example.org"
    assert enter(client, fournisseur).status_code == 302
    mine.refresh_from_db()
    assert (mine.email, mine.identites.get().courriel) == ("agent@example.org", "nouvelle@example.org")
    # The same address under another subject: another identity provider, or somebody else.
    client.post(reverse("comptes:deconnexion"))
    fournisseur.personne |= {"sub": "sujet-2", "email": "agent@example.org"}
    check_refused(client, enter(client, fournisseur), "compte-existant")
    Personne.objects.filter(pk=mine.pk).update(is_active=False)
    fournisseur.personne["sub"] = "sujet-1"
    check_refused(client, enter(client, fournisseur), "ferme")
    assert Personne.objects.count() == 3


def test_an_account_is_linked_by_who_knows_its_password(client, compte, fournisseur) -> None:
    local = compte("charge_mission")
    client.login(username=local.email, password=MOT_DE_PASSE)
    answer = enter(client, fournisseur, pour="relier")
    page = reverse("comptes:proconnect-relier")
    assert answer["Location"] == page
    assert local.email in client.get(page).content.decode()
    client.post(page)
    client.post(page, {"actuel": "un autre mot de passe"})
    assert not local.identites.exists()
    assert client.post(page, {"actuel": MOT_DE_PASSE})["Location"] == reverse("comptes:mon-compte")
    assert client.post(page, {"actuel": MOT_DE_PASSE}).status_code == 403
    client.post(reverse("comptes:deconnexion"))
    assert enter(client, fournisseur).status_code == 302
    assert client.get(reverse("comptes:mon-compte")).context["user"] == local
    # What is linked to one account cannot be to another.
    other = compte()
    client.login(username=other.email, password=MOT_DE_PASSE)
    enter(client, fournisseur, pour="relier")
    answer = client.post(page, {"actuel": MOT_DE_PASSE})
    assert answer.context["refus"].motif == "deja-relie"
    assert not other.identites.exists()


def test_nothing_is_linked_without_a_session_or_a_link(client, fournisseur) -> None:
    for but in ("relier", "invitation", "recuperation"):
        check_refused(client, enter(client, fournisseur, pour=but), "lien")
    assert not Personne.objects.exists()


def test_the_administration_says_so_by_its_links(client, compte, fournisseur) -> None:
    chief = compte("administration")
    organisation = Organisation.objects.get()
    asked = commands.DemandeInvitation("agent@example.org", "Une", "Personne", organisation, "partenaire")
    clear = commands.invite_personne(chief, asked)
    check_refused(client, enter(client, fournisseur), "compte-existant")
    client.get(reverse("comptes:invitation", args=[clear]))
    enter(client, fournisseur, pour="invitation")
    assert not is_in(client)
    assert client.post(reverse("comptes:proconnect-relier")).status_code == 302
    assert client.get(reverse("comptes:mon-compte")).context["user"].email == "agent@example.org"
    with pytest.raises(commands.ValidationError):
        commands.invite_personne(chief, asked)  # a second link would be a way into an account that is open
    client.post(reverse("comptes:deconnexion"))

    held = compte("analyste")
    clear = acces_commands.give_recovery(chief, held.email, retire_double=False)
    fournisseur.personne |= {"sub": "sujet-2", "email": "autre@example.org"}
    client.get(reverse("comptes:recuperation", args=[clear]))
    enter(client, fournisseur, pour="recuperation")
    assert client.post(reverse("comptes:proconnect-relier")).status_code == 302
    assert client.get(reverse("comptes:mon-compte")).context["user"] == held
    client.post(reverse("comptes:deconnexion"))
    assert client.get(reverse("comptes:recuperation", args=[clear])).status_code == 404


def test_a_second_factor_stays_asked(client, compte, fournisseur) -> None:
    local = compte("analyste")
    device = acces_commands.prepare_totp(local)
    device.confirmed = True
    device.save()
    IdentiteProConnect.objects.create(
        personne=local,
        emetteur=EMETTEUR,
        sujet="sujet-1",
        courriel="a@example.org",
        siret="1",
        niveau="eidas1",
    )
    assert enter(client, fournisseur)["Location"] == reverse("comptes:proconnect-code")
    assert not is_in(client)
    page = reverse("comptes:proconnect-code")
    assert "n’est pas le bon" in client.post(page, {"code": "rien"}).content.decode()
    assert not is_in(client)
    assert client.post(page, {"code": f"{totp(device.bin_key):06d}"}).status_code == 302
    assert is_in(client)


def test_logging_out_ends_the_session_there_too(client, fournisseur) -> None:
    enter(client, fournisseur)
    answer = client.post(reverse("comptes:deconnexion"))
    assert not is_in(client)
    address = client.get(answer["Location"]).context["ailleurs"]
    query = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{EMETTEUR}/end_session?")
    assert query["post_logout_redirect_uri"] == ["http://testserver/comptes/proconnect/quitter/"]
    assert len(query["id_token_hint"][0].split(".")) == 3
    assert "ailleurs" not in client.get(answer["Location"]).context


def test_the_only_way_in_is_not_taken_away(client, compte, fournisseur, settings) -> None:
    enter(client, fournisseur)
    mine = IdentiteProConnect.objects.get()
    other = IdentiteProConnect.objects.create(
        personne=compte(), emetteur=EMETTEUR, sujet="x", courriel="a@example.org", siret="1", niveau="eidas1"
    )
    for row in (mine, other):
        client.post(reverse("comptes:proconnect-delier", args=[row.pk]))
    assert IdentiteProConnect.objects.count() == 2
    Personne.objects.filter(pk=mine.personne_id).update(password=compte().password)
    client.force_login(Personne.objects.get(pk=mine.personne_id), "django.contrib.auth.backends.ModelBackend")
    settings.MAILLAGE_COMPTES_FERMES = True
    client.post(reverse("comptes:proconnect-delier", args=[mine.pk]))
    assert IdentiteProConnect.objects.count() == 2
    settings.MAILLAGE_COMPTES_FERMES = False
    client.post(reverse("comptes:proconnect-delier", args=[mine.pk]))
    assert list(IdentiteProConnect.objects.all()) == [other]


def test_closed_local_accounts_open_to_superusers_only(client, compte, fournisseur, settings) -> None:
    settings.MAILLAGE_COMPTES_FERMES = True
    local, chief = compte("administration"), compte()
    assert not client.login(username=local.email, password=MOT_DE_PASSE)
    Personne.objects.filter(pk=chief.pk).update(is_superuser=True)
    assert client.login(username=chief.email.upper(), password=MOT_DE_PASSE)
    assert not client.login(username=chief.email, password="un autre mot de passe")
    client.logout()
    asked = commands.DemandeInvitation(
        "agent@example.org", "Une", "Personne", Organisation.objects.get(), "partenaire"
    )
    address = reverse("comptes:invitation", args=[commands.invite_personne(local, asked)])
    client.post(address, {"mot_de_passe": "un long mot de passe", "encore": "un long mot de passe"})
    assert not Personne.objects.get(email="agent@example.org").has_usable_password()


def test_a_provider_that_does_not_answer_is_said(client, fournisseur) -> None:
    fournisseur.emetteur_dit = "https://ailleurs.invalid"
    answer = client.get(reverse("comptes:proconnect"))
    assert (answer.status_code, answer.context["refus"].motif) == (403, "emetteur")

    def fail(*_: object, **__: object) -> None:
        raise requests.ConnectionError

    fournisseur.emetteur_dit = EMETTEUR
    requests.get = fail  # undone by the fixture
    answer = client.get(reverse("comptes:proconnect"))
    assert (answer.status_code, answer.context["refus"].motif) == (503, "panne")
    assert [one.etat.value for one in check_proconnect()] == ["faute"]


def test_doctor_asks_for_a_last_resort(compte, fournisseur, settings) -> None:
    chief = compte()
    settings.MAILLAGE_COMPTES_FERMES = True
    assert [one.etat.value for one in check_proconnect()] == ["bon", "faute"]
    Personne.objects.filter(pk=chief.pk).update(is_superuser=True)
    assert [one.etat.value for one in check_proconnect()] == ["bon"]


def test_off_unless_set_whole(client, db, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get(reverse("comptes:proconnect")).status_code == 404
    assert "ProConnect" not in client.get(reverse("comptes:connexion")).content.decode()
    monkeypatch.setenv("MAILLAGE_COMPTES_LOCAUX", "fermes")
    with pytest.raises(ImproperlyConfigured):
        environnement.read_comptes_fermes(environnement.read_acces_proconnect())
    monkeypatch.setenv("MAILLAGE_PROCONNECT_ADRESSE", EMETTEUR)
    with pytest.raises(ImproperlyConfigured):
        environnement.read_acces_proconnect()
    monkeypatch.setenv("MAILLAGE_PROCONNECT_CLIENT", CLIENT)
    monkeypatch.setenv("MAILLAGE_PROCONNECT_SECRET", "secret")
    found = environnement.read_acces_proconnect()
    assert environnement.read_comptes_fermes(found)
    assert "secret" not in repr(found)
    for name, value in {"ADRESSE": "http://proconnect.invalid", "ALGORITHME": "HS256"}.items():
        monkeypatch.setenv(f"MAILLAGE_PROCONNECT_{name}", value)
        with pytest.raises(ImproperlyConfigured):
            environnement.read_acces_proconnect()
        monkeypatch.setenv(f"MAILLAGE_PROCONNECT_{name}", EMETTEUR if name == "ADRESSE" else "ES256")
