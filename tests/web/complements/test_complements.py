"""What a partner says of a place, from his table to the figure of the next atlas: worked out by hand.

The atlas is that of the small département (``tests/petit_monde.py``): a fixed France services in commune 1,
open Monday to Friday from nine to noon, a travelling one in commune 2.
"""

import csv
import html
import io
import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.sources.saisies import CAPACITES, LIEUX
from maillage.web.complements import bureau, commands, export, queries
from maillage.web.complements.commands import Attestation, ChampDit
from maillage.web.complements.models import ComplementPropose
from maillage.web.comptes.models import Mandat, Organisation
from maillage.web.socle.atlas import open_folder
from maillage.web.suivi.commands import ConflitVersion, undo
from maillage.web.suivi.models import Abonnement
from maillage.web.suivi.queries import count_nouveautes

pytestmark = pytest.mark.django_db
FIXED, MOBILE = "france_services:1", "france_services:2"
NOM = "France services de la Place"
JOUR = date(2026, 3, 1)
JOUR_DIT = "écrivez le jour de la vérification (2026-03-31), non « 2026 »"


@pytest.fixture(autouse=True)
def _petit(petit_atlas, settings):
    settings.MAILLAGE_ATLAS = petit_atlas.dossier


@pytest.fixture
def poste(compte):
    """A partner, of an organisation of its own."""
    organisation = Organisation.objects.create(nom="La Poste d’essai", nature="operateur")
    personne = compte()
    Mandat.objects.create(personne=personne, organisation=organisation, role="partenaire")
    return personne


def attestation(personne):
    return Attestation(personne.mandats_en_cours[0].organisation, "Relevé sur place", "", JOUR)


def line(champ, valeur, **more):
    known = {"lieu": FIXED, "type_lieu": "france_services", "nom": NOM, "code_insee": "59101"}
    return ChampDit(**{**known, "champ": champ, "valeur": valeur, **more})


def give(client, columns, *rows, name="lignes.csv"):
    text = "\n".join([";".join(columns)] + [";".join(str(row.get(c, "")) for c in columns) for row in rows])
    organisation = Organisation.objects.get(nom="La Poste d’essai")
    told = {"source": "Planning du service", "verifie_le": "2026-03-01", "organisation": organisation.pk}
    upload = SimpleUploadedFile(name, text.encode(), "text/csv")
    return client.post("/completer/fichier/", {**told, "fichier": upload})


def test_a_table_is_tried_proposed_decided_exported_and_changes_the_next_atlas(
    client, poste, compte, petit_atlas, petit_monde, tmp_path
):
    """Saturation is activity over capacity: 1 250 over 1 000 is 125 %; refused, the nine days are absent."""
    client.force_login(poste)
    rows = {"id": FIXED, "capacite": 1000, "activite": "1 250", "delai_jours": 9, "maj": "01/03/2026"}
    assert give(client, CAPACITES, rows).url == "/completer/fichier/essai/"
    tried = client.get("/completer/fichier/essai/").content.decode()
    assert "3\u202flignes" in tried.replace("\xa0", "\u202f")
    assert not ComplementPropose.objects.exists(), "a rehearsal proposes nothing"
    assert client.post("/completer/fichier/essai/", {"acte": "envoyer"}).url == "/completer/lignes/"
    found = {row.champ: row for row in ComplementPropose.objects.all()}
    assert sorted(found) == ["activite", "capacite", "delai_jours"]
    assert {row.etat for row in found.values()} == {"proposee"}
    assert found["capacite"].source == "Planning du service"

    chief = compte("charge_mission")
    client.force_login(chief)
    page = client.get("/completer/relire/").content.decode()
    assert page.count('name="choix"') == 3
    kept = [f"{found[name].cle}@1" for name in ("capacite", "activite")]
    client.post("/completer/relire/trancher", {"choix": kept, "decision": "accepter"})
    why = "Ce délai est celui de l’agence voisine."
    refuse = {"version": 1, "decision": "refuser", "motif": ""}
    client.post(f"/completer/lignes/{found['delai_jours'].cle}/trancher", refuse)
    assert ComplementPropose.objects.get(champ="delai_jours").etat == "proposee", "a refusal says why"
    client.post(f"/completer/lignes/{found['delai_jours'].cle}/trancher", refuse | {"motif": why})

    client.force_login(poste)
    assert why in client.get("/completer/lignes/").content.decode()
    assert "sera dans le prochain atlas" in client.get("/completer/lignes/").content.decode()
    assert count_nouveautes(poste) == 3
    (told,) = bureau.list_apports(poste, JOUR)
    assert [why in one.precision for one in told.lignes] == [True]
    client.logout()
    public = client.get("/completer/").content.decode()
    assert "La Poste d’essai" in public
    assert why not in public

    folder = petit_monde.write_sources(tmp_path / "sources")
    client.force_login(chief)
    (folder / "complements.csv").write_bytes(client.get("/completer/complements.csv").content)
    atlas = build("59", folder, tmp_path / "atlas", Parametres(tuiles=False))
    assert "saturation_france_services" not in petit_atlas.indicateurs("commune").columns
    assert atlas.indicateurs("commune")["saturation_france_services"].to_list()[1] == pytest.approx(125)
    assert "delai_france_services" not in atlas.indicateurs("commune").columns
    held = open_folder(tmp_path / "atlas")
    row = ComplementPropose.objects.get(champ="capacite")
    suite = queries.find_suite(held, row)
    assert (suite.etat, suite.le) == ("applique", held.construit_le)
    (place,) = [one for one in held.implantations() if one.id == FIXED]
    assert (place.source, place.complement_source, place.capacite) == ("france_services", "complements", 1000)


