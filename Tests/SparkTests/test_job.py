"""The Spark job beside `planetarium serve`, both on the records of one broker: the same board, the same rows; and each
record once, whatever is cut off."""
import json
import shutil

import pytest

import compare
import generator
from planetarium.fold import SUBMISSIONS_KEPT
from planetarium.hive import Hive
from planetarium.lake import Lake
from sides import TOPIC, run, written
from test_real_planets import check_board


def spelled_out():
    """Every broken and every odd record, each with what a planet can go through."""
    source = [("source", b"test")]
    for body in generator.BROKEN:
        yield b"broken", body, source
    for odd in generator.ODD:
        yield b"odd", json.dumps(odd, ensure_ascii=False).encode(), source
    planet = {"pl_name": "Life b", "hostname": "Life", "pl_rade": 1.5, "discoverymethod": "Transit"}
    other = planet | {"pl_rade": 1.6}
    alias, elsewhere = ({"pl_name": "Life b", "alias_of": name} for name in ("Half-life b", "After-life b"))
    # rowupdate: newer, the same day, older (late), without (the log's order again), older still but now nothing is
    # known; late after a withdrawal too.
    dated = [planet | {"pl_rade": radius} | ({"rowupdate": f"2020-01-{day:02d}"} if day else {}) for radius, day in (
        (2.0, 10), (2.1, 10), (2.2, 9), (2.3, 0), (2.4, 1))]
    for value in (
            None, planet, planet, other, None, None, planet, planet, other, None, *dated, dated[0], None, dated[4],
            dated[2] | {"rowupdate": "2020-01-05"}, dated[0], alias, None, alias, alias | {"alias_source": "again"},
            elsewhere, other, dated[4], None, None, dated[4], dated[0], alias):
        yield b"lifeb", None if value is None else generator.line(value), source
    yield from copies()


def copies():
    """Submissions that come again: right away, after others, after so many that the first is forgotten; as a copy of
    its own request, under another key."""
    def sent(value, key=None, copy=None):
        headers = [("source", b"test")] + ([("idempotency-key", key)]
                                           if key is not None else []) + ([("idempotency-copy", copy)] if copy else [])
        return b"copyb", None if value is None else generator.line({"pl_name": "Copy b", "pl_rade": value}), headers

    yield sent(None, b"early")  # of a key nobody knows: not kept
    yield from (sent(1, b"a"), sent(1, b"a"), sent(2), sent(1, b"a"), sent(1, b"b"), sent(2, b"a"), sent(1, b"a", b"1"),
                sent(None, b"c"), sent(3, b"d"), sent(None, b"c"))
    yield sent(None, b"early")
    yield from (sent(10 + number / 8, b"n%d" % number) for number in range(SUBMISSIONS_KEPT))
    yield from (sent(10.0, b"n0"), sent(3, b"d"), sent(10.125, b"n1"), sent(10.0, b"n0"), sent(4, b""), sent(5),
                sent(4, b""))
    # A duplicate, a withdrawal and what is refused: the first two are remembered, the last is not.
    yield from (sent(5, b"e"), sent(6), sent(5, b"e"), sent(None, b"f"), sent(7), sent(None, b"f"))
    joins = generator.line({"pl_name": "Copy b", "alias_of": "Copy c"})
    keyed = [("source", b"test"), ("idempotency-key", b"g")]
    yield from ((b"copyb", joins, keyed), (b"copyb", joins, keyed), sent(None), (b"copyb", joins, keyed),
                (b"copyb", None, []), (b"copyb", joins, keyed))


@pytest.fixture(scope="module")
def odd(side, spark, tmp_path_factory):
    """A small topic with everything odd in it, and the job's lake of it."""
    made = side("odd", list(spelled_out()) + list(generator.records(1500)))
    folder = tmp_path_factory.mktemp("odd-spark")
    made.files = written(made.read(), folder / "files", 3)
    made.spark = run(spark, made.files, folder, hive_database="planetarium")
    made.ours = made.board()
    made.lake = made.finished_lake()
    return made


def test_odd_and_broken_records_have_the_same_board(odd):
    assert compare.board_differences(odd.ours, odd.spark.board) == []
    totals = odd.ours["totals"]
    assert totals["withdrawals"] > 10 and totals["late"] > 5 and totals["aliases"] > 3 and len(
        odd.ours["rejects"]) >= 20 and len(odd.ours["warnings"]) >= 10
    assert all(odd.ours["rejects"].get(rule, 0) > 0 for rule in ("known_alias", "alias_joins_planets", "alias_conflict",
                                                                 "alias_to_itself", "alias_with_values"))


def test_every_row_of_the_tables_is_the_same(odd):
    assert compare.lake_differences(odd.lake, odd.spark.lake) == []


