"""docs/API.md says what is true: each of its curl lines runs, in order, and gives the answer that is shown.

A ```sh block is one bash script. What follows it is the answer to its last curl: a ```http block (status line, fields,
body), or a line "Answer: STATUS" with or without a ```json or ```text block. In answers `…` stands for any text, any
value, or any further members."""
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from document import parts

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "API.md").read_text()
BASE = "http://127.0.0.1:8080"
ANY, MORE = object(), object()


@dataclass
class Example:
    line: int
    script: str
    status: int | None = None
    kind: str = ""
    answer: str = ""


def examples(page=PAGE):
    """The page's sh blocks, each with its answer."""
    found, script_waits = [], False
    for number, language, text in parts(page):
        if language == "sh":
            found.append(Example(number, text))
            script_waits = True
        elif script_waits and language in ("json", "http", "text"):
            found[-1].kind, found[-1].answer = language, text
            script_waits = False
        elif language is None and (answer := re.fullmatch(r"Answer: (\d{3})", text)):
            assert script_waits, f"line {number}: an answer to nothing"
            found[-1].status = int(answer[1])
        elif language is None and text:
            script_waits = False
    return found


class Pattern:
    """Reads JSON with … in it: ANY in place of a value, MORE in place of further members or items."""

    TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|-?[\d.]+(?:[eE][+-]?\d+)?…?|true|false|null|[{}\[\],:…])')

    def __init__(self, text):
        self.tokens, at = [], 0
        while text[at:].strip():
            token = self.TOKEN.match(text, at)
            assert token, f"no JSON: {text[at:at + 60]!r}"
            self.tokens.append(token[1])
            at = token.end()
        self.at = 0
        self.value = self.read()
        assert self.at == len(self.tokens), f"more than one JSON value: {self.tokens[self.at:][:5]}"

    def take(self, expected=None):
        token = self.tokens[self.at]
        assert expected in (None, token), f"{expected} expected, not {token}"
        self.at += 1
        return token

    def read(self):
        token = self.take()
        if token == "{":
            members = {}
            while self.tokens[self.at] != "}":
                if self.tokens[self.at] == "…":
                    members[self.take()] = MORE
                else:
                    name = json.loads(self.take())
                    self.take(":")
                    members[name] = self.read()
                if self.tokens[self.at] != "}":
                    self.take(",")
            self.take("}")
            return members
        if token == "[":
            items = []
            while self.tokens[self.at] != "]":
                if self.tokens[self.at] == "…":
                    self.take()
                    items.append(MORE)
                else:
                    items.append(self.read())
                if self.tokens[self.at] != "]":
                    self.take(",")
            self.take("]")
            return items
        if token == "…":
            return ANY
        if token.endswith("…"):
            return re.compile(re.escape(token[:-1]) + r"\d*")
        return json.loads(token)


def differences(shown, got, path="answer"):
    """Where an answer is not as shown; text patterns are strings with … in them."""
    if shown is ANY:
        return []
    if isinstance(shown, re.Pattern):
        return [] if shown.fullmatch(json.dumps(got)) else [f"{path}: {got!r} does not begin as {shown.pattern}"]
    if isinstance(shown, dict) and isinstance(got, dict):
        names = {name for name, value in shown.items() if value is not MORE}
        wrong = [f"{path}: no {name}" for name in names - got.keys()]
        if len(names) == len(shown):
            wrong += [f"{path}: {name} is not shown" for name in got.keys() - names]
        for name in names & got.keys():
            wrong += differences(shown[name], got[name], f"{path}.{name}")
        return wrong
    if isinstance(shown, list) and isinstance(got, list):
        open_ended = bool(shown) and shown[-1] is MORE
        items = shown[:-1] if open_ended else shown
        if len(got) < len(items) or (not open_ended and len(got) != len(items)):
            return [f"{path}: {len(got)} items instead of {len(items)}"]
        return [w for i, item in enumerate(items) for w in differences(item, got[i], f"{path}[{i}]")]
    if isinstance(shown, str) and isinstance(got, str):
        return [] if like(shown, got) else [f"{path}: {got!r} is not like {shown!r}"]
    # True is not 1 here.
    same = type(shown) is type(got) and shown == got
    same = same or (isinstance(shown, (int, float)) and isinstance(got, (int, float)) and not isinstance(shown, bool)
                    and not isinstance(got, bool) and shown == got)
    return [] if same else [f"{path}: {got!r} instead of {shown!r}"]


def like(shown, got):
    return re.fullmatch(".*".join(re.escape(part) for part in shown.split("…")), got, re.S) is not None


def run(example, url, folder):
    """Status and output of the example's last curl."""
    (folder / ".curlrc").write_text('silent\nshow-error\nwrite-out = "%{stderr}\\nstatus %{http_code}\\n"\n')
    assert BASE in example.script, f"line {example.line}: no {BASE}"
    done = subprocess.run(
        ["bash", "-c", example.script.replace(BASE, url)], cwd=folder, capture_output=True, timeout=30,
        env=os.environ | {"CURL_HOME": str(folder), "HOME": str(folder)})
    errors, output = done.stderr.decode(), done.stdout.decode(errors="replace")
    # 28: --max-time is over, as with an endless stream.
    assert done.returncode in ((0, 28) if "--max-time" in example.script else (0,)), f"line {example.line}: {errors}"
    statuses = re.findall(r"^status (\d+)$", errors, re.M)
    assert statuses, f"line {example.line}: no curl ran: {errors}"
    return int(statuses[-1]), output


