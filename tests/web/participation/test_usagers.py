"""A comité d'usagers: who sits is counted, what it proposes is read, answered, told in the bilan."""

import io
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from maillage.participation.propositions import ActeProposition as A
from maillage.reports.bilan.document import make_bilan
from maillage.sdaasp.gouvernance.remontees import ActeRemontee
from maillage.web.bilan.lecture import read_bilan
from maillage.web.gouvernance import commands as gouvernance
from maillage.web.gouvernance.models import RemonteeDeposee
from maillage.web.participation.exemple import keep_usagers
from maillage.web.participation.models import (
    ComiteUsagers,
    MembreUsagers,
    PropositionDeposee,
    ReunionUsagers,
)
from maillage.web.participation.usagers import commands, queries

DOUAI = "arrondissement:593"
DIT = "Ouvrir le guichet le samedi matin"


@pytest.fixture
def pilote(nord, compte):
    """Who pilots health in Douai."""
    return compte("pilote_territorial", theme="sante", territoire=DOUAI)


@pytest.fixture
def comite(pilote):
    """A comité of Douai on health."""
    return commands.create_comite(
        pilote, {"nom": "Usagers de Douai", "theme": "sante", "territoire": "593"}, ()
    )


def propose(who, comite, texte=DIT, **champs):
    return commands.propose(who, comite, commands.DemandeProposition(texte=texte, **champs))


def test_from_a_member_to_the_answer_that_all_may_read(client, pilote, compte):
    agent, other = Client(), Client()
    agent.force_login(pilote)
    member = compte()
    client.force_login(member)
    other.force_login(compte("pilote_thematique", theme="culture"))
    said = {
        "nom": "Usagers de Douai", "theme": "sante", "territoire": "593",
        "colleges": "Habitants ; ; 6\nAssociations ; Familles (jeu d’essai) ; 2",
    }  # fmt: skip
    assert "Votre mandat ne couvre pas" in other.post("/comites-usagers/nouveau/", said).content.decode()
    wrong = agent.post(
        "/comites-usagers/nouveau/", said | {"colleges": "Habitants ; ; trop"}
    ).content.decode()
    assert "ligne 1" in wrong.replace("\u00a0", " ")
    page = agent.post("/comites-usagers/nouveau/", said).headers["Location"]
    row = ComiteUsagers.objects.get()
    assert "8\u00a0personnes" in Client().get(page).content.decode().replace("\u202f", "\u00a0")
    # A member comes of her own will; she writes once she is confirmed, and what she writes is read first.
    assert client.post(f"{page}proposer/", {"texte": DIT}).status_code == 403
    client.post(f"{page}rejoindre", {"college": "Habitants"})
    client.post(f"{page}rejoindre", {"college": "Habitants"})
    held = MembreUsagers.objects.get()
    assert str(member) in agent.get(page).content.decode()
    assert str(member) in agent.get("/programme/taches/").content.decode()
    for reader in (Client(), other):
        assert str(member) not in reader.get(page).content.decode()
    assert other.post(f"{page}membres/{held.pk}", {"acte": "confirmer"}).status_code == 403
    agent.post(f"{page}membres/{held.pk}", {"acte": "confirmer"})
    named = client.post(f"{page}proposer/", {"texte": f"{DIT}, voir M. Durand"}).content.decode()
    assert "un nom de personne" in named
    client.post(f"{page}proposer/", {"texte": DIT})
    one = PropositionDeposee.objects.get()
    assert Client().get(one.get_absolute_url()).status_code == 404
    assert DIT not in Client().get(page).content.decode()
    assert DIT in agent.get("/programme/taches/").content.decode()
    act = f"{one.get_absolute_url()}avancer"
    agent.post(act, {"acte": "publier", "version": one.version})
    assert DIT in Client().get("/comites-usagers/propositions/").content.decode()
    one.refresh_from_db()
    assert (
        "pourquoi"
        in agent.post(act, {"acte": "en_partie", "version": one.version}, follow=True).content.decode()
    )
    assert other.post(act, {"acte": "retenir", "texte": "Oui", "version": one.version}).status_code == 404
    why = "Un samedi sur deux, dès septembre."
    agent.post(act, {"acte": "en_partie", "texte": why, "version": one.version})
    told = Client().get("/comites-usagers/propositions/?sort=gardees&territoire=593").content.decode()
    assert why in told
    assert re.search(r"Pilote territorial, [^<]+", told)  # in whose name, never who
    assert str(pilote) not in told
    # She leaves: nothing is left of her, in no table.
    client.post(f"{page}quitter")
    assert not MembreUsagers.objects.exists()
    assert row.history.count() == 1


