// The topics of a log and how far the stream is with them, in words for people and as JSON for programs.

import EventLog
import JSONText

struct TopicsText {
    struct Topic {
        let name: String
        /// Nil: there is no such topic.
        var partitions: [PartitionLag]?
        /// Whether the stream's group reads it: then its progress is known.
        var isRead = false
    }

    let topics: [Topic]
    /// Nil on an embedded log.
    let group: String?

    // MARK: For people

    var lines: String { topics.flatMap(lines(of:)).joined(separator: "\n") }

    private func lines(of topic: Topic) -> [String] {
        guard let partitions = topic.partitions else {
            let absent =
                group == nil ? "not there; an embedded log does without it" : "missing: planetarium topics create"
            return ["\(topic.name): \(absent)"]
        }
        guard topic.isRead, let group else {
            return [topic.name]
                + partitions.map { "  partition \($0.bounds.partition): \(TopicsText.span($0.bounds))" }
        }
        let waiting = partitions.reduce(0) { $0 + $1.records }
        return ["\(topic.name): \(waiting) records wait for the lake (group \(group))"]
            + partitions.map { lag in
                let stored = lag.committed.map { "stored below \($0)" } ?? "nothing stored"
                let held = lag.bounds.held > 0 ? ", \(lag.bounds.held) of it behind an open transaction" : ""
                return "  partition \(lag.bounds.partition): \(TopicsText.span(lag.bounds)), \(stored), "
                    + "lag \(lag.records)\(held)"
            }
    }

    private static func span(_ bounds: PartitionBounds) -> String {
        let end = bounds.next + bounds.held
        return end > bounds.first ? "offsets \(bounds.first) to \(end - 1)" : "no records"
    }

    // MARK: For programs

    var json: String {
        let json = JSONWriter.array { writer in
            for topic in topics {
                writer.object { writer in
                    writer.member("topic", topic.name)
                    writer.member("there", topic.partitions != nil)
                    writer.array("partitions") { writer in
                        for lag in topic.partitions ?? [] {
                            writer.object {
                                $0.member("partition", Int(lag.bounds.partition))
                                $0.member("first", Int(lag.bounds.first))
                                $0.member("next", Int(lag.bounds.next + lag.bounds.held))
                                if topic.isRead, group != nil {
                                    $0.optional("stored_below", lag.committed.map { Int($0) })
                                    $0.member("lag", Int(lag.records))
                                }
                            }
                        }
                    }
                }
            }
        }
        return String(decoding: json, as: UTF8.self)
    }
}
