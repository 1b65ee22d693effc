"""Corrections over the API: late rows, aliases, what the log's order decides, and the two NASA snapshots."""
import collections
import csv
import io
import json
import subprocess
import sys

import duckdb
import pytest

from running import BINARY, ROOT, SAMPLE

NEWER = ROOT / "Samples" / "nasa_pscomppars_slim_2026-08-18.csv"
NAMES = ROOT / "Samples" / "oec_aliases_2026-08-22.csv"


def submit(server, record, **headers):
    return server.session.post(f"{server.url}/api/discoveries", json=record, headers=headers)


def alias(server, name, canonical, **more):
    return server.session.post(f"{server.url}/api/aliases", json={"alias": name, "canonical": canonical, **more})


def digested(board):
    """What follows from the catalogue alone (docs/LIVE.md)."""
    aggregates = {k: v for k, v in board["aggregates"].items()
                  if k not in ("rate", "newest", "warnings", "rejects", "scoreboard")}
    aggregates["totals"] = {k: aggregates["totals"][k] for k in ("planets", "hosts", "facilities", "controversial",
                                                                 "aliases")}
    return board["digest"], aggregates


def imported(server, path, *arguments):
    return subprocess.run([str(BINARY), "import", str(path), "--to", server.url, "--quiet", *arguments],
                          capture_output=True, text=True, timeout=300)


def test_a_late_row_changes_nothing_but_is_kept(server):
    assert submit(server, {"pl_name": "Late-1 b", "pl_rade": 2, "rowupdate": "2026-02-02"}).json()["change"] == "new"
    late = submit(server, {"pl_name": "Late-1 b", "pl_rade": 1, "rowupdate": "2026-02-01"})
    assert late.status_code == 201 and (late.json()["change"], late.json()["revision"]) == ("late", 1)
    planet = server.get("/api/planets/late1b").json()
    assert planet["planet"]["pl_rade"] == 2 and [h["change"] for h in planet["history"]] == ["new", "late"]
    assert planet["history"][1]["planet"]["pl_rade"] == 1
    server.session.delete(f"{server.url}/api/planets/late1b")
    assert submit(server, {"pl_name": "Late-1 b", "pl_rade": 3, "rowupdate": "2026-01-01"}).json()["change"] == "late"
    assert server.get("/api/planets/late1b").json()["withdrawn"] is True
    board = server.board_when(lambda a: a["totals"]["late"] == 2)
    assert board["aggregates"]["totals"]["planets"] == 0
    assert submit(server, {"pl_name": "Late-1 b", "pl_rade": 3}).json()["change"] == "reinstatement"
    assert submit(server,
                  {"pl_name": "Late-2 b", "rowupdate": "2999-01-01"}).json()["errors"][0]["rule"] == "date_in_future"
    server.stop()
    rows = duckdb.sql(
        f"SELECT change, revision, rowupdate, pl_rade FROM '{server.data}/lake/discoveries/**/*.parquet' ORDER BY "
        "log_offset").fetchall()
    assert [(r[0], r[1], r[3]) for r in rows] == [
        ("new", 1, 2.0), ("late", 1, 1.0), ("withdrawal", 2, None), ("late", 2, 3.0), ("reinstatement", 3, 3.0)]


