"""The command-line tools against a running server: import (resumable), replay, help, settings and their
documentation."""
import json
import os
import re
import subprocess
import time

import pytest

from running import BINARY, ROOT, SAMPLE


def run(*arguments, stdin=None, timeout=120, **environment):
    return subprocess.run([str(BINARY), *map(str, arguments)], input=stdin, capture_output=True, text=True,
                          timeout=timeout, env=os.environ | environment)


def serve(data, *arguments, **environment):
    """Starts `serve` with nothing but these settings, and ends it."""
    process = subprocess.Popen([BINARY, "serve", *arguments], cwd=ROOT, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env=os.environ | environment)
    try:
        assert process.stdout.readline().startswith("Planetarium serves http://127.0.0.1:")
        assert (data / "log.db").exists()
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_import_the_sample(server):
    done = run("import", SAMPLE, "--to", server.url, "--quiet")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "6061 stored, 0 refused\n"
    server.board_when(lambda a: a["totals"]["planets"] == 6061)


def test_import_names_the_lines_it_refuses(server, tmp_path):
    file = tmp_path / "some.csv"
    file.write_text('# made up\npl_name,pl_rade,comment\nA-1 b,1.5,"two\nlines"\nA-2 b,wide,\nA-3 b,2,\nA-4 b,-1,\n')
    done = run("import", file, "--to", server.url, "--batch", "2")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("2 stored, 2 refused")
    rejects = [json.loads(line) for line in (tmp_path / "some.csv.rejects.ndjson").read_text().splitlines()]
    assert [(r["line"], r["raw"], r["errors"][0]["field"]) for r in rejects] == [
        (5, "A-2 b,wide,\n", "pl_rade"), (7, "A-4 b,-1,\n", "pl_rade")]
    assert not list(tmp_path.glob("*.import-progress"))


@pytest.mark.parametrize("begin", ['"', '{"pl_name":"'])
def test_import_passes_over_a_line_without_end(server, tmp_path, begin):
    """Longer than any record: refused once, at its line, and the lines behind it are taken."""
    kind = "csv" if begin == '"' else "ndjson"
    lines = ["pl_name", "Before b", begin + "x" * (9 << 20), "After b"] if kind == "csv" else [
        '{"pl_name":"Before b"}', begin + "x" * (9 << 20), '{"pl_name":"After b"}']
    file = tmp_path / f"long.{kind}"
    file.write_text("\n".join(lines) + "\n")
    done = run("import", file, "--to", server.url, "--quiet")
    assert done.returncode == 1 and done.stdout.startswith("2 stored, 1 refused"), done.stdout + done.stderr
    reject, = [json.loads(line) for line in (tmp_path / f"long.{kind}.rejects.ndjson").read_text().splitlines()]
    assert reject["line"] == len(lines) - 1
    assert server.get("/api/planets/afterb").status_code == 200


def test_import_of_one_file_as_two_formats(server, tmp_path):
    file = tmp_path / "same"
    file.write_text('pl_name\nSame b\n')
    assert run("import", file, "--to", server.url, "--format", "csv").returncode == 0
    assert run("import", file, "--to", server.url, "--format", "ndjson", "--rejects",
               tmp_path / "rejects").stdout.startswith("0 stored, 2 refused")


def test_import_ndjson_from_standard_input(server):
    done = run("import", "-", "--to", server.url, "--quiet", stdin='{"pl_name":"N-1 b"}\n{"pl_name":"N-2 b"}')
    assert (done.returncode, done.stdout) == (0, "2 stored, 0 refused\n"), done.stderr


