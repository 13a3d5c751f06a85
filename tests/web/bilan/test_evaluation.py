"""The years of a schema on one page: frozen or said not to be, against the schema before."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.bilan.chiffres import count_today
from maillage.reports.bilan.evaluation import make_evaluation_document
from maillage.sdaasp.bilan.precedent import FigurePrecedente, load_precedent
from maillage.web.bilan import lecture
from maillage.web.comptes.models import Mandat
from maillage.web.socle.atlas import choose

PAGE = "/bilans/evaluation/"
AUJOURDHUI = date(2026, 11, 3)


@pytest.fixture(autouse=True)
def _the_day(monkeypatch, charge):
    Mandat.objects.update(debut=date(2025, 1, 1))
    monkeypatch.setattr(timezone, "localdate", lambda *_: AUJOURDHUI)


def read(client, personne, address: str = PAGE) -> str:
    client.force_login(personne)
    return client.get(address, follow=True).content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_the_page_sets_the_years_against_the_schema_before(client, charge):
    page = read(client, charge, f"{PAGE}2025/")
    assert "Bilan à mi-parcours" in page
    for words in ("389 817", "Équité d’accès aux services de santé", "SDAASP du Nord 2017-2023", "non figé"):
        assert words in page
    assert page.count("<table") == page.count('class="defile"')


def test_only_years_of_the_schema_that_have_begun_are_told(client, charge):
    client.force_login(charge)
    assert client.get(PAGE)["Location"] == f"{PAGE}2026/"
    for year in (2024, 2027, 2031):
        assert client.get(f"{PAGE}{year}/").status_code == 404
    assert client.get(f"{PAGE}2025/evaluation.exe").status_code == 404


def test_its_documents_say_what_the_page_says(client, charge):
    client.force_login(charge)
    told = client.get(f"{PAGE}2025/evaluation.json").json()
    assert [one["contenu"]["annee"] for one in told["evaluation"]["annees"]] == [2025]
    assert client.get(f"{PAGE}2025/evaluation.docx").content[:2] == b"PK"
    assert client.get(f"{PAGE}2025/evaluation.pdf").content[:5] == b"%PDF-"


def test_the_programme_is_read_once_whatever_the_years(nord, django_assert_num_queries):
    with django_assert_num_queries(31):
        lecture.read_evaluation(2025, None, date(2026, 3, 1))
    with django_assert_num_queries(33):
        lecture.read_evaluation(2026, None, date(2026, 3, 1))


def test_a_frozen_year_that_is_altered_is_not_told(client, charge, fige):
    assert fige.fige.empreinte in read(client, charge, f"{PAGE}2026/evaluation.json")
    with connection.cursor() as cursor:  # the application itself changes none
        cursor.execute("UPDATE bilan_bilanfige SET texte = replace(texte, 'Deux cabinets', 'Dix cabinets')")
    for address in (f"{PAGE}2026/", f"{PAGE}2026/evaluation.json"):
        page = read(client, charge, address)
        assert "Altéré" in page
        assert "Dix cabinets" not in page
    with pytest.raises(EntreeInvalide, match="Altéré"):
        lecture.read_evaluation(2026, None, AUJOURDHUI)


def test_a_count_of_today_stands_beside_a_figure_of_the_same_things_only(nord):
    before = load_precedent("nord-2025-2030")
    asked = {figure.indicateur: figure.libelle for figure in before.figures if figure.indicateur}
    assert asked == {
        "nombre_france_services": "France services",
        "nombre_maison_sante": "Maisons de santé pluriprofessionnelles",
    }
    atlas = choose(None)
    (found,) = count_today(atlas, before)  # this atlas lists no maison de santé
    assert found.chiffre.valeur == len(atlas.implantations("france_services"))
    made = lecture.read_evaluation(2025, atlas, date(2026, 3, 1))
    assert made.find_today(FigurePrecedente(libelle="Autre", valeur=3)) is None
    tables = [
        b for b in make_evaluation_document(made).blocs if getattr(b, "titre", "").startswith("Les chiffres")
    ]
    rows = {row[1]: row for row in tables[0].lignes}
    assert rows["France services"][4].valeur == found.chiffre.valeur
    assert "simulé" in str(rows["France services"][5])
    assert rows["Maisons de santé pluriprofessionnelles"][4] == "—"
    assert count_today(None, before) == count_today(atlas, None) == ()