def test_a_table_with_faults_lists_them_all_and_keeps_nothing(client, poste):
    client.force_login(poste)
    lieu = {"type": "france_services", "nom": "Neuf", "maj": "2026-03-01"}
    answer = give(
        client, LIEUX,
        {**lieu, "id": "n1", "code_insee": "59105", "horaires": "Mo 09:00-12:00"},
        {**lieu, "id": "n2", "code_insee": "59999"},
        {**lieu, "id": "n3", "code_insee": "59105", "maj": "2026"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert list_faults(answer) == [
        "lignes.csv, ligne 3, colonne « id » : « Neuf » : sa commune (59999) n’est pas du département",
        "lignes.csv, ligne 4, colonne « id » : « Neuf » : " + JOUR_DIT,
    ]
    both = {"id": FIXED, "capacite": "beaucoup", "maj": "2026-03-01"}, {"id": "inconnu", "accessible": "bof"}
    assert [text.split(" : ")[0] for text in list_faults(give(client, CAPACITES, *both))] == [
        "lignes.csv, ligne 2, colonne « capacite »", "lignes.csv, ligne 3, colonne « accessible »",
    ]  # fmt: skip
    unknown = give(client, CAPACITES, {"id": "inconnu", "capacite": 4, "maj": "2026-03-01"})
    assert "aucun lieu de cet identifiant" in list_faults(unknown)[0]
    assert "complements_essai" not in client.session
    assert not ComplementPropose.objects.exists()


def list_faults(answer):
    found = re.search(r'role="alert">.*?</div>', answer.content.decode(), re.DOTALL)
    texts = re.findall(r"<li>(.*?)</li>", found.group(), re.DOTALL)
    return [html.unescape(text).strip() for text in texts]


def test_a_file_may_add_a_place_by_its_point_and_correct_another(client, poste, petit_monde):
    client.force_login(poste)
    lon, lat = petit_monde.hall(4)
    new = {"id": "x1", "type": "mairie", "nom": "Mairie annexe", "lon": lon, "lat": lat, "maj": "2026-03-01"}
    known = {"id": FIXED, "type": "france_services", "nom": "Maison France services", "maj": "2026-03-01"}
    known |= {"code_insee": "59101", "horaires": "Mo-Sa 09:00-12:00"}
    give(client, LIEUX, new | {"horaires": "Mo 09:00-12:00"}, known)
    client.post("/completer/fichier/essai/", {"acte": "envoyer"})
    rows = {(row.ajoute, row.champ): row for row in ComplementPropose.objects.all()}
    assert sorted(rows) == [
        (False, "horaires"),
        (False, "nom"),
        (True, "ajout"),
        (True, "horaires"),
        (True, "position"),
    ]
    assert rows[True, "ajout"].valeur == "59104"
    assert {row.lieu for key, row in rows.items() if key[0]} == {rows[True, "ajout"].lieu}
    assert rows[False, "horaires"].avant == "Mo-Fr 09:00-12:00"


def propose(personne, *lines):
    return commands.propose(personne, lines, attestation(personne))


def test_two_lines_on_one_field_are_shown_together_and_one_stays(client, poste, compte):
    chief, other = compte("charge_mission"), compte("accueil")
    (first,), (second,) = propose(poste, line("delai_jours", "9")), propose(other, line("delai_jours", "12"))
    client.force_login(chief)
    page = client.get("/completer/relire/").content.decode()
    assert page.count("se contredisent") == 1
    with pytest.raises(ValidationError, match="se contredisent"):
        commands.decide_all(chief, [first, second], {first.cle: 1, second.cle: 1}, commands.ACCEPTER, "")
    commands.decide(chief, first, 1, commands.ACCEPTER)
    done = commands.decide(chief, second, 1, commands.ACCEPTER, valeur="14")
    assert [(row.etat, row.valeur) for row in done] == [("acceptee", "14"), ("remplacee", "9")]
    undo(chief, done, {row.cle: row.version for row in done})
    assert set(ComplementPropose.objects.values_list("etat", "valeur")) == {
        ("acceptee", "9"),
        ("proposee", "12"),
    }
    page = client.get(f"/completer/lignes/{second.cle}/").content.decode()
    assert "D’autres lignes sur ce champ" in page


def test_the_second_of_two_reviewers_is_told_and_writes_nothing(client, poste, compte):
    one, two = compte("charge_mission"), compte("pilote_departemental")
    (row,) = propose(poste, line("accessible", "oui"))
    commands.decide(one, row, 1, commands.ACCEPTER)
    with pytest.raises(ConflitVersion):
        commands.decide(two, row, 1, commands.REFUSER, "Non, il y a des marches.")
    client.force_login(two)
    answer = client.post(
        "/completer/relire/trancher",
        {"choix": f"{row.cle}@1", "decision": "refuser", "motif": "Non"},
        follow=True,
    )
    assert "vient d’être tranchée par quelqu’un d’autre" in answer.content.decode()
    assert ComplementPropose.objects.get().etat == "acceptee"


def test_a_theme_and_an_organisation_bound_who_may_do_what(poste, compte):
    (row,) = propose(poste, line("accessible", "oui", themes=("sante",), arrondissement="591"))
    for role, portee, may in (
        ("pilote_thematique", {"theme": "sante"}, True),
        ("pilote_thematique", {"theme": "emploi"}, False),
        ("pilote_territorial", {"territoire": "arrondissement:591"}, True),
        ("pilote_territorial", {"territoire": "arrondissement:592"}, False),
        ("partenaire", {}, False),
    ):
        assert compte(role, **portee).has_perm(commands.RELIRE, row) is may, (role, portee)
    stranger = compte("partenaire")
    with pytest.raises(PermissionDenied):
        commands.withdraw(stranger, row, 1)
    with pytest.raises(ValidationError, match="au nom"):
        commands.propose(stranger, [line("capacite", "3")], attestation(poste))
    with pytest.raises(ValidationError, match="déjà"):
        propose(poste, line("accessible", "oui"))
    assert commands.withdraw(poste, row, 1).etat == "retiree"
    assert Abonnement.objects.filter(personne=poste, objet=row.cle).exists()


def test_a_question_is_answered_and_the_line_waits_again(client, poste, compte):
    (row,) = propose(poste, line("capacite", "3"))
    commands.decide(compte("charge_mission"), row, 1, commands.DEMANDER, "Des visites par an ?")
    client.force_login(poste)
    told = {"version": 2, "valeur": "300", "source": "Rapport annuel", "verifie_le": "2026-03-02"}
    client.post(f"/completer/lignes/{row.cle}/reprendre", told)
    row.refresh_from_db()
    assert (row.etat, row.valeur, row.source) == ("proposee", "300", "Rapport annuel")


@pytest.mark.parametrize(
    ("champ", "valeur", "said"),
    [
        ("horaires", "lundi matin", "illisibles"),
        ("position", "50.6 3.05", "inversées"),
        ("ferme", "2199-01-01", "à venir"),
        ("capacite", "-1", "plausible"),
    ],
)
def test_what_cannot_be_is_refused_in_words(poste, champ, valeur, said):
    with pytest.raises(ValidationError, match=said):
        propose(poste, line(champ, valeur))
    assert not ComplementPropose.objects.exists()


def test_the_form_of_a_place_proposes_what_changed_and_that_of_an_addition_its_fields(client, poste):
    client.force_login(poste)
    page = client.get("/completer/lieu/", {"id": FIXED})
    shown = page.context["form"]
    told = {name: field.initial for name, field in shown.fields.items() if field.initial}
    told |= {
        "organisation": attestation(poste).organisation.pk,
        "source": "Appel",
        "verifie_le": "2026-03-01",
    }
    client.post(f"/completer/lieu/?id={FIXED}", told | {"dit_accessible": "non", "dit_ferme": "2026-02-01"})
    assert sorted(ComplementPropose.objects.values_list("champ", "valeur")) == [
        ("accessible", "non"), ("ferme", "2026-02-01"),
    ]  # fmt: skip
    new = {
        "type_lieu": "mairie",
        "nom": "Mairie annexe",
        "commune": "commune 5",
        "dit_horaires": "Sa 09:00-12:00",
    }
    source = {name: told[name] for name in ("organisation", "source", "verifie_le")}
    client.post("/completer/ajouter/", source | new)
    added = ComplementPropose.objects.filter(lieu__startswith="ajout:")
    assert sorted(added.values_list("champ", "valeur")) == [
        ("ajout", "59105"),
        ("horaires", "Sa 09:00-12:00"),
    ]
    assert client.get("/completer/lieu/", {"id": "pharmacie-59100-0"}).status_code == 404


def test_a_line_whose_list_changed_waits_until_it_is_maintained(client, poste, compte):
    chief = compte("charge_mission")
    (row,) = propose(poste, line("capacite", "30", avant="20"))
    commands.decide(chief, row, 1, commands.ACCEPTER)
    client.force_login(chief)
    assert "la source a changé : à revoir" in client.get("/completer/relire/").content.decode()
    client.post(f"/completer/lignes/{row.cle}/maintenir", {"version": 2})
    row.refresh_from_db()
    assert (row.avant, row.etat) == ("", "acceptee")
    assert "sera dans le prochain atlas" in client.get(f"/completer/lignes/{row.cle}/").content.decode()


def test_only_places_added_whole_are_exported_and_no_cell_is_a_formula(poste, compte):
    chief = compte("charge_mission")
    new = {"lieu": "ajout:a", "nom": "=Neuf"}
    rows = propose(poste, line("ajout", "59105", **new), line("horaires", "Sa 09:00-12:00", **new))
    commands.decide(chief, rows[1], 1, commands.ACCEPTER)
    assert queries.list_acceptees() == []
    commands.decide(chief, rows[0], 1, commands.ACCEPTER)
    written = list(
        csv.DictReader(io.StringIO(export.write_csv(queries.list_acceptees()).decode("utf-8-sig")))
    )
    assert [(row["champ"], row["nom"], row["date"]) for row in written] == [
        ("ajout", "'=Neuf", "2026-03-01"), ("horaires", "'=Neuf", "2026-03-01"),
    ]  # fmt: skip


def test_pages_ask_a_counted_number_of_questions(client, poste, compte, django_assert_num_queries):
    chief, other = compte("charge_mission"), compte("accueil")
    for personne in (poste, other):
        propose(
            personne, line("capacite", "3"), line("accessible", "oui"), line("capacite", "4", lieu=MOBILE)
        )
    assert chief.mandats_en_cours
    with django_assert_num_queries(2):
        assert len(queries.list_a_relire(chief)) == 2
    with django_assert_num_queries(1):
        assert len(queries.list_miennes(poste)) == 3
    with django_assert_num_queries(1):
        assert queries.list_acceptees() == []
    with django_assert_num_queries(1):
        assert queries.count_a_relire(chief) == 6
