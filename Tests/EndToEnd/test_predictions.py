"""Predictions of the real table, computed again here from the submitted file alone and compared with the lake, the
board and the API."""
import math

import pytest

import lake
from test_real_planets import submit

LIMITS = {
    "recent_venus": (1.776, 2.136e-4, 2.533e-8, -1.332e-11, -3.097e-15),
    "small": (0.99, 1.209e-4, 1.404e-8, -7.418e-12, -1.713e-15),
    "earth": (1.107, 1.332e-4, 1.580e-8, -8.308e-12, -1.931e-15),
    "large": (1.188, 1.433e-4, 1.707e-8, -8.968e-12, -2.084e-15),
    "maximum_greenhouse": (0.356, 6.171e-5, 1.698e-9, -3.198e-12, -5.575e-16),
    "early_mars": (0.320, 5.547e-5, 1.526e-9, -2.874e-12, -5.011e-16)}
TYPES = ("Miniterran", "Subterran", "Terran", "Superterran", "Neptunian")
GM_SUN, GM_EARTH, AU = 1.3271244e20, 3.986004e14, 149597870700.0


def limit(name, temperature):
    t = temperature - 5780
    return sum(c * t ** n for n, c in enumerate(LIMITS[name]))


def number(row, name):
    """None where missing or a bound."""
    if row[name] == "" or row.get(name + "lim", "") not in ("", "0", "0.0"):
        return None
    return float(row[name])


def type_of(value, cuts):
    return next((name for name, cut in zip(TYPES, cuts) if value <= cut), "Jovian")


def mean_root_distance(e, points=256):
    """The mean over time of 1 / sqrt(r / a), by the trapezoid rule in the eccentric anomaly (periodic: exact to the
    last digits)."""
    return sum(math.sqrt(1 - e * math.cos(2 * math.pi * k / points)) for k in range(points)) / points


def predict(row):
    radius, mass = number(row, "pl_rade"), number(row, "pl_bmasse")
    radius_measured = radius is not None and (
        row["pl_radeerr1"] != "" or row["pl_radeerr2"] != "" or row["discoverymethod"] == "Transit")
    mass_measured = mass is not None and row["pl_bmassprov"] != "M-R relationship"
    by_radius = radius is not None and (radius_measured or not mass_measured)
    kind = (type_of(radius, (.4, .8, 1.6, 2.5, 6)) if by_radius
            else type_of(mass, (.1, .5, 3, 10, 50)) if mass is not None else None)
    star_radius, temperature = number(row, "st_rad"), number(row, "st_teff")
    star_mass, period = number(row, "st_mass"), number(row, "pl_orbper")
    luminosity = star_radius ** 2 * (temperature / 5772) ** 4 if star_radius and temperature else None
    axis, source = number(row, "pl_orbsmax"), "given"
    if axis is None:
        source = None
        if period and star_mass:
            gm = GM_SUN * star_mass + GM_EARTH * (mass or 0)
            axis, source = (gm * (period * 86400) ** 2 / (4 * math.pi ** 2)) ** (1 / 3) / AU, "kepler3"
    given = number(row, "pl_orbeccen")
    e = given or 0.0
    distance = axis / mean_root_distance(e) ** 2 if axis else None
    flux = luminosity / distance ** 2 if luminosity and distance else None
    zone, domain = None, None
    if temperature:
        domain = "in" if 2600 <= temperature <= 7200 else "clamped" if 2500 <= temperature < 2600 else "out"
        if flux and domain != "out":
            t = max(temperature, 2600)
            inner = {"Miniterran": "small", "Subterran": "small", "Terran": "earth", None: "earth"}.get(kind, "large")
            zone = ("hot" if flux > limit("recent_venus", t) else "cold" if flux < limit("early_mars", t)
                    else "conservative" if limit("maximum_greenhouse", t) <= flux <= limit(inner, t) else "optimistic")
    habitable = None
    if zone and kind:
        inside = zone in ("conservative", "optimistic")
        habitable = (2 if inside and kind in ("Terran", "Subterran") else 1 if inside and kind == "Superterran" else 0)
    mean_flux = luminosity / (axis ** 2 * math.sqrt(1 - e * e)) if luminosity and axis else None
    both = radius is not None and mass is not None
    return {
        "radius_measured": radius_measured, "mass_measured": mass_measured, "luminosity": luminosity, "sma_au": axis,
        "sma_source": source, "ecc_used": e, "ecc_source": "given" if given is not None else "assumed_0",
        "d_eff_au": distance, "flux_mean": mean_flux, "flux_thermal": flux,
        "teq_a03_k": 278.329909417285 * (0.7 * luminosity) ** 0.25 / math.sqrt(distance) if flux else None,
        "tsurf_k": 288 * flux ** 0.25 if flux and kind not in (None, "Neptunian", "Jovian") else None,
        "pl_type": kind, "hz_domain": domain, "hz_class": zone, "habitable": habitable,
        "temp_class": {None: None, "hot": "Hot", "cold": "Cold"}.get(zone, "Warm"),
        "esi2": (1 - math.sqrt((((mean_flux - 1) / (mean_flux + 1)) ** 2 + ((radius - 1) / (radius + 1)) ** 2) / 2)
                 if mean_flux and radius is not None else None),
        "density_e": mass / radius ** 3 if both else None, "gravity_e": mass / radius ** 2 if both else None,
        "vesc_e": math.sqrt(mass / radius) if both else None,
        "transit_prob": (min(1, star_radius * 6.957e8 / (axis * AU) / (1 - e * e)) if star_radius and axis else None)}


