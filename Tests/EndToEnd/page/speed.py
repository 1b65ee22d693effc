#!/usr/bin/env python3
"""How soon is the page there? Runs by hand, on a quiet machine: `.venv/bin/python Tests/EndToEnd/page/speed.py
[--runs 5] [--address "?view=planets"]`. Opens the bundled page in new contexts with nothing cached, in a desktop's
window and in a phone's with a processor four times slower, and prints medians: milliseconds until it is ready (the
charts in view show the board), until the largest part was painted, of tasks beyond 50 ms each, the layout's shift,
requests, and bytes. Not here: memory (memory.py), and the limits that CI holds (test_page_bundle.py,
test_page_views.py)."""
import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from chromium import launched
from running import ROOT, sample_server

DEVICES = {"desktop": ({"width": 1350, "height": 940}, 1), "phone": ({"width": 412, "height": 823}, 4)}
WATCH = """(() => {
    const seen = window.speed = { shift: 0, blocking: 0, largest: 0, ready: 0 };
    const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
        .observe({ type, buffered: true });
    watch('layout-shift', (one) => { if (!one.hadRecentInput) seen.shift += one.value; });
    watch('longtask', (one) => { seen.blocking += one.duration - 50; });
    watch('largest-contentful-paint', (one) => { seen.largest = one.startTime; });
    const look = () => {
        const isThere = document.documentElement?.dataset.ready === 'true'
            && document.querySelector('#connection')?.dataset.connection === 'live'
            && !document.querySelector('main .waiting');
        if (isThere) seen.ready = performance.now();
        else requestAnimationFrame(look);
    };
    look();
})()"""
COLUMNS = ("ready", "largest", "blocking", "shift", "requests", "bytes")


def opened(browser, url, viewport, slower):
    context = browser.new_context(viewport=viewport)
    try:
        page = context.new_page()
        client = context.new_cdp_session(page)
        client.send("Network.enable")
        client.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        sizes = []
        client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.add_init_script(WATCH)
        page.goto(url)
        page.wait_for_function("() => window.speed.ready > 0", timeout=60_000)
        page.wait_for_timeout(1500)  # what moves or blocks after that counts, too
        found = page.evaluate("() => window.speed")
        return {**found, "requests": len(sizes), "bytes": sum(sizes)}
    finally:
        context.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--address", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        bundle = Path(folder) / "page"
        subprocess.run([ROOT / "Scripts" / "bundle-page", ROOT / "Public", bundle], check=True)
        measure(browser, Path(folder) / "data", bundle, given)


def measure(browser, data, bundle, given):
    with sample_server(data, "--public", str(bundle)) as server:
        print(f"{'device':9}" + "".join(f"{name:>10}" for name in COLUMNS))
        for device, (viewport, slower) in DEVICES.items():
            runs = [opened(browser, f"{server.url}/{given.address}", viewport, slower) for _ in range(given.runs)]
            medians = {name: statistics.median(run[name] for run in runs) for name in COLUMNS}
            print(f"{device:9}" + "".join(
                f"{medians[name]:10.3f}" if name == "shift" else f"{medians[name]:10.0f}" for name in COLUMNS))


if __name__ == "__main__":
    main()
