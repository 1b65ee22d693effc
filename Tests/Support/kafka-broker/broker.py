#!/usr/bin/env python3
"""A Kafka-protocol broker for tests: noida-db (PyPI) behind a proxy that supplies what it lacks. It is no Apache Kafka.

    python broker.py [DATA_DIR]

Prints `127.0.0.1:PORT` when it is ready, and stops, with everything it started, when its standard input ends (so also
when the test that started it dies) or on SIGTERM. Exit status 3: noida-db is not installed in this Python. Lines on
standard input: `hang` (nothing is passed on any more, connections stay open), `resume`, `cut` (every connection is
closed), `kill` (every connection is closed in the midst of what it does, new ones are refused, the port stays taken,
and the broker ends), `start` (the broker once more, on the same port and data). `killed` and `started` are printed when
that is done. noida-db writes to disk what it holds some time after it has answered, so that a SIGKILL loses what it
acknowledged: it is cut off from its clients first, and saves then. `make test-kafka` kills Apache Kafka itself."""
import asyncio
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from proxy import Proxy

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from ports import free_port  # noqa: E402


def binary():
    found = importlib.util.find_spec("noida_db")
    if found is None or not found.submodule_search_locations:
        print("noida-db is not installed here", file=sys.stderr)
        sys.exit(3)
    path = os.path.join(list(found.submodule_search_locations)[0], "noida-db")
    os.chmod(path, 0o755)
    return path


def start(path, folder):
    """The broker's process and port. A port that another program took meanwhile: once more."""
    for _ in range(5):
        port = free_port()  # its own may differ each time: clients know the proxy's
        log = open(os.path.join(folder, "broker.log"), "ab")
        child = subprocess.Popen(
            [path, "start", "--only", "kafka", "--kafka-port", str(port), "--host", "127.0.0.1", "--data-dir", folder],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + 20
        while child.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return child, port
            except OSError:
                time.sleep(0.02)
        if child.poll() is None:
            child.kill()
        child.wait()
    sys.exit("the broker did not start, see " + folder)


async def serve(broker):
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    proxy = Proxy(broker.port)
    listening = await proxy.listen()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)

    async def obey():
        while line := await commands.readline():
            command = line.strip()
            if command == b"kill":
                proxy.broker_is_away()
                broker.stop(wait=60)
                print("killed", flush=True)
            elif command == b"start":
                broker.start()
                await proxy.broker_is_at(broker.port)
                print("started", flush=True)
            else:
                {b"hang": proxy.hang, b"resume": proxy.resume, b"cut": proxy.cut}.get(command, lambda: None)()
        ended.set()

    background = [asyncio.ensure_future(obey()), asyncio.ensure_future(proxy.expire_members())]
    print(f"127.0.0.1:{listening}", flush=True)
    await ended.wait()
    for task in background:
        task.cancel()


class Broker:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.start()

    def start(self):
        self.child, self.port = start(self.path, self.folder)

    def kill(self):
        self.child.kill()
        self.child.wait()

    def stop(self, wait=10):
        self.child.terminate()
        try:
            self.child.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            self.kill()


def main():
    path = binary()
    given = sys.argv[1] if len(sys.argv) > 1 else None
    folder = given or tempfile.mkdtemp(prefix="kafka-broker-")
    os.makedirs(folder, exist_ok=True)
    broker = Broker(path, folder)
    try:
        asyncio.run(serve(broker))
    finally:
        # SIGTERM has it save first, which takes seconds: not for a folder that goes away.
        broker.kill() if given is None else broker.stop()
        if given is None:
            shutil.rmtree(folder, ignore_errors=True)


main()
