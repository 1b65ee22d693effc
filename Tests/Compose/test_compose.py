"""Dockerfile and docker-compose.yml as they are, on a Docker engine: built, started, scaled, killed, stopped and
started again under load. Every acknowledged record is in the lake once; the board is what the files give."""
import json
import subprocess

import requests
from load import Load
from oracle import Oracle
from running import SAMPLE

PLANETS = 6061


def test_the_image(engine, stack):
    """Built from the unchanged Dockerfile: no root, no compiler, and it runs."""
    stack().compose("build", "web", timeout=1500)
    image = "planetarium:0.1.0"
    described = json.loads(engine.run("docker", "image", "inspect", image))[0]
    assert described["Config"]["User"] == "10001:10001"
    assert described["Config"]["Healthcheck"]["Test"][0] == "CMD"
    assert described["Size"] < 400_000_000, described["Size"]
    inside = ["docker", "run", "--rm", "--entrypoint", "/bin/sh", image, "-c"]
    assert "planetarium" in engine.run(*inside, "planetarium help")
    assert engine.run(*inside, "command -v swift cc clang gcc || id -u") == "10001"


def imported(stack):
    """The NASA table, sent from the host."""
    stack.wait_ready()
    table = ["curl", "-sS", "--fail-with-body", "-H", "Content-Type: text/csv", "--data-binary", f"@{SAMPLE}",
             f"{stack.url}/api/discoveries"]
    done = subprocess.run(table, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-500:]
    assert json.loads(done.stdout)["accepted"] == PLANETS


def settled(stack, load, oracle):
    load.hold()
    stack.wait_ready()
    wrong = oracle.settled(load.journal, stack.board, 120)
    assert not wrong, wrong[:10]


def exit_statuses(stack, services):
    return {service: [stack.inspect(each, "{{.State.ExitCode}}") for each in stack.containers(service)]
            for service in services}


def test_around_kafka(stack):
    around = stack()
    around.compose("up", "-d")
    imported(around)
    for service in ("kafka", "web", "stream"):
        around.wait_healthy(service)
    # From the host, by the address that the broker advertises to it.
    kcat = ["kcat", "-b", f"localhost:{around.kafka_port}", "-C", "-t", "planet-discoveries", "-e", "-q", "-f", "%k\n"]
    keys = subprocess.run(kcat, capture_output=True, text=True, timeout=60, check=True).stdout.split()
    assert len(keys) == PLANETS

    oracle = Oracle(around.volume("lake"))
    load = Load(15, lambda: [around.url], patience=300)
    try:
        around.compose("up", "-d", "--scale", "stream=3", "stream")
        assert len(around.containers("stream")) == 3
        for container in [*around.containers("stream"), *around.containers("web"), *around.containers("kafka")]:
            before = len(load.journal.receipts)
            around.kill(container)
            around.wait_ready()
            around.wait(lambda: len(load.journal.receipts) > before + 200, 60, "records after the kill")
        settled(around, load, oracle)

        # Stopped amid the load, and everything anew on the same volumes.
        load.go_on()
        around.compose("stop", "stream", "web")
        assert exit_statuses(around, ["web", "stream"]) == {"web": ["0"], "stream": ["0"] * 3}
        around.compose("down")
        around.compose("up", "-d")
        settled(around, load, oracle)
    finally:
        load.end()
    around.compose("stop", "stream")
    shown = around.compose("run", "--rm", "--no-deps", "-T", "stream", "verify", "/lake")
    assert "agrees" in shown, shown
    assert len(load.journal.receipts) > 2000


WEB_WITH_THE_LAKE = """services:
  web:
    environment:
      PLANETARIUM_LAKE: file:/lake
    volumes:
      - lake:/lake
"""


def test_a_log_that_was_lost(stack, tmp_path):
    """Kafka's volume is gone: nothing is taken, until the lake goes on with the new log as docs/DEPLOY.md says."""
    around = stack()
    around.compose("up", "-d")
    imported(around)
    around.compose("stop", "stream", "web", "kafka")
    around.compose("rm", "-f", "kafka")
    around.engine.run("docker", "volume", "rm", f"{around.project}_kafka")
    around.compose("up", "-d")
    around.wait(lambda: "topics adopt" in around.asked("stream", "http://127.0.0.1:8081/readyz"), 120, "the refusal")

    around.compose("stop", "stream", "web")
    adopting = ["topics", "adopt", "--log", "kafka://kafka:9092", "--lake", "file:/lake"]
    assert "Done." in around.compose("run", "--rm", "-T", "stream", *adopting)
    override = tmp_path / "web-with-the-lake.yml"
    override.write_text(WEB_WITH_THE_LAKE)
    around.options = "-f", "docker-compose.yml", "-f", str(override)
    around.compose("up", "-d")
    around.wait_ready()
    answer = requests.post(around.url + "/api/discoveries", json={"pl_name": "Adopted b"}, timeout=30)
    assert answer.status_code == 201, answer.text
    around.wait(lambda: around.board()["aggregates"]["totals"]["planets"] == PLANETS + 1, 60, "the board of both logs")
    around.compose("stop", "stream")
    shown = around.compose("run", "--rm", "--no-deps", "-T", "stream", "verify", "/lake")
    assert "agrees" in shown and "chapter 2" in shown, shown


def test_single(stack):
    single = stack("--profile", "single")
    single.compose("up", "-d", "--no-deps", "single")
    imported(single)
    single.wait_healthy("single")
    oracle = Oracle(single.volume("data") / "lake")
    load = Load(16, lambda: [single.url], patience=300)
    try:
        for _ in range(3):
            before = len(load.journal.receipts)
            single.kill(single.containers("single")[0])
            single.wait_ready()
            single.wait(lambda: len(load.journal.receipts) > before + 200, 60, "records after the kill")
        settled(single, load, oracle)
        load.go_on()
        single.compose("stop", "single")
        assert exit_statuses(single, ["single"]) == {"single": ["0"]}
        single.compose("down")
        single.compose("up", "-d", "--no-deps", "single")
        settled(single, load, oracle)
    finally:
        load.end()
    single.compose("stop", "single")
    assert "agrees" in single.compose("run", "--rm", "-T", "single", "verify", "/data/lake")
