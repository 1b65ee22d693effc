// The topics of a Planetarium log and what they are made with (docs/ARCHITECTURE.md, "Topics and records").

import EventLog
import PlanetWeb

enum Topology {
    static func make(in log: any EventLog) throws(LogError) {
        let topics = Topics()
        try log.ensureTopic(topics.discoveries, TopicOptions(partitions: 1, durability: .durable))
        try log.ensureTopic(topics.rejected, TopicOptions(partitions: 1, durability: .durable))
        try log.ensureTopic(topics.live, TopicOptions(partitions: 1, durability: .volatile(bytes: 16 << 20)))
    }
}