def test_a_killed_import_goes_on_where_it_was(server, tmp_path):
    file = tmp_path / "planets.csv"
    file.write_bytes(SAMPLE.read_bytes())
    first = subprocess.Popen([BINARY, "import", file, "--to", server.url, "--batch", "50", "--quiet"])
    progress = tmp_path / "planets.csv.import-progress"
    end = time.monotonic() + 20
    while not progress.exists() and time.monotonic() < end:
        time.sleep(0.001)
    first.kill()
    first.wait()
    before = server.get("/api/planets?limit=1").json()["total"]
    assert 0 < before < 6061
    done = run("import", file, "--to", server.url, "--batch", "50")
    assert done.returncode == 0 and "going on at line" in done.stderr
    board = server.board_when(lambda a: a["totals"]["planets"] == 6061)
    assert board["aggregates"]["totals"]["records"] == 6061
    assert not progress.exists()


def test_import_waits_for_a_server_that_is_away(server_at, tmp_path):
    server = server_at(tmp_path / "data")
    port = server.port
    server.stop()
    importing = subprocess.Popen([BINARY, "import", "-", "--to", server.url, "--quiet"], stdin=subprocess.PIPE,
                                 text=True)
    importing.stdin.write('{"pl_name":"W-1 b"}\n')
    importing.stdin.close()
    time.sleep(0.5)
    back = server_at(tmp_path / "data", listen=f"127.0.0.1:{port}")
    assert importing.wait(30) == 0
    assert back.get("/api/planets/w1b").status_code == 200


def test_replay_plays_year_by_year(server):
    playing = subprocess.Popen([BINARY, "replay", SAMPLE, "--to", server.url, "--speed", "5", "--until", "2003",
                                "--quiet"],
                               stdout=subprocess.PIPE, text=True)
    seen = []
    while playing.poll() is None:
        years = server.board()["aggregates"]["by_year"]
        seen.append(max(years, default=""))
        time.sleep(0.05)
    assert playing.returncode == 0
    assert seen == sorted(seen) and len(set(seen)) > 2
    board = server.board_when(lambda a: max(a["by_year"], default="") == "2003")
    assert "2004" not in board["aggregates"]["by_year"]


@pytest.mark.parametrize("arguments,message", [
    (["serve", "--listen", "nowhere"], "HOST:PORT"), (["serve", "--log", "redis://x"], "not a log address"),
    (["fly"], "unknown command"), (["web"], "kafka://HOST:PORT"), (["stream", "--log", "memory:"], "kafka://HOST:PORT"),
    (["serve", "--topic", "a b"], "--topic"), (["stream", "--listen", "127.0.0.1:0"], "unknown argument"),
    (["topics", "--kafka-properties", "/nonexistent"], "cannot open"),
    (["serve", "--roll-rows", "none"], "--roll-rows"), (["import"], "FILE"),
    (["replay", "x.csv", "--speed", "-1"], "--speed"), (["version", "loudly"], "unknown argument: loudly"),
    (["help", "serve", "web"], "unknown argument: web"), (["serve", "--lisen", "x"], "Try: planetarium help serve"),
    (["import", "x.csv", "--batch", "0"], "--batch"), (["serve", "--bogus"], "unknown argument")])
def test_a_wrong_command_line_is_exit_status_2(arguments, message):
    done = run(*arguments)
    assert done.returncode == 2 and message in done.stderr


def test_two_servers_on_one_data_folder_are_refused(server):
    second = run("serve", "--listen", "127.0.0.1:0", "--data", server.data)
    assert second.returncode == 1 and str(server.process.pid) in second.stderr


def test_topics_of_an_embedded_log(server):
    server.post({"pl_name": "T-1 b"})
    shown = run("topics", "--data", server.data)
    assert shown.returncode == 0, shown.stderr
    assert "planet-discoveries\n  partition 0: offsets 0 to 0\n" in shown.stdout
    assert "planet-rejected\n  partition 0: no records\n" in shown.stdout and "missing" not in shown.stdout
    topics = {one["topic"]: one for one in json.loads(run("topics", "--json", "--data", server.data).stdout)}
    assert topics["planet-discoveries"] == {
        "topic": "planet-discoveries", "there": True, "partitions": [{"partition": 0, "first": 0, "next": 1}]}


