// Turns the settings into the options of log, stream and web: the only place that knows both.

import EventLog
import Glibc
import Lake
import PlanetStream
import PlanetWeb

extension Settings {
    /// Refuses what only a cluster does: an embedded log keeps every record.
    func checkLog() throws(UsageError) {
        guard !log.isShared else { return }
        func refuse(_ name: String) -> UsageError {
            UsageError("--\(name): an embedded log keeps every record; a Kafka cluster can drop some (--log kafka://…)")
        }
        if stream.retentionMilliseconds != nil { throw refuse("retention") }
        if stream.isCompacted { throw refuse("compact") }
    }

    var logOptions: LogOptions {
        var options = LogOptions()
        options.kafkaProperties = kafka.all.map { ($0.name, $0.value) }
        return options
    }

    var streamOptions: StreamOptions {
        var options = stream
        options.checkpoint = checkpoint.records > 0 ? checkpoint : nil
        options.topics = topics
        options.group = log.isShared ? group : nil
        options.partitions = partitions > 0 ? partitions : log.isShared ? 6 : 1
        options.compaction = compaction.isMerging || aggregatesDays > 0 ? compaction : nil
        return options
    }

    var webOptions: WebOptions {
        var options = web
        options.server.loops = loops > 0 ? loops : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        // The largest body may arrive at 64 KiB a second.
        options.server.limits.bodyTime = max(
            options.server.limits.bodyTime, UInt64(options.maxBody) &* 1_000_000_000 / (64 << 10))
        // One address may have half of it (SharedBudget).
        options.server.limits.bufferedBodyBytes = max(options.server.limits.bufferedBodyBytes, 2 * options.maxBody)
        // A log in memory is new at every start.
        if cache != "none", checkpoint.records > 0, log != .memory {
            options.cache = CatalogueCacheOptions(folder: cache, policy: checkpoint)
        }
        options.topics = topics
        options.needed = Array(streamOptions.wantedTopics.prefix(3))
        return options
    }
}

extension LogAddress {
    /// Whether processes on several machines may use it at once.
    var isShared: Bool {
        if case .kafka = self { true } else { false }
    }
}
