// Looks now and then, on a thread of its own so that no reader waits for it, whether the log is still the one that is
// read: whether its topics are there, and whether records that were read of it still lie where they were read. A topic
// that was deleted, made again and filled between two reads shows in nothing else.
// What follows from a finding is LogMismatch's and the readers' matter.

import Basics
import Telemetry
import Threads

package final class LogWatch: Sendable {
    private struct Known: Sendable {
        /// Read before the look before: a newer one may be the new topic's already.
        var compared: RecordFingerprint
        var newest: RecordFingerprint
    }

    private struct State: Sendable {
        var known: [TopicPartition: Known] = [:]
        /// Why the last look found a topic missing, or (not yet confirmed) another one.
        var missing: String?
        var suspicion: String?
        var isHurried = false
        var isStopped = false
    }

    /// A finding counts when the next look, so much later, has it too: a cluster that changes leaders may say for a
    /// moment that a topic is not there, or shorter.
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

    /// Waits for nobody: a cluster that is away may leave a question under way, which ends by itself.
    package func stop() {
        log.isWatched(by: nil)
        state.withLock { $0.isStopped = true }
        state.wakeAll()
    }

    /// A topic is gone: in a sentence; nil while all are there.
    package var trouble: String? { state.withLock { $0.missing } }

    /// The records were read, by a reader of these topics.
    func read(_ batch: RecordBatch, of names: [String]) {
        var ends: [TopicPartition: Int] = [:]
        for index in batch.entries.indices {
            let entry = batch.entries[index]
            // Neighbours mostly are of one partition.
            if index + 1 < batch.count, batch.entries[index + 1].partition == entry.partition,
                batch.entries[index + 1].topic == entry.topic
            {
                continue
            }
            let topic = names[Int(entry.topic)]
            if topics.contains(topic) { ends[TopicPartition(topic, entry.partition)] = index }
        }
        guard !ends.isEmpty else { return }
        let last = ends.mapValues { RecordFingerprint(batch, $0) }
        state.withLock { state in
            for (place, record) in last {
                let known = state.known[place] ?? Known(compared: record, newest: record)
                state.known[place] = known
                // Of several readers one is ahead.
                if record.offset > known.newest.offset { state.known[place]?.newest = record }
            }
        }
    }

    /// Something speaks for looking at once.
    func hurry() {
        state.withLock { $0.isHurried = true }
        state.wakeAll()
    }

    /// False when it is to end.
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
                    // Asked again at the next look; that the log can't be reached, others tell.
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
