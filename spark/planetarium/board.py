"""The aggregates of the planets as they are (docs/LIVE.md, "Aggregates on the board"), from the table `planets`:
aggregate -> group -> value.

All of it is worked out anew from the keyed state after each batch, so it follows from the planets alone, in whatever
order and batches they came; a revised or withdrawn planet needs no subtraction. That costs time in proportion to the
planets (README.md has figures). Which aggregates count planets by columns, and the diagrams' grids, come from the
binary (columns.json). Not here: counts of what came (counters.py); `scoreboard`, which needs forecasts kept from before
a measurement; `mass_radius_relation`, which is constant."""
import json
import math

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from . import predict
from .columns import COLUMNS, TABLE, TYPES
from .judge import QUANTITIES
from .stats import statistics

# By aggregate, its two axes.
_DIAGRAMS = {row["aggregate"]: (row["x"], row["y"]) for row in TABLE["diagrams"]}


def board(planets: DataFrame) -> dict[str, dict]:
    current = planets.where("kind = 'planet'")
    made = _counts(current)
    made["quality"] = _quality(current)
    made["hosts"] = _hosts(current)
    made["stats"] = _stats(current)
    made["candidates"] = _candidates(current)
    made["hz_points"] = _zone_points(current)
    made["newest"] = {"list": _newest(planets)}
    made["cumulative"] = _cumulative(made["by_year"], made["by_method_year"])
    made["hz_diagram"] |= _limits()
    made["totals"]["aliases"] = planets.where("kind = 'alias'").count()
    made["totals"] |= {"hosts": made["hosts"]["hosts"], "facilities": len(made["by_facility"])}
    return made


def is_measured(quantity: str):
    """Neither forecast nor bound; a minimum mass is measured."""
    if quantity in ("pl_rade", "pl_bmasse"):
        return F.col("radius_provenance" if quantity == "pl_rade" else "mass_provenance").isin("measured", "minimum")
    return F.lit(True) if quantity + "lim" not in TYPES else F.coalesce(F.col(quantity + "lim"), F.lit(0)) == 0


def _name(*parts):
    """Parts with slashes between; null where one is."""
    columns = []
    for part in parts:
        columns += [F.lit("/"), part.cast("string") if hasattr(part, "cast") else F.lit(part)]
    return F.concat(*columns[1:])


def _bin(value, axis):
    place = F.floor((value - axis["lowest"]) * (1 / axis["step"]))
    return F.when((place >= 0) & (place < axis["bins"]), place)


def _grid(aggregate):
    """The groups a planet counts in: a cell of all, and of the measured, or outside."""
    axes = _DIAGRAMS[aggregate]
    first, second = (axis["quantity"] for axis in axes)
    i, j = (_bin(F.col(f"{axis['quantity']}_log10"), axis) for axis in axes)
    both = F.col(f"{first}_log10").isNotNull() & F.col(f"{second}_log10").isNotNull()
    is_inside = both & i.isNotNull() & j.isNotNull()
    return [
        F.when(both & ~is_inside, "outside/all").when(is_inside, _name("all", i, j)),
        F.when(is_inside & is_measured(first) & is_measured(second), _name("measured", i, j))]


def _counts(planets: DataFrame) -> dict[str, dict]:
    """Everything that counts planets by a name: one pass over them."""
    def group(row):
        parts = (F.col(name).cast("string") for name in row["by"])
        return _name(*(F.coalesce(part, F.lit("null")) if row["counts_null"] else part for part in parts))

    i, j = (_bin(F.col(name), axis) for name, axis in zip(("flux_log10", "st_teff"), _DIAGRAMS["hz_diagram"]))
    is_shown = F.col("flux_log10").isNotNull() & F.col("st_teff").isNotNull()
    groups = {
        "totals": [F.lit("planets"), F.when(F.col("pl_controv_flag") == 1, "controversial")],
        "mass_radius": _grid("mass_radius"),
        "period_radius": _grid("period_radius"),
        "hz_diagram": [F.when(is_shown, F.coalesce(_name("cell", i, j), F.lit("outside")))],
    } | {row["aggregate"]: [group(row)] for row in TABLE["counted"]}
    pairs = [F.struct(F.lit(name).alias("aggregate"), group.alias("group")) for name, made in groups.items()
             for group in made]
    rows = planets.select(F.inline(F.array(*pairs))).where("group is not null").groupBy(
        "aggregate", "group").count().collect()
    made = {name: {} for name in groups} | {"totals": {"planets": 0, "controversial": 0}}
    for row in rows:
        made[row["aggregate"]][row["group"]] = row["count"]
    return made


def _quality(planets: DataFrame) -> dict[str, dict]:
    """Of each column of numbers or text: in how many planets it is measured, a minimum, a forecast, a bound or
    missing."""
    names = [
        column["name"] for column in COLUMNS
        if column["type"] == "text"
        or not (column["type"] in ("date", "boolean") or column["name"].endswith(("err1", "err2", "lim", "_flag")))]
    sums = []
    for name in names:
        there = F.col(name).isNotNull()
        bound = F.coalesce(F.col(name + "lim"), F.lit(0)) != 0 if name + "lim" in TYPES else F.lit(False)
        forecast = minimum = F.lit(False)
        if name in ("pl_rade", "pl_radj"):
            forecast = F.col(name + "err1").isNull() & F.col(name + "err2").isNull() & ~F.col(
                "discoverymethod").eqNullSafe("Transit")
        if name in ("pl_bmasse", "pl_bmassj"):
            forecast, minimum = (F.col("pl_bmassprov").eqNullSafe(word) for word in ("M-R relationship", "Msini"))
        for kind, holds in (("bound", bound), ("forecast", ~bound & forecast), ("minimum", ~bound & minimum)):
            sums.append(F.count(F.when(there & holds, 1)).alias(f"{name}/{kind}"))
        sums.append(F.count(name).alias(f"{name}/there"))
    row = planets.agg(F.count(F.lit(1)).alias("planets"), *sums).first()
    made = {}
    for name in names:
        minimum, forecast, bound, there = (row[f"{name}/{kind}"] for kind in ("minimum", "forecast", "bound", "there"))
        made[name] = {
            "measured": there - minimum - forecast - bound, "minimum": minimum, "forecast": forecast, "bound": bound,
            "missing": row["planets"] - there}
    return made


