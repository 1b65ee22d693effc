"""Who may write and read what (docs/API.md, "Access"), against the real binary."""
import json
import socket
import stat
import subprocess

import pytest

from access import bearer, run, token
from running import BINARY


def planet(name, **values):
    return {"pl_name": name, "discoverymethod": "Transit", "disc_year": 2020} | values


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_beyond_loopback_it_must_be_said_who_may_write(tmp_path, host):
    listen = f"[{host}]:0" if ":" in host else f"{host}:0"
    refused = run("serve", "--listen", listen, "--data", tmp_path / "data")
    assert refused.returncode == 2
    for way in ("--tokens", "--write-token-file", "--read-only", "--open"):
        assert way in refused.stderr
    assert not (tmp_path / "data").exists(), "nothing is made before"


@pytest.mark.parametrize("said", [["--open"], ["--open", "1"], ["--read-only"], ["--write-token-file", "{token}"]])
def test_said_it_starts(server_at, tmp_path, said):
    (tmp_path / "token").write_text("correct horse battery staple".replace(" ", "-") + "\n")
    arguments = [one.format(token=tmp_path / "token") for one in said]
    server = server_at(tmp_path / "data", *arguments, listen="0.0.0.0:0")
    url = f"http://127.0.0.1:{server.port}/api/discoveries"
    answers = [server.session.post(url, json=planet("A b"), headers=headers).status_code for headers in (
        {}, bearer("correct-horse-battery-staple"))]
    assert answers == {"--open": [201, 201], "--read-only": [403, 403], "--write-token-file": [401, 201]}[said[0]]


def test_contradictions_are_refused(tmp_path):
    both = run("serve", "--listen", "127.0.0.1:0", "--data", tmp_path / "d", "--open", "--read-only")
    assert both.returncode == 2 and "contradict" in both.stderr
    unreadable = run("serve", "--listen", "127.0.0.1:0", "--data", tmp_path / "d", "--private", "metrics")
    assert unreadable.returncode == 2 and "--private metrics needs --tokens" in unreadable.stderr
    missing = run("serve", "--listen", "127.0.0.1:0", "--data", tmp_path / "d", "--tokens", tmp_path / "nothing")
    assert missing.returncode == 2 and "nothing" in missing.stderr


def test_each_role_may_what_it_says(guarded):
    may = {None: (401, 401, 401), "read": (403, 403, 403), "submit": (201, 403, 403), "curate": (201, 200, 201)}
    for role, (submit, withdraw, alias) in may.items():
        headers = bearer(guarded.tokens[role]) if role else {}
        name = f"Role-{role} b"
        sent = guarded.post(planet(name), **headers)
        assert sent.status_code == submit, sent.text
        if submit != 201:
            assert sent.headers["WWW-Authenticate"].startswith('Bearer realm="planetarium"')
            assert sent.headers["Content-Type"] == "application/problem+json"
            assert guarded.post(planet(name), **bearer(guarded.tokens["admin"])).status_code == 201
        assert guarded.session.delete(f"{guarded.url}/api/planets/{name}", headers=headers).status_code == withdraw
        other = guarded.post({"name": f"Other-{role} b", "alias": f"Twin-{role} b"}, path="/api/aliases", **headers)
        assert other.status_code == (422 if alias == 201 and other.status_code == 422 else alias), other.text
    assert guarded.get("/api/planets").status_code == 200, "reading is open"


