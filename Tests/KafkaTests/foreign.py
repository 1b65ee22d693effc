"""What others do to the log: programs that write to its topics, and operators who make, remove, grow and trim them."""
import json
import re
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic

TOPIC = "planet-discoveries"
HEADERS = [("content-type", b"application/json"), ("schema-version", b"1"), ("source", b"test")]


def key(name):
    return re.sub(r"[^a-z0-9]", "", name.lower()).encode()


class Foreign:
    def __init__(self, address):
        self.address = address
        self.admin = AdminClient({"bootstrap.servers": address, "log_level": 2})

    # Topics

    @staticmethod
    def _wait(futures):
        for future in futures.values():
            future.result(30)

    def create(self, topic=TOPIC, partitions=1, replication=1, **config):
        """Makes the topic, again and again while one of that name is still being removed, until it answers."""
        def made():
            try:
                self._wait(self.admin.create_topics([NewTopic(topic, partitions, replication, config=config)]))
                return True
            except KafkaException:
                return False
        self.until(made, 30)
        self.until(lambda: self.bounds(topic), 30)

    def delete(self, topic=TOPIC):
        self._wait(self.admin.delete_topics([topic]))
        self.until(lambda: topic not in self.topics(), 30)

    def forget(self, group):
        self._wait(self.admin.delete_consumer_groups([group]))

    def grow(self, partitions, topic=TOPIC):
        self._wait(self.admin.create_partitions([NewPartitions(topic, partitions)]))
        self.until(lambda: len(self.topics()[topic].partitions) == partitions, 30)

    def trim(self, before, topic=TOPIC, partition=0):
        """Removes the records below an offset, as retention does."""
        self._wait(self.admin.delete_records([TopicPartition(topic, partition, before)]))

    def topics(self):
        return self.admin.list_topics(timeout=10).topics

    def partition(self, topic=TOPIC, partition=0):
        """Leader and replicas, as the cluster tells them."""
        return self.topics()[topic].partitions[partition]

    def bounds(self, topic=TOPIC):
        """(first, next) of each partition; nothing while one does not answer."""
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": "tests-bounds", "log_level": 0})
        try:
            return [
                consumer.get_watermark_offsets(TopicPartition(topic, partition), 5)
                for partition in range(len(self.topics()[topic].partitions))]
        except (KafkaException, KeyError):
            return None
        finally:
            consumer.close()

    # Records

    def read(self, topic=TOPIC, partition=0):
        """Every record of a partition, as it lies there now."""
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": "tests-read", "log_level": 0})
        try:
            place = TopicPartition(topic, partition, 0)
            end = consumer.get_watermark_offsets(place, 10)[1]
            consumer.assign([place])
            found = []
            while not found or found[-1].offset() < end - 1:
                message = consumer.poll(10)
                assert message is not None and not message.error(), message
                found.append(message)
            return found
        finally:
            consumer.close()

    def producer(self, **config):
        """A producer that gives partitions as Planetarium's does."""
        names = {name.replace("_", "."): value for name, value in config.items()}
        return Producer({"bootstrap.servers": self.address, "partitioner": "murmur2_random", "log_level": 2} | names)

    def transaction(self, name, timeout=60):
        producer = self.producer(transactional_id=name, transaction_timeout_ms=timeout * 1000)
        producer.init_transactions(30)
        producer.begin_transaction()
        return producer

    def put(self, names, partition=-1, producer=None, **columns):
        """A record for each planet."""
        sender = producer or self.producer()
        for name in names:
            value = json.dumps({"pl_name": name, "pl_rade": 1.5} | columns).encode()
            sender.produce(TOPIC, key=key(name), value=value, headers=HEADERS, partition=partition)
        assert sender.flush(30) == 0

    @staticmethod
    def until(true, seconds, what="condition"):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := true():
                return value
            time.sleep(0.1)
        raise AssertionError(f"{what} did not come within {seconds} s")
