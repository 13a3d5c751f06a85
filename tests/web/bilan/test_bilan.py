"""A bilan as people make it: asked, written without loss, consolidated in meetings, validated."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from maillage.sdaasp.bilan.etats import ActeBilan, EtatBilan
from maillage.web.bilan import commands, lecture, models
from maillage.web.bilan.bureau import list_apports
from maillage.web.gouvernance import commands as gouvernance
from maillage.web.gouvernance.models import Seance
from maillage.web.programme.models import Amendement, FicheAction
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.models import Abonnement, Mouvement

A = ActeBilan


def part(row, theme: str = "sante", territoire: str = "593") -> models.ContributionEcrite:
    return row.contributions.get(theme=theme, territoire=territoire)


def test_each_pilot_is_asked_and_sees_it_on_their_desk_until_it_is_given(
    charge, compte, client, today
) -> None:
    douai = compte("pilote_territorial", theme="sante", territoire="arrondissement:593")
    lille = compte("pilote_territorial", theme="sante", territoire="arrondissement:595")
    row = commands.advance(charge, commands.open_year(charge, 2026), 1, A.DEMANDER)
    asked = part(row)
    assert asked.a_qui == "Conseil départemental d’essai"
    assert asked.echeance == today + timedelta(days=45)
    assert Abonnement.objects.filter(objet=asked.cle).get().personne == douai
    (apport,) = list_apports(douai, today)
    assert [line.adresse for line in apport.lignes] == [asked.get_absolute_url()]
    assert (apport.titre, apport.urgent) == ("Contributions à écrire", True)
    assert asked.get_absolute_url() not in str(list_apports(lille, today))
    commands.write_contribution(douai, asked, 1, "Fait.", rendre=True)
    assert list_apports(douai, today) == []
    client.force_login(douai)
    assert "Bilan 2026" in client.get("/bilans/").content.decode()


def test_who_consolidates_sees_what_is_awaited_in_their_arrondissement(ouvert, charge, compte, today) -> None:
    cambrai = compte("direction", territoire="arrondissement:592")
    (apport,) = list_apports(cambrai, today)
    (line,) = apport.lignes
    assert line.texte == "Bilan 2026 : Cambrai"
    owed = ouvert.contributions.filter(territoire="592").count()
    assert line.precision.startswith(str(owed))
    commands.advance(cambrai, ouvert, ouvert.version, A.RELIRE, territoire="592", motif="Par écrit")
    assert list_apports(cambrai, today) == []


def test_a_pilot_writes_their_own_part_only(ouvert, compte) -> None:
    douai = compte("pilote_territorial", theme="sante", territoire="arrondissement:593")
    for other in (part(ouvert, territoire="595"), part(ouvert, territoire="")):
        with pytest.raises(PermissionDenied):
            commands.write_contribution(douai, other, 1, "À moi", rendre=False)


def test_a_draft_is_kept_and_does_not_enter_the_bilan(ouvert, charge, today) -> None:
    row = part(ouvert)
    commands.write_contribution(charge, row, 1, "Brouillon", rendre=False)
    told = {t.texte for t in lecture.read_bilan(2026, None, today).contenu.textes}
    assert told == {""}
    with pytest.raises(ValidationError, match="vide"):
        commands.write_contribution(charge, row, 2, " ", rendre=True)


def test_two_people_on_one_contribution_lose_nothing(ouvert, charge, compte, client) -> None:
    row = part(ouvert)
    commands.write_contribution(charge, row, 1, "Le premier texte.", rendre=False)
    douai = compte("pilote_territorial", theme="sante", territoire="arrondissement:593")
    client.force_login(douai)
    page = client.post(row.get_absolute_url(), {"texte": "Le second texte.", "version": "1"}).content.decode()
    assert "Le premier texte." in page
    assert "Le second texte." in page
    assert models.ContributionEcrite.objects.get(pk=row.pk).texte == "Le premier texte."
    client.post(row.get_absolute_url(), {"texte": "Les deux.", "version": "2", "rendre": "1"})
    assert models.ContributionEcrite.objects.get(pk=row.pk).texte == "Les deux."


def test_what_comes_too_late_is_shown_back(ouvert, charge, compte, client, conduire) -> None:
    row = part(ouvert)
    conduire(ouvert, A.RELIRE)
    client.force_login(charge)
    page = client.post(row.get_absolute_url(), {"texte": "Trop tard.", "version": "1"}).content.decode()
    assert "Trop tard." in page
    assert models.ContributionEcrite.objects.get(pk=row.pk).texte == ""


def test_only_who_answers_for_an_arrondissement_consolidates_it(ouvert, compte) -> None:
    cambrai = compte("direction", territoire="arrondissement:592")
    with pytest.raises(PermissionDenied):
        commands.advance(cambrai, ouvert, 2, A.RELIRE, territoire="593", motif="Moi")
    moved = commands.advance(cambrai, ouvert, 2, A.RELIRE, territoire="592", motif="Par écrit")
    assert moved.marche.relus == {"592"}
    with pytest.raises(PermissionDenied):
        commands.advance(cambrai, moved, 3, A.CONSOLIDER, motif="Moi")
    with pytest.raises(ConflitVersion):
        commands.advance(cambrai, ouvert, 2, A.RELIRE, territoire="592", motif="Par écrit")


def test_validation_names_a_meeting_of_the_copil_that_was_held(ouvert, charge, conduire, today) -> None:
    row = conduire(ouvert, A.RELIRE, A.CONSOLIDER)
    for comite, etat, said in (("cotech", "tenue", "de ce comité"), ("copil", "prevue", "pas tenue")):
        meeting = Seance.objects.create(cle=comite, comite=comite, jour=today, etat=etat)
        with pytest.raises(ValidationError, match=said):
            commands.advance(charge, row, row.version, A.VALIDER, reunion=meeting.cle)
    Seance.objects.filter(cle="copil").update(etat="tenue")
    row = commands.advance(charge, row, row.version, A.VALIDER, reunion="copil")
    assert row.marche.etat is EtatBilan.VALIDE
    told = lecture.read_bilan(2026, None, today).contenu.passages[-1]
    assert (told.comite, told.motif) == ("CoPil", f"séance du {today:%d/%m/%Y}")


def test_a_reminder_is_told_once_on_its_day_and_never_to_who_gave(ouvert, charge) -> None:
    asked = part(ouvert)
    commands.write_contribution(charge, asked, 1, "Fait.", rendre=True)
    day = asked.echeance - timedelta(days=14)
    owed = ouvert.contributions.filter(rendue_le=None).count()
    assert commands.remind(day - timedelta(days=1)) == 0
    assert commands.remind(day) == owed
    assert not Mouvement.objects.filter(objet=asked.cle, texte=commands.RAPPEL).exists()


def test_road_maps_and_written_amendments_enter_and_why_does_not(ouvert, charge, today) -> None:
    feuille = gouvernance.start_feuille(charge, "593", "sante", 2026)
    line = {"quoi": "Ouvrir un cabinet", "qui": "CPAM", "echeance": "2026-06-30", "fait_le": None}
    gouvernance.write_feuille(charge, feuille, 1, {"ambition": "Aller", "engagements": [line]})
    changed = [{"champ": "titre", "avant": "A", "apres": "B"}]
    for applied in (timezone.now(), None):
        Amendement.objects.create(
            sorte="fiche", objet="sante", motif="Raison tue", auteur=charge, changements=changed,
            applique_le=applied,
        )  # fmt: skip
    found = lecture.read_bilan(today.year, None, today).contenu
    (one,) = found.amendements
    assert (one.objet, one.le, one.champs) == (str(FicheAction.objects.get(cle="sante")), today, ("Titre",))
    assert "Raison tue" not in str(found)
    told = lecture.read_bilan(2026, None, today).contenu
    assert [(e.theme, e.arrondissement, e.quoi) for e in told.engagements] == [
        ("sante", "593", "Ouvrir un cabinet")
    ]
    assert "1\xa0engagement reste à faire dans les feuilles de route." in told.manques


def test_the_page_says_where_it_stands_and_who_owes_what(ouvert, charge, client) -> None:
    client.force_login(charge)
    page = client.get("/bilans/2026/").content.decode().replace("\xa0", " ")
    assert "contributions en cours" in page
    assert "Contributions attendues (55)" in page
    assert "prochain rappel le" in page
    assert (
        "Prochaine étape : Consolidation dans les arrondissements, CTA (aucune réunion n’est posée)" in page
    )


def test_it_is_carried_away_at_any_time(ouvert, charge, client) -> None:
    client.force_login(charge)
    for forme in ("docx", "pdf", "ods", "json"):
        answer = client.get(f"/bilans/2026/bilan.{forme}")
        assert answer["Content-Disposition"] == f'attachment; filename="bilan-2026.{forme}"'
    assert json.loads(answer.content)["empreinte"] is None
    assert client.get("/bilans/2026/bilan.exe").status_code == 404


def test_whoever_has_no_mandate_reads_nothing(ouvert, compte, client) -> None:
    client.force_login(compte())
    for address in ("/bilans/", "/bilans/2026/", "/bilans/2026/bilan.json", part(ouvert).get_absolute_url()):
        assert client.get(address).status_code == 403, address
