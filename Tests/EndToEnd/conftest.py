"""Fixtures of the end-to-end tests. The server itself is in running.py."""
import csv
import io
from contextlib import ExitStack

import pytest

from running import SAMPLE, Server


@pytest.fixture
def server_at():
    """Makes servers; all are stopped in the end."""
    with ExitStack() as running:
        yield lambda data, *arguments, **kw: running.enter_context(Server(data, *arguments, **kw))


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
