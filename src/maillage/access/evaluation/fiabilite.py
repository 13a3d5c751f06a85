"""How far a figure may be trusted."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Grades = NDArray[np.uint8]

FIABILITES: Final = ("observe", "impute", "estime", "simule")
"""From the best to the worst; an array of reliabilities holds row numbers of this list, uint8."""
