#!/usr/bin/env python3
"""Measures Planetarium beside its peers, in turn, in one run: `make bench` or `Benchmarks/bench.py CASE ...`.

Cases: ingest (one discovery a POST, acknowledged after a durable commit), bulk (NDJSON of 10,000), static (a 100 KB
file), latency (POST to live frame), startup, parquet, tls (HTTPS beside nginx's: bench_tls.py), and, if named, kafka
(around a Kafka-protocol broker: bench_kafka.py), fanout (bench_fanout.py), writer (Parquet alone: bench_parquet.py),
stream and growth (bench_stream.py). Absolute figures say little on another machine: compare the ratios."""
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

HERE = Path(__file__).resolve().parent
BINARY = HERE.parent / ".build" / "release" / "planetarium"
PYTHON_BIN = Path(sys.executable).parent
CPUS = os.cpu_count()
RUNS = int(os.environ.get("RUNS", "3"))
SECONDS = int(os.environ.get("SECONDS", "4"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Peer:
    """A server process in a session of its own, stopped by its own pid."""

    def __init__(self, name, command, port, ready="/", cwd=None, env=None):
        self.name, self.port, self.url = name, port, f"http://127.0.0.1:{port}"
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            command, cwd=cwd, env=os.environ | (env or {}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        end = time.monotonic() + 30
        while True:
            try:
                # Not everybody answers to HTTP.
                requests.get(self.url + ready, timeout=2) if ready else socket.create_connection(("127.0.0.1", port))
                break
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise SystemExit(f"{name} did not start: {command}")
                time.sleep(0.002)
        self.started_in = time.monotonic() - self.begun

    def tree(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def cpu_seconds(self):
        ticks = 0
        for pid in self.tree():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident_mb(self):
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.tree()) * 4096 / 1e6

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def ours(folder, *arguments):
    port = free_port()
    peer = Peer("planetarium", [BINARY, "serve", "--listen", f"127.0.0.1:{port}", "--data", folder / "ours",
                                *arguments], port,
                "/livez", cwd=HERE.parent)
    # Over HTTPS a request without encryption is answered 400: it serves.
    while requests.get(peer.url + "/readyz", timeout=5).status_code not in (200, 400):
        time.sleep(0.01)
    return peer


def flask(folder):
    port = free_port()
    return Peer("flask + gunicorn", [PYTHON_BIN / "gunicorn", "-w", str(CPUS), "--threads", "8", "-b",
                                     f"127.0.0.1:{port}", "flask_app:app"],
                port, cwd=HERE / "peers", env={"PEER_DB": str(folder / "flask.db")})


def fastapi(folder):
    port = free_port()
    return Peer("fastapi + uvicorn", [PYTHON_BIN / "uvicorn", "--workers", str(CPUS), "--no-access-log", "--log-level",
                                      "error", "--port", str(port), "fastapi_app:app"], port, cwd=HERE / "peers",
                                      env={"PEER_DB": str(folder / "fastapi.db")})


def wrk(url, *arguments, run=0):
    done = subprocess.run(["wrk", "-t2", "-c64", f"-d{SECONDS}s", "--latency", *arguments, url], capture_output=True,
                          text=True, env=os.environ | {"RUN": str(run)}, timeout=SECONDS + 30)
    return done.stdout


def table(title, columns, rows):
    print(f"\n### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    sys.stdout.flush()


def spread(values, digits=0):
    return f"{statistics.median(values):,.{digits}f} [{min(values):,.{digits}f} … {max(values):,.{digits}f}]"


def case_ingest(folder):
    peers = [ours(folder), flask(folder), fastapi(folder)]
    figures = {p.name: {"rate": [], "p50": [], "p99": [], "cpu": [], "errors": 0} for p in peers}
    for run in range(RUNS + 1):  # the first is the warm-up
        for p in peers:
            before = p.cpu_seconds()
            out = wrk(p.url, "-s", str(HERE / "post.lua"), run=run)
            result = json.loads(out.split("RESULT ", 1)[1])
            if run:
                f = figures[p.name]
                good = result["requests"] - result["errors"]
                f["rate"].append(good / result["us"] * 1e6)
                f["p50"].append(result["p50_ms"]), f["p99"].append(result["p99_ms"])
                f["cpu"].append((p.cpu_seconds() - before) / max(1, good) * 1e6)
                f["errors"] += result["errors"]
    best = statistics.median(figures["planetarium"]["rate"])
    table("One discovery a POST, 64 connections, answered after a durable commit",
          ["server", "acknowledged/s", "ours is", "p50 ms", "p99 ms", "CPU µs a request", "errors"],
          [[n, spread(f["rate"]), f"{best / statistics.median(f['rate']):.1f}x", spread(f["p50"], 1),
            spread(f["p99"], 1), spread(f["cpu"]), str(f["errors"])]
           for n, f in figures.items()])
    for p in peers:
        p.stop()


def discoveries(count, run):
    return "".join(
        json.dumps({"pl_name": f"Bulk-{run}-{i} b", "hostname": f"Bulk-{run}-{i}", "discoverymethod": "Transit",
                    "disc_year": 2024, "disc_facility": "Kepler", "pl_rade": 0.5 + i % 150 / 10,
                    "pl_orbper": 1 + i % 997 / 3, "sy_dist": 10 + i % 4001 / 7,
                    "st_teff": 5600, "st_rad": 1.01, "st_mass": 0.98, "ra": 291.25, "dec": 44.5,
                    "comment": "a made-up planet"}) + "\n"
        for i in range(count)).encode()


def case_bulk(folder):
    peers = [(ours(folder), "/api/discoveries?results=rejected"), (flask(folder), "/api/discoveries"),
             (fastapi(folder), "/api/bulk")]
    rates = {p.name: [] for p, _ in peers}
    for run in range(RUNS + 1):
        bodies = [discoveries(10_000, f"{run}-{i}") for i in range(10)]
        for p, path in peers:
            session = requests.Session()
            begun = time.monotonic()
            for body in bodies:
                answer = session.post(p.url + path, data=body, headers={"Content-Type": "application/x-ndjson"},
                                      timeout=120)
                assert answer.status_code == 201 and answer.json()["accepted"] == 10_000, answer.text[:300]
            if run:
                rates[p.name].append(100_000 / (time.monotonic() - begun))
    best = statistics.median(rates["planetarium"])
    table("NDJSON, 10,000 discoveries a POST, one connection, answered after a durable commit",
          ["server", "acknowledged records/s", "ours is"], [[n, spread(r), f"{best / statistics.median(r):.1f}x"] for n,
                                                            r in rates.items()])
    for p, _ in peers:
        p.stop()


def case_static(folder):
    site = folder / "site"
    site.mkdir()
    folder.chmod(0o755)  # nginx's workers are another user
    (site / "index.html").write_text("<!doctype html>")
    (site / "file.js").write_bytes(os.urandom(50_000).hex().encode())
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"worker_processes {CPUS}; daemon off; error_log /dev/null; pid {folder}/nginx.pid;\n"
        f"events {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; sendfile on; keepalive_requests 1000000; include /etc/nginx/mime.types; server {{ "
        f"listen 127.0.0.1:{port}; root {site}; }} }}\n")
    peers = [ours(folder, "--public", str(site)),
             Peer("nginx", [shutil.which("nginx") or "/usr/sbin/nginx", "-c", folder / "nginx.conf"], port)]
    rates = {p.name: [] for p in peers}
    for run in range(RUNS + 1):
        for p in peers:
            out = wrk(p.url + "/file.js")
            rate = float(out.split("Requests/sec:")[1].split()[0])
            assert "Non-2xx" not in out
            if run:
                rates[p.name].append(rate)
    best = statistics.median(rates["planetarium"])
    table("Static file of 100 KB, 64 connections", ["server", "requests/s", "ours is"],
          [[n, spread(r), f"{best / statistics.median(r):.2f}x"] for n, r in rates.items()])
    for p in peers:
        p.stop()


def case_latency(folder):
    from websockets.sync.client import connect
    rows = []
    # So many connections, on each a POST and then so many milliseconds without one.
    for clients, pause in ((0, 0), (1, 10), (64, 12)):
        peer = ours(folder / f"with{clients}")
        load = None
        if clients:
            load = subprocess.Popen(
                ["wrk", "-t1", f"-c{clients}", "-d30s", "-s", HERE / "load.lua", peer.url], stdout=subprocess.PIPE,
                text=True, env=os.environ | {"DELAY": str(pause)})
            time.sleep(1)
        waits = []
        # The aggregate that has each probe, however many others come in a frame.
        with connect(f"ws://127.0.0.1:{peer.port}/live?aggregates=candidates", max_size=None) as viewer:
            viewer.recv()
            session = requests.Session()
            for i in range(100):
                name = f"Probe-{clients}-{i} b"
                begun = time.perf_counter()
                answer = session.post(peer.url + "/api/discoveries", json={
                    "pl_name": name, "pl_rade": 1, "pl_orbper": 365, "st_teff": 5772, "st_rad": 1, "st_mass": 1})
                answer.raise_for_status()
                while name not in viewer.recv(timeout=5):
                    pass
                waits.append((time.perf_counter() - begun) * 1000)
                time.sleep(random.uniform(0.04, 0.1))  # not in step with the frames
        rate = f"{float(load.communicate()[0].split('RATE ')[1]):,.0f} other POSTs a second" if load else "quiet"
        peer.stop()
        waits.sort()
        rows.append([rate, f"{waits[50]:.2f}", f"{waits[98]:.2f}"])
    table(
        "From the start of a POST to the live frame that names the planet (100 tries; a Python client's own time "
        "included)", ["load", "p50 ms", "p99 ms"], rows)


def case_startup(folder):
    rows = []
    for make in (ours, flask, fastapi):
        times, memory = [], []
        for run in range(RUNS):
            place = folder / f"{make.__name__}{run}"
            place.mkdir()
            p = make(place)
            times.append(p.started_in * 1000)
            time.sleep(0.5)
            memory.append(p.resident_mb())
            p.stop()
        rows.append([p.name, spread(times), spread(memory)])
    table("From exec to the first answer, and memory then", ["server", "ms", "resident MB (all processes)"], rows)


def case_parquet(folder):
    """The whole way, import to closed Parquet file, against pandas-style pyarrow on the same file: not the writer
    alone."""
    import pyarrow.csv
    import pyarrow.parquet
    sample = next((HERE.parent / "Samples").glob("nasa_*.csv"))
    lines = [l for l in sample.read_text().splitlines(keepends=True) if not l.startswith("#")]
    peer = ours(folder)
    requests.post(peer.url + "/api/discoveries?results=rejected", data="".join(lines).encode(),
                  headers={"Content-Type": "text/csv"}, timeout=60)
    peer.stop()
    mine = sum(f.stat().st_size for f in (folder / "ours/lake/discoveries").rglob("*.parquet"))
    plain = folder / "sample.csv"
    plain.write_text("".join(lines))
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(plain), folder / "pyarrow.parquet")
    theirs = (folder / "pyarrow.parquet").stat().st_size
    table("Size of the 6,061 planets (ours holds key, revision, offsets, time stamps and warnings besides)",
          ["file", "bytes"], [["CSV", f"{plain.stat().st_size:,}"], ["planetarium's Parquet", f"{mine:,}"],
                              ["pyarrow's Parquet", f"{theirs:,}"]])


def case_kafka(folder):
    import bench_kafka
    bench_kafka.run(folder)


def case_tls(folder):
    import bench_tls
    bench_tls.case_tls(folder)


def case_fanout(folder):
    import bench_fanout
    bench_fanout.run(folder)


def case_writer(folder):
    import bench_parquet
    bench_parquet.run(folder)


def case_stream(folder):
    import bench_stream
    bench_stream.case_stream(folder)


def case_growth(folder):
    import bench_stream
    bench_stream.case_growth(folder)


def main():
    cases = sys.argv[1:] or ["ingest", "bulk", "static", "latency", "startup", "parquet", "tls"]
    sys.modules["bench"] = sys.modules["__main__"]
    print(
        f"{time.strftime('%Y-%m-%d')}, {CPUS} cores, load before: {os.getloadavg()[0]:.2f}, runs: {RUNS} x {SECONDS} "
        "s, median [min … max]")
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            globals()[f"case_{case}"](Path(folder))


if __name__ == "__main__":
    main()
