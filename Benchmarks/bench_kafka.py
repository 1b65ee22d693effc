"""The case `kafka` of bench.py: Planetarium's `web` and `stream` around a Kafka-protocol broker, beside a bare
librdkafka program and the two Python peers on the same broker.

BROKER=apache: an Apache Kafka of one node (Tests/Support/kafka says where its jars come from), whose JVM compiles with
C1 only, as the tests' do. Else noida-db behind the tests' proxy (Tests/Support/kafka-broker), which holds everything in
memory and rewrites it all once a second. Both share our two cores, so that only ratios within one run mean something.
Every measurement has a broker of its own, and it takes no more than 200,000 records."""
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import requests

from bench import BINARY, CPUS, HERE, PYTHON_BIN, RUNS, Peer, discoveries, free_port, spread, table, wrk

SUPPORT = HERE.parent / "Tests" / "Support"
sys.path[:0] = [str(SUPPORT), str(SUPPORT / "kafka")]

TOPIC = "planet-discoveries"
COUNT = 100_000
A_POST = 10_000


class Apache:
    """A fresh Apache Kafka of one node."""

    def __init__(self):
        from kafka import Cluster
        self.folder = tempfile.TemporaryDirectory(prefix="planetarium-bench-kafka-")
        self.cluster = Cluster(Path(self.folder.name) / "kafka").start()
        self.address = self.cluster.address

    def stop(self):
        self.cluster.stop()
        self.folder.cleanup()


