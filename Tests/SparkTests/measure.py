"""`planetarium stream` and the Spark job on the same records of the same broker, one after the other, in one run:

    .venv-spark/bin/python Tests/SparkTests/measure.py [RECORDS] [RUNS]

Each: from nothing known to the board of all records and every row in a closed Parquet file. Spark's session is started, and has run the job once on a few
records, before its clock starts; that of `stream` starts when it has its partitions. Spark reads the records from Parquet files, which is kinder to it than
Kafka. CPU: of the stream process, and of Spark's Java and Python processes; the broker's is nobody's.
"""
import datetime
import os
import resource
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


def spark_cpu():
    """Seconds of the Java process under this one, and of its Python workers."""
    parents, seconds = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
        # Own, and of children that have ended.
        seconds[int(folder.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def is_spark(pid):
        while parents.get(pid, 0) > 1:
            if pid == SPARK["pid"]:
                return True
            pid = parents[pid]
        return False

    return sum(used for pid, used in seconds.items() if is_spark(pid))


def planetarium(side, folder):
    """Seconds until the last record is on the board, until all rows are in closed files, and of CPU."""
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    stream = Stream(folder, "--log", side.cluster.log, "--group", folder.name, *PROPERTIES)
    while not stream.status()["partitions"]:
        time.sleep(0.002)
    begun = time.monotonic()
    while stream.status()["records"] < side.count:
        time.sleep(0.005)
    on_board = time.monotonic() - begun
    stream.stop()
    stored = time.monotonic() - begun
    rows = sum(len(compare.rows_of(folder / "lake", table)) for table in ("discoveries", "rejected"))
    assert rows == side.count, f"{rows} rows of {side.count}"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return on_board, stored, used.ru_utime + used.ru_stime - cpu.ru_utime - cpu.ru_stime


SPARK = {}


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
        SPARK["pid"] = spark.sparkContext._gateway.proc.pid
        print(f"Spark's session: {time.monotonic() - begun:.1f} s")
        run(spark, few, folder / "warm")
        planetarium(side, folder / "warm-stream")
        times = {}
        for number in range(runs):
            on_board, stored, cpu = planetarium(side, folder / f"stream{number}")
            times.setdefault("planetarium stream, to the board", []).append((on_board, cpu))
            times.setdefault("planetarium stream, to the closed lake", []).append((stored, cpu))
            for label, files in (("Spark job, one micro-batch", whole), ("Spark job, four micro-batches", sliced)):
                before = spark_cpu()
                done = run(spark, files, folder / f"spark{number}{files.name}")
                assert compare.board_differences(board, done.board) == []
                times.setdefault(label, []).append((done.seconds, spark_cpu() - before))
                print(label, times[label][-1], flush=True)
        base, base_cpu = (median(column) for column in zip(*times["planetarium stream, to the closed lake"]))
        print("| program | records/s | of stream's rate | CPU µs a record | of stream's CPU |\n|---|---|---|---|---|")
        for label, values in times.items():
            seconds, cpu = (sorted(column) for column in zip(*values))
            print(
                f"| {label} | {count / median(seconds):,.0f} [{count / seconds[-1]:,.0f} … {count / seconds[0]:,.0f}] | {base / median(seconds):.2f}x "
                f"| {median(cpu) / count * 1e6:,.0f} | {median(cpu) / base_cpu:.1f}x |")
        side.close()
        spark.stop()


main()
