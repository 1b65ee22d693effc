"""The Postman collection: runs as a whole against the real server, twice, and would fail if the server did.

The runner is Tests/EndToEnd/postman/run.js on plain Node; Postman itself is not needed.
"""
import copy
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNNER = ROOT / "Tests" / "EndToEnd" / "postman" / "run.js"
COLLECTION = ROOT / "postman" / "planetarium.postman_collection.json"
ENVIRONMENT = ROOT / "postman" / "planetarium.postman_environment.json"
NODE = os.environ.get("NODE", "nodejs")


def run(collection, url, *arguments):
    return subprocess.run(
        [NODE, str(RUNNER), str(collection), "--environment", str(ENVIRONMENT), "--base-url", url,
         *map(str, arguments)],
        capture_output=True, text=True, timeout=120)


def requests_of(node, path=()):
    for item in node["item"]:
        if "request" in item:
            yield " / ".join((*path, item["name"])), item
        else:
            yield from requests_of(item, (*path, item["name"]))


@pytest.fixture(scope="module")
def collection():
    return json.loads(COLLECTION.read_text())


def test_the_collection_passes_also_on_a_server_that_holds_data(server, collection, tmp_path):
    report = tmp_path / "report.json"
    first = run(COLLECTION, server.url, "--report", report)
    assert first.returncode == 0, first.stdout + first.stderr
    exchanges = json.loads(report.read_text())
    assert [e["name"] for e in exchanges] == [name for name, _ in requests_of(collection)]
    by_name = {e["name"]: e for e in exchanges}
    # Nobody else submits here: the board is unchanged, and the collection's alternative is not taken.
    assert by_name["Board and live feed / The board, if it has changed"]["response"]["code"] == 304
    check_examples(collection, by_name)
    again = run(COLLECTION, server.url)
    assert again.returncode == 0, again.stdout + again.stderr
    assert server.get("/api/planets").json()["total"] == 0


def shape(value, depth=2):
    """What an answer consists of, without its values."""
    if isinstance(value, dict) and depth:
        # Which partitions there are in `positions` depends on what the server holds.
        return {name: shape(member, 0 if name == "positions" else depth - 1) for name, member in value.items()}
    if isinstance(value, list) and value and depth:
        return [shape(value[0], depth - 1)]
    return type(value).__name__


def check_examples(collection, by_name):
    """Saved examples are those of this server: same status, same form."""
    for name, item in requests_of(collection):
        for example in item["response"]:
            got = by_name[name]["response"]
            code = example["code"]
            assert (code, example["status"]) == (got["code"], got["reason"]), name
            kind = next((h["value"] for h in example["header"] if h["key"].lower() == "content-type"), None)
            assert kind == next((v for k, v in got["headers"] if k.lower() == "content-type"), None), name
            if kind and "json" in kind and example["body"]:
                assert shape(json.loads(example["body"])) == shape(json.loads(got["text"])), name


def test_every_request_is_described_has_an_example_and_tests(collection):
    assert collection["info"]["schema"].endswith("/v2.1.0/collection.json")
    found = list(requests_of(collection))
    assert len(found) >= 60 and len({name for name, _ in found}) == len(found)
    for name, item in found:
        assert item["request"]["description"], name
        assert item["response"], name
        script = "\n".join(line for e in item["event"] if e["listen"] == "test" for line in e["script"]["exec"])
        assert "pm.test(" in script and ("have.status(" in script or "pm.response.code" in script), name
        for example in item["response"]:
            assert example["originalRequest"]["url"] == item["request"]["url"], name
    for folder in collection["item"]:
        assert folder["description"], folder["name"]


def test_every_route_and_status_of_one_request_is_in_the_collection(collection, server):
    routes = [(route["method"], route["path"]) for route in server.get("/api/schema").json()["routes"]]
    asked = {(i["request"]["method"], re.sub(r"^\{\{baseUrl\}\}", "", i["request"]["url"]["raw"]).partition("?")[0])
             for _, i in requests_of(collection)}
    for method, path in routes:
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
        # An event stream never ends: its head is asked for.
        methods = {method, "HEAD"} if path == "/api/live" else {method}
        assert any(m in methods and pattern.fullmatch(p) for m, p in asked), (method, path)
    codes = {e["code"] for _, i in requests_of(collection) for e in i["response"]}
    assert {200, 201, 204, 207, 304, 400, 404, 405, 413, 415, 422, 426} <= codes


