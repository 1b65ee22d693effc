"""The service on a metastore of Hive 4.0.1. Run by `make test-hive`; skipped without PLANETARIUM_HIVE."""
import os
import socket
import subprocess
import sys
import threading

import pytest

if "PLANETARIUM_HIVE" not in os.environ:
    pytest.skip("PLANETARIUM_HIVE is not set (make test-hive)", allow_module_level=True)

from running import BINARY, ROOT

sys.path.insert(0, str(ROOT / "Tests" / "Support" / "hive"))
from metastore import Metastore

TABLES = ["aggregates", "discoveries", "predictions", "rejected"]


@pytest.fixture(scope="module")
def metastore(tmp_path_factory):
    with Metastore(tmp_path_factory.mktemp("metastore4"), "4.0.1") as running:
        yield running


@pytest.fixture
def hanging():
    """The address of a port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"thrift://127.0.0.1:{listener.getsockname()[1]}"


def hive(*arguments):
    return subprocess.run([str(BINARY), "hive", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
                          timeout=120)


def metric(server, name):
    [line] = [line for line in server.get("/metrics").text.splitlines() if line.startswith(name + " ")]
    return float(line.split()[1])


def submit(server):
    assert server.post([{"pl_name": "Ünïcode-1 b", "hostname": "☆"}, {"pl_name": ""}]).status_code == 207


def test_tables_and_partitions_are_kept(metastore, server_at, tmp_path):
    options = ["--hive", metastore.address, "--hive-database", "kept", "--data", tmp_path / "data"]
    server = server_at(tmp_path / "data", "--roll-age", "1", *options[:4])
    submit(server)
    server.wait(lambda: metric(server, "planetarium_hive_partitions_total") >= 4
                and metric(server, "planetarium_hive_trouble") == 0, 60, "partitions")
    checked = hive("check", *options)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    # What the service has made is there: nothing is left to repair, and a check of another lake finds what differs.
    other = hive("check", *options[:4], "--data", tmp_path / "other")
    assert other.returncode == 1
    for table in TABLES:
        assert f"table kept.{table} in the metastore is left alone, because its location is" in other.stdout


def test_what_is_no_metastore_is_called_so(tmp_path):
    """Another status than that of a metastore that is away: trying again will not help."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        web = threading.Thread(target=answer, daemon=True)
        web.start()
        checked = hive("check", "--hive", f"thrift://127.0.0.1:{listener.getsockname()[1]}", "--data", tmp_path)
        web.join(10)
    assert checked.returncode == 1 and "not a Hive metastore" in checked.stderr, checked


def test_a_metastore_that_hangs_is_passed_over(metastore, hanging, server_at, tmp_path):
    server = server_at(tmp_path / "data", "--roll-age", "1", "--hive", f"{hanging},{metastore.address}",
                       "--hive-database", "passed", "--hive-timeout", "1")
    submit(server)
    server.wait(lambda: metric(server, "planetarium_hive_partitions_total") >= 4
                and metric(server, "planetarium_hive_trouble") == 0, 60, "partitions")
