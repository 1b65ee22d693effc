// A group's commits under way. They are sent at once and answered later; a failed one is logged, and the next one makes
// up for it.

import CRdKafka
import Telemetry
import Threads

final class KafkaCommits {
    private let client: KafkaClient
    private let queue: KafkaQueue
    private let patience: KafkaPatience
    private let group: String
    private var open = 0
    private let failures = Metrics.shared.counter(
        "planetarium_log_offset_commit_failures_total", "Offset commits of a consumer group that failed.",
        labels: ["backend": "kafka"])

    init(_ client: KafkaClient, _ patience: KafkaPatience, group: String) {
        self.client = client
        self.patience = patience
        self.group = group
        queue = KafkaQueue(client) { rd_kafka_queue_new($0) }
    }

    func commit(_ topic: String, _ partition: Int32, _ offset: Int64) {
        let list = KafkaTopicList()
        list.add(topic, partition, offset: offset)
        let error = rd_kafka_commit_queue(client.raw, list.raw, queue.raw, nil, nil)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { return failed(error) }
        open += 1
        collect(wait: 0)
    }

    /// Takes the answers that have come; waits for one for at most this many milliseconds.
    func collect(wait: Int32) {
        guard open > 0 else { return }
        var wait = wait
        while let event = rd_kafka_queue_poll(queue.raw, wait) {
            defer { rd_kafka_event_destroy(event) }
            wait = 0
            guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_OFFSET_COMMIT else { continue }
            open -= 1
            let error = rd_kafka_event_error(event)
            if error != RD_KAFKA_RESP_ERR_NO_ERROR { failed(error) }
        }
    }

    /// Waits for all answers, at most as long as calls to the cluster may take.
    func settle(atMost limit: Int = .max) {
        let deadline = Clock.monotonic + UInt64(min(Int(patience.milliseconds), limit)) * 1_000_000
        while open > 0 && Clock.monotonic < deadline { collect(wait: 100) }
    }

    private func failed(_ error: rd_kafka_resp_err_t) {
        failures.add()
        Log.warning("kafka offset commit failed", ["group": group, "error": error.text])
    }
}
