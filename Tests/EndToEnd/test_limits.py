"""What strangers can't exhaust: ports, descriptors, connections."""
import socket
import subprocess

import requests

from running import BINARY, ROOT, Server


def raw(port, text, wait=20):
    """What comes back on a new connection, until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as connection:
        connection.sendall(text if isinstance(text, bytes) else text.encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_second_server_on_the_port_touches_nothing(server, tmp_path):
    server.post({"pl_name": "Port-1 b"})
    for command in ("serve", "web"):
        data = tmp_path / f"second-{command}"
        log = ["--log", "kafka://127.0.0.1:1"] if command == "web" else []
        second = subprocess.run(
            [BINARY, command, "--listen", f"127.0.0.1:{server.port}", "--data", data, *log], cwd=ROOT,
            capture_output=True, text=True, timeout=20)
        assert second.returncode == 1
        assert "address already in use" in second.stderr.lower() and str(server.port) in second.stderr
        assert not data.exists() or not any(data.iterdir())
    assert [server.get("/api/planets/port-1b").status_code for _ in range(40)] == [200] * 40


def test_connections_leave_descriptors_to_log_and_lake(tmp_path):
    wrapper = tmp_path / "planetarium"
    wrapper.write_text(f'#!/bin/sh\nulimit -Sn 300; ulimit -Hn 600; exec {BINARY} "$@"\n')
    wrapper.chmod(0o755)
    few = Server(tmp_path / "data", "--roll-age", "1")
    few.binary = wrapper
    with few as server:
        limits = open(f"/proc/{server.process.pid}/limits").read().splitlines()
        assert [line.split()[3:5] for line in limits if line.startswith("Max open files")] == [["600", "600"]]
        early = requests.Session()
        assert early.get(server.url + "/livez").status_code == 200
        held = []
        refused = 0
        for _ in range(420):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            connection.sendall(b"GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
            held.append(connection)
            if b" 503 " in connection.recv(20):
                refused += 1
        assert refused >= 420 - 344, refused
        # Log and lake go on.
        for i in range(5):
            answer = early.post(server.url + "/api/discoveries", json={"pl_name": f"Few-{i} b"}, timeout=20)
            assert answer.status_code == 201, answer.text
        lake = server.data / "lake"
        server.wait(lambda: list(lake.glob("discoveries/*/*.parquet")), what="Parquet file")
        assert "Too many open files" not in "".join(server.errors)
        assert sum("connections are refused" in line for line in server.errors) == 1
        for connection in held:
            connection.close()
        server.wait(lambda: requests.get(server.url + "/readyz", timeout=5).status_code == 200, what="ready again")
        metrics = requests.get(server.url + "/metrics", timeout=10).text
        assert f'planetarium_http_refused_connections_total{{limit="all"}} {refused}' in metrics
        server.stop()


def test_a_header_of_half_a_million_columns_stops_nothing(server):
    body = ("pl_name," + ",".join(f"{i:x}" for i in range(500_000)) + "\n").encode()
    answer = server.post(body, "text/csv")
    assert answer.status_code == 400
    assert [error["rule"] for error in answer.json()["errors"]] == ["too_many_fields"]
    head = (b"POST /api/discoveries HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: %d\r\n\r\n"
            % len(body))
    for _ in range(8):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head + body)
    assert server.get("/livez").status_code == 200
    assert server.post({"pl_name": "After-1 b"}).status_code == 201
    server.stop()


def test_a_text_longer_than_names_is_not_looked_for(server):
    for query in ("q", "pl_name.contains", "hostname"):
        answer = server.get(f"/api/planets?{query}=" + "a" * 8000)
        assert answer.status_code == 400
        assert [error["rule"] for error in answer.json()["errors"]] == ["too_long"]


def test_a_query_that_is_wrong_throughout_has_a_short_answer(server):
    for path in (
            "planets?sort=" + "-," * 4000, "planets?fields=" + "x," * 4000, "planets?" + "x&" * 90,
            "resolve?" + "x&" * 4000, "receipts/0/0?" + "x&" * 4000, "aliases?" + "x&" * 4000,
            "aggregates/by_year/2016/records?" + "x&" * 4000):
        answer = server.get("/api/" + path)
        assert answer.status_code == 400 and len(answer.content) < 128 << 10, path


def test_large_bodies_that_drip_leave_room_for_small_ones(server):
    size = 16 << 20
    head = (b"POST /api/discoveries HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size)
    held = []
    for _ in range(17):
        connection = socket.create_connection(("127.0.0.1", server.port))
        try:
            connection.sendall(head + b" " * size + b"\r\n0;")
        except OSError:
            pass  # refused, in the middle of it
        held.append(connection)
    def gauge(name):
        lines = server.get("/metrics").text.splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith(name))
    server.wait(lambda: gauge("planetarium_http_large_body_bytes") > 200 << 20, what="large bodies")
    for i in range(5):
        assert server.post({"pl_name": f"Drip-{i} b"}).status_code == 201
    ready = server.get("/readyz")
    assert ready.status_code == 200 and "large submissions are refused" in ready.text
    large = server.post(b" " * (1 << 20) + b'{"pl_name":"Large-1 b"}' + b" " * (15 << 20))
    assert large.status_code in (413, 503)
    for connection in held:
        connection.close()


def resident(server):
    """Bytes."""
    for line in open(f"/proc/{server.process.pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) << 10


def unread(port, text):
    """A connection that sends, and never reads."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(text)
    return connection


def test_pipelined_requests_for_large_answers_take_little(server):
    note = "x" * 7900
    for k in range(8):
        lines = "".join(
            f'{{"pl_name":"Hist-1 b","pl_rade":{(k * 25 + i) / 100 + 1},"note":"{note}"}}\n' for i in range(25))
        assert server.post(lines, "application/x-ndjson", "/api/discoveries?results=rejected").status_code == 201
    size = len(server.get("/api/planets/hist-1b").content)
    assert size > 1_500_000
    before = resident(server)
    asked = b"GET /api/planets/hist-1b HTTP/1.1\r\nHost: localhost\r\n\r\n" * 64
    held = [unread(server.port, asked) for _ in range(12)]
    server.wait(lambda: "planetarium_http_answer_bytes" in server.get("/metrics").text)
    assert server.get("/api/planets/hist-1b").status_code == 200
    assert resident(server) - before < 12 * 4 * size, "an answer a connection, and what makes it"
    for connection in held:
        connection.close()


def test_answers_to_bad_records_are_cut(server):
    record = b'{"pl_rade":"x","pl_bmasse":"x","pl_orbper":"x","st_mass":"x","st_rad":"x","st_teff":"x"}\n'
    answer = server.post(record * 50_000, "application/x-ndjson")
    assert answer.status_code == 422 and len(answer.content) < 5 << 20
    body = answer.json()
    assert body["rejected"] == 50_000 and len(body["results"]) + body["not_listed"] == 50_000
    assert all(len(result["errors"]) == 7 for result in body["results"])
