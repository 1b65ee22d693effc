"""What is predicted of one record: star and orbit, habitable zone, types, similarity, mass and radius forecasts.

The formulas of Sources/PlanetCore/Science, in the same order of operations, as plain numbers: a record in, the values
of the table `predictions` out. Null in, null out. "Habitable" means right size and right orbit, nothing more. Not the
interval of a mass forecast: posterior.py."""
import math

from . import posterior
from .units import UNITS

try:
    from math import cbrt
except ImportError:  # Python 3.10: the same function of the C library
    import ctypes

    cbrt = ctypes.CDLL("libm.so.6").cbrt
    cbrt.restype, cbrt.argtypes = ctypes.c_double, [ctypes.c_double]

VERSION = "2"
SOLAR_GM = UNITS["solar_gm"]
AU = UNITS["astronomical_unit_in_metres"]
SOLAR_RADIUS = UNITS["solar_radius_in_metres"]
DAY = UNITS["day_in_seconds"]
EARTH_GM = 3.986004e14
ALBEDO = 0.3
_SOLAR_CONSTANT = 3.828e26 / (4 * math.pi * AU * AU)
_BLACK_BODY = math.sqrt(math.sqrt(_SOLAR_CONSTANT / (4 * 5.670374419e-8)))

# Kopparapu et al. 2014: S, a, b, c, d.
LIMITS = {
    "recent_venus": (1.776, 2.136e-4, 2.533e-8, -1.332e-11, -3.097e-15),
    "runaway_greenhouse_0.1": (0.99, 1.209e-4, 1.404e-8, -7.418e-12, -1.713e-15),
    "runaway_greenhouse_1": (1.107, 1.332e-4, 1.580e-8, -8.308e-12, -1.931e-15),
    "runaway_greenhouse_5": (1.188, 1.433e-4, 1.707e-8, -8.968e-12, -2.084e-15),
    "maximum_greenhouse": (0.356, 6.171e-5, 1.698e-9, -3.198e-12, -5.575e-16),
    "early_mars": (0.320, 5.547e-5, 1.526e-9, -2.874e-12, -5.011e-16),
}
_INNER = {"Miniterran": "runaway_greenhouse_0.1", "Subterran": "runaway_greenhouse_0.1",
          "Terran": "runaway_greenhouse_1", None: "runaway_greenhouse_1"}
_TYPES = ("Miniterran", "Subterran", "Terran", "Superterran", "Neptunian")
_NASA = ("Terrestrial", "Super Earth", "Neptune-like")


def limit_flux(limit, temperature):
    s, a, b, c, d = LIMITS[limit]
    t = temperature - 5780
    return s + t * (a + t * (b + t * (c + t * d)))


def _class(value, cuts, names, beyond):
    for cut, name in zip(cuts, names):
        if value <= cut:
            return name
    return beyond


def provenance(record, column):
    """Of pl_rade, pl_bmasse and others with a limit flag: measured, minimum, bound, forecast; None where missing."""
    if record.get(column) is None:
        return None
    if record.get(column + "lim"):
        return "bound"
    if column in ("pl_rade", "pl_radj"):
        has_errors = record.get(column + "err1") is not None or record.get(column + "err2") is not None
        return "measured" if has_errors or record.get("discoverymethod") == "Transit" else "forecast"
    if column in ("pl_bmasse", "pl_bmassj"):
        return {"M-R relationship": "forecast", "Msini": "minimum"}.get(record.get("pl_bmassprov"), "measured")
    return "measured"


def _limited(record, column):
    value = record.get(column)
    return None if value is None or record.get(column + "lim") else value


def _positive(record, column):
    value = _limited(record, column)
    return value if value is not None and value > 0 else None


def _error(record, column):
    """The mean of the two errors, or the one that is given."""
    given = [abs(e) for e in (record.get(column + "err1"), record.get(column + "err2")) if e is not None]
    return (given[0] + given[1]) / 2 if len(given) == 2 else given[0] if given else None


