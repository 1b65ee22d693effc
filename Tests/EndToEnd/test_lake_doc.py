"""docs/LAKE.md says what is true: its columns are those of the files, and each example gives the answer that is shown,
which is also the server's.

DuckDB and pandas here; Spark and HiveQL in test_lake_doc_spark.py.
"""
import collections
import json
import re
import shutil

import pytest

import lake_doc as page
from running import ROOT


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return page.make(tmp_path_factory.mktemp("lake") / "data")


@pytest.fixture(scope="module")
def answers(made):
    return {"duckdb": page.with_duckdb(made.data), "pandas": page.with_pandas(made.data)}


@pytest.mark.parametrize("engine", ["duckdb", "pandas"])
def test_every_example_gives_the_answer_that_is_shown(answers, engine):
    wrong = [w for q in page.questions() for w in page.differences(q, *answers[engine][q.title])]
    assert not wrong, "\n".join(wrong)


def test_the_engines_agree(answers):
    shown = lambda found: {title: (list(header), [[page.text(v) for v in row] for row in rows]) for title,
                           (header, rows) in found.items()}
    assert shown(answers["duckdb"]) == shown(answers["pandas"])


def answer(answers, words):
    title, = [title for title in answers["duckdb"] if words in title]
    header, rows = answers["duckdb"][title]
    return [dict(zip(header, row)) for row in rows]


def test_the_answers_are_those_of_board_and_api(made, answers):
    board = made.board["aggregates"]
    assert {r["method"]: r["planets"] for r in answer(answers, "by method")} == board["by_method"]
    candidates = sorted((c for c in board["candidates"].values() if c["habitable"] == 2),
                        key=lambda c: (-c["esi2"], c["pl_name"]))
    assert len(board["candidates"]) < 200 and len(candidates) > 6
    for row, candidate in zip(answer(answers, "right size and orbit"), candidates):
        assert (row["pl_name"], row["pl_type"], row["hz_class"]) == (candidate["pl_name"], candidate["pl_type"],
                                                                     candidate["hz_class"])
        # The board rounds to what a page shows.
        assert (row["esi"], row["parsecs"]) == (pytest.approx(candidate["esi2"], abs=0.001),
                                                pytest.approx(candidate["sy_dist"], rel=1e-5))
    changes, totals = collections.Counter(), board["totals"]
    for row in answer(answers, "day by day"):
        changes[row["change"]] += row["records"]
    assert sum(changes.values()) == totals["records"]
    assert (changes["duplicate"], changes["late"], changes["revision"]
            + changes["reinstatement"]) == (totals["duplicates"], totals["late"], totals["revisions"])
    assert changes["withdrawal"] == totals["withdrawals"]
    assert changes["alias"] - changes["alias_removal"] == totals["aliases"]
    assert {r["rule"]: r["errors"] for r in answer(answers, "refused")} == board["rejects"]
    assert [(r["log_offset"], r["change"], r["revision"], r["pl_rade"], r["rowupdate"], r["pl_name_given"])
            for r in answer(answers, "one planet change")] == [
        (h["offset"], h["change"], h["revision"], h["planet"]["pl_rade"], h["planet"].get("rowupdate"),
         h["planet"].get("pl_name_given"))
        for h in made.planet["history"]]
    assert [(r["alias"], r["planet"], r["source"])
            for r in answer(answers, "other names")] == [(a["alias"], a["alias_of"], a["source"]) for a in made.aliases]
    figure, = answer(answers, "figure of the board")
    stats = board["stats"]["pl_rade/Transit/all"]
    assert (figure["planets"], figure["mean_radius"]) == (figure["board_planets"],
                                                          figure["board_mean"]) == (stats["n"], round(stats["mean"], 9))
    forecasts, score = answer(answers, "forecast"), board["scoreboard"]["mass"]
    assert len(forecasts) == score["n"] and sum(r["inside"] for r in forecasts) / len(forecasts) == pytest.approx(
        score["coverage_68"], abs=0.001)


def test_the_view_planets_is_the_catalogue(made):
    names = {}
    page.evaluate(page.opening().blocks["python pandas"].replace(page.LAKE, f"{made.data}/lake"), names)
    board = made.board["aggregates"]
    assert len(names["planets"]) == board["totals"]["planets"]
    assert names["planets"].hostname.nunique() == board["totals"]["hosts"]
    assert set(names["discoveries"].change) == {row[0].strip("`") for s in page.sections()
                                                if s.title == "What a row means" for row in s.rows}


