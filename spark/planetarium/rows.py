"""The tables' columns, as described by the judge, with those that the job adds. lake.py makes the files."""
import hashlib

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .judge import schema

# A board covers all partitions in `positions`, and is stored with the roll of one of them.
AGGREGATES = pa.schema([
    ("roll_last_offset", pa.int64()), ("log_partition", pa.int32()), ("log_timestamp", pa.timestamp("us", tz="UTC")),
    ("aggregate", pa.string()), ("group", pa.string()), ("value_json", pa.string()), ("value", pa.float64()),
    ("n", pa.int64()), ("measured", pa.bool_()), ("positions", pa.string())])


class Columns:
    """From a judge's description. `read`: those of the planets' files that the judge needs back; one that an older
    build lacked is null."""

    def __init__(self, description: dict):
        self.description = description
        self.own, self.predictions = [one["name"] for one in description["columns"]], description["prediction_columns"]
        self.read = schema(description["planet_columns_read"])

    def tables(self, rows: pa.Table, topic: str) -> dict[str, pa.Table]:
        """The tables' rows from judged rows."""
        verdict = rows.column("verdict")
        taken = rows.filter(rows.column("change").is_valid())
        refused = rows.filter(pc.equal(verdict, "reject"))
        planets = rows.filter(pc.and_(pc.is_in(verdict, pa.array(["accept", "warn"])),
                                      rows.column("alias_of").is_null()))
        version = pa.array([self.description["predictor_version"]] * planets.num_rows, pa.string())
        return {
            "discoveries": taken.rename_columns(
                ["warnings" if name == "rules" else name for name in rows.schema.names]).select([
                    "key", "revision", "change", "verdict", "warnings", "log_partition", "log_offset", "log_timestamp",
                    "source", "submission", "alias_of", "alias_source", *self.own]),
            "rejected": refused.append_column("log_topic", pa.array([topic] * refused.num_rows, pa.string()))
            .append_column("line", pa.nulls(refused.num_rows, pa.int64())).select([
                "log_topic", "log_partition", "log_offset", "log_timestamp", "source", "key", "line", "raw", "errors",
                "rules"]),
            "predictions": planets.append_column("predictor_version", version).select([
                "key", "pl_name", "predictor_version", "log_partition", "log_offset", *self.predictions])}


def parquet(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd", write_page_checksum=True)
    return out.getvalue().to_pybytes()


def fingerprint(key: bytes, value: bytes | None) -> str:
    """As in Sources/EventLog/RecordFingerprint.swift."""
    digest = hashlib.sha256(len(key).to_bytes(8, "little") + key)
    digest.update(b"\0" if value is None else b"\1" + value)
    return digest.hexdigest()[:16]
