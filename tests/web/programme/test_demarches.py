"""A plan kept elsewhere, its news seen on each fiche that cites it; the digital road map and its steps."""

import importlib

import pytest
from django.apps import apps

from maillage.web.programme import models
from maillage.web.programme.lecture import read
from maillage.web.suivi import commands as suivi
from maillage.web.suivi.queries import list_nouveautes


@pytest.fixture
def charge(client, compte, nord):
    personne = compte("charge_mission")
    client.force_login(personne, "django.contrib.auth.backends.ModelBackend")
    return personne


def test_news_are_noted_once_and_seen_on_each_fiche_that_cites_the_plan(client, charge, compte):
    plan = next(p for p in models.PlanExterne.objects.all() if any(cites(f, p.cle) for f in fiches()))
    citing = [f for f in fiches() if cites(f, plan.cle)]
    other = next(f for f in fiches() if not cites(f, plan.cle))
    follower = compte("partenaire")
    suivi.follow(follower, citing[0], oui=True)
    said = {"le": "2026-11-03", "texte": "Avenant signé", "lien": "", "version": str(plan.version)}
    client.post(f"/programme/demarches/{plan.cle}/noter", said)
    for fiche in citing:
        assert "Avenant signé" in client.get(f"/programme/fiches/{fiche.cle}/").content.decode()
    assert "Avenant signé" not in client.get(f"/programme/fiches/{other.cle}/").content.decode()
    assert [one.cle for one in list_nouveautes(follower)] == [citing[0].cle]
    again = client.post(f"/programme/demarches/{plan.cle}/noter", said, follow=True).content.decode()
    assert "Quelqu’un a écrit entre-temps" in again
    plan.refresh_from_db()
    assert [n["texte"] for n in plan.nouvelles] == ["Avenant signé"]


def fiches():
    return list(models.FicheAction.objects.all())


def cites(fiche, cle):
    return any(link["cible"] == cle for link in fiche.demarches)


def test_a_plan_is_described_with_what_it_brings(client, charge):
    said = {
        "version": "1", "nom": "Contrat local de santé du Douaisis", "sigle": "CLS", "type": "cls",
        "porteur": "ARS", "debut": "2026-01-01", "fin": "2030-12-31", "arrondissements": ["593"],
        "apports-0-sert": "sante", "apports-0-texte": "Deux consultations avancées",
    }  # fmt: skip
    answer = client.post("/programme/demarches/nouvelle/", said, follow=True)
    page = answer.content.decode()
    for told in ("Contrat local de santé (CLS)", "Deux consultations avancées", "Douai", "31 décembre 2030"):
        assert told in page
    row = models.PlanExterne.objects.get(cle="demarche-cls")
    assert row.apports == [{"sert": "sante", "texte": "Deux consultations avancées"}]
    wrong = said | {"nom": "Autre", "fin": "2025-01-01"}
    assert "avant son début" in client.post("/programme/demarches/nouvelle/", wrong).content.decode()


def test_steps_of_the_road_map_are_written_added_up_and_filtered(client, charge):
    row = models.OrientationFne.objects.first()
    place = (row.priorites or ["593"])[0]
    said = {
        "version": "1", "titre": row.titre, "priorites": [place],
        "etapes-0-libelle": "Former quarante aidants", "etapes-0-action": row.actions[0]["cle"],
        "etapes-0-volet": "formation", "etapes-0-arrondissement": place, "etapes-0-fin": "2026-01-31",
        "etapes-0-combien": "40 aidants", "etapes-0-cout_eur": "12 000",
        "etapes-0-financeur": "ANCT", "etapes-0-fonds": "Fonds FNE",
        "etapes-0-faite_le": "",
    }  # fmt: skip
    assert client.post(f"/programme/modifier/fne/{row.cle}/", said).status_code == 302
    page = client.get("/programme/numerique/").content.decode()
    for told in (
        "Former quarante aidants",
        "Plan de formation",
        "12\u202f000\xa0€",
        "Étapes en retard",
        "ANCT · Fonds FNE",
    ):
        assert told in page
    elsewhere = next(code for code in ("591", "592", "594") if code != place)
    assert (
        "Former quarante aidants"
        not in client.get(f"/programme/numerique/?arrondissement={elsewhere}").content.decode()
    )
    wrong = said | {"version": "2", "etapes-0-fin": "bientôt"}
    page = client.post(f"/programme/modifier/fne/{row.cle}/", wrong).content.decode()
    assert "Ligne 1, échéance" in page


def test_a_frame_written_before_becomes_rows(charge):
    held = read()
    frame = models.Referentiel.objects.get()
    old = ("cle", "nom", "sigle", "porteur", "lien", "source")
    frame.contenu["plans_externes"] = [
        {name: getattr(plan, name) for name in old} for plan in held.plans_externes
    ]
    frame.contenu["orientations_fne"] = [
        {
            "cle": o.cle, "titre": o.titre, "ordre": o.ordre, "tous": o.tous, "priorites": list(o.priorites),
            "actions": [{"cle": a.cle, "libelle": a.libelle, "ordre": a.ordre} for a in o.actions],
        }
        for o in held.orientations_fne
    ]  # fmt: skip
    frame.save()
    models.PlanExterne.objects.all().delete()
    models.OrientationFne.objects.all().delete()
    name = "maillage.web.programme.migrations.0011_demarches_et_feuille_de_route"
    importlib.import_module(name).fill(apps, None)
    after = read()
    assert [p.nom for p in after.plans_externes] == [p.nom for p in held.plans_externes]
    assert [o.actions for o in after.orientations_fne] == [o.actions for o in held.orientations_fne]