# A collection that the next tests break: one request with one script.
SMALL = {"info": {"name": "small", "schema": "v2.1.0"}, "item": [{
    "name": "alive", "request": {"method": "GET", "header": [],
                                 "url": {"raw": "{{baseUrl}}/livez", "host": ["{{baseUrl}}"], "path": ["livez"]}},
    "event": [{"listen": "test", "script": {"exec": ["pm.test('status', () => pm.response.to.have.status(200));"]}}]}]}


@pytest.fixture
def small_run(server, tmp_path):
    def go(change=lambda item: None):
        broken = copy.deepcopy(SMALL)
        change(broken["item"][0])
        file = tmp_path / "broken.json"
        file.write_text(json.dumps(broken))
        return run(file, server.url)
    return go


def script(text, listen="test"):
    return lambda item: item["event"].__setitem__(slice(None), [{"listen": listen, "script": {"exec": [text]}}])


def test_the_runner_fails_when_it_should(small_run):
    assert small_run().returncode == 0
    for change, message in [
        (script("pm.test('status', () => pm.response.to.have.status(201));"), "to equal 201"),
        (lambda item: item["event"].clear(), "the request has no test"),
        (script("", "prerequest"), "the request has no test"),
        (script("pm.test('t', () => pm.expect(1).to.be.magnificent());"), "magnificent"),
        (script("pm.test('t', () => pm.response.to.be.fine);"), "not known"),
        (script("pm.test('t', () => { pm.expect(1).to.be; });"), "asserts nothing"),
        (script("pm.test('t', () => {});"), "expects nothing"),
        (script("pm.test('t', async () => pm.expect(1).to.equal(1));"), "asynchronous"),
        (script("pm.tset('t', () => {});"), "tset"),
        (script("throw new Error('broken script');"), "broken script"),
        (script("for (;;) {}"), "timed out"),
        (lambda item: item["request"]["url"].update(raw="{{baseUrl}}/readyz"), "raw text"),
        (lambda item: item["request"]["header"].append({"key": "X", "value": "{{nowhere}}"}), "nowhere"),
    ]:
        done = small_run(change)
        assert done.returncode == 1 and message in done.stdout, (message, done.stdout, done.stderr)


def test_a_changed_expectation_of_the_real_collection_fails(server, collection, tmp_path):
    text = json.dumps(collection)
    assert text.count("revision: 2, change: 'revision'") == 1
    file = tmp_path / "changed.json"
    file.write_text(text.replace("revision: 2, change: 'revision'", "revision: 3, change: 'revision'"))
    done = run(file, server.url)
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if "FAIL" in line] and ", 1 failed" in done.stdout, done.stdout


def test_an_absent_server_fails(tmp_path):
    file = tmp_path / "small.json"
    file.write_text(json.dumps(SMALL))
    assert run(file, "http://127.0.0.1:1").returncode == 1
    assert subprocess.run([NODE, str(RUNNER)], capture_output=True).returncode == 2