def test_before_a_comite_its_answer_enters_and_who_pilots_says_what_is_kept(comite, pilote, compte):
    one = propose(pilote, comite)
    one = commands.send_up(pilote, one, one.version, "Qui paie le samedi ?", ())
    up = RemonteeDeposee.objects.get()
    assert (up.nature, up.objet, up.territoire) == ("proposition", one.cle, "593")
    with pytest.raises(ValidationError, match="devant un comité"):
        commands.answer(pilote, one, one.version, A.RETENIR, "Oui", ())
    assert queries.list_to_answer(pilote) == []
    chief = compte("direction")
    gouvernance.move_remontee(chief, up, up.version, ActeRemontee.REPONDRE, texte="Mme Roy dit : la mairie.")
    one.refresh_from_db()
    assert (one.etat, one.close) == ("entendre", False)
    assert one.valeur.etapes[-1].texte == "[nom masqué] dit : la mairie."
    assert queries.list_to_answer(pilote) == [one]
    one = commands.answer(pilote, one, one.version, A.RETENIR, "La mairie ouvre.", ())
    assert (one.close, one.valeur.reponse.texte) == (True, "La mairie ouvre.")
    other = compte("pilote_thematique", theme="culture")
    with pytest.raises(PermissionDenied):
        commands.answer(other, one, one.version, A.ROUVRIR, "Non", ())


def test_a_passage_masked_is_in_no_table_and_markup_is_text(client, comite, pilote):
    one = propose(pilote, comite, "<script>alert(1)</script> la zibeline du guichet", relu=True)
    for address in (one.get_absolute_url(), comite.get_absolute_url(), "/comites-usagers/propositions/"):
        page = client.get(address).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
    with pytest.raises(ValidationError, match="téléphone"):
        propose(pilote, comite, "Appelez le 06 12 34 56 78", relu=True)
    with pytest.raises(ValidationError, match="peut-être"):
        propose(pilote, comite, "Le guichet de Jean Roy")
    one = commands.hide(pilote, one, one.version, "Le guichet", "Trop précis", ())
    rows = [*PropositionDeposee.objects.values(), *PropositionDeposee.history.values()]
    assert "zibeline" not in str(rows)


def test_a_meeting_is_announced_and_its_report_is_public_without_a_name(client, comite, pilote):
    agent = Client()
    agent.force_login(pilote)
    day = timezone.localdate() + timedelta(days=9)
    said = {"jour": day.isoformat(), "heure": "14:30", "lieu": "Mairie", "ordre_du_jour": "Le samedi"}
    page = agent.post(f"{comite.get_absolute_url()}reunions/nouvelle/", said).headers["Location"]
    row = ReunionUsagers.objects.get()
    ics = client.get(f"{comite.get_absolute_url()}reunions.ics").content.decode()
    assert f"DTSTART;TZID=Europe/Paris:{day:%Y%m%d}T143000" in ics
    file = io.BytesIO(b"%PDF-1.7\n%%EOF\n")
    file.name = "compte rendu.pdf"
    agent.post(f"/fichiers/donner/reunion/{row.cle}", {"fichier": file})
    agent.post(f"{page}modifier/", said | {"presents": "7", "version": row.version})
    shown = client.get(page).content.decode()
    assert "compte rendu.pdf" in shown
    assert str(pilote) not in shown
    assert "7" in shown
    given = re.search(r"/fichiers/\d+/", shown)[0]
    assert client.get(given).status_code == 200


def test_a_year_is_counted_as_it_stood(comite, pilote):
    year = timezone.localdate().year
    kept, waits = propose(pilote, comite), propose(pilote, comite, "Un guichet de plus à Douai")
    commands.answer(pilote, kept, kept.version, A.RETENIR, "Oui", ())
    rows = queries.list_year(year, date(year, 12, 31))
    assert {row.cle for row, _ in rows} == {kept.cle, waits.cle}
    assert queries.list_year(year - 1, date(year - 1, 12, 31)) == []
    read = read_bilan(year, None, timezone.localdate())
    held = read.contenu.propositions or ()
    assert [(one.etat, one.motif, one.arrondissement) for one in held] == [
        ("retenue", "Oui", "593"), ("attend une réponse", "", "593"),
    ]  # fmt: skip
    said = str(make_bilan(read.contenu, read.ecrit))
    assert "Ce que les usagers ont proposé à Douai" in said
    assert DIT in said


def test_lists_cost_the_same_whatever_they_hold(client, comite, pilote, django_assert_max_num_queries):
    for word in ("un", "deux", "trois"):
        propose(pilote, comite, f"{DIT} {word}")
    with django_assert_max_num_queries(5):
        client.get("/comites-usagers/propositions/")
    with django_assert_max_num_queries(3):
        client.get("/comites-usagers/")


def test_simulated_ones_are_kept_once_and_say_so(client, nord):
    today = timezone.localdate()
    assert keep_usagers(today, ["593"], ["sante", "mobilites"])
    assert not keep_usagers(today, ["593"], ["sante"])
    assert PropositionDeposee.objects.count() == 2
    page = client.get("/comites-usagers/propositions/").content.decode()
    assert page.count("jeu d’essai") >= 2
    assert all(step.le <= today for one in PropositionDeposee.objects.all() for step in one.valeur.etapes)
