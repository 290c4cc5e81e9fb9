"""OSGB36 National Grid eastings and northings to WGS84 latitude and longitude.

Two steps, both on whole arrays:

1. inverse transverse Mercator on the Airy 1830 ellipsoid, the series C of
   Ordnance Survey's *A guide to coordinate systems in Great Britain* (annex C);
2. the seven-parameter Helmert transform of the same guide (section 6.6), which
   Ordnance Survey states as good to about 5 metres anywhere in Great Britain.

The 5 metres are well inside the size of a postcode (some tens of metres), so the
far heavier OSTN15 grid would buy nothing here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# Ellipsoids, semi-major and semi-minor axis in metres.
_AIRY_A, _AIRY_B = 6_377_563.396, 6_356_256.909
_WGS84_A, _WGS84_B = 6_378_137.000, 6_356_752.314245

# National Grid: true origin, false origin, scale on the central meridian.
_ORIGIN_LAT, _ORIGIN_LON = np.radians(49.0), np.radians(-2.0)
_FALSE_EAST, _FALSE_NORTH = 400_000.0, -100_000.0
_SCALE = 0.9996012717

# Helmert OSGB36 -> WGS84: metres, arc seconds, parts per million.
_SHIFT = (446.448, -125.157, 542.060)
_ROTATION = tuple(float(np.radians(seconds / 3600.0)) for seconds in (0.1502, 0.2470, 0.8421))
_PPM = -20.4894e-6


def _meridional_arc(lat: FloatArray) -> FloatArray:
    """Developed arc of the meridian from the true origin, in metres (annex C, C3)."""
    n = (_AIRY_A - _AIRY_B) / (_AIRY_A + _AIRY_B)
    n2, n3 = n * n, n * n * n
    less, more = lat - _ORIGIN_LAT, lat + _ORIGIN_LAT
    arc: FloatArray = (
        _AIRY_B
        * _SCALE
        * (
            (1 + n + 5 / 4 * n2 + 5 / 4 * n3) * less
            - (3 * n + 3 * n2 + 21 / 8 * n3) * np.sin(less) * np.cos(more)
            + (15 / 8 * n2 + 15 / 8 * n3) * np.sin(2 * less) * np.cos(2 * more)
            - 35 / 24 * n3 * np.sin(3 * less) * np.cos(3 * more)
        )
    )
    return arc


def grid_to_osgb36(easting: npt.ArrayLike, northing: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Latitude and longitude on the Airy ellipsoid, in radians.

    Shapes: the two inputs (metres) broadcast; both results have that shape.
    Source: Ordnance Survey guide, annex C2.
    """
    east = np.asarray(easting, dtype=np.float64) - _FALSE_EAST
    north = np.asarray(northing, dtype=np.float64) - _FALSE_NORTH
    e2 = 1 - (_AIRY_B / _AIRY_A) ** 2

    # A fixed count instead of a tolerance: each round shrinks the error about 500 times,
    # so five leave less than a thousandth of a millimetre anywhere on the grid.
    lat = north / (_AIRY_A * _SCALE) + _ORIGIN_LAT
    for _ in range(5):
        lat = lat + (north - _meridional_arc(lat)) / (_AIRY_A * _SCALE)

    sin2 = np.sin(lat) ** 2
    nu = _AIRY_A * _SCALE / np.sqrt(1 - e2 * sin2)
    rho = nu * (1 - e2) / (1 - e2 * sin2)
    eta2 = nu / rho - 1
    t, sec = np.tan(lat), 1 / np.cos(lat)
    t2, t4, t6 = t**2, t**4, t**6

    vii = t / (2 * rho * nu)
    viii = t / (24 * rho * nu**3) * (5 + 3 * t2 + eta2 - 9 * t2 * eta2)
    ix = t / (720 * rho * nu**5) * (61 + 90 * t2 + 45 * t4)
    x = sec / nu
    xi = sec / (6 * nu**3) * (nu / rho + 2 * t2)
    xii = sec / (120 * nu**5) * (5 + 28 * t2 + 24 * t4)
    xiia = sec / (5040 * nu**7) * (61 + 662 * t2 + 1320 * t4 + 720 * t6)

    phi = lat - vii * east**2 + viii * east**4 - ix * east**6
    lam = _ORIGIN_LON + x * east - xi * east**3 + xii * east**5 - xiia * east**7
    return phi, lam


def osgb36_to_wgs84(lat: FloatArray, lon: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shift radians on the Airy ellipsoid to WGS84 *degrees*, height taken as zero.

    Source: Ordnance Survey guide, section 6.6 (Helmert) and annex B.
    """
    e2_airy = 1 - (_AIRY_B / _AIRY_A) ** 2
    nu = _AIRY_A / np.sqrt(1 - e2_airy * np.sin(lat) ** 2)
    x = nu * np.cos(lat) * np.cos(lon)
    y = nu * np.cos(lat) * np.sin(lon)
    z = (1 - e2_airy) * nu * np.sin(lat)

    rx, ry, rz = _ROTATION
    scale = 1 + _PPM
    x2 = _SHIFT[0] + scale * x - rz * y + ry * z
    y2 = _SHIFT[1] + rz * x + scale * y - rx * z
    z2 = _SHIFT[2] - ry * x + rx * y + scale * z

    e2 = 1 - (_WGS84_B / _WGS84_A) ** 2
    p = np.hypot(x2, y2)
    phi = np.arctan2(z2, p * (1 - e2))
    for _ in range(4):
        nu = _WGS84_A / np.sqrt(1 - e2 * np.sin(phi) ** 2)
        phi = np.arctan2(z2 + e2 * nu * np.sin(phi), p)
    return np.degrees(phi), np.degrees(np.arctan2(y2, x2))


def grid_to_wgs84(easting: npt.ArrayLike, northing: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """WGS84 latitude and longitude in degrees of National Grid eastings and northings.

    Shapes: the two inputs (metres) broadcast; both results have that shape. NaN stays NaN.
    Error: about 5 m at most (see the module's source).
    """
    return osgb36_to_wgs84(*grid_to_osgb36(easting, northing))
