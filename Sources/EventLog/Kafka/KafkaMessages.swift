// Turns librdkafka's messages into records of a batch. Equal neighbouring headers become objects once.

import Basics
import CRdKafka
import Glibc

struct KafkaMessages: Sendable {
    /// Names, sizes and bytes of the last record's headers, and their index in the batch.
    private var last: [UInt8] = []
    private var lastSet: Int?
    private var scratch: [UInt8] = []

    /// Starts a new batch.
    mutating func begin() { lastSet = nil }

    /// The bytes that the record counts against `maxBytes`.
    static func size(_ message: UnsafePointer<rd_kafka_message_t>) -> Int {
        message.pointee.key_len + message.pointee.len
    }

    mutating func add(_ message: UnsafePointer<rd_kafka_message_t>, topic: UInt8, to batch: inout RecordBatch) {
        let about = message.pointee
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let milliseconds = rd_kafka_message_timestamp(message, &kind)
        batch.append(
            key: UnsafeRawBufferPointer(start: about.key, count: about.key == nil ? 0 : about.key_len),
            value: about.payload.map { UnsafeRawBufferPointer(start: $0, count: about.len) },
            headers: headers(of: message, in: &batch), topic: topic, partition: about.partition, offset: about.offset,
            timestamp: RecordTime.micros(milliseconds: milliseconds))
    }

    private mutating func headers(of message: UnsafePointer<rd_kafka_message_t>, in batch: inout RecordBatch) -> Int {
        scratch.removeAll(keepingCapacity: true)
        var list: OpaquePointer?
        if rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list {
            KafkaMessages.forEach(list) { name, value in
                append(name)
                append(value)
            }
        }
        if let lastSet, scratch == last { return lastSet }
        var headers: [RecordHeader] = []
        if let list {
            KafkaMessages.forEach(list) { name, value in
                headers.append(RecordHeader(String(decoding: name, as: UTF8.self), Array(value)))
            }
        }
        let set = batch.addHeaders(headers)
        swap(&last, &scratch)
        lastSet = set
        return set
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: bytes.count) { scratch.append(contentsOf: $0) }
        scratch.append(contentsOf: bytes)
    }

    private static func forEach(
        _ list: OpaquePointer, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) {
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let given = name
        {
            index += 1
            // A null value becomes an empty one.
            body(
                UnsafeRawBufferPointer(start: given, count: strlen(given)),
                UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size))
        }
    }
}
