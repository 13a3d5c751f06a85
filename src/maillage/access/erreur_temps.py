"""How estimated times err, as arrays ready for expected weights."""

from __future__ import annotations

from typing import Literal

import numpy as np

from maillage.access.decay import ErreurTemps
from maillage.catalogue.temps_estimes import load_residus

LEVELS = 15


def load_time_error(relief: Literal["plaine", "tout"], levels: int = LEVELS) -> ErreurTemps:
    """Ratios true / estimated at ``levels`` equally likely levels, by band of estimated time.

    >>> load_time_error("plaine", 3).ratio.shape[1]
    3
    """
    residus = load_residus(relief, "plus_proche")
    middles = (np.arange(levels) + 0.5) / levels
    log_ratio = [np.interp(middles, residus.quantiles, row) for row in residus.ln_rapport]
    return ErreurTemps(np.array(residus.borne_haute_s) * 10, np.exp(log_ratio))
