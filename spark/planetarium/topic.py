"""The log's own data, through the JVM's Kafka client (from the source's package): cluster and topic, bounds, the record
at an offset; a group's offsets, to show the lag; and why a lake can't belong to it. Spark's source reads the records of
a batch."""
from py4j.protocol import Py4JJavaError

from .rows import fingerprint

# As in Sources/EventLog/LogMismatch.swift.
ADVICE = ("The topic was deleted and made again (recreated), or the log has lost its last records, or it is another "
          "log. To go on with it, give the job another lake and another checkpoint; the old lake can be read")


class LogError(Exception):
    """Why the job can't go on with this log, in a sentence."""


class Topic:
    """`properties`: the client's."""

    def __init__(self, spark, name: str, properties: dict[str, str]):
        self.jvm, self.name = spark._jvm, name
        self.kafka, self.util = spark._jvm.org.apache.kafka, spark._jvm.java.util
        self.properties = {"request.timeout.ms": "20000", "default.api.timeout.ms": "30000"} | properties
        self.admin = self.told(lambda: self.kafka.clients.admin.AdminClient.create(self.map(self.properties)))
        self.cluster = self.told(lambda: self.admin.describeCluster().clusterId().get())
        self.look()

    def look(self):
        """Asks again for the topic's id, and the first and next offset of each partition."""
        about = self.told(lambda: self.admin.describeTopics([self.name]).allTopicNames().get().get(self.name))
        self.id = about.topicId().toString()
        places = {one.partition(): self._place(one.partition()) for one in about.partitions()}
        for name, kind in (("first", "earliest"), ("end", "latest")):
            spec = getattr(self.kafka.clients.admin.OffsetSpec, kind)()
            asked = self.map({place: spec for place in places.values()})
            found = self.told(lambda: self.admin.listOffsets(asked).all().get())
            setattr(self, name, {partition: found.get(place).offset() for partition, place in places.items()})

    def fingerprint(self, partition: int, offset: int) -> str | None:
        """The fingerprint of the record at this offset, if there is one."""
        for found, _, key, value, _ in self._read(partition, offset, offset + 1):
            return fingerprint(key or b"", value) if found == offset else None
        return None

    def records(self, starts: dict[int, int], ends: dict[int, int]) -> list[tuple]:
        """The records from `starts` on, as rows like those of Spark's source except for the time in microseconds, which
        is limited to the range that the judge accepts."""
        return [(partition, offset, min(max(time, 0), 10**15) * 1000, key, value, headers)
                for partition, end in ends.items()
                for offset, time, key, value, headers in self._read(partition, starts.get(partition, 0), end)]

    def _read(self, partition: int, offset: int, end: int):
        """(offset, milliseconds, key, value, headers) of the records before `end`."""
        reader = "org.apache.kafka.common.serialization.ByteArrayDeserializer"
        consumer = self.told(lambda: self.kafka.clients.consumer.KafkaConsumer(self.map({
            "auto.offset.reset": "earliest"} | self.properties | {
                "key.deserializer": reader, "value.deserializer": reader, "enable.auto.commit": "false"})))
        place, idle = self._place(partition), 0
        try:
            consumer.assign([place])
            consumer.seek(place, offset)
            while self.told(lambda: consumer.position(place)) < end:
                polled = self.told(lambda: consumer.poll(self.jvm.java.time.Duration.ofMillis(4000)))
                idle = idle + 1 if polled.isEmpty() else 0
                if idle > 10:
                    raise LogError(f"topic {self.name}: partition {partition} returns nothing before offset {end}")
                for record in polled.records(place):
                    if record.offset() < end:
                        key, value = record.key(), record.value()
                        yield (record.offset(), record.timestamp(), key and bytes(key), value and bytes(value),
                               [(one.key(), one.value() and bytes(one.value())) for one in record.headers().toArray()])
        finally:
            consumer.close()

    def commit(self, group: str, offsets: dict[int, int], text: str = ""):
        """`text`: kept beside the offsets."""
        kept = self.map({self._place(partition): self.kafka.clients.consumer.OffsetAndMetadata(offset, text)
                         for partition, offset in offsets.items()})
        self.told(lambda: self.admin.alterConsumerGroupOffsets(group, kept).all().get())

    def committed(self, group: str) -> dict[int, tuple[int, str]]:
        """The group's offsets in this topic, with the text beside each."""
        found = self.told(lambda: self.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
        return {place.partition(): (kept.offset(), kept.metadata()) for place, kept in found.items()
                if place.topic() == self.name and kept}

    def objection(self, state: dict, lake: str, may_lose: bool) -> str | None:
        """Why the lake's state can't belong to this log; None if it can."""
        known, name = state["log"], self.name
        if not known:
            return None
        if known["topic"] != name:
            return f"the lake {lake} is of the topic {known['topic']}, not of {name}: use another folder for the lake"
        offsets = sorted((int(partition), offset) for partition, offset in state["offsets"].items())
        for partition, offset in offsets:
            if offset > (end := self.end.get(partition, 0)):
                return (f"the lake is ahead of the log: it holds {name}/{partition} up to offset {offset - 1}, the log "
                        f"ends before {end}. {ADVICE}")
        if known["cluster"] != self.cluster:
            return (f"the lake {lake} was made from the log {known['cluster']}, this log is {self.cluster}; offsets of "
                    f"one mean nothing in the other. {ADVICE}")
        if known["id"] != self.id:
            return f"{name} is another topic than the one that the lake {lake} was made from. {ADVICE}"
        for partition, (offset, _, hash) in state["last"].items():
            if offset >= self.first.get(int(partition), 0):
                if self.fingerprint(int(partition), offset) not in (None, hash):
                    return (f"{name}/{partition} has another record at offset {offset} than the one that was read. "
                            f"{ADVICE}")
        for partition, end in sorted((int(partition), end) for partition, end in state["ends"].items()):
            if end < (first := self.first.get(partition, 0)) and not may_lose:
                return (f"{name}/{partition} begins at offset {first}: the records from {end} on are gone from the log "
                        "before they were read (retention). --source failOnDataLoss=false goes on without them")
        return None

    def _place(self, partition):
        return self.kafka.common.TopicPartition(self.name, partition)

    def map(self, values):
        made = self.util.HashMap()
        for name, value in values.items():
            made.put(name, value)
        return made

    def told(self, call):
        """Raises Kafka's own sentence with the topic's name, without a trace."""
        try:
            return call()
        except Py4JJavaError as error:
            cause = error.java_exception
            while cause.getCause() is not None:
                cause = cause.getCause()
            raise LogError(f"topic {self.name}: {cause.getMessage() or cause.getClass().getSimpleName()}") from None
