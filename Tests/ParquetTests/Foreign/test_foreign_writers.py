"""Writes files with pyarrow, DuckDB, Polars and fastparquet, lets ReadingForeignTests read them and compares every
value, doubles by their bits. Run by pytest from the repository's root; builds nothing (swift build --build-tests
first)."""

import datetime
import json
import os
import random
import struct
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
UTC = datetime.timezone.utc
ODD = [0.0, -0.0, float("nan"), float("inf"), -float("inf"), 5e-324, 0.1, 1.7e308]
CODECS = ["snappy", "gzip", "zstd", "none"]


def table(rows, kinds, nulls=True):
    import pyarrow as pa
    rng = random.Random(rows * 31 + kinds)

    def column(make, kind):
        return pa.array([None if nulls and rng.random() < 0.3 else make(rng.randrange(kinds)) for _ in range(rows)],
                        kind)

    return pa.table({
        "boolean": column(lambda k: k % 2 == 0, pa.bool_()),
        "int32": column(lambda k: k * 4001 - 2**31, pa.int32()),
        "int16": column(lambda k: k % 30000, pa.int16()),
        "int64": column(lambda k: k * 10**12 - 2**61, pa.int64()),
        "double": column(lambda k: ODD[k] if k < len(ODD) else k / 7, pa.float64()),
        "string": column(lambda k: "" if k == 0 else f"Kepler-{k} é" * (k % 4), pa.string()),
        "bytes": column(lambda k: bytes([k % 256]) * (k % 5), pa.binary()),
        "date": column(lambda k: datetime.date(1970, 1, 1) + datetime.timedelta(days=k % 9000 - 4000), pa.date32()),
        "time": column(lambda k: datetime.datetime(1990, 1, 1,
                                                   tzinfo=UTC) + datetime.timedelta(microseconds=k * 10**7 + k),
                       pa.timestamp("us", "UTC")),
    })


def arrow_cases(folder):
    import pyarrow as pa
    import pyarrow.parquet as pq
    cases = {}

    def write(name, data, **options):
        pq.write_table(data, folder / f"{name}.parquet", **options)
        cases[name] = data

    write("arrow_defaults", table(5000, 40))
    write("arrow_one_row", table(1, 3, nulls=False))
    write("arrow_no_rows", table(0, 1))
    write("arrow_unique", table(5000, 10**6))
    write("arrow_one_kind", table(3000, 1, nulls=False))
    write("arrow_groups", table(5000, 40), row_group_size=777, data_page_size=500)
    write("arrow_checksums", table(5000, 40), write_page_checksum=True)
    write("arrow_given_up_dictionary", table(20000, 10**5), dictionary_pagesize_limit=2000)
    for codec in CODECS:
        write(f"arrow_{codec}", table(3000, 40), compression=codec)
        write(f"arrow_v2_{codec}", table(3000, 40), compression=codec, data_page_version="2.0", data_page_size=2000)
        write(f"arrow_plain_{codec}", table(3000, 5000), compression=codec, use_dictionary=False)
    required = pa.schema([f.with_nullable(False) for f in table(1, 1).schema])
    write("arrow_required", table(2000, 40, nulls=False).cast(required), data_page_version="2.0")
    return cases


def other_cases(folder):
    import duckdb
    import polars
    cases = {}
    data = table(4000, 40)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("data", data)
    for version in ("V1",):
        name = f"duckdb_{version.lower()}"
        connection.execute(f"COPY data TO '{folder / name}.parquet' (FORMAT parquet, PARQUET_VERSION {version})")
        cases[name] = data
    polars.from_arrow(data).write_parquet(folder / "polars.parquet", compression="snappy")
    cases["polars"] = data
    return cases


def cells(column):
    import pyarrow as pa
    kind = column.type
    if pa.types.is_date(kind):
        return column.cast(pa.int32()).to_pylist()
    if pa.types.is_timestamp(kind):
        return column.cast(pa.int64()).to_pylist()
    values = column.to_pylist()
    if pa.types.is_floating(kind):
        return [None if v is None else struct.pack(">d", v).hex() for v in values]
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return [None if v is None else (v.encode() if isinstance(v, str) else v).hex() for v in values]
    return values


def run_reader(folder):
    done = subprocess.run(
        ["swift", "test", "--skip-build", "--filter", "ReadingForeignTests"],
        cwd=ROOT, env={**os.environ, "PLANETARIUM_PARQUET_IN": str(folder)}, capture_output=True, text=True,
        timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def unsupported_cases(folder):
    """Files with things the reader doesn't know, and what it must say of them."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    plain = pa.array([1, 2, 3], pa.int64())
    pq.write_table(pa.table({"n": plain, "list": pa.array([["a"], [], None])}), folder / "x_nested.parquet")
    pq.write_table(pa.table({"n": plain, "x": pa.array([1.0, 2.0, 3.0], pa.float32())}), folder / "x_float.parquet")
    pq.write_table(pa.table({"n": plain, "x": pa.array([1, 2, 3], pa.timestamp("ns"))}), folder / "x_nanos.parquet")
    pq.write_table(pa.table({"n": plain}), folder / "x_delta.parquet", use_dictionary=False,
                   column_encoding={"n": "DELTA_BINARY_PACKED"})
    pq.write_table(pa.table({"n": plain}), folder / "x_split.parquet", use_dictionary=False,
                   column_encoding={"n": "BYTE_STREAM_SPLIT"})
    pq.write_table(pa.table({"n": plain}), folder / "x_brotli.parquet", compression="brotli")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreign")
    cases = {**arrow_cases(folder), **other_cases(folder)}
    unsupported_cases(folder)
    run_reader(folder)
    return folder, cases


def result(folder, name):
    return json.loads((folder / f"{name}.read.json").read_text())


def test_every_value(written):
    folder, cases = written
    assert len(cases) > 20
    for name, data in cases.items():
        read = result(folder, name)
        assert "error" not in read, (name, read)
        assert read["unsupported"] == {}, name
        assert read["rows"] == read["verified"] == data.num_rows, name
        if data.num_rows == 0:
            continue
        for column in data.column_names:
            assert read["columns"][column] == cells(data[column]), (name, column)


def test_types(written):
    folder, _ = written
    assert result(folder, "arrow_defaults")["types"] == {
        "boolean": "boolean", "int32": "int32", "int16": "int32", "int64": "int64", "double": "double",
        "string": "string", "bytes": "bytes", "date": "date", "time": "timestampMicros"}


@pytest.mark.parametrize("name,column", [("x_nested", "list"), ("x_float", "x"), ("x_nanos", "x")])
def test_columns_that_cannot_be_read_leave_the_others(written, name, column):
    read = result(written[0], name)
    assert list(read["unsupported"]) == [column], read
    assert read["columns"] == {"n": [1, 2, 3]}


@pytest.mark.parametrize("name,what", [
    ("x_delta", "DELTA_BINARY_PACKED"), ("x_split", "BYTE_STREAM_SPLIT"), ("x_brotli", "BROTLI")])
def test_what_is_not_supported_is_named(written, name, what):
    error = result(written[0], name)["error"]
    assert "not supported" in error and what in error and "column n" in error
