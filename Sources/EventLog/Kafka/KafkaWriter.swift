// The writer on a cluster: `append` gives messages to librdkafka on the caller's thread; a thread of its own blocks in
// the producer's event queue and acknowledges. Idempotent, acks=all: what is acknowledged is stored once, in order.

import Basics
import CRdKafka
import Telemetry
import Threads

final class KafkaWriter: LogWriter {
    private struct State: Sendable {
        /// Nil while it is being replaced, and at the end.
        var producer: KafkaProducer?
        /// Appends that use `producer` now.
        var users = 0
        var inflight = KafkaInflight()
        /// Complete without a report of their own; the thread acknowledges them at its next turn.
        var complete: [InflightBatch] = []
        var turns: [String: UnkeyedTurn] = [:]
        var closing = false
        var stopping = false
        var finished = false
    }
    private let settings: KafkaSettings
    private let topics: KafkaTopics
    private let metrics = LogMetrics(backend: "kafka")
    private let rebuilds = Metrics.shared.counter(
        "planetarium_log_producer_rebuilds_total", "Producers replaced after a fatal error.",
        labels: ["backend": "kafka"])
    private let state: Guarded<State>
    private let thread = Guarded<SystemThread?>(nil)
    private let recordLimit: Int
    private let patience: UInt64

    private var options: LogOptions { settings.options }

    init(_ settings: KafkaSettings, _ topics: KafkaTopics) throws(LogError) {
        self.settings = settings
        self.topics = topics
        let largest = try settings.number("message.max.bytes", .producer) ?? 1_000_000
        recordLimit = min(settings.options.maxRecordBytes, largest)
        patience = UInt64(max(1000, try settings.number("message.timeout.ms", .producer) ?? 10_000)) * 1_000_000
        state = Guarded(State(producer: try KafkaProducer(settings)))
        let thread = SystemThread.start("log-kafka") { [self] in run() }
        self.thread.withLock { $0 = thread }
    }

    func append(
        _ batch: RecordBatch, topic: String, ticket: UInt64, onAck: @escaping @Sendable (Ack) -> Void
    ) throws(LogError) {
        let partitions = try topics.remembered(topic)
        let bytes = try size(of: batch)
        let entry = InflightBatch(
            ticket: ticket, onAck: onAck, bytes: bytes, begun: Clock.monotonic,
            positions: Array(repeating: LogPosition(partition: 0, offset: -1, timestamp: 0), count: batch.count),
            left: batch.count)
        let (producer, slot, unkeyed) = try take(entry, topic, partitions)
        guard let producer else { return }
        let (taken, failure) = producer.produce(
            batch, topic: topic, unkeyed: unkeyed, spread: topics.spread(of: topic), slot: slot, limit: recordLimit)
        let refusal: LogError? = state.withLock { state in
            state.users -= 1
            guard let failure else { return nil }
            if taken == 0 {
                settle(&state) { $0.remove(slot) }
                return failure
            }
            let error: LogError = failure == .busy ? .unavailable("the Kafka client's queue is full") : failure
            settle(&state) { $0.update(slot) { $0.fail(batch.count - taken, error) } }
                .map { state.complete.append($0) }
            return nil
        }
        if state.withLock({ $0.producer == nil }) { state.wakeAll() }
        if let refusal {
            if refusal == .busy { metrics.refusedBusy.add() } else { metrics.failures.add() }
            throw refusal
        }
        if failure != nil { producer.queue.wake() }
    }

    /// The bytes that the batch counts against the bound; throws if a record is too large.
    private func size(of batch: RecordBatch) throws(LogError) -> Int {
        let sizes = batch.headerSets.map { set in
            set.reduce(0) { $0 + $1.name.utf8.count + $1.value.count }
        }
        for entry in batch.entries
        where entry.key.count + (entry.value?.count ?? 0) + sizes[entry.headers] > recordLimit {
            metrics.refusedTooLarge.add()
            throw .tooLarge(limit: recordLimit)
        }
        let bytes = batch.bytes.count + sizes.reduce(0, +)
        guard bytes <= options.maxWaitingBytes else {
            metrics.refusedTooLarge.add()
            throw .tooLarge(limit: options.maxWaitingBytes)
        }
        return bytes
    }

