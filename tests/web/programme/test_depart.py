"""An install without a schema: it opens empty, says how to begin, and begins by the guided page."""

import json

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.depart import make_programme, propose
from maillage.sdaasp.programme.echange import export_programme
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.programme import models
from maillage.web.programme.depart.commands import begin, is_untouched, take_back
from maillage.web.programme.lecture import read

pytestmark = pytest.mark.django_db
PAGE = "/programme/commencer/"
CADRE = {
    "etape": "cadre",
    "modele": "neutre",
    "nom": "Schéma d’essai 2027-2032",
    "debut": "2027",
    "fin": "2032",
    "pilotes": "Préfecture\nConseil départemental",
    "arrondissements": ["901", "902"],
    "zones": "Vallée haute",
    "themes-0-nom": "Santé",
    "themes-0-declinable": "",
    "themes-1-nom": "Mobilités",
    "themes-1-declinable": "non",
    "dimensions": "Inclusion numérique",
    "orientations": "Aller vers",
}


@pytest.fixture
def chargee(compte, client: Client):
    person = compte("charge_mission")
    client.force_login(person)
    return person


def test_anyone_reads_that_nothing_has_begun_and_only_who_may_is_told_how(client, compte) -> None:
    text = client.get("/programme/").content.decode()
    assert "n’est pas encore commencé" in text
    assert PAGE not in text
    client.force_login(compte("partenaire"))
    assert PAGE not in client.get("/programme/").content.decode()
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize(
    "address",
    ["cadre/", "declinaisons/", "couverture/", "completude/", "indicateurs/", "afom/", "pratiques/",
     "recherche/?texte=a", "ici/", "ici/arrondissement/901/", "droits/", "taches/"],
)  # fmt: skip
@pytest.mark.ignore_template_errors
def test_every_other_page_says_so_too_without_failing(client, chargee, address: str) -> None:
    answer = client.get(f"/programme/{address}")
    assert answer.status_code in {200, 404}
    assert answer.status_code == 200 or "pas encore commencé" in answer.content.decode()


@pytest.mark.parametrize("forme", ["pdf", "docx", "ods", "xlsx", "json"])
def test_an_export_of_nothing_is_not_an_error_of_ours(client, forme: str) -> None:
    assert client.get(f"/programme/exporter/{forme}").status_code == 404


def test_from_nothing_to_a_schema_by_the_guided_page(client, chargee) -> None:
    assert "Modèle neutre" in client.get(PAGE).content.decode()
    form = client.get(PAGE, {"modele": "neutre", "debut": "2027"}).content.decode()
    assert "du Territoire de Belfort, 2027-2032" in form
    assert 'value="901"' in form
    reading = client.post(PAGE, CADRE).content.decode()
    assert "Rien n’est encore écrit" in reading
    assert not models.Referentiel.objects.exists()
    assert client.get(f"{PAGE}?etape=cadre").content.decode().count("Vallée haute") == 1
    assert client.post(PAGE, {"etape": "creer"}).headers["Location"] == "/programme/"
    programme = read()
    assert [t.cle for t in programme.themes] == ["sante", "mobilites"]
    assert [t.declinable for t in programme.themes] == [True, False]
    assert [(t.code, t.niveau) for t in programme.territoires] == [
        ("901", "arrondissement"), ("902", "arrondissement"), ("zone-vallee-haute", "zone")
    ]  # fmt: skip
    assert programme.schema.departement == "90"
    assert models.Referentiel.history.get().history_user == chargee
    for page in ("", "completude/", "couverture/", "fiches/sante/", "cadre/", "declinaisons/", "ici/"):
        assert client.get(f"/programme/{page}").status_code == 200, page


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, chargee) -> None:
    twice = CADRE | {"themes-1-nom": "santé", "fin": "2026"}
    text = client.post(PAGE, twice).content.decode()
    assert "écrit deux fois" in text
    assert "la dernière année (2026) précède" in text
    assert "Vallée haute" in text
    more = client.post(PAGE, CADRE | {"ajouter": "themes"}).content.decode()
    assert 'name="themes-3-nom"' in more
    assert "Vallée haute" in more


def test_giving_up_leaves_nothing(client, chargee) -> None:
    client.post(PAGE, CADRE)
    client.post(PAGE, {"etape": "abandonner"})
    client.post(PAGE, {"etape": "creer"})
    assert not models.Referentiel.objects.exists()


def start() -> None:
    begin(None, propose("neutre", "90", 2027, {"901": "Un"}))


def test_two_people_do_not_begin_two_schemas(client, chargee) -> None:
    client.post(PAGE, CADRE)
    start()
    with pytest.raises(EntreeInvalide, match="déjà commencé"):
        start()
    answer = client.post(PAGE, {"etape": "creer"})
    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["Le schéma est déjà commencé."]
    assert models.Referentiel.objects.count() == 1


def test_it_is_taken_back_while_untouched_and_no_longer(client, chargee) -> None:
    start()
    assert "Annuler ce commencement" in client.get("/programme/").content.decode()
    client.post("/programme/commencer/retirer")
    assert not models.Referentiel.objects.exists()
    assert not models.FicheAction.objects.exists()
    assert models.Referentiel.history.filter(history_type="-", history_user=chargee).count() == 1
    start()
    client.post("/programme/fiches/sante/objectifs/nouveau/", {"libelle": "Un premier", "version": "1"})
    assert not is_untouched()
    with pytest.raises(EntreeInvalide, match="Quelqu’un a écrit depuis"):
        take_back(chargee)
    client.post("/programme/commencer/retirer")
    assert models.Referentiel.objects.exists()


def test_a_published_programme_is_never_taken_back(chargee) -> None:
    from maillage.web.programme.reprise.commands import load  # noqa: PLC0415

    load(load_programme())
    assert not is_untouched()


def test_objectives_are_added_to_a_fiche_in_order(client, chargee) -> None:
    start()
    for text in ("Un premier", "Un second"):
        client.post("/programme/fiches/sante/objectifs/nouveau/", {"libelle": text, "version": "1"})
    found = [(o.cle, o.ordre, o.libelle) for o in read().objectifs]
    assert found == [("sante.1", 1, "Un premier"), ("sante.2", 2, "Un second")]
    assert "Un second" in client.get("/programme/fiches/sante/").content.decode()


def send(client: Client, programme, name: str = "s.json"):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    content = programme if isinstance(programme, bytes) else json.dumps(export_programme(programme)).encode()
    file = SimpleUploadedFile(name, content)
    return client.post("/programme/importer/", {"etape": "fichier", "fichier": file})


def test_a_file_begins_the_schema_of_its_own_departement_only(client, chargee) -> None:
    refused = send(client, load_programme()).content.decode()
    assert "Ce schéma est celui d’un autre département (Nord)" in refused
    assert not models.Referentiel.objects.exists()
    ours = make_programme(propose("neutre", "90", 2027, {"901": "Un"}))
    assert "objets seraient écrits" in send(client, ours).content.decode()
    assert not models.Referentiel.objects.exists()
    client.post("/programme/importer/", {"etape": "ecrire"})
    assert read() == ours


def test_a_published_text_waits_for_the_themes_it_is_read_on(client, chargee) -> None:
    table = "Fiche\tSanté\nPilote\tARS\nObjectif prioritaire 1\tUn\n".encode()
    text = send(client, table, "schema.txt").content.decode()
    assert "Commencez d’abord le schéma" in text or "Aucun tableau" in text
