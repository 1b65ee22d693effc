"""Lists taken out as tables, read back by others: pandas, DuckDB, pyarrow, astropy."""
import io
import socket
import warnings

import duckdb
import pandas
import pyarrow.parquet
import pytest
from astropy.io.votable import parse
from astropy.table import Table

from running import sample_server

COLUMNS = "pl_name,hostname,disc_year,pl_rade,pl_orbper,rowupdate,pl_controv_flag,habitable,hz_class,esi2"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with sample_server(tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture(scope="module")
def expected(server):
    """The JSON pages, joined: what every table has to agree with."""
    rows = []
    while True:
        page = server.get(f"/api/planets?columns={COLUMNS}&limit=1000&offset={len(rows)}").json()
        rows += page["planets"]
        if len(rows) == page["total"]:
            return pandas.DataFrame(rows)


def export(server, form, query=f"columns={COLUMNS}"):
    answer = server.get(f"/api/planets?{query}&format={form}")
    assert answer.status_code == 200, answer.text
    return answer


def same(table, expected):
    assert len(table) == len(expected) == 6061
    assert list(table["pl_name"]) == list(expected["pl_name"])
    for name in ("pl_rade", "pl_orbper", "esi2"):
        left, right = pandas.to_numeric(table[name]), pandas.to_numeric(expected[name])
        assert ((left == right) | (left.isna() & right.isna())).all(), name
    assert (pandas.to_numeric(table["habitable"]) == 2).sum() == (expected["habitable"] == 2).sum() > 10
    assert (table["hz_class"] == "conservative").sum() == (expected["hz_class"] == "conservative").sum()


@pytest.mark.parametrize("form,separator", [("csv", ","), ("tsv", "\t")])
def test_csv_and_tsv_by_pandas(server, expected, form, separator):
    answer = export(server, form)
    same(pandas.read_csv(io.BytesIO(answer.content), sep=separator, comment="#"), expected)
    text = answer.text
    assert "# unit of pl_orbper: days" in text and "# board_digest: " in text and "# positions: " in text


def test_csv_by_duckdb_and_back_into_the_catalogue(server, expected, tmp_path):
    path = tmp_path / "planets.csv"
    path.write_bytes(export(server, "csv", "").content)
    table = f"read_csv('{path}', comment='#', sample_size=-1)"
    found = duckdb.sql(f"select count(*), sum(pl_rade) from {table}").fetchall()[0]
    assert found[0] == 6061 and found[1] == pytest.approx(expected["pl_rade"].sum())
    preview = server.post(path.read_bytes(), "text/csv", "/api/discoveries?dry_run=true").json()
    assert preview["rejected"] == 0 and preview["values_lost"] == 0


def test_ndjson_by_pandas(server, expected):
    same(pandas.read_json(io.BytesIO(export(server, "ndjson").content), lines=True, precise_float=True), expected)


def test_parquet_by_pyarrow_with_its_notes(server, expected):
    answer = export(server, "parquet")
    table = pyarrow.parquet.read_table(io.BytesIO(answer.content))
    same(table.to_pandas(), expected)
    assert str(table.schema.field("rowupdate").type) == "date32[day]"
    notes = table.schema.metadata
    assert len(notes[b"planetarium.board_digest"]) == 64 and notes[b"planetarium.unit.pl_orbper"] == b"days"
    assert notes[b"planetarium.board_digest"].decode() == server.get("/api/board").json()["digest"]


def test_votable_by_astropy_with_units(server, expected):
    content = export(server, "votable").content
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = Table.read(io.BytesIO(content), format="votable")
        infos = {info.name: info.value for info in parse(io.BytesIO(content)).resources[0].infos}
    same(table.to_pandas(), expected)
    assert str(table["pl_orbper"].unit) == "d" and str(table["pl_rade"].unit) == "earthRad"
    assert infos["board_digest"] == server.get("/api/board").json()["digest"]
    assert server.post(content, "application/x-votable+xml", "/api/discoveries?dry_run=true").json()["rejected"] == 0


def test_filters_and_order_by_predictions(server):
    found = server.get("/api/planets?habitable.gte=1&hz_class=conservative&esi2.gt=0.8&sort=-esi2&columns=pl_name,esi2"
                       "&limit=1000").json()
    values = [p["esi2"] for p in found["planets"]]
    assert found["total"] == len(values) >= 10 and values == sorted(values, reverse=True) and min(values) > 0.8
    none = server.get("/api/planets?habitable.null=true&limit=1").json()["total"]
    some = server.get("/api/planets?habitable.null=false&limit=1").json()["total"]
    assert none + some == 6061 and some > 0
    bad = server.get("/api/planets?habitable=maybe&format=xls&columns=nothing").json()
    assert {e["field"] for e in bad["errors"]} == {"habitable", "format", "columns"}


def test_the_form_is_negotiated_and_pages_are_kept(server):
    answer = server.get("/api/planets?limit=3", headers={"Accept": "text/csv;q=0.9, text/html"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert len([line for line in answer.text.splitlines() if not line.startswith("#")]) == 4
    assert server.get("/api/planets?limit=3", headers={"Accept": "text/html,*/*"}).json()["total"] == 6061


def test_the_list_behind_a_figure_as_a_table(server):
    count = server.get("/api/board").json()["aggregates"]["by_method"]["Imaging"]
    answer = server.get("/api/aggregates/by_method/Imaging/records?format=csv")
    table = pandas.read_csv(io.BytesIO(answer.content), comment="#")
    assert len(table) == count and set(table["discoverymethod"]) == {"Imaging"}
    assert "# group: Imaging" in answer.text
    server.post({"pl_name": "Odd-1 b", "pl_rade": -1})
    server.board_when(lambda a: a["totals"]["rejected"] == 1)
    records = server.get("/api/aggregates/rejects/out_of_range/records?format=ndjson")
    assert records.status_code == 200 and records.json()["rules"] == "out_of_range"


def test_columns_of_the_list_behind_a_figure_are_chosen(server):
    path = "/api/aggregates/by_method/Imaging/records"
    table = pandas.read_csv(io.BytesIO(server.get(f"{path}?format=csv&columns=pl_name,esi2").content), comment="#")
    assert list(table.columns) == ["key", "revision", "updated", "pl_name", "esi2"] and len(table) > 50
    page = server.get(f"{path}?columns=pl_name,hz_class&limit=2").json()
    assert page["columns"] == ["pl_name", "hz_class"] and "pl_name" in page["records"][0]["planet"]
    file = pyarrow.parquet.read_table(io.BytesIO(server.get(f"{path}?format=parquet&columns=disc_year").content))
    assert file.column_names == ["key", "revision", "updated", "disc_year"] and file.num_rows == len(table)
    bad = server.get(f"{path}?columns=pl_name,colour&format=xls").json()
    assert {error["field"] for error in bad["errors"]} >= {"format"}
    assert server.get(f"{path}?columns=colour").json()["errors"][0]["rule"] == "unknown_column"
    server.post({"pl_name": "Odd-2 b", "pl_rade": -1})
    server.board_when(lambda a: a["totals"]["rejected"] >= 1)
    records = server.get("/api/aggregates/rejects/out_of_range/records?format=tsv&columns=rules,key")
    lines = [line for line in records.text.splitlines() if not line.startswith("#")]
    assert lines[0] == "rules\tkey" and "out_of_range\todd2b" in lines
    assert server.get("/api/aggregates/rejects/out_of_range/records?format=tsv&columns=pl_name").status_code == 400


class Reader:
    """A client that reads on demand, through small buffers."""

    def __init__(self, server, query, version="1.1"):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", server.port))
        self.socket.settimeout(60)
        self.socket.sendall(f"GET /api/planets?{query} HTTP/{version}\r\nHost: localhost\r\n"
                            "Connection: close\r\n\r\n".encode())

    def beginning(self):
        return self.socket.recv(100).decode()

    def rest(self):
        parts = []
        while part := self.socket.recv(1 << 16):
            parts.append(part)
        return b"".join(parts)


def unchunked(body):
    parts = []
    while True:
        size, body = body.split(b"\r\n", 1)
        if int(size, 16) == 0:
            assert body == b"\r\n"
            return b"".join(parts)
        parts.append(body[:int(size, 16)])
        assert body[int(size, 16):int(size, 16) + 2] == b"\r\n"
        body = body[int(size, 16) + 2:]


def waiting(server):
    return next(float(line.split()[-1]) for line in server.get("/metrics").text.splitlines()
                if line.startswith("planetarium_http_answer_bytes "))


def test_a_table_is_made_while_it_is_read(server):
    reader = Reader(server, "format=votable")
    begun = reader.beginning()
    assert begun.startswith("HTTP/1.1 200 OK")
    # However much there is to come, the server holds a part or two for who does not read.
    for _ in range(20):
        assert waiting(server) < 600_000
    head, body = (begun.encode() + reader.rest()).split(b"\r\n\r\n", 1)
    assert b"Transfer-Encoding: chunked" in head and b"Content-Length" not in head
    content = unchunked(body)
    table = content[content.index(b"<TABLE "):]
    assert len(table) > 5_000_000 and server.get("/api/planets?format=votable").content.endswith(table)
    old = Reader(server, "format=votable", "1.0")
    head, body = (old.beginning().encode() + old.rest()).split(b"\r\n\r\n", 1)
    assert b"chunked" not in head and b"Connection: close" in head and body.endswith(table)


def test_so_many_tables_at_once(server):
    readers = [Reader(server, "format=votable") for _ in range(40)]
    answers = [reader.beginning() for reader in readers]
    taken = [answer.startswith("HTTP/1.1 200") for answer in answers]
    assert 20 < sum(taken) <= 32 and all(answer.startswith(("HTTP/1.1 200", "HTTP/1.1 503")) for answer in answers)
    assert server.get("/api/planets?limit=1").status_code == 200
    for reader in readers:
        reader.socket.close()
    server.wait(lambda: server.get("/api/planets?format=csv&limit=1").status_code == 200, 15, "a place")
