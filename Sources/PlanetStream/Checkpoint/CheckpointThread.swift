// The thread that writes checkpoints of what is already in the lake, so that neither engine nor lake waits. A
// checkpoint that can't be written is logged and counted; the next start only has more to read.

import Lake
import Telemetry
import Threads

final class CheckpointThread: Sendable {
    private struct State: Sendable {
        var waiting = 0
        /// How long the last one took, and when it ended (monotonic).
        var cost: UInt64 = 0
        var ended: UInt64 = 0
    }
    private let queue = Handover<TallySnapshot>(capacity: 4096)
    private let state = Guarded(State())
    private let store: any FileStore
    private let lake: String
    private let log: String
    private let written: Counter
    private let failed: Counter
    private let seconds: Histogram
    private let size: Gauge

    init(_ store: any FileStore, lake: String, log: String) {
        self.store = store
        self.lake = lake
        self.log = log
        written = Checkpoints.counter("written")
        failed = Checkpoints.counter("failed")
        seconds = Metrics.shared.histogram("planetarium_checkpoint_seconds", "Time to write a checkpoint.")
        size = Metrics.shared.gauge("planetarium_checkpoint_bytes", "Size of the newest checkpoint this process wrote.")
    }

    /// Called by the engine before it sends the snapshot.
    func announce() { state.withLock { $0.waiting += 1 } }

    /// Called by the lake's thread once everything in the snapshot is in the lake; nil: it never will be.
    func give(_ snapshot: TallySnapshot?) {
        guard let snapshot, queue.give(snapshot) else { return settle() }
    }

    /// Nanoseconds since the last one ended, and what it cost; nil while one is under way.
    func rest(now: UInt64) -> (since: UInt64, cost: UInt64)? {
        state.withLock { state in
            guard state.waiting == 0 else { return nil }
            return (now > state.ended ? now - state.ended : 0, state.cost)
        }
    }

    /// Waits until none is under way.
    func wait() {
        let _: Bool? = state.wait { $0.waiting == 0 ? true : nil }
    }

    /// No more will be given.
    func close() { queue.close() }

    func run() {
        while let snapshot = queue.take() {
            let begun = Clock.monotonic
            do throws(LakeError) {
                let folder = CheckpointFolder(store, Checkpoints.folder, name: snapshot.name)
                let file = try snapshot.write(to: folder, lake: lake, log: log)
                written.add()
                size.set(Double(file.bytes))
                seconds.record(seconds: Double(Clock.monotonic - begun) / 1e9)
                Log.info(
                    "checkpoint",
                    [
                        "path": file.path, "bytes": file.bytes, "planets": snapshot.planets,
                        "positions": snapshot.positions.text, "ms": (Clock.monotonic - begun) / 1_000_000,
                    ])
            } catch {
                failed.add()
                Log.warning("checkpoint not written", ["name": snapshot.name, "error": error])
            }
            let cost = Clock.monotonic - begun
            state.withLock { state in
                state.cost = cost
                state.ended = Clock.monotonic
            }
            settle()
        }
    }

    private func settle() {
        state.withLock { $0.waiting -= 1 }
        state.wakeAll()
    }
}
