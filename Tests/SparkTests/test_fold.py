"""What records do to their key, without Spark: wherever Arrow cuts the rows, and wherever a batch ends and the state is
read back, the outcome is the same. That it is the right one is test_source.py's: there Planetarium itself is the
measure."""
import collections
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


def folded(rows, sizes, begun=None, parts=(), renews=False):
    """What the fold makes of batches of these sizes; `parts`: the planets' files of before. Tables by their names."""
    state = [{"partition": int(name[:5]), "offset": -1, "key": name.encode(), "value": content}
             for name, content in parts]
    table = pa.Table.from_pylist(sorted([*state, *rows], key=lambda row: (row["partition"], row["offset"])), SCHEMA)
    batches, at = [], 0
    while at < table.num_rows:
        size = next(sizes)
        batches += table.slice(at, size).combine_chunks().to_batches()
        at += size
    made = {"discoveries": [], "rejected": [], "predictions": [], "parts": {}, "figures": {}, "summaries": []}
    for out in fold.Fold(COLUMNS, lambda: str(JUDGE), "topic", begun or {}, None, renews)(iter(batches)):
        for kind, name, content in zip(*(column.to_pylist() for column in out.columns)):
            if kind == "file":
                table, day, file = name.split("/")
                first, last = map(int, file.split(".")[0].split("-")[-2:])
                found = pq.read_table(pa.BufferReader(content)).to_pylist()
                assert found and all(first <= row["log_offset"] <= last for row in found)
                assert all(f"dt={row['log_timestamp']:%Y-%m-%d}" == day for row in found if "log_timestamp" in row)
                made[table] += found
            elif kind in ("part", "figures"):
                made["parts" if kind == "part" else kind][name] = content
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
    assert board(first["figures"] | second["figures"]) == board(whole["figures"])
    assert total(whole["summaries"]) == total(first["summaries"] + second["summaries"])


def board(figures):
    return {(row[0], row[1]): row[2:] for row in judge.board(str(JUDGE), [*figures.values()])}


def total(summaries):
    made = collections.Counter()
    for one in summaries:
        made.update(one["counts"])
    minutes = sorted(name for name in made if name.startswith("rate/minute/"))
    for name in minutes[:-COLUMNS.description["rates_kept"]["minute"]]:
        del made[name]
    return made


def test_figures_of_another_build_are_worked_out_anew_from_what_the_files_have():
    rows = rows_of(generator.records(800, 4), 2)
    whole = folded(rows, iter([10_000]))
    older = []
    for name, content in whole["parts"].items():
        # As a build that had no such columns wrote it, which had others.
        table = pq.read_table(pa.BufferReader(content))
        table = table.drop_columns([*COLUMNS.predictions, "forecast", "st_logg"]).append_column("odd", table["pl_name"])
        older.append((name, fold.parquet(table)))
    renewed = folded([], iter([10_000]), parts=older, renews=True)
    assert renewed["summaries"] == [] and renewed["parts"].keys() == whole["parts"].keys()
    for name, found in planets(renewed["parts"]).items():
        for row, known in zip(found, planets(whole["parts"])[name], strict=True):
            assert row == known | {name: None for name in ("forecast", "forecast_known", "forecast_error", "st_logg")}
    known, found = ({name: row for name, row in board(made["figures"]).items() if "scoreboard" not in name
                     and "st_logg" not in name} for made in (whole, renewed))
    assert known == found


def test_one_submission_too_many_pushes_the_first_out():
    """As records of one planet, each another value; then the second and the first submission once more."""
    kept = records.SUBMISSIONS_KEPT
    given = [(b"k", generator.line({"pl_name": "Keyed b", "pl_rade": 1 + number}),
              [("idempotency-key", b"%d" % number)]) for number in range(kept + 1)]
    made = folded(rows_of([*given, given[1], given[0]], 1), iter([10_000]))
    assert [row["change"] for row in made["discoveries"]] == [
        "new", *["revision"] * kept, "duplicate", "revision"]
