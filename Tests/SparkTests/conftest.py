"""Fixtures of the Spark tests (`make test-spark`): Apache Kafka on loopback, topics with `planetarium serve` beside the
job, and a Spark session for what a file source must show."""
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "spark"), str(Path(__file__).parent)] + [
    str(ROOT / "Tests" / folder) for folder in ("EndToEnd", "Support", "Support/kafka")]
sys.path.append(str(ROOT / "Tests" / "KafkaTests"))  # last: it has a module `planetarium` of its own
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "spark")] + os.environ.get("PYTHONPATH", "").split(os.pathsep))
os.environ["PYSPARK_PYTHON"] = sys.executable
os.environ["TZ"] = "Pacific/Auckland"  # no day or minute may follow from the machine's zone

import versions  # noqa: E402
from kafka import Cluster  # noqa: E402
from sides import Job, Topic  # noqa: E402


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """Takes records of 10 MB and of any time."""
    made = Cluster(tmp_path_factory.mktemp("kafka") / "cluster", settings=[
        "message.max.bytes=10485760", "log.message.timestamp.after.max.ms=9223372036854775807"]).start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def topic(cluster, tmp_path_factory):
    """Makes topics with records."""
    def make(name, records=(), **more):
        made = Topic(cluster.address, name, tmp_path_factory.mktemp(name), **more)
        made.produce(records)
        return made

    return make


@pytest.fixture(params=versions.ALL, ids=lambda version: version.name)
def version(request):
    return request.param


@pytest.fixture
def job():
    """Makes jobs, Spark 3.5 where no version is given; none is left behind."""
    made = []

    def make(topic, version=versions.SPARK_3, **more):
        made.append(Job(version, topic, **more))
        return made[-1]

    yield make
    for each in made:
        if each.process and each.process.poll() is None:
            each.kill()
