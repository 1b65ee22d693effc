"""Fixtures of the tests on Apache Kafka (`make test-kafka`). Everything listens on loopback and is ended by its own
process id."""
import planetarium
import pytest
from foreign import Foreign
from kafka import Cluster


@pytest.fixture
def kafka(tmp_path):
    """Starts clusters of 1 or 3 nodes; ended after the test."""
    clusters = []

    def start(nodes=1, *settings, **more):
        cluster = Cluster(tmp_path / f"kafka-{len(clusters)}", nodes, settings, **more)
        clusters.append(cluster)
        return cluster.start()

    yield start
    for cluster in clusters:
        cluster.stop()


@pytest.fixture
def cluster(kafka):
    return kafka()


@pytest.fixture
def foreign(cluster):
    return Foreign(cluster.address)


@pytest.fixture
def planets(tmp_path):
    """Makes Planetarium's processes; ended after the test."""
    made = []

    def make(log, *arguments, folder="data", command="serve", ready=True):
        process = planetarium.Process(tmp_path / folder, log, *arguments, command=command)
        made.append(process)
        return process.start(ready)

    yield make
    for process in made:
        if process.process and process.is_running:
            process.kill()
