"""Boards and lakes compared: counts exactly, reals to 1e-12 of their size."""
import json
import math
from pathlib import Path

import pyarrow.parquet as pq

# What the job leaves to Planetarium (spark/planetarium/board.py says why).
NOT_IN_SPARK = {"scoreboard", "mass_radius_relation"}


def is_same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(is_same(a[name], b[name]) for name in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, float) or isinstance(b, float):
        return a is not None and b is not None and math.isclose(a, b, rel_tol=1e-12, abs_tol=0)
    return a == b and type(a) is type(b)


def board_differences(ours: dict, spark: dict) -> list[str]:
    assert ours.keys() - spark.keys() == NOT_IN_SPARK and not spark.keys() - ours.keys()
    return [
        f"{name}/{group}: {ours[name].get(group)} {spark[name].get(group)}" for name in spark
        for group in ours[name].keys() | spark[name].keys()
        if not is_same(ours[name].get(group), spark[name].get(group))]


def rows_of(lake: Path, table: str) -> dict:
    """By partition and offset; a record that stands twice is an error."""
    rows = {}
    for path in sorted((Path(lake) / table).rglob("*.parquet")):
        if path.name.startswith("."):
            continue
        day = path.parent.name.removeprefix("dt=")
        first, last = path.name.split(".")[0].rsplit("-", 2)[1:]
        for row in pq.ParquetFile(path).read().to_pylist():
            place = row["log_partition"], row["log_offset"]
            assert place not in rows, f"{place} stands twice in {table}"
            assert int(first) <= place[1] <= int(last)
            assert "log_timestamp" not in row or row["log_timestamp"].date().isoformat() == day
            if "errors" in row:
                # Of what came before, the sentences for people are shorter here.
                row["errors"] = [error if error["rule"] == "wrong_partition" else (error["field"], error["rule"])
                                 for error in json.loads(row["errors"])]
            rows[place] = row
    return rows


def lake_differences(ours: Path, spark: Path) -> list[str]:
    found = []
    for table in ("discoveries", "rejected", "predictions"):
        a, b = rows_of(ours, table), rows_of(spark, table)
        assert a and a.keys() == b.keys(), f"{table}: {len(a)} and {len(b)} rows"
        for place, row in a.items():
            assert row.keys() == b[place].keys()
            found += [f"{table} {place} {name}: {row[name]!r} {b[place][name]!r}"
                      for name in row if not is_same(row[name], b[place][name])]
    return found
