"""POST /api/discoveries: every way in, every refusal; what a receipt promises."""
import gzip
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import lake

KEPLER_22 = {"pl_name": "Kepler-22 b", "hostname": "Kepler-22", "discoverymethod": "Transit", "disc_year": 2011,
             "pl_rade": 2.1, "pl_orbper": 289.863876}


def test_one_object_gives_a_receipt_and_can_be_read_at_once(server):
    answer = server.post(KEPLER_22)
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["key"] == "kepler22b"
    assert (receipt["partition"], receipt["offset"], receipt["revision"], receipt["change"]) == (0, 0, 1, "new")
    assert answer.headers["Location"] == "/api/planets/kepler22b"
    planet = server.get(answer.headers["Location"]).json()
    assert planet["revision"] == 1 and planet["planet"]["pl_rade"] == 2.1
    assert server.get("/api/planets/Kepler-22%20b").json()["key"] == "kepler22b"


def test_revision_duplicate_withdrawal_and_reinstatement(server):
    changes = [server.post(body).json() for body in (KEPLER_22, KEPLER_22, KEPLER_22 | {"pl_rade": 2.4})]
    assert [(c["change"], c["revision"]) for c in changes] == [("new", 1), ("duplicate", 1), ("revision", 2)]
    server.board_when(lambda a: a["totals"]["planets"] == 1 and a["stats"]["pl_rade/all/all"]["mean"] == 2.4)
    gone = server.session.delete(server.url + "/api/planets/kepler22b")
    assert gone.status_code == 200 and gone.json()["change"] == "withdrawal" and gone.json()["revision"] == 3
    assert server.session.delete(server.url + "/api/planets/kepler22b").status_code == 404
    assert server.get("/api/planets").json()["total"] == 0
    assert server.get("/api/planets/kepler22b").json()["withdrawn"] is True
    server.board_when(lambda a: a["totals"]["planets"] == 0 and not a["by_method"])
    back = server.post(KEPLER_22).json()
    assert (back["change"], back["revision"]) == ("reinstatement", 4)
    history = server.get("/api/planets/kepler22b").json()["history"]
    assert [h["change"] for h in history] == ["new", "duplicate", "revision", "withdrawal", "reinstatement"]
    assert history[2]["planet"]["pl_rade"] == 2.4 and history[3]["planet"] is None
    server.stop()
    rows = lake.read(server.data, "discoveries").to_pylist()
    assert [r["change"] for r in rows] == ["new", "duplicate", "revision", "withdrawal", "reinstatement"]
    assert [r["revision"] for r in rows] == [1, 1, 2, 3, 4]


def test_every_failing_field_is_named_at_once_and_kept(server):
    bad = {"pl_name": "X-1 b", "pl_rade": -3, "disc_year": 1066, "discoverymethod": "Guessing", "pl_orbeccen": 1.5}
    answer = server.post(bad)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == 422
    assert {e["field"] for e in problem["errors"]} == {"pl_rade", "disc_year", "discoverymethod", "pl_orbeccen"}
    assert all(e["rule"] and e["detail"] and "value" in e for e in problem["errors"])
    server.board_when(lambda a: a["totals"]["rejected"] == 1 and sum(a["rejects"].values()) == 4)
    server.stop()
    row, = lake.read(server.data, "rejected").to_pylist()
    assert json.loads(row["raw"]) == bad
    assert {e["field"] for e in json.loads(row["errors"])} == {e["field"] for e in problem["errors"]}


def test_unknown_fields_are_kept_and_counted(server):
    receipt = server.post(KEPLER_22 | {"colour": "red"}).json()
    assert [(w["field"], w["rule"]) for w in receipt["warnings"]] == [("colour", "unknown_field")]
    server.board_when(lambda a: a["warnings"].get("unknown_field") == 1 and a["totals"]["warned"] == 1)
    assert json.loads(server.get("/api/planets/kepler22b").json()["planet"]["extra"]) == {"colour": "red"}


