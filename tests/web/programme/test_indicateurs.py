"""Indicators fill themselves at a new atlas, are drawn, and warn."""

import datetime as dt
import html
import re

import pytest
from django.test import Client

from maillage.francais import avec_unite, plat
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


@pytest.fixture
def jouet(client, chargee, settings, dossier_atlas):
    """The atlas of 2026, read by who may write."""
    settings.MAILLAGE_ATLAS = dossier_atlas / "essai-2026"
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    return atlases.choose(None)


def find_minutes(atlas):
    return next(d for d in atlas.definitions.values() if d.id == "duree_pharmacie")


def test_an_indicator_is_bound_only_to_a_figure_of_its_unit(client, chargee, jouet):
    minutes = find_minutes(jouet)
    row = create_indicateur(
        chargee,
        models.ObjectifPrioritaire.objects.get(cle="sante.1"),
        {"libelle": "Part", "nature": "quantitative", "unite": "%"},
    )
    address = f"/programme/indicateurs/lier/{row.cle}/".replace("#", "%23")
    refused = plat(f"« {minutes.nom} » se compte en « min », pas en « % ».")
    shown = client.get(address, {"mots": "pharmacie", "ou": "Bourg-Clair"}).content.decode()
    assert refused in plat(html.unescape(shown))
    answer = client.post(address, {"chiffre": "duree_pharmacie commune:90004"})
    assert refused in plat(html.unescape(answer.content.decode()))
    assert client.post(address, {"chiffre": "inconnu commune:90004"}).status_code == 404
    assert client.post(address, {"chiffre": "duree_pharmacie commune:nulle"}).status_code == 404
    row.refresh_from_db()
    assert (row.indicateur_atlas, row.valeurs.count()) == (None, 0)
    row = update(chargee, row, row.version, {"unite": "Minutes"}, "")
    assert client.post(address, {"chiffre": "duree_pharmacie commune:90004"}).status_code == 302
    row.refresh_from_db()
    assert (row.indicateur_atlas, row.niveau, row.code) == ("duree_pharmacie", "commune", "90004")
    edit = f"/programme/modifier/indicateur/{row.cle}/".replace("#", "%23")
    data = {"libelle": "Part", "nature": "quantitative", "frequence_mois": "12", "version": row.version}
    form = client.post(edit, data | {"unite": "%"}).context["form"]
    assert refused in plat(form.errors["unite"][0])
    assert client.post(edit, data | {"unite": ""}).status_code == 302
    row.refresh_from_db()
    assert row.unite == "min"


def test_one_click_makes_a_figure_an_indicator_with_its_own_date(client, jouet):
    address = "/programme/indicateurs/adopter/objectif/sante.1/"
    assert client.post(address, {"chiffre": "duree_pharmacie departement:90"}).status_code == 302
    row = models.IndicateurSuivi.objects.get()
    value = row.valeurs.get()
    figure = jouet.chiffre("departement", "90", "duree_pharmacie")
    assert (row.libelle, row.unite, row.sens) == (figure.definition.nom, "min", "baisse")
    assert row.source == jouet.nom_source(figure.definition.sources[0])
    assert (value.valeur, value.etat) == (figure.valeur, "proposee")
    (year,) = re.findall(r"\d{4}", figure.definition.millesime)
    assert value.date == dt.date(int(year), 12, 31)
    again = client.get("/programme/objectifs/sante.1/").content.decode()
    assert "déjà suivi ici" in again


def test_a_share_becomes_a_percentage(client, jouet):
    share = next(d for d in jouet.definitions.values() if d.unite == "part" and d.famille == "durees")
    known = jouet.chiffre("departement", "90", share.id).valeur
    chosen = {"chiffre": f"{share.id} departement:90"}
    client.post("/programme/indicateurs/adopter/objectif/sante.1/", chosen)
    row = models.IndicateurSuivi.objects.get()
    assert (row.unite, row.valeurs.get().valeur) == ("%", pytest.approx(100 * known))


