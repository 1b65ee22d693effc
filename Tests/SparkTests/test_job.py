"""What a file source must show, because a batch is cut off at each step of its commit; and Hive. What the records
become is test_source.py's, on Kafka."""
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

import compare
import generator
import planetarium_job
import records
from planetarium import judge
from planetarium.hive import Hive
from planetarium.lake import Files, Lake, LakeError
from planetarium.rows import Columns
from sides import JUDGE
from test_fold import SCHEMA, rows_of

TOPIC = "planet-discoveries"
COLUMNS = Columns(judge.described(str(JUDGE)))


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    folder = tmp_path_factory.mktemp("warehouse")
    builder = SparkSession.builder.master("local[2]").appName("planetarium tests")
    settings = planetarium_job.SETTINGS | {
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.memory": "2g",
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={folder}/derby.log",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder}/metastore;create=true"}
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.enableHiveSupport().getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The records as three files, each with the next records of every partition, as micro-batches have them."""
    folder = tmp_path_factory.mktemp("files")
    rows = rows_of([*records.spelled_out(), *generator.records(600)], 2)
    ends = {number: max(row["offset"] for row in rows if row["partition"] == number) + 1 for number in range(2)}
    for number in range(3):
        part = [row for row in rows if row["offset"] * 3 // ends[row["partition"]] == number]
        pq.write_table(pa.Table.from_pylist(part, SCHEMA), folder / f"{number}.parquet")
    return folder


def run(spark, files, folder, **more):
    """The job over the files, one a micro-batch, to their end."""
    options = planetarium_job.arguments([
        "--bootstrap-servers", "none", "--lake", str(folder / "lake"), "--checkpoint", str(folder / "checkpoint"),
        "--trigger", "once", "--judge", str(JUDGE)])
    stream = spark.readStream.schema(spark.read.parquet(str(files)).schema).option("maxFilesPerTrigger", 1).parquet(
        str(files))
    lake = Lake(spark, options.lake, TOPIC, COLUMNS)
    query = planetarium_job.start(stream, options, lake, 2, **more)
    try:
        query.awaitTermination()
    finally:
        query.stop()
    return lake


@pytest.fixture(scope="module")
def whole(spark, files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return folder, run(spark, files, folder)


class CutOff(Exception):
    pass


@pytest.mark.parametrize("renames,has_checkpoint", [(0, True), (3, True), ("state", True), ("after", True), (3, False),
                                                    ("after", False)])
def test_a_batch_that_is_cut_off_leaves_each_record_once(whole, files, spark, tmp_path, monkeypatch, renames,
                                                        has_checkpoint):
    """Cut off in the second batch: before its files are in place, among them, before the state's rename, after it; then
    once more, with or without Spark's checkpoint."""
    rename, state = Files.rename, {"files": 0}

    def failing(files, old, new):
        if (tmp_path / "lake" / "_state" / "g=000000000000").exists():
            is_state = "/_state/" in new
            if renames == ("state" if is_state else state["files"]):
                raise CutOff
            state["files"] += 1
            rename(files, old, new)
            if is_state and renames == "after":
                raise CutOff
        else:
            rename(files, old, new)

    monkeypatch.setattr(Files, "rename", failing)
    with pytest.raises(Exception, match="CutOff"):
        run(spark, files, tmp_path)
    monkeypatch.setattr(Files, "rename", rename)
    if not has_checkpoint:
        shutil.rmtree(tmp_path / "checkpoint")
    again = run(spark, files, tmp_path)
    assert compare.lake_differences(whole[0] / "lake", tmp_path / "lake") == []
    assert again.state["counts"] == whole[1].state["counts"]
    assert compare.board(tmp_path / "lake") == compare.board(whole[0] / "lake")
    assert not (tmp_path / "lake" / "_staging").exists()


def test_the_tables_are_in_hive(whole, spark):
    lake, board = Lake(spark, str(whole[0] / "lake"), TOPIC, COLUMNS), compare.board(whole[0] / "lake")
    Hive(spark, lake, "planetarium")
    counts = {name: spark.sql(f"select count(*) from planetarium.{name}").first()[0]
              for name in ("discoveries", "rejected", "predictions", "planets")}
    totals = board["totals"]
    assert counts["discoveries"] == totals["records"] - totals["rejected"] and counts["rejected"] == totals["rejected"]
    kinds = "select count(*) from planetarium.planets where state = "
    assert spark.sql(kinds + "'planet'").first()[0] == totals["planets"]
    assert spark.sql(kinds + "'alias'").first()[0] == totals["aliases"]
    # README's way to the newest board.
    seen = "aggregate(map_values(from_json(positions, 'map<string,bigint>')), 0L, (a, b) -> a + b)"
    methods = spark.sql(
        f"select `group`, value, positions from planetarium.aggregates where aggregate = 'by_method' and {seen} = "
        f"(select max({seen}) from planetarium.aggregates)").collect()
    assert {row["group"]: row["value"] for row in methods} == board["by_method"]
    assert json.loads(methods[0]["positions"]) == {f"{TOPIC}/{partition}": offset
                                                   for partition, offset in lake.offsets.items()}


def test_a_part_that_has_moved_is_moved_in_hive(files, spark, tmp_path):
    """After each batch the table shows what the state is, though a batch rewrites only some parts."""
    seen = []
    hives = []

    def after(days):
        if not hives:
            hives.append(Hive(spark, lakes[0], "moving"))
        hives[0](days)
        shown = spark.sql("select count(*) from moving.planets where state = 'planet'").first()[0]
        seen.append((shown, compare.board(tmp_path / "lake")["totals"]["planets"]))

    lakes = []
    made = Lake.__init__

    def noted(lake, *arguments):
        made(lake, *arguments)
        lakes.append(lake)

    Lake.__init__ = noted
    try:
        run(spark, files, tmp_path, after_commit=after)
    finally:
        Lake.__init__ = made
    assert len(seen) == 3 and all(shown == counted for shown, counted in seen)


def test_the_lake_of_another_program_is_refused_and_left_alone(spark, tmp_path):
    (tmp_path / "discoveries" / "dt=2026-01-01").mkdir(parents=True)
    (tmp_path / "discoveries" / "dt=2026-01-01" / "planet-discoveries-p00000-0.parquet").write_bytes(b"x")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LakeError, match="not this job's"):
        Lake(spark, str(tmp_path), TOPIC, COLUMNS)
    assert sorted(tmp_path.rglob("*")) == before
