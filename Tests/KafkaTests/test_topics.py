"""`planetarium topics`: makes all topics, waits for them, changes nothing the second time, and names what differs."""
import re

from planetarium import run

TOPICS = ["planet-discoveries", "planet-rejected", "planet-live", "planet-dead-letters", "planet-state"]


def create(log, *options):
    return run("topics create", "--log", f"kafka://{log}", *options)


def test_all_are_made_and_answer_the_first_time(cluster, foreign):
    # Ten times: a new partition's leader is not known at once, or is.
    for n in range(10):
        options = []
        for suffix in ["", "-rejected", "-live", "-dead-letters", "-state"]:
            options += [f"--topic{suffix}", f"t{n}{suffix}"]
        made = create(cluster.address, *options)
        assert made.returncode == 0, made.stdout + made.stderr
        assert len(re.findall(r": made, ", made.stdout)) == 5, made.stdout
        assert all(foreign.bounds(name) for name in options[1::2])


def test_again_changes_nothing(cluster, foreign):
    assert create(cluster.address, "--partitions", 4).returncode == 0
    again = create(cluster.address)
    assert again.returncode == 0, again.stderr
    assert re.findall(r"^(\S+): there already, ", again.stdout, re.M) == TOPICS
    assert len(foreign.topics()["planet-discoveries"].partitions) == 4


def test_other_settings_than_asked_for_are_named(cluster):
    assert create(cluster.address, "--partitions", 4).returncode == 0
    other = create(cluster.address, "--partitions", 5, "--min-insync-replicas", 2, "--retention", 24)
    assert other.returncode == 1
    told = other.stderr
    for topic in TOPICS[:2]:
        assert f"{topic} was there with other settings: partitions is 4 instead of 5" in told, told
    assert "planet-state was there with other settings: min.insync.replicas is 1 instead of 2" in told
    assert "planet-dead-letters was there with other settings: retention.ms is -1 instead of 86400000" in told
    assert len(re.findall("there already", other.stdout)) == 5


def test_copies_are_as_asked_for(kafka, planets):
    cluster = kafka(3)
    made = create(cluster.address, "--replication", 3, "--min-insync-replicas", 2, "--partitions", 3)
    assert made.returncode == 0, made.stderr
    again = create(cluster.address, "--replication", 3, "--min-insync-replicas", 2, "--partitions", 3)
    assert again.returncode == 0, again.stderr
    less = create(cluster.address, "--replication", 2)
    assert less.returncode == 1 and "replication is 3 instead of 2" in less.stderr
    assert planets(cluster.address).submit("Copied b") == 201
