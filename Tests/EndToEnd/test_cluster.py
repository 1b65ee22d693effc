"""Several web and stream processes on one log: the same board and digest as one process, every receipt once in the
lake, whatever is killed. Needs noida-db in the Python that runs the tests; left out where it is missing."""
import json
import signal
import subprocess
import threading
import time

import pytest
import requests

from cluster import Cluster, Web
from lake import files, read, receipts_of
from librdkafka import produce
from running import BINARY, Server, sample_server

# From SIGTERM to the end where the broker does not answer: within the 30 s that docker-compose.yml grants. (About 10 s
# here.)
SECONDS_TO_END = 25


@pytest.fixture
def cluster(tmp_path, request):
    try:
        made = Cluster(tmp_path, getattr(request, "param", 6))
    except LookupError as error:
        pytest.skip(str(error))
    yield made
    made.close()


@pytest.fixture(scope="module")
def sole_digest(tmp_path_factory):
    """The digest of one process on the embedded log."""
    with sample_server(tmp_path_factory.mktemp("sole")) as server:
        return server.wait(lambda: server.board()["digest"], 10, "digest")


def submit(webs, lines, count=40, between=lambda index: None):
    """Posts the table in parts to the webs by turns; (partition, offset) -> key of every receipt."""
    receipts = {}
    header, body = lines[0], lines[1:]
    size = -(-len(body) // count)
    for index in range(count):
        part = body[index * size:(index + 1) * size]
        if not part:
            break
        answer = webs[index % len(webs)].post(header + "".join(part), "text/csv", Idempotency_Key=f"part-{index}")
        assert answer.status_code == 201, answer.text[:300]
        for result in answer.json()["results"]:
            place = result["partition"], result["offset"]
            assert place not in receipts
            receipts[place] = result["key"]
        between(index)
    assert len(receipts) == len(body)
    return receipts


def whole_board(cluster, web, digest, seconds=60):
    cluster.wait(lambda: web.board()["digest"] == digest, seconds, "the digest")
    return web.board()


def whole_count(cluster, streams):
    """What the processes' figures count, whoever read it."""
    cluster.wait(lambda: sum(s.status()["counted"] for s in streams) == 6061, 20, "all records counted")


def whole_lake(cluster, receipts, streams):
    """All receipts are in the lake, and still are, once each, when the processes have ended. One that is stopped while
    the group is being shared out anew leaves what it had just read to the next owner: so it is waited for before."""
    cluster.wait(lambda: receipts_of(cluster.folder) == receipts, 60, "all receipts in the lake")
    for stream in streams:
        stream.stop()
    assert receipts_of(cluster.folder) == receipts


@pytest.mark.parametrize("streams", [1, 3])
def test_any_number_of_processes_has_the_same_board(cluster, sample_lines, sole_digest, streams):
    webs = [cluster.web(ready=False), cluster.web(ready=False)]
    running = [cluster.stream() for _ in range(streams)]
    cluster.wait_shared(running)
    for web in webs:
        web.wait_ready()
    receipts = submit(webs, sample_lines)
    boards = [whole_board(cluster, web, sole_digest) for web in webs]
    assert boards[0]["aggregates"]["totals"]["records"] == 6061
    assert boards[0]["aggregates"] == boards[1]["aggregates"]
    assert len({partition for partition, _ in receipts}) == 6
    whole_count(cluster, running)
    # One publishes, and only one.
    assert len([s for s in running if s.status()["epoch"]]) == 1
    # What one web process took, another knows under its Idempotency-Key.
    again = webs[1].post("".join(sample_lines[:1] + sample_lines[1:153]), "text/csv", Idempotency_Key="part-0")
    assert again.status_code == 201, again.text[:300]
    assert all(receipts[r["partition"], r["offset"]] == r["key"] for r in again.json()["results"])
    cluster.wait(lambda: "planet-discoveries: 0 records wait for the lake" in cluster.run("topics").stdout, 20, "lag 0")
    whole_lake(cluster, receipts, running)


def test_a_killed_stream_process_is_replaced_by_the_others(cluster, sample_lines, sole_digest):
    webs = [cluster.web(ready=False), cluster.web(ready=False)]
    running = [cluster.stream() for _ in range(3)]
    cluster.wait_shared(running)
    webs[0].wait_ready()
    webs[1].wait_ready()
    # The one that publishes.
    victim = cluster.wait(lambda: next((s for s in running if s.status()["epoch"]), None), what="a publisher")
    left = [s for s in running if s is not victim]
    receipts = submit(webs, sample_lines, between=lambda index: victim.kill() if index == 20 else None)
    cluster.wait_shared(left, seconds=60)
    for web in webs:
        assert whole_board(cluster, web, sole_digest)["aggregates"]["totals"]["records"] == 6061
    whole_count(cluster, left)
    whole_lake(cluster, receipts, left)


def test_a_log_that_is_away_is_503_and_comes_back(cluster):
    web = cluster.web("--kafka-property", "message.timeout.ms=2000", ready=False)
    stream = cluster.stream()
    web.wait_ready()
    assert web.post({"pl_name": "Up-1 b"}).status_code == 201
    cluster.broker.tell("hang")
    begun = time.monotonic()
    away = web.post({"pl_name": "Away-1 b"}, Idempotency_Key="away")
    assert away.status_code == 503 and "Retry-After" in away.headers, away.text
    assert time.monotonic() - begun < 20
    refused = web.post({"pl_name": "Bad-1 b", "pl_rade": -1})
    assert refused.status_code == 422 and refused.headers["X-Planetarium-Quarantine"] == "not-kept"
    assert web.get("/livez").status_code == 200
    cluster.broker.tell("resume")
    back = cluster.wait(lambda: (a := web.post({"pl_name": "Back-1 b"})).status_code == 201 and a, 30, "a 201")
    assert back.json()["key"] == "back1b"
    again = cluster.wait(
        lambda: (a := web.post({"pl_name": "Away-1 b"}, Idempotency_Key="away")).status_code == 201 and a, 30,
        "the repeated one")
    cluster.wait(lambda: web.board()["aggregates"]["totals"]["planets"] == 3, 30, "the board")
    stream.stop()
    stored = receipts_of(cluster.folder)
    assert stored[again.json()["partition"], again.json()["offset"]] == "away1b"


def post_until_taken(web, index, pause=0.1):
    """One discovery under its Idempotency-Key, as a client does that wants it stored: again after every 503."""
    refusals = 0
    end = time.monotonic() + 60
    while time.monotonic() < end:
        answer = web.post({"pl_name": f"Kill-{index} b", "pl_rade": 1 + index % 90 / 10},
                          Idempotency_Key=f"kill-{index}")
        if answer.status_code == 201:
            return answer.json(), refusals
        assert answer.status_code == 503 and "Retry-After" in answer.headers, answer.text
        refusals += 1
        time.sleep(pause)
    raise AssertionError(f"not taken within 60 s: {answer.text}")


def test_a_broker_that_is_killed_and_started_again_loses_and_doubles_nothing(cluster):
    short = "--kafka-property", "message.timeout.ms=3000"
    webs = [cluster.web(*short, ready=False), cluster.web(*short, ready=False)]
    running = [cluster.stream(), cluster.stream()]
    cluster.wait_shared(running)
    for web in webs:
        web.wait_ready()
    # Four clients. They hold still before the kill (so what was acknowledged is known), and go on while it is away.
    paused, idle = threading.Event(), [threading.Event() for _ in range(4)]
    count, receipts, refusals, failures = 100, {}, [0] * 4, []

    def client(number):
        web = Web.at(webs[number % 2])
        try:
            for index in range(number, count * 4, 4):
                if index // 4 == count // 4:
                    idle[number].set()
                    assert paused.wait(60)
                receipt, refused = post_until_taken(web, index)
                receipts[index] = receipt
                refusals[number] += refused
        except Exception as error:  # told below, in the test's own thread
            failures.append(error)
            idle[number].set()

    clients = [threading.Thread(target=client, args=(number,)) for number in range(4)]
    for thread in clients:
        thread.start()
    assert all(event.wait(60) for event in idle) and not failures, failures
    before = dict(receipts)
    assert len(before) == count
    cluster.broker.kill()
    paused.set()
    time.sleep(5)
    # Nothing was acknowledged without a broker.
    assert receipts == before and not failures, failures
    assert webs[0].get("/livez").status_code == 200
    cluster.broker.start_again()
    for thread in clients:
        thread.join(120)
    assert not failures, failures
    assert len(receipts) == count * 4
    assert all(refusals), "no client was refused: the broker was not away"
    for web in webs:
        board = cluster.wait(
            lambda: (b := web.board()["aggregates"])["totals"]["planets"] == count * 4 and b, 60, "the board")
        totals = board["totals"]
        assert totals["duplicates"] == totals["revisions"] == totals["rejected"] == 0, totals
        assert board["totals"]["records"] == count * 4
    expected = {(r["partition"], r["offset"]): r["key"] for r in receipts.values()}
    assert len(expected) == count * 4
    whole_lake(cluster, expected, running)


@pytest.mark.parametrize("away", ["killed", "hanging"])
@pytest.mark.parametrize("command", ["serve", "web", "stream"])
def test_sigterm_ends_a_process_while_the_broker_is_away(cluster, command, away):
    other = cluster.web(ready=False)
    stream = None if command == "serve" else cluster.stream()
    if command == "serve":
        process = cluster.serve()
        other.wait_ready()
    else:
        other.wait_ready()
        process = stream if command == "stream" else other
    web = process if command == "serve" else other
    assert web.post({"pl_name": "Up-1 b"}).status_code == 201
    cluster.wait(lambda: web.board()["aggregates"]["totals"]["planets"] == 1, 30, "the board")
    cluster.broker.kill() if away == "killed" else cluster.broker.tell("hang")
    # One that waits for its acknowledgement when the signal comes.
    waiting = threading.Thread(target=lambda: quietly(lambda: Web.at(web).post({"pl_name": "Away-1 b"})))
    waiting.start()
    time.sleep(1)
    begun = time.monotonic()
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(30) == 0, "".join(process.errors[-30:])
    took = time.monotonic() - begun
    waiting.join(60)
    assert took < SECONDS_TO_END, f"{command} took {took:.1f} s"


def quietly(ask):
    try:
        ask()
    except requests.RequestException:
        pass


def test_a_foreign_record_that_is_invalid_goes_to_the_dead_letters(cluster):
    web = cluster.web(ready=False)
    stream = cluster.stream()
    web.wait_ready()
    # As kcat does: plain JSON, any key.
    sent = subprocess.run(
        ["kcat", "-P", "-b", cluster.broker.address, "-t", "planet-discoveries", "-K", "|", "-H", "source=kcat", "-c",
         "2"],
        input='f1b|{"pl_name":"F-1 b","pl_rade":2}\nf2b|{"pl_name":"F-2 b","pl_rade":-2}\n', text=True,
        capture_output=True, timeout=30)
    assert sent.returncode == 0, sent.stderr
    board = cluster.wait(lambda: (b := web.board()["aggregates"])["totals"]["records"] == 2 and b, 30, "the records")
    assert board["totals"]["planets"] == 1 and board["totals"]["rejected"] == 1
    cluster.wait(lambda: files(cluster.folder, "rejected"), 20, "the file")
    rejected = read(cluster.folder, "rejected").to_pylist()
    assert [(r["log_topic"], r["source"], r["raw"])
            for r in rejected] == [("planet-discoveries", "kcat", '{"pl_name":"F-2 b","pl_rade":-2}')]
    letters = subprocess.run(
        ["kcat", "-C", "-b", cluster.broker.address, "-t", "planet-dead-letters", "-e", "-q", "-J"],
        text=True, capture_output=True, timeout=30).stdout
    letter = json.loads(letters.splitlines()[0])
    headers = dict(zip(letter["headers"][::2], letter["headers"][1::2]))
    assert letter["payload"] == '{"pl_name":"F-2 b","pl_rade":-2}' and letter["key"] == "f2b"
    assert headers["dead-letter-topic"] == "planet-discoveries" and headers["source"] == "kcat"
    assert headers["dead-letter-rules"] == rejected[0]["rules"].strip('[]"')
    assert headers["dead-letter-offset"] == str(rejected[0]["log_offset"])
    stream.stop()


# In one partition no record lies in another than its planet's.
@pytest.mark.parametrize("cluster", [1], indirect=True)
def test_times_that_no_clock_shows(cluster):
    """Nanoseconds or microseconds where Kafka has milliseconds, the end of 64 bits, before 1970: the record is taken,
    at the nearest time there is."""
    times = [1_795_000_000_000, 1_795_000_000_000_000, 1_795_000_000_000_000_000, 2**63 - 1, -5, 1, 1_795_000_000_001]
    produce(cluster.broker.address, "planet-discoveries", 0, [
        (time, b"t%db" % n, b'{"pl_name":"T-%d b","pl_rade":2}' % n) for n, time in enumerate(times)])
    for _ in range(2):  # the second time with what the first left
        web, stream = cluster.web(ready=False), cluster.stream()
        web.wait_ready()
        cluster.wait(lambda: web.board()["aggregates"]["totals"]["planets"] == len(times), 30, "the planets")
        cluster.wait(lambda: files(cluster.folder, "discoveries")
                     and len(read(cluster.folder, "discoveries")) == len(times), 30, "the rows")
        assert [web.get(f"/api/receipts/0/{n}").json()["key"]
                for n in range(len(times))] == [f"t{n}b" for n in range(len(times))]
        stream.stop()
        web.stop()
    days = {path.parent.name for path in files(cluster.folder, "discoveries")}
    assert days == {"dt=1970-01-01", "dt=2026-11-18", "dt=2262-04-11"}
    verified = subprocess.run([BINARY, "verify", cluster.folder / "lake"], capture_output=True, text=True, timeout=60)
    assert verified.returncode == 0, verified.stdout


def test_the_seeds_topic_name(tmp_path):
    data = tmp_path / "data"
    with Server(data, "--topic", "topic_1") as server:
        assert server.post({"pl_name": "T-1 b"}).status_code == 201
        server.stop()
    assert all(path.name.startswith("topic_1-p00000-") for path in files(data, "discoveries"))


def test_kafka_properties_and_their_secrets(tmp_path):
    secret = "hunter2-never-shown"
    file = tmp_path / "client.properties"
    file.write_text(
        "# of the cluster\nsecurity.protocol = SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.username=u\n"
        f"sasl.password={secret}\n")

    def web(*arguments, **environment):
        import os
        return subprocess.run(
            [BINARY, "web", "--log", "kafka://127.0.0.1:1", "--listen", "127.0.0.1:0", *arguments], capture_output=True,
            text=True, timeout=60, env=os.environ | {"PLANETARIUM_LOG_LEVEL": "debug"} | environment)

    for arguments, environment, message in [
        (["--kafka-properties", str(file), "--kafka-property", f"no.such={secret}"], {}, "no.such"),
        (["--kafka-property", f"sasl.mechanism={secret}"], {"PLANETARIUM_KAFKA_PROPERTY_ACKS": secret}, "acks"),
        (["--kafka-property", f"session.timeout.ms={secret}"], {}, "session.timeout.ms"),
    ]:
        done = web(*arguments, **environment)
        assert done.returncode == 1 and message in done.stderr, done.stderr
        assert secret not in done.stderr + done.stdout
    done = web("--kafka-property", secret)
    assert done.returncode == 2 and "NAME=VALUE" in done.stderr


def test_changes_of_one_planet_through_two_webs_all_count(cluster):
    webs = [cluster.web(ready=False), cluster.web(ready=False)]
    stream = cluster.stream()
    for web in webs:
        web.wait_ready()
    assert webs[0].post({"pl_name": "Shared-1 b", "pl_rade": 1}).status_code == 201
    cluster.wait(lambda: webs[1].get("/api/planets/shared1b").status_code == 200, 20, "the planet")
    fields = {"pl_orbper": 50, "pl_orbsmax": 5, "st_teff": 5000, "st_rad": 2, "st_mass": 3, "sy_dist": 40}
    answers = []

    def change(web, field):
        answers.append(requests.patch(
            f"{web.url}/api/planets/Shared-1 b", json={field: fields[field]}, timeout=60,
            headers={"Content-Type": "application/merge-patch+json"}))

    threads = [threading.Thread(target=change, args=(webs[index % 2], field)) for index, field in enumerate(fields)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * len(fields), [answer.text for answer in answers]
    assert sorted(answer.json()["revision"] for answer in answers) == [2, 3, 4, 5, 6, 7]
    for web in webs:
        cluster.wait(lambda: web.get("/api/planets/shared1b").json()["revision"] == 7, 20, "all changes")
        values = web.get("/api/planets/shared1b").json()["planet"]
        assert {field: values.get(field) for field in fields} == fields and values["pl_rade"] == 1
    # What was made of an earlier revision is in the history, and counts for nothing anywhere.
    board = cluster.wait(lambda: (b := webs[0].board())["aggregates"]["totals"]["revisions"] == 6 and b, 20, "board")
    assert board["aggregates"]["totals"]["planets"] == 1
    history = webs[0].get("/api/planets/shared1b").json()["history"]
    assert sum(item["change"] == "late" for item in history) == board["aggregates"]["totals"]["late"]
    stream.stop()
