// From the settings to the options of log, stream and web: the only place that knows both.

import EventLog
import Glibc
import Lake
import PlanetStream
import PlanetWeb

extension Settings {
    var logOptions: LogOptions {
        var options = LogOptions()
        options.kafkaProperties = kafka.all
        return options
    }

    func streamOptions(_ address: LogAddress) -> StreamOptions {
        var options = StreamOptions()
        options.roll = RollPolicy(rows: rollRows, bytes: Int64(rollBytes), age: UInt64(rollAge * 1e9))
        options.checkpoint =
            checkpointRecords > 0 ? CheckpointPolicy(records: checkpointRecords, age: UInt64(checkpointAge * 1e9)) : nil
        options.discoveriesTopic = topic
        options.rejectedTopic = topicRejected
        options.liveTopic = topicLive
        options.stateTopic = topicState
        options.deadLetterTopic = topicDeadLetters
        options.group = address.isShared ? group : nil
        options.partitions = Int32(partitions > 0 ? partitions : address.isShared ? 6 : 1)
        options.replication = replication > 0 ? Int32(replication) : nil
        options.minInsyncReplicas = minInsyncReplicas > 0 ? Int32(minInsyncReplicas) : nil
        options.retentionMilliseconds = retentionHours > 0 ? Int64(retentionHours) * 3_600_000 : nil
        options.isCompacted = compact == 1
        if lakeCompact == 1 || aggregatesDays > 0 {
            var compaction = CompactionOptions()
            compaction.isMerging = lakeCompact == 1
            if aggregatesDays > 0 { compaction.keepDays = ["aggregates": aggregatesDays] }
            options.compaction = compaction
        }
        return options
    }

    func webOptions(_ address: LogAddress, _ listen: (host: String, port: UInt16)) -> WebOptions {
        var options = WebOptions()
        options.host = listen.host
        options.port = listen.port
        options.loops = loops > 0 ? loops : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        options.publicFolder = publicFolder
        options.maxBody = maxBody
        options.echo = echo == 1
        // A log in memory is another one at every start.
        if cache != "none", checkpointRecords > 0, address != .memory {
            options.cache = CatalogueCacheOptions(
                folder: cache, records: checkpointRecords, age: UInt64(checkpointAge * 1e9))
        }
        options.topics.discoveries = topic
        options.topics.rejected = topicRejected
        options.topics.live = topicLive
        options.needed = Array(streamOptions(address).topics.prefix(3))
        return options
    }
}
