"""A log that lost its end, or was made anew: nothing is acknowledged that will not be stored; the reason is told."""
from foreign import TOPIC, Foreign

ONE = ["--partitions", "1"]


def refused(process):
    """Submissions and readiness of a process that knows that its log is another one."""
    status, text = process.ready()
    return process.submit("Refused b") == 503 and status == 503 and "recreated" in text


def test_the_topic_is_made_again_under_a_running_process(cluster, foreign, planets):
    serve = planets(cluster.address, *ONE)
    for n in range(20):
        serve.receipt(f"Old {n} b")
    serve.wait_stored(20)
    foreign.delete()
    foreign.create()
    answers = [serve.submit(f"New {n} b") for n in range(8)]
    assert not {200, 201} & set(answers), answers
    serve.wait(lambda: refused(serve), 20, "the refusal")
    # Also once the topic has grown beyond what was read of it.
    foreign.put([f"Later {n} b" for n in range(40)], partition=0)
    assert refused(serve)
    assert serve.stored().total() == 20
    serve.kill()


def test_the_topic_is_shorter_than_the_lake(cluster, foreign, planets):
    serve = planets(cluster.address, *ONE, "--cache", "none")
    for n in range(10):
        serve.receipt(f"Old {n} b")
    serve.wait_stored(10)
    serve.stop()
    foreign.delete()
    foreign.create()
    foreign.put([f"New {n} b" for n in range(3)], partition=0)
    serve.start(ready=False)
    serve.wait(lambda: refused(serve), 20, "the refusal")
    # It is another topic still when it has grown.
    foreign.put([f"More {n} b" for n in range(20)], partition=0)
    serve.wait(lambda: serve.submit("Refused b") == 503, 5, "the refusal")
    assert refused(serve)
    assert serve.stored().total() == 10
    serve.stop()


def test_an_unclean_election(kafka, planets):
    """The follower that is behind becomes the leader: what others replace is told, and nothing new is called stored."""
    cluster = kafka(
        3, "unclean.leader.election.enable=true", "replica.lag.time.max.ms=4000", "broker.session.timeout.ms=4000")
    serve = planets(cluster.address, *ONE, "--replication", "2")
    foreign = Foreign(cluster.address)
    for n in range(5):
        serve.receipt(f"Safe {n} b")
    serve.wait_stored(5)
    partition = foreign.partition(TOPIC)
    leader = partition.leader
    [follower] = [node for node in partition.replicas if node != leader]
    cluster.kill(follower)
    foreign.until(lambda: foreign.partition(TOPIC).isrs == [leader], 60, "the follower out of sync")
    serve.wait(lambda: serve.submit("Cut 0 b") == 201, 30, "records without the follower")
    for n in range(1, 4):
        serve.receipt(f"Cut {n} b")
    serve.wait(lambda: len([name for name in serve.stored() if name.startswith("Cut")]) == 4, 30, "cut records stored")
    cluster.kill(leader)
    cluster.start_again(follower)
    foreign.until(lambda: foreign.partition(TOPIC).leader == follower, 60, "the election")
    answers = [serve.submit(f"Later {n} b") for n in range(6)]
    assert not {200, 201} & set(answers), answers
    serve.wait(lambda: refused(serve), 30, "the refusal")


def test_the_topic_is_gone(cluster, foreign, planets):
    serve = planets(cluster.address)
    serve.receipt("First b")
    serve.wait_stored(1)
    foreign.delete()
    answer = serve.post({"pl_name": "Second b"})
    assert answer.status_code == 503 and answer.headers["Retry-After"], answer.text
    serve.wait(lambda: serve.ready()[0] == 503, 10, "readyz 503")
    assert serve.is_running
