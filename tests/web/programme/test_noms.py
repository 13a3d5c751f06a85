"""Names, never keys: in the history, in mandates, in what AFOM items rest on."""

import pytest
from django.urls import reverse

from maillage.web.comptes.models import Mandat
from maillage.web.programme import models
from maillage.web.programme.indicateurs.queries import list_chiffres
from maillage.web.programme.noms import get_noms
from maillage.web.programme.presentation import show_field
from maillage.web.socle import atlas as atlases
from maillage.web.suivi.commands import update

DOUAI = "sante/593/2025/1"
ORIGIN = "django.contrib.auth.backends.ModelBackend"


@pytest.mark.parametrize(
    ("model", "field", "value", "words"),
    [
        (models.Declinaison, "statut", "non_traitee", "Non traitée"),
        (models.Declinaison, "meteo", "orage", "Bloqué"),
        (models.Declinaison, "zones", ["zone-bassin-minier", "epci:200000001"], "Bassin minier\n{epci}"),
        (models.Declinaison, "theme", "sante", "Santé"),
        (models.Declinaison, "libelle", "sante", "sante"),  # a text stays as it was typed
        (models.ObjectifPrioritaire, "territoires", ["zone-qpv"], "{qpv}"),
        (
            models.ObjectifPrioritaire,
            "freins",
            [{"libelle": "Un délai", "statut": "en_cours", "condition_levee": None}],
            "Un délai · En cours",
        ),
        (
            models.ObjectifPrioritaire,
            "moyens",
            [{"libelle": "Un bus", "nature": "materiel", "cout_eur": 1200.5}],
            "Un bus · Matériel, locaux · 1200,5",
        ),
        (models.IndicateurSuivi, "sens", "hausse", "À la hausse"),
        (models.IndicateurSuivi, "objet", "sante.1", "{goal}"),
        (models.ItemAfom, "arrondissement", "593", "Douai"),
        (
            models.Correspondance,
            "territoires",
            [{"cle": "epci:1", "nom": "Une agglomération"}],
            "Une agglomération",
        ),
        (models.Correspondance, "confirme", True, "oui"),
    ],
)
def test_a_field_is_told_by_names(nord, model, field, value, words):
    goal = models.ObjectifPrioritaire.objects.get(cle="sante.1").libelle
    epci = atlases.choose(None).territoire("epci", "200000001").nom
    said = show_field(model, field, value, get_noms())
    assert said == words.format(
        goal=goal, epci=epci, qpv="Quartiers prioritaires de la politique de la ville (94)"
    )


def test_the_history_holds_no_key(client, compte, nord):
    chargee = compte("charge_mission")
    row = models.Declinaison.objects.get(cle=DOUAI)
    update(
        chargee, row, 1, {"statut": "engagee", "zones": ["zone-bassin-minier"], "meteo": "orage"}, "Comité"
    )
    client.force_login(chargee, ORIGIN)
    page = client.get(reverse("programme:historique", args=["declinaison", DOUAI])).content.decode()
    for words in ("Identifiée", "Engagée", "Bassin minier", "Bloqué"):
        assert words in page
    for key in ("zone-bassin-minier", ">orage<", "identifiee", "engagee"):
        assert key not in page


def test_a_mandate_names_its_arrondissement(client, compte, nord):
    pilote = compte("pilote_territorial", theme="sante", territoire="arrondissement:593")
    assert str(Mandat.objects.get(personne=pilote)).endswith("(Santé · arrondissement de Douai)")
    client.force_login(pilote, ORIGIN)
    page = client.get("/comptes/moi/").content.decode()
    assert "<td>Santé</td><td>arrondissement de Douai</td>" in page
    assert "arrondissement:593" not in page


def test_evidence_is_chosen_by_its_words_and_told_with_its_unit(client, compte, nord):
    client.force_login(compte("charge_mission"), ORIGIN)
    address = "/programme/afom/?arrondissement=901&theme=sante"
    form = client.get(address).context["form"]
    offered = form.fields["indicateur"].widget.choix
    assert len(offered) == len(list_chiffres(atlases.choose(None), "arrondissement", "901"))
    said = next(words for words in offered if words.startswith("Densité"))
    assert "hab." in said
    sent = {"nature": "atout", "texte": "Dense", "indicateur": "n’importe quoi"}
    assert "tapez un mot de son nom" in client.post(address, sent).content.decode()
    client.post(address, sent | {"indicateur": said})
    (item,) = models.ItemAfom.objects.all()
    assert item.preuves[0]["chiffre"]["indicateur"] == "densite"
    page = client.get(address).content.decode()
    assert said in page
    assert "arrondissement 901" not in page
