"""Runs one hot path under valgrind and reads what it counted: instructions of each function, and of its calls."""
import os
import re
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / ".build" / "release" / "Costs"
# Swift's name of `func measured()` in the module Costs: only what it calls is counted, so that neither start-up nor
# the making of the input is.
MEASURED = "$s5Costs8measuredyyF"


class Profile:
    """What a path did. `own`: instructions in a function itself. `calls`: (caller, callee) -> instructions in there,
    with all that the callee called."""

    def __init__(self, path, records, text):
        self.path, self.records = path, records
        self.own, self.calls = read(text)
        self.total = sum(self.own.values())
        if not self.total:
            raise RuntimeError(f"{path}: nothing was counted; is there a function {MEASURED}?")

    @property
    def a_record(self):
        return self.total / self.records


def read(text):
    """The two tables of a callgrind file. Names are written once and then given by number."""
    names, own, calls = {}, defaultdict(int), defaultdict(int)
    function = callee = None
    is_call = False

    def name(value):
        number, _, written = value.partition(" ")
        if written:
            names[number] = written
        return names[number]

    for line in text.splitlines():
        if line.startswith("fn="):
            function = name(line[3:])
        elif line.startswith("cfn="):
            callee = name(line[4:])
        elif line.startswith("calls="):
            is_call = True
        elif line[:1] in "0123456789+-*" and line:
            cost = int(line.split()[1])
            if is_call:
                calls[function, callee] += cost
            else:
                own[function] += cost
            is_call = False
    return own, calls


def paths():
    """Every path with the number of records measured."""
    listed = subprocess.run([BINARY], check=True, capture_output=True, text=True).stdout
    return {name: int(records) for name, records in (line.split() for line in listed.splitlines())}


def measure(path):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "counts"
        # The same hashes in each run, and so the same collisions.
        environment = os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"}
        # Debian 12's valgrind can't read the form of debugging information that Swift writes; names are enough.
        program = Path(folder) / "Costs"
        subprocess.run(["objcopy", "--strip-debug", BINARY, program], check=True)
        done = subprocess.run(
            ["valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=" + str(file), "--toggle-collect=" + MEASURED,
             program, path], capture_output=True, text=True, env=environment)
        if done.returncode:
            raise RuntimeError(f"{path}: {done.stderr}")
        return Profile(path, int(done.stdout.split()[1]), file.read_text())


def swift_version():
    """"6.3.1": the compiler's."""
    text = subprocess.run(["swift", "--version"], check=True, capture_output=True, text=True).stdout
    return re.search(r"Swift version (\S+)", text)[1]
