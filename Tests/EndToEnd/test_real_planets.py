"""The main job on the real table: 6,061 planets through the API give exactly these figures, in any order and batching,
and every receipt stands once in the Parquet files, with the values that were submitted, bit for bit."""
import json
import random
import struct

import duckdb
import pytest

import lake

METHODS = {
    "Transit": 4472, "Radial Velocity": 1157, "Microlensing": 262, "Imaging": 89, "Transit Timing Variations": 39,
    "Eclipse Timing Variations": 17, "Orbital Brightness Modulation": 9, "Pulsar Timing": 8, "Astrometry": 5,
    "Pulsation Timing Variations": 2, "Disk Kinematics": 1}


def check_board(aggregates):
    assert aggregates["by_method"] == METHODS
    totals = aggregates["totals"]
    assert totals["planets"] == 6061
    assert totals["hosts"] == 4521 and aggregates["hosts"]["hosts"] == 4521
    assert totals["facilities"] == 73 and len(aggregates["by_facility"]) == 73
    assert totals["controversial"] == 41
    assert totals["rejected"] == 0
    years = aggregates["by_year"]
    assert (years["2016"], years["2014"], years["2025"]) == (1496, 869, 224)
    assert aggregates["cumulative"]["all"][-1][1] == 6061
    radius = aggregates["stats"]["pl_rade/all/all"]
    assert radius["n"] == 6011
    assert round(radius["mean"], 6) == 5.819677
    assert round(radius["sd"], 6) == 5.347059
    assert radius["median"] == 2.83
    transit = aggregates["stats"]["pl_rade/Transit/all"]
    assert round(transit["mean"], 6) == 4.367021 and transit["median"] == 2.426
    mass = aggregates["stats"]["pl_bmasse/all/all"]
    assert mass["n"] == 6030 and round(mass["mean"], 6) == 401.663284
    assert mass["median"] == pytest.approx(9.2135, abs=5e-5)
    velocity = aggregates["stats"]["pl_bmasse/Radial Velocity/all"]
    assert velocity["n"] == 1156 and velocity["median"] == pytest.approx(353.10913, abs=1e-5)
    period = aggregates["stats"]["pl_orbper/all/all"]
    assert period["n"] == 5744 and period["median"] == pytest.approx(11.109275, abs=5e-7)
    measured = aggregates["stats"]["pl_bmasse/all/measured"]
    assert measured["n"] == 2948 and measured["median"] == pytest.approx(171.63, abs=5e-3)


def submit(server, header, lines, size):
    receipts = []
    for start in range(0, len(lines), size):
        answer = server.post("".join([header] + lines[start:start + size]), "text/csv")
        assert answer.status_code == 201, answer.text[:2000]
        receipts += answer.json()["results"]
    return receipts


def catalogue_part(board):
    """What depends on the final state alone."""
    kept = dict(board["aggregates"])
    for name in ("rate", "newest", "totals", "warnings", "rejects"):
        kept.pop(name, None)
    return kept


def test_the_real_table_gives_exactly_the_known_figures(server, sample_lines, sample_rows):
    receipts = submit(server, sample_lines[0], sample_lines[1:], 1000)
    board = server.board_when(lambda a: a["totals"]["planets"] == 6061)
    check_board(board["aggregates"])
    assert len({(r["partition"], r["offset"]) for r in receipts}) == 6061
    assert {r["revision"] for r in receipts} == {1}
    server.stop()

    stored = lake.receipts_of(server.data)
    assert stored == {(r["partition"], r["offset"]): r["key"] for r in receipts}

    # Every value of every column, bit for bit, through two foreign readers.
    table = lake.read(server.data, "discoveries")
    by_offset = {row["log_offset"]: row for row in table.to_pylist()}
    numbers = 0
    for receipt, given in zip(receipts, sample_rows):
        row = by_offset[receipt["offset"]]
        for name, text in given.items():
            stored_value = row[name]
            if text == "":
                assert stored_value is None, (given["pl_name"], name)
            elif isinstance(stored_value, str):
                assert stored_value == text, (given["pl_name"], name)
            else:
                assert struct.pack("<d",
                                   float(stored_value)) == struct.pack("<d", float(text)), (given["pl_name"], name)
                numbers += 1
    assert numbers > 250_000
    pattern = str(server.data / "lake" / "discoveries" / "*" / "*.parquet")
    counted = duckdb.sql(
        f"select discoverymethod, count(*) from read_parquet('{pattern}', hive_partitioning=true) group by 1"
    ).fetchall()
    assert dict(counted) == METHODS
    (mean,), = duckdb.sql(f"select round(avg(pl_rade), 6) from read_parquet('{pattern}')").fetchall()
    assert mean == 5.819677


