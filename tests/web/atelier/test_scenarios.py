"""Scenarios kept: written by form, read in words, computed once, changed by two people, taken back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.template.loader import render_to_string

from maillage.scenarios.fichier import read_scenario
from maillage.scenarios.lignes.modifications import LIGNES
from maillage.scenarios.modifications import (
    GENRES,
    Arret,
    ChangementAccessibilite,
    ChangementCanaux,
    ChangementCapacite,
    ChangementHoraires,
    ChangementOperateur,
    ChangementVitesse,
    Deplacement,
    Fermeture,
    Itinerance,
    Ouverture,
    Partie,
    Regroupement,
    RouteFermee,
    Scission,
)
from maillage.scenarios.rapport import tell_balance
from maillage.web.atelier import commands, presentation, queries
from maillage.web.atelier.forms import FormulaireModification
from maillage.web.atelier.lignes import CHAMPS_LIGNES
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.comptes.models import Mandat, Organisation
from maillage.web.socle.atlas import choose
from maillage.web.socle.models import Travail
from maillage.web.suivi.commands import comment, follow
from maillage.web.suivi.queries import count_nouveautes, list_nouveautes

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def auteur(client, compte):
    person = compte("charge_mission")
    client.force_login(person, BACKEND)
    return person


def test_nobody_has_a_list_that_says_how_to_begin(client, db) -> None:
    text = client.get("/atelier/").content.decode()
    assert "Aucun scénario n’est public." in text
    assert "Commencer un scénario" not in text


def test_a_scenario_is_written_by_forms_alone(client, auteur, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    answer = client.post("/atelier/nouveau/", {"nom": "Essai d’ouverture"}, follow=True)
    row = ScenarioEnregistre.objects.get()
    assert "ne change encore rien" in answer.content.decode()
    new = {"type": "pharmacie", "nom": "Pharmacie neuve", "ou": "zuydbeke", "horaires": "Mo-Fr 09:00-12:00"}
    address = f"/atelier/scenarios/{row.cle}/ajouter/ouvrir/"
    page = client.post(address, new | {"version": row.version}, follow=True).content.decode()
    assert "Ouvrir « Pharmacie neuve »" in page
    assert "à Zuydbeke" in page
    row.refresh_from_db()
    edit = read_scenario(row.contenu).modifications[0]
    assert isinstance(edit, Ouverture)
    assert (edit.commune, edit.id) == ("90012", "nouveau:1")
    found = client.get(f"/atelier/scenarios/{row.cle}/ajouter/fermer/?type=france_services&q=essai")
    assert 'value="france_services:1"' in found.content.decode()
    address = f"/atelier/scenarios/{row.cle}/ajouter/fermer/?type=france_services"
    client.post(address, {"lieu": "france_services:1", "version": row.version})
    row.refresh_from_db()
    assert row.scenario.modifications[1] == Fermeture(lieu="france_services:1")
    client.post(f"/atelier/scenarios/{row.cle}/retirer", {"version": row.version})
    row = ScenarioEnregistre.objects.get()
    assert row.scenario.modifications == (edit,)


PAR_FORMULAIRE = [
    ("ouvrir", {"type": "poste", "nom": "Poste", "ou": "90012", "operateur": "La Poste", "canaux": ["visio"]},
     Ouverture(type="poste", nom="Poste", commune="90012", operateur="La Poste", canaux=("visio",))),
    ("ouvrir", {"type": "poste", "nom": "Poste", "lon": "3,05", "lat": "50,05", "accessible": "non"},
     Ouverture(type="poste", nom="Poste", lon=3.05, lat=50.05, accessible=False)),
    ("fermer", {"lieu": "a"}, Fermeture(lieu="a")),
    ("deplacer", {"lieu": "a", "ou": "Zuydbeke"}, Deplacement(lieu="a", commune="90012")),
    ("regrouper", {"lieux": ["a", "b"], "ou": "90012"}, Regroupement(lieux=("a", "b"), commune="90012")),
    ("scinder", {"lieu": "a", "en": "Un ; 90012\nDeux; 90001; Mo 09:00-12:00; Tu 14:00-16:00"},
     Scission(lieu="a", en=(Partie(nom="Un", commune="90012"),
                            Partie(nom="Deux", commune="90001", horaires="Mo 09:00-12:00; Tu 14:00-16:00")))),
    ("capacite", {"lieu": "a", "capacite": "12,5"}, ChangementCapacite(lieu="a", capacite=12.5)),
    ("horaires", {"lieu": "a", "horaires": "Mo 09:00-12:00"},
     ChangementHoraires(lieu="a", horaires="Mo 09:00-12:00")),
    ("canaux", {"lieu": "a", "canaux": ["telephone", "visio"]},
     ChangementCanaux(lieu="a", canaux=("telephone", "visio"))),
    ("operateur", {"lieu": "a", "operateur": "La commune"},
     ChangementOperateur(lieu="a", operateur="La commune")),
    ("accessibilite", {"lieu": "a", "accessible": "oui"}, ChangementAccessibilite(lieu="a", accessible=True)),
    ("itinerant", {"lieu": "a", "type": "poste", "arrets": "Zuydbeke ; Tu 09:00-12:00"},
     Itinerance(lieu="a", arrets=(Arret(nom="Zuydbeke", commune="90012", horaires="Tu 09:00-12:00"),))),
    ("itinerant", {"lieu": "", "type": "poste", "arrets": "90012;Tu 09:00-12:00"},
     Itinerance(type="poste", arrets=(Arret(nom="Zuydbeke", commune="90012", horaires="Tu 09:00-12:00"),))),
    ("vitesse", {"voies": "12, 13 14", "kmh": "30", "mode": "velo"},
     ChangementVitesse(voies=(12, 13, 14), kmh=30, mode="velo")),
    ("fermer_route", {"voies": "12", "mode": "voiture"}, RouteFermee(voies=(12,))),
]  # fmt: skip


@pytest.mark.parametrize(("genre", "data", "edit"), PAR_FORMULAIRE)
def test_every_kind_of_edit_has_its_form(rf, db, genre, data, edit) -> None:
    query = QueryDict(mutable=True)
    for name, value in ({"version": "1"} | data).items():
        query.setlist(name, value if isinstance(value, list) else [value])
    form = FormulaireModification(
        query, genre=genre, atlas=choose("essai-2026"), lieux=[("a", "A"), ("b", "B")], version=1
    )
    assert form.is_valid(), form.errors
    assert form.read() == edit


def test_no_kind_of_edit_is_left_without_a_form() -> None:
    """Those of lines are tried on timetables (``test_lignes.py``)."""
    lines = {kind.cle for kind in LIGNES}
    assert {genre for genre, _, _ in PAR_FORMULAIRE} == set(GENRES) - lines
    assert set(CHAMPS_LIGNES) == lines


def test_a_place_already_closed_is_said(client, auteur, ecrire) -> None:
    row = ecrire(auteur)
    address = f"/atelier/scenarios/{row.cle}/ajouter/{{}}/?type=france_services"
    for genre, data in (("fermer", {}), ("operateur", {"operateur": "La commune"})):
        answer = client.post(
            address.format(genre), {"lieu": "france_services:1", "version": row.version} | data
        )
        assert "fermé" in answer.content.decode()
    assert ScenarioEnregistre.objects.get().version == row.version


REFUSES = [
    ("ouvrir", {"type": "pharmacie", "nom": "X", "ou": "Nulle-Part"}, "Aucune commune"),
    ("ouvrir", {"type": "pharmacie", "nom": "X"}, "dites où"),
    ("ouvrir", {"type": "pharmacie", "nom": "X", "lon": "0", "lat": "0"}, "hors du département"),
    ("ouvrir", {"type": "pharmacie", "nom": "X", "ou": "90012", "horaires": "quand on peut"}, "illisibles"),
    ("ouvrir", {"type": "pharmacie", "nom": "X", "ou": "90012", "capacite": "-3"}, "supérieure ou égale à 0"),
    ("horaires", {"lieu": "france_services:1", "horaires": "off"}, "n’ouvrirait jamais"),
    ("capacite", {"lieu": "france_services:1"}, "donnez capacite ou effectif"),
    ("accessibilite", {"lieu": "france_services:1", "accessible": ""}, "obligatoire"),
    ("scinder", {"lieu": "france_services:1", "en": "Seule ; 90012"}, "il en faut 2 au moins"),
]


@pytest.mark.parametrize(("genre", "data", "reason"), REFUSES)
def test_what_does_not_hold_is_said_and_not_written(client, auteur, ecrire, genre, data, reason) -> None:
    row = commands.write_file(
        auteur, (kept := ecrire(auteur)), kept.version, kept.scenario.remove(0).remove(0), "", ""
    )
    address = f"/atelier/scenarios/{row.cle}/ajouter/{genre}/?type=france_services"
    answer = client.post(address, data | {"version": row.version})
    assert reason in answer.content.decode()
    row.refresh_from_db()
    assert row.version == 2


def test_the_impact_is_computed_once_and_told(client, auteur, ecrire, settings) -> None:
    """The child process itself: the page tells its sentences, figures and flows, and all are simulated."""
    row = ecrire(auteur, "public")
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    client.logout()
    address = f"/atelier/scenarios/{row.cle}/"
    assert "Calculer les effets" in client.get(address).content.decode()
    for _ in range(2):
        client.post(f"{address}calculer")
    assert [travail.message for travail in Travail.objects.all()] == [""]
    page = client.get(address).content.decode()
    assert "Chiffres simulés" in page
    assert "sont plus près" in page
    assert "Qui gagne et qui perd" in page
    assert "Les chiffres qui bougent" in page
    assert page.count('class="carte-fixe"') == 3  # before, after, the difference
    for forme, mark in (("yaml", "maillage: scenario 1"), ("json", '"phrases"'), ("geojson", "Feature")):
        exported = client.get(f"{address}exporter/{forme}")
        assert mark in exported.content.decode()
        assert "attachment" in exported.headers["Content-Disposition"]
    offer = client.get(f"{address}exporter/csv").content.decode()
    assert "Accueil nouveau" in offer
    assert "france_services:1," not in offer
    commands.share(auteur, row, row.version, "brouillon", None)
    for forme in ("yaml", "json", "geojson", "csv"):
        assert client.get(f"{address}exporter/{forme}").status_code == 404
    row.refresh_from_db()
    commands.share(auteur, row, row.version, "public", None)
    Travail.objects.update(etat="interrompu", fichier="", message="arrêt")
    page = client.get(address).content.decode()
    assert "Ce calcul a été interrompu" in page
    assert "Calculer les effets" in page


def test_other_modes_and_both_sides_of_the_balance_are_shown() -> None:
    services = [
        {"type": kind, "mode": mode, "seuil_min": 20.0, "groupes": {"tous": f"{kind} {mode}"}}
        for kind in ("poste", "mairie")
        for mode in ("voiture", "velo", "marche")
    ]
    assert presentation.list_other_modes({"services": services}, "poste") == [
        ("À vélo", "poste velo"),
        ("À pied", "poste marche"),
    ]
    before = {"en_deficit": True, "rang": 1, "sous_dotes": ["dentiste"], "surconcentres": []}
    row = {
        "nom": "Ici",
        "avant": before,
        "apres": before | {"sous_dotes": [], "surconcentres": ["infirmier"]},
    }
    shown = row | {"equilibre": list(tell_balance(row))}
    stop = {"id": "nouveau:1", "nom": "Zuydbeke", "horaires": "Tu 09:00-12:00", "habitants_proches": 1250.4}
    page = render_to_string("atelier/_effets.html", {"impact": {"deficits": [shown], "itinerants": [stop]}})
    assert "Zuydbeke\xa0: mar. 9\xa0h–12\xa0h, 1\u202f250\xa0habitants à portée" in page
    assert "ne manque plus" in page
    assert "désormais en nombre" in page


def test_two_people_on_one_scenario_lose_nothing(client, compte, ecrire) -> None:
    first, second = compte("charge_mission"), compte("partenaire")
    organisation = first.mandats.get().organisation
    row = ecrire(first, "organisation", organisation)
    commands.write_file(first, row, row.version, row.scenario.add(Fermeture(lieu="x")), "", "avant toi")
    client.force_login(second, BACKEND)
    address = f"/atelier/scenarios/{row.cle}/ajouter/ouvrir/"
    data = {"type": "pharmacie", "nom": "La mienne", "ou": "90012", "version": row.version}
    answer = client.post(address, data)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Rien n’est perdu" in page
    assert 'value="La mienne"' in page
    assert "Fermer « x »" in page
    client.post(address, data | {"version": row.version + 1})
    kept = ScenarioEnregistre.objects.get().scenario.modifications
    assert len(kept) == 4
    client.post(f"/atelier/scenarios/{row.cle}/retirer", {"version": row.version, "rang": "1"})
    assert len(ScenarioEnregistre.objects.get().scenario.modifications) == 4


ROLES = {
    "brouillon": {"auteur"},
    "organisation": {"auteur", "meme_organisation"},
    "comptes": {"auteur", "meme_organisation", "autre", "superutilisateur", "sans mandat"},
    "public": {"auteur", "meme_organisation", "autre", "superutilisateur", "sans mandat", "anonyme"},
}


@pytest.mark.parametrize("visibilite", ROLES)
def test_who_reads_changes_and_shares(client, compte, ecrire, visibilite) -> None:
    """The matrix: readers by visibility; writers, the author and her organisation; sharing, the author."""
    author, colleague, plain, chief = compte("charge_mission"), compte("partenaire"), compte(), compte()
    chief.is_superuser = True
    chief.save()
    elsewhere = Organisation.objects.create(nom="Ailleurs", nature="autre")
    other = compte()
    Mandat.objects.create(personne=other, organisation=elsewhere, role="charge_mission")
    row = ecrire(author, visibilite, author.mandats.get().organisation)
    people = {
        "auteur": author, "meme_organisation": colleague, "autre": other, "sans mandat": plain,
        "superutilisateur": chief, "anonyme": None,
    }  # fmt: skip
    for name, person in people.items():
        client.logout()
        if person is not None:
            client.force_login(person, BACKEND)
        address = f"/atelier/scenarios/{row.cle}/"
        answer = client.get(address)
        seen = name in ROLES[visibilite]
        assert (answer.status_code == 200) is seen, name
        assert (row.titre in client.get("/atelier/").content.decode()) is seen, name
        if person is None:
            continue
        assert row.is_lisible(person) is seen
        assert (row in queries.list_lisibles(person)) is seen
        writes = name == "auteur" or (name == "meme_organisation" and visibilite != "brouillon")
        if name != "superutilisateur":  # has every right, on what it may read
            assert person.has_perm("atelier.modifier", row) is writes, name
            assert person.has_perm("atelier.partager", row) is (name == "auteur"), name
        for page in (f"{address}reglages/", f"/atelier/historique/scenario/{row.cle}/"):
            status = client.get(page).status_code
            assert status != 200 or seen, (name, page)
            assert seen or status == 404, (name, page)
        if not seen:
            for action in ("retirer", "copier", "supprimer", "calculer"):
                assert client.post(f"{address}{action}", {"version": row.version}).status_code == 404
            for action in ("commenter", "suivre"):
                assert client.post(f"/atelier/{action}/scenario/{row.cle}", {"texte": "x"}).status_code == 404


def test_publishing_asks_for_the_right_to(compte, ecrire) -> None:
    author = compte("partenaire")
    row = ecrire(author)
    with pytest.raises(PermissionDenied):
        commands.share(author, row, row.version, "public", None)
    assert commands.share(author, row, row.version, "comptes", None).visibilite == "comptes"


def test_what_it_was_as_a_draft_stays_the_author_s(client, compte, ecrire) -> None:
    """History, and the notices of those who followed it while it was open."""
    author, other = compte("charge_mission"), compte("pilote_departemental")
    row = ecrire(author)
    row = commands.write_file(author, row, row.version, row.scenario.remove(0), "", "le secret est retiré")
    row = commands.share(author, row, row.version, "comptes", None)
    client.force_login(other, BACKEND)
    history = f"/atelier/historique/scenario/{row.cle}/"
    page = client.get(history).content.decode()
    assert "Accueil nouveau" not in page  # the only state that others read is the present one: no difference
    assert "le secret" not in page
    assert "France services d’essai" not in page
    client.force_login(author, BACKEND)
    assert "le secret est retiré" in client.get(history).content.decode()
    follow(other, row, oui=True)
    row = commands.share(author, row, row.version, "brouillon", None)
    comment(author, row, "entre nous")
    assert count_nouveautes(other) == 0
    assert list_nouveautes(other) == []
