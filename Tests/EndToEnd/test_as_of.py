"""`GET /api/board?as_of=`: earlier boards from the lake equal the live board of then, and of a fresh server fed with as
much."""
import re
import socket
import time
from contextlib import ExitStack
from functools import partial

import pytest


def as_of(server, point, **headers):
    return server.get("/api/board", params={"as_of": point}, headers=headers)


def submit(server, first, count):
    body = [{"pl_name": f"Probe-{n} b", "discoverymethod": "Transit", "pl_rade": 1 + n % 17 / 4,
             "disc_year": 2000 + n % 20}
            for n in range(first, first + count)]
    assert server.post(body).status_code == 201


def test_earlier_boards(server_at, tmp_path):
    server = server_at(tmp_path / "data", "--roll-age", "1")
    assert as_of(server, "0").json()["aggregates"]["totals"]["planets"] == 0
    boards, times = {}, {}
    for step in range(3):
        submit(server, step * 40, 40)
        server.post({"pl_name": "Probe-1 b", "pl_rade": 3 + step})
        server.post({"pl_name": "Bad b", "pl_rade": -1})
        records = (step + 1) * 41
        boards[records] = server.board_when(
            lambda a: a["totals"]["records"] == records and a["totals"]["rejected"] == step + 1)
        time.sleep(0.05)
        now = time.time_ns() // 1_000_000
        times[records] = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 1000)) + f".{now % 1000:03d}Z"
        time.sleep(0.05)
    # In the log, not in the lake.
    early = as_of(server, "123")
    if early.status_code != 200:
        assert early.status_code == 404 and early.headers["Retry-After"]
        assert early.json()["errors"][0]["rule"] == "as_of_not_stored_yet"
    server.wait(lambda: as_of(server, "123").status_code == 200, 15, "the lake")
    for records, live in boards.items():
        positions = {"planet-discoveries/0": records, "planet-rejected/0": records // 41}
        assert live["positions"] == positions
        text = ",".join(f"{k}:{v}" for k, v in positions.items())
        exact = as_of(server, text)
        assert exact.status_code == 200, exact.text
        board = exact.json()
        assert board["digest"] == live["digest"] and board["aggregates"] == live["aggregates"]
        assert board["positions"] == positions and board["as_of"] == text and board["type"] == "snapshot"
        assert exact.headers["ETag"] == f'"{live["digest"]}-gzip"' and "immutable" in exact.headers["Cache-Control"]
        assert server.get(board["url"]).json() == board
        again = as_of(server, text, **{"If-None-Match": exact.headers["ETag"]})
        assert again.status_code == 304 and not again.content
        assert set(live) <= set(board)
        moment = as_of(server, times[records])
        assert moment.json()["digest"] == live["digest"] and moment.json()["positions"] == positions, moment.text
        assert "immutable" not in moment.headers["Cache-Control"]
        assert as_of(server, records).json()["digest"] == live["digest"]
    newest = server.board()
    assert as_of(server,
                 ",".join(f"{k}:{v}" for k, v in newest["positions"].items())).json()["digest"] == newest["digest"]


def test_any_position_equals_a_fresh_server(server_at, tmp_path, sample_lines):
    server = server_at(tmp_path / "data", "--roll-age", "1")
    head, rows = sample_lines[0], sample_lines[1:]
    assert server.post(head + "".join(rows[:900]), "text/csv").status_code == 201
    server.wait(lambda: as_of(server, "900").status_code == 200, 15, "the lake")
    # Backwards and forwards: from kept tallies, and from the beginning.
    for count in (650, 333, 1, 651):
        fresh = server_at(tmp_path / f"fresh{count}")
        fresh.post(head + "".join(rows[:count]), "text/csv")
        expected = fresh.board_when(lambda a: a["totals"]["records"] == count)
        fresh.stop()
        board = as_of(server, count).json()
        assert board["digest"] == expected["digest"], count
        for name, groups in board["aggregates"].items():
            if name not in ("rate", "newest"):
                assert groups == expected["aggregates"][name], name


@pytest.mark.parametrize("wrong", [
    "", "yesterday", "-1", "1.5", "planet-discoveries", "planet-discoveries/0",
    "planet-discoveries/0:1,planet-discoveries/0:2", "planet-discoveries/00:1", "2026-02-30T00:00:00Z", "2026-01-01",
    "9" * 30])
def test_bad_values(server, wrong):
    answer = as_of(server, wrong)
    assert answer.status_code == 400 and answer.headers["Content-Type"] == "application/problem+json"
    assert [(e["field"], e["rule"]) for e in answer.json()["errors"]] == [("as_of", "not_a_position")]


def test_not_there(server):
    future = as_of(server, "2199-01-01T00:00:00Z")
    assert future.status_code == 400 and future.json()["errors"][0]["rule"] == "out_of_range"
    for beyond in ("5", "planet-discoveries/0:1", "other-topic/0:1"):
        answer = as_of(server, beyond)
        assert answer.status_code == 404 and answer.json()["errors"][0]["rule"] == "as_of_not_stored_yet", beyond
    # Nothing was there then.
    assert as_of(server, "1999-01-01T00:00:00Z").json()["positions"] == {}


def test_too_many_questions_at_once(server_at, tmp_path, sample_lines):
    """A bounded queue: what finds it full is a 503 with Retry-After, and what was taken is answered."""
    server = server_at(tmp_path / "data", "--roll-age", "1")
    assert server.post(sample_lines[0] + "".join(sample_lines[1:2000]), "text/csv").status_code == 201
    server.wait(lambda: as_of(server, "1999").status_code == 200, 15, "the lake")
    asked = 60
    # Each on a connection of its own: of one connection they are answered one after the other.
    with ExitStack() as held:
        connections = [
            held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60)) for _ in range(asked)]
        for n, connection in enumerate(connections):
            connection.sendall(
                b"GET /api/board?as_of=%d HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % (1998 - 7 * n))
        answer = b"".join(part for one in connections for part in iter(partial(one.recv, 1 << 20), b""))
    heads = re.findall(rb"HTTP/1\.1 (\d+) .*?\r\n\r\n", answer, re.S)
    assert len(heads) == asked and set(heads) == {b"200", b"503"}
    assert heads.count(b"200") >= 16
    assert answer.count(b"Retry-After: 1\r\n") == heads.count(b"503")
