"""Fixtures of the Spark tests: one Spark session, a broker with records, `planetarium serve` on it, and the Spark job
fed with the same records.

Spark's Kafka source is a Maven package that PyPI has not. So the records are read from the broker with confluent-kafka,
written as Parquet files with the source's columns (key, value, partition, offset, timestamp, headers), and streamed
from there: everything behind `readStream` is the job's own."""
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "spark"), str(ROOT / "Tests" / "EndToEnd"), str(Path(__file__).parent)]
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "spark")] + os.environ.get("PYTHONPATH", "").split(os.pathsep))
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["TZ"] = "Pacific/Auckland"  # no day or minute may follow from the machine's zone

import generator  # noqa: E402
from sides import Side, spark_session  # noqa: E402


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    session = spark_session(tmp_path_factory.mktemp("warehouse"))
    yield session
    session.stop()


@pytest.fixture(scope="session")
def sample_lines():
    return [line for line in generator.SAMPLE.read_text().splitlines(keepends=True) if not line.startswith("#")]


@pytest.fixture(scope="session")
def side(tmp_path_factory):
    """Makes a broker with records and the board and lake of `planetarium serve` for them."""
    made = []

    def make(name, records=None, csv=None):
        made.append(Side(tmp_path_factory.mktemp(name), records, csv))
        return made[-1]

    yield make
    for each in made:
        each.close()
