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
    private let cacheOptions: CatalogueCacheOptions?

    init(services: WebServices, cache: CatalogueCacheOptions? = nil) {
        self.services = services
        cacheOptions = cache
    }

    /// What the thread knows of its place in the log.
    private struct Place {
        /// "TOPIC/PARTITION": the next offset.
        var positions: [String: Int64] = [:]
        /// What is still to be read before the services are ready: topic, partition, end.
        var unread: [String: [Int32: Int64]]
        /// Records that no checkpoint has, and since when (monotonic).
        var news = 0
        var since: UInt64 = 0
    }

    /// Opens the reader and starts the thread. The services are ready once it has reached the end of the log as it is now.
    func start() throws(LogError) {
        let topics = [services.topics.discoveries, services.topics.rejected]
        var goals: [String: [Int32: Int64]] = [:]
        var bounds: [String: PartitionBounds] = [:]
        for topic in topics {
            for each in try services.log.bounds(of: topic) {
                bounds["\(topic)/\(each.partition)"] = each
                if each.next > 0 { goals[topic, default: [:]][each.partition] = each.next }
            }
        }
        var cache: CatalogueCache?
        if let cacheOptions {
            cache = CatalogueCache(cacheOptions, log: try services.log.identity(of: services.topics.discoveries))
        }
        let reader = try services.log.reader(topics: topics, from: .earliest, group: nil)
        let wake = reader.interrupt
        interrupt.withLock { $0 = wake }
        let (unread, kept, ends) = (goals, cache, bounds)
        nonisolated(unsafe) let handedOver = reader
        let started = SystemThread.start("web-catalogue") {
            var place = Place(unread: unread)
            if let kept {
                kept.start()
                self.restore(kept, ends, handedOver, &place)
            }
            self.run(handedOver, &place, kept)
            kept?.stop()
        }
        thread.withLock { $0 = started }
    }

    /// Begins where a checkpoint ends, if there is one.
    private func restore(
        _ cache: CatalogueCache, _ bounds: [String: PartitionBounds], _ reader: any LogReader, _ place: inout Place
    ) {
        guard let snapshot = cache.newest(bounds) else { return }
        // Placed first: what is in the catalogue must not be read again.
        var placed: [(topic: String, partition: Int32, from: Int64)] = []
        for topic in reader.topics {
            for (partition, end) in place.unread[topic] ?? [:] {
                let next = snapshot.positions["\(topic)/\(partition)"] ?? 0
                if next > 0 { placed.append((topic, partition, next)) }
                if next >= end { place.unread[topic]?[partition] = nil }
            }
        }
        do throws(LogError) {
            for each in placed { try reader.seek(topic: each.topic, partition: each.partition, offset: each.from) }
            guard services.catalogue.restore(snapshot.chunks) else {
                throw .unusable("a planet is in the checkpoint twice")
            }
            services.idempotency.restore(snapshot.keys)
            services.records.restore(snapshot.records)
            place.positions = snapshot.positions
        } catch {
            Log.warning("the catalogue is read from the log's beginning", ["error": "\(error)"])
            for (name, each) in bounds {
                guard let slash = name.lastIndex(of: "/") else { continue }
                let topic = String(name[..<slash])
                try? reader.seek(topic: topic, partition: each.partition, offset: each.first)
                if each.next > 0 { place.unread[topic, default: [:]][each.partition] = each.next }
            }
        }
    }

    /// Where enough has come since the last one, or at the end.
    private func keep(_ cache: CatalogueCache, _ place: inout Place, isLast: Bool = false) {
        guard place.news > 0 else { return }
        let isDue =
            isLast
            || cache.isDue(
                news: place.news, planets: services.catalogue.count, since: place.since, now: Clock.monotonic)
        guard isDue else { return }
        cache.give(
            CatalogueSnapshot(
                chunks: services.catalogue.rows(), keys: services.idempotency.saved(),
                records: services.records.saved(),
                positions: place.positions))
        place.news = 0
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        interrupt.withLock { $0 }?()
        thread.withLock { $0 }?.join()
    }

    private func run(_ reader: any LogReader, _ place: inout Place, _ cache: CatalogueCache?) {
        var decoder = DiscoveryDecoder(today: services.today)
        var rejects = RejectedText()
        var pause: UInt32 = 10_000
        defer { reader.close() }
        while !stopping.load(ordering: .acquiring) {
            if !services.isReady.load(ordering: .relaxed), place.unread.values.allSatisfy(\.isEmpty) {
                services.isReady.store(true, ordering: .releasing)
                Log.info("catalogue ready", ["planets": services.catalogue.count])
            }
            do throws(LogError) {
                let batch = try reader.poll(maxRecords: 4096, maxBytes: 8 << 20, timeout: 100_000_000)
                _ = reader.takeChanges()
                pause = 10_000
                take(batch, reader.topics, &decoder, &place, &rejects)
                if let cache { keep(cache, &place) }
            } catch {
                Log.warning("catalogue cannot read the log", ["error": "\(error)"])
                usleep(pause)
                pause = min(pause * 2, 1_000_000)
            }
        }
        if let cache { keep(cache, &place, isLast: true) }
    }

    private func take(
        _ batch: RecordBatch, _ topics: [String], _ decoder: inout DiscoveryDecoder,
        _ place: inout Place, _ rejects: inout RejectedText
    ) {
        if place.news == 0, !batch.isEmpty { place.since = Clock.monotonic }
        place.news += batch.count
        var items: [HistoryItem] = []
        var refused: [Int32: [Int64: FieldIssue]] = [:]
        var next: [Int32: Int64] = [:]
        var notes: [RecordNote] = []
        var ends: [EntryPlace: Int64] = [:]
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
            ends[EntryPlace(topic: entry.topic, partition: entry.partition)] = entry.offset + 1
        }
        for (end, offset) in ends {
            let topic = topics[Int(end.topic)]
            place.positions["\(topic)/\(end.partition)"] = offset
            if let goal = place.unread[topic]?[end.partition], offset >= goal {
                place.unread[topic]?[end.partition] = nil
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

private struct EntryPlace: Hashable {
    let topic: UInt8
    let partition: Int32
}
