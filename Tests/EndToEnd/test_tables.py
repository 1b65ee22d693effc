"""Tables as people have them, in every door: the API, and `planetarium import`. Written by astropy where it can."""
import gzip
import io
import json
import subprocess

import numpy
import pytest
from astropy.table import MaskedColumn, Table

from running import BINARY, ROOT

NAMES = ["Kepler-22 b", "51 Peg b", "Tau Boötis b"]


def table():
    """Three planets, the second without a radius, in units that astropy writes."""
    return Table([
        MaskedColumn(NAMES, name="pl_name"),
        MaskedColumn([2.1, numpy.nan, 13.0], name="pl_rade", unit="earthRad", mask=[False, True, False]),
        MaskedColumn([0.5, 146.2 / 317.828406594675, 1.0], name="pl_bmasse", unit="jupiterMass"),
        MaskedColumn([2011, 1995, 1996], name="disc_year", mask=[False, False, True]),
    ])


def written(form, **options):
    if form == "votable":  # into bytes
        out = io.BytesIO()
        columns = table()
        if options.get("tabledata_format") == "binary":
            # Which has no whole number that stands for none, unless somebody names one.
            columns["disc_year"] = columns["disc_year"].astype(float)
        columns.write(out, format="votable", **options)
        return out.getvalue()
    out = io.StringIO()
    table().write(out, format=form, **options)
    return out.getvalue().encode()


FORMS = {
    "tabledata.vot": lambda: written("votable"),
    "binary.vot": lambda: written("votable", tabledata_format="binary"),
    "binary2.vot": lambda: written("votable", tabledata_format="binary2"),
    "spaces.ecsv": lambda: written("ascii.ecsv"),
    "commas.ecsv": lambda: written("ascii.ecsv", delimiter=","),
    "table.tbl": lambda: written("ascii.ipac"),
    "binary2.vot.gz": lambda: gzip.compress(written("votable", tabledata_format="binary2")),
}


def check(server):
    planets = {p["pl_name"]: p for p in server.get("/api/planets").json()["planets"]}
    assert set(planets) == set(NAMES)
    assert planets[NAMES[0]]["pl_rade"] == 2.1 and "pl_rade" not in planets[NAMES[1]]
    assert planets[NAMES[0]]["pl_bmassj"] == 0.5 and planets[NAMES[1]]["pl_bmasse"] == pytest.approx(146.2)
    assert planets[NAMES[1]]["disc_year"] == 1995 and "disc_year" not in planets[NAMES[2]]


@pytest.mark.parametrize("form", FORMS)
def test_what_astropy_writes_is_read_by_the_api(server, form):
    answer = server.post(FORMS[form](), "application/octet-stream")
    assert answer.status_code == 201, answer.text
    assert [c["column"] for c in answer.json()["columns"]["used"]] == ["pl_name", "pl_rade", "pl_bmassj", "disc_year"]
    check(server)


def run_import(server, path, *more):
    return subprocess.run([BINARY, "import", path, "--to", server.url, *more], cwd=ROOT, capture_output=True, text=True,
                          timeout=300)


def test_what_astropy_writes_is_read_by_import(server, tmp_path):
    for form, make in FORMS.items():
        path = tmp_path / form
        path.write_bytes(make())
        done = run_import(server, path)
        assert done.returncode == 0 and "3 stored, 0 refused" in done.stdout, (form, done)
        check(server)


CSV = "pl_name,hostname,discoverymethod,disc_year,pl_rade\nTau Boötis b,Tau Boötis,Radial Velocity,1996,\n" \
      "Kepler-22 b,Kepler-22,Transit,2011,2.1\n"
LINES = {
    "tabs.tsv": CSV.replace(",", "\t").encode(),
    "unicode.txt": CSV.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
    "bigendian.csv": b"\xfe\xff" + CSV.encode("utf-16-be"),
    "mac.csv": CSV.replace("\n", "\r").encode(),
    "french.csv": CSV.replace("2.1", "2,1;").replace(",2;", ";2;").replace(",", ";").replace("2;1;", "2,1").encode(),
    "packed.csv.gz": gzip.compress(CSV.encode()),
    "hash.csv": b"# name,hostname,discoverymethod,disc_year,pl_rade\n" + CSV.split("\n", 1)[1].encode(),
    "array.json": json.dumps([{"pl_name": "Tau Boötis b", "disc_year": 1996},
                              {"pl_name": "Kepler-22 b", "pl_rade": 2.1}], indent=1).encode(),
}


