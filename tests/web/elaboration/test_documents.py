"""A table brought and carried away; the synthesis, the letter, the sheet; a démarche of the example."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as Docx

from maillage.francais import plat
from maillage.sdaasp.elaboration.modele import EtatEvenement
from maillage.sdaasp.elaboration.synthese import IssueParole
from maillage.web.elaboration import commands, queries
from maillage.web.elaboration.documents import read_synthese
from maillage.web.elaboration.exemple import keep_if_none
from maillage.web.elaboration.models import Parole
from maillage.web.elaboration.projet import commands as projet
from maillage.web.programme.noms import get_noms

ENTETES = "texte;theme;arrondissement;evenement;organisation;origine\r\n"


def bring(client, elaboration, text: str, step: str = "fichier"):
    file = SimpleUploadedFile("paroles.csv", f"{ENTETES}{text}".encode("utf-8-sig"))
    return client.post(f"/elaboration/{elaboration.cle}/importer/", {"etape": step, "fichier": file})


def test_a_table_is_rehearsed_then_written_once(client, charge, elaboration, journee) -> None:
    client.force_login(charge)
    rows = "Le bus;Santé;Douai;Journée fondatrice;CAF;reçue par écrit\r\nLe bus;sante;593;;;\r\n"
    rows += "'=1+1;;;Journée fondatrice;;\r\nLe bus;;;Journée fondatrice;;\r\n"
    shown = bring(client, elaboration, rows).content.decode().replace("\xa0", " ")
    assert "4 paroles nouvelles" in shown
    assert not Parole.objects.exists()
    client.post(f"/elaboration/{elaboration.cle}/importer/", {"etape": "ecrire"})
    held = list(Parole.objects.order_by("pk"))
    assert [row.texte for row in held] == ["Le bus", "Le bus", "=1+1", "Le bus"]
    assert (held[0].theme, held[0].territoire, held[0].organisation) == ("sante", "593", "CAF")
    assert held[0].recue_le == journee.fin
    again = bring(client, elaboration, f"{rows}Nouvelle;;;;;\r\n").content.decode().replace("\xa0", " ")
    assert "1 parole nouvelle" in again
    assert "4 déjà connues" in again
    client.post(f"/elaboration/{elaboration.cle}/importer/", {"etape": "abandonner"})
    assert client.post(f"/elaboration/{elaboration.cle}/importer/", {"etape": "ecrire"}).status_code == 200
    assert Parole.objects.count() == 4


def test_a_wrong_table_writes_nothing_and_tells_each_row(client, charge, elaboration) -> None:
    client.force_login(charge)
    shown = plat(bring(client, elaboration, "a;Eau;;;;\r\n;Santé;;;;\r\nb;;Paris;;;\r\n").content.decode())
    for fault in (
        "ligne 2, colonne « theme »",
        "ligne 3, colonne « texte »",
        "ligne 4, colonne « arrondissement »",
    ):
        assert fault in shown
    assert not Parole.objects.exists()
    for name, body in (("a.csv", b""), ("a.ods", b"PK\5\6" + bytes(18)), ("a.exe", b"MZ")):
        file = SimpleUploadedFile(name, body)
        answer = client.post(
            f"/elaboration/{elaboration.cle}/importer/", {"etape": "fichier", "fichier": file}
        )
        assert answer.status_code == 200
    assert not Parole.objects.exists()


def test_what_is_carried_away_comes_back_and_is_no_formula(
    client, charge, elaboration, dire, journee
) -> None:
    dire(elaboration, "=HYPERLINK(1)", journee, theme="sante", territoire="593")
    client.force_login(charge)
    body = client.get(f"/elaboration/{elaboration.cle}/paroles.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(body), delimiter=";")
    assert row["texte"] == "'=HYPERLINK(1)"
    assert (row["theme"], row["arrondissement"], row["etat"]) == ("Santé", "Douai", "à trier")
    file = SimpleUploadedFile("paroles.csv", body.encode("utf-8-sig"))
    shown = client.post(
        f"/elaboration/{elaboration.cle}/importer/", {"etape": "fichier", "fichier": file}
    ).content.decode()
    assert "1 déjà connue" in shown.replace("\xa0", " ")
    book = client.get(f"/elaboration/{elaboration.cle}/paroles.ods").content
    file = SimpleUploadedFile("paroles.ods", book)
    shown = client.post(
        f"/elaboration/{elaboration.cle}/importer/", {"etape": "fichier", "fichier": file}
    ).content.decode()
    assert "1 déjà connue" in shown.replace("\xa0", " ")


def test_hidden_paroles_are_carried_away_by_nobody_else(client, charge, elaboration, journee, compte) -> None:
    row = commands.open_to_all(charge, journee, journee.version, journee.fin.replace(year=2199))
    commands.deposit(row, "À modérer")
    client.force_login(compte("analyste"))
    body = client.get(f"/elaboration/{elaboration.cle}/paroles.csv").content.decode("utf-8-sig")
    assert "À modérer" not in body


@pytest.mark.parametrize("forme", ["docx", "pdf", "ods"])
def test_the_synthesis_tells_figures_and_reasons(client, charge, elaboration, journee, dire, forme) -> None:
    said = [dire(elaboration, text, journee, theme="sante", territoire="593") for text in ("Un", "Deux")]
    row = commands.invite(charge, journee, journee.version, ["CAF"])
    rows = [{**row.invitees[0], "presentes": 7}]
    row = commands.change_evenement(charge, row, row.version, {"invitees": rows})
    commands.move_evenement(charge, row, row.version, EtatEvenement.TENU)
    client.force_login(charge)
    page = f"/elaboration/{elaboration.cle}/tri/"
    client.post(page, {"choix": [f"{one.cle}@1" for one in said], "geste": "ranger", "case": "enjeu"})
    projet.tie(charge, {said[0].cle: 2}, "sante.1", "C’est le cœur du sujet")
    written = read_synthese(elaboration, get_noms())
    assert (written.synthese.presences, written.synthese.organisations) == (7, 1)
    answer = client.get(f"/elaboration/{elaboration.cle}/synthese.{forme}")
    assert answer.status_code == 200
    if forme == "docx":
        document = Docx(io.BytesIO(answer.content))
        cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
        assert "C’est le cœur du sujet" in cells
        assert any("1\xa0parole attend" in one.text for one in document.paragraphs)


@pytest.mark.parametrize("nature", ["invitation", "presence"])
def test_a_letter_and_a_sheet_name_nobody(client, charge, journee, nature) -> None:
    commands.invite(charge, journee, journee.version, ["CAF", "ADIL"])
    client.force_login(charge)
    page = f"/elaboration/evenements/{journee.cle}/{nature}"
    document = Docx(io.BytesIO(client.get(f"{page}.docx").content))
    text = " ".join(one.text for one in document.paragraphs)
    assert "aucun nom" in text.lower()
    if nature == "presence":
        names = [line.cells[0].text for line in document.tables[0].rows]
        assert names[1:3] == ["CAF", "ADIL"]
    assert client.get(f"{page}.ods").status_code == 404


def test_the_example_is_whole_and_says_that_it_is_invented(client, charge) -> None:
    whole, revision = keep_if_none(charge)
    assert keep_if_none(charge) == []
    figures = queries.read_synthese(whole)
    assert whole.fin is not None
    assert figures.paroles.get(IssueParole.EN_ATTENTE) == 0
    assert (figures.tenus, figures.paroles.recues, figures.presences) == (4, 7, 101)
    assert queries.read_synthese(revision).paroles.get(IssueParole.EN_ATTENTE) == 3
    client.force_login(charge)
    for row in (whole, revision):
        assert "Jeu d’essai" in client.get(row.get_absolute_url()).content.decode()
    assert read_synthese(whole, get_noms()).jeu_essai
