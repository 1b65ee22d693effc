"""What several columns say together: values that follow from others, and the rules between columns
(Sources/PlanetCore/CrossChecks.swift).

A value whose limit flag is not 0 is a bound, not a value. Not the rules of a single field (decode.py).
"""
import datetime
import math
import re

from .columns import UNITS
from .text import EPOCH

_JUPITER = [("pl_radj", "pl_rade", UNITS["jupiter_radius_in_earths"]),
            ("pl_bmassj", "pl_bmasse", UNITS["jupiter_mass_in_earths"])]
_LETTERED = re.compile(r".*([a-z]|(?<=.)\.[0-9][0-9])\Z", re.ASCII | re.DOTALL)


def derive(draft, conversions, errors, warn):
    """Fills what follows exactly from what was given: Earth units from Jupiter units, the year from the date."""
    for source, target, factor in _JUPITER:
        value = draft.get(source)
        if value is None or target in draft:
            continue
        draft[target] = value * factor
        for part in ("err1", "err2", "lim"):
            error = draft.get(source + part)
            if error is None or target + part in draft:
                continue
            converted = error if part == "lim" else error * factor
            if math.isfinite(converted):
                draft[target + part] = converted
            else:
                errors.append((source + part, str(error), "number_too_big"))
        conversions.append(f"{target}={source}*{factor!r}")
    date = draft.get("disc_date")
    if date is not None:
        year = (EPOCH + datetime.timedelta(int(date))).year
        if "disc_year" not in draft:
            draft["disc_year"] = float(year)
        elif int(draft["disc_year"]) != year:
            warn("disc_year", str(draft["disc_year"]), "date_year_mismatch")


def together(draft, errors, warn):
    for jupiter, earth, factor in _JUPITER:
        in_jupiters, in_earths = draft.get(jupiter), draft.get(earth)
        if in_jupiters is None or in_earths is None:
            continue
        ratio = in_earths / (in_jupiters * factor)
        if ratio > 1.25 or ratio < 1 / 1.25:
            errors.append((earth, str(in_earths), "unit_conflict"))
    _names(draft, warn)
    _orbit(draft, warn)
    _size(draft, warn)


def _names(draft, warn):
    name = draft.get("pl_name")
    if name is None:
        return
    host = draft.get("hostname")
    if host is not None and not name.startswith(host):
        warn("hostname", host, "host_not_prefix")
    if not _LETTERED.match(name):
        warn("pl_name", name, "no_planet_letter")
    if "pl_name_given" in draft:
        warn("pl_name_given", draft["pl_name_given"], "named_by_alias")


def _value(draft, column):
    value = draft.get(column)
    return None if value is None or draft.get(column + "lim") else value


def _orbit(draft, warn):
    axis = _value(draft, "pl_orbsmax")
    if axis is None:
        return
    metres = axis * UNITS["astronomical_unit_in_metres"]
    period, mass = _value(draft, "pl_orbper"), _value(draft, "st_mass")
    if period is not None and mass is not None:
        seconds = period * UNITS["day_in_seconds"]
        kepler = UNITS["solar_gm"] * mass * seconds * seconds / (4 * math.pi * math.pi)
        cubed = metres * metres * metres
        ratio = kepler / cubed if cubed else math.inf
        if ratio > 1.2 * 1.2 * 1.2 or ratio < 0.8 * 0.8 * 0.8:
            warn("pl_orbsmax", str(axis), "kepler_mismatch")
    radius = _value(draft, "st_rad")
    if radius is not None:
        periastron = axis * (1 - (_value(draft, "pl_orbeccen") or 0)) * UNITS["astronomical_unit_in_metres"]
        if periastron < radius * UNITS["solar_radius_in_metres"]:
            warn("pl_orbsmax", str(axis), "periastron_inside_star")


def _size(draft, warn):
    radius = _value(draft, "pl_rade")
    if radius is None:
        return
    star = _value(draft, "st_rad")
    if star is not None and radius >= star * UNITS["solar_radius_in_earths"]:
        warn("pl_rade", str(radius), "planet_not_smaller_than_star")
    mass = _value(draft, "pl_bmasse")
    if mass is not None:
        cubed = radius * radius * radius
        density = mass / cubed * UNITS["earth_density"] if cubed else math.inf
        if density < 0.01 or density > 30:
            warn("pl_bmasse", str(mass), "unusual_density")
