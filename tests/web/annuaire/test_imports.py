"""Files brought from a page: read apart, shown, written, told before and after, undone."""

import json

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.web.annuaire import lecture
from maillage.web.annuaire.models import CorrespondanceGardee, FicheTenue, ImportAnnuaire
from maillage.web.socle.models import Travail

PAGE = "/annuaire/imports/"
RECORD = {"source": "essai", "id": "essai--1", "nom": "Accueil", "date_maj": "2026-01-31"}


@pytest.fixture
def give(db, admin_client, settings):
    """Give a file on the page, and read it as the worker would; the address where it is shown."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}

    def give(name: str, text: str, **more: str) -> str:
        told = {"fichier": SimpleUploadedFile(name, text.encode()), **more}
        page = admin_client.post(f"{PAGE}nouveau/", told)
        assert page.status_code == 302, page.context["form"].errors
        work = Travail.objects.latest("pk")
        assert "Rien n’est écrit" in admin_client.get(page["Location"]).content.decode()
        folder = configured.EXPORTS / work.jeton
        folder.mkdir(parents=True, exist_ok=True)
        lecture.lire(work.parametres, folder, lambda percent, step: None)
        return page["Location"]

    return give


def write(*records: dict) -> str:
    return json.dumps({"structures": records, "services": []})


def test_a_file_is_shown_written_told_and_undone(give, admin_client):
    wrong = RECORD | {"id": "essai--9", "siret": "12"}
    address = give("un.json", write(RECORD, RECORD | {"id": "essai--2"}, wrong))
    page = admin_client.get(address)
    assert page.context["trouve"].comptes["nouvelles"] == 2
    assert any("siret" in text.lower() for text in page.context["dit"]["phrases"])
    assert not FicheTenue.objects.exists()
    admin_client.post(address)
    assert FicheTenue.objects.count() == 2
    again = give("deux.json", write(RECORD | {"telephone": "+33320000001"}))
    assert admin_client.get(again).context["trouve"].comptes["disparues"] == 1
    second = admin_client.post(again)["Location"]
    told = {one.fiche.ident: one for one in admin_client.get(second).context["fiches"]}
    assert told["essai--2"].sort == "disparue"
    assert [(c.champ, c.avant, c.apres) for c in told["essai--1"].champs] == [
        ("telephone", None, "+33320000001")
    ]
    key = FicheTenue.objects.get(ident="essai--1").pk
    versions = admin_client.get(f"/annuaire/{key}/").context["versions"]
    assert [one.quoi for one in versions] == [
        "changée par l’import de deux.json",
        "nouvelle par l’import de un.json",
    ]
    admin_client.post(f"{second}defaire")
    assert FicheTenue.objects.get(ident="essai--1").contenu["telephone"] is None
    assert FicheTenue.objects.get(ident="essai--2").disparue_le is None
    undone = admin_client.get(second)
    told = {one.fiche.ident: one for one in undone.context["fiches"]}
    assert [one.apres for one in told["essai--1"].champs] == ["+33320000001"]
    assert "Oui, défaire" not in undone.content.decode()
    assert "défait le" in admin_client.get(PAGE).content.decode()


def test_a_table_described_once_is_read_by_its_name(give, admin_client):
    described = {
        "nom": "Ma liste",
        "source": "ma-liste",
        "colonnes": "Organisme = structure.nom\nDu = structure.date_maj",
    }
    bad = admin_client.post(f"{PAGE}correspondance/", described | {"colonnes": "Organisme = structure.rien"})
    assert "structure.rien" in bad.content.decode()
    assert admin_client.post(f"{PAGE}correspondance/", described).status_code == 302
    table = CorrespondanceGardee.objects.get()
    address = give("liste.csv", "Organisme;Du\nAccueil;31/01/2026\n", correspondance=str(table.pk))
    assert admin_client.get(address).context["nouvelles"] == ["Accueil"]
    admin_client.post(address)
    assert FicheTenue.objects.get().source == "ma-liste"
    assert ImportAnnuaire.objects.get().format == "tableur"
    admin_client.post(f"{PAGE}correspondance/{table.pk}/oublier")
    assert not CorrespondanceGardee.objects.exists()


def test_a_file_that_is_none_is_refused_and_the_template_is_given(give, admin_client):
    page = admin_client.post(f"{PAGE}nouveau/", {"fichier": SimpleUploadedFile("a.exe", b"MZ")})
    assert page.status_code == 422
    assert admin_client.get(f"{PAGE}modele.ods").content.startswith(b"PK")
