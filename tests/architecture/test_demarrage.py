"""What every process of Django loads to start: a command, a worker, the child of a piece of work."""

import os
import subprocess
import sys
from pathlib import Path

CALCULS = {"numba", "scipy", "openpyxl", "odf", "pyarrow", "pyproj", "shapely"}
DIRE = "import sys, django; django.setup(); print(*sys.modules)"


def test_a_start_loads_no_library_of_computations_nor_of_workbooks(tmp_path: Path) -> None:
    """A page, a document, a piece of work loads what it needs: most commands need none of these."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"MAILLAGE_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "maillage.web.settings.local"}
    done = subprocess.run(
        [sys.executable, "-c", DIRE], env=environment, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "maillage.web.annuaire.reseau.apports" in loaded
    assert not loaded & CALCULS
