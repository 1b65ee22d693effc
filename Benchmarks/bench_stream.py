"""The stream alone, beside batch programs on DuckDB and Polars (peers/batch_stream.py) that do the main part of its
work over a file with the same records: processor time a record, and memory. And what a record costs `serve` as the
records become many, from 10,000 to 20 million.

The stream has no process of its own on an embedded log: a server is filled, its lake removed, and started again; then
its threads named stream-* are counted until the board has all records, and after that the whole process until it has
ended and the Parquet files are closed. Nobody writes checkpoints here: the batch programs have none."""
import itertools
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import requests

import bench

HERE = Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
BATCH = 10_000
MARKS = [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 20_000_000]
METHODS = ["Transit"] * 7 + ["Radial Velocity"] * 2 + ["Microlensing"]
FACILITIES = ["Kepler", "K2", "La Silla Observatory", "OGLE", "W. M. Keck Observatory"]


def record(number, planet):
    """One line, some 300 bytes; records of one planet differ."""
    return (
        f'{{"pl_name":"Flow-{planet} b","hostname":"Flow-{planet}","discoverymethod":"{METHODS[planet % 10]}",'
        f'"disc_year":{1995 + planet % 30},"disc_facility":"{FACILITIES[planet % 5]}",'
        f'"pl_rade":{0.5 + number * 7919 % 15000 / 1000},"pl_orbper":{1 + number * 104729 % 399_000_000 / 1e6},'
        f'"pl_bmasse":{0.5 + number * 1299709 % 90000 / 100},"st_teff":{3000 + planet * 31 % 4000},'
        f'"st_rad":{0.2 + planet * 17 % 1800 / 1000},"st_mass":{0.2 + planet * 19 % 1800 / 1000},'
        f'"sy_dist":{5 + planet * 7907 % 900_000 / 1000},"ra":{planet * 7919 % 36_000_000 / 1e5},'
        f'"dec":{planet * 104729 % 9_000_000 / 1e5}}}\n')


def mostly_new(count):
    """Three of four are of new planets, the others change the one before."""
    for number in range(count):
        yield record(number, number - 1 if number % 4 == 3 else number)


def fill(server, lines):
    """Sends all lines in bodies of `BATCH`."""
    session = requests.Session()
    while body := "".join(itertools.islice(lines, BATCH)):
        answer = session.post(server.url + "/api/discoveries?results=rejected", data=body.encode(),
                              headers={"Content-Type": "application/x-ndjson"}, timeout=300)
        assert answer.status_code == 201 and not answer.json()["rejected"], answer.text[:300]


def until_counted(server, count, minutes=10):
    end = time.monotonic() + 60 * minutes
    while True:
        board = requests.get(server.url + "/api/board", timeout=60)
        if board.ok and board.json()["aggregates"]["totals"]["records"] >= count:
            return
        assert time.monotonic() < end, f"the board has not counted {count} records after {minutes} minutes"
        time.sleep(0.2)


def stream_seconds(server):
    """Of its threads stream-*, and of all."""
    some = whole = 0
    for task in Path(f"/proc/{server.process.pid}/task").iterdir():
        name, fields = task.joinpath("stat").read_text().split("(", 1)[1].rsplit(")", 1)
        ticks = sum(map(int, fields.split()[11:13]))
        whole += ticks
        some += ticks if name.startswith("stream-") else 0
    return some / TICKS, whole / TICKS


def ours(folder, count):
    """Seconds of the processor, memory in MB."""
    shutil.rmtree(folder / "ours" / "lake")
    server = bench.ours(folder, "--checkpoint-records", "0", "--cache", "none")
    until_counted(server, count)
    stream, whole = stream_seconds(server)
    memory = server.resident_mb()
    server.process.send_signal(signal.SIGTERM)
    _, _, used = os.wait4(server.process.pid, 0)
    server.process.returncode = 0
    return stream + used.ru_utime + used.ru_stime - whole, memory


def case_stream(folder):
    count = int(os.environ.get("ROWS", "1000000"))
    file = folder / "records.ndjson"
    with open(file, "w") as out:
        out.writelines(mostly_new(count))
    server = bench.ours(folder, "--checkpoint-records", "0", "--cache", "none")
    fill(server, mostly_new(count))
    until_counted(server, count)
    server.stop()
    figures = {"the stream of planetarium": [], "duckdb": [], "polars": []}
    for _ in range(bench.RUNS):
        for name, runs in figures.items():
            if name not in ("duckdb", "polars"):
                runs.append(ours(folder, count))
                continue
            done = subprocess.run(
                [sys.executable, HERE / "peers" / "batch_stream.py", name, file, folder / "out.parquet"],
                check=True, capture_output=True, text=True).stdout.split()
            assert int(done[2]) == count - count // 4, done
            runs.append((float(done[0]), float(done[1])))
    best = statistics.median(seconds for seconds, _ in figures["the stream of planetarium"])
    bench.table(f"{count:,} records to figures and Parquet", ["program", "CPU µs a record", "of ours", "MB"], [
        [name, bench.spread([seconds / count * 1e6 for seconds, _ in runs], 2),
         f"{statistics.median(seconds for seconds, _ in runs) / best:.2f}x", bench.spread([mb for _, mb in runs])]
        for name, runs in figures.items()])


def case_growth(folder):
    """Of 50,000 planets, again and again: memory grows with planets, and here they stay as many."""
    planets, minutes = 50_000, float(os.environ.get("MINUTES", "10"))
    server = bench.ours(folder)
    end = time.monotonic() + 60 * minutes
    rows, before, begun, last = [], server.cpu_seconds(), 0, 0
    for mark in MARKS:
        # In parts, so that the time is looked at.
        for first in range(begun, mark, 100_000):
            if time.monotonic() < end:
                last = min(mark, first + 100_000)
                fill(server, (record(number, number % planets) for number in range(first, last)))
        if last == begun:
            break
        until_counted(server, last)
        used = server.cpu_seconds()
        rows.append([f"{last:,}", f"{(used - before) / (last - begun) * 1e6:.1f}", f"{server.resident_mb():,.0f}"])
        before, begun = used, last
        if last < mark:
            break
    server.stop()
    bench.table(f"`serve` as records of {planets:,} planets become many",
                ["records", "CPU µs a record since the line before", "resident MB"], rows)