def test_array_ndjson_and_csv_give_a_result_a_line(server):
    array = server.post([KEPLER_22, {"pl_name": ""}, {"pl_name": "Kepler-16 b"}])
    assert array.status_code == 207
    body = array.json()
    assert (body["accepted"], body["rejected"]) == (2, 1)
    assert [(r["line"], r["status"]) for r in body["results"]] == [(1, 201), (2, 422), (3, 201)]
    lines = server.post('{"pl_name":"A-1 b"}\n\n{"pl_name":\n{"pl_name":"A-2 b"}', "application/x-ndjson")
    assert lines.status_code == 207
    assert [(r["line"], r["status"]) for r in lines.json()["results"]] == [(1, 201), (3, 422), (4, 201)]
    table = server.post('# a comment\npl_name,pl_rade\n"B-1, b",1.5\nB-2 b,wide\n', "text/csv")
    assert table.status_code == 207
    assert [(r["line"], r["status"]) for r in table.json()["results"]] == [(3, 201), (4, 422)]
    assert server.post([{"pl_name": ""}]).status_code == 422
    assert server.post([{"pl_name": "C-1 b"}, {"pl_name": "C-2 b"}]).status_code == 201


def test_the_french_course_record_is_accepted(server):
    answer = server.post({
        "id": 1, "nom": "Kepler-442 b", "decouvreur": "NASA", "date_de_decouverte": "2015-01-06", "masse": 2.36,
        "rayon": 1.34, "distance": 1206, "type": "Super-Terre", "statut": "Confirmée", "atmosphere": "Inconnue",
        "temperature_moyenne": -40, "periode_orbitale": 112.3, "nombre_de_satellites": 0, "presence_deau": "oui"})
    assert answer.status_code == 201, answer.text
    planet = server.get("/api/planets/kepler442b").json()["planet"]
    assert planet["pl_bmasse"] == 2.36 and planet["pl_rade"] == 1.34 and planet["pl_orbper"] == 112.3
    assert abs(planet["sy_dist"] - 1206 / 3.26156377716743) < 1e-9
    assert abs(planet["pl_eqt"] - 233.15) < 1e-9
    assert planet["water_present"] in (True, 1) and planet["disc_date"] == "2015-01-06"


