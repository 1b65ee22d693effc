"""Single values of a planet changed: PATCH /api/planets/{key}, and what a full record drops."""
import json
import subprocess
import threading

from running import BINARY

PATCH = {"Content-Type": "application/merge-patch+json"}


def patch(server, name, body, **headers):
    return server.session.patch(f"{server.url}/api/planets/{name}", data=json.dumps(body), headers=PATCH | headers)


def submit(server, **record):
    return server.session.post(f"{server.url}/api/discoveries", json=record)


def planet(server, name):
    return server.get(f"/api/planets/{name}").json()["planet"]


def test_only_what_is_named_changes(server):
    submit(server, pl_name="Patch-1 b", pl_rade=2, pl_orbper=10, hostname="Patch-1", colour="blue")
    made = patch(server, "PATCH 1b", {"pl_rade": 3, "pl_orbper": None, "colour": "red"})
    assert made.status_code == 200 and (made.json()["change"], made.json()["revision"]) == ("revision", 2)
    assert made.headers["ETag"] == '"2"'
    assert planet(server, "patch1b") == {
        "pl_name": "Patch-1 b", "hostname": "Patch-1", "pl_rade": 3, "extra": '{"colour":"red"}'}
    # The name is the planet's, in whatever spelling.
    assert patch(server, "patch1b", {"pl_name": "PATCH 1b"}).json()["revision"] == 3
    assert planet(server, "patch1b")["pl_name"] == "PATCH 1b"
    for name, rule in [("Patch-2 b", "other_planet"), (None, "missing_required"), ("", "other_planet")]:
        other = patch(server, "patch1b", {"pl_name": name, "pl_rade": 4})
        assert (other.status_code, other.json()["errors"][0]["rule"]) == (422, rule), name
    # The same again changes nothing; what is wrong is named and stores nothing.
    assert patch(server, "Patch-1 b", {"pl_rade": 3}).json()["change"] == "duplicate"
    wrong = patch(server, "Patch-1 b", {"pl_rade": -3, "disc_year": "x"})
    assert wrong.status_code == 422 and {e["field"] for e in wrong.json()["errors"]} == {"pl_rade", "disc_year"}
    assert server.session.patch(f"{server.url}/api/planets/patch1b", json={"pl_rade": 4}).status_code == 415
    assert patch(server, "patch1b", []).status_code == 400
    assert patch(server, "patch9z", {"pl_rade": 4}).status_code == 404
    # By an alias, and under a condition.
    server.session.post(f"{server.url}/api/aliases", json={"alias": "KOI-9901.01", "canonical": "Patch-1 b"})
    assert patch(server, "KOI-9901.01", {"disc_year": 2020}, **{"If-Match": '"3"'}).json()["revision"] == 4
    assert patch(server, "Patch-1 b", {"disc_year": 2021}, **{"If-Match": '"3"'}).status_code == 412
    assert planet(server, "patch1b")["disc_year"] == 2020


def test_a_record_that_drops_values_says_so(server):
    submit(server, pl_name="Drop-1 b", pl_rade=2, pl_orbper=10, hostname="Drop-1")
    made = submit(server, pl_name="DROP 1b", pl_rade=2).json()
    warning = made["warnings"][0]
    assert (warning["rule"], warning["value"]) == ("values_dropped", "2")
    assert "pl_orbper" in warning["detail"] and "hostname" in warning["detail"]
    # Another spelling renames nothing.
    assert planet(server, "drop1b") == {"pl_name": "Drop-1 b", "pl_rade": 2}
    server.session.delete(f"{server.url}/api/planets/drop1b")
    back = submit(server, pl_name="Drop-1 b", pl_rade=2).json()
    assert back["change"] == "reinstatement" and [w["rule"] for w in back["warnings"]] == ["was_withdrawn"]


def test_a_repeated_request_is_told_what_it_dropped_then(server):
    submit(server, pl_name="Drop-3 b", pl_rade=2, pl_orbper=10)
    record = {"pl_name": "Drop-3 b", "pl_rade": 3}
    first = server.post(record, Idempotency_Key="drop").json()
    assert first["warnings"][0]["detail"].endswith(": 1 value goes: pl_orbper.")
    patch(server, "drop3b", {"st_teff": 5000})
    assert server.post(record, Idempotency_Key="drop").json() == first
    # One that dropped nothing then drops nothing when it is repeated.
    more = {"pl_name": "Drop-3 b", "pl_rade": 4, "st_teff": 5100}
    first = server.post(more, Idempotency_Key="more").json()
    patch(server, "drop3b", {"pl_orbper": 11})
    assert first["warnings"] == [] and server.post(more, Idempotency_Key="more").json() == first


def test_of_changes_under_one_condition_one_goes_through(server):
    submit(server, pl_name="Once-1 b", pl_rade=1)
    answers = []

    def change(field):
        answers.append(patch(server, "once1b", {field: 5}, **{"If-Match": '"1"'}).status_code)

    fields = ["pl_orbper", "pl_orbsmax", "st_teff", "st_rad", "st_mass", "sy_dist"]
    threads = [threading.Thread(target=change, args=(field,)) for field in fields]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [412] * (len(fields) - 1)
    answer = server.get("/api/planets/once1b").json()
    assert answer["revision"] == 2 and sum(field in answer["planet"] for field in fields) == 1


def test_changes_at_the_same_time_all_count(server):
    submit(server, pl_name="Many-1 b", pl_rade=1)
    fields = {"pl_orbper": 50, "pl_orbsmax": 5, "st_teff": 5000, "st_rad": 2, "st_mass": 3, "sy_dist": 40}
    answers = []

    def change(field):
        answers.append(patch(server, "many1b", {field: fields[field]}))

    threads = [threading.Thread(target=change, args=(field,)) for field in fields]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * len(fields)
    assert {field: planet(server, "many1b").get(field) for field in fields} == fields
    board = server.board_when(lambda a: a["totals"]["revisions"] == len(fields))
    server.stop()
    # The lake has it all, also what came too late for what it was made from.
    proof = subprocess.run([str(BINARY), "verify", str(server.data / "lake")], capture_output=True, text=True)
    assert proof.returncode == 0, proof.stdout
    server.start()
    again = server.board_when(lambda a: a["totals"]["planets"] == 1)
    assert again["digest"] == board["digest"]
