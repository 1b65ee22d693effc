"""A short run of the fault lab, and proof that its oracle can fail. `make faults` runs as long as one wishes."""
import shutil

import pytest

import clustered
import embedded
from embedded import Embedded
from lab import run


def test_short_run_on_the_embedded_log(tmp_path):
    report, journal = run(Embedded(tmp_path, 11), embedded, 11, kills=12, rounds=1, settle_every=6)
    assert len(journal.receipts) > 1000 and journal.retries > 0
    assert sum(report.tried.values()) == 12 + len(embedded.FAULTS)
    assert not report.wrong


def test_short_run_around_a_broker(tmp_path):
    try:
        made = clustered.Clustered(tmp_path, 12)
    except LookupError as error:
        pytest.skip(str(error))
    report, journal = run(made, clustered, 12, kills=2, rounds=1, settle_every=2)
    assert len(journal.receipts) > 500
    assert not report.wrong


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A lab whose clients have stopped, with everything in the lake."""
    made = Embedded(tmp_path_factory.mktemp("oracle"), 13)
    made.server.wait(lambda: len(made.load.journal.receipts) > 300 and made.load.journal.rejects, 30, "receipts")
    made.load.hold()
    board = made.server.board
    assert not made.oracle.settled(made.load.journal, board)
    yield made
    made.end()


@pytest.mark.parametrize("harm, said", [
    (lambda path: path.unlink(), "lost: receipt"),
    (lambda path: shutil.copy(path, path.with_name("copy.parquet")), "stored twice"),
])
def test_the_oracle_sees_a_file_too_few_or_too_many(quiet, tmp_path, harm, said):
    lake = tmp_path / "lake"
    shutil.copytree(quiet.lake, lake)
    oracle = type(quiet.oracle)(lake)
    assert not oracle.findings(quiet.load.journal)
    harm(max(lake.glob("discoveries/dt=*/*.parquet"), key=lambda path: path.stat().st_size))
    assert any(said in sentence for sentence in oracle.findings(quiet.load.journal))


def test_the_oracle_sees_a_wrong_board(quiet):
    board = quiet.server.board()
    board["aggregates"]["by_method"]["Transit"] += 1
    assert quiet.oracle.findings(quiet.load.journal, board)
    board = quiet.server.board()
    board["aggregates"]["totals"]["revisions"] -= 1
    assert quiet.oracle.findings(quiet.load.journal, board)


def test_the_oracle_sees_a_lost_refusal(quiet, tmp_path):
    lake = tmp_path / "lake"
    shutil.copytree(quiet.lake, lake)
    for path in lake.glob("rejected/dt=*/*.parquet"):
        path.unlink()
    assert any("the refusal of" in s for s in type(quiet.oracle)(lake).findings(quiet.load.journal))