def test_what_was_done_as_json(server, tmp_path):
    file = tmp_path / "some.csv"
    file.write_text("pl_name,disc_year,pl_rade\nJ-1 b,2001,1\nJ-2 b,2002,2\nJ-3 b,2002,-3\n")
    would = run("import", file, "--to", server.url, "--dry-run", "--json")
    assert json.loads(would.stdout)["changes"] == {"new": 2}
    done = run("import", file, "--to", server.url, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "stored": 2, "refused": 1, "refused_without_details": 0, "rejects": f"{file}.rejects.ndjson"}
    played = run("replay", file, "--to", server.url, "--speed", "100", "--json")
    assert json.loads(played.stdout) == {"records": 3, "years": 2, "some_refused": True}
    compacted = run("compact", server.data / "lake", "--json")
    assert compacted.returncode == 1 and compacted.stdout == "", "a server writes to that lake"


def test_a_lake_without_files_is_nothing_to_verify(tmp_path):
    done = run("verify", tmp_path)
    assert done.returncode == 0 and done.stdout.endswith("\nNothing to verify: the lake has no files yet.\n")
    merged = run("compact", tmp_path, "--json")
    assert json.loads(merged.stdout) == {"compactions": 0, "files_before": 0, "files_after": 0, "files_adopted": 0}


def test_a_page_that_is_not_there_is_said_before_anything_is_made(tmp_path):
    done = run("serve", "--listen", "127.0.0.1:0", "--data", tmp_path / "data", "--public", "/nope")
    assert done.returncode == 2 and "--public /nope: No such file or directory" in done.stderr
    assert done.stderr.endswith("Try: planetarium help serve\n") and not (tmp_path / "data").exists()


@pytest.mark.parametrize("content, reason", [("", "is empty"), ("pl_name\n", "holds no record")])
def test_a_file_without_records_is_no_import(server, tmp_path, content, reason):
    file = tmp_path / "none.csv"
    file.write_text(content)
    done = run("import", file, "--to", server.url)
    assert done.returncode == 4 and reason in done.stderr


@pytest.mark.parametrize("command", ["serve", "topics create"])
@pytest.mark.parametrize("setting", [("--retention", "2"), ("--compact", "1")])
def test_an_embedded_log_that_is_to_drop_records_is_refused(tmp_path, command, setting):
    done = run(*command.split(), "--data", tmp_path / "data", *setting)
    assert done.returncode == 2 and f"{setting[0]}: an embedded log keeps every record" in done.stderr, done.stderr
    assert not (tmp_path / "data").exists()


def test_hive_ddl_needs_no_metastore(tmp_path):
    printed = run("hive", "ddl", "--data", tmp_path / "new")
    assert printed.returncode == 0 and printed.stderr == "" and not (tmp_path / "new").exists()
    tables = re.findall(
        r"CREATE EXTERNAL TABLE IF NOT EXISTS `planetarium`.`(\w+)` \(\n(.*?)\n\)\n.*?LOCATION '(.*?)';",
        printed.stdout, re.S)
    assert [name for name, _, _ in tables] == ["discoveries", "predictions", "aggregates", "rejected"]
    assert all(location == f"file:{tmp_path}/new/lake/{name}" for name, _, location in tables)
    assert "  `pl_name` string,\n" in tables[0][1] and "  `log_timestamp` timestamp,\n" in tables[0][1]
    hdfs = ["--lake", "hdfs://namenode:9870/lake"]
    there = run("hive", "ddl", *hdfs, "--hive-location", "hdfs://namenode:8020/lake/", "--hive-database", "other")
    assert "LOCATION 'hdfs://namenode:8020/lake/rejected';" in there.stdout and "`other`.`rejected`" in there.stdout
    # WebHDFS' port is not Hive's, so it must be said.
    unknown = run("hive", "ddl", *hdfs)
    assert unknown.returncode == 2 and "--hive-location is needed" in unknown.stderr