@pytest.mark.parametrize("name", LINES)
def test_every_way_to_write_lines_in_every_door(server, tmp_path, name):
    answer = server.post(LINES[name], "application/x-ndjson" if name.endswith("json") else "text/csv")
    assert answer.status_code == 201 and answer.json()["accepted"] == 2, answer.text
    assert server.get("/api/planets/kepler22b").json()["planet"]["pl_rade"] == 2.1
    assert server.get("/api/planets/tau%20bo%C3%B6tis%20b").json()["planet"]["disc_year"] == 1996
    path = tmp_path / name
    path.write_bytes(LINES[name])
    done = run_import(server, path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "2 stored, 0 refused"), done


def test_a_gzip_body_by_its_content_encoding_bounded(server):
    body = gzip.compress(CSV.encode())
    assert server.post(body, "text/csv", Content_Encoding="gzip").status_code == 201
    bomb = gzip.compress(b"pl_name\n" + b"\n" * (20 << 20))
    assert len(bomb) < 100_000
    for headers in ({}, {"Content_Encoding": "gzip"}):
        answer = server.post(bomb, "text/csv", **headers)
        assert answer.status_code == 413 and answer.json()["errors"][0]["rule"] == "too_large_unpacked"
    assert server.post(b"\x1f\x8b\x08oops", "text/csv").json()["errors"][0]["rule"] == "damaged_gzip"
    assert server.post(CSV, "text/csv", Content_Encoding="gzip").status_code == 400


@pytest.mark.parametrize("body,what", [
    (b"PK\x03\x04\x14\x00xl/worksheets/sheet1.xml", "an Excel workbook: save it as CSV UTF-8"), (b"%PDF-1.7\n", "PDF"),
    (b"<!DOCTYPE html><html><body>Error</body></html>", "HTML page"), (b"\xd0\xcf\x11\xe0", "Excel"),
])
def test_what_is_no_table_is_named_in_every_door(server, tmp_path, body, what):
    answer = server.post(body, "text/csv")
    assert answer.status_code == 415 and what in answer.json()["detail"]
    path = tmp_path / "planets.csv"
    path.write_bytes(body)
    done = run_import(server, path)
    assert done.returncode == 4 and what in done.stderr and done.stdout == ""


