"""Every web test reads two small invented atlases, and may ask for accounts by role."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache

spec = importlib.util.spec_from_file_location("atlas_jouet", Path(__file__).parent / "atlas_jouet.py")
assert spec is not None
assert spec.loader is not None
atlas_jouet = importlib.util.module_from_spec(spec)
sys.modules["atlas_jouet"] = atlas_jouet
spec.loader.exec_module(atlas_jouet)


@pytest.fixture(scope="session")
def dossier_atlas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("atlas")
    atlas_jouet.write_atlas(folder / "essai-2026", "2026-06-01")
    atlas_jouet.write_atlas(folder / "essai-2025", "2025-06-01", "0")
    return folder


@pytest.fixture(autouse=True)
def _installation(dossier_atlas: Path, tmp_path: Path, settings) -> None:
    settings.MAILLAGE_ATLAS = dossier_atlas
    settings.EXPORTS = tmp_path / "exports"
    cache.clear()


@pytest.fixture
def compte(db) -> Callable:
    """Make an account: ``compte("pilote_thematique", theme="sante")``; no role, no mandate."""
    from maillage.web.comptes.models import Mandat, Organisation, Personne  # noqa: PLC0415

    def make(role: str = "", **portee: str) -> Personne:
        organisation, _ = Organisation.objects.get_or_create(
            nom="Conseil départemental d’essai", nature="departement"
        )
        number = Personne.objects.count() + 1
        personne = Personne.objects.create_user(
            f"essai{number}@example.org",
            "un-mot-de-passe-d-essai",
            first_name="Compte",
            last_name=f"d’essai {number}",
        )
        if role:
            Mandat.objects.create(personne=personne, organisation=organisation, role=role, **portee)
        return personne

    return make
