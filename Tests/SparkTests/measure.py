"""`planetarium stream` and the Spark job on the same records of the same broker, one after the other, in one run:

    .venv-spark/bin/python Tests/SparkTests/measure.py [RECORDS] [RUNS]

Each: from nothing known to the board of all records and every row in a closed Parquet file. Spark's session is started,
and has run the job once on a few records, before its clock starts with the query. That of `stream` starts when it has
taken its first records, which do not count: until then it waits for the broker (noida-db answers a fetch with all it
has). Spark reads the records from Parquet files, which is kinder to it than Kafka. CPU: of the stream process from its
start, and of Spark's Java and Python processes; the broker's is nobody's.

Beside them `planetarium serve` on its embedded log, with those of the records that are valid discoveries: sent to it as
NDJSON, 10,000 a POST on one connection, each answered when it is on disk; and its log read again into an empty lake.
"""
import datetime
import json
import os
import re
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "spark"), str(ROOT / "Tests" / "EndToEnd"), str(Path(__file__).parent)]
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "spark")] + os.environ.get("PYTHONPATH", "").split(os.pathsep))
os.environ["PYSPARK_PYTHON"] = sys.executable

import requests  # noqa: E402

import compare  # noqa: E402
import generator  # noqa: E402
from cluster import Stream  # noqa: E402
from planetarium.decode import Decoder  # noqa: E402
from running import Server  # noqa: E402
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


def taken(session, url):
    """How many records the stream has taken."""
    found = re.search(r"^planetarium_stream_records_total (\S+)$", session.get(url + "/metrics", timeout=30).text, re.M)
    return int(float(found.group(1))) if found else 0


def clocked(url, count, stop):
    """(records, seconds) from the first records that are taken: until the last is on the board, and until all rows are
    in closed files."""
    session = requests.Session()
    while not (first := taken(session, url)):
        time.sleep(0.001)
    begun = time.monotonic()
    while taken(session, url) < count:
        time.sleep(0.005)
    on_board = time.monotonic() - begun
    stop()
    assert first < count, "all records came at once: too few to measure"
    return [(count - first, on_board), (count - first, time.monotonic() - begun)]


def all_stored(folder, count):
    rows = sum(len(compare.rows_of(folder / "lake", table)) for table in ("discoveries", "rejected")
               if (folder / "lake" / table).exists())
    assert rows == count, f"{rows} rows of {count}"


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def on_kafka(side, folder):
    cpu = children_cpu()
    stream = Stream(folder, "--log", side.cluster.log, "--group", folder.name, *PROPERTIES)
    times = clocked(stream.url, side.count, stream.stop)
    cpu = children_cpu() - cpu
    all_stored(folder, side.count)
    return [(*each, cpu * each[0] / side.count) for each in times]


def embedded(lines, folder):
    """Sent by HTTP; then once more out of the log."""
    bodies = [b"\n".join(lines[start:start + 10_000]) for start in range(0, len(lines), 10_000)]
    cpu, server = children_cpu(), Server(folder).start()
    begun = time.monotonic()
    for body in bodies:
        answer = server.post(body, "application/x-ndjson")
        assert answer.status_code in (200, 201), answer.text[:500]
    while taken(server.session, server.url) < len(lines):
        time.sleep(0.005)
    on_board = time.monotonic() - begun
    server.stop()
    times = [(len(lines), on_board), (len(lines), time.monotonic() - begun)]
    sent_cpu = children_cpu() - cpu
    all_stored(folder, len(lines))
    shutil.rmtree(folder / "lake")
    cpu, server = children_cpu(), Server(folder).start(ready=False)
    again = clocked(server.url, len(lines), server.stop)
    again_cpu = children_cpu() - cpu
    all_stored(folder, len(lines))
    return [(*each, sent_cpu) for each in times] + [(*each, again_cpu * each[0] / len(lines)) for each in again]


SPARK = {}
ON_KAFKA = "planetarium stream, to the board", "planetarium stream, to the closed lake"
EMBEDDED = (
    "planetarium serve, embedded log, sent by HTTP, to the board", "the same, to the closed lake",
    "planetarium serve, its log read again, to the board", "the same read again, to the closed lake")


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
        decoder = Decoder()
        lines = [json.dumps(json.loads(row["value"])).encode() for row in rows if row["value"] is not None
                 and decoder.decode(row["value"]).columns]
        size = sum(len(row["value"] or b"") for row in rows)
        print(
            f"{count} records of {size / count:.0f} bytes; {len(lines)} valid discoveries of "
            f"{sum(map(len, lines)) / len(lines):.0f} bytes", flush=True)
        on_kafka(side, folder / "warm-stream")
        times = {}

        def note(label, measured):
            times.setdefault(label, []).append(measured)
            records, seconds, cpu = measured
            print(
                f"load {os.getloadavg()[0]:.2f}, {label}: {records / seconds:,.0f}/s, {seconds:.1f} s, "
                f"{cpu / records * 1e6:,.0f} µs a record", flush=True)

        for number in range(runs):
            for label, each in zip(ON_KAFKA, on_kafka(side, folder / f"stream{number}")):
                note(label, each)
            for label, each in zip(EMBEDDED, embedded(lines, folder / f"embedded{number}")):
                note(label, each)
            for label, files in (("Spark job, one micro-batch", whole), ("Spark job, four micro-batches", sliced)):
                before = spark_cpu()
                done = run(spark, files, folder / f"spark{number}{files.name}")
                assert compare.board_differences(board, done.board) == []
                note(label, (count, done.seconds, spark_cpu() - before))

        def rates(label):
            return sorted(records / seconds for records, seconds,
                          _ in times[label]), median(cpu / records * 1e6 for records, _, cpu in times[label])

        base, base_cpu = rates(ON_KAFKA[1])
        print("| program | records/s | of stream's rate | CPU µs a record | of stream's CPU |\n|---|---|---|---|---|")
        for label in times:
            rate, cpu = rates(label)
            print(
                f"| {label} | {median(rate):,.0f} [{rate[0]:,.0f} … {rate[-1]:,.0f}] | "
                f"{median(rate) / median(base):.2f}x | {cpu:,.0f} "
                f"| {cpu / base_cpu:.1f}x |")
        side.close()
        spark.stop()


main()
