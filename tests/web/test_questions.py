"""An answer kept for two roles is the one that each would have been given."""

import re

import pytest
from django.conf import settings

from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.comptes.models import Mandat
from maillage.web.programme.reprise.commands import load
from tests.web.questions import note_questions

R = Mandat.Role
PAGES = (
    "/",
    "/programme/fiches/sante/",
    "/programme/modifier/fiche/sante/",
    "/programme/taches/",
    "/gouvernance/",
    "/atelier/",
    "/comptes/moi/",
    "/comptes/inviter/",
)
# Two who lead, two who write on the ground, two who read.
ROLES = (R.ADMINISTRATION, R.CHARGE_MISSION, R.PILOTE_THEMATIQUE, R.COPILOTE, R.PARTENAIRE, R.ACCUEIL)


# What no answer repeats: a token, a signature with its date, the number of a refusal.
CHANGEANT = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|/agenda/[^/"]+/|numéro <strong>\w+</strong>'
)


def get(client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    text = answer.content.decode() if not answer.streaming else ""
    return answer.status_code, CHANGEANT.sub("", text)


def test_who_asks_the_same_reads_the_same(client, compte) -> None:
    """One account whose only mandate changes its role: whatever is said to be the same is, to the letter."""
    load(load_programme())
    reader = compte(R.CHARGE_MISSION)
    client.force_login(reader, "django.contrib.auth.backends.ModelBackend")
    asked, texts = {}, {}
    for role in ROLES:
        Mandat.objects.filter(personne=reader).update(role=role)
        for address in PAGES:
            with note_questions(role, reader.pk) as asked[role, address]:
                texts[role, address] = get(client, address)
    kept = [
        (role, other, address)
        for (role, address), questions in asked.items()
        for other in ROLES
        if other != role and questions.hold_for(other)
    ]
    assert [one for one in kept if texts[one[0], one[2]] != texts[one[1], one[2]]] == []
    assert {"/", "/programme/fiches/sante/", "/atelier/"} <= {address for *_, address in kept}
    assert not {"/comptes/moi/"} & {address for *_, address in kept}  # it names the role
    form = asked[R.PARTENAIRE, "/programme/modifier/fiche/sante/"]
    assert form.hold_for(R.ACCUEIL)
    assert not form.hold_for(R.CHARGE_MISSION)
    assert not form.hold_for("anonyme")


@pytest.mark.parametrize(
    "ask",
    [
        lambda who: list(Mandat.objects.filter(role=R.DIRECTION)),
        lambda who: list(who.mandats.values_list("role", flat=True)),
        lambda who: list(who.mandats.values("role")),
        lambda who: who.mandats.filter(role="direction").exists(),
        lambda who: type(who).objects.filter(mandats__role="direction").exists(),
        lambda who: who.mandats_en_cours[0].role,
        lambda who: who.mandats_en_cours[0].get_role_display(),
        lambda who: str(who.mandats_en_cours[0]),
        lambda who: who.mandats_en_cours[0].pouvoir,
        lambda who: Mandat.history.count(),
        lambda who: list(Mandat.objects.exclude(role=R.DIRECTION)),
        lambda who: list(Mandat.objects.filter(role__in=(R.DIRECTION, R.PARTENAIRE))),
    ],
)
def test_a_role_read_in_another_way_is_of_this_role_alone(compte, ask) -> None:
    who = compte(R.DIRECTION)
    with note_questions("direction", who.pk) as asked:
        who.has_perm("programme.commenter")
    assert asked.hold_for("analyste")
    with note_questions("direction", who.pk) as asked:
        ask(who)
    assert not asked.hold_for("analyste")
    assert asked.hold_for("direction")


def test_reserves_that_were_read_are_of_this_install_alone(db) -> None:
    with note_questions("anonyme") as asked:
        assert settings.DEBUG is False
    assert asked.hold_for("anonyme", ("meteo",))
    with note_questions("anonyme") as asked:
        assert settings.MAILLAGE_RESERVES is not None
    assert not asked.hold_for("anonyme", ("meteo",))
    assert asked.hold_for("anonyme")
