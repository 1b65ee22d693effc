// Checks from time to time whether the log is still the one that was read: whether its topics exist, and whether
// records read earlier still lie where they were. Runs on a thread of its own, so that no reader waits for it. Nothing
// else shows that a topic was deleted, made again and filled between two reads. LogMismatch and the readers act on what
// it finds.

import Basics
import Telemetry
import Threads

package final class LogWatch: Sendable {
    private struct Known: Sendable {
        /// Read before the last look: a newer one may already be the new topic's.
        var compared: RecordFingerprint
        var newest: RecordFingerprint
    }

    private struct State: Sendable {
        var known: [TopicPartition: Known] = [:]
        /// Why the last look found a topic missing or, unconfirmed, a different one.
        var missing: String?
        var suspicion: String?
        var isHurried = false
        var isStopped = false
    }

    /// A finding counts only if the next look confirms it this much later: while a cluster changes leaders, it may
    /// claim for a moment that a topic is missing, or shorter.
    private static let patience: UInt64 = 1_000_000_000

    private let log: any EventLog
    private let topics: [String]
    private let mismatch: LogMismatch
    /// Between two looks, in nanoseconds.
    private let interval: UInt64
    private let state = Guarded(State())

    package init(_ log: any EventLog, topics: [String], _ mismatch: LogMismatch, interval: UInt64 = 5_000_000_000) {
        self.log = log
        self.topics = topics
        self.mismatch = mismatch
        self.interval = interval
    }

    package func start() {
        log.isWatched(by: self)
        SystemThread.start("log-watch") { [self] in
            while let pause = turn() { if !wait(pause) { return } }
        }.detach()
    }

    /// Does not wait: if the cluster is away, a request may stay under way and end by itself.
    package func stop() {
        log.isWatched(by: nil)
        state.withLock { $0.isStopped = true }
        state.wakeAll()
    }

    /// Says that a topic is gone, in a sentence; nil while all are there.
    package var trouble: String? { state.withLock { $0.missing } }

    /// A reader of these topics has read these records.
    func read(_ batch: RecordBatch, of names: [String]) {
        let ends = batch.lastIndices(of: names).filter { topics.contains($0.key.topic) }
        guard !ends.isEmpty else { return }
        let last = ends.mapValues { RecordFingerprint(batch, $0) }
        state.withLock { state in
            for (place, record) in last {
                let known = state.known[place] ?? Known(compared: record, newest: record)
                state.known[place] = known
                // One of several readers is ahead.
                if record.offset > known.newest.offset { state.known[place]?.newest = record }
            }
        }
    }

    /// There is reason to look at once.
    func hurry() {
        state.withLock { $0.isHurried = true }
        state.wakeAll()
    }

    /// False once the watch should end.
    private func wait(_ pause: UInt64) -> Bool {
        let end: Bool? = state.wait(timeout: pause) { state in
            if state.isStopped { return true }
            guard state.isHurried else { return nil }
            state.isHurried = false
            return false
        }
        return end != true
    }

    // MARK: Looking

    /// One look. Returns the pause before the next; nil when there is nothing left to find.
    package func turn() -> UInt64? {
        guard mismatch.reason == nil else { return nil }
        let found = look()
        let isConfirmed = state.withLock { state in
            defer { state.suspicion = found?.text }
            guard let found, state.suspicion == found.text else {
                if found == nil { state.missing = nil }
                return false
            }
            if found.isMissing { state.missing = found.text }
            return true
        }
        guard let found else { return interval }
        guard isConfirmed else { return min(interval, LogWatch.patience) }
        if found.isMissing { return interval }
        mismatch.note(found.text)
        return nil
    }

    private func look() -> (text: String, isMissing: Bool)? {
        for topic in topics {
            let (before, isStopped) = state.withLock { ($0.known, $0.isStopped) }
            if isStopped { return nil }
            do throws(LogError) {
                let bounds = try log.bounds(of: topic)
                for (place, known) in before where place.topic == topic {
                    guard let bounds = bounds.first(where: { $0.partition == place.partition }) else {
                        return ("there is no \(place) any more, and it was read. \(LogMismatch.advice)", false)
                    }
                    if let objection = try log.objection(to: known.compared, topic: topic, bounds) {
                        return (objection, false)
                    }
                    state.withLock { $0.known[place]?.compared = known.newest }
                }
            } catch {
                guard case .unknownTopic = error else {
                    // The next look asks again; others report that the log can't be reached.
                    Log.debug("the log can't be compared now", ["topic": topic, "error": "\(error)"])
                    continue
                }
                return (
                    "Topic \(topic) is gone. Nothing is taken until it is there again, with the records it had", true
                )
            }
        }
        return nil
    }
}
