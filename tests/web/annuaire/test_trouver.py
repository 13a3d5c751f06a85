"""A resident looks for a service: open when she gets there, by the means she has; nothing of hers is kept."""

import logging
from datetime import date, datetime

import pytest

from maillage.annuaire.fiche import (
    Annuaire,
    Complement,
    FermetureTemporaire,
    Permanence,
    Prestation,
    Structure,
)
from maillage.annuaire.recherche import PAS_CE_JOUR, PLUS_TARD, RECU, DemandeService
from maillage.web.annuaire import commands, trouver
from maillage.web.annuaire.commands import FichierLu
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.question import QuestionTrouver
from maillage.web.socle.atlas import choose

LE = date(2026, 1, 31)
EN_LIGNE = ("numerique--acceder-a-des-services-en-ligne",)
MARDI = datetime.fromisoformat("2026-12-01T09:00")


def home(ident: str, lon: float | None, lat: float | None, hours: str | None, **more) -> Structure:
    told = {"source": "essai", "nom": f"Accueil {ident}", "date_maj": LE, "commune": "Valbrune"}
    place = {"longitude": lon, "latitude": lat, "horaires_accueil": hours}
    return Structure(id=ident, **{**told, **place, **more})


def offer(ident: str, **more) -> Prestation:
    told = {"source": "essai", "nom": f"Aide {ident}", "date_maj": LE, "structure_id": ident}
    return Prestation(id=f"p-{ident}", **{**told, "thematiques": EN_LIGNE, **more})


def fill(*pairs: tuple[Structure, Prestation], **complements: Complement) -> None:
    homes, offers = zip(*pairs, strict=True)
    known = {one.id: one for one in complements.values()}
    commands.import_annuaire(None, FichierLu(Annuaire(homes, offers, known), "e.json", "essai", "0" * 64))


def ask(atlas_id: str = "essai-2026", at: datetime = MARDI, **more):
    told = {"demande": DemandeService("démarche en ligne"), "ou": "Valbrune", "lon": None, "lat": None}
    told |= {"depart_a": at, "quand": "jour", "comment": "marche"}
    return trouver.answer(choose(atlas_id), QuestionTrouver(**told | more))


def names(results) -> list[str]:
    return [one.offre.structure.id for one in results]


@pytest.fixture
def trois(db):
    """At Valbrune (centre 3.05, 50.05): one shut till two, 0 m away; one open, 1.1 km; one unsaid, 0.5 km."""
    fill(
        (home("porte", 3.05, 50.05, "Mo-Fr 14:00-17:00"), offer("porte")),
        (home("ouvert", 3.05, 50.06, "Mo-Fr 09:00-12:00"), offer("ouvert")),
        (home("muet", 3.05, 50.0545, None), offer("muet")),
        (home("loin", 3.05, 50.3, "Mo-Su 00:00-24:00"), offer("loin")),
    )


def test_open_on_arrival_comes_before_near_and_the_rest_is_told(trois):
    found = ask()
    assert names(found.resultats) == ["ouvert", "porte", "muet"]
    first, later, silent = found.resultats
    # 1 112 m lengthened by 1.3 at 4.5 km/h: 19.3 minutes, 20 whole ones; arrived at 9:20, it closes at noon.
    assert (first.duree_min, first.accueil, first.reste) == (20, RECU, (2, 40))
    assert (later.duree_min, later.accueil, later.attente_min) == (0, PLUS_TARD, 300)
    assert silent.ouverture.etat == "inconnu"
    assert names(found.loin) == ["loin"]
    assert found.fiabilite == "estime"


def test_a_closure_of_the_source_is_applied_on_the_day(db):
    shut = Complement(
        id="a", fermetures=(FermetureTemporaire(date(2026, 12, 1), date(2026, 12, 1), "travaux"),)
    )
    fill((home("a", 3.05, 50.05, "Mo-Fr 09:00-12:00"), offer("a")), a=shut)
    (told,) = ask().resultats
    assert told.accueil == PAS_CE_JOUR
    assert told.ouverture.ouvre == datetime.fromisoformat("2026-12-02T09:00")
    assert ask(at=datetime.fromisoformat("2026-12-02T09:30")).resultats[0].accueil == RECU


def test_conditions_refuse_a_no_and_keep_what_is_not_said(db):
    fill(
        (home("a", 3.05, 50.05, None), offer("a", frais="payant")),
        (home("b", 3.05, 50.051, None), offer("b")),
        (home("c", 3.05, 50.052, None), offer("c", frais="gratuit")),
    )
    found = ask(demande=DemandeService("démarche en ligne", gratuit=True))
    assert names(found.resultats) == ["c", "b"]
    assert found.resultats[1].doutes == ("la gratuité",)
    assert found.ecartees == 1


def test_a_way_in_excludes_who_says_no_and_keeps_who_says_nothing(db):
    online = {"modes_accueil": ("a-distance",), "modes_mobilisation": ("utiliser-lien-mobilisation",)}
    fill(
        (home("poste", 3.05, 50.05, None), offer("poste", modes_accueil=("en-presentiel",))),
        (home("muet", 3.05, 50.051, None), offer("muet")),
        (home("ecran", 3.05, 50.052, None), offer("ecran", **online)),
    )
    found = ask(demande=DemandeService("démarche en ligne", moyen="guichet"))
    assert names(found.resultats) == ["poste", "muet"]
    assert found.resultats[1].doutes == ("s’il reçoit au guichet",)
    assert found.ecartees == 1
    assert names(ask(demande=DemandeService("démarche en ligne", moyen="en_ligne")).a_distance) == ["ecran"]