def test_a_refused_body_is_not_read(guarded):
    with socket.create_connection(("127.0.0.1", guarded.port)) as client:
        client.sendall(b"POST /api/discoveries HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                       b"Expect: 100-continue\r\nContent-Length: 10000000\r\n\r\n")
        client.settimeout(10)
        assert client.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_revoked_token_is_nobodys(guarded, tokens):
    file, made = tokens
    assert guarded.post(planet("A b"), **bearer(made["submit"])).status_code == 201
    assert run("token", "revoke", "the-submit", "--tokens", file).returncode == 0
    guarded.wait(lambda: guarded.post(planet("A b"), **bearer(made["submit"])).status_code == 401, 5, "revoked")
    refused = guarded.get("/api/planets", headers=bearer(made["submit"]))
    assert refused.status_code == 401 and 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    assert guarded.post(planet("A b"), **bearer(made["curate"])).status_code == 201


def test_tokens_are_made_listed_and_revoked(tmp_path):
    file = tmp_path / "tokens"
    first = token(file, "lab", "curate")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert first not in file.read_text() and first[4:] not in file.read_text()
    again = run("token", "add", "lab", "--tokens", file)
    assert again.returncode == 1 and "lab already" in again.stderr
    token(file, "night", "submit")
    assert [line.split()[:2] for line in run("token", "list", "--tokens", file).stdout.splitlines()] == [
        ["lab", "curate"], ["night", "submit"]]
    assert run("token", "revoke", "lab", "--tokens", file).returncode == 0
    assert run("token", "revoke", "lab", "--tokens", file).returncode == 1
    for wrong in (["add", "a b"], ["add", "x", "--role", "boss"]):
        assert run("token", *wrong, "--tokens", file).returncode == 1
    assert run("token", "ad", "x", "--tokens", file).returncode == 2
    assert run("token", "list").returncode == 2


def test_many_make_tokens_at_once(tmp_path):
    file = tmp_path / "tokens"
    makers = [subprocess.Popen([str(BINARY), "token", "add", f"t{i}", "--tokens", str(file)],
                               stdout=subprocess.PIPE) for i in range(12)]
    assert all(maker.wait(30) == 0 for maker in makers)
    assert len(run("token", "list", "--tokens", file).stdout.splitlines()) == 12


def test_idempotency_keys_are_each_tokens_own(guarded):
    lab, other = bearer(guarded.tokens["submit"]), bearer(guarded.tokens["curate"])
    mine = guarded.post(planet("Key b", pl_rade=1), Idempotency_Key="k", **lab)
    assert mine.status_code == 201
    assert guarded.post(planet("Key b", pl_rade=1), Idempotency_Key="k", **lab).json() == mine.json()
    theirs = guarded.post(planet("Key b", pl_rade=2), Idempotency_Key="k", **other)
    assert theirs.status_code == 201 and theirs.json()["change"] == "revision"
    same = guarded.post(planet("Key b", pl_rade=2), Idempotency_Key="k2", **lab)
    assert same.status_code == 201


def test_keys_outlive_a_restart(guarded):
    lab, other = bearer(guarded.tokens["submit"]), bearer(guarded.tokens["curate"])
    first = guarded.post(planet("Key b"), Idempotency_Key="k", **lab).json()
    guarded.stop()
    guarded.start()
    again = guarded.post(planet("Key b"), Idempotency_Key="k", **lab).json()
    assert (again["partition"], again["offset"]) == (first["partition"], first["offset"])
    assert guarded.post(planet("Else b"), Idempotency_Key="k", **other).status_code == 201


def receipt(server, stored, **headers):
    return server.get(f"/api/receipts/{stored['partition']}/{stored['offset']}", headers=headers)


def test_a_receipt_is_its_senders(guarded):
    stored = guarded.post(planet("Mine b"), Idempotency_Key="secret-key", **bearer(guarded.tokens["submit"])).json()
    own = receipt(guarded, stored, **bearer(guarded.tokens["submit"]))
    assert own.status_code == 200 and own.json()["idempotency_key"] == "secret-key"
    assert receipt(guarded, stored).status_code == 401
    assert receipt(guarded, stored, **bearer(guarded.tokens["read"])).status_code == 403
    curated = receipt(guarded, stored, **bearer(guarded.tokens["curate"]))
    assert curated.status_code == 200 and "secret-key" not in curated.text, "never shown to others"


def test_keys_are_not_shown_where_everybody_reads(server):
    stored = server.post(planet("Mine b"), Idempotency_Key="secret-key").json()
    assert receipt(server, stored).status_code == 200 and "secret-key" not in receipt(server, stored).text


def test_receipts_may_be_open_and_quarantine_private(server_at, tmp_path, tokens):
    file, made = tokens
    server = server_at(tmp_path / "data", "--tokens", str(file), "--private", "metrics,quarantine")
    stored = server.post(planet("Fine b"), Idempotency_Key="secret-key", **bearer(made["submit"])).json()
    assert receipt(server, stored).status_code == 200 and "secret-key" not in receipt(server, stored).text
    assert server.post({"pl_name": "Bad b", "pl_rade": -5}, **bearer(made["submit"])).status_code == 422
    place = "/api/receipts/0/0?topic=planet-rejected"
    statuses = [server.get(place, headers=bearer(made[role]) if role else {}).status_code
                for role in (None, "read", "submit", "curate")]
    assert statuses == [401, 403, 200, 200]
    assert [server.get("/metrics", headers=bearer(made[role]) if role else {}).status_code
            for role in (None, "read")] == [401, 200]
    assert server.get("/readyz").status_code == 200


def test_all_that_may_be_private(server_at, tmp_path, tokens):
    file, made = tokens
    server = server_at(tmp_path / "data", "--tokens", str(file), "--private", "all")
    stored = server.post(planet("Fine b"), **bearer(made["admin"])).json()
    assert server.post({"pl_name": "Bad b", "pl_rade": -5}, **bearer(made["admin"])).status_code == 422
    closed = ["/metrics", "/api/receipts/0/0?topic=planet-rejected",
              f"/api/receipts/{stored['partition']}/{stored['offset']}"]
    assert [server.get(path).status_code for path in closed] == [401] * 3
    assert [server.get(path, headers=bearer(made["submit"])).status_code for path in closed] == [200, 403, 403]
    assert [server.get(path, headers=bearer(made["curate"])).status_code for path in closed] == [200] * 3
    assert server.get("/api/planets").status_code == 200 and server.get("/api/board").status_code == 200
    shown = run("config", "serve", "--private", "quarantine,receipts,metrics").stdout
    assert any(line.split()[:2] == ["private", "all"] for line in shown.splitlines()), shown


def test_read_only_shows_everything_and_takes_nothing(server_at, tmp_path, server):
    server.post(planet("Kept b"))
    server.stop()
    shown = server_at(server.data, "--read-only")
    assert shown.get("/api/planets/Kept b").status_code == 200
    assert shown.session.delete(shown.url + "/api/planets/Kept b").status_code == 403
    refused = shown.post(planet("New b"))
    assert refused.status_code == 403 and "read-only" in refused.json()["detail"]
    assert shown.get("/api/schema").json()["writing"] == "none"


def test_import_and_replay_send_a_token(guarded, tmp_path):
    file = tmp_path / "two.csv"
    file.write_text("pl_name,disc_year\nImp b,2001\nImp c,2002\n")
    for command, status in (("import", 5), ("replay", 3)):
        refused = run(command, file, "--to", guarded.url, "--quiet")
        assert refused.returncode == status and "401" in refused.stderr and "Bearer" in refused.stderr
    key = tmp_path / "key"
    key.write_text(guarded.tokens["submit"] + "\n")
    assert run("import", file, "--to", guarded.url, "--quiet", "--token-file", key).returncode == 0
    played = run("replay", file, "--to", guarded.url, "--quiet", "--speed", "20",
                 env={"PLANETARIUM_TOKEN_FILE": str(key)})
    assert played.returncode == 0, played.stderr
    assert guarded.get("/api/planets").json()["total"] == 2


# Names and proxies


def raw(port, head, body=b""):
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(10)
        client.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        return client.recv(65536).decode()


def test_other_names_are_not_answered(server_at, tmp_path):
    server = server_at(tmp_path / "data", "--public-url", "https://planets.example,http://node:8080")
    for host, status in [("evil.example:8080", 421), ("planets.example", 200), ("node:8080", 200),
                         (f"127.0.0.1:{server.port}", 200), ("localhost:1", 200), ("[::1]:9", 200)]:
        for method in ("GET", "DELETE"):
            path = "/api/planets" if method == "GET" else "/api/planets/nothing"
            answer = raw(server.port, f"{method} {path} HTTP/1.1\nHost: {host}\nConnection: close\n")
            expected = status if method == "GET" or status == 421 else 404
            assert answer.startswith(f"HTTP/1.1 {expected} "), answer
    socket_head = ("GET /live HTTP/1.1\nHost: evil.example\nOrigin: http://evil.example\nUpgrade: websocket\n"
                   "Connection: Upgrade\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n")
    assert raw(server.port, socket_head).startswith("HTTP/1.1 421 ")


def test_a_prefix_comes_from_a_trusted_proxy_alone(server_at, tmp_path):
    body = json.dumps(planet("Behind b")).encode()
    head = ("POST /api/discoveries HTTP/1.1\nHost: 127.0.0.1\nX-Forwarded-Prefix: /planetarium\nConnection: close\n"
            f"Content-Type: application/json\nContent-Length: {len(body)}\n")
    trusting = server_at(tmp_path / "a", "--trusted-proxy", "127.0.0.0/8")
    assert "Location: /planetarium/api/planets/behindb\r\n" in raw(trusting.port, head, body)
    shown = trusting.get("/api/receipts/0/0", headers={"X-Forwarded-Prefix": "/planetarium"}).json()
    assert shown["links"]["self"] == "/planetarium/api/receipts/0/0"
    assert shown["links"]["planet"].startswith("/planetarium/api/planets/")
    records = trusting.get("/api/aggregates/by_method/Transit/records", headers={"X-Forwarded-Prefix": "/p"}).json()
    assert all(link.startswith("/p/api/") for link in records["records"][0]["links"].values())
    other = server_at(tmp_path / "b", "--trusted-proxy", "192.0.2.1")
    assert "Location: /api/planets/behindb\r\n" in raw(other.port, head, body)
