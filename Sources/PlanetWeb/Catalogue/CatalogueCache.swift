// Where the web's catalogue is kept between two runs: checkpoints in a local folder, written from time to time and when
// stopping, on a thread of their own. Only a shortcut: the log has everything that is missing or wrong here.

import Basics
import EventLog
import Lake
import Telemetry
import Threads

/// Where and when the catalogue is saved.
package struct CatalogueCacheOptions: Sendable {
    package var folder: String
    package var policy: CheckpointPolicy
    package init(folder: String, policy: CheckpointPolicy = CheckpointPolicy()) {
        self.folder = folder
        self.policy = policy
    }
}

final class CatalogueCache: Sendable {
    private struct State: Sendable {
        var isBusy = false
        var cost: UInt64 = 0
        var ended: UInt64 = 0
    }
    /// What to do if the cache belongs to a different log.
    static let advice = "\(LakeIdentity.advice). A web alone goes on with the new log under another --cache"
    private let options: CatalogueCacheOptions
    private let folder: CheckpointFolder
    /// Nil: another process writes here, this one only reads.
    private let lock: (any LakeLock)?
    private let log: String
    private let queue = Handover<CatalogueSnapshot>(capacity: 2)
    private let state = Guarded(State())
    private let thread = Guarded<SystemThread?>(nil)

    /// Nil if the folder can't be used: logged, and the web works without it.
    init?(_ options: CatalogueCacheOptions, log: String) {
        self.options = options
        self.log = log
        do throws(LakeError) {
            let store = try LocalFileStore(root: options.folder)
            folder = CheckpointFolder(store, "catalogue", name: "web")
            do throws(LakeError) {
                lock = try FolderLock(folder: options.folder)
            } catch .locked(let owner) {
                Log.info("another process owns the catalogue's cache; this one only reads it", ["reason": owner])
                lock = nil
            }
        } catch {
            Log.warning("no cache of the catalogue", ["folder": options.folder, "error": error])
            return nil
        }
    }

    private static func count(_ fate: String) {
        Metrics.shared.counter(
            "planetarium_catalogue_checkpoints_total", "Checkpoints of the web's catalogue, by what became of them.",
            labels: ["fate": fate]
        ).add()
    }

    /// The newest checkpoint that fits this log. Throws `.replaced` if one is ahead of it. `orIncomplete`: also one
    /// that lacks the log's beginning.
    func newest(
        _ bounds: [TopicPartition: PartitionBounds], orIncomplete: Bool = false
    ) throws(LogError) -> CatalogueSnapshot? {
        let entries: [CheckpointFolder.Entry]
        do throws(LakeError) { entries = try folder.list() } catch {
            Log.warning("the catalogue's cache cannot be listed", ["error": error])
            return nil
        }
        for entry in entries {
            var ahead: String?
            do throws(CheckpointFault) {
                let file = try CheckpointFile(entry, in: folder.store) { (head) throws(CheckpointFault) in
                    guard head.meaning == CatalogueSnapshot.meaning else {
                        throw .unfit("it was written by a planetarium with other columns")
                    }
                    guard head.log == log else { throw .unfit("it belongs to the log \(head.log), this one is \(log)") }
                    for (place, next) in head.positions {
                        if let end = bounds[place]?.next, next > end {
                            ahead =
                                "the web's cache is ahead of the log: it holds \(place) up to offset \(next - 1), "
                                + "the log ends before \(end). \(LogMismatch.advice). \(CatalogueCache.advice)"
                        }
                        guard let bounds = bounds[place], next >= bounds.first, next <= bounds.next else {
                            throw .unfit("it is of \(place):\(next), which the log does not reach or no longer has")
                        }
                    }
                    if head.numbers[CatalogueSnapshot.incomplete] != nil, !orIncomplete {
                        throw .unfit("it lacks what the log had lost before")
                    }
                    for (place, bounds) in bounds where head.positions[place] == nil && bounds.first > 0 {
                        throw .unfit("it knows nothing of \(place), whose beginning the log no longer has")
                    }
                }
                let snapshot = try CatalogueSnapshot(file)
                CatalogueCache.count("restored")
                Log.info("catalogue restored", ["path": entry.path, "planets": snapshot.planets])
                return snapshot
            } catch {
                CatalogueCache.count("refused")
                Log.warning("checkpoint of the catalogue not used", ["path": entry.path, "reason": "\(error)"])
                if let ahead { throw .replaced(ahead) }
            }
        }
        return nil
    }

    // MARK: Writing

    func start() {
        guard lock != nil else { return }
        let started = SystemThread.start("web-ckpt") { [self] in
            while let snapshot = queue.take() { write(snapshot) }
        }
        thread.withLock { $0 = started }
    }

    /// Whether one should be taken now. `news`: records since the last one, the first of them at `since` (monotonic).
    func isDue(news: Int, planets: Int, since: UInt64, now: UInt64) -> Bool {
        guard lock != nil, news > 0,
            options.policy.isDue(news: Int64(news), planets: planets, since: since, now: now)
        else { return false }
        return state.withLock { !$0.isBusy && now >= $0.ended + CheckpointPolicy.rest(after: $0.cost) }
    }

    func give(_ snapshot: CatalogueSnapshot) {
        guard lock != nil else { return }
        state.withLock { $0.isBusy = true }
        _ = queue.give(snapshot)
    }

    /// Waits for what was given.
    func stop() {
        queue.close()
        let thread = thread.withLock { $0.take() }
        thread?.join()
    }

    private func write(_ snapshot: CatalogueSnapshot) {
        let begun = Clock.monotonic
        do throws(LakeError) {
            let file = try snapshot.write(to: folder, log: log)
            CatalogueCache.count("written")
            Log.info(
                "checkpoint of the catalogue",
                [
                    "path": file.path, "bytes": file.bytes, "planets": snapshot.planets,
                    "ms": (Clock.monotonic - begun) / 1_000_000,
                ])
        } catch {
            CatalogueCache.count("failed")
            Log.warning("checkpoint of the catalogue not written", ["error": error])
        }
        let now = Clock.monotonic
        state.withLock { $0 = State(isBusy: false, cost: now - begun, ended: now) }
    }
}
