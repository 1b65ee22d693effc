"""HTTPS by the server itself, as curl, OpenSSL, Python and scanners see it."""
import hashlib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading

import pytest
import requests

from access import run
from running import ROOT
from secure import SecureServer, make

sys.path.insert(0, str(ROOT / "Tests" / "Support"))
from ports import free_port  # noqa: E402


def visit(server, session=None, verify=None, cert=None):
    """GET /livez, over a new connection where there is no session."""
    session = session or requests.Session()
    session.trust_env = False
    return session.get(f"{server.url}/livez", verify=str(verify or server.files[0]), cert=cert, timeout=20)


@pytest.fixture
def secure(tmp_path):
    with SecureServer(tmp_path / "data", make(tmp_path)) as server:
        yield server


def curl(server, *arguments, path="/livez"):
    return subprocess.run(
        ["curl", "-sS", "--cacert", str(server.files[0]), "-w", "%{http_version} %{http_code}", *arguments,
         f"https://localhost:{server.port}{path}"], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("version", [["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3"], ["--http2"], ["--no-alpn"]])
def test_curl(secure, version):
    done = curl(secure, *version)
    assert done.stdout == "ok\n1.1 200", done.stderr


def test_old_versions_are_refused(secure):
    for version in ("-tls1", "-tls1_1"):
        done = subprocess.run(
            ["openssl", "s_client", version, "-cipher", "ALL:@SECLEVEL=0", "-connect", f"127.0.0.1:{secure.port}"],
            input="", capture_output=True, text=True, timeout=30)
        assert done.returncode != 0 and "Cipher is (NONE)" in done.stdout, done.stdout


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_sessions_are_resumed_from_tickets(secure, tmp_path, version):
    request = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    def visit(*arguments):
        done = subprocess.run(
            ["openssl", "s_client", version, "-ign_eof", "-connect", f"127.0.0.1:{secure.port}", *arguments],
            input=request, capture_output=True, text=True, timeout=30)
        assert "HTTP/1.1 200 OK" in done.stdout
        return done.stdout

    assert "\nNew, TLSv1." in visit("-sess_out", str(tmp_path / "session"))
    assert "\nReused, TLSv1." in visit("-sess_in", str(tmp_path / "session"))
    # Several, with no connection that would keep the earlier certificates alive: their keys are taken over in time.
    for count in range(1, 6):
        secure.process.send_signal(signal.SIGHUP)
        secure.wait(lambda: sum("certificates read again" in line for line in secure.errors) == count, 10, "reload")
    assert "\nReused, TLSv1." in visit("-sess_in", str(tmp_path / "session")), "tickets outlive a reload"


def test_protocols_other_than_http11_are_refused(secure):
    context = ssl.create_default_context(cafile=str(secure.files[0]))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with secure.socket(context) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"
    context.set_alpn_protocols(["h2"])
    with pytest.raises(ssl.SSLError):
        secure.socket(context)


def test_bodies_and_answers_come_whole(secure):
    lines = "".join(json.dumps({"pl_name": f"Big-{i} b", "pl_rade": 1 + i % 9}) + "\n" for i in range(30_000))
    answer = secure.post(lines, "application/x-ndjson", path="/api/discoveries?results=all")
    assert answer.status_code == 201 and answer.json()["accepted"] == 30_000
    file = ROOT / "Public" / "js" / "i18n" / "fr.js"
    for _ in range(3):
        got = secure.get("/js/i18n/fr.js").content
        assert hashlib.sha256(got).digest() == hashlib.sha256(file.read_bytes()).digest()


def test_pieces_of_any_size(secure):
    """Requests byte by byte, many in one record, and a reader that takes little at a time."""
    request = b"GET /api/planets?limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with secure.socket() as connection:
        for byte in request:
            connection.sendall(bytes([byte]))
        assert connection.recv(12) == b"HTTP/1.1 200"
    with secure.socket() as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500)
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        got = b""
        while piece := connection.recv(1000):
            got += piece
        assert got.count(b"HTTP/1.1 200 OK") == 501


def test_plain_http_gets_a_clear_answer(secure):
    plain = requests.get(f"http://127.0.0.1:{secure.port}/api/planets", timeout=30)
    assert plain.status_code == 400 and plain.headers["Content-Type"] == "application/problem+json"
    assert f"https://127.0.0.1:{secure.port}/api/planets" in plain.json()["detail"]
    body = requests.post(f"http://127.0.0.1:{secure.port}/api/discoveries", json={"pl_name": "X b"}, timeout=30)
    assert body.status_code == 400
    assert secure.get("/api/planets").json()["total"] == 0


@pytest.mark.parametrize("bytes_", [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], ids=len)
def test_slow_handshakes_are_cut(secure, bytes_):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=30) as connection:
        connection.sendall(bytes_)
        assert connection.recv(1) == b"", "closed without a word"


