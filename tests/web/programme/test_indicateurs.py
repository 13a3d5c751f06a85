"""Indicators fill themselves at a new atlas, are drawn, and warn."""

import datetime as dt

import pytest

from maillage.sdaasp.programme.mesures import Cible, Valeur
from maillage.sdaasp.programme.vocabulaire import EtatValeur
from maillage.web.programme import models
from maillage.web.programme.indicateurs import courbe
from maillage.web.programme.indicateurs.commands import (
    create_indicateur,
    propose_valeur,
    set_cible,
    validate_valeur,
)
from maillage.web.programme.indicateurs.queries import list_bound_figures
from maillage.web.programme.indicateurs.remplissage import fill_from_newest_atlas
from maillage.web.socle import atlas as atlases
from maillage.web.suivi.commands import update

BORNE = {"libelle": "Densité", "nature": "quantitative", "sens": "hausse", "indicateur_atlas": "densite"}


@pytest.fixture
def chargee(compte, nord):
    return compte("charge_mission")


@pytest.fixture
def indicateur(chargee):
    sante = models.ObjectifPrioritaire.objects.get(cle="sante.1")
    return create_indicateur(chargee, sante, BORNE | {"niveau": "commune", "code": "90004"})


def test_each_new_atlas_proposes_once_and_a_person_validates(chargee, indicateur, dossier_atlas, settings):
    settings.MAILLAGE_ATLAS = dossier_atlas / "essai-2025"
    assert [fill_from_newest_atlas(), fill_from_newest_atlas()] == [1, 0]
    settings.MAILLAGE_ATLAS = dossier_atlas / "essai-2026"
    assert [fill_from_newest_atlas(), fill_from_newest_atlas()] == [1, 0]
    values = list(indicateur.valeurs.order_by("pk"))
    for value, name in zip(values, ("essai-2025", "essai-2026"), strict=True):
        held = atlases.open_folder(dossier_atlas / name).chiffre("commune", "90004", "densite").valeur
        assert (value.etat, value.valeur, value.chiffre["atlas"]) == ("proposee", held, name)
        validate_valeur(chargee, value, "Atlas vérifié")
    assert indicateur.valeurs.filter(etat="validee").count() == 2


def test_an_indicator_the_atlas_does_not_know_is_left_alone(chargee, indicateur, dossier_atlas):
    update(chargee, indicateur, 1, {"indicateur_atlas": "inconnu"}, "")
    assert list_bound_figures(atlases.open_folder(dossier_atlas / "essai-2026")) == {}


def test_the_page_draws_what_its_tables_say_and_warns(client, compte, chargee, indicateur):
    other = compte("pilote_departemental")
    for day, number in ((dt.date(2025, 12, 31), 10.0), (dt.date(2026, 6, 30), 8.0)):
        value = propose_valeur(other, indicateur, {"date": day, "valeur": number})
        validate_valeur(chargee, value, "Relevé")
    set_cible(chargee, indicateur, 2027, 20.0, None)
    page = client.get(f"/programme/indicateurs/{indicateur.cle}/".replace("#", "%23")).content.decode()
    assert page.count('class="point"') == 2
    assert page.count('class="cible"') == 1
    assert "en recul" in page
    assert "écart" in page
    assert "30 juin 2026" in page


def test_a_first_target_is_given_with_the_indicator(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = "/programme/indicateurs/nouveau/objectif/sante.1/"
    data = {"libelle": "Rendez-vous", "nature": "quantitative", "frequence_mois": "12", "valeur": "12,5"}
    assert client.post(address, data).context["form"].errors.keys() == {"annee"}
    assert client.post(address, data | {"annee": "2027"}).status_code == 302
    (target,) = models.Cible.objects.all()
    assert (target.annee, target.valeur, target.indicateur.objet) == (2027, 12.5, "sante.1")


def test_the_drawing_leaves_out_what_is_refused_or_of_one_group():
    def value(year, number, etat, groupe=None):
        return Valeur(indicateur="i", date=dt.date(year, 1, 1), valeur=number, etat=etat, groupe=groupe)

    drawn = courbe.draw(
        [
            value(2025, 1.0, EtatValeur.VALIDEE),
            value(2026, 2.0, EtatValeur.REFUSEE),
            value(2026, 3.0, EtatValeur.VALIDEE, "femmes"),
            value(2026, 4.0, EtatValeur.PROPOSEE),
        ],
        [Cible(indicateur="i", annee=2027, texte="Mieux")],
    )
    counts = [drawn.count(f'class="{name}"') for name in ("point", "propose", "cible", "chemin")]
    assert counts == [1, 1, 0, 0]
    assert courbe.draw([], []) == ""


@pytest.mark.parametrize(
    ("number", "told"),
    [(3.5, "3,5\xa0%"), (4.0, "4\xa0%"), (0.25, "0,25\xa0%"), (1234.5, "1\u202f234,5\xa0%")],
)
def test_a_number_keeps_its_decimals_and_its_unit_on_every_page(client, compte, chargee, number, told):
    sante = models.ObjectifPrioritaire.objects.get(cle="sante.1")
    row = create_indicateur(chargee, sante, {"libelle": "Part", "nature": "quantitative", "unite": "%"})
    set_cible(chargee, row, 2099, number, None)
    value = propose_valeur(
        compte("pilote_departemental"), row, {"date": dt.date(2026, 6, 30), "valeur": number}
    )
    validate_valeur(chargee, value, "Relevé")
    own = client.get(f"/programme/indicateurs/{row.cle}/".replace("#", "%23")).content.decode()
    assert own.count(f"<strong>{told}</strong>") == 2
    assert own.count(told.removesuffix("\xa0%")) >= 4
    assert told in client.get("/programme/indicateurs/").content.decode()
    assert told in client.get("/programme/objectifs/sante.1/").content.decode()


def test_an_indicator_is_bound_only_to_a_figure_of_its_unit(client, chargee, settings, dossier_atlas):
    settings.MAILLAGE_ATLAS = dossier_atlas / "essai-2026"
    minutes = next(d for d in atlases.choose(None).definitions.values() if d.unite in ("min", "s"))
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = "/programme/indicateurs/nouveau/objectif/sante.1/"
    data = {
        "libelle": "Part",
        "nature": "quantitative",
        "frequence_mois": "12",
        "indicateur_atlas": minutes.id,
    }
    (said,) = client.post(address, data | {"unite": "%"}).context["form"].errors["unite"]
    assert minutes.nom in said
    assert "« min », pas en « % »" in said
    unknown = client.post(address, data | {"indicateur_atlas": "inconnu"})
    assert unknown.context["form"].errors.keys() == {"indicateur_atlas"}
    assert models.IndicateurSuivi.objects.count() == 0
    assert client.post(address, data).status_code == 302
    assert models.IndicateurSuivi.objects.get().unite == "min"


def test_minutes_already_bound_to_a_percentage_are_not_proposed(chargee, indicateur, dossier_atlas):
    update(chargee, indicateur, 1, {"unite": "%"}, "")
    assert list_bound_figures(atlases.open_folder(dossier_atlas / "essai-2026")) == {}
