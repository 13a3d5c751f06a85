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
