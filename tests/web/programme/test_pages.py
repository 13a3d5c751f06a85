"""Each public page answers whole, in a pinned number of queries, and shows the holes by itself."""

from dataclasses import replace

import pytest

from maillage.reports.programme.deficits import find_arrondissement, list_deficits
from maillage.web.programme import lecture, models
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.public import export
from maillage.web.socle import atlas as atlases
from maillage.web.suivi.commands import comment

# address → queries, the whole request included, the programme's cache being warm
PAGES = {
    "/programme/": 4,
    "/programme/?arrondissement=593": 4,
    "/programme/fiches/sante/": 6,
    "/programme/fiches/numerique/": 8,
    "/programme/objectifs/sante.1/": 9,
    "/programme/declinaisons/": 4,
    "/programme/declinaisons/?vue=etats": 11,
    "/programme/declinaisons/?vue=calendrier": 3,
    "/programme/declinaisons/?vue=frise": 3,
    "/programme/declinaisons/?theme=sante&arrondissement=593&statut=identifiee&texte=informations": 4,
    "/programme/declinaisons/sante/593/2025/1/": 6,
    "/programme/declinaisons/droits/591/2025/1/": 6,
    "/programme/couverture/": 3,
    "/programme/completude/": 3,
    "/programme/correspondances/": 2,
    "/programme/indicateurs/": 2,
    "/programme/afom/": 3,
    "/programme/pratiques/": 3,
    "/programme/cadre/": 3,
    "/programme/droits/": 1,
    "/programme/ici/": 1,
    "/programme/ici/arrondissement/593/": 3,
    "/programme/recherche/?texte=parents": 14,
}


@pytest.mark.parametrize(("address", "count"), PAGES.items())
def test_a_public_page(client, nord, django_assert_num_queries, address, count):
    client.get("/programme/couverture/")
    with django_assert_num_queries(count):
        answer = client.get(address)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count("<h1") == 1
    assert "style=" not in text
    assert "None" not in text


def read(client, address):
    return client.get(address).content.decode()


def test_the_page_a_prefet_would_be_shown(client, nord):
    page = read(client, "/programme/couverture/")
    assert "<strong>2 dimensions transversales sur 6</strong> ne sont cochées sur aucune fiche" in page
    assert "<strong>aucun des 27 objectifs prioritaires n’a de cible</strong>" in page
    assert page.count('<th scope="col" class="vide-colonne">') == 3
    assert page.count("> sans cible<") == 27
    # no text of the programme names a territory in deficit: an arrondissement that acts may serve it, or not
    assert "Aucun territoire en déficit sur 8 n’est servi. Manquent\xa0: Cambrésis rural" in page
    assert "/modifier/" not in page
    page = read(client, "/programme/completude/")
    assert "Programmation incomplète au sens de la loi" in page
    assert "Aucun territoire en déficit sur 8 n’a tout ce qu’elle demande" in page
    assert "Aucun objectif prioritaire sur 27 n’a de cible chiffrée." in page


def test_those_who_may_fill_the_holes_are_one_click_away(client, compte, nord):
    client.force_login(compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    page = read(client, "/programme/couverture/")
    assert "/programme/modifier/fiche/sante/?dimensions=egalite" in page
    assert page.count("/programme/indicateurs/nouveau/objectif/") == 27
    ticked = client.get("/programme/modifier/fiche/sante/?dimensions=egalite").context["form"]
    assert "egalite" in ticked.initial["dimensions"]


def test_search_minds_neither_accents_nor_plurals(client, nord):
    assert "Le numérique comme outil mobilisateur" in read(client, "/programme/recherche/?texte=NUMERIQUES")
    assert "Rien dans le programme" in read(client, "/programme/recherche/?texte=xylophone")


def test_search_reads_what_the_schema_stands_on_too(client, nord):
    page = read(client, "/programme/recherche/?texte=observatoires")
    assert "Développer un observatoire pour mieux comprendre les enjeux des territoires" in page
    assert "/programme/cadre/#fne-5" in page


def test_the_frame_of_the_schema_is_whole(client, nord):
    page = read(client, "/programme/cadre/")
    assert "5 orientations numériques et leurs 17 actions" in page
    assert page.count('<tr id="fne-') == 5
    assert "Dunkerque" in page
    assert '/programme/fiches/numerique/"' in page


def test_filters_live_in_the_address(client, nord):
    page = read(client, "/programme/declinaisons/?statut=a_confirmer")
    assert page.count('<th scope="row">') == 5
    page = read(client, "/programme/declinaisons/?op=sports.4")
    assert page.count('<th scope="row">') == 3


def test_nobody_without_an_account_is_shown_a_way_to_write(client, nord):
    page = read(client, "/programme/fiches/sante/")
    assert "/programme/modifier/" not in page
    assert client.get("/programme/modifier/fiche/sante/").status_code == 302


@pytest.mark.parametrize("forme", ["json", "pdf", "docx", "ods", "xlsx"])
def test_the_programme_can_be_taken_away(client, nord, forme):
    answer = client.get(f"/programme/exporter/{forme}")
    assert answer.status_code == 200
    assert len(answer.content) > 5000
    assert client.get("/programme/exporter/exe").status_code == 404


def test_a_text_that_a_format_cannot_hold_is_said_on_its_page(client, nord, monkeypatch):
    """Longer than a cell of Excel: it goes out in ODS, and XLSX refuses it with its place, never cut."""
    whole = lecture.read_programme()
    fiche, *others = whole.fiches
    long = replace(whole, fiches=(replace(fiche, texte_falc="x" * 40_000), *others))
    monkeypatch.setattr(export, "read_for", lambda _: long)
    answer = client.get("/programme/exporter/xlsx")
    assert answer.status_code == 422
    assert "une cellule en tient 32767" in answer.content.decode()
    assert "texte_falc" in answer.content.decode()
    assert client.get("/programme/exporter/ods").status_code == 200


def test_a_deficit_lies_in_an_arrondissement_only_when_all_its_communes_do(dossier_atlas):
    atlas = atlases.open_folder(dossier_atlas / "essai-2026")
    assert find_arrondissement(atlas, "200000001") == "901"
    assert find_arrondissement(atlas, "200000002") is None  # four communes, in 901 and 902
    found = {deficit.code: deficit.arrondissement for deficit in list_deficits(atlas)}
    assert found == {"epci:200000001": "901", "epci:200000002": None, "epci:200000003": "902"}


def test_names_of_people_stay_among_those_with_an_account(client, compte, nord):
    author = compte("partenaire")
    row = models.ObjectifPrioritaire.objects.get(cle="sante.1")
    propose_amendement(author, row, {"libelle": "Accéder aux soins"}, "Plus clair")
    comment(author, row, "À voir en CTS")
    assert str(author) not in read(client, "/programme/objectifs/sante.1/")
    client.force_login(author, "django.contrib.auth.backends.ModelBackend")
    assert str(author) in read(client, "/programme/objectifs/sante.1/")


def test_a_matrix_of_nowhere_is_not_found(client, nord):
    assert client.get("/programme/afom/?theme=jardinage").status_code == 404
    assert client.get("/programme/afom/?arrondissement=000").status_code == 404
