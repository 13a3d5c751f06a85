"""The statement says what an audit lets it say, and that there was none; the plan shows its blanks."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from maillage.catalogue.accessibilite import AuditAccessibilite, find_state, read_installed
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.web.settings import environnement

MODELE = """
[audit]
le = {le}
auditeur = "Cabinet d’essai"
taux = {taux}
[schema]
referent = "Direction du numérique"
[[schema.actions]]
annee = 2027
action = "Faire relire par des personnes concernées"
"""


@pytest.mark.parametrize(
    ("taux", "age_days", "state"),
    [
        (100, 10, "totalement conforme"),
        (99.9, 10, "partiellement conforme"),
        (50, 10, "partiellement conforme"),
        (49.9, 10, "non conforme"),
        (100, 3 * 366, "non conforme"),
    ],
)
def test_the_state_is_what_the_audit_lets_say(taux, age_days, state) -> None:
    today = date(2026, 11, 29)
    assert find_state(AuditAccessibilite(today - timedelta(days=age_days), "x", taux), today).value == state
    assert find_state(None, today).value == "non conforme"


def test_without_a_file_no_audit_is_claimed_and_blanks_are_shown(client, db) -> None:
    page = client.get("/accessibilite/").content.decode()
    assert "<strong>non conforme</strong>" in page
    assert "Aucun audit" in page
    assert "Libre réponse 71120" in page
    assert "Accessibilité\xa0: non conforme" in page  # the mention that each page bears
    plan = client.get("/accessibilite/schema/").content.decode()
    assert plan.count("à compléter par l’organisme") >= 3
    assert "aucun à ce jour" in plan


def test_with_a_file_pages_say_what_it_says(client, db, settings) -> None:
    settings.MAILLAGE_ACCESSIBILITE = read_installed(MODELE.format(le=timezone.localdate(), taux=62.5))
    page = client.get("/accessibilite/").content.decode()
    assert "<strong>partiellement conforme</strong>" in page
    assert "62,5 %" in page.replace("\xa0", " ")
    assert "Cabinet d’essai" in page
    assert "Accessibilité\xa0: partiellement conforme" in page
    plan = client.get("/accessibilite/schema/").content.decode()
    assert "Direction du numérique" in plan
    assert "Faire relire par des personnes concernées" in plan


def test_all_that_is_wrong_in_the_file_is_said(tmp_path, monkeypatch) -> None:
    text = '[audit]\nle = "hier"\ntaux = 130\n[schema]\nbudget = 3\n'
    with pytest.raises(EntreeInvalide) as caught:
        read_installed(text)
    said = str(caught.value)
    for words in ("auditeur : manque", "le : une date est attendu", "budget : inconnu"):
        assert words in said
    with pytest.raises(EntreeInvalide, match="0 à 100"):
        read_installed(MODELE.format(le="2026-01-01", taux=130))
    (tmp_path / "faux.toml").write_text("[audit", "utf-8")
    monkeypatch.setenv("MAILLAGE_ACCESSIBILITE", str(tmp_path / "faux.toml"))
    with pytest.raises(ImproperlyConfigured, match="TOML"):
        environnement.read_accessibilite()
    monkeypatch.setenv("MAILLAGE_ACCESSIBILITE", str(tmp_path / "absent.toml"))
    with pytest.raises(ImproperlyConfigured, match="absent"):
        environnement.read_accessibilite()
