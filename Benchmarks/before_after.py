#!/usr/bin/env python3
"""Processor time of `serve` a record, and its memory in the end, of two binaries by turns: records in bulk, and by
`planetarium import`, whose records have an Idempotency-Key each. python3 Benchmarks/before_after.py OLD NEW [ROUNDS]
UNKNOWN=4: with so many fields besides that the product doesn't know.

Processor time says something on a busy machine, too; requests a second do not."""
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "Support"))
from ports import free_port  # noqa: E402

RECORDS, BATCH = 150_000, 15_000
UNKNOWN = int(os.environ.get("UNKNOWN", "0"))


def records():
    """New planets with the columns that most have, some 330 bytes each; the same in each run."""
    chance = random.Random(5)
    for number in range(RECORDS):
        values = {
            "pl_name": f"Bench-{number} b", "hostname": f"Bench-{number}", "discoverymethod": "Transit",
            "disc_year": 2010 + number % 15, "disc_facility": "Kepler", "pl_rade": round(chance.uniform(0.5, 20), 3),
            "pl_orbper": round(chance.uniform(1, 400), 6), "pl_bmasse": round(chance.uniform(0.5, 900), 2),
            "st_teff": round(chance.uniform(3000, 7000)), "st_rad": round(chance.uniform(0.2, 2), 3),
            "st_mass": round(chance.uniform(0.2, 2), 3), "sy_dist": round(chance.uniform(5, 900), 3),
            "ra": round(chance.uniform(0, 360), 5), "dec": round(chance.uniform(-90, 90), 5)}
        values |= {f"note_{field}": f"{field} of {number}" for field in range(UNKNOWN)}
        yield json.dumps(values).encode() + b"\n"


def seconds_of(pid):
    """Its processor time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes_of(pid):
    """Its resident memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def measured(binary, send):
    """Microseconds of the server's processor a record, and its megabytes with all records."""
    with tempfile.TemporaryDirectory(prefix="planetarium-bench-") as data:
        url = f"http://127.0.0.1:{free_port()}"
        server = subprocess.Popen(
            [binary, "serve", "--listen", url.removeprefix("http://"), "--data", data, "--public", ROOT / "Public"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: urllib.request.urlopen(url + "/readyz").status == 200)
            before = seconds_of(server.pid)
            send(binary, url)
            wait_until(lambda: planets(url) == RECORDS)
            return (seconds_of(server.pid) - before) / RECORDS * 1e6, megabytes_of(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def planets(url):
    with urllib.request.urlopen(url + "/api/board") as answer:
        return json.load(answer)["aggregates"]["totals"]["planets"]


def wait_until(true):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if true():
                return
        except OSError:
            pass
        time.sleep(0.2)
    sys.exit("before_after: the server did not come so far within a minute")


def main():
    old, new = (str(Path(name).resolve()) for name in sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    lines = list(records())
    batches = [b"".join(lines[first:first + BATCH]) for first in range(0, RECORDS, BATCH)]

    def bulk(_, url):
        for batch in batches:
            request = urllib.request.Request(
                url + "/api/discoveries", batch, {"Content-Type": "application/x-ndjson"}, method="POST")
            urllib.request.urlopen(request).read()

    with tempfile.NamedTemporaryFile(suffix=".ndjson") as file:
        file.write(b"".join(lines))
        file.flush()

        def imported(binary, url):
            subprocess.run([binary, "import", file.name, "--to", url, "--quiet", "--restart", "--yes"], check=True,
                           stdout=subprocess.DEVNULL)
        for name, send in ("bulk", bulk), ("import", imported):
            turns = [(measured(old, send), measured(new, send)) for _ in range(rounds)]
            for label, measures in zip(("old", "new"), zip(*turns)):
                figures, memory = zip(*measures)
                print(f"{name}, {label}: {statistics.median(figures):.1f} us a record "
                      f"[{min(figures):.1f} … {max(figures):.1f}], {statistics.median(memory):.0f} MB "
                      f"[{min(memory):.0f} … {max(memory):.0f}]")


main()
