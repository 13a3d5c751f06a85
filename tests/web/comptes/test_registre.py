"""What is kept about people: declared with each model, shown on a page, taken away on time."""

from copy import copy
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.db import models
from django.test.utils import isolate_apps
from django.utils import timezone

from maillage.web.comptes.models import Invitation, Jeton, Menage, Personne
from maillage.web.comptes.retention import commands, registre
from maillage.web.socle.models import Travail
from maillage.web.socle.personnel import DonneesPersonnelles

PAGE = Path(__file__).parents[3] / "docs" / "donnees-personnelles.md"


def test_each_personal_field_is_declared_and_each_rule_exists() -> None:
    assert registre.list_faults() == []


def test_the_page_is_what_the_models_say() -> None:
    assert PAGE.read_text("utf-8") == registre.describe()


@pytest.mark.parametrize(
    "field",
    [
        models.EmailField(),
        models.GenericIPAddressField(),
        models.TextField(),
        models.CharField(max_length=20),
        models.JSONField(),
        models.ForeignKey(Personne, on_delete=models.CASCADE, related_name="+"),
    ],
    ids=lambda field: type(field).__name__,
)
def test_a_new_field_that_is_not_declared_is_found(field, monkeypatch) -> None:
    def find(said: DonneesPersonnelles | None) -> list[str]:
        with isolate_apps("maillage.web.comptes"):
            body = {"__module__": "maillage.web.comptes.models", "nouveau": copy(field), "PERSONNEL": said}
            model = type("Nouveau", (models.Model,), body)
        monkeypatch.setattr(registre.apps, "get_models", lambda: [model])
        return registre.list_faults()

    assert find(None) == ["comptes.Nouveau.nouveau : à déclarer dans PERSONNEL"]
    assert find(DonneesPersonnelles(("nouveau",), "a", "b", "c", regle="rien")) == [
        "comptes.Nouveau : aucune règle de ménage « rien »"
    ]
    assert find(DonneesPersonnelles(("nouveau",))) == [
        "comptes.Nouveau : finalité, lecteurs ou durée manquent"
    ]
    assert find(DonneesPersonnelles(autres=("nouveau", "parti"))) == [
        "comptes.Nouveau.parti : ce champ n’existe pas"
    ]
    assert find(DonneesPersonnelles(autres=("nouveau",))) == []


def make_each(personne: Personne, folder: Path) -> None:
    """One row of what the rules named in the register take away, ended now."""
    now = timezone.now()
    Jeton.objects.create(empreinte="a" * 64, nom="clé", personne=personne, expire_le=now)
    Invitation.objects.create(empreinte="b" * 64, personne=personne, expire_le=now)
    Menage.objects.create(regle="ancienne", nombre=1)
    Travail.objects.create(jeton="t" * 43, titre="Essai", genre="tout_exporter", fini_le=now)
    Travail.objects.create(jeton="u" * 43, titre="En cours", genre="tout_exporter")
    LogEntry.objects.create(user=personne, action_flag=CHANGE, object_repr="x", change_message="y")
    (folder / ("t" * 43)).mkdir()
    (folder / ("t" * 43) / "tout.zip").write_bytes(b"x")


def test_what_the_register_says_goes_goes_on_time(compte, settings, tmp_path, monkeypatch) -> None:
    """The clock is moved: the day before, everything is there; the day after, nothing, and proof is left."""
    settings.EXPORTS = tmp_path
    make_each(compte("administration"), tmp_path)
    ends = {
        30: {"travaux"},
        90: {"clés d’API", "invitations"},
        1095: {"journal d’administration", "preuves de ménage"},
    }
    start = timezone.now()
    for days, rules in ends.items():
        for moved, taken in ((days - 1, 0), (days + 1, 1)):
            monkeypatch.setattr(timezone, "now", lambda moved=moved: start + timedelta(days=moved))
            done = commands.apply_rules()
            assert {rule: done[rule] for rule in rules} == dict.fromkeys(rules, taken), moved
    assert [travail.titre for travail in Travail.objects.all()] == ["En cours"]
    assert list(tmp_path.iterdir()) == []
    assert commands.Menage.objects.filter(regle="travaux", nombre=1).exists()


def test_a_rule_that_fails_stops_no_other_and_is_tried_again(db, monkeypatch, caplog) -> None:
    def fail(_now: object) -> int:
        raise ValueError("lignes de agent@example.org")

    clock = [1e6]
    monkeypatch.setattr(commands, "monotonic", lambda: clock[0])
    monkeypatch.setattr(commands, "_failed", {})
    right = commands._rules["sessions"]
    monkeypatch.setitem(commands._rules, "sessions", fail)
    others = set(commands.RULES) - {"sessions"}
    commands.run_if_due()
    proved = Menage.objects.exclude(nombre=None)
    assert set(proved.values_list("regle", flat=True)) == others
    assert [one.regle for one in Menage.objects.filter(nombre=None)] == ["sessions"]
    assert [one.exc_info is not None for one in caplog.records if "« sessions »" in one.message] == [True]
    with pytest.raises(CommandError, match="« sessions »"):
        call_command("menage", stdout=StringIO())
    monkeypatch.setitem(commands._rules, "sessions", right)
    before = Menage.objects.count()
    commands.run_if_due()
    assert Menage.objects.count() == before, "not at each turn"
    clock[0] += commands.REPRISE_S
    for _ in range(2):
        commands.run_if_due()
        assert Menage.objects.count() == before + 1
    assert proved.filter(regle="sessions").count() == 1


# Rule → the test that sees its rows go, and stay the day before.
PROUVEES = {
    **dict.fromkeys(
        ("clés d’API", "invitations", "travaux", "journal d’administration", "preuves de ménage"),
        "tests/web/comptes/test_registre.py::test_what_the_register_says_goes_goes_on_time",
    ),
    **dict.fromkeys(
        ("essais de connexion", "sessions", "récupérations"),
        "tests/attaques/test_recuperation.py::test_what_has_ended_is_forgotten_on_schedule",
    ),
    "comptes en sommeil": "tests/attaques/test_recuperation.py::"
    "test_an_unused_account_sleeps_with_proof_and_is_woken_by_the_administration",
    "fichiers retirés": "tests/web/fichiers/test_fichiers.py::"
    "test_a_file_taken_away_is_read_no_more_then_forgotten_its_bytes_last",
    "messages retirés": "tests/web/echanges/test_echanges.py::"
    "test_author_or_pilote_removes_with_a_reason_and_the_text_goes_later",
    "contacts de rappel": "tests/web/participation/test_signalements.py::"
    "test_what_is_kept_can_be_carried_away_and_goes_on_time",
    "textes de signalements": "tests/web/participation/test_signalements.py::"
    "test_what_is_kept_can_be_carried_away_and_goes_on_time",
    "orientations": "tests/web/annuaire/test_accueil.py::test_from_the_form_to_the_answer_by_link_to_erasure",
    "envois de webhooks": "tests/web/publication/test_webhooks.py::"
    "test_old_messages_are_forgotten_with_proof_and_those_that_wait_stay",
    "campagnes de fraîcheur": "tests/web/annuaire/test_campagne.py::"
    "test_a_link_leads_only_to_its_own_until_its_campaign_ends",
}


def test_each_rule_is_seen_to_erase() -> None:
    assert PROUVEES.keys() == commands.RULES.keys()
    for place in PROUVEES.values():
        path, _, name = place.partition("::")
        assert f"def {name}(" in (PAGE.parents[1] / path).read_text("utf-8"), place
