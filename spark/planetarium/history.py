"""The keyed state (docs/ARCHITECTURE.md, "State of a planet"): what a batch's records do to their planets, and the
planets after it.

Why no stateful operator of Spark's: applyInPandasWithState calls Python once a key and micro-batch (about a
millisecond: minutes for 200,000 planets), and its state can be read by nobody else. Here the state is a Parquet table
anyone can query; a window brings each key's records together in their order, and one pass of Python over whole Arrow
batches (fold.py) does the rest. Window functions alone cannot: whether a record is late, a copy or refused follows from
what became of all those before it.

Not the tables or files (tables.py, lake.py). All records of a key lie in one partition of the topic, so (partition,
offset) is their order."""
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from . import fold
from .columns import NAMES
from .judge import FACTS, SCHEMA, spark_type

# Of the predictions, what the aggregates want.
KEPT_PREDICTIONS = [
    "pl_type", "nasa_type", "hz_class", "temp_class", "habitable", "habitable_probability", "esi2", "esi4",
    "flux_thermal", "radius_provenance", "mass_provenance"]
_VALUES = NAMES + KEPT_PREDICTIONS + list(FACTS)

_STATE = [
    T.StructField("kind", T.StringType()), T.StructField("revision", T.IntegerType()),
    T.StructField("was_planet", T.BooleanType()), T.StructField("known_rowupdate", T.IntegerType()),
    T.StructField("known_value", T.StringType()), T.StructField("known_alias", T.StringType()),
    T.StructField("submissions", T.ArrayType(T.LongType()))]
assert [field.name for field in _STATE] == list(fold.STATE)

# The table `planets`: one row for each key the log has told of. `kind`: planet, alias, nothing (withdrawn, or an alias
# no more); the values are those of a planet. `known_rowupdate`: in days since 1970-01-01. `change` and the place in the
# log are of the last record that changed the planet: none for a key that was never one.
PLANETS = T.StructType(
    [T.StructField("key", T.StringType()), *_STATE, T.StructField("change", T.StringType()),
     T.StructField("log_partition", T.IntegerType()), T.StructField("log_offset", T.LongType()),
     T.StructField("log_timestamp", T.TimestampType()), T.StructField("alias_of", T.StringType()),
     T.StructField("alias_source", T.StringType())]
    + [T.StructField(name, spark_type(name)) for name in _VALUES])

CHANGED = T.StructType([*SCHEMA.fields, T.StructField("change", T.StringType()), *_STATE])

_TAKEN = "change in ('new', 'revision', 'reinstatement')"


def changes(judged: DataFrame, planets: DataFrame) -> DataFrame:
    """The batch's records with `change`, `revision` and the state after them, given the planets before it. Refused
    records have none of these; those that are refused because of what came before have the verdict `reject` from here
    on, and no `raw`."""
    before = planets.select(F.col("key").alias("group"), *(F.col(field.name).alias("before_" + field.name)
                                                           for field in _STATE))
    # A refused record is alone in its group: it does nothing to any planet.
    alone = F.concat_ws("/", F.lit("\x00"), "log_partition", "log_offset")
    records = judged.withColumn("group", F.when(F.col("verdict") == "reject",
                                                alone).otherwise(F.col("key"))).join(before, "group", "left")
    # The window's number is not used: it is what makes Spark bring a group together, sorted, and keep it so up to the
    # next operator.
    order = Window.partitionBy("group").orderBy("log_partition", "log_offset")
    return records.withColumn("number", F.row_number().over(order)).mapInArrow(fold.over(SCHEMA.names), CHANGED)


def after(planets: DataFrame, changed: DataFrame) -> DataFrame:
    """The planets after the batch: keys that it changed have a new row."""
    place = F.struct("log_partition", "log_offset")
    moved = changed.where("revision > 0 and (change not in ('duplicate', 'late') or submission is not null)")
    value = F.max(F.when(F.expr(_TAKEN), place)).alias("value_place")
    alias = F.max_by(F.struct("pl_name", "alias_of", "alias_source"),
                     F.when(F.col("change") == "alias", place)).alias("new_alias")
    last = F.struct("change", "log_partition", "log_offset", "log_timestamp")
    told = F.max_by(last, F.when(F.expr(_TAKEN + " or change = 'withdrawal'"), place)).alias("told")
    state = F.max_by(F.struct(*(field.name for field in _STATE)), place).alias("state")
    keys = moved.groupBy("key").agg(state, value, alias, told)

    taken = changed.where(_TAKEN).select(place.alias("value_place"), F.struct(*_VALUES).alias("new"))
    old = planets.select("key", F.struct(*(name for name in PLANETS.names if name != "key")).alias("old"))
    rows = keys.join(taken, "value_place", "left").join(old, "key", "left")
    is_planet, is_alias = F.col("state.kind") == "planet", F.col("state.kind") == "alias"
    columns = [F.col("key"), *(F.col(f"state.{field.name}").alias(field.name) for field in _STATE)]
    for name in ("change", "log_partition", "log_offset", "log_timestamp"):
        columns.append(F.coalesce(f"told.{name}", f"old.{name}").alias(name))
    for name in ("alias_of", "alias_source"):
        columns.append(F.when(is_alias, F.when(F.col("new_alias").isNotNull(),
                                               F.col(f"new_alias.{name}")).otherwise(F.col(f"old.{name}"))).alias(name))
    for name in _VALUES:
        was = F.when(F.col("value_place").isNotNull(), F.col(f"new.{name}")).otherwise(F.col(f"old.{name}"))
        if name == "brief":
            # What the planet was last, for a withdrawal.
            columns.append(was.alias(name))
        elif name == "pl_name":
            named = F.when(F.col("new_alias").isNotNull(), F.col("new_alias.pl_name")).otherwise(F.col("old.pl_name"))
            columns.append(F.when(is_planet, was).when(is_alias, named).alias(name))
        else:
            columns.append(F.when(is_planet, was).alias(name))
    return planets.join(keys.select("key"), "key",
                        "left_anti").select(*PLANETS.names).unionByName(rows.select(*columns))
