"""The two sides that are compared, on one topic of Apache Kafka: `planetarium serve`, and the Spark job as spark-submit
runs it, with Spark's own Kafka source."""
import json
import os
import signal
import subprocess
import zipfile
from pathlib import Path

from confluent_kafka import Producer

import compare
import generator
from foreign import Foreign
from running import BINARY, Server

ROOT = Path(__file__).resolve().parents[2]
JUDGE = BINARY.parent / "planetarium-judge"
PARTITIONS = 6


class Topic:
    """A topic of the cluster, with what is put into it."""

    def __init__(self, address, name, folder, partitions=PARTITIONS, **config):
        self.address, self.name, self.folder, self.partitions = address, name, Path(folder), partitions
        # Of those that count: not in aborted transactions.
        self.count = 0
        self.foreign = Foreign(address)
        self.foreign.create(name, partitions, **config)

    def produce(self, records, **settings):
        """(key, value, headers), by their keys, or (key, value, headers, partition or None, milliseconds)."""
        failed = []
        producer = Producer({"bootstrap.servers": self.address, "linger.ms": 20, "message.max.bytes": 10_000_000,
                             "queue.buffering.max.kbytes": 1 << 20} | settings)
        for key, value, headers, *place in records:
            partition, time = place or (None, 0)
            if partition is None:
                partition = generator.partition(key or b"", self.partitions)
            while True:
                try:
                    producer.produce(self.name, key=key, value=value, headers=headers, partition=partition,
                                     timestamp=time, on_delivery=lambda error, _: error and failed.append(error))
                    break
                except BufferError:
                    producer.poll(0.1)
            self.count += 1
            producer.poll(0)
        assert producer.flush(60) == 0 and not failed, failed[:3]

    def size(self) -> int:
        return sum(end for _, end in self.foreign.bounds(self.name))

    def copies(self):
        """What was sent on from other partitions, as `produce` takes it."""
        return [(record.key(), record.value(), record.headers(), number, 0) for number in range(self.partitions)
                for record in self.foreign.read(self.name, number)
                if dict(record.headers() or []).get("source", b"").startswith(b"sent-on/")]

    def serve(self):
        """What `planetarium serve` makes of it, and of the copies that it sends on, which are counted then: its board,
        and its closed lake."""
        data = self.folder / f"{self.name}-serve"
        server = Server(data, "--log", f"kafka://{self.address}", "--group", self.name, "--roll-age", "1", "--topic",
                        self.name, *(word for kind in ("rejected", "live", "state", "dead-letters")
                                     for word in (f"--topic-{kind}", f"{self.name}-{kind}")))
        size, seen = self.size(), None
        while seen != self.size():
            server.start()
            try:
                server.wait(lambda: server.board()["aggregates"]["totals"]["records"] == (
                    self.count + self.size() - size), 120, "the board")
                board, seen = server.board()["aggregates"], self.size()
                server.stop()
            finally:
                if server.process.poll() is None:
                    server.kill()
        self.count += seen - size
        return board, data / "lake"


class Job:
    """The job on a topic; its lake and checkpoint stay from run to run. `said`: its lines of JSON."""

    def __init__(self, version, topic, folder=None, timeout=400):
        self.version, self.topic, self.timeout = version, topic, timeout
        self.folder = Path(folder or topic.folder / f"{topic.name}-spark-{version.name}")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.lake, self.checkpoint = self.folder / "lake", self.folder / "checkpoint"
        self.text, self.said, self.process = "", [], None

    def start(self, *arguments, trigger="once"):
        package = self.folder / "planetarium.zip"
        with zipfile.ZipFile(package, "w") as made:
            for path in sorted((ROOT / "spark" / "planetarium").glob("*.py")):
                made.write(path, f"planetarium/{path.name}")
        python = str(self.version.bin / "python")
        settings = ["spark.ui.enabled=false", "spark.ui.showConsoleProgress=false", *self.version.settings]
        line = [
            self.version.bin / "spark-submit", "--master", "local[2]", "--driver-memory", "2g", "--jars",
            self.version.jars(), "--files", JUDGE, *(word for each in settings for word in ("--conf", each)),
            "--py-files", package, ROOT / "spark" / "planetarium_job.py", "--bootstrap-servers", self.topic.address,
            "--topic", self.topic.name, "--lake", self.lake, "--checkpoint", self.checkpoint, "--trigger", trigger,
            "--topic-state", f"{self.topic.name}-state", *arguments]
        # No day or minute may follow from the machine's zone.
        environment = os.environ | {"PYSPARK_PYTHON": python, "PYSPARK_DRIVER_PYTHON": python, "TZ": "Pacific/Auckland",
                                    "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": ""}
        del environment["SPARK_HOME"]
        self.output = open(self.folder / "out.log", "wb")
        self.process = subprocess.Popen(list(map(str, line)), env=environment, stdout=self.output,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        return self

    def wait(self):
        try:
            status = self.process.wait(self.timeout)
        finally:
            if self.process.poll() is None:
                self.kill()
        self.text = (self.folder / "out.log").read_text(errors="replace")
        self.said = [json.loads(line) for line in self.text.splitlines() if line.startswith('{"time"')]
        return status

    def kill(self):
        """The driver and its workers, which are a process group of their own."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self.output.close()

    def run(self, *arguments):
        """To the end of what is there; it must go well."""
        status = self.start(*arguments).wait()
        assert status == 0, self.text[-3000:]
        return self

    def refuse(self, *arguments) -> str:
        """The reason why it does not."""
        assert self.start(*arguments).wait() != 0, self.text[-3000:]
        assert "Traceback" not in self.text, self.text[-3000:]
        return self.said[-1]["reason"] if self.said else self.text

    @property
    def batches(self):
        return [line for line in self.said if "batch" in line and "records" in line]

    def board(self):
        return compare.board(self.lake)
