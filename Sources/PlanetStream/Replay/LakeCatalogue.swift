// Returns the lake's records one after the other, for a web whose log has lost its beginning, and says whether the log
// is the lake's. What a replay also computes is dropped. PlanetWeb/Catalogue/CatalogueReader.swift uses the records.

import Basics
import EventLog
import Lake
import PlanetCore

package struct LakeCatalogue: CatalogueArchive {
    /// Why the web can't use it.
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    private let lake: LakeAddress
    private let topics: TopicNames
    private let log: any EventLog

    package init(_ lake: LakeAddress, _ topics: TopicNames, _ log: any EventLog) {
        self.lake = lake
        self.topics = topics
        self.log = log
    }

    package func hasEarlierLogs() throws -> Bool {
        guard let identity = try LakeIdentity(lake.open()) else { return false }
        return !identity.numbering.isPlain
    }

    package func objectionToLog() throws -> String? {
        let store = try lake.open()
        guard let identity = try LakeIdentity(store), identity.topics == topics.stored.sorted() else { return nil }
        let index = try LakeIndex(store)
        let times = try StoredTimes(store, topics)
        for place in index.partitions {
            guard let stored = index.nextOffset(topic: place.topic, partition: place.partition),
                let bounds = try log.bounds(of: place.topic, partition: place.partition)
            else { continue }
            let comparison = PartitionComparison(
                place: place, stored: stored, numbering: identity.numbering, bounds: bounds, log: log, store: store,
                times: times)
            guard let reason = try comparison.objection() else { continue }
            return "the lake is of another log: of \(place) \(reason). \(LogMismatch.advice). \(LakeIdentity.advice)"
        }
        return nil
    }

    package func read(log: String, _ take: ([ArchivedRecord]) -> Bool) throws -> [TopicPartition: Int64] {
        let store = try lake.open()
        // A lake without any records yet.
        guard let identity = try LakeIdentity(store) else { return [:] }
        if let other = identity.log, other != log {
            throw Refusal(description: "the lake was made from the log \(other), this log is \(log)")
        }
        let numbering = identity.numbering
        return try withoutActuallyEscaping(take) { take in
            let recorder = Recorder(topics, numbering, take)
            let replay = try LakeReplay(store, topics, witness: recorder) { _ in Tally() }
            try replay.advance()
            try recorder.flush()
            var next: [TopicPartition: Int64] = [:]
            for (place, stored) in replay.stored.all where stored > 0 {
                // Of an earlier log: the new one is read from its start.
                next[place] = max(0, numbering.inLog(stored, place))
            }
            return next
        }
    }
}

/// Observes a replay and records what it sees.
private final class Recorder: ReplayWitness {
    private static let atOnce = 1024

    private let topics: TopicNames
    private let numbering: LakeNumbering
    private let take: ([ArchivedRecord]) -> Bool
    private var records: [ArchivedRecord] = []

    init(_ topics: TopicNames, _ numbering: LakeNumbering, _ take: @escaping ([ArchivedRecord]) -> Bool) {
        self.topics = topics
        self.numbering = numbering
        self.take = take
    }

    func flush() throws(ReplayError) {
        defer { records.removeAll(keepingCapacity: true) }
        if !take(records) { throw .lake(.unavailable("what it holds is not wanted any more")) }
    }

    private func add(
        _ place: TopicPartition, _ offset: Int64, _ timestamp: Int64, key: String, _ rules: [String],
        _ content: ArchivedRecord.Content
    ) throws(ReplayError) {
        guard let partition = topics.key(place) else { return }
        records.append(
            ArchivedRecord(
                partition, offset: numbering.inLog(offset, place), timestamp: timestamp, key: key, rules: rules,
                content))
        if records.count >= Recorder.atOnce { try flush() }
    }

    func saw(_ record: StoredRecord, _ cursor: borrowing TableCursor) throws(ReplayError) {
        try add(
            cursor.place, record.offset, record.timestamp, key: record.key, record.warnings,
            .valid(
                record.record, record.submission, ReplayColumns.sentFrom(cursor), record.change == .late ? .late : .none
            ))
    }

    func sawReject(
        _ rules: [String], at timestamp: Int64, _ cursor: borrowing TableCursor
    ) throws(ReplayError) {
        let key = cursor.columns[ReplayColumns.rejectKey].string(at: cursor.row) ?? ""
        try add(cursor.place, cursor.offset, timestamp, key: key, rules, .refused)
    }

    func sawNone(_ offsets: ClosedRange<Int64>, before cursor: borrowing TableCursor) {}

    func found(_ fault: LakeFault) throws(ReplayError) { try StrictReading().found(fault) }

    func lost(_ place: TopicPartition, from offset: Int64) {}
}
