"""Records of the topic -> judged rows, on the executors: verdict, columns, prediction, and what the aggregates want to
know, as Arrow.

Not the rules (decode.py), nor what a record does to its planet (fold.py). mapInArrow, because a row has 150 columns:
they are built column by column, and no pandas object is made."""
import json
import math

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from . import predict, submission
from .columns import NAMES, TYPES
from .decode import Decoder, fingerprint
from .text import host_key

_SPARK = {"text": T.StringType(), "real": T.DoubleType(), "integer": T.LongType(), "flag": T.LongType(),
          "date": T.DateType(), "boolean": T.BooleanType()}
_ARROW = {"text": pa.string(), "real": pa.float64(), "integer": pa.int64(), "flag": pa.int64(), "date": pa.date32(),
          "boolean": pa.bool_()}

# The table `predictions` (docs/ARCHITECTURE.md), in its order.
PREDICTIONS = {
    "radius_measured": "boolean", "mass_measured": "boolean", "luminosity": "real", "sma_au": "real",
    "sma_source": "text", "ecc_used": "real", "ecc_source": "text", "d_eff_au": "real", "flux_mean": "real",
    "flux_thermal": "real", "teq_a03_k": "real", "tsurf_k": "real", "pl_type": "text",
    "nasa_type": "text", "hz_domain": "text", "hz_class": "text", "temp_class": "text", "habitable": "int",
    "habitable_probability": "real", "esi2": "real", "esi4": "real", "density_e": "real", "gravity_e": "real",
    "vesc_e": "real", "rv_k_ms": "real", "transit_prob": "real", "ck_mass_point": "real", "ck_mass_q025": "real",
    "ck_mass_q16": "real", "ck_mass_q50": "real", "ck_mass_q84": "real", "ck_mass_q975": "real",
    "ck_radius_point": "real", "ck_radius_q025": "real", "ck_radius_q16": "real", "ck_radius_q50": "real",
    "ck_radius_q84": "real", "ck_radius_q975": "real", "degenerate": "boolean", "radius_provenance": "text",
    "mass_provenance": "text", "luminosity_source": "text",
}
_SPARK["int"], _ARROW["int"] = T.IntegerType(), pa.int32()

# What statistics are kept of.
QUANTITIES = ("pl_rade", "pl_bmasse", "pl_orbper", "sy_dist")
# Worked out here, because Java's log10 may differ from the C library's in the last bit, and so put a value on the other
# side of a bin's edge.
FACTS = {"host_key": "text", "brief": "text", "flux_log10": "real",
         "zone_distance": "real"} | {f"{name}_log10": "real" for name in QUANTITIES}

_META = [
    ("log_partition", T.IntegerType(), None), ("log_offset", T.LongType(), None),
    ("log_timestamp", T.TimestampType(), None), ("source", T.StringType(), None), ("key", T.StringType(), pa.string()),
    ("verdict", T.StringType(), pa.string()), ("rules", T.ArrayType(T.StringType()), pa.list_(pa.string())),
    ("errors", T.StringType(), pa.string()), ("raw", T.StringType(), pa.string()),
    ("value_id", T.StringType(), pa.string()), ("submission", T.LongType(), pa.int64()),
    ("alias_of", T.StringType(), pa.string()), ("alias_source", T.StringType(), pa.string()),
    ("alias_key", T.StringType(), pa.string()),
]
_VALUES = [(name, TYPES[name]) for name in NAMES] + list(PREDICTIONS.items()) + list(FACTS.items())
assert len({name for name, _ in _VALUES}) == len(_VALUES), "a column of two meanings"

SCHEMA = T.StructType([T.StructField(name, kind) for name, kind,
                       _ in _META] + [T.StructField(name, _SPARK[kind]) for name, kind in _VALUES])


def spark_type(name: str) -> T.DataType:
    return SCHEMA[name].dataType