def test_an_alias_from_first_to_last(server):
    submit(server, {"pl_name": "Alpha-1 b", "pl_rade": 2})
    first = alias(server, "KOI-9001.01", "Alpha-1 b", source="paper")
    assert first.status_code == 201 and first.headers["Location"] == "/api/aliases/koi9001.01"
    assert alias(server, "KOI 9001.01", "alpha-1b").json()["change"] == "duplicate"
    shown = server.get("/api/aliases/KOI-9001.01").json()
    assert (shown["alias_of"], shown["planet"], shown["source"]) == ("Alpha-1 b", "alpha1b", "paper")
    assert [h["change"] for h in shown["history"]] == ["alias", "duplicate"]
    # As good as the name.
    by_alias = server.get("/api/planets/koi-9001.01").json()
    assert by_alias["key"] == "alpha1b" and by_alias["asked_by_alias"] == "KOI-9001.01" and by_alias["aliases"] == [
        "KOI-9001.01"]
    assert "asked_by_alias" not in server.get("/api/planets/alpha1b").json()
    assert server.get("/api/planets/koi9001.01/prediction").json()["key"] == "alpha1b"
    assert [p["key"] for p in server.get("/api/planets?q=koi-9001").json()["planets"]] == ["alpha1b"]
    given = submit(server, {"pl_name": "KOI-9001.01", "hostname": "Alpha-1", "pl_rade": 3}).json()
    assert (given["key"], given["change"],
            [w["rule"] for w in given["warnings"]]) == ("alpha1b", "revision", ["named_by_alias"])
    planet = server.get("/api/planets/alpha1b").json()["planet"]
    assert (planet["pl_name"], planet["pl_name_given"], planet["pl_rade"]) == ("Alpha-1 b", "KOI-9001.01", 3)
    assert server.session.delete(f"{server.url}/api/planets/KOI-9001.01").status_code == 409
    # Not two planets into one.
    submit(server, {"pl_name": "Beta-1 b"})
    for name, canonical, rule in [
        ("Beta-1 b", "Alpha-1 b", "alias_joins_planets"), ("KOI-9001.01", "Beta-1 b", "alias_conflict"),
        ("Alpha-1b", "Alpha-1 b", "alias_to_itself"),
    ]:
        refused = alias(server, name, canonical)
        assert refused.status_code == 422 and [e["rule"] for e in refused.json()["errors"]] == [rule], name
        assert refused.headers["Content-Type"] == "application/problem+json"
    board = server.board_when(lambda a: a["totals"]["aliases"] == 1 and a["totals"]["rejected"] == 3)
    assert board["aggregates"]["totals"]["planets"] == 2 and board["aggregates"]["warnings"]["named_by_alias"] == 1
    # A candidate under its own name is withdrawn before its name can be an alias.
    server.session.delete(f"{server.url}/api/planets/beta1b")
    assert alias(server, "Beta-1 b", "KOI-9001.01").json()["alias_of"] == "Alpha-1 b"
    assert server.get("/api/aliases?limit=1&offset=1").json()["aliases"][0]["key"] == "koi9001.01"
    assert server.get("/api/aliases?q=beta").json()["total"] == 1 and server.get(
        "/api/aliases?wrong=1").status_code == 400
    server.stop()
    server.start()
    assert server.get("/api/planets/beta-1 b").json()["key"] == "alpha1b"
    gone = server.session.delete(f"{server.url}/api/aliases/beta1b").json()
    assert (gone["change"], gone["revision"]) == ("alias_removal", 4)
    assert server.get("/api/planets/beta1b").json()["withdrawn"] is True
    assert server.session.delete(f"{server.url}/api/aliases/beta1b").status_code == 404
    assert submit(server, {"pl_name": "Beta-1 b"}).json()["change"] == "reinstatement"
    server.board_when(lambda a: a["totals"]["aliases"] == 1 and a["totals"]["planets"] == 2)
    server.stop()
    lake = f"'{server.data}/lake/discoveries/**/*.parquet'"
    rows = duckdb.sql(
        f"SELECT key, pl_name, alias_of, alias_source, change FROM {lake} WHERE alias_of IS NOT NULL ORDER BY "
        "log_offset").fetchall()
    assert rows == [
        ("koi9001.01", "KOI-9001.01", "Alpha-1 b", "paper", "alias"),
        ("koi9001.01", "KOI 9001.01", "alpha-1b", "api", "duplicate"),
        ("beta1b", "Beta-1 b", "Alpha-1 b", "api", "alias")]


def test_the_log_has_the_last_word(server):
    """In one body the web cannot know what the log will make of the records before."""
    body = [{"pl_name": "Order-1 b"}, {"pl_name": "Order-1 b", "alias_of": "Order-2 c"}, {"pl_name": "Order-2 c"}]
    answer = server.session.post(f"{server.url}/api/discoveries", json=body)
    results = answer.json()["results"]
    assert answer.status_code == 207 and (answer.json()["accepted"], answer.json()["rejected"]) == (2, 1)
    assert [r["status"] for r in results] == [201, 422, 201]
    assert results[1]["errors"][0]["rule"] == "alias_joins_planets" and results[1]["offset"] == results[0]["offset"] + 1
    only = server.session.post(f"{server.url}/api/discoveries?results=rejected", json=body).json()
    assert [r["line"] for r in only["results"]] == [2]
    board = server.board_when(lambda a: a["totals"]["rejected"] == 2)["aggregates"]
    assert board["rejects"]["alias_joins_planets"] == 2 and board["totals"]["aliases"] == 0
    server.stop()
    rejected = duckdb.sql(f"SELECT key, rules, raw FROM '{server.data}/lake/rejected/**/*.parquet'").fetchall()
    assert {r[0] for r in rejected} == {"order1b"} and "alias_of" in rejected[0][2]


def test_a_repeated_alias_request_gets_the_same_receipts(server):
    body = [{"alias": "R-1 b", "canonical": "R-2 c"}, {"alias": "R-1 b", "canonical": "R-3 d"},
            {"alias": "R-4 e", "canonical": "R-2 c"}]
    answers = [server.session.post(f"{server.url}/api/aliases", json=body, headers={"Idempotency-Key": "once"}).json()
               for _ in range(2)]
    first, again = answers
    # What the log's order refused is refused the second time before the log.
    assert first["results"][1]["offset"] == 1 and first["results"][1]["errors"][0]["rule"] == "alias_conflict"
    assert again["results"][1].pop("errors") == first["results"][1].pop("errors")
    assert again["results"][::2] == first["results"][::2] and again["accepted"] == 2
    assert server.board_when(lambda a: a["totals"]["records"] == 3)["aggregates"]["totals"]["aliases"] == 2