def _relative_error(record, column):
    value, error = _positive(record, column), _error(record, column)
    return None if value is None or error is None else _finite(error / value)


def log_error(record, column):
    relative = _relative_error(record, column)
    return None if relative is None else relative * 0.4342944819032518


def _finite(value):
    return value if math.isfinite(value) else None


def prediction(record: dict) -> dict:
    """By the names of the table's columns; what isn't known is left out."""
    out = {}
    _size(record, out)
    _orbit(record, out)
    _zone(record, out)
    _comparison(record, out)
    _forecast(record, out)
    return {name: value for name, value in out.items() if value is not None}


def _size(record, out):
    out["radius_provenance"] = provenance(record, "pl_rade")
    out["mass_provenance"] = provenance(record, "pl_bmasse")
    out["radius_measured"] = out["radius_provenance"] == "measured"
    out["mass_measured"] = out["mass_provenance"] in ("measured", "minimum")
    radius, mass = _positive(record, "pl_rade"), _positive(record, "pl_bmasse")
    if radius is not None and (out["radius_measured"] or not out["mass_measured"] or mass is None):
        out["pl_type"] = _class(radius, (0.4, 0.8, 1.6, 2.5, 6), _TYPES, "Jovian")
        out["nasa_type"] = _class(radius, (1, 2.1, 7.07), _NASA, "Gas Giant")
    elif mass is not None:
        out["pl_type"] = _class(mass, (0.1, 0.5, 3, 10, 50), _TYPES, "Jovian")
        out["nasa_type"] = _class(mass, (1, 5.05, 38.1), _NASA, "Gas Giant")
    if radius is not None and mass is not None:
        out["density_e"] = _divide(mass, radius * radius * radius)
        out["gravity_e"] = _divide(mass, radius * radius)
        out["vesc_e"] = _finite(math.sqrt(mass / radius))


def _divide(a, b):
    return _finite(a / b) if b else None


def _power(exponent):
    try:
        return _finite(math.pow(10, exponent))
    except OverflowError:
        return None


def _orbit(record, out):
    star_radius, star_mass, period = (_positive(record, name) for name in ("st_rad", "st_mass", "pl_orbper"))
    logarithm, temperature = _limited(record, "st_lum"), _positive(record, "st_teff")
    luminosity = None
    if logarithm is not None:
        luminosity, source = _power(logarithm), "given"
    elif star_radius is not None and temperature is not None:
        ratio = temperature / 5772.0
        squared = ratio * ratio
        luminosity, source = _finite(star_radius * star_radius * squared * squared), "derived"
    if luminosity is not None:
        out["luminosity"], out["luminosity_source"] = luminosity, source
    e = _limited(record, "pl_orbeccen")
    out["ecc_source"] = "given" if e is not None and 0 <= e < 1 else "assumed_0"
    out["ecc_used"] = e = e if out["ecc_source"] == "given" else 0.0
    mass, axis = _positive(record, "pl_bmasse"), _positive(record, "pl_orbsmax")
    if axis is not None:
        out["sma_source"] = "given"
    elif period is not None and star_mass is not None:
        seconds = period * DAY
        gm = SOLAR_GM * star_mass + EARTH_GM * (mass or 0)
        axis = _finite(cbrt(gm * seconds * seconds / (4 * math.pi * math.pi)) / AU)
        out["sma_source"] = None if axis is None else "kepler3"
    out["sma_au"] = axis
    if mass is not None and period is not None and star_mass is not None:
        planet = EARTH_GM * mass
        total = cbrt(SOLAR_GM * star_mass + planet)
        out["rv_k_ms"] = _finite(cbrt(2 * math.pi / (period * DAY)) * planet / (total * total) / math.sqrt(1 - e * e))
    if axis is None or axis <= 0:
        return
    distance = _thermal_distance(axis, e)
    out["d_eff_au"] = _finite(distance)
    if star_radius is not None:
        out["transit_prob"] = min(1.0, star_radius * SOLAR_RADIUS / (axis * AU) / (1 - e * e))
    if luminosity is None or not distance:
        return
    out["flux_mean"] = _divide(luminosity, axis * axis * math.sqrt(1 - e * e))
    out["flux_thermal"] = flux = _divide(luminosity, distance * distance)
    out["teq_a03_k"] = _finite(_BLACK_BODY * math.sqrt(math.sqrt((1 - ALBEDO) * luminosity)) / math.sqrt(distance))
    if flux is not None and out.get("pl_type") in ("Miniterran", "Subterran", "Terran", "Superterran"):
        out["tsurf_k"] = _finite(288 * math.sqrt(math.sqrt(flux)))


