"""One tries to give, prolong, end or take over a power that one could not give: nothing of it happens.

First the rule alone, over any sequence of acts by people who do not administer; then the application, for
every pair of roles and every door (invitation, invitation again, mandate, administration screens).
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.sdaasp.mandats.autorite import Pouvoir, Titulaire, may_give, may_take_over
from maillage.sdaasp.mandats.perimetre import Portee
from maillage.web.comptes import commands, queries
from maillage.web.comptes.models import Invitation, Mandat, Organisation, Personne

ROLES = Mandat.Role.values
DAYS = [date(2026, 1, 1) + timedelta(n) for n in range(4)]
SPANS = st.sampled_from([(None, None), (None, 0), (None, 1), (1, None), (0, 2), (2, 3)])
POWERS = st.builds(
    lambda role, theme, zone, span: Pouvoir(
        role, Portee(theme, zone, "", *(None if n is None else DAYS[n] for n in span))
    ),
    st.sampled_from(["administration", "charge_mission", "charge_mission", "partenaire"]),
    st.sampled_from(["", "", "a"]),
    st.sampled_from(["", "", "z"]),
    SPANS,
)
PEOPLE = st.lists(
    st.tuples(st.lists(POWERS, max_size=3), st.sampled_from([False, False, True])), min_size=3, max_size=4
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["give", "change", "end", "take"]),
        st.integers(0, 11),  # who acts
        st.integers(0, 11),  # on whom
        st.integers(0, 5),  # on which of their mandates
        POWERS,
        st.integers(0, 1),  # days that pass before
    ),
    max_size=12,
)


# The oracle: a power as the plain set of (role, theme, zone, day) in which it acts, "" standing for an object
# of no theme or of the whole département. Written without the rule's own functions.
def cells(power: Pouvoir) -> set:
    p = power.portee
    days = [d for d in DAYS if (p.debut is None or p.debut <= d) and (p.fin is None or d <= p.fin)]
    themes = [p.theme] if p.theme else ["", "a"]
    zones = [p.territoire] if p.territoire else ["", "z"]
    return {(power.role, t, z, d) for t in themes for z in zones for d in days}


def givable(power: Pouvoir, day: date) -> set:
    """All that the holder of this power, who does not administer, may on that day put in anyone's hands."""
    portee = power.portee
    if power.role != "charge_mission" or all(cell[3] != day for cell in cells(power)):
        return set()
    own_role = cells(Pouvoir("charge_mission", replace(portee, debut=None)))
    return own_role | cells(Pouvoir("partenaire", Portee(portee.theme, portee.territoire)))


@settings(max_examples=500, deadline=None)
@given(PEOPLE, ACTS)
def test_no_sequence_of_acts_yields_a_power_that_its_actors_could_not_give(people, acts) -> None:
    held = [list(powers) for powers, _ in people]
    chiefs = [chief for _, chief in people]
    plotters = {
        n for n in range(len(people)) if not chiefs[n] and all(p.role != "administration" for p in held[n])
    }
    at_start = [p for n in plotters for p in held[n]]
    own, reach = set().union(*map(cells, at_start)), set()
    controlled, today = set(plotters), 0
    others = {n: list(held[n]) for n in range(len(people)) if n not in plotters}
    for act, who, whom, which, power, wait in acts:
        today = min(today + wait, len(DAYS) - 1)
        day = DAYS[today]
        reach = reach.union(*(givable(p, day) for p in at_start))
        if who % len(held) not in controlled:
            continue
        whom = whom % len(held)  # noqa: PLW2901
        actor = Titulaire(tuple(held[who % len(held)]), superutilisateur=False)
        target = held[whom][which % len(held[whom])] if held[whom] else None
        if act == "take" and may_take_over(actor, Titulaire(tuple(held[whom]), chiefs[whom]), day):
            controlled.add(whom)
        elif act == "give" and may_give(actor, power, day):
            held[whom].append(power)
        elif act in {"change", "end"} and target is not None and may_give(actor, target, day):
            if act == "end":
                held[whom].remove(target)
            elif may_give(actor, power, day):
                held[whom][held[whom].index(target)] = power
        now = {c for n in controlled for p in held[n] for c in cells(p) if c[3] >= day}
        assert now <= own | reach, "a power nobody there could give"
        assert not any(chiefs[n] for n in controlled), "a superuser's account"
        lost = [p for n, kept in others.items() for p in kept if p not in held[n]]
        assert all(cells(p) <= reach for p in lost), "a power taken away by who could not give it"


def test_a_mandate_gives_only_while_it_runs_bounds_included() -> None:
    holder = Titulaire((Pouvoir("charge_mission", Portee(debut=DAYS[1], fin=DAYS[2])),))
    assert [may_give(holder, Pouvoir("partenaire"), day) for day in DAYS] == [False, True, True, False]


