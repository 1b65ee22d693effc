"""Fixtures of the end-to-end tests. The server itself is in running.py."""
import csv
import io
from contextlib import ExitStack

import pytest

from access import ROLES, token
from running import SAMPLE, Server


@pytest.fixture
def server_at():
    """Makes servers; all are stopped in the end."""
    with ExitStack() as running:
        yield lambda data, *arguments, **kw: running.enter_context(Server(data, *arguments, **kw))


@pytest.fixture
def server(server_at, tmp_path):
    return server_at(tmp_path / "data")


@pytest.fixture
def tokens(tmp_path):
    """A file of tokens, and a token of each role."""
    file = tmp_path / "tokens"
    return file, {role: token(file, f"the-{role}", role) for role in ROLES}


@pytest.fixture
def guarded(server_at, tmp_path, tokens):
    """A server that asks for tokens, which are `guarded.tokens` by their role."""
    server = server_at(tmp_path / "data", "--tokens", str(tokens[0]))
    server.tokens = tokens[1]
    return server


@pytest.fixture(scope="session")
def sample_lines():
    """The sample table's lines without comments: header first."""
    return [line for line in SAMPLE.read_text().splitlines(keepends=True) if not line.startswith("#")]


@pytest.fixture(scope="session")
def sample_rows(sample_lines):
    return list(csv.DictReader(io.StringIO("".join(sample_lines))))
