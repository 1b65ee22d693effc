"""A lake whose log was made again, lost its end, or is another cluster's, and the way out: `topics adopt`. Also what
retention removed before it was stored."""
import collections
import re
import shutil
import subprocess
import sys
from pathlib import Path

import lake
import planetarium
import pytest
from elections import cut_off
from foreign import Foreign

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Faults"))
from shim import Shim  # noqa: E402

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


def made_again(serve, foreign, partitions=1):
    """Twelve old planets in the lake of a process that is stopped, twenty of its new topic in the log."""
    old = [f"Old {n} b" for n in range(12)]
    for name in old:
        serve.receipt(name)
    serve.wait_stored(12)
    serve.stop()
    foreign.delete()
    foreign.create(partitions=partitions)
    new = [f"New {n} b" for n in range(20)]
    foreign.put(new)
    return old, new


def test_after_an_unclean_election(kafka, planets):
    cluster, serve, leader = cut_off(kafka, planets, *ONE)
    serve.wait(lambda: serve.ready()[0] == 503, 60, "the refusal")
    serve.stop()
    cluster.start_again(leader)
    done = adopt(serve, cluster.address)
    assert done.returncode == 0 and "Done." in done.stdout, done.stdout + done.stderr
    # What the log still has is not stored again: the chapter begins behind it.
    assert "planet-discoveries/0:" in done.stdout and "from offset 5 on" in done.stdout, done.stdout
    serve.start()
    new = [f"New {n} b" for n in range(6)]
    receipts = [serve.receipt(name) for name in new]
    assert [receipt["offset"] for receipt in receipts] == sorted({receipt["offset"] for receipt in receipts})
    expected = {f"Safe {n} b" for n in range(5)} | {f"Cut {n} b" for n in range(4)} | set(new)
    serve.wait(lambda: serve.stored().keys() >= expected, 30, "all records in the lake")
    assert {name: count for name, count in serve.stored().items() if name != "Cut 0 b"} == dict.fromkeys(
        expected - {"Cut 0 b"}, 1)
    serve.wait(lambda: board(serve) == len(expected) == serve.total(), 20, "the board of both")
    answer = serve.get(f"/api/receipts/0/{receipts[0]['offset']}?key=new0b").json()
    assert answer["in_log"] and answer["key"] == "new0b", answer
    serve.stop()
    assert "Everything agrees." in serve.verify().stdout


def test_killed_at_each_of_its_writes(cluster, foreign, planets, tmp_path):
    """SIGKILL before each write, sync and rename in the lake in turn, then again without."""
    serve = planets(cluster.address, "--partitions", "2", "--cache", "none")
    old, new = made_again(serve, foreign, partitions=2)
    before, shim = tmp_path / "before", Shim(tmp_path)
    shutil.copytree(serve.data, before)
    command = [str(planetarium.BINARY), "topics", "adopt", "--log", f"kafka://{cluster.address}", "--data",
               str(serve.data), "--cache", "none"]
    kills, left = 0, set()
    while True:
        shim.tell(kill_at=kills + 1)
        killed = subprocess.run(command, env=shim.environment(serve.data), capture_output=True, text=True, timeout=60)
        if killed.returncode == 0:
            break
        assert killed.returncode == -9, killed.stderr
        kills += 1
        again = adopt(serve, cluster.address)
        assert again.returncode == 0, again.stdout + again.stderr
        left.add("nothing to adopt" in again.stdout)
        agreed = serve.verify()
        assert agreed.returncode == 0, agreed.stdout
        if kills % 8 == 1:
            serve.start()
            check_both(serve, old, new)
            serve.stop()
        shutil.rmtree(serve.data)
        shutil.copytree(before, serve.data)
    # The old state was left, and the new one.
    assert kills >= 4 and left == {False, True}, (kills, left)
    serve.start()
    check_both(serve, old, new)
    serve.stop()


def without_fingerprints(data):
    """The lake's manifest as it was written before rolls named their last record, and lines had a check sum."""
    for path in Path(data, "lake", "_manifest").glob("*/*"):
        text = path.read_text()
        assert '"record":{' in text
        path.write_text(re.sub(r',"record":{[^}]*}|,"(sum|lake)":"[0-9a-f]{16,32}"', "", text))


