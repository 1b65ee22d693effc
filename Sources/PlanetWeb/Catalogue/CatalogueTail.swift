// The thread that reads the log into the catalogue: applies records, fills the idempotency index, settles receipts.
// Records of other programs take the same path; invalid ones are left to the stream, which keeps and counts them.

import EventLog
import Glibc
import PlanetCore
import Synchronization
import Telemetry
import Threads

final class CatalogueTail: Sendable {
    private let services: WebServices
    private let stopping = Atomic<Bool>(false)
    private let interrupt = Guarded<(@Sendable () -> Void)?>(nil)
    private let thread = Guarded<SystemThread?>(nil)

    init(services: WebServices) { self.services = services }

    /// Opens the reader and starts the thread. The services are ready once it has reached the end of the log as it is now.
    func start() throws(LogError) {
        let topics = [services.topics.discoveries, services.topics.rejected]
        var goals: [String: [Int32: Int64]] = [:]
        for topic in topics {
            goals[topic] = Dictionary(
                uniqueKeysWithValues: try services.log.bounds(of: topic).filter { $0.next > 0 }.map {
                    ($0.partition, $0.next)
                })
        }
        let reader = try services.log.reader(topics: topics, from: .earliest, group: nil)
        let wake = reader.interrupt
        interrupt.withLock { $0 = wake }
        let unread = goals
        nonisolated(unsafe) let handedOver = reader
        let started = SystemThread.start("web-catalogue") { self.run(handedOver, unread) }
        thread.withLock { $0 = started }
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        interrupt.withLock { $0 }?()
        thread.withLock { $0 }?.join()
    }

    private func run(_ reader: any LogReader, _ goals: [String: [Int32: Int64]]) {
        var decoder = DiscoveryDecoder(today: services.today)
        var unread = goals
        var rejects = RejectedText()
        var pause: UInt32 = 10_000
        defer { reader.close() }
        while !stopping.load(ordering: .acquiring) {
            if !services.isReady.load(ordering: .relaxed), unread.values.allSatisfy(\.isEmpty) {
                services.isReady.store(true, ordering: .releasing)
                Log.info("catalogue ready", ["planets": services.catalogue.count])
            }
            do throws(LogError) {
                let batch = try reader.poll(maxRecords: 4096, maxBytes: 8 << 20, timeout: 100_000_000)
                _ = reader.takeChanges()
                pause = 10_000
                take(batch, reader.topics, &decoder, &unread, &rejects)
            } catch {
                Log.warning("catalogue cannot read the log", ["error": "\(error)"])
                usleep(pause)
                pause = min(pause * 2, 1_000_000)
            }
        }
    }

    private func take(
        _ batch: RecordBatch, _ topics: [String], _ decoder: inout DiscoveryDecoder,
        _ unread: inout [String: [Int32: Int64]], _ rejects: inout RejectedText
    ) {
        var items: [HistoryItem] = []
        var refused: [Int32: [Int64: FieldIssue]] = [:]
        var next: [Int32: Int64] = [:]
        var notes: [RecordNote] = []
        for index in 0..<batch.count {
            let entry = batch.entries[index]
            if let key = batch.header(index, IdempotencyIndex.keyHeader) {
                remember(key, batch, index, entry)
            }
            if entry.topic == 0 {
                let (result, note) = apply(batch, index, entry, &decoder)
                switch result {
                case .success(let item): items.append(item)
                case .failure(let issue): refused[entry.partition, default: [:]][entry.offset] = issue
                case nil: break
                }
                notes.append(note)
                next[entry.partition] = entry.offset + 1
            } else {
                notes.append(
                    RecordNote(
                        entry, key: batch.keyText(index), change: nil,
                        rules: rejects.rules(of: batch.value(index).map { Array($0) } ?? [])))
            }
            let topic = topics[Int(entry.topic)]
            if let goal = unread[topic]?[entry.partition], entry.offset + 1 >= goal {
                unread[topic]?[entry.partition] = nil
            }
        }
        services.records.take(notes)
        services.desk.applied(items, refused: refused, next: next)
    }

    private func remember(_ key: [UInt8], _ batch: RecordBatch, _ index: Int, _ entry: RecordBatch.Entry) {
        services.idempotency.restore(
            key: String(decoding: key, as: UTF8.self),
            fingerprint: String(decoding: batch.header(index, IdempotencyIndex.fingerprintHeader) ?? [], as: UTF8.self),
            record: StoredRun(
                topic: entry.topic, partition: entry.partition, first: entry.offset, last: entry.offset,
                timestamp: entry.timestamp),
            count: batch.header(index, IdempotencyIndex.countHeader).flatMap {
                Int(String(decoding: $0, as: UTF8.self))
            })
    }

    /// Nil for a record that is not valid. And what there is to remember of it as a record.
    private func apply(
        _ batch: RecordBatch, _ index: Int, _ entry: RecordBatch.Entry, _ decoder: inout DiscoveryDecoder
    ) -> (Result<HistoryItem, FieldIssue>?, RecordNote) {
        let item = HistoryItem(
            partition: entry.partition, offset: entry.offset, timestamp: entry.timestamp, change: .duplicate,
            revision: 0)
        let submission = batch.header(index, SubmissionID.keyHeader).map {
            SubmissionID(
                key: $0, copy: batch.header(index, SubmissionID.copyHeader) ?? [], value: batch.value(index) ?? [])
        }
        guard let range = entry.value else {
            return judged(entry, batch.keyText(index), .tombstone, submission, item)
        }
        let verdict = batch.bytes.withUnsafeBytes { decoder.decode(UnsafeRawBufferPointer(rebasing: $0[range])) }
        switch verdict {
        case .accept(let valid):
            return judged(entry, valid.key, .discovery(valid.discovery), submission, item, valid.warnings)
        case .alias(let alias, let key): return judged(entry, key, .alias(alias), submission, item)
        case .reject(let issues, let key):
            return (
                nil,
                RecordNote(entry, key: key ?? batch.keyText(index), change: nil, rules: issues.map(\.rule.rawValue))
            )
        }
    }

    private func judged(
        _ entry: RecordBatch.Entry, _ key: String, _ record: PlanetRecord, _ submission: SubmissionID?,
        _ item: HistoryItem, _ warnings: [FieldIssue] = []
    ) -> (Result<HistoryItem, FieldIssue>?, RecordNote) {
        let result = services.catalogue.apply(key: key, record, submission, at: item)
        switch result {
        case .success(let item):
            let rules = warnings.isEmpty ? [] : warnings.map(\.rule.rawValue)
            return (result, RecordNote(entry, key: key, change: item.change, rules: rules))
        case .failure(let issue):
            return (result, RecordNote(entry, key: key, change: nil, rules: [issue.rule.rawValue]))
        }
    }
}
