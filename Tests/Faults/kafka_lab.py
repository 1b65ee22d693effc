#!/usr/bin/env python3
"""The fault lab on Apache Kafka: three brokers, one or two web processes and three streams under load, and faults that
a seed chooses.

    python Tests/Faults/kafka_lab.py [--seed N] [--runs N] [--only NAME,NAME] [--without NAME,NAME] [--minutes N]

Run r has the seed N + r: `--seed N+r --runs 1` repeats it (to the accuracy of the clock). The brokers stay from run to
run, each run has topics, processes and a lake of its own. `--only`: runs of these faults. Prints a table; exit status 1
when anything was lost, doubled or untold."""
import argparse
import collections
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

import kafka_faults
from brokers import Brokers
from load import Load
from nodes import BINARY, Node, ROOT
from oracle import ClusterOracle
from shim import Shim

CONFIGURATION = """log = kafka://{address}
lake = file:{lake}
topic = {topic}
topic-rejected = {topic}-rejected
topic-live = {topic}-live
topic-state = {topic}-state
topic-dead-letters = {topic}-dead-letters
group = {topic}
roll-age = 0.3
kafka-property = session.timeout.ms=3000
kafka-property = heartbeat.interval.ms=500
"""

class Lab:
    """The brokers, and what a run needs of the machine."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.brokers = Brokers(folder)
        self.shim = Shim(self.folder)
        self.count = 0

    def run(self, seed, faults=None, without=()):
        self.count += 1
        return Run(self, seed, faults, without)

    def end(self):
        self.brokers.stop()


class Run:
    """One run; `faults`: functions of kafka_faults.py (or lists of such that happen together) in place of
    those the seed chooses; `without`: not among them."""

    def __init__(self, lab, seed, faults=None, without=()):
        self.seed, self.brokers = seed, lab.brokers
        self.random = random.Random(seed)
        self.plan = self._planned(faults, without)
        self.partitions = self.random.randrange(3, 7)
        self.webs_wanted = self.random.choice([1, 2])
        self.has_cache = self.random.random() < 0.5
        self.topic = f"lab{seed}-{lab.count}"
        self.folder = lab.folder / self.topic
        self.lake = self.folder / "lake"
        self.library = lab.shim.library
        self.wrong = []
        self.fault = None   # an operator's, which may destroy records: (begun, ended), once told
        self.destroyed = 0
        self.done = collections.Counter()
        self.oracle = ClusterOracle(self.lake)

    def _planned(self, faults, without):
        """Lists of faults that happen together."""
        if faults is not None:
            return [list(step) if isinstance(step, (list, tuple)) else [step] for step in faults]
        ordinary, operators = (
            [fault for fault in faults if fault not in without]
            for faults in (kafka_faults.ORDINARY, kafka_faults.OPERATORS))
        ordinary = self.random.sample(ordinary, self.random.choice([2, 3]))
        if len(ordinary) == 3 and self.random.random() < 0.6:
            plan = [ordinary[:2], ordinary[2:]]
        else:
            plan = [[fault] for fault in ordinary]
        if self.random.random() < 0.35 and operators:
            plan.append([self.random.choice(operators)])
        return plan

    def describe(self):
        faults = "; ".join(" with ".join(fault.__name__ for fault in step) for step in self.plan)
        return (f"{self.partitions} partitions, {self.webs_wanted} web, {'a' if self.has_cache else 'no'} cache: "
                + faults.replace("_", " "))

    def acknowledged(self):
        return len(self.journal.acks) if hasattr(self, "journal") else 0

    # The run

    def go(self):
        """Everything from topics to verification; the findings."""
        try:
            self._start()
            try:
                for number, step in enumerate(self.plan):
                    time.sleep(self.random.uniform(0.2, 0.8))
                    self._break(number, step)
                self._settle()
            finally:
                self.load.abandon()
            self._finish()
        except Exception as error:  # told like a finding: what the lab could not do may be the product's doing
            self.wrong.append(f"the run ended: {error!r} {traceback.format_exc(limit=-3)}")
        finally:
            for node in getattr(self, "nodes", []):
                node.kill()
            try:
                self.brokers.mend()
                self.brokers.delete(*(self.topic + end for end in ("", "-rejected", "-live", "-state",
                                                                   "-dead-letters")))
            except Exception as error:
                self.wrong.append(f"the lab could not mend its brokers: {error!r}")
        return self.wrong

    def _start(self):
        self.folder.mkdir()
        self.configuration = self.folder / "planetarium.conf"
        self.configuration.write_text(CONFIGURATION.format(
            address=self.brokers.address, lake=self.lake, topic=self.topic))
        loose = any(fault.needs_loose_topic for step in self.plan for fault in step)
        if loose:
            self.brokers.create(self.topic, self.partitions, 2, **{
                "unclean.leader.election.enable": "true", "min.insync.replicas": "1"})
        made = self.command("topics", "create", "--partitions", self.partitions, "--replication", 3,
                            "--min-insync-replicas", 2)
        assert made.returncode == 0 or loose, f"topics create: {made.stdout}{made.stderr}"
        self.webs = [self._node("web", number, self.folder / f"web{number}", "--kafka-property",
                                "message.timeout.ms=3000", "--cache",
                                self.folder / f"cache{number}" if self.has_cache else "none")
                     for number in range(self.webs_wanted)]
        self.streams = [self._node("stream", number, self.lake) for number in range(3)]
        self.nodes = self.webs + self.streams
        for node in self.nodes:
            node.start()
        self.wait_ready(60)
        self.load = Load(self.seed, lambda: [web.url for web in self.webs], clients=3)
        self.journal = self.load.journal
        self.load.wait_for(200)

    def _node(self, command, number, prefix, *more):
        home = self.folder / f"{command}{number}"
        home.mkdir()
        return Node(command, Shim(home, self.library), prefix, "--config", self.configuration, "--data", home, *more)

    def command(self, *words, timeout=120):
        return subprocess.run([str(BINARY), *words[:2], "--config", str(self.configuration), *map(str, words[2:])],
                              cwd=ROOT, capture_output=True, text=True, timeout=timeout)

    def _break(self, number, step):
        """The faults of one step, at the same time."""
        def one(fault):
            try:
                fault(self, random.Random(f"{self.seed}/{number}/{fault.__name__}"))
            except Exception as error:
                self.wrong.append(f"{fault.__name__}: {error!r} {traceback.format_exc(limit=-3)}")
        self.is_alone = len(step) == 1
        threads = [threading.Thread(target=one, args=(fault,)) for fault in step]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.done.update(fault.__name__ for fault in step)
        self._look_for_dead()

    def _look_for_dead(self):
        for node in self.nodes:
            if node.has_died():
                self.wrong.append(f"a {node.command} ended by itself with {node.process.returncode}: "
                                  + node.said()[-600:])
                node.is_meant_to_run = False

    def wait_ready(self, seconds, nodes=None):
        for node in nodes or self.nodes:
            if not node.wait(lambda: node.ready()[0] == 200, seconds):
                self.wrong.append(f"a {node.command} is not ready after {seconds} s: {node.ready()}: "
                                  + node.said()[-600:])

    def may_be_destroyed(self, ack):
        return self.fault is not None and self.fault.excuses(ack)

    def adopt(self, fault):
        """The way out after a log was replaced: `planetarium topics adopt`, and all processes restart."""
        for node in self.nodes:
            self.wrong += node.stop()
        caches = [self.folder / f"cache{number}" for number in range(len(self.webs))] if self.has_cache else []
        done = self.command("topics", "adopt", "--yes", "--cache", caches[0] if caches else "none")
        is_spared = fault.may_spare_lake and "nothing to adopt" in done.stdout
        if done.returncode != 0 or "Done." not in done.stdout and not is_spared:
            self.wrong.append(f"topics adopt: {done.returncode} {done.stdout}{done.stderr}")
        for cache in caches[1:]:
            shutil.rmtree(cache, ignore_errors=True)
        for node in self.nodes:
            node.start()
        self.wait_ready(60)
        self.load.wait_for(100)

    def board_of(self, web):
        found = web.wait(web.board, 30)
        assert found, f"no board from a web process: {web.ready()}"
        return found

    def _settle(self):
        self.load.hold()
        self.wait_ready(90)
        for web in self.webs:
            self.wrong += self.oracle.settled(
                self.journal, lambda: self.board_of(web), 60, may_be_destroyed=self.may_be_destroyed)
            # It has read what was then destroyed.
            if not self.oracle.destroyed and not web.wait(lambda: web.total() == self.oracle.living, 10):
                self.wrong.append(f"a web process has {web.total()} planets, should be {self.oracle.living}")
        self.destroyed = len(self.oracle.destroyed)

    def _finish(self):
        self._look_for_dead()
        for node in self.streams + self.webs:
            self.wrong += node.stop()
        self.wrong += self.oracle.verify()
        if self.destroyed and self.fault.names and "gone" not in self.oracle.verified:
            self.wrong.append(f"untold: verify does not name what was removed: {self.oracle.verified[-500:]}")


class Report:
    def __init__(self):
        self.runs = self.acknowledged = self.foreign = self.refusals = self.destroyed = 0
        self.done = collections.Counter()
        self.failed = {}

    def add(self, run):
        self.runs += 1
        self.done += run.done
        if hasattr(run, "journal"):
            self.acknowledged += run.acknowledged()
            self.foreign += len(run.journal.foreign)
            self.refusals += len(run.journal.rejects)
        self.destroyed += run.destroyed
        if run.wrong:
            self.failed[run.seed] = run.wrong

    def table(self):
        lines = ["| fault | times |", "|---|---|"]
        lines += [f"| {name.replace('_', ' ')} | {count} |" for name, count in sorted(self.done.items())]
        return "\n".join(lines + [
            "", f"{self.runs} runs: {self.acknowledged} records and {self.refusals} refusals acknowledged, "
            f"{self.foreign} records of other producers; destroyed by operators and told: {self.destroyed}; runs with "
            f"findings: {len(self.failed)} {sorted(self.failed)}"])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--runs", type=int, default=10)
    options.add_argument("--only", default="", help="names of faults, with commas: each run has these, in this order")
    options.add_argument("--without", default="", help="names of faults that are not chosen")
    options.add_argument("--minutes", type=float, default=1e9, help="no run begins after these")
    options.add_argument("--keep", help="a folder to which lakes and logs of runs with findings go")
    given = options.parse_args()
    only, without = ([getattr(kafka_faults, name) for name in names.split(",") if name]
                     for names in (given.only, given.without))
    begun, report = time.monotonic(), Report()
    with tempfile.TemporaryDirectory(prefix="planetarium-faults-") as folder:
        lab = Lab(folder)
        try:
            for seed in range(given.seed, given.seed + given.runs):
                if time.monotonic() - begun > given.minutes * 60:
                    break
                run, at = lab.run(seed, only or None, without), time.monotonic()
                run.go()
                report.add(run)
                now = time.monotonic()
                print(f"{now - begun:7.1f} s  seed {seed}, {now - at:.1f} s, {run.describe()}: {run.acknowledged()} "
                      f"acknowledged, {run.destroyed} destroyed, {len(run.wrong)} findings", flush=True)
                for sentence in run.wrong[:12]:
                    print("           " + sentence[:1500], flush=True)
                if run.wrong and given.keep:
                    for node in getattr(run, "nodes", []):
                        (run.folder / f"{node.command}-{node.address[-5:]}.log").write_text(node.said())
                    shutil.copytree(run.folder, Path(given.keep) / run.topic, dirs_exist_ok=True)
                shutil.rmtree(run.folder, ignore_errors=True)
        finally:
            lab.end()
    print(report.table())
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
