"""Reads the files that ParquetFixtureTests writes with pyarrow, DuckDB, Polars and fastparquet and compares every
value, doubles by their bits. Run by pytest from the repository's root; builds nothing (swift build --build-tests
first). PLANETARIUM_PARQUET_DIR names a folder of files made earlier instead."""

import json
import math
import os
import struct
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CASES = [
    "empty", "one", "seven", "full", "void", "blocks", "large", "large_unique", "groups", "pages", "small_pages",
    "dictionary_overflow", "no_dictionary", "uncompressed", "zstd",
]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    given = os.environ.get("PLANETARIUM_PARQUET_DIR")
    if given:
        return Path(given)
    out = tmp_path_factory.mktemp("parquet")
    done = subprocess.run(
        ["swift", "test", "--skip-build", "--filter", "ParquetFixtureTests"],
        cwd=ROOT, env={**os.environ, "PLANETARIUM_PARQUET_OUT": str(out)}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert sorted(p.stem for p in out.glob("*.parquet")) == sorted(CASES)
    return out


_expected = {}


def expected(folder, case):
    if case not in _expected:
        _expected[case] = json.loads((folder / f"{case}.json").read_text())
    return _expected[case]


def bits(value):
    return struct.pack(">d", value).hex()


def arrow_cells(column, kind):
    """Values of an Arrow column in the form of the JSON file."""
    import pyarrow as pa
    if kind == "date":
        return column.cast(pa.int32()).to_pylist()
    if kind == "timestampMicros":
        assert column.type == pa.timestamp("us", "UTC"), column.type
        return column.cast(pa.int64()).to_pylist()
    if kind == "double":
        return [None if v is None else bits(v) for v in column.to_pylist()]
    if kind in ("string", "bytes"):
        return [None if v is None else (v.encode() if isinstance(v, str) else v).hex() for v in column.to_pylist()]
    return column.to_pylist()


ARROW_TYPES = {"boolean": "bool", "int32": "int32", "int64": "int64", "double": "double", "string": "string",
               "bytes": "binary", "date": "date32[day]", "timestampMicros": "timestamp[us, tz=UTC]"}


@pytest.mark.parametrize("case", CASES)
def test_pyarrow(folder, case):
    import pyarrow.parquet as pq
    want = expected(folder, case)
    file = pq.ParquetFile(folder / f"{case}.parquet", page_checksum_verification=True)
    table = file.read()
    assert table.num_rows == want["rows"]
    assert file.metadata.num_row_groups == want["groups"]
    assert file.metadata.created_by == "planetarium version 0.1.0"
    stored = {k.decode(): v.decode() for k, v in (file.metadata.metadata or {}).items() if k != b"ARROW:schema"}
    assert stored == dict(want["metadata"])
    for column in want["columns"]:
        field = file.schema_arrow.field(column["name"])
        assert str(field.type) == ARROW_TYPES[column["type"]]
        assert field.nullable == column["optional"]
        assert arrow_cells(table[column["name"]], column["type"]) == column["values"], column["name"]


@pytest.mark.parametrize("case", CASES)
def test_statistics_bound_every_row_group(folder, case):
    import pyarrow.parquet as pq
    want = expected(folder, case)
    meta = pq.ParquetFile(folder / f"{case}.parquet").metadata
    start = 0
    for group in range(meta.num_row_groups):
        rows = meta.row_group(group).num_rows
        for index, column in enumerate(want["columns"]):
            values = column["values"][start:start + rows]
            present = [v for v in values if v is not None]
            statistics = meta.row_group(group).column(index).statistics
            assert statistics.null_count == len(values) - len(present), column["name"]
            if column["type"] == "double":
                present = [v for v in (struct.unpack(">d", bytes.fromhex(v))[0] for v in present) if not math.isnan(v)]
            elif column["type"] in ("string", "bytes"):
                present = [bytes.fromhex(v) for v in present]
            elif column["type"] in ("date", "timestampMicros"):
                continue
            if not present:
                assert not statistics.has_min_max
                continue
            # Readers drop the bounds of byte arrays where the footer's column orders are missing.
            assert statistics.has_min_max, column["name"]
            low, high = statistics.min, statistics.max
            if isinstance(low, str):
                low, high = low.encode(), high.encode()
            if column["type"] in ("string", "bytes") and max(map(len, present)) > 64:
                assert low <= min(present) and high >= max(present), column["name"]
            else:
                assert low == min(present) and high == max(present), column["name"]
            if column["type"] == "double" and low == 0:
                assert bits(low) == "8000000000000000"
            if column["type"] == "double" and high == 0:
                assert bits(high) == "0000000000000000"
        start += rows
    assert start == want["rows"]


def test_a_broken_page_is_noticed(folder, tmp_path):
    """That the checksums are really there: one flipped bit in a page's body."""
    import pyarrow.parquet as pq
    data = bytearray((folder / "uncompressed.parquet").read_bytes())
    column = pq.ParquetFile(folder / "uncompressed.parquet").metadata.row_group(0).column(6)
    data[column.data_page_offset + column.total_compressed_size // 2] ^= 1
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(data)
    with pytest.raises(OSError, match="CRC"):
        pq.ParquetFile(broken, page_checksum_verification=True).read()


@pytest.mark.parametrize("case", CASES)
def test_duckdb(folder, case):
    import duckdb
    want = expected(folder, case)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    path = str(folder / f"{case}.parquet")
    types = dict((row[0], row[1]) for row in connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall())
    for column in want["columns"]:
        name, kind = column["name"], column["type"]
        select = {"date": f'"{name}" - DATE \'1970-01-01\'', "timestampMicros": f'epoch_us("{name}")',
                  "string": f'lower(hex(encode("{name}")))', "bytes": f'lower(hex("{name}"))'}.get(kind, f'"{name}"')
        if kind == "timestampMicros":
            assert types[name] == "TIMESTAMP WITH TIME ZONE"
        if kind == "date":
            assert types[name] == "DATE"
        values = [row[0] for row in connection.execute(f"SELECT {select} FROM '{path}'").fetchall()]
        if kind == "double":
            values = [None if v is None else bits(v) for v in values]
        assert values == column["values"], name


@pytest.mark.parametrize("case", ["large", "large_unique", "groups"])
def test_duckdb_filters_see_every_row(folder, case):
    """Statistics and dictionaries must not make a reader skip rows that match."""
    import duckdb
    want = expected(folder, case)
    path = str(folder / f"{case}.parquet")
    for name in ("string", "long", "int64", "int32_null"):
        values = next(c for c in want["columns"] if c["name"] == name)["values"]
        for sample in {v for v in values[:200] if v is not None}:
            wanted = bytes.fromhex(sample).decode() if name in ("string", "long") else sample
            found = duckdb.execute(f"SELECT count(*) FROM '{path}' WHERE \"{name}\" = ?", [wanted]).fetchall()[0][0]
            assert found == values.count(sample), (name, sample)
        if name in ("string", "long"):
            present = [bytes.fromhex(v).decode() for v in values if v is not None]
            low, high = duckdb.execute(f"SELECT min(\"{name}\"), max(\"{name}\") FROM '{path}'").fetchall()[0]
            assert low == min(present, key=str.encode) and high == max(present, key=str.encode)


@pytest.mark.parametrize("case", CASES)
def test_polars(folder, case):
    import polars
    want = expected(folder, case)
    frame = polars.read_parquet(folder / f"{case}.parquet")
    assert frame.height == want["rows"]
    for column in want["columns"]:
        series, kind = frame[column["name"]], column["type"]
        if kind == "date":
            assert series.dtype == polars.Date
            values = series.cast(polars.Int32).to_list()
        elif kind == "timestampMicros":
            assert series.dtype == polars.Datetime("us", "UTC")
            values = series.cast(polars.Int64).to_list()
        elif kind == "double":
            values = [None if v is None else bits(v) for v in series.to_list()]
        elif kind in ("string", "bytes"):
            values = [None if v is None else (v.encode() if isinstance(v, str) else v).hex() for v in series.to_list()]
        else:
            values = series.to_list()
        assert values == column["values"], column["name"]


@pytest.mark.parametrize("case", CASES)
def test_fastparquet(folder, case):
    import fastparquet
    want = expected(folder, case)
    file = fastparquet.ParquetFile(str(folder / f"{case}.parquet"))
    assert file.count() == want["rows"]
    if want["rows"] == 0:
        return
    for column in want["columns"]:
        name, kind = column["name"], column["type"]
        series = file.to_pandas(columns=[name])[name]
        missing = series.isna().to_numpy()
        for index, (value, wanted) in enumerate(zip(series, column["values"])):
            if wanted is None:
                # fastparquet shows a null double as NaN.
                assert missing[index], (name, index)
            elif kind == "double":
                assert bits(value) == wanted, (name, index)
            elif kind in ("string", "bytes"):
                value = value.encode() if isinstance(value, str) else value
                assert value.hex() == wanted, (name, index)
            elif kind == "timestampMicros":
                assert value.value // 1000 == wanted, (name, index)
            elif kind == "date":
                import datetime
                if 1678 < datetime.date.fromordinal(wanted + 719163).year < 2262:
                    assert (value.date() if hasattr(value, "date")
                            else value).toordinal() - 719163 == wanted, (name, index)
            else:
                assert value == wanted, (name, index)
