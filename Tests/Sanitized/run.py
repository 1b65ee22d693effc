"""`make test-sanitized`: the suites on binaries that watch their own accesses to memory, one sanitizer a run.

Builds into a folder of its own (.build/address, .build/thread), runs the Swift suites and the end-to-end suites, and
fails on a report as on a failed test. What a sanitizer can't see is in Tests/Sanitized/*.supp, with a reason each.
"""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
# Of Swift's own suites: these measure the compiler's sources, not the program, and start no code of ours.
NO_CODE = ["LayeringTests", "TidyTests"]
# The longest parts of an hour, on one thread; smaller tests of their suites go through the same code.
TOO_LONG = ["MembersTests/everyFigureOfTheArchive", "CompactionTests/aStopAtAnyStepLeavesOldOrNew",
            "SharedDayTests/aStopAtAnyStepLeavesEachRowOnce"]
# Suites without a second thread, in which none can be in another's way.
ONE_THREAD = ["BasicsTests", "HTTPWireTests", "JSONTextTests", "ParquetTests", "PlanetFiguresTests",
              "PlanetJudgeTests", "StateBytesTests", "TableFilesTests"]
# Asks the C library's allocator, in whose place a sanitizer puts its own.
OTHER_ALLOCATOR = ["FreedMemoryTests"]
# End to end: what starts other programs' servers, measures time or memory, or only reads files.
NOT_END_TO_END = ["page", "test_setup.py", "test_hdfs.py", "test_hive.py", "test_hive4.py", "test_lake_doc.py",
                  "test_lake_doc_spark.py", "test_postman.py", "test_proxies.py", "test_service.py",
                  "test_websocket_conformance.py"]
# The first has its whole table read back within two seconds; the others measure memory, of which a sanitizer takes a
# multiple and gives nothing back for a while. Named as seen from Tests, where pytest.ini is.
DESELECTED = ["EndToEnd/test_submissions.py::test_find_filter_sort_page",
              "EndToEnd/test_live.py::test_a_viewer_that_never_reads_costs_constant_memory_and_delays_nobody",
              "EndToEnd/test_limits.py::test_pipelined_requests_for_large_answers_take_little"]


def run(*command, env=None):
    print("$", " ".join(map(str, command)), flush=True)
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=env).returncode


def options(sanitizer, reports):
    """Its environment: reports go to files, so that no server's output hides one."""
    common = f"log_path={reports}/report:exitcode=66"
    if sanitizer == "address":
        # Leaks: what lives as long as the process is no leak, and the runtime's metadata looks like one.
        return {"ASAN_OPTIONS": f"{common}:detect_leaks=0:abort_on_error=0"}
    shim = reports.parent / "threads.so"
    subprocess.run(["gcc", "-O2", "-Wall", "-shared", "-fPIC", "-o", shim, HERE / "threads.c"], check=True)
    # Libraries that were not built for it touch memory that it knows half of. Threads that end with the process are
    # none that were forgotten.
    return {"TSAN_OPTIONS": f"{common}:ignore_noninstrumented_modules=1:report_thread_leaks=0:history_size=4:"
                            f"suppressions={HERE / 'thread.supp'}", "LD_PRELOAD": str(shim)}


def tell_slowest(events, count=15):
    """Prints which of Swift's tests took longest. swift-testing prints how a test ended only when all have; its event
    stream (one JSON object a line) is written as it goes: by it a long run can be watched, and cut where it is long."""
    began, took = {}, {}
    for line in events.read_text().split("\n")[:-1]:  # names of tests hold other ends of lines
        payload = json.loads(line)["payload"]
        case = payload.get("testID"), payload.get("_testCase", {}).get("id")
        if payload["kind"] == "testCaseStarted":
            began[case] = payload["instant"]["absolute"]
        elif payload["kind"] == "testCaseEnded":
            took[case] = payload["instant"]["absolute"] - began[case]
    for (test, _), seconds in sorted(took.items(), key=lambda one: -one[1])[:count]:
        print(f"{seconds:8.1f} s  {test}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sanitizer", choices=["address", "thread"])
    parser.add_argument("--only", choices=["swift", "end-to-end"])
    chosen = parser.parse_args()
    folder = ROOT / ".build" / chosen.sanitizer
    reports = folder / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    for old in reports.iterdir():
        old.unlink()
    # The compiler itself runs without.
    watched = {**os.environ, **options(chosen.sanitizer, reports), "PLANETARIUM_PATIENCE": "10"}
    built = ["--sanitize", chosen.sanitizer, "--scratch-path", folder]
    failed = []
    if chosen.only != "end-to-end":
        if run("swift", "build", "--build-tests", *built):
            return 1
        alone = ONE_THREAD if chosen.sanitizer == "thread" else []
        skipped = [part for name in NO_CODE + TOO_LONG + OTHER_ALLOCATOR + alone for part in ("--skip", name)]
        events = folder / "events.ndjson"
        events.unlink(missing_ok=True)
        if run("swift", "test", "--skip-build", *built, *skipped, "--event-stream-output-path", events,
               "--event-stream-version", "0", env=watched):
            failed.append("the Swift suites")
        tell_slowest(events)
    if chosen.only != "swift":
        if run("swift", "build", "-c", "release", "--product", "planetarium", *built):
            return 1
        ignored = [f"--ignore=Tests/EndToEnd/{name}" for name in NOT_END_TO_END]
        binary = folder / "release" / "planetarium"
        if run(".venv/bin/python", "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "Tests/EndToEnd", *ignored,
               *(f"--deselect={test}" for test in DESELECTED), env={**watched, "PLANETARIUM_BINARY": str(binary)}):
            failed.append("the end-to-end suites")
    found = sorted(file for file in reports.iterdir() if file.stat().st_size)
    for file in found[:20]:
        print(f"--- {file}\n" + file.read_text(errors="replace")[:6000])
    if found:
        failed.append(f"{len(found)} files of reports in {reports}")
    print(f"{chosen.sanitizer} sanitizer: " + (" and ".join(failed) + " FAILED" if failed else "no report"))
    return 1 if failed else 0


sys.exit(main())