def test_a_wrong_hive_command_line_is_refused(tmp_path):
    for wrong in (["hive"], ["hive", "mend"], ["hive", "check", "--data", tmp_path],
                  ["hive", "check", "--hive", "http://a:1"], ["hive", "ddl", "--hive-database", "a.b"],
                  ["hive", "ddl", "--hive-location", "/a"], ["web", "--hive", "a:1"]):
        done = run(*wrong)
        assert done.returncode == 2 and done.stderr, wrong


def test_docs_list_exactly_the_settings():
    commands = ["serve", "web", "stream", "topics", "hive", "compact", "verify", "token"]
    program = {}
    for command in commands:
        # Wrapped to the terminal: the lines that go on are far in.
        shown = re.sub(r"\n {10,}", " ", run(command, "--help").stdout)
        for row in re.findall(r"^  --([a-z-]+) (\S+) +(.*) \(default (\S+), (\w+)\)$", shown, re.M):
            program.setdefault(row, []).append(command)
    document = {}
    for option, value, environment, default, which, meaning in re.findall(
            r"^\| `--([a-z-]+) (\S+)` \| `(\w+)` \| (\S+) \| ([a-z, ]+) \| (.*) \|$",
            (ROOT / "docs" / "CONFIG.md").read_text(), re.M):
        value = value.replace("\\|", "|")
        document[option, value, meaning, default, environment] = which.split(", ")
    assert program == document and len(program) >= 20


def test_settings_come_from_the_environment_too(tmp_path):
    serve(tmp_path / "d", PLANETARIUM_LISTEN="127.0.0.1:0", PLANETARIUM_DATA=str(tmp_path / "d"))


def test_config_shows_where_each_value_comes_from(tmp_path):
    file = tmp_path / "p.conf"
    file.write_text("# ours\nloops = 3\nroll-age = 5\nkafka-property = sasl.password=hunter2\n")
    done = run("config", "serve", "--config", file, "--data", "d", PLANETARIUM_LOOPS="4",
               PLANETARIUM_HDFS_TOKEN="hunter3")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("  ")]
    rows = {name: (value, " ".join(origin)) for name, value, *origin in lines}
    assert rows["data"] == ("d", "flag") and rows["log"] == ("sqlite:d/log.db", "default")
    assert rows["loops"] == ("4", "environment PLANETARIUM_LOOPS") and rows["roll-age"] == ("5", f"{file}:3")
    assert "sasl.password=(not shown)" in done.stdout and "hunter" not in done.stdout + done.stderr
    assert not (tmp_path / "d").exists()


def test_a_server_takes_its_settings_from_a_file(tmp_path):
    file = tmp_path / "p.conf"
    file.write_text(f"listen = 127.0.0.1:0\ndata = {tmp_path / 'd'}\n")
    serve(tmp_path / "d", "--config", file)


def test_names_that_do_not_exist_name_the_nearest(tmp_path):
    file = tmp_path / "p.conf"
    file.write_text("\nlisen = 127.0.0.1:0\n")
    for arguments, message in [
        (["improt"], "did you mean import?"), (["help", "sevre"], "did you mean serve?"),
        (["serve", "--lisen", "x"], "did you mean --listen?"),
        (["serve", "--config", file], f"{file}:2: unknown setting: lisen; did you mean listen?"),
        (["import", "x.csv", "--quite"], "did you mean --quiet?"),
    ]:
        done = run(*arguments)
        assert done.returncode == 2 and message in done.stderr, done.stderr


def test_help_fits_the_terminal():
    for columns in (60, 80, 100):
        for command in ("serve", "import", "verify"):
            shown = run("help", command, COLUMNS=str(columns)).stdout
            example = shown.split("Example:\n")[1].split("\n")[0]
            assert example.startswith(f"  planetarium {command}")
            for line in shown.splitlines():
                assert len(line) <= columns or line == example or len(line.split()) == 1, shown