def test_the_figures_of_a_theme_stand_beside_its_objectives(client, jouet):
    for address in ("/programme/objectifs/sante.1/", "/programme/fiches/sante/"):
        page = client.get(address).content.decode()
        assert "Ce que l’atlas en dit" in page
        shown = re.findall(r'name="chiffre" value="([^"]+)"', page)
        assert 1 <= len(shown) <= 4
        assert "duree_pharmacie departement:90" in shown
    assert "En faire un indicateur" not in Client().get("/programme/objectifs/sante.1/").content.decode()


def test_a_theme_that_no_figure_tells_of_says_how_to_choose(client, jouet):
    content = models.Referentiel.objects.get().contenu
    for theme in content["themes"]:
        theme["nom"] = "Mutualisation des moyens" if theme["cle"] == "sante" else theme["nom"]
    models.Referentiel.objects.update(contenu=content)
    assert "Ce que l’atlas en dit" not in client.get("/programme/objectifs/sante.1/").content.decode()
    new = client.get("/programme/indicateurs/nouveau/objectif/sante.1/").content.decode()
    assert "Aucun chiffre n’est proposé d’avance" in new


@pytest.mark.parametrize(
    ("words", "where", "first", "place"),
    [
        ("pharmacie", "Bourg-Clair", "duree_pharmacie", "commune:90005"),
        ("pharmacies", "CA du Bourg", "duree_pharmacie", "epci:200000002"),
        ("temps farmacie", "valbrune", "duree_pharmacie", "commune:90001"),
        ("boulanger", "", "duree_boulangerie", "departement:90"),
        ("revenu median", "90002", "revenu_median", "commune:90002"),
        ("docteur", "etang aux moines", "duree_medecin_generaliste", "commune:90004"),
    ],
)
def test_a_figure_is_found_by_the_words_of_what_it_measures_and_of_where(
    client, jouet, words, where, first, place
):
    page = client.get("/programme/indicateurs/nouveau/fiche/sante/", {"mots": words, "ou": where})
    found = page.context["resultats"]
    assert found[0].cle == f"{first} {place}", [one.cle for one in found]
    line = found[0].ligne
    figure = jouet.chiffre(*place.split(":"), first)
    assert figure.definition.millesime in line
    assert re.search("observé|estimé|imputé|simulé", line)
    assert jouet.territoire(*place.split(":")).nature in line
    assert avec_unite(figure.valeur, figure.definition.unite, figure.definition.arrondi) in line


def test_what_is_typed_is_completed_and_leads_to_the_results(client, jouet):
    base = "/programme/indicateurs/suggestions"
    page = "/programme/indicateurs/nouveau/fiche/sante/"
    (first, *_) = client.get(f"{base}/mots/fiche/sante/", {"mots": "pharm", "page": page}).json()
    assert "Pharmacie" in first["nom"]
    assert client.get(first["url"]).context["resultats"][0].definition.nom == first["nom"]
    places = client.get(f"{base}/ou/fiche/sante/", {"mots": "poste", "ou": "bourg", "page": page}).json()
    assert {one["ligne"] for one in places} >= {"commune", "intercommunalité"}
    chosen = client.get(places[1]["url"]).context["choix"]
    assert (chosen.lieu.nom_complet, chosen.mots) == (places[1]["nom"], "poste")
    elsewhere = {"mots": "pharmacie", "page": "https://ailleurs"}
    assert client.get(f"{base}/mots/fiche/sante/", elsewhere).json()[0]["url"].startswith(page)


def test_no_such_place_and_no_such_figure_are_said(client, jouet):
    address = "/programme/indicateurs/nouveau/fiche/sante/"
    assert (
        "Aucun territoire ne porte ce nom"
        in client.get(address, {"mots": "pharmacie", "ou": "Xyzzyqw"}).content.decode()
    )
    assert "Aucun chiffre de ce territoire" in client.get(address, {"mots": "qwxyzzy"}).content.decode()


def test_minutes_already_bound_to_a_percentage_are_not_proposed(chargee, indicateur, dossier_atlas):
    update(chargee, indicateur, 1, {"unite": "%"}, "")
    assert list_bound_figures(atlases.open_folder(dossier_atlas / "essai-2026")) == {}
