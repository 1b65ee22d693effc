// The thread that reads the log into the catalogue (CatalogueReader) and hands receipts what became of their records. A
// log that fails is read on from where the catalogue stands, by a new reader: one that failed may have passed over
// records it never gave.

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

    /// Opens the reader and starts the thread. The services are ready once it has reached the end of the log as it is
    /// now.
    func start() throws(LogError) {
        var cache: CatalogueCache?
        if let cacheOptions {
            cache = CatalogueCache(cacheOptions, log: try services.log.identity(of: services.topics.discoveries))
        }
        let reader = try open()
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
        var step = CatalogueReader(services.catalogue, services.idempotency, services.records, today: services.today)
        var progress = CatalogueProgress()
        var pause = CatalogueTail.shortestPause
        while !isStopping {
            do throws(LogError) {
                let reader = if let first = opened.take() { first } else { try open() }
                defer { reader.close() }
                try begin(reader, &progress, cache)
                while !isStopping {
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
                Log.warning("catalogue cannot read the log", ["error": "\(error)"])
                services.health.cannotRead(error)
                // Nothing is read back now; receipts that have waited long enough go out without.
                services.desk.applied([], next: [:])
                Clock.pause(pause)
                pause = min(pause * 2, CatalogueTail.longestPause)
            }
        }
        if let cache { keep(cache, &progress, isLast: true) }
    }

    /// Places the reader where the catalogue stands, at first where a checkpoint ends. What a checkpoint has goes into
    /// the catalogue once every partition is placed: if one can't be, nothing is taken from it, and the next try begins
    /// anew.
    private func begin(
        _ reader: any LogReader, _ progress: inout CatalogueProgress, _ cache: CatalogueCache?
    ) throws(LogError) {
        var bounds: [String: PartitionBounds] = [:]
        for topic in reader.topics {
            for each in try services.log.bounds(of: topic) { bounds["\(topic)/\(each.partition)"] = each }
        }
        let snapshot = progress.isBegun ? nil : cache?.newest(bounds)
        let positions = snapshot?.positions ?? progress.positions
        for topic in reader.topics {
            for (name, each) in bounds where name == "\(topic)/\(each.partition)" {
                guard let next = positions[name], next > 0 else { continue }
                // What the log has dropped meanwhile can't be read any more.
                try reader.seek(topic: topic, partition: each.partition, offset: max(next, each.first))
            }
        }
        guard !progress.isBegun else { return }
        if let snapshot {
            services.catalogue.restore(snapshot.rows)
            services.idempotency.restore(snapshot.keys)
            services.records.restore(snapshot.records)
        }
        progress.begin(at: positions, bounds)
    }

    private func becomeReady(_ progress: CatalogueProgress) {
        guard !services.isReady.load(ordering: .relaxed), progress.isComplete else { return }
        services.isReady.store(true, ordering: .releasing)
        Log.info("catalogue ready", ["planets": services.catalogue.count])
    }

    /// Where enough has come since the last one, or at the end.
    private func keep(_ cache: CatalogueCache, _ progress: inout CatalogueProgress, isLast: Bool = false) {
        guard progress.news > 0 else { return }
        let isDue =
            isLast
            || cache.isDue(
                news: progress.news, planets: services.catalogue.count, since: progress.since, now: Clock.monotonic)
        guard isDue else { return }
        cache.give(
            CatalogueSnapshot(
                rows: services.catalogue.saved(), keys: services.idempotency.saved(),
                records: services.records.saved(), positions: progress.positions))
        progress.kept()
    }
}
