"""Records of Planetarium and of others: each lies where its receipt says, and each has its row in the lake."""
import json
import random
import subprocess

import lake
import pytest
from foreign import TOPIC


def test_receipts_are_where_kcat_finds_them(cluster, planets):
    serve = planets(cluster.address)
    receipts = {}
    for n in range(200):
        got = serve.receipt(f"Kc-{n} b")
        got = got.get("receipts", [got])[0]
        receipts[got["partition"], got["offset"]] = f"Kc-{n} b"
    kcat = ["kcat", "-b", cluster.address, "-C", "-t", TOPIC, "-e", "-q", "-f", "%p %o %s\n"]
    shown = subprocess.run(kcat, capture_output=True, text=True, timeout=60, check=True).stdout
    seen = {}
    for line in shown.splitlines():
        partition, offset, value = line.split(" ", 2)
        seen[int(partition), int(offset)] = json.loads(value)["pl_name"]
    assert seen == receipts
    serve.wait_stored(200)
    serve.stop()
    assert serve.verify().returncode == 0


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_each_codec_is_read(cluster, foreign, planets, codec):
    serve = planets(cluster.address)
    foreign.put([f"{codec} {n} b" for n in range(50)], producer=foreign.producer(compression_type=codec, linger_ms=50))
    serve.wait_stored(50)
    serve.stop()


def test_odd_records_stop_nothing(cluster, foreign, planets):
    serve = planets(cluster.address)
    producer = foreign.producer(message_max_bytes=5_000_000)
    producer.produce(TOPIC, value=json.dumps({"pl_name": "Keyless b"}).encode())
    producer.produce(TOPIC, key=b"gone b", value=None)
    producer.produce(TOPIC, key=b"big", value=json.dumps({"pl_name": "Big b", "note": "x" * 900_000}).encode())
    producer.produce(TOPIC, key=b"x", value=b"\xff\xfe", headers=[("a", b"1"), ("a", None), ("", b"")])
    assert producer.flush(30) == 0

    def rows():
        tables = [lake.read(serve.data, name) for name in ("discoveries", "rejected")]
        return sum(table.num_rows for table in tables if table)
    # Also for the copies of those that lay in another partition than their planet's.
    serve.wait(lambda: rows() == sum(end - first for first, end in foreign.bounds(TOPIC)) >= 4, 30, "a row for each")
    assert "Keyless b" in serve.stored()
    assert serve.ready()[0] == 200
    serve.stop()


def test_a_record_of_20_megabytes(cluster, foreign, planets):
    """Cut in the lake and in its dead letter, which says how long it was."""
    foreign.create(partitions=6, **{"max.message.bytes": str(25 << 20)})
    serve = planets(cluster.address)
    value = json.dumps({"pl_name": "Vast b", "note": "x" * 20_000_000}).encode()
    producer = foreign.producer(message_max_bytes=25 << 20)
    producer.produce(TOPIC, key=b"vastb", value=value)
    assert producer.flush(60) == 0
    serve.wait(lambda: lake.files(serve.data, "rejected"), 60, "its row")
    [row] = lake.read(serve.data, "rejected").to_pylist()
    assert row["raw"].encode() == value[:16_384] and json.loads(row["rules"]) == ["too_large"]
    serve.wait(lambda: foreign.bounds("planet-dead-letters") == [(0, 1)], 30, "its dead letter")
    letter = foreign.read("planet-dead-letters")[0]
    headers = dict(letter.headers())
    assert headers["dead-letter-length"] == str(len(value)).encode() and headers["dead-letter-rules"] == b"too_large"
    assert letter.key() == b"vastb" and 500_000 < len(letter.value()) < 1_000_000 and value.startswith(letter.value())
    assert serve.receipt("After b")["partition"] >= 0
    serve.stop()


def test_a_dead_letter_that_its_topic_does_not_take(cluster, foreign, planets):
    foreign.create("planet-dead-letters", **{"max.message.bytes": "2000"})
    serve = planets(cluster.address)
    producer = foreign.producer()
    producer.produce(TOPIC, key=b"x", value=b"{" + random.Random(1).randbytes(200_000))
    producer.produce(TOPIC, key=b"x", value=b"{")
    assert producer.flush(30) == 0
    serve.wait(lambda: "a dead letter is not kept" in serve.said(), 30, "the line")
    assert 'planetarium_dead_letters_total{fate="dropped"} 1' in serve.get("/metrics").text
    serve.wait(lambda: foreign.bounds("planet-dead-letters") == [(0, 1)], 30, "the other one")
    serve.stop()
