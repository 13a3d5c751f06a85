"""The whole course with seventeen EPCI: one against with reserves, one silent, a text changed in between."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from maillage.sdaasp.parcours.etapes import list_etapes
from maillage.sdaasp.parcours.modele import SuiteReserve
from maillage.web.parcours import commands, models, queries
from maillage.web.programme.models import FicheAction
from maillage.web.programme.public.edition import read_edition
from maillage.web.suivi import commands as suivi
from tests.web.parcours.conftest import EPCI, FIN, SAISIE

FAVORABLE = {"avis": "favorable", "reference": ""}


def say(charge, row, le: date, avis: str = "favorable", reserves=()) -> models.OrganismeConsulte:
    return commands.give_avis(
        charge, row, row.version, {"avis": avis, "delibere_le": le, "reference": "2025-12"}, reserves
    )


def read_done(jour: date) -> list[str]:
    return [etape.id for etape in list_etapes(models.read_parcours(), jour) if etape.etat == "faite"]


def test_seventeen_epci_one_against_one_silent_a_text_changed_to_the_arrete(client, charge, saisis) -> None:
    silent, against, *others = (saisis[name] for name in EPCI)
    for rank, row in enumerate(others):
        say(charge, row, date(2025, 1, 10) + timedelta(days=rank))
    against = say(
        charge, against, date(2025, 2, 3), "defavorable", ["Trop peu de France services", "Trop tard"]
    )
    commands.answer_reserve(charge, against, against.version, 0, SuiteReserve.RETENUE, "Deux de plus")

    assert read_done(FIN) == ["texte"]
    assert read_done(FIN + timedelta(days=1)) == ["texte", "avis_epci"]
    line = queries.make_ligne(silent, FIN + timedelta(days=1))
    assert (line.etat, line.suivi.acquis_le) == ("réputé donné", date(2025, 3, 1))
    assert models.OrganismeConsulte.objects.get(pk=silent.pk).avis == ""  # nobody wrote it

    fiche = FicheAction.objects.get(cle="sante")
    suivi.update(charge, fiche, fiche.version, {"titre": "Une santé de proximité"}, "Réserves des EPCI")
    commands.add_texte(charge, date(2025, 3, 5), "Deux France services de plus")
    late = [saisis["region"], saisis["ctap"]]
    with pytest.raises(ValidationError, match="manque encore"):
        commands.refer(charge, late, 1, FIN)
    commands.refer(charge, late, 2, date(2025, 3, 10))
    acts = {"approuve_le": date(2025, 6, 10), "approuve_texte": 2, "approuve_reference": "DEL-1"}
    with pytest.raises(ValidationError, match="Attendez l’avis"):  # deemed given from 11 June
        commands.change_actes(charge, 0, acts)
    assert not models.ActesParcours.objects.exists()
    acts["approuve_le"] = date(2025, 6, 11)
    row = commands.change_actes(charge, 0, acts)
    order = {"arrete_le": date(2025, 6, 20), "arrete_texte": 2, "arrete_reference": "n° 12"}
    commands.change_actes(charge, row.version, order)
    signed = {"convention": "", "nom": "Préfecture", "engagements": ["Deux postes"], "signe_le": None}
    commands.add_signataire(charge, signed)

    client.force_login(charge)
    page = client.get("/gouvernance/parcours/").content.decode()
    for said in (
        "En vigueur (arrêté du préfet du 20 juin 2025, n° 12)",
        "Avis réputé donné de Intercommunalité 01",
        "Intercommunalité 02 : 1 réserve sur 2 sans réponse",
        "consulté sur la version 1, la version 2 est approuvée",
        "Deux France services de plus",
        "à confirmer au texte officiel",
        "trois mois jusqu’au 28 février 2025 inclus",
    ):
        assert said in page, said
    changed = client.get("/gouvernance/parcours/textes/2/").content.decode()
    assert "Une santé de proximité" in changed
    assert read_edition(date(2026, 1, 1)).parcours == models.read_parcours()


def test_the_page_says_another_day_as_it_was(client, charge, saisis) -> None:
    client.force_login(charge)
    then = client.get("/gouvernance/parcours/?le=2025-02-28").content.decode()
    assert "Rappel de l’avis attendu" not in then  # the last one was five days before
    assert then.count("avis attendu</span>") == 17
    before = client.get("/gouvernance/parcours/?le=2025-02-14").content.decode()
    assert "Rappel de l’avis attendu de 17\xa0organismes" in before
    after = client.get("/gouvernance/parcours/?le=2025-03-01").content.decode()
    assert after.count("réputé donné</span>") == 17


def test_asked_again_nothing_is_done_twice(charge, saisis) -> None:
    rows = list(saisis.values())[:17]
    before = models.OrganismeConsulte.history.count()
    assert commands.refer(charge, rows, 1, SAISIE) == []
    assert models.OrganismeConsulte.history.count() == before
    assert commands.add_texte(charge, date(2024, 11, 25), "autre").numero == 1
    one = saisis[EPCI[0]]
    say(charge, one, date(2025, 1, 10))
    with pytest.raises(suivi.ConflitVersion):
        say(charge, one, date(2025, 1, 10))


@pytest.mark.parametrize(
    ("champs", "why"),
    [
        ({"delibere_le": date(2024, 11, 29), "avis": "favorable"}, "avant d’être saisi"),
        ({"delibere_le": date(2099, 1, 1), "avis": "favorable"}, "pas encore passé"),
    ],
)
def test_an_avis_that_cannot_be_is_refused_and_nothing_is_kept(charge, saisis, champs, why) -> None:
    row = saisis[EPCI[3]]
    with pytest.raises(ValidationError, match=why):
        commands.give_avis(charge, row, row.version, champs, [])
    row.refresh_from_db()
    assert (row.avis, row.version) == ("", 2)


def test_a_body_that_was_not_asked_gives_no_avis(charge, consultes) -> None:
    with pytest.raises(ValidationError, match="avant d’être saisi"):
        say(charge, consultes["region"], date(2025, 1, 10))


def test_going_back_in_history_cannot_jump_a_stage(charge, saisis) -> None:
    for name in EPCI:
        say(charge, saisis[name], date(2025, 1, 10))
    commands.refer(charge, [saisis["region"]], 1, date(2025, 1, 20))
    row = models.OrganismeConsulte.objects.get(nom=EPCI[0])
    earlier = row.history.filter(version=2).get().history_date
    with pytest.raises(ValidationError, match="manque encore"):
        suivi.restore(charge, row, earlier, row.version)
    with pytest.raises(ValidationError, match="manque encore"):
        suivi.undo(charge, [row], {row.cle: row.version})


def test_a_body_listed_by_mistake_goes_one_that_was_asked_stays(charge, saisis) -> None:
    commands.remove_organisme(charge, saisis["ctap"])
    with pytest.raises(ValidationError, match="reste au dossier"):
        commands.remove_organisme(charge, saisis[EPCI[0]])
    with pytest.raises(ValidationError, match="déjà consulté"):
        commands.add_organisme(charge, "epci", EPCI[0].upper())


def test_a_reserve_that_was_answered_stays(charge, saisis) -> None:
    row = say(charge, saisis[EPCI[0]], date(2025, 2, 3), "reserves", ["Un", "Deux"])
    row = commands.answer_reserve(charge, row, row.version, 1, SuiteReserve.ECARTEE, "Hors du schéma")
    with pytest.raises(ValidationError, match="a sa réponse"):
        say(charge, row, date(2025, 2, 3), "reserves", ["Un"])
    row = say(charge, row, date(2025, 2, 3), "reserves", ["Deux", "Trois"])
    assert [one["suite"] for one in row.reserves] == ["ecartee", None]
    with pytest.raises(ValidationError, match="pourquoi"):
        commands.answer_reserve(charge, row, row.version, 1, SuiteReserve.ECARTEE, " ")


def test_a_frozen_text_changed_outside_is_detected(client, charge, saisis) -> None:
    client.force_login(charge)
    assert "n’est plus celui" not in client.get("/gouvernance/parcours/textes/1/").content.decode()
    content = models.TexteSoumis.objects.get().contenu
    content["programme"]["schema"]["nom"] = "Autre"
    models.TexteSoumis.objects.update(contenu=content)
    assert "n’est plus celui" in client.get("/gouvernance/parcours/textes/1/").content.decode()
