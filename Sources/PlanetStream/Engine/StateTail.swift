// The thread that reads planet-state, and what it has read so far. Wakes the engine after changes.
// Live/SharedPublisher.swift acts on them.

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
    private let interrupt = Guarded<(@Sendable () -> Void)?>(nil)
    private let thread = Guarded<SystemThread?>(nil)

    /// Starts reading; `wake` is called after changes.
    init(_ log: any EventLog, topic: String, wake: @escaping @Sendable () -> Void) throws(LogError) {
        let open: @Sendable () throws(LogError) -> any LogReader = { () throws(LogError) in
            try log.reader(topics: [topic], from: .earliest, group: nil)
        }
        let reader = try open()
        let started = SystemThread.start("stream-state") { self.run(reader, topic, open, wake) }
        thread.withLock { $0 = started }
    }

    func stop() {
        stopping.store(true, ordering: .releasing)
        interrupt.withLock { $0 }?()
        let thread = thread.withLock { $0.take() }
        thread?.join()
    }

    var version: Int { state.withLock { $0.version } }
    var claim: Claim? { state.withLock { $0.shared.claim } }
    func next(of partition: String) -> Int64? { state.withLock { $0.shared.states[partition]?.next } }
    var states: [String: PublishedState] { state.withLock { $0.shared.states } }

    /// A reader that failed may have skipped states: a new one continues behind the last record taken.
    private func run(
        _ opened: any LogReader, _ topic: String, _ open: () throws(LogError) -> any LogReader,
        _ wake: @Sendable () -> Void
    ) {
        var opened: (any LogReader)? = opened
        var next: [Int32: Int64] = [:]
        while !stopping.load(ordering: .acquiring) {
            do throws(LogError) {
                let reader = if let first = opened.take() { first } else { try open() }
                defer { reader.close() }
                let interrupt = reader.interrupt
                self.interrupt.withLock { $0 = interrupt }
                for (partition, next) in next { try reader.seek(topic: topic, partition: partition, offset: next) }
                while !stopping.load(ordering: .acquiring) { try follow(reader, &next, wake) }
            } catch {
                if case .closed = error { return }
                if case .offsetOutOfRange = error {
                    // The topic was made again.
                    next = [:]
                    state.withLock { $0.shared = SharedState() }
                }
                Log.warning("the states of other stream processes cannot be read", ["error": "\(error)"])
                Clock.pause(200_000_000)
            }
        }
    }

    private func follow(
        _ reader: any LogReader, _ next: inout [Int32: Int64], _ wake: @Sendable () -> Void
    ) throws(LogError) {
        let batch = try reader.poll(maxRecords: 256, maxBytes: 8 << 20, timeout: 1_000_000_000)
        _ = reader.takeChanges()
        let hasChanged = state.withLock { state in
            var hasChanged = false
            for index in 0..<batch.count where state.shared.take(batch, index) { hasChanged = true }
            if hasChanged { state.version += 1 }
            return hasChanged
        }
        for entry in batch.entries { next[entry.partition] = entry.offset + 1 }
        if hasChanged { wake() }
    }
}