@pytest.mark.parametrize("bytes_", [
    b"\x00" * 100, b"\x16\x03\x01\xff\xff" + b"A" * 70_000, os.urandom(5000).replace(b"\x16", b"\x17"),
    b"\x15\x03\x01\x00\x02\x02\x28", b"\x80\x2e\x01\x00\x02",
], ids=range(5))
def test_what_is_no_handshake_ends_the_connection(secure, bytes_):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=30) as connection:
        try:
            connection.sendall(bytes_)
            while connection.recv(4096):
                pass
        except (ConnectionResetError, BrokenPipeError):
            pass
    assert secure.get("/livez").status_code == 200


def test_half_handshakes_hold_nobody_up(secure):
    waiting = [socket.create_connection(("127.0.0.1", secure.port)) for _ in range(300)]
    for one in waiting:
        one.sendall(b"\x16\x03\x01\x02\x00\x01")
    assert all(visit(secure).ok for _ in range(20))
    for one in waiting:
        one.close()


def test_a_reload_drops_nothing(tmp_path):
    """New certificates while requests go on, over old and new connections."""
    files, used = make(tmp_path), (tmp_path / "used.crt", tmp_path / "used.key")
    for new, place in zip(files, used):
        shutil.copy(new, place)
    with SecureServer(tmp_path / "data", used) as server:
        trusted, failures, done = tmp_path / "trusted", [], threading.Event()
        second = make(tmp_path, "second", "--name", "second.example")
        trusted.write_text(files[0].read_text() + second[0].read_text())

        def load(keep):
            session = requests.Session()
            while not done.is_set() and not failures:
                try:
                    answer = visit(server, session if keep else None, verify=trusted)
                    assert answer.status_code == 200
                except Exception as error:  # whatever it is, the test names it
                    failures.append(error)

        threads = [threading.Thread(target=load, args=(keep,)) for keep in (True, False, True, False)]
        [thread.start() for thread in threads]
        try:
            with server.socket() as old:
                old.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert old.recv(4096).startswith(b"HTTP/1.1 200 OK")
                for _ in range(10):
                    for source in (second, files):
                        for new, place in zip(source, used):
                            shutil.copy(new, place)
                        server.process.send_signal(signal.SIGHUP)
                done.wait(0.5)
                old.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert old.recv(15) == b"HTTP/1.1 200 OK", "a connection keeps its certificate"
        finally:
            done.set()
            [thread.join() for thread in threads]
        assert failures == []


def test_a_reload_shows_the_new_certificate_and_a_bad_one_changes_nothing(tmp_path):
    files = make(tmp_path)
    with SecureServer(tmp_path / "data", files) as server:
        first = ssl.get_server_certificate(("127.0.0.1", server.port))
        files[0].write_text("rubbish")
        server.process.send_signal(signal.SIGHUP)
        server.wait(lambda: any("the earlier certificates stay" in line for line in server.errors), 10, "complaint")
        assert ssl.get_server_certificate(("127.0.0.1", server.port)) == first
        second = make(tmp_path, "second")
        shutil.copy(second[1], files[1])
        shutil.copy(second[0], files[0])
        server.process.send_signal(signal.SIGHUP)
        server.wait(lambda: ssl.get_server_certificate(("127.0.0.1", server.port)) == second[0].read_text(), 10, "new")


def test_client_certificates(tmp_path):
    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)

    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new, "-keyout", tmp_path / "ca.key", "-out", tmp_path / "ca.crt", "-subj", "/CN=The CA")
    openssl("req", *new, "-keyout", tmp_path / "lab.key", "-out", tmp_path / "lab.csr", "-subj", "/CN=lab")
    openssl("x509", "-req", "-in", tmp_path / "lab.csr", "-CA", tmp_path / "ca.crt", "-CAkey", tmp_path / "ca.key",
            "-CAcreateserial", "-out", tmp_path / "lab.crt")
    stranger = make(tmp_path, "stranger")
    server = SecureServer(tmp_path / "data", make(tmp_path), "--tls-client-ca", str(tmp_path / "ca.crt"))
    server.session.cert = (str(tmp_path / "lab.crt"), str(tmp_path / "lab.key"))
    with server:
        assert server.get("/livez").status_code == 200
        for other in (None, tuple(map(str, stranger))):
            with pytest.raises(requests.RequestException):
                visit(server, cert=other)


