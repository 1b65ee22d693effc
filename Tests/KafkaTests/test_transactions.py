"""Other programs' transactions: markers and aborted records have offsets and are no records."""
import time

from planetarium import run


def lags(log):
    """Lines of `planetarium topics` that tell of a lag other than 0."""
    shown = run("topics", "--log", f"kafka://{log}")
    assert shown.returncode == 0, shown.stderr
    return [line for line in shown.stdout.splitlines() if " lag " in line and not line.endswith(" lag 0")]


def test_a_marker_as_the_last_offset(cluster, foreign, planets):
    serve = planets(cluster.address)
    serve.receipt("First b")
    producer = foreign.transaction("committed")
    foreign.put([f"Marked {n} b" for n in range(12)], producer=producer)
    producer.commit_transaction(30)
    serve.wait_stored(13)
    serve.wait(lambda: not lags(cluster.address), 20, "lag 0 behind the markers")
    serve.stop()
    serve.start()
    assert serve.submit("After b") == 201
    serve.wait_stored(14)
    serve.stop()


def test_an_aborted_record_as_the_last_offset(cluster, foreign, planets):
    serve = planets(cluster.address, "--partitions", "1")
    serve.receipt("First b")
    producer = foreign.transaction("aborted")
    foreign.put(["Never b"], producer=producer)
    producer.abort_transaction(30)
    serve.wait_stored(1)
    serve.wait(lambda: not lags(cluster.address), 20, "lag 0 behind the aborted record")
    serve.stop()
    serve.start()
    assert serve.submit("After b") == 201
    serve.wait_stored(2)
    assert "Never b" not in serve.stored()
    serve.stop()
    # A state begun anew passes over it as well.
    fresh = planets(cluster.address, folder="fresh")
    fresh.wait_stored(2)
    fresh.stop()


def test_behind_an_open_transaction(cluster, foreign, planets):
    serve = planets(cluster.address)
    serve.receipt("First b")
    producer = foreign.transaction("open", timeout=40)
    for partition in range(6):
        foreign.put([f"Open {partition} b"], partition=partition, producer=producer)
    taken = [serve.submit(f"Behind {n} b") for n in range(5)]
    assert taken == [201] * 5
    serve.stop()
    serve.start()
    assert serve.submit("Later b") == 201
    shown = run("topics", "--log", f"kafka://{cluster.address}").stdout
    assert "behind an open transaction" in shown, shown
    serve.wait(lambda: "records wait behind a producer's open transaction" in serve.said(), 10, "the reason")
    producer.abort_transaction(30)
    serve.wait_stored(7, 60)
    assert not [name for name in serve.stored() if name.startswith("Open")]
    serve.stop()


def test_a_compacted_end(cluster, foreign, planets):
    """Compaction removes a tombstone that is the last record of its segment: its offset stays, the record does not."""
    settings = {
        "cleanup.policy": "compact", "segment.ms": "500", "min.cleanable.dirty.ratio": "0.001",
        "delete.retention.ms": "0", "max.compaction.lag.ms": "1000", "min.compaction.lag.ms": "0"}
    foreign.create("planet-discoveries", 1, **settings)
    serve = planets(cluster.address)
    for n in range(20):
        serve.receipt("Often b", pl_rade=1 + n)
        time.sleep(0.05)
    serve.wait_stored(20)
    serve.stop()
    serve.start()
    assert serve.submit("After b") == 201
    serve.stop()
