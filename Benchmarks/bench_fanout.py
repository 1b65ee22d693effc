"""Fan-out: what a frame costs the server for each viewer that gets it, beside picows and socketify (uWebSockets).

Ours takes 200 POSTs a second meanwhile, stores and counts them, and makes each delta; the peers send as many texts a
second, of the same mean size, as a viewer of ours got frames. A tenth of the viewers never read. The viewers are one
C program of one thread (viewers.c) on the same cores: what a frame costs the server says more than what came through.
VIEWERS=100,500 chooses other numbers of viewers."""
import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import bench

HERE = Path(__file__).resolve().parent
POSTS = 200  # a second
WARMUP = 3


class Load(threading.Thread):
    """New planets, `POSTS` a second, on a connection that is kept."""

    def __init__(self, port, first=0):
        super().__init__(daemon=True)
        self.port, self.first, self.wanted = port, first, True

    def run(self):
        connection = HTTPConnection("127.0.0.1", self.port)
        begun = time.monotonic()
        number = 0
        while self.wanted:
            number += 1
            name = f"Fan-{self.first + number}"
            value = {"pl_name": f"{name} b", "hostname": name, "discoverymethod": "Transit",
                     "disc_year": 1995 + number % 30, "pl_rade": 0.5 + number % 150 / 10, "pl_orbper": 1 + number % 300}
            connection.request("POST", "/api/discoveries", json.dumps(value), {"Content-Type": "application/json"})
            connection.getresponse().read()
            time.sleep(max(0, begun + number / POSTS - time.monotonic()))

    def stop(self):
        self.wanted = False
        self.join()


def watched(program, server, path, viewers, begin=lambda: None):
    """What the viewers saw, and what it took of the server's processor and memory. `begin`: when all are there."""
    process = subprocess.Popen(
        [program, str(server.port), path, str(viewers), str(viewers // 10), str(WARMUP), str(bench.SECONDS)],
        stdout=subprocess.PIPE, text=True)
    lines = iter(process.stdout.readline, "")
    assert next(lines).strip() == "connected"
    begin()
    assert next(lines).strip() == "measuring"
    before = server.cpu_seconds()
    seen = json.loads(next(lines))
    seen["server_s"] = server.cpu_seconds() - before
    seen["resident_mb"] = server.resident_mb()
    process.wait()
    assert seen["frames"], f"{server.name}: no viewer got a frame: {seen}"
    return seen


def idle(server):
    """The server's processor time with nobody watching, in as long as is measured."""
    before = server.cpu_seconds()
    time.sleep(bench.SECONDS)
    return server.cpu_seconds() - before


def run_ours(program, folder, viewers):
    server = bench.ours(folder, "--connections", "20000")
    load = Load(server.port)
    load.start()
    time.sleep(1)
    alone = idle(server)
    load.stop()
    load = Load(server.port, first=1_000_000)
    seen = watched(program, server, "/live", viewers, load.start)
    load.stop()
    server.stop()
    return seen | {"alone_s": alone}


def run_peer(program, kind, viewers, hz, size):
    port = bench.free_port()
    server = bench.Peer(
        kind, [sys.executable, HERE / "peers" / "broadcast.py", kind, str(port), f"{hz:.2f}", str(size)], port,
        ready=None)
    seen = watched(program, server, "/", viewers)
    server.stop()
    return seen | {"alone_s": 0}


def row(name, runs, best, viewers):
    reading = viewers - viewers // 10

    def cell(value, digits):
        return bench.spread([value(run) for run in runs], digits)

    cost = statistics.median(map(micros, runs))
    return [name, f"{viewers:,}", cell(lambda run: run["frames"] / bench.SECONDS / reading, 1),
            cell(lambda run: run["bytes"] / run["frames"], 0), cell(micros, 2), f"{cost / best:.2f}x",
            cell(lambda run: run["alone_s"] / bench.SECONDS * 100, 1), cell(lambda run: run["p50_ms"], 1),
            cell(lambda run: run["p99_ms"], 1),
            cell(lambda run: run["resident_mb"], 0), str(sum(run["closed"] for run in runs))]


def micros(run):
    return run["server_s"] / run["frames"] * 1e6


def run(folder):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    program = folder / "viewers"
    subprocess.run(["gcc", "-O2", "-o", program, HERE / "viewers.c", "-lm"], check=True)
    rows = []
    for viewers in map(int, os.environ.get("VIEWERS", "1000,5000").split(",")):
        figures = {"planetarium": [], "picows": [], "socketify": []}
        for turn in range(bench.RUNS):
            place = folder / f"{viewers}-{turn}"
            place.mkdir()
            mine = run_ours(program, place, viewers)
            figures["planetarium"].append(mine)
            hz = mine["frames"] / bench.SECONDS / (viewers - viewers // 10)
            for kind in ("picows", "socketify"):
                size = round(mine["bytes"] / mine["frames"])
                figures[kind].append(run_peer(program, kind, viewers, hz, size))
        best = statistics.median(map(micros, figures["planetarium"]))
        rows += [row(name, runs, best, viewers) for name, runs in figures.items()]
    bench.table(
        "Fan-out: one text to every viewer, a tenth of whom never read",
        ["server", "viewers", "frames a second to each", "bytes a frame", "server's CPU µs a delivered frame",
         "of ours", "CPU % with nobody watching", "p50 ms", "p99 ms", "resident MB", "closed"], rows)
