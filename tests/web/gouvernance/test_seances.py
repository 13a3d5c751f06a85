"""A year set in one action, a meeting from its calling to its approved minutes, two clerks, a diary."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from icalendar import Calendar

from maillage.sdaasp.gouvernance.seances import EtatCompteRendu, EtatDecision, EtatSeance
from maillage.web.gouvernance import calendrier, commands, models, queries
from maillage.web.gouvernance.bureau import list_apports
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.models import ObjectifPrioritaire

DOUAI = "arrondissement:593"


def held(charge, territoire: str = "593") -> models.Seance:
    """A meeting that took place yesterday."""
    row = commands.add_seance(charge, "cts", territoire, timezone.localdate() - timedelta(days=1))
    return commands.move_seance(charge, row, 1, EtatSeance.TENUE)


def test_a_year_is_set_in_one_action_and_only_once(client, charge) -> None:
    client.force_login(charge)
    page = client.get("/gouvernance/?annee=2026").content.decode()
    assert "Aucune réunion posée" in page
    assert "Poser les réunions qui manquent" in page
    done = client.post("/gouvernance/preparer", {"annee": "2026"}, follow=True)
    assert "15\xa0réunions posées en 2026." in done.content.decode()
    assert models.Seance.objects.count() == 15
    again = client.post("/gouvernance/preparer", {"annee": "2026"}, follow=True)
    assert "Il ne manquait aucune réunion." in again.content.decode()
    assert models.Seance.objects.count() == 15


def test_a_meeting_called_off_is_missing_again(charge) -> None:
    first = commands.fill_year(charge, 2027)[0]
    commands.move_seance(charge, first, 1, EtatSeance.ANNULEE)
    reperes = queries.read_reperes()
    (missing,) = queries.read_annee(reperes, 2027, date(2027, 1, 1)).manquantes
    assert (missing.comite, missing.territoire) == (first.comite, first.territoire)


def test_a_meeting_called_that_moves_is_to_be_called_again(charge) -> None:
    row = commands.add_seance(charge, "cotech", "", date(2030, 6, 4))
    row = commands.move_seance(charge, row, 1, EtatSeance.CONVOQUEE)
    row = commands.change_seance(charge, row, 2, {"heure": time(14, 30)})
    assert row.etat == EtatSeance.CONVOQUEE
    assert commands.change_seance(charge, row, 3, {"jour": date(2030, 6, 6)}).etat == EtatSeance.PREVUE


def test_nothing_is_held_before_its_day(charge) -> None:
    row = commands.add_seance(charge, "cotech", "", timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError, match="ne peut pas être tenue"):
        commands.move_seance(charge, row, 1, EtatSeance.TENUE)


def test_minutes_go_through_four_steps_then_change_no_more(charge) -> None:
    row = held(charge)
    with pytest.raises(ValidationError, match="vide"):
        commands.move_minutes(charge, row, 2, EtatCompteRendu.ENVOYE)
    row = commands.write_minutes(charge, row, 2, "Nous avons décidé.")
    for version, etat in enumerate(
        (EtatCompteRendu.ENVOYE, EtatCompteRendu.REMARQUES, EtatCompteRendu.APPROUVE), 3
    ):
        row = commands.move_minutes(charge, row, version, etat)
    assert row.envoye_le == timezone.localdate()
    with pytest.raises(ValidationError, match="approuvé"):
        commands.write_minutes(charge, row, row.version, "Autre chose")
    with pytest.raises(ValidationError, match="ne peut pas devenir"):
        commands.move_minutes(charge, row, row.version, EtatCompteRendu.ENVOYE)


def test_two_clerks_on_one_set_of_minutes_lose_nothing(client, charge, compte) -> None:
    row = held(charge)
    address = f"/gouvernance/seances/{row.cle}/compte-rendu/"
    client.force_login(compte("charge_mission"))
    commands.write_minutes(charge, row, 2, "Le texte de l’une")
    clash = client.post(address, {"texte": "Le texte de l’autre", "version": "2"})
    page = clash.content.decode()
    assert clash.status_code == 409
    assert "Le texte de l’une" in page
    assert "Le texte de l’autre" in page
    row.refresh_from_db()
    assert row.compte_rendu == "Le texte de l’une"
    client.post(address, {"texte": "Les deux", "version": str(row.version)})
    row.refresh_from_db()
    assert row.compte_rendu == "Les deux"


def test_decisions_are_numbered_followed_and_late(charge) -> None:
    row = held(charge)
    yesterday = timezone.localdate() - timedelta(days=1)
    first = commands.decide(
        charge, row, {"texte": "Ouvrir un local", "responsable": "CAF", "echeance": yesterday}
    )
    second = commands.decide(charge, row, {"texte": "Écrire au préfet", "responsable": "", "echeance": None})
    assert (first.reference, second.rang) == (f"CTS Douai {row.jour.isoformat()}/1", 2)
    assert queries.list_decisions_en_retard(timezone.localdate()) == [first]
    with pytest.raises(ValidationError, match="pourquoi"):
        commands.move_decision(charge, first, 1, EtatDecision.ABANDONNEE, "")
    commands.move_decision(charge, first, 1, EtatDecision.FAITE, "")
    assert queries.list_decisions_en_retard(timezone.localdate()) == []
    later = commands.add_seance(charge, "cts", "593", timezone.localdate() + timedelta(days=90))
    assert queries.list_ouvertes(later) == [second]


def test_a_decision_is_taken_in_a_meeting(charge) -> None:
    row = commands.add_seance(charge, "cts", "593", date(2030, 5, 7))
    with pytest.raises(ValidationError, match="tenue"):
        commands.decide(charge, row, {"texte": "Trop tôt", "responsable": "", "echeance": None})


def test_attendance_is_noted_row_by_row(client, charge) -> None:
    row = commands.add_seance(charge, "cts", "593", date(2030, 5, 7))
    client.force_login(charge)
    address = f"/gouvernance/seances/{row.cle}/presences/"
    for version, name in enumerate(("CAF", "MSA"), 1):
        client.post(address, {"organisation": name, "version": str(version)} | rows(version - 1))
    said = rows(2) | {"reponse_1": "pouvoir", "presente_0": "oui", "presente_1": "non", "version": "3"}
    assert "Dites à qui." in client.post(address, said).content.decode()
    client.post(address, said | {"pouvoir_a_1": "CAF"})
    row.refresh_from_db()
    assert [one["organisation"] for one in row.presences] == ["CAF", "MSA"]
    page = client.get(f"/gouvernance/seances/{row.cle}/").content.decode()
    assert "1\xa0présente, 1\xa0représentée" in page


def rows(count: int) -> dict[str, str]:
    names = ("reponse", "pouvoir_a", "presente")
    return {f"{name}_{rank}": "" for rank in range(count) for name in names}


def test_who_covers_an_arrondissement_organises_its_meetings_and_no_other(charge, compte) -> None:
    souspref = compte("direction", territoire=DOUAI)
    commands.add_seance(souspref, "cts", "593", date(2030, 5, 7))
    for comite, place in (("cts", "592"), ("cotech", "")):
        with pytest.raises(PermissionDenied):
            commands.add_seance(souspref, comite, place, date(2030, 5, 7))
    with pytest.raises(PermissionDenied):
        commands.fill_year(souspref, 2030)


def test_a_diary_subscribes_by_a_private_address(client, charge) -> None:
    row = commands.add_seance(charge, "cotech", "", date(2030, 6, 4))
    commands.change_seance(charge, row, 1, {"heure": time(14, 30), "lieu": "Préfecture"})
    commands.add_seance(charge, "cts", "593", date(2030, 5, 7))
    address = f"/gouvernance/agenda/{calendrier.make_jeton(charge)}/comites.ics"
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    first, second = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (str(first["SUMMARY"]), first.decoded("DTSTART")) == ("CTS Douai", date(2030, 5, 7))
    start = second.decoded("DTSTART")
    assert (str(second["LOCATION"]), start.astimezone(calendrier.PARIS).time()) == (
        "Préfecture",
        time(14, 30),
    )
    assert str(second["URL"]).endswith(row.get_absolute_url())
    charge.set_password("un-autre-mot-de-passe-d-essai")
    charge.save()
    assert client.get(address).status_code == 404
    assert client.get("/gouvernance/agenda/autre/comites.ics").status_code == 404


def test_the_desk_shows_the_next_meetings_of_what_the_mandate_covers(client, charge, compte) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for place in ("592", "593"):
        commands.add_seance(charge, "cts", place, tomorrow)
    client.force_login(compte("direction", territoire=DOUAI))
    page = client.get("/programme/taches/").content.decode()
    assert "CTS Douai" in page
    assert "CTS Cambrai" not in page


def test_the_desk_says_which_meetings_are_to_call_and_to_write_up(charge, compte) -> None:
    sous_prefet = compte("direction", territoire=DOUAI)
    today = timezone.localdate()
    soon = commands.add_seance(charge, "cts", "593", today + timedelta(days=10))
    for place, days in (("592", 10), ("593", 90)):
        commands.add_seance(charge, "cta", place, today + timedelta(days=days))
    past = held(charge)
    desk = {one.cle: one for one in list_apports(sous_prefet, today)}
    (to_call,), (to_write,) = desk["a-convoquer"].lignes, desk["comptes-rendus"].lignes
    assert to_call.adresse == soon.get_absolute_url()
    assert "en retard" in to_call.precision
    assert to_write.adresse == past.get_absolute_url()
    assert "a-convoquer" not in {one.cle for one in list_apports(compte("pilote_thematique"), today)}


def test_nobody_without_a_mandate_reads_anything(client, charge, compte) -> None:
    row = held(charge)
    assert client.get("/gouvernance/").status_code == 302
    client.force_login(compte())
    assert client.get("/gouvernance/").status_code == 403
    assert client.get("/gouvernance/comites.ics").status_code == 403
    assert (
        client.post(f"/gouvernance/seances/{row.cle}/passer", {"etat": "annulee", "version": "2"}).status_code
        == 404
    )
    lost = calendrier.make_jeton(compte())
    assert client.get(f"/gouvernance/agenda/{lost}/comites.ics").status_code == 404


@pytest.mark.parametrize(
    "page", ["", "comites/", "remontees/", "decisions/", "remontees/nouvelle/", "reunion/"]
)
def test_every_page_opens_empty(client, charge, page: str) -> None:
    client.force_login(charge)
    assert client.get(f"/gouvernance/{page}").status_code == 200


@pytest.mark.parametrize(("sort", "after"), [("adopte", "adopte"), ("rejete", "rejete")])
def test_a_decision_settles_an_amendment_both_or_neither(client, charge, sort, after) -> None:
    objet = ObjectifPrioritaire.objects.get(cle="sante.1")
    amendement = propose_amendement(charge, objet, {"libelle": "Accéder aux soins"}, "Plus clair")
    row = held(charge)
    client.force_login(charge)
    assert "Elle règle l’amendement" in client.get(row.get_absolute_url()).content.decode()
    said = {"texte": "Le comité approuve", "amendement": str(amendement.pk), "sort": sort}
    address = f"{row.get_absolute_url()[:-1]}/decider"
    past = timezone.localdate() - timedelta(days=1)
    if sort == "adopte":
        client.post(address, said | {"effet_le": past.isoformat()})
        assert not models.Decision.objects.exists()
    client.post(address, said)
    decision = models.Decision.objects.get()
    amendement.refresh_from_db()
    assert (amendement.etat, amendement.decision, decision.amendement) == (
        after, decision.cle, amendement.pk,
    )  # fmt: skip
    changed = ObjectifPrioritaire.objects.get(cle="sante.1").libelle == "Accéder aux soins"
    assert changed is (sort == "adopte")
    assert decision.reference in client.get("/programme/amendements/").content.decode()


def test_who_does_not_decide_of_amendments_is_not_offered_any(client, charge, compte) -> None:
    objet = ObjectifPrioritaire.objects.get(cle="sante.1")
    amendement = propose_amendement(charge, objet, {"libelle": "A"}, "Plus clair")
    row = held(charge)
    client.force_login(compte("direction", territoire=DOUAI))
    assert "règle l’amendement" not in client.get(row.get_absolute_url()).content.decode()
    client.post(f"{row.get_absolute_url()[:-1]}/decider", {"texte": "T", "amendement": str(amendement.pk)})
    amendement.refresh_from_db()
    assert amendement.etat == "propose"