def expected(author: str, role: str) -> bool:
    """Who may give which role, both without limit: written by hand, pair by pair."""
    return author == "administration" or (author == "charge_mission" and role != "administration")


@pytest.fixture
def organisation(db) -> Organisation:
    return Organisation.objects.get_or_create(nom="Une organisation", nature="autre")[0]


def invited(organisation, role: str) -> Personne:
    """Someone invited by the administration, whose account is not open yet."""
    number = Personne.objects.count()
    personne = Personne.objects.create_user(f"invite{number}@example.org")
    Mandat.objects.create(personne=personne, organisation=organisation, role=role)
    return personne


def happens(act) -> bool:
    try:
        act()
    except (PermissionDenied, ValidationError):
        return False
    return True


def list_doors(author: Personne, role: str, organisation: Organisation) -> dict:
    """Each way to put a mandate of this role in somebody's hands, or to take it out of them."""
    asked = commands.DemandeInvitation(f"{author.pk}.{role}@example.org", "A", "B", organisation, role)
    again = replace(asked, courriel=invited(organisation, role).email, role="partenaire")
    free = Mandat(personne=invited(organisation, "partenaire"), organisation=organisation, role=role)
    held = Mandat.objects.create(
        personne=invited(organisation, "partenaire"), organisation=organisation, role=role
    )
    lowered = Mandat.objects.get(pk=held.pk)
    lowered.role = "partenaire"
    return {
        "inviter": lambda: commands.invite_personne(author, asked),
        "réinviter": lambda: commands.invite_personne(author, again),
        "donner": lambda: commands.give_mandate(author, free),
        "changer": lambda: commands.give_mandate(author, lowered),
        "retirer": lambda: commands.end_mandate(author, Mandat.objects.filter(pk=held.pk).get()),
    }


def test_each_pair_of_roles_at_each_door(compte, organisation) -> None:
    wrong = []
    for author_role in ROLES:
        author = compte(author_role)
        for role in ROLES:
            right = expected(author_role, role)
            for door, act in list_doors(author, role, organisation).items():
                if happens(act) != right:
                    wrong.append(f"{author_role} {door} {role}")
    assert not wrong


def test_a_charge_de_mission_does_not_become_administrator_by_inviting_again(compte, organisation) -> None:
    """The attack that succeeded: a fresh link to the account that the administration had prepared."""
    asked = commands.DemandeInvitation("chef@example.org", "A", "B", organisation, "administration")
    first = commands.invite_personne(compte("administration"), asked)
    charge = compte("charge_mission")
    for role in ROLES:
        with pytest.raises(ValidationError):
            commands.invite_personne(charge, replace(asked, courriel="CHEF@Example.org", role=role))
    assert Invitation.objects.count() == 1
    assert queries.get_invitation(first).personne.email == "chef@example.org"


def test_any_one_mandate_beyond_authority_closes_the_account(compte, organisation) -> None:
    personne = invited(organisation, "partenaire")
    later = date.today() + timedelta(30)  # noqa: DTZ011
    Mandat.objects.create(personne=personne, organisation=organisation, role="administration", debut=later)
    asked = commands.DemandeInvitation(personne.email, "A", "B", organisation, "partenaire")
    assert not happens(lambda: commands.invite_personne(compte("charge_mission"), asked))


def test_inviting_again_keeps_the_first_link_and_one_only_opens(client, compte, organisation) -> None:
    asked = commands.DemandeInvitation("nouveau@example.org", "A", "B", organisation, "partenaire")
    charge = compte("charge_mission")
    first, second = commands.invite_personne(charge, asked), commands.invite_personne(charge, asked)
    assert Mandat.objects.filter(personne__email="nouveau@example.org").count() == 1
    password = "une phrase assez longue"
    old, new = queries.get_invitation(first), queries.get_invitation(second)
    commands.accept_invitation(old, password)
    with pytest.raises(ValidationError):
        commands.accept_invitation(new, "une autre phrase longue")
    assert Personne.objects.get(email="nouveau@example.org").check_password(password)


def test_authority_stays_within_its_perimeter_and_its_dates(compte, organisation) -> None:
    end = date.today() + timedelta(10)  # noqa: DTZ011
    charge = compte("charge_mission", territoire="arrondissement:593", fin=end)
    here = {"personne": compte(), "organisation": organisation, "territoire": "arrondissement:593"}
    tries = {
        True: [
            {"role": "partenaire"},
            {"role": "charge_mission", "fin": end},
        ],
        False: [
            {"role": "partenaire", "territoire": ""},
            {"role": "partenaire", "territoire": "arrondissement:592"},
            {"role": "charge_mission"},
            {"role": "charge_mission", "fin": end + timedelta(1)},
        ],
    }
    for right, mandates in tries.items():
        for fields in mandates:
            mandat = Mandat(**here | fields)
            assert happens(lambda mandat=mandat: commands.give_mandate(charge, mandat)) is right, fields


