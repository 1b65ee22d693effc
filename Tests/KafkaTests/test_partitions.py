"""A planet's records in one partition, whoever writes them and however many partitions there come to be: what lies
wrong is sent on, once in effect, and every planet counts once everywhere."""
import json
import signal
import subprocess
import time

import lake
from foreign import HEADERS, TOPIC, key
from planetarium import run

# What DEPLOY.md tells producers with librdkafka.
AS_DOCUMENTED = ["-X", "partitioner=murmur2_random"]


def kcat(address, lines, *options):
    command = ["kcat", "-P", "-b", address, "-t", TOPIC, "-K", "|", *options]
    subprocess.run(command, input="".join(line + "\n" for line in lines), text=True, check=True, timeout=60)


def line(name, radius, key_text=None):
    return f"{key_text or key(name).decode()}|" + json.dumps({"pl_name": name, "pl_rade": radius})


def rows(process, table="discoveries"):
    found = lake.read(process.data, table)
    return found.to_pylist() if found else []


def wrong(process):
    """Rows of records that lay in another partition than their planet's."""
    return [row for row in rows(process, "rejected") if json.loads(row["rules"]) == ["wrong_partition"]]


def wait_all_stored(process, foreign, seconds=60):
    """Until each record of the log has its row; their number."""
    def all_of_them():
        count = sum(next_ - first for first, next_ in foreign.bounds())
        stored = {(row["log_partition"], row["log_offset"]) for row in rows(process)}
        refused = [(row["log_partition"], row["log_offset"]) for row in rows(process, "rejected")
                   if row["log_topic"] == TOPIC]
        assert not stored & set(refused) and len(set(refused)) == len(refused)
        return count if len(stored) + len(refused) == count else 0
    return process.wait(all_of_them, seconds, "a row for each record")


def check(serve, foreign, planets, seconds=60):
    """Each planet counts once, with its newest radius: on the board, in the API, in the lake, and to verify."""
    wait_all_stored(serve, foreign, seconds)
    serve.board_when(lambda board: board["totals"]["planets"] == len(planets), 20)
    assert serve.total() == len(planets)
    state = {}
    for row in sorted(rows(serve), key=lambda row: (row["log_partition"], row["log_offset"])):
        if row["change"] not in ("duplicate", "late"):
            assert state.get(row["key"], row)["log_partition"] == row["log_partition"], row["key"]
            state[row["key"]] = row
    found = [row for row in state.values() if row["verdict"] != "withdrawal" and row["alias_of"] is None]
    assert {row["pl_name"]: row["pl_rade"] for row in found} == planets
    for name, radius in planets.items():
        found = serve.get(f"/api/planets/{key(name).decode()}").json()
        assert found["planet"]["pl_rade"] == radius, found
    verified = serve.verify()
    assert verified.returncode == 0, verified.stdout


def test_kcat_as_documented(cluster, foreign, planets):
    serve = planets(cluster.address)
    names = [f"Kc {n} b" for n in range(20)]
    for name in names:
        serve.receipt(name)
    kcat(cluster.address, [line(name, 2.5) for name in names], *AS_DOCUMENTED)
    check(serve, foreign, {name: 2.5 for name in names})
    assert wrong(serve) == [] and sum(next_ for _, next_ in foreign.bounds()) == 40
    serve.stop()


def test_kcat_with_its_defaults(cluster, foreign, planets):
    serve = planets(cluster.address)
    names = [f"Kc {n} b" for n in range(20)]
    for name in names:
        serve.receipt(name)
    kcat(cluster.address, [line(name, 2.5) for name in names])
    check(serve, foreign, {name: 2.5 for name in names})
    found = wrong(serve)
    assert found and sum(next_ for _, next_ in foreign.bounds()) == 40 + len(found)
    # The row says where it went, and the copy where it came from; no letter.
    copies = {row["source"]: row for row in rows(serve) if (row["source"] or "").startswith("sent-on/")}
    for row in found:
        source = f"sent-on/{TOPIC}/{row['log_partition']}/{row['log_offset']}/"
        copy = next(copies[text] for text in copies if text.startswith(source))
        assert f"belongs to partition {copy['log_partition']}, where it was sent on to" in row["errors"]
        shown = serve.get(f"/api/receipts/{row['log_partition']}/{row['log_offset']}").json()
        assert shown["verdict"] == "rejected" and shown["errors"][0]["rule"] == "wrong_partition"
    assert foreign.bounds("planet-dead-letters") == [(0, 0)]
    serve.stop()


