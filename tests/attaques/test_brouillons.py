"""One tries to see, publish, examine, decide or announce the draft of somebody else: it does not exist.

Whatever the role, whatever the move, by the page or by the command; and once thrown away, it still was never
shown.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client

from maillage.francais import plat
from maillage.sdaasp.programme.vocabulaire import EtatAmendement
from maillage.web.comptes.models import Mandat, Personne
from maillage.web.programme import models
from maillage.web.programme.amendements.commands import move_amendement, propose_amendement
from maillage.web.suivi.models import Mouvement

MARQUE = "zinnia-inavouable"
READERS = ["", *Mandat.Role.values, "superutilisateur"]


def reader(compte, role: str) -> Personne:
    if role != "superutilisateur":
        return compte(role)
    chief = compte()
    chief.is_superuser = True
    chief.save()
    return chief


@pytest.fixture
def draft(nord, compte) -> models.Amendement:
    objet = models.ObjectifPrioritaire.objects.get(cle="sante.1")
    wanted = {"libelle": f"Titre {MARQUE}"}
    return propose_amendement(compte("partenaire"), objet, wanted, f"motif {MARQUE}", brouillon=True)


PAGES = [
    "/programme/amendements/",
    "/programme/amendements/?etat=brouillon",
    "/programme/amendements/?etat=retire",
    "/programme/fiches/sante/",
    "/programme/historique/objectif/sante.1/",
    "/programme/taches/",
    f"/programme/recherche/?q={MARQUE}",
    f"/recherche/?q={MARQUE}",
    "/programme/exporter/json",
]


def shown_to(personne: Personne | None) -> list[str]:
    client = Client()
    if personne is not None:
        client.force_login(personne)
    found = []
    for address in PAGES:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # What one typed in the search box is written back: it is not the draft.
        text = plat(body.decode("utf-8", "ignore"))
        text = text.replace(f'value="{MARQUE}"', "").replace(f"« {MARQUE} »", "")
        found += [address] if f"motif {MARQUE}" in text or f"Titre {MARQUE}" in text else []
    return found


@pytest.mark.parametrize("role", READERS)
def test_a_draft_does_not_exist_for_anyone_else(compte, draft, role) -> None:
    other = reader(compte, role)
    client = Client()
    client.force_login(other)
    for state in EtatAmendement:
        with pytest.raises((Http404, PermissionDenied)):
            move_amendement(other, draft, state, "Réponse", malgre=True)
        form = {"amendement": draft.pk, "etat": state.value, "reponse": "Oui", "malgre": "1"}
        assert client.post("/programme/amendements/", form).status_code == 404
    assert not shown_to(other)
    draft.refresh_from_db()
    assert draft.etat == "brouillon"
    assert not Mouvement.objects.filter(texte__contains=MARQUE).exists()


def test_its_author_sees_it_and_an_anonymous_reader_does_not(draft) -> None:
    assert "/programme/amendements/" in shown_to(draft.auteur)
    assert not shown_to(None)


def test_thrown_away_it_was_never_shown(compte, draft) -> None:
    move_amendement(draft.auteur, draft, EtatAmendement.RETIRE, "")
    assert not shown_to(compte("charge_mission"))
    assert not Mouvement.objects.filter(texte__contains=MARQUE).exists()


def test_proposed_it_is_seen_and_withdrawn_it_keeps_its_trace(compte, draft) -> None:
    move_amendement(draft.auteur, draft, EtatAmendement.PROPOSE, "")
    chargee = compte("charge_mission")
    assert "/programme/amendements/" in shown_to(chargee)
    move_amendement(draft.auteur, draft, EtatAmendement.RETIRE, "")
    assert "/programme/amendements/" in shown_to(chargee)
