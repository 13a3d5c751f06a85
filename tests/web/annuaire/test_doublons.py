"""Two records of one place: asked, answered, joined, parted, taken back."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.annuaire.recherche import DemandeService
from maillage.web.annuaire import commands, trouver
from maillage.web.annuaire.commands import FichierLu
from maillage.web.annuaire.lieux import read_lieux
from maillage.web.annuaire.models import DecisionDoublon, FicheTenue
from maillage.web.annuaire.question import QuestionTrouver
from maillage.web.socle.atlas import choose

PAGE = "/annuaire/doublons/"


def place(ident: str, source: str, nom: str, **more) -> Structure:
    told = {"date_maj": date(2026, 1, 31), "code_insee": "90001", "commune": "Valbrune"}
    return Structure(id=ident, source=source, nom=nom, **{**told, "adresse": "5 rue Haute", **more})


def write(*homes: Structure, source: str = "une") -> None:
    offers = tuple(
        Prestation(source=one.source, id=f"p-{one.id}", nom=f"Aide {one.id}", date_maj=one.date_maj,
                   structure_id=one.id)
        for one in homes
    )  # fmt: skip
    known = {one.id: Complement(id=one.id, licence="Licence d’essai") for one in homes}
    told = Annuaire(tuple(homes), offers, known)
    commands.import_annuaire(None, FichierLu(told, f"{source}.json", "essai", "0" * 64))


@pytest.fixture
def trois(db) -> None:
    """a1 and b1: one door, one name, joined without asking; c1: the same door, another name, asked twice."""
    write(place("a1", "une", "Espace Dupont"))
    write(place("b1", "deux", "ESPACE DUPONT", adresse="5, r. Haute", date_maj=date(2026, 3, 1)))
    write(place("c1", "trois", "Mission locale"))


def groups() -> list[tuple[str, ...]]:
    return [one.ids for one in read_lieux().reunis.groupes]


def questions() -> list[tuple[str, str]]:
    return sorted(one.ids for one in read_lieux().reunis.questions)


def test_an_answer_joins_or_parts_and_taking_it_back_leaves_groups_as_they_were(trois, compte):
    who = compte("accueil")
    before = read_lieux().reunis
    assert groups() == [("a1", "b1")]
    assert questions() == [("a1", "c1"), ("b1", "c1")]
    assert commands.decide(who, {("c1", "a1"): "meme"}, {("c1", "a1"): "Vu sur place"}) == []
    assert groups() == [("a1", "b1", "c1")]
    assert questions() == []
    commands.set_apart(who, "b1", ["a1", "c1"], "Autre entrée")
    assert groups() == [("a1", "c1")]
    told = {
        (row.premiere, row.seconde): (row.reponse, row.motif, row.auteur)
        for row in DecisionDoublon.objects.all()
    }
    assert told == {
        ("a1", "c1"): ("meme", "Vu sur place", who),
        ("a1", "b1"): ("autre", "Autre entrée", who),
        ("b1", "c1"): ("autre", "Autre entrée", who),
    }
    for row in DecisionDoublon.objects.all():
        commands.withdraw_decision(who, row)
    assert read_lieux().reunis == before
    assert [one.history_type for one in DecisionDoublon.history.order_by("history_id")] == list("+++---")


def test_a_new_import_keeps_what_people_said(trois, compte):
    commands.decide(compte("accueil"), {("a1", "c1"): "meme"})
    write(place("a1", "une", "Espace Dupont", telephone="+33320000001"))
    write(place("d1", "trois", "Autre"), source="trois")  # c1 vanishes from its source
    assert groups() == [("a1", "b1")]
    write(place("c1", "trois", "Mission locale"), place("d1", "trois", "Autre", adresse="90 rue Basse"))
    assert groups() == [("a1", "b1", "c1")]


def test_an_answer_given_meanwhile_is_not_replaced_and_put_off_is_no_answer(trois, compte):
    one, other = compte("accueil"), compte("charge_mission")
    commands.decide(one, {("a1", "c1"): "plus_tard"})
    assert questions() == [("a1", "c1"), ("b1", "c1")]
    commands.decide(one, {("a1", "c1"): "autre"})
    assert commands.decide(other, {("a1", "c1"): "meme", ("b1", "c1"): "autre"}) == [("a1", "c1")]
    row = DecisionDoublon.objects.get(premiere="a1")
    assert (row.reponse, row.auteur) == ("autre", one)
    assert questions() == []


def test_what_is_refused_writes_nothing(trois, compte):
    with pytest.raises(PermissionDenied):
        commands.decide(compte("analyste"), {("a1", "c1"): "meme"})
    for pair in (("a1", "absente"), ("a1", "a1")):
        with pytest.raises(ValidationError):
            commands.decide(compte("accueil"), {pair: "meme", ("b1", "c1"): "meme"})
    assert not DecisionDoublon.objects.exists()


def test_the_page_asks_answers_parts_and_takes_back(trois, admin_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        page = admin_client.get(PAGE)
    text = page.content.decode()
    assert "Il reste 2 questions" in text.replace("\xa0", " ")
    (first, second) = page.context["paires"]
    assert {c.nom: c.accord for c in first.champs} == {"Nom": "différent", "Adresse": "pareil"}
    told = {"r0": "meme", "a0": first.une.id, "b0": first.autre.id, "m0": "Vu", "r1": "",
            "a1": second.une.id, "b1": second.autre.id}  # fmt: skip
    assert admin_client.post(f"{PAGE}trancher?voir=questions&q=dupont", told)["Location"].endswith(
        "?voir=questions&q=dupont"
    )
    assert groups() == [("a1", "b1", "c1")]
    joined = admin_client.get(PAGE, {"voir": "reunis"}).content.decode()
    assert joined.count("Celle-ci n’est pas le même lieu") == 3
    assert "Vu" in joined
    admin_client.post(f"{PAGE}separer", {"fiche": "c1"})
    assert groups() == [("a1", "b1")]
    said = admin_client.get(PAGE, {"voir": "decisions"})
    assert "Tout ce qui a été dit et retiré" in said.content.decode()
    for row in said.context["page"]:
        admin_client.post(f"{PAGE}{row.pk}/retirer")
    assert questions() == [("a1", "c1"), ("b1", "c1")]
    assert admin_client.get(PAGE, {"q": "nulle part"}).context["paires"] == []


@pytest.fixture
def place_de_deux_listes(db) -> None:
    """a1 (older, opens at 9) and b1 (fresher, at 14) are one place at Valbrune, each with its offer."""
    where = {"longitude": 3.05, "latitude": 50.05}
    hours = {"a1": "Mo-Fr 09:00-12:00", "b1": "Mo-Fr 14:00-17:00"}
    write(
        place("a1", "une", "Espace Dupont", horaires_accueil=hours["a1"], telephone="+33320000001", **where)
    )
    later = {"date_maj": date(2026, 3, 1), "horaires_accueil": hours["b1"]}
    write(place("b1", "deux", "ESPACE DUPONT", adresse="5, r. Haute", **later, **where))


def ask_here():
    told = {"demande": DemandeService("aide"), "ou": "Valbrune", "lon": None, "lat": None, "quand": "jour"}
    told |= {"depart_a": datetime.fromisoformat("2026-12-01T09:30"), "comment": "marche"}
    return trouver.answer(choose("essai-2026"), QuestionTrouver(**told))


def test_a_place_of_two_lists_is_told_once_with_what_each_says(place_de_deux_listes, compte, client):
    found = ask_here()
    assert found.total == 1
    (told,) = found.resultats
    assert (told.nom, [one.nom for one in told.ici]) == ("Aide a1", ["Aide b1"])  # the open one first
    assert [(one.nom, one.source, one.licence) for one in told.aussi] == [
        ("ESPACE DUPONT", "deux", "Licence d’essai")
    ]
    assert [(one.source, one.valeur) for one in told.horaires_dits] == [
        ("deux", "Mo-Fr 14:00-17:00"), ("une", "Mo-Fr 09:00-12:00"),
    ]  # fmt: skip
    key = FicheTenue.objects.get(ident="b1").pk
    page = client.get(f"/annuaire/{key}/")
    assert [one.nom for one in page.context["soeurs"]] == ["ESPACE DUPONT", "Espace Dupont"]
    assert [one.ident for one in page.context["offres"]] == ["p-a1", "p-b1"]
    assert {nom for nom, _, _ in page.context["ecarts"]} == {"Nom", "Adresse", "Horaires"}
    commands.set_apart(compte("accueil"), "b1", ["a1"])
    assert ask_here().total == 2
    assert client.get(f"/annuaire/{key}/").context["soeurs"] == ()
