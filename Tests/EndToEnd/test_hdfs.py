"""`planetarium serve --lake hdfs://...` on a real HDFS: every receipt once in the lake, whatever is killed; one writer
at a time.

Needs PLANETARIUM_HDFS_FOLDER, the folder of a running Tests/Support/hdfs/hdfs.py (`make test-hdfs`).
"""
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import requests

from cluster import Cluster
from running import BINARY, ROOT

FOLDER = os.environ.get("PLANETARIUM_HDFS_FOLDER")
pytestmark = pytest.mark.skipif(not FOLDER, reason="PLANETARIUM_HDFS_FOLDER names no running HDFS")


def hdfs(*words):
    script = ROOT / "Tests" / "Support" / "hdfs" / "hdfs.py"
    return subprocess.run([sys.executable, script, FOLDER, *words], check=True, capture_output=True,
                          text=True).stdout.strip()


class Lake:
    """A folder of its own in HDFS, read with pyarrow through WebHDFS."""

    def __init__(self):
        self.node = hdfs("address")
        self.folder = f"/planetarium-tests/{uuid.uuid4()}"
        self.address = f"hdfs://{self.node}{self.folder}"

    def ask(self, path, operation, **parameters):
        url = f"http://{self.node}/webhdfs/v1{self.folder}/{path}"
        return requests.get(url, params={"op": operation, "user.name": "root", **parameters}, timeout=30)

    def names(self, path):
        answer = self.ask(path, "LISTSTATUS_BATCH")
        if answer.status_code == 404:
            return []
        listing = answer.json()["DirectoryListing"]
        entries, left = listing["partialListing"]["FileStatuses"]["FileStatus"], listing["remainingEntries"]
        while left:
            listing = self.ask(path, "LISTSTATUS_BATCH",
                               startAfter=entries[-1]["pathSuffix"]).json()["DirectoryListing"]
            entries = entries + listing["partialListing"]["FileStatuses"]["FileStatus"]
            left = listing["remainingEntries"]
        return [entry["pathSuffix"] for entry in entries]

    def files(self, table):
        return [f"{table}/{day}/{name}" for day in self.names(table) for name in self.names(f"{table}/{day}")]

    def read(self, table):
        parts = [pq.ParquetFile(io.BytesIO(self.ask(path, "OPEN").content), page_checksum_verification=True).read()
                 for path in self.files(table) if path.endswith(".parquet")]
        return pa.concat_tables(parts) if parts else None

    def receipts(self):
        """(partition, offset) -> key; a row stored twice fails."""
        table = self.read("discoveries")
        found = {}
        for partition, offset, key in zip(*(table[c].to_pylist() for c in ("log_partition", "log_offset", "key"))):
            assert (partition, offset) not in found, f"offset {offset} stored twice"
            found[partition, offset] = key
        return found


@pytest.fixture
def lake():
    hdfs("start")
    return Lake()


@pytest.fixture
def serve(server_at, tmp_path, lake):
    def make(data="data"):
        return server_at(tmp_path / data, "--lake", lake.address, "--hdfs-user", "root", "--roll-age", "0.5")
    return make


