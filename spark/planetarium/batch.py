"""One micro-batch, from the topic's records to the lake (foreachBatch). planetarium_job.py supplies the records.

One Spark job brings each partition's state and then its records to one task, which turns them into finished Parquet
files (fold.py); the driver puts those into the lake (lake.py). So the JVM moves bytes and never a row of 180 columns,
which took most of the time. None of Spark's stateful operators: applyInPandasWithState calls Python once per key (about
a millisecond), and nobody else can read its state."""
import datetime
import json
import sys
import time
from collections import Counter

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from . import judge
from .fold import Fold
from .lake import Lake
from .sent_on import HEADERS

_READ = f"partition int, offset long, timestamp long, key binary, value binary, {HEADERS}"


def say(**what):
    """A line of JSON on standard error for the operator. Metrics come through Spark's own sinks."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    print(json.dumps({"time": now} | what, ensure_ascii=False), file=sys.stderr, flush=True)


class Batches:
    """`find()` returns the judge's path. `check()` is called before each batch, returns the log's identity, and raises
    if it has changed. `ends(batch)`: each partition's offset after the batch; None: unknown. `after_commit(days)` is
    called when a batch is in place: for Hive, lag, or a test. `width`: tasks per batch. `read_again(starts, ends)`
    reads the records without Spark's source. `sending`: a SentOn."""

    def __init__(self, lake: Lake, find, width: int, check=None, after_commit=None, ends=None, read_again=None,
                 sending=None):
        self.lake, self.find, self.width, self.check, self.after_commit = lake, find, width, check, after_commit
        self.read_again, self.sending = read_again, sending
        self.ends, self.about = ends or (lambda _: None), lake.columns.description

    def renews(self) -> bool:
        """Whether another build made the figures of the lake's parts, so that all must be recomputed."""
        return self.lake.state["rules"] != self.about["rules_version"]

    def __call__(self, records: DataFrame, batch_id: int = 0):
        began, lake = time.monotonic(), self.lake
        log, ends = self.check() if self.check else None, self.ends(batch_id)
        try:
            made = self._made(records, ends)
        except (PySparkException, Py4JJavaError) as error:
            if "long overflow" not in str(error) or not self.read_again or not ends:
                raise
            say(message="a record's time is beyond the year 294247, where Spark's source ends: the batch is read by "
                "the driver, record by record", batch=batch_id)
            rows = lake.spark.createDataFrame(self.read_again(lake.offsets, ends), _READ)
            made = self._made(rows.withColumn("timestamp", F.timestamp_micros("timestamp")), ends)
        summaries = [json.loads(content) for content in made["summary"].values()]
        state = self._state(summaries, ends) | {"log": log or lake.state["log"]}
        if not summaries:
            if state["ends"] != lake.state["ends"]:
                # Nothing but what transactions leave in the log: the lake is as far as the checkpoint.
                lake.commit({}, made["part"], made["figures"], state)
            return
        board = self._board({**lake.figures, **made["figures"]}, state)
        made["file"] |= lake.aggregates(board, state, summaries[-1])
        if self.sending:
            self.sending.send(made["copies"], state["last"])
        days = lake.commit(made["file"], made["part"], made["figures"], state)
        if self.after_commit:
            self.after_commit(days)
        say(batch=batch_id, records=sum(one["counts"]["totals/records"] for one in summaries),
            refused=sum(one["counts"]["totals/rejected"] for one in summaries),
            seconds=round(time.monotonic() - began, 2),
            offsets={str(one["partition"]): one["last"][0] + 1 for one in summaries})

    def _made(self, records: DataFrame, ends: dict[int, int] | None) -> dict[str, dict[str, bytes]]:
        lake, made = self.lake, {"file": {}, "part": {}, "figures": {}, "copies": {}, "summary": {}}
        fold = Fold(lake.columns, self.find, lake.topic, lake.offsets, lake.key_partitions, self.renews(),
                    self.sending and self.sending.through)
        for row in self._given(records, ends).mapInArrow(fold, "kind string, name string, content binary").collect():
            made[row["kind"]][row["name"]] = bytes(row["content"])
        return made

    def _given(self, records: DataFrame, ends: dict[int, int] | None) -> DataFrame:
        """The files of the partitions' state followed by the batch's records, each partition in one task, in order. The
        exchange also keeps Spark's Kafka consumer off the thread that feeds Python, where it would warn for every
        record (KAFKA-1894)."""
        if "headers" not in records.columns:
            records = records.withColumn("headers", F.lit(None).cast("array<struct<key:string,value:binary>>"))
        given = records.select(F.col("partition").cast("int"), F.col("offset").cast("long"), "timestamp",
                               F.col("key").cast("binary"), F.col("value").cast("binary"), "headers")
        before = self.lake.state["ends"]
        files = [self.lake.part_file(part) for part in self.lake.state["parts"] if ends is None or self.renews()
                 or ends.get(int(part[:5]), 0) > before.get(str(int(part[:5])), 0)]
        if files:
            part = F.regexp_extract("path", "/part=([0-9]+-[0-9]+)/", 1)
            given = given.unionByName(self.lake.spark.read.format("binaryFile").load(files).select(
                F.substring(part, 1, 5).cast("int").alias("partition"), F.lit(-1).cast("long").alias("offset"),
                F.lit(None).cast("timestamp").alias("timestamp"), part.cast("binary").alias("key"),
                F.col("content").alias("value"),
                F.lit(None).cast(records.schema["headers"].dataType).alias("headers")))
        return given.repartition(self.width, "partition").sortWithinPartitions("partition", "offset")

    def _state(self, summaries: list[dict], ends: dict[int, int] | None) -> dict:
        old = self.lake.state
        last = old["last"] | {str(one["partition"]): one["last"] for one in summaries}
        latest = old["latest"] | {str(one["partition"]): max(one["latest"], old["latest"].get(
            str(one["partition"]), one["latest"])) for one in summaries}
        offsets = {partition: place[0] + 1 for partition, place in last.items()}
        after = offsets if ends is None else {
            str(partition): max(end, old["ends"].get(str(partition), 0)) for partition, end in ends.items()}
        counts = Counter(old["counts"])
        for one in summaries:
            counts.update(one["counts"])
        for kind, places in self.about["rates_kept"].items():
            for gone in sorted((name for name in counts if name.startswith(f"rate/{kind}/")), reverse=True)[places:]:
                del counts[gone]
        newest = {}
        for entry in sorted(old["newest"] + [entry for one in summaries for entry in one["newest"]], reverse=True):
            newest.setdefault(entry[3], entry)
        return {"offsets": offsets, "ends": old["ends"] | after, "last": last, "latest": latest,
                "newest": list(newest.values())[:self.about["newest_kept"]],
                "rules": self.about["rules_version"], "counts": dict(sorted(counts.items()))}

    def _board(self, figures: dict[str, bytes], state: dict) -> list[list]:
        """Rows of the table `aggregates`: figures of the planets, and counts of the records as they came."""
        rows = judge.board(self.find(), list(figures.values()))
        rows += [[*name.split("/", 1), str(count), float(count), None, None] for name, count in state["counts"].items()]
        newest = ",".join(entry[4] for entry in state["newest"])
        return rows + [["newest", "list", f"[{newest}]", None, None, None]]