def check(example, status, output):
    """What is not as shown."""
    if example.kind == "http":
        head, _, body = example.answer.partition("\n\n")
        first, *fields = head.splitlines()
        got_head, _, got_body = output.partition("\r\n\r\n")
        got_first, *got_fields = got_head.split("\r\n")
        wrong = [] if got_first == first else [f"{got_first} instead of {first}"]
        lower = [(n.lower(), v) for n, _, v in (f.partition(": ") for f in got_fields)]
        for field in fields:
            name, _, value = field.partition(": ")
            if not any(n == name.lower() and like(value, v) for n, v in lower):
                wrong.append(f"no field {field} in {got_fields}")
        if body.startswith(("{", "[")):
            return wrong + differences(Pattern(body).value, json.loads(got_body))
        return wrong + ([] if not body or like(body, got_body) else [f"body {got_body[:300]!r}"])
    wrong = [] if status == example.status else [f"status {status} instead of {example.status}: {output[:500]}"]
    if example.kind == "json":
        # Only the last curl's answer is shown.
        return wrong + differences(Pattern(example.answer).value, last_json(output))
    if example.kind == "text":
        return wrong + ([] if like(example.answer.strip(), output.strip()) else [f"{output[:300]!r} is not as shown"])
    return wrong + ([] if output == "" else [f"a body where none is shown: {output[:300]!r}"])


def last_json(output):
    decoder, at, value = json.JSONDecoder(), 0, None
    while at < len(output):
        value, at = decoder.raw_decode(output, at)
        while at < len(output) and output[at].isspace():
            at += 1
    return value


def settle(server, seconds=0.5):
    """Waits until the board has followed: its ETag stays the same."""
    import time
    tag, since, end = None, time.monotonic(), time.monotonic() + 15
    while time.monotonic() - since < seconds:
        assert time.monotonic() < end, "the board does not settle"
        now = server.get("/api/board").headers.get("ETag")
        if now != tag:
            tag, since = now, time.monotonic()
        time.sleep(0.05)


def test_every_curl_line_gives_the_answer_that_is_shown(server, tmp_path):
    folder = tmp_path / "client"
    folder.mkdir()
    wrong = []
    for example in examples():
        if "/api/board" in example.script:
            settle(server)
        status, output = run(example, server.url, folder)
        try:
            wrong += [f"docs/API.md:{example.line}: {w}" for w in check(example, status, output)]
        except (AssertionError, ValueError) as error:
            wrong.append(f"docs/API.md:{example.line}: {error}: {output[:500]}")
    assert not wrong, "\n".join(wrong)


def test_every_example_is_read():
    assert len(examples()) == len(re.findall(r"^```sh$", PAGE, re.M)) >= 25
    assert all(e.kind == "http" or e.status for e in examples()), [e.line for e in examples()
                                                                   if not (e.kind == "http" or e.status)]
    # No curl line outside of an example, where nothing would run it.
    assert len(re.findall(r"^curl ", PAGE, re.M)) == sum(len(re.findall(r"^curl ", e.script, re.M)) for e in examples())


@pytest.mark.parametrize("shown, got, same", [
    ('{"a": 1}', {"a": 1}, True), ('{"a": 1}', {"a": 2}, False), ('{"a": 1}', {"a": 1, "b": 2}, False),
    ('{"a": 1, …}', {"a": 1, "b": 2}, True), ('{"a": 1, …}', {"b": 2}, False), ('{"a": …}', {"a": None}, True),
    ('{"a": …}', {}, False), ('[1, …]', [1, 2, 3], True), ('[1]', [1, 2], False),
    ('[1, …]', [], False), ('"a…z"', "abcz", True), ('"a…z"', "abc", False), ("1", True, False), ("true", 1, False),
    ("1", 1.0, True), ("null", None, True), ("null", 0, False), ("369.7…", 369.761, True), ("369.7…", 370.1, False),
    ('{"a": [{"b": "…"}]}', {"a": [{"b": 1}]}, False),
])
def test_answers_are_compared(shown, got, same):
    assert (differences(Pattern(shown).value, got) == []) is same


def test_a_wrong_answer_is_seen():
    page = f"```sh\ncurl {BASE}/livez\n```\nAnswer: 201\n```text\nfine\n```\n"
    example, = examples(page)
    assert len(check(example, 200, "ok\n")) == 2


def test_every_route_is_described(server):
    routes = [(route["method"], route["path"]) for route in server.get("/api/schema").json()["routes"]]
    assert len(routes) >= 18
    missing = [f"{method} {path}" for method, path in routes if f"`{method} {path}`" not in PAGE
               and f"`{method} {path}" not in PAGE.replace("`, `", "`\n`")]
    assert not missing, missing


def section(title):
    return re.search(rf"^### {re.escape(title)}.*?$(.*?)(?=^##|\Z)", PAGE, re.M | re.S)[1]


def test_every_rule_is_described_where_it_belongs(server):
    served = server.get("/api/schema").json()["rules"]
    rules = {rule["rule"] for rule in served}
    warnings = {rule["rule"] for rule in served if rule["warning"]}
    assert len(rules) >= 38 and len(warnings) >= 11
    rows = lambda text: set(re.findall(r"^\| `(\w+)` \|", text, re.M))
    assert rows(section("Rules: warnings")) == warnings
    assert rows(section("Rules: the record as a whole")) | rows(section("Rules: a field")) | rows(
        section("Rules: aliases")) | rows(section("Rules: records of other programs in the log")) == rules - warnings


def test_every_rule_of_bodies_and_queries_is_described(server):
    codes = set(server.get("/api/schema").json()["request_rules"])
    assert len(codes) >= 18
    missing = {code for code in codes if f"`{code}`" not in section("Rules: the body or the query")}
    assert not missing, missing
