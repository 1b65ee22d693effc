"""A clock that no time stamp can be made of is refused by every command, in a sentence; one that was far ahead and is
set back is told."""
import subprocess

import pytest

from running import BINARY, Server
from shim import Shim

YEAR = 365.2425 * 86400
COMMANDS = [
    ["serve", "--data"], ["verify"], ["compact"], ["topics", "--data"], ["config"], ["version"], ["help"],
    ["import", "records.csv"],
]


@pytest.mark.parametrize("years, sentence", [
    (-70, "the system's clock stands before 1970"), (240, "the system's clock stands after 2262-04-1")])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_command_runs_outside_of_1970_to_2262(tmp_path, command, years, sentence):
    shim = Shim(tmp_path)
    shim.tell(offset=years * YEAR)
    line = [str(BINARY), *command] + ([str(tmp_path / "data")] if command[0] != "import" else [])
    ended = subprocess.run(line, env=shim.environment(tmp_path), capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and sentence in ended.stderr, (ended.returncode, ended.stderr)


@pytest.mark.parametrize("years", [-70, 240])
def test_set_under_a_running_server_it_stops_nothing(tmp_path, years):
    shim = Shim(tmp_path)
    server = Server(tmp_path / "data", "--roll-age", "1")
    server.environment = shim.environment(tmp_path / "data")
    server.start()
    try:
        shim.tell(offset=years * YEAR)
        assert server.post({"pl_name": "Clock b"}).status_code in (201, 503)
        assert server.get("/readyz").status_code in (200, 503)
        shim.tell(offset=0)
        server.wait(lambda: server.post({"pl_name": "Clock c"}).status_code == 201, 20, "a submission taken again")
    finally:
        server.stop()


def test_records_from_the_future_are_told(tmp_path):
    shim = Shim(tmp_path)
    shim.tell(offset=5 * YEAR)
    server = Server(tmp_path / "data", "--roll-age", "1")
    server.environment = shim.environment(tmp_path / "data")
    server.start()
    try:
        assert server.post({"pl_name": "Ahead b"}).status_code == 201
        told = "records from the future"
        assert told not in "".join(server.errors)
        shim.tell(offset=0)
        server.wait(lambda: told in "".join(server.errors), 20, "the warning")
        server.stop()
        server.errors.clear()
        server.start()
        server.wait(lambda: told in "".join(server.errors), 20, "the warning after a restart")
        assert server.post({"pl_name": "Ahead c"}).status_code == 201
    finally:
        server.stop()
