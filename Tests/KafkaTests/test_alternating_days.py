"""Records of other programs whose time stamps go to and fro between days: the lake has a few files a day, each record
once, also after kill -9."""
import collections
import json
import time

import duckdb
import lake
import pyarrow.dataset as dataset
import pytest
from foreign import HEADERS, TOPIC, key

COUNT = 600
TABLES = "discoveries", "predictions", "rejected", "aggregates"


def put(foreign, offsets, days):
    """A record for each offset, of one partition, `days` (ago) in turns; every 50th is invalid."""
    now = int(time.time() * 1000)
    producer = foreign.producer()
    for n in offsets:
        name = f"Turn-{n} b"
        value = {"pl_name": name, "pl_rade": -1 if n % 50 == 49 else 1.5}
        producer.produce(
            TOPIC, key=key(name), value=json.dumps(value).encode(), headers=HEADERS, partition=0,
            timestamp=now - days[n % len(days)] * 86_400_000)
    assert producer.flush(30) == 0


def by_pyarrow(data):
    found = []
    for table in ("discoveries", "rejected"):
        rows = dataset.dataset(data / "lake" / table, format="parquet", partitioning="hive").to_table(
            columns=["log_offset"])
        found += rows["log_offset"].to_pylist()
    return found


def offsets(data):
    """By pyarrow and by DuckDB, of the folders of a lake at rest: the same, each once."""
    found = by_pyarrow(data)
    duck = [row[0] for table in ("discoveries", "rejected") for row in duckdb.sql(
        f"SELECT log_offset FROM read_parquet('{data}/lake/{table}/dt=*/*.parquet')").fetchall()]
    assert sorted(found) == sorted(duck)
    return sorted(found)


@pytest.mark.parametrize("days", [(40, 43), (41, 40), (9, 3, 30, 4, 17)])
def test_a_few_files_a_day(cluster, foreign, planets, days):
    planets(cluster.address, "--partitions", "1").stop()
    put(foreign, range(COUNT), days)
    serve = planets(cluster.address, "--roll-age", "20")
    serve.wait(lambda: serve.board()["positions"].get(f"{TOPIC}/0") == COUNT, 60, "all to be read")
    serve.stop()
    assert offsets(serve.data) == list(range(COUNT))
    for table in TABLES:
        files = collections.Counter(path.parent.name for path in lake.files(serve.data, table))
        assert max(files.values()) <= 2, files
    assert len({path.parent.name for path in lake.files(serve.data, "discoveries")}) == len(days)
    checked = serve.verify()
    assert checked.returncode == 0, checked.stdout


def test_killed_again_and_again(cluster, foreign, planets):
    serve = planets(cluster.address, "--partitions", "1")
    for part in range(6):
        put(foreign, range(part * 100, part * 100 + 100), (40, 43, 41))
        # Amid a roll, its renames, or between two.
        time.sleep(0.7 + part * 0.13)
        serve.kill()
        serve = planets(cluster.address)
    serve.wait(lambda: lake.files(serve.data, "discoveries") and len(by_pyarrow(serve.data)) == COUNT, 60, "rows")
    serve.stop()
    assert offsets(serve.data) == list(range(COUNT))
    checked = serve.verify()
    assert checked.returncode == 0, checked.stdout
