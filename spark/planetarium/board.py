"""The aggregates of the planets as they are (docs/LIVE.md, "Aggregates on the board"): aggregate -> group -> value.

Each part of the planets has partial aggregates, worked out anew when a batch touches the part, on the executors and
over whole Arrow columns; the board is all of them together (`merged`), so it follows from the planets
alone, in whatever order and batches they came. Which aggregates count planets by columns, and the diagrams' grids, come
from the judge. Not here: counts of what came (counters.py); `scoreboard`, which needs forecasts kept from before a
measurement; `mass_radius_relation`, which is constant."""
import base64
import math
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .stats import statistics

CANDIDATES, POINTS = 200, 300
_CANDIDATE = {"pl_name": None, "habitable": None, "probability": 4, "pl_type": None, "hz_class": None, "esi2": 4,
              "esi4": 4, "sy_dist": 6, "flux_thermal": 5, "st_teff": 6, "pl_rade": 5, "radius_provenance": None,
              "pl_bmasse": 5, "mass_provenance": None}
_POINT = {"pl_name": None, "st_teff": 6, "flux_thermal": 5, "pl_rade": 5, "pl_type": None, "hz_class": None,
          "habitable": None}


class Partials:
    """Of the planets of one part. Sent to the executors."""

    def __init__(self, about: dict):
        self.about = {name: about[name] for name in ("counted", "diagrams", "quantities", "columns")}

    def partial(self, rows: pa.Table) -> dict:
        planets = rows.filter(pc.starts_with(rows.column("state"), '["planet"')).combine_chunks()
        made = {"counts": self._counts(planets), "hosts": _counted(planets.column("host_key")),
                "quality": self._quality(planets), "stats": self._stats(planets),
                "candidates": _candidates(planets), "points": _points(planets)}
        controversial = pc.sum(pc.equal(planets.column("pl_controv_flag"), 1)).as_py() or 0
        aliases = pc.sum(pc.starts_with(rows.column("state"), '["alias"')).as_py() or 0
        return made | {"totals": {"planets": planets.num_rows, "controversial": controversial, "aliases": aliases}}

    def _counts(self, planets) -> dict[str, dict]:
        made = {}
        for row in self.about["counted"]:
            parts = [planets.column(name).cast(pa.string()) for name in row["by"]]
            if row["counts_null"]:
                parts = [pc.fill_null(part, "null") for part in parts]
            made[row["aggregate"]] = _counted(pc.binary_join_element_wise(*parts, "/") if len(parts) > 1 else parts[0])
        axes = {row["aggregate"]: (row["x"], row["y"]) for row in self.about["diagrams"]}
        for name in ("mass_radius", "period_radius"):
            x, y = axes[name]
            a, b = _numbers(planets, x["quantity"] + "_log10"), _numbers(planets, y["quantity"] + "_log10")
            measured = _measured(planets, x["quantity"]) & _measured(planets, y["quantity"])
            i, j, inside = _cells(a, b, x, y)
            groups = Counter({"outside/all": int(np.count_nonzero(~np.isnan(a) & ~np.isnan(b) & ~inside))})
            groups.update(f"all/{i}/{j}" for i, j in zip(i[inside], j[inside]))
            groups.update(f"measured/{i}/{j}" for i, j in zip(i[inside & measured], j[inside & measured]))
            made[name] = _there(groups)
        a, b = _numbers(planets, "flux_log10"), _numbers(planets, "st_teff")
        i, j, inside = _cells(a, b, *axes["hz_diagram"])
        groups = Counter({"outside": int(np.count_nonzero(~np.isnan(a) & ~np.isnan(b) & ~inside))})
        groups.update(f"cell/{i}/{j}" for i, j in zip(i[inside], j[inside]))
        made["hz_diagram"] = _there(groups)
        return made

    def _quality(self, planets) -> dict[str, dict]:
        """Of each column of numbers or text: in how many planets it is measured, a minimum, a forecast, a bound."""
        made = {}
        for column in self.about["columns"]:
            name = column["name"]
            if column["type"] in ("date", "boolean") or column["type"] != "text" and name.endswith(
                    ("err1", "err2", "lim", "_flag")):
                continue
            there = planets.column(name).is_valid().to_numpy()
            counts = {"there": int(np.count_nonzero(there))}
            if name + "lim" in planets.schema.names:
                bound = there & (_numbers(planets, name + "lim", 0) != 0)
                counts["bound"] = int(np.count_nonzero(bound))
                there = there & ~bound
            if name in ("pl_rade", "pl_radj"):
                errors = np.isnan(_numbers(planets, name + "err1")) & np.isnan(_numbers(planets, name + "err2"))
                counts["forecast"] = int(np.count_nonzero(there & errors & ~_is(planets, "discoverymethod", "Transit")))
            elif name in ("pl_bmasse", "pl_bmassj"):
                for kind, word in (("forecast", "M-R relationship"), ("minimum", "Msini")):
                    counts[kind] = int(np.count_nonzero(there & _is(planets, "pl_bmassprov", word)))
            made[name] = counts
        return made

    def _stats(self, planets) -> dict[str, dict]:
        """The values themselves: quantiles need them all."""
        made = {}
        methods = planets.column("discoverymethod").combine_chunks().dictionary_encode()
        codes = pc.fill_null(methods.indices, -1).to_numpy(zero_copy_only=False).astype(np.int16)
        for name in self.about["quantities"]:
            logs = _numbers(planets, name + "_log10")
            kept = ~np.isnan(logs)
            made[name] = {"value": _text(_numbers(planets, name)[kept]), "log10": _text(logs[kept]),
                          "measured": _text(_measured(planets, name)[kept]), "method": _text(codes[kept])}
        return {"methods": methods.dictionary.to_pylist(), "of": made}


