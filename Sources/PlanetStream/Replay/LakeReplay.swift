// Turns the lake's rows back into what the engine made them from, and feeds a tally with them as the engine does: every
// aggregate and the keyed state follow from the files of `discoveries` and `rejected` alone. Engine/RecordJudge.swift
// judges the rows; Verify/LakeVerification.swift compares the result with what was stored. Order matters only within a
// partition: all records of a key are in one, and aggregates are sums or (newest, rate) maxima in any order. So
// partitions are read one after the other.

import Basics
import EventLog
import Lake
import Parquet
import PlanetCore
import PlanetFigures
import Provenance

extension TopicNames {
    func key(_ place: TopicPartition) -> PartitionKey? {
        switch place.topic {
        case discoveries: PartitionKey(topic: .discoveries, partition: place.partition)
        case rejected: PartitionKey(topic: .rejected, partition: place.partition)
        default: nil
        }
    }
}

/// Used by one thread.
final class LakeReplay {
    private let store: any FileStore
    private let files: LakeFiles
    private let topics: TopicNames
    private let witness: any ReplayWitness
    private let tallyOf: (PartitionKey) -> Tally
    private var readers: [TopicPartition: PartitionReplay] = [:]
    /// How far the tallies are.
    private(set) var positions: Positions
    /// How far the lake is: the most that `advance` can reach.
    let stored: Positions
    private let from: Positions

    /// `partitions` nil: all that the lake has. `from`: what the tallies returned by `tally` have already seen. `tally`
    /// is called once per partition: the same for all (embedded log), or one each (in a group). `files`: an existing
    /// listing.
    init(
        _ store: any FileStore, _ topics: TopicNames, files: LakeFiles? = nil, partitions: Set<PartitionKey>? = nil,
        from: Positions = Positions(), witness: any ReplayWitness = StrictReading(),
        tally: @escaping (PartitionKey) -> Tally
    ) throws(ReplayError) {
        self.store = store
        self.topics = topics
        self.witness = witness
        self.from = from
        tallyOf = tally
        positions = from
        if let files {
            self.files = files
        } else {
            do throws(LakeError) { self.files = try LakeFiles(store, topics) } catch { throw .lake(error) }
        }
        var stored = self.files.stored(topics)
        for (place, _) in stored.all {
            guard let key = topics.key(place), partitions?.contains(key) ?? true else {
                stored[place] = 0
                continue
            }
        }
        self.stored = stored
        for fault in self.files.faults { try witness.found(fault) }
    }

    /// Feeds every record below `target` that the tallies haven't seen. Partitions missing in `target` stay where they
    /// are.
    func advance(to target: Positions) throws(ReplayError) {
        guard stored.reach(target) else { throw .notStored(wanted: target, stored: stored) }
        for (place, next) in target.all where next > positions[place] {
            try reader(place)?.feed(until: next)
            positions[place] = next
        }
    }

    /// To the lake's end.
    func advance() throws(ReplayError) { try advance(to: stored) }

    /// The newest time stamp of a partition among the records fed; nil before the first.
    func newest(_ place: TopicPartition) -> Int64? { readers[place]?.newest }

    /// Of all partitions.
    var newestOfAll: Int64? { readers.values.compactMap(\.newest).max() }

    /// Bytes of the files that were read to their end.
    var bytesDone: Int64 { readers.values.reduce(0) { $0 + $1.bytesDone } }

    private func reader(_ place: TopicPartition) -> PartitionReplay? {
        if let reader = readers[place] { return reader }
        guard let key = topics.key(place) else { return nil }
        let reader = PartitionReplay(
            store, files, place, key.topic, from: from[place], tallyOf(key), witness)
        readers[place] = reader
        return reader
    }
}

/// Observes the rows during a replay.
protocol ReplayWitness: FaultListener {
    /// The result of a row of `discoveries`; `cursor` stands on it.
    func saw(_ record: StoredRecord, _ cursor: borrowing TableCursor) throws(ReplayError)
    /// `cursor` stands on a row of `rejected`.
    func sawReject(_ rules: [String], at timestamp: Int64, _ cursor: borrowing TableCursor) throws(ReplayError)
    /// No row has these offsets; `before` stands on the following row.
    func sawNone(_ offsets: ClosedRange<Int64>, before cursor: borrowing TableCursor) throws(ReplayError)
}

