#!/usr/bin/env python3
"""Runs the fuzzed parsers one after the other, or one of them, and says what was found.

    fuzz.py PROGRAM --seconds N [--target NAME]

Inputs that reach new code are kept in .build/fuzz/NAME; an input that fails lies in .build/fuzz/findings, and its path
behind PROGRAM (with FUZZ_TARGET=NAME) repeats the failure.
"""
import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "Tests" / "Fuzz" / "corpus"
KEPT = ROOT / ".build" / "fuzz"
# Bytes of an input: files are longer than requests.
LONGEST = {"parquet": 8192, "checkpoint": 16384}


def run(program, target, seconds):
    """The number of inputs tried and what libFuzzer said, where it found something."""
    kept, findings = KEPT / target, KEPT / "findings"
    for folder in (kept, findings):
        folder.mkdir(parents=True, exist_ok=True)
    command = [program, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
               f"-max_len={LONGEST.get(target, 2048)}", f"-artifact_prefix={findings}/{target}-", kept,
               CORPUS / target]
    done = subprocess.run(command, env=os.environ | {"FUZZ_TARGET": target}, capture_output=True, text=True,
                          errors="replace")
    tried = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
    return int(tried.group(1)) if tried else 0, done.stderr if done.returncode else None


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("program")
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--target")
    given = options.parse_args()
    targets = sorted(path.name for path in CORPUS.iterdir())
    if given.target and given.target not in targets:
        sys.exit(f"no target {given.target}; there are {', '.join(targets)}")
    failed = []
    for target in [given.target] if given.target else targets:
        tried, said = run(Path(given.program).resolve(), target, given.seconds)
        print(f"{target}: {tried} inputs, {'nothing found' if said is None else 'FOUND SOMETHING'}", flush=True)
        if said is not None:
            failed.append(target)
            print(said[-6000:], flush=True)
        elif tried < 100:
            failed.append(target)
            print(f"{target}: so few inputs prove nothing", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
