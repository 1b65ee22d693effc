"""`--hive` and `planetarium hive` on a real Hive metastore (2.3.9), read back as users do: Spark SQL, and beeline and
PyHive on Spark's HiveServer2. Run by `make test-hive`; skipped without PLANETARIUM_HIVE. Each test has a database of
its own in one metastore."""
import datetime
import json
import math
import os
import re
import subprocess
import sys
import time

import pytest

if "PLANETARIUM_HIVE" not in os.environ:
    pytest.skip("PLANETARIUM_HIVE is not set (make test-hive)", allow_module_level=True)
# The servers here get it by option; the metastore is these tests' own, because they stop it.
del os.environ["PLANETARIUM_HIVE"]

import lake
from running import BINARY, ROOT

sys.path.insert(0, str(ROOT / "Tests" / "Support" / "hive"))
import spark as readers
from hmsclient import hmsclient
from metastore import Metastore

KEPLER_22 = {"pl_name": "Kepler-22 b", "hostname": "Kepler-22", "discoverymethod": "Transit", "disc_year": 2011,
             "pl_rade": 2.1, "pl_orbper": 289.863876}
TABLES = ["aggregates", "discoveries", "predictions", "rejected"]


@pytest.fixture(scope="module")
def metastore(tmp_path_factory):
    with Metastore(tmp_path_factory.mktemp("metastore")) as running:
        yield running


@pytest.fixture(scope="module")
def spark(metastore, tmp_path_factory):
    session = readers.session(metastore, tmp_path_factory.mktemp("warehouse"))
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def client(metastore):
    with hmsclient.HMSClient(host="127.0.0.1", port=metastore.port) as open_client:
        yield open_client


def run(*arguments):
    return subprocess.run([str(BINARY), "hive", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
                          timeout=120)


def options(metastore, database, data=None):
    return ["--hive", metastore.address, "--hive-database", database] + (["--data", data] if data else [])


def metric(server, name):
    return float(re.search(rf"^{name} (\S+)$", server.get("/metrics").text, re.M).group(1))


def told(server):
    return metric(server, "planetarium_hive_trouble") == 0 and metric(server, "planetarium_hive_waiting") == 0


def submit(server, lines):
    """Records of every kind; gives the receipts of those that were stored: offset -> (key, revision, change)."""
    body = "".join(lines)
    results = server.post(body, "text/csv").json()["results"]
    for item in ({}, {"pl_rade": 2.4}, {"pl_rade": 2.4}):
        results.append(server.post(KEPLER_22 | item).json())
    results.append(server.session.delete(server.url + "/api/planets/kepler22b").json())
    results.append(server.post(KEPLER_22).json())
    assert server.post({"pl_name": "X-1 b", "pl_rade": -3}).status_code == 422
    assert server.post([{"pl_name": ""}, {"pl_name": "Ünïcode-1 b", "hostname": "☆"}]).status_code == 207
    return {r["offset"]: (r["key"], r["revision"], r["change"]) for r in results}


@pytest.fixture(scope="module")
def filled(metastore, tmp_path_factory):
    """A lake in the database `planetarium`, its server stopped: folder and receipts."""
    from running import SAMPLE, Server
    lines = [line for line in SAMPLE.read_text().splitlines(keepends=True) if not line.startswith("#")][:401]
    with Server(tmp_path_factory.mktemp("filled"), "--roll-age", "1", *options(metastore, "planetarium")) as server:
        receipts = submit(server, lines)
        # While it runs, without being stopped: files land, and get into the metastore.
        server.wait(lambda: metric(server, "planetarium_hive_partitions_total") >= 4 and told(server), 120,
                    "partitions")
        with hmsclient.HMSClient(host="127.0.0.1", port=metastore.port) as client:
            for table in TABLES:
                assert client.get_partition_names("planetarium", table, -1), table
        server.stop()
    return server.data, receipts


def plain(value):
    """A value of Spark or pyarrow, to be compared."""
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None) if value.tzinfo is None else value.astimezone(datetime.timezone.utc).replace(
            tzinfo=None)
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


def rows(spark, database, table):
    """As Spark reads them: every column but dt."""
    # Spark gives time stamps in the local time of this process.
    os.environ["TZ"] = "UTC"
    time.tzset()
    spark.catalog.refreshTable(f"{database}.{table}")
    frame = spark.table(f"{database}.{table}")
    return sorted(str({k: plain(v) for k, v in row.asDict().items() if k != "dt"}) for row in frame.collect())


