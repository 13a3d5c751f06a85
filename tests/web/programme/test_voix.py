"""Voices are given by people: no undo, no restoration, no import takes them back."""

import pytest

from maillage.web.programme import models
from maillage.web.programme.afom.commands import create_item, vote
from maillage.web.suivi.commands import restore, undo, update

MATRIX = {"arrondissement": "593", "theme": "sante", "nature": "atout"}


@pytest.fixture
def chargee(compte, nord):
    return compte("charge_mission")


@pytest.fixture
def item(chargee):
    return create_item(chargee, MATRIX | {"texte": "Avant"})


def test_an_undo_after_a_vote_puts_the_text_back_and_keeps_the_vote(chargee, compte, item):
    row = update(chargee, item, 1, {"texte": "Après"}, "")
    vote(compte("partenaire"), row)
    undo(chargee, [row], {row.cle: 2})
    row.refresh_from_db()
    assert (row.texte, row.voix, row.votes.count(), row.version) == ("Avant", 1, 1, 3)


def test_a_vote_is_no_version_and_no_conflict(chargee, compte, item):
    vote(compte("partenaire"), item)
    assert item.history.count() == 1
    row = update(chargee, item, 1, {"texte": "Après"}, "")
    assert (row.version, row.voix) == (2, 1)


def test_restoring_a_state_keeps_the_voices_of_today(chargee, compte, item):
    moment = item.history.get().history_date
    vote(chargee, item)
    vote(compte("partenaire"), item)
    row = restore(chargee, update(chargee, item, 1, {"texte": "Après"}, ""), moment, 2)
    assert (row.texte, row.voix) == ("Avant", 2)


def test_votes_that_were_written_in_the_history_before_do_not_hide_the_last_change(chargee, compte, item):
    """The former code wrote a record at each vote, without a version."""
    row = update(chargee, item, 1, {"texte": "Après"}, "")
    row.voix = 1
    row.save()  # as a vote did
    undo(chargee, [row], {row.cle: 2})
    row.refresh_from_db()
    assert (row.texte, row.voix) == ("Avant", 1)


def test_a_count_that_had_lost_votes_finds_them_again(chargee, compte, item):
    vote(compte("partenaire"), item)
    models.ItemAfom.objects.update(voix=0)
    vote(chargee, item)
    item.refresh_from_db()
    assert item.voix == 2
