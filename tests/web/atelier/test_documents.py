"""The note, the comparison and the link to the programme; none of them tells a draft to others."""

import pytest

from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.atelier import commands
from maillage.web.atelier.calcul import request_effets
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.programme import models
from maillage.web.programme.reprise.commands import load
from maillage.web.socle import atlas as atlases

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def essayer(settings):
    """Compute what a scenario does, in the child process."""

    def run(row: ScenarioEnregistre) -> None:
        settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
        request_effets(row.auteur, atlases.choose(None), row.contenu)

    return run


def test_a_public_scenario_has_its_note_and_a_draft_has_none_for_others(
    client, compte, ecrire, essayer
) -> None:
    author = compte("charge_mission")
    row = ecrire(author, "public")
    draft = ecrire(author, "brouillon")
    address = f"/atelier/scenarios/{row.cle}/note"
    assert client.get(f"{address}/pdf").status_code == 404  # not computed yet
    essayer(row)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "La note pour une décision" in page
    note = client.get(f"{address}/html").content.decode()
    assert "Public. Chiffres simulés" in note
    assert "Un accueil à Zuydbeke" in note
    assert "attachment" in client.get(f"{address}/html").headers["Content-Disposition"]
    assert client.get(f"{address}/exe").status_code == 404
    # The same edits in a draft are computed already: nobody else reads them anywhere.
    for hidden in (
        f"/atelier/scenarios/{draft.cle}/note/pdf",
        f"{address}/html?autre={draft.cle}",
        f"/atelier/comparer/?s={draft.cle}",
        f"/atelier/comparer/?s={row.cle}&s={draft.cle}",
        f"/atelier/comparer/csv?s={row.cle}&s={draft.cle}",
    ):
        assert client.get(hidden).status_code == 404, hidden
    assert draft.cle not in client.get("/atelier/comparer/").content.decode()
    client.force_login(author, BACKEND)
    assert draft.cle in client.get("/atelier/comparer/").content.decode()
    own = client.get(f"/atelier/scenarios/{draft.cle}/note/html?autre={row.cle}").content.decode()
    assert "Brouillon, lu de son seul auteur" in own
    assert "Les scénarios côte à côte" in own


def test_scenarios_are_compared_side_by_side_and_carried_away(client, ecrire, essayer) -> None:
    row = ecrire(None, "public")
    page = client.get(f"/atelier/comparer/?s={row.cle}").content.decode()
    assert "Pas encore calculés sur cet atlas" in page
    essayer(row)
    page = client.get(f"/atelier/comparer/?s={row.cle}").content.decode()
    assert "<svg" in page
    assert "A. Un accueil à Zuydbeke" in page.replace("\u00a0", " ")
    table = client.get(f"/atelier/comparer/csv?s={row.cle}")
    assert "Un accueil" in table.content.decode("utf-8-sig")
    assert client.get(f"/atelier/comparer/svg?s={row.cle}").content.startswith(b"<svg")
    assert client.get("/atelier/comparer/csv").status_code == 404


def test_a_scenario_is_linked_both_ways_and_seen_by_its_readers_alone(client, compte, ecrire) -> None:
    load(load_programme())
    fiche = models.FicheAction.objects.first()
    item = models.ItemAfom.objects.create(
        cle="sante/593/afom1", texte="Peu d’accueils", theme="sante", arrondissement="593", nature="faiblesse"
    )
    author = compte("charge_mission")
    row = ecrire(author)
    client.force_login(author, BACKEND)
    address = f"/atelier/scenarios/{row.cle}/lier/"
    assert fiche.titre in client.get(address).content.decode()
    for target in (item, fiche):
        row.refresh_from_db()
        client.post(address, {"lien": target.cle, "version": row.version})
        row.refresh_from_db()
        assert row.lien == target.cle
        assert (
            target.get_absolute_url().replace("&", "&amp;")
            in client.get(row.get_absolute_url()).content.decode()
        )
        assert row.titre in client.get(target.get_absolute_url()).content.decode()
        client.logout()
        assert row.titre not in client.get(target.get_absolute_url()).content.decode()
        client.force_login(author, BACKEND)
    assert client.post(address, {"lien": "inconnu", "version": row.version}).status_code == 200
    row.refresh_from_db()
    assert row.lien == fiche.cle
    commands.share(author, row, row.version, "public", None)
    client.logout()
    assert row.titre not in client.get(fiche.get_absolute_url()).content.decode()  # a page that is kept
    assert row.titre in client.get(f"/atelier/?lien={fiche.cle}").content.decode()
    assert row.titre not in client.get("/atelier/?lien=autre").content.decode()