def test_names_for_keys_no_keys_and_withdrawals(cluster, foreign, planets):
    serve = planets(cluster.address)
    names = [f"Od-{n} b" for n in range(12)]
    producer = foreign.producer(partitioner="consistent_random")
    for name in names:
        serve.receipt(name)
    for name in names[:6]:
        value = json.dumps({"pl_name": name, "pl_rade": 3}).encode()
        producer.produce(TOPIC, key=name.encode(), value=value, headers=HEADERS)
    for name in names[6:9]:
        producer.produce(TOPIC, value=json.dumps({"pl_name": name, "pl_rade": 4}).encode())
    for name in names[9:11]:
        producer.produce(TOPIC, key=name.lower().encode(), value=None)
    producer.produce(TOPIC, key=b"Odd alias", value=json.dumps({"pl_name": "Odd alias", "alias_of": names[0]}).encode())
    producer.produce(TOPIC, value=None)
    assert producer.flush(30) == 0
    check(serve, foreign, {n: 3 for n in names[:6]} | {n: 4 for n in names[6:9]} | {names[11]: 1.5})
    assert serve.get("/api/planets/oddalias").json()["key"] == key(names[0]).decode()
    letters = foreign.bounds("planet-dead-letters")
    assert letters == [(0, 1)], "the withdrawal without a key"
    serve.stop()


def test_a_topic_that_grew(cluster, foreign, planets):
    serve = planets(cluster.address, "--partitions", "2")
    names = [f"Gr {n} b" for n in range(20)]
    for name in names:
        serve.receipt(name)
    foreign.grow(6)
    # New partitions are read soon; what others put there is sent on.
    for partition in range(2, 6):
        foreign.put([f"New {partition} b"], partition=partition)
    begun = time.monotonic()
    serve.wait(lambda: serve.total() == 24, 30, "the new partitions' planets")
    assert time.monotonic() - begun < 30
    places = {serve.receipt(name, pl_rade=2.5)["partition"] for name in names}
    assert places == {0, 1}
    expected = {name: 2.5 for name in names} | {f"New {n} b": 1.5 for n in range(2, 6)}
    check(serve, foreign, expected)
    serve.stop()
    # The same after a restart, for a web without a lake, and where only the lake knows.
    serve.start()
    check(serve, foreign, expected)
    web = planets(cluster.address, command="web", folder="web")
    assert {web.receipt(name, pl_rade=2.75)["partition"] for name in names} == {0, 1}
    assert web.total() == 24
    web.stop()
    serve.stop()
    foreign.delete("planet-state")
    serve.start()
    assert {serve.receipt(name, pl_rade=3)["partition"] for name in names} == {0, 1}
    assert json.loads((serve.data / "lake" / "_lake.json").read_text())["key_partitions"] == 2
    serve.stop()


def test_a_stream_that_reads_new_partitions(cluster, foreign, planets):
    assert run("topics create", "--log", f"kafka://{cluster.address}", "--partitions", "2").returncode == 0
    stream = planets(cluster.address, command="stream")
    foreign.put(["First b"])
    stream.wait_stored(1)
    foreign.grow(4)
    for partition in range(4):
        foreign.put([f"Grown {partition} b"], partition=partition)
    begun = time.monotonic()
    stream.wait(lambda: {f"Grown {n} b" for n in range(4)} <= stream.stored().keys(), 30, "the new partitions' records")
    assert time.monotonic() - begun < 30
    stream.stop()


