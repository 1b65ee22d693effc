"""What a server writes down of its requests, how it slows senders down, and what it never shows."""
import json
import os
import signal
import socket

import pytest

from access import bearer, run


def lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def planet(name, **values):
    return {"pl_name": name, "discoverymethod": "Transit", "disc_year": 2020} | values


def test_every_change_is_in_the_audit_log(guarded):
    log = guarded.data / "audit.ndjson"
    submit, curate = bearer(guarded.tokens["submit"]), bearer(guarded.tokens["curate"])
    one = guarded.post(planet("One b"), User_Agent="lab/1", X_Planetarium_Source="lab", **submit).json()
    many = "".join(json.dumps(planet(f"Many {letter}", pl_rade=-1 if letter == "d" else 1)) + "\n" for letter in "bcde")
    assert guarded.post(many, "application/x-ndjson", **submit).status_code == 207
    assert guarded.session.delete(guarded.url + "/api/planets/One b", headers=curate).status_code == 200
    alias = {"name": "Many b", "alias": "Multi b"}
    assert guarded.post(alias, path="/api/aliases", **curate).status_code == 201
    assert guarded.session.delete(guarded.url + "/api/aliases/Multi b", headers=curate).status_code == 200
    assert guarded.post(planet("Two b")).status_code == 401
    guarded.wait(lambda: len(lines(log)) == 5, 10, "the audit log")
    audit = lines(log)
    assert [one["action"] for one in audit] == ["submit", "submit", "withdraw", "submit_aliases", "withdraw"]
    assert [one["token"] for one in audit] == ["the-submit"] * 2 + ["the-curate"] * 3
    assert {one["address"] for one in audit} == {"127.0.0.1"}
    first = audit[0]
    assert (first["user_agent"], first["source"], first["path"]) == ("lab/1", "lab", "/api/discoveries")
    assert first["stored"] == [{"topic": "planet-discoveries", "partition": one["partition"],
                                "offset": one["offset"], "records": 1}]
    assert [(run["topic"], run["records"]) for run in audit[1]["stored"]] == [
        ("planet-discoveries", 3), ("planet-rejected", 1)]
    assert audit[2]["path"] == "/api/planets/One%20b"
    text = log.read_text()
    assert not any(token in text for token in guarded.tokens.values())


def test_logs_are_opened_anew_by_a_signal(server_at, tmp_path):
    access, audit = tmp_path / "access.ndjson", tmp_path / "deep" / "audit.ndjson"
    server = server_at(tmp_path / "data", "--access-log", str(access), "--audit-log", str(audit))
    server.post(planet("Old b"))
    server.wait(lambda: lines(audit) and len(lines(access)) >= 2, 10, "lines")
    for file in (access, audit):
        os.rename(file, f"{file}.1")
    server.process.send_signal(signal.SIGHUP)
    server.wait(lambda: access.exists() and audit.exists(), 10, "new files")
    server.post(planet("New b"))
    server.wait(lambda: len(lines(audit)) == 1, 10, "a line in the new file")
    assert len(lines(tmp_path / "deep" / "audit.ndjson.1")) == 1
    assert server.process.poll() is None


def test_every_answer_is_in_the_access_log(server_at, tmp_path):
    file = tmp_path / "access.ndjson"
    server = server_at(tmp_path / "data", "--access-log", str(file), "--trusted-proxy", "127.0.0.1")
    start = len(lines(file))
    server.get("/api/planets?q=%22%0A", headers={"X-Forwarded-For": "198.51.100.7", "User-Agent": 'evil"\\agent'})
    server.get("/nothing/here")
    server.session.put(server.url + "/api/planets")
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"rubbish\r\n\r\n")
        client.recv(100)
    found = server.wait(lambda: [one for one in lines(file)[start:] if one["target"] not in ("/readyz",)][3:] and
                        [one for one in lines(file)[start:] if one["target"] != "/readyz"], 10, "lines")
    query, missing, put, rubbish = found[:4]
    assert query["target"] == "/api/planets?q=%22%0A" and query["address"] == "198.51.100.7"
    assert query["user_agent"] == 'evil"\\agent' and query["status"] == 200 and query["bytes"] > 0
    assert (missing["status"], put["status"], put["method"]) == (404, 405, "PUT")
    assert rubbish["status"] == 400 and rubbish["target"] is None


def test_senders_are_slowed_down(server_at, tmp_path, tokens):
    file, made = tokens
    server = server_at(tmp_path / "data", "--open", "--tokens", str(file), "--write-rate", "1",
                       "--trusted-proxy", "127.0.0.1")

    def send(count, **headers):
        return [server.post(planet("Rate b"), **headers) for _ in range(count)]

    answers = send(12, X_Forwarded_For="198.51.100.7")
    assert [one.status_code for one in answers][:10] == [201] * 10
    refused = answers[-1]
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["RateLimit-Policy"] == '"write";q=10;w=10' and '"write";r=0' in refused.headers["RateLimit"]
    assert '"records";q=200000;w=10' in answers[0].headers["RateLimit-Policy"], "unless something else is said"
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert answers[0].headers["RateLimit"].startswith('"write";r=9')
    other = send(1, X_Forwarded_For="198.51.100.8") + send(1, X_Forwarded_For="198.51.100.7", **bearer(made["submit"]))
    assert [one.status_code for one in other] == [201, 201], "another address, a token"
    assert all(one.status_code == 201 for one in send(15, **bearer(made["admin"])))
    assert all(server.get("/api/planets").status_code == 200 for _ in range(30)), "reading is not limited"


