"""Without a car: the same atlas without timetables and with one bus, and what each page says of both."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from maillage.atlas.lecture.lecteur import open_lecteur
from maillage.catalogue.services_web import ServiceAdresses
from maillage.reports.diagnostic.rapport import make_report
from maillage.web.socle import adresses
from maillage.web.socle.adresses import Adresse
from maillage.web.territoires.sans_voiture.trajet import clock, to_minute

pytestmark = pytest.mark.django_db
HORS, COMPRIS = "ors transports collectifs", "ransports collectifs compris"
PAGES = [
    "/sans-voiture/?",
    "/territoires/commune/90002/?",
    "/carte/?service=france_services&mesure=effectif&mode=marche&",
    "/api/1/atlas?",
    "/prioritaires/?",
]


@pytest.fixture(autouse=True)
def _bus(dossier_bus: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.MAILLAGE_ATLAS = dossier_bus


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    if answer["Content-Type"].startswith("application/json"):
        return str(answer.json())
    text = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("address", PAGES)
def test_each_page_says_that_public_transport_is_left_out(client: Client, address: str) -> None:
    assert HORS in read(client, f"{address}atlas=sans-bus")


@pytest.mark.parametrize("address", [*PAGES[:2], PAGES[2].replace("marche", "sans_voiture"), PAGES[3]])
def test_each_page_names_the_typical_days_when_a_feed_is_given(client: Client, address: str) -> None:
    text = read(client, f"{address}atlas=avec-bus")
    assert COMPRIS in text
    assert "mardi en période scolaire (6 janvier 2026)" in text


def test_a_portrait_tells_the_hours_without_a_car_beside_those_by_car(client: Client) -> None:
    with_bus, without = (
        read(client, f"/territoires/commune/90002/?atlas={name}") for name in ("avec-bus", "sans-bus")
    )
    there = "h par semaine pendant lesquelles on peut être dans un France services ouvert"
    # The stop is 8 to 10 minutes away: there from 9:10, away by 9:15 at the latest, two moments of five
    # minutes, five days.
    assert f"0,8 {there} et en rentrer sans voiture ; 37,3 en voiture" in with_bus
    assert f"0,0 {there}, à pied (hors transports collectifs) ; 37,3 en voiture" in without


def test_communes_are_ranked_by_what_a_car_adds(client: Client) -> None:
    page = client.get("/sans-voiture/?atlas=avec-bus").context
    # Commune 0 has the place itself; those beyond 20 minutes gain nothing from a car.
    assert [gap.commune.code for gap in page["ou"].ecarts] == ["90002", "90005", "90006", "90003"]
    assert client.get("/sans-voiture/?atlas=sans-bus").context["ou"] is None


@pytest.mark.parametrize("format_", ["portrait.pdf", "portrait.ods"])
def test_a_portrait_is_carried_away_with_them(client: Client, format_: str) -> None:
    answer = client.get(f"/territoires/commune/90002/{format_}?atlas=avec-bus", follow=True)
    assert answer.status_code == 200


def test_a_route_is_told_there_and_home(client: Client) -> None:
    text = read(client, "/trajet/?atlas=avec-bus&de=rochefagne&heure=08:00")
    assert "Départ 08:25, arrivée 08:55 : 30 min" in text
    assert "Départ 10:00, arrivée 10:30 : 30 min" in text
    assert "1 vers Anor" in text
    assert "à pied, 0 min" not in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("de=rochefagne&heure=08:30", "Aucun trajet ce jour-là à partir de 08:30"),
        ("de=rochefagne&heure=midi", "Départ 08:25"),
        ("de=rochefagne&lieu=rien&type=rien&jour=rien", "Départ 08:25"),
        ("de=Atlantide", "Aucune commune ne s’appelle ainsi"),
        ("", "Commune de départ"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_as_it_can(client: Client, query: str, words: str) -> None:
    assert words in read(client, f"/trajet/?atlas=avec-bus&{query}")


def test_a_route_in_a_wheelchair_tells_what_is_not_known(client: Client) -> None:
    text = read(client, "/trajet/?atlas=avec-bus&de=rochefagne&fauteuil=oui")
    # The feed says nothing of wheelchairs: nothing is sure, and the bus is told with what it does not say.
    assert "Aller, par ce qui est dit accessible Aucun trajet ce jour-là" in text
    assert "Aller, si ce qui n’est pas dit est accessible" in text
    assert "accessibilité non dite : la montée, le véhicule et la descente" in text
    assert "Courses : 0 dites accessibles, 0 dites non accessibles, 2 dont rien n’est dit." in text
    assert "escaliers non connus" in text
    assert "accessibilité non dite" not in read(client, "/trajet/?atlas=avec-bus&de=rochefagne")


def test_without_timetables_no_route_is_told(client: Client) -> None:
    assert HORS in read(client, "/trajet/?atlas=sans-bus&de=rochefagne")


def test_a_vehicle_is_left_at_a_station_only_where_trains_call(client: Client) -> None:
    text = read(client, "/trajet/?atlas=avec-bus&de=rochefagne&gare=velo")
    assert "Départ 08:25" in text
    assert "vélo" not in text


def test_a_bicycle_is_left_at_the_station_and_found_again(client: Client) -> None:
    text = read(client, "/trajet/?atlas=avec-train&de=rochefagne&heure=08:00&gare=velo")
    assert "à vélo, vélo laissé là" in text
    # The centre is further from the train than a walk: only the bicycle goes there, and comes home.
    assert "Aucun trajet ce jour-là" in read(client, "/trajet/?atlas=avec-train&de=rochefagne&heure=08:00")
    assert "min, vélo laissé là" in text.partition("Aller")[2]
    assert "min, vélo repris là" in text.partition("Retour")[2]
    assert "1 gare à 20 min au plus à vélo" in text


@pytest.mark.parametrize(
    ("name", "words"), [("sans-bus", f"Accès h{HORS}"), ("avec-bus", f"Accès t{COMPRIS}")]
)
def test_dimensions_say_whether_public_transport_counts(client: Client, name: str, words: str) -> None:
    portrait = read(client, f"/territoires/commune/90002/?atlas={name}")
    assert words in portrait.partition("Les sept dimensions")[2]
    assert words in read(client, f"/comparer/?t=commune:90002&t=commune:90003&atlas={name}")


def test_a_route_starts_from_a_carreau_of_the_map(client: Client, dossier_bus: Path) -> None:
    cells = open_lecteur(dossier_bus / "avec-bus").carreaux()
    assert cells is not None
    text = read(client, f"/trajet/?atlas=avec-bus&de={cells.ids[0]}")
    assert re.search(r"Depuis un carreau à \w", text)
    assert "Aller" in text


def test_a_route_starts_from_an_address_where_they_are_searched(
    client: Client, dossier_bus: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Aucune commune ne s’appelle ainsi" in read(client, "/trajet/?atlas=avec-bus&de=12 rue du Bois")
    settings.MAILLAGE_ADRESSES = ServiceAdresses("Essai", "http://127.0.0.1:9/")
    home = open_lecteur(dossier_bus / "avec-bus").territoire("commune", "90002")
    assert home is not None
    found = [Adresse("12 rue du Bois, Rochefagne", home.lon, home.lat, "90002", "housenumber", 0.9)]
    monkeypatch.setattr(adresses, "search", lambda _, text: found if "Bois" in text else [])
    text = read(client, "/trajet/?atlas=avec-bus&de=12 rue du Bois&heure=08:00")
    assert "Adresse comprise : 12 rue du Bois, Rochefagne" in text
    assert "Adresses : Essai" in text
    assert "Départ 08:25, arrivée 08:55" in text
    assert "Ni commune ni adresse" in read(client, "/trajet/?atlas=avec-bus&de=nulle part")
    # A commune is known here: its name is sent to nobody.
    monkeypatch.setattr(adresses, "search", lambda *_: pytest.fail("asked"))
    assert "Départ 08:25" in read(client, "/trajet/?atlas=avec-bus&de=rochefagne")

    def fail(*_: object) -> list[Adresse]:
        raise adresses.AdressesIndisponiblesError("Le service d’adresses n’a pas répondu.")

    monkeypatch.setattr(adresses, "search", fail)
    answer = client.get("/trajet/?atlas=avec-bus&de=12 rue du Bois")
    assert "Le service d’adresses n’a pas répondu." in answer.content.decode()
    assert "no-store" in answer.headers.get("Cache-Control", ""), "it may answer in a moment"


@pytest.mark.parametrize(("name", "words"), [("sans-bus", HORS), ("avec-bus", COMPRIS)])
def test_the_report_says_it_too(dossier_bus: Path, name: str, words: str) -> None:
    report = make_report(open_lecteur(dossier_bus / name).tables)
    (section,) = [one for one in report.sections if one.id == "sans-voiture"]
    assert words in " ".join(section.paragraphes)
    assert bool(section.cartes) is (name == "avec-bus")
    (table,) = next(one for one in report.sections if one.id == "cartes").tableaux
    assert [c for c in table.colonnes if "sans voiture" in c] == [
        c.titre.split(" (")[0] for c in section.cartes
    ]


def test_hours_of_a_route_are_whole_minutes() -> None:
    assert [clock(to_minute(s)) for s in (28_800, 28_801, 90_000)] == ["08:00", "08:01", "01:00 le lendemain"]