def _thermal_distance(axis, e):
    if e == 0:
        return axis
    mean = 2 * math.sqrt(1 + e) / math.pi * _elliptic(2 * e / (1 + e))
    return axis / (mean * mean)


def _elliptic(m):
    """The complete elliptic integral of the second kind, by the arithmetic-geometric mean (DLMF 19.8.6)."""
    a, g, total, power = 1.0, math.sqrt(1 - m), m / 2, 1.0
    for _ in range(40):
        c = (a - g) / 2
        a, g = (a + g) / 2, math.sqrt(a * g)
        total += power * c * c
        power *= 2
        if c < 1e-9 * a:
            break
    return math.pi / (2 * a) * (1 - total)


def zone_temperature(given):
    """(domain, the temperature to use the limits at or None)."""
    if 2600 <= given <= 7200:
        return "in", given
    return ("clamped", 2600.0) if 2500 <= given < 2600 else ("out", None)


def _zone(record, out):
    given = _positive(record, "st_teff")
    if given is None:
        return
    out["hz_domain"], temperature = zone_temperature(given)
    flux, kind = out.get("flux_thermal"), out.get("pl_type")
    if temperature is None or flux is None:
        return
    low, high = limit_flux("early_mars", temperature), limit_flux("recent_venus", temperature)
    if flux > high:
        zone = "hot"
    elif flux < low:
        zone = "cold"
    else:
        inner = limit_flux(_INNER.get(kind, "runaway_greenhouse_5"), temperature)
        zone = "conservative" if limit_flux("maximum_greenhouse", temperature) <= flux <= inner else "optimistic"
    out["hz_class"] = zone
    out["temp_class"] = {"hot": "Hot", "cold": "Cold"}.get(zone, "Warm")
    if kind is not None:
        inside = zone in ("optimistic", "conservative")
        out["habitable"] = {"Terran": 2, "Subterran": 2, "Superterran": 1}.get(kind, 0) if inside else 0
    sigma, size = _flux_error(record, out), _size_probability(record, out)
    if sigma is None or size is None:
        return
    if sigma > 0:
        place = math.log(flux) if flux else -math.inf
        orbit = posterior.between((math.log(low) - place) / sigma, (math.log(high) - place) / sigma)
    else:
        orbit = 1.0 if low <= flux <= high else 0.0
    out["habitable_probability"] = _finite(size * orbit)


def _flux_error(record, out):
    """Of ln S, from the errors of star and orbit."""
    axis = _relative_error(record, "pl_orbsmax") if out.get("sma_source") == "given" else None
    if axis is None:
        mass = _relative_error(record, "st_mass")
        if mass is None:
            return None
        axis = mass / 3
    if out.get("luminosity_source") == "given":
        error = _error(record, "st_lum")
        if error is None:
            return None
        luminosity = error * 2.302585092994046
        return math.sqrt(luminosity * luminosity + 4 * axis * axis)
    radius, temperature = _relative_error(record, "st_rad"), _relative_error(record, "st_teff")
    if radius is None or temperature is None:
        return None
    r, t, a = 2 * radius, 4 * temperature, 2 * axis
    return math.sqrt(r * r + t * t + a * a)


