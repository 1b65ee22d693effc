"""One micro-batch, from the topic's records to the lake (foreachBatch). Not where the records come from
(planetarium_job.py).

One Spark job: it brings each partition's records, behind its state, to one task, which makes finished Parquet files of
them (fold.py); the driver puts those into the lake (lake.py). So the JVM moves bytes and never a row of 180 columns,
which took most of the time. Parquet and no Delta or Iceberg: the lake is what `planetarium stream` writes and DuckDB,
Hive and pandas read. Why no stateful operator of Spark's: applyInPandasWithState calls Python once a key (about a
millisecond), and its state can be read by nobody else."""
import datetime
import json
import sys
import time

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from . import board, counters
from .fold import BRIEF, Fold, newest_of
from .lake import Lake


def say(**what):
    """A line of JSON on standard error: what an operator must know. Metrics come through Spark's own sinks."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    print(json.dumps({"time": now} | what, ensure_ascii=False), file=sys.stderr, flush=True)


class Batches:
    """`check()` is asked before each batch, says which log it is, and raises where that is another one. `ends(batch)`:
    the offset after the batch of each partition; None: not known. `after_commit(days, board)` is called when a batch is
    in place: for Hive, lag, or a test. `width`: tasks of a batch."""

    def __init__(self, lake: Lake, judge, width: int, check=None, after_commit=None, ends=None):
        self.lake, self.judge, self.width, self.check, self.after_commit = lake, judge, width, check, after_commit
        self.ends = ends or (lambda _: None)
        self.board: dict[str, dict] = {}

    def __call__(self, records: DataFrame, batch_id: int = 0):
        began, lake = time.monotonic(), self.lake
        log = self.check() if self.check else None
        ends = self.ends(batch_id)
        fold = Fold(lake.columns, self.judge, lake.topic, lake.offsets, lake.key_partitions)
        made = {"file": {}, "part": {}, "partial": {}, "summary": {}}
        for row in self._given(records, ends).mapInArrow(fold, "kind string, name string, content binary").collect():
            made[row["kind"]][row["name"]] = bytes(row["content"])
        summaries = [json.loads(content) for content in made["summary"].values()]
        state = self._state(summaries, ends) | {"log": log or lake.state["log"]}
        if not summaries:
            if state["ends"] != lake.state["ends"]:
                # Nothing but what transactions leave in the log: the lake is as far as the checkpoint.
                lake.commit({}, {}, {}, state)
            return
        partials = {part: json.loads(content) for part, content in made["partial"].items()}
        self.board = counters.board(state["counts"])
        for name, groups in board.merged([*(lake.partials | partials).values()], lake.columns.description).items():
            self.board.setdefault(name, {}).update(groups)
        self.board["newest"] = {"list": [_shown(entry) for entry in state["newest"]]}
        newest, day = max((one["latest"], max(one["days"])) for one in summaries)
        made["file"] |= lake.aggregates(self.board, state, newest, day)
        days = lake.commit(made["file"], made["part"], partials, state)
        if self.after_commit:
            self.after_commit(days, self.board)
        say(batch=batch_id, records=sum(one["counts"]["totals/records"] for one in summaries),
            refused=sum(one["counts"].get("totals/rejected", 0) for one in summaries),
            seconds=round(time.monotonic() - began, 2),
            offsets={str(one["partition"]): one["last"][0] + 1 for one in summaries})

    def _given(self, records: DataFrame, ends: dict[int, int] | None) -> DataFrame:
        """The batch's records behind the files of their partitions' state, each partition in one task, in order. The
        exchange also keeps Spark's Kafka consumer off the thread that feeds Python, where it would warn once a record
        (KAFKA-1894)."""
        if "headers" not in records.columns:
            records = records.withColumn("headers", F.lit(None).cast("array<struct<key:string,value:binary>>"))
        given = records.select(F.col("partition").cast("int"), F.col("offset").cast("long"), "timestamp",
                               F.col("key").cast("binary"), F.col("value").cast("binary"), "headers")
        before = self.lake.state["ends"]
        files = [self.lake.part_file(part) for part in self.lake.state["parts"]
                 if ends is None or ends.get(int(part[:5]), 0) > before.get(str(int(part[:5])), 0)]
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
        offsets = {partition: place[0] + 1 for partition, place in last.items()}
        after = offsets if ends is None else {
            str(partition): max(end, old["ends"].get(str(partition), 0)) for partition, end in ends.items()}
        newest = newest_of([*old["newest"], *(entry for one in summaries for entry in one["newest"])])
        return {"offsets": offsets, "ends": old["ends"] | after, "last": last, "newest": newest,
                "rules": self.lake.columns.description["rules_version"],
                "counts": counters.added(old["counts"], summaries)}


def _shown(entry: list) -> dict:
    moment, _, _, key, change, brief = entry
    return {"key": key} | dict(zip(BRIEF, brief)) | {"change": change, "t": moment // 1000}
