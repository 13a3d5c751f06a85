"""One changes the hour, passes 2038, sets the clock back, lives in another century: nothing stays shut.

What ends ends on its day in Paris; what a wrong clock left behind is no lock once the clock is right.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from maillage.sdaasp.mandats.perimetre import Portee
from maillage.web.comptes import commands
from maillage.web.comptes.essais.bornes import find_refusal, list_bornes
from maillage.web.comptes.essais.commands import count_attempt
from maillage.web.comptes.models import Invitation, Mandat, Menage, Organisation, Session
from maillage.web.comptes.retention import commands as retention
from maillage.web.socle import avancement
from maillage.web.socle.models import Travail

PARIS = ZoneInfo("Europe/Paris")
INSTANTS = {
    "the hour that does not exist": datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    "the hour that comes twice, first": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "the hour that comes twice, again": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    "the last second of 32 bits": datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
    "the second after": datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
    "midnight in Paris": datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
}


@pytest.fixture
def clock(monkeypatch):
    """Sets the time that everything of ours and of Django reads."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


@pytest.mark.parametrize("name", INSTANTS)
def test_one_logs_in_reads_and_keeps_house_at_any_instant(compte, clock, name) -> None:
    personne = compte("administration")
    organisation = Organisation.objects.get_or_create(nom="Une organisation", nature="autre")[0]
    clock(now := INSTANTS[name])
    Mandat.objects.filter(personne=personne).update(debut=timezone.localdate(), fin=timezone.localdate())
    client = Client()
    sent = {"username": personne.email, "password": "un-mot-de-passe-d-essai"}
    assert client.post("/comptes/connexion/", sent).status_code == 302
    for address in ("/", "/comptes/moi/", "/comptes/inviter/", "/programme/", "/pret"):
        assert client.get(address).status_code in {200, 302}, address
    assert Session.objects.get(personne=personne).expire_date - now == timedelta(hours=12)
    asked = commands.DemandeInvitation("nouvelle@example.org", "A", "B", organisation, "partenaire")
    link = commands.invite_personne(personne, asked)
    assert Client().get(f"/comptes/invitation/{link}/").status_code == 302
    clock(now + commands.INVITATION_VALABLE - timedelta(seconds=1))
    assert Client().get(f"/comptes/invitation/{link}/").status_code == 302
    clock(now + commands.INVITATION_VALABLE + timedelta(seconds=1))
    assert Client().get(f"/comptes/invitation/{link}/").status_code == 404
    assert retention.apply_rules()["sessions"] >= 1


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2038, 1, 19)])
def test_a_mandate_ends_with_its_last_day_in_paris(clock, day) -> None:
    """That day has 23, 25 or 24 hours: its last minute is in it, the next is not."""
    portee = Portee("", "", "", day, day)
    begins = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    following = day + timedelta(days=1)
    ends = datetime(following.year, following.month, following.day, tzinfo=PARIS)
    inside = (begins, ends.astimezone(UTC) - timedelta(minutes=1))
    outside = (begins.astimezone(UTC) - timedelta(minutes=1), ends)
    for moments, expected in ((inside, True), (outside, False)):
        for moment in moments:
            clock(moment.astimezone(UTC))
            assert portee.en_cours(timezone.localdate()) is expected, moment


@pytest.fixture
def century(clock):
    """A clock that was in 2099 and comes back."""
    right = timezone.now()
    clock(right.replace(year=2099, month=6, day=1))
    return lambda: clock(right)


def test_an_account_refused_in_another_century_is_not_shut_until_then(db, century) -> None:
    bornes = list_bornes("agent@example.org", "192.0.2.7")
    while count_attempt(bornes) is None:
        pass
    assert find_refusal(bornes) is not None
    century()
    assert find_refusal(bornes) is None
    done = 0
    while count_attempt(bornes) is None:
        done += 1
    assert done == bornes[0].limite, "and the bound holds again"


def test_house_kept_in_another_century_is_kept_again_today(db, century) -> None:
    retention.run_if_due()
    century()
    before = Menage.objects.count()
    retention.run_if_due()
    assert Menage.objects.count() == before + len(retention.RULES)
    retention.run_if_due()
    assert Menage.objects.count() == before + len(retention.RULES)


def test_work_alive_in_another_century_is_found_dead_today(db, century) -> None:
    travail = Travail.objects.create(jeton="t" * 43, genre="tout_exporter", titre="x", etat="en_cours")
    avancement.give_sign(travail.pk)
    century()
    assert avancement.close_interrupted(timedelta(seconds=60)) == 1
    travail.refresh_from_db()
    assert travail.etat == "interrompu"


def test_a_clock_that_goes_back_an_hour_shuts_nobody_out(compte, clock) -> None:
    personne, now = compte("charge_mission"), timezone.now()
    Mandat.objects.update(debut=timezone.localdate() - timedelta(days=1))
    sent = {"username": personne.email, "password": "un-mot-de-passe-d-essai"}
    client = Client()
    assert client.post("/comptes/connexion/", sent).status_code == 302
    clock(now - timedelta(hours=1))
    assert client.get("/comptes/moi/").status_code == 200
    organisation = Organisation.objects.get_or_create(nom="Une organisation", nature="autre")[0]
    asked = commands.DemandeInvitation("nouvelle@example.org", "A", "B", organisation, "partenaire")
    commands.invite_personne(personne, asked)
    assert Invitation.objects.get().expire_le == now - timedelta(hours=1) + commands.INVITATION_VALABLE
