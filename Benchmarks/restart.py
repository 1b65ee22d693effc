#!/usr/bin/env python3
"""Measures how long a restart takes until the server is ready, with checkpoints and without: `Benchmarks/restart.py
[RECORDS:PLANETS ...]`.

For each case a server takes RECORDS records of PLANETS planets (made from the NASA table: copies with other names, then
revisions with another magnitude), stops, and is started again RUNS times in each way: as it is, and with its
checkpoints removed before the start (the web then reads the log, the stream the lake). The clock runs from exec to the
first 200 of /readyz (the catalogue is read), and to the first board (/api/board) with all records."""
import csv
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib import error, request

HERE = Path(__file__).resolve().parent
BINARY = Path(os.environ.get("BINARY", HERE.parent / ".build" / "release" / "planetarium"))
TABLE = HERE.parent / "Samples" / "nasa_pscomppars_2025-12-15.csv"
RUNS = int(os.environ.get("RUNS", "3"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(url):
    try:
        with request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read()
    except error.HTTPError as failure:
        return failure.code, failure.read()
    except OSError:
        return 0, b""


class Server:
    def __init__(self, data, *arguments):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.begun = time.monotonic()
        self.log = open(data / "server.log", "ab")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", f"127.0.0.1:{self.port}", "--data", data, *arguments], cwd=HERE.parent,
            stdout=self.log, stderr=self.log)

    def until(self, condition, seconds=300):
        while not condition():
            if time.monotonic() > self.begun + seconds or self.process.poll() is not None:
                raise SystemExit(f"the server is not ready: {self.process.poll()}")
            time.sleep(0.002)
        return time.monotonic() - self.begun

    def web_ready(self):
        return self.until(lambda: get(self.url + "/readyz")[0] == 200)

    def board(self):
        status, body = get(self.url + "/api/board")
        if status != 200:
            return {}
        return json.loads(body).get("aggregates", {}).get("totals", {})

    def board_ready(self, records):
        return self.until(lambda: self.board().get("records", 0) >= records)

    def resident_mb(self):
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * 4096 / 1e6

    def stop(self, how=signal.SIGTERM):
        begun = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(300)
        self.log.close()
        return time.monotonic() - begun


def records(count, planets):
    """NDJSON lines."""
    with open(TABLE, newline="") as file:
        rows = [{k: v for k, v in row.items() if v != ""}
                for row in csv.DictReader(line for line in file if not line.startswith("#"))]
    for row in rows:
        for name, value in row.items():
            try:
                row[name] = json.loads(value) if name not in ("pl_name", "hostname", "rastr", "decstr",
                                                              "st_spectype") else value
            except ValueError:
                pass
    for number in range(count):
        planet = number % planets
        row = dict(rows[planet % len(rows)])
        copy, again = planet // len(rows), number // planets
        if copy:
            row["pl_name"] = f"{row['pl_name'][:-2]} Copy{copy} {row['pl_name'][-1]}"
            if "hostname" in row:
                row["hostname"] += f" Copy{copy}"
        if again:
            row["sy_vmag"] = round(1 + (number * 7919 % 10_000) / 1000, 3)
        yield json.dumps(row)


def load(server, count, planets):
    lines = []
    sent = 0

    def send():
        body = "\n".join(lines).encode()
        question = request.Request(server.url + "/api/discoveries?results=rejected", body,
                                   {"Content-Type": "application/x-ndjson"})
        while True:
            try:
                with request.urlopen(question, timeout=120) as answer:
                    told = json.load(answer)
                    if told["rejected"]:
                        raise SystemExit(f"rejected: {told['results'][:1]}")
                    return
            except error.HTTPError as failure:
                if failure.code != 503:
                    raise SystemExit(failure.read())
                time.sleep(0.05)

    for line in records(count, planets):
        lines.append(line)
        if len(lines) == 10_000:
            send()
            sent += len(lines)
            lines = []
    if lines:
        send()


def remove_checkpoints(data):
    for folder in [data / "lake" / "_checkpoint", data / "cache"]:
        shutil.rmtree(folder, ignore_errors=True)


def spread(values):
    return f"{statistics.median(values):,.2f} [{min(values):,.2f} … {max(values):,.2f}]"


def case(count, planets, folder):
    data = folder / f"{count}-{planets}"
    data.mkdir()
    server = Server(data)
    server.web_ready()
    begun = time.monotonic()
    load(server, count, planets)
    server.board_ready(count)
    rate = count / (time.monotonic() - begun)
    stopped = server.stop()
    sizes = {name: sum(f.stat().st_size for f in (data / name).rglob("*") if f.is_file()) / 1e6
             for name in ("lake/_checkpoint", "cache") if (data / name).exists()}
    print(
        f"\n{count:,} records of {planets:,} planets: loaded at {rate:,.0f}/s, stop took {stopped:.2f} s, MB of "
        f"checkpoints {sizes}", flush=True)
    print("\n| start | web ready, s | board complete, s | resident MB |\n|---|---|---|---|")
    for name, before in [("with checkpoints", lambda: None), ("checkpoints removed", lambda: remove_checkpoints(data))]:
        web, board, memory = [], [], []
        for _ in range(RUNS):
            before()
            server = Server(data)
            web.append(server.web_ready())
            board.append(server.board_ready(count))
            memory.append(server.resident_mb())
            server.stop()
        print(f"| {name} | {spread(web)} | {spread(board)} | {spread(memory)} |", flush=True)


def main():
    cases = sys.argv[1:] or ["10000:6061", "1000000:6061", "1000000:1000000"]
    folder = Path(tempfile.mkdtemp(prefix="planetarium-restart-", dir=os.environ.get("TMPDIR")))
    try:
        print(
            f"{subprocess.run([BINARY, 'version'], capture_output=True, text=True).stdout.strip()}, load average "
            f"before: {os.getloadavg()[0]:.2f}")
        for each in cases:
            count, planets = map(int, each.split(":"))
            case(count, planets, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
