"""Web and stream processes around a Kafka-protocol broker (Tests/Support/kafka-broker: noida-db behind a proxy; no
Apache Kafka).

All parts are started here and stopped by their own pid.
"""
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import requests

from running import BINARY, ROOT, Server, until

BROKER = ROOT / "Tests" / "Support" / "kafka-broker" / "broker.py"


class Broker:
    """The broker; `address` is where clients find it."""

    def __init__(self, data: Path):
        self.process = subprocess.Popen([sys.executable, BROKER, str(data)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().strip()
        if not line:
            self.missing = self.process.wait(30) == 3
            raise LookupError("noida-db is not installed" if self.missing else "the broker did not start")
        self.address = line

    def tell(self, command):
        """hang, resume or cut (see broker.py)."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def kill(self):
        """Cuts the broker off from its clients and ends it (see broker.py)."""
        self.tell("kill")
        assert self.process.stdout.readline() == "killed\n"

    def start_again(self):
        self.tell("start")
        assert self.process.stdout.readline() == "started\n"

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)


class Stream:
    """One `planetarium stream` process."""

    def __init__(self, data: Path, *arguments: str):
        self.process = subprocess.Popen(
            [str(BINARY), "stream", "--data", str(data), "--status-listen", "127.0.0.1:0", *arguments],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors = []
        threading.Thread(target=self._collect, daemon=True).start()
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"{line!r} {''.join(self.errors[-20:])}"
        self.url = found.group(0).rstrip("/")

    def _collect(self):
        for line in self.process.stderr:
            self.errors.append(line)
            del self.errors[:-2000]

    def status(self):
        return requests.get(self.url + "/api/stream", timeout=10).json()

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(40) == 0, "".join(self.errors[-30:])


class Web(Server):
    command = "web"

    @classmethod
    def at(cls, running):
        """A client of its own for a running process: a session belongs to one thread."""
        made = cls(running.data)
        made.url = running.url
        return made

    def kill(self):
        if self.process and self.process.poll() is None:
            super().kill()


class Cluster:
    """A broker, its topics, and the processes around it."""

    def __init__(self, folder: Path, partitions=6):
        self.folder = folder
        self.broker = Broker(folder / "broker")
        self.log = "kafka://" + self.broker.address
        self.webs, self.streams = [], []
        made = self.run("topics", "create", "--partitions", str(partitions))
        assert made.returncode == 0, made.stderr

    def run(self, command, *arguments, timeout=60):
        return subprocess.run([str(BINARY), command, *arguments, "--log", self.log], cwd=ROOT, capture_output=True,
                              text=True, timeout=timeout)

    def web(self, *arguments, ready=True):
        web = Web(self.folder / "web", "--log", self.log, *arguments)
        self.webs.append(web)
        return web.start(ready)

    def serve(self, *arguments):
        """Web and stream in one process."""
        web = Web(self.folder, "--log", self.log, "--roll-age", "1", *arguments)
        web.command = "serve"
        self.webs.append(web)
        return web.start()

    def stream(self, *arguments):
        stream = Stream(self.folder, "--log", self.log, "--roll-age", "1", *arguments)
        self.streams.append(stream)
        return stream

    def wait(self, true, seconds=90, what="condition"):
        processes = self.streams + self.webs
        return until(true, seconds, what, lambda: "\n--\n".join("".join(p.errors[-12:]) for p in processes))

    def wait_shared(self, streams, partitions=6, seconds=90):
        """Until each of the streams has partitions, and together all."""
        def shared():
            own = [[p for p in s.status()["partitions"] if p.startswith("planet-discoveries/")] for s in streams]
            return all(own) and sorted(sum(own, [])) == sorted(f"planet-discoveries/{n}" for n in range(partitions))
        self.wait(shared, seconds, "the sharing")

    def close(self):
        for process in self.streams + self.webs:
            process.kill()
        self.broker.stop()