def rows_of_files(data, table):
    return sorted(str({k: plain(v) for k, v in row.items()}) for row in lake.read(data, table).to_pylist())


def test_spark_reads_what_the_receipts_say(filled, spark):
    data, receipts = filled
    found = {r.log_offset: (r.key, r.revision, r.change) for r in spark.sql(
        "select log_offset, key, revision, change from planetarium.discoveries").collect()}
    assert found.items() >= receipts.items() and len(receipts) >= 405
    # And the record of the array that was not refused.
    assert len(found) == len(receipts) + 1
    kepler = spark.sql("select change, pl_rade, pl_orbper, disc_year, hostname from planetarium.discoveries "
                       "where key = 'kepler22b' order by log_offset").collect()[-5:]
    # The first is new or a revision of the sample's.
    assert [r.change for r in kepler][1:] == ["revision", "duplicate", "withdrawal", "reinstatement"]
    assert [r.pl_rade for r in kepler] == [2.1, 2.4, 2.4, None, 2.1]
    assert kepler[-1].pl_orbper == 289.863876 and kepler[-1].disc_year == 2011 and kepler[-1].hostname == "Kepler-22"
    assert spark.sql("select hostname from planetarium.discoveries where pl_name = 'Ünïcode-1 b'").first()[0] == "☆"
    raws = [json.loads(r.raw) for r in spark.sql("select raw from planetarium.rejected").collect()]
    assert {"pl_name": "X-1 b", "pl_rade": -3} in raws and len(raws) == 2


@pytest.mark.parametrize("table", TABLES)
def test_every_value_is_that_of_the_files(filled, spark, table):
    expected = rows_of_files(filled[0], table)
    assert rows(spark, "planetarium", table) == expected and expected
    schema = {name: kind for name, kind in spark.table(f"planetarium.{table}").dtypes}
    assert schema.pop("dt") == "string"
    assert list(schema) == lake.read(filled[0], table).column_names
    # dt is the day of the log's time stamp.
    assert spark.sql(f"select count(*) from planetarium.{table} where dt <> date_format(log_timestamp, 'yyyy-MM-dd')"
                     if table != "predictions"
                     else f"select count(*) from planetarium.{table} where dt < '2000'").first()[0] == 0


def test_hives_own_parquet_reader(filled, spark):
    """Hive 2.3.9's SerDe in place of Spark's reader. It can't read INT64 time stamps (Hive 4 can): docs/DEPLOY.md says
    so."""
    spark.sql("set spark.sql.hive.convertMetastoreParquet=false")
    try:
        for table in TABLES:
            expected = lake.read(filled[0], table)
            columns = [name for name in expected.column_names if name != "log_timestamp"]
            frame = spark.table(f"planetarium.{table}").select(*[f"`{name}`" for name in columns])
            found = sorted(str({k: plain(v) for k, v in row.asDict().items()}) for row in frame.collect())
            assert found == sorted(str({k: plain(v) for k, v in row.items()})
                                   for row in expected.select(columns).to_pylist()), table
        with pytest.raises(Exception, match="LongWritable cannot be cast"):
            spark.table("planetarium.discoveries").select("log_timestamp").collect()
    finally:
        spark.sql("set spark.sql.hive.convertMetastoreParquet=true")


def test_hiveserver2_clients_read_the_same(filled, metastore, tmp_path):
    from pyhive import hive
    data, receipts = filled
    with readers.ThriftServer(metastore, tmp_path / "hs2") as server:
        assert ["planetarium"] in server.beeline("show databases")
        assert [row[1] for row in server.beeline("show tables in planetarium")[1:]] == TABLES
        days = {p.parent.name for p in lake.files(data, "discoveries")}
        assert {row[0] for row in server.beeline("show partitions planetarium.discoveries")[1:]} == days
        for table in TABLES:
            count = lake.read(data, table).num_rows
            assert server.beeline(f"select count(*) from planetarium.{table}")[1:] == [[str(count)]], table
        connection = hive.connect("127.0.0.1", port=server.port, auth="NOSASL")
        cursor = connection.cursor()
        cursor.execute("select log_offset, key, revision, change from planetarium.discoveries where dt > '2000'")
        found = {offset: (key, revision, change) for offset, key, revision, change in cursor.fetchall()}
        assert found.items() >= receipts.items()
        cursor.execute("select sum(pl_orbper), count(pl_orbper), max(disc_year) from planetarium.discoveries")
        total, count, newest = cursor.fetchone()
        table = lake.read(data, "discoveries")
        periods = [v for v in table["pl_orbper"].to_pylist() if v is not None]
        assert count == len(periods) and math.isclose(total, math.fsum(periods), rel_tol=1e-12)
        assert newest == max(v for v in table["disc_year"].to_pylist() if v is not None)
        cursor.execute("select `aggregate`, `group`, `value` from planetarium.aggregates where `aggregate` = 'totals'")
        assert cursor.fetchall()
        connection.close()


