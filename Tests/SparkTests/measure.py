"""`planetarium stream` and the Spark job on the same records of the same broker, one after the other, in one run:

    .venv-spark/bin/python Tests/SparkTests/measure.py [RECORDS] [RUNS]

Each: from nothing known to the board of all records and every row in a closed Parquet file. Spark's session is started, and has run the job once on a few
records, before its clock starts; the process's start counts for `stream`. Spark reads the records from Parquet files, which is kinder to it than Kafka.
"""
import datetime
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "spark"), str(ROOT / "Tests" / "EndToEnd"), str(Path(__file__).parent)]
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "spark")] + os.environ.get("PYTHONPATH", "").split(os.pathsep))
os.environ["PYSPARK_PYTHON"] = sys.executable

import compare  # noqa: E402
import generator  # noqa: E402
from cluster import Stream  # noqa: E402
from sides import PROPERTIES, Side, run, spark_session, written  # noqa: E402


def planetarium(side, folder):
    """Seconds until the last record is on the board, and until all rows are in closed files."""
    begun = time.monotonic()
    stream = Stream(folder, "--log", side.cluster.log, "--group", folder.name, *PROPERTIES)
    while stream.status()["records"] < side.count:
        time.sleep(0.005)
    on_board = time.monotonic() - begun
    stream.stop()
    stored = time.monotonic() - begun
    rows = sum(len(compare.rows_of(folder / "lake", table)) for table in ("discoveries", "rejected"))
    assert rows == side.count, f"{rows} rows of {side.count}"
    return on_board, stored


def main():
    count, runs = (int(text) for text in (sys.argv[1:] + ["200000", "3"][len(sys.argv) - 1:]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{datetime.date.today()}, load before: {os.getloadavg()[0]:.2f}")
        side = Side(folder / "side", generator.records(count))
        board = side.board()
        side.server.stop()
        rows = side.read()
        whole, sliced = written(rows, folder / "whole", 1), written(rows, folder / "sliced", 4)
        few = written(rows[:2000], folder / "few", 1)
        begun = time.monotonic()
        spark = spark_session(folder)
        spark.range(1).count()
        print(f"Spark's session: {time.monotonic() - begun:.1f} s")
        run(spark, few, folder / "warm")
        planetarium(side, folder / "warm-stream")
        times = {}
        for number in range(runs):
            on_board, stored = planetarium(side, folder / f"stream{number}")
            times.setdefault("planetarium stream, to the board", []).append(on_board)
            times.setdefault("planetarium stream, to the closed lake", []).append(stored)
            for label, files in (("Spark job, one micro-batch", whole), ("Spark job, four micro-batches", sliced)):
                done = run(spark, files, folder / f"spark{number}{files.name}")
                assert compare.board_differences(board, done.board) == []
                times.setdefault(label, []).append(done.seconds)
        base = median(times["planetarium stream, to the closed lake"])
        print("| program | records/s | seconds | of stream's rate |\n|---|---|---|---|")
        for label, values in times.items():
            low, high = count / max(values), count / min(values)
            print(f"| {label} | {count / median(values):,.0f} [{low:,.0f} … {high:,.0f}] | {median(values):.1f} | {base / median(values):.3f}x |")
        side.close()
        spark.stop()


main()
