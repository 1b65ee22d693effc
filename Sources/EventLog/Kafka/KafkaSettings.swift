// Turns options into a librdkafka configuration: first what Planetarium needs, then what the user sets. Values never go
// into a message or a log line: they may be passwords.

import CRdKafka

struct KafkaSettings: Sendable {
    enum Role: Sendable {
        case producer
        /// Group nil: the caller chooses the partitions.
        case consumer(group: String?)
        /// Looks up topics and offsets, and reads single records.
        case lookup
        /// Looks up where topics end, open transactions included.
        case uncommitted
    }

    /// Set by Planetarium alone: other values would break what a log promises.
    private static let reserved: Set<String> = [
        "bootstrap.servers", "metadata.broker.list", "enable.idempotence", "acks", "request.required.acks",
        "partitioner", "enable.auto.commit", "auto.commit.enable", "enable.auto.offset.store", "auto.offset.reset",
        "group.id", "partition.assignment.strategy", "enable.partition.eof", "allow.auto.create.topics",
        "delivery.report.only.error", "isolation.level", "log.queue", "test.mock.num.brokers", "transactional.id",
    ]

    let servers: String
    let options: LogOptions
    /// Shared by everything that asks the cluster.
    let patience: KafkaPatience

    init(servers: String, _ options: LogOptions) throws(LogError) {
        self.servers = servers
        self.options = options
        patience = KafkaPatience(milliseconds: options.kafkaWaitMilliseconds)
        for (name, _) in options.kafkaProperties where KafkaSettings.reserved.contains(name) {
            throw .unusable("the Kafka property \(name) is set by Planetarium")
        }
        // Fail at the start, not at the first record.
        for role in [Role.producer, .consumer(group: "g")] {
            rd_kafka_conf_destroy(try configuration(role))
        }
    }

    /// The value in force, the user's or librdkafka's own.
    func number(_ name: String, _ role: Role) throws(LogError) -> Int? {
        let configuration = try configuration(role)
        defer { rd_kafka_conf_destroy(configuration) }
        var text = [CChar](repeating: 0, count: 64)
        var size = text.count
        guard rd_kafka_conf_get(configuration, name, &text, &size) == RD_KAFKA_CONF_OK else { return nil }
        return Int(textUpToNull(text))
    }

    /// A new configuration; the caller destroys it or makes a client of it.
    func configuration(_ role: Role) throws(LogError) -> OpaquePointer {
        guard let configuration = rd_kafka_conf_new() else { throw .unavailable("no memory for a Kafka client") }
        do throws(LogError) {
            for (name, value) in defaults(role) { try set(configuration, name, value) }
            for (name, value) in options.kafkaProperties { try set(configuration, name, value) }
        } catch {
            rd_kafka_conf_destroy(configuration)
            throw error
        }
        return configuration
    }

    private func set(_ configuration: OpaquePointer, _ name: String, _ value: String) throws(LogError) {
        // librdkafka's own text would repeat the value.
        switch rd_kafka_conf_set(configuration, name, value, nil, 0) {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN: throw .unusable("there is no Kafka property \(name)")
        default: throw .unusable("the Kafka property \(name) can't have this value")
        }
    }

    private func defaults(_ role: Role) -> [(String, String)] {
        var all = [
            ("bootstrap.servers", servers), ("client.id", "planetarium"),
            ("socket.nagle.disable", "true"), ("socket.keepalive.enable", "true"),
            ("log.connection.close", "false"), ("reconnect.backoff.max.ms", "2000"),
            // A connection attempt that began while the network was silent would delay a process for 30 s after the
            // network is back.
            ("socket.connection.setup.timeout.ms", "10000"),
        ]
        switch role {
        case .producer:
            // KafkaWriter counts room by whole batches; librdkafka's own bounds must not be hit in the middle of one.
            let messages = max(100_000, options.maxWaitingRecords * 2)
            let kilobytes = max(1 << 20, options.maxWaitingBytes / 1024 * 4)
            all += [
                ("enable.idempotence", "true"), ("acks", "all"), ("partitioner", "murmur2_random"),
                ("compression.type", "lz4"), ("linger.ms", "1"), ("message.timeout.ms", "10000"),
                ("queue.buffering.max.messages", "\(min(messages, 10_000_000))"),
                ("queue.buffering.max.kbytes", "\(min(kilobytes, 2_147_483_647))"),
            ]
        case .consumer(let group):
            all += consumerDefaults(group: group ?? "planetarium-reader")
            all += [("session.timeout.ms", "10000"), ("enable.partition.eof", "true")]
        case .lookup:
            all += consumerDefaults(group: "planetarium-lookup")
            all += [("queued.min.messages", "100"), ("enable.partition.eof", "true")]
        case .uncommitted:
            all += consumerDefaults(group: "planetarium-lookup") + [("isolation.level", "read_uncommitted")]
        }
        return all
    }

    private func consumerDefaults(group: String) -> [(String, String)] {
        [
            ("group.id", group), ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
            // No automatic reset: KafkaContinuity finds out where to continue.
            ("auto.offset.reset", "error"),
            ("partition.assignment.strategy", "range"), ("allow.auto.create.topics", "false"),
            ("fetch.error.backoff.ms", "100"),
            // How often a group's leader looks for new partitions.
            ("topic.metadata.refresh.interval.ms", "\(options.kafkaNewPartitionsMilliseconds)"),
        ]
    }
}