def test_the_tables_are_in_hive(odd, spark):
    counts = {name: spark.sql(f"select count(*) from planetarium.{name}").first()[0]
              for name in ("discoveries", "rejected", "predictions", "planets")}
    totals = odd.ours["totals"]
    assert counts["discoveries"] == totals["records"] - totals["rejected"] and counts["rejected"] == totals["rejected"]
    assert spark.sql("select count(*) from planetarium.planets where kind = 'planet'").first()[0] == totals["planets"]
    methods = spark.sql(
        "select `group`, value from planetarium.aggregates where aggregate = 'by_method' and roll_last_offset = "
                        "(select max(roll_last_offset) from planetarium.aggregates)").collect()
    assert {row["group"]: row["value"] for row in methods} == odd.ours["by_method"]
    assert spark.sql("select count(*) from planetarium.planets where kind = 'alias'").first()[0] == totals["aliases"]
    newest = "select max(log_timestamp) from planetarium."
    last = max(spark.sql(newest + name).first()[0] for name in ("discoveries", "rejected"))
    assert spark.sql(newest + "aggregates").first()[0] == last


def test_an_aggregate_says_what_it_has_seen(odd, spark):
    last = spark.sql("select distinct positions from planetarium.aggregates where roll_last_offset = "
                     "(select max(roll_last_offset) from planetarium.aggregates)").collect()
    ends = {}
    for partition, offset in (place for table in ("discoveries", "rejected")
                              for place in compare.rows_of(odd.lake, table)):
        ends[f"{TOPIC}/{partition}"] = max(ends.get(f"{TOPIC}/{partition}", 0), offset + 1)
    assert [json.loads(row["positions"]) for row in last] == [ends]


def test_a_day_that_was_not_registered_is_at_the_next_start(odd, spark):
    lake = Lake(spark, str(odd.spark.lake), TOPIC)
    Hive(spark, lake, "late")
    assert spark.sql("select count(*) from late.discoveries").first()[0] == len(
        compare.rows_of(odd.spark.lake, "discoveries"))


def test_the_lake_of_another_program_is_refused_and_left_alone(odd, spark):
    before = sorted(odd.lake.rglob("*"))
    with pytest.raises(ValueError, match="not this job's"):
        Lake(spark, str(odd.lake), TOPIC)
    assert sorted(odd.lake.rglob("*")) == before


class CutOff(Exception):
    pass


@pytest.mark.parametrize("renames,has_checkpoint", [(0, True), (5, True), ("state", True), ("after", True), (5, False),
                                                    ("after", False)])
def test_a_batch_that_is_cut_off_leaves_each_record_once(odd, spark, tmp_path, monkeypatch, renames, has_checkpoint):
    """Cut off in the second batch: before its files are in place, among them, before the state's rename, after it; then
    once more, with or without Spark's checkpoint."""
    rename, state = Lake._rename, {"files": 0}

    def failing(lake, old, new):
        if lake.generation == 0:
            is_state = "/_state/" in new
            if renames == ("state" if is_state else state["files"]):
                raise CutOff
            state["files"] += 1
            rename(lake, old, new)
            if is_state and renames == "after":
                raise CutOff
        else:
            rename(lake, old, new)

    monkeypatch.setattr(Lake, "_rename", failing)
    with pytest.raises(Exception, match="CutOff"):
        run(spark, odd.files, tmp_path)
    monkeypatch.setattr(Lake, "_rename", rename)
    if not has_checkpoint:
        shutil.rmtree(tmp_path / "checkpoint")
    again = run(spark, odd.files, tmp_path)
    assert compare.lake_differences(odd.lake, again.lake) == []
    counts = Lake(spark, str(again.lake), TOPIC).counters["counts"]
    assert counts["totals/records"] == odd.ours["totals"]["records"]
    assert counts["totals/duplicates"] == odd.ours["totals"]["duplicates"]
    assert not (again.lake / "_staging").exists()


def test_the_real_table(side, spark, sample_lines, tmp_path):
    made = side("real", csv=sample_lines)
    spark_side = run(spark, written(made.read(), tmp_path / "files", 2), tmp_path)
    check_board(spark_side.board)
    assert compare.board_differences(made.board(), spark_side.board) == []


def test_two_hundred_thousand_records(side, spark, tmp_path):
    made = side("many", generator.records(200_000))
    spark_side = run(spark, written(made.read(), tmp_path / "files", 2), tmp_path)
    ours = made.board()
    assert compare.board_differences(ours, spark_side.board) == []
    assert ours["totals"]["records"] == 200_000 and min(ours["totals"].values()) > 50
    assert ours["stats"]["pl_rade/all/all"]["quantiles"] == "sketch"
    assert ours["stats"]["pl_rade/Imaging/all"]["quantiles"] == "exact"
