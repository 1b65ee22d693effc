"""A running `planetarium serve`: one process on a free port with a data folder of its own.

The binary is the release build (PLANETARIUM_BINARY names another). Every server is stopped by its own pid.
"""
import json
import os
import re
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("PLANETARIUM_BINARY", ROOT / ".build" / "release" / "planetarium"))
SAMPLE = ROOT / "Samples" / "nasa_pscomppars_2025-12-15.csv"


def until(true, seconds, what, log):
    """Polls until `true()` holds, and gives its value; fails after `seconds`, with what `log()` says."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if value := true():
                return value
        except requests.RequestException:  # an answer that takes too long, too
            pass
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come within {seconds} s; log: {log()}")


class Server:
    """One `planetarium serve` process; `with Server(…) as server` starts it, and kills it in the end."""
    command = "serve"
    binary = BINARY

    def __init__(self, data: Path, *arguments: str, listen: str = "127.0.0.1:0"):
        self.data = Path(data)
        self.arguments = list(arguments)
        self.listen = listen
        self.process = None
        self.environment = None
        self.errors = []
        self.session = requests.Session()

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.kill()

    def start(self, ready=True):
        self.process = subprocess.Popen(
            [str(self.binary), self.command, "--listen", self.listen, "--data", str(self.data), *self.arguments],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self._collect_errors, args=(self.process,), daemon=True).start()
        line = self.process.stdout.readline()
        found = re.search(r"https?://\S+", line)
        if not found:
            self.process.wait(10)
            raise AssertionError(f"no address printed: {line!r}; {''.join(self.errors[-20:])}")
        self.url = found.group(0).rstrip("/")
        self.port = int(self.url.rsplit(":", 1)[1])
        if ready:
            self.wait_ready()
        return self

    def _collect_errors(self, process):
        for line in process.stderr:
            self.errors.append(line)
            del self.errors[:-2000]

    def wait_ready(self, seconds=60):
        self.wait(lambda: self.get("/readyz").status_code == 200, seconds, "ready")

    def wait(self, true, seconds=60, what="condition"):
        return until(true, seconds, what, lambda: "".join(self.errors[-30:]))

    def get(self, path, **kw):
        return self.session.get(self.url + path, timeout=30, **kw)

    def post(self, body, content_type="application/json", path="/api/discoveries", **headers):
        if not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        sent = {"Content-Type": content_type} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.session.post(self.url + path, data=body, headers=sent, timeout=120)

    def board(self):
        answer = self.get("/api/board")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def board_when(self, true, seconds=15):
        return self.wait(lambda: (b := self.board()) and true(b["aggregates"]) and b, seconds, "board")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        """SIGTERM: flushes the lake; the exit status must be 0."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(30) == 0, "".join(self.errors[-30:])


@contextmanager
def sample_server(data, *arguments):
    """A server that holds the 6,061 planets of the sample."""
    with Server(data, *arguments) as server:
        assert server.post(SAMPLE.read_bytes(), "text/csv").status_code == 201
        server.board_when(lambda a: a["totals"]["planets"] == 6061)
        yield server
