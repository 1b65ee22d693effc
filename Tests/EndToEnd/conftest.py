"""Fixtures of the end-to-end tests. The server itself is in running.py."""
import csv
import io
import os

import pytest

from running import SAMPLE, Server


@pytest.fixture
def server_at():
    """Makes servers; all are stopped in the end."""
    servers = []

    def make(data, *arguments, **kw):
        server = Server(data, *arguments, **kw)
        servers.append(server)
        return server.start()

    yield make
    for server in servers:
        if server.process and server.process.poll() is None:
            server.kill()


@pytest.fixture
def server(server_at, tmp_path):
    return server_at(tmp_path / "data")


@pytest.fixture(scope="session")
def sample_lines():
    """The sample table's lines without comments: header first."""
    return [line for line in SAMPLE.read_text().splitlines(keepends=True) if not line.startswith("#")]


@pytest.fixture(scope="session")
def sample_rows(sample_lines):
    return list(csv.DictReader(io.StringIO("".join(sample_lines))))


@pytest.fixture
def base_url(server):
    """For the page's tests."""
    return os.environ.get("PLANETARIUM_URL", server.url)
