// Reasons not to take submissions now: a log that can't be read or appended to, or that was replaced.

import Basics
import EventLog
import Telemetry
import Threads

final class LogHealth: Sendable {
    /// How long to show a failed append that no later append disproves, and a stream's notice that is not repeated.
    private static let memory: UInt64 = 10_000_000_000

    private struct State: Sendable {
        var reading: String?
        var appending: (reason: String, at: UInt64)?
        /// A stream process's notice that the log was replaced.
        var notice: (reason: String, at: UInt64)?
        /// The offset after the last that was read, or acknowledged.
        var read: [TopicPartition: Int64] = [:]
        var acknowledged: [TopicPartition: Int64] = [:]
    }
    private let state = Guarded(State())
    private let mismatch: LogMismatch
    private let elsewhere: (@Sendable () -> String?)?

    /// `elsewhere`: trouble in other parts of the process.
    init(_ mismatch: LogMismatch, elsewhere: (@Sendable () -> String?)? = nil) {
        self.mismatch = mismatch
        self.elsewhere = elsewhere
    }

    /// Nil while all is well. `now`: monotonic nanoseconds.
    func trouble(now: UInt64 = Clock.monotonic) -> String? {
        if let reason = mismatch.reason { return reason }
        let own: String? = state.withLock { state in
            if let reason = state.reading { return reason }
            return [state.notice, state.appending].compactMap { $0 }.first { now < $0.at + LogHealth.memory }?.reason
        }
        return own ?? elsewhere?()
    }

    /// Why nothing may be appended now; nil: it may.
    func refusal(now: UInt64 = Clock.monotonic) -> LogError? {
        let notice = state.withLock { state in
            state.notice.flatMap { now < $0.at + LogHealth.memory ? $0.reason : nil }
        }
        return (mismatch.reason ?? notice).map { .unavailable($0) }
    }

    /// A stream process says that the log was replaced. It repeats that until it is restarted with a lake that
    /// continues with this log, or with another log.
    func heard(_ reason: String, at now: UInt64 = Clock.monotonic) {
        let isNews = state.withLock { state in
            defer { state.notice = (reason, now) }
            return state.notice.map { now >= $0.at + LogHealth.memory } ?? true
        }
        if isNews { Log.error("a stream process reports that the log was replaced", ["reason": reason]) }
    }

    /// For good: anything read from now on does not belong to the log that was read.
    var isOfAnotherLog: Bool { mismatch.reason != nil }

    /// How far the catalogue has read the log: for each partition the next offset.
    var positions: [TopicPartition: Int64] { state.withLock { $0.read } }

    /// A partition that goes back has other records than those that were read.
    func read(to positions: [TopicPartition: Int64]) {
        let back: String? = state.withLock { state in
            state.reading = nil
            let back = positions.first { $0.value < state.read[$0.key] ?? 0 }
            if back == nil { state.read = positions }
            return back.map {
                "\($0.key) was read below \(state.read[$0.key] ?? 0), and then again below \($0.value). "
            }
        }
        if let back { mismatch.note(back + LogMismatch.advice) }
    }

    func cannotRead(_ error: LogError) {
        switch error {
        case .replaced(let reason): mismatch.note(reason)
        // Not the log's state but a flaw of the request: already a sentence.
        case .unusable(let reason): state.withLock { $0.reading = reason }
        default: state.withLock { $0.reading = "The log cannot be read now (\(error))." }
        }
    }

    /// The offsets that an append starting now must come after.
    func floor(_ topic: String) -> AppendFloor {
        state.withLock { AppendFloor(topic: topic, read: $0.read, acknowledged: $0.acknowledged) }
    }

    /// The result of an append. A record acknowledged below earlier ones is in a different log: no answer may call it
    /// stored.
    func check(
        _ result: Result<[LogPosition], LogError>, after floor: AppendFloor
    ) -> Result<[LogPosition], LogError> {
        switch result {
        case .success(let positions):
            if let fault = floor.fault(positions) {
                mismatch.note(fault)
                return .failure(.unavailable(fault))
            }
            var ends: [Int32: Int64] = [:]
            for position in positions {
                ends[position.partition] = max(ends[position.partition] ?? 0, position.offset + 1)
            }
            state.withLock { [ends] state in
                state.appending = nil
                for (partition, end) in ends {
                    let place = TopicPartition(floor.topic, partition)
                    state.acknowledged[place] = max(state.acknowledged[place] ?? 0, end)
                }
            }
        case .failure(.busy), .failure(.tooLarge), .failure(.closed): break
        case .failure(let error):
            let reason = "The log cannot be written now (\(error))."
            state.withLock { $0.appending = (reason, Clock.monotonic) }
        }
        return result
    }
}

/// Where a topic's partitions ended before an append, as far as this process knew.
struct AppendFloor: Sendable {
    let topic: String
    let read: [TopicPartition: Int64]
    let acknowledged: [TopicPartition: Int64]

    /// Why these can't be the log's next records; nil if they can.
    func fault(_ positions: [LogPosition]) -> String? {
        var partition: Int32 = -1
        var floor: Int64 = 0
        for position in positions {
            if position.partition != partition {
                partition = position.partition
                let place = TopicPartition(topic, partition)
                floor = max(read[place] ?? 0, acknowledged[place] ?? 0)
            }
            if position.offset < floor {
                return
                    "\(topic)/\(partition) gave a record the offset \(position.offset), and held records below \(floor) "
                    + "before it. " + LogMismatch.advice
            }
        }
        return nil
    }
}
