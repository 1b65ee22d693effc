"""Kills the server at random moments: whatever it had written down, the board, the planets and the lake are in the end
those of a server that nothing disturbed."""
import json
import random
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import pytest
import requests

from running import BINARY, ROOT

sys.path.insert(0, str(ROOT / "Tests" / "Support"))
from ports import free_port  # noqa: E402


class Killable:
    running = []

    def __init__(self, data, *arguments):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.errors = data.with_name(data.name + ".errors")
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--listen", f"127.0.0.1:{self.port}", "--data", data, "--roll-rows", "700",
                 "--roll-age", "0.4", *arguments],
                cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)
        Killable.running.append(self.process)
        self.wait_for(lambda: requests.get(self.url + "/readyz", timeout=5).status_code == 200)

    def wait_for(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except requests.RequestException:
                pass
            assert self.process.poll() is None, "the server has ended"
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.02)

    def submit(self, body):
        try:
            answer = requests.post(self.url + "/api/discoveries", body,
                                   headers={"Content-Type": "application/x-ndjson"}, timeout=30)
        except requests.RequestException as error:
            time.sleep(1)
            raise AssertionError(f"{error}; the process: {self.process.poll()}\n{self.errors.read_text()[-3000:]}")
        assert answer.status_code < 300, answer.text

    def end(self, how):
        self.process.send_signal(how)
        return self.process.wait(60)

    def board(self):
        return requests.get(self.url + "/api/board", timeout=30).json()

    def complete(self, records):
        self.wait_for(lambda: self.board().get("aggregates", {}).get("totals", {}).get("records", -1) >= records)


def submission(rng, start, count):
    lines = []
    for _ in range(count):
        number = rng.randrange(start + 200)
        lines.append(json.dumps({
            "pl_name": f"Kill-{number} b", "hostname": f"Kill-{number}",
            "discoverymethod": rng.choice(["Transit", "Radial Velocity"]), "disc_year": rng.randrange(1995, 2026),
            "pl_rade": round(rng.uniform(0.5, 20), 3), "pl_orbper": round(rng.uniform(0.5, 900), 4),
            "sy_dist": round(rng.uniform(2, 3000), 2)}))
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def nothing_stays():
    yield
    for process in Killable.running:
        if process.poll() is None:
            process.kill()
            process.wait()
    Killable.running.clear()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_start_that_waits_for_its_lake_can_be_stopped(tmp_path, how):
    nobody = f"hdfs://127.0.0.1:{free_port()}/planetarium"
    process = subprocess.Popen(
        [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", tmp_path / "data", "--lake", nobody],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    Killable.running.append(process)
    assert "trying again" in process.stderr.readline()
    process.send_signal(how)
    # Status 1 would be the end of its own patience.
    log = process.stderr.read()
    assert process.wait(60) == 0 and "stopped while starting" in log


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kill_9_with_checkpoints(tmp_path, seed):
    rng = random.Random(seed)
    data = tmp_path / "data"
    options = ["--checkpoint-records", "500", "--checkpoint-age", "0.5"]
    restored = 0
    for round_ in range(6):
        server = Killable(data, *options)
        deadline = time.monotonic() + rng.uniform(0.7, 3)
        while time.monotonic() < deadline:
            server.submit(submission(rng, 400 * round_, rng.randrange(50, 400)))
            if rng.random() < 0.3:
                requests.delete(f"{server.url}/api/planets/kill{rng.randrange(300)}b", timeout=10)
        restored += 'planetarium_checkpoints_total{fate="restored"} 1' in requests.get(
            server.url + "/metrics", timeout=5).text
        server.end(signal.SIGKILL)
        if round_ == 3:
            # The newest one is damaged as well.
            newest = sorted((data / "lake" / "_checkpoint").glob("all-*.ckpt"))[-1]
            content = bytearray(newest.read_bytes())
            content[len(content) // 2] ^= 1
            newest.write_bytes(content)
    server = Killable(data, *options)
    lake = data / "lake"
    assert server.end(signal.SIGTERM) == 0
    assert restored >= 2

    # The same log, another lake, no past.
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    for file in data.glob("log.db*"):
        shutil.copy(file, fresh / file.name)
    other = Killable(fresh, "--checkpoint-records", "0")
    server = Killable(data, *options)
    rows = duckdb.sql(f"select count(*) from read_parquet('{lake}/discoveries/*/*.parquet')").fetchall()[0][0]
    server.complete(rows), other.complete(rows)
    # Some records have no row there: both have read the log to its end when they have read it equally far.
    server.wait_for(lambda: server.board()["positions"] == other.board()["positions"])
    mine, theirs = server.board(), other.board()
    assert mine["digest"] == theirs["digest"]
    assert mine["aggregates"] == theirs["aggregates"]
    planets = [requests.get(s.url + "/api/planets?limit=1000", timeout=30).json() for s in (server, other)]
    assert planets[0] == planets[1]
    assert server.end(signal.SIGTERM) == 0 and other.end(signal.SIGTERM) == 0
    for table, order in [("discoveries", "log_offset"), ("predictions", "log_offset"), ("rejected", "log_offset")]:
        files = [sorted((base / "lake" / table).glob("*/*.parquet")) for base in (data, fresh)]
        if not any(files):
            continue
        # Numbers, because DuckDB wants another package for time stamps with a zone.
        columns = "*" if table == "predictions" else "* replace (epoch_us(log_timestamp) as log_timestamp)"
        both = [duckdb.sql(
            f"select {columns} from read_parquet({[str(f) for f in some]}, hive_partitioning=false) order by "
            f"{order}").fetchall() for some in files]
        assert both[0] == both[1], table
    last = [
        duckdb.sql(
            f"""select * exclude (log_timestamp)
            from read_parquet('{base}/lake/aggregates/*/*.parquet', hive_partitioning=false)
            where roll_last_offset = (
                select max(roll_last_offset) from read_parquet('{base}/lake/aggregates/*/*.parquet'))
            order by aggregate, "group" """).fetchall()
        for base in (data, fresh)]
    assert last[0] == last[1]