extension StrictReading: ReplayWitness {
    func saw(_ record: StoredRecord, _ cursor: borrowing TableCursor) {}
    func sawReject(_ rules: [String], at timestamp: Int64, _ cursor: borrowing TableCursor) {}
    func sawNone(_ offsets: ClosedRange<Int64>, before cursor: borrowing TableCursor) {}
}

/// One topic partition: its rows of both tables, by offset.
private final class PartitionReplay {
    private static let eventsAtOnce = 1024

    private struct RowGroup: Equatable {
        let file: LakePath
        let number: Int
    }

    private var records: TableCursor?
    private var rejects: TableCursor
    private let rejectKind: CatalogueEvent.Kind
    private let partition: Int32
    private let tally: Tally
    private let witness: any ReplayWitness
    /// By the cursor's lane.
    private var discoveries: [(rows: DiscoveryRows, taken: RowGroup?)] = []
    private var rules = RuleLists()
    private(set) var newest: Int64?
    /// The offset after the last row's.
    private var expected: Int64?

    init(
        _ store: any FileStore, _ files: LakeFiles, _ place: TopicPartition, _ topic: StoredTopic, from: Int64,
        _ tally: Tally, _ witness: any ReplayWitness
    ) {
        self.tally = tally
        self.witness = witness
        partition = place.partition
        rejectKind = topic == .discoveries ? .invalid : .rejected
        if topic == .discoveries {
            records = TableCursor(
                store, ReplayColumns.discoveries, place, files.files(LakeTables.discoveries.name, place), from: from,
                witness)
        }
        rejects = TableCursor(
            store, ReplayColumns.rejected, place, files.files(LakeTables.rejected.name, place), from: from, witness)
    }

    var bytesDone: Int64 { (records?.bytesDone ?? 0) + rejects.bytesDone }

    func feed(until next: Int64) throws(ReplayError) {
        while true {
            let record = try records?.hasRow() == true ? records?.offset ?? .max : .max
            let reject = try rejects.hasRow() ? rejects.offset : .max
            guard min(record, reject) < next else { break }
            if record == reject { try rejects.fault("offset \(reject) is in discoveries too") }
            let offset = min(record, reject)
            if let expected, offset > expected, let cursor = record <= reject ? records : rejects {
                try witness.sawNone(expected...(offset - 1), before: cursor)
            }
            expected = offset + 1
            if record <= reject { try feedRecord() } else { try feedReject() }
            if tally.events.count >= PartitionReplay.eventsAtOnce { tally.applyEvents() }
        }
        tally.applyEvents()
    }

    private func feedRecord() throws(ReplayError) {
        guard var cursor = records.take() else { return }
        defer { records = cursor }
        let lane = cursor.lane
        while discoveries.count <= lane { discoveries.append((DiscoveryRows(), nil)) }
        let group = RowGroup(file: cursor.file.path, number: cursor.group)
        if discoveries[lane].taken != group {
            discoveries[lane].rows.take(cursor.columns, first: ReplayColumns.firstValue)
            discoveries[lane].taken = group
        }
        let row = cursor.row
        let timestamp = cursor.columns[ReplayColumns.timestamp].int64(at: row) ?? 0
        let key = cursor.columns[ReplayColumns.key].string(at: row) ?? ""
        var warnings: [String] = []
        if let json = cursor.columns[ReplayColumns.warnings].string(at: row) {
            if let known = rules.read(json) {
                warnings = known
            } else {
                try cursor.fault("warnings \(json) are no list of rules")
            }
        }
        let isWithdrawal =
            cursor.columns[ReplayColumns.verdict].withBytes(at: row) {
                $0.elementsEqual(RecordVerdict.withdrawal.rawValue.utf8)
            } ?? false
        let record: PlanetRecord
        if isWithdrawal {
            record = .tombstone
        } else if let canonical = cursor.columns[ReplayColumns.aliasOf].string(at: row) {
            record = try alias(of: canonical, row, cursor)
        } else {
            record = .discovery(discoveries[lane].rows.discovery(at: row))
        }
        let submission = cursor.columns[ReplayColumns.submission].int64(at: row).map(SubmissionID.init(bits:))
        // The record it was made from is not stored, only that it came too late for it.
        let wasLate =
            cursor.columns[ReplayColumns.change].withBytes(at: row) {
                $0.elementsEqual(Change.late.rawValue.utf8)
            } ?? false
        let judged = tally.judge.apply(
            record, submission, ReplayColumns.sentFrom(cursor), from: wasLate ? .late : .none, key: key,
            rules: warnings,
            LogPosition(partition: partition, offset: cursor.offset, timestamp: timestamp), source: nil
        )
        tally.events.append(judged.event)
        note(timestamp)
        switch judged.outcome {
        case .stored(let stored): try witness.saw(stored, cursor)
        case .refused(let issues):
            try cursor.fault("should have been refused: \(issues.map(\.rule.rawValue).joined(separator: ", "))")
        }
        try cursor.advance()
    }

