// A log in memory whose readers of a group share the partitions as a test says: what a Kafka group does, by hand.

import Basics
import EventLog
import TestSupport
import Testing
import Threads

@testable import PlanetStream

final class SharingLog: EventLog {
    let log: any EventLog
    private let members = Guarded<[MemberReader]>([])
    /// What was read lies there no longer: the topics were made again, and have grown as long as they were.
    let isMadeAgain = Guarded(false)
    /// Records come, but nobody says where a topic ends: its leaders are just changing.
    let isMute = Guarded(false)
    let unanswered = Guarded(0)

    init(_ log: any EventLog) { self.log = log }

    func identity(of topic: String) throws(LogError) -> String { try log.identity(of: topic) }
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) { try log.ensureTopic(name, options) }
    func writer() throws(LogError) -> any LogWriter { try log.writer() }
    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        let reader = try log.reader(topics: topics, from: from, group: nil)
        guard group != nil else { return reader }
        let member = MemberReader(reader)
        members.withLock { $0.append(member) }
        return member
    }
    func bounds(of topic: String) throws(LogError) -> [PartitionBounds] {
        if isMute.withLock({ $0 }) {
            unanswered.withLock { $0 += 1 }
            throw .unavailable("not leader for partition")
        }
        return try log.bounds(of: topic)
    }
    func notes(of topic: String, group: String) throws(LogError) -> [Int32: GroupNote] {
        try log.notes(of: topic, group: group)
    }
    func keep(_ notes: [Int32: GroupNote], of topic: String, group: String) throws(LogError) {
        try log.keep(notes, of: topic, group: group)
    }
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        var batch = try log.fetch(topic: topic, partition: partition, offsets: offsets)
        if isMadeAgain.withLock({ $0 }) { for index in batch.entries.indices { batch.entries[index].timestamp += 1 } }
        return batch
    }
    func close() { log.close() }

    /// The newest member.
    var last: MemberReader? { members.withLock { $0.last } }

    /// Members that haven't left.
    var present: [MemberReader] { members.withLock { $0.filter { !$0.hasLeft } } }

    /// Gives each of `members` its partitions, as an eager group does: all give up all of theirs first.
    func share(_ partitions: [(MemberReader, [TopicPartition])]) {
        for member in present { member.revokeAll() }
        for (member, own) in partitions { member.assign(own) }
    }
}

final class MemberReader: LogReader, Sendable {
    private struct State: Sendable {
        var changes: [PartitionChange] = []
        var own: Set<TopicPartition> = []
        var awaitsAcknowledgement = false
        var hasLeft = false
        var committed: [TopicPartition: Int64] = [:]
    }
    // Used by the engine's thread alone, but for `interrupt`.
    nonisolated(unsafe) private let reader: any LogReader
    private let state = Guarded(State())
    let topics: [String]
    let interrupt: @Sendable () -> Void

    init(_ reader: any LogReader) {
        self.reader = reader
        _ = reader.takeChanges()
        topics = reader.topics
        interrupt = reader.interrupt
    }

    // MARK: The test's side

    func assign(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.own.formUnion(partitions)
            state.changes.append(.assigned(partitions))
        }
        interrupt()
    }

    /// Waits until the member has given up all it has.
    func revokeAll() {
        state.withLock { state in
            guard !state.own.isEmpty else { return }
            state.changes.append(.revoked(Array(state.own)))
            state.own = []
            state.awaitsAcknowledgement = true
        }
        interrupt()
        let isDone: Bool? = state.wait(timeout: longWait) { !$0.awaitsAcknowledgement || $0.hasLeft ? true : nil }
        #expect(isDone == true)
    }

    func lose(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.own.subtract(partitions)
            state.changes.append(.lost(partitions))
        }
        interrupt()
    }

    var hasLeft: Bool { state.withLock { $0.hasLeft } }
    func committed(_ partition: TopicPartition) -> Int64? { state.withLock { $0.committed[partition] } }

    // MARK: The engine's side

    func takeChanges() -> [PartitionChange] {
        state.withLock { state in
            let all = state.changes
            state.changes = []
            return all
        }
    }

    func acknowledgeRevocation() {
        state.withLock { $0.awaitsAcknowledgement = false }
        state.wakeAll()
    }

    func poll(maxRecords: Int, maxBytes: Int, timeout: UInt64) throws(LogError) -> RecordBatch {
        let isHeld = state.withLock { !$0.changes.isEmpty || $0.awaitsAcknowledgement }
        if isHeld { return RecordBatch() }
        let batch = try reader.poll(maxRecords: maxRecords, maxBytes: maxBytes, timeout: timeout)
        return state.withLock { state in
            if !state.changes.isEmpty { return RecordBatch() }
            var own = RecordBatch()
            for index in batch.entries.indices {
                let entry = batch.entries[index]
                guard state.own.contains(TopicPartition(topics[Int(entry.topic)], entry.partition)) else {
                    continue
                }
                own.append(
                    key: batch.key(index), value: batch.value(index), headers: own.addHeaders(batch.headers(index)),
                    topic: entry.topic, partition: entry.partition, offset: entry.offset, timestamp: entry.timestamp)
            }
            return own
        }
    }

    func seek(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        try reader.seek(topic: topic, partition: partition, offset: offset)
    }

    func commit(topic: String, partition: Int32, offset: Int64) throws(LogError) {
        state.withLock { $0.committed[TopicPartition(topic, partition)] = offset }
    }

    func close() {
        state.withLock { $0.hasLeft = true }
        state.wakeAll()
        reader.close()
    }
}
