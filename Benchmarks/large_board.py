#!/usr/bin/env python3
"""How `planetarium stream` does while its board grows: `large_board.py --broker HOST:PORT --rows 1000000`.

Needs an Apache Kafka (or another broker) that is there already, and makes topics of its own on it. Every record is
another planet, most of another host star. Prints, for each tenth of the records, the processor time a record has cost
since the last line, and the memory; then, with all of them held, the time from a record to its live frame. Times of the
clock mean something on a quiet machine only; processor times and the groups a frame looks at do on any."""
import argparse
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import requests
from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition

BINARY = Path(__file__).resolve().parent.parent / ".build" / "release" / "planetarium"
TICKS = os.sysconf("SC_CLK_TCK")


def records(count, seed=7):
    """Key and value; the key is the planet's identity key, so that each lies in the partition where it belongs."""
    chance = random.Random(seed)
    for number in range(count):
        host = f"Kepler-{number}" if chance.random() < 0.95 else f"Kepler-{chance.randrange(number + 1)}"
        letter = "bcdef"[number % 5]
        value = {"pl_name": f"{host} {letter}", "hostname": host, "discoverymethod": "Transit",
                 "disc_facility": "Kepler", "disc_year": 1995 + number % 30,
                 "pl_rade": round(chance.lognormvariate(0.8, 0.6), 3),
                 "pl_orbper": round(chance.lognormvariate(2.2, 1.2), 6), "st_teff": 3000 + chance.randrange(4000),
                 "sy_dist": round(chance.lognormvariate(6, 0.7), 2)}
        yield f"kepler{host[7:]}{letter}", json.dumps(value)


class Stream:
    """The process, and what it has used."""

    def __init__(self, broker, group, topics, folder, port):
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [BINARY, "stream", "--data", folder, "--log", f"kafka://{broker}", "--group", group, "--roll-age", "3600",
             "--status-listen", f"127.0.0.1:{port}", *topics], stdout=subprocess.DEVNULL,
            stderr=open(folder + ".log", "w"))

    def status(self):
        try:
            return requests.get(self.url + "/api/stream", timeout=30).json()
        except requests.ConnectionError:
            return {"records": 0, "counted": 0, "lag": 1, "planets": 0}

    def metric(self, name):
        text = requests.get(self.url + "/metrics", timeout=30).text
        return sum(float(line.split()[-1]) for line in text.splitlines() if re.match(name + r"[ {]", line))

    def used(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        resident = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return (int(fields[11]) + int(fields[12])) / TICKS, resident / 1e6


def grow(stream, rows):
    step = max(rows // 10, 1)
    last, next_line = (0, 0.0), step
    while True:
        time.sleep(0.1)
        status = stream.status()
        done = status["counted"] >= rows and status["lag"] == 0
        if status["counted"] >= next_line or done:
            cpu, resident = stream.used()
            cost = 1e6 * (cpu - last[1]) / max(1, status["counted"] - last[0])
            print(f"{status['counted']:>10} records  {cost:5.1f} us of CPU a record  {resident:6.0f} MB", flush=True)
            last, next_line = (status["counted"], cpu), (status["counted"] // step + 1) * step
        if done:
            return status


def probe(stream, broker, topic, live, count):
    consumer = Consumer({"bootstrap.servers": broker, "group.id": live, "fetch.wait.max.ms": 5,
                         "fetch.message.max.bytes": 64 << 20})
    consumer.assign([TopicPartition(live, 0, OFFSET_END)])
    consumer.poll(1)
    producer = Producer({"bootstrap.servers": broker, "partitioner": "murmur2_random", "linger.ms": 0})
    times = []
    looked = []
    for number in range(1, count + 1):
        time.sleep(1.5)
        before = stream.metric("planetarium_live_groups_total")
        placed = []
        value = {"pl_name": f"Probe-{number} b", "hostname": f"Probe-{number}", "discoverymethod": "Transit",
                 "pl_rade": 1 + number / 100}
        begun = time.monotonic()
        producer.produce(topic, json.dumps(value), key=f"probe{number}b",
                         on_delivery=lambda error, message: placed.append((message.partition(), message.offset())))
        producer.flush()
        wanted = re.compile(rf"{re.escape(topic)}/{placed[0][0]}:(\d+)")
        while True:
            message = consumer.poll(1)
            positions = dict(message.headers() or []).get("positions", b"").decode() if message else ""
            found = wanted.search(positions)
            if found and int(found.group(1)) > placed[0][1]:
                break
        times.append(1000 * (time.monotonic() - begun))
        looked.append(stream.metric("planetarium_live_groups_total") - before)
    print(f"record to frame: p50 {statistics.median(times):.1f} ms ({min(times):.1f} to {max(times):.1f}); "
          f"a frame looks at {statistics.median(looked):.0f} groups")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--probes", type=int, default=15)
    parser.add_argument("--port", type=int, default=8089, help="for the stream's status")
    options = parser.parse_args()
    name = f"large-{os.getpid()}"
    topics = [word for kind in ("", "-live", "-state", "-rejected", "-dead-letters")
              for word in (f"--topic{kind}", f"{name}{kind}")]
    subprocess.run([BINARY, "topics", "create", "--log", f"kafka://{options.broker}", "--partitions", "6", *topics],
                   check=True, capture_output=True)
    producer = Producer({"bootstrap.servers": options.broker, "partitioner": "murmur2_random", "linger.ms": 20,
                         "queue.buffering.max.messages": 500_000})
    for key, value in records(options.rows):
        while True:
            try:
                producer.produce(name, value, key=key)
                break
            except BufferError:
                producer.poll(0.1)
    producer.flush()
    folder = tempfile.mkdtemp(prefix="large-board-")
    stream = Stream(options.broker, name, topics, folder, options.port)
    try:
        status = grow(stream, options.rows)
        print(f"{status['planets']} planets")
        probe(stream, options.broker, name, f"{name}-live", options.probes)
    finally:
        stream.process.send_signal(signal.SIGTERM)
        stream.process.wait()
        shutil.rmtree(folder)
        os.remove(folder + ".log")


main()
