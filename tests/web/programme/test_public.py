"""What a resident reads: what is planned where she lives, how far it is, whom to ask."""

import datetime as dt

import pytest

from maillage.sources.classeur import read_workbook
from maillage.web.programme import models
from maillage.web.programme.presentation import draw_timeline
from maillage.web.programme.public import previsions
from maillage.web.suivi.commands import update

DOUAI = "sante/593/2025/1"


def step(label, debut, fin, faite_le=None):
    return {
        "libelle": label,
        "debut": debut,
        "fin": fin,
        "faite_le": faite_le,
        "moyens": None,
        "cout_eur": None,
    }


@pytest.fixture
def chargee(compte, nord):
    return compte("charge_mission")


def test_the_page_of_an_arrondissement(client, chargee):
    row = models.Declinaison.objects.get(cle=DOUAI)
    steps = [step("Ouvrir", None, "2999-06-30"), step("Recenser", None, "2026-01-31", "2026-01-15")]
    update(chargee, row, 1, {"statut": "engagee", "pilote_territorial": "CCAS", "etapes": steps}, "")
    answer = client.get("/programme/ici/arrondissement/593/")
    page = answer.content.decode()
    held = {p.cle: p for theme in answer.context["themes"] for p in theme.previsions}
    assert all(key.split("/")[1] == "593" for key in held)
    assert len(held) == models.Declinaison.objects.filter(arrondissement="593").count()
    assert (held[DOUAI].contact, held[DOUAI].prochaine) == ("CCAS", ("Ouvrir", dt.date(2999, 6, 30)))
    assert "sont retenues pour l’arrondissement de Douai\u00a0: 7\u00a0identifiées, 1\u00a0engagée." in page
    assert "prochaine étape\u00a0: Ouvrir, 30 juin 2999" in page


def test_who_to_ask_is_the_lead_of_the_theme_while_no_pilot_is_known(client, nord):
    held = client.get("/programme/ici/arrondissement/593/").context["themes"]
    sante = next(theme for theme in held if theme.cle == "sante")
    assert sante.previsions[0].contact == models.FicheAction.objects.get(cle="sante").pilote == "ARS"


def test_an_easy_text_is_shown_only_when_people_have_read_it(client, chargee):
    fiche = models.FicheAction.objects.get(cle="sante")
    fiche = update(chargee, fiche, 1, {"texte_falc": "On vous soigne près de chez vous."}, "")
    address = "/programme/ici/arrondissement/593/"
    assert "On vous soigne" not in client.get(address).content.decode()
    update(chargee, fiche, 2, {"relecteurs_falc": ["Un groupe de relecture"]}, "")
    assert "On vous soigne" in client.get(address).content.decode()


def test_a_place_outside_the_schema_is_not_found(client, nord):
    for address in ("commune/90001", "arrondissement/000", "planete/1"):
        assert client.get(f"/programme/ici/{address}/").status_code == 404


def test_nothing_is_counted_that_is_not_chosen():
    rows = [
        models.Declinaison(statut=s) for s in (None, "non_identifiee", "identifiee", "en_cours", "achevee")
    ]
    assert previsions.count(rows) == {
        "retenues": 3,
        "detail": "1\u00a0identifiée, 1\u00a0en cours, 1\u00a0achevée",
    }


def test_the_timeline_places_steps_in_the_period():
    """2025-2026 is 729 days long: 1 January 2026, day 365, stands at 501 thousandths."""
    row = models.Declinaison(etapes=[
        step("avant", "2024-01-01", "2025-01-01"), step("milieu", "2026-01-01", None),
        step("fin", None, "2026-12-31"), step("sans date", None, None),
    ])  # fmt: skip
    frise = draw_timeline([row], 2025, 2026, dt.date(2026, 1, 2))
    assert [(b.libelle, b.x, b.largeur, b.retard) for b in frise.barres] == [
        ("avant", 0, 8, True),
        ("milieu", 501, 8, False),
        ("fin", 992, 8, False),
    ]
    assert frise.annees == ((2025, 0), (2026, 501))


def test_the_timeline_says_in_words_what_it_draws(client, chargee):
    row = models.Declinaison.objects.get(cle=DOUAI)
    update(chargee, row, 1, {"etapes": [step("Recenser", "2025-03-01", "2025-06-30")]}, "")
    page = client.get("/programme/declinaisons/?vue=frise").content.decode()
    assert "03/2025 – 06/2025" in page
    assert "en retard" in page
    assert 'class="retard"' in page


def test_the_budget_adds_up_on_the_page_and_in_the_workbook(client, nord, tmp_path):
    row = models.Declinaison.objects.get(cle="sante/593/2025/1")
    step = {"debut": None, "faite_le": None, "moyens": None, "cout_eur": None}
    row.etapes = [
        step | {"libelle": "A", "fin": "2026-06-30", "cout_eur": 1200.5, "financeur": "ARS"},
        step | {"libelle": "B", "fin": None},
    ]
    row.statut = "engagee"
    row.save()
    page = client.get("/programme/").content.decode()
    assert "1\u202f200,50\xa0€ sont écrits : 1\xa0ligne sur 2 a un montant" in page
    for name in ("Par thème", "Par année", "Par financeur", "Par territoire", "ARS", "Financeur non dit"):
        assert name in page
    path = tmp_path / "p.ods"
    path.write_bytes(client.get("/programme/exporter/ods").content)
    (sheet,) = (one for one in read_workbook(path) if one.nom == "budget")
    assert ("Total", "Total", 1200.5, 1, 2) in sheet.lignes
    assert {tuple(map(str, line[:2])) for line in sheet.lignes} >= {("Année", "2026"), ("Financeur", "ARS")}


def test_behind_whom_to_ask_stands_the_address_of_the_service(client, nord, settings):
    address = "/programme/ici/arrondissement/593/"
    assert "?subject=" not in client.get(address).content.decode()
    settings.MAILLAGE_IDENTITE = settings.MAILLAGE_IDENTITE | {"contact": "schema@example.org"}
    page = client.get(address).content.decode()
    actions = page.count("À qui demander\xa0:")
    assert page.count('<a href="mailto:schema@example.org?subject=') == actions > 3
