"""What records do to their key, without Spark: wherever Arrow cuts the rows, and wherever a batch ends and the state is
read back, the outcome is the same. That it is the right one is test_source.py's: there Planetarium itself is the
measure."""
import json
import random

import pyarrow as pa
import pyarrow.compute as pc
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


def folded(rows, sizes, begun=None, known=()):
    """The fold's rows over batches of these sizes; `known`: planets' rows of before."""
    state = [{"partition": row["log_partition"], "offset": -1, "key": row["key"].encode(),
              "value": row["state"].encode()} for row in known]
    table = pa.Table.from_pylist(sorted([*state, *rows], key=lambda row: (row["partition"], row["offset"])), SCHEMA)
    batches, at = [], 0
    while at < table.num_rows:
        size = next(sizes)
        batches += table.slice(at, size).combine_chunks().to_batches()
        at += size
    made = pa.Table.from_batches(list(fold.Fold(COLUMNS, lambda: str(JUDGE), begun or {})(iter(batches))),
                                 COLUMNS.arrow)
    return {kind: made.filter(pc.equal(made.column("kind"), kind)).to_pylist()
            for kind in ("record", "planet", "summary")}


def place(row):
    return row["log_partition"], row["log_offset"]


@pytest.mark.parametrize("seed", range(3))
def test_cuts_change_nothing(seed):
    rng = random.Random(seed)
    rows = rows_of([*records.spelled_out(), *generator.records(1200, seed)], 3)
    whole = folded(rows, iter([10_000]))
    assert {row["change"] for row in whole["record"]} == {
        None, "new", "revision", "duplicate", "late", "withdrawal", "reinstatement", "alias", "alias_removal"}
    assert folded(rows, iter(lambda: rng.randrange(1, 90), None)) == whole
    # In two micro-batches, the state read back in between; the second begins with records that the first had.
    cut = {partition: rng.randrange(50, 200) for partition in range(3)}
    first = folded([row for row in rows if row["offset"] < cut[row["partition"]]], iter(lambda: 70, None))
    second = folded(rows, iter(lambda: 130, None), cut, first["planet"])
    assert sorted([*first["record"], *second["record"]], key=place) == sorted(whole["record"], key=place)
    states = {row["key"]: row["state"] for row in whole["planet"]}
    assert {row["key"]: row["state"] for row in [*first["planet"], *second["planet"]]} == states
    counts = [[json.loads(row["state"]) for row in made["summary"]] for made in (whole, first, second)]
    assert total(counts[0]) == total(counts[1] + counts[2])
    newest, later = (fold.newest_of(entry for one in of for entry in one["newest"])
                     for of in (counts[0], counts[1] + counts[2]))
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
        assert state.apply("accept", f"v{number}", None, None, number, kept)[0] != "duplicate"
    assert state.apply("accept", "v1", None, None, 1, kept) == ("duplicate", None)
    assert state.apply("accept", "v0", None, None, 0, kept) == ("revision", None)
