"""A territorial road map written together, agreed upon, followed; and what became of a remontée."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.sdaasp.gouvernance.remontees import ActeRemontee, NatureRemontee
from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.web.gouvernance import commands, models, trace
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.models import Declinaison, IndicateurSuivi, ObjectifPrioritaire, Valeur

ICI = "/gouvernance/feuilles/593/sante/2025/"
TEXTE = {"ambition": "Aller vers", "engagements": "Ouvrir ; CAF ; 30/06/2026\nÉcrire ; MSA"}


@pytest.fixture
def feuille(charge) -> models.FeuilleDeRoute:
    return commands.start_feuille(charge, "593", "sante", 2025)


def hold(charge, territoire: str = "593") -> models.Seance:
    comite = "cts" if territoire else "cotech"
    row = commands.add_seance(charge, comite, territoire, timezone.localdate() - timedelta(days=1))
    return commands.move_seance(charge, row, 1, EtatSeance.TENUE)


def test_it_is_begun_once_written_and_read_beside_what_it_carries_out(client, charge) -> None:
    client.force_login(charge)
    assert "à commencer" in client.get("/gouvernance/feuilles/?annee=2025").content.decode()
    page = client.get(ICI).content.decode()
    assert "Personne n’a encore écrit" in page
    first = client.post(f"{ICI}commencer")
    assert client.post(f"{ICI}commencer").url == first.url
    client.post(first.url, TEXTE | {"version": "1"})
    page = client.get(ICI).content.decode()
    assert "2\xa0engagements, 0\xa0fait, 1 en retard." in page
    slot = Declinaison.objects.filter(arrondissement="593", theme="sante", annee=2025).first()
    assert slot is not None
    assert slot.get_absolute_url() in page
    assert "0 sur 2, 1 en retard" in client.get("/gouvernance/feuilles/?annee=2025").content.decode()
    for forme in ("pdf", "docx"):
        assert client.get(f"/gouvernance/feuilles/feuille-593-sante-2025/feuille.{forme}").status_code == 200


@pytest.mark.parametrize("where", ["999/sante/2025", "593/rien/2025", "593/sante/1789"])
def test_where_the_schema_has_none_there_is_none(client, charge, where) -> None:
    client.force_login(charge)
    assert client.get(f"/gouvernance/feuilles/{where}/").status_code == 404
    assert client.post(f"/gouvernance/feuilles/{where}/commencer").status_code == 404


def test_two_who_write_lose_nothing_and_bad_lines_are_said(client, charge, feuille) -> None:
    client.force_login(charge)
    address = f"/gouvernance/feuilles/{feuille.cle}/ecrire/"
    page = client.post(address, TEXTE | {"version": "1", "engagements": "Ouvrir ; CAF ; demain"})
    assert "n’est pas une date" in page.content.decode()
    client.post(address, TEXTE | {"version": "1"})
    clash = client.post(address, {"ambition": "Autre", "engagements": "", "version": "1"})
    assert clash.status_code == 409
    assert all(text in clash.content.decode() for text in ("Aller vers", "Autre"))


def test_agreed_upon_by_a_meeting_then_only_what_is_done_may_be_said(charge, feuille) -> None:
    feuille = commands.write_feuille(charge, feuille, 1, {"ambition": "Aller vers", "engagements": []})
    for seance in (commands.add_seance(charge, "cts", "593", timezone.localdate()), hold(charge, "592")):
        with pytest.raises(ValidationError, match="séance tenue"):
            commands.settle_feuille(charge, feuille, feuille.version, seance)
    row = commands.settle_feuille(charge, feuille, feuille.version, hold(charge))
    line = {"quoi": "Ouvrir", "qui": "", "echeance": None, "fait_le": None}
    row = commands.write_feuille(charge, row, row.version, {"engagements": [line]})
    assert (row.etat, row.seance) == ("brouillon", "")
    row = commands.settle_feuille(charge, row, row.version, hold(charge))
    row = commands.write_feuille(
        charge, row, row.version, {"engagements": [line | {"fait_le": "2026-01-05"}]}
    )
    assert row.etat == "validee"


def test_an_empty_one_is_not_agreed_upon(charge, feuille) -> None:
    with pytest.raises(ValidationError, match="vide"):
        commands.settle_feuille(charge, feuille, 1, hold(charge))


def test_a_pilot_writes_for_his_theme_and_his_place(charge, compte, client) -> None:
    pilot = compte("pilote_territorial", theme="sante", territoire="arrondissement:593")
    commands.start_feuille(pilot, "593", "sante", 2026)
    client.force_login(pilot)
    for other in ("592/sante", "593/emploi"):
        assert client.post(f"/gouvernance/feuilles/{other}/2026/commencer").status_code == 403


def test_all_that_became_of_a_remontee_is_on_one_page(client, charge, monkeypatch) -> None:
    client.force_login(charge)
    objectif = ObjectifPrioritaire.objects.get(cle="sante.1")
    up = commands.deposit(charge, NatureRemontee.PROPOSITION, "Trop loin", territoire="593", objet="sante.1")
    address = f"/gouvernance/remontees/{up.cle}/trace/"
    page = client.get(address).content.decode()
    assert all(said in page for said in ("Elle attend une réponse.", "Aucun n’en est issu.", "Aucun bilan"))
    seance = commands.add_seance(charge, "cts", "593", timezone.localdate())
    seance = commands.put_on_agenda(charge, seance, up, 1)
    seance = commands.move_seance(charge, seance, seance.version, EtatSeance.TENUE)
    amendement = propose_amendement(charge, objectif, {"libelle": "Accéder aux soins"}, "Trop loin")
    settled = commands.Reglement(amendement.pk, adopte=True)
    decision = commands.decide(
        charge,
        seance,
        {"texte": "Récrire l’objectif", "remontee": up.cle},
        settled,
    )
    up.refresh_from_db()
    commands.move_remontee(charge, up, up.version, ActeRemontee.REPONDRE, texte="C’est fait")
    link = [{"cible": "sante.1", "libelle_publie": None, "confirme": True}]
    slot = Declinaison.objects.filter(arrondissement="593", theme="sante").first()
    slot.objectifs = link
    slot.save()
    measure = IndicateurSuivi.objects.create(
        cle="sante.1#1",
        objet="sante.1",
        libelle="Délai",
        nature="quantitative",
        unite="jours",
        themes=["sante"],
    )
    Valeur.objects.create(indicateur=measure, date="2026-01-01", valeur=12, auteur="x", etat="validee")
    told = trace.Maillon("Bilan 2026", "/bilan/2026/", "une remontée répondue")
    monkeypatch.setattr(trace, "BILANS", [lambda personne, row: [told]])
    page = client.get(address).content.decode()
    wanted = (
        seance.get_absolute_url(), decision.reference, f"amendement-{amendement.pk}", "version 2 du schéma",
        slot.get_absolute_url(), "12\xa0jours", "/bilan/2026/", "C’est fait",
    )  # fmt: skip
    assert [said for said in wanted if said not in page] == []
    order = [page.index(f"{rank}. ") for rank in range(1, 8)]
    assert order == sorted(order)
    assert address in client.get(up.get_absolute_url()).content.decode()
