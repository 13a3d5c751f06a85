"""The documents of a meeting as they are taken away: what they hold, for whom, made once."""

from datetime import date
from io import BytesIO

import docx
import pytest
from django.utils import timezone

from maillage.scenarios.fichier import write_scenario
from maillage.scenarios.modifications import Scenario
from maillage.sdaasp.gouvernance.remontees import NatureRemontee
from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.gouvernance import commands, dossier, models
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.models import Amendement, FicheAction


@pytest.fixture
def seance(charge) -> models.Seance:
    return commands.add_seance(charge, "cts", "593", date(2030, 5, 7))


def read(client, row: models.Seance, nature: str) -> str:
    """The words of a document, from its DOCX."""
    answer = client.get(f"/gouvernance/seances/{row.cle}/{nature}.docx")
    assert answer.status_code == 200
    book = docx.Document(BytesIO(answer.content))
    cells = [cell.text for table in book.tables for line in table.rows for cell in line.cells]
    return "\n".join([p.text for p in book.paragraphs] + cells)


def test_each_document_is_read_in_two_forms_and_no_other(client, charge, seance) -> None:
    client.force_login(charge)
    page = client.get(seance.get_absolute_url()).content.decode()
    for nature in dossier.NATURES:
        address = f"{seance.get_absolute_url()}{nature}.pdf"
        assert address in page
        answer = client.get(address)
        assert answer.content.startswith(b"%PDF"), nature
        assert answer["Content-Disposition"] == f'attachment; filename="{nature}-cts-2030-05-07.pdf"'
    for wrong in ("dossier.exe", "secret.pdf"):
        assert client.get(f"{seance.get_absolute_url()}{wrong}").status_code == 404


def test_the_convocation_follows_the_meeting(client, charge, seance) -> None:
    client.force_login(charge)
    assert "Projet\xa0: cette séance est prévue" in read(client, seance, "convocation")
    commands.move_seance(charge, seance, 1, EtatSeance.CONVOQUEE)
    assert "Projet" not in read(client, seance, "convocation")


def test_the_packet_holds_what_waits_and_the_fiches_it_speaks_of(client, charge, seance) -> None:
    commands.deposit(charge, NatureRemontee.BLOCAGE, "Sans local", territoire="593", objet="sante.1")
    client.force_login(charge)
    said = read(client, seance, "dossier")
    titles = {row.cle: row.titre for row in FicheAction.objects.all()}
    assert "Sans local" in said
    assert titles["sante"] in said
    assert titles["emploi"] not in said
    client.post(f"{seance.get_absolute_url()}pieces/", {"fiches": ["emploi"], "version": "1"})
    assert titles["emploi"] in read(client, seance, "dossier")


def test_a_scenario_that_one_may_not_read_stays_joined_and_unsaid(client, charge, compte, seance) -> None:
    draft = ScenarioEnregistre.objects.create(
        cle="secret", titre="Fermer la mairie", auteur=charge, contenu=write_scenario(Scenario(nom="F"))
    )
    other = compte("charge_mission")
    for personne, shown in ((charge, True), (other, False)):
        client.force_login(personne)
        page = client.get(f"{seance.get_absolute_url()}pieces/").content.decode()
        assert (draft.titre in page) is shown
    client.force_login(charge)
    client.post(f"{seance.get_absolute_url()}pieces/", {"scenarios": ["secret"], "version": "1"})
    client.force_login(other)
    client.post(f"{seance.get_absolute_url()}pieces/", {"fiches": ["sante"], "version": "2"})
    seance.refresh_from_db()
    assert seance.pieces == ["sante", "secret"]
    assert draft.titre not in client.get(seance.get_absolute_url()).content.decode()


