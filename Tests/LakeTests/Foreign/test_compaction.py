"""`planetarium compact`, killed again and again, while DuckDB and pyarrow read the tables' folders: every answer is exact. Run by pytest; builds
nothing (swift build and swift build --build-tests first).

A reader that listed a folder just before its exchange may find a file of its list gone: that is an error of the reader, never a wrong answer, and the
reader asks again."""

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
BINARY = next((path for path in (ROOT / ".build/release/planetarium", ROOT / ".build/debug/planetarium") if path.exists()), None)
BINARY = Path(os.environ["PLANETARIUM_BINARY"]) if "PLANETARIUM_BINARY" in os.environ else BINARY
ROLLS = 20 * 12
WANTED = {
    "discoveries": [offset for offset in range(ROLLS * 10) if offset % 10 != 9],
    "rejected": list(range(9, ROLLS * 10, 10)),
    "aggregates": list(range(9, ROLLS * 10, 10)),
}


@pytest.fixture
def lake(tmp_path):
    out = tmp_path / "lake"
    done = subprocess.run(
        ["swift", "test", "--skip-build", "--filter", "CompactionFixtureTests"],
        cwd=ROOT, env={**os.environ, "PLANETARIUM_COMPACTION_OUT": str(out)}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return out


def duckdb_offsets(lake, table):
    import duckdb
    rows = duckdb.connect().execute(f"SELECT \"offset\" FROM '{lake}/{table}/**/*.parquet' ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def pyarrow_offsets(lake, table):
    import pyarrow.dataset as dataset
    table = dataset.dataset(lake / table, format="parquet", partitioning="hive").to_table(columns=["offset"])
    return sorted(table["offset"].to_pylist())


def read_on(read, lake, stop, result):
    """Reads until told to stop; says how often the answer was exact, and the first that was not."""
    exact = again = 0
    while not stop.is_set():
        for table, wanted in WANTED.items():
            try:
                got = read(lake, table)
            except Exception as error:
                # DuckDB: "IO Error: No files found" or "Cannot open file"; pyarrow: FileNotFoundError.
                if not any(text in str(error) for text in ("No such file", "o files found", "Failed to open")):
                    result.put((read.__name__, exact, again, f"{table}: {error}"))
                    return
                again += 1
                continue
            if got != wanted:
                missing, extra = sorted(set(wanted) - set(got))[:5], len(got) - len(set(got))
                result.put((read.__name__, exact, again, f"{table}: {len(got)} rows, missing {missing}, doubled {extra}"))
                return
            exact += 1
    result.put((read.__name__, exact, again, None))


def files(lake):
    return len(list(lake.glob("discoveries/dt=*/*.parquet")))


def test_readers_are_always_exact_and_a_kill_loses_nothing(lake):
    context = multiprocessing.get_context("spawn")
    stop, result = context.Event(), context.Queue()
    readers = [context.Process(target=read_on, args=(read, lake, stop, result)) for read in (duckdb_offsets, pyarrow_offsets)]
    for reader in readers:
        reader.start()
    killed, start, pause = 0, files(lake), 0.0
    assert start == ROLLS
    command = [BINARY, "compact", lake, "--grace", "0", "--quiet"]
    try:
        # Ever longer, so that each compaction is cut somewhere else, and some come through.
        while files(lake) > 19 + 12 + 3 and killed < 400:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            pause = (pause + random.uniform(0, 0.02)) % 0.4
            try:
                assert process.wait(pause) == 0
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
    print(f"killed {killed} times;", "; ".join(f"{name}: {exact} exact, {again} asked again" for name, exact, again, _ in answers))
    assert [answer[3] for answer in answers] == [None, None]
    assert killed >= 5 and all(answer[1] >= 3 for answer in answers)
    assert files(lake) == 19 + 12
    assert not list((lake / "_compaction").glob("*"))
    for read in (duckdb_offsets, pyarrow_offsets):
        for table, wanted in WANTED.items():
            assert read(lake, table) == wanted
    check = subprocess.run([sys.executable, Path(__file__).with_name("check_manifest.py"), lake], capture_output=True, text=True)
    assert check.returncode == 0, check.stdout


def test_refused_while_another_process_has_the_lake(lake):
    import fcntl
    (lake / ".lock").write_text("pid 4711 on elsewhere\n")
    with open(lake / ".lock", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run([BINARY, "compact", lake], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "pid 4711 on elsewhere" in done.stderr
    assert files(lake) == ROLLS
