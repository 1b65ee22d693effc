// One librdkafka client, destroyed with its last owner, and the forwarding of its log lines into ours.
// Knows nothing of records.

import CRdKafka
import Synchronization
import Telemetry
import Threads

/// A librdkafka object. The library locks internally: any thread may use it while it lives.
struct KafkaPointer: @unchecked Sendable {
    let raw: OpaquePointer
}

final class KafkaClient: Sendable {
    let pointer: KafkaPointer
    var raw: OpaquePointer { pointer.raw }
    private let isAbandoned = Atomic<Bool>(false)

    /// `prepare` sets callbacks and events.
    init(_ settings: KafkaSettings, _ role: KafkaSettings.Role, _ prepare: (OpaquePointer) -> Void = { _ in })
        throws(LogError)
    {
        let configuration = try settings.configuration(role)
        rd_kafka_conf_set_log_cb(configuration) { _, level, facility, text in
            KafkaClient.log(level, facility, text)
        }
        prepare(configuration)
        var text = [CChar](repeating: 0, count: 512)
        let type = if case .producer = role { RD_KAFKA_PRODUCER } else { RD_KAFKA_CONSUMER }
        guard let raw = rd_kafka_new(type, configuration, &text, text.count) else {
            rd_kafka_conf_destroy(configuration)
            throw .unusable("no Kafka client: \(textUpToNull(text))")
        }
        pointer = KafkaPointer(raw: raw)
        if case .producer = role { return }
        rd_kafka_poll_set_consumer(raw)
    }

    /// Leaks the client until the process ends: its threads go on. To be called where destroying it would block until
    /// the cluster answers.
    func abandon(_ reason: String) {
        isAbandoned.store(true, ordering: .relaxed)
        KafkaClient.noteLeft(reason)
    }

    /// librdkafka waits for the client's threads, and now and then for ever: that of a broker keeps waiting for
    /// partitions of a topic that was deleted while they were being assigned. So the wait has an end.
    deinit {
        guard !isAbandoned.load(ordering: .relaxed) else { return }
        let thread = SystemThread.start("log-kafka-end") { [pointer] in
            rd_kafka_destroy_flags(pointer.raw, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        }
        if !thread.join(within: KafkaClient.patienceWithThreads) { KafkaClient.noteLeft("its threads did not end") }
    }

    private static let patienceWithThreads: UInt64 = 3_000_000_000

    private static let left = Metrics.shared.counter(
        "planetarium_log_clients_left_total",
        "Clients of the log that did not end in time, whose threads go on until the process ends.",
        labels: ["backend": "kafka"])

    private static func noteLeft(_ reason: String) {
        left.add()
        Log.warning("kafka client left behind", ["reason": reason])
    }

    /// The client's fatal error, if it has one.
    var fatalError: String? {
        var text = [CChar](repeating: 0, count: 512)
        guard rd_kafka_fatal_error(raw, &text, text.count) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return textUpToNull(text)
    }

    private static let troubles = Metrics.shared.counter(
        "planetarium_log_client_errors_total", "Errors the log's client library reported.", labels: ["backend": "kafka"]
    )

    private static func log(_ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?) {
        let facility = facility.map { String(cString: $0) } ?? ""
        let text = text.map { String(cString: $0) } ?? ""
        // syslog's levels. Consumers get a producer's settings too and complain each time; and a feature that an old
        // broker lacks is mentioned with every request.
        guard level <= 4, facility != "CONFWARN", facility != "AUTOCREATE" else {
            return Log.debug("kafka client", ["facility": facility, "text": text])
        }
        if level <= 3 { troubles.add() }
        warn("kafka client", facility, text)
    }

    /// While a broker is away, its clients log a lot: at most ten lines in ten seconds, with the number left out.
    static func warn(_ event: String, _ facility: String, _ text: String) {
        let now = Clock.monotonic
        let leftOut: Int? = recent.withLock { recent in
            if now > recent.begun + 10_000_000_000 {
                defer { recent = (now, 1) }
                return max(0, recent.lines - 10)
            }
            recent.lines += 1
            return recent.lines <= 10 ? 0 : nil
        }
        guard let leftOut else { return }
        Log.warning(event, ["facility": facility, "text": text, "lines_left_out_before": leftOut])
    }

    private static let recent = Guarded<(begun: UInt64, lines: Int)>((0, 0))
}

/// A librdkafka queue, destroyed with its last owner.
final class KafkaQueue: Sendable {
    let pointer: KafkaPointer
    var raw: OpaquePointer { pointer.raw }
    /// Keeps the client alive as long as its queue.
    private let client: KafkaClient

    init(_ client: KafkaClient, _ make: (OpaquePointer) -> OpaquePointer?) {
        guard let raw = make(client.raw) else { preconditionFailure("BUG: this client has no such queue") }
        self.client = client
        pointer = KafkaPointer(raw: raw)
    }

    deinit { rd_kafka_queue_destroy(raw) }

    /// Ends the current wait on the queue, or the next one.
    func wake() { rd_kafka_queue_yield(raw) }
}

extension rd_kafka_resp_err_t {
    var text: String { String(cString: rd_kafka_err2str(self)) }
}

/// The text in a buffer that a C function filled.
func textUpToNull(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
