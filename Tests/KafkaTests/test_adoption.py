"""A lake whose log was made again, lost its end, or is another cluster's, and the way out: `topics adopt`. Also what
retention removed before it was stored."""
import collections
import re

import lake
import planetarium
import pytest
from foreign import Foreign

ONE = ["--partitions", "1", "--cache", "none"]


def adopt(process, address, *arguments):
    return planetarium.run(
        "topics adopt", "--log", f"kafka://{address}", "--data", process.data, "--cache", "none", *arguments)


def board(process):
    """Planets on the live board."""
    return process.get("/api/board").json()["aggregates"]["totals"].get("planets")


def refused(process):
    status, text = process.ready()
    return process.submit("Refused b") == 503 and status == 503 and "topics adopt" in text


def check_both(process, old, new):
    """The lake has each of these records once and numbers them on; receipts name the new ones' rows."""
    process.wait_stored(len(old) + len(new))
    assert process.stored() == collections.Counter(old + new)
    table = lake.read(process.data, "discoveries")
    offsets = collections.defaultdict(list)
    for place, offset in zip(table["log_partition"].to_pylist(), table["log_offset"].to_pylist()):
        offsets[place].append(offset)
    for place, found in offsets.items():
        assert sorted(found) == list(range(len(found))), place
    process.wait(lambda: board(process) == len(set(old + new)), 20, "the board of both")
    process.wait(lambda: process.total() == len(set(old + new)), 20, "the catalogue of both")
    agreed = process.verify()
    assert agreed.returncode == 0 and "Everything agrees." in agreed.stdout, agreed.stdout
    assert "chapter 2" in agreed.stdout, agreed.stdout


@pytest.mark.parametrize("count", [5, 30], ids=["shorter", "longer"])
@pytest.mark.parametrize("partitions", [1, 3])
def test_a_topic_made_again_while_stopped(cluster, foreign, planets, count, partitions):
    serve = planets(cluster.address, "--partitions", str(partitions), "--cache", "none")
    old = [f"Old {n} b" for n in range(12)]
    for name in old:
        serve.receipt(name)
    serve.wait_stored(12)
    serve.stop()
    nothing = adopt(serve, cluster.address)
    assert nothing.returncode == 0 and "nothing to adopt" in nothing.stdout, nothing.stdout + nothing.stderr
    foreign.delete()
    foreign.create(partitions=partitions)
    new = [f"New {n} b" for n in range(count)]
    foreign.put(new)
    serve.start(ready=False)
    serve.wait(lambda: refused(serve), 30, "the refusal")
    assert serve.stored() == collections.Counter(old)
    running = adopt(serve, cluster.address)
    assert running.returncode == 1 and "is being written by" in running.stderr, running.stdout + running.stderr
    serve.stop()
    dry = adopt(serve, cluster.address, "--dry-run")
    assert dry.returncode == 0 and "Nothing was changed" in dry.stdout, dry.stdout + dry.stderr
    done = adopt(serve, cluster.address)
    assert done.returncode == 0 and "Done." in done.stdout, done.stdout + done.stderr
    assert "nothing to adopt" in adopt(serve, cluster.address).stdout
    serve.start()
    receipt = serve.receipt("Last b")
    check_both(serve, old, [*new, "Last b"])
    answer = serve.get(f"/api/receipts/{receipt['partition']}/{receipt['offset']}").json()
    assert "Last b" in str(answer), answer
    serve.stop()


def test_a_topic_made_again_under_a_running_process(cluster, foreign, planets):
    serve = planets(cluster.address, *ONE)
    old = [f"Old {n} b" for n in range(12)]
    for name in old:
        serve.receipt(name)
    serve.wait_stored(12)
    foreign.delete()
    foreign.create()
    new = [f"New {n} b" for n in range(30)]
    foreign.put(new, partition=0)
    serve.wait(lambda: serve.ready()[0] == 503, 60, "the refusal")
    assert serve.submit("Refused b") == 503
    serve.stop()
    done = adopt(serve, cluster.address)
    assert done.returncode == 0 and "Done." in done.stdout, done.stdout + done.stderr
    serve.start()
    # What was read of the new topic before it was found out may be there twice: the second time as a duplicate.
    serve.wait(lambda: set(old + new) <= serve.stored().keys(), 30, "all records in the lake")
    assert set(serve.stored()) == set(old + new)
    serve.wait(lambda: board(serve) == len(old + new) == serve.total(), 20, "the board of both")
    serve.stop()
    assert "Everything agrees." in serve.verify().stdout


def test_another_cluster(kafka, planets):
    first = kafka()
    serve = planets(first.address, *ONE)
    old = [f"Old {n} b" for n in range(12)]
    for name in old:
        serve.receipt(name)
    serve.wait_stored(12)
    serve.stop()
    first.stop()
    second = kafka()
    new = [f"New {n} b" for n in range(20)]
    foreign = Foreign(second.address)
    assert planetarium.run("topics create", "--log", f"kafka://{second.address}", "--partitions", 1).returncode == 0
    foreign.put(new, partition=0)
    done = adopt(serve, second.address)
    assert done.returncode == 0 and "that was kafka:" in done.stdout, done.stdout + done.stderr
    again = planets(second.address, *ONE)
    check_both(again, old, new)
    again.stop()


def test_fewer_partitions_are_refused(cluster, foreign, planets):
    serve = planets(cluster.address, "--partitions", "3", "--cache", "none")
    for n in range(12):
        serve.receipt(f"Old {n} b")
    serve.wait_stored(12)
    serve.stop()
    foreign.delete()
    foreign.create(partitions=2)
    answer = adopt(serve, cluster.address)
    assert answer.returncode == 1 and "planet-discoveries has 2 partitions" in answer.stderr, answer.stderr
    serve.start(ready=False)
    serve.wait(lambda: serve.ready()[0] == 503, 20, "readyz 503")
    serve.stop()


def test_retention_before_the_lake(cluster, foreign, planets):
    serve = planets(cluster.address, *ONE)
    for n in range(5):
        serve.receipt(f"Old {n} b")
    serve.wait_stored(5)
    serve.stop()
    foreign.put([f"Gone {n} b" for n in range(10)], partition=0)
    foreign.put([f"Kept {n} b" for n in range(10)], partition=0)
    foreign.trim(15)
    serve.start(ready=False)
    serve.wait_stored(15)
    line = next(line for line in serve.said().splitlines() if "records are gone" in line)
    assert re.search(r'topic="?planet-discoveries"? partition=0 first=5 last=14', line), line
    metrics = serve.get("/metrics").text
    assert "planetarium_log_records_gone_total 10" in metrics
    serve.stop()
    told = serve.verify()
    assert told.returncode == 0, told.stdout
    assert "planet-discoveries/0: the log had removed the records 5 to 14" in told.stdout, told.stdout
    assert "Everything agrees" not in told.stdout and "gone" in told.stdout.splitlines()[-1], told.stdout
