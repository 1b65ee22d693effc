// Records in another partition than their planet's, on their way to the one where they count. None is ever dropped, and
// their order is kept: one append at a time, with at most one of each planet, because of two the log may take the
// second alone. After a failure everything unacknowledged is sent again; copies are recognised by their source
// (PlanetCore/SentFrom.swift). PlanetCore/RecordReader.swift decides which records these are.

import EventLog
import PlanetCore
import Telemetry
import Threads

final class SentOnRecords: Sendable {
    /// The number that may wait for the log; beyond it the engine waits.
    static let capacity = 1024
    private static let batchBytes = 1 << 20

    private struct Copy: Sendable {
        var key: String
        var value: [UInt8]?
        var headers: [RecordHeader]

        var bytes: Int {
            key.utf8.count + (value?.count ?? 0) + headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.count }
        }
    }
    private struct State: Sendable {
        /// Not yet acknowledged, in order.
        var waiting: [Copy] = []
        var isUnderWay = false
        /// How many to send at once: one after the log refused some as too large, to find out which.
        var most = SentOnRecords.capacity
        /// Why the last append failed.
        var trouble: LogError?
    }
    private let writer: any LogWriter
    private let topic: String
    private let state = Guarded(State())
    private let sent: Counter
    private let refused: Counter
    private let known: Counter
    private let wake: @Sendable () -> Void

    /// `wake`: called on the log's thread when more could be sent.
    init(_ writer: any LogWriter, topic: String, wake: @escaping @Sendable () -> Void = {}) {
        self.writer = writer
        self.topic = topic
        self.wake = wake
        func counter(_ fate: String) -> Counter {
            Metrics.shared.counter(
                "planetarium_stream_sent_on_total",
                "Records of other programs in another partition than their planet's, sent on to it.",
                labels: ["fate": fate])
        }
        sent = counter("sent")
        refused = counter("refused")
        known = counter("known")
    }

    /// One that need not be sent, because its copy is in the log.
    func noteKnown() { known.add() }

    /// Takes a record that goes to its planet's partition, the one of `key`.
    func add(_ batch: borrowing RecordBatch, _ index: Int, key: String, from origin: SentFrom) {
        let headers = batch.headers(index).filter { $0.name != "source" } + [RecordHeader("source", origin.source)]
        let copy = Copy(key: key, value: batch.value(index).map { Array($0) }, headers: headers)
        state.withLock { $0.waiting.append(copy) }
    }

    var hasRoom: Bool { state.withLock { $0.waiting.count < SentOnRecords.capacity } }

    /// Why the log refuses them; nil while it doesn't.
    var trouble: LogError? { state.withLock { $0.waiting.isEmpty ? nil : $0.trouble } }

    /// Gives the log the next of the waiting ones, unless some are on their way.
    func send() {
        let batch: RecordBatch? = state.withLock { state in
            guard !state.isUnderWay, !state.waiting.isEmpty else { return nil }
            var batch = RecordBatch()
            var keys: Set<String> = []
            var bytes = 0
            for copy in state.waiting.prefix(state.most) {
                bytes += copy.bytes
                guard batch.isEmpty || bytes <= SentOnRecords.batchBytes, keys.insert(copy.key).inserted else { break }
                batch.append(key: copy.key.utf8, value: copy.value, headers: batch.addHeaders(copy.headers))
            }
            state.isUnderWay = true
            return batch
        }
        guard let batch else { return }
        let count = batch.count
        do throws(LogError) {
            try writer.append(batch, topic: topic, ticket: 0) { [self] ack in
                if case .failure(let error) = ack.result { failed(count, error) } else { acknowledged(count) }
            }
        } catch {
            failed(count, error)
        }
    }

    private func acknowledged(_ count: Int) {
        state.withLock { state in
            state.waiting.removeFirst(count)
            state.isUnderWay = false
            state.most = SentOnRecords.capacity
            state.trouble = nil
        }
        sent.add(count)
        state.wakeAll()
        wake()
    }

    private func failed(_ count: Int, _ error: LogError) {
        // It was alone: no later try would do better. Its text is in the table `rejected`.
        var isTooLarge = false
        if case .tooLarge = error { isTooLarge = true }
        let dropped: Copy? = state.withLock { state in
            state.isUnderWay = false
            state.trouble = error
            if isTooLarge { state.most = 1 }
            return isTooLarge && count == 1 ? state.waiting.removeFirst() : nil
        }
        if let dropped {
            refused.add()
            Log.error("a record was not sent on: the log takes none of its size", ["key": dropped.key])
        }
        state.wakeAll()
    }

    /// Waits until the log has acknowledged all, or `isEnough`; false if it takes none for this long.
    func wait(timeout: UInt64, until isEnough: @Sendable (Int) -> Bool = { $0 == 0 }) -> Bool {
        var left = Int.max
        var end = Clock.monotonic + timeout
        while true {
            send()
            let now: (count: Int, isRefused: Bool)? = state.wait(timeout: 100_000_000) { state in
                let count = state.waiting.count
                return isEnough(count) || !state.isUnderWay ? (count, state.trouble != nil) : nil
            }
            if let now {
                if isEnough(now.count) { return true }
                if now.count < left {
                    left = now.count
                    end = Clock.monotonic + timeout
                }
                // Wait a moment.
                if now.isRefused { Clock.pause(20_000_000) }
            }
            guard Clock.monotonic < end else { return false }
        }
    }
}