def _counted(values) -> dict[str, int]:
    return {row["values"]: row["counts"] for row in values.drop_null().value_counts().to_pylist()}


def _there(groups: Counter) -> dict[str, int]:
    return {name: count for name, count in groups.items() if count}


def _numbers(table, name, missing=math.nan):
    return pc.fill_null(table.column(name).cast(pa.float64()), missing).to_numpy()


def _is(table, name, word):
    return pc.fill_null(pc.equal(table.column(name), word), False).to_numpy()


def _measured(planets, quantity):
    """Neither forecast nor bound; a minimum mass is measured."""
    if quantity in ("pl_rade", "pl_bmasse"):
        name = "radius_provenance" if quantity == "pl_rade" else "mass_provenance"
        return _is(planets, name, "measured") | _is(planets, name, "minimum")
    if quantity + "lim" not in planets.schema.names:
        return np.ones(planets.num_rows, bool)
    return _numbers(planets, quantity + "lim", 0) == 0


def _cells(a, b, x, y):
    def place(values, axis):
        found = np.floor((values - axis["lowest"]) * (1 / axis["step"]))
        return found, (found >= 0) & (found < axis["bins"])

    (i, i_inside), (j, j_inside) = place(a, x), place(b, y)
    inside = i_inside & j_inside
    return np.where(inside, i, 0).astype(int), np.where(inside, j, 0).astype(int), inside


def _text(values) -> str:
    return base64.b64encode(values.tobytes()).decode()


def _candidates(planets) -> list:
    """By class, then by probability; without one at the end of the class."""
    shown = planets.filter(pc.greater(planets.column("habitable"), 0))
    rank = -2.0 * _numbers(shown, "habitable") - _numbers(shown, "habitable_probability", -0.5)
    return _ranked(shown, rank, CANDIDATES, _CANDIDATE)


def _points(planets) -> list:
    """Candidates, then those nearest to the zone's middle."""
    flux = planets.column("flux_thermal")
    shown = planets.filter(pc.and_(planets.column("zone_distance").is_valid(),
                                   pc.and_(pc.greater(flux, 0.1), pc.less(flux, 5.0))))
    rank = _numbers(shown, "zone_distance") - 100 * (_numbers(shown, "habitable", 0) > 0)
    return _ranked(shown, rank, POINTS, _POINT)


def _ranked(shown, rank, places, digits) -> list:
    """[[rank, key, values], ...], the lowest first."""
    keys = shown.column("key").to_pylist()
    order = sorted(range(len(keys)), key=lambda row: (rank[row], keys[row]))[:places]
    made = []
    for row, values in zip(order, shown.take(pa.array(order, pa.int64())).to_pylist()):
        values["probability"] = values["habitable_probability"]
        # A bound is no radius or mass.
        for name, provenance in (("pl_rade", "radius_provenance"), ("pl_bmasse", "mass_provenance")):
            if values[provenance] == "bound":
                values[name] = None
        made.append([float(rank[row]), keys[row],
                     {name: _rounded(values[name], places) if places else values[name]
                      for name, places in digits.items()}])
    return made


