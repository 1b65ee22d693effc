"""planetarium-judge as another program uses it: every record is a row, predictions are those of a second computation
(oracle/), and it refuses in a sentence what it can't do."""
import random
import subprocess

import pyarrow as pa
import pytest

import compare
import generator
import records
from oracle.predict import prediction
from planetarium import judge
from planetarium.rows import Columns
from sides import JUDGE

HEADERS = pa.list_(pa.struct([("key", pa.string()), ("value", pa.binary())]))


@pytest.fixture(scope="module")
def columns():
    return Columns(judge.described(str(JUDGE)))


def frame(given) -> pa.RecordBatch:
    """Of (key, value, headers, ...)."""
    rows = list(given)
    return pa.RecordBatch.from_arrays([
        pa.array([0] * len(rows), pa.int32()), pa.array(range(len(rows)), pa.int64()),
        pa.array([1_700_000_000_000_000] * len(rows), pa.timestamp("us", tz="UTC")),
        pa.array([row[0] for row in rows], pa.binary()), pa.array([row[1] for row in rows], pa.binary()),
        pa.array([[{"key": name, "value": value} for name, value in row[2]] if len(row) > 2 else None
                  for row in rows], HEADERS)],
        names=["partition", "offset", "timestamp", "key", "value", "headers"])


@pytest.fixture
def judged(columns):
    running = judge.Judge(str(JUDGE), columns.description)

    def make(rows):
        made = running.judged(frame(rows))
        made.validate(full=True)
        return made.to_pylist()

    yield make
    running.close()
    assert running.process.returncode == 0


def test_predictions_are_those_of_a_second_computation(judged, columns):
    planets = [generator.line(planet) for planet in generator.real_planets()]
    given = [*((b"k", value) for value in planets), *generator.records(3000, seed=7), *records.spelled_out()]
    count = 0
    for start in range(0, len(given), 1000):
        for row in judged(given[start:start + 1000]):
            if row["verdict"] not in ("accept", "warn") or row["alias_of"] is not None:
                continue
            record = {name: row[name] for name in columns.own if row[name] is not None}
            expected = prediction(record)
            for name in columns.predictions:
                got, wanted = row[name], expected.get(name)
                # An integral, by another rule.
                near = name == "habitable_probability" and got is not None and wanted is not None
                same = abs(got - wanted) < 1e-6 if near else compare.is_same(got, wanted)
                assert same, f"{row['pl_name']} {name}"
            count += 1
    assert count > 8000


def test_whatever_comes_is_a_row(judged):
    rng = random.Random(4)
    seeds = [*generator.BROKEN, *(generator.line(odd) for odd in generator.ODD)]
    given = [(rng.randbytes(rng.randrange(9)), _damaged(rng, rng.choice(seeds))) for _ in range(4000)]
    given += [(None, None), (b"x", None), (None, b""), (b"", b"\0" * 1000), (b"x", b"[" * 3_000_000)]
    rows = judged(given)
    assert len(rows) == len(given) and {row["verdict"] for row in rows} == {"accept", "warn", "reject", "withdrawal"}
    assert all(row["rules"] and row["errors"] and row["raw"] is not None for row in rows if row["verdict"] == "reject")
    assert all(row["verdict"] == "reject" for row in judged([(b"k", body) for body in generator.BROKEN]))


def _damaged(rng, body):
    made = bytearray(body)
    for _ in range(rng.randrange(3)):
        if made:
            made[rng.randrange(len(made))] = rng.randrange(256)
    return bytes(made[:rng.randrange(len(made) + 1)] if rng.random() < 0.1 else made)


def test_a_part_of_an_array_is_as_good_as_a_whole_one(columns):
    one, two = (judge.Judge(str(JUDGE), columns.description) for _ in range(2))
    whole = frame(generator.records(300, seed=9))
    rows = one.judged(whole)
    for start in range(0, 300, 50):
        assert two.judged(whole.slice(start, 50)).equals(rows.slice(start, 50))
    for running in (one, two):
        running.close()


def test_a_judge_of_other_rules_refuses(columns):
    running = judge.Judge(str(JUDGE), columns.description | {"rules_version": "0123456789abcdef"})
    with pytest.raises(judge.JudgeError, match="its rules are of version .*, 0123456789abcdef was asked for"):
        running.judged(frame([(b"k", b"{")]))


def test_a_judge_that_is_not_there_is_named(tmp_path, monkeypatch):
    with pytest.raises(judge.JudgeError, match="/no/such is not there: `make judge`"):
        judge.find("/no/such")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(judge.JudgeError, match="by --files"):
        judge.find(None, str(tmp_path))
    (tmp_path / judge.NAME).write_bytes(b"")
    assert judge.find(None, str(tmp_path)) == str(tmp_path / judge.NAME)


def _words(*words):
    return b"".join(word.to_bytes(8, "little") for word in words)


def test_a_broken_frame_and_unknown_arguments_end_it_with_a_sentence():
    for arguments, given, status, said in (
            ([], b"\x05\0\0\0\0\0\0\0abc", 2, b"the input ends within a frame"),
            ([], b"\xff" * 8, 2, b"are the most"), ([], _words(8, 7), 2, b"no frame begins so"),
            ([], _words(16, 1, 7), 2, b"fewer bytes"), (["--board"], _words(8), 2, b"the input ends within a frame"),
            (["--board"], _words(8, 7), 2, b"figures of a part"), (["--rule"], b"", 64, b"unknown arguments")):
        done = subprocess.run([JUDGE, *arguments], input=given, capture_output=True, timeout=20)
        assert done.returncode == status and said in done.stderr and not done.stdout


def test_it_needs_nothing_but_glibc():
    needed = subprocess.run(["ldd", JUDGE], capture_output=True, text=True, check=True).stdout.split("\n")
    names = {line.split()[0].rsplit("/", 1)[-1].split(".")[0].split("-")[0] for line in needed if line.strip()}
    assert names <= {"linux", "libc", "libm", "ld", "libpthread", "libdl", "librt"}, needed
