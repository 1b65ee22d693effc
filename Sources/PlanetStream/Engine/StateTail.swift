// The thread that reads planet-state, and what it has read so far. Wakes the engine when something has changed.
// Not what follows from it (Live/SharedPublisher.swift).

import EventLog
import Synchronization
import Telemetry
import Threads

final class StateTail: Sendable {
    private struct State: Sendable {
        var shared = SharedState()
        /// Rises with every change.
        var version = 0
    }
    private let state = Guarded(State())
    private let stopping = Atomic<Bool>(false)
    private let interrupt: @Sendable () -> Void
    private let thread = Guarded<SystemThread?>(nil)

    /// Starts reading; `wake` is called after changes.
    init(_ log: any EventLog, topic: String, wake: @escaping @Sendable () -> Void) throws(LogError) {
        let reader = try log.reader(topics: [topic], from: .earliest, group: nil)
        interrupt = reader.interrupt
        let started = SystemThread.start("stream-state") { self.run(reader, wake) }
        thread.withLock { $0 = started }
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        interrupt()
        let thread = thread.withLock { $0.take() }
        thread?.join()
    }

    var version: Int { state.withLock { $0.version } }
    var claim: Claim? { state.withLock { $0.shared.claim } }
    func next(of partition: String) -> Int64? { state.withLock { $0.shared.states[partition]?.next } }
    var states: [String: PublishedState] { state.withLock { $0.shared.states } }

    private func run(_ reader: any LogReader, _ wake: @Sendable () -> Void) {
        defer { reader.close() }
        while !stopping.load(ordering: .acquiring) {
            do throws(LogError) {
                let batch = try reader.poll(maxRecords: 256, maxBytes: 8 << 20, timeout: 1_000_000_000)
                _ = reader.takeChanges()
                let hasChanged = state.withLock { state in
                    var hasChanged = false
                    for index in 0..<batch.count where state.shared.take(batch, index) { hasChanged = true }
                    if hasChanged { state.version += 1 }
                    return hasChanged
                }
                if hasChanged { wake() }
            } catch {
                if case .closed = error { return }
                Log.warning("the states of other stream processes cannot be read", ["error": "\(error)"])
                Clock.pause(200_000_000)
            }
        }
    }
}
