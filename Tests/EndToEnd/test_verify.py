"""`planetarium verify`: a real lake agrees with itself, and every kind of tampering is named. pyarrow, which shares no
code with the program, recomputes some of the same numbers and rewrites files with right checksums."""
import json
import shutil
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from running import BINARY, Server


def verify(lake, *arguments):
    """Exit status and report."""
    done = subprocess.run([str(BINARY), "verify", str(lake), "--json", *arguments], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert report["fine"] == (done.returncode == 0)
    return report


def fill(server, sample_lines, pause=1.3):
    """Planets in several rolls, then revisions, withdrawals, a reinstatement, duplicates, rejects and unknown
    fields."""
    head, rows = sample_lines[0], sample_lines[1:]
    for first in range(0, len(rows), 2100):
        assert server.post(head + "".join(rows[first:first + 2100]), "text/csv").status_code == 201
        time.sleep(pause)
    server.post([{"pl_name": "Kepler-22 b", "pl_rade": 2.4}, {"pl_name": "X-1 b", "pl_rade": -3}, {
        "pl_name": "Neu 1 b", "farbe": "grün \"x\"", "disc_date": "2020-02-03", "temperature_moyenne": -40,
        "pl_radj": 1.25, "presence_deau": "oui"}])
    for key in ("51pegb", "k2-18b"):
        assert server.session.delete(f"{server.url}/api/planets/{key}").status_code == 200
    time.sleep(pause)
    server.post([{"pl_name": "Kepler-22 b", "pl_rade": 2.4}, {"pl_name": "51 Peg b"},
                 {"pl_name": "Y-1 b", "disc_year": 1066}])
    server.post([{"pl_name": "Last b"}])


@pytest.fixture(scope="module")
def made(tmp_path_factory, sample_lines):
    """(lake, the live board at its end): three partitions of an embedded log, started twice."""
    data = tmp_path_factory.mktemp("verify") / "data"
    server = Server(data, "--partitions", "3", "--roll-age", "1").start()
    fill(server, sample_lines)
    server.stop()
    # The second start reads everything again and rolls what is new.
    server = Server(data, "--partitions", "3", "--roll-age", "1").start()
    server.post([{"pl_name": f"Late-{n} b", "pl_rade": 1 + n / 10} for n in range(9)])
    board = server.board_when(lambda a: a["totals"]["records"] == 6061 + 7 + 9)
    server.stop()
    return data / "lake", board


@pytest.fixture
def lake(made, tmp_path):
    """A copy to spoil, as before there were manifests: what follows from the tables alone."""
    lake = Path(shutil.copytree(made[0], tmp_path / "lake"))
    shutil.rmtree(lake / "_manifest")
    (lake / "_lake.json").unlink()
    return lake


@pytest.fixture
def whole(made, tmp_path):
    """A copy to spoil, with its manifest."""
    return Path(shutil.copytree(made[0], tmp_path / "lake"))


def files(lake, table):
    return sorted(lake.glob(f"{table}/dt=*/*.parquet"), key=lambda p: (p.name, p.stat().st_size))


def largest(lake, table):
    return max(files(lake, table), key=lambda p: p.stat().st_size)


def rewrite(path, change):
    """Writes the file anew, with right checksums."""
    pq.write_table(change(pq.read_table(path, partitioning=None)), path, write_page_checksum=True)


def named(report, kind, path, lake):
    """Findings of this kind about this file."""
    name = str(path.relative_to(lake))
    return [f for f in report["findings"] if f["kind"] == kind and f["file"] == name]


def test_a_real_lake_agrees_with_itself_and_with_the_board(made):
    lake, board = made
    report = verify(lake)
    assert report["findings"] == [] and report["notes"] == [] and report["manifest_entries"] >= 9
    assert report["digest"] == board["digest"]
    assert report["positions"] == board["positions"] == report["stored"]
    assert report["planets"] == board["aggregates"]["totals"]["planets"] + 1  # k2-18b is withdrawn, and still known
    assert report["rolls"] >= 9
    assert report["rows"]["discoveries"] == sum(n for p, n in board["positions"].items() if "discoveries" in p)
    assert report["aggregates_compared"] == report["rows"]["aggregates"]
    assert report["predictions_compared"] == report["rows"]["predictions"]
    text = subprocess.run([str(BINARY), "verify", str(lake)], capture_output=True, text=True)
    assert text.returncode == 0 and board["digest"] in text.stdout and "Everything agrees." in text.stdout


def test_pyarrow_counts_the_same(made):
    """The last roll's aggregates, from the rows by another reader: counts, a mean, the sum of a partition's
    positions."""
    lake, board = made
    rows = pa.concat_tables([pq.read_table(p, partitioning=None) for p in files(lake, "discoveries")])
    rows = rows.sort_by([("log_partition", "ascending"), ("log_offset", "ascending")])
    newest = {}
    for row in rows.to_pylist():
        newest[row["key"]] = row
    planets = [r for r in newest.values() if r["verdict"] != "withdrawal"]
    stored = {}
    last = max(
        (row for p in files(lake, "aggregates") for row in pq.read_table(p, partitioning=None).to_pylist()
         if row["aggregate"] == "totals" and row["group"] == "records"), key=lambda r: r["value"])
    for path in files(lake, "aggregates"):
        table = pq.read_table(path, partitioning=None)
        for row in table.filter(pc.equal(table["positions"], last["positions"])).to_pylist():
            stored[row["aggregate"], row["group"]] = row
    assert json.loads(last["positions"]).items() <= board["positions"].items()
    assert stored["totals", "planets"]["value"] == len(planets)
    assert stored["totals", "hosts"]["value"] > 4000
    methods = pc.value_counts(pa.array([p["discoverymethod"] for p in planets if p["discoverymethod"]])).to_pylist()
    assert {m["values"]: m["counts"] for m in methods} == {
        g: r["value"] for (a, g), r in stored.items() if a == "by_method"}
    radii = [p["pl_rade"] for p in planets if p["pl_rade"] is not None]
    radius = json.loads(stored["stats", "pl_rade/all/all"]["value_json"])
    assert radius["n"] == len(radii) and radius["max"] == max(radii)
    assert radius["mean"] == pytest.approx(sum(radii) / len(radii), rel=1e-12)


def test_as_of(made):
    lake, board = made
    first = verify(lake, "--as-of", "planet-discoveries/0:100,planet-discoveries/2:7")
    assert first["fine"] and first["positions"] == {"planet-discoveries/0": 100, "planet-discoveries/2": 7}
    assert first["planets"] == 107 and first["stored"] == board["positions"]
    assert verify(lake, "--as-of", "0")["planets"] == 0
    assert verify(lake, "--as-of", "1990-01-01T00:00:00Z")["positions"] == {}
    assert verify(lake, "--as-of", "2199-01-01T00:00:00+01:00")["digest"] == board["digest"]
    beyond = subprocess.run([str(BINARY), "verify", str(lake), "--as-of", "99999"], capture_output=True, text=True)
    assert beyond.returncode == 2 and "not yet planet-discoveries/0:99999" in beyond.stderr
    for wrong in ("yesterday", "-1", "2026-02-30T00:00:00Z", "planet-discoveries/0:1,planet-discoveries/0:2"):
        assert subprocess.run([str(BINARY), "verify", str(lake), "--as-of", wrong], capture_output=True).returncode == 2
    assert subprocess.run([str(BINARY), "verify", "/no/such/lake"], capture_output=True).returncode == 2


@pytest.mark.parametrize("table", ["discoveries", "predictions", "aggregates", "rejected"])
def test_a_flipped_bit_in_a_page(lake, table):
    path = largest(lake, table)
    # The last byte of a column's pages.
    group = pq.ParquetFile(path).metadata.row_group(0)
    chunk = max((group.column(n) for n in range(group.num_columns)), key=lambda c: c.total_compressed_size)
    first = chunk.dictionary_page_offset or chunk.data_page_offset
    bytes_ = bytearray(path.read_bytes())
    bytes_[first + chunk.total_compressed_size - 1] ^= 1
    path.write_bytes(bytes_)
    report = verify(lake)
    found = named(report, "file", path, lake)
    assert found, report["findings"][:3]
    assert f"column {chunk.path_in_schema}" in found[0]["text"], found


def test_a_value_changed_with_right_checksums(lake):
    path = largest(lake, "discoveries")
    row = {}

    def change(table):
        values = table["pl_rade"].to_pylist()
        row["n"] = next(i for i, v in enumerate(values) if v is not None and i > 20)
        values[row["n"]] *= 1.0000000001
        return table.set_column(table.schema.get_field_index("pl_rade"), "pl_rade", pa.array(values, pa.float64()))

    rewrite(path, change)
    report = verify(lake)
    assert {"stats"} <= {f["aggregate"] for f in report["findings"] if f["kind"] == "aggregate"}
    assert all(f["group"].startswith("pl_rade/") for f in report["findings"] if f["aggregate"] == "stats")
    # The prediction made of the row no longer follows from it, and says where.
    offset = pq.read_table(path, partitioning=None)["log_offset"][row["n"]].as_py()
    wrong = [f for f in report["findings"] if f["kind"] == "prediction"]
    assert wrong
    where = lake / wrong[0]["file"]
    assert pq.read_table(where, partitioning=None)["log_offset"][wrong[0]["row"]].as_py() == offset


def test_a_change_of_what_a_record_did(lake):
    path = largest(lake, "discoveries")

    def change(table):
        values = table["change"].to_pylist()
        values[5] = "duplicate"
        return table.set_column(table.schema.get_field_index("change"), "change", pa.array(values))

    rewrite(path, change)
    found = named(verify(lake), "row", path, lake)
    assert [f["row"] for f in found] == [5] and "change is duplicate" in found[0]["text"]


def test_a_prediction_changed(lake):
    path = largest(lake, "predictions")

    def change(table):
        values = table["pl_type"].to_pylist()
        values[9] = "Terran" if values[9] != "Terran" else "Jovian"
        return table.set_column(table.schema.get_field_index("pl_type"), "pl_type", pa.array(values))

    rewrite(path, change)
    report = verify(lake)
    found = named(report, "prediction", path, lake)
    assert [f["row"] for f in found] == [9] and "pl_type" in found[0]["text"] and report["finding_count"] == 1


def test_an_aggregate_changed(lake):
    path = largest(lake, "aggregates")
    row = {}

    def change(table):
        names = list(zip(table["aggregate"].to_pylist(), table["group"].to_pylist()))
        row["n"] = names.index(("by_method", "Transit"))
        texts, values = table["value_json"].to_pylist(), table["value"].to_pylist()
        texts[row["n"]], values[row["n"]] = "1", 1.0
        table = table.set_column(table.schema.get_field_index("value_json"), "value_json", pa.array(texts))
        return table.set_column(table.schema.get_field_index("value"), "value", pa.array(values))

    rewrite(path, change)
    report = verify(lake)
    found = named(report, "aggregate", path, lake)
    assert [(f["aggregate"], f["group"], f["row"]) for f in found] == [("by_method", "Transit", row["n"])]
    assert report["finding_count"] == 1 and "stored 1, recomputed" in found[0]["text"]


def test_rows_taken_out(lake):
    path = largest(lake, "aggregates")
    rewrite(path, lambda table: table.slice(1))
    assert any("missing" in f["text"] for f in named(verify(lake), "aggregate", path, lake))


@pytest.mark.parametrize("table", ["discoveries", "predictions", "aggregates"])
def test_a_removed_file(lake, table):
    of_one = [p for p in files(lake, table) if "-p00001-" in p.name]
    path = of_one[1]
    path.unlink()
    report = verify(lake)
    assert not report["fine"]
    first, last = path.stem.rsplit("-", 2)[1:]
    text = " ".join(f["text"] + f["file"] for f in report["findings"])
    assert str(int(first)) in text or str(int(last)) in text, report["findings"][:3]


def test_a_renamed_file(lake):
    path = files(lake, "discoveries")[0]
    stem, first, last = path.stem.rsplit("-", 2)
    new = path.with_name(f"{stem}-{first}-{int(last) - 1:020d}.parquet")
    path.rename(new)
    report = verify(lake)
    assert any("not in the file's name" in f["text"] for f in named(report, "row", new, lake)), report["findings"][:3]


def test_a_doubled_file(lake):
    path = files(lake, "discoveries")[0]
    other = path.parent.parent / "dt=2020-01-01"
    other.mkdir()
    shutil.copy(path, other)
    report = verify(lake)
    assert any(f["kind"] == "offsets" and "too" in f["text"] and "dt=2020-01-01" in f["file"] + f["text"]
               for f in report["findings"]), report["findings"][:3]


# What the manifest adds: the file is named whatever was done to it.

def test_every_bit_of_every_file_counts(whole):
    """Also where no checksum of Parquet reaches: a name in the footer."""
    path = files(whole, "rejected")[0]
    bytes_ = path.read_bytes()
    assert bytes_.count(b"planetarium") >= 1
    path.write_bytes(bytes_.replace(b"planetarium", b"planetariun"))
    found = named(verify(whole), "manifest", path, whole)
    assert len(found) == 1 and found[0]["text"].startswith("changed")


@pytest.mark.parametrize("table", ["discoveries", "predictions", "aggregates", "rejected"])
def test_a_file_the_manifest_misses(whole, table):
    path = files(whole, table)[0]
    path.unlink()
    found = named(verify(whole), "manifest", path, whole)
    assert len(found) == 1 and found[0]["text"].startswith("missing")


def test_a_manifest_that_is_gone(whole):
    for folder in sorted((whole / "_manifest").iterdir()):
        shutil.rmtree(folder)
    report = verify(whole)
    assert not report["fine"]
    assert {f["file"] for f in report["findings"]} == {f"_manifest/planet-discoveries-p{n:05}" for n in range(3)}
    assert all("the whole manifest of" in f["text"] for f in report["findings"])


def test_a_file_the_manifest_knows_by_another_name(whole):
    path = files(whole, "predictions")[0]
    stem, first, last = path.stem.rsplit("-", 2)
    new = path.rename(path.with_name(f"{stem}-{first}-{int(last) - 1:020d}.parquet"))
    found = named(verify(whole), "manifest", path, whole)
    assert len(found) == 1 and found[0]["text"].startswith("renamed") and new.name in found[0]["text"]


def test_a_file_the_manifest_does_not_know(whole):
    path = files(whole, "discoveries")[0]
    other = path.parent.parent / "dt=2020-01-01"
    other.mkdir()
    copy = Path(shutil.copy(path, other))
    found = named(verify(whole), "manifest", copy, whole)
    assert len(found) == 1 and found[0]["text"].startswith("surplus")


@pytest.mark.parametrize("place", ["{day}/000000_0", "000000_0", "{day}/delta/part-0", "other/part-0.parquet"])
def test_a_file_that_hive_or_spark_would_read(whole, place):
    """Their INSERT writes names of its own; their readers take every name without a dot or underscore before it."""
    path = files(whole, "discoveries")[0]
    copy = path.parents[1] / place.format(day=path.parent.name)
    copy.parent.mkdir(exist_ok=True)
    shutil.copy(path, copy)
    found = named(verify(whole), "manifest", copy, whole)
    assert len(found) == 1 and found[0]["text"].startswith("surplus") and "seen by its readers" in found[0]["text"]
