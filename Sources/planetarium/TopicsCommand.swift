// `planetarium topics` shows the topics, what they hold and how far the stream's group is; `planetarium topics create` makes those that are
// missing. Changes none that exists.

import EventLog
import Glibc
import PlanetStream
import Telemetry

enum TopicsCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        let isCreating = arguments.first == "create"
        let settings = try Settings.read(arguments: isCreating ? Array(arguments.dropFirst()) : arguments, for: .topics)
        let address = try ServiceCommand.logAddress(settings)
        let options = settings.streamOptions(address)
        var logOptions = settings.logOptions
        // A server may be writing it.
        if !isCreating { logOptions.access = .readOnly }
        do throws(LogError) {
            let log = try openLog(address, logOptions)
            defer { log.close() }
            for topic in options.topics {
                let before = try partitions(log, topic.name)
                guard isCreating else {
                    try show(log, topic.name, before, options)
                    continue
                }
                if before == nil { try log.ensureTopic(topic.name, topic.options) }
                var count = before?.count ?? 0
                if before == nil { count = try log.bounds(of: topic.name).count }
                print(
                    "\(topic.name): \(before == nil ? "made" : "there already"), \(count) partition\(count == 1 ? "" : "s")"
                )
            }
            return 0
        } catch {
            print("planetarium topics: log \(settings.log): \(error)", to: &standardError)
            return 1
        }
    }

    /// Nil: no such topic.
    private static func partitions(_ log: any EventLog, _ topic: String) throws(LogError) -> [PartitionBounds]? {
        do throws(LogError) {
            return try log.bounds(of: topic)
        } catch .unknownTopic {
            return nil
        }
    }

    private static func show(
        _ log: any EventLog, _ topic: String, _ partitions: [PartitionBounds]?, _ options: StreamOptions
    ) throws(LogError) {
        guard let partitions else {
            print("\(topic): missing")
            return
        }
        // Only these are read by the group, and an embedded log has none.
        let isRead = [options.discoveriesTopic, options.rejectedTopic].contains(topic)
        guard isRead, let group = options.group else {
            print("\(topic)")
            for bounds in partitions {
                print("  partition \(bounds.partition): offsets \(bounds.first)..<\(bounds.next)")
            }
            return
        }
        let lags = try log.lag(of: topic, group: group)
        print("\(topic): \(lags.reduce(0) { $0 + $1.records }) records wait for the lake (group \(group))")
        for lag in lags {
            let stored = lag.committed.map { "stored below \($0)" } ?? "nothing stored"
            print(
                "  partition \(lag.bounds.partition): offsets \(lag.bounds.first)..<\(lag.bounds.next), \(stored), lag \(lag.records)"
            )
        }
    }
}
