"""A blockage from Douai to the CoPil and back to its author; what each may do; comités one describes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from maillage.sdaasp.gouvernance.remontees import ActeRemontee, NatureRemontee
from maillage.web.gouvernance import commands, models, queries
from maillage.web.gouvernance.periodes import read_periodes
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.queries import list_nouveautes

DOUAI = "arrondissement:593"


@pytest.fixture
def pilote(nord, compte):
    return compte("pilote_territorial", theme="sante", territoire=DOUAI)


@pytest.fixture
def blocage(pilote):
    return commands.deposit(
        pilote, NatureRemontee.BLOCAGE, "Sans local à Douai", theme="sante", territoire="593"
    )


def test_a_blockage_is_answered_by_the_copil_and_its_author_is_told(
    client, blocage, pilote, charge, compte
) -> None:
    souspref = compte("direction", territoire=DOUAI)
    row = blocage
    assert (row.comite, row.devant) == ("cts", "593")
    seance = commands.add_seance(souspref, "cts", "593", timezone.localdate() + timedelta(days=3))
    commands.put_on_agenda(souspref, seance, row, seance.version)
    row.refresh_from_db()
    assert row.etat_dit == "à l’ordre du jour"
    row = commands.move_remontee(
        souspref, row, row.version, ActeRemontee.TRANSMETTRE, "cotech", texte="Budget"
    )
    with pytest.raises(PermissionDenied):  # before the CoTech, an arrondissement answers no more
        commands.move_remontee(souspref, row, row.version, ActeRemontee.REPONDRE, texte="Non")
    row = commands.move_remontee(
        charge, row, row.version, ActeRemontee.TRANSMETTRE, "copil", texte="Arbitrage"
    )
    row = commands.move_remontee(charge, row, row.version, ActeRemontee.REPONDRE, texte="Local trouvé")
    assert row.close
    (news,) = list_nouveautes(pilote)
    assert news.cle == row.cle
    client.force_login(pilote)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Local trouvé" in page
    assert page.count("<li><strong>") == 5


def test_nothing_closes_without_an_answer(client, blocage, charge) -> None:
    client.force_login(charge)
    address = f"/gouvernance/remontees/{blocage.cle}/avancer"
    page = client.post(
        address, {"acte": "repondre", "texte": " ", "version": "1"}, follow=True
    ).content.decode()
    assert "Toute remontée reçoit une réponse" in page
    blocage.refresh_from_db()
    assert not blocage.close


def test_only_its_author_withdraws_it_and_says_why(blocage, pilote, charge) -> None:
    with pytest.raises(PermissionDenied):
        commands.withdraw(charge, blocage, 1, "Non")
    with pytest.raises(ValidationError):
        commands.withdraw(pilote, blocage, 1, "")
    with pytest.raises(ConflitVersion):
        commands.withdraw(pilote, blocage, 7, "Réglé")
    assert commands.withdraw(pilote, blocage, 1, "Réglé").close


def test_what_is_before_another_comite_is_on_no_agenda(blocage, charge) -> None:
    seance = commands.add_seance(charge, "cts", "592", timezone.localdate())
    with pytest.raises(ValidationError, match="autre comité"):
        commands.put_on_agenda(charge, seance, blocage, 1)
    assert models.RemonteeDeposee.objects.get().version == 1


def test_it_is_deposited_by_a_form_about_what_one_reads(client, pilote) -> None:
    client.force_login(pilote)
    page = client.get(
        "/gouvernance/remontees/nouvelle/?objet=sante&theme=sante&territoire=593"
    ).content.decode()
    assert "Au sujet de" in page
    said = {
        "nature": "alerte",
        "texte": "Un cabinet ferme",
        "theme": "sante",
        "territoire": "593",
        "objet": "sante",
    }
    client.post("/gouvernance/remontees/nouvelle/", said)
    row = models.RemonteeDeposee.objects.get()
    assert (row.objet, row.nature, row.comite) == ("sante", "alerte", "cts")


def test_the_desk_of_who_answers_shows_what_waits(client, blocage, compte) -> None:
    for place, shown in ((DOUAI, True), ("arrondissement:592", False)):
        client.force_login(compte("direction", territoire=place))
        page = client.get("/programme/taches/").content.decode()
        assert ("Sans local à Douai" in page) is shown


def test_comites_become_ones_own_and_are_described(client, charge) -> None:
    client.force_login(charge)
    client.post("/gouvernance/comites/decrire")
    assert [row.sigle for row in models.ComiteDecrit.objects.all()] == ["CTS", "CoTech", "CTA", "CoPil"]
    said = {"sigle": "GT", "nom": "Groupe de travail", "niveau": "departement", "periodes": "mars ; sept-oct"}
    page = client.post("/gouvernance/comites/nouveau/", said).content.decode()
    assert "écrivez un mois" in page
    client.post(
        "/gouvernance/comites/nouveau/", said | {"periodes": "mars ; septembre-octobre", "alimente": ["cts"]}
    )
    found = queries.list_comites("nord-2025-2030")[-1]
    assert (found.cle, found.periodes, found.alimente) == ("gt", ((3, 3), (9, 10)), ("cts",))


def test_a_comite_that_others_feed_or_that_owes_an_answer_stays(blocage, charge) -> None:
    commands.describe_comites(charge, "nord-2025-2030")
    rows = {row.valeur.cle: row for row in models.ComiteDecrit.objects.all()}
    with pytest.raises(ValidationError, match="alimente"):
        commands.remove_comite(charge, rows["cotech"])
    with pytest.raises(ValidationError, match="attendent sa réponse"):
        commands.remove_comite(charge, rows["cts"])
    commands.remove_comite(charge, rows["cta"])
    assert len(queries.list_comites("nord-2025-2030")) == 3


@pytest.mark.parametrize("text", ["brumaire", "mai-avril", "mai-juin-juillet", "novembre-février"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        read_periodes(text)