def test_a_lake_from_before_there_were_fingerprints(cluster, foreign, planets):
    serve = planets(cluster.address, *ONE)
    serve.receipt("Old 0 b")
    serve.wait_stored(1)
    serve.stop()
    without_fingerprints(serve.data)
    assert "nothing to adopt" in adopt(serve, cluster.address).stdout
    serve.start()
    assert "the manifest has no fingerprint of the last record" in serve.said()
    old = [f"Old {n} b" for n in range(1, 12)]
    for name in old:
        serve.receipt(name)
    serve.wait_stored(12)
    serve.stop()
    without_fingerprints(serve.data)
    foreign.delete()
    foreign.create()
    new = [f"New {n} b" for n in range(20)]
    foreign.put(new)
    serve.start(ready=False)
    serve.wait(lambda: refused(serve), 30, "the refusal")
    assert "another record at offset 11" in serve.ready()[1]
    serve.stop()
    done = adopt(serve, cluster.address)
    assert done.returncode == 0 and "Done." in done.stdout, done.stdout + done.stderr
    serve.start()
    check_both(serve, ["Old 0 b", *old], new)
    serve.stop()


def test_a_web_process_after_it(cluster, foreign, planets):
    """What was before is in the lake alone: a web without one says so, and calls nothing stored or not stored."""
    serve = planets(cluster.address, *ONE)
    lake_of_both = f"file:{serve.data}/lake"
    web = planets(cluster.address, "--partitions", "1", "--lake", lake_of_both, command="web", folder="web")
    old, new = made_again(serve, foreign)
    web.stop()
    assert adopt(serve, cluster.address).returncode == 0
    # Before the stream is started, too.
    alone = planets(cluster.address, *ONE, command="web", folder="alone", ready=False)
    alone.wait(lambda: "not the first of its lake" in alone.ready()[1], 20, "the reason")
    stream = planets(cluster.address, "--partitions", "1", command="stream")
    status, text = alone.ready()
    assert status == 503 and "--serve-what-is-left" in text and alone.submit("Refused b") == 503
    alone.stop()

    left = planets(cluster.address, "--partitions", "1", "--serve-what-is-left", "1", command="web", folder="left")
    assert left.total() == len(new)
    answer = left.get("/api/receipts/0/3")
    assert answer.headers["X-Planetarium-Catalogue"] == "incomplete"
    assert answer.json()["key"] == "new3b" and answer.json()["stored"] is None, answer.text
    assert answer.json()["reason"] == "this process reads no lake"
    for path, said in [
            ("0/3?key=old3b", "not of old3b: the log is not the one that the receipt is of. It is of an earlier one"),
            ("0/-1", "which only the lake has, and this process reads no lake"),
            ("0/99", "the log ends at 20. A receipt of an earlier log")]:
        answer = left.get(f"/api/receipts/{path}")
        assert answer.status_code == 404 and said in answer.json()["detail"], answer.text
    left.stop()

    # One with the lake; its cache is that of the old log.
    web.start()
    assert web.total() == len(old + new)
    stored = web.get("/api/receipts/0/-1").json()
    assert stored["stored"] is True and stored["key"] == "old11b" and not stored["in_log"]
    web.wait(lambda: web.get("/api/receipts/0/3").json()["stored"], 20, "the new record's file")
    web.stop()
    # Its cache has all of that.
    web = planets(cluster.address, "--partitions", "1", command="web", folder="web")
    assert web.total() == len(old + new) and web.submit("Old 3 b", pl_rade=2.5) == 201
    assert web.get("/api/planets/old3b").json()["revision"] == 2
    web.stop()
    stream.stop()
    assert "Everything agrees." in planetarium.run("verify", Path(serve.data) / "lake", "--quiet").stdout


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
    # The page's catalogue and the stream tell it, each in its words, whichever is first.
    for told in "neither the log nor the lake has them", "the log removed them before they were stored":
        line = f'"records are gone: {told}" topic=planet-discoveries partition=0 first=5 last=14\n'
        serve.wait(lambda: line in serve.said(), 10, line)
    metrics = serve.get("/metrics").text
    assert "planetarium_log_records_gone_total 10" in metrics
    serve.stop()
    told = serve.verify()
    assert told.returncode == 0, told.stdout
    assert "planet-discoveries/0: the log had removed the records 5 to 14" in told.stdout, told.stdout
    assert "Everything agrees" not in told.stdout and "gone" in told.stdout.splitlines()[-1], told.stdout
