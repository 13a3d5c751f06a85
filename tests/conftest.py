"""What every test may ask for: the real data and the reference schema, wherever they are."""

import fcntl
import gc
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib.util import module_from_spec, spec_from_file_location
from math import cos, radians
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is not a slow function: hypothesis judges results, not time.
settings.register_profile("maillage", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("maillage")

# Some machines forbid Python to keep what it compiles; our tests start it hundreds of times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas

ROOT = Path(__file__).parent.parent
METRES_PER_DEGREE = 6_371_008.8 * radians(1)


# The files that take longest, longest first (seconds of processor, by tens): measure again when one grows.
LONGS = (
    "web/test_navigateur.py",
    "reference/test_atlas_du_nord.py",
    "web/serveur/test_postgresql.py",
    "web/test_entrees.py",
    "web/test_permissions.py",
    "attaques/test_commandes.py",
    "web/serveur/test_restaurer.py",
    "atlas/test_memoire.py",
    "attaques/test_visibilite.py",
    "scenarios/test_simulation.py",
    "web/serveur/test_arret_brutal.py",
    "atlas/construction/test_france.py",
    "attaques/test_classeurs.py",
    "web/test_autres_departements.py",
    "reference/test_temps_publies.py",
    "atlas/construction/test_build.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest files first, then those of slow tests: no worker is left alone with one at the end."""
    ranks = {ROOT / "tests" / name: rank for rank, name in enumerate(LONGS)}
    slow = {
        item.path for item in items if any(item.iter_markers("lent")) or any(item.iter_markers("navigateur"))
    }
    items.sort(key=lambda item: (ranks.get(item.path, len(LONGS)), item.path not in slow))


def pytest_collection_finish() -> None:
    """What is loaded stays until the end: the collector looks at it no more, and at the rest less often."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def find_folder(variable: str, default: str) -> Path:
    """The folder named by ``variable``, else beside the project; absent: skip here, fail in CI."""
    folder = Path(os.environ.get(variable) or ROOT.parent / "shared" / default)
    if folder.is_dir():
        return folder
    reason = f"{folder} est absent : indiquez les données par la variable {variable}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def donnees() -> Path:
    """The folder of real open data."""
    return find_folder("MAILLAGE_DATA", "data")


@pytest.fixture(scope="session")
def schema_de_reference() -> Path:
    """The folder of the reference schema's text."""
    return find_folder("MAILLAGE_SEED", "seed")


@pytest.fixture(scope="session")
def polices() -> Path:
    """The folder of the typefaces of documents, those of rarer signs among them."""
    folder = ROOT / "src/maillage/reports/polices"
    if not (folder / "NotoSans_400Regular.ttf").is_file():
        if os.environ.get("CI") == "true":
            pytest.fail("les polices manquent : make install")
        pytest.skip("les polices manquent : make install")
    return folder


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Path]], dict[str, Path]]:
    """Open files in LibreOffice, all by one start of it, and print them: name of each → its PDF."""
    if shutil.which("soffice") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("LibreOffice manque : .ci/system")
    profile, out = tmp_path_factory.mktemp("profil"), tmp_path_factory.mktemp("imprimes")

    def convert(files: Sequence[Path]) -> dict[str, Path]:
        asked = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
        subprocess.run([*asked, "--outdir", out, *files], check=True, capture_output=True, timeout=180)
        return {file.name: out / f"{file.stem}.pdf" for file in files}

    return convert


Tags = dict[str, str]


@pytest.fixture
def write_osm(tmp_path: Path) -> Callable[..., Path]:
    """Write a small extract drawn in metres around 3° E, 50° N; returns the file's path.

    ``nodes``: id → (x, y) or (x, y, tags); ``ways``: id → (node ids, tags); ``relations``: id →
    (members, tags) where a member is (type, id, role).
    """
    osmium = pytest.importorskip("osmium")

    def write(
        nodes: dict[int, tuple[Any, ...]],
        ways: dict[int, tuple[list[int], Tags]],
        relations: dict[int, tuple[list[tuple[str, int, str]], Tags]] | None = None,
        name: str = "essai.osm.pbf",
    ) -> Path:
        path = tmp_path / name
        path.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(path)) as writer:
            for node, (x, y, *tags) in sorted(nodes.items()):
                place = (3 + x / (METRES_PER_DEGREE * cos(radians(50))), 50 + y / METRES_PER_DEGREE)
                writer.add_node(osmium.osm.mutable.Node(id=node, location=place, tags=dict(*tags)))
            for way, (refs, tags_of_way) in sorted(ways.items()):
                writer.add_way(osmium.osm.mutable.Way(id=way, nodes=refs, tags=tags_of_way))
            for relation, (members, tags_of_relation) in sorted((relations or {}).items()):
                writer.add_relation(
                    osmium.osm.mutable.Relation(id=relation, members=members, tags=tags_of_relation)
                )
        return path

    return write


@pytest.fixture(scope="session")
def petit_monde() -> ModuleType:
    """The generator of a small invented département: see ``tests/petit_monde.py``."""
    return load_generator("petit_monde")


@pytest.fixture(scope="session")
def mondes() -> ModuleType:
    """Small départements under their real names, for a test of any département: see ``tests/mondes.py``."""
    return load_generator("mondes")


