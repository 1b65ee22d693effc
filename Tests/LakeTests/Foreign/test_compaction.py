"""`planetarium compact`, killed again and again, while DuckDB and pyarrow read the tables. Run by pytest; builds
nothing (swift build and swift build --build-tests first).

Who reads the files that the manifest names gets an exact answer, or the error that a file is gone, and asks again. Who
lets DuckDB or pyarrow look into the folders never gets a record twice, but may miss a day's files: both take the names
of a folder and then ask for each file by its path, and leave out those that an exchange in between has taken away
(strace shows it). docs/LAKE.md tells."""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BINARY = next((path for path in (ROOT / ".build/release/planetarium", ROOT / ".build/debug/planetarium")
               if path.exists()), None)
BINARY = Path(os.environ["PLANETARIUM_BINARY"]) if "PLANETARIUM_BINARY" in os.environ else BINARY
ROLLS = 20 * 12
WANTED = {
    "discoveries": [offset for offset in range(ROLLS * 10) if offset % 10 != 9],
    "rejected": list(range(9, ROLLS * 10, 10)),
    "aggregates": list(range(9, ROLLS * 10, 10)),
}


def make(out, days="own"):
    done = subprocess.run(
        ["swift", "test", "--skip-build", "--filter", "CompactionFixtureTests"],
        cwd=ROOT, env={**os.environ, "PLANETARIUM_COMPACTION_OUT": str(out), "PLANETARIUM_COMPACTION_DAYS": days},
        capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return out


@pytest.fixture
def lake(tmp_path):
    return make(tmp_path / "lake")


def in_duckdb(source):
    import duckdb
    return [row[0] for row in duckdb.connect().execute("SELECT \"offset\" FROM read_parquet(?) ORDER BY 1",
                                                       [source]).fetchall()]


def in_pyarrow(source):
    import pyarrow.dataset as dataset
    return sorted(dataset.dataset(source, format="parquet",
                                  partitioning="hive").to_table(columns=["offset"])["offset"].to_pylist())


def named(lake, table):
    """The files that the manifest names."""
    paths = set()
    for segment in sorted(lake.glob("_manifest/*/*.jsonl")):
        for line in segment.read_text().split("\n")[1:-1]:
            entry = json.loads(line)
            paths -= {file["path"] for file in entry["removed"]}
            paths |= {file["path"] for file in entry["files"]}
    return sorted(str(lake / path) for path in paths if path.startswith(table + "/"))


def duckdb_by_manifest(lake, table):
    return in_duckdb(named(lake, table))


def pyarrow_by_manifest(lake, table):
    return in_pyarrow(named(lake, table))


def duckdb_by_folder(lake, table):
    return in_duckdb(f"{lake}/{table}/**/*.parquet")


def pyarrow_by_folder(lake, table):
    return in_pyarrow(str(lake / table))


BY_MANIFEST, BY_FOLDER = (duckdb_by_manifest, pyarrow_by_manifest), (duckdb_by_folder, pyarrow_by_folder)


def read_on(reads, lake, stop, result):
    """Reads until told to stop; says how often the answers were exact, incomplete or an error, and the first that was
    wrong."""
    exact = again = incomplete = 0
    while not stop.is_set():
        for table, wanted in WANTED.items():
            for read in reads:
                try:
                    got = read(lake, table)
                except Exception as error:
                    # DuckDB: "IO Error: No files found" or "Cannot open file"; pyarrow: FileNotFoundError, in places
                    # with the path only.
                    if not isinstance(error,
                                      FileNotFoundError) and not any(text in str(error)
                                                                     for text in (
                                                                             "No such file", "o files found",
                                                                             "Failed to open")):
                        result.put((exact, again, incomplete, f"{read.__name__}: {table}: {error}"))
                        return
                    again += 1
                    continue
                if got == wanted:
                    exact += 1
                elif read in BY_FOLDER and len(set(got)) == len(got) and set(got) < set(wanted):
                    incomplete += 1
                else:
                    missing, extra = sorted(set(wanted) - set(got))[:5], len(got) - len(set(got))
                    result.put((exact, again, incomplete,
                                f"{read.__name__}: {table}: {len(got)} rows, missing {missing}, doubled {extra}"))
                    return
    result.put((exact, again, incomplete, None))


def files(lake):
    return len(list(lake.glob("discoveries/dt=*/*.parquet")))


def test_readers_of_the_manifest_are_always_exact_and_a_kill_loses_nothing(lake):
    context = multiprocessing.get_context("spawn")
    stop, result = context.Event(), context.Queue()
    readers = [context.Process(target=read_on, args=(reads, lake, stop, result)) for reads in (BY_MANIFEST, BY_FOLDER)]
    for reader in readers:
        reader.start()
    killed, start = 0, files(lake)
    assert start == ROLLS
    command = [BINARY, "compact", lake, "--grace", "0", "--quiet"]
    try:
        # Each is cut somewhere else, and some come through.
        while files(lake) > 19 + 12 + 3 and killed < 100:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            try:
                assert process.wait(random.uniform(0, 0.6)) == 0
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        time.sleep(1)
    finally:
        stop.set()
        answers = [result.get(timeout=60) for _ in readers]
        for reader in readers:
            reader.join(60)
    print(f"killed {killed} times;", "; ".join(f"{exact} exact, {again} asked again, {incomplete} incomplete" for exact,
                                               again, incomplete, _ in answers))
    assert [answer[3] for answer in answers] == [None, None]
    assert killed >= 5 and all(answer[0] >= 3 for answer in answers)
    assert files(lake) == 19 + 12
    assert not list((lake / "_compaction").glob("*"))
    for read in (*BY_MANIFEST, *BY_FOLDER):
        for table, wanted in WANTED.items():
            assert read(lake, table) == wanted
    check_manifest(lake)


def check_manifest(lake):
    check = subprocess.run([sys.executable, Path(__file__).with_name("check_manifest.py"), lake], capture_output=True,
                           text=True)
    assert check.returncode == 0, check.stdout


def test_days_that_rolls_and_partitions_share(tmp_path):
    lake = make(tmp_path / "lake", "shared")
    # Both partitions have the same offsets.
    wanted = {table: sorted(2 * [offset for offset in range(81) if (offset % 10 == 9) == (table == "rejected")])
              for table in ("discoveries", "rejected")}

    def check():
        for table, offsets in wanted.items():
            for read in (*BY_MANIFEST, *BY_FOLDER):
                assert read(lake, table) == offsets, (read.__name__, table)
            assert named(lake, table) == sorted(map(str, lake.glob(f"{table}/dt=*/*.parquet")))
        check_manifest(lake)

    check()
    assert len(list(lake.glob("discoveries/dt=*/*.part.parquet"))) == 4
    # The grace of each compaction outlasts those after it.
    done = subprocess.run([BINARY, "compact", lake, "--grace", "2"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    check()
    # Days: the first has parts, the middle one parts and others, of two partitions, the next those that commit.
    assert [len(list(day.iterdir())) for day in sorted(lake.glob("discoveries/dt=*"))] == [1, 3, 1, 2]
    assert len(list(lake.glob("discoveries/dt=*/*.part.parquet"))) == 2


def test_refused_while_another_process_has_the_lake(lake):
    import fcntl
    (lake / ".lock").write_text("pid 4711 on elsewhere\n")
    with open(lake / ".lock", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run([BINARY, "compact", lake], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "pid 4711 on elsewhere" in done.stderr
    assert files(lake) == ROLLS
