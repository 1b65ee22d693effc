// The thread that reads the log into the catalogue (CatalogueReader) and tells receipts the fate of their records.
// After a failure of the log a new reader continues from where the catalogue is: the failed one may have skipped
// records it never returned.

import Basics
import EventLog
import PlanetCore
import Synchronization
import Telemetry
import Threads

final class CatalogueTail: Sendable {
    private static let shortestPause: UInt64 = 10_000_000
    private static let longestPause: UInt64 = 1_000_000_000
    private let services: WebServices
    private let stopping = Atomic<Bool>(false)
    private let interrupt = Guarded<(@Sendable () -> Void)?>(nil)
    private let thread = Guarded<SystemThread?>(nil)
    private let cacheOptions: CatalogueCacheOptions?

    init(services: WebServices, cache: CatalogueCacheOptions? = nil) {
        self.services = services
        cacheOptions = cache
    }

    /// Opens the reader and starts the thread. The services are ready once it has reached the present end of the log.
    func start() throws(LogError) {
        var cache: CatalogueCache?
        if let cacheOptions {
            let log = try LogPatience.wait { () throws(LogError) in
                try services.log.identity(of: services.topics.discoveries)
            }
            // Which records count depends on where the keys belong.
            let spread = services.keys.map { ", keys in \($0.count) partitions" } ?? ""
            // A cache of an earlier chapter lacks what else the lake has.
            let chapter = services.keys.map { $0.chapter > 1 ? ", chapter \($0.chapter)" : "" } ?? ""
            cache = CatalogueCache(cacheOptions, log: log + spread + chapter)
        }
        let reader = try LogPatience.wait { () throws(LogError) in try open() }
        let kept = cache
        let started = SystemThread.start("web-catalogue") {
            kept?.start()
            self.run(reader, kept)
            kept?.stop()
        }
        thread.withLock { $0 = started }
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        interrupt.withLock { $0 }?()
        thread.withLock { $0 }?.join()
    }

    private func open() throws(LogError) -> any LogReader {
        let topics = services.topics.stored
        let reader = try services.log.reader(topics: topics, from: .earliest, group: nil)
        let wake = reader.interrupt
        interrupt.withLock { $0 = wake }
        return reader
    }

    private var isStopping: Bool { stopping.load(ordering: .acquiring) }

    private func run(_ opened: any LogReader, _ cache: CatalogueCache?) {
        var opened: (any LogReader)? = opened
        var step = CatalogueReader(
            services.catalogue, services.idempotency, services.records, services.classes, keys: services.keys,
            decoded: services.decoded, today: services.today)
        var progress = CatalogueProgress()
        var pause = CatalogueTail.shortestPause
        var told: LogError?
        while !isStopping {
            do throws(LogError) {
                let reader = if let first = opened.take() { first } else { try open() }
                defer { reader.close() }
                try begin(reader, &step, &progress, cache)
                while !isStopping, !services.health.isOfAnotherLog {
                    becomeReady(progress)
                    let batch = try reader.poll(maxRecords: 4096, maxBytes: 8 << 20, timeout: 100_000_000)
                    _ = reader.takeChanges()
                    pause = CatalogueTail.shortestPause
                    let done = step.take(batch)
                    progress.took(batch, of: reader.topics, now: Clock.monotonic)
                    services.health.read(to: progress.positions)
                    for end in reader.takeEnds() { progress.reached(end) }
                    services.desk.applied(done.items, refused: done.refused, next: done.next)
                    if let cache { keep(cache, &progress) }
                }
            } catch {
                if error != told { Log.warning("catalogue cannot read the log", ["error": "\(error)"]) }
                told = error
                services.health.cannotRead(error)
                // Nothing is read back now; receipts that have waited long enough go out without.
                services.desk.applied([], next: [:])
                Clock.pause(pause)
                pause = min(pause * 2, CatalogueTail.longestPause)
            }
            if services.health.isOfAnotherLog { waitForStop() }
        }
        if let cache { keep(cache, &progress, isLast: true) }
    }

    /// The catalogue belongs to a log that no longer exists. It stays as it is; nothing of the other log is added.
    private func waitForStop() {
        while !isStopping {
            services.desk.applied([], next: [:])
            Clock.pause(CatalogueTail.longestPause / 10)
        }
    }

    /// Places the reader where the catalogue ends, at first where its saved state ends.
    private func begin(
        _ reader: any LogReader, _ step: inout CatalogueReader, _ progress: inout CatalogueProgress,
        _ cache: CatalogueCache?
    ) throws(LogError) {
        var bounds: [TopicPartition: PartitionBounds] = [:]
        for topic in reader.topics {
            for each in try services.log.bounds(of: topic) { bounds[TopicPartition(topic, each.partition)] = each }
        }
        if progress.isBegun {
            try compare(progress.marks, progress.positions, bounds)
        } else {
            try restore(bounds, &step, &progress, cache)
        }
        for (place, each) in bounds {
            guard let next = progress.positions[place], next > 0 else { continue }
            // What the log has dropped meanwhile can no longer be read.
            try reader.seek(topic: place.topic, partition: place.partition, offset: max(next, each.first))
        }
    }

