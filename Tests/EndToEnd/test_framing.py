"""Where a request ends, held against two other readers of HTTP/1.1: llhttp (in Node) and h11. What a proxy takes for
other requests than the server behind it does is request smuggling."""
import base64
import json
import socket
import subprocess
from pathlib import Path

import h11
import pytest

from framing_cases import cases

STRINGS = [(text.encode("latin1"), statuses) for text, statuses in cases()]
# What says that a request was not understood, or not wholly read; the connection ends with it.
REFUSALS = {400, 408, 413, 414, 417, 431, 501, 505}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    from running import Server
    with Server(tmp_path_factory.mktemp("framing")) as server:
        yield server


def statuses(port, data):
    """Of all answers, the 1xx aside, after a half-close."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before all of it was sent
        answer = b""
        try:
            while more := connection.recv(1 << 16):
                answer += more
        except ConnectionResetError:
            pass
    found = []
    while answer:
        head, _, answer = answer.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        if status == 100:
            continue
        length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                       if line.startswith(b"content-length:")), 0)
        answer = answer[length:]
        found.append(status)
    return found


def by_h11(data):
    """[method, target, bytes of body] of each whole request, and whether the rest was refused."""
    requests = []
    connection = h11.Connection(h11.SERVER)
    try:
        connection.receive_data(data)
        connection.receive_data(b"")
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Request):
                current = [event.method.decode(), event.target.decode("latin1"), 0]
            elif isinstance(event, h11.Data):
                current[2] += len(event.data)
            elif isinstance(event, h11.EndOfMessage):
                requests.append(current)
                connection.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
                connection.send(h11.EndOfMessage())
                if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                    return requests, True
                connection.start_next_cycle()
            else:
                return requests, event is not h11.NEED_DATA and not isinstance(event, h11.ConnectionClosed)
    except (h11.RemoteProtocolError, h11.LocalProtocolError):
        return requests, True


@pytest.fixture(scope="module")
def by_node():
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("framing_node.js"))], capture_output=True, text=True, check=True,
        timeout=120, input=json.dumps([base64.b64encode(data).decode() for data, _ in STRINGS]))
    return [(seen["requests"], seen["refused"]) for seen in json.loads(done.stdout)]


def test_the_first_answer_is_as_the_standard_says(running):
    wrong = []
    for data, expected in STRINGS:
        got = statuses(running.port, data)
        if (got[0] if got else None) not in expected:
            wrong.append((data[:120], got, expected))
    assert not wrong


def test_no_string_is_read_as_other_requests(running, by_node):
    """Every request that is answered here is one to the others too, at the same place, unless they refuse it."""
    clean = {}

    def status(method, target, size):
        """Of a request that nobody misunderstands."""
        key = method, target, size
        if key not in clean:
            body = b'{"pl_name":"Frame-1 b"}'.ljust(size) if size else b""
            kind = b"Content-Type: application/json\r\n" if method == "POST" else b""
            clean[key] = statuses(running.port, b"%s %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n" % (
                method.encode(), target.encode("latin1"), kind, size) + body)[:1]
        return clean[key]

    apart = []
    for (data, _), node in zip(STRINGS, by_node, strict=True):
        ours = statuses(running.port, data)
        taken = [s for s in ours if s not in REFUSALS]
        for name, (requests, refused) in (("llhttp", node), ("h11", by_h11(data))):
            theirs = [status(*request)[0] for request in requests if status(*request)]
            both = min(len(taken), len(theirs))
            if taken[:both] != theirs[:both] or (len(taken) > len(theirs) and not refused):
                apart.append((name, data[:120], ours, requests, refused))
    assert not apart


@pytest.mark.parametrize("step", [1, 7])
def test_it_does_not_matter_where_a_string_is_cut(running, step):
    """Some of the strings, in pieces."""
    for data, _ in STRINGS[::9]:
        if len(data) > 600:
            continue
        with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                for start in range(0, len(data), step):
                    connection.sendall(data[start:start + step])
                connection.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
            except OSError:
                continue  # refused while it was still coming
        got = [int(part.split()[1]) for part in answer.split(b"HTTP/1.1 ")[1:] for part in [b"HTTP/1.1 " + part]]
        assert [s for s in got if s != 100] == statuses(running.port, data), data
