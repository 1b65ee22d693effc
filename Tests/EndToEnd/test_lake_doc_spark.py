"""The PySpark and HiveQL examples of docs/LAKE.md on a lake made as the page says, beside DuckDB and pandas. Run by
`make test-hive`; skipped without PLANETARIUM_HIVE. HiveQL goes over HiveServer2's protocol to Spark's Thrift Server, on
the tables of a real metastore; and to Hive's own parser."""
import os
import subprocess
import sys

import pytest

if "PLANETARIUM_HIVE" not in os.environ:
    pytest.skip("PLANETARIUM_HIVE is not set (make test-hive)", allow_module_level=True)

import lake_doc as page
from running import BINARY, ROOT
from test_lake_doc import older

sys.path.insert(0, str(ROOT / "Tests" / "Support" / "hive"))
import spark as readers
from metastore import Metastore


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


@pytest.fixture(scope="module")
def made(metastore, tmp_path_factory):
    found = page.make(tmp_path_factory.mktemp("lake") / "data", "--hive", metastore.address)
    # Files that landed while the service was ending.
    subprocess.run([str(BINARY), "hive", "repair", "--hive", metastore.address, "--data", str(found.data)], check=True,
                   capture_output=True)
    return found


def wrong(found):
    return [w for q in page.questions() for w in page.differences(q, *found[q.title])]


def shown(found):
    return {title: (list(header), [[page.text(v) for v in row] for row in rows]) for title,
            (header, rows) in found.items()}


def test_four_engines_give_the_answer_that_is_shown(made, spark, metastore, tmp_path):
    from pyhive import hive
    with readers.ThriftServer(metastore, tmp_path / "hs2") as server:
        connection = hive.connect("127.0.0.1", port=server.port, auth="NOSASL")
        by_hive = page.with_hive(connection.cursor())
        connection.close()
    by_spark = page.with_spark(made.data, spark)
    assert not wrong(by_hive) and not wrong(by_spark), "\n".join(wrong(by_hive) + wrong(by_spark))
    assert shown(by_hive) == shown(by_spark) == shown(page.with_duckdb(made.data)) == shown(page.with_pandas(made.data))


def test_spark_reads_older_files_and_no_unfinished_ones(made, spark, tmp_path):
    data = older(made, tmp_path)
    assert not wrong(page.with_spark(data, spark))
    names = {"spark": spark}
    page.evaluate(page.opening().blocks["python spark"].replace(page.LAKE, f"{data}/lake"), names)
    assert names["aggregates"].where("positions is null").count() > 0


def test_hive_itself_can_read_the_hiveql(spark):
    """Hive 2.3.9's grammar: Spark takes much that Hive does not."""
    parser = spark._jvm.org.apache.hadoop.hive.ql.parse.ParseDriver()
    for section in [page.opening(), *page.questions()]:
        for statement in page.statements(section.blocks["sql hive"]):
            parser.parse(statement)
    for foreign in ("SELECT count(*) FILTER (WHERE a > 1) FROM t",
                    "SELECT * FROM t QUALIFY row_number() OVER (ORDER BY a) = 1", "SELECT group FROM t"):
        with pytest.raises(Exception, match="ParseException"):
            parser.parse(foreign)
