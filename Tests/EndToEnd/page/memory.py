#!/usr/bin/env python3
"""Does the page's memory stay flat? Runs by hand, for half an hour at 50 records a second unless told otherwise:
`.venv/bin/python Tests/EndToEnd/page/memory.py [--minutes 30] [--rate 50] [--tour]`. Every record is a new planet.
Counts, each half minute and after the garbage is collected, the heap, the nodes and the listeners of a page that is
open all the time; with --tour it goes through all views before each count. Ends with 1 where the last third has more
than the first. Not here: how fast the page is."""
import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from chromium import launched
from running import sample_server
from visits import VIEWS, to

PAUSE, BATCHES = 30, 5  # seconds between counts; requests a second
# By how much the median of the last third may be above that of the first.
ALLOWED = {"heap": 1.05, "nodes": 1.02, "listeners": 1.02}


class Load(threading.Thread):
    """New planets at an even rate; what the server could not take at once is sent later."""

    def __init__(self, server, rate):
        super().__init__(daemon=True)
        self.server, self.rate, self.sent, self.ends = server, rate, 0, threading.Event()
        self.failure = None

    def run(self):
        start, size = time.monotonic(), max(1, self.rate // BATCHES)
        while not self.ends.is_set():
            lines = [json.dumps({
                "pl_name": f"Load-{n} b", "hostname": f"Load-{n}", "discoverymethod": ("Transit", "Imaging")[n % 2],
                "disc_year": 2000 + n % 25, "pl_rade": 1 + n % 14, "pl_bmasse": 1 + n % 900,
                "pl_orbper": 1 + n % 400}) for n in range(self.sent, self.sent + size)]
            answer = self.server.post("\n".join(lines), "application/x-ndjson")
            if answer.status_code != 201:
                self.failure = f"{answer.status_code}: {answer.text[:300]}"
                return
            self.sent += size
            self.ends.wait(max(0, start + self.sent / self.rate - time.monotonic()))


def count(client):
    for _ in range(2):
        client.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in client.send("Performance.getMetrics")["metrics"]}
    return {"heap": found["JSHeapUsedSize"], "nodes": found["Nodes"], "listeners": found["JSEventListeners"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--tour", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sample_server(Path(folder) / "data") as server, launched() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(server.url)
        page.wait_for_selector("#connection[data-connection=live]")
        client = page.context.new_cdp_session(page)
        client.send("Performance.enable")
        load = Load(server, given.rate)
        load.start()
        counts, start = [], time.monotonic()
        print("seconds  records  seq    heap/kB  nodes  listeners", flush=True)
        while time.monotonic() - start < given.minutes * 60 and load.failure is None:
            page.wait_for_timeout(PAUSE * 1000)
            for view in VIEWS[1:] if given.tour else ():
                to(page, view)
            to(page, "live")
            counts.append(count(client))
            now, seq = counts[-1], page.get_attribute("#connection", "data-seq")
            print(f"{time.monotonic() - start:7.0f}  {load.sent:7}  {seq:>5}  {now['heap'] / 1000:7.0f}  "
                  f"{now['nodes']:5.0f}  {now['listeners']:9.0f}", flush=True)
        load.ends.set()
        load.join()
    if load.failure:
        sys.exit(f"the server refused records: {load.failure}")
    return verdict(counts)


def verdict(counts):
    third = len(counts) // 3
    if third == 0:
        sys.exit("too short: at least three counts are needed")
    grew = False
    for name, allowed in ALLOWED.items():
        first, last = (statistics.median(one[name] for one in some) for some in (counts[:third], counts[-third:]))
        grew |= last > first * allowed
        print(f"{name}: first third {first:,.0f}, last third {last:,.0f} ({100 * (last / first - 1):+.1f} %)")
    return 1 if grew else 0


if __name__ == "__main__":
    sys.exit(main())
