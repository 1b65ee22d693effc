"""The Spark job, a Spark query that only reads and writes, and `planetarium serve` on the same records of one topic of
Apache Kafka, one after the other:

    .venv-spark/bin/python Tests/SparkTests/measure.py [RECORDS] [RUNS]

Each from nothing known to every row in a closed file and the process gone, the start of the JVM included. CPU of all
processes of the program, of the broker none. Then a batch of one record, in a job that runs.
"""
import datetime
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

# Held before the batch of one record.
KEYS = 24_000
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "spark"), str(Path(__file__).parent)] + [
    str(ROOT / "Tests" / folder) for folder in ("EndToEnd", "Support", "Support/kafka")]
sys.path.append(str(ROOT / "Tests" / "KafkaTests"))

import generator  # noqa: E402
import records  # noqa: E402
import versions  # noqa: E402
from kafka import Cluster  # noqa: E402
from sides import Job, Topic  # noqa: E402


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(count, what, run):
    begun, cpu = time.monotonic(), children()
    run()
    seconds, cpu = time.monotonic() - begun, children() - cpu
    print(f"load {os.getloadavg()[0]:.1f}, {what}: {seconds:.1f} s, {cpu / count * 1e6:,.0f} µs of CPU a record",
          flush=True)
    return cpu / count * 1e6


def plain(topic, folder):
    """With the job's settings, and as many partitions."""
    spark = versions.SPARK_3
    python = str(spark.bin / "python")
    subprocess.run(
        [str(spark.bin / "spark-submit"), "--master", "local[2]", "--driver-memory", "2g", "--jars", spark.jars(),
         "--conf", "spark.ui.enabled=false", "--conf", "spark.ui.showConsoleProgress=false",
         str(Path(__file__).with_name("plain_query.py")), topic.address, topic.name, str(folder)],
        check=True, capture_output=True, timeout=300,
        env=os.environ | {"PYSPARK_PYTHON": python, "PYSPARK_DRIVER_PYTHON": python, "SPARK_LOCAL_IP": "127.0.0.1"})


def one_record(job, topic):
    """Seconds of a batch of one record, the second of two: the first one compiles."""
    job.start(trigger="1 second")
    out = job.folder / "out.log"
    for number in range(2):
        topic.produce(records.plain(number, 1))
        end = time.monotonic() + 300
        while out.read_text(errors="replace").count('"batch"') <= number and time.monotonic() < end:
            time.sleep(0.2)
    job.kill()
    return [json.loads(line)["seconds"] for line in out.read_text(errors="replace").splitlines()
            if line.startswith('{"time"') and '"batch"' in line]


def main():
    count, runs = (int(text) for text in (sys.argv[1:] + ["200000", "3"][len(sys.argv) - 1:]))
    print(f"{datetime.date.today()}, load before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        cluster = Cluster(Path(name) / "kafka").start()
        try:
            topic = Topic(cluster.address, "measured", name)
            topic.produce(generator.records(count), **{"compression.type": "lz4"})
            job, figures = Job(versions.SPARK_3, topic), {"job": [], "plain": [], "serve": []}
            for _ in range(runs):
                # First: what it sends on is counted with the topic.
                shutil.rmtree(Path(name) / "measured-serve", ignore_errors=True)
                figures["serve"].append(measured(count, "planetarium serve", topic.serve))
                for folder in (job.lake, job.checkpoint, Path(name) / "plain"):
                    shutil.rmtree(folder, ignore_errors=True)
                figures["job"].append(measured(count, "the Spark job", job.run))
                figures["plain"].append(measured(
                    count, "a query that only reads and writes", lambda: plain(topic, Path(name) / "plain")))
            print({program: round(median(each)) for program, each in figures.items()}, "µs of CPU a record, medians")
            topic.produce(records.plain(1000, KEYS))
            job.run()
            print(f"a batch of one record over {KEYS:,} keys and more, in a job that runs: seconds",
                  one_record(job, topic))
        finally:
            cluster.stop()


main()
