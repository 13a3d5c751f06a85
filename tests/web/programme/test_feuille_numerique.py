"""The road map carried away: the page leads to each form, and to no other."""

import pytest

from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.programme.reprise.commands import load


@pytest.mark.django_db
def test_the_page_leads_to_each_form(client):
    load(load_programme())
    page = client.get("/programme/numerique/").content.decode()
    for form, head in (("pdf", b"%PDF-"), ("docx", b"PK"), ("ods", b"PK")):
        address = f"/programme/numerique/feuille-de-route.{form}"
        assert f'href="{address}"' in page
        assert client.get(address).content.startswith(head)
    assert client.get("/programme/numerique/feuille-de-route.exe").status_code == 404


@pytest.mark.django_db
def test_the_plan_is_carried_away_with_or_without_a_map_of_here(client):
    load(load_programme())
    for form, head in (("pdf", b"%PDF-"), ("docx", b"PK"), ("ods", b"PK")):
        assert client.get(f"/programme/mutualisation/plan.{form}").content.startswith(head)
