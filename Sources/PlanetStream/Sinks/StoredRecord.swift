// Records on their way to the lake: what rows of `discoveries`, `rejected` and `aggregates` are made from.
// Sinks/LakeTables.swift lays out the rows by column on the lake's thread.

import Basics
import Lake
import PlanetCore
import PlanetFigures
import Provenance
import Threads

extension RecordVerdict {
    /// The verdict on a valid record.
    init(_ record: PlanetRecord, _ warnings: [String]) {
        if case .tombstone = record { self = .withdrawal } else { self = warnings.isEmpty ? .accept : .warn }
    }
}

package struct StoredRecord: Sendable {
    let key: String
    let revision: Int
    let change: Change
    let offset: Int64
    let timestamp: Int64
    let source: String?
    let verdict: RecordVerdict
    let warnings: [String]
    let record: PlanetRecord
    /// Nil for a record without an Idempotency-Key.
    let submission: SubmissionID?
    /// If the engine has computed them (not for a duplicate or a late record): they include the prediction.
    var facts: PlanetFacts?

    /// Nil for a tombstone.
    var name: String? { record.name }

    /// Nil for a tombstone and for an alias.
    var discovery: Discovery? {
        guard case .discovery(let discovery) = record else { return nil }
        return discovery
    }
}

package struct StoredReject: Sendable {
    let offset: Int64
    let timestamp: Int64
    let source: String?
    let key: String?
    let line: Int?
    let raw: String
    /// JSON array of {"field","value","rule","detail"}.
    let errors: String
    let rules: [String]
}

/// The state of a group at a roll's end.
struct AggregateRow: Sendable {
    let aggregate: String
    let group: String
    let json: [UInt8]
    let value: Double?
    let count: Int?
    let isMeasured: Bool?
}

/// The moment at which a roll ended.
struct RollMoment: Sendable {
    /// The newest time stamp of the partition so far.
    let newest: Int64
    /// What the tally of its aggregates had seen: of all partitions on an embedded log.
    let positions: Positions
    /// The partition's last record.
    var record: ManifestRecord?
    /// Offsets that the log had removed before they were read.
    var gone: [ClosedRange<Int64>] = []
}

/// Consecutive records of one partition; every offset of `offsets` is a record or a reject.
struct StoredBatch: Sendable {
    let partition: PartitionKey
    /// The days of the records' time stamps, in order of arrival; mostly one.
    private(set) var days: [UTCDay] = []
    var offsets: ClosedRange<Int64>
    var records: [StoredRecord] = []
    var rejects: [StoredReject] = []

    init(partition: PartitionKey, offsets: ClosedRange<Int64>) {
        self.partition = partition
        self.offsets = offsets
    }

    /// Notes that it has a record of this day.
    mutating func note(_ day: UTCDay) { if !days.contains(day) { days.append(day) } }
}

enum LakeMessage: Sendable {
    case batch(StoredBatch)
    /// The partition's open roll ends here, with the aggregates as of its last record.
    case roll(PartitionKey, RollMoment, [AggregateRow])
    /// The engine's state at the end of the rolls so far.
    case checkpoint(TallySnapshot)
    /// The partition goes to another process: drop it and its open roll.
    case release(PartitionKey, Reply<Bool>)
}