def judged(records: DataFrame) -> DataFrame:
    """Of a DataFrame with the Kafka source's columns key, value, partition, offset, timestamp, and headers where they
    are asked for."""
    def header(name):
        if "headers" not in records.columns:
            return F.lit(None).cast("binary")
        return F.expr(f"transform(filter(headers, h -> h.key = '{name}'), h -> coalesce(h.value, X''))[0]")

    given = records.select(
        F.col("key").cast("binary").alias("record_key"), F.col("value").cast("binary").alias("value"),
        F.col("partition").cast("int").alias("log_partition"), F.col("offset").cast("long").alias("log_offset"),
        F.col("timestamp").alias("log_timestamp"), F.decode(header("source"), "UTF-8").alias("source"),
        header("idempotency-key").alias("idempotency_key"), header("idempotency-copy").alias("idempotency_copy"))
    return given.mapInArrow(_judge, SCHEMA)


def _judge(batches):
    decoder = Decoder()
    for batch in batches:
        meta, values = [], []
        bodies = batch.column("value").to_pylist()
        submissions = submission.identifiers(batch.column("idempotency_key").to_pylist(),
                                             batch.column("idempotency_copy").to_pylist(), bodies)
        for key, value, sent in zip(batch.column("record_key").to_pylist(), bodies, submissions):
            row, alias, columns = judge(decoder, key, value)
            meta.append((*row, sent, *alias))
            values.append(columns)
        arrays = [batch.column(name) for name, _, arrow in _META if arrow is None]
        arrays += [pa.array(made, arrow) for made,
                   arrow in zip(zip(*meta), (arrow for _, _, arrow in _META if arrow is not None))]
        for name, kind in _VALUES:
            arrays.append(_array(name, kind, values))
        yield pa.RecordBatch.from_arrays(arrays, names=SCHEMA.names)


def _array(name, kind, rows):
    values = [row.get(name) for row in rows]
    # Columns of the record are doubles here, whatever they are in the table.
    if name in TYPES and kind not in ("text", "real"):
        numbers = pa.array(values, pa.float64())
        return numbers.cast(pa.int32()).cast(pa.date32()) if kind == "date" else numbers.cast(_ARROW[kind])
    return pa.array(values, _ARROW[kind])


_NO_ALIAS = (None, None, None)


def judge(decoder: Decoder, record_key: bytes | None, value: bytes | None) -> tuple[tuple, tuple, dict]:
    """(key, verdict, rules, errors, raw, value_id), (alias_of, alias_source, alias_key) and the values by name.
    `value_id` is '' for a tombstone, and None for an alias and a refused record."""
    key = (record_key or b"").decode("utf-8", "replace")
    if value is None:
        return (key, "withdrawal", [], None, None, ""), _NO_ALIAS, {}
    verdict = decoder.decode(value)
    if alias := verdict.alias:
        return (verdict.key, "accept", [], None, None, None), (alias.of, alias.source,
                                                               alias.of_key), {"pl_name": alias.name}
    if verdict.columns is None:
        return (verdict.key or key or None, "reject", verdict.rules(), verdict.errors_json(),
                value.decode("utf-8", "replace"), None), _NO_ALIAS, {}
    rules = verdict.rules()
    columns = verdict.columns
    identity = fingerprint(columns)
    row = verdict.key, "warn" if rules else "accept", rules, None, None, identity
    return row, _NO_ALIAS, _facts(verdict.key, columns | predict.prediction(columns))


def _facts(key: str, record: dict) -> dict:
    """The record with what the aggregates want to know of it."""
    facts = {f"{name}_log10": math.log10(record[name]) for name in QUANTITIES if record.get(name, 0) > 0}
    if "hostname" in record:
        facts["host_key"] = host_key(record["hostname"])
    year = record.get("disc_year")
    brief = {"key": key} | {name: record.get(name) for name in ("pl_name", "discoverymethod")}
    brief |= {"disc_year": None if year is None else int(year)} | {name: record.get(name)
                                                                   for name in (
                                                                           "disc_facility", "pl_rade", "pl_bmasse",
                                                                           "pl_orbper")}
    facts["brief"] = json.dumps(brief, ensure_ascii=False)
    flux, zone = record.get("flux_thermal"), record.get("hz_class")
    if flux and zone:
        facts["flux_log10"] = math.log10(flux)
        _, temperature = predict.zone_temperature(record["st_teff"])
        middle = predict.limit_flux("recent_venus", temperature) * predict.limit_flux("early_mars", temperature)
        facts["zone_distance"] = abs(math.log(flux * flux / middle)) if flux * flux > 0 else None
    return record | facts
