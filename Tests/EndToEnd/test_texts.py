"""What texts may hold, by each way in, and that nothing hidden comes out as it is."""
import json
import re

import pytest

from access import run

PATCH = {"Content-Type": "application/merge-patch+json"}
# Controls but for tabs and line ends, marks of direction, what is not seen.
HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufdd0-\ufdef]")
NAMES = [("Te\u202est-1 b", "bidirectional_character"), ("Te\u2066st-1 b", "bidirectional_character"),
         ("Te\u200bst-1 b", "invisible_character"), ("Te\u00adst-1 b", "invisible_character"),
         ("Te\x1b[2Jst-1 b", "control_character"), ("Te\x9bst-1 b", "control_character"),
         ("Te\ufdd0st-1 b", "control_character")]


def faults(answer):
    assert answer.status_code == 422, answer.text
    assert not HIDDEN.search(answer.text), "an answer is safe in a terminal"
    found = answer.json()
    errors = found["errors"] if "errors" in found else found["results"][0]["errors"]
    return [(error["field"], error["rule"]) for error in errors]


@pytest.mark.parametrize("name,rule", NAMES)
def test_each_way_in_names_field_value_and_rule(server, name, rule):
    kept = server.post({"pl_name": "Kept-1 b"}).json()["key"]
    code = f"U+{ord(name[2]):04X}"
    one = server.post({"pl_name": name})
    assert faults(one) == [("pl_name", rule)]
    error = one.json()["errors"][0]
    assert error["value"] == name and code in error["detail"] and "character 3" in error["detail"]
    assert faults(server.post(json.dumps({"pl_name": name}) + "\n", "application/x-ndjson")) == [("pl_name", rule)]
    assert faults(server.post(f"nom,rayon\n{name},2\n", "text/csv")) == [("nom", rule)]
    patched = server.session.patch(f"{server.url}/api/planets/{kept}", json={"hostname": name}, headers=PATCH)
    assert faults(patched) == [("hostname", rule)]
    for record in ({"alias": name, "canonical": "Kept-1 b"}, {"alias": "K-1.01", "canonical": name}):
        refused = server.post(record, path="/api/aliases")
        assert faults(refused) == [("alias" if record["alias"] == name else "canonical", rule)]
    assert server.get("/api/planets").json()["total"] == 1
    # The refused are kept, under the planet that was meant, and come out escaped.
    raw = server.get("/api/receipts/0/0?topic=planet-rejected")
    assert not HIDDEN.search(raw.text) and json.loads(raw.json()["raw"])["pl_name"] == name
    assert server.get("/api/planets/Ke\u200bpt-1 b").json()["key"] == kept, "who asks may have copied it so"


def test_what_has_a_use_stays(server):
    comment = "تلسکوپ\u200cها\nsecond line\tend \u200f"
    record = {"pl_name": "\ufeffKeep-1 b\u200b", "comment": comment, "disc_facility": "رصدخانه\u200cها",
              "a\u202eb": "c\u009bd"}
    assert server.post(record).status_code == 201
    planet = server.get("/api/planets/keep1b")
    assert planet.json()["planet"]["pl_name"] == "Keep-1 b"
    assert planet.json()["planet"]["comment"] == comment.rstrip(" \u200f")
    assert planet.json()["planet"]["disc_facility"] == record["disc_facility"]
    assert json.loads(planet.json()["planet"]["extra"]) == {"a\u202eb": "c\u009bd"}
    assert not HIDDEN.search(planet.text)
    table = server.get("/api/planets?format=csv&columns=pl_name,extra")
    assert not HIDDEN.search(table.text.replace("\r", ""))


@pytest.mark.parametrize("body,kind", [
    (b'{"pl_name": "X\\ud800 b"}', "application/json"), (b'{"pl_name": "X\xed\xa0\x80 b"}', "application/json"),
    (b"pl_name\nX\xed\xa0\x80 b\n", "text/csv"), (b"pl_name\nX\xff b\n", "text/csv"),
])
def test_halves_of_characters_are_refused(server, body, kind):
    answer = server.post(body, kind)
    assert answer.status_code in (400, 422), answer.text
    assert server.get("/api/planets").json()["total"] == 0


def test_an_import_shows_nothing_hidden(server, tmp_path):
    file = tmp_path / "names.csv"
    file.write_text("pl_name,col\x1b[31m\u202eour\n" + "".join(f"{name},1\n" for name, _ in NAMES) + "Good-1 b,2\n")
    done = run("import", file, "--to", server.url, "--yes")
    assert done.returncode == 1, done.stderr
    assert not HIDDEN.search((done.stdout + done.stderr).replace("\r", ""))
    assert "\\u{1b}[31m" in done.stdout
    rejects = (tmp_path / "names.csv.rejects.ndjson").read_text()
    assert len(rejects.splitlines()) == len(NAMES) and not HIDDEN.search(rejects)
    missing = run("import", tmp_path / "no\x1b[31m\u202ething", "--to", server.url)
    assert missing.returncode == 4 and not HIDDEN.search(missing.stderr)
    assert not HIDDEN.search("".join(server.errors))
