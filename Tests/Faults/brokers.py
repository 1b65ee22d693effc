"""Three brokers of Apache Kafka for the lab, behind doors (Tests/Support/kafka), and what operators do to them and to a
topic."""
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

SUPPORT = Path(__file__).resolve().parents[1] / "Support"
sys.path[:0] = [str(SUPPORT), str(SUPPORT / "kafka")]
from kafka import Cluster  # noqa: E402
from ports import free_ports  # noqa: E402

# A broker, and a member of a group, are taken for dead after 3 s.
SETTINGS = ["broker.session.timeout.ms=3000", "broker.heartbeat.interval.ms=500", "replica.lag.time.max.ms=3000",
            "group.min.session.timeout.ms=2000", "min.insync.replicas=2", "delete.topic.enable=true"]
NODES = 1, 2, 3


class Brokers:
    def __init__(self, folder):
        ports = free_ports(3)
        self.kafka = Cluster(Path(folder) / "kafka", 3, SETTINGS, doors=ports)
        pairs = [f"{port}:{broker}" for port, broker in zip(ports, self.kafka.ports["DOORS"])]
        self.doors = subprocess.Popen([sys.executable, SUPPORT / "kafka" / "doors.py", *pairs], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
        assert self.doors.stdout.readline() == "done\n"
        self.at_doors = threading.Lock()
        # Of two faults at once only one kills, ends or freezes a broker, until it runs again.
        self.hands = {node: threading.Lock() for node in NODES}
        # Where the product finds them; the lab goes past the doors.
        self.address = ",".join(f"127.0.0.1:{port}" for port in ports)
        self.direct = self.kafka.address
        try:
            self.kafka.start()
        except BaseException:
            self.stop()
            raise
        from confluent_kafka.admin import AdminClient
        self.admin = AdminClient({"bootstrap.servers": self.direct, "log_level": 0})

    def door(self, what, nodes):
        # Faults that happen together ask from threads of their own.
        with self.at_doors:
            for node in nodes:
                self.doors.stdin.write(f"{what} {node}\n")
                self.doors.stdin.flush()
                assert self.doors.stdout.readline() == "done\n"

    def kill(self, node):
        self.kafka.kill(node)

    def end(self, node):
        """By SIGTERM: it gives its partitions away first."""
        self.kafka.kill(node, signal.SIGTERM)

    def start(self, node):
        self.kafka.start_again(node)

    def freeze(self, node):
        self.kafka.kill(node, signal.SIGSTOP)

    def thaw(self, node):
        self.kafka.kill(node, signal.SIGCONT)

    def mend(self):
        """All of them running, behind open doors."""
        self.door("open", NODES)
        for node in NODES:
            process = self.kafka.processes[node]
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
            else:
                self.start(node)

    def stop(self):
        self.kafka.stop()
        self.doors.stdin.close()
        self.doors.wait(10)

    # Topics

    @staticmethod
    def _done(futures):
        for future in futures.values():
            future.result(30)

    def metadata(self, topic):
        """The topic's partitions, number -> metadata; empty where there is none."""
        found = self.admin.list_topics(timeout=15).topics.get(topic)
        return found.partitions if found and not found.error else {}

    def create(self, topic, partitions, replication=3, **config):
        """Again and again while one of that name is still being removed; returns when each partition has a leader."""
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import NewTopic

        def made():
            try:
                self._done(self.admin.create_topics([NewTopic(topic, partitions, replication, config=config)]))
                return True
            except KafkaException as error:
                assert error.args[0].name() in ("TOPIC_ALREADY_EXISTS", "_TIMED_OUT"), error
        self.until(made, 30, f"{topic} made")
        self.until(lambda: len(found := self.metadata(topic)) == partitions
                   and all(each.leader > 0 for each in found.values()), 30, f"leaders of {topic}")

    def delete(self, *topics):
        self._done(self.admin.delete_topics(list(topics)))
        self.until(lambda: not self.metadata(topics[0]), 30, f"{topics[0]} deleted")

    def grow(self, topic, partitions):
        from confluent_kafka.admin import NewPartitions
        self._done(self.admin.create_partitions([NewPartitions(topic, partitions)]))
        self.until(lambda: len(self.metadata(topic)) == partitions, 30, f"{topic} grown")

    def trim(self, topic, places):
        """Removes the records of each partition below an offset, as retention does."""
        from confluent_kafka import TopicPartition
        from confluent_kafka.admin import AdminClient

        def trimmed():
            # A client of its own: one that knows an earlier leader goes on asking that.
            admin = AdminClient({"bootstrap.servers": self.direct, "log_level": 0})
            self._done(admin.delete_records(
                [TopicPartition(topic, *place) for place in places.items()], request_timeout=10))
            return True
        self.until(trimmed, 90, f"{topic} trimmed")

    def ends(self, topic):
        """The next offset of each partition."""
        from confluent_kafka import TopicPartition
        from confluent_kafka.admin import OffsetSpec

        def asked():
            places = {TopicPartition(topic, partition): OffsetSpec.latest() for partition in self.metadata(topic)}
            found = self.admin.list_offsets(places).items()
            return {place.partition: future.result(30).offset for place, future in found}
        return self.until(asked, 30, f"ends of {topic}")

    def values(self, topic):
        """The column `comment` of all records of the topic."""
        from confluent_kafka import Consumer, TopicPartition
        ends = self.ends(topic)
        consumer = Consumer({
            "bootstrap.servers": self.direct, "group.id": f"{topic}-lab", "enable.auto.commit": False, "log_level": 0,
            "auto.offset.reset": "earliest", "enable.partition.eof": True})
        found, missing = set(), {partition for partition, end in ends.items() if end > 0}
        try:
            consumer.assign([TopicPartition(topic, partition, 0) for partition in missing])
            end = time.monotonic() + 60
            while missing and time.monotonic() < end:
                messages = consumer.consume(1000, 1)
                if messages:  # a long topic takes its time
                    end = time.monotonic() + 60
                for message in messages:
                    if message.error():
                        missing.discard(message.partition())
                    elif value := message.value():
                        found.add(json.loads(value).get("comment"))
            assert not missing, f"{topic} was not read to its end"
            return found
        finally:
            consumer.close()

    def elect(self, topic):
        """Each partition's preferred leader again."""
        from confluent_kafka import ElectionType, TopicPartition
        places = [TopicPartition(topic, partition) for partition in self.metadata(topic)]
        self.until(lambda: self.admin.elect_leaders(ElectionType.PREFERRED, places).result(30) is not None, 30,
                   f"leaders of {topic}")

    def until(self, true, seconds, what):
        from confluent_kafka import KafkaException
        end, last = time.monotonic() + seconds, None
        while time.monotonic() < end:
            try:
                if value := true():
                    return value
            except KafkaException as error:
                last = error
            time.sleep(0.1)
        raise AssertionError(f"{what}: not within {seconds} s; {last}")
