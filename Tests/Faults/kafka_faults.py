"""What can happen to brokers, to processes of Planetarium and to their topic. A fault takes the run and a random source
of its own, and leaves everything running; what the product should have said and did not is appended to `run.wrong`.

ORDINARY faults lose nothing. OPERATORS' destroy records, or put another topic in the old one's place: the product has
to say so."""
import contextlib
import json
import re
import subprocess
import time

from brokers import NODES
from oracle import COLUMNS

# What a process says whose log is not the one it was.
ANOTHER_LOG = re.compile(r"recreated|ahead of the log|another record|another log")
# What a stream says of records that were removed before it stored them.
REMOVED = re.compile(r"before they were stored.* topic=(\S+) partition=(\d+) first=(\d+) last=(\d+)")


def _fault(function, needs_loose_topic=False):
    function.needs_loose_topic = needs_loose_topic
    return function


def _leader(run, random):
    """(partition, its leader)."""
    found = run.brokers.metadata(run.topic)
    partition = random.choice(sorted(found))
    return partition, found[partition].leader


# Brokers

@_fault
def leader_killed(run, random):
    """kill -9 of a partition's leader."""
    _, node = _leader(run, random)
    with run.brokers.hands[node]:
        run.brokers.kill(node)
        time.sleep(random.uniform(0, 2))
        run.brokers.start(node)


@_fault
def leader_frozen(run, random):
    """A leader stands still until the others have taken it for dead, and goes on."""
    _, node = _leader(run, random)
    with run.brokers.hands[node]:
        run.brokers.freeze(node)
        time.sleep(random.uniform(3.5, 5))
        run.brokers.thaw(node)


@_fault
def clean_election(run, random):
    """A broker is stopped and started as for an upgrade; then the preferred leaders are elected."""
    _, node = _leader(run, random)
    with run.brokers.hands[node]:
        run.brokers.end(node)
        run.brokers.start(node)
    run.brokers.elect(run.topic)


def _doors(random):
    return random.choice([[random.choice(NODES)], random.sample(NODES, 2), NODES])


@_fault
def network_silent(run, random):
    """Nothing arrives from one, two or all brokers; connections stay open."""
    nodes = _doors(random)
    run.brokers.door("hang", nodes)
    time.sleep(random.uniform(1, 5))
    run.brokers.door("open", nodes)


@_fault
def network_refused(run, random):
    """One, two or all brokers can't be reached."""
    nodes = _doors(random)
    run.brokers.door("shut", nodes)
    time.sleep(random.uniform(0.5, 3))
    run.brokers.door("open", nodes)


@_fault
def connections_cut(run, random):
    """Every connection is cut, three times."""
    for _ in range(3):
        run.brokers.door("cut", NODES)
        time.sleep(random.uniform(0.1, 0.5))


# Processes

@_fault
def web_killed(run, random):
    node = random.choice(run.webs)
    with node.hand:
        node.kill()
        time.sleep(random.uniform(0, 0.5))
        node.start()


@_fault
def streams_killed(run, random):
    """kill -9 of one, two or all streams."""
    nodes = random.sample(run.streams, random.randrange(1, 4))
    with contextlib.ExitStack() as hands:
        for node in sorted(nodes, key=run.nodes.index):
            hands.enter_context(node.hand)
        for node in nodes:
            node.kill()
            time.sleep(random.uniform(0, 0.4))
        for node in nodes:
            node.start()


@_fault
def stopped_and_started(run, random):
    """SIGTERM to a web and a stream process: exit status 0."""
    for node in (random.choice(run.streams), random.choice(run.webs)):
        with node.hand:
            run.wrong += node.stop()
            node.start()


@_fault
def stream_frozen(run, random):
    """A stream stands still until the group has given its partitions to others, and goes on."""
    node = random.choice(run.streams)
    with node.hand:
        node.freeze()
        time.sleep(random.uniform(3.5, 6))
        node.thaw()


@_fault
def web_frozen(run, random):
    node = random.choice(run.webs)
    with node.hand:
        node.freeze()
        time.sleep(random.uniform(0.5, 4))
        node.thaw()


@_fault
def lake_full(run, random):
    """The streams' writes to the lake fail: full, read-only or broken disk. It shows."""
    def failures():
        answers = [node.get("/metrics") for node in run.streams]
        return sum(float(line.split()[-1]) for answer in answers if answer is not None
                   for line in answer.text.splitlines() if line.startswith("planetarium_lake_failures_total"))
    before, taken = failures(), len(run.journal.acks)
    error = random.choice(["ENOSPC", "EROFS", "EIO"])
    for node in run.streams:
        node.shim.tell(error)
    try:
        time.sleep(random.uniform(1, 3))
        # Streams that have just been started have partitions to take on first.
        is_told = run.streams[0].wait(lambda: failures() > before, 30)
        if not is_told and run.is_alone and len(run.journal.acks) > taken:
            run.wrong.append(f"untold: {error} from every write to the lake is in no stream's metrics")
    finally:
        for node in run.streams:
            node.shim.tell()


