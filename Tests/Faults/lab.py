#!/usr/bin/env python3
"""The fault lab: kills and breaks a server under load, and asks the oracle each time whether anything was lost or
doubled.

    python Tests/Faults/lab.py [--seed N] [--kills N] [--faults ROUNDS] [--cluster] [--settle-every N] [--only
    NAME,NAME]

The seed decides what is done and when (to the accuracy of the clock). Prints a table; exit status 1 when anything was
lost, doubled or wrong."""
import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "EndToEnd"))
import clustered  # noqa: E402
import embedded  # noqa: E402


class Report:
    def __init__(self):
        self.tried, self.wrong = {}, []

    def add(self, name, count=1):
        self.tried[name] = self.tried.get(name, 0) + count

    def table(self, journal):
        lines = ["| fault | times |", "|---|---|"]
        lines += [f"| {name} | {count} |" for name, count in self.tried.items()]
        return "\n".join(lines + [
            "",
            f"{len(journal.receipts)} receipts and {len(journal.rejects)} refusals acknowledged, {journal.tried} "
            "records tried, "
            f"{journal.retries} requests repeated; findings: {len(self.wrong)}"])


def run(made, module, seed, kills, rounds, settle_every, only=(), say=print):
    """Kills first, then each of the other faults `rounds` times, in an order of the seed's. The report, and the
    journal."""
    source = random.Random(seed)
    report = Report()
    begun = time.monotonic()

    def settle(what, thorough=False):
        wrong = made.settle(thorough)
        report.wrong += [f"after {what}: {sentence}" for sentence in wrong]
        journal = made.load.journal
        say(f"{time.monotonic() - begun:7.1f} s  {what}: {len(journal.receipts)} receipts, {len(wrong)} findings",
            flush=True)
        for sentence in wrong[:20]:
            say("           " + sentence, flush=True)
        if wrong:
            for process in made.processes():
                say("".join(f"           | {line}" for line in process.errors[-40:]), flush=True)

    try:
        time.sleep(0.5)
        for index in range(kills):
            module.kill(made, source)
            report.add("kill -9")
            if (index + 1) % settle_every == 0 or index + 1 == kills:
                settle(f"{index + 1} kills", index + 1 == kills)
        faults = [fault for fault in module.FAULTS if not only or fault.__name__ in only]
        for turn in range(rounds):
            source.shuffle(faults)
            for fault in faults:
                fault(made, source)
                report.add(fault.__name__.replace("_", " "))
                settle(fault.__name__, turn + 1 == rounds and fault is faults[-1])
    finally:
        made.end()
    return report, made.load.journal


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--faults", type=int, default=1, metavar="ROUNDS",
                         help="times each of the other faults is tried")
    options.add_argument("--settle-every", type=int, default=20, metavar="N",
                         help="kills between two looks at everything")
    options.add_argument("--cluster", action="store_true", help="two web and two stream processes around a broker")
    options.add_argument("--only", default="", help="names of faults, with commas")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="planetarium-faults-") as folder:
        module = clustered if given.cluster else embedded
        made = (module.Clustered if given.cluster else module.Embedded)(Path(folder), given.seed)
        report, journal = run(
            made, module, given.seed, given.kills, given.faults, given.settle_every,
            [name for name in given.only.split(",") if name])
    print(report.table(journal))
    for sentence in report.wrong[:50]:
        print("FINDING", sentence)
    sys.exit(1 if report.wrong else 0)


if __name__ == "__main__":
    main()