def test_each_record_of_a_request_counts(server_at, tmp_path, tokens):
    file, made = tokens
    server = server_at(tmp_path / "data", "--open", "--tokens", str(file), "--record-rate", "20")

    def many(count, path="/api/discoveries", **headers):
        text = "pl_name\n" + "".join(f"Many-{i} b\n" for i in range(count))
        return server.post(text, "text/csv", path=path, **headers)

    first = many(150)
    assert first.status_code == 201
    assert first.headers["RateLimit-Policy"] == '"records";q=200;w=10'
    assert 50 <= int(first.headers["RateLimit"].split("r=")[1].split(";")[0]) < 60
    assert many(300).status_code == 201, "who has something left may owe the rest"
    for refused in (many(1), many(1, "/api/discoveries?dry_run=true"),
                    server.session.delete(server.url + "/api/planets/Many-1 b")):
        assert refused.status_code == 429 and 5 <= int(refused.headers["Retry-After"]) <= 20, refused.text
        assert "20 a second" in refused.json()["detail"] and '"records";r=0' in refused.headers["RateLimit"]
    assert server.get("/api/planets").json()["total"] == 300, "nothing of what was refused is stored"
    assert many(150, **bearer(made["submit"])).status_code == 201, "a token has a bucket of its own"
    assert many(1000, **bearer(made["admin"])).status_code == 201 and many(1, **bearer(made["admin"])).ok
    usual = server_at(tmp_path / "usual", "--tokens", str(file), "--open")
    for headers in ({}, bearer(made["submit"])):
        spared = usual.post(planet("Spared b"), **headers)
        assert spared.status_code == 201 and "RateLimit" not in spared.headers, "this machine itself is spared"


def test_an_import_waits_where_it_is_slowed_down(server_at, tmp_path):
    server = server_at(tmp_path / "data", "--record-rate", "200")
    file = tmp_path / "many.csv"
    file.write_text("pl_name\n" + "".join(f"Many-{i} b\n" for i in range(3_100)))
    done = run("import", file, "--to", server.url, "--yes")
    assert done.returncode == 0, done.stderr
    assert "takes no more for now" in done.stdout + done.stderr
    assert server.get("/api/planets?limit=1").json()["total"] == 3_100


def test_who_guesses_tokens_is_slowed_down(guarded):
    statuses = [guarded.get("/api/planets", headers=bearer(f"plt_{i}")).status_code for i in range(30)]
    assert statuses[:20] == [401] * 20 and statuses[-1] == 429
    assert guarded.get("/api/planets").status_code == 200, "without a token nothing is guessed"


@pytest.mark.parametrize("arguments", [
    ["--log", "kafka://user:s3cret@broker:9092"], ["--log", "kafka://broker:9092,user:s3cret@other:9092"],
    ["--lake", "hdfs://user:s3cret@namenode:9870/lake"], ["--lake", "hdfs://user:s3c/ret@namenode:9870/lake"],
    ["--hive", "thrift://user:s3cret@metastore:9083"], ["--hive", "user:s3cret@metastore:9083"],
    ["--hive-location", "hdfs://user:s3cret@namenode:8020/lake"], ["--public-url", "https://user:s3cret@planets"],
])
def test_secrets_in_addresses_are_refused_and_not_shown(tmp_path, arguments):
    for command in (["serve", "--listen", "127.0.0.1:0"], ["config", "serve"]):
        refused = run(*command, "--data", tmp_path / "data", *arguments)
        assert refused.returncode == 2, refused.stdout
        assert "s3c" not in refused.stdout + refused.stderr and arguments[0] in refused.stderr
    name = "PLANETARIUM_" + arguments[0][2:].upper().replace("-", "_")
    refused = run("config", "serve", env={name: arguments[1]})
    assert refused.returncode == 2 and "s3c" not in refused.stdout + refused.stderr
    file = tmp_path / "conf"
    file.write_text(f"{arguments[0][2:]} = {arguments[1]}\n")
    refused = run("config", "serve", "--config", file)
    assert refused.returncode == 2 and "s3c" not in refused.stdout + refused.stderr


def test_secrets_are_not_shown_by_other_commands(tmp_path):
    for arguments in (["verify", "hdfs://user:s3cret@n:9870/x?"], ["compact", "hdfs://user:s3cret@n:9870/x?"],
                      ["import", "file", "--to", "http://user:s3cret@server"],
                      ["import", "file", "--to", "user:s3cret@server"]):
        refused = run(*arguments)
        assert refused.returncode == 2 and "s3c" not in refused.stdout + refused.stderr, refused