def test_import_says_what_happened(server, tmp_path):
    def run(content, *more, name="x.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return run_import(server, path, *more)

    folder = run_import(server, tmp_path)
    assert folder.returncode == 4 and "is a folder" in folder.stderr
    missing = run_import(server, tmp_path / "none.csv")
    assert missing.returncode == 4 and "No such file" in missing.stderr
    header = run(b"planet_title,radius\nKepler-22 b,2\n")
    assert header.returncode == 5 and "no column pl_name" in header.stderr and "planet_title" in header.stderr
    assert "again" not in header.stderr
    for empty in (b"pl_name,pl_rade\n", b"# only a comment\n\n"):
        nothing = run(empty)
        assert nothing.returncode == 4 and "holds no record" in nothing.stderr
    nothing = run(b"")
    assert nothing.returncode == 4 and "is empty" in nothing.stderr
    (tmp_path / "y.csv").write_text("pl_name\nX-1 b\n")
    other = subprocess.run([BINARY, "import", tmp_path / "y.csv", "--to", server.url + "/nothing"], cwd=ROOT,
                           capture_output=True, text=True, timeout=60)
    assert other.returncode == 5 and "404" in other.stderr
    refused = run(b"pl_name,pl_rade\nX-1 b,-1\nX-2 b,1\n")
    assert refused.returncode == 1 and "1 stored, 1 refused" in refused.stdout


def test_import_says_at_once_that_the_server_is_away(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("pl_name\nX-1 b\n")
    process = subprocess.Popen([BINARY, "import", path, "--to", "http://127.0.0.1:9"], cwd=ROOT, text=True,
                               stderr=subprocess.PIPE)
    line = process.stderr.readline()
    process.kill()
    process.wait(10)
    assert "no luck with http://127.0.0.1:9" in line and "for 60 s more" in line


def test_the_samples_are_imported_to_the_end(server):
    for name in ("course_record.json", "course_records.csv", "nasa_pscomppars_2025-12-15.csv"):
        done = run_import(server, ROOT / "Samples" / name)
        assert done.returncode == 0, (name, done)
        assert "100 %" in done.stderr.splitlines()[-1]
    aliases = run_import(server, ROOT / "Samples" / "oec_aliases_2026-08-22.csv", "--aliases", "--rejects", "/dev/null")
    assert aliases.returncode in (0, 1) and "100 %" in aliases.stderr.splitlines()[-1]


def test_a_dry_run_says_what_would_go_and_changes_nothing(server, tmp_path):
    assert server.post("pl_name,pl_rade,pl_bmasse,disc_year\n" + "".join(f"P-{i} b,2,5,2011\n" for i in range(30)),
                       "text/csv").status_code == 201
    less = "pl_name,disc_year\n" + "".join(f"P-{i} b,2012\n" for i in range(30)) + "Q-1 b,2013\n"
    preview = server.post(less, "text/csv", "/api/discoveries?dry_run=true")
    assert preview.status_code == 200
    body = preview.json()
    assert body["dry_run"] is True and (body["accepted"], body["rejected"]) == (31, 0)
    assert body["changes"] == {"new": 1, "revision": 30} and body["loses"] == {"pl_rade": 30, "pl_bmasse": 30}
    assert body["doubts"] == ["values_lost"] and body["values_lost"] == 60
    assert server.get("/api/planets/p-1%20b").json()["revision"] == 1
    assert server.post(less, "text/csv", "/api/discoveries?dry_run=maybe").status_code == 400
    odd = server.post("pl_name,a,b,c\nX-1 b,1,2,3\n", "text/csv", "/api/discoveries?dry_run=true").json()
    assert odd["doubts"] == ["unknown_columns"]
    path = tmp_path / "less.csv"
    path.write_text(less)
    said = run_import(server, path, "--dry-run")
    assert said.returncode == 0 and "30 planets lose pl_rade" in said.stdout and "30 planets replaced" in said.stdout
    asked = run_import(server, path)
    assert asked.returncode == 6 and "30 planets lose pl_rade" in asked.stderr and "--yes" in asked.stderr
    assert server.get("/api/planets/p-1%20b").json()["revision"] == 1
    assert run_import(server, path, "--yes").returncode == 0
    assert server.get("/api/planets/p-1%20b").json()["revision"] == 2


def test_the_archives_whole_table_is_not_refused(server):
    names = [f"col{i}" for i in range(250)] + [f"x{i}_reflink" for i in range(60)]
    header = ",".join(["pl_name", "pl_rade", "default_flag", *names])
    link = "<a refstr=Y href=https://ui.adsabs.harvard.edu/abs/x/abstract target=ref>Y</a>"
    row = ",".join(["X-1 b", "2", "1", *("a text of thirty letters or so" for _ in range(250)),
                    *(link for _ in range(60))])
    assert server.post(header + "\n" + row + "\n", "text/csv", "/api/discoveries?dry_run=true").json()["doubts"] == []
    answer = server.post(header + "\n" + row + "\n", "text/csv")
    assert answer.status_code == 201
    columns = answer.json()["columns"]
    assert columns["dialect"] == "nasa" and len(columns["ignored"]) == 60
    assert "extra_cut" in {w["rule"] for w in answer.json()["results"][0]["warnings"]}
    assert len(server.get("/api/planets/x-1%20b").json()["planet"]["extra"]) <= 8000


def test_the_teaching_extract_of_the_sample_gives_the_samples_figures(server):
    rows = ["name,distance,stellar_magnitude,planet_type,discovery_year,mass_multiplier,mass_wrt,radius_multiplier,"
            "radius_wrt,orbital_radius,orbital_period,eccentricity,detection_method",
            "11 Com b,304.0,4.72307,Gas Giant,2007,19.4,Jupiter,1.08,Jupiter,1.29,0.8925393,0.23,Radial Velocity",
            "Kepler-22 b,635.0,11.664,Super Earth,2011,9.1,Earth,2.1,Earth,0.812,0.7937029,0.72,Transit"]
    answer = server.post("\n".join(rows), "text/csv")
    assert answer.status_code == 201 and answer.json()["columns"]["dialect"] == "cleaned_5250"
    planet = server.get("/api/planets/11%20com%20b").json()["planet"]
    assert planet["pl_orbper"] == pytest.approx(326, abs=0.1) and planet["pl_bmassj"] == 19.4
    assert server.get("/api/planets/kepler22b").json()["planet"]["pl_rade"] == 2.1
