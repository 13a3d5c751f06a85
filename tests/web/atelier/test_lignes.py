"""Edits of lines by form: a line found by words, each kind written, and an atlas without timetables."""

import pytest
from django.http import QueryDict

from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.scenarios.application import Terrain
from maillage.scenarios.lignes.modifications import (
    JOURS,
    AjoutLigne,
    ArretDesservi,
    DecalageLigne,
    ExtensionHeures,
    ExtensionJours,
    FrequenceLigne,
    OuvertureArret,
    SuppressionLigne,
    TransportDemande,
)
from maillage.scenarios.modifications import GENRES
from maillage.web.atelier.forms import FormulaireModification
from maillage.web.atelier.lignes import CHAMPS_LIGNES
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.socle.atlas import choose
from tests.flux_gtfs import write_feed

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def horaires(tmp_path, monkeypatch) -> Transports:
    """Three stops and two lines, given to the atlas of tests."""
    built = build_transports([write_feed(tmp_path)], tmp_path / "T")
    monkeypatch.setattr(Terrain, "transports", property(lambda _: built))
    return built


@pytest.fixture
def auteur(client, compte):
    person = compte("charge_mission")
    client.force_login(person, BACKEND)
    return person


PAR_FORMULAIRE = [
    ("supprimer_ligne", {"ligne": "L1"}, SuppressionLigne(ligne="L1")),
    ("decaler_ligne", {"ligne": "L1", "decalage": "-10", "jours": list(JOURS)},
     DecalageLigne(ligne="L1", minutes=-10)),
    ("frequence_ligne",
     {"ligne": "L1", "toutes_les_min": "20", "de": "07:00", "a": "09:00", "jours": ["lundi"]},
     FrequenceLigne(ligne="L1", toutes_les_min=20, de="07:00", a="09:00", jours=("lundi",))),
    ("etendre_jours", {"ligne": "L1", "jours": ["samedi"], "comme": "mardi", "a": "13:00"},
     ExtensionJours(ligne="L1", jours=("samedi",), a="13:00")),
    ("etendre_heures", {"ligne": "L1", "a": "21:00", "toutes_les_min": "30", "jours": list(JOURS)},
     ExtensionHeures(ligne="L1", a="21:00", toutes_les_min=30)),
    ("ouvrir_arret", {"troncon": "L1\nA\nB", "nom": "Halte", "ou": "Zuydbeke", "detour_min": "1"},
     OuvertureArret(ligne="L1", entre=("A", "B"), nom="Halte", commune="90012", detour_min=1)),
    ("ajouter_ligne",
     {"nom": "N", "desservis": "Anor Mairie\nHalte ; 90012 ; 5\nC ; 12", "de": "08:00", "a": "12:00",
      "toutes_les_min": "60", "jours": ["samedi"], "sens": "un"},
     AjoutLigne(nom="N", de="08:00", a="12:00", toutes_les_min=60, jours=("samedi",), aller_retour=False,
                arrets=(ArretDesservi(arret="B", minutes=0),
                        ArretDesservi(nom="Halte", commune="90012", minutes=5),
                        ArretDesservi(arret="C", minutes=12)))),
    ("transport_demande",
     {"nom": "T", "communes": "Zuydbeke\n90001", "vers": "trelon place", "de": "09:00", "a": "12:00",
      "toutes_les_min": "30", "jours": ["samedi"], "kmh": "35"},
     TransportDemande(nom="T", communes=("90012", "90001"), vers=("C",), de="09:00", a="12:00",
                      jours=("samedi",), kmh=35)),
]  # fmt: skip


def fill(genre: str, data: dict) -> FormulaireModification:
    query = QueryDict(mutable=True)
    for name, value in ({"version": "1"} | data).items():
        query.setlist(name, value if isinstance(value, list) else [value])
    offered = [("L1", "1"), ("L1\nA\nB", "1 : A → B")]
    return FormulaireModification(query, genre=genre, atlas=choose("essai-2026"), lieux=offered, version=1)


@pytest.mark.parametrize(("genre", "data", "edit"), PAR_FORMULAIRE)
def test_every_kind_of_edit_of_a_line_has_its_form(db, horaires, genre, data, edit) -> None:
    form = fill(genre, data)
    assert form.is_valid(), form.errors
    assert form.read() == edit


def test_the_forms_tried_are_those_that_there_are() -> None:
    assert [genre for genre, _, _ in PAR_FORMULAIRE] != []
    assert {genre for genre, _, _ in PAR_FORMULAIRE} == set(CHAMPS_LIGNES) <= set(GENRES)


def test_a_line_is_found_by_words_then_extended_and_taken_back(client, auteur, ecrire, horaires) -> None:
    row = ecrire(auteur)
    address = f"/atelier/scenarios/{row.cle}/ajouter/etendre_jours/"
    assert "Cherchez d’abord la ligne" in client.get(address).content.decode()
    assert "Aucune ligne ne répond" in client.get(f"{address}?q=tramway").content.decode()
    found = client.get(f"{address}?q=fourmies+reseau").content.decode()
    assert 'value="L1"' in found
    assert 'value="L2"' not in found
    data = {"version": row.version, "ligne": "L1", "jours": ["samedi"], "comme": "mardi"}
    page = client.post(f"{address}?q=fourmies", data, follow=True).content.decode()
    assert "Faire circuler la ligne 1 (Fourmies – Anor) le samedi, comme le mardi" in page
    row = ScenarioEnregistre.objects.get()
    assert row.scenario.modifications[-1] == ExtensionJours(ligne="L1", jours=("samedi",))
    client.post(f"/atelier/scenarios/{row.cle}/retirer", {"version": row.version})
    assert not isinstance(ScenarioEnregistre.objects.get().scenario.modifications[-1], ExtensionJours)


def test_a_line_that_does_not_run_on_the_model_day_is_refused(client, auteur, ecrire, horaires) -> None:
    row = ecrire(auteur)
    data = {"version": row.version, "ligne": "L1", "jours": ["samedi"], "comme": "dimanche"}
    page = client.post(f"/atelier/scenarios/{row.cle}/ajouter/etendre_jours/?q=", data).content.decode()
    assert "n’a aucun départ, le dimanche" in page
    assert ScenarioEnregistre.objects.get().version == row.version


def test_stops_are_opened_between_two_that_follow_each_other(client, auteur, ecrire, horaires) -> None:
    row = ecrire(auteur)
    page = client.get(f"/atelier/scenarios/{row.cle}/ajouter/ouvrir_arret/?q=fourmies").content.decode()
    assert "Fourmies Gare → Anor Mairie" in page
    assert "Anor Mairie → Fourmies Gare" not in page


def test_every_unknown_stop_is_said_at_once(db, horaires) -> None:
    data = dict(PAR_FORMULAIRE[-1][1]) | {"vers": "Nulle part\nAilleurs"}
    form = fill("transport_demande", data)
    assert form.is_valid()
    with pytest.raises(Exception, match=r"(?s)Nulle part.*Ailleurs"):
        form.read()


def test_an_atlas_without_timetables_says_what_to_do(client, auteur, ecrire) -> None:
    row = ecrire(auteur)
    for genre in CHAMPS_LIGNES:
        page = client.get(f"/atelier/scenarios/{row.cle}/ajouter/{genre}/").content.decode()
        assert "n’a pas d’horaires de transports collectifs" in page
        assert "maillage transports build" in page
        assert 'name="version"' not in page