def test_from_one_nasa_snapshot_to_the_next(server_at, sample_rows, tmp_path):
    rows, gone = tmp_path / "rows.ndjson", tmp_path / "gone.txt"
    with rows.open("w") as file:
        subprocess.run([sys.executable, str(ROOT / "Scripts" / "snapshot-changes"), str(SAMPLE), str(NEWER),
                        "--withdrawn", str(gone)],
                       stdout=file, check=True)
    withdrawn = gone.read_text().splitlines()
    assert len(withdrawn) == 11 and {"tau Cet e", "rho CrB d"} <= set(withdrawn)
    server = server_at(tmp_path / "history")
    assert imported(server, SAMPLE).stdout == "6061 stored, 0 refused\n"
    assert imported(server, rows).stdout == "6336 stored, 0 refused\n"
    for name in withdrawn:
        assert server.session.delete(f"{server.url}/api/planets/{name}").json()["change"] == "withdrawal"
    board = server.board_when(lambda a: a["totals"]["planets"] == 6336 and a["totals"]["withdrawals"] == 11, 60)
    totals = board["aggregates"]["totals"]
    old = {r["pl_name"]: r for r in sample_rows}
    new = {r["pl_name"]: r for r in csv.DictReader(io.StringIO(NEWER.read_text()))}
    assert len(new.keys() - old.keys()) == 286
    assert sum(old[name]["disc_year"] != new[name]["disc_year"] for name in new.keys() & old.keys()) == 31
    assert totals["duplicates"] + totals["revisions"] == 6336 - 286 and totals["revisions"] > 31
    # A server that never heard of anything but the final rows.
    fresh = server_at(tmp_path / "fresh")
    assert imported(fresh, rows).returncode == 0
    expected = fresh.board_when(lambda a: a["totals"]["planets"] == 6336, 60)
    assert digested(board) == digested(expected)
    years = collections.Counter(r["disc_year"] for r in new.values())
    assert board["aggregates"]["by_year"] == dict(years)


def test_the_names_of_the_open_exoplanet_catalogue(server, server_at, tmp_path):
    assert imported(server, SAMPLE).returncode == 0
    done = imported(server, NAMES, "--aliases", "--source", "OEC", "--rejects", str(tmp_path / "rejects"))
    rules = collections.Counter(json.loads(line)["errors"][0]["rule"]
                                for line in (tmp_path / "rejects").read_text().splitlines())
    assert done.returncode == 1 and set(rules) == {"alias_joins_planets", "alias_to_itself", "alias_conflict"}, rules
    board = server.board_when(lambda a: a["totals"]["records"] >= 6061 + 15000, 60)["aggregates"]
    assert board["totals"]["planets"] == 6061
    listed = server.get("/api/aliases?limit=1").json()
    assert listed["total"] == board["totals"]["aliases"] and listed["aliases"][0]["source"] == "OEC"
    assert f"{16_000 - sum(rules.values())} stored" in done.stdout
    for name, key in [("EPIC 201912552 b", "k2-18b"), ("rho1 Cnc e", "55cnce"), ("GAT 1370 b", "teegardensstarb"),
                      ("PSR B1257+12 B", "psrb1257+12c"), ("KOI-314 b", "kepler138c")]:
        assert server.get(f"/api/planets/{name}").json()["key"] == key
    # None joins two planets unnoticed.
    for line in (tmp_path / "rejects").read_text().splitlines()[:40]:
        reject = json.loads(line)
        if reject["errors"][0]["rule"] == "alias_joins_planets":
            name = reject["errors"][0]["value"]
            assert "asked_by_alias" not in server.get(f"/api/planets/{name}").json()
    assert server.get("/api/planets/KOI-87.01").json()["planet"]["pl_name"] == "Kepler-22 b"
    # The other way round: the same planets, the same board.
    other = server_at(tmp_path / "other")
    imported(other, NAMES, "--aliases", "--source", "OEC")
    assert imported(other, SAMPLE).stdout == "6061 stored, 0 refused\n"
    expected = server.board_when(lambda a: a["totals"]["records"] >= 6061 + 15000, 60)
    assert digested(other.board_when(lambda a: a["totals"]["planets"] == 6061, 60)) == digested(expected)
    # And the lake proves it.
    other.stop()
    proof = subprocess.run([str(BINARY), "verify", str(other.data / "lake")], capture_output=True, text=True)
    assert proof.returncode == 0, proof.stdout
    assert [p["key"] for p in server.get("/api/planets?q=KOI-87.01").json()["planets"]] == ["kepler22b"]
