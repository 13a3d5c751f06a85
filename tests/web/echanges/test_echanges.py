"""A space for exchange: open to what a mandate touches, moderated by what it covers, told without words."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from maillage.sdaasp.mandats.perimetre import Perimetre, Portee
from maillage.web.comptes.models import Mandat
from maillage.web.comptes.retention import commands as retention
from maillage.web.echanges import commands, exemple, queries
from maillage.web.echanges.models import EspaceEchange, MessageEchange
from maillage.web.programme.models import BonnePratique
from maillage.web.programme.noms import get_noms
from maillage.web.suivi.commands import follow
from maillage.web.suivi.models import Abonnement, Mouvement
from maillage.web.suivi.queries import count_nouveautes, list_nouveautes

ICI, AILLEURS, TOUT = "/echanges/sante/593/", "/echanges/sante/592/", "/echanges/sante/departement/"
NAMES = st.sampled_from(["", "a", "b"])


@pytest.fixture
def pilote(nord, compte):
    """The pilote of health in Douai."""
    return compte("pilote_territorial", theme="sante", territoire="arrondissement:593")


@pytest.fixture
def espace(pilote) -> EspaceEchange:
    return commands.open_espace(pilote, queries.make_espace(get_noms(), "sante", "593"))


def read(client, personne, address: str) -> str:
    client.force_login(personne)
    return client.get(address).content.decode()


def status(client, personne, address: str) -> int:
    client.force_login(personne)
    return client.get(address).status_code


@given(NAMES, NAMES, NAMES, NAMES)
def test_what_a_mandate_covers_it_touches_and_what_it_touches_no_name_refuses(theme, place, about, where):
    portee = Portee(theme=theme, territoire=place)
    sujet = Perimetre(frozenset({about} - {""}), frozenset({where} - {""}))
    apart = (theme and about and theme != about) or (place and where and place != where)
    assert portee.touche(sujet) is not bool(apart)
    assert portee.touche(sujet) or not portee.couvre(sujet)


def test_a_mandate_opens_its_arrondissement_and_the_whole_but_no_other(client, pilote, compte):
    assert [status(client, pilote, page) for page in (ICI, TOUT, AILLEURS)] == [200, 200, 404]
    assert status(client, pilote, "/echanges/sports/593/") == 404
    assert status(client, compte("partenaire"), AILLEURS) == 200
    assert status(client, compte("administration"), ICI) == 404
    assert status(client, compte("charge_mission"), "/echanges/sante/999/") == 404
    table = read(client, pilote, "/echanges/")
    assert table.count("à ouvrir") == 2
    Mandat.objects.filter(personne=pilote).update(
        debut=timezone.localdate() - timedelta(days=9), fin=timezone.localdate() - timedelta(days=1)
    )
    assert status(client, pilote, ICI) == 404


def test_two_talk_and_a_search_finds_the_thread_by_its_answer(client, pilote, compte):
    client.force_login(pilote)
    assert "Personne n’a encore ouvert" in client.get(ICI).content.decode()
    assert client.post(f"{ICI}ecrire", {"texte": "Trop tôt"}).status_code == 404
    client.post(f"{ICI}ouvrir")
    client.post(f"{ICI}ouvrir")
    assert EspaceEchange.objects.get().nom.startswith("Santé, arrondissement de Douai")
    client.post(f"{ICI}ecrire", {"texte": "Qui relit la <b>liste</b> ?"})
    client.post(f"{ICI}ecrire", {"texte": "   "})
    first = MessageEchange.objects.get()
    client.force_login(compte("pilote_thematique", theme="sante"))
    sent = client.post(f"/echanges/messages/{first.pk}/repondre", {"texte": "Les intercommunalités."})
    assert sent["Location"] == f"/echanges/messages/{MessageEchange.objects.last().pk}"
    page = client.get(sent["Location"], follow=True).content.decode()
    assert "&lt;b&gt;liste" in page
    assert page.index("Qui relit") < page.index("Les intercommunalités.")
    assert "Qui relit" in client.get(f"{ICI}?texte=intercommunalite").content.decode()
    assert "Aucun message ne contient" in client.get(f"{ICI}?texte=mairie").content.decode()


def test_an_answer_has_no_answer_and_belongs_to_its_space(pilote, espace):
    first = commands.write_message(pilote, espace, "Un")
    answer = commands.write_message(pilote, espace, "Deux", first)
    other = commands.open_espace(pilote, queries.make_espace(get_noms(), "sante", "departement"))
    for where, parent in ((espace, answer), (other, first)):
        with pytest.raises(ValidationError, match="non à une réponse"):
            commands.write_message(pilote, where, "Trois", parent)
    commands.remove_message(pilote, first, "Doublon")
    with pytest.raises(ValidationError, match="retiré entre-temps"):
        commands.write_message(pilote, espace, "Trois", first)


def test_notices_tell_members_that_one_wrote_and_never_what(pilote, espace, compte):
    reader, outsider = compte("partenaire"), compte("pilote_territorial", territoire="arrondissement:592")
    follow(reader, espace, oui=True)
    Abonnement.objects.create(objet="sante", personne=outsider)
    commands.write_message(pilote, espace, "Un secret")
    told = list_nouveautes(reader)
    assert [m.texte for m in told[0].mouvements] == ["Nouveau message"]
    assert not Mouvement.objects.filter(texte__contains="secret").exists()
    assert (list_nouveautes(outsider), count_nouveautes(outsider)) == ([], 0)
    Mandat.objects.filter(personne=reader).update(
        debut=timezone.localdate() - timedelta(days=9), fin=timezone.localdate() - timedelta(days=1)
    )
    assert list_nouveautes(type(reader).objects.get(pk=reader.pk)) == []


def test_author_or_pilote_removes_with_a_reason_and_the_text_goes_later(client, espace, compte):
    author, other = compte("partenaire"), compte("analyste")
    row = commands.write_message(author, espace, "À ne pas laisser")
    with pytest.raises(PermissionDenied):
        commands.remove_message(other, row, "Je n’aime pas")
    whole = commands.open_espace(author, queries.make_espace(get_noms(), "sante", "departement"))
    there, local = (
        commands.write_message(author, whole, "Ailleurs"),
        compte("pilote_territorial", theme="sante"),
    )
    Mandat.objects.filter(personne=local).update(territoire="arrondissement:593")
    with pytest.raises(PermissionDenied):  # touches the space, does not cover the whole of it
        commands.remove_message(local, there, "Non")
    with pytest.raises(ValidationError, match="pourquoi"):
        commands.remove_message(author, row, " ")
    chief = compte("pilote_thematique", theme="sante")
    commands.remove_message(chief, row, "Nomme un habitant")
    commands.remove_message(author, row, "Autre raison")  # done already: nothing changes
    assert MessageEchange.objects.get(pk=row.pk).motif == "Nomme un habitant"
    for personne, sees in ((chief, True), (author, True), (other, False)):
        page = read(client, personne, ICI)
        assert "Nomme un habitant" in page
        assert ("À ne pas laisser" in page) is sees
    assert "Nomme un habitant" not in read(client, chief, f"{ICI}?texte=laisser")
    now = timezone.now()
    assert commands.forget(now + timedelta(days=29)) == 0
    assert commands.forget(now + timedelta(days=31)) == 1
    kept = MessageEchange.objects.get(pk=row.pk)
    assert (kept.texte, kept.index, kept.retire_par) == ("", "", chief)
    assert "messages retirés" in retention.RULES


def test_a_member_takes_away_no_document_of_another(client, espace, compte):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    client.force_login(compte("partenaire"))
    sent = {"fichier": SimpleUploadedFile("note.txt", b"Bonjour"), "description": "Note"}
    page = client.post(f"/fichiers/donner/echange/{espace.cle}", sent, follow=True).content.decode()
    assert "note.txt" in page
    address = page.partition('href="/fichiers/')[2].partition('"')[0]
    client.force_login(compte("analyste"))
    assert client.get(f"/fichiers/{address}").status_code == 200
    assert client.post(f"/fichiers/{address}retirer").status_code == 403
    client.force_login(compte("pilote_territorial", territoire="arrondissement:592"))
    assert client.get(f"/fichiers/{address}").status_code == 404
    client.force_login(compte("charge_mission"))
    assert client.post(f"/fichiers/{address}retirer").status_code == 302


def test_good_practices_of_the_theme_come_with_those_born_here_first(espace):
    for cle, place, themes in (("a", "", ["sante.1"]), ("b", "593", ["sante.1"]), ("c", "593", ["sports.1"])):
        BonnePratique.objects.create(cle=cle, titre=cle.upper(), territoire=place, objectifs=themes)
    assert [row.cle for row in queries.list_pratiques(espace)] == ["b", "a"]


def test_reads_ask_the_base_a_fixed_number_of_times(pilote, espace, django_assert_num_queries):
    noms = get_noms()
    for number in range(25):
        first = commands.write_message(pilote, espace, f"Message {number}")
        commands.write_message(pilote, espace, "Réponse", first)
    assert pilote.mandats_en_cours
    with django_assert_num_queries(1):
        assert len(queries.list_cases(pilote, noms)) == 1
    with django_assert_num_queries(3):
        page = queries.read_fils(espace)
        assert [len(one.fil) for one in page] == [1] * queries.FILS
    oldest = MessageEchange.objects.get(texte="Message 0")
    assert (queries.find_page(oldest), page.paginator.num_pages) == (2, 2)
    with django_assert_num_queries(1):
        queries.list_pratiques(espace)


def test_the_example_is_written_once_by_demonstration_accounts(pilote, compte):
    assert exemple.keep_if_none() is None
    compte("pilote_thematique", theme="sante")
    type(pilote).objects.update(demonstration=True)
    row = exemple.keep_if_none()
    assert (row.theme, row.territoire, row.messages.count()) == ("sante", "593", 2)
    assert exemple.keep_if_none() is None
