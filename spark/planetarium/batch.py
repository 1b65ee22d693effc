"""One micro-batch, from the topic's records to the lake (foreachBatch). Not where the records come from
(planetarium_job.py).

Why foreachBatch: one pass over a batch makes four tables, the keyed state and the board, and all of it becomes visible
with one commit (lake.py). Parquet and no Delta or Iceberg: the lake is what `planetarium stream` writes and DuckDB,
Hive and pandas read, without another format's library. Why no stateful operator of Spark's: applyInPandasWithState
calls Python once a key (about a millisecond), and its state can be read by nobody else."""
import datetime
import json
import sys
import time

from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from . import board, counters
from .fold import Fold, newest_of
from .lake import Lake


def say(**what):
    """A line of JSON on standard error: what an operator must know. Metrics come through Spark's own sinks."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    print(json.dumps({"time": now} | what, ensure_ascii=False), file=sys.stderr, flush=True)


class Batches:
    """`check()` is asked before each batch and raises where the log is another one. `after_commit(days, board)` is
    called when a batch is in place: for Hive, lag, or a test. `width`: tasks of a batch."""

    def __init__(self, lake: Lake, judge, width: int, check=None, after_commit=None, ends=None):
        self.lake, self.judge, self.width, self.check, self.after_commit = lake, judge, width, check, after_commit
        # By a batch's number, the offset after it of each partition; None: not known.
        self.ends = ends or (lambda _: None)
        self.columns, self.about = lake.columns, lake.columns.description
        self.board: dict[str, dict] = {}

    def __call__(self, records: DataFrame, batch_id: int = 0):
        began = time.monotonic()
        log = self.check() if self.check else None
        ends = self.ends(batch_id)
        rows = self._given(records, ends).mapInArrow(
            Fold(self.columns, self.judge, self.lake.offsets), self.columns.spark).persist(StorageLevel.MEMORY_AND_DISK)
        try:
            found = rows.where("kind = 'summary'").select("state").collect()
            summaries = [json.loads(row["state"]) for row in found]
            state = self._state(summaries, ends) | {"log": log or self.lake.state["log"]}
            if not summaries:
                if state["ends"] != self.lake.state["ends"]:
                    # Nothing but what transactions leave in the log: the lake is as far as the checkpoint.
                    self.lake.commit({}, state, {})
                return
            ranges = self._ranges(summaries)
            partials = self._stage(rows, summaries)
        finally:
            rows.unpersist()
        made, parts = counters.board(state["counts"]), (self.lake.partials | partials).values()
        for name, groups in board.merged([one for part in parts for one in part], self.about).items():
            made.setdefault(name, {}).update(groups)
        made["newest"] = {"list": [self._shown(entry) for entry in state["newest"]]}
        self._stage_board(made, state, summaries)
        days = self.lake.commit(ranges, state, partials)
        self.board = made
        if self.after_commit:
            self.after_commit(days, made)
        say(batch=batch_id, records=sum(one["counts"]["totals/records"] for one in summaries),
            refused=sum(one["counts"].get("totals/rejected", 0) for one in summaries),
            seconds=round(time.monotonic() - began, 2),
            offsets={str(one["partition"]): one["last"][0] + 1 for one in summaries})

    def _given(self, records: DataFrame, ends: dict[int, int] | None) -> DataFrame:
        """The batch's records behind what is known of their partitions' keys, each partition in one task, in order.
        The exchange also keeps Spark's Kafka consumer off the thread that feeds Python, where it would warn once a
        record (KAFKA-1894)."""
        names = ["partition", "offset", "timestamp", "key", "value", "headers"]
        if "headers" not in records.columns:
            records = records.withColumn("headers", F.lit(None).cast("array<struct<key:string,value:binary>>"))
        given = records.select(F.col("partition").cast("int"), F.col("offset").cast("long"), "timestamp",
                               F.col("key").cast("binary"), F.col("value").cast("binary"), "headers")
        before = self.lake.state["ends"]
        parts = {part for part in self.lake.state["parts"]
                 if ends is None or ends.get(int(part[:5]), 0) > before.get(str(int(part[:5])), 0)}
        known = self.lake.planets(parts)
        if known is not None:
            given = given.unionByName(known.select(
                F.substring("part", 1, 5).cast("int").alias("partition"), F.lit(-1).cast("long").alias("offset"),
                F.lit(None).cast("timestamp").alias("timestamp"), F.col("key").cast("binary"),
                F.col("state").cast("binary").alias("value"),
                F.lit(None).cast(records.schema["headers"].dataType).alias("headers")))
        return given.select(*names).repartition(self.width, "partition").sortWithinPartitions("partition", "offset")

    def _stage(self, rows: DataFrame, summaries: list[dict]) -> dict[str, list]:
        lake, columns = self.lake, self.columns
        place = F.col("dt"), F.col("log_partition").alias("file_partition")
        records = rows.where("kind = 'record'")
        taken = records.where("change is not null")
        lake.stage("discoveries", taken.select(
            *columns.discoveries[:4], F.col("rules").alias("warnings"), *columns.discoveries[4:], *place))
        if any(one["counts"].get("totals/rejected") for one in summaries):
            lake.stage("rejected", records.where("verdict = 'reject'").select(
                F.lit(lake.topic).alias("log_topic"), "log_partition", "log_offset", "log_timestamp", "source", "key",
                F.lit(None).cast("long").alias("line"), "raw", "errors", "rules", *place))
        lake.stage("predictions", records.where("verdict in ('accept', 'warn') and alias_of is null").select(
            "key", "pl_name", F.lit(self.about["predictor_version"]).alias("predictor_version"), "log_partition",
            "log_offset", *columns.predictions, *place))
        parts = {part for one in summaries for part in one["parts"]}
        if not parts:
            return {}
        planets = lake.stage_planets(self._planets(rows.where("kind = 'planet'"), parts))
        made: dict[str, list] = {part: [] for part in parts}
        partials = planets.mapInArrow(board.Partials(self.about), "part string, json string")
        for row in partials.collect():
            made[row["part"]].append(json.loads(row["json"]))
        return made

    def _planets(self, changed: DataFrame, parts: set[str]) -> DataFrame:
        """The rows of these parts after the batch: keys that it changed have a new row."""
        names = self.columns.planets
        old = self.lake.planets(parts)
        if old is None:
            return changed.select(*names)
        keys = F.broadcast(changed.select("part", "key"))
        whole = changed.where("verdict = 'taken' or change is not null and verdict <> 'known'").select(*names)
        rest = changed.where("not (verdict = 'taken' or change is not null and verdict <> 'known')")
        told = {"change", "log_offset", "log_timestamp"}
        new = {"part", "key", "revision", "state", "log_partition"}
        filled = [
            F.col(f"new.{name}") if name in new else F.coalesce(f"new.{name}", f"old.{name}").alias(name)
            if name in told else F.when(F.col("new.verdict") == "known", F.col(f"old.{name}")).otherwise(
                F.col(f"new.{name}")).alias(name) for name in names]
        rest = F.broadcast(rest).alias("new").join(old.alias("old"), [F.col("new.key") == F.col("old.key"),
                                                                      F.col("new.part") == F.col("old.part")], "left")
        return old.join(keys, ["part", "key"], "left_anti").select(*names).unionByName(whole).unionByName(
            rest.select(*filled))

    def _state(self, summaries: list[dict], ends) -> dict:
        old = self.lake.state
        offsets, last = dict(old["offsets"]), dict(old["last"])
        for one in summaries:
            last[str(one["partition"])] = one["last"]
            offsets[str(one["partition"])] = one["last"][0] + 1
        newest = newest_of([*old["newest"], *(entry for one in summaries for entry in one["newest"])])
        after = offsets if ends is None else {
            str(partition): max(end, old["ends"].get(str(partition), 0)) for partition, end in ends.items()}
        return {"offsets": offsets, "ends": old["ends"] | after, "last": last, "newest": newest,
                "rules": self.about["rules_version"], "counts": counters.added(old["counts"], summaries)}

    @staticmethod
    def _ranges(summaries: list[dict]) -> dict:
        return {(day, one["partition"]): tuple(range) for one in summaries for day, range in one["days"].items()}

    @staticmethod
    def _shown(entry: list) -> dict:
        moment, _, _, key, change, brief = entry
        names = ("pl_name", "discoverymethod", "disc_year", "disc_facility", "pl_rade", "pl_bmasse", "pl_orbper")
        return {"key": key} | dict(zip(names, brief)) | {"change": change, "t": moment // 1000}

    def _stage_board(self, made: dict, state: dict, summaries: list[dict]):
        moment, day = max((one["latest"], max(one["days"])) for one in summaries)
        positions = json.dumps({f"{self.lake.topic}/{partition}": state["offsets"][str(partition)]
                                for partition in sorted(map(int, state["offsets"]))}, separators=(",", ":"))
        rows = []
        for aggregate, groups in made.items():
            for group, value in groups.items():
                number = float(value) if isinstance(value, int) else None
                count = value["n"] if aggregate == "stats" else None
                measured = None
                if aggregate == "stats":
                    measured = group.endswith("/measured")
                elif aggregate in ("mass_radius", "period_radius"):
                    measured = group.startswith("measured/")
                text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
                rows.append((state["counts"]["totals/records"] - 1, -1, moment, aggregate, group, text, number, count,
                             measured, positions))
        self.lake.stage_aggregates(rows, day)
