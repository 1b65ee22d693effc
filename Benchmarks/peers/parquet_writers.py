"""One Parquet writer, on one thread: parquet_writers.py ENGINE CODEC IN OUT. The rows are in memory, as the engine
keeps them, before the clock starts; prints the seconds of this process that went into writing, and how long the file
is."""
import os
import sys
import time

engine, codec, source, target = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = "1"
# As ours: rows of a group, and how hard zstd tries.
GROUP, LEVEL = 122_880, 3

if engine == "pyarrow":
    import pyarrow
    from pyarrow import parquet
    pyarrow.set_cpu_count(1)
    table = parquet.read_table(source).combine_chunks()

    def write():
        parquet.write_table(table, target, compression=codec, row_group_size=GROUP,
                            compression_level=LEVEL if codec == "zstd" else None)
elif engine == "polars":
    import polars
    frame = polars.read_parquet(source).rechunk()

    def write():
        frame.write_parquet(target, compression=codec, row_group_size=GROUP,
                            compression_level=LEVEL if codec == "zstd" else None)
else:
    import duckdb
    database = duckdb.connect()
    database.execute("set threads = 1")
    database.execute(f"create table planets as from read_parquet('{source}')")
    level = f", compression_level {LEVEL}" if codec == "zstd" else ""

    def write():
        database.execute(f"copy planets to '{target}' (format parquet, codec '{codec}', row_group_size {GROUP}{level})")

before = time.process_time()
write()
print(time.process_time() - before, os.path.getsize(target))
