// What the web makes of the log's records, batch by batch: the catalogue, the index of records, the idempotency keys;
// also of records that only the lake has (without idempotency keys, which are lost). CatalogueTail has the thread and
// the reader. Records of other programs are treated the same; invalid ones are left to the stream, which stores and
// counts them.

import EventLog
import PlanetCore

struct CatalogueReader: ~Copyable {
    /// The effect of a batch, which receipts wait for.
    struct Step {
        /// Valid records, in the batch's order.
        var items: [HistoryItem] = []
        /// Why the log's order has quarantined records that are valid by themselves, by partition and offset.
        var refused: [Int32: [Int64: FieldIssue]] = [:]
        /// The offset after the last record of each partition of planet-discoveries.
        var next: [Int32: Int64] = [:]
        /// One for each record, of either topic.
        var notes: [RecordNote] = []
        /// Those that matter to a class.
        fileprivate var ofClasses: [ClassEvent] = []
        /// Whether a change that is no class's matters to one.
        fileprivate var isClassNear = false
    }

    private let catalogue: Catalogue
    private let idempotency: IdempotencyIndex
    private let records: RecordIndex
    private let classes: ClassIndex
    private let keys: KeyedPartitions?
    private let decoded: DecodedRecords?
    private var reader: RecordReader
    private var rejects = RejectedReader()
    /// For records of the lake, which come partition by partition: the index wants the newest last.
    private var notesOfLake: [RecordNote] = []

    /// `keys`: which partitions the planets' keys are spread over; nil: no record is misplaced. `decoded`: what need
    /// not be decoded again. `today`: days since 1970-01-01 UTC.
    init(
        _ catalogue: Catalogue, _ idempotency: IdempotencyIndex, _ records: RecordIndex,
        _ classes: ClassIndex = ClassIndex(), keys: KeyedPartitions? = nil, decoded: DecodedRecords? = nil,
        today: @escaping @Sendable () -> Int
    ) {
        self.catalogue = catalogue
        self.idempotency = idempotency
        self.records = records
        self.classes = classes
        self.keys = keys
        self.decoded = decoded
        reader = RecordReader(today: today)
    }

    /// Takes records in log order, from a reader of the stored topics in their order.
    mutating func take(_ batch: borrowing RecordBatch) -> Step {
        var step = Step()
        step.items.reserveCapacity(batch.count)
        step.notes.reserveCapacity(batch.count)
        step.isClassNear = classes.hasLayers
        for index in batch.entries.indices {
            let entry = batch.entries[index]
            if entry.storedTopic == .discoveries {
                take(batch, index, &step)
                step.next[entry.partition] = entry.offset + 1
            } else {
                remember(batch, index)
                let rules = rejects.content(of: batch.value(index) ?? []).rules
                refused(batch, index, key: batch.keyText(index), rules, &step)
            }
        }
        records.take(step.notes)
        classes.take(step.ofClasses)
        return step
    }

    /// Takes records of the lake, of each partition in offset order, before any of the log.
    mutating func take(_ archived: [ArchivedRecord]) {
        var step = Step()
        for record in archived {
            let position = LogPosition(
                partition: record.place.partition, offset: record.offset, timestamp: record.timestamp)
            switch record.content {
            case .valid(let planet, let submission, let sent, let basis):
                apply(
                    record.place.topic, position, key: record.key, planet, submission, sent, basis, record.rules, nil,
                    &step)
            case .refused:
                step.notes.append(
                    RecordNote(
                        topic: record.place.topic, position: position, key: record.key, change: nil,
                        rules: record.rules))
            }
        }
        notesOfLake += step.notes
        if notesOfLake.count > 2 * RecordIndex.keptOfAll { index(all: false) }
    }

    /// The whole lake has been taken; or it is to be dropped.
    mutating func tookLake(isWhole: Bool) {
        if isWhole { index(all: true) }
        notesOfLake = []
        guard !isWhole else { return }
        catalogue.restore(KeyedRows())
        records.restore(RecordIndex.Saved())
        classes.restore(ClassIndex.Content())
    }

    /// The oldest first; those that the index keeps stay here until all have come.
    private mutating func index(all: Bool) {
        notesOfLake.sort { $0.position.timestamp < $1.position.timestamp }
        let count = all ? notesOfLake.count : notesOfLake.count - RecordIndex.keptOfAll
        records.take(Array(notesOfLake.prefix(count)))
        notesOfLake.removeFirst(count)
    }

