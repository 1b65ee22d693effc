"""Boards and lakes compared: counts exactly, reals to 1e-12 of their size."""
import json
import math
from pathlib import Path

import pyarrow.parquet as pq


def is_same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(is_same(a[name], b[name]) for name in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, float) or isinstance(b, float):
        return a is not None and b is not None and math.isclose(a, b, rel_tol=1e-12, abs_tol=0)
    return a == b and type(a) is type(b)


def board_differences(ours: dict, spark: dict) -> list[str]:
    # An aggregate without a group has no row in the table.
    assert {name for name, groups in ours.items() if groups} == spark.keys()
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
        first, last = path.name.removesuffix(".parquet").removesuffix(".part").rsplit("-", 2)[1:]
        for row in pq.ParquetFile(path).read().to_pylist():
            place = row["log_partition"], row["log_offset"]
            assert place not in rows, f"{place} stands twice in {table}"
            assert int(first) <= place[1] <= int(last)
            assert "log_timestamp" not in row or row["log_timestamp"].date().isoformat() == day
            rows[place] = row
    return rows


def board(lake: Path) -> dict[str, dict]:
    """The last one in the table `aggregates`."""
    made, newest, board = {}, -1, []
    for path in Path(lake).glob("aggregates/dt=*/*.parquet"):
        rows = pq.ParquetFile(path).read().to_pylist()
        # All partitions of a batch share a board: the one that has seen the most records.
        seen = {row["positions"]: sum(json.loads(row["positions"]).values()) for row in rows}
        last = max(seen, key=seen.get)
        if seen[last] > newest:
            newest, board = seen[last], [row for row in rows if row["positions"] == last]
    for row in board:
        made.setdefault(row["aggregate"], {})[row["group"]] = json.loads(row["value_json"])
    return made


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