    /// Reserves room for the whole batch or for nothing. Without a producer there is nothing to produce.
    private func take(
        _ entry: InflightBatch, _ topic: String, _ partitions: Int32
    ) throws(LogError) -> (KafkaProducer?, UInt32, Int32) {
        let count = entry.positions.count
        let taken: Result<(KafkaProducer?, UInt32, Int32), LogError> = state.withLock { state in
            if state.closing { return .failure(.closed) }
            guard let producer = state.producer else {
                return .failure(.unavailable("the Kafka producer is being replaced"))
            }
            guard count > 0 else {
                state.complete.append(entry)
                producer.queue.wake()
                return .success((nil, 0, 0))
            }
            guard state.inflight.hasRoom(count, entry.bytes, options) else { return .failure(.busy) }
            state.users += 1
            let slot = settle(&state) { $0.add(entry) }
            let unkeyed = state.turns[topic, default: UnkeyedTurn()].next(among: partitions)
            return .success((producer, slot, unkeyed))
        }
        if case .failure(.busy) = taken { metrics.refusedBusy.add() }
        return try taken.get()
    }

    @discardableResult
    private func settle<Result>(_ state: inout State, _ change: (inout KafkaInflight) -> Result) -> Result {
        defer {
            metrics.waitingRecords.set(Double(state.inflight.records))
            metrics.waitingBytes.set(Double(state.inflight.bytes))
        }
        return change(&state.inflight)
    }

    // MARK: The thread

    private func run() {
        while true {
            let (producer, stopping) = state.withLock { ($0.producer, $0.stopping) }
            guard let producer, !stopping else { break }
            if !serve(producer, wait: -1) { replace(producer) }
        }
        giveUp("the log was closed")
        state.withLock { state in
            state.producer = nil
            state.finished = true
        }
        state.wakeAll()
    }