class Emulated:
    """A fresh noida-db; `address` is the proxy's."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, SUPPORT / "kafka-broker/broker.py"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            raise SystemExit("the broker did not start")

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)


class Broker:
    """A fresh one with the topics."""

    def __enter__(self):
        self.made = Apache() if os.environ.get("BROKER") == "apache" else Emulated()
        self.address = self.made.address
        self.log = "kafka://" + self.address
        subprocess.run([BINARY, "topics", "create", "--partitions", "6", "--log", self.log], check=True,
                       capture_output=True, cwd=HERE.parent, timeout=60)
        return self

    def __exit__(self, *_):
        self.made.stop()


class Stream:
    def __init__(self, broker, folder):
        self.process = subprocess.Popen(
            [BINARY, "stream", "--log", broker.log, "--data", folder, "--status-listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE.parent)
        self.url = re.search(r"http://\S+", self.process.stdout.readline()).group(0).rstrip("/")
        self.session = requests.Session()

    def status(self):
        return self.session.get(self.url + "/api/stream", timeout=10).json()

    def stop(self):
        self.process.terminate()
        if self.process.wait(60) != 0:
            raise SystemExit("stream did not end well")


def web(broker, folder):
    """Ready: a stream has published the first board, and has ended then, so that it takes no share of the cores."""
    port = free_port()
    peer = Peer("planetarium", [BINARY, "web", "--listen", f"127.0.0.1:{port}", "--data", folder, "--log", broker.log],
                port, "/livez", cwd=HERE.parent)
    stream = Stream(broker, folder / "first")
    while requests.get(peer.url + "/readyz", timeout=5).status_code != 200:
        time.sleep(0.02)
    stream.stop()
    return peer


def flask(broker, folder):
    port = free_port()
    return Peer("flask + gunicorn", [PYTHON_BIN / "gunicorn", "-w", str(CPUS), "--threads", "8", "-b",
                                     f"127.0.0.1:{port}", "flask_kafka:app"],
                port, cwd=HERE / "peers", env={"PEER_BROKER": broker.address})


def fastapi(broker, folder):
    port = free_port()
    return Peer("fastapi + uvicorn", [PYTHON_BIN / "uvicorn", "--workers", str(CPUS), "--no-access-log", "--log-level",
                                      "error", "--port", str(port), "fastapi_kafka:app"], port, cwd=HERE / "peers",
                                      env={"PEER_BROKER": broker.address})


def bare(program, *arguments):
    return float(subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True,
                                timeout=120).stdout)


def post_all(url, bodies):
    """NDJSON on two connections; the seconds until all is acknowledged."""
    failures = []

    def client(part):
        session = requests.Session()
        for body in part:
            answer = session.post(url + "/api/discoveries?results=rejected", data=body,
                                  headers={"Content-Type": "application/x-ndjson"}, timeout=120)
            if answer.status_code != 201 or answer.json()["accepted"] != A_POST:
                failures.append(answer.text[:300])

    clients = [threading.Thread(target=client, args=(bodies[n::2],)) for n in range(2)]
    begun = time.monotonic()
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    if failures:
        raise SystemExit(failures[0])
    return time.monotonic() - begun


def read_all(broker, folder):
    """The seconds from the assignment to the last record read and aggregated, and to the end of a process that has put
    them all in the lake."""
    stream = Stream(broker, folder)
    while not stream.status()["partitions"]:
        time.sleep(0.002)
    begun = time.monotonic()
    while stream.status()["records"] < COUNT:
        time.sleep(0.005)
    read = time.monotonic() - begun
    stream.stop()
    stored = time.monotonic() - begun
    import pyarrow.parquet
    rows = sum(pyarrow.parquet.ParquetFile(f).metadata.num_rows for f in folder.glob("lake/discoveries/dt=*/*.parquet"))
    if rows != COUNT:
        raise SystemExit(f"{rows} rows in the lake, not {COUNT}")
    return read, stored


def throughput(folder):
    program = folder / "kafka_bare"
    subprocess.run(["cc", "-O2", "-o", program, HERE / "kafka_bare.c", "-lrdkafka"], check=True)
    produced = {"librdkafka, bare C": [], "planetarium web": []}
    consumed = {"librdkafka, bare C": [], "planetarium stream, to the board": [],
                "planetarium stream, to the closed lake": []}
    for run in range(RUNS + 1):  # the first is the warm-up
        bodies = [discoveries(A_POST, f"{run}-{i}") for i in range(COUNT // A_POST)]
        lines = folder / "lines"
        with lines.open("wb") as file:
            for line in b"".join(bodies).splitlines():
                file.write(json.loads(line)["pl_name"].lower().replace(" ", "").encode() + b"\t" + line + b"\n")
        place = folder / f"run{run}"
        with Broker() as broker:
            first = bare(program, "produce", broker.address, TOPIC, lines)
        with Broker() as broker:
            server = web(broker, place)
            second = post_all(server.url, bodies)
            server.stop()
            # What `web` wrote is read by both.
            third = bare(program, "consume", broker.address, TOPIC, COUNT)
            read, stored = read_all(broker, place / "stream")
        if run:
            for row, took in zip([*produced.values(), *consumed.values()], (first, second, third, read, stored)):
                row.append(COUNT / took)
    for title, column, figures in [
            (f"{COUNT:,} records into 6 partitions (web: NDJSON of {A_POST:,} a POST, two connections)",
             "acknowledged records/s", produced),
            (f"{COUNT:,} records out of 6 partitions", "records/s", consumed)]:
        best = statistics.median(figures["librdkafka, bare C"])
        table(title, ["program", column, "of bare C's rate"], [[n, spread(r), f"{statistics.median(r) / best:.2f}x"]
                                                               for n, r in figures.items()])


def requests_delivered(folder):
    figures = {}
    for run in range(RUNS + 1):
        for make in (web, flask, fastapi):
            with Broker() as broker:
                p = make(broker, folder / f"post{run}")
                # Each a connection of its own, so that every worker process has its producer.
                for number in range(40):
                    requests.post(p.url + "/api/discoveries", json={"pl_name": f"Warm-{run}-{number} b"},
                                  timeout=20).raise_for_status()
                before = p.cpu_seconds()
                result = json.loads(wrk(p.url, "-s", str(HERE / "post.lua"), run=run).split("RESULT ", 1)[1])
                good = result["requests"] - result["errors"]
                if run:
                    f = figures.setdefault(p.name, {"rate": [], "p50": [], "p99": [], "cpu": [], "errors": 0})
                    f["rate"].append(good / result["us"] * 1e6)
                    f["p50"].append(result["p50_ms"]), f["p99"].append(result["p99_ms"])
                    f["cpu"].append((p.cpu_seconds() - before) / max(1, good) * 1e6)
                    f["errors"] += result["errors"]
                p.stop()
    best = statistics.median(figures["planetarium"]["rate"])
    table("One discovery a POST, 64 connections, answered after the broker's acknowledgement",
          ["server", "acknowledged/s", "ours is", "p50 ms", "p99 ms", "CPU µs a request", "errors"],
          [[n, spread(f["rate"]), f"{best / statistics.median(f['rate']):.1f}x", spread(f["p50"], 1),
            spread(f["p99"], 1), spread(f["cpu"]), str(f["errors"])]
           for n, f in figures.items()])


def run(folder):
    throughput(folder)
    requests_delivered(folder)
