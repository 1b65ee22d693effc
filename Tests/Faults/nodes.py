"""A web or stream process of a lab, on a port that stays: killed, frozen, stopped and started again, with a disk and a
clock of its own (shim.c)."""
import collections
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import requests

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("EndToEnd", "Support")]
from ports import free_port  # noqa: E402
from running import BINARY, ROOT  # noqa: E402

LISTEN = {"web": "--listen", "stream": "--status-listen"}


class Node:
    def __init__(self, command, shim, prefix, *arguments):
        """`shim`: a Shim of this process alone, `prefix`: the folder that its disk faults concern."""
        self.command, self.shim, self.prefix = command, shim, prefix
        self.arguments = list(map(str, arguments))
        self.address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.address}"
        self.lines = collections.deque(maxlen=3000)
        self.process = None
        self.is_meant_to_run = False
        # Of two faults at once only one kills, stops or freezes it, until it runs again.
        self.hand = threading.RLock()

    def start(self):
        """Does not wait: a process that waits for its log says nothing yet."""
        self.process = subprocess.Popen(
            [str(BINARY), self.command, LISTEN[self.command], self.address, *self.arguments], cwd=ROOT,
            env=self.shim.environment(self.prefix), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        self.is_meant_to_run = True
        threading.Thread(target=self._collect, args=(self.process,), daemon=True).start()
        return self

    def _collect(self, process):
        for line in process.stdout:
            self.lines.append(line)

    def said(self):
        return "".join(list(self.lines))

    def kill(self):
        self.is_meant_to_run = False
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self, seconds=45):
        """SIGTERM; what is wrong with how it ended."""
        self.is_meant_to_run = False
        if self.process.poll() is not None:
            return [f"{self.command} had ended with {self.process.returncode}"]
        self.process.send_signal(signal.SIGTERM)
        try:
            try:
                status = self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.lines.append(self.stacks())  # before its own grace (25 s) ends it
                status = self.process.wait(seconds - 20)
        except subprocess.TimeoutExpired:
            self.kill()
            return [f"{self.command} did not end within {seconds} s of SIGTERM"]
        return [] if status == 0 else [f"{self.command} ended with {status} after SIGTERM"]

    def stacks(self):
        """What its threads are doing, where there is a debugger to tell."""
        if not shutil.which("gdb"):
            return "(no gdb)\n"
        looked = subprocess.run(["gdb", "-p", str(self.process.pid), "-batch", "-ex", "thread apply all bt 14"],
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        return looked.stdout

    def has_died(self):
        return self.is_meant_to_run and self.process.poll() is not None

    def get(self, path, seconds=5):
        """The answer, or None."""
        try:
            return requests.get(self.url + path, timeout=seconds)
        except requests.RequestException:
            return None

    def ready(self):
        """(status, text) of /readyz; 0 without an answer."""
        answer = self.get("/readyz")
        return (answer.status_code, answer.text.strip()) if answer is not None else (0, "")

    def board(self):
        answer = self.get("/api/board", 30)
        return answer.json() if answer is not None and answer.status_code == 200 else None

    def total(self):
        """Planets in a web's catalogue."""
        answer = self.get("/api/planets?limit=1", 30)
        return answer.json()["total"] if answer is not None and answer.status_code == 200 else None

    def wait(self, true, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := true():
                return value
            time.sleep(0.05)
        return None
