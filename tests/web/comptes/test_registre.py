"""What is kept about people: declared with each model, shown on a page, taken away on time."""

from copy import copy
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import models
from django.test.utils import isolate_apps
from django.utils import timezone

from maillage.web.comptes.models import Jeton, Personne
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
    Travail.objects.create(jeton="t" * 43, titre="Essai", genre="tout_exporter", fini_le=now)
    Travail.objects.create(jeton="u" * 43, titre="En cours", genre="tout_exporter")
    LogEntry.objects.create(user=personne, action_flag=CHANGE, object_repr="x", change_message="y")
    (folder / ("t" * 43)).mkdir()
    (folder / ("t" * 43) / "tout.zip").write_bytes(b"x")


def test_what_the_register_says_goes_goes_on_time(compte, settings, tmp_path, monkeypatch) -> None:
    """The clock is moved: the day before, everything is there; the day after, nothing, and proof is left."""
    settings.EXPORTS = tmp_path
    make_each(compte("administration"), tmp_path)
    ends = {"clés d’API": 90, "travaux": 30, "journal d’administration": 1095}
    start = timezone.now()
    for rule, days in sorted(ends.items(), key=lambda pair: pair[1]):
        for moved, taken in ((days - 1, 0), (days + 1, 1)):
            monkeypatch.setattr(timezone, "now", lambda moved=moved: start + timedelta(days=moved))
            assert commands.apply_rules()[rule] == taken, (rule, moved)
    assert [travail.titre for travail in Travail.objects.all()] == ["En cours"]
    assert list(tmp_path.iterdir()) == []
    assert commands.Menage.objects.filter(regle="travaux", nombre=1).exists()
