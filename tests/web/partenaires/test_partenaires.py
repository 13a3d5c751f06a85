"""Who is who: drawn from mandates, a name only where the person agreed, gone when she takes it back."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from maillage.web.comptes.models import Mandat, Organisation
from maillage.web.partenaires import queries
from maillage.web.partenaires.models import ContactMontre, Partenaire

ORIGINE = "django.contrib.auth.backends.ModelBackend"
MOI = {"fonction": "Référente", "courriel": "referente@example.org", "telephone": "", "accepte": "on"}


@pytest.fixture
def pilote(nord, compte):
    return compte("pilote_territorial", theme="sante", territoire="arrondissement:593")


def read(client) -> str:
    return client.get("/partenaires/").content.decode()


def test_a_name_is_shown_by_consent_and_erased_when_it_is_taken_back(client, pilote, compte):
    client.force_login(pilote, ORIGINE)
    name = pilote.get_full_name()
    table = read(client).partition("<table")[2]
    assert "Pilote territorial" in table
    assert name not in table
    refused = client.post("/partenaires/moi/", {k: v for k, v in MOI.items() if k != "accepte"})
    assert refused.status_code == 200
    assert not ContactMontre.objects.exists()
    client.post("/partenaires/moi/", MOI)
    held = ContactMontre.objects.get()
    assert (held.personne, held.consenti_le) == (pilote, timezone.localdate())
    client.force_login(compte("partenaire"), ORIGINE)
    assert "referente@example.org" in read(client)
    client.post("/partenaires/moi/retirer")  # another's withdrawal touches nobody else
    assert ContactMontre.objects.count() == 1
    client.force_login(pilote, ORIGINE)
    client.post("/partenaires/moi/retirer")
    assert not ContactMontre.objects.exists()
    assert not hasattr(ContactMontre, "history")
    assert "referente@example.org" not in read(client)


def test_nothing_to_reach_or_a_blank_consent_shows_nothing(client, pilote):
    client.force_login(pilote, ORIGINE)
    page = client.post("/partenaires/moi/", MOI | {"courriel": ""}).content.decode()
    assert "Donnez un courriel ou un téléphone" in page
    assert not ContactMontre.objects.exists()


def test_a_mandate_that_is_over_or_an_account_closed_is_no_line(pilote):
    today = timezone.localdate()
    assert [line.territoire for line in queries.list_lignes(today)] == ["593"]
    Mandat.objects.update(debut=today - timedelta(days=9), fin=today - timedelta(days=1))
    assert queries.list_lignes(today) == []
    assert len(queries.list_lignes(today - timedelta(days=1))) == 1
    get_user_model().objects.update(is_active=False)
    assert queries.list_lignes(today - timedelta(days=1)) == []


def test_lines_are_filtered_by_theme_place_and_words(pilote, compte, django_assert_num_queries):
    compte("charge_mission")
    other = Organisation.objects.create(nom="Études et Chantiers", nature="association")
    Partenaire.objects.create(organisation=other, theme="sports", contact="Standard")
    today = timezone.localdate()
    with django_assert_num_queries(3):
        assert len(queries.list_lignes(today)) == 3
    assert {line.role for line in queries.list_lignes(today, theme="sante")} == {
        "Pilote territorial",
        "Chargé·e de mission du schéma",
    }
    assert [line.organisation for line in queries.list_lignes(today, texte="etudes")] == [other.nom]
    assert len(queries.list_lignes(today, territoire="592")) == 2


def test_who_leads_describes_a_partner_without_an_account(client, pilote, compte):
    client.force_login(compte("charge_mission"), ORIGINE)
    said = {
        "organisation": "Mission locale",
        "nature": "association",
        "territoire": "593",
        "contact": "Accueil",
    }
    client.post("/partenaires/nouveau/", said)
    row = Partenaire.objects.get()
    assert "Mission locale" in read(client)
    client.post(f"/partenaires/{row.pk}/", said | {"contact": "Standard"})
    assert Partenaire.objects.get().contact == "Standard"
    assert "contact" not in {f.name for f in Partenaire.history.model._meta.get_fields()}
    client.post(f"/partenaires/{row.pk}/oublier")
    assert not Partenaire.objects.exists()
    assert Organisation.objects.filter(nom="Mission locale").exists()
