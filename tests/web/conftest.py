"""Every web test reads two small invented atlases, and may ask for accounts by role.

A query that asks for no order gets its rows in a random one: what a page shows never leans on luck.
"""

import importlib.util
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from maillage.sdaasp.reprise.chargement import load_programme

WEB = Path(__file__).parent


def load_beside(name: str) -> ModuleType:
    """A module of this folder, for every test of it."""
    spec = importlib.util.spec_from_file_location(name, WEB / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def monde_jouet() -> ModuleType:
    """The invented département, for a test that needs other sources."""
    return load_beside("monde_jouet")


@pytest.fixture(scope="session")
def dossier_atlas(une_fois: Callable[..., Path], monde_jouet: ModuleType) -> Path:
    """``essai-2025`` and ``essai-2026``, built by the code from ``monde_jouet``'s sources."""
    return une_fois("jouet", monde_jouet.build_two) / "atlas"


@pytest.fixture(scope="session")
def dossier_zone(une_fois: Callable[..., Path], monde_jouet: ModuleType) -> Path:
    """An atlas of sources where the département has drawn a zone inside the first commune."""
    return une_fois("zone", monde_jouet.build_zone) / "atlas"


@pytest.fixture(scope="session")
def dossier_bus(une_fois: Callable[..., Path], monde_jouet: ModuleType) -> Path:
    """``sans-bus`` and ``avec-bus``: the same atlas without timetables and with them."""
    return une_fois("bus", monde_jouet.build_bus) / "atlas"


@pytest.fixture(autouse=True)
def _installation(dossier_atlas: Path, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from maillage.web.socle import debit  # noqa: PLC0415
    from maillage.web.socle.memoire import Compteurs  # noqa: PLC0415

    monkeypatch.setattr(debit, "_counts", Compteurs())
    monkeypatch.setattr(debit, "_days", Compteurs())
    monkeypatch.setattr(debit, "_shared", Compteurs())
    settings.MAILLAGE_ATLAS = dossier_atlas
    settings.EXPORTS = tmp_path / "exports"
    settings.MAILLAGE_FICHIERS = tmp_path / "fichiers"
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _keep_the_connection_of_a_test() -> Iterator[None]:
    """An answer that is closed does not close the connection whose transaction holds the test."""
    original = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def keep(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", keep)
        yield


@pytest.fixture(scope="session", autouse=True)
def _shuffle_unordered_queries() -> Iterator[None]:
    """Rows without a stated order come in any order, as a database may give them."""
    stated = SQLCompiler._order_by_pairs

    def shuffle(self: SQLCompiler) -> Iterator[tuple[Any, bool]]:
        pairs = list(stated(self))
        query = self.query
        whole = query.distinct or query.combinator or query.group_by is not None or query.subquery
        yield from pairs if pairs or whole else [(OrderBy(Random()), False)]

    SQLCompiler._order_by_pairs = shuffle
    yield
    SQLCompiler._order_by_pairs = stated


@pytest.fixture
def sur_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents of the programme are made in this process: what a child reads is what was pickled here.

    For crawls, which ask for many; that a child makes the same is tried by the tests of the exports.
    """
    from maillage.web.programme.public import fabrique  # noqa: PLC0415

    def write(programme: object, law: object, fiche: str, edition: object, path: Path) -> None:
        fabrique.write(*pickle.loads(pickle.dumps((programme, law, fiche, edition))), path)

    monkeypatch.setattr(fabrique, "write_apart", write)


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


@pytest.fixture(scope="session")
def _rangees_du_nord() -> list[tuple[Any, list[Any]]]:
    """The rows that the Nord's programme makes, by table, once a test of this process has asked for it."""
    return []


@pytest.fixture
def nord(db, _rangees_du_nord: list[tuple[Any, list[Any]]]) -> None:
    """The Nord's programme in the database: as ``load`` writes it, then the same rows, written today."""
    from maillage.web.programme.reprise.commands import load  # noqa: PLC0415

    if _rangees_du_nord:
        write_rows(_rangees_du_nord)
        return
    load(load_programme())
    if connection.vendor == "sqlite":  # elsewhere, numbers given do not move the next one
        _rangees_du_nord += read_rows()


def read_rows() -> list[tuple[Any, list[Any]]]:
    """Every row of the programme and of its history, by table."""
    tables = apps.get_app_config("programme").get_models()
    return [(one, rows) for one in tables if (rows := list(one._base_manager.order_by("pk")))]


def write_rows(tables: list[tuple[Any, list[Any]]]) -> None:
    """Put rows back in an empty database, changed and kept as of now."""
    for model, rows in tables:
        for row in rows:
            if hasattr(row, "history_date"):
                row.history_date = timezone.now()
        model._base_manager.bulk_create(rows)


@pytest.fixture
def charge(nord, compte):
    """Somebody in charge of the schema, over the whole département; the Nord's programme is there."""
    return compte("charge_mission")