def test_a_metastore_that_stops_while_records_come_loses_nothing(metastore, server_at, spark, tmp_path, sample_lines):
    server = server_at(tmp_path / "data", "--roll-age", "1", *options(metastore, "outage"))
    server.wait(lambda: told(server), 120, "tables")
    metastore.stop()
    receipts = submit(server, sample_lines[:51])
    # The lake goes on, and the service is ready.
    server.wait(lambda: lake.receipts_of(server.data), 120, "files")
    assert server.get("/readyz").status_code == 200
    server.wait(lambda: metric(server, "planetarium_hive_trouble") == 1, 120, "trouble")
    assert metric(server, "planetarium_hive_waiting") >= 3 and metric(server, "planetarium_hive_failures_total") >= 1
    assert any("hive metastore not up to date" in line for line in server.errors)
    metastore.start()
    server.wait(lambda: told(server), 120, "catch-up")
    with hmsclient.HMSClient(host="127.0.0.1", port=metastore.port) as client:
        for table in TABLES:
            days = {p.parent.name for p in lake.files(server.data, table)}
            assert set(client.get_partition_names("outage", table, -1)) == days and days
    server.stop()
    found = {r.log_offset: (r.key, r.revision, r.change) for r in spark.sql(
        "select log_offset, key, revision, change from outage.discoveries").collect()}
    assert found.items() >= receipts.items() and len(found) == len(receipts) + 1


def test_several_stream_processes_keep_the_same_tables(metastore, spark, tmp_path, sample_lines):
    from cluster import Cluster
    made = Cluster(tmp_path)
    try:
        hive = options(metastore, "shared")
        # Both at once: they make database and tables, and add the same days.
        streams = [made.stream(*hive), made.stream(*hive)]
        web = made.web()
        made.wait_shared(streams)
        receipts = {(r["partition"], r["offset"]): r["key"]
                    for r in web.post("".join(sample_lines[:401]), "text/csv").json()["results"]}
        made.wait(lambda: len(lake.receipts_of(tmp_path)) == len(receipts) == 400, what="files")
        made.wait(lambda: all(s.status()["hive"]["trouble"] is None and s.status()["hive"]["waiting"] == 0
                              for s in streams), 60, "told")
        assert sum(s.status()["hive"]["registered"] for s in streams) >= 3
        metastore.stop()
        try:
            web.post({"pl_name": "Late b", "pl_rade": 1})
            # Nothing new for the metastore, so nothing is amiss; a process that starts now has to say that it is away.
            late = made.stream(*hive)
            made.wait(lambda: "Connection refused" in (late.status()["hive"]["trouble"] or ""), what="trouble")
        finally:
            metastore.start()
        made.wait(lambda: late.status()["hive"]["trouble"] is None, 120, "the metastore's return")
        for process in made.streams + made.webs:
            process.stop()
        found = {(r.log_partition, r.log_offset): r.key
                 for r in spark.sql("select log_partition, log_offset, key from shared.discoveries").collect()}
        assert found.items() >= receipts.items() and len(found) == 401
    finally:
        made.close()


