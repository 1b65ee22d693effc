"""One micro-batch, from the topic's records to the lake (foreachBatch). Not where the records come from
(planetarium_job.py).

Why foreachBatch: one pass over a batch makes four tables, the keyed state and the board, and all of it becomes visible
with one commit (lake.py). Parquet and no Delta or Iceberg: the lake is what `planetarium stream` writes and DuckDB,
Hive and pandas read, without another format's library."""
import datetime
import json

from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from . import board, counters, history, tables
from .judge import judged
from .lake import Lake


class Batches:
    """`after_commit(days, board)` is called when a batch is in place: for Hive, or a test."""

    def __init__(self, lake: Lake, after_commit=None):
        self.lake, self.after_commit = lake, after_commit
        self.board: dict[str, dict] = {}

    def __call__(self, records: DataFrame, batch_id: int = 0):
        lake = self.lake
        new = self._unseen(records)
        rows = history.changes(judged(new), lake.planets()).persist(StorageLevel.MEMORY_AND_DISK)
        try:
            ranges = self._ranges(rows)
            if not ranges:
                return
            lake.stage("discoveries", tables.discoveries(rows))
            counts = counters.of_batch(rows)
            lake.stage("rejected", tables.rejected(rows, lake.topic, new if counters.has_refused(counts) else None))
            lake.stage("predictions", tables.predictions(rows))
            planets = lake.stage_planets(history.after(lake.planets(), rows))
            offsets = {str(partition): offset for partition, offset in lake.offsets.items()}
            for (_, partition), (_, last) in ranges.items():
                offsets[str(partition)] = max(offsets.get(str(partition), 0), last + 1)
            counts = counters.added(lake.counters["counts"], counts)
            newest = rows.agg(F.max(F.unix_micros("log_timestamp"))).first()[0]
        finally:
            rows.unpersist()
        made = counters.board(counts)
        for name, groups in board.board(planets).items():
            made.setdefault(name, {}).update(groups)
        day = datetime.datetime.fromtimestamp(newest // 1_000_000, datetime.timezone.utc).date().isoformat()
        lake.stage_aggregates(self._aggregate_rows(made, counts["totals/records"] - 1, newest,
                                                   self._positions(offsets)), day)
        days = lake.commit(ranges, {"offsets": offsets, "counts": counts})
        self.board = made
        if self.after_commit:
            self.after_commit(days, made)

    def _unseen(self, records: DataFrame) -> DataFrame:
        """Without what the state has: a batch that is repeated after its commit, or a topic read again after the
        checkpoint was lost."""
        for partition, offset in self.lake.offsets.items():
            records = records.where((F.col("partition") != partition) | (F.col("offset") >= offset))
        return records

    @staticmethod
    def _ranges(rows: DataFrame) -> dict:
        day = F.date_format("log_timestamp", "yyyy-MM-dd").alias("dt")
        found = rows.groupBy(day, "log_partition").agg(F.min("log_offset").alias("first"),
                                                       F.max("log_offset").alias("last")).collect()
        return {(row["dt"], row["log_partition"]): (row["first"], row["last"]) for row in found}

    def _positions(self, offsets: dict) -> str:
        """The next offset of each partition."""
        return json.dumps({f"{self.lake.topic}/{partition}": offsets[str(partition)]
                           for partition in sorted(map(int, offsets))}, separators=(",", ":"))

    def _aggregate_rows(self, made: dict, last: int, newest: int, positions: str) -> DataFrame:
        stamp = datetime.datetime.fromtimestamp(0, datetime.timezone.utc) + datetime.timedelta(microseconds=newest)
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
                rows.append((last, -1, stamp, aggregate, group, text, number, count, measured, positions))
        return self.lake.spark.createDataFrame(rows, tables.AGGREGATES)
