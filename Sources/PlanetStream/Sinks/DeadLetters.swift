// Invalid records, passed on unchanged (a very large one is cut) to a topic of their own, with the reasons in headers,
// so that another program can correct and resend them. At least once: after a crash a record may come twice, with the
// same dead-letter-offset. In the lake they are in the table `rejected`.

import EventLog
import Telemetry
import Threads

final class DeadLetters: Sendable {
    /// The number that may wait for the log; any more are dropped (the lake still has them).
    private static let capacity = 10_000
    private static let capacityBytes = 64 << 20
    /// Key, value and headers of a letter: the default limit of topics (max.message.bytes), with some margin.
    private static let largest = 900_000

    private struct State: Sendable {
        /// Not yet given to the log, or refused by it.
        var waiting: [RecordBatch] = []
        var bytes = 0
        /// How many to send at once: fewer after the log refused them as too large together.
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
        let why = [
            RecordHeader("dead-letter-topic", partition.topic),
            RecordHeader("dead-letter-partition", "\(partition.key.partition)"),
            RecordHeader("dead-letter-offset", "\(reject.offset - base)"),
            RecordHeader("dead-letter-rules", reject.rules.joined(separator: ",")),
            RecordHeader("dead-letter-errors", reject.errors),
        ]
        let letter = DeadLetters.letter(batch, index, why)
        let size = letter.wholeSize(0)
        let isTaken = state.withLock { state in
            guard state.waiting.count < DeadLetters.capacity, state.bytes + size <= DeadLetters.capacityBytes else {
                return false
            }
            state.waiting.append(letter)
            state.bytes += size
            return true
        }
        if !isTaken { drop([letter], "too many wait for the log") }
    }

    /// The record with these headers. If it is too large, with as much of its value as fits.
    private static func letter(_ batch: borrowing RecordBatch, _ index: Int, _ why: [RecordHeader]) -> RecordBatch {
        var letter = RecordBatch()
        let value = batch.value(index)
        let cut = why + [RecordHeader("dead-letter-length", "\(value?.count ?? 0)")]
        let own = cut.reduce(0) { $0 + $1.name.utf8.count + $1.value.count }
        guard own + batch.wholeSize(index) > largest, let value else {
            let headers = letter.addHeaders(batch.headers(index) + why)
            letter.append(key: batch.key(index), value: value, headers: headers)
            return letter
        }
        let room = largest - own - (batch.wholeSize(index) - value.count)
        // Key or headers may be the large part.
        let isWhole = room > largest / 2
        letter.append(
            key: isWhole ? batch.key(index) : batch.key(index).prefix(1024),
            value: value.prefix(isWhole ? room : max(0, largest - own - 1024)),
            headers: letter.addHeaders(isWhole ? batch.headers(index) + cut : cut))
        return letter
    }

    private func drop(_ letters: [RecordBatch], _ reason: String) {
        dropped.add(letters.count)
        for letter in letters {
            func text(_ name: String) -> String { String(decoding: letter.header(0, name) ?? [], as: UTF8.self) }
            Log.warning(
                "a dead letter is not kept; the lake has the record",
                [
                    "topic": text("dead-letter-topic"), "partition": text("dead-letter-partition"),
                    "offset": text("dead-letter-offset"), "reason": reason,
                ])
        }
    }

    /// Gives the log the waiting ones, one append at a time.
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
                if case .failure(let error) = ack.result { return refused(count, error) }
                settle(count)
                sent.add(count)
            }
        } catch {
            refused(count, error)
        }
    }

    private func refused(_ count: Int, _ error: LogError) {
        guard case .tooLarge = error else {
            settle(0)
            return
        }
        // It was alone: no later try would do better.
        if count == 1 { return drop(settle(1), "the log takes none of its size") }
        state.withLock { state in
            state.most = count / 2
            state.isUnderWay = false
        }
        state.wakeAll()
    }

    @discardableResult
    private func settle(_ count: Int) -> [RecordBatch] {
        let settled = state.withLock { state in
            let settled = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            state.bytes -= settled.reduce(0) { $0 + $1.wholeSize(0) }
            state.most = min(DeadLetters.capacity, max(state.most, 2 * count))
            state.isUnderWay = false
            return settled
        }
        state.wakeAll()
        return settled
    }

    /// Waits until the log has acknowledged all; false if it hasn't in time.
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
            // Just refused: wait a moment.
            let _: Bool? = state.wait(timeout: 20_000_000) { $0.isUnderWay || $0.waiting.isEmpty ? true : nil }
        }
    }
}
