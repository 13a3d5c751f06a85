"""A record put right on a page: over what its source says, all or nothing, until the source agrees."""

import pytest

from maillage.web.annuaire.models import CorrectionProposee, FicheTenue
from tests.web.annuaire.test_trouver import fill, home, offer

PAGE = "/annuaire/{}/corriger/"


@pytest.fixture
def fiche(db) -> FicheTenue:
    fill((home("porte", 3.05, 50.05, "Mo-Fr 14:00-17:00", courriel="accueil@example.org"), offer("porte")))
    return FicheTenue.objects.get(sorte="structure")


def post(client, fiche, **changed):
    form = client.get(PAGE.format(fiche.pk)).context["form"]
    told = {name: form[name].value() or "" for name in form.fields}
    return client.post(PAGE.format(fiche.pk), told | changed)


def test_what_is_changed_is_laid_over_the_source_and_goes_to_it(admin_client, fiche):
    page = post(admin_client, fiche, telephone="+33320000001", motif="Appelé ce matin")
    assert page.status_code == 302
    (row,) = CorrectionProposee.objects.all()
    assert (row.champ, row.valeur, row.canal) == ("telephone", "+33320000001", "accueil@example.org")
    fiche.refresh_from_db()
    assert fiche.contenu["telephone"] is None
    assert "+33320000001" in admin_client.get(f"/annuaire/{fiche.pk}/").content.decode()
    tasks = admin_client.get("/annuaire/corrections/").content.decode()
    assert "mailto:accueil@example.org" in tasks
    assert "Appelé ce matin" in tasks
    admin_client.post(f"/annuaire/corrections/{row.pk}/avancer", {"etat": "envoyee"})
    row.refresh_from_db()
    assert row.etat == "envoyee"
    admin_client.post(f"/annuaire/corrections/{row.pk}/avancer", {"etat": "proposee"})
    row.refresh_from_db()
    assert row.etat == "envoyee"


def test_everything_wrong_is_said_at_once_and_nothing_is_kept(admin_client, fiche):
    page = post(admin_client, fiche, courriel="pas une adresse", code_postal="abc", telephone="0320000001")
    assert page.status_code == 422
    text = page.content.decode()
    assert "n’est pas une adresse électronique" in text
    assert "abc" in text
    assert not CorrectionProposee.objects.exists()
    page = post(admin_client, fiche, horaires_accueil="le matin")
    assert "ne se lisent pas" in page.content.decode()
    assert not CorrectionProposee.objects.exists()


def test_nothing_changed_changes_nothing_and_a_record_is_confirmed(admin_client, fiche):
    assert post(admin_client, fiche).status_code == 302
    assert not CorrectionProposee.objects.exists()
    admin_client.post(f"/annuaire/{fiche.pk}/confirmer")
    fiche.refresh_from_db()
    assert fiche.confirmee_le is not None


def test_the_list_of_corrections_is_one_query_more_than_its_frame(
    admin_client, fiche, django_assert_max_num_queries
):
    for phone in ("+33320000001", "+33320000002"):
        post(admin_client, fiche, telephone=phone)
    with django_assert_max_num_queries(8):
        page = admin_client.get("/annuaire/corrections/")
    assert page.content.decode().count("sa page") + page.content.decode().count("mailto:") >= 1
    assert CorrectionProposee.objects.count() == 1