@_fault
def clock_jumps(run, random):
    """One process's clock is set by hours, days and months, and back; it may be started anew meanwhile."""
    node = random.choice(run.nodes)
    try:
        for hours in (random.choice([-1, 1]) * random.uniform(0.1, 2), random.choice([3, -2]) * 24,
                      random.randrange(30, 300) * 24):
            node.shim.tell(offset=hours * 3600)
            time.sleep(random.uniform(0.3, 1))
            if random.random() < 0.3:
                with node.hand:
                    node.kill()
                    node.start()
    finally:
        node.shim.tell(offset=0)


# The topic and what others write to it

@_fault
def partitions_added(run, random):
    run.brokers.grow(run.topic, len(run.brokers.metadata(run.topic)) + random.randrange(1, 3))
    time.sleep(random.uniform(0.5, 2))


def _records(run, random, count, where):
    """(name, key, value) of records as other producers write them, of the planets that the load writes too."""
    found = []
    for _ in range(count):
        run.foreign_count = getattr(run, "foreign_count", 0) + 1
        name = f"lab-{run.seed}-{where}-{run.foreign_count}"
        planet = random.randrange(400)
        host = f"Lab-{planet}"
        record = {"pl_name": f"{host} {'bcd'[planet % 3]}", "hostname": host, "comment": name, "disc_year": 2001,
                  "discoverymethod": "Imaging", "pl_rade": round(random.uniform(0.3, 20), 3)}
        found.append((name, f"lab{planet}{'bcd'[planet % 3]}", json.dumps(record)))
    return found


@_fault
def misplaced_records(run, random):
    """kcat puts records where its own partitioner would have them, not Planetarium's."""
    records = _records(run, random, random.randrange(5, 40), 90)
    lines = "".join(f"{key}\t{value}\n" for _, key, value in records)
    try:
        subprocess.run(["kcat", "-P", "-q", "-b", run.brokers.direct, "-t", run.topic, "-K", "\t"], input=lines,
                       text=True, check=True, timeout=60, capture_output=True)
    finally:
        # Without an answer they may be there, too.
        run.journal.sent_by_others(records)


def _in_transaction(run, random, where, seconds, commits):
    from confluent_kafka import Producer
    producer = Producer({
        "bootstrap.servers": run.brokers.direct, "partitioner": "murmur2_random", "log_level": 0,
        "transactional.id": f"{run.topic}-{where}", "transaction.timeout.ms": 60_000})
    producer.init_transactions(60)
    producer.begin_transaction()
    records = _records(run, random, random.randrange(3, 20), where)
    run.journal.never.update(name for name, _, _ in records)
    for _, key, value in records:
        producer.produce(run.topic, key=key, value=value)
    producer.flush(60)
    time.sleep(seconds)
    if commits:
        producer.commit_transaction(60)
        run.journal.never.difference_update(name for name, _, _ in records)
        run.journal.sent_by_others(records)
    else:
        producer.abort_transaction(60)


@_fault
def transaction_aborted(run, random):
    _in_transaction(run, random, 91, 0, False)


@_fault
def transaction_stays_open(run, random):
    """Records behind it wait; they come when it ends."""
    _in_transaction(run, random, 92, random.uniform(2, 5), random.random() < 0.5)