    private func remember(_ batch: borrowing RecordBatch, _ index: Int) {
        guard let key = batch.header(index, IdempotencyIndex.keyHeader) else { return }
        func text(_ name: String) -> String? { batch.header(index, name).map { String(decoding: $0, as: UTF8.self) } }
        let entry = batch.entries[index]
        idempotency.restore(
            key: String(decoding: key, as: UTF8.self), fingerprint: text(IdempotencyIndex.fingerprintHeader) ?? "",
            record: StoredRun(
                topic: entry.storedTopic, partition: entry.partition, first: entry.offset, last: entry.offset,
                timestamp: entry.timestamp),
            attempt: text(IdempotencyIndex.attemptHeader), count: text(IdempotencyIndex.countHeader).flatMap { Int($0) }
        )
    }

    /// A record of planet-discoveries. In another partition than its planet's it changes nothing; its copy will, which
    /// the stream sends on.
    private mutating func take(_ batch: borrowing RecordBatch, _ index: Int, _ step: inout Step) {
        let source = batch.header(index, "source").map { String(decoding: $0, as: UTF8.self) }
        let sent = source.flatMap { SentFrom($0) }
        switch reader.read(batch, index, source: source, among: keys, decoded: decoded) {
        case .valid(let record, let key, let warnings):
            remember(batch, index)
            apply(
                batch, index, key: key, record, sent, warnings.isEmpty ? [] : warnings.map(\.rule.rawValue), &step)
        case .misplaced(let key, let issue):
            step.notes.append(RecordNote(batch.entries[index], key: key, change: nil, rules: [issue.rule.rawValue]))
        case .refused(let issues, let key):
            remember(batch, index)
            refused(batch, index, key: key ?? "", issues.map(\.rule.rawValue), &step)
        }
    }

    private func refused(
        _ batch: borrowing RecordBatch, _ index: Int, key: String, _ rules: [String], _ step: inout Step
    ) {
        let note = RecordNote(batch.entries[index], key: key, change: nil, rules: rules)
        step.notes.append(note)
        if let mark = ClassMark(batch, index) {
            step.ofClasses.append(ClassEvent(mark: mark, note: note.bounded))
        }
    }

    /// `rules`: its warnings.
    private func apply(
        _ batch: borrowing RecordBatch, _ index: Int, key: String, _ record: PlanetRecord, _ sent: SentFrom?,
        _ rules: [String], _ step: inout Step
    ) {
        let submission = batch.header(index, SubmissionID.keyHeader).map {
            SubmissionID(
                key: $0, copy: batch.header(index, SubmissionID.copyHeader) ?? [], value: batch.value(index) ?? [])
        }
        let entry = batch.entries[index]
        let basis = RecordBasis(header: batch.header(index, RecordBasis.header))
        apply(
            entry.storedTopic, entry.position, key: key, record, submission, sent, basis, rules,
            ClassMark(batch, index), &step)
    }

    private func apply(
        _ topic: StoredTopic, _ position: LogPosition, key: String, _ record: PlanetRecord,
        _ submission: SubmissionID?, _ sent: SentFrom?, _ basis: RecordBasis, _ rules: [String], _ mark: ClassMark?,
        _ step: inout Step
    ) {
        // Only a class's records have it looked up.
        let before = mark.flatMap { _ in catalogue.row(key) }
        let place = HistoryItem(position: position, change: .duplicate, revision: 0)
        let change: Change?
        var (rules, revision) = (rules, 0)
        switch catalogue.apply(key: key, record, submission, sent, from: basis, at: place) {
        case .success(let item):
            step.items.append(item)
            (change, revision) = (item.change, item.revision)
        case .failure(let issue):
            step.refused[position.partition, default: [:]][position.offset] = issue
            change = nil
            rules = [issue.rule.rawValue]
        }
        let note = RecordNote(topic: topic, position: position, key: key, change: change, rules: rules)
        step.notes.append(note)
        if let mark {
            step.isClassNear = true
            step.ofClasses.append(
                ClassEvent(
                    mark: mark, note: note.bounded, revision: revision, before: before?.current,
                    columns: changed(key, since: before)))
        } else if step.isClassNear {
            let event = ClassEvent(mark: nil, note: note)
            if event.isChange { step.ofClasses.append(event) }
        }
    }

    /// Columns whose values are others now; of a planet that was there, and still is.
    private func changed(_ key: String, since before: PlanetRow?) -> [String] {
        guard let old = before?.discovery, let new = catalogue.row(key)?.discovery, old != new else { return [] }
        return new.columns(differingFrom: old).map(\.name)
    }
}

extension RecordReader {
    /// `keys`: where each planet's records belong; nil: where they are.
    mutating func read(
        _ batch: borrowing RecordBatch, _ index: Int, source: String?, among keys: KeyedPartitions?,
        decoded: DecodedRecords? = nil
    ) -> Reading {
        batch.bytes.withUnsafeBytes { bytes in
            read(
                batch.entries[index].value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
                keyText: batch.keyText(index), partition: batch.entries[index].partition, source: source,
                size: { batch.wholeSize(index) }, home: { keys?.home(of: $0) }, decoded: decoded)
        }
    }
}
