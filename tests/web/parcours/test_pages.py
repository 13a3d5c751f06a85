"""The pages of the course: listed in one action, asked by stage, an avis by the body's own agents, a desk."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from maillage.francais import plat
from maillage.web.comptes.models import Mandat, Organisation
from maillage.web.parcours import commands, models
from maillage.web.socle import atlas as atlases
from tests.web.parcours.conftest import EPCI

PAGE = "/gouvernance/parcours/"


def test_every_body_is_listed_in_one_action_and_only_once(client, charge) -> None:
    client.force_login(charge)
    found = atlases.choose(None).territoires("epci")
    done = client.post(f"{PAGE}organismes/poser", follow=True).content.decode()
    assert f"{len(found) + 2}\xa0organismes ajoutés." in done
    names = {row.nom for row in models.OrganismeConsulte.objects.filter(nature="epci")}
    assert names == {place.nom for place in found}
    assert {row.nom for row in models.OrganismeConsulte.objects.exclude(nature="epci")} == {
        "Région Bourgogne-Franche-Comté", "CTAP Bourgogne-Franche-Comté",
    }  # fmt: skip
    again = client.post(f"{PAGE}organismes/poser", follow=True).content.decode()
    assert "Il ne manquait aucun organisme." in again
    assert models.OrganismeConsulte.objects.count() == len(found) + 2


def test_without_an_atlas_it_is_said_what_to_do(client, charge, settings, tmp_path) -> None:
    settings.MAILLAGE_ATLAS = tmp_path
    client.force_login(charge)
    page = client.post(f"{PAGE}organismes/poser", follow=True).content.decode()
    assert commands.SANS_ATLAS in plat(page)


def test_a_stage_is_asked_in_one_form(client, charge, consultes) -> None:
    client.force_login(charge)
    client.post(f"{PAGE}textes/nouveau/", {"arretee_le": "2024-11-25", "objet": ""})
    said = {"a": "epci", "texte": "1", "jour": "2024-11-30"}
    page = client.post(f"{PAGE}saisir/", said, follow=True).content.decode()
    assert "17\xa0organismes saisis de la version 1." in page
    assert models.OrganismeConsulte.objects.filter(saisi_le=None).count() == 2
    early = client.post(f"{PAGE}saisir/", said | {"a": "region_ctap"}).content.decode()
    assert "Les EPCI donnent leur avis d’abord." in early


@pytest.fixture
def agent(compte, saisis):
    """A partner of the schema for the first EPCI."""
    personne = compte()
    epci = Organisation.objects.create(nom=EPCI[0], nature="epci")
    Mandat.objects.create(personne=personne, organisation=epci, role="partenaire")
    models.OrganismeConsulte.objects.filter(nom=EPCI[0]).update(organisation=epci)
    return personne


def test_the_agents_of_a_body_record_its_avis_and_no_other(client, agent, charge, saisis) -> None:
    client.force_login(agent)
    mine, other = saisis[EPCI[0]], saisis[EPCI[1]]
    said = {
        "delibere_le": "2025-02-03", "avis": "reserves", "reference": "2025-7", "version": "2",
        "reserves": "Trop peu\nTrop tard",
    }  # fmt: skip
    assert "Enregistrer son avis" not in client.get(other.get_absolute_url()).content.decode()
    assert client.post(f"{other.get_absolute_url()}avis/", said).status_code == 403
    assert "Enregistrer son avis" in client.get(mine.get_absolute_url()).content.decode()
    done = client.post(f"{mine.get_absolute_url()}avis/", said, follow=True).content.decode()
    assert "avis favorable avec réserves, délibération du 3 février 2025, 2025-7" in done
    assert "sans réponse" in done
    assert client.post(f"{mine.get_absolute_url()}repondre", {"suite": "retenue"}).status_code == 403
    assert client.post(f"{mine.get_absolute_url()}saisine/", {}).status_code == 403
    client.force_login(charge)
    answer = {"suite": "en_partie", "reponse": "Un de plus", "rang": "0", "version": "3"}
    page = client.post(f"{mine.get_absolute_url()}repondre", answer, follow=True).content.decode()
    assert "Un de plus" in page
    stale = client.post(f"{mine.get_absolute_url()}avis/", said)
    assert stale.status_code == 409
    assert "rien n’est perdu" in stale.content.decode().lower()


def test_an_ended_mandate_gives_no_avis(agent, saisis) -> None:
    Mandat.objects.filter(personne=agent).update(debut="2020-01-01", fin="2020-12-31")
    row = models.OrganismeConsulte.objects.get(nom=EPCI[0])
    with pytest.raises(PermissionDenied):
        commands.give_avis(agent, row, row.version, {"avis": "favorable", "delibere_le": row.saisi_le}, [])


def test_the_desk_of_a_body_says_what_it_owes_until_it_is_given(client, agent, charge, saisis) -> None:
    today = timezone.localdate()
    row = models.OrganismeConsulte.objects.get(nom=EPCI[0])
    row = commands.correct_referral(
        charge, row, row.version, {"saisi_le": today - timedelta(days=60), "texte": 1}
    )
    client.force_login(agent)
    page = client.get("/programme/taches/").content.decode()
    assert "Avis à donner\xa0: 1" in page
    assert "sans quoi il est réputé donné" in page
    client.force_login(charge)
    # 45 days before the end
    assert "Avis à rappeler\xa0: 1" in client.get("/programme/taches/").content.decode()
    commands.give_avis(agent, row, row.version, {"avis": "favorable", "delibere_le": today}, [])
    client.force_login(agent)
    assert "Avis à donner" not in client.get("/programme/taches/").content.decode()


def test_acts_and_signatories_are_written_by_forms(client, charge, saisis) -> None:
    client.force_login(charge)
    early = client.post(f"{PAGE}actes/", {"approuve_le": "2025-03-01", "approuve_texte": "1", "version": "0"})
    assert "quand l’avis de" in early.content.decode()
    vague = client.post(f"{PAGE}actes/", {"approuve_le": "2025-03-01", "version": "0"}).content.decode()
    assert "Dites sur quelle version" in vague
    said = {"nom": "Préfecture", "engagements": "Un poste\nUn local", "convention": "Nord"}
    client.post(f"{PAGE}signataires/nouveau/", said)
    row = models.Signataire.objects.get()
    assert row.engagements == ["Un poste", "Un local"]
    client.post(f"{PAGE}signataires/{row.cle}/", said | {"signe_le": "2025-06-30", "version": "1"})
    page = client.post(f"{PAGE}signataires/{row.cle}/retirer", follow=True).content.decode()
    assert "sa signature reste au dossier" in page
    assert "avant l’arrêté du préfet" in page


def test_the_page_asks_the_same_queries_for_any_number_of_bodies(
    client, charge, saisis, django_assert_max_num_queries
) -> None:
    client.force_login(charge)
    client.get(PAGE)
    with django_assert_max_num_queries(22):
        client.get(PAGE)


@pytest.mark.parametrize(
    "page", ["", "actes/", "textes/nouveau/", "textes/1/", "saisir/", "signataires/nouveau/"]
)
def test_pages_open(client, charge, saisis, page) -> None:
    client.force_login(charge)
    assert client.get(f"{PAGE}{page}").status_code == 200
    row = saisis[EPCI[0]]
    assert client.get(f"{PAGE}historique/organisme/{row.cle}/").status_code == 200
