"""A short run of the fault lab on Apache Kafka, each kind of fault once, and proof that its checker can fail. `make
faults-kafka` runs as long as one wishes."""
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Faults"))
import kafka_faults as faults  # noqa: E402
from kafka_lab import Lab  # noqa: E402
from oracle import ClusterOracle  # noqa: E402

# Lists of faults that happen together.
ORDINARY = [
    [[faults.leader_killed, faults.web_frozen], [faults.stopped_and_started]],
    [[faults.leader_frozen, faults.streams_killed], [faults.transaction_aborted]],
    [[faults.clean_election, faults.stream_frozen], [faults.connections_cut, faults.web_killed]],
    [[faults.network_silent, faults.clock_jumps], [faults.lake_full]],
    [[faults.network_refused, faults.transaction_stays_open], [faults.partitions_added]],
    [[faults.misplaced_records], [faults.trimmed_after_stored]],
]

# Seeds that failed once, with the faults of their run: a stream that started while a leader changed ended with status
# 1; a request that was sent again after partitions were added took effect twice.
FAILED = [
    (1, [[faults.clean_election], [faults.stopped_and_started]]),
    (213, [[faults.partitions_added], [faults.network_silent]]),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    made = Lab(tmp_path_factory.mktemp("lab"))
    yield made
    made.end()


@pytest.mark.parametrize("number", range(len(ORDINARY)))
def test_nothing_is_lost_or_doubled(lab, number):
    run = lab.run(700 + number, ORDINARY[number])
    assert not run.go(), run.wrong[:10]
    assert sum(run.done.values()) == sum(map(len, ORDINARY[number]))
    assert len(run.journal.acks) > 300 and not run.destroyed


@pytest.mark.parametrize("fault", faults.OPERATORS)
def test_what_an_operator_destroys_is_told(lab, fault):
    run = lab.run(710, [fault])
    assert not run.go(), run.wrong[:10]


@pytest.mark.parametrize("seed, steps", FAILED)
def test_seeds_that_failed(lab, seed, steps):
    run = lab.run(seed, steps)
    assert not run.go(), run.wrong[:10]


def test_all_kinds_are_tried_above():
    tried = {fault for steps in ORDINARY for step in steps for fault in step}
    assert tried == set(faults.ORDINARY)


@pytest.fixture(scope="module")
def quiet(lab):
    """A run without a fault, at its end."""
    run = lab.run(720, [])
    assert not run.go(), run.wrong[:10]
    return run


@pytest.mark.parametrize("harm, said", [
    (lambda path: path.unlink(), "lost: "),
    (lambda path: shutil.copy(path, path.with_name("copy.parquet")), "stored twice"),
    (lambda path: shutil.copy(path, path.with_name("copy.parquet")), "took effect twice"),
])
def test_the_checker_sees_a_file_too_few_or_too_many(quiet, tmp_path, harm, said):
    lake = tmp_path / "lake"
    shutil.copytree(quiet.lake, lake)
    assert not ClusterOracle(lake).findings(quiet.journal)
    harm(max(lake.glob("discoveries/dt=*/*.parquet"), key=lambda path: path.stat().st_size))
    assert any(said in sentence for sentence in ClusterOracle(lake).findings(quiet.journal))


def test_the_checker_excuses_only_a_loss_that_was_told(quiet, tmp_path):
    lake = tmp_path / "lake"
    shutil.copytree(quiet.lake, lake)
    max(lake.glob("discoveries/dt=*/*.parquet"), key=lambda path: path.stat().st_size).unlink()
    oracle = ClusterOracle(lake)
    try:
        fault = quiet.fault = faults.OperatorsFault()
        fault.ended = max(ack.sent for ack in quiet.journal.acks)
        assert [s for s in oracle.findings(quiet.journal, may_be_destroyed=quiet.may_be_destroyed) if "lost" in s]
        fault.told = fault.ended
        assert not oracle.findings(quiet.journal, may_be_destroyed=quiet.may_be_destroyed)
        assert oracle.destroyed
        # What was acknowledged later has no excuse.
        fault.ended = min(ack.sent for ack in oracle.destroyed) - 1
        assert [s for s in oracle.findings(quiet.journal, may_be_destroyed=quiet.may_be_destroyed) if "lost" in s]
    finally:
        quiet.fault = None


def test_the_lab_sees_that_nothing_was_told(lab):
    """Like a product that does not notice a replaced log: here the log is the same."""
    def unnoticed(run, random):
        fault = run.fault = faults.OperatorsFault()
        fault.ended = fault.begun
        faults.wait_told(run, fault, seconds=1)
    unnoticed.needs_loose_topic = False
    run = lab.run(721, [unnoticed])
    assert any(said.startswith("untold: the log is another one") for said in run.go()) and not run.destroyed


def test_the_checker_sees_what_is_stored_and_must_not_be(quiet):
    name = next(ack.name for ack in quiet.journal.acks if ack.name)
    quiet.journal.never.add(name)
    try:
        assert f"{name} of an aborted transaction is stored" in ClusterOracle(quiet.lake).findings(quiet.journal)
    finally:
        quiet.journal.never.clear()


def test_the_checker_sees_a_lost_record_of_another_producer(quiet):
    quiet.journal.foreign["lab-720-90-1"] = "lab1b"
    try:
        assert "lost: lab-720-90-1 of another producer" in ClusterOracle(quiet.lake).findings(quiet.journal)
    finally:
        quiet.journal.foreign.clear()
