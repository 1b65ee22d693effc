"""Two web and two stream processes around a Kafka-protocol broker (Tests/Support/kafka-broker: noida-db; no Apache
Kafka), under load."""
import threading
import time

from cluster import Cluster
from load import Load
from oracle import Oracle

PATIENCE = "--kafka-property", "message.timeout.ms=3000"


class Clustered:
    def __init__(self, folder, seed):
        self.cluster = Cluster(folder)
        self.lake = folder / "lake"
        self.oracle = Oracle(self.lake)
        self.webs = [self.cluster.web(*PATIENCE, ready=False) for _ in range(2)]
        self.streams = [self.stream(), self.stream()]
        for web in self.webs:
            web.wait_ready(60)
        self.load = Load(seed, lambda: [web.url for web in self.webs])

    def stream(self):
        return self.cluster.stream("--kafka-property", "session.timeout.ms=6000")

    def settle(self, thorough=False):
        self.load.hold()
        for web in self.webs:
            web.wait_ready(90)
        wrong = []
        for web in self.webs:
            wrong += self.oracle.settled(self.load.journal, web.board, 90)
        if thorough:
            for stream in self.streams:
                stream.stop()
            wrong += self.oracle.verify()
            board = self.webs[0].board()
            if (fresh := self.oracle.fresh_digest(
                    self.cluster.folder / f"fresh-{time.monotonic_ns()}")) != board["digest"]:
                wrong.append(f"digest is {board['digest']}, a fresh server's {fresh}")
            self.streams = [self.stream(), self.stream()]
        self.load.go_on()
        return wrong

    def processes(self):
        return self.webs + self.streams

    def end(self):
        try:
            self.load.end()
        finally:
            self.cluster.close()


def kill(lab, random):
    """kill -9 of a web or a stream process; another takes its place."""
    time.sleep(random.uniform(0, 1))
    if random.random() < 0.5:
        index = random.randrange(2)
        old = lab.webs[index]
        old.kill()
        time.sleep(random.uniform(0, 0.3))
        lab.webs[index] = lab.cluster.web(*PATIENCE, ready=False)
    else:
        index = random.randrange(2)
        lab.streams[index].kill()
        time.sleep(random.uniform(0, 0.3))
        lab.streams[index] = lab.stream()


def broker_killed(lab, random):
    """kill -9 of the broker and a new start. The clients hold still before it (cluster.py, Broker.kill, says why) and
    go on while it is away."""
    lab.load.hold()
    lab.cluster.broker.kill()
    lab.load.go_on()
    time.sleep(random.uniform(1, 4))
    lab.cluster.broker.start_again()


def connections_cut(lab, random):
    """Every connection to the broker is cut, three times."""
    for _ in range(3):
        time.sleep(random.uniform(0.1, 0.5))
        lab.cluster.broker.tell("cut")


def broker_hangs(lab, random):
    """The broker answers nothing for a while; connections stay open."""
    lab.cluster.broker.tell("hang")
    time.sleep(random.uniform(1, 5))
    lab.cluster.broker.tell("resume")


def unreachable_at_start(lab, random):
    """A web and a stream process start while the broker can't be reached."""
    lab.cluster.broker.tell("hang")
    lab.webs[0].kill()
    lab.streams[0].kill()
    resumed = threading.Timer(random.uniform(2, 8), lab.cluster.broker.tell, ["resume"])
    resumed.start()
    # Both wait for the log before they say where they listen.
    lab.streams[0] = lab.stream()
    lab.webs[0] = lab.cluster.web(*PATIENCE, ready=False)
    resumed.join()


def sigterm(lab, random):
    """SIGTERM to a web and a stream process: exit status 0, and others take over."""
    index = random.randrange(2)
    lab.streams[index].stop()
    lab.webs[index].stop()
    lab.streams[index] = lab.stream()
    lab.webs[index] = lab.cluster.web(*PATIENCE, ready=False)


FAULTS = [sigterm, broker_killed, connections_cut, broker_hangs, unreachable_at_start]
