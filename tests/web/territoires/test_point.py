"""One page on an arrondissement or the département, on screen and on one A4."""

import re
from datetime import date

import pytest
from django.utils import timezone

from maillage.web.programme import models
from maillage.web.socle import atlas as atlases
from maillage.web.territoires.point.contenu import read_point

PAGE = "/territoires/arrondissement/901/en-une-page/"
PDF = "/territoires/arrondissement/901/en-une-page.pdf"
STEP = {"libelle": "Ouvrir", "debut": None, "faite_le": None, "moyens": None, "cout_eur": None}


@pytest.fixture
def programme(nord):
    """The Nord's programme; one declinaison of it moved here, late since February 2025 and blocked."""
    row = models.Declinaison.objects.get(cle="sante/593/2025/1")
    row.arrondissement, row.statut, row.meteo = "901", "engagee", "orage"
    row.libelle, row.commentaire_meteo = "Une maison de santé", "Un avis à garder pour nous"
    row.etapes = [{**STEP, "fin": "2025-02-01"}, {**STEP, "libelle": "Fêter", "fin": "2099-02-01"}]
    row.save()
    return row


def read(niveau: str = "arrondissement", code: str = "901"):
    atlas = atlases.choose(None)
    return read_point(atlas, atlas.get_territoire(niveau, code), timezone.localdate())


def test_it_tells_what_is_late_blocked_and_next(programme):
    found = read()
    assert [(step.libelle, step.fin) for step in found.retards] == [("Ouvrir", date(2025, 2, 1))]
    assert [(step.libelle, step.fin) for step in found.prochaines] == [("Fêter", date(2099, 2, 1))]
    assert [row.cle for row in found.bloquees] == [programme.cle]
    assert [(t.cle, t.retenues, t.a_confirmer, t.meteo) for t in found.themes] == [("sante", 1, 0, "Bloqué")]
    assert len(found.phrases) == 4
    assert found.phrases[2].replace("\xa0", " ") == "1 action retenue : 1 engagée."
    assert found.phrases[3].replace("\xa0", " ") == (
        "À surveiller : 1 étape en retard, 1 action bloquée, 0 action dont l’état reste à décider."
    )


def test_what_is_worst_is_the_communes_of_here_farthest_first(programme):
    found = read()
    atlas, name = atlases.choose(None), found.carte.chiffre.definition.id
    values = {
        t.nom: atlas.chiffre("commune", t.code, name).valeur
        for t in atlas.territoires("commune")
        if t.parents["arrondissement"] == "901"
    }
    worst = max(value for value in values.values() if value is not None)
    first = re.search(r": ([^(:]+) \(", found.phrases[1])[1]
    assert values[first] == worst


def test_the_departement_adds_up_every_arrondissement(programme):
    atlas = atlases.choose(None)
    (here,) = atlas.territoires("departement")
    total = models.Declinaison.objects.filter(statut=None).count()
    assert sum(t.a_confirmer for t in read("departement", here.code).themes) == total


def test_anyone_reads_it_and_nobody_reads_there_what_a_pilot_says(client, programme):
    text = client.get(PAGE).content.decode()
    assert "Une maison de santé" in text
    assert "Un avis à garder pour nous" not in text
    assert f"http://testserver{PAGE}" in text
    assert client.get("/territoires/commune/90001/en-une-page/").status_code == 404


@pytest.mark.parametrize("loaded", [True, False])
def test_the_paper_holds_on_one_page_and_is_tagged(client, request, db, loaded):
    if loaded:
        request.getfixturevalue("programme")
    body = client.get(PDF).content
    assert re.findall(rb"/Type/Pages/Count (\d+)", body) == [b"1"]
    assert b"/MarkInfo" in body


def test_without_a_schema_the_page_says_what_the_atlas_knows(client, db):
    text = client.get(PAGE).content.decode()
    assert "Aucune action n’est encore inscrite" in text
