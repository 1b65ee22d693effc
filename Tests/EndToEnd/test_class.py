"""A lesson over HTTP against the real binary (docs/CLASS.md): a teacher, pupils, others, and a restart in between."""
import json
from urllib.parse import quote

from access import bearer


def planet(name, **values):
    return {"pl_name": name, "discoverymethod": "Transit", "disc_year": 2020} | values


def pupil(code, name):
    return {"X-Planetarium-Class": code, "X-Planetarium-Pupil": quote(name)}


def opened(server, title="7b", **headers):
    answer = server.post({"title": title}, path="/api/classes", **headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/classes/{answer.json()['code']}"
    return answer.json()["code"]


def board(server, code, **headers):
    return server.get(f"/api/classes/{code}", headers=headers).json()


def value(server, key):
    return server.get(f"/api/planets/{key}").json()["planet"]


def test_a_lesson(server):
    assert server.post(planet("Old b", pl_rade=1, rowupdate="2021-01-01")).status_code == 201
    before = value(server, "oldb")
    code = opened(server)
    names = ["Élodie", "李雷"]
    assert server.post(planet("Old b", pl_rade=2, rowupdate="2024-01-01"), **pupil(code, names[0])).status_code == 201
    assert server.post(planet("New b", pl_rade=3), **pupil(code, names[1])).status_code == 201
    assert server.post(planet("Other b", pl_rade=4), **pupil(code, names[1])).status_code == 201
    assert server.post(planet("Bad b", pl_rade=-4), **pupil(code, names[1])).status_code == 422
    changed = server.session.patch(
        f"{server.url}/api/planets/newb", json={"pl_rade": 3.5},
        headers={"Content-Type": "application/merge-patch+json"} | pupil(code, names[0]))
    assert changed.status_code == 200, changed.text
    # Somebody outside of the class.
    assert server.post(planet("Other b", pl_rade=5)).status_code == 201

    def shows():
        now = board(server, code)
        return now if now["counts"]["refused"] == 1 else None
    shown = server.wait(shows, 10, "the refused record")
    assert {p["name"]: p["records"] for p in shown["pupils"]} == {names[0]: 2, names[1]: 3}
    assert shown["planets"] == {"changed": 2, "changed_by_others": 1}
    revisions = [r["columns"] for r in shown["records"] if r["change"] == "revision"]
    assert revisions == [["pl_rade"], ["pl_rade", "rowupdate"]]
    history = server.get("/api/planets/newb").json()["history"]
    assert [(one["class"], one["pupil"]) for one in history] == [(code, names[1]), (code, names[0])]
    receipt = server.get(f"/api/receipts/{history[0]['partition']}/{history[0]['offset']}").json()
    assert (receipt["class"], receipt["pupil"]) == (code, names[1])

    server.stop()
    server.start()
    again = board(server, code)
    assert again == shown, "kept over a restart"

    undo = server.post({"partition": history[1]["partition"], "offset": history[1]["offset"]},
                       path=f"/api/classes/{code}/undo").json()
    assert undo["outcome"] == "restored" and value(server, "newb")["pl_rade"] == 3
    reset = server.post({}, path=f"/api/classes/{code}/reset").json()
    assert {one["key"]: one["outcome"] for one in reset["planets"]} == {"newb": "withdrawn", "oldb": "restored"}
    assert reset["stay"] == ["otherb"] and reset["left"] == 0
    assert value(server, "oldb") == before
    assert value(server, "newb") is None and value(server, "otherb")["pl_rade"] == 5
    assert server.post({}, path=f"/api/classes/{code}/reset").json()["planets"] == []
    # Whatever a checkpoint has kept, the log says the same.
    now = board(server, code)
    server.kill()
    for file in (server.data / "cache").rglob("*.ckpt"):
        file.unlink()
    server.start()
    assert board(server, code) == now

    def lines():
        return [json.loads(line) for line in (server.data / "audit.ndjson").read_text().splitlines()]
    server.wait(lambda: "reset" in {line["action"] for line in lines()}, 10, "the audit log")
    assert {line["action"] for line in lines()} == {"submit", "change", "open_class", "undo", "reset"}
    assert {line.get("pupil") for line in lines() if line["action"] in ("submit", "change")} == {None, *names}


def test_a_code_lets_pupils_submit(guarded):
    assert guarded.post({"title": "7b"}, path="/api/classes", **bearer(guarded.tokens["submit"])).status_code == 403
    teacher = bearer(guarded.tokens["curate"])
    code = opened(guarded, **teacher)
    mia = pupil(code, "Mia")
    sent = guarded.post(planet("A b"), **mia)
    assert sent.status_code == 201
    assert guarded.session.delete(f"{guarded.url}/api/planets/ab", headers=mia).status_code == 401
    place = f"/api/receipts/{sent.json()['partition']}/{sent.json()['offset']}"
    assert guarded.get(place, headers=mia).json()["pupil"] == "Mia"
    assert guarded.get(place).status_code == 401
    assert guarded.get(place, headers=pupil(code, "Tom")).status_code == 401
    # Names are for the class.
    assert "Mia" not in guarded.get("/api/planets/ab").text
    assert "Mia" in guarded.get("/api/planets/ab", headers=mia).text
    assert "Mia" in guarded.get(f"/api/classes/{code}").text
    for wrong, status, rule in [
            (pupil("222222", "Mia"), 403, "unknown_class"), (pupil(code, "a\u202eb"), 400, "not_a_name"),
            ({"X-Planetarium-Class": code}, 400, "not_a_name"), ({"X-Planetarium-Pupil": "Mia"}, 403, "unknown_class")]:
        refused = guarded.post(planet("B b"), **wrong)
        assert (refused.status_code, refused.json()["errors"][0]["rule"]) == (status, rule)
    closed = guarded.session.patch(f"{guarded.url}/api/classes/{code}", json={"open": False}, headers=teacher)
    assert closed.json()["state"] == "closed"
    assert guarded.post(planet("B b"), **mia).json()["errors"][0]["rule"] == "class_closed"
    assert "Mia" not in guarded.get(f"/api/classes/{code}").text
    assert "Mia" in guarded.get(f"/api/classes/{code}", headers=teacher).text
    assert guarded.get("/api/classes").status_code == 401
    assert [one["code"] for one in guarded.get("/api/classes", headers=teacher).json()["classes"]] == [code]
    assert guarded.get("/api/planets/bb").status_code == 404


def test_without_classes(server_at, tmp_path):
    server = server_at(tmp_path / "data", "--classes", "none")
    assert server.get("/api/schema").json()["classes"] is False
    assert server.post({"title": "7b"}, path="/api/classes").status_code == 404
    assert server.post(planet("A b"), **pupil("222222", "Mia")).status_code == 403
