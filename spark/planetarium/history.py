"""What each record does to its planet (docs/ARCHITECTURE.md, "State of a planet"), with Spark's own window functions.

Why no stateful operator: whether a record is new, a revision, a duplicate, a withdrawal or a reinstatement follows from it, from the record of the same
planet before it, and from whether there ever was a value. That is one `lag` and two running counts over the records of a key, which the engine does
without Python. applyInPandasWithState calls Python once a key and micro-batch (about a millisecond: minutes for 200,000 planets), and its state can be
read by nobody else; this state is a Parquet table anyone can query.

Not the tables or files (tables.py, commit.py). All records of a key lie in one partition of the topic, so (partition, offset) is their order.
"""
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from .columns import NAMES
from .judge import FACTS, SCHEMA, spark_type

# Of the predictions, what the aggregates want.
KEPT_PREDICTIONS = [
    "pl_type", "nasa_type", "hz_class", "temp_class", "habitable", "habitable_probability", "esi2", "esi4", "flux_thermal", "radius_provenance",
    "mass_provenance"]
_VALUES = NAMES + KEPT_PREDICTIONS + list(FACTS)

# The table `planets`: one row for each key the log has told of, with its current value; none of its columns is set when it is withdrawn.
PLANETS = T.StructType(
    [T.StructField("key", T.StringType()), T.StructField("revision", T.IntegerType()), T.StructField("is_withdrawn", T.BooleanType()),
     T.StructField("value_id", T.StringType()), T.StructField("change", T.StringType()), T.StructField("log_partition", T.IntegerType()),
     T.StructField("log_offset", T.LongType()), T.StructField("log_timestamp", T.TimestampType())]
    + [T.StructField(name, spark_type(name)) for name in _VALUES])


def changes(judged: DataFrame, planets: DataFrame) -> DataFrame:
    """The batch's records with `change` and `revision`, given the planets before it. Refused records have neither."""
    before = planets.select(
        F.col("key").alias("group"), F.col("revision").alias("before_revision"), F.col("value_id").alias("before_value"),
        F.col("brief").alias("before_brief"))
    # A refused record is alone in its group: it does nothing to any planet.
    refused = F.col("verdict") == "reject"
    alone = F.concat_ws("/", F.lit("\x00"), "log_partition", "log_offset")
    records = judged.withColumn("group", F.when(refused, alone).otherwise(F.col("key"))).join(before, "group", "left")
    order = Window.partitionBy("group").orderBy("log_partition", "log_offset")
    earlier = order.rowsBetween(Window.unboundedPreceding, -1)
    is_value = F.col("value_id") != ""
    known = F.col("before_revision").isNotNull() | F.coalesce(F.max(is_value).over(earlier), F.lit(False))
    # '' where the planet is withdrawn. Tombstones of unknown keys leave '' too: `known` comes first.
    last = F.coalesce(F.lag("value_id").over(order), F.col("before_value"), F.lit(""))
    change = (
        F.when(refused, None).when(~is_value, F.when(~known | (last == ""), "duplicate").otherwise("withdrawal"))
        .when(~known, "new").when(last == "", "reinstatement").when(last == F.col("value_id"), "duplicate").otherwise("revision"))
    # What the planet was last, for a withdrawal.
    brief = F.coalesce(F.col("brief"), F.last("brief", ignorenulls=True).over(earlier), F.col("before_brief"))
    marked = records.select("group", *SCHEMA.names, "before_revision", change.alias("change"), brief.alias("known_brief"))
    steps = F.sum((F.col("change") != "duplicate").cast("int")).over(order.rowsBetween(Window.unboundedPreceding, 0))
    revision = F.when(F.col("change").isNotNull(), F.coalesce(F.col("before_revision"), F.lit(0)) + steps)
    return marked.withColumn("revision", revision.cast("int")).drop("before_revision", "group")


def after(planets: DataFrame, changed: DataFrame) -> DataFrame:
    """The planets after the batch: the last change of each key replaces its row."""
    newest = Window.partitionBy("key").orderBy(F.col("log_partition").desc(), F.col("log_offset").desc())
    rows = changed.where("change <> 'duplicate'").withColumn("place", F.row_number().over(newest)).where("place = 1")
    rows = rows.withColumn("is_withdrawn", F.col("value_id") == "").withColumn("brief", F.col("known_brief")).select(*PLANETS.names)
    return planets.join(rows.select("key"), "key", "left_anti").select(*PLANETS.names).unionByName(rows)
