"""What both Python peers do with a record around a Kafka-protocol broker: produce, and wait until the broker has
acknowledged it. One producer a process, with Planetarium's settings; a thread of its own serves the delivery
reports."""
import json
import os
import threading

from confluent_kafka import Producer

_lock = threading.Lock()
_producer = None


def producer():
    global _producer
    with _lock:  # made after the fork: librdkafka's threads do not survive one
        if _producer is None:
            _producer = Producer({
                "bootstrap.servers": os.environ["PEER_BROKER"], "enable.idempotence": True, "acks": "all",
                "linger.ms": 1, "compression.type": "lz4", "partitioner": "murmur2_random"})
            threading.Thread(target=reports, args=(_producer,), daemon=True).start()
    return _producer


def reports(made):
    while True:
        made.poll(1)


def deliver(record, report):
    """`report(error, message)` is called in the reports' thread."""
    key = record["pl_name"].lower().replace(" ", "")
    producer().produce("planet-discoveries", json.dumps(record).encode(), key.encode(), on_delivery=report)


def deliver_and_wait(record):
    done = threading.Event()
    answer = []

    def report(error, message):
        answer.extend((error, message))
        done.set()

    deliver(record, report)
    if not done.wait(10) or answer[0] is not None:
        raise RuntimeError(f"not delivered: {answer[:1]}")
    return answer[1].offset()