@_fault
def trimmed_after_stored(run, random):
    """The log's beginning is removed up to records that the lake holds; a web and a stream process start anew."""
    stored = {}
    for row in run.oracle.rows("discoveries", COLUMNS):
        stored[row["log_partition"]] = max(stored.get(row["log_partition"], 0), row["log_offset"])
    if stored:
        run.brokers.trim(run.topic, {partition: random.randrange(last // 2, last + 2)
                                     for partition, last in stored.items()})
    for node in (random.choice(run.webs), random.choice(run.streams)):
        with node.hand:
            node.kill()
            node.start()


# Operators'

class OperatorsFault:
    """From `begun` to `ended` it destroyed what was acknowledged up to then. `told`: when the product has said so.
    `look`: which places it has named by now, (topic, partition, first offset, last offset); None where it can't know
    them. `may_spare_lake`: what it destroyed may have been in no lake yet, and there is nothing to adopt then."""

    def __init__(self):
        self.begun, self.ended, self.told, self.look = time.monotonic(), None, None, None
        self.may_spare_lake = False

    @property
    def names(self):
        return self.look and self.look()

    def excuses(self, ack):
        """Whether a record of this acknowledgement may be missing."""
        # A request that is sent again is answered from what the web has read of it until it has found out, without a
        # place where the cluster had not given one.
        if self.told is None or ack.sent > (self.told if ack.again else self.ended):
            return False
        names = self.names
        if names is None or ack.place is None:
            return True
        partition, offset = ack.place
        return any(partition == each and first <= offset <= last for _, each, first, last in names)


def wait_told(run, fault, seconds=40, is_in_lake=lambda: True, witnesses=()):
    """Every process refuses, with the reason; then the command that begins the new log. Where nothing of what was
    destroyed `is_in_lake`, which is the log's then, only those can know that have read it: `witnesses`."""
    def tellers():
        return run.webs + run.streams if is_in_lake() else witnesses

    def refuses(node):
        status, text = node.ready()
        return status == 503 and ANOTHER_LOG.search(text)
    end = time.monotonic() + seconds
    while time.monotonic() < end and not all(refuses(node) for node in tellers()):
        time.sleep(0.1)
    silent = [node for node in tellers() if not refuses(node)]
    if silent:
        run.wrong.append(f"untold: the log is another one; a {silent[0].command} process answers {silent[0].ready()}")
        silent[0].lines.append(silent[0].stacks())
    else:
        fault.told = time.monotonic()
    run.adopt(fault)


@_fault
def topic_made_again(run, random):
    """The topic is deleted and made again, under running processes or while none runs, and others may have written to
    it before any of them sees it."""
    fault = run.fault = OperatorsFault()
    run.journal.log_is_one_until(fault.begun)
    stopped = random.random() < 0.5
    if stopped:
        for node in run.nodes:
            node.kill()
    run.brokers.delete(run.topic)
    run.brokers.create(run.topic, run.partitions)
    fault.ended = time.monotonic()
    if random.random() < 0.5:
        from confluent_kafka import Producer
        producer = Producer({"bootstrap.servers": run.brokers.direct, "partitioner": "murmur2_random", "log_level": 0})
        records = _records(run, random, random.choice([10, 3000]), 93)
        for _, key, value in records:
            producer.produce(run.topic, key=key, value=value)
        producer.flush(60)
        run.journal.sent_by_others(records)
    if stopped:
        for node in run.nodes:
            node.start()
    wait_told(run, fault)


def unclean_election(run, random):
    """A follower that is behind becomes the leader: records are cut off, others take their offsets."""
    found = run.brokers.metadata(run.topic)
    partition = random.choice(sorted(found))
    leader = found[partition].leader
    [follower] = [node for node in found[partition].replicas if node != leader]
    # What was trimmed before is no election's doing: the lake has it, and the log has not.
    trimmed = {ack.name for ack in list(run.journal.acks)} - run.brokers.values(run.topic)
    run.brokers.kill(follower)
    run.brokers.until(lambda: run.brokers.metadata(run.topic)[partition].isrs == [leader], 60, "a follower out of sync")
    run.load.wait_for(100)
    fault = run.fault = OperatorsFault()
    fault.may_spare_lake = True
    run.journal.log_is_one_until(fault.begun)
    witnesses = [web for web in run.webs if web.ready()[0] == 200]
    run.brokers.kill(leader)
    run.brokers.start(follower)
    run.brokers.until(lambda: run.brokers.metadata(run.topic)[partition].leader == follower, 60, "an election")
    fault.ended = time.monotonic()
    run.brokers.start(leader)
    there = run.brokers.values(run.topic)
    cut_off = {ack.name for ack in run.journal.acks if ack.sent < fault.begun and ack.name} - there - trimmed
    if cut_off:
        wait_told(run, fault, witnesses=witnesses, is_in_lake=lambda: any(
            row["comment"] in cut_off for row in run.oracle.rows("discoveries", COLUMNS)))


_fault(unclean_election, needs_loose_topic=True)


@_fault
def trimmed_before_stored(run, random):
    """The log's beginning is removed together with records that no stream has stored."""
    for node in run.streams:
        node.kill()
    run.load.wait_for(100)
    fault = run.fault = OperatorsFault()
    run.brokers.trim(run.topic, run.brokers.ends(run.topic))
    fault.ended = time.monotonic()
    for node in run.streams:
        node.start()
    run.wait_ready(40, run.streams)

    def said():
        found = [REMOVED.search(line) for node in run.streams for line in list(node.lines) if "gone" in line]
        return [(each[1], *map(int, each.groups()[1:])) for each in found if each and each[1] == run.topic]
    # Each partition's with the stream that gets it, in the end.
    fault.look = said
    if run.streams[0].wait(said, 10):
        fault.told = time.monotonic()
    else:
        run.wrong.append("untold: records were removed before they were stored, and no stream says so")


ORDINARY = [
    leader_killed, leader_frozen, clean_election, network_silent, network_refused, connections_cut, web_killed,
    streams_killed, stopped_and_started, stream_frozen, web_frozen, lake_full, clock_jumps, partitions_added,
    misplaced_records, transaction_aborted, transaction_stays_open, trimmed_after_stored]
OPERATORS = [topic_made_again, unclean_election, trimmed_before_stored]
