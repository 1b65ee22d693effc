"""What records do to their key, without Spark: wherever Arrow cuts the rows, and wherever a batch ends and the state is
read back, the outcome is the same. That it is the right one is test_source.py's: there Planetarium itself is the
measure."""
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import generator
import records
from planetarium import fold, judge
from planetarium.rows import Columns
from sides import JUDGE
from test_judge import HEADERS

COLUMNS = Columns(judge.described(str(JUDGE)))
SCHEMA = pa.schema([("partition", pa.int32()), ("offset", pa.int64()), ("timestamp", pa.timestamp("us", tz="UTC")),
                    ("key", pa.binary()), ("value", pa.binary()), ("headers", HEADERS)])


def rows_of(given, partitions):
    """Rows as the topic has them, by partition and offset."""
    made, ends = [], {}
    for number, (key, value, headers) in enumerate(given):
        partition = generator.partition(key, partitions)
        offset = ends[partition] = ends.get(partition, -1) + 1
        # Times that do not always rise.
        time = 1_700_000_000_000_000 + number * 40_000_000 * (1 if number % 7 else -1)
        made.append({"partition": partition, "offset": offset, "timestamp": time, "key": key, "value": value,
                     "headers": [{"key": name, "value": each} for name, each in headers]})
    return sorted(made, key=lambda row: (row["partition"], row["offset"]))


def folded(rows, sizes, begun=None, parts=()):
    """What the fold makes of batches of these sizes; `parts`: the planets' files of before. Tables by their names."""
    state = [{"partition": int(name[:5]), "offset": -1, "key": name.encode(), "value": content}
             for name, content in parts]
    table = pa.Table.from_pylist(sorted([*state, *rows], key=lambda row: (row["partition"], row["offset"])), SCHEMA)
    batches, at = [], 0
    while at < table.num_rows:
        size = next(sizes)
        batches += table.slice(at, size).combine_chunks().to_batches()
        at += size
    made = {"discoveries": [], "rejected": [], "predictions": [], "parts": {}, "summaries": []}
    for out in fold.Fold(COLUMNS, lambda: str(JUDGE), "topic", begun or {})(iter(batches)):
        for kind, name, content in zip(*(column.to_pylist() for column in out.columns)):
            if kind == "file":
                table, day, file = name.split("/")
                first, last = map(int, file.split(".")[0].split("-")[-2:])
                found = pq.read_table(pa.BufferReader(content)).to_pylist()
                assert found and all(first <= row["log_offset"] <= last for row in found)
                assert all(f"dt={row['log_timestamp']:%Y-%m-%d}" == day for row in found if "log_timestamp" in row)
                made[table] += found
            elif kind == "part":
                made["parts"][name] = content
            elif kind == "summary":
                made["summaries"].append(json.loads(content))
    for table in ("discoveries", "rejected", "predictions"):
        made[table].sort(key=lambda row: (row["log_partition"], row["log_offset"]))
    return made


def planets(parts):
    return {name: pq.read_table(pa.BufferReader(content)).to_pylist() for name, content in parts.items()}


@pytest.mark.parametrize("seed", range(3))
def test_cuts_change_nothing(seed):
    rng = random.Random(seed)
    rows = rows_of([*records.spelled_out(), *generator.records(1200, seed)], 3)
    whole = folded(rows, iter([10_000]))
    assert {row["change"] for row in whole["discoveries"]} == {
        "new", "revision", "duplicate", "late", "withdrawal", "reinstatement", "alias", "alias_removal"}
    assert folded(rows, iter(lambda: rng.randrange(1, 90), None)) == whole
    # In two micro-batches, the state read back in between; the second begins with records that the first had.
    cut = {partition: rng.randrange(50, 200) for partition in range(3)}
    first = folded([row for row in rows if row["offset"] < cut[row["partition"]]], iter(lambda: 70, None))
    second = folded(rows, iter(lambda: 130, None), cut, first["parts"].items())
    for table in ("discoveries", "rejected", "predictions"):
        assert sorted(first[table] + second[table], key=lambda row: (row["log_partition"], row["log_offset"])) == whole[
            table]
    assert planets(first["parts"] | second["parts"]) == planets(whole["parts"])
    assert total(whole["summaries"]) == total(first["summaries"] + second["summaries"])
    newest, later = (fold.newest_of(entry for one in of for entry in one["newest"])
                     for of in (whole["summaries"], first["summaries"] + second["summaries"]))
    assert newest == later


def total(summaries):
    made = fold.Counter()
    for one in summaries:
        made.update(one["counts"])
    return made


def test_one_submission_too_many_pushes_the_first_out():
    kept, state = COLUMNS.description["submissions_kept"], fold.State()
    assert kept == records.SUBMISSIONS_KEPT
    for number in range(kept + 1):
        assert state.apply("accept", f"v{number}", None, None, number, None, (kept, 1))[0] != "duplicate"
    assert state.apply("accept", "v1", None, None, 1, None, (kept, 1)) == ("duplicate", None)
    assert state.apply("accept", "v0", None, None, 0, None, (kept, 1)) == ("revision", None)