    /// Throws `.replaced` if the log is not the one that was read to these positions.
    private func compare(
        _ marks: [TopicPartition: [RecordFingerprint]], _ positions: [TopicPartition: Int64],
        _ bounds: [TopicPartition: PartitionBounds]
    ) throws(LogError) {
        for (place, each) in bounds {
            for mark in marks[place] ?? [] {
                let objection = try services.log.objection(to: mark, topic: place.topic, each)
                if let objection { throw .replaced(objection) }
            }
            if let next = positions[place], next > each.next {
                throw .replaced(
                    "\(place) ends before offset \(each.next), and was read up to \(next). \(LogMismatch.advice)")
            }
        }
    }

    /// Restores the cache; if the log's beginning is gone and the cache lacks it, the lake.
    private func restore(
        _ bounds: [TopicPartition: PartitionBounds], _ step: inout CatalogueReader, _ progress: inout CatalogueProgress,
        _ cache: CatalogueCache?
    ) throws(LogError) {
        let mayBeIncomplete = services.servesWhatIsLeft && services.catalogueArchive == nil
        if let snapshot = try cache?.newest(bounds, orIncomplete: mayBeIncomplete) {
            do throws(LogError) {
                try compare(snapshot.marks, snapshot.positions, bounds)
            } catch .replaced(let reason) {
                throw .replaced("the web's cache is of another log: \(reason). \(CatalogueCache.advice)")
            }
            services.catalogue.restore(snapshot.rows)
            services.idempotency.restore(snapshot.keys)
            services.records.restore(snapshot.records)
            services.classes.restore(snapshot.classes)
            services.isIncomplete.store(snapshot.isIncomplete, ordering: .relaxed)
            progress.begin(at: snapshot.positions, bounds, last: snapshot.marks.compactMapValues(\.first))
            return
        }
        try compareWithLake()
        guard let lost = whatIsLost(bounds) else {
            // An adopted log has its beginning, but the catalogue also covers the logs before it.
            if let archive = try archiveOfEarlierLogs(),
                let beginning = try LakeBeginning(services, archive, bounds, &step, isStopping: { self.isStopping })
            {
                return progress.begin(
                    at: beginning.positions, bounds, news: services.catalogue.count, now: Clock.monotonic)
            }
            return progress.begin(at: [:], bounds)
        }
        services.isIncomplete.store(true, ordering: .relaxed)
        if let archive = services.catalogueArchive,
            let beginning = try LakeBeginning(services, archive, bounds, &step, isStopping: { self.isStopping })
        {
            services.isIncomplete.store(beginning.lacksRecords, ordering: .relaxed)
            progress.begin(
                at: beginning.positions, bounds, news: services.catalogue.count, now: Clock.monotonic)
        } else if services.servesWhatIsLeft {
            Log.error("\(lost). What is left is served")
            progress.begin(at: [:], bounds)
        } else {
            throw .unusable(
                "\(lost). Start with the cache that has it, with --lake, or with --serve-what-is-left 1")
        }
    }

    /// Without a saved state only the lake can reveal that a topic was recreated meanwhile. An embedded log has a name
    /// of its own for that.
    private func compareWithLake() throws(LogError) {
        guard services.keys != nil, let archive = services.catalogueArchive else { return }
        let objection: String?
        do {
            objection = try archive.objectionToLog()
        } catch {
            throw .unusable("The log cannot be compared with the lake (\(error))")
        }
        if let objection { throw .replaced(objection) }
    }

    /// What the log lacks; nil if it has everything, or if a lake at hand knows more than this can tell.
    private func whatIsLost(_ bounds: [TopicPartition: PartitionBounds]) -> String? {
        if let first = bounds.filter({ $0.value.first > 0 }).min(by: { $0.key < $1.key }) {
            return "The log's beginning is gone (\(first.key) begins at offset \(first.value.first)), and neither the "
                + "cache nor a lake has what lay before"
        }
        guard services.isOfSeveralLogs, services.catalogueArchive == nil else { return nil }
        return "The log is not the first of its lake (planetarium topics adopt), and the planets of the logs before it "
            + "are in the lake alone, which this process does not read"
    }

    private func archiveOfEarlierLogs() throws(LogError) -> (any CatalogueArchive)? {
        guard let archive = services.catalogueArchive else { return nil }
        do {
            return try archive.hasEarlierLogs() ? archive : nil
        } catch {
            throw .unusable("The lake cannot be read (\(error)), and the log's beginning may be in it")
        }
    }

    private func becomeReady(_ progress: CatalogueProgress) {
        guard !services.isReady.load(ordering: .relaxed), progress.isComplete else { return }
        services.isReady.store(true, ordering: .releasing)
        Log.info("catalogue ready", ["planets": services.catalogue.count])
    }

    /// Takes a checkpoint if enough is new, or at the end.
    private func keep(_ cache: CatalogueCache, _ progress: inout CatalogueProgress, isLast: Bool = false) {
        guard progress.news > 0, !services.health.isOfAnotherLog else { return }
        let isDue =
            isLast
            || cache.isDue(
                news: progress.news, planets: services.catalogue.count, since: progress.since, now: Clock.monotonic)
        guard isDue else { return }
        cache.give(
            CatalogueSnapshot(
                rows: services.catalogue.saved(), keys: services.idempotency.saved(),
                records: services.records.saved(), classes: services.classes.saved(), positions: progress.positions,
                marks: progress.marks,
                isIncomplete: services.isIncomplete.load(ordering: .relaxed)))
        progress.kept()
    }
}
