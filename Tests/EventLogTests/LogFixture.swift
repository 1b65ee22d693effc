// What the log tests share: backends to run on, scratch folders, awaiting acks, reading everything.

import Foundation
import Testing
import Threads

@testable import EventLog

/// A backend the contract suite runs on. To add one: a case here.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite
    /// The cluster's backend, on a broker that speaks Kafka's protocol and is no Apache Kafka
    /// (Tests/Support/kafka-broker).
    case kafka
    var testDescription: String { self == .kafka ? "kafka protocol" : rawValue }

    static let embedded: [Backend] = [.memory, .sqlite]
    /// Those that can run on this machine.
    static let available = TestBroker.isInstalled ? allCases : embedded
    /// How long a poll waits for records that are in the log already: they come over the network or at once.
    var patience: UInt64 { self == .kafka ? 5 * second : 0 }
}

/// An empty folder that goes away with this object.
final class Scratch {
    let path: String
    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> String { path + "/" + name }
}

/// Fresh logs, closed and removed with this object: the property of a suite, so that it lives as long as the test.
final class Fixtures {
    let scratch = Scratch()
    private var logs: [any EventLog] = []
    private var runningBroker: TestBroker?

    func open(_ backend: Backend, _ change: (inout LogOptions) -> Void = { _ in }) throws -> any EventLog {
        switch backend {
        case .memory: try open(at: .memory, change)
        case .sqlite: try open(at: .sqlite(path: scratch.file("deep/er/\(logs.count).db")), change)
        case .kafka: try open(at: .kafka(bootstrapServers: broker().address), change)
        }
    }

    /// One broker a test, with nothing in it.
    func broker() throws -> TestBroker {
        if let runningBroker { return runningBroker }
        let broker = try TestBroker()
        runningBroker = broker
        return broker
    }

    func open(at address: LogAddress, _ change: (inout LogOptions) -> Void = { _ in }) throws -> any EventLog {
        var options = LogOptions()
        change(&options)
        let log = try openLog(address, options)
        logs.append(log)
        return log
    }

    deinit { for log in logs { log.close() } }
}

let second: UInt64 = 1_000_000_000

/// Counts down to an ack from another thread.
final class AckBox: Sendable {
    private let acks = Guarded<[Ack]>([])
    func put(_ ack: Ack) {
        acks.withLock { $0.append(ack) }
        acks.wakeAll()
    }
    func wait(_ count: Int = 1) throws -> [Ack] {
        let found: [Ack]? = acks.wait(timeout: 30 * second) { $0.count >= count ? $0 : nil }
        return try #require(found, "an ack did not come within 30 s")
    }
}

func batch(_ records: [(key: String, value: String?)], _ headers: [RecordHeader] = []) -> RecordBatch {
    var batch = RecordBatch()
    let set = batch.addHeaders(headers)
    for (key, value) in records {
        batch.append(key: Array(key.utf8), value: value.map { Array($0.utf8) }, headers: set)
    }
    return batch
}

extension EventLog {
    /// Appends and waits for the positions.
    @discardableResult
    func put(_ batch: RecordBatch, _ topic: String) throws -> [LogPosition] {
        let box = AckBox()
        try writer().append(batch, topic: topic, ticket: 7) { box.put($0) }
        let ack = try box.wait()[0]
        #expect(ack.ticket == 7)
        return try ack.result.get()
    }

    @discardableResult
    func put(_ key: String, _ value: String?, _ topic: String) throws -> LogPosition {
        try put(batch([(key, value)]), topic)[0]
    }

    /// Everything in the topics now, poll by poll.
    func readAll(_ topics: [String], maxRecords: Int = 1000) throws -> [Stored] {
        let reader = try reader(topics: topics, from: .earliest, group: nil)
        defer { reader.close() }
        return try reader.drain(maxRecords: maxRecords)
    }
}

/// One record as read, for comparisons.
struct Stored: Equatable {
    var topic: Int
    var partition: Int32
    var offset: Int64
    var timestamp: Int64
    var key: String
    var value: String?
    var headers: [RecordHeader]
}

extension RecordBatch {
    var stored: [Stored] {
        entries.indices.map { i in
            Stored(
                topic: Int(entries[i].topic), partition: entries[i].partition, offset: entries[i].offset,
                timestamp: entries[i].timestamp, key: keyText(i),
                value: value(i).map { String(decoding: $0, as: UTF8.self) }, headers: headers(i))
        }
    }
}

extension LogReader {
    /// Everything there is now. A cluster's records come in pieces: the end is where its partitions end, or after a
    /// while of nothing.
    func drain(maxRecords: Int = 1000) throws -> [Stored] {
        var all: [Stored] = []
        let kafka = self as? KafkaReader
        let begun = Clock.monotonic
        while true {
            let batch = try poll(
                maxRecords: maxRecords, maxBytes: 1 << 20, timeout: kafka == nil ? 0 : 2 * second)
            #expect(batch.count <= maxRecords)
            // A group's member has to be given its partitions first.
            if let kafka, kafka.assigned.isEmpty, Clock.monotonic < begun + 30 * second { continue }
            if batch.isEmpty { return all }
            all += batch.stored
            if let kafka, try kafka.hasSeenTheEnd(all) { return all }
        }
    }
}

extension KafkaReader {
    fileprivate func hasSeenTheEnd(_ records: [Stored]) throws -> Bool {
        for (index, topic) in topics.enumerated() {
            for bounds in try lookup.bounds(of: topic) where bounds.next > bounds.first {
                let last = records.last { $0.topic == index && $0.partition == bounds.partition }
                guard last?.offset == bounds.next - 1 else { return false }
            }
        }
        return true
    }
}

/// The log error a body throws, or nil.
func logError(_ body: () throws -> Void) -> LogError? {
    do {
        try body()
        return nil
    } catch {
        return error as? LogError
    }
}
