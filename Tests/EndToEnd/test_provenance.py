"""From a figure to the records behind it, from a receipt to its Parquet file and its board. The files are read with
pyarrow and hashed here."""
import hashlib
import json
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest

from running import sample_server


def behind(server, aggregate, group, **parameters):
    return server.get(f"/api/aggregates/{quote(aggregate, safe='')}/{quote(group, safe='')}/records", params=parameters)


def receipt(server, partition, offset, **parameters):
    return server.get(f"/api/receipts/{partition}/{offset}", params=parameters)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The sample, some revisions, a withdrawal, an alias, refused and repeated records; all of it in the lake."""
    with sample_server(tmp_path_factory.mktemp("provenance") / "data", "--roll-age", "1") as server:
        assert server.post({"pl_name": "Kepler-22 b", "discoverymethod": "Transit", "disc_year": 2011, "pl_rade": 2.4,
                            "hostname": "Kepler-22"}).status_code == 201
        assert server.post({"pl_name": "Kepler-22 b", "discoverymethod": "Transit", "disc_year": 2011, "pl_rade": 2.4,
                            "hostname": "Kepler-22"}).status_code == 201
        assert server.session.delete(server.url + "/api/planets/kepler442b").status_code == 200
        assert server.post({"name": "Kepler-16 b", "alias": "KIC 12644769 b"}, path="/api/aliases").status_code == 201
        assert server.post({"pl_name": "Bad b", "pl_rade": -1, "disc_year": 3000}).status_code == 422
        sent = server.post({"pl_name": "Warm b", "pl_rade": 40, "colour": "blue"}, Idempotency_Key="warm-1",
                           X_Planetarium_Source="my-scope")
        server.warm = sent.json()
        server.board_when(lambda a: a["totals"]["records"] == 6066 and a["totals"]["rejected"] == 1)
        server.wait(lambda: server.get("/api/board", params={"as_of": 6066}).status_code == 200, 20, "the lake")
        yield server
        server.stop()


def test_every_count_of_the_board(server):
    """One group of each aggregate and more: total and value, and pages that are the whole list."""
    board = server.board()["aggregates"]
    seen = 0
    for name, groups in board.items():
        for group, value in list(groups.items())[:6]:
            answer = behind(server, name, group, limit=1000)
            if name == "mass_radius_relation" or group.startswith("limit/"):
                assert answer.status_code == 404 and "no planet" in answer.json()["detail"]
                continue
            assert answer.status_code == 200, (name, group, answer.text)
            found = answer.json()
            assert found["aggregate"] == name and found["group"] == group
            if isinstance(value, int):
                assert found["value"] == value, (name, group)
                if found["counts"] in ("planets", "records", "aliases") and group != "facilities":
                    assert found["total"] == value or name == "rejects", (name, group)
            elif name in ("stats", "scoreboard"):
                assert found["value"] == value["n"]
            assert len(found["records"]) == min(1000, found["listed"])
            seen += 1
    assert seen > 60


def test_the_records_are_the_planets(server, sample_rows):
    year, method = "2011", "Transit"
    expected = sorted(r["pl_name"] for r in sample_rows if r["disc_year"] == year and r["discoverymethod"] == method)
    assert expected
    names, offset = [], 0
    while True:
        page = behind(server, "by_method_year", f"{method}/{year}", limit=40, offset=offset).json()
        keys = [r["key"] for r in page["records"]]
        assert keys == sorted(keys)
        names += [r["pl_name"] for r in page["records"]]
        offset += 40
        if offset >= page["total"]:
            break
    assert sorted(names) == expected and page["total"] == len(expected)
    record = page["records"][-1]
    assert record["planet"] == {"discoverymethod": method, "disc_year": 2011}
    planet = server.get(record["links"]["planet"]).json()
    assert planet["revision"] == record["revision"]
    last = [h for h in planet["history"] if h["change"] != "duplicate"][-1]
    assert (last["partition"], last["offset"], last["timestamp"]) == (record["partition"], record["offset"],
                                                                      record["timestamp"])
    proof = server.get(record["links"]["receipt"]).json()
    assert proof["key"] == record["key"] and proof["change"] == record["change"]


def test_names_with_slashes_and_spaces(server):
    board = server.board()["aggregates"]
    facility = next(f for f in board["by_facility"] if " " in f)
    assert behind(server, "by_facility", facility).json()["total"] == board["by_facility"][facility]
    by_then = dict(map(tuple, board["cumulative"]["all"]))[1995]
    assert behind(server, "cumulative", "all/1995").json()["total"] == by_then
    forecasts = behind(server, "quality", "pl_bmasse/forecast").json()["total"]
    assert forecasts == board["quality"]["pl_bmasse"]["forecast"]


def test_records_that_are_no_planets(server):
    refused = behind(server, "rejects", "out_of_range").json()
    assert refused["counts"] == "records" and (refused["value"], refused["total"]) == (2, 1)
    proof = server.get(refused["records"][0]["links"]["receipt"]).json()
    assert proof["verdict"] == "rejected" and {e["field"] for e in proof["errors"]} == {"disc_year", "pl_rade"}
    assert json.loads(proof["raw"])["pl_name"] == "Bad b" and proof["topic"] == "planet-rejected"
    assert proof["file"]["table"] == "rejected" and proof["stored"] is True
    assert [r["key"] for r in behind(server, "totals", "withdrawals").json()["records"]] == ["kepler442b"]
    assert behind(server, "totals", "aliases").json()["records"][0]["alias_of"] == "Kepler-16 b"
    assert behind(server, "totals", "late").json()["records"] == []


def test_wrong_questions(server):
    for name, group in [("by_colour", "blue"), ("by_method", "Guessing"), ("by_year", "1492"), ("totals", "moons"),
                        ("stats", "pl_rade")]:
        answer = behind(server, name, group)
        assert answer.status_code == 404 and answer.headers["Content-Type"] == "application/problem+json", (name, group)
    answer = behind(server, "by_method", "Transit", limit=0, offset=-1, page=2)
    assert answer.status_code == 400 and [e["field"] for e in answer.json()["errors"]] == ["limit", "offset", "page"]


def test_a_receipt_leads_to_file_and_board(server):
    warm = server.warm
    proof = receipt(server, warm["partition"], warm["offset"]).json()
    assert proof["key"] == "warmb"
    assert proof["change"] == "new"
    assert proof["revision"] == 1
    assert proof["verdict"] == "warn"
    assert {w["rule"] for w in proof["warnings"]} == {w["rule"] for w in warm["warnings"]}
    assert proof["source"] == "my-scope"
    assert proof["idempotency_key"] is None, "nobody but a token that sent one is shown it"
    assert proof["timestamp"] == warm["timestamp"]
    assert proof["in_log"] is True and proof["stored"] is True
    file = proof["file"]
    path = server.data / "lake" / file["path"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"] and path.stat().st_size == file["bytes"]
    table = pq.read_table(path)
    assert table.num_rows == file["rows"]
    row = table.slice(file["row"], 1).to_pylist()[0]
    assert (row["key"], row["log_offset"], row["log_partition"]) == ("warmb", warm["offset"], warm["partition"])
    frame = server.board()
    assert proof["board"] == {"epoch": frame["epoch"], "seq": frame["seq"], "includes": True}
    board = server.get(proof["board_url"]).json()
    assert board["positions"]["planet-discoveries/0"] == warm["offset"] + 1
    assert board["aggregates"]["newest"]["list"][0]["key"] == "warmb"
    before = receipt(server, 0, warm["offset"] - 1).json()
    assert before["change"] == "alias"
    assert server.get(before["board_url"]).json()["aggregates"]["totals"]["records"] == warm["offset"]


def test_every_kind_of_record(server):
    for offset, change, verdict in [(6061, "revision", "accept"), (6062, "duplicate", "accept"),
                                    (6063, "withdrawal", "withdrawal"), (6064, "alias", "accept"), (0, "new", None)]:
        proof = receipt(server, 0, offset).json()
        assert proof["change"] == change and (verdict is None or proof["verdict"] == verdict), proof
        assert proof["file"]["table"] == "discoveries" and proof["board_url"].startswith(
            "/api/board?as_of=planet-discoveries/0:")


def test_no_such_receipt(server):
    for path in ("0/999999", "7/0"):
        answer = server.get(f"/api/receipts/{path}")
        assert answer.status_code == 404 and answer.headers["Content-Type"] == "application/problem+json"
    for path, field in (("0/one", "offset"), ("x/1", "partition"), ("0/01", "offset"),
                        ("0/1?topic=planet-live", "topic"), ("0/1?of=2", "of")):
        answer = server.get(f"/api/receipts/{path}")
        assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field


def test_before_the_roll(server_at, tmp_path):
    server = server_at(tmp_path / "data", "--roll-age", "600")
    server.post({"pl_name": "Young b"})
    server.board_when(lambda a: a["totals"]["planets"] == 1)
    proof = receipt(server, 0, 0).json()
    assert proof["stored"] is False and proof["file"] is None and "not in the lake yet" in proof["reason"]
    assert proof["board_url"] is None and proof["board"]["includes"] is True and proof["record"] == {
        "pl_name": "Young b"}
    # The index of records is built from the log again.
    server.post({"pl_name": "Young b"})
    server.board_when(lambda a: a["totals"]["duplicates"] == 1)
    server.stop()
    server = server_at(tmp_path / "data")
    assert behind(server, "totals", "duplicates").json()["records"][0]["offset"] == 1
    server.wait(lambda: receipt(server, 0, 1).json()["stored"], 15, "the roll of the stop")
