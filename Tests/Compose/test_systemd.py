"""The unit of Scripts/systemd under systemd itself, in a container: set up by the very commands of docs/DEPLOY.md,
restarted under load, killed, told to open its files anew."""
import re
import tempfile
import threading
import time
from pathlib import Path

import pytest
import requests
from ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
# Of the image of Dockerfile: what `make build` leaves, in the place where it leaves it.
DOCKERFILE = """
FROM planetarium:0.1.0
USER root
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        systemd systemd-sysv dbus && rm -rf /var/lib/apt/lists/* && userdel planetarium
WORKDIR /src
COPY . Scripts/systemd/
RUN mkdir -p .build/release && mv /usr/local/bin/planetarium .build/release/ && mv /srv/planetarium/Public .build/page
STOPSIGNAL SIGRTMIN+3
ENTRYPOINT ["/sbin/init"]
CMD []
"""


def documented():
    """The commands under "As a service"."""
    text = (ROOT / "docs" / "DEPLOY.md").read_text().split("\n## As a service\n")[1]
    lines = re.search(r"(?:^    .*\n)+", text, re.M).group()
    return "\n".join(line[4:] for line in lines.splitlines())


class Machine:
    def __init__(self, engine, name, port):
        self.engine, self.name, self.url = engine, name, f"http://127.0.0.1:{port}"
        # All that systemd asks for and this machine itself may give; one cgroup hierarchy, the host's.
        engine.run("docker", "run", "-d", "--name", name, "--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE",
                   "--security-opt", "seccomp=unconfined", "--tmpfs", "/run", "--tmpfs", "/tmp", "--cgroupns", "host",
                   "-v", "/sys/fs/cgroup:/sys/fs/cgroup:rw", "-e", "container=docker", "-p", f"127.0.0.1:{port}:8080",
                   name)
        self.wait(lambda: self.tried("systemctl is-system-running") in ("running", "degraded"), "systemd")

    def run(self, command):
        return self.engine.run("docker", "exec", self.name, "sh", "-ec", command)

    def tried(self, command):
        return self.run(f"{command} || true")

    def shown(self, name):
        return self.run(f"systemctl show -p {name} --value planetarium.service")

    def is_ready(self):
        try:
            return requests.get(self.url + "/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def wait(self, true, what, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := true():
                return value
            time.sleep(0.2)
        raise AssertionError(f"{what}: {self.tried('journalctl --no-pager -n 40')}")


@pytest.fixture
def machine(engine):
    engine.run("docker-compose", "build", "web", cwd=ROOT, timeout=1500)
    name = "planetarium-systemd-test"
    with tempfile.TemporaryDirectory() as folder:
        for unit in (ROOT / "Scripts" / "systemd").iterdir():
            (Path(folder) / unit.name).write_bytes(unit.read_bytes())
        (Path(folder) / "Dockerfile").write_text(DOCKERFILE)
        engine.run("docker", "build", "-q", "-t", name, folder)
    try:
        yield Machine(engine, name, *free_ports(1))
    finally:
        engine.run("docker", "rm", "-f", name)
        engine.run("docker", "rmi", "-f", name)


def test_as_documented(machine):
    token = re.search(r"^plt_\S+", machine.run(documented()), re.M).group()
    machine.wait(machine.is_ready, "ready")
    assert machine.shown("NRestarts") == "0" and machine.tried("systemctl --failed --no-legend") == ""
    # systemd took the hardening as it is written.
    pid = machine.shown("MainPID")
    status = machine.run(f"cat /proc/{pid}/status")
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.M) and re.search(r"^Seccomp:\s+2$", status, re.M), status
    assert re.search(r"^CapBnd:\s+0+$", status, re.M), status
    assert machine.run(f"readlink /proc/{pid}/ns/mnt") != machine.run("readlink /proc/1/ns/mnt")
    exposure = machine.run("systemd-analyze security --no-pager planetarium.service")
    assert float(re.search(r"exposure level for planetarium.service: ([\d.]+)", exposure).group(1)) < 2.0, exposure

    # Nobody writes without the token; with it, three restarts under load cost no request.
    assert requests.post(machine.url + "/api/discoveries", json={"pl_name": "No b"}, timeout=10).status_code == 401
    done, stored, failures = threading.Event(), [], []

    def load(number):
        while not done.is_set():
            name = f"Unit-{number}-{len(stored)} b"
            try:
                answer = requests.post(machine.url + "/api/discoveries", json={"pl_name": name}, timeout=60,
                                       headers={"Authorization": f"Bearer {token}", "Connection": "close"})
                if answer.status_code == 503:  # nothing was taken, and it says so
                    time.sleep(0.02)
                    continue
                assert answer.status_code in (200, 201), answer.text
                stored.append(name)
            except Exception as error:  # whatever it is, the test names it
                failures.append(repr(error))
            time.sleep(0.02)  # below the limit of an address

    threads = [threading.Thread(target=load, args=(number,)) for number in range(2)]
    [thread.start() for thread in threads]
    for _ in range(3):
        before = len(stored)
        machine.wait(lambda: len(stored) > before + 20, "load")
        machine.run("systemctl restart planetarium.service")
    done.set()
    [thread.join() for thread in threads]
    assert failures == [] and len(stored) > 60

    def total():
        return requests.get(machine.url + "/api/planets?limit=1", timeout=10).json()["total"]

    assert total() == len(set(stored))
    # Killed, it is started again; HUP opens the log files anew; a stop is one that went well.
    pid = machine.shown("MainPID")
    machine.run(f"kill -9 {pid}")
    machine.wait(lambda: machine.shown("MainPID") not in ("0", pid) and machine.is_ready(), "another process")
    assert total() == len(set(stored))
    machine.run("cd /var/lib/planetarium && mv audit.ndjson audit.1 && systemctl reload planetarium.service")
    requests.post(machine.url + "/api/discoveries", json={"pl_name": "After b"}, timeout=10,
                  headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    machine.wait(lambda: "discoveries" in machine.tried("cat /var/lib/planetarium/audit.ndjson"), "a new audit log")
    assert machine.run("cat /var/lib/planetarium/audit.1 | wc -l") >= "1"
    machine.run("systemctl stop planetarium.socket planetarium.service")
    assert machine.shown("Result") == "success" and machine.shown("ExecMainStatus") == "0"
