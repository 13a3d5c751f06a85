"""A signalement from the form to the CoPil's decision and the public answer, seen by each role."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from maillage.sdaasp.gouvernance.remontees import ActeRemontee
from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.web.comptes.models import Mandat
from maillage.web.gouvernance import commands as gouvernance
from maillage.web.gouvernance.models import Decision, RemonteeDeposee, Seance
from maillage.web.participation.models import SignalementRecu
from maillage.web.suivi.queries import list_nouveautes

DOUAI = "arrondissement:593"
TEXTE = "Mme Durand m’a dit que le car de Douai ne passe plus. Appelez le 06 12 34 56 78."
DIT = "car de Douai ne passe plus"


@pytest.fixture
def roles(nord, compte):
    """A browser for each role, its mandate over all, but the pilot of Douai's mobility."""
    found = {"anonyme": Client(), "sans mandat": Client()}
    found["sans mandat"].force_login(compte())
    for role in Mandat.Role.values:
        found[role] = Client()
        found[role].force_login(compte(role))
    found["pilote de Douai"] = Client()
    found["pilote de Douai"].force_login(compte("pilote_territorial", theme="mobilites", territoire=DOUAI))
    return found


def who_sees(roles, address: str, words: str) -> set[str]:
    """The roles whose page holds these words."""
    return {
        role for role, one in roles.items()
        if (page := one.get(address)).status_code == 200 and words in page.content.decode()
    }  # fmt: skip


def test_from_the_form_to_the_copil_and_back(client, envoyer, roles, billet, compte):
    everybody = set(roles)
    readers = {"charge_mission", "pilote_departemental"}
    answerers = readers | {"pilote_thematique", "copilote", "pilote_territorial", "referent_dimension"}
    # The author is shown what will be hidden, then sends; no account, no name.
    first = envoyer(TEXTE, theme="mobilites", territoire="593", rappel="voisin@example.org").content.decode()
    assert "Avant d’envoyer\xa0: ceci sera masqué" in first
    assert "<mark>Mme Durand</mark>" in first
    assert not SignalementRecu.objects.exists()
    seen = re.search(r'name="vu" value="([^"]+)"', first)[1]
    sent = envoyer(TEXTE, theme="mobilites", territoire="593", rappel="voisin@example.org", vu=seen)
    lien = sent.headers["Location"]
    row = SignalementRecu.objects.get()
    SignalementRecu.objects.update(territoire="593")  # the toy atlas has no commune of Douai
    row.refresh_from_db()
    page = f"/signalements/{row.cle}/"
    # Before it is read: its author by the link, who treats it, nobody else; the contact neither.
    assert DIT in client.get(lien).content.decode()
    assert who_sees(roles, page, "Mme Durand") == answerers | {"pilote de Douai"}
    assert who_sees(roles, page, "voisin@example.org") == answerers | {"pilote de Douai"}
    assert who_sees(roles, "/signalements/", DIT) == set()
    assert who_sees(roles, "/signalements/a-traiter/", DIT) == readers
    # Read again and published, masked.
    charge = roles["charge_mission"]
    proposed = charge.get(f"{page}relire/").content.decode()
    assert "[nom masqué] m’a dit que le car de Douai ne passe plus. Appelez le [numéro masqué]." in proposed
    published = {"texte": TEXTE, "theme": "mobilites", "version": row.version, "relu": "on"}
    refused = charge.post(f"{page}relire/", published).content.decode()
    assert "rien n’a été publié" in refused
    masked = "[nom masqué] m’a dit que le car de Douai ne passe plus. Appelez le [numéro masqué]."
    charge.post(f"{page}relire/", published | {"texte": masked})
    assert who_sees(roles, "/signalements/", DIT) == everybody
    assert who_sees(roles, page, "Mme Durand") == answerers | {"pilote de Douai"}
    assert who_sees(roles, page, "Pilote territorial") == everybody
    # The pilot of the basin is told, on her desk and by her digest, and sends it up.
    pilote = Mandat.objects.get(territoire=DOUAI).personne
    assert DIT in roles["pilote de Douai"].get("/programme/taches/").content.decode()
    assert [news.cle for news in list_nouveautes(pilote)] == []  # published before she followed
    row.refresh_from_db()
    up = {"acte": "transmettre", "texte": "Peut-on rétablir ce car ?", "version": row.version}
    roles["pilote de Douai"].post(f"{page}avancer", up)
    remontee = RemonteeDeposee.objects.get()
    assert (remontee.nature, remontee.territoire, remontee.objet) == ("signalement", "593", row.cle)
    assert who_sees(roles, page, "devant un comité") == everybody
    assert who_sees(roles, page, "Peut-on rétablir") == answerers | {"pilote de Douai"}
    # From the CTS to the CoPil, which decides and answers.
    chief = compte("direction")
    for comite in ("cotech", "copil"):
        remontee = gouvernance.move_remontee(
            chief, remontee, remontee.version, ActeRemontee.TRANSMETTRE, comite, texte="À arbitrer"
        )
    seance = Seance.objects.create(
        cle="copil", comite="copil", jour=timezone.localdate() - timedelta(1), etat=EtatSeance.TENUE
    )
    gouvernance.decide(chief, seance, {"texte": "Rétablir le car", "remontee": remontee.cle})
    gouvernance.move_remontee(
        chief, remontee, remontee.version, ActeRemontee.REPONDRE,
        texte="Le car de 7 h 10 est rétabli en septembre ; M. Lefort suit le dossier.",
    )  # fmt: skip
    # The answer is everybody's, without the name; the trace begins with what was signalled.
    answer = "Le car de 7 h 10 est rétabli en septembre ; [nom masqué] suit le dossier."
    assert who_sees(roles, page, answer) == everybody
    assert (
        who_sees(roles, "/signalements/?suivi=reponse&theme=mobilites&territoire=593", answer[:40])
        == everybody
    )
    assert answer in client.get(lien).content.decode()
    row.refresh_from_db()
    assert row.clos
    trace = roles["charge_mission"].get(f"/gouvernance/remontees/{remontee.cle}/trace/").content.decode()
    heads = re.findall(r"<h2[^>]*>\d+\. ([^<]+)", trace)
    assert heads[:2] == ["Ce qui a été signalé", "Ce qui est remonté"]
    assert masked in trace
    assert Decision.objects.get().reference in trace
