"""Misplaced records: valid ones in another partition than their planet's. A copy is appended to that partition and
counts there, as with `planetarium stream` (docs/ARCHITECTURE.md). fold.py finds them; they are sent before the batch is
committed. A copy that comes twice is a duplicate."""
import hashlib
from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import functions as F

# As in Sources/EventLog/SentThrough.swift: its offsets say up to where each partition's records have been sent on.
_GROUP = "planetarium-sent-on"
HEADERS = "headers array<struct<key:string,value:binary>>"


def copies(records: pa.RecordBatch, rows: pa.RecordBatch, begun: int) -> pa.Table:
    """What of the judged `records` is to be sent on, from offset `begun` on."""
    found = pa.table({"home": rows.column("home"), "key": rows.column("key")} | {
        name: records.column(name) for name in ("offset", "value", "headers")})
    return found.filter(pc.and_(pc.is_valid(found["home"]), pc.greater_equal(found["offset"], begun)))


class SentOn:
    """`state`: Planetarium's topic that says what copies call this log, and over how many partitions its keys are
    spread (Sources/EventLog/KeyedPartitions.swift); without it, the name that it will get. `schema`: the judge's."""

    def __init__(self, spark, log, state: str, schema: str):
        self.spark, self.log, self.sent = spark, log, None
        self.client = {f"kafka.{name}": value for name, value in log.properties.items()} | {"kafka.acks": "all"}
        self.name, self.partitions = self._noted(state) or (
            hashlib.sha256(f"kafka:{log.cluster}/{log.name} 1".encode()).hexdigest()[:8], None)
        # Other rules may find other records misplaced.
        self.text = f"{self.name} {schema}"
        self.through = {partition: offset for partition, (offset, text) in log.committed(_GROUP).items()
                        if offset <= log.end.get(partition, 0) and (
                            offset <= log.first[partition]
                            or text == f"{self.text} {log.fingerprint(partition, offset - 1)}")}

    def _noted(self, state: str) -> tuple[str, int] | None:
        if not self.log.told(lambda: self.log.admin.listTopics().names().get().contains(state)):
            return None
        rows = self.spark.read.format("kafka").options(**self.client, subscribe=state, includeHeaders="true").load()
        rows = rows.where(F.col("key").cast("string").startswith(f"partitions/{self.log.name}/")).orderBy("offset")
        noted = [{header.key: header.value.decode() for header in row.headers} for row in rows.collect()]
        # The highest generation counts; of equal ones the first.
        latest = max(noted, key=lambda one: int(one["generation"]), default=None)
        return latest and (latest["name"], int(latest["partitions"]))

    def is_due(self) -> bool:
        """Whether there is something to read: at first, and after copies were sent."""
        due, self.sent = self.sent != 0, 0
        return due

    def send(self, contents: dict[str, bytes], last: dict[str, list]):
        """Returns when all are acknowledged. `contents`: by partition; `last`: each partition's last record."""
        # A planet's records one after the other: of two sent at once the log might take the second alone.
        waves, turns = [], Counter()
        for partition, content in contents.items():
            for copy in pq.read_table(pa.BufferReader(content)).to_pylist():
                source = f"sent-on/{self.log.name}/{partition}/{copy['offset']}/{self.name}".encode()
                headers = [(one["key"], one["value"]) for one in copy["headers"] or [] if one["key"] != "source"]
                if turns[copy["key"]] == len(waves):
                    waves.append([])
                waves[turns[copy["key"]]].append(
                    (copy["home"], copy["key"].encode(), copy["value"], [*headers, ("source", source)]))
                turns[copy["key"]] += 1
        for wave in waves:
            frame = self.spark.createDataFrame(wave, f"partition int, key binary, value binary, {HEADERS}")
            frame.write.format("kafka").options(**self.client, topic=self.log.name).save()
        self.sent += len(waves)
        for partition, (offset, _, hash) in ((partition, last[partition]) for partition in contents):
            self.log.commit(_GROUP, {int(partition): offset + 1}, f"{self.text} {hash}")
