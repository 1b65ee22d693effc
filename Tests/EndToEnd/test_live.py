"""The live feed: WebSocket (a foreign client), SSE, resume, slow viewers."""
import json
import socket
import time
import zlib

import pytest
import requests
from websockets.sync.client import connect


def live_url(server, resume=None):
    return f"ws://127.0.0.1:{server.port}/live" + (f"?resume={resume}" if resume else "")


def next_frame(socket, seconds=5):
    return json.loads(socket.recv(timeout=seconds))


def apply(board, frame):
    """The protocol's rule: a group's value replaces the group's value; null removes it."""
    if frame["type"] == "snapshot":
        board.clear()
    for name, groups in frame.get("aggregates", {}).items():
        for group, value in groups.items():
            if value is None:
                board.setdefault(name, {}).pop(group, None)
            else:
                board.setdefault(name, {})[group] = value


def test_snapshot_then_deltas_equal_the_board(server, sample_lines):
    board, last = {}, None
    with connect(live_url(server), max_size=None) as socket:
        first = next_frame(socket)
        assert first["type"] == "snapshot"
        apply(board, first)
        last = first["seq"]
        before = time.time_ns()
        server.post("".join(sample_lines[:1] + sample_lines[1:501]), "text/csv")
        server.session.delete(server.url + "/api/planets/11comb")
        while board.get("totals", {}).get("planets") != 499 or board["totals"]["withdrawals"] != 1:
            frame = next_frame(socket)
            if frame["type"] == "delta":
                assert frame["seq"] == last + 1
                last = frame["seq"]
                assert before < frame["t_ns"] <= time.time_ns()
            apply(board, frame)
    snapshot = server.wait(lambda: (b := server.board())["seq"] == last and b, 5, "snapshot of the last delta")
    assert {k: v for k, v in board.items() if v} == {k: v for k, v in snapshot["aggregates"].items() if v}


def test_resume_sends_only_what_was_missed(server):
    with connect(live_url(server)) as socket:
        token = next_frame(socket)["resume"]
        server.post({"pl_name": "R-1 b"})
        token = next_frame(socket)["resume"]
    server.post({"pl_name": "R-2 b"})
    server.board_when(lambda a: a["totals"]["planets"] == 2)
    with connect(live_url(server, token)) as socket:
        frame = next_frame(socket)
        assert frame["type"] == "delta" and frame["aggregates"]["totals"]["planets"] == 2
    with connect(live_url(server, "nonsense-7")) as socket:
        assert next_frame(socket)["type"] == "snapshot"