    private func alias(of canonical: String, _ row: Int, _ cursor: borrowing TableCursor) throws(ReplayError)
        -> PlanetRecord
    {
        let name = discoveries[cursor.lane].rows.name(at: row) ?? ""
        guard let canonicalKey = IdentityKey.of(canonical) else {
            try cursor.fault("\(canonical) is no planet's name")
            return .tombstone
        }
        return .alias(
            PlanetAlias(
                name: name, canonical: canonical, canonicalKey: canonicalKey,
                source: cursor.columns[ReplayColumns.aliasSource].string(at: row)))
    }

    private func feedReject() throws(ReplayError) {
        let row = rejects.row
        let timestamp = rejects.columns[ReplayColumns.rejectTimestamp].int64(at: row) ?? 0
        let json = rejects.columns[ReplayColumns.rules].string(at: row) ?? ""
        var reasons: [String] = []
        if let known = rules.read(json) {
            reasons = known
        } else {
            try rejects.fault("rules \(json) are no list of rules")
        }
        tally.events.append(
            CatalogueEvent(
                rejectKind, LogPosition(partition: partition, offset: rejects.offset, timestamp: timestamp),
                rules: reasons))
        note(timestamp)
        try witness.sawReject(reasons, at: timestamp, rejects)
        try rejects.advance()
    }

    private func note(_ timestamp: Int64) { newest = max(newest ?? .min, timestamp) }
}

/// The columns a replay reads: all but texts that no aggregate uses.
enum ReplayColumns {
    static let discoveries = columns(of: LakeTables.discoveries.schema)
    static let rejected = columns(
        of: LakeTables.rejected.schema, except: ["source", "line", "raw", "errors"])

    static let key = place("key", discoveries)
    static let revision = place("revision", discoveries)
    static let change = place("change", discoveries)
    static let verdict = place("verdict", discoveries)
    static let warnings = place("warnings", discoveries)
    static let timestamp = place("log_timestamp", discoveries)
    /// The index of the first of the discovery's own columns.
    static let firstValue = place(Columns.all[0].name, discoveries)
    static let source = place("source", discoveries)
    static let submission = place("submission", discoveries)
    static let aliasOf = place("alias_of", discoveries)
    static let aliasSource = place("alias_source", discoveries)
    static let rejectTimestamp = place("log_timestamp", rejected)
    static let rules = place("rules", rejected)
    static let rejectKey = place("key", rejected)

    /// For a row of discoveries; nil if nobody sent it on.
    static func sentFrom(_ cursor: borrowing TableCursor) -> SentFrom? {
        let column = cursor.columns[source]
        let isSentOn = column.withBytes(at: cursor.row) { $0.starts(with: SentFrom.prefix.utf8) } ?? false
        return isSentOn ? column.string(at: cursor.row).flatMap { SentFrom($0) } : nil
    }

    private static func columns(of schema: Schema, except: Set<String> = []) -> Schema {
        Schema(schema.name, schema.columns.filter { !except.contains($0.name) })
    }

    private static func place(_ column: String, _ schema: Schema) -> Int {
        guard let place = schema.index(of: column) else { preconditionFailure("BUG: no column \(column)") }
        return place
    }
}
