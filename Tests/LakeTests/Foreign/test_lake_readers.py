"""Reads the lake that LakeFixtureTests writes the way its users do: DuckDB, Polars and pyarrow on the table's folder,
`dt` as a column. Run by pytest; builds nothing (swift build --build-tests first)."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROWS = 3 * 2418


@pytest.fixture(scope="session")
def lake(tmp_path_factory):
    out = tmp_path_factory.mktemp("lake")
    done = subprocess.run(
        ["swift", "test", "--skip-build", "--filter", "LakeFixtureTests"],
        cwd=ROOT, env={**os.environ, "PLANETARIUM_LAKE_OUT": str(out)}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert list(out.glob("discoveries/dt=*/.*.tmp")), "the open roll is part of this test"
    return out


def wanted():
    """(offset, name, day) of every accepted record; the name as in LakeWriterTests."""
    rows = []
    for offset in range(ROWS):
        if offset % 10 == 9:
            continue
        mixed = (offset * 0x9E3779B9) & 0xFFFFFFFFFFFFFFFF
        rows.append((offset, f"planet {offset} of no small name {mixed}",
                     "2026-11-23" if offset < 2 * 2418 else "2026-11-24"))
    return rows


def test_duckdb(lake):
    import duckdb
    table = f"read_parquet('{lake}/discoveries/**/*.parquet', hive_partitioning = true)"
    rows = duckdb.execute(f'SELECT "offset", name, CAST(dt AS VARCHAR) FROM {table} ORDER BY 1').fetchall()
    assert rows == wanted()
    rejected = duckdb.execute(f"SELECT \"offset\" FROM '{lake}/rejected/**/*.parquet' ORDER BY 1").fetchall()
    assert [row[0] for row in rejected] == list(range(9, ROWS, 10))


def test_polars(lake):
    import polars
    frame = polars.read_parquet(lake / "discoveries/**/*.parquet", hive_partitioning=True).sort("offset")
    assert [(o, n, str(d)) for o, n, d in frame.select("offset", "name", "dt").iter_rows()] == wanted()


def test_pyarrow(lake):
    import pyarrow.dataset as dataset
    table = dataset.dataset(lake / "discoveries", format="parquet", partitioning="hive").to_table().sort_by("offset")
    assert list(zip(table["offset"].to_pylist(), table["name"].to_pylist(),
                    map(str, table["dt"].to_pylist()))) == wanted()
