"""A lake of several days whose files were merged, by the running server or by `planetarium compact`: `verify` finds
nothing, also of earlier points, earlier boards are what they were, and a receipt leads to its row in the merged file.
The days are made with a clock that is set (Tests/Faults/shim.c)."""
import hashlib
import json
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from running import BINARY, ROOT, Server

sys.path.append(str(ROOT / "Tests" / "Faults"))
from shim import Shim  # noqa: E402

DAY = 86_400
OPTIONS = ("--partitions", "2", "--roll-age", "1")


def text(positions):
    return ",".join(f"{place}:{next}" for place, next in positions.items())


def planets(first, count):
    return [{"pl_name": f"Probe-{n} b", "discoverymethod": "Transit", "disc_year": 1995 + n % 30,
             "pl_rade": 1 + n % 37 / 3, "pl_orbper": 1 + n}
            for n in range(first, first + count)]


class Days:
    """A server over four days, the last of them today."""

    def __init__(self, folder):
        self.folder, self.shim = folder, Shim(folder)
        self.data, self.lake = folder / "data", folder / "data" / "lake"
        self.boards, self.receipts = [], []
        for day in range(-3, 1):
            server = self.start("--lake-compact", "0", offset=day * DAY)
            for _ in range(3):
                self.submit(server)
                server.wait(self.is_stored, 30, "a roll")
            server.stop()

    def start(self, *more, offset=0):
        self.shim.tell(offset=offset)
        self.server = server = Server(self.data, *OPTIONS, *more)
        server.environment = self.shim.environment(self.data)
        return server.start()

    def submit(self, server):
        step = len(self.boards)
        answers = [server.post(planets(step * 30, 40)), server.post({"pl_name": f"Bad-{step} b", "pl_rade": -1}),
                   server.session.delete(f"{server.url}/api/planets/probe-{step * 30 + 3}b")]
        assert [a.status_code for a in answers] == [201, 422, 200], [a.text for a in answers]
        for receipt in answers[0].json()["results"]:
            self.receipts.append((receipt["partition"], receipt["offset"]))
        wanted = (step + 1) * 41
        self.boards.append(server.board_when(lambda a: a["totals"]["records"] == wanted
                                             and a["totals"]["rejected"] == step + 1))

    def files(self, table):
        return sorted(self.lake.glob(f"{table}/dt=*/*.parquet"))

    def is_merged(self):
        """Whether each partition has one file a day that is over, and nothing is at work any more."""
        files = self.files("discoveries")
        over = [(f.parent, f.name.split("-p")[-1][:5]) for f in files if f.parent != files[-1].parent]
        jobs = list(self.lake.glob("_compaction/*"))
        return len(over) == len(set(over)) and jobs and all((job / "done.jsonl").exists() for job in jobs)

    def run_verify(self, *arguments):
        return subprocess.run([str(BINARY), "verify", str(self.lake), "--json", *arguments], capture_output=True,
                              text=True, timeout=120)

    def is_stored(self):
        """Whether the lake has all that the last board tells of."""
        return self.run_verify("--as-of", text(self.boards[-1]["positions"])).returncode == 0

    def verify(self, *arguments):
        done = self.run_verify(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def check(self, server):
        """Everything that was true of the lake in small files."""
        report = self.verify()
        for board in (self.boards[1], self.boards[5], self.boards[-1]):
            assert self.verify("--as-of", text(board["positions"]))["digest"] == board["digest"]
        for board in self.boards:
            earlier = server.get("/api/board", params={"as_of": text(board["positions"])})
            assert earlier.status_code == 200, earlier.text
            assert earlier.json()["digest"] == board["digest"] and earlier.json()["aggregates"] == board["aggregates"]
        for partition, offset in self.receipts[::29]:
            found = server.get(f"/api/receipts/{partition}/{offset}").json()
            file = self.lake / found["file"]["path"]
            assert hashlib.sha256(file.read_bytes()).hexdigest() == found["file"]["sha256"]
            row = pq.read_table(file, partitioning=None).slice(found["file"]["row"], 1).to_pylist()[0]
            assert (row["log_partition"], row["log_offset"]) == (partition, offset)
        return report


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    made = Days(tmp_path_factory.mktemp("days"))
    yield made
    made.server.stop()


def test_merged_by_the_server_then_by_the_command(days):
    small, rows = {t: len(days.files(t)) for t in ("discoveries", "aggregates")}, days.verify()
    assert small["discoveries"] >= 12, small
    # Idle moments of the running server.
    server = days.start()
    server.wait(days.is_merged, 60, "compaction")
    assert len(days.files("discoveries")) <= small["discoveries"] - 6
    days.submit(server)
    server.wait(days.is_stored, 30, "the lake")
    days.check(server)
    server.stop()
    # What it left, and with the day after: all but the newest day.
    later = days.start("--lake-compact", "0", offset=DAY)
    days.submit(later)
    later.stop()
    done = subprocess.run(
        [BINARY, "compact", days.lake, "--grace", "2", "--quiet"], env=days.shim.environment(days.data),
        capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    # Before a start tidies up.
    days.verify()
    folders = [f.parent for f in days.files("discoveries")]
    assert len(folders) <= 2 * len(set(folders)) + 2 and len(days.files("aggregates")) < small["aggregates"]
    server = days.start(offset=DAY)
    days.check(server)
    server.stop()


def test_aggregates_removed_by_age(days):
    before = days.files("aggregates")
    days.shim.tell(offset=DAY)
    done = subprocess.run(
        [BINARY, "compact", days.lake, "--retention-only", "--aggregates-days", "2", "--grace", "0", "--quiet"],
        env=days.shim.environment(days.data), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    gone = set(before) - set(days.files("aggregates"))
    assert gone and all(f.parent.name < time.strftime("dt=%Y-%m-%d", time.gmtime(time.time() - DAY)) for f in gone)
    server = days.start(offset=DAY)
    days.check(server)
    server.stop()
