// Records on their way to the lake: what a row of `discoveries`, `rejected` and `aggregates` is made from.
// Not the rows themselves (Sinks/LakeTables.swift), which are laid out by column on the lake's thread.

import Basics
import Lake
import PlanetCore
import PlanetFigures
import Provenance
import Threads

extension RecordVerdict {
    /// Of a valid record.
    init(_ record: PlanetRecord, _ warnings: [String]) {
        if case .tombstone = record { self = .withdrawal } else { self = warnings.isEmpty ? .accept : .warn }
    }
}

struct StoredRecord: Sendable {
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
    /// Where the engine has worked them out (not for a duplicate or a late record): they hold the prediction.
    var facts: PlanetFacts?

    /// Nil for a tombstone.
    var name: String? { record.name }

    /// Nil for a tombstone and for an alias.
    var discovery: Discovery? {
        guard case .discovery(let discovery) = record else { return nil }
        return discovery
    }
}

struct StoredReject: Sendable {
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

/// The state of a group as of a roll's end.
struct AggregateRow: Sendable {
    let aggregate: String
    let group: String
    let json: [UInt8]
    let value: Double?
    let count: Int?
    let isMeasured: Bool?
}

/// When a roll ended.
struct RollMoment: Sendable {
    /// The newest time stamp of the partition so far.
    let newest: Int64
    /// What the tally of its aggregates had seen: on the embedded log of all partitions.
    let positions: Positions
    /// The partition's last record.
    var record: ManifestRecord?
    /// Offsets that the log had removed before they were read.
    var gone: [ClosedRange<Int64>] = []
}

/// Consecutive records of one partition; every offset of `offsets` is a record or a reject.
struct StoredBatch: Sendable {
    let partition: PartitionKey
    /// Of the records' time stamps, in the order they came; mostly one.
    private(set) var days: [UTCDay] = []
    var offsets: ClosedRange<Int64>
    var records: [StoredRecord] = []
    var rejects: [StoredReject] = []

    init(partition: PartitionKey, offsets: ClosedRange<Int64>) {
        self.partition = partition
        self.offsets = offsets
    }

    /// A record of this day is in it.
    mutating func note(_ day: UTCDay) { if !days.contains(day) { days.append(day) } }
}

enum LakeMessage: Sendable {
    case batch(StoredBatch)
    /// The partition's open roll ends here, with the aggregates as of its last record.
    case roll(PartitionKey, RollMoment, [AggregateRow])
    /// What the engine knew at the end of the rolls before.
    case checkpoint(TallySnapshot)
    /// The partition goes to another process: forget it, and an open roll with it.
    case release(PartitionKey, Reply<Bool>)
}
