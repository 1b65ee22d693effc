"""The Parquet writer alone, beside pyarrow, DuckDB and Polars: 2,000,000 rows of 20 columns, from memory to a file, on
one thread, with Snappy and with zstd (level 3). The file that each wrote is read back by pyarrow and compared.
ROWS=200000 chooses another number of rows. Needs `make costs`, which builds our writer as a program."""
import os
import statistics
import subprocess
import sys
from pathlib import Path

import bench

HERE = Path(__file__).resolve().parent
COSTS = HERE.parent / ".build" / "release" / "Costs"
ENGINES = ["planetarium", "pyarrow", "duckdb", "polars"]


def planets(rows, seed=7):
    """Like the catalogue's: names that rarely come twice, words that often do, measurements with few digits of which
    some are missing, times that rise."""
    import numpy
    import pyarrow
    chance = numpy.random.default_rng(seed)

    def words(count, text):
        weights = 1 / numpy.arange(1, count + 1)
        chosen = chance.choice(count, rows, p=weights / weights.sum())
        return pyarrow.array([text.format(i) for i in range(count)]).take(pyarrow.array(chosen))

    def measured(mean, width, digits, missing):
        values = numpy.round(numpy.exp(mean + width * chance.standard_normal(rows)), digits)
        return pyarrow.array(values, mask=chance.random(rows) < missing)

    hosts = chance.integers(0, rows, rows).tolist()
    years = chance.integers(1995, 2026, rows)
    times = 1_764_000_000_000_000 + numpy.cumsum(chance.integers(0, 2000, rows))
    return pyarrow.table({
        "key": [f"kepler{host}b" for host in hosts], "pl_name": [f"Kepler-{host} b" for host in hosts],
        "hostname": [f"Kepler-{host}" for host in hosts], "discoverymethod": words(11, "Method {}"),
        "disc_facility": words(60, "Observatory number {}"), "source": words(3, "source {}"),
        "disc_year": pyarrow.array(years), "revision": pyarrow.array(chance.integers(1, 4, rows).astype("int32")),
        "log_partition": pyarrow.array(chance.integers(0, 6, rows).astype("int32")),
        "log_offset": pyarrow.array(numpy.arange(rows)),
        "log_timestamp": pyarrow.array(times, pyarrow.timestamp("us", "UTC")),
        "disc_date": pyarrow.array(((years - 1970) * 365).astype("int32"), pyarrow.int32()).cast(pyarrow.date32()),
        "controversial": pyarrow.array(chance.random(rows) < 0.01), "pl_rade": measured(0.8, 0.5, 3, 0.25),
        "pl_bmasse": measured(2, 1.5, 4, 0.45), "pl_orbper": measured(2.2, 1.3, 7, 0.05),
        "st_teff": measured(8.6, 0.2, 0, 0.05), "sy_dist": measured(6, 1, 3, 0.03),
        "ra": pyarrow.array(chance.random(rows) * 360), "dec": pyarrow.array(chance.random(rows) * 180 - 90)})


def written(engine, codec, source, target):
    """Seconds of the processor, and bytes."""
    program = [COSTS, "rewrite", source, target, codec] if engine == "planetarium" else [
        sys.executable, HERE / "peers" / "parquet_writers.py", engine, codec, source, target]
    out = subprocess.run(program, check=True, capture_output=True, text=True).stdout.split()
    return float(out[0]), int(out[1])


def run(folder):
    from pyarrow import parquet
    if not COSTS.exists():
        sys.exit("bench: there is no program of our writer: make costs")
    rows = int(os.environ.get("ROWS", "2000000"))
    source = folder / "rows.parquet"
    table = planets(rows)
    parquet.write_table(table, source, compression="none", row_group_size=122_880, use_dictionary=False)
    lines = []
    for codec in ("snappy", "zstd"):
        figures = {engine: [] for engine in ENGINES}
        for turn in range(bench.RUNS):
            for engine in ENGINES:
                target = folder / f"{engine}.parquet"
                figures[engine].append(written(engine, codec, source, target))
                if turn == 0:
                    assert same(parquet.read_table(target), table), f"{engine} wrote other rows"
        ours = statistics.median(seconds for seconds, _ in figures["planetarium"])
        for engine, runs in figures.items():
            cost = [seconds / rows * 1e6 for seconds, _ in runs]
            lines.append([codec, engine, bench.spread(cost, 2), f"{statistics.median(cost) / (ours / rows * 1e6):.2f}x",
                          f"{runs[0][1]:,}", f"{runs[0][1] / figures['planetarium'][0][1]:.2f}x"])
    bench.table(f"Parquet from memory, {rows:,} rows of {table.num_columns} columns, one thread",
                ["codec", "writer", "CPU µs a row", "of ours", "bytes", "of ours"], lines)


def same(found, wanted):
    """By their values: engines differ in how they mark time zones and what may be null."""
    return found.num_rows == wanted.num_rows and all(
        found[name].cast(wanted[name].type).combine_chunks().equals(wanted[name].combine_chunks())
        for name in wanted.column_names)
