"""Ports for servers that are started by number: later, or again on the same one.

From below the kernel's range for outgoing connections. A port that the kernel chose (bind to 0) is in that range:
between its choice and the server's start, or while the server is down, any client of any process may be given it."""
import os
import socket
from pathlib import Path

FIRST = 10_000
_given = set()


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count):
    """This many different ports that are free and that no connection will get."""
    end = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    size = max(1000, min(end, 32_768) - FIRST)
    # Processes that ask at the same time begin at different places.
    start = os.getpid() * 97 % size
    found = []
    for step in range(size):
        port = FIRST + (start + step) % size
        if port not in _given and is_free(port):
            _given.add(port)
            found.append(port)
            if len(found) == count:
                return found
    raise RuntimeError(f"no {count} free ports from {FIRST}")


def free_port():
    return free_ports(1)[0]
