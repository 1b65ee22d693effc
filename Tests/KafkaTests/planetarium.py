"""Planetarium's processes around a cluster of Apache Kafka, and what its lake holds."""
import collections
import json
import subprocess
import sys
import threading
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests" / "EndToEnd"), str(ROOT / "Tests" / "Support" / "kafka")]

import lake  # noqa: E402
from running import BINARY, Server  # noqa: E402


def run(command, *arguments, timeout=90):
    """A command of Planetarium to its end."""
    line = [str(BINARY), *command.split(), *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=timeout)


class Process(Server):
    """`serve`, `web` or `stream`, with rolls of a second where nothing else is asked for."""

    def __init__(self, data, log, *arguments, command="serve"):
        super().__init__(data, "--log", f"kafka://{log}", *arguments)
        self.command = command
        if command != "web" and "--roll-age" not in arguments:
            self.arguments += ["--roll-age", "1"]

    def start(self, ready=True):
        if self.command == "stream":
            return self._start_stream(ready)
        return super().start(ready)

    def _start_stream(self, ready):
        self.process = subprocess.Popen(
            [str(BINARY), "stream", "--status-listen", "127.0.0.1:0", "--data", str(self.data), *self.arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self._collect_errors, args=(self.process,), daemon=True).start()
        line = self.process.stdout.readline()
        assert "http://" in line, f"{line!r} {self.said()}"
        self.url = "http://" + line.split("http://")[1].strip().rstrip("/")
        if ready:
            self.wait_ready()
        return self

    @property
    def is_running(self):
        return self.process.poll() is None

    def said(self):
        """Its log lines."""
        return "".join(self.errors)

    def submit(self, name, **columns):
        """The status of a submission; 0 without an answer. Any thread may call it."""
        body = json.dumps({"pl_name": name, "pl_rade": 1.5} | columns)
        try:
            headers = {"Content-Type": "application/json"}
            return requests.post(self.url + "/api/discoveries", data=body, headers=headers, timeout=60).status_code
        except requests.RequestException:
            return 0

    def receipt(self, name, **columns):
        answer = self.post({"pl_name": name, "pl_rade": 1.5} | columns)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def ready(self):
        """The status of /readyz, and what it says; 0 without an answer."""
        try:
            answer = requests.get(self.url + "/readyz", timeout=10)
            return answer.status_code, answer.text
        except requests.RequestException as error:
            return 0, str(error)

    def total(self):
        return self.get("/api/planets?limit=1").json()["total"]

    def stored(self):
        """Planet -> rows in the lake."""
        table = lake.read(self.data, "discoveries")
        return collections.Counter(table["pl_name"].to_pylist() if table else [])

    def wait_stored(self, count, seconds=30):
        """Waits until the lake has this many rows."""
        self.wait(lambda: self.stored().total() == count, seconds, f"{count} rows in the lake")

    def verify(self):
        return run("verify", Path(self.data) / "lake", "--quiet")


class Load:
    """Threads that submit new planets without rest, and remember which were acknowledged."""

    def __init__(self, process, threads=8):
        self.process = process
        self.acknowledged = set()
        self.answers = collections.Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._submit, args=(n,)) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def _submit(self, thread):
        number = 0
        while not self._stop.is_set():
            name = f"Load-{thread} {number} b"
            number += 1
            status = self.process.submit(name)
            self.answers[status] += 1
            if status in (200, 201):
                self.acknowledged.add(name)
            else:
                self._stop.wait(0.1)

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def check(self, process):
        """Every acknowledged record is in the lake, and none twice."""
        process.wait(lambda: self.acknowledged <= process.stored().keys(), 60, "every acknowledged record in the lake")
        twice = [name for name, count in process.stored().items() if count > 1]
        assert not twice, f"{len(twice)} stored twice, {self.answers}"
        assert len(self.acknowledged) > 100, self.answers