def check(row, expected):
    for name, value in expected.items():
        if isinstance(value, float):
            assert row[name] == pytest.approx(value, rel=1e-9), (row["pl_name"], name)
        else:
            assert row[name] == value, (row["pl_name"], name)


def test_the_real_table(server_at, tmp_path, sample_lines, sample_rows):
    server = server_at(tmp_path / "data", "--roll-rows", "3000")
    submit(server, sample_lines[0], sample_lines[1:], 1000)
    # A withdrawal is a row of `discoveries` and none of `predictions`.
    assert server.session.delete(server.url + "/api/planets/kepler22b").status_code == 200
    board = server.board_when(lambda a: a["totals"]["planets"] == 6060)["aggregates"]
    assert sum(board["by_type"].values()) == sum(board["by_zone"].values()) == 6060
    assert "kepler22b" not in board["candidates"]
    one = server.get("/api/planets/trappist1e/prediction").json()
    server.stop()

    stored = lake.receipts_of(server.data)
    table = lake.read(server.data, "predictions")
    rows = table.to_pylist()
    # One row for each record that is no withdrawal, once, under the key of its record.
    assert len(rows) == 6061
    assert {(r["log_partition"], r["log_offset"]): r["key"] for r in rows}.items() <= stored.items()
    assert len(stored) == 6062
    assert len({(r["log_partition"], r["log_offset"]) for r in rows}) == 6061
    assert {r["predictor_version"] for r in rows} == {"2"}
    # The same rolls as `discoveries`; the withdrawal may have come into a roll of its own, which has no predictions.
    rolls = [p.name for p in lake.files(server.data, "discoveries")]
    assert [p.name for p in lake.files(server.data, "predictions")] in (rolls, rolls[:-1])
    assert len(rolls) > 1

    by_name = {r["pl_name"]: r for r in rows}
    for given in sample_rows:
        check(by_name[given["pl_name"]], predict(given))
    assert not [v for r in rows for v in r.values() if isinstance(v, float) and not math.isfinite(v)]
    for r in rows:
        assert (r["ck_mass_q50"] is not None) == (
            r["radius_provenance"] not in (None, "bound") and not r["mass_measured"]), r["pl_name"]
        assert (r["ck_radius_q50"] is not None) == (
            r["mass_measured"] and not r["radius_measured"]), r["pl_name"]

    # The API computes what the lake holds.
    lake_row = by_name["TRAPPIST-1 e"]
    for name, value in one["prediction"].items():
        assert lake_row[name] == value, name
    assert one["prediction"]["habitable"] == 2 and one["prediction"]["hz_domain"] == "clamped"
