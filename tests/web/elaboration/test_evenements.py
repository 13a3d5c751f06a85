"""Events: who prepares which, who was invited and came, opened to all until a day."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from maillage.sdaasp.elaboration.modele import EtatEvenement, count_presence
from maillage.web.comptes.models import Organisation
from maillage.web.elaboration import bureau, commands, queries
from maillage.web.partenaires.models import Partenaire
from maillage.web.suivi.commands import ConflitVersion

DOUAI = "arrondissement:593"


def test_one_prepares_an_event_of_ones_own_place_and_no_other(charge, elaboration, compte) -> None:
    day = timezone.localdate() + timedelta(days=10)
    champs = {"nature": "printemps", "titre": "Réunion", "debut": day, "fin": day}
    souspref = compte("direction", territoire=DOUAI)
    row = commands.add_evenement(souspref, elaboration, champs | {"territoire": "593"})
    with pytest.raises(PermissionDenied):
        commands.add_evenement(souspref, elaboration, champs | {"territoire": "591"})
    with pytest.raises(PermissionDenied):  # not into another arrondissement either
        commands.change_evenement(souspref, row, row.version, {"territoire": "591"})
    row.refresh_from_db()
    assert row.territoire == "593"
    with pytest.raises(PermissionDenied):
        commands.open_elaboration(souspref, {"nature": "revision", "titre": "a", "debut": day}, "x")
    told = [
        line.texte for part in bureau.list_apports(souspref, timezone.localdate()) for line in part.lignes
    ]
    assert told == ["Réunion"]


def test_an_event_announced_that_moves_is_to_be_announced_again(charge, journee) -> None:
    row = commands.move_evenement(charge, journee, journee.version, EtatEvenement.INVITE)
    row = commands.change_evenement(charge, row, row.version, {"lieu": "Lille"})
    assert row.etat == EtatEvenement.INVITE
    later = journee.debut + timedelta(days=7)
    row = commands.change_evenement(charge, row, row.version, {"debut": later, "fin": later})
    assert row.etat == EtatEvenement.PREVU
    row = commands.move_evenement(charge, row, row.version, EtatEvenement.TENU)
    with pytest.raises(ValidationError):
        commands.change_evenement(charge, row, row.version, {"debut": journee.debut})
    with pytest.raises(ConflitVersion):
        commands.change_evenement(charge, row, row.version - 1, {"autres": 3})


def test_one_action_sets_a_meeting_in_each_arrondissement(client, charge, elaboration, compte) -> None:
    client.force_login(charge)
    page = f"/elaboration/{elaboration.cle}/evenements/nouveau/"
    said = {"nature": "printemps", "titre": "Printemps", "debut": "2026-05-05", "territoire": "*"}
    assert client.post(page, said).status_code == 302
    rows = list(elaboration.evenements.order_by("territoire"))
    assert [row.territoire for row in rows] == ["591", "592", "593", "594", "595", "596"]
    assert (rows[2].titre, rows[2].fin.isoformat()) == ("Printemps, Douai", "2026-05-05")
    client.force_login(compte("direction", territoire=DOUAI))  # all or none
    assert "ne couvre pas" in client.post(page, said).content.decode()
    assert elaboration.evenements.count() == 6


def test_organisations_are_invited_from_who_is_who_and_counted_without_a_name(
    client, charge, journee
) -> None:
    organisation = Organisation.objects.create(nom="CAF du Nord", nature="operateur")
    Partenaire.objects.create(organisation=organisation, theme="sante")
    client.force_login(charge)
    page = f"/elaboration/evenements/{journee.cle}/"
    client.post(f"{page}inviter", {"version": journee.version})
    journee.refresh_from_db()
    names = [one["organisation"] for one in journee.invitees]
    assert "CAF du Nord" in names
    rank = names.index("CAF du Nord")
    data = {
        "version": journee.version, f"reponse_{rank}": "vient", f"presentes_{rank}": "4", "autres": "30",
        "organisation": "ADIL", "venue": "on",
    }  # fmt: skip
    assert client.post(f"{page}presences/", data).status_code == 302
    journee.refresh_from_db()
    compte = count_presence(journee.valeur)
    assert (compte.personnes, compte.presentes, compte.invitees) == (34, 1, len(names))
    assert journee.invitees[-1]["invitee"] is False
    again = client.post(f"{page}presences/", data | {"version": journee.version})
    assert "déjà dans la liste" in again.content.decode()
    shown = client.get(page).content.decode()
    assert "au moins 34" in shown.replace("\xa0", " ")


def test_the_open_address_lives_until_its_day_and_is_forgotten(client, charge, journee) -> None:
    today = timezone.localdate()
    with pytest.raises(ValidationError):
        commands.open_to_all(charge, journee, journee.version, today - timedelta(days=1))
    row = commands.open_to_all(charge, journee, journee.version, today)
    assert len(row.code) == commands.CODE
    assert client.get(f"/elaboration/dire/{row.code.lower()}/").status_code == 200
    assert client.get("/elaboration/dire/", {"code": row.code}).status_code == 302
    assert row.code not in str(list(row.history.values()))
    row = commands.open_to_all(charge, row, row.version, None)
    assert client.get(f"/elaboration/dire/{row.code or 'AAAAAAAA'}/").status_code == 404
    assert queries.list_evenements(row.elaboration)[0].code == ""


def test_a_list_asks_as_many_queries_whatever_it_holds(
    charge, elaboration, journee, dire, django_assert_num_queries
) -> None:
    for n in range(3):
        dire(elaboration, f"Parole {n}", journee, theme="sante")
    with django_assert_num_queries(1):
        assert [row.nombre_paroles for row in queries.list_evenements(elaboration)] == [3]
    with django_assert_num_queries(1):
        assert queries.list_elaborations()[0].nombre_paroles == 3
    with django_assert_num_queries(2):
        assert queries.read_synthese(elaboration).paroles.recues == 3
    with django_assert_num_queries(1):
        assert queries.count_led_to() == {}
    with django_assert_num_queries(1):
        assert len(queries.list_led_to("sante.1")) == 0