def test_started_and_stopped_without_a_metastore_and_caught_up_later(metastore, server_at, tmp_path):
    metastore.stop()
    try:
        server = server_at(tmp_path / "data", *options(metastore, "later"))
        assert server.post(KEPLER_22).status_code == 201
        start = time.monotonic()
        server.stop()
        assert time.monotonic() - start < 10
    finally:
        metastore.start()
    server = server_at(tmp_path / "data", *options(metastore, "later"))
    server.wait(lambda: told(server), 120, "catch-up")
    checked = run("check", *options(metastore, "later", server.data))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    server.stop()
    with hmsclient.HMSClient(host="127.0.0.1", port=metastore.port) as client:
        assert client.get_partition_names("later", "discoveries", -1) == [
            p.parent.name for p in lake.files(server.data, "discoveries")]


def test_the_printed_hiveql_makes_the_same_tables(filled, metastore, spark):
    data = filled[0]
    printed = run("ddl", "--data", data, "--hive-database", "by_hand")
    assert printed.returncode == 0 and printed.stderr == ""
    for statement in printed.stdout.split(";\n"):
        if statement.strip():
            spark.sql(statement)
    checked = run("check", *options(metastore, "by_hand", data))
    assert (checked.returncode, checked.stdout) == (0, "The metastore has what the lake has.\n"), checked.stdout
    for table in TABLES:
        assert spark.table(f"by_hand.{table}").dtypes == spark.table(f"planetarium.{table}").dtypes
        assert rows(spark, "by_hand", table) == rows(spark, "planetarium", table)


def test_drift_is_found_and_mended(filled, metastore, client, spark):
    data = filled[0]
    here = options(metastore, "drift", data)
    day = lake.files(data, "discoveries")[0].parent.name
    assert run("repair", *here).returncode == 0
    assert run("check", *here).returncode == 0
    # Somebody drops a partition and a table, forgets columns, and registers a day that was never there.
    client.drop_partition("drift", "discoveries", [day.removeprefix("dt=")], False)
    client.drop_table("drift", "predictions", False)
    table = client.get_table("drift", "rejected")
    lost = table.sd.cols.pop()
    client.alter_table("drift", "rejected", table)
    gone = client.get_partition_by_name("drift", "aggregates", day)
    gone.values, gone.sd.location = ["1999-01-01"], gone.sd.location.replace(day, "dt=1999-01-01")
    client.add_partitions([gone])
    (data / "lake" / "aggregates" / "dt=1999-01-01").rmdir()
    checked = run("check", *here)
    assert checked.returncode == 1
    assert set(checked.stdout.splitlines()) == {
        f"drift: table drift.discoveries lacks partitions: {day}",
        f"drift: table drift.predictions is missing, with partitions for {day}",
        "drift: table drift.aggregates has partitions without a folder: dt=1999-01-01",
        f"drift: table drift.rejected lacks columns: {lost.name}",
    }
    mended = run("repair", *here)
    assert mended.returncode == 0 and mended.stdout.endswith("The metastore has what the lake has.\n"), mended.stdout
    assert run("check", *here).returncode == 0
    assert (data / "lake" / "discoveries" / day).is_dir()
    for name in TABLES:
        assert rows(spark, "drift", name) == rows_of_files(data, name), name


def test_a_table_of_somebody_else_is_left_alone(metastore, server_at, spark, client, tmp_path):
    spark.sql("create database taken")
    spark.sql("create table taken.discoveries (key bigint) stored as parquet")
    before = client.get_table("taken", "discoveries")
    server = server_at(tmp_path / "data", "--roll-age", "1", *options(metastore, "taken"))
    server.wait(lambda: any("is left alone" in line for line in server.errors), 120, "conflict")
    assert metric(server, "planetarium_hive_trouble") == 1 and server.get("/readyz").status_code == 200
    assert server.post(KEPLER_22).status_code == 201
    server.wait(lambda: client.get_partition_names("taken", "predictions", -1), 120, "the other tables")
    server.stop()
    line = next(line for line in server.errors if "taken.discoveries in the metastore is left alone" in line)
    for difference in ("it is not external (MANAGED_TABLE)", "its location is", "partitioned by nothing",
                       "its column key is bigint, not string"):
        assert difference in line
    mended = run("repair", *options(metastore, "taken", server.data))
    assert mended.returncode == 1 and "conflict: table taken.discoveries" in mended.stdout
    assert client.get_table("taken", "discoveries") == before


def test_no_metastore_is_an_exit_status_of_its_own(metastore, tmp_path):
    away = run("check", "--hive", "127.0.0.1:1", "--data", tmp_path)
    assert away.returncode == 3 and "Connection refused" in away.stderr
