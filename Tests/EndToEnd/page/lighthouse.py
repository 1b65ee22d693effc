#!/usr/bin/env python3
"""What Lighthouse says of the page. Runs by hand, on a quiet machine:
`.venv/bin/python Tests/EndToEnd/page/lighthouse.py [--runs 3] [--device mobile] [--address "?view=planets"]`. Opens the
bundled page on a filled server, each view unless one is named, as a desktop and as a phone (Lighthouse's own idea of
them), and prints the four scores, the figures behind the one for speed, and what failed. The Lighthouse is the one in
Chromium's DevTools; nothing is downloaded. Of several runs the median by speed. `power` is Lighthouse's measure of the
machine: far below what it is at rest, the score for speed says little. Ends with 1 where a score is below what is
wanted. Not here: how Lighthouse is run (lighthouse_node.js), milliseconds of our own (speed.py)."""
import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "Support")]
from chromium import launched, start
from ports import free_port
from running import ROOT, sample_server
from visits import VIEWS

ADDRESSES = [*("" if view == "live" else f"?view={view}" for view in VIEWS), "?view=planet&key=trappist1e",
             "?view=system&host=TRAPPIST-1"]
CATEGORIES = {"performance": "speed", "accessibility": "access", "best-practices": "practices", "seo": "seo"}
FIGURES = {"first-contentful-paint": "first", "largest-contentful-paint": "largest", "speed-index": "index",
           "total-blocking-time": "blocking", "cumulative-layout-shift": "shift"}
WANTED = {"mobile": {"performance": 95}, "desktop": {"performance": 100}}
# Elements of a finding that are named.
MOST = 3


def reports(port, asked):
    """Lighthouse's results, in the order of what is asked."""
    command = ["node", "--experimental-websocket", "--no-warnings", Path(__file__).with_name("lighthouse_node.js"),
               str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        node.stdin.write(json.dumps(asked))
        node.stdin.close()
        for line in node.stdout:
            yield json.loads(line)
    if node.returncode != 0:
        sys.exit("lighthouse: node failed; a Node.js of 20.10 or newer is needed")


def percent(report, category):
    return round(100 * (report["categories"][category]["score"] or 0))


def failures(report):
    """What costs points of the scores, the figures of speed aside."""
    for category in CATEGORIES:
        for one in report["categories"][category]["auditRefs"]:
            audit = report["audits"][one["id"]]
            if one["weight"] == 0 or audit["score"] in (None, 1) or one["id"] in FIGURES:
                continue
            items = (audit.get("details") or {}).get("items", [])
            yield f"{one['id']}: {audit['title']}"
            yield from (f"    {where(item)}" for item in items[:MOST])


def where(item):
    node = item.get("node", {})
    return " ".join((node.get("snippet") or json.dumps(item))[:140].split())


def show(address, device, report):
    scores = "".join(f"{percent(report, name):>10}" for name in CATEGORIES)
    figures = "".join(f"{report['audits'][name]['numericValue']:>10.{3 if column == 'shift' else 0}f}"
                      for name, column in FIGURES.items())
    print(f"{address or '(live)':30}{device:8}{scores}{figures}{report['environment']['benchmarkIndex']:>8.0f}")
    for line in failures(report):
        print(f"    {line}")
    sys.stdout.flush()
    wanted = {**dict.fromkeys(CATEGORIES, 100), **WANTED[device]}
    return all(percent(report, name) >= least for name, least in wanted.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--address", action="append")
    parser.add_argument("--device", action="append", choices=WANTED)
    given = parser.parse_args()
    if not shutil.which("node"):
        sys.exit("lighthouse: node not found; install it with: apt-get install nodejs")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        subprocess.run([ROOT / "Scripts" / "bundle-page", ROOT / "Public", f"{folder}/page"], check=True)
        audited = start(browser.browser_type, f"--remote-debugging-port={port}", "--remote-allow-origins=*")
        with sample_server(f"{folder}/data", "--public", f"{folder}/page") as server:
            is_good = judge(port, server.url, given)
        audited.close()
    sys.exit(0 if is_good else 1)


def judge(port, url, given):
    pairs = [(address, device) for address in given.address or ADDRESSES for device in given.device or WANTED]
    asked = [{"url": f"{url}/{address}", "formFactor": device} for address, device in pairs for _ in range(given.runs)]
    print(f"{'':38}" + "".join(f"{name:>10}" for name in [*CATEGORIES.values(), *FIGURES.values()]) + f"{'power':>8}")
    found, good = reports(port, asked), []
    for address, device in pairs:
        runs = sorted((next(found) for _ in range(given.runs)), key=lambda report: percent(report, "performance"))
        good.append(show(address, device, runs[len(runs) // 2]))
    return all(good)


if __name__ == "__main__":
    main()
