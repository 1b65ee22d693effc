"""The lake's tables: their columns, laid out as Planetarium's own (docs/ARCHITECTURE.md). Not files (lake.py).

discoveries, rejected, predictions: one row a record. aggregates: the board after each batch.
"""
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .columns import NAMES
from .judge import PREDICTIONS
from .predict import VERSION

# roll_last_offset: how many records all partitions together have given, less one; log_partition is -1, all of them
# (with one partition that is Planetarium's own meaning).
AGGREGATES = T.StructType([
    T.StructField("roll_last_offset", T.LongType(), False), T.StructField("log_partition", T.IntegerType(), False),
    T.StructField("log_timestamp", T.TimestampType(), False), T.StructField("aggregate", T.StringType(), False),
    T.StructField("group", T.StringType(), False), T.StructField("value_json", T.StringType(), False),
    T.StructField("value", T.DoubleType()), T.StructField("n", T.LongType()),
    T.StructField("measured", T.BooleanType()), T.StructField("positions", T.StringType())])


# Where a row's file is: the UTC day of the log's time stamp, and the partition.
def _place():
    return F.date_format("log_timestamp", "yyyy-MM-dd").alias("dt"), F.col("log_partition").alias("file_partition")


def discoveries(records: DataFrame) -> DataFrame:
    warnings = F.when(F.size("rules") > 0, F.to_json("rules"))
    return records.where("change is not null").select(
        "key", "revision", "change", "verdict", warnings.alias("warnings"), "log_partition", "log_offset",
        "log_timestamp", "source", "submission", "alias_of", "alias_source", *NAMES, *_place())


def rejected(records: DataFrame, topic: str, given: DataFrame | None) -> DataFrame:
    """`given`: the topic's records, where some were refused because of what came before: what they were is read from
    there."""
    rows = records.where("verdict = 'reject'")
    if given is not None:
        texts = given.select(
            F.col("partition").cast("int").alias("log_partition"), F.col("offset").cast("long").alias("log_offset"),
            F.decode(F.col("value").cast("binary"), "UTF-8").alias("text"))
        rows = rows.join(texts, ["log_partition", "log_offset"], "left").withColumn("raw", F.coalesce("raw", "text"))
    return rows.select(
        F.lit(topic).alias("log_topic"), "log_partition", "log_offset", "log_timestamp", "source", "key",
        F.lit(None).cast("long").alias("line"), "raw", "errors", F.to_json("rules").alias("rules"), *_place())


def predictions(records: DataFrame) -> DataFrame:
    return records.where("verdict in ('accept', 'warn') and alias_of is null").select(
        "key", "pl_name", F.lit(VERSION).alias("predictor_version"), "log_partition", "log_offset", *PREDICTIONS,
        *_place())
