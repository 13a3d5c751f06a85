import importlib.util
import sys
from pathlib import Path

# importmode=importlib: a helper module beside the tests is loaded by its path
SPEC = importlib.util.spec_from_file_location("programmes_au_hasard", Path(__file__).parent / "strategies.py")
MODULE = importlib.util.module_from_spec(SPEC)
sys.modules["programmes_au_hasard"] = MODULE
SPEC.loader.exec_module(MODULE)
