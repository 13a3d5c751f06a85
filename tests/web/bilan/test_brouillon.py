"""What is being typed is kept for who types it: nobody else sees it, no version is made, nothing is lost."""

import pytest
from django.core.exceptions import ValidationError

from maillage.sdaasp.bilan.etats import ActeBilan
from maillage.web.bilan import commands
from maillage.web.bilan.models import BrouillonContribution
from maillage.web.suivi.models import Mouvement


@pytest.fixture
def douai(ouvert, compte):
    return compte("pilote_territorial", theme="sante", territoire="arrondissement:593")


@pytest.fixture
def mienne(ouvert, douai):
    return ouvert.contributions.get(theme="sante", territoire="593")


def keep(client, row, text: str, version: int = 1):
    address = f"{row.get_absolute_url()}brouillon"
    return client.post(address, {"texte": text, "version": str(version)})


def test_it_comes_back_to_its_author_alone_and_makes_no_version(client, douai, mienne, charge):
    client.force_login(douai)
    moves = Mouvement.objects.count()
    assert "Brouillon gardé à" in keep(client, mienne, "Deux cab").content.decode()
    keep(client, mienne, "Deux cabinets")
    page = client.get(mienne.get_absolute_url()).content.decode()
    assert "Deux cabinets</textarea>" in page
    assert "Un brouillon est repris" in page
    assert 'hx-post="' in page
    mienne.refresh_from_db()
    assert (mienne.texte, mienne.version, mienne.history.count()) == ("", 1, 1)
    assert Mouvement.objects.count() == moves
    client.force_login(charge)
    assert "Deux cabinets" not in client.get(mienne.get_absolute_url()).content.decode()


def test_saving_ends_it_and_it_may_be_dropped(client, douai, mienne):
    client.force_login(douai)
    keep(client, mienne, "Un")
    client.post(f"{mienne.get_absolute_url()}brouillon", {"abandonner": "1"})
    assert not BrouillonContribution.objects.exists()
    keep(client, mienne, "Deux")
    client.post(mienne.get_absolute_url(), {"texte": "Trois", "version": "1"})
    mienne.refresh_from_db()
    assert (mienne.texte, BrouillonContribution.objects.count()) == ("Trois", 0)


def test_words_begun_before_somebody_else_saved_are_shown_beside_theirs(client, douai, mienne, charge):
    client.force_login(douai)
    keep(client, mienne, "Ce que j’écrivais")
    commands.write_contribution(charge, mienne, 1, "Ce qu’un autre a rendu", rendre=False)
    page = client.get(mienne.get_absolute_url()).content.decode()
    assert "Ce que j’écrivais" in page
    said = client.post(
        mienne.get_absolute_url(), {"texte": "Ce que j’écrivais", "version": "1"}
    ).content.decode()
    assert "Ce qu’un autre a rendu" in said
    mienne.refresh_from_db()
    assert mienne.texte == "Ce qu’un autre a rendu"


def test_a_closed_or_foreign_contribution_keeps_none(client, douai, mienne, ouvert, charge):
    client.force_login(douai)
    other = ouvert.contributions.get(theme="sante", territoire="595")
    assert keep(client, other, "Ailleurs").status_code == 403
    with pytest.raises(ValidationError, match="dépasse"):
        commands.keep_draft(douai, mienne, 1, "a" * 20_001)
    row = commands.advance(
        charge, ouvert, ouvert.version, ActeBilan.RELIRE, territoire="593", motif="Par écrit"
    )
    assert row.version > ouvert.version
    assert keep(client, mienne, "Trop tard").status_code == 409
    assert not BrouillonContribution.objects.exists()
