"""The draft: AFOM item, enjeu, objective, amendment, each tied to its paroles, both ways."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from maillage.sdaasp.elaboration.paroles import ActeParole, CaseDeTri, EtapeParole
from maillage.sdaasp.programme.vocabulaire import EtatAmendement
from maillage.web.elaboration import commands
from maillage.web.elaboration.models import Parole
from maillage.web.elaboration.projet import commands as projet
from maillage.web.programme import models as programme
from maillage.web.programme.amendements.commands import move_amendement


@pytest.fixture
def rangees(charge, elaboration, journee, dire):
    """Two paroles on health in Douai, filed."""
    return file_two(charge, elaboration, journee, dire)


def file_two(charge, elaboration, journee, dire):
    rows = [dire(elaboration, f"Parole {n}", journee, theme="sante", territoire="593") for n in range(2)]
    step = EtapeParole(acte=ActeParole.RANGER, le=timezone.localdate(), case=CaseDeTri.FAIBLESSE)
    commands.move_paroles(charge, {row.cle: row.version for row in rows}, step)
    return {row.cle: 2 for row in rows}


def test_a_constat_says_what_it_rests_on_and_leads_back(client, charge, elaboration, rangees) -> None:
    client.force_login(charge)
    query = "&".join(f"choix={key}@{version}" for key, version in rangees.items())
    page = f"/elaboration/{elaboration.cle}/retenir/?vers=afom&{query}"
    shown = client.get(page).content.decode()
    assert '<option value="593" selected>' in shown
    data = {"nature": "faiblesse", "arrondissement": "593", "theme": "sante", "texte": "Peu de médecins"}
    assert client.post(page, data).status_code == 200  # no reason: nothing is kept
    assert client.post(page, data | {"motif": "Dit à chaque table"}).status_code == 302
    item = programme.ItemAfom.objects.get(texte="Peu de médecins")
    proof = item.preuves[0]["texte"].replace("\xa0", " ")
    assert proof == "2 paroles recueillies : Journée fondatrice (2)"
    assert set(Parole.objects.values_list("etat", "objets")) == {("retenue", f" {item.cle} ")}
    matrix = client.get(item.get_absolute_url()).content.decode()
    assert f"/elaboration/trace/afom/{item.cle}/" in matrix
    back = client.get(f"/elaboration/trace/afom/{item.cle}/").content.decode()
    assert "Parole 0" in back
    assert "Dit à chaque table" in back
    (first, *_) = Parole.objects.order_by("pk")
    assert "Peu de médecins" in client.get(first.get_absolute_url()).content.decode()
    client.logout()
    assert "trace/afom" not in client.get(item.get_absolute_url()).content.decode()


def test_while_a_schema_is_made_an_objective_and_an_enjeu_are_written(charge, elaboration, rangees) -> None:
    first, second = rangees
    op = projet.put_in_objectif(charge, {first: 2}, "sante", "Une maison de santé par canton", "Voulu")
    assert programme.ObjectifPrioritaire.objects.get(cle=op.objet).libelle == "Une maison de santé par canton"
    kept = projet.put_in_text(charge, {second: 2}, "fiche", "sante", ("enjeux", "Se soigner ici"), "Dit")
    assert kept.amendement is None
    assert "Se soigner ici" in programme.FicheAction.objects.get(cle="sante").enjeux
    with pytest.raises(ValidationError, match="y est déjà"):
        projet.put_in_text(charge, {second: 3}, "fiche", "sante", ("enjeux", "Se soigner ici"), "Dit")


def test_a_revision_proposes_amendments_whose_fate_is_read(client, charge, revision, journee, dire) -> None:
    (first, second) = file_two(charge, revision, None, dire)
    with pytest.raises(ValidationError, match="amendement"):
        projet.put_in_objectif(charge, {first: 2}, "sante", "Nouveau", "Voulu")
    client.force_login(charge)
    refused = client.get(f"/elaboration/{revision.cle}/retenir/?vers=objectif&choix={first}@2")
    assert refused.status_code == 404
    before = programme.FicheAction.objects.get(cle="sante").enjeux
    kept = projet.put_in_text(charge, {first: 2}, "fiche", "sante", ("enjeux", "Se soigner ici"), "Dit")
    assert programme.FicheAction.objects.get(cle="sante").enjeux == before
    row = programme.Amendement.objects.get(pk=kept.amendement)
    assert row.changements[0]["apres"] == [*(before or []), "Se soigner ici"]
    op = programme.ObjectifPrioritaire.objects.filter(fiche="sante").order_by("ordre").first()
    client.force_login(charge)
    page = f"/elaboration/{revision.cle}/retenir/?vers=texte&choix={second}@2"
    data = {"objet": op.cle, "champ": "freins", "texte": "Locaux", "motif": "Dit"}
    assert client.post(page, data).status_code == 302
    change = programme.Amendement.objects.exclude(pk=row.pk).get().changements[0]
    assert change["apres"][-1] == {"libelle": "Locaux", "statut": None, "condition_levee": None}
    for state in (EtatAmendement.EN_EXAMEN, EtatAmendement.REJETE):
        move_amendement(charge, row, state, "Trop cher")
    shown = client.get(f"/elaboration/{revision.cle}/projet/").content.decode()
    assert f"Amendement n° {row.pk}" in shown
    assert "Rejeté" in shown


def test_one_writes_at_the_programme_what_one_may(compte, elaboration, rangees) -> None:
    copilote = compte("copilote", theme="sante")
    first = next(iter(rangees))
    with pytest.raises(PermissionDenied):
        projet.put_in_objectif(copilote, {first: 2}, "sante", "Un objectif", "Voulu")
    assert not programme.ObjectifPrioritaire.objects.filter(libelle="Un objectif").exists()
    kept = projet.put_in_text(copilote, {first: 2}, "fiche", "sante", ("enjeux", "Se soigner"), "Dit")
    assert kept.amendement  # who may not change the fiche proposes it


def test_paroles_are_tied_to_what_exists_and_taken_up_again(client, charge, elaboration, rangees) -> None:
    op = programme.ObjectifPrioritaire.objects.filter(fiche="sante").order_by("ordre").first()
    projet.tie(charge, rangees, op.cle, "Il le dit déjà")
    client.force_login(charge)
    assert "2 paroles recueillies" in client.get(op.get_absolute_url()).content.decode().replace("\xa0", " ")
    step = EtapeParole(acte=ActeParole.REPRENDRE, le=timezone.localdate(), motif="Mal lue")
    first = next(iter(rangees))
    (row,) = commands.move_paroles(charge, {first: 3}, step)
    assert (row.etat, row.objets) == ("a_trier", "")
    assert "1 parole recueillie" in client.get(op.get_absolute_url()).content.decode().replace("\xa0", " ")
    with pytest.raises(ValidationError, match="rien de tel"):
        projet.tie(charge, {first: row.version}, "inconnu", "Pourquoi")


def test_what_was_kept_is_public_when_one_says_so(client, charge, elaboration, rangees, dire) -> None:
    first, second = rangees
    projet.tie(charge, {first: 2}, "sante", "C’est au cœur de la fiche")
    refused = EtapeParole(
        acte=ActeParole.NE_PAS_RETENIR, le=timezone.localdate(), motif="Pas de la compétence"
    )
    commands.move_paroles(charge, {second: 2}, refused)
    dire(elaboration, "Pas encore triée")
    page = f"/elaboration/{elaboration.cle}/retenu/"
    assert client.get(page).status_code == 404
    commands.publish(charge, elaboration, elaboration.version, oui=True)
    shown = client.get(page).content.decode()
    assert "C’est au cœur de la fiche" in shown
    assert "Pas de la compétence" in shown
    assert "Pas encore triée" not in shown
    elaboration.refresh_from_db()
    commands.publish(charge, elaboration, elaboration.version, oui=False)
    assert client.get(page).status_code == 404