def test_sse_carries_the_same_frames(server):
    with requests.get(server.url + "/api/live", stream=True, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        lines = answer.iter_lines(chunk_size=1, decode_unicode=True)
        event = read_event(lines)
        assert json.loads(event["data"])["type"] == "snapshot" and event["id"] == json.loads(event["data"])["resume"]
        server.post({"pl_name": "S-1 b"})
        event = read_event(lines)
        assert json.loads(event["data"])["aggregates"]["totals"]["planets"] == 1
    server.post({"pl_name": "S-2 b"})
    server.board_when(lambda a: a["totals"]["planets"] == 2)
    with requests.get(server.url + "/api/live", stream=True, timeout=10,
                      headers={"Last-Event-ID": event["id"]}) as answer:
        data = json.loads(read_event(answer.iter_lines(chunk_size=1, decode_unicode=True))["data"])
        assert data["type"] == "delta" and data["aggregates"]["totals"]["planets"] == 2


def read_event(lines):
    event = {}
    for line in lines:
        if line == "" and "data" in event:
            return event
        if ":" in line and not line.startswith(":"):
            name, value = line.split(":", 1)
            event[name] = value.removeprefix(" ")
    raise AssertionError("stream ended")


def resident_bytes(server):
    return int(open(f"/proc/{server.process.pid}/statm").read().split()[1]) * 4096


def test_a_viewer_that_never_reads_costs_constant_memory_and_delays_nobody(server, sample_lines):
    handshake = ("GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()
    server.post("".join(sample_lines), "text/csv")
    server.board_when(lambda a: a["totals"]["planets"] == 6061)
    slow = []
    for _ in range(40):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect(("127.0.0.1", server.port))
        s.sendall(handshake)
        slow.append(s)
    with connect(live_url(server), max_size=None) as reader:
        next_frame(reader)
        sizes = []
        for i in range(60):
            server.post([{"pl_name": f"M-{i}-{j} b", "pl_rade": 1 + j / 50, "disc_facility": f"F{i % 30}"}
                         for j in range(20)])
            frame = next_frame(reader)
            assert frame["type"] in ("delta", "snapshot")
            if i in (20, 59):
                sizes.append(resident_bytes(server))
        assert sizes[1] - sizes[0] < 24 << 20
    for s in slow:
        s.close()


def test_wrong_handshakes(server):
    key = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert server.get("/live", headers=key | {"Sec-WebSocket-Version": "8"}).status_code == 426
    assert server.get("/live",
                      headers=key | {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "short"}).status_code == 400
    foreign = server.get("/live", headers=key | {"Sec-WebSocket-Version": "13", "Origin": "http://evil.example"})
    assert foreign.status_code == 403
    assert server.get("/live").status_code in (400, 426)


@pytest.mark.parametrize("path", ["/", "/css", "/../Package.swift", "/%2e%2e/Package.swift", "/..%2fPackage.swift",
                                  "/js/%00"])
def test_static_files_stay_in_their_folder(server, path):
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := s.recv(65536):
            answer += part
    assert b"swift-tools-version" not in answer
    assert answer.split(b" ", 2)[1] == (b"200" if path == "/" else answer.split(b" ", 2)[1])


def test_frames_are_compressed_where_a_viewer_offers_it(server):
    """Raw: the bytes on the wire."""
    def first_frame(offer):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        with connection, connection.makefile("rb") as stream:
            connection.sendall((
                "GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{offer}\r\n").encode())
            head = b"".join(iter(stream.readline, b"\r\n")).decode()
            first, length = stream.read(2)
            if length >= 126:
                length = int.from_bytes(stream.read(2 if length == 126 else 8))
            return head, first, stream.read(length)

    server.post({"pl_name": "Small-1 b"})
    server.board_when(lambda a: a["totals"]["planets"] == 1)
    head, first, plain = first_frame("")
    assert "Extensions" not in head and first == 0x81
    head, first, packed = first_frame("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")
    assert "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover" in head and first == 0xC1
    unpacked = zlib.decompressobj(-15).decompress(packed + b"\x00\x00\xff\xff")
    assert json.loads(unpacked)["type"] == "snapshot" and len(packed) < len(plain) / 2
    # A window that the shared form may not fit into: as they are.
    head, first, _ = first_frame("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n")
    assert "server_max_window_bits=10" in head and first == 0x81


def patched(value, patch):
    """docs/LIVE.md: fields of an object; of a list, new elements and runs of those before."""
    if isinstance(patch, dict):
        return value | patch
    return [element for piece in patch
            for element in (value[piece[0]:piece[0] + piece[1]] if isinstance(piece, list) else [piece])]


def follow(socket, board, until):
    """Applies frames until `until(board)`; which aggregates came, how many patches, how many bytes."""
    names, patches, size = set(), 0, 0
    while not until(board):
        text = socket.recv(timeout=10)
        frame = json.loads(text)
        apply(board, frame)
        for name, groups in frame.get("patches", {}).items():
            for group, patch in groups.items():
                board[name][group] = patched(board[name][group], patch)
                patches += 1
        names |= set(frame.get("aggregates", {})) | set(frame.get("patches", {}))
        size += len(text) if frame["type"] == "delta" else 0
    return names, patches, size


def test_a_viewer_gets_what_it_has_chosen(server, sample_lines):
    server.post("".join(sample_lines[:1001]), "text/csv")
    server.board_when(lambda a: a["totals"]["planets"] == 1000)
    chosen, small, whole = {}, {}, {}
    with (connect(live_url(server), max_size=None) as everything,
          connect(live_url(server) + "?aggregates=totals,newest,stats&patches=true", max_size=None) as some,
          connect(live_url(server) + "?patches=true", max_size=None) as patches):
        first = next_frame(some)
        assert first["selected"] == ["newest", "stats", "totals"] and set(first["aggregates"]) == set(first["selected"])
        assert len(first["digest"]) == 64
        apply(chosen, first)
        for i in range(30):
            server.post([{"pl_name": f"V-{i} b", "pl_rade": 1 + i / 9, "discoverymethod": "Transit"}])

        def done(board):
            return board.get("totals", {}).get("planets") == 1030
        names, count, less = follow(some, chosen, done)
        assert names <= {"newest", "stats", "totals"} and count > 0
        _, count, few = follow(patches, small, done)
        assert count > 0
        _, none, many = follow(everything, whole, done)
        assert none == 0 and less < few < many
        board = server.board_when(lambda a: a["totals"]["planets"] == 1030)["aggregates"]
        for viewed, names in ((whole, set(board)), (small, set(board)), (chosen, {"newest", "stats", "totals"})):
            assert {k: v for k, v in viewed.items() if v} == {k: board[k] for k in names if board[k]}
        # Another choice, by a message.
        some.send(json.dumps({"aggregates": ["by_method"]}))
        while (frame := next_frame(some))["type"] != "snapshot":
            pass
        assert frame["selected"] == ["by_method"] and frame["aggregates"] == {"by_method": board["by_method"]}
        some.send(json.dumps({"aggregates": ["by_method", "sizes"]}))
        refused = next_frame(some)
        assert refused["type"] == "refused" and refused["errors"][0]["rule"] == "unknown_aggregate"
        assert refused["errors"][0]["value"] == "sizes" and "by_method" in refused["errors"][0]["detail"]
        server.post({"pl_name": "V-31 b"})
        frame = next_frame(some)
        assert frame["type"] == "delta" and set(frame["aggregates"]) <= {"by_method"}
        some.send(json.dumps({"aggregates": None}))
        assert set(next_frame(some)["aggregates"]) == set(board)


def test_a_choice_by_events_and_what_is_none(server):
    with requests.get(server.url + "/api/live?aggregates=totals", stream=True, timeout=10) as answer:
        lines = answer.iter_lines(chunk_size=1, decode_unicode=True)
        assert set(json.loads(read_event(lines)["data"])["aggregates"]) == {"totals"}
        server.post({"pl_name": "E-1 b", "discoverymethod": "Transit"})
        data = json.loads(read_event(lines)["data"])
        assert data["type"] == "delta" and set(data["aggregates"]) == {"totals"}
    for path in ("/live", "/api/live"):
        for query, field in (("aggregates=size", "aggregates"), ("patches=yes", "patches")):
            answer = server.get(f"{path}?{query}")
            assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field


def test_a_choice_is_not_chosen_without_end(server):
    server.board()
    with connect(live_url(server) + "?aggregates=totals", max_size=None) as socket:
        for i in range(60):
            socket.send(json.dumps({"aggregates": ["newest"] if i % 2 else ["stats"]}))
        kinds = [next_frame(socket)["type"] for _ in range(61)]
        assert kinds.count("refused") >= 30 and kinds[0] == "snapshot"
        assert socket.ping().wait(5)
