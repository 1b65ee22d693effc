"""Records with a time of one's own, as any Kafka producer may send them: librdkafka called directly, because kcat gives
none."""
import ctypes
import ctypes.util

# rd_kafka_vtype_t of rdkafka.h.
TOPIC, PARTITION, VALUE, KEY, MESSAGE_FLAGS, TIMESTAMP = 1, 3, 4, 5, 7, 8
COPY = 2


class Memory(ctypes.Structure):
    _fields_ = [("start", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class Of(ctypes.Union):
    _fields_ = [("text", ctypes.c_char_p), ("int", ctypes.c_int), ("int32", ctypes.c_int32), ("int64", ctypes.c_int64),
                ("memory", Memory), ("room", ctypes.c_char * 64)]


class Argument(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int), ("of", Of)]


def produce(address, topic, partition, records):
    """`records`: (milliseconds since 1970, key, value), bytes; returns when the broker has them."""
    library = ctypes.CDLL(ctypes.util.find_library("rdkafka"))
    for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_produceva"):
        getattr(library, name).restype = ctypes.c_void_p
    reason = ctypes.create_string_buffer(512)
    settings = ctypes.c_void_p(library.rd_kafka_conf_new())
    assert library.rd_kafka_conf_set(settings, b"bootstrap.servers", address.encode(), reason,
                                     ctypes.c_size_t(512)) == 0, reason.value
    client = ctypes.c_void_p(library.rd_kafka_new(0, settings, reason, ctypes.c_size_t(512)))
    assert client, reason.value
    for time, key, value in records:
        given = (Argument * 6)(
            Argument(TOPIC, Of(text=topic.encode())), Argument(PARTITION, Of(int32=partition)),
            Argument(MESSAGE_FLAGS, Of(int=COPY)), Argument(KEY, Of(memory=Memory(key, len(key)))),
            Argument(VALUE, Of(memory=Memory(value, len(value)))),
            Argument(TIMESTAMP, Of(int64=time)))
        assert not library.rd_kafka_produceva(client, given, ctypes.c_size_t(6))
    assert library.rd_kafka_flush(client, 20_000) == 0
    library.rd_kafka_destroy(client)
