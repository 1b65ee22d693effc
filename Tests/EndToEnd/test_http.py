"""HTTP as clients of all kinds see it (RFC 9110): conditions, parts of files, methods, caches."""
import gzip
import json
import socket
import subprocess

import pyarrow
import requests

from running import ROOT


def raw(server, text):
    """What comes back, until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(text.encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode("latin1")


def test_of_two_changes_of_one_revision_one_is_stored(server):
    url = server.url + "/api/planets/cond-1b"
    assert server.post({"pl_name": "Cond-1 b"}, If_Match="*").status_code == 412
    assert server.post({"pl_name": "Cond-1 b"}, If_None_Match="*").status_code == 201
    assert server.post({"pl_name": "Cond-1 b", "pl_rade": 2}, If_None_Match="*").status_code == 412
    page = requests.get(url, timeout=10)
    tag = page.headers["ETag"]
    assert tag == '"1"' and page.headers["Cache-Control"] == "no-cache"
    assert requests.get(url, headers={"If-None-Match": tag}, timeout=10).status_code == 304
    assert requests.delete(url, headers={"If-Match": '"not-this"'}, timeout=10).status_code == 412
    changes = [server.post({"pl_name": "Cond-1 b", "pl_rade": radius}, If_Match=tag).status_code for radius in (2, 3)]
    assert changes == [201, 412]
    assert requests.delete(url, headers={"If-Match": '"2"'}, timeout=10).status_code == 200


def test_curl_resumes_a_download(server, tmp_path):
    whole = (ROOT / "Public" / "js" / "form.js").read_bytes()
    part = tmp_path / "form.js"
    part.write_bytes(whole[:1000])
    subprocess.run(["curl", "-sf", "-C", "-", "-o", part, f"{server.url}/js/form.js"], check=True, timeout=20)
    assert part.read_bytes() == whole
    answer = server.get("/js/form.js", headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416 and answer.headers["Content-Range"] == f"bytes */{len(whole)}"


def test_the_page_names_its_methods(server):
    for path in ("/", "/js/form.js"):
        answer = requests.options(server.url + path, timeout=10)
        assert answer.status_code == 204 and answer.headers["Allow"] == "GET, HEAD, OPTIONS"
        for method in ("POST", "PUT", "TRACE", "DELETE"):
            refused = requests.request(method, server.url + path, timeout=10)
            assert refused.status_code == 405 and refused.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_head_is_get_without_content(server):
    for path in ("/", "/livez", "/api/planets", "/api/board", "/api/schema", "/live", "/nothing", "/api/planets/none"):
        asked = {"Accept-Encoding": "identity"}
        get = requests.get(server.url + path, headers=asked, timeout=10)
        head = requests.head(server.url + path, headers=asked, timeout=10)
        assert head.status_code == get.status_code and not head.content
        if path not in ("/api/board",):
            assert {k: v for k, v in head.headers.items() if k != "Date"} == \
                {k: v for k, v in get.headers.items() if k != "Date"}, path
    live = raw(server, "HEAD /api/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert live.startswith("HTTP/1.1 200") and "Content-Length" not in live and "Cache-Control: no-store" in live


def test_a_refusal_comes_in_place_of_continue(server):
    for field, status in (("Content-Type: text/plain", 415), ("Content-Type: text/csv\r\nContent-Encoding: br", 415),
                          ("Content-Type: text/csv\r\nIdempotency-Key: two words", 400)):
        answer = raw(server, "POST /api/discoveries HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n"
                             f"Expect: 100-continue\r\n{field}\r\n\r\n")
        assert answer.startswith(f"HTTP/1.1 {status} "), answer
    merge = "Content-Type: application/merge-patch+json"
    for field in ("Content-Type: application/json", merge + "\r\nContent-Encoding: br"):
        answer = raw(server, "PATCH /api/planets/any HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n"
                             f"Expect: 100-continue\r\n{field}\r\n\r\n")
        assert answer.startswith("HTTP/1.1 415 "), answer


def test_no_answer_that_changes_is_kept_by_a_cache(server):
    server.post({"pl_name": "Cache-1 b"})
    for path in ("/api/planets/cache-1b", "/api/planets/none", "/metrics", "/livez", "/readyz", "/api/planets",
                 "/api/receipts/0/0", "/api/board", "/api/aliases"):
        answer = server.get(path)
        assert answer.headers["Cache-Control"] in ("no-cache", "private, no-cache"), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert "Cache-Control" in server.get(path, headers={"If-None-Match": answer.headers.get("ETag", '""')}).headers


def test_a_french_name_as_it_was_typed(server):
    answer = raw(server, "GET /api/planets?q=\xe9 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith("HTTP/1.1 400 ") and "percent-encoded" in answer
    assert server.get("/api/planets?q=%C3%A9").status_code == 200


def test_viewers_count_as_what_they_are(server):
    def counted(kind):
        return next(int(line.split()[-1]) for line in server.get("/metrics").text.splitlines()
                    if line.startswith(f'planetarium_http_requests_total{{class="{kind}"}}'))
    before = counted("1xx"), counted("2xx")
    viewers = [requests.get(server.url + "/api/live", stream=True, timeout=10) for _ in range(3)]
    assert counted("1xx") == before[0] and counted("2xx") >= before[1] + 3
    for viewer in viewers:
        viewer.close()


def unpacked(answer):
    """The body of an answer whose bytes were read as they came, and how many they were."""
    body, coding = answer.raw.read(decode_content=False), answer.headers.get("Content-Encoding")
    if coding == "zstd":
        return pyarrow.CompressedInputStream(pyarrow.BufferReader(body), "zstd").read(), len(body)
    return gzip.decompress(body) if coding == "gzip" else body, len(body)


def test_answers_are_compressed_as_they_are_accepted(server):
    lines = "\n".join(json.dumps({"pl_name": f"Coded-{i} b", "pl_rade": 1 + i / 100}) for i in range(1500))
    assert server.post(lines, "application/x-ndjson").status_code == 201
    server.board_when(lambda a: a["totals"]["planets"] >= 1500)
    paths = ["/api/board", "/api/schema", "/metrics", "/api/planets?q=coded&sort=pl_rade&limit=1000"]
    paths += [f"/api/planets?q=coded&format={form}" for form in ("csv", "tsv", "ndjson", "votable", "parquet")]
    for path in paths:
        plain, plain_size = unpacked(requests.get(
            server.url + path, headers={"Accept-Encoding": "identity"}, stream=True, timeout=10))
        for coding in ("gzip", "zstd"):
            asked = {"Accept-Encoding": coding}
            answer = requests.get(server.url + path, headers=asked, stream=True, timeout=10)
            body, size = unpacked(answer)
            if "parquet" in path:
                assert "Content-Encoding" not in answer.headers
                continue
            assert answer.headers["Content-Encoding"] == coding and "Accept-Encoding" in answer.headers["Vary"], path
            assert size < plain_size / 2, path
            if path != "/metrics":
                assert body == plain, path
            head = requests.head(server.url + path, headers=asked, timeout=10).headers
            assert head["Content-Encoding"] == coding, path
            if tag := answer.headers.get("ETag"):
                assert tag.endswith(f'-{coding}"')
                again = requests.get(server.url + path, headers=asked | {"If-None-Match": tag}, timeout=10)
                assert again.status_code == 304 and again.headers["ETag"] == tag and not again.content
    url = server.url + "/api/planets?q=coded&format=ndjson"
    lines = [subprocess.run(["curl", "-sf", *flags, url], check=True, timeout=20, capture_output=True).stdout
             for flags in ([], ["--compressed"])]
    assert lines[0] == lines[1] and lines[0].count(b"\n") == 1500


def test_what_a_change_names_or_depends_on_who_asks_stays_as_it_is(server):
    server.post({"pl_name": "Plain-1 b"})
    for path in ("/api/planets/plain1b", "/api/receipts/0/0"):
        answer = server.get(path, headers={"Accept-Encoding": "gzip, zstd"})
        assert answer.status_code == 200 and "Content-Encoding" not in answer.headers, path
    assert server.get("/api/planets/plain1b").headers["ETag"] == '"1"'
    assert server.get("/api/schema", headers={"Accept-Encoding": "*;q=0"}).status_code == 406