def test_a_visiting_service_is_at_each_of_its_stops(db):
    stops = (
        Permanence(
            nom="Halle", horaires="Tu 09:00-12:00", code_insee="90001", longitude=3.05, latitude=50.05
        ),
        Permanence(
            nom="École", horaires="Th 09:00-12:00", code_insee="90002", longitude=3.055, latitude=50.05
        ),
    )
    fill((home("bus", 3.4, 50.4, None), offer("bus")), bus=Complement(id="bus", permanences=stops))
    found = ask().resultats
    assert [(one.offre.permanence.nom, one.accueil) for one in found] == [
        ("Halle", RECU),
        ("École", PAS_CE_JOUR),
    ]


def test_a_postcode_written_in_the_street_is_not_told_twice(db):
    where = {"adresse": "1 rue du Port 90001 VALBRUNE", "code_postal": "90001", "commune": "VALBRUNE"}
    fill((home("a", 3.05, 50.05, None, **where), offer("a")))
    assert ask().resultats[0].adresse == "1 rue du Port 90001 VALBRUNE"


def test_the_page_is_never_empty(db):
    remote = {"thematiques": ("sante--addictions",), "modes_accueil": ("a-distance",)}
    fill(
        (home("fs", 3.05, 50.05, None, reseaux_porteurs=("france-service",)), offer("fs", thematiques=None)),
        (home("tel", None, None, None), offer("tel", **remote)),
    )  # fmt: skip
    found = ask(demande=DemandeService("arrêter l’alcool"))
    assert not found.resultats
    assert names(found.a_distance) == ["tel"]
    assert names(found.accueils) == ["fs"]


def test_by_bus_one_arrives_and_comes_home_or_is_told(db, settings, dossier_bus):
    settings.MAILLAGE_ATLAS = dossier_bus
    fill((home("fs", 3.05, 50.05, "Mo-Fr 09:00-17:00"), offer("fs")))
    without = ask("sans-bus", ou="Rochefagne", comment="transports")
    assert without.mode == "velo"
    assert "Hors transports collectifs" in without.avertis[0]
    atlas = choose("avec-bus")
    from maillage.web.territoires.sans_voiture import trajet  # noqa: PLC0415

    monday = next(
        day for day in trajet.list_days(atlas, trajet.find_timetables(atlas)) if day.jour.weekday() == 1
    )
    at = datetime.combine(monday.jour, datetime.min.time()).replace(hour=8)
    found = ask("avec-bus", at=at, ou="Rochefagne", comment="transports")
    (told,) = found.resultats
    assert found.mode == "transports"
    assert told.arrivee is not None
    assert [leg.par for leg in told.etapes if "1" in leg.par]
    late = ask("avec-bus", at=at.replace(hour=23), ou="Rochefagne", comment="transports")
    assert not late.resultats


def test_nothing_of_who_asks_is_kept(client, trois, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = client.post(
            "/trouver/",
            {
                "besoin": "démarche en ligne",
                "ou": "Valbrune",
                "comment": "marche",
                "quand": "jour",
                "jour": "2026-12-01",
                "heure": "09:00",
            },
        )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Ouvert à votre arrivée" in page
    assert "Comment cet ordre est fait" in page
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert "Valbrune" not in caplog.text
    assert "marche en ligne" not in caplog.text
    assert 'method="post"' in page


def test_a_form_without_place_or_with_nonsense_still_answers(client, trois):
    page = client.post("/trouver/", {"besoin": "démarche en ligne"}).content.decode()
    assert "Dites d’où vous partez" in page
    page = client.post("/trouver/", {"besoin": "démarche", "ou": "Zzzz"}).content.decode()
    assert "Aucune commune de cet atlas" in page
    assert client.post("/trouver/", {"quand": "jadis", "jour": "hier", "lon": "nan"}).status_code == 200
    assert (
        client.post("/trouver/", {"lon": "3.05", "lat": "50.05", "besoin": "démarche en ligne"}).status_code
        == 200
    )


def test_the_whole_page_asks_the_base_little(client, trois, django_assert_num_queries):
    client.post("/trouver/", {"besoin": "démarche en ligne", "ou": "Valbrune"})
    with django_assert_num_queries(3):  # the third: the basins of mobility, for help to reach what is far
        client.post("/trouver/", {"besoin": "démarche en ligne", "ou": "Valbrune"})


def test_a_record_shows_its_source_and_what_we_correct(client, trois, compte, django_assert_max_num_queries):
    author = compte("charge_mission")
    row = FicheTenue.objects.get(ident="porte")
    commands.correct(author, row, "telephone", "0320000009", "nouveau numéro")
    with django_assert_max_num_queries(10):
        page = client.get(row.get_absolute_url()).content.decode()
    assert "0320000009" in page
    assert "À envoyer à la source" in page
    assert author.get_full_name() not in page
    assert client.get("/annuaire/999999/").status_code == 404


def test_the_name_of_a_contact_is_for_those_with_a_mandate(client, db, compte):
    fill((home("a", 3.05, 50.05, None), offer("a", contact_nom_prenom="Nom de personne")))
    row = FicheTenue.objects.get(ident="p-a")
    assert "Nom de personne" not in client.get(row.get_absolute_url()).content.decode()
    client.force_login(compte("partenaire"), "django.contrib.auth.backends.ModelBackend")
    assert "Nom de personne" in client.get(row.get_absolute_url()).content.decode()


@pytest.mark.parametrize("langue", ["", "ar", "zz"])
def test_the_card_is_in_two_languages_with_a_code_to_scan(client, trois, langue):
    row = FicheTenue.objects.get(ident="p-porte")
    page = client.get(f"{row.get_absolute_url()}carte/?langue={langue}").content.decode()
    assert "Adresse" in page
    assert ("العنوان" in page) == (langue == "ar")
    assert "Traduction non encore relue" in page
    assert "<svg" in page