def test_the_keys_are_keys_and_every_offset_is_there_once(made):
    names = {}
    page.evaluate(page.opening().blocks["python pandas"].replace(page.LAKE, f"{made.data}/lake"), names)
    for table, key in [("discoveries", ["log_partition", "log_offset"]),
                       ("predictions", ["log_partition", "log_offset"]),
                       ("rejected", ["log_topic", "log_partition", "log_offset"]),
                       ("aggregates", ["log_partition", "roll_last_offset", "aggregate", "group"])]:
        assert not names[table].duplicated(key).any(), table
    quarantined = names["rejected"][names["rejected"].log_topic == "planet-discoveries"]
    assert sorted([*names["discoveries"].log_offset,
                   *quarantined.log_offset]) == list(range(made.board["positions"]["planet-discoveries/0"]))
    # A prediction for each row with values, and for no other.
    valued = names["discoveries"][~names["discoveries"].change.isin(["withdrawal", "alias", "alias_removal"])]
    assert set(names["predictions"].log_offset) == set(valued.log_offset)


def test_committed_files_by_the_manifest(made):
    section, code = page.block("python manifest")
    assert repr(page.evaluate(code.replace(page.LAKE, f"{made.data}/lake"), {})) == section.answers["python manifest"]
    # The hashes are compared indeed.
    file = sorted((made.data / "lake" / "rejected").glob("*/*.parquet"))[0]
    before = file.read_bytes()
    file.write_bytes(before[:-9] + bytes([before[-9] ^ 1]) + before[-8:])
    try:
        assert page.evaluate(code.replace(page.LAKE, f"{made.data}/lake"),
                             {})[1] == [str(file.relative_to(made.data / "lake"))]
    finally:
        file.write_bytes(before)


def test_three_ways_to_see_no_row_too_many(made, tmp_path):
    """As after a crash between the side files and the commit: the last roll has no file in `discoveries`, and no line
    in the manifest."""
    lake = tmp_path / "data" / "lake"
    shutil.copytree(made.data / "lake", lake)
    last = sorted(lake.glob("discoveries/*/*"))[-1]
    bound = int(last.name.split("-")[3]) - 1
    last.unlink()
    segment, = lake.glob("_manifest/planet-discoveries-p00000/*.jsonl")
    kept = [line for line in segment.read_text().splitlines() if last.name not in line]
    segment.write_text("\n".join(kept) + "\n")
    names = {}
    page.evaluate(page.opening().blocks["python pandas"].replace(page.LAKE, str(lake)), names)
    predictions, aggregates = names["predictions"], names["aggregates"]
    assert aggregates.roll_last_offset.max() > bound
    joined = names["discoveries"].merge(predictions, on=["log_partition", "log_offset"])
    bounded = predictions[predictions.log_offset <= max(int(p.stem.rsplit("-", 1)[1])
                                                        for p in lake.glob(
                                                                "discoveries/*/planet-discoveries-p00000-*"))]
    assert set(joined.log_offset) == set(bounded.log_offset) and len(bounded) >= 6061
    found = {}
    page.evaluate(page.block("python manifest")[1].replace(page.LAKE, str(lake)), found)
    of = lambda table: sum(file["rows"] for path, file in found["committed"].items() if path.startswith(table))
    assert found["damaged"] == [] and of("predictions") == len(bounded) and of("aggregates") == (
        aggregates.roll_last_offset <= bound).sum()


def test_verify_says_what_is_shown(made):
    section, script = page.block("sh verify")
    done = page.bash(script, "", made.data)
    assert done.returncode == 0 and page.like(section.answers["sh verify"].strip(), done.stdout.strip()), done.stdout


def test_layout_is_as_described(made):
    assert {p.name for p in (made.data / "lake").iterdir()} - {".lock", ".locks", "_compaction",
                                                               "_checkpoint"} == set(page.TABLES) | {
                                                                   "_lake.json", "_manifest"}
    name = re.compile(r"(planet-discoveries|planet-rejected)-p\d{5}-\d{20}-\d{20}\.parquet")
    for table in page.TABLES:
        files = list((made.data / "lake" / table).glob("dt=*/*"))
        assert files and all(name.fullmatch(p.name) for p in files), files
    # More than one roll, or unions of files would not be tried.
    assert len(list((made.data / "lake" / "discoveries").glob("dt=*/*"))) >= 2
    assert set(json.loads((made.data / "lake" / "_lake.json").read_text())) == {
        "format", "lake", "log", "topics", "sum"}