def _size_probability(record, out):
    if out["radius_measured"]:
        column, low, high = "pl_rade", 0.4, 2.5
    elif out["mass_measured"]:
        column, low, high = "pl_bmasse", 0.1, 10.0
    else:
        return _forecast_probability(record)
    value, error = _positive(record, column), _error(record, column)
    if value is None or error is None:
        return None
    if column == "pl_bmasse" and provenance(record, column) == "minimum":
        return _true_mass(value, error, high) - _true_mass(value, error, low)
    if error > 0:
        return posterior.between((low - value) / error, (high - value) / error)
    return 1.0 if low < value <= high else 0.0


def _true_mass(minimum, error, limit, steps=1000):
    """P(m / sin i <= limit) over directions alike and the normal error of m: by the midpoint rule over its quantiles'
    range, in small steps."""
    if error == 0:
        return math.sqrt(1 - (minimum / limit) ** 2) if minimum < limit else 0.0
    low, high = max(0.0, minimum - 8 * error), min(limit, minimum + 8 * error)
    if high <= low:
        return 0.0
    # y = limit sin t, as there is a kink at the limit.
    start, end = math.asin(low / limit), math.asin(high / limit)
    step = (end - start) / steps
    total = 0.0
    for i in range(steps):
        angle = start + (i + 0.5) * step
        z = (limit * math.sin(angle) - minimum) / error
        total += math.exp(-z * z / 2) * math.cos(angle) ** 2
    return total * step * limit / error / math.sqrt(2 * math.pi)


def _forecast_probability(record):
    """Nothing is measured: over the scatter of the mass-radius relation."""
    for column, low, high in (("pl_rade", 0.4, 2.5), ("pl_bmasse", 0.1, 10.0)):
        value = _positive(record, column)
        if value is None:
            continue
        if column == "pl_rade":
            scatter = next((s for joint, s in posterior.RADIUS_SCATTERS if value < joint))
        else:
            scatter = next((s / abs(k) for end, k, s in posterior.MASS_BRANCHES if math.log10(value) < end))
        sigma = math.hypot(scatter, log_error(record, column) or 0)
        place = math.log10(value)
        return posterior.between((math.log10(low) - place) / sigma, (math.log10(high) - place) / sigma)
    return None


def _comparison(record, out):
    radius = _positive(record, "pl_rade")
    if radius is None:
        return
    flux = out.get("flux_mean")
    if flux is not None:
        s, r = (flux - 1) / (flux + 1), (radius - 1) / (radius + 1)
        out["esi2"] = 1 - math.sqrt((s * s + r * r) / 2)
    values = radius, out.get("density_e"), out.get("vesc_e"), out.get("tsurf_k")
    if None not in values:
        total = 0.0
        for x, reference, weight in zip(values, (1, 1, 1, 288), (0.57, 1.07, 0.70, 5.58)):
            share = 1 - abs(x - reference) / (x + reference)
            if share <= 0:
                out["esi4"] = 0.0
                return
            total += weight / 4 * math.log(share)
        out["esi4"] = math.exp(total)


def _forecast(record, out):
    radius, mass = _positive(record, "pl_rade"), _positive(record, "pl_bmasse")
    if radius is not None and not out["mass_measured"]:
        out["ck_mass_point"] = posterior.mass_point(radius)
        quantiles = posterior.mass_quantiles(radius, log_error(record, "pl_rade") or 0.0)
        if quantiles:
            out |= zip(("ck_mass_q025", "ck_mass_q16", "ck_mass_q50", "ck_mass_q84", "ck_mass_q975"), quantiles)
            out["degenerate"] = quantiles[3] > posterior.JOVIAN_MASS
    elif mass is not None and out["mass_measured"] and not out["radius_measured"]:
        quantiles = posterior.radius_quantiles(mass, log_error(record, "pl_bmasse") or 0.0)
        if quantiles:
            out |= zip(("ck_radius_q025", "ck_radius_q16", "ck_radius_q50", "ck_radius_q84", "ck_radius_q975"),
                       quantiles)
            out["ck_radius_point"] = quantiles[2]
