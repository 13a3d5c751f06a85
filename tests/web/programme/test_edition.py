"""Edit, conflict, history, restore, bulk: what people rely on."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from maillage.reports.programme.edition import Edition
from maillage.sdaasp.indicateurs.couverture import cross_arrondissements
from maillage.sdaasp.programme.differences import compare
from maillage.sdaasp.programme.vocabulaire import EtatAmendement
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.proposition import propose
from maillage.sources.sdaasp_texte import read_document
from maillage.web.programme import models
from maillage.web.programme.afom.commands import create_item, vote
from maillage.web.programme.amendements.commands import move_amendement, propose_amendement
from maillage.web.programme.declinaisons.queries import list_by_keys
from maillage.web.programme.indicateurs.commands import (
    create_indicateur,
    propose_valeur,
    validate_valeur,
)
from maillage.web.programme.lecture import read
from maillage.web.programme.public.edition import read_edition
from maillage.web.programme.reprise.commands import complete
from maillage.web.programme.saisie.tableau import TableauField, write_cell
from maillage.web.suivi.commands import ConflitVersion, undo, update, update_all

DOUAI = "sante/593/2025/1"
CAMBRAI = "sante/592/2025/1"


@pytest.fixture
def pilote(compte, nord):
    return compte("pilote_territorial", theme="sante", territoire="arrondissement:593")


@pytest.fixture
def chargee(compte, nord):
    return compte("charge_mission")


def get(cle, model=models.Declinaison):
    return model.objects.get(cle=cle)


def test_what_was_loaded_is_what_is_read(nord):
    assert compare(load_programme(), read()) == ()


def test_a_pilot_of_douai_changes_douai_and_not_cambrai(pilote):
    row = update(pilote, get(DOUAI), 1, {"statut": "engagee"}, "Réunion de lancement")
    assert (row.statut, row.version) == ("engagee", 2)
    with pytest.raises(PermissionDenied):
        update(pilote, get(CAMBRAI), 1, {"statut": "engagee"}, "")
    with pytest.raises(PermissionDenied):
        update(pilote, get("sports/593/2025/1"), 1, {"statut": "engagee"}, "")
    with pytest.raises(PermissionDenied):
        update(pilote, get("sante", models.FicheAction), 1, {"pilote": "Moi"}, "")
    assert get(CAMBRAI).statut == "identifiee"


def test_a_change_is_signed_and_says_why(pilote):
    update(pilote, get(DOUAI), 1, {"statut": "engagee"}, "Réunion de lancement")
    record = get(DOUAI).history.first()
    assert record.history_user == pilote
    assert record.history_change_reason == "Réunion de lancement"


def test_a_wrong_value_is_refused_and_nothing_is_written(pilote):
    with pytest.raises(ValidationError):
        update(pilote, get(DOUAI), 1, {"statut": "finie"}, "")
    row = get(DOUAI)
    assert (row.statut, row.version, row.history.count()) == ("identifiee", 1, 1)


def rows(name, items, field):
    """The rows of a table of inputs, and its blank one, as a browser would send them."""
    lines = [*items, {}]
    return {
        f"{name}-{number}-{column.nom}": write_cell(line.get(column.nom))
        for number, line in enumerate(lines)
        for column in field.colonnes
    }


def form_of(page):
    """The fields of the edit form of a page, as a browser would send them."""
    form = page.context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if isinstance(bound.field, TableauField):
            data |= rows(bound.html_name, value, bound.field)
            continue
        if isinstance(value, bool):
            value = "on" if value else None
        if value is not None:
            data[bound.html_name] = value
    return data


def test_two_people_on_one_fiche_lose_nothing(client, compte, nord, django_user_model):
    """Two open the same fiche; one saves first; the other sees both texts and keeps both changes."""
    une, autre = Client(), Client()
    une.force_login(compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    autre.force_login(compte("pilote_thematique", theme="sante"), "django.contrib.auth.backends.ModelBackend")
    address = "/programme/modifier/fiche/sante/"
    first, second = form_of(une.get(address)), form_of(autre.get(address))

    done = une.post(
        address,
        first | {"titre": "Santé pour tous", "copilotes": "CPAM\nMSA", "motif": "Premier enregistrement"},
    )
    assert done.status_code == 302
    conflict = autre.post(address, second | {"titre": "Santé et soins", "pilote": "ARS Hauts-de-France"})
    assert conflict.status_code == 409
    page = conflict.content.decode()
    assert "Santé pour tous" in page
    assert "Santé et soins" in page
    assert "changé par les deux" in page
    assert get("sante", models.FicheAction).titre == "Santé pour tous"

    again = form_of(conflict)
    assert again["titre"] == "Santé et soins"
    assert autre.post(address, again).status_code == 302
    row = get("sante", models.FicheAction)
    assert (row.titre, row.pilote) == ("Santé et soins", "ARS Hauts-de-France")
    assert row.copilotes == ["CPAM", "MSA"]  # the first one's, untouched by the other
    assert [record.titre for record in row.history.order_by("version")] == [
        "Santé",
        "Santé pour tous",
        "Santé et soins",
    ]


def test_saving_a_form_untouched_changes_no_content(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    for sorte, cle in (
        ("fiche", "sante"),
        ("objectif", "sante.1"),
        ("declinaison", CAMBRAI),
        ("declinaison", "droits/591/2025/1"),
    ):
        address = f"/programme/modifier/{sorte}/{cle}/"
        assert client.post(address, form_of(client.get(address))).status_code == 302
    assert compare(load_programme(), read()) == ()


def test_edit_then_history_then_restore(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = f"/programme/modifier/declinaison/{DOUAI}/"
    steps = {
        "etapes-0-libelle": "Recenser les lieux", "etapes-0-debut": "2026-03-01",
        "etapes-0-fin": "30/06/2026", "etapes-0-moyens": "deux agents", "etapes-0-cout_eur": "12 000",
        "etapes-1-libelle": "Ouvrir",
    }  # fmt: skip
    data = form_of(client.get(address)) | {"statut": "en_cours", "motif": "CTS de mai"} | steps
    assert client.post(address, data).status_code == 302
    row = get(DOUAI)
    assert row.etapes[0] == {
        "libelle": "Recenser les lieux", "debut": "2026-03-01", "fin": "2026-06-30", "faite_le": None,
        "moyens": "deux agents", "cout_eur": 12000.0, "financeur": None,
    }  # fmt: skip
    today = timezone.localdate().isoformat()
    page = client.get(f"/programme/historique/declinaison/{DOUAI}/?du=2020-01-01&au={today}").content.decode()
    assert "CTS de mai" in page
    oldest = row.history.order_by("history_id").first()
    client.post(
        f"/programme/restaurer/declinaison/{DOUAI}", {"etat": oldest.history_id, "version": row.version}
    )
    back = get(DOUAI)
    assert (back.statut, back.etapes, back.version) == ("identifiee", [], 3)
    assert [r.statut for r in back.history.order_by("version")] == ["identifiee", "en_cours", "identifiee"]


def test_two_dates_are_compared(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    row = get(DOUAI)
    row.history.update(history_date=timezone.now() - dt.timedelta(days=400))
    update(chargee, row, 1, {"statut": "achevee"}, "")
    last_year = (timezone.localdate() - dt.timedelta(days=300)).isoformat()
    today = timezone.localdate().isoformat()
    page = client.get(f"/programme/historique/declinaison/{DOUAI}/?du={last_year}&au={today}")
    assert [(e.champ, e.avant, e.apres) for e in page.context["ecarts"]] == [
        ("État", "Identifiée", "Achevée")
    ]


def test_each_fault_is_tied_to_its_cell(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = f"/programme/modifier/declinaison/{DOUAI}/"
    faulty = {
        "etapes-0-libelle": "A", "etapes-0-debut": "31/02/2026", "etapes-1-debut": "01/01/2026",
        "etapes-2-libelle": "B", "etapes-2-cout_eur": "douze",
    }  # fmt: skip
    answer = client.post(address, form_of(client.get(address)) | faulty)
    errors = answer.context["form"].errors["etapes"]
    assert [error.partition(" :")[0] for error in errors] == [
        "Ligne 1, début",
        "Ligne 2, étape",
        "Ligne 3, coût (€)",
    ]
    page = answer.content.decode()
    for cell in ("etapes-0-debut", "etapes-1-libelle", "etapes-2-cout_eur"):
        assert f'aria-describedby="id_{cell}_faute"' in page
        assert f'id="id_{cell}_faute"' in page
    assert page.count('aria-invalid="true"') == 3
    assert get(DOUAI).version == 1


def test_a_line_is_added_without_script_and_nothing_typed_is_lost(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = f"/programme/modifier/declinaison/{DOUAI}/"
    typed = {
        "etapes-0-libelle": "Recenser",
        "etapes-0-fin": "31/02/2026",
        "ajouter": "etapes",
        "libelle": "X",
    }
    answer = client.post(address, form_of(client.get(address)) | typed)
    page = answer.content.decode()
    assert answer.context["form"].initial["etapes"][0]["fin"] == "31/02/2026"
    assert 'name="etapes-2-libelle"' in page
    assert "aria-invalid" not in page
    assert answer.context["form"].initial["libelle"] == "X"
    assert get(DOUAI).version == 1


def test_a_row_is_withdrawn(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = f"/programme/modifier/declinaison/{DOUAI}/"
    two = {"etapes-0-libelle": "A", "etapes-1-libelle": "B"}
    client.post(address, form_of(client.get(address)) | two)
    client.post(address, form_of(client.get(address)) | {"etapes-0-retirer": "on"})
    assert [step["libelle"] for step in get(DOUAI).etapes] == ["B"]


def test_one_ticks_a_dimension_and_loses_no_wording(client, chargee):
    """Two wordings of the text point to one dimension: a browser sends the box once."""
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    before = get("sante", models.FicheAction).dimensions
    address = "/programme/modifier/fiche/sante/?dimensions=egalite"
    data = form_of(client.get(address))
    assert len(data["dimensions"]) == len(set(data["dimensions"]))
    assert client.post(address, data).status_code == 302
    after = get("sante", models.FicheAction).dimensions
    assert after[:-1] == before
    assert after[-1] == {"cible": "egalite", "libelle_publie": None, "confirme": True}


def test_bulk_is_all_or_nothing(chargee, pilote):
    both = {DOUAI: 1, CAMBRAI: 1}
    with pytest.raises(PermissionDenied):
        update_all(pilote, list_by_keys(both), both, {"statut": "engagee"}, "")
    assert get(DOUAI).version == 1
    with pytest.raises(ConflitVersion):
        update_all(chargee, list_by_keys(both), both | {CAMBRAI: 7}, {"statut": "engagee"}, "")
    assert get(DOUAI).version == 1
    update_all(chargee, list_by_keys(both), both, {"statut": "engagee"}, "Lancement")
    assert {get(DOUAI).statut, get(CAMBRAI).statut} == {"engagee"}


def test_the_bulk_form(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    answer = client.post(
        "/programme/declinaisons/lot",
        {"choix": [f"{DOUAI}@1"], "pilote_territorial": "CCAS", "retour": "?theme=sante"},
    )
    assert answer.url == "/programme/declinaisons/?theme=sante"
    assert get(DOUAI).pilote_territorial == "CCAS"
    elsewhere = client.post("/programme/declinaisons/lot", {"retour": "//exemple.org"})
    assert elsewhere.url == "/programme/declinaisons/"


def test_one_click_fills_a_hole(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = "/programme/declinaisons/nouvelle/?theme=sports&arrondissement=595&op=sports.2&annee=2026"
    data = form_of(client.get(address)) | {"libelle": "Sport adapté à Lille", "statut": "identifiee"}
    assert client.post(address, data).status_code == 302
    row = get("sports/595/2026/1")
    assert row.objectifs == [{"cible": "sports.2", "libelle_publie": None, "confirme": True}]
    assert "sports.2" not in {head.cle for head in cross_arrondissements(read()).lignes_vides}


def test_a_value_is_validated_by_somebody_else_with_a_reason(compte, chargee):
    row = create_indicateur(
        chargee, get("sante.1", models.ObjectifPrioritaire), {"libelle": "n", "nature": "quantitative"}
    )
    fields = {"date": dt.date(2026, 1, 31), "valeur": 3.0}
    own = propose_valeur(chargee, row, fields)
    with pytest.raises(ValidationError, match="autre personne"):
        validate_valeur(chargee, own, "vu")
    other = propose_valeur(compte("pilote_thematique", theme="sante"), row, fields)
    with pytest.raises(ValidationError, match="raison"):
        validate_valeur(chargee, other, " ")
    assert validate_valeur(chargee, other, "Relevé").etat == "validee"


def test_an_amendment_lives_and_is_answered(compte, chargee):
    author = compte("partenaire", theme="sante")
    row = get("sante.1", models.ObjectifPrioritaire)
    wanted = {"libelle": "Accéder aux soins", "effets": ["Moins de renoncements"], "territoires": []}
    amendment = propose_amendement(author, row, wanted, "Plus clair")
    assert [change["champ"] for change in amendment.changements] == ["libelle", "effets"]
    assert get("sante.1", models.ObjectifPrioritaire).libelle != "Accéder aux soins"
    with pytest.raises(PermissionDenied):
        move_amendement(author, amendment, EtatAmendement.EN_EXAMEN, "")
    move_amendement(chargee, amendment, EtatAmendement.EN_EXAMEN, "")
    with pytest.raises(ValidationError, match="réponse"):
        move_amendement(chargee, amendment, EtatAmendement.ADOPTE, "")
    move_amendement(chargee, amendment, EtatAmendement.ADOPTE, "Merci, c’est repris.")
    after = get("sante.1", models.ObjectifPrioritaire)
    assert (after.libelle, after.effets, after.version) == ("Accéder aux soins", wanted["effets"], 2)
    assert "effets" not in after.non_repris
    assert "adopté" in after.history.first().history_change_reason


def test_an_amendment_to_a_text_that_moved_is_not_adopted_unawares(chargee):
    row = get("sante.1", models.ObjectifPrioritaire)
    amendment = propose_amendement(chargee, row, {"libelle": "A"}, "Plus clair")
    move_amendement(chargee, amendment, EtatAmendement.EN_EXAMEN, "")
    update(chargee, row, 1, {"libelle": "Entre-temps"}, "")
    with pytest.raises(ValidationError, match="a changé depuis"):
        move_amendement(chargee, amendment, EtatAmendement.ADOPTE, "Oui")
    amendment.refresh_from_db()
    assert (amendment.etat, get("sante.1", models.ObjectifPrioritaire).libelle) == (
        "en_examen",
        "Entre-temps",
    )
    move_amendement(chargee, amendment, EtatAmendement.ADOPTE, "Oui", malgre=True)
    assert get("sante.1", models.ObjectifPrioritaire).libelle == "A"


def test_several_fields_are_proposed_with_the_ordinary_form(client, compte, nord):
    author = compte("partenaire")
    client.force_login(author, "django.contrib.auth.backends.ModelBackend")
    address = "/programme/amendements/objectif/sante.1/"
    data = form_of(client.get(address)) | {"libelle": "Accéder aux soins", "moyens-0-libelle": "Un bus santé"}
    assert client.post(address, data).context["form"].errors.keys() == {"motif"}
    assert client.post(address, data | {"motif": "Demande des maires", "brouillon": "1"}).status_code == 302
    row = models.Amendement.objects.get()
    assert [(c["champ"]) for c in row.changements] == ["libelle", "moyens"]
    page = client.get("/programme/amendements/").content.decode()
    assert "<ins>Un bus santé</ins>" in page
    client.logout()
    client.force_login(compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    assert "Un bus santé" not in client.get("/programme/amendements/").content.decode()  # still a draft
    with pytest.raises(PermissionDenied):
        move_amendement(compte("partenaire"), row, EtatAmendement.PROPOSE, "")
    move_amendement(author, row, EtatAmendement.PROPOSE, "")
    assert "Un bus santé" in client.get("/programme/amendements/").content.decode()


def test_one_undoes_ones_own_last_change_and_no_other(client, compte, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = f"/programme/modifier/declinaison/{DOUAI}/"
    done = client.post(address, form_of(client.get(address)) | {"statut": "engagee"}, follow=True)
    page = done.content.decode()
    assert "Annuler ce changement" in page
    assert f'value="{DOUAI}@2"' in page
    assert "Annuler ce changement" not in client.get(f"/programme/declinaisons/{DOUAI}/").content.decode()
    with pytest.raises(ValidationError, match="votre dernier changement"):
        undo(compte("charge_mission"), [get(DOUAI)], {DOUAI: 2})
    client.post("/programme/annuler", {"sorte": "declinaison", "choix": f"{DOUAI}@2"})
    row = get(DOUAI)
    assert (row.statut, row.version) == ("identifiee", 3)
    assert [r.statut for r in row.history.order_by("version")] == ["identifiee", "engagee", "identifiee"]


def test_a_bulk_change_is_undone_whole_or_not_at_all(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    both = {"choix": [f"{DOUAI}@1", f"{CAMBRAI}@1"], "statut": "engagee"}
    page = client.post("/programme/declinaisons/lot", both, follow=True).content.decode()
    assert "2\xa0déclinaisons modifiées" in page
    undo = {"sorte": "declinaison", "choix": [f"{DOUAI}@2", f"{CAMBRAI}@2"]}
    update(chargee, get(CAMBRAI), 2, {"statut": "en_cours"}, "")
    client.post("/programme/annuler", undo)
    assert (get(DOUAI).statut, get(CAMBRAI).statut) == ("engagee", "en_cours")
    client.post("/programme/annuler", undo | {"choix": [f"{DOUAI}@2", f"{CAMBRAI}@3"]})
    assert (get(DOUAI).statut, get(CAMBRAI).statut) == ("identifiee", "engagee")


def test_afom_items_are_voted_once_each(compte, chargee, pilote):
    fields = {"arrondissement": "593", "theme": "sante", "nature": "faiblesse", "texte": "Peu de dentistes"}
    item = create_item(pilote, fields)
    for personne in (pilote, chargee, pilote, pilote):
        vote(personne, item)
    item.refresh_from_db()
    assert item.voix == 2
    with pytest.raises(PermissionDenied):
        create_item(pilote, fields | {"arrondissement": "592"})


def test_the_import_fills_blanks_and_keeps_the_work(chargee, schema_de_reference):
    update(chargee, get(DOUAI), 1, {"libelle": "Notre libellé"}, "")
    document = read_document(schema_de_reference / "sdaasp-nord-2025-2030.txt")
    touched = complete(chargee, propose(document, load_programme(), {"theme:724": "sante"}).programme)
    assert touched > 20
    assert get(DOUAI).libelle == "Notre libellé"
    assert get("sante.2", models.ObjectifPrioritaire).freins
    assert complete(chargee, propose(document, load_programme(), {"theme:724": "sante"}).programme) == 0


def test_a_bound_indicator_is_filled_by_an_atlas_once(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    fields = {
        "libelle": "Densité", "nature": "quantitative", "indicateur_atlas": "densite", "niveau": "commune",
        "code": "90004",
    }  # fmt: skip
    row = create_indicateur(chargee, get("sante.1", models.ObjectifPrioritaire), fields)
    for _ in range(2):
        assert client.post("/programme/indicateurs/remplir").status_code == 302
    (value,) = row.valeurs.all()
    assert value.etat == "proposee"
    assert value.valeur == value.chiffre["valeur"]
    assert value.chiffre["code"] == "90004"


def test_an_afom_item_cites_a_frozen_figure(client, chargee):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = "/programme/afom/?arrondissement=901&theme=sante"
    data = {"nature": "faiblesse", "texte": "Territoire peu dense", "indicateur": "densite"}
    assert client.post(address, data).status_code == 302
    item = models.ItemAfom.objects.get()
    assert item.preuves[0]["chiffre"]["indicateur"] == "densite"
    assert "Territoire peu dense" in client.get(address).content.decode()


def test_afom_items_are_grouped_in_a_workshop_and_traced_to_what_is_done(client, compte, chargee, pilote):
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    address = "/programme/afom/?arrondissement=593&theme=sante"
    first = {"nature": "faiblesse", "texte": "Peu de dentistes", "objectifs": ["sante.1"], "groupe": "Soins"}
    assert client.post(address, first).status_code == 302
    item = create_item(pilote, {
        "arrondissement": "593", "theme": "sante", "nature": "faiblesse", "texte": "Peu de sages-femmes",
    })  # fmt: skip
    vote(pilote, item)
    edit = f"/programme/modifier/afom/{item.cle}/"
    assert client.post(edit, form_of(client.get(edit)) | {"groupe": "Soins"}).status_code == 302
    answer = client.get(address)
    faiblesses = dict(answer.context["cases"])["Faiblesse"]
    assert [(name, len(items), votes) for name, items, votes in faiblesses] == [("Soins", 2, 1)]
    page = answer.content.decode()
    assert "2\xa0constats" in page
    assert "2 sans preuve" in page
    assert "1 sans objectif" in page
    assert "0\xa0indicateur" in page


def test_a_new_declinaison_that_is_refused_leaves_nothing(client, pilote, monkeypatch):
    """One command: when the rules refuse what was typed, no empty declinaison stays."""
    from maillage.web.programme.declinaisons import forms  # noqa: PLC0415

    place = "/programme/declinaisons/nouvelle/?theme=sante&arrondissement=593&annee=2026"
    client.force_login(pilote, "django.contrib.auth.backends.ModelBackend")
    before = models.Declinaison.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(forms.FormulaireDeclinaison, "read_fields", lambda _: {"statut": "finie"})
        answer = client.post(place, {"version": 1, "libelle": "A"})
    assert answer.status_code == 200
    assert "«\xa0finie\xa0»" in answer.content.decode()
    assert models.Declinaison.objects.count() == before
    assert client.post(place, {"version": 1, "libelle": "Un bus santé"}).status_code == 302
    row = models.Declinaison.objects.get(libelle="Un bus santé")
    assert (row.version, row.history.count()) == (1, 1)


def test_a_document_counts_the_changes_since_the_schema_was_loaded(chargee):
    today = timezone.localdate()
    assert read_edition(today) == Edition(today, 0, None)
    update(chargee, get(DOUAI), 1, {"pilote_territorial": "CPTS"}, "Désignée")
    row = get("sante.1", models.ObjectifPrioritaire)
    propose_amendement(chargee, row, {"libelle": "A"}, "Plus clair")  # is not in the programme
    assert read_edition(today) == Edition(today, 1, today)
