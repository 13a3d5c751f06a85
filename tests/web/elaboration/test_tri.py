"""Sorting: by whom, several at once, one by one; what is split or joined; no journal is rewritten."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from maillage.sdaasp.elaboration.paroles import ActeParole, CaseDeTri, EtapeParole
from maillage.web.elaboration import bureau, commands
from maillage.web.elaboration.models import Parole
from maillage.web.suivi import commands as suivi

DOUAI = "arrondissement:593"


def step(acte: ActeParole, **rest) -> EtapeParole:
    return EtapeParole(acte=acte, le=timezone.localdate(), **rest)


def test_one_sorts_what_ones_mandate_covers(compte, elaboration, dire) -> None:
    here, there = (dire(elaboration, f"Ici {n}", theme="sante", territoire=n) for n in ("593", "591"))
    pilote = compte("pilote_territorial", theme="sante", territoire=DOUAI)
    file = step(ActeParole.RANGER, case=CaseDeTri.FAIBLESSE)
    with pytest.raises(PermissionDenied):  # all or none
        commands.move_paroles(pilote, {here.cle: 1, there.cle: 1}, file)
    here.refresh_from_db()
    assert here.etat == "a_trier"
    (row,) = commands.move_paroles(pilote, {here.cle: 1}, file)
    assert (row.etat, row.case, row.theme, row.territoire) == ("rangee", "faiblesse", "sante", "593")
    with pytest.raises(PermissionDenied):
        commands.move_paroles(compte("partenaire"), {row.cle: row.version}, file)
    with pytest.raises(suivi.ConflitVersion):
        commands.move_paroles(pilote, {here.cle: 1}, file)
    (part,) = bureau.list_apports(pilote, timezone.localdate())
    assert [line.texte.replace("\xa0", " ") for line in part.lignes] == ["1 parole rangée, à retenir ou non"]


def test_the_table_files_several_and_says_why_it_does_not(client, charge, elaboration, dire) -> None:
    rows = [dire(elaboration, f"Parole {n}", theme="sante") for n in range(3)]
    client.force_login(charge)
    page = f"/elaboration/{elaboration.cle}/tri/"
    choices = [f"{row.cle}@1" for row in rows]
    answer = client.post(
        f"{page}?theme=sante", {"choix": choices, "geste": "ranger", "case": "atout"}, follow=True
    )
    assert "3 paroles rangées" in answer.content.decode().replace("\xa0", " ")
    assert answer.request["QUERY_STRING"] == "theme=sante"
    assert set(Parole.objects.values_list("etat", "case", "theme")) == {("rangee", "atout", "sante")}
    choices = [f"{row.cle}@2" for row in rows]
    answer = client.post(page, {"choix": choices, "geste": "ne_pas_retenir"}, follow=True)
    assert "Dites pourquoi" in answer.content.decode()
    assert not Parole.objects.filter(etat="non_retenue").exists()
    client.post(page, {"choix": choices[:2], "geste": "reunir"})
    assert Parole.objects.filter(etat="reunie").count() == 1
    assert client.post(page, {"choix": choices, "geste": "inventer"}).status_code == 404
    nothing = client.post(page, {"geste": "ranger", "case": "atout"}, follow=True)
    assert "Rien n’est choisi" in nothing.content.decode()
    for query in ("etat=", "etat=rangee&texte=parole", "theme=-", "page=999&etat="):
        assert client.get(f"{page}?{query}").status_code == 200


def test_one_at_a_time_the_next_comes(client, charge, elaboration, dire) -> None:
    first, second = (dire(elaboration, text, theme="sante") for text in ("La première", "La seconde"))
    client.force_login(charge)
    page = f"/elaboration/{elaboration.cle}/tri/une/"
    assert "La première" in client.get(page).content.decode()
    data = {"parole": first.cle, "version": "1", "geste": "ranger", "case": "enjeu", "theme": "sante"}
    answer = client.post(page, data | {"case": ""}, follow=True)
    assert "Choisissez une case" in answer.content.decode()
    assert "La première" in answer.content.decode()
    answer = client.post(page, data, follow=True)
    assert "La seconde" in answer.content.decode()
    data |= {"parole": second.cle, "geste": "ecarter", "motif": "Rien à voir"}
    assert "Plus rien" in client.post(page, data, follow=True).content.decode()


def test_a_parole_is_split_and_keeps_its_words(client, charge, elaboration, dire) -> None:
    row = dire(elaboration, "Ni bus ni médecin", theme="sante")
    client.force_login(charge)
    data = {"textes": "Pas de bus\r\n\r\nPas de médecin", "version": "1"}
    client.post(f"/elaboration/paroles/{row.cle}/diviser/", data)
    row.refresh_from_db()
    parts = list(Parole.objects.filter(issue_de=row.cle).order_by("pk"))
    assert (row.etat, row.texte) == ("divisee", "Ni bus ni médecin")
    assert [part.texte for part in parts] == ["Pas de bus", "Pas de médecin"]
    shown = client.get(parts[0].get_absolute_url()).content.decode()
    assert "Ni bus ni médecin" in shown
    assert client.post(f"/elaboration/paroles/{row.cle}/diviser/", data | {"version": "2"}).status_code == 200
    assert Parole.objects.count() == 3


def test_no_journal_is_rewritten_by_an_undo_or_an_old_state(charge, elaboration, dire) -> None:
    row = dire(elaboration, "Une parole", theme="sante")
    (row,) = commands.move_paroles(charge, {row.cle: 1}, step(ActeParole.ECARTER, motif="Non"))
    before = row.history.order_by("history_id").first().history_date
    with pytest.raises(ValidationError, match="ne se réécrit pas"):
        suivi.restore(charge, row, before, row.version)
    with pytest.raises(ValidationError, match="ne se réécrit pas"):
        suivi.undo(charge, [row], {row.cle: row.version})
    row.refresh_from_db()
    assert row.etat == "ecartee"


def test_a_name_is_taken_out_of_every_version(charge, elaboration, dire) -> None:
    row = dire(elaboration, "Jean Untel ne répond jamais")
    row = commands.anonymise(charge, row, 1, "Quelqu’un ne répond jamais", "Un nom")
    assert row.etat == "a_trier"
    assert not [one for one in row.history.values_list("texte", flat=True) if "Untel" in one]
    assert row.etapes[-1]["acte"] == "anonymiser"


def test_nothing_closes_while_something_waits(client, charge, elaboration, dire) -> None:
    row = dire(elaboration, "Une parole", theme="sante")
    with pytest.raises(ValidationError, match="à trier"):
        commands.close_elaboration(charge, elaboration, elaboration.version, date(2026, 12, 31))
    commands.move_paroles(charge, {row.cle: 1}, step(ActeParole.ECARTER, motif="Non"))
    client.force_login(charge)
    client.post(f"/elaboration/{elaboration.cle}/passer", {"geste": "clore", "version": elaboration.version})
    elaboration.refresh_from_db()
    assert elaboration.fin == timezone.localdate()
    with pytest.raises(ValidationError, match="rouvrez"):
        commands.move_paroles(charge, {row.cle: 2}, step(ActeParole.REPRENDRE, motif="Si"))
