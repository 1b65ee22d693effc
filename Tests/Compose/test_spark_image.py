"""spark/Dockerfile as it is: the job runs in its image on the Kafka of docker-compose.yml, by the judge that the image
has, and its lake has what `stream` stored. The profile's other services need images that can't be made here."""
import os
import sys
from pathlib import Path

import duckdb
import images
import pytest
import requests
from running import SAMPLE

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests" / "SparkTests"))
import versions  # noqa: E402

IMAGE = "planetarium-spark:0.1.0"


@pytest.fixture(scope="module")
def image(engine):
    made = [] if os.environ.get("PLANETARIUM_IMAGES") == "pull" else images.make_spark(engine)
    engine.run("docker", "build", "-q", "-t", IMAGE, "-f", "spark/Dockerfile", ".", cwd=ROOT, timeout=1500)
    yield IMAGE
    if not engine.is_own:
        engine.run("docker", "rmi", "-f", IMAGE, *made)


def figures(lake):
    read = f"read_parquet('{lake}/{{}}/dt=*/*.parquet', union_by_name = true)"
    planets = duckdb.sql("SELECT key, revision, change, pl_rade, pl_eqt, log_offset FROM " + read.format("discoveries"))
    predicted = duckdb.sql("SELECT * EXCLUDE (dt) FROM " + read.format("predictions"))
    return [sorted(map(repr, relation.fetchall())) for relation in (planets, predicted)]


def test_it_is_built(engine, image, stack):
    """With the other images, so that each test ends in its time."""
    inside = ["docker", "run", "--rm", image]
    assert "judges records" in engine.run(*inside, "planetarium-judge", "--help")
    assert engine.run(*inside, "id", "-un") == "spark"
    stack().compose("build", "web", timeout=1500)


def test_the_job_in_its_image(engine, image, stack, tmp_path):
    around = stack()
    around.compose("up", "-d", "kafka", "web", "stream", timeout=1500)
    around.wait_ready()
    sent = requests.post(around.url + "/api/discoveries", SAMPLE.read_bytes(), headers={"Content-Type": "text/csv"},
                         timeout=120).json()
    assert sent["accepted"] == 6061
    around.wait(lambda: around.board()["aggregates"]["totals"]["planets"] == 6061, 60, "the board")
    around.compose("stop", "stream")

    # The image's user writes there.
    tmp_path.chmod(0o777)
    names = [Path(each) for each in versions.SPARK_3.jars().split(",")]
    shown = engine.run(
        "docker", "run", "--rm", "--network", f"{around.project}_default", "-v", f"{names[0].parent}:/jars:ro",
        "-v", f"{tmp_path}:/mine", image, "/opt/spark/bin/spark-submit", "--master=local[2]",
        "--jars=" + ",".join(f"/jars/{each.name}" for each in names), "--py-files=/opt/planetarium/planetarium.zip",
        "/opt/planetarium/planetarium_job.py", "--bootstrap-servers=kafka:9092", "--lake=/mine/lake",
        "--checkpoint=/mine/checkpoint", "--trigger=once", timeout=600)
    mine = figures(tmp_path / "lake")
    assert len(mine[0]) == 6061, shown[-3000:]
    assert mine == figures(around.volume("lake"))
