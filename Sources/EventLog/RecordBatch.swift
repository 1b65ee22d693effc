// Records in one block of memory: what is appended to a log and what is read from it. Not a list of objects: ten
// thousand records cost a handful of allocations.

import Basics

/// One record's header, as in Kafka.
package struct RecordHeader: Sendable, Equatable {
    package var name: String
    package var value: [UInt8]
    package init(_ name: String, _ value: [UInt8]) {
        self.name = name
        self.value = value
    }
    package init(_ name: String, _ value: String) { self.init(name, Array(value.utf8)) }
}

// Public, for `append`: of a `package` type's function the compiler keeps no body for other modules, whatever
// `@inlinable` says.
public struct RecordBatch: Sendable {
    /// Where one record's parts lie in `bytes`, and where the record lies in the log.
    public struct Entry: Sendable {
        /// Index into the topics the reader was opened on (0 in a batch to be appended).
        package var topic: UInt8 = 0
        package var partition: Int32 = 0
        /// -1 until the log has assigned one.
        package var offset: Int64 = -1
        /// Microseconds since 1970-01-01 UTC; 0 until the log has assigned one. Never falls within one partition of an
        /// embedded log.
        package var timestamp: Int64 = 0
        /// Empty means no key.
        package var key: Range<Int>
        /// Nil: a tombstone (a null value).
        package var value: Range<Int>?
        /// Index into `headerSets`.
        package var headers: Int

        @usableFromInline init(
            topic: UInt8, partition: Int32, offset: Int64, timestamp: Int64, key: Range<Int>, value: Range<Int>?,
            headers: Int
        ) {
            self.topic = topic
            self.partition = partition
            self.offset = offset
            self.timestamp = timestamp
            self.key = key
            self.value = value
            self.headers = headers
        }

        package var position: LogPosition {
            LogPosition(partition: partition, offset: offset, timestamp: timestamp)
        }
    }

    @usableFromInline package internal(set) var bytes: [UInt8] = []
    @usableFromInline package var entries: [Entry] = []
    /// Header lists shared by many records (those of one request); entries point here.
    package private(set) var headerSets: [[RecordHeader]] = []

    package init() {}

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// Adds a header list and returns its index for the records that carry it.
    package mutating func addHeaders(_ headers: [RecordHeader]) -> Int {
        if let last = headerSets.last, last == headers { return headerSets.count - 1 }
        headerSets.append(headers)
        return headerSets.count - 1
    }

    /// Adds a record. `value` nil is a tombstone. `headers` is an index from `addHeaders`.
    @inlinable  // so that it is compiled for the caller's kind of bytes, and copies them in one go
    public mutating func append(
        key: some Collection<UInt8>, value: (some Collection<UInt8>)?, headers: Int,
        topic: UInt8 = 0, partition: Int32 = 0, offset: Int64 = -1, timestamp: Int64 = 0
    ) {
        let keyStart = bytes.count
        bytes.append(contentsOf: key)
        let valueStart = bytes.count
        if let value { bytes.append(contentsOf: value) }
        entries.append(
            Entry(
                topic: topic, partition: partition, offset: offset, timestamp: timestamp,
                key: keyStart..<valueStart, value: value == nil ? nil : valueStart..<bytes.count, headers: headers))
    }

    package func key(_ index: Int) -> ArraySlice<UInt8> { bytes[entries[index].key] }
    package func value(_ index: Int) -> ArraySlice<UInt8>? { entries[index].value.map { bytes[$0] } }
    package func keyText(_ index: Int) -> String { String(decoding: key(index), as: UTF8.self) }
    package func headers(_ index: Int) -> [RecordHeader] { headerSets[entries[index].headers] }
    package func header(_ index: Int, _ name: String) -> [UInt8]? { headers(index).first { $0.name == name }?.value }

    /// The last record of each partition. `topics`: those the reader was opened on.
    package func lastIndices(of topics: [String]) -> [TopicPartition: Int] {
        var last: [TopicPartition: Int] = [:]
        for (index, entry) in entries.enumerated() {
            // Most neighbours are of one partition.
            if index + 1 < count, entries[index + 1].partition == entry.partition,
                entries[index + 1].topic == entry.topic
            {
                continue
            }
            last[TopicPartition(topics[Int(entry.topic)], entry.partition)] = index
        }
        return last
    }

    /// Gives each record another offset.
    package mutating func renumber(_ offset: (Entry) -> Int64) {
        for index in entries.indices { entries[index].offset = offset(entries[index]) }
    }

    /// Bytes of key, value and headers.
    package func wholeSize(_ index: Int) -> Int {
        let entry = entries[index]
        return headerSets[entry.headers].reduce(entry.key.count + (entry.value?.count ?? 0)) {
            $0 + $1.name.utf8.count + $1.value.count
        }
    }

    /// Drops all records and keeps the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        headerSets.removeAll(keepingCapacity: true)
    }
}
