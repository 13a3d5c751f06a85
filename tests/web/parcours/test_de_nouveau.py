"""A body asked again on a newer text, the arrêté by the direction, the pieces on the page."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from maillage.web.comptes.models import Mandat
from maillage.web.parcours import commands, models, queries
from tests.web.parcours.conftest import EPCI

PAGE = "/gouvernance/parcours/"


@pytest.fixture
def dit(charge, saisis) -> models.OrganismeConsulte:
    """The first EPCI gave an avis with a reserve."""
    row = saisis[EPCI[0]]
    said = {"delibere_le": date(2025, 1, 20), "avis": "reserves", "reference": "D-7"}
    return commands.give_avis(charge, row, row.version, said, ["Plus de lignes"])


def test_it_is_asked_again_only_on_a_newer_text_and_once(client, charge, dit) -> None:
    with pytest.raises(ValidationError, match="plus récente"):
        commands.ask_again(charge, dit)
    commands.add_texte(charge, date(2025, 3, 10), "Deux lignes ajoutées")
    client.force_login(charge)
    page = client.get(dit.get_absolute_url()).content.decode()
    assert "Consulter de nouveau" in page
    client.post(f"{PAGE}organismes/{dit.cle}/de-nouveau")
    made = models.OrganismeConsulte.objects.get(apres=dit)
    assert (made.nom, made.saisi_le, made.avis, made.reserves) == (
        f"{EPCI[0]} (2e consultation)",
        None,
        "",
        [],
    )
    with pytest.raises(ValidationError, match="déjà consulté de nouveau"):
        commands.ask_again(charge, dit)
    commands.refer(charge, [made], 2, date(2025, 3, 12))
    dit.refresh_from_db()
    assert (dit.texte, dit.avis, dit.reference, len(dit.reserves)) == (1, "reserves", "D-7", 1)
    assert made.nom in client.get(dit.get_absolute_url()).content.decode()
    assert "dont l’avis reste tel quel" in client.get(made.get_absolute_url()).content.decode()


def test_one_that_has_not_spoken_yet_waits(charge, consultes) -> None:
    with pytest.raises(ValidationError, match="pas encore donné"):
        commands.ask_again(charge, consultes[EPCI[0]])


@pytest.fixture
def approuve(charge, saisis) -> models.ActesParcours:
    """The vote of the conseil départemental, everybody consulted."""
    rest = [row for row in saisis.values() if row.saisi_le is None]
    commands.refer(charge, rest, 1, date(2025, 3, 3))
    said = {"approuve_le": date(2025, 6, 10), "approuve_texte": 1, "approuve_reference": "CD-1"}
    return commands.change_actes(charge, 0, said)


ORDRE = {"arrete_le": "2025-07-01", "arrete_texte": "1", "arrete_reference": "2025-114"}


def test_the_direction_of_the_whole_records_the_order_and_nothing_else(client, compte, approuve) -> None:
    client.force_login(compte("direction"))
    assert "Noter l’arrêté du préfet" in client.get(PAGE).content.decode()
    blank = client.post(f"{PAGE}arrete/", ORDRE | {"arrete_reference": "", "version": "1"})
    assert blank.status_code == 200
    sent = client.post(f"{PAGE}arrete/", ORDRE | {"approuve_reference": "autre", "version": "1"})
    assert sent.status_code == 302
    row = models.ActesParcours.objects.get()
    assert (row.arrete_le, row.arrete_reference) == (date(2025, 7, 1), "2025-114")
    assert row.approuve_reference == "CD-1"
    assert row.history.latest().history_user.mandats.get().role == Mandat.Role.DIRECTION
    assert client.get(f"{PAGE}actes/").status_code == 403
    client.force_login(compte("direction", territoire="arrondissement:593"))
    assert client.post(f"{PAGE}arrete/", ORDRE | {"version": "2"}).status_code == 403


def test_an_order_follows_the_vote(client, compte, charge) -> None:
    client.force_login(compte("direction"))
    commands.add_texte(charge, date(2024, 11, 25), "")
    page = client.post(f"{PAGE}arrete/", ORDRE | {"version": "0"}).content.decode()
    assert "n’est pas enregistrée" in page
    assert not models.ActesParcours.objects.exists()


def test_the_page_lists_pieces_and_where_each_is_added(
    client, charge, dit, django_assert_num_queries
) -> None:
    client.force_login(charge)
    page = client.get(PAGE).content.decode()
    assert f"Délibération de {EPCI[0]}" in page
    assert page.count("Preuve de la saisine de") == 2 * (len(EPCI) - 1)  # said, and named to who listens
    assert f'href="{dit.get_absolute_url()}"' in page
    from maillage.web.programme.couverture.queries import read_completude  # noqa: PLC0415
    from maillage.web.programme.lecture import read_programme  # noqa: PLC0415

    law, course = read_completude(read_programme(), None), models.read_parcours()
    with django_assert_num_queries(1):
        shown = queries.list_pieces(course, date(2025, 4, 1), law)
    assert [one.nom for one in shown[: len(law.toutes)]] == [one.regle.intitule for one in law.toutes]