def _rounded(value, digits):
    """To so many significant digits, halves away from 0, in the same steps as the board's numbers."""
    if not value:
        return value
    places = digits - 1 - math.floor(math.log10(abs(value)))
    power = 10.0 ** abs(places)
    scaled = abs(value) * power if places >= 0 else abs(value) / power
    whole = float(math.floor(scaled))
    whole += scaled - whole >= 0.5
    return math.copysign(whole / power if places >= 0 else whole * power, value)


# All parts together, on the driver.

def merged(partials: list[dict], about: dict) -> dict[str, dict]:
    made = {row["aggregate"]: Counter() for row in about["counted"]} | {
        row["aggregate"]: Counter() for row in about["diagrams"]}
    totals, hosts, quality = Counter(planets=0, controversial=0, aliases=0), Counter(), {}
    for partial in partials:
        for name, groups in partial["counts"].items():
            made[name].update(groups)
        totals.update(partial["totals"])
        hosts.update(partial["hosts"])
        for name, counts in partial["quality"].items():
            quality.setdefault(name, Counter()).update(counts)
    made = {name: dict(groups) for name, groups in made.items()}
    made["totals"] = totals | {"hosts": len(hosts), "facilities": len(made["by_facility"])}
    made["hosts"] = {"hosts": len(hosts)} | {f"planets_per_host/{number}": count
                                             for number, count in Counter(hosts.values()).items()}
    made["quality"] = {
        name: {"measured": of["there"] - of["bound"] - of["forecast"] - of["minimum"], "minimum": of["minimum"],
               "forecast": of["forecast"], "bound": of["bound"], "missing": totals["planets"] - of["there"]}
        for name, of in quality.items()}
    made["stats"] = _all_stats(partials, about["quantities"])
    made["candidates"] = _best(partials, "candidates", CANDIDATES)
    made["hz_points"] = _best(partials, "points", POINTS)
    made["cumulative"] = _cumulative(made["by_year"], made["by_method_year"])
    made["hz_diagram"] |= {
        f"limit/{limit}": [[_rounded(value, 5) for value in point] for point in line]
        for limit, line in about["zone_limits"].items()}
    return made


def _best(partials, name, places):
    return {key: values for _, key, values in sorted(
        (row for partial in partials for row in partial[name]), key=lambda row: row[:2])[:places]}


def _all_stats(partials, quantities) -> dict[str, dict]:
    made = {}
    names = sorted({method for partial in partials for method in partial["stats"]["methods"]})
    numbers = {method: number for number, method in enumerate(names)}
    for quantity in quantities:
        of = {"value": [], "log10": [], "measured": [], "method": []}
        for partial in partials:
            own = partial["stats"]["of"][quantity]
            for name, kind in (("value", "f8"), ("log10", "f8"), ("measured", "?")):
                of[name].append(np.frombuffer(base64.b64decode(own[name]), kind))
            codes = np.frombuffer(base64.b64decode(own["method"]), np.int16)
            known = np.array([numbers[method] for method in partial["stats"]["methods"]] + [-1])
            of["method"].append(known[codes])
        value, log10, measured, method = (np.concatenate(arrays) if arrays else np.array([]) for arrays in of.values())
        groups = {"all": np.ones(len(value), bool)} | {name: method == number for name, number in numbers.items()}
        for name, rows in groups.items():
            for case, kept in (("all", rows), ("measured", rows & measured.astype(bool))):
                if kept.any():
                    made[f"{quantity}/{name}/{case}"] = statistics(value[kept], log10[kept])
    return made


def _cumulative(years: dict, method_years: dict) -> dict[str, list]:
    found = {"all": {int(year): count for year, count in years.items()}} if years else {}
    for group, count in method_years.items():
        method, year = group.rsplit("/", 1)
        found.setdefault(method, {})[int(year)] = count
    made = {}
    for group, counts in found.items():
        total, line = 0, []
        for year in sorted(counts):
            total += counts[year]
            line.append([year, total])
        made[group] = line
    return made
