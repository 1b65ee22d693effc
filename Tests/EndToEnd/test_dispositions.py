"""What is a planet and what is not: dispositions, and the solutions of several publications."""
import itertools
import json
import subprocess

import pyarrow.parquet as pq
import pytest

from running import BINARY

# In the shape of the archive's k2pandc and ps.
TABLE = """# from an archive
pl_name,hostname,default_flag,disposition,discoverymethod,disc_year,disc_facility,pl_orbper,pl_rade,rowupdate
Disp-1 b,Disp-1,1,CONFIRMED,Transit,2015,K2,32.940045,2.61,2020-02-20
EPIC 9201833600.01,EPIC 9201833600,1,FALSE POSITIVE,Transit,2015,K2,8.75,1.2,2020-02-20
EPIC 9212443457.01,EPIC 9212443457,1,REFUTED,Transit,2016,K2,3.2,0.9,2020-02-20
EPIC 9201912552.01,EPIC 9201912552,1,CANDIDATE,Transit,2015,K2,32.94,2.2,2019-02-20
"""
ADS = "https://ui.adsabs.harvard.edu/abs"


def link(name, year, code):
    return f"<a refstr={name.upper()}_ET_AL__{year} href={ADS}/{code}/abstract target=ref>{name} et al. {year}</a>"


ROWS = [
    {"default_flag": 0, "pl_refname": link("Montet", 2015, "2015ApJ...809...25M"), "pl_rade": 2.24, "disc_year": 2015,
     "rowupdate": "2015-08-25"},
    {"default_flag": 1, "pl_refname": link("Benneke", 2019, "2019ApJ...887L..14B"), "pl_rade": 2.61, "pl_bmasse": 8.63,
     "rowupdate": "2020-02-20"},
    {"default_flag": 0, "pl_refname": link("Sarkis", 2018, "2018AJ....155..257S"), "pl_rade": 2.37, "pl_bmasse": 8.92,
     "rowupdate": "2021-03-01"},
]


def totals(server, records):
    return server.board_when(lambda a: a["totals"]["records"] == records)["aggregates"]["totals"]


def verify(lake):
    proof = subprocess.run([str(BINARY), "verify", str(lake), "--json"], capture_output=True, text=True)
    return proof.returncode, json.loads(proof.stdout)["findings"]


def test_only_what_is_confirmed_counts(server):
    assert server.post(TABLE, "text/csv").status_code == 201
    board = server.board_when(lambda a: a["totals"]["records"] == 4)["aggregates"]
    assert {name: board["totals"][name] for name in ("planets", "candidates", "hosts", "facilities")} == {
        "planets": 1, "candidates": 1, "hosts": 1, "facilities": 1}
    assert board["by_method"] == {"Transit": 1} and board["by_year"] == {"2015": 1}
    behind = server.get("/api/aggregates/totals/candidates/records").json()
    assert (behind["value"], [r["pl_name"] for r in behind["records"]]) == (1, ["EPIC 9201912552.01"])
    found = server.get("/api/planets?disposition=FALSE%20POSITIVE").json()
    assert [p["pl_name"] for p in found["planets"]] == ["EPIC 9201833600.01"]
    assert [p["pl_name"] for p in server.get("/api/planets?is_planet=true").json()["planets"]] == ["Disp-1 b"]
    assert server.get("/api/planets?is_planet=false").json()["total"] == 3
    # A candidate becomes a planet, and is refuted; what is withdrawn is no candidate any more.
    server.post({"pl_name": "EPIC 9201912552.01", "disposition": "confirmed"})
    assert (now := totals(server, 5))["planets"] == 2 and "candidates" not in now
    server.post({"pl_name": "EPIC 9201912552.01", "disposition": "refuted planet"})
    assert totals(server, 6)["planets"] == 1
    server.post({"pl_name": "Disp-1 b", "status": "Candidate"})
    assert {"planets": 0, "candidates": 1}.items() <= totals(server, 7).items()
    assert server.session.delete(f"{server.url}/api/planets/disp1b").status_code == 200
    assert "candidates" not in totals(server, 8)
    unknown = server.post({"pl_name": "Disp-2 b", "disposition": "perhaps"})
    assert (unknown.status_code, unknown.json()["errors"][0]["rule"]) == (422, "unknown_disposition")
    assert "CANDIDATE" in unknown.json()["errors"][0]["detail"]


def test_figures_come_out_again(server):
    server.post(TABLE, "text/csv")
    server.post({"pl_name": "Disp-3 b", "hostname": "Disp-3", "pl_rade": 1, "pl_bmasse": 1, "disposition": "CANDIDATE"})
    board = server.board_when(lambda a: a["totals"]["records"] == 5)
    server.stop()
    assert verify(server.data / "lake") == (0, [])
    server.start()
    assert server.board_when(lambda a: a["totals"]["records"] == 5)["digest"] == board["digest"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_default_solution_is_the_planet_s(server, order):
    for row in order:
        made = server.post({"pl_name": "Solved-1 b", "hostname": "Solved-1"} | ROWS[row])
        assert made.status_code == 201
    answer = server.get("/api/planets/Solved-1 b").json()
    assert answer["planet"]["pl_rade"] == 2.61 and answer["planet"]["default_flag"] == 1
    solutions = answer["solutions"]
    assert [s["current"] for s in solutions] == [True, False, False]
    assert {s["planet"]["pl_rade"] for s in solutions} == {2.24, 2.61, 2.37}
    assert solutions[0]["references"] == [
        {"column": "pl_refname", "text": "Benneke et al. 2019", "link": f"{ADS}/2019ApJ...887L..14B/abstract"}]
    # The planet's own solution in a newer form replaces the older one.
    server.post({"pl_name": "Solved-1 b", "hostname": "Solved-1"} | ROWS[1] | {"pl_rade": 2.62})
    again = server.get("/api/planets/Solved-1 b").json()
    assert [s["planet"]["pl_rade"] for s in again["solutions"]][0] == 2.62 and len(again["solutions"]) == 3
    records = server.board_when(lambda a: a["totals"]["records"] == 4)["aggregates"]["totals"]
    assert records["planets"] == 1


def test_other_solutions_in_one_file_drop_nothing(server):
    columns = ["pl_name", *dict.fromkeys(name for row in ROWS for name in row)]
    lines = [",".join(columns)]
    lines += [",".join(str(({"pl_name": "Solved-2 b"} | row).get(name, "")) for name in columns) for row in ROWS]
    answer = server.post("\n".join(lines), "text/csv").json()
    assert answer["rejected"] == 0
    assert not [w for r in answer["results"] for w in r["warnings"] if w["rule"] == "values_dropped"]
    # Rows without a flag replace each other, each with a warning of what is lost.
    answer = server.post("pl_name,pl_rade,pl_orbper\nDrop-2 b,1,2\nDrop-2 b,,3\nDrop-2 b,4,\n", "text/csv").json()
    dropped = [w["detail"] for r in answer["results"] for w in r["warnings"] if w["rule"] == "values_dropped"]
    assert [detail.split(": ")[-1] for detail in dropped] == ["pl_rade.", "pl_orbper."]


def test_the_lake_has_the_columns(server):
    server.post(TABLE, "text/csv")
    server.board_when(lambda a: a["totals"]["records"] == 4)
    server.stop()
    file, = (server.data / "lake" / "discoveries").glob("dt=*/*.parquet")
    rows = pq.read_table(file, partitioning=None).to_pylist()
    assert [row["disposition"] for row in rows] == ["CONFIRMED", "FALSE POSITIVE", "REFUTED", "CANDIDATE"]
    assert [row["default_flag"] for row in rows] == [1] * 4