def load_generator(name: str) -> ModuleType:
    """A module of this folder."""
    spec = spec_from_file_location(name, ROOT / "tests" / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def petites_sources(petit_monde: ModuleType, tmp_path: Path) -> Path:
    """The files of the small département, in a folder of the test's own: spoil them as you like."""
    folder: Path = petit_monde.write_sources(tmp_path / "sources")
    return folder


Make = Callable[[Path], object]


@pytest.fixture(scope="session")
def une_fois(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Make], Path]:
    """``une_fois(name, make)``: the folder that ``make(folder)`` fills, once for every worker of the run.

    Read it, never write in it: other workers read it too, and the tests that a test runs. A ``make`` that
    fails is tried again by the next.
    """
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    common = Path(os.environ.setdefault("MAILLAGE_TESTS_COMMUN", str(common)))

    def share(name: str, make: Make) -> Path:
        folder = common / f"commun-{name}"
        with (common / f"commun-{name}.verrou").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                draft = tmp_path_factory.mktemp(name) / "commun"
                draft.mkdir()
                make(draft)
                draft.rename(folder)
        return folder

    return share


PREPARER = """
import sys
from pathlib import Path
from maillage.web.serveur.preparation import set_up
set_up(Path(sys.argv[1]), Path(sys.argv[1]))
"""


@pytest.fixture(scope="session")
def base_migree(une_fois: Callable[[str, Make], Path]) -> Path:
    """The SQLite base that a first start makes from nothing: copy it, an install begins there in no time."""

    def make(folder: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"DJANGO_SETTINGS_MODULE": "maillage.web.settings.local"}
        subprocess.run([sys.executable, "-c", PREPARER, folder], env=environment, check=True)
        with closing(sqlite3.connect(folder / "maillage.sqlite3")) as base:
            base.execute("PRAGMA journal_mode=DELETE")  # one file, which a base in memory takes too

    return une_fois("base", make) / "maillage.sqlite3"


@pytest.fixture(scope="session")
def _memoire_migree(request: pytest.FixtureRequest) -> Iterator[None]:
    """The base of Django's tests, where it is in memory, begins as a copy of the migrated one."""
    from django.db import connection  # noqa: PLC0415 - only the tests that need it pay for it

    if connection.vendor != "sqlite":
        yield
        return
    name = connection.creation._get_test_db_name()
    with closing(sqlite3.connect(name, uri=True)) as memory:
        with closing(sqlite3.connect(request.getfixturevalue("base_migree"))) as base:
            base.backup(memory)
        yield


@pytest.fixture(scope="session")
def django_db_setup(_memoire_migree: None, django_db_setup: None) -> None:
    """As pytest-django does it: what is missing is migrated, and nothing is."""


@pytest.fixture(scope="session")
def petit_atlas(petit_monde: ModuleType, une_fois: Callable[[str, Make], Path]) -> "Atlas":
    """An atlas of the small département, for every test that reads one."""
    from maillage.atlas.construction.build import build  # noqa: PLC0415 - only the tests that need it pay for it
    from maillage.atlas.construction.parametres import Parametres  # noqa: PLC0415
    from maillage.atlas.lecture.ouvert import open_atlas  # noqa: PLC0415

    def make(folder: Path) -> None:
        sources = petit_monde.write_sources(folder / "sources")
        build("59", sources, folder / "atlas", Parametres(tuiles=False))

    return open_atlas(une_fois("petit", make) / "atlas")


CONSTRUIRE = """
import sys
from pathlib import Path
from maillage.cli import main
try:
    main()
finally:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(status["VmHWM"].split()[0], file=sys.stderr)
"""


def build_nord(donnees: Path, out: Path) -> int:
    """Build the Nord from the command line without any cache; the peak memory, kB.

    `VmHWM` and not `ru_maxrss`: the latter survives `exec`, so a child starts at the peak of the
    process that ran it, here the whole test suite's.
    """
    arguments = ["atlas", "build", "--departement", "59", "--from", str(donnees), "--out", str(out)]
    answer = subprocess.run(
        [sys.executable, "-c", CONSTRUIRE, *arguments, "--sans-cache", "--silencieux"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return int(answer.stderr.splitlines()[-1])


@pytest.fixture(scope="session")
def nord_construit(donnees: Path, une_fois: Callable[[str, Make], Path]) -> Path:
    """``atlas``, of the Nord from the real open data, and ``memoire-kb``, what its build took at most."""

    def make(out: Path) -> None:
        (out / "memoire-kb").write_text(str(build_nord(donnees, out / "atlas")))

    return une_fois("nord", make)


@pytest.fixture(scope="session")
def atlas_du_nord(nord_construit: Path) -> "Atlas":
    """An atlas of the Nord from the real open data."""
    from maillage.atlas.lecture.ouvert import open_atlas  # noqa: PLC0415

    return open_atlas(nord_construit / "atlas")


@pytest.fixture(scope="session")
def exemple_sur_routes(une_fois: Callable[[str, Make], Path]) -> Path:
    """The embedded example on its roads: ``reseau``, ``atlas`` and the ``cache`` of its build."""
    from maillage.atlas.construction.build import build  # noqa: PLC0415
    from maillage.atlas.construction.parametres import Parametres  # noqa: PLC0415
    from maillage.atlas.construction.stages import Silence  # noqa: PLC0415
    from maillage.cli.demo import build_roads  # noqa: PLC0415

    def make(out: Path) -> None:
        sources = ROOT / "src/maillage/sources/jeu_essai"
        roads = build_roads(sources, out / "reseau", Silence())
        chosen = Parametres(tuiles=False)
        build("59", sources, out / "atlas", chosen, reseau=roads, cache=out / "cache")

    return une_fois("exemple-sur-routes", make)
