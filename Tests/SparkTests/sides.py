"""The two sides that are compared: a broker with records and `planetarium serve` on it, and the Spark job on the
records read from that broker."""
import time
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
from confluent_kafka import Consumer, Producer, TopicPartition
from pyspark.sql import SparkSession

import generator
import planetarium_job
from cluster import Cluster

TOPIC = "planet-discoveries"
PARTITIONS = 6
# noida-db answers a fetch with all it has, whatever the client asks for.
ALL_AT_ONCE = {"receive.message.max.bytes": 1_000_000_000}
PROPERTIES = [word for name, value in ALL_AT_ONCE.items() for word in ("--kafka-property", f"{name}={value}")]
RECORD = pa.schema([
    ("key", pa.binary()), ("value", pa.binary()), ("partition", pa.int32()), ("offset", pa.int64()),
    ("timestamp", pa.timestamp("us", "UTC")),
    ("headers", pa.list_(pa.struct([("key", pa.string()), ("value", pa.binary())])))])


def spark_session(folder, cores=2):
    builder = SparkSession.builder.master(f"local[{cores}]").appName("planetarium tests")
    settings = planetarium_job.SETTINGS | {
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "4", "spark.driver.memory": "3g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={folder}/derby.log",
        "spark.driver.bindAddress": "127.0.0.1", "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder}/metastore;create=true"}
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.enableHiveSupport().getOrCreate()


class Side:
    """A broker with the records, and `planetarium serve`, which has read them. `records`: (key, value, headers); `csv`:
    a table to post."""

    def __init__(self, folder, records=None, csv=None):
        self.folder = folder
        self.cluster = Cluster(folder, PARTITIONS)
        self.address = self.cluster.broker.address
        self.count = 0
        try:
            self._fill(records, csv)
        except BaseException:
            self.close()
            raise

    def _fill(self, records, csv):
        if records:
            self.produce(records)
        self.server = self.cluster.serve(*PROPERTIES)
        if csv:
            header, *lines = csv
            for start in range(0, len(lines), 1000):
                answer = self.server.post("".join([header] + lines[start:start + 1000]), "text/csv")
                assert answer.status_code == 201, answer.text[:500]
            self.count += len(lines)
        self.cluster.wait(lambda: self.server.board()["aggregates"]["totals"]["records"] == self.count, 120,
                          "the board")

    def produce(self, records):
        producer = Producer({"bootstrap.servers": self.address, "linger.ms": 20, "acks": "all",
                             "enable.idempotence": True})
        for key, value, headers in records:
            while True:
                try:
                    producer.produce(TOPIC, key=key, value=value, partition=generator.partition(key, PARTITIONS),
                                     headers=headers)
                    break
                except BufferError:
                    producer.poll(0.1)
            self.count += 1
            if self.count % 1000 == 0:
                producer.poll(0)
        assert producer.flush(60) == 0

    def read(self):
        """All records of the topic, as rows of RECORD, by partition and offset."""
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": "spark-tests", "enable.auto.commit": False}
                            | ALL_AT_ONCE)
        consumer.assign([TopicPartition(TOPIC, partition, 0) for partition in range(PARTITIONS)])
        rows, until = [], time.monotonic() + 60
        while len(rows) < self.count:
            assert time.monotonic() < until, f"{len(rows)} of {self.count} records read"
            for message in consumer.consume(10_000, 1):
                assert not message.error(), message.error()
                headers = [{"key": key, "value": value} for key, value in message.headers() or []]
                rows.append({
                    "key": message.key(), "value": message.value(), "partition": message.partition(),
                    "offset": message.offset(), "timestamp": message.timestamp()[1] * 1000, "headers": headers})
        consumer.close()
        return sorted(rows, key=lambda row: (row["partition"], row["offset"]))

    def board(self):
        return self.server.board()["aggregates"]

    def finished_lake(self):
        """The lake of `serve`, after it has closed its files."""
        self.server.stop()
        return self.folder / "lake"

    def close(self):
        self.cluster.close()


def written(rows, folder, slices):
    """The records as files, in as many slices, each with the next records of every partition, as micro-batches of the
    Kafka source have them."""
    folder.mkdir(parents=True)
    by_partition = {}
    for row in rows:
        by_partition.setdefault(row["partition"], []).append(row)
    for number in range(slices):
        part = [row for own in by_partition.values()
                for row in own[len(own) * number // slices:len(own) * (number + 1) // slices]]
        pq.write_table(pa.Table.from_pylist(part, RECORD), folder / f"{number:03d}.parquet")
    return folder


def run(spark, files, folder, **more):
    """The job over the files, one a micro-batch, to their end. Its board and seconds."""
    options = planetarium_job.arguments([
        "--bootstrap-servers", "none", "--lake", str(folder / "spark-lake"), "--checkpoint", str(folder / "checkpoint"),
        "--trigger", "once", *(f"--{name.replace('_', '-')}={value}" for name, value in more.items())])
    schema = spark.read.parquet(str(files)).schema
    stream = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).parquet(str(files))
    started = time.monotonic()
    query, batches = planetarium_job.start(spark, stream, options)
    try:
        query.awaitTermination()
    finally:
        query.stop()
    return SimpleNamespace(board=batches.board, seconds=time.monotonic() - started, lake=folder / "spark-lake",
                           batches=batches)