@pytest.mark.parametrize(
    "fields",
    [
        {"territoire": "arrondissement:000"},
        {"territoire": "lune:1"},
        {"territoire": "593"},
        {"theme": "magie"},
        {"dimension": "quatrieme"},
    ],
)
def test_a_mandate_over_what_does_not_exist_is_refused(compte, organisation, fields) -> None:
    chief = compte("administration")
    mandat = Mandat(personne=compte(), organisation=organisation, role="partenaire", **fields)
    with pytest.raises(ValidationError):
        commands.give_mandate(chief, mandat)
    asked = commands.DemandeInvitation("x@example.org", "A", "B", organisation, "partenaire", **fields)
    with pytest.raises(ValidationError):
        commands.invite_personne(chief, asked)
    assert not Personne.objects.filter(email="x@example.org").exists()


def admin_client(personne) -> Client:
    personne.is_staff = True
    personne.save()
    opened = Client()
    opened.force_login(personne)
    return opened


def test_an_administrator_does_not_take_over_a_superuser_from_the_screens(compte) -> None:
    chief = compte("administration")
    above = Personne.objects.create_superuser("au-dessus@example.org", "un-mot-de-passe-d-essai")
    opened = admin_client(chief)
    address = reverse("admin:comptes_personne_change", args=[above.pk])
    form = {"first_name": "", "last_name": "", "email": "vole@example.org", "mandats-TOTAL_FORMS": 0}
    assert opened.post(address, form | {"mandats-INITIAL_FORMS": 0}).status_code == 403
    assert (
        opened.post(reverse("admin:comptes_personne_delete", args=[above.pk]), {"post": "yes"}).status_code
        == 403
    )
    action = {"action": "delete_selected", "_selected_action": [above.pk], "post": "yes"}
    opened.post(reverse("admin:comptes_personne_changelist"), action)
    above.refresh_from_db()
    assert above.email == "au-dessus@example.org"
    assert above.is_active


def test_an_administration_limited_to_a_theme_gives_nothing_beyond_it_from_the_screens(
    compte, organisation
) -> None:
    chief = compte("administration", territoire="arrondissement:593")
    opened = admin_client(chief)
    form = {
        "personne": compte().pk,
        "organisation": organisation.pk,
        "role": "administration",
        "debut": "01/01/2026",
    }
    answer = opened.post(reverse("admin:comptes_mandat_add"), form)
    assert answer.status_code == 200
    assert "dépasse ce que vos propres mandats" in answer.content.decode()
    assert (
        opened.post(
            reverse("admin:comptes_mandat_add"), form | {"territoire": "arrondissement:593"}
        ).status_code
        == 302
    )
    other = Mandat.objects.create(personne=compte(), organisation=organisation, role="administration")
    for page in ("change", "delete"):
        address = reverse(f"admin:comptes_mandat_{page}", args=[other.pk])
        assert opened.post(address, {"post": "yes"}).status_code == 403
    assert Mandat.objects.filter(pk=other.pk).exists()


def test_mandates_written_from_a_persons_screen_are_signed(compte, organisation) -> None:
    chief, personne = compte("administration"), compte()
    form = {
        "first_name": "A",
        "last_name": "B",
        "email": personne.email,
        "is_active": "on",
        "mandats-TOTAL_FORMS": 1,
        "mandats-INITIAL_FORMS": 0,
        "mandats-0-role": "partenaire",
        "mandats-0-organisation": organisation.pk,
        "mandats-0-debut": "01/01/2026",
    }
    answer = admin_client(chief).post(reverse("admin:comptes_personne_change", args=[personne.pk]), form)
    assert answer.status_code == 302
    assert Mandat.history.get(personne=personne).history_user == chief


def test_the_page_gives_a_mandate_within_ones_own_and_no_other(client, nord, compte, organisation) -> None:
    charge, other = compte("charge_mission", theme="sante"), compte()
    client.force_login(charge, "django.contrib.auth.backends.ModelBackend")
    asked = {"courriel": other.email.upper(), "organisation": organisation.pk, "role": "partenaire"}

    def give(**more: str) -> str:
        return client.post("/comptes/donner-un-mandat/", asked | more, follow=True).content.decode()

    assert "dépasse ce que vos propres mandats" in give()
    assert "dépasse ce que vos propres mandats" in give(theme="sante", role="administration")
    assert "invitez-la plutôt" in give(theme="sante", courriel="personne@example.org")
    assert not other.mandats.exists()
    assert "a désormais ce mandat" in give(theme="sante")
    assert [mandat.theme for mandat in other.mandats.all()] == ["sante"]
    client.force_login(other, "django.contrib.auth.backends.ModelBackend")
    assert client.post("/comptes/donner-un-mandat/", asked | {"theme": "sante"}).status_code == 403
