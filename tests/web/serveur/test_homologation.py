"""The accreditation file says what code, settings and pages say, decides nothing, holds no secret."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from docx import Document

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.services_web import find_adresses
from maillage.reports.homologation.decision import make_decision
from maillage.reports.homologation.dossier import A_REMPLIR, make_dossier
from maillage.reports.homologation.pages import count_rights, read_security
from maillage.reports.rendu.blocs import Tableau
from maillage.web.serveur.homologation import list_flows, read_matiere

ROOT = Path(__file__).parents[3]
SECURITE = (ROOT / "docs/securite.md").read_text("utf-8")
PERMISSIONS = (ROOT / "docs/permissions.md").read_text("utf-8")


def find_table(document, titre: str) -> Tableau:
    return next(bloc for bloc in document.blocs if isinstance(bloc, Tableau) and bloc.titre == titre)


@pytest.fixture
def dossier(db, compte):
    compte("administration")
    return make_dossier(read_matiere(SECURITE, PERMISSIONS), date(2026, 11, 29))


def test_every_threat_and_every_limit_of_the_page_is_in_it(dossier) -> None:
    rows = [
        line for line in SECURITE.splitlines() if line.startswith("| ") and not line.startswith("| menace")
    ]
    kept = [bloc for bloc in dossier.blocs if isinstance(bloc, Tableau) and bloc.colonnes[0] == "Menace"]
    assert sum(len(table.lignes) for table in kept) == len(rows) > 40
    assert all(proofs for table in kept for *_, proofs in table.lignes)
    limits = SECURITE.split("## Ce qui n'est pas couvert")[1]
    points = [bloc for bloc in dossier.blocs if isinstance(bloc, Tableau) and bloc.colonnes[0] == "Point"]
    assert sum(len(table.lignes) for table in points) == len(re.findall(r"^\* ", limits, re.MULTILINE))
    assert all(answer == A_REMPLIR for table in points for _, answer in table.lignes)


def test_roles_are_counted_as_the_table_of_permissions_says(dossier) -> None:
    rows = {str(line[0]): [int(n.valeur) for n in line[1:]] for line in find_table(dossier, "Rôles").lignes}
    assert len(rows) == 12
    everything, reader = rows["Superutilisateur"], rows["Analyste"]
    assert everything[0] >= reader[0] > 10
    assert everything[1] > reader[1]
    assert rows["Administration de l’outil"][2] == 1
    # One line counted by hand: a superuser writes where this row says « oui ».
    rows = ("vue | adresse | méthode | accueil", "`a` | `/a` | GET | oui", "`a` | `/a` | POST | non")
    assert count_rights("\n".join(f"| {row} |" for row in rows)) == {"accueil": (1, 0)}


def test_nothing_that_is_for_the_authority_is_filled(dossier) -> None:
    needs = find_table(dossier, "Besoins, à coter par l’autorité")
    assert {cell for line in needs.lignes for cell in line[1:]} == {"……"}
    decision = make_decision(read_matiere(SECURITE, PERMISSIONS), date(2026, 11, 29))
    text = str(decision)
    assert text.count("☐") == 3
    assert "☒" not in text
    assert not re.search(r"\b(?:élevé|modéré|négligeable|critique)\b", str(dossier.blocs[:4]) + text)


def test_a_flow_is_open_where_it_is_set(db, settings) -> None:
    settings.EMAIL_HOST = ""
    closed = {one.nom for one in list_flows(webhooks=False) if not one.ouvert}
    assert closed >= {"Courriel", "Recherche d'adresses", "Fond de carte", "ProConnect"}
    settings.EMAIL_HOST = "courriel.exemple.fr"
    settings.MAILLAGE_ADRESSES = find_adresses("geoplateforme")
    told = {one.nom: one for one in list_flows(webhooks=False)}
    assert told["Courriel"].ouvert
    assert told["Recherche d'adresses"].vers.startswith("https://data.geopf.fr/")


def test_the_command_writes_six_files_without_a_secret(db, settings, tmp_path, capsys) -> None:
    settings.EMAIL_HOST_PASSWORD, settings.MAILLAGE_METRIQUES_JETON = (
        "mot-de-passe-smtp",
        "jeton-de-surveillance",
    )
    call_command("homologation", str(tmp_path / "dossier"))
    names = sorted(path.name for path in (tmp_path / "dossier").iterdir())
    assert names == [
        f"homologation-{what}.{end}" for what in ("decision", "dossier") for end in ("docx", "html", "pdf")
    ]
    page = (tmp_path / "dossier/homologation-dossier.html").read_text("utf-8")
    for secret in (settings.SECRET_KEY, "mot-de-passe-smtp", "jeton-de-surveillance"):
        assert secret not in page
    written = Document(str(tmp_path / "dossier/homologation-dossier.docx"))
    assert len(written.tables) > 15
    with pytest.raises(CommandError, match="n'est pas vide"):
        call_command("homologation", str(tmp_path / "dossier"))
    with pytest.raises(CommandError, match="--pages"):
        call_command("homologation", str(tmp_path / "autre"), pages=tmp_path)
    (tmp_path / "plein").write_text("x")
    with pytest.raises(CommandError, match="ne peut pas recevoir"):
        call_command("homologation", str(tmp_path / "plein"))


def test_another_page_is_not_taken_for_the_right_one() -> None:
    with pytest.raises(EntreeInvalide, match=r"securite\.md"):
        read_security("# Autre chose\n")
    with pytest.raises(EntreeInvalide, match=r"permissions\.md"):
        count_rights("# Autre chose\n")
