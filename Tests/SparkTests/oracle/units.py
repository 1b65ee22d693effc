"""Physical units that the oracle's formulas need: IAU 2015 nominal values and CODATA, as docs/API.md gives them."""
UNITS = {
    "solar_gm": 1.3271244e20, "astronomical_unit_in_metres": 149597870700.0, "solar_radius_in_metres": 6.957e8,
    "day_in_seconds": 86400.0}
