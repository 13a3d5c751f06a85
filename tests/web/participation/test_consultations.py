"""A consultation on a fiche: answered by anybody, sorted, published once, carried into the programme."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from maillage.participation.consultations import TriAvis
from maillage.web.participation import exemple
from maillage.web.participation.consultations import commands, queries
from maillage.web.participation.enquetes import commands as enquetes
from maillage.web.participation.models import ConsultationPublique, Enquete, ReponseEnquete, TexteLibre
from maillage.web.programme.models import Amendement, FicheAction, ObjectifPrioritaire

FICHE = "/programme/fiches/sante/"


@pytest.fixture
def pilote(nord, compte):
    """Who pilots health."""
    return compte("pilote_thematique", theme="sante")


@pytest.fixture
def consultation(pilote):
    """One that is open on the fiche of health."""
    today = timezone.localdate()
    demande = commands.DemandeConsultation(
        titre="Votre avis", question="Cela vous convient-il ?", ouvre_le=today, ferme_le=today + timedelta(9),
        lieux=("Douai", "Lille"),
    )  # fmt: skip
    return commands.open_consultation(pilote, queries.read_objet("fiche", "sante"), demande)


def say(row, texte="", vote="Favorable", adresse="192.0.2.1", **champs):
    answers = {"q1": vote, **champs} | ({"q2": texte} if texte else {})
    enquetes.answer_enquete(row.enquete, answers, adresse)


def close(row):
    yesterday = timezone.localdate() - timedelta(1)
    Enquete.objects.filter(pk=row.enquete.pk).update(ouvre_le=yesterday - timedelta(9), ferme_le=yesterday)
    row.enquete.refresh_from_db()


def decide(tri, reponse="Parce que", **champs):
    return commands.DecisionAvis(tri=tri, reponse=reponse, **champs)


def test_from_the_fiche_to_the_amendment_and_the_synthesis(client, pilote, compte, billet):
    agent = Client()
    agent.force_login(pilote)
    address = "/consultations/nouvelle/?sorte=fiche&objet=sante"
    assert address.replace("&", "&amp;") in agent.get(FICHE).content.decode()
    today = timezone.localdate()
    said = {
        "titre": "Votre avis sur la santé", "question": "Cela vous convient-il ?", "une_seule": "on",
        "ouvre_le": today.isoformat(), "ferme_le": (today + timedelta(9)).isoformat(),
    }  # fmt: skip
    other = Client()
    other.force_login(compte("pilote_thematique", theme="culture"))
    assert "ne couvre pas" in other.post(address, said).content.decode()
    page = agent.post(address, said).headers["Location"]
    row = ConsultationPublique.objects.get()
    held = FicheAction.objects.get(cle="sante")
    assert (row.objet, row.objet_version) == ("sante", held.version)
    op = ObjectifPrioritaire.objects.filter(fiche="sante").order_by("ordre").first().libelle
    assert {"champ": "Objectif prioritaire", "texte": op} in row.extrait
    # Anybody is led there from the fiche, reads the text, votes once a browser, and says why.
    assert page in client.get(FICHE).content.decode()
    answer = f"/enquetes/{row.enquete.cle}/repondre/"
    assert escape(op) in client.get(answer).content.decode()
    sent = {"billet": billet(), "q1": "Réservé", "q2": "<b>Plus</b> de cars, dit M. Durand", "q3": "Habitant"}
    assert "Merci" in client.post(answer, sent).content.decode()
    assert "déjà répondu" in client.post(answer, sent).content.decode()
    assert set(ReponseEnquete.objects.values().get()["valeurs"]) == {
        "q1",
        "q3",
    }  # nothing ties it to the text
    assert client.get(f"/enquetes/{row.enquete.cle}/").headers["Location"] == page
    assert "dit M. Durand" not in client.get(page).content.decode()
    # Who runs it sorts it from the keyboard, on her desk; published only once each has its answer.
    assert f"{page}tri/une/" in agent.get("/programme/taches/").content.decode()
    close(row)
    publish = {"version": row.enquete.version}
    agent.post(f"/enquetes/{row.enquete.cle}/publier", publish)
    row.enquete.refresh_from_db()
    assert row.enquete.publiee_le is None
    shown = agent.get(f"{page}tri/une/").content.decode()
    assert "autofocus" in shown
    assert "[nom masqué]" in shown
    avis = TexteLibre.objects.get()
    one = {"avis": avis.pk, "tri": "retenu", "reponse": "Un car de plus.", "texte": "Plus de cars, M. Durand"}
    assert "un nom de personne" in agent.post(f"{page}tri/une/", one, follow=True).content.decode()
    agent.post(f"{page}tri/une/", one | {"texte": "<b>Plus</b> de cars"})
    kept = {
        "choix": avis.pk,
        "ou": "fiche@sante@enjeux",
        "texte": "Des cars",
        "motif": "Consultation",
    }
    agent.post(f"{page}retenir/", kept)
    amendement = Amendement.objects.get()
    assert (amendement.objet, amendement.etat) == ("sante", "propose")
    agent.post(f"{page}suites", {"suites": "Un amendement.", "version": row.version})
    agent.post(f"/enquetes/{row.enquete.cle}/publier", publish)
    told = client.get(page).content.decode()
    told = told.replace("\u00a0", " ")
    for words in ("&lt;b&gt;Plus&lt;/b&gt; de cars", "Un car de plus.", "Un amendement.",
                  f"Amendement n° {amendement.pk}", "Moins de 5 personnes"):  # fmt: skip
        assert words in told, words
    for forme, mark in (("pdf", b"%PDF"), ("docx", b"PK"), ("ods", b"PK")):
        assert client.get(f"{page}synthese.{forme}").content.startswith(mark)
    assert page not in client.get(FICHE).content.decode()  # no longer open


def test_several_are_sorted_at_once_or_none_and_names_are_masked(consultation, pilote):
    for number, texte in enumerate(("Appelez le 06 12 34 56 78", "Trop loin", "Voir Jean Roy")):
        say(consultation, texte, adresse=f"192.0.2.{number}")
    every = list(TexteLibre.objects.values_list("pk", flat=True))
    with pytest.raises(ValidationError, match="peut-être"):
        commands.sort_avis(pilote, consultation, every, decide(TriAvis.NON_RETENU))
    assert queries.count_avis(consultation) == {"a_lire": 3}
    with pytest.raises(ValidationError, match="pourquoi"):
        commands.sort_avis(pilote, consultation, every, decide(None, " "))
    with pytest.raises(ValidationError, match="téléphone"):
        commands.sort_avis(pilote, consultation, every, decide(None, "Voyez le 06 12 34 56 78"))
    assert commands.sort_avis(pilote, consultation, every, decide(TriAvis.NON_RETENU, relu=True)) == 3
    assert "06 12" not in str(list(TexteLibre.objects.values()))
    hidden = every[:1]
    commands.sort_avis(pilote, consultation, hidden, decide(None, "Injurieux"))
    told = queries.read_synthese(consultation)
    assert (told.tus, len(told.avis[TriAvis.NON_RETENU]), told.recus) == ({"Injurieux": 1}, 2, 3)


def test_who_was_not_heard_is_said_and_small_groups_are_not(consultation):
    for number in range(14):
        group = "Habitant" if number < 12 else "Élu"
        say(consultation, vote="Favorable", adresse=f"192.0.2.{number}", q3=group, q4="Douai")
    told = queries.read_synthese(consultation)
    assert told.resultats.reponses == 14
    assert "Professionnel" in told.absents.personne
    assert {"Lille", "Ailleurs"} <= set(told.absents.personne)
    assert "Élu" in told.absents.trop_peu
    assert "Habitant" not in told.absents.personne


def test_only_who_pilots_it_runs_it_and_what_is_not_public_is_not_consulted(client, consultation, compte):
    other = compte("pilote_thematique", theme="culture")
    say(consultation, "Trop loin")
    with pytest.raises(PermissionDenied):
        commands.sort_avis(other, consultation, TexteLibre.objects.values_list("pk", flat=True), decide(None))
    with pytest.raises(Http404):
        queries.get_menee(other, consultation.cle)
    for wrong in (("afom", "x"), ("fiche", "rien"), ("", "")):
        with pytest.raises(Http404):
            queries.read_objet(*wrong)
    client.force_login(other)
    assert client.get(f"{consultation.get_absolute_url()}tri/").status_code == 404


def test_an_amendment_is_consulted_in_its_words_of_before_and_after(client, pilote, compte):
    Amendement.objects.create(
        sorte="fiche", objet="sante", auteur=compte(), motif="x",
        changements=[{"champ": "titre", "avant": "Santé", "apres": "Se soigner"}],
    )  # fmt: skip
    told = queries.read_amendement(Amendement.objects.get().pk)
    assert told.theme == "sante"
    client.force_login(pilote)
    number = Amendement.objects.get().pk
    link = f"/consultations/nouvelle/?amendement={number}"
    assert link in client.get("/programme/amendements/").content.decode()
    assert client.get(link).status_code == 200
    assert "Aujourd’hui : Santé\nProposé : Se soigner" in told.extrait[0]["texte"]
    with pytest.raises(Http404):
        queries.read_amendement(10**6)


def test_a_thousand_from_one_address_are_thirty_and_too_many_wait_for_nobody(consultation, monkeypatch):
    refused = 0
    for number in range(1000):
        try:
            say(consultation, f"Avis {number}")
        except ValidationError:
            refused += 1
    assert (TexteLibre.objects.count(), refused) == (30, 970)
    real = enquetes.read_setting
    monkeypatch.setattr(enquetes, "read_setting", lambda n: 30 if n == "avis_en_attente" else real(n))
    with pytest.raises(ValidationError, match="attendent d’être lus"):
        say(consultation, "Un de plus", adresse="192.0.2.9")


def test_the_simulated_one_is_kept_once_open_and_says_so(client, nord):
    today = timezone.localdate()
    assert exemple.keep_consultation(today, ["Douai"], "sante")
    assert not exemple.keep_consultation(today, ["Douai"], "sante")
    page = client.get("/consultations/").content.decode()
    assert "jeu d’essai" in page
    assert "Votre avis" not in client.get("/enquetes/").content.decode()