def test_the_page_says_the_quorum_and_whether_it_is_there(client, charge) -> None:
    commands.describe_comites(charge, "nord-2025-2030")
    client.force_login(charge)
    row = models.ComiteDecrit.objects.get(cle="comite-cts")
    said = {"sigle": "CTS", "nom": row.nom, "niveau": row.niveau, "version": "1", "quorum": "50"}
    client.post("/gouvernance/comites/comite-cts/", said)
    assert "Plus de la moitié" in client.get("/gouvernance/comites/").content.decode()
    seance = commands.add_seance(charge, "cts", "593", date(2030, 5, 7))
    came = [
        {"organisation": name, "reponse": None, "pouvoir_a": "", "presente": name == "CAF"}
        for name in ("CAF", "MSA")
    ]
    commands.change_seance(charge, seance, 1, {"presences": came})
    page = client.get(seance.get_absolute_url()).content.decode()
    assert "1\xa0présente, 0\xa0représentée. Quorum non atteint : il en faut 2." in page


@pytest.mark.parametrize("share", ["100", "-1", "beaucoup"])
def test_a_quorum_is_a_share_that_can_be_reached(client, charge, share) -> None:
    commands.describe_comites(charge, "nord-2025-2030")
    client.force_login(charge)
    said = {"sigle": "CTS", "nom": "CTS", "niveau": "arrondissement", "version": "1", "quorum": share}
    assert client.post("/gouvernance/comites/comite-cts/", said).status_code == 200
    assert models.ComiteDecrit.objects.get(cle="comite-cts").quorum is None


def test_a_decision_answers_a_remontee_by_form(client, charge) -> None:
    up = commands.deposit(charge, NatureRemontee.BLOCAGE, "Sans local", territoire="593")
    elsewhere = commands.deposit(charge, NatureRemontee.BLOCAGE, "Ailleurs", territoire="592")
    row = commands.add_seance(charge, "cts", "593", timezone.localdate())
    row = commands.move_seance(charge, row, 1, EtatSeance.TENUE)
    client.force_login(charge)
    address = f"{row.get_absolute_url()[:-1]}/decider"
    client.post(address, {"texte": "Prêter une salle", "remontee": up.cle})
    (made,) = models.Decision.objects.all()
    assert made.remontee == up.cle
    assert made.reference in client.get(up.get_absolute_url()).content.decode()
    client.post(address, {"texte": "Non", "remontee": elsewhere.cle})
    assert models.Decision.objects.count() == 1


def test_the_packet_shows_the_amendments_under_discussion(client, charge, seance) -> None:
    fiche = FicheAction.objects.get(cle="sante")
    propose_amendement(charge, fiche, {"titre": "Soins"}, "Plus court")
    draft = propose_amendement(charge, fiche, {"titre": "Secret"}, "Essai", brouillon=True)
    client.force_login(charge)
    said = read(client, seance, "dossier")
    assert all(text in said for text in ("Plus court", "Soins"))
    assert str(draft.motif) not in said


def test_the_desk_asks_for_an_opinion_once_and_tells_promises_past(client, charge, compte) -> None:
    propose_amendement(charge, FicheAction.objects.get(cle="sante"), {"titre": "Soins"}, "Plus court")
    feuille = commands.start_feuille(charge, "593", "sante", 2025)
    line = {"quoi": "Ouvrir une permanence", "qui": "", "echeance": "2025-06-30", "fait_le": None}
    commands.write_feuille(charge, feuille, 1, {"engagements": [line]})
    pilot = compte("pilote_thematique", theme="sante")
    elsewhere = compte("pilote_territorial", theme="emploi", territoire="arrondissement:592")
    for personne, shown in ((pilot, True), (elsewhere, False)):
        client.force_login(personne)
        page = client.get("/programme/taches/").content.decode()
        assert ("Amendements : dire votre avis" in page) is shown
        assert ("Ouvrir une permanence" in page) is shown
    client.force_login(pilot)
    said = {"amendement": Amendement.objects.get().pk, "sens": "favorable"}
    client.post("/programme/amendements/avis", said)
    assert "dire votre avis" not in client.get("/programme/taches/").content.decode()
