"""From the projections of French and European open data to WGS 84 longitude and latitude, in degrees."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyproj import Transformer

WGS84 = 4326
LAEA = 3035


@cache
def get_transformer(source_epsg: int) -> Transformer:
    """The transformer from ``source_epsg`` (x east, y north, metres) to WGS 84 (lon, lat)."""
    return Transformer.from_crs(source_epsg, WGS84, always_xy=True)


def to_wgs84(
    x_m: NDArray[np.float64], y_m: NDArray[np.float64], epsg: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of projected points; NaN stays NaN, a point out of the projection is NaN.

    >>> lon, lat = to_wgs84(np.array([700_000.0]), np.array([6_600_000.0]), 2154)
    >>> round(float(lon[0]), 6), round(float(lat[0]), 6)
    (3.0, 46.5)
    """
    if epsg == WGS84:
        return x_m, y_m
    lon, lat = get_transformer(epsg).transform(x_m, y_m)
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    lost = ~(np.isfinite(lon) & np.isfinite(lat))
    return np.where(lost, np.nan, lon), np.where(lost, np.nan, lat)


def from_wgs84(
    lon: NDArray[np.float64], lat: NDArray[np.float64], epsg: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates (x east, y north, metres) of points given in degrees; infinite out of the projection.

    >>> x, y = from_wgs84(np.array([3.0]), np.array([46.5]), 2154)
    >>> round(float(x[0]), 3), round(float(y[0]), 3)
    (700000.0, 6600000.0)
    """
    x_m, y_m = get_transformer(epsg).transform(lon, lat, direction="INVERSE")
    return np.asarray(x_m, np.float64), np.asarray(y_m, np.float64)


def project_columns(x: pl.Series, y: pl.Series, epsg: int) -> tuple[pl.Series, pl.Series]:
    """Same on columns: null where a coordinate is null."""
    lon, lat = to_wgs84(x.cast(pl.Float64).to_numpy(), y.cast(pl.Float64).to_numpy(), epsg)
    return pl.Series("lon", lon).fill_nan(None), pl.Series("lat", lat).fill_nan(None)
