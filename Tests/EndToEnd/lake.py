"""Reads the lake with foreign readers, as a user would."""
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def files(data, table):
    return sorted(p for p in (Path(data) / "lake" / table).glob("dt=*/*.parquet"))


def read(data, table):
    """All rows of a table; page checksums are verified."""
    parts = [pq.ParquetFile(p, page_checksum_verification=True).read() for p in files(data, table)]
    return pa.concat_tables(parts) if parts else None


def receipts_of(data):
    """(partition, offset) -> key of every row in `discoveries`; a row stored twice fails."""
    table = read(data, "discoveries")
    if table is None:
        return {}
    found = {}
    for partition, offset, key in zip(
            *(table[c].to_pylist() for c in ("log_partition", "log_offset", "key"))):
        assert (partition, offset) not in found, f"offset {offset} stored twice"
        found[partition, offset] = key
    return found
