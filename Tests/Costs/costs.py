#!/usr/bin/env python3
"""What a record costs on each hot path, in instructions, beside what costs.json says it does.

    python3 Tests/Costs/costs.py                        measures all paths and prints both
    python3 Tests/Costs/costs.py --accept [PATH ...]    writes what was measured into costs.json
    python3 Tests/Costs/costs.py --profile PATH         where its instructions go, function by function

The program is built by `make costs`. Instructions of one compiler say nothing of another's: costs.json names it."""
import argparse
import json
import platform
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import callgrind
import unspecialised

RECORD = Path(__file__).with_name("costs.json")
# More than this of what is recorded: somebody made it dearer. Less than that: the record must be made tight again.
GROWN, SHRUNK = 0.05, 0.15
# No path of the product: what the check for unspecialised calls has to find.
DELIBERATE = "unspecialised"


def record():
    return json.loads(RECORD.read_text())


def here():
    """What instructions depend on besides the code: compiler, the system's libraries, processor."""
    release = platform.freedesktop_os_release()
    return {"swift": callgrind.swift_version(), "system": f"{release['ID']} {release.get('VERSION_ID', '')}".strip(),
            "machine": platform.machine()}


def difference(recorded, found):
    """Why figures of the two can't be compared, in words; None if they can."""
    parts = [
        f"{name} {value}, and here it is {found[name]}" for name, value in recorded.items() if value != found[name]]
    return "the record is of " + "; ".join(parts) if parts else None


def objection(path, recorded, measured):
    """What is wrong with a path's figure, and what to do; None if nothing is."""
    if recorded is None:
        return f"{path}: {measured:,.0f} instructions a record, and none are recorded. {advice(path)}"
    change = measured / recorded - 1
    if change > GROWN:
        return (f"{path}: {measured:,.0f} instructions a record, {change:.1%} more than the {recorded:,.0f} recorded. "
                f"Mend it (costs.py --profile {path} shows where they go), or, if it is worth that: {advice(path)}")
    if change < -SHRUNK:
        return (f"{path}: {measured:,.0f} instructions a record, {-change:.1%} fewer than the {recorded:,.0f} "
                f"recorded. So that they stay so few: {advice(path)}")
    return None


def advice(path):
    return f"python3 Tests/Costs/costs.py --accept {path}, and say why in the commit's message."


def measure_all(paths, at_once=2):
    with ThreadPoolExecutor(at_once) as pool:
        return dict(zip(paths, pool.map(callgrind.measure, paths)))


def accept(profiles):
    known = record() if RECORD.exists() else {"instructions": {}}
    figures = known["instructions"] | {path: round(profile.a_record, 1) for path, profile in profiles.items()}
    figures = {path: figures[path] for path in callgrind.paths() if path in figures}
    RECORD.write_text(json.dumps({"made_with": here(), "instructions": figures}, indent=2) + "\n")


def show(profile):
    dearest = sorted(profile.own.items(), key=lambda entry: -entry[1])[:40]
    for (_, instructions), (name, _) in zip(dearest, unspecialised.demangled([name for name, _ in dearest])):
        print(f"{instructions / profile.total:6.1%}  {name}")
    for finding in unspecialised.findings(profile):
        print(finding)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--accept", nargs="*", metavar="PATH")
    arguments.add_argument("--profile", metavar="PATH")
    asked = arguments.parse_args()
    if asked.profile:
        return show(callgrind.measure(asked.profile))
    profiles = measure_all(asked.accept or [path for path in callgrind.paths() if path != DELIBERATE])
    recorded = record()["instructions"] if RECORD.exists() else {}
    for path, profile in profiles.items():
        before = recorded.get(path)
        change = f"  {profile.a_record / before - 1:+.1%} of {before:,.1f}" if before else ""
        print(f"{path:24}{profile.a_record:12,.1f}{change}")
    if asked.accept is not None:
        accept(profiles)


if __name__ == "__main__":
    main()
