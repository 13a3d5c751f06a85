"""What helps those who receive: a sheet by theme out of the directory, training in a calendar."""

from datetime import time, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from maillage.annuaire.accueil import PREMIER, SECOND
from maillage.annuaire.fiche import Complement
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.annuaire.ambassadeurs.models import SeanceFormation
from maillage.web.annuaire.ambassadeurs.views import list_lines
from maillage.web.programme.reprise.commands import load
from tests.web.annuaire.test_trouver import fill, home, offer


@pytest.fixture
def annuaire(db) -> None:
    """One first level, whatever the theme; second levels of health and of employment."""
    fill(
        (home("a", 3.05, 50.05, None), offer("a")),
        (home("b", 3.05, 50.06, "Mo 09:00-12:00", telephone="+33300000001"), offer("b")),
        (home("c", 3.05, 50.07, None), offer("c")),
        a=Complement(id="p-a", fonctions=(PREMIER,)),
        b=Complement(id="p-b", fonctions=(SECOND,), themes=("sante",)),
        c=Complement(id="p-c", fonctions=(SECOND,), themes=("emploi",)),
    )


def test_a_sheet_tells_who_is_first_and_second_level_of_its_theme(client, annuaire):
    assert [one.structure.id for one in list_lines("sante", PREMIER)] == ["a"]
    assert [one.structure.id for one in list_lines("sante", SECOND)] == ["b"]
    assert client.get("/accueil/themes/sante/").status_code == 404  # no programme, no theme
    load(load_programme())
    page = client.get("/accueil/themes/sante/").content.decode()
    assert "Accueil a" in page
    assert "+33300000001" in page
    assert "Accueil c" not in page


def test_training_is_announced_by_who_may_and_stays_when_called_off(client, compte):
    day = timezone.localdate() + timedelta(days=10)
    said = {"titre": "Accueillir", "jour": day, "lieu": "Lille", "public": "Agents", "organisation": "Essai"}
    hours = {"debut": "09:00", "fin": "12:00"}
    assert client.post("/accueil/formations/", said | hours).status_code == 403
    client.force_login(compte("charge_mission"))
    for wrong in ({"jour": day - timedelta(days=20)}, {"fin": "08:00"}):
        assert client.post("/accueil/formations/", said | hours | wrong).status_code == 422
    assert client.post("/accueil/formations/", said | hours).status_code == 302
    row = SeanceFormation.objects.get()
    assert client.post(f"/accueil/formations/{row.pk}/annuler").status_code == 302
    client.logout()
    (event,) = Calendar.from_ical(client.get("/accueil/formations.ics").content).walk("VEVENT")
    assert event["status"] == "CANCELLED"
    assert event.decoded("dtstart").date() == day
    assert event.decoded("dtstart").time() == time(9)
    assert "Annulée" in client.get("/accueil/formations/").content.decode()