def test_redirect_and_strict_transport(tmp_path):
    port = free_port()
    server = SecureServer(
        tmp_path / "data", make(tmp_path), "--hsts", "600", "--redirect-from", f"127.0.0.1:{port}",
        "--public-url", "https://planets.example:8443")
    plain = f"http://127.0.0.1:{port}"
    with server:
        assert server.get("/livez").headers["Strict-Transport-Security"] == "max-age=600"
        sent = requests.get(f"{plain}/api/planets?limit=1", allow_redirects=False, timeout=20)
        assert sent.status_code == 301 and "Strict-Transport-Security" not in sent.headers
        assert sent.headers["Location"] == f"https://127.0.0.1:{server.port}/api/planets?limit=1"
        sent = requests.post(f"{plain}/api/discoveries", data=b"{}", allow_redirects=False, timeout=20)
        assert sent.status_code == 308
        named = requests.get(plain, headers={"Host": "planets.example"}, allow_redirects=False, timeout=20)
        assert named.headers["Location"] == "https://planets.example:8443/"
        assert requests.get(plain, headers={"Host": "evil.example"}, timeout=20).status_code == 421


@pytest.mark.parametrize("arguments, complaint", [
    (["--tls-cert", "{crt}"], "go together"), (["--hsts", "1"], "--hsts needs"),
    (["--tls-cert", "{crt}", "--tls-key", "/nothing"], "/nothing"),
    (["--tls-cert", "{crt}", "--tls-key", "{other}"], "key values mismatch"),
    (["--tls-cert", "{key}", "--tls-key", "{key}"], "cannot use the certificates"),
])
def test_wrong_files_stop_the_start(tmp_path, arguments, complaint):
    crt, key = make(tmp_path)
    other = make(tmp_path, "other")[1]
    refused = run("serve", "--listen", "127.0.0.1:0", "--data", tmp_path / "data",
                  *(one.format(crt=crt, key=key, other=other) for one in arguments))
    assert refused.returncode == 2 and complaint in refused.stderr, refused.stderr
    assert not (tmp_path / "data").exists()


def test_a_certificate_is_not_overwritten(tmp_path):
    crt, key = make(tmp_path, "mine", "--name", "planets.lan", "--name", "192.0.2.7", "--days", "3")
    shown = subprocess.run(["openssl", "x509", "-in", crt, "-noout", "-text"], capture_output=True, text=True).stdout
    for name in ("DNS:localhost", "IP Address:127.0.0.1", "DNS:planets.lan", "IP Address:192.0.2.7", "CA:FALSE"):
        assert name in shown
    assert key.stat().st_mode & 0o777 == 0o600
    before = crt.read_bytes(), key.read_bytes()
    assert run("certificate", "--cert", crt, "--key", key).returncode == 1
    assert (crt.read_bytes(), key.read_bytes()) == before
    assert run("certificate", "--cert", tmp_path / "x", "--key", tmp_path / "y", "--name", "a,DNS:b").returncode == 2


def test_import_over_https(secure, tmp_path):
    file = tmp_path / "one.csv"
    file.write_text("pl_name\nSecure b\n")
    assert run("import", file, "--to", secure.url, "--quiet", "--ca-file", secure.files[0]).returncode == 0


def scanner(name, package):
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed (Debian's package {package})")
    return found


def test_sslscan_finds_nothing(secure):
    scan = scanner("sslscan", "sslscan")
    out = subprocess.run([scan, "--no-colour", f"127.0.0.1:{secure.port}"], capture_output=True, text=True,
                         timeout=300).stdout
    for version, state in [("SSLv2", "disabled"), ("SSLv3", "disabled"), ("TLSv1.0", "disabled"),
                           ("TLSv1.1", "disabled"), ("TLSv1.2", "enabled"), ("TLSv1.3", "enabled")]:
        assert f"{version}{' ' * (10 - len(version))}{state}" in out, out
    ciphers = [line.split()[4] for line in out.splitlines() if line.startswith(("Accepted", "Preferred"))]
    assert ciphers and all("GCM" in one or "CHACHA20" in one for one in ciphers), ciphers
    assert "vulnerable to heartbleed" not in out.replace("not vulnerable", "")


def test_testssl_finds_nothing(secure, tmp_path):
    """What is quick of it: versions, kinds of ciphers, and the holes that have names."""
    found = tmp_path / "found.json"
    # Protocols, kinds of ciphers; Heartbleed, CCS, Ticketbleed, renegotiation, CRIME, POODLE, fallback, SWEET32, FREAK.
    checks = ["-p", "-s", "-H", "-I", "-T", "-R", "-C", "-O", "-Z", "-W", "-F"]
    subprocess.run([scanner("testssl", "testssl.sh"), "--quiet", "--color", "0", "--warnings", "batch", "--fast",
                    "--jsonfile", found, *checks, f"127.0.0.1:{secure.port}"],
                   cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, timeout=600)
    results = json.loads(found.read_text())
    assert {one["id"] for one in results} >= {"TLS1_2", "TLS1_3", "heartbleed", "CCS", "secure_renego", "CRIME_TLS"}
    bad = [one for one in results if one["severity"] in ("MEDIUM", "HIGH", "CRITICAL")]
    assert not bad, bad
