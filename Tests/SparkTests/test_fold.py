"""What records do to their key, without Spark: wherever Arrow cuts the rows, and wherever a batch ends and the state is
read back, the outcome is the same.

That the outcome is the right one is test_job.py's: there Planetarium itself is the measure.
"""
import random

import pyarrow as pa
import pytest

from planetarium import fold

NAMES = ["verdict", "rules", "errors", "value_id", "rowupdate", "alias_key", "submission", "pl_name"]
KINDS = [pa.string(), pa.list_(pa.string()), pa.string(), pa.string(), pa.date32(), pa.string(), pa.int64(),
         pa.string()]


def random_rows(rng, keys):
    """Rows of each key one after the other: (key, record)."""
    for key in range(keys):
        for _ in range(rng.choice((1, 2, 5, 40))):
            submission = rng.randrange(30) if rng.random() < 0.4 else None
            kind = rng.random()
            if kind < 0.2:
                record = ("withdrawal", [], None, "", None, None, submission, None)
            elif kind < 0.35:
                record = ("accept", [], None, None, None, rng.choice("xy"), submission, "Alias")
            else:
                day = rng.randrange(9000, 9010) if rng.random() < 0.7 else None
                record = ("accept", [], None, f"v{rng.randrange(4)}/{day}", day, None, submission, "Planet")
            yield f"k{key}", record


def run(rows, states, sizes):
    """The rows in Arrow batches of these sizes; `states`: by key, what was known before. The outcome of each row."""
    batches, at = [], 0
    while at < len(rows):
        part = rows[at:at + next(sizes)]
        at += len(part)
        columns = [pa.array([key for key, _ in part])]
        columns += [pa.array(values, kind) for values, kind in zip(zip(*(record for _, record in part)), KINDS)]
        columns += [pa.array([states.get(key, (None,) * len(fold.STATE))[place] for key, _ in part], kind) for place,
                    kind in enumerate(fold.STATE.values())]
        batches.append(pa.RecordBatch.from_arrays(columns,
                                                  names=["group", *NAMES, *("before_" + name for name in fold.STATE)]))
    return [row for batch in fold.over(NAMES)(batches) for row in batch.to_pylist()]


@pytest.mark.parametrize("seed", range(8))
def test_cuts_change_nothing(seed):
    rng = random.Random(seed)
    rows = list(random_rows(rng, 60))
    whole = run(rows, {}, iter([len(rows)]))
    assert {row["change"] for row in whole} == {
        None, "new", "revision", "duplicate", "late", "withdrawal", "reinstatement", "alias", "alias_removal"}
    assert {rule for row in whole if row["verdict"] == "reject" for rule in row["rules"]} == set(fold.REFUSING)
    assert run(rows, {}, iter(lambda: rng.randrange(1, 7), None)) == whole
    # Each key's records in two micro-batches, the state read back in between.
    first, second, states = [], [], {}
    for key in dict.fromkeys(key for key, _ in rows):
        own = [place for place, (name, _) in enumerate(rows) if name == key]
        cut = rng.randrange(len(own) + 1)
        first += own[:cut]
        second += own[cut:]
    done = dict(zip(first, run([rows[place] for place in first], {}, iter(lambda: 50, None))))
    for place, row in done.items():
        # As history.after has it: rows that are refused, and keys that were never more than tombstones, leave nothing.
        if row["revision"]:
            states[rows[place][0]] = [row[name] for name in fold.STATE]
    done |= zip(second, run([rows[place] for place in second], states, iter(lambda: 50, None)))
    assert [done[place] for place in range(len(rows))] == whole


def test_one_submission_too_many_pushes_the_first_out():
    state = fold.State()
    for number in range(fold.SUBMISSIONS_KEPT + 1):
        assert state.apply("accept", f"v{number}", None, None, number)[0] != "duplicate"
    assert state.apply("accept", "v1", None, None, 1) == ("duplicate", None)
    assert state.apply("accept", "v0", None, None, 0) == ("revision", None)
