"""The project's docker-compose.yml on an engine, under a name and ports of its own."""
import os
import signal
import sys
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests" / name) for name in ("EndToEnd", "Faults", "Support", "Support/docker")]
from ports import free_ports  # noqa: E402


class Stack:
    def __init__(self, engine, *options):
        self.engine, self.options = engine, options
        self.project = f"planetarium-test-{os.getpid()}"
        self.port, self.kafka_port = free_ports(2)
        engine.environment |= {"PLANETARIUM_PORT": str(self.port), "KAFKA_PORT": str(self.kafka_port)}
        self.url = f"http://127.0.0.1:{self.port}"

    def compose(self, *command, timeout=600):
        return self.engine.run("docker-compose", "-p", self.project, *self.options, *command, cwd=ROOT,
                               timeout=timeout)

    def containers(self, service):
        return self.compose("ps", "-q", service).split()

    def inspect(self, container, form):
        return self.engine.run("docker", "inspect", "-f", form, container)

    def kill(self, container):
        """SIGKILL to the container's first process, from outside; the engine starts it again."""
        pid = int(self.inspect(container, "{{.State.Pid}}"))
        assert pid > 0
        os.kill(pid, signal.SIGKILL)
        self.wait(lambda: self.inspect(container, "{{.State.Pid}}") not in ("0", str(pid)), 60, "another process")

    def volume(self, name):
        """Where the engine keeps a volume of the project."""
        return Path(self.engine.run("docker", "volume", "inspect", "-f", "{{.Mountpoint}}", f"{self.project}_{name}"))

    def board(self):
        answer = requests.get(self.url + "/api/board", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def asked(self, service, address):
        """What a process answers inside the network; nothing while its container does not run."""
        try:
            return self.compose("exec", "-T", service, "curl", "-sS", address)
        except AssertionError:
            return ""

    def wait_ready(self, seconds=120):
        self.wait(lambda: requests.get(self.url + "/readyz", timeout=5).status_code == 200, seconds, "ready")

    def wait_healthy(self, service, seconds=120):
        """Until the engine's own health check of each container of the service says so."""
        form = "{{.State.Health.Status}}"
        self.wait(lambda: {self.inspect(each, form) for each in self.containers(service)} == {"healthy"}, seconds,
                  f"{service} healthy")

    def wait(self, true, seconds, what):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if value := true():
                    return value
            except requests.RequestException:
                pass
            time.sleep(0.2)
        raise AssertionError(f"{what} did not come within {seconds} s\n{self.compose('logs', '--tail=40')[-6000:]}")

    def remove(self):
        """Containers, network and volumes."""
        self.compose("down", "-v", "--remove-orphans", "-t", "5")