def post_until_taken(server, name):
    """As a client does that wants it stored: again under the same Idempotency-Key while nobody answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            answer = server().post({"pl_name": name, "pl_rade": 1.5}, Idempotency_Key=name.replace(" ", "-"))
            if answer.status_code == 201:
                return answer.json()
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{name} was not taken")


def test_every_receipt_is_once_in_the_lake_whatever_is_killed(serve, lake):
    running = [serve()]
    receipts = {}

    def submit():
        for index in range(400):
            receipt = post_until_taken(lambda: running[0], f"HDFS-{index} b")
            receipts[receipt["partition"], receipt["offset"]] = receipt["key"]
            time.sleep(0.05)

    client = threading.Thread(target=submit)
    client.start()
    try:
        time.sleep(4)
        running[0].kill()
        # Its lock is not waited for: its process is gone from this machine.
        running[0] = serve()
        time.sleep(3)
        hdfs("kill", "nn")
        time.sleep(3)
        hdfs("start", "nn")
        time.sleep(2)
        # Both at once: the service is killed while HDFS is away.
        hdfs("kill", "nn")
        time.sleep(1)
        running[0].kill()
        back = threading.Thread(target=hdfs, args=("start", "nn"))
        back.start()
        running[0] = serve()
        back.join()
        time.sleep(2)
        hdfs("kill", "dn")
        time.sleep(2)
        hdfs("start", "dn")
    finally:
        client.join()
    assert len(receipts) == 400
    running[0].wait(lambda: lake.receipts() == receipts, 180, "all receipts in the lake")
    running[0].stop()
    assert lake.receipts() == receipts
    # The files of interrupted rolls are gone, and every table has the same rows.
    assert not [path for table in ("discoveries", "predictions", "aggregates") for path in lake.files(table)
                if not path.endswith(".parquet")]
    assert lake.read("predictions").num_rows == 400


def test_a_second_service_on_the_lake_is_refused_and_told_by_whom(serve, lake, tmp_path):
    first = serve()
    again = subprocess.run(
        [str(BINARY), "serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "other"), "--lake", lake.address,
         "--hdfs-user", "root"],
        cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert again.returncode == 1
    assert re.search(rf"is being written by pid {first.process.pid} on \S+; stop that one", again.stderr), again.stderr
    first.stop()
    # The lock is free, but the lake is another log's.
    with pytest.raises(AssertionError, match="was made from the log"):
        serve("other")
    serve().stop()


def test_a_stop_while_hdfs_is_away_takes_seconds_and_loses_nothing(serve, lake):
    server = serve()
    receipt = server.post({"pl_name": "Away-1 b"}).json()
    hdfs("freeze", "nn")
    try:
        more = server.post({"pl_name": "Away-2 b"}).json()
        time.sleep(2)
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 20
    finally:
        hdfs("thaw", "nn")
    serve().stop()
    assert set(lake.receipts().values()) == {receipt["key"], more["key"]}


def test_a_stream_process_that_sleeps_through_its_lease_changes_nothing(lake, tmp_path):
    """Two stream processes share a lake in HDFS; one is stopped until the other has its partitions, and goes on
    then."""
    try:
        cluster = Cluster(tmp_path, partitions=2)
    except LookupError as error:
        pytest.skip(str(error))
    options = ["--lake", lake.address, "--hdfs-user", "root", "--hdfs-lease", "5", "--kafka-property",
               "session.timeout.ms=6000"]
    receipts = {}

    def submit(first, count):
        for index in range(first, first + count):
            receipt = post_until_taken(lambda: web, f"Lease-{index} b")
            receipts[receipt["partition"], receipt["offset"]] = receipt["key"]

    try:
        web = cluster.web(ready=False)
        streams = [cluster.stream(*options), cluster.stream(*options)]
        cluster.wait_shared(streams, partitions=2)
        submit(0, 60)
        sleeper, other = streams
        sleeper.process.send_signal(signal.SIGSTOP)
        submit(60, 60)
        cluster.wait_shared([other], partitions=2, seconds=60)
        submit(120, 30)
        cluster.wait(lambda: lake.receipts() == receipts, 180, "all receipts in the lake")
        sleeper.process.send_signal(signal.SIGCONT)
        submit(150, 60)
        cluster.wait_shared(streams, partitions=2, seconds=60)
        submit(210, 30)
        cluster.wait(lambda: lake.receipts() == receipts, 180, "all receipts in the lake")
        for stream in streams:
            stream.stop()
        assert lake.receipts() == receipts and len(receipts) == 240
    finally:
        cluster.close()


def test_a_token_is_never_shown(tmp_path):
    env = dict(os.environ, PLANETARIUM_HDFS_TOKEN="very-secret-token")
    run = subprocess.run(
        [str(BINARY), "serve", "--listen", "127.0.0.1:0", "--data", str(tmp_path), "--lake",
         f"hdfs://{hdfs('address')}/planetarium-tests/x"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1
    assert "lake" in run.stderr and "secret" not in run.stderr + run.stdout


def test_a_lake_whose_log_was_lost_goes_on_with_another(serve, lake, tmp_path):
    first = serve()
    receipts = [first.post({"pl_name": f"Old {n} b", "pl_rade": 1.5}).json() for n in range(30)]
    assert [receipt["offset"] for receipt in receipts] == list(range(30))
    first.stop()
    for path in (tmp_path / "data").glob("log.db*"):
        path.unlink()
    lake_of = ["--lake", lake.address, "--hdfs-user", "root"]
    refused = subprocess.run([BINARY, "serve", "--listen", "127.0.0.1:0", "--data", tmp_path / "data", *lake_of],
                             capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1 and "topics adopt" in refused.stderr, refused.stderr

    def adopt(*arguments):
        done = subprocess.run([BINARY, "topics", "adopt", "--data", tmp_path / "data", *lake_of, *arguments],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout
    assert "Nothing was changed" in adopt("--dry-run")
    assert "Done." in adopt()
    assert "nothing to adopt" in adopt()
    second = serve()
    assert second.get("/api/planets?limit=1").json()["total"] == 30
    receipts = [second.post({"pl_name": f"New {n} b", "pl_rade": 1.5}).json() for n in range(20)]
    assert [receipt["offset"] for receipt in receipts] == list(range(20))
    second.wait(lambda: len(lake.receipts()) == 50, 30, "all records in the lake")
    assert sorted(offset for _, offset in lake.receipts()) == list(range(50))
    proof = second.get("/api/receipts/0/3?key=new3b").json()
    assert proof["stored"] is True and proof["file"]["path"], proof
    second.stop()
    agreed = subprocess.run([BINARY, "verify", lake.address, "--hdfs-user", "root", "--quiet"], capture_output=True,
                            text=True, timeout=120)
    assert agreed.returncode == 0 and "chapter 2" in agreed.stdout, agreed.stdout + agreed.stderr