def test_idempotency_key(server):
    first = server.post(KEPLER_22, Idempotency_Key="k-1")
    again = server.post(KEPLER_22, Idempotency_Key="k-1")
    other = server.post(KEPLER_22 | {"pl_rade": 9}, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    assert len(server.get("/api/planets/kepler22b").json()["history"]) == 1
    # Across a restart, too (the log carries the key).
    server.kill()
    server.start()
    after = server.post(KEPLER_22, Idempotency_Key="k-1")
    assert after.status_code == 201 and after.json()["offset"] == first.json()["offset"]
    assert len(server.get("/api/planets/kepler22b").json()["history"]) == 1


def test_equal_records_of_one_request_are_no_copies(server):
    lines = [{"pl_name": "Abc-1 b", "pl_rade": radius} for radius in (1, 2, 1, 1)]
    answer = server.post("\n".join(map(json.dumps, lines)), "application/x-ndjson", Idempotency_Key="thrice")
    assert [result["change"] for result in answer.json()["results"]] == ["new", "revision", "revision", "duplicate"]
    assert server.get("/api/planets/abc1b").json()["planet"]["pl_rade"] == 1


def test_refusals(server):
    assert server.post("not json").status_code == 400
    assert server.post("", "application/json").status_code == 400
    assert server.post("<x/>", "application/xml").status_code == 415
    assert server.post(gzip.compress(b'{"pl_name": "Zip-0 b"}'), Content_Encoding="gzip").status_code == 201
    zipped = server.post(b'{"pl_name": "Zip-1 b"}', Content_Encoding="br")
    assert zipped.status_code == 415 and zipped.headers["Accept-Encoding"] == "gzip, identity"
    assert [(e["field"], e["value"], e["rule"])
            for e in zipped.json()["errors"]] == [("Content-Encoding", "br", "unknown_coding")]
    assert server.post('{"pl_name": "Zip-1 b"}', Content_Encoding="identity").status_code == 201
    assert server.post("pl_rade\n1\n", "text/csv").status_code == 400
    assert server.get("/api/nothing").status_code == 404
    answer = server.session.put(server.url + "/api/discoveries")
    assert answer.status_code == 405 and "POST" in answer.headers["Allow"]
    assert server.post(b"x" * (17 << 20)).status_code == 413
    for path in ("/api/nothing", "/api/planets/nobody"):
        problem = server.get(path)
        assert problem.headers["Content-Type"].startswith(
            "application/problem+json") and problem.json()["status"] == 404


def test_chunked_body_and_expect_continue(server):
    body = json.dumps(KEPLER_22).encode()
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(b"POST /api/discoveries HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  b"Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
        assert s.recv(100).startswith(b"HTTP/1.1 100 ")
        for i in range(0, len(body), 7):
            part = body[i:i + 7]
            s.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        s.sendall(b"0\r\n\r\n")
        assert s.recv(4000).startswith(b"HTTP/1.1 201 ")


def test_many_clients_at_once_get_distinct_offsets_without_gaps(server):
    def one(i):
        return server.post({"pl_name": f"Load-{i} b", "pl_rade": 1 + i / 1000}).json()["offset"]
    with ThreadPoolExecutor(16) as pool:
        offsets = list(pool.map(one, range(800)))
    assert sorted(offsets) == list(range(800))
    server.board_when(lambda a: a["totals"]["planets"] == 800)


def test_find_filter_sort_page(server, sample_lines):
    server.post("".join(sample_lines), "text/csv")
    def find(query):
        answer = server.get("/api/planets?" + query)
        assert answer.status_code == 200, answer.text
        return answer.json()
    assert find("")["total"] == 6061 and len(find("")["planets"]) == 50
    assert find("discoverymethod=transit")["total"] == 4472
    assert find("disc_year=2016")["total"] == 1496
    assert find("disc_year.gte=2014&disc_year.lte=2014")["total"] == 869
    big = find("pl_rade.gt=25&sort=-pl_rade&fields=pl_name,pl_rade&limit=10")
    assert big["total"] == 6 and set(big["planets"][0]) >= {"key", "pl_name", "pl_rade"}
    radii = [p["pl_rade"] for p in big["planets"]]
    assert radii == sorted(radii, reverse=True) and len(radii) == 6
    assert find("q=kepler-22+b")["planets"][0]["key"] == "kepler22b"
    assert find("pl_rade.null=true")["total"] == 50
    pages = [p["key"] for o in range(0, 6061, 1000) for p in find(f"sort=pl_name&limit=1000&offset={o}")["planets"]]
    assert len(pages) == len(set(pages)) == 6061
    wrong = server.get("/api/planets?nosuch=1&sort=foo&limit=0")
    assert wrong.status_code == 400 and {e["field"] for e in wrong.json()["errors"]} == {"nosuch", "sort", "limit"}


def test_schema_health_and_metrics(server):
    schema = server.get("/api/schema").json()
    names = {c["name"] for c in schema["columns"]}
    assert {"pl_name", "pl_rade", "pl_radeerr1", "pl_bmassprov", "st_lum", "disc_date", "moon_count",
            "comment"} <= names
    assert [c["name"] for c in schema["columns"] if c["required"]] == ["pl_name"]
    assert server.get("/livez").status_code == 200
    server.post(KEPLER_22)
    text = server.get("/metrics").text
    assert "# TYPE planetarium_http_requests_total counter" in text
    board = server.get("/api/board")
    assert server.get("/api/board", headers={"If-None-Match": board.headers["ETag"]}).status_code in (200, 304)
    settled = server.board_when(lambda a: a["totals"]["planets"] == 1)
    assert settled["type"] == "snapshot" and settled["digest"]
