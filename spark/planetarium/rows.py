"""The tables' columns, as the judge tells them, with what the job adds: one schema for all rows that leave the fold
(fold.py). Not files (lake.py)."""
import pyarrow as pa
from pyspark.sql import types as T

from .judge import arrow_type

_SPARK = {"text": T.StringType(), "real": T.DoubleType(), "int64": T.LongType(), "int32": T.IntegerType(),
          "date": T.DateType(), "boolean": T.BooleanType(), "timestamp": T.TimestampType()}
# What the fold adds. `kind`: `record`; `planet`, a key's row in the table `planets` as it is after the batch;
# `summary`, what a task has seen of a partition, as JSON in `state`. `part`: where the key lies among the planets.
ADDED = {"kind": "text", "revision": "int32", "change": "text", "state": "text", "part": "text"}
# roll_last_offset: how many records all partitions together have given, less one; log_partition is -1, all of them
# (with one partition that is Planetarium's own meaning).
AGGREGATES = pa.schema([
    ("roll_last_offset", pa.int64()), ("log_partition", pa.int32()), ("log_timestamp", pa.timestamp("us", tz="UTC")),
    ("aggregate", pa.string()), ("group", pa.string()), ("value_json", pa.string()), ("value", pa.float64()),
    ("n", pa.int64()), ("measured", pa.bool_()), ("positions", pa.string())])


class Columns:
    """Of a judge's description."""

    def __init__(self, description: dict):
        self.description = description
        self.judged = [(column["name"], column["type"]) for column in description["row_columns"]]
        self.all = self.judged + list(ADDED.items())
        self.types = dict(self.all)
        self.own = [column["name"] for column in description["columns"]]
        self.predictions = description["prediction_columns"]
        self.spark = T.StructType([T.StructField(name, _SPARK[kind]) for name, kind in self.all])
        self.arrow = pa.schema([(name, arrow_type(kind)) for name, kind in self.all])
        self.discoveries = [
            "key", "revision", "change", "verdict", "log_partition", "log_offset", "log_timestamp", "source",
            "submission", "alias_of", "alias_source", *self.own]
        # The table `planets`: one row for each key the log has told of; `state` is what the next record is held
        # against (fold.py), the values are those of a planet that is one now.
        self.planets = ["part", "key", "revision", "alias_of", "alias_source", "change", "log_partition", "log_offset",
                        "log_timestamp", "state", *self.own, *self.predictions, *description["facts"]]
        self.planets_schema = T.StructType([self.spark[name] for name in self.planets])