def test_a_record_that_was_sent_on_and_lies_wrong(cluster, foreign, planets):
    serve = planets(cluster.address)
    place = serve.receipt("Loop b")["partition"]
    producer = foreign.producer()
    headers = [("source", b"sent-on/planet-discoveries/0/0/00000000")]
    value = json.dumps({"pl_name": "Loop b", "pl_rade": 9}).encode()
    producer.produce(TOPIC, key=b"loopb", value=value, headers=headers, partition=(place + 1) % 6)
    assert producer.flush(30) == 0
    serve.wait(lambda: len(wrong(serve)) == 1, 30, "its row")
    serve.wait(lambda: foreign.bounds("planet-dead-letters") == [(0, 1)], 30, "its letter")
    check(serve, foreign, {"Loop b": 1.5})
    serve.stop()


def test_a_stream_killed_while_it_sends_on(cluster, foreign, planets):
    """Revisions of a few planets, more of each than any memory of submissions: what is sent twice takes effect once."""
    web = planets(cluster.address, folder="web", command="web", ready=False)
    stream = planets(cluster.address, command="stream", ready=False)
    web.wait_ready()
    names = [f"Ki {n} b" for n in range(8)]
    for name in names:
        web.receipt(name, pl_rade=1)
    producer = foreign.producer()
    # All revisions of a planet in one partition, which is not its own for most.
    for revision in range(400):
        for n, name in enumerate(names):
            value = json.dumps({"pl_name": name, "pl_rade": 2 + revision / 100}).encode()
            producer.produce(TOPIC, key=name.encode(), value=value, headers=HEADERS, partition=n % 3)
        producer.poll(0)
        if revision % 60 == 30:
            assert producer.flush(30) == 0
            time.sleep(0.7)
            stream.process.send_signal(signal.SIGKILL)
            stream.process.wait(10)
            stream.start(ready=False)
    assert producer.flush(30) == 0
    wait_all_stored(stream, foreign, 120)
    stream.stop()
    by_source, revisions = {}, {name: [] for name in names}
    for row in sorted(rows(stream), key=lambda row: (row["log_partition"], row["log_offset"])):
        source = row["source"] or ""
        if source.startswith("sent-on/"):
            by_source.setdefault(source, []).append(row["change"])
        if row["change"] in ("new", "revision"):
            revisions[row["pl_name"]].append(row["pl_rade"])
    # Each copy that came into force did so once, and a planet's values come in the order they were sent.
    assert all(changes.count("duplicate") >= len(changes) - 1 for changes in by_source.values())
    assert max(len(changes) for changes in by_source.values()) > 1, "no copy came twice: the kills showed nothing"
    expected = [1] + [2 + revision / 100 for revision in range(400)]
    for name in names:
        assert revisions[name] == expected, name
    for name in names:
        assert web.get(f"/api/planets/{key(name).decode()}").json()["revision"] == 401
    verified = stream.verify()
    assert verified.returncode == 0, verified.stdout
    web.stop()


def test_another_lake_of_the_same_log_sends_nothing_again(cluster, foreign, planets):
    names = [f"La {n} b" for n in range(40)]
    serve = planets(cluster.address)
    kcat(cluster.address, [line(name, 2.5) for name in names])
    check(serve, foreign, {name: 2.5 for name in names})
    size, copies = foreign.bounds(), len(wrong(serve))
    assert copies > 5
    serve.stop()
    other = planets(cluster.address, "--group", "another", folder="other")
    check(other, foreign, {name: 2.5 for name in names})
    assert foreign.bounds() == size and len(wrong(other)) == copies
    kcat(cluster.address, [line(name, 3) for name in names])
    check(other, foreign, {name: 3 for name in names})
    other.stop()
    # Without what the group says, once more, and each planet counts once all the same.
    foreign.forget("planetarium-sent-on")
    size = sum(next_ for _, next_ in foreign.bounds())
    third = planets(cluster.address, "--group", "third", folder="third")
    check(third, foreign, {name: 3 for name in names})
    assert sum(next_ for _, next_ in foreign.bounds()) == size + 2 * copies
    third.stop()
