"""/readyz of a server whose disks give trouble: 503 with the reason, also while nothing is sent, and 200 by itself once
it is over. Faults by the shim, and a real file system that is full."""
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "EndToEnd"))
from running import Server  # noqa: E402
from shim import Shim  # noqa: E402

PLANET = {"pl_name": "Trouble 1 b", "hostname": "Trouble 1", "discoverymethod": "Transit", "disc_year": 2020}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return Shim(tmp_path_factory.mktemp("shim")).library


def reason(server):
    answer = server.get("/readyz")
    return answer.json()["detail"] if answer.status_code == 503 and "Retry-After" in answer.headers else ""


def told(server, *words):
    server.wait(lambda: all(word in reason(server) for word in words), 60, f"a reason with {words}")


def started(folder, shim, below):
    server = Server(folder / "data", "--roll-age", "0.2")
    server.environment = shim.environment(below)
    return server.start()


@pytest.mark.parametrize("error, said", [
    ("ENOSPC", "No space left"), ("EROFS", "Read-only file system"), ("EIO", "Input/output error")])
@pytest.mark.parametrize("is_sending", [False, True])
def test_a_lake_that_takes_nothing(tmp_path, library, error, said, is_sending):
    shim = Shim(tmp_path, library)
    server = started(tmp_path, shim, tmp_path / "data" / "lake")
    try:
        shim.tell(error)
        if is_sending:
            # The log takes it; the lake will have it once there is room.
            assert server.post(PLANET).status_code == 201
        told(server, "lake", said)
        assert re.search(r"^planetarium_lake_failures_total [1-9]", server.get("/metrics").text, re.MULTILINE)
        shim.tell()
        server.wait_ready(60)
        if is_sending:
            lake = tmp_path / "data" / "lake"
            server.wait(lambda: list(lake.glob("discoveries/dt=*/planet-*.parquet")), 60, "rows")
    finally:
        shim.tell()
        server.stop()


@pytest.mark.parametrize("error", ["ENOSPC", "EROFS", "EIO"])
def test_a_log_that_takes_nothing(tmp_path, library, error):
    shim = Shim(tmp_path, library)
    # The whole folder: log and lake on one disk.
    server = started(tmp_path, shim, tmp_path / "data")
    try:
        shim.tell(error)
        answer = server.post(PLANET)
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0, answer.text
        told(server, "log")
        # It stays so while nothing is sent that could show it.
        server.wait(lambda: "cannot write" in reason(server) or "lake" in reason(server), 60, "a reason that stays")
        shim.tell()
        server.wait_ready(60)
        assert server.post(PLANET).status_code == 201
    finally:
        shim.tell()
        server.stop()


def test_a_file_system_that_is_really_full(tmp_path):
    """The lake in 1 MiB of memory, filled up by another file."""
    lake = tmp_path / "data" / "lake"
    lake.mkdir(parents=True)
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", lake],
                                           capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        server = Server(tmp_path / "data", "--roll-age", "0.2").start()
        other = lake / "_other"
        with open(other, "wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(4096))
        assert server.post(PLANET).status_code == 201
        told(server, "lake", "No space left")
        other.unlink()
        server.wait_ready(60)
        server.wait(lambda: list(lake.glob("discoveries/dt=*/planet-*.parquet")), 60, "rows")
        server.stop()
    finally:
        subprocess.run(["umount", lake], check=True)
