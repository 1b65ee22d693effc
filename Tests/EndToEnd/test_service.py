"""The server under a supervisor: sockets that are handed over, restarts under load, the unit's hardening."""
import http.client
import re
import shutil
import socket
import subprocess
import threading
import time

import pytest

from access import run
from running import BINARY, ROOT, Server

UNITS = ROOT / "Scripts" / "systemd"
# What systemd does: the socket as descriptor 3, and the variables for this very process.
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web")
os.execv(sys.argv[2], sys.argv[2:])
"""


class SupervisedServer(Server):
    """A server whose socket belongs to the test."""

    def __init__(self, data, listener, *arguments):
        super().__init__(data, *arguments)
        self.listener = listener

    def start(self, ready=True):
        real = subprocess.Popen

        def handing_over(command, **kw):
            own = self.listener.fileno()
            return real(["python3", "-c", HAND_OVER, str(own), *command], pass_fds=[own], **kw)

        subprocess.Popen = handing_over
        try:
            return super().start(ready)
        finally:
            subprocess.Popen = real


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as one:
        yield one


def test_a_socket_that_was_handed_over_is_served(tmp_path, listener):
    with SupervisedServer(tmp_path / "data", listener) as server:
        assert server.port == listener.getsockname()[1]
        assert server.get("/livez").status_code == 200


def test_who_may_write_is_asked_of_the_socket_that_was_handed_over(tmp_path):
    with socket.create_server(("0.0.0.0", 0)) as everywhere:
        refused = subprocess.run(
            ["python3", "-c", HAND_OVER, str(everywhere.fileno()), str(BINARY), "serve", "--data",
             str(tmp_path / "data")], pass_fds=[everywhere.fileno()], capture_output=True, text=True, timeout=30)
        assert refused.returncode == 2 and "--open" in refused.stderr, refused.stderr


@pytest.mark.parametrize("keep", [True, False], ids=["kept connections", "new connections"])
def test_a_restart_under_load_loses_nothing(tmp_path, listener, keep):
    """Clients that send again on no error whatever: each request is answered, over three restarts."""
    done, failures, stored = threading.Event(), [], []

    def load(number):
        connection, count = None, 0
        while not done.is_set():
            count += 1
            name = f"Load-{number}-{count} b"
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("POST", "/api/discoveries", f'{{"pl_name":"{name}"}}',
                                   {"Content-Type": "application/json"} | ({} if keep else {"Connection": "close"}))
                answer = connection.getresponse()
                body = answer.read()
                if answer.status == 503:  # nothing was taken, and it says so
                    time.sleep(0.02)
                    continue
                assert answer.status == 201, body
                stored.append(name)
                if not keep or answer.getheader("Connection") == "close":
                    connection.close()
                    connection = None
            except Exception as error:  # whatever it is, the test names it
                failures.append(repr(error))
                connection = None

    port = listener.getsockname()[1]
    with SupervisedServer(tmp_path / "data", listener) as server:
        threads = [threading.Thread(target=load, args=(number,)) for number in range(6)]
        [thread.start() for thread in threads]
        for _ in range(3):
            before = len(stored)
            server.wait(lambda: len(stored) > before + 50, 30, "load")
            server.stop()
            server.start()
        done.set()
        [thread.join() for thread in threads]
        assert failures == [] and len(stored) > 150
        assert server.get("/api/planets?limit=1").json()["total"] == len(stored)


def test_the_unit_is_hardened(tmp_path):
    analyse = shutil.which("systemd-analyze")
    if not analyse:
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run([analyse, "security", "--offline=true", "--no-pager", UNITS / "planetarium.service"],
                          capture_output=True, text=True, timeout=60)
    exposure = float(re.search(r"exposure level for planetarium.service: ([\d.]+)", done.stdout).group(1))
    assert exposure < 2.0, done.stdout
    # What it starts is there, and takes these arguments.
    unit = (UNITS / "planetarium.service").read_text()
    command = re.search(r"^ExecStart=\S*planetarium (\w+) --config", unit, re.M).group(1)
    file = tmp_path / "conf"
    file.write_text("tokens = /var/lib/planetarium/tokens\n")
    assert run("config", command, "--config", file).returncode == 0
