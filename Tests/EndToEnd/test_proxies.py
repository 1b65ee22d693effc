"""The proxies' configurations of Scripts/proxies, each run as it stands but for its ports, where it is installed."""
import json
import os
import shutil
import subprocess
import sys
import time

import pytest
import requests
from websockets.sync.client import connect

from running import ROOT, until

sys.path.insert(0, str(ROOT / "Tests" / "Support"))
from ports import free_port  # noqa: E402

PROXIES = ROOT / "Scripts" / "proxies"
MODULES = "/usr/lib/apache2/modules"


def nginx(text, folder, port):
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; daemon off; events {{}}\nhttp {{ access_log off;\n"
        + "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in (
            "client_body", "proxy", "fastcgi", "uwsgi", "scgi")) + text + "}\n")
    return ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]


def haproxy(text, folder, port):
    (folder / "haproxy.cfg").write_text(text)
    return ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")]


def caddy(text, folder, port):
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def apache2(text, folder, port):
    modules = ["mpm_event", "authz_core", "headers", "proxy", "proxy_http"]
    (folder / "apache.conf").write_text(
        "".join(f"LoadModule {one}_module {MODULES}/mod_{one}.so\n" for one in modules)
        + f"ServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n"
        + "User www-data\nGroup www-data\n" + text)
    return ["apache2", "-D", "FOREGROUND", "-f", str(folder / "apache.conf")]


def varnishd(text, folder, port):
    (folder / "varnish.vcl").write_text(text)
    return ["varnishd", "-F", "-j", "none", "-a", f"127.0.0.1:{port}", "-f", str(folder / "varnish.vcl"),
            "-n", str(folder / "work"), "-s", "malloc,20M", "-T", "none"]


@pytest.fixture(params=[(nginx, "nginx.conf"), (haproxy, "haproxy.cfg"), (caddy, "Caddyfile"),
                        (apache2, "apache.conf"), (varnishd, "varnish.vcl")], ids=lambda one: one[0].__name__)
def proxied(request, server_at, tmp_path):
    """A server, and its address behind a proxy."""
    command, name = request.param
    if not shutil.which(command.__name__):
        pytest.skip(f"{command.__name__} is not installed")
    port = free_port()
    server = server_at(tmp_path / "data", "--trusted-proxy", "127.0.0.1", "--public-url", "http://planets.example",
                       "--access-log", str(tmp_path / "access.ndjson"))
    text = (PROXIES / name).read_text().replace("8088", str(port)).replace("8080", str(server.port))
    folder = tmp_path / "proxy"
    folder.mkdir()
    log = (tmp_path / "proxy.log").open("w")
    process = subprocess.Popen(
        command(text.replace("8080", str(server.port)), folder, port), cwd=folder, stdout=log, stderr=log,
        env={**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)})
    url = f"http://127.0.0.1:{port}/planetarium"
    try:
        until(lambda: requests.get(url + "/readyz", timeout=10).status_code == 200, 60, "the proxy",
              lambda: (tmp_path / "proxy.log").read_text()[-2000:])
        yield server, url
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:  # it waits for an event stream
            process.kill()
            process.wait(20)


def test_everything_works_behind_it(proxied, tmp_path):
    server, url = proxied
    body = {"pl_name": "Proxied b", "discoverymethod": "Transit", "disc_year": 2016}
    with connect(url.replace("http", "ws") + "/live", origin=url.rsplit("/", 1)[0]) as live:
        assert json.loads(live.recv(timeout=20))
        with requests.get(url + "/api/live", stream=True, timeout=20) as events:
            assert events.headers["Content-Type"] == "text/event-stream"
            stream = events.iter_lines()
            assert any(line.startswith(b"data:") for line in stream), "the snapshot comes at once"
            sent = requests.post(url + "/api/discoveries", json=body, timeout=20)
            assert sent.status_code == 201 and sent.headers["Location"] == "/planetarium/api/planets/proxiedb"
            assert any(b"Proxied b" in line for line in stream)
        while "Proxied b" not in live.recv(timeout=20):
            pass
    assert requests.get(url + "/", timeout=20).text.startswith("<!doctype html>")
    shown = requests.get(url.rsplit("/", 1)[0] + sent.headers["Location"], timeout=20)
    assert shown.status_code == 200 and shown.json()["planet"]["pl_name"] == "Proxied b"


def test_answers_are_not_old(proxied):
    server, url = proxied
    for revision in (1, 2, 3):
        body = {"pl_name": "Fresh b", "pl_rade": revision}
        assert requests.post(url + "/api/discoveries", json=body, timeout=20).status_code == 201
        assert requests.get(url + "/api/planets/freshb", timeout=20).json()["revision"] == revision


def test_clients_and_slashes_come_through(proxied, tmp_path):
    server, url = proxied
    requests.post(url + "/api/discoveries", json={"pl_name": "S b", "discoverymethod": "Transit", "disc_year": 2016},
                  timeout=20)
    path = "/api/aggregates/by_method_year/Transit%2F2016/records"
    server.wait(lambda: requests.get(url + path, timeout=20).status_code == 200, 20, "the group")
    requests.get(url + "/livez?mark", timeout=20, headers={"X-Forwarded-For": "203.0.113.9", "User-Agent": "marked"})
    lines = server.wait(lambda: [json.loads(line) for line in (tmp_path / "access.ndjson").read_text().splitlines()
                                 if "marked" in line], 10, "the line")
    assert lines[0]["address"] == "127.0.0.1", "the proxy's word counts, not the client's"
    assert lines[0]["target"] == "/livez?mark"