@pytest.mark.parametrize("seed,size", [(1, 317), (2, 6061)])
def test_any_order_and_batching_gives_the_same_board_and_digest(server_at, tmp_path, sample_lines, seed, size):
    first = server_at(tmp_path / "a")
    submit(first, sample_lines[0], sample_lines[1:], 2000)
    a = first.board_when(lambda g: g["totals"]["planets"] == 6061)
    shuffled = sample_lines[1:]
    random.Random(seed).shuffle(shuffled)
    second = server_at(tmp_path / "b")
    submit(second, sample_lines[0], shuffled, size)
    b = second.board_when(lambda g: g["totals"]["planets"] == 6061)
    check_board(b["aggregates"])
    assert catalogue_part(a) == catalogue_part(b)
    assert a["digest"] == b["digest"]


def test_one_json_object_a_request_gives_the_same_as_csv(server, sample_rows):
    numeric = {k for k in sample_rows[0] if any(is_number(r[k]) for r in sample_rows[:200])}
    for row in sample_rows[:300]:
        body = {k: (float(v) if k in numeric and is_number(v) else v) for k, v in row.items() if v != ""}
        answer = server.post(body)
        assert answer.status_code == 201, answer.text
    board = server.board_when(lambda g: g["totals"]["planets"] == 300)
    expected = {}
    for row in sample_rows[:300]:
        expected[row["discoverymethod"]] = expected.get(row["discoverymethod"], 0) + 1
    assert board["aggregates"]["by_method"] == expected


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def test_kill_9_in_the_middle_loses_and_doubles_nothing(server_at, tmp_path, sample_lines):
    """Killed three times while loading; the rest is sent again with the same Idempotency-Keys."""
    data = tmp_path / "data"
    header, lines = sample_lines[0], sample_lines[1:]
    size = 250
    slices = [lines[i:i + size] for i in range(0, len(lines), size)]
    receipts = {}
    server = server_at(data, "--roll-age", "0.3")
    kills = {6, 13, 20}
    number = 0
    while number < len(slices):
        body = "".join([header] + slices[number])
        answer = server.post(body, "text/csv", Idempotency_Key=f"slice-{number}")
        assert answer.status_code == 201, answer.text[:500]
        receipts[number] = answer.json()["results"]
        if number in kills:
            kills.remove(number)
            server.kill()
            server = server_at(data, "--roll-age", "0.3")
            # As a client whose answer got lost would: the same slice again gives the same receipts.
            again = server.post(body, "text/csv", Idempotency_Key=f"slice-{number}")
            assert again.status_code == 201, again.text[:500]
            places = [(r["partition"], r["offset"], r["key"], r["revision"]) for r in again.json()["results"]]
            assert places == [(r["partition"], r["offset"], r["key"], r["revision"]) for r in receipts[number]]
        number += 1
    board = server.board_when(lambda g: g["totals"]["planets"] == 6061)
    check_board(board["aggregates"])
    server.stop()
    stored = lake.receipts_of(data)
    given = {(r["partition"], r["offset"]): r["key"] for part in receipts.values() for r in part}
    assert len(given) == 6061
    assert stored == given
    assert not list((data / "lake").rglob("*.tmp"))
    # The figures survive a last restart, too.
    server = server_at(data)
    board = server.board_when(lambda g: g["totals"]["planets"] == 6061)
    check_board(board["aggregates"])


def test_rolls_cover_every_offset_once_and_aggregates_are_rolled(server_at, tmp_path, sample_lines):
    server = server_at(tmp_path / "data", "--roll-rows", "500")
    submit(server, sample_lines[0], sample_lines[1:3001], 100)
    # A stop stores what was read; what was not is the next start's.
    server.board_when(lambda a: a["totals"]["records"] == 3000)
    server.stop()
    ranges = sorted(tuple(map(int, p.stem.rsplit("-", 2)[1:])) for p in lake.files(server.data, "discoveries"))
    # A roll ends with the batch that brings its rows, and batches are as large as the log is ahead: how many there are
    # is not certain.
    assert len(ranges) >= 2
    assert ranges[0][0] == 0 and ranges[-1][1] == 2999
    assert all(a[1] + 1 == b[0] for a, b in zip(ranges, ranges[1:]))
    aggregates = lake.read(server.data, "aggregates").to_pylist()
    last = max(r["roll_last_offset"] for r in aggregates)
    assert last == 2999
    methods = {r["group"]: json.loads(r["value_json"]) for r in aggregates
               if r["aggregate"] == "by_method" and r["roll_last_offset"] == last}
    assert sum(methods.values()) == 3000