# Each expectation with whether it holds: as in chai 4.3, but that chai turns a number into text to match it.
EXPECTATIONS = [
    ("1).to.equal(1", True), ("1).to.equal('1'", False), ("1).to.not.equal(2", True), ("[1]).to.equal([1]", False),
    ("[1]).to.deep.equal([1]", True), ("{a: [1, {b: null}]}).to.eql({a: [1, {b: null}]}", True),
    ("{a: 1}).to.eql({a: 1, b: 2}", False), ("{a: 1, b: 2}).to.eql({a: 1}", False),
    ("[1, 2]).to.eql([2, 1]", False), ("null).to.eql(undefined", False), ("0).to.eql(false", False),
    ("{}).to.eql([]", False), ("'abc').to.include('b'", True), ("'abc').to.include('x'", False),
    ("[1, 2]).to.include(2", True), ("[{a: 1}]).to.include({a: 1}", False),
    ("[{a: 1}]).to.deep.include({a: 1}", True), ("{a: 1, b: 2}).to.include({a: 1}", True),
    ("{a: 1}).to.include({a: 2}", False), ("{a: []}).to.include({a: []}", False),
    ("{a: []}).to.deep.include({a: []}", True), ("5).to.include(5", False),
    ("{a: 1}).to.have.property('a'", True), ("{a: 1}).to.have.property('a', 2", False),
    ("{a: 1}).to.not.have.property('b'", True), ("{a: 1}).to.not.have.property('a'", False),
    ("null).to.have.property('a'", False), ("2).to.be.above(1", True), ("1).to.be.above(1", False),
    ("1).to.be.at.least(1", True), ("0).to.be.at.least(1", False), ("0).to.be.below(1", True),
    ("1).to.be.below(1", False), ("1).to.be.at.most(1", True), ("2).to.be.at.most(1", False),
    ("'2').to.be.above(1", False), ("undefined).to.not.be.above(1", False),
    ("NaN).to.be.at.least(0", False), ("2).to.be.within(1, 3", True), ("4).to.be.within(1, 3", False),
    ("1.01).to.be.closeTo(1, 0.1", True), ("1.2).to.be.closeTo(1, 0.1", False),
    ("'abc').to.match(/^a/", True), ("'abc').to.match(/^b/", False), ("7).to.match(/7/", False),
    ("'a').to.be.a('string'", True), ("1).to.be.a('string'", False), ("[]).to.be.an('array'", True),
    ("[]).to.be.an('object'", False), ("null).to.be.a('null'", True), ("2).to.be.oneOf([1, 2]", True),
    ("3).to.be.oneOf([1, 2]", False), ("[1, 2]).to.have.lengthOf(2", True), ("'abc').to.have.lengthOf(2", False),
    ("1).to.have.lengthOf(0", False), ("[2, 1]).to.have.members([1, 2]", True),
    ("[1, 1]).to.have.members([1, 2]", False), ("[1, 2, 3]).to.have.members([1, 2]", False),
    ("[1, 2, 3]).to.include.members([1, 2]", True), ("[1]).to.include.members([1, 2]", False),
    ("{a: 1, b: 2}).to.have.all.keys(['b', 'a']", True), ("{a: 1}).to.have.all.keys(['a', 'b']", False),
    ("{a: 1, b: 2}).to.have.all.keys('a'", False), ("true).to.be.true.and.not.equal(false", True),
    ("1).to.be.true.and.not.equal(false", False), ("'').to.be.empty.and.equal(''", True),
    ("'a').to.be.empty.and.equal('a'", False), ("'a').to.be.a('string').and.not.empty.and.equal('a'", False),
    ("'a').to.not.be.empty.and.equal('b'", True), ("{a: {b: 1}}).to.have.property('a').that.eql({b: 1}", True),
    ("{a: 1}).to.have.property('a').that.equals(2", False), ("null).to.exist.and.equal(null", False),
    ("0).to.exist.and.equal(0", True), ("0).to.be.ok.and.equal(0", False),
]


def test_assertions_mean_what_they_mean_in_chai(tmp_path):
    program = tmp_path / "table.js"
    program.write_text(
        f"const {{ Variables, runScript }} = require({json.dumps(str(RUNNER.parent / 'pm.js'))});\n"
        "(async () => { const out = []; for (const text of JSON.parse(process.argv[2])) {\n"
        "  const request = { method: 'GET', url: '', headers: [] };\n"
        "  const [one] = await runScript(`pm.test('t', () => { pm.expect(${text}; })`, 't', { variables: new "
        "Variables([], []), request, info: {} });\n"
        "  out.push(one.error); } console.log(JSON.stringify(out)); })();\n")
    done = subprocess.run([NODE, str(program), json.dumps([text + ")" for text, _ in EXPECTATIONS])],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    errors = json.loads(done.stdout)
    wrong = [(text, error) for (text, holds), error in zip(EXPECTATIONS, errors, strict=True)
             if (error is None) is not holds]
    assert not wrong, wrong
