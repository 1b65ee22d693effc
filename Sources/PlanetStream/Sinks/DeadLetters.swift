// Records that broke a rule, passed on as they came to a topic of their own, with the reasons in headers, so that
// another program can mend and send them again. At least once: a record may come twice after a crash, with the same
// dead-letter-offset.
// Not their place in the lake (the table `rejected`).

import EventLog
import Telemetry
import Threads

final class DeadLetters: Sendable {
    /// Waiting for the log; more are dropped (the lake still has them).
    private static let capacity = 10_000

    private struct State: Sendable {
        /// Not yet given to the log, or refused by it.
        var waiting: [RecordBatch] = []
        /// How many go at once: fewer after the log has refused them as too large together.
        var most = DeadLetters.capacity
        var isUnderWay = false
    }
    private let writer: any LogWriter
    private let topic: String
    private let state = Guarded(State())
    private let sent: Counter
    private let dropped: Counter

    init(_ writer: any LogWriter, topic: String) {
        self.writer = writer
        self.topic = topic
        func counter(_ fate: String) -> Counter {
            Metrics.shared.counter(
                "planetarium_dead_letters_total", "Invalid records for the dead-letter topic.", labels: ["fate": fate])
        }
        sent = counter("sent")
        dropped = counter("dropped")
    }

    /// `base`: what the lake adds to the log's offsets.
    func add(
        _ batch: borrowing RecordBatch, _ index: Int, from partition: OwnedPartition, _ reject: StoredReject,
        base: Int64
    ) {
        var letter = RecordBatch()
        let headers = letter.addHeaders(
            batch.headerSets[batch.entries[index].headers] + [
                RecordHeader("dead-letter-topic", partition.topic),
                RecordHeader("dead-letter-partition", "\(partition.key.partition)"),
                RecordHeader("dead-letter-offset", "\(reject.offset - base)"),
                RecordHeader("dead-letter-rules", reject.rules.joined(separator: ",")),
                RecordHeader("dead-letter-errors", reject.errors),
            ])
        letter.append(key: batch.key(index), value: batch.value(index), headers: headers)
        let isTaken = state.withLock { state in
            guard state.waiting.count < DeadLetters.capacity else { return false }
            state.waiting.append(letter)
            return true
        }
        if !isTaken { dropped.add() }
    }

    /// Gives the log what waits, one append at a time.
    func send() {
        let batch: RecordBatch? = state.withLock { state in
            guard !state.isUnderWay, !state.waiting.isEmpty else { return nil }
            var batch = RecordBatch()
            for letter in state.waiting.prefix(state.most) {
                batch.append(key: letter.key(0), value: letter.value(0), headers: batch.addHeaders(letter.headers(0)))
            }
            state.isUnderWay = true
            return batch
        }
        guard let batch else { return }
        let count = batch.count
        do throws(LogError) {
            try writer.append(batch, topic: topic, ticket: 0) { [self] ack in
                if case .failure(let error) = ack.result { refused(count, error) } else { settle(count, sent) }
            }
        } catch {
            refused(count, error)
        }
    }

    private func refused(_ count: Int, _ error: LogError) {
        guard case .tooLarge = error else { return settle(0, sent) }
        // By itself: no later try would do better.
        if count == 1 { return settle(1, dropped) }
        state.withLock { state in
            state.most = count / 2
            state.isUnderWay = false
        }
        state.wakeAll()
    }

    private func settle(_ count: Int, _ fate: Counter) {
        state.withLock { state in
            state.waiting.removeFirst(count)
            state.most = min(DeadLetters.capacity, max(state.most, 2 * count))
            state.isUnderWay = false
        }
        state.wakeAll()
        fate.add(count)
    }

    /// Waits until the log has acknowledged all; false when it hasn't in time.
    func wait(timeout: UInt64) -> Bool {
        let end = Clock.monotonic + timeout
        while true {
            send()
            let isEmpty: Bool? = state.wait(timeout: 100_000_000) { state in
                if state.waiting.isEmpty { return true }
                return state.isUnderWay ? nil : false
            }
            if isEmpty == true { return true }
            let now = Clock.monotonic
            guard now < end else { return false }
            // Refused just now: a moment's rest.
            let _: Bool? = state.wait(timeout: 20_000_000) { $0.isUnderWay || $0.waiting.isEmpty ? true : nil }
        }
    }
}
