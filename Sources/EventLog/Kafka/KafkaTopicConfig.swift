// A topic's settings in the cluster, compared with those asked for.

import CRdKafka

extension KafkaTopics {
    /// How the topic differs from `options`, a sentence each.
    func differences(of name: String, from options: TopicOptions) throws(LogError) -> [String] {
        var found: [String] = []
        func compare(_ what: String, _ has: String?, _ asked: String?) {
            guard let has, let asked, has != asked else { return }
            found.append("\(what) is \(has) instead of \(asked)")
        }
        let count = try partitions(of: name)
        compare("partitions", "\(count)", options.partitions > 0 ? "\(options.partitions)" : nil)
        if let asked = options.replication { compare("replication", "\(try replication(of: name))", "\(asked)") }
        let settings = try settings(of: name)
        let asked = options.minInsyncReplicas
        compare("min.insync.replicas", settings["min.insync.replicas"], asked.map { "\($0)" })
        compare("retention.ms", settings["retention.ms"], options.retentionMilliseconds.map { "\($0)" })
        compare("cleanup.policy", settings["cleanup.policy"], options.isCompacted ? "compact" : nil)
        return found
    }

    /// The topic's settings by Kafka's own names, defaults included.
    func settings(of name: String) throws(LogError) -> [String: String] {
        guard let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name) else {
            throw .unusable("\(name) is not a valid topic name")
        }
        defer { rd_kafka_ConfigResource_destroy(resource) }
        let queue = KafkaQueue(client) { rd_kafka_queue_new($0) }
        let admin = rd_kafka_AdminOptions_new(client.raw, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)
        defer { rd_kafka_AdminOptions_destroy(admin) }
        rd_kafka_AdminOptions_set_request_timeout(admin, wait, nil, 0)
        var resources: [OpaquePointer?] = [resource]
        rd_kafka_DescribeConfigs(client.raw, &resources, 1, admin, queue.raw)
        guard let event = rd_kafka_queue_poll(queue.raw, wait + 1000) else {
            throw .unavailable("settings of topic \(name): no answer")
        }
        defer { rd_kafka_event_destroy(event) }
        let error = rd_kafka_event_error(event)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw .unavailable("settings of topic \(name): \(error.text)")
        }
        var count = 0
        guard let result = rd_kafka_event_DescribeConfigs_result(event),
            let found = rd_kafka_DescribeConfigs_result_resources(result, &count), count == 1
        else { throw .unavailable("settings of topic \(name): no answer") }
        let failure = rd_kafka_ConfigResource_error(found[0])
        guard failure == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw .unavailable("settings of topic \(name): \(failure.text)")
        }
        var entries = 0
        var settings: [String: String] = [:]
        guard let all = rd_kafka_ConfigResource_configs(found[0], &entries) else { return settings }
        for index in 0..<entries {
            guard let entry = all[index], let key = rd_kafka_ConfigEntry_name(entry),
                let value = rd_kafka_ConfigEntry_value(entry)
            else { continue }
            settings[String(cString: key)] = String(cString: value)
        }
        return settings
    }
}