    /// Handles one event, and batches complete without one. False after a fatal error.
    private func serve(_ producer: KafkaProducer, wait: Int32) -> Bool {
        let event = rd_kafka_queue_poll(producer.queue.raw, wait)
        defer { if let event { rd_kafka_event_destroy(event) } }
        var done: [InflightBatch] = state.withLock { state in
            let complete = state.complete
            state.complete = []
            return complete
        }
        var isFatal = false
        if let event {
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_DR: done += delivered(event)
            case RD_KAFKA_EVENT_ERROR:
                isFatal = rd_kafka_event_error_is_fatal(event) != 0
                let text = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
                if isFatal {
                    Log.error("kafka producer failed for good", ["error": producer.client.fatalError ?? text])
                } else {
                    KafkaClient.warn("kafka producer", "ERROR", text)
                }
            default: break
            }
        }
        acknowledge(done)
        return !isFatal
    }

    /// The reports of one event; returns the batches that are now complete.
    private func delivered(_ event: OpaquePointer) -> [InflightBatch] {
        state.withLock { state in
            settle(&state) { inflight in
                var done: [InflightBatch] = []
                while let message = rd_kafka_event_message_next(event) {
                    let about = message.pointee
                    let tag = MessageTag(UInt64(UInt(bitPattern: about._private)))
                    let complete = inflight.update(tag.slot) { batch in
                        if about.err == RD_KAFKA_RESP_ERR_NO_ERROR && about.offset < 0 {
                            // The answer was lost, and the broker already knew the retry (KIP-98): the record is
                            // stored, but its offset is unknown. It gets no receipt; sent again it is a duplicate,
                            // which changes nothing.
                            batch.fail(1, .unavailable("Kafka: stored, but the cluster did not say where"))
                        } else if about.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                            let time = rd_kafka_message_timestamp(message, nil)
                            batch.positions[Int(tag.index)] = LogPosition(
                                partition: about.partition, offset: about.offset,
                                timestamp: RecordTime.micros(milliseconds: time))
                            batch.left -= 1
                        } else {
                            batch.fail(1, LogError(delivery: about.err, topic: topicName(about), limit: recordLimit))
                        }
                    }
                    if let complete { done.append(complete) }
                }
                return done
            }
        }
    }

    private func topicName(_ message: rd_kafka_message_t) -> String {
        message.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) } ?? ""
    }

    private func acknowledge(_ done: [InflightBatch]) {
        for batch in done {
            if batch.failure == nil {
                metrics.records.add(batch.positions.count)
                metrics.bytes.add(batch.bytes)
                metrics.commits.add()
                metrics.commitRecords.record(Double(batch.positions.count))
                metrics.commitSeconds.record(seconds: Double(Clock.monotonic - batch.begun) / 1e9)
            } else {
                metrics.failures.add()
            }
            batch.onAck(batch.ack)
        }
        if !done.isEmpty { state.wakeAll() }
    }

    /// Replaces a producer with a fatal error, which would accept messages and send none.
    private func replace(_ old: KafkaProducer) {
        state.withLock { $0.producer = nil }
        let _: Bool? = state.wait { $0.users == 0 ? true : nil }
        // Reports what it holds as failed.
        rd_kafka_purge(old.client.raw, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        let deadline = Clock.monotonic + 3_000_000_000
        while state.withLock({ !$0.inflight.isEmpty }) && Clock.monotonic < deadline { _ = serve(old, wait: 100) }
        giveUp("the Kafka producer failed and was replaced; the record may be stored")
        while true {
            do {
                let new = try KafkaProducer(settings)
                rebuilds.add()
                state.withLock { $0.producer = new }
                Log.info("kafka producer replaced")
                return
            } catch {
                Log.error("no new kafka producer", ["error": "\(error)", "again_in_ms": 1000])
            }
            if state.wait(timeout: 1_000_000_000, until: { $0.stopping ? true : nil }) ?? false { return }
        }
    }

    /// Answers whatever still waits: it may be stored or not.
    private func giveUp(_ why: String) {
        let rest: [InflightBatch] = state.withLock { state in
            settle(&state) { inflight in
                inflight.slots.compactMap { slot in inflight.update(slot) { $0.fail($0.left, .unavailable(why)) } }
            }
        }
        acknowledge(rest)
    }

    /// For tests: as if the producer had met an error it can't go on after.
    func testFatalError() {
        guard let producer = state.withLock({ $0.producer }) else { return }
        rd_kafka_test_fatal_error(producer.client.raw, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "test")
    }

    func close() {
        let producer: KafkaProducer? = state.withLock { state in
            state.closing = true
            return state.producer
        }
        guard let thread = thread.withLock({ $0.take() }) else {
            let _: Bool? = state.wait { $0.finished ? true : nil }
            return
        }
        // Send at once what linger.ms still holds.
        if let producer { rd_kafka_flush(producer.client.raw, 0) }
        if !isIdle(within: KafkaWriter.closingPatience) {
            // The cluster is away: give up what waits with `.unavailable`, so that stopping never takes long.
            if let producer {
                rd_kafka_purge(producer.client.raw, Int32(RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT))
            }
            _ = isIdle(within: KafkaWriter.closingPatience)
        }
        let last: KafkaProducer? = state.withLock { state in
            state.stopping = true
            return state.producer
        }
        last?.queue.wake()
        state.wakeAll()
        thread.join()
    }

    /// How long `close` waits for acknowledgements before giving up.
    private static let closingPatience: UInt64 = 3_000_000_000

    /// True once every message taken has an answer; false if some still wait after `nanoseconds`.
    private func isIdle(within nanoseconds: UInt64) -> Bool {
        let idle: Bool? = state.wait(timeout: nanoseconds) { state in
            state.inflight.isEmpty && state.complete.isEmpty && state.users == 0 ? true : nil
        }
        return idle ?? false
    }
}