def _hosts(planets: DataFrame) -> dict[str, int]:
    rows = planets.where("host_key is not null").groupBy("host_key").count().groupBy("count").agg(
        F.count(F.lit(1)).alias("hosts")).collect()
    return {"hosts": sum(row["hosts"] for row in rows)} | {f"planets_per_host/{row['count']}": row["hosts"]
                                                           for row in rows}


def _stats(planets: DataFrame) -> dict[str, dict]:
    """A group's values come together in one row: quantiles need them all."""
    values = []
    for name in QUANTITIES:
        logarithm = F.col(f"{name}_log10")
        measured = is_measured(name)
        for method in (F.lit("all"), F.col("discoverymethod")):
            group = F.when(logarithm.isNotNull(), _name(name, method))
            values.append(F.struct(group.alias("group"), F.struct(F.col(name).alias("value"), logarithm.alias("log10"),
                                                                  measured.alias("measured")).alias("of")))
    lists = planets.select(F.inline(F.array(*values))).where("group is not null").groupBy("group").agg(
        F.collect_list("of").alias("values"))
    made = {}
    for row in lists.mapInArrow(_statistics, "group string, json string").collect():
        made[row["group"]] = json.loads(row["json"])
    return made


def _statistics(batches):
    for batch in batches:
        names, texts = [], []
        for place, name in enumerate(batch.column("group").to_pylist()):
            rows = batch.column("values")[place].values
            values, logarithms, measured = (rows.field(field).to_pylist() for field in ("value", "log10", "measured"))
            cases = {"all": (values, logarithms)}
            kept = [index for index, is_one in enumerate(measured) if is_one]
            if kept:
                cases["measured"] = [values[index] for index in kept], [logarithms[index] for index in kept]
            for case, (of, logs) in cases.items():
                names.append(f"{name}/{case}")
                texts.append(json.dumps(statistics(of, logs)))
        yield pa.RecordBatch.from_pydict({"group": pa.array(names, pa.string()), "json": pa.array(texts, pa.string())})


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


def _limits() -> dict[str, list]:
    """The zone's limits as lines: [[temperature, flux], ...]."""
    return {
        f"limit/{limit}": [[temperature, _rounded(predict.limit_flux(limit, temperature), 5)]
                           for temperature in range(2600, 7201, 200)]
        for limit in predict.LIMITS}


def _candidates(planets: DataFrame) -> dict[str, dict]:
    """By class, then by probability; without one at the end of the class."""
    rank = -2.0 * F.col("habitable") - F.coalesce("habitable_probability", F.lit(-0.5))
    # A bound is no radius or mass.
    shown = planets.where("habitable > 0").select(
        "key", "pl_name", "habitable", F.col("habitable_probability").alias("probability"), "pl_type", "hz_class",
        "esi2", "esi4", "sy_dist", "flux_thermal", "st_teff",
        F.when(F.col("radius_provenance") != "bound", F.col("pl_rade")).alias("pl_rade"), "radius_provenance",
        F.when(F.col("mass_provenance") != "bound", F.col("pl_bmasse")).alias("pl_bmasse"), "mass_provenance",
        rank.alias("rank"))
    digits = {"probability": 4, "esi2": 4, "esi4": 4, "sy_dist": 6, "flux_thermal": 5, "st_teff": 6, "pl_rade": 5,
              "pl_bmasse": 5}
    return _ranked(shown, 200, digits)


def _zone_points(planets: DataFrame) -> dict[str, dict]:
    """Candidates, then those nearest to the zone's middle."""
    rank = F.when(F.coalesce(F.col("habitable"), F.lit(0)) > 0,
                  F.col("zone_distance") - 100).otherwise(F.col("zone_distance"))
    shown = planets.where("zone_distance is not null and flux_thermal > 0.1 and flux_thermal < 5").select(
        "key", "pl_name", "st_teff", "flux_thermal",
        F.when(F.col("radius_provenance") != "bound", F.col("pl_rade")).alias("pl_rade"), "pl_type", "hz_class",
        "habitable", rank.alias("rank"))
    return _ranked(shown, 300, {"st_teff": 6, "flux_thermal": 5, "pl_rade": 5})


def _ranked(shown: DataFrame, places: int, digits: dict) -> dict[str, dict]:
    made = {}
    for row in shown.orderBy("rank", "key").limit(places).collect():
        values = {name: value for name, value in row.asDict().items() if name not in ("key", "rank")}
        made[row["key"]] = {name: _rounded(value, digits[name]) if name in digits else value for name,
                            value in values.items()}
    return made


def _newest(planets: DataFrame) -> list[dict]:
    latest = planets.where("change is not null").orderBy(*(F.col(name).desc()
                                                           for name in (
                                                                   "log_timestamp", "log_partition",
                                                                   "log_offset"))).limit(20)
    rows = latest.select("brief", "change", F.unix_millis("log_timestamp").alias("t")).collect()
    return [json.loads(row["brief"]) | {"change": row["change"], "t": row["t"]} for row in rows]
