"""A log that lost its end, or was recreated: nothing is acknowledged that will not be stored; the reason is shown."""
import os
import signal

import pytest
from elections import cut_off
from planetarium import run

ONE = ["--partitions", "1"]


def refused(process):
    """Submissions and readiness of a process that knows that its log was replaced."""
    status, text = process.ready()
    return process.submit("Refused b") == 503 and status == 503 and "recreated" in text


def told_by(process):
    """Its log lines say that the log was replaced."""
    return "nothing is taken any more" in process.said()


def create_all(log):
    made = run("topics", "create", "--log", f"kafka://{log}", *ONE)
    assert made.returncode == 0, made.stderr


@pytest.fixture(params=["serve", "web", "web without a cache", "web with a lake and without a cache"])
def process(request, cluster, planets):
    """A server of twenty planets, all stored: alone, or a web process beside a stream."""
    create_all(cluster.address)
    if request.param == "serve":
        process = stores = planets(cluster.address, *ONE)
    else:
        stores = planets(cluster.address, *ONE, command="stream", folder="stream")
        cache = ["--cache", "none"] if "without" in request.param else []
        lake = ["--lake", f"file:{stores.data}/lake"] if "lake" in request.param else []
        process = planets(cluster.address, *ONE, *cache, *lake, command="web")
    process.has_nothing = request.param == "web without a cache"
    process.stores = stores
    for n in range(20):
        process.receipt(f"Old {n} b")
    stores.wait_stored(20)
    return process


def test_the_topic_is_made_again_under_a_running_process(process, foreign):
    foreign.delete()
    foreign.create()
    answers = [process.submit(f"New {n} b") for n in range(8)]
    assert not {200, 201} & set(answers), answers
    process.wait(lambda: refused(process), 20, "the refusal")
    # Also once the topic has grown beyond what was read of it.
    foreign.put([f"Later {n} b" for n in range(40)], partition=0)
    assert refused(process)
    process.stores.wait(lambda: process.stores.ready()[0] == 503, 20, "what stores is not ready")
    # A receipt never is of another record.
    if process is process.stores:
        assert process.stores.stored().total() == 20
        receipt = process.get("/api/receipts/0/3").json()
        assert receipt["key"] != "old3b" and not receipt["stored"] and not receipt["file"], receipt
        assert process.get("/api/receipts/0/3?key=old3b").status_code == 404
    process.kill()


def test_a_topic_that_was_made_again_and_grew_longer_is_found_by_itself(process, foreign):
    """Nobody submits anything, and no reader notices: the new topic is longer than the old one when it is read on."""
    running = {process.process.pid, process.stores.process.pid}
    for pid in running:
        os.kill(pid, signal.SIGSTOP)
    foreign.delete()
    foreign.create()
    foreign.put([f"New {n} b" for n in range(40)], partition=0)
    for pid in running:
        os.kill(pid, signal.SIGCONT)
    process.wait(lambda: told_by(process), 30, "the finding")
    assert refused(process)
    process.stores.wait(lambda: process.stores.ready()[0] == 503, 30, "what stores is not ready")
    # It stays one.
    assert refused(process)
    process.kill()


@pytest.mark.parametrize("records", [3, 20, 40])
def test_the_topic_is_made_again_between_two_starts(process, foreign, records):
    process.stop()
    process.stores.stop()
    foreign.delete()
    foreign.create()
    foreign.put([f"New {n} b" for n in range(records)], partition=0)
    process.start(ready=False)
    if process.has_nothing:
        # It knows of no other log: what it takes is of the new one, and stays there for whoever stores it.
        process.wait(lambda: process.total() == records, 20, "the new topic")
        # Until a stream tells it, which knows the lake.
        process.stores.start(ready=False)
        process.wait(lambda: refused(process), 30, "the refusal")
        process.stop()
        return
    for _ in range(2):
        process.wait(lambda: refused(process), 20, "the refusal")
        # Nor is it the old one once it has grown.
        foreign.put([f"More {n} b" for n in range(20)], partition=0)
        assert refused(process)
        process.stop()
        process.start(ready=False)
    process.wait(lambda: refused(process), 20, "the refusal after another start")
    if records <= 20:
        assert process.stores.stored().total() == 20
    process.stop()


def test_an_unclean_election(kafka, planets):
    """A follower that is behind becomes the leader: replaced records are reported, nothing new is called stored."""
    _, serve, _ = cut_off(kafka, planets, *ONE)
    answers = [serve.submit(f"Later {n} b") for n in range(6)]
    assert not {200, 201} & set(answers), answers
    serve.wait(lambda: refused(serve), 30, "the refusal")


def test_the_topic_is_gone(process, foreign):
    foreign.delete()
    # Also where nobody submits anything.
    process.wait(lambda: process.ready()[0] == 503, 12, "readyz 503")
    process.wait(lambda: "gone" in process.ready()[1], 12, "the reason")
    process.stores.wait(lambda: process.stores.ready()[0] == 503, 12, "what stores is not ready")
    answer = process.post({"pl_name": "Second b"})
    assert answer.status_code == 503 and answer.headers["Retry-After"], answer.text
    assert process.is_running and process.stores.is_running
    # A new topic of its name is not it.
    foreign.create()
    process.wait(lambda: refused(process), 20, "the refusal")
    process.kill()