def test_columns_are_those_of_the_files(made):
    """`python Tests/EndToEnd/lake_doc.py` writes them anew."""
    files = page.columns_of(made)
    for table in page.TABLES:
        section, = [s for s in page.sections() if s.title == table]
        assert "?" not in [row[5] for row in section.rows]
        assert section.header == ["column", "Parquet", "Hive", "null", "unit", "meaning"]
        assert [row[0] for row in section.rows] == [row[0] for row in files[table]], table
        for shown, row in zip(section.rows, files[table]):
            assert len(shown) == 6 and shown[5], shown
            assert [cell for cell, known in zip(shown, row)
                    if known is not None] == [known for known in row if known is not None], table


def older(made, folder):
    """The lake as if its first files were of an older version, and with a file that is being written beside them."""
    import pyarrow.parquet as pq
    data = folder / "data"
    shutil.copytree(made.data / "lake", data / "lake")
    for table, column in [("discoveries", "units_given"), ("aggregates", "positions")]:
        file = sorted((data / "lake" / table).glob("*/*.parquet"))[0]
        pq.write_table(pq.ParquetFile(file).read().drop_columns([column]), file)
        (file.parent / f".{file.name}.tmp").write_bytes(b"PAR1 half a file")
    return data


def test_older_files_and_unfinished_ones_do_no_harm(made, tmp_path):
    import duckdb
    data = older(made, tmp_path)
    for engine in (page.with_duckdb, page.with_pandas):
        found = engine(data)
        assert not [w for q in page.questions() for w in page.differences(q, *found[q.title])], engine
    names = {}
    page.evaluate(page.opening().blocks["python pandas"].replace(page.LAKE, f"{data}/lake"), names)
    first = names["aggregates"].roll_last_offset.min()
    assert names["aggregates"].positions.isna().sum() == (names["aggregates"].roll_last_offset == first).sum() > 0
    connection = duckdb.connect()
    for statement in page.statements(page.opening().blocks["sql duckdb"].replace(page.LAKE, f"{data}/lake")):
        connection.execute(statement)
    missing = connection.execute("SELECT count(*) FROM aggregates WHERE positions IS NULL").fetchone()[0]
    assert missing == names["aggregates"].positions.isna().sum()


# The page and its reading.


def test_every_block_is_read():
    known = {"sh make", "sh verify", "python manifest", "text"} | {"sql duckdb", "python pandas", "python spark",
                                                                   "sql hive"}
    infos = re.findall(r"^```(.+)$", page.PAGE, re.M)
    assert set(infos) == known and len(page.questions()) >= 8
    for section in [page.opening(), *page.questions()]:
        assert set(section.blocks) == {"sql duckdb", "python pandas", "python spark", "sql hive"}, section.title
        assert section.rows or section.title.startswith("First"), section.title
    assert len(infos) == sum(len(s.blocks) + len(s.answers) for s in page.sections())


def test_a_wrong_answer_is_seen():
    section, = page.sections("### Q\n\n| a | b |\n|---|---|\n| 1 | 2… |\n")[1:]
    assert page.differences(section, ["a", "b"], [[1, 2.5]]) == []
    for header, rows in [(["a", "c"], [[1, 2.5]]), (["a", "b"], [[1, 3]]), (["a", "b"], [[1, 2], [1, 2]]),
                         (["a", "b"], []), (["a", "b"], [[1.0, 2]])]:
        assert page.differences(section, header, rows), (header, rows)
    assert [page.text(v) for v in (None, float("nan"), True, 0.5, "x")] == ["null", "null", "true", "0.5", "x"]


def test_links_lead_somewhere():
    slugs = lambda text: {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-")
                          for h in re.findall(r"^#+ (.+)$", text, re.M)}
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", page.PAGE)
    assert len(links) >= 10
    for file, anchor in links:
        path = ROOT / "docs" / (file or "LAKE.md")
        assert path.is_file(), file
        assert not anchor or anchor in slugs(path.read_text()), f"{file}#{anchor}"
