// `planetarium topics` shows the topics, their content and the progress of the stream's group; `planetarium topics
// create` makes missing ones. It changes no existing topic. For `topics adopt` see AdoptCommand.swift.

import EventLog
import Glibc
import PlanetStream
import Telemetry

enum TopicsCommand {
    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        if arguments.first == "adopt" { return try AdoptCommand.run(Array(arguments.dropFirst())) }
        let isCreating = arguments.first == "create"
        var arguments = isCreating ? Array(arguments.dropFirst()) : arguments
        let isJSON = !isCreating && arguments.contains("--json")
        if isJSON { arguments.removeAll { $0 == "--json" } }
        let settings = try Settings.read(arguments: arguments, for: .topics)
        if isCreating { try settings.checkLog() }
        let options = settings.streamOptions
        var logOptions = settings.logOptions
        // A server may be writing it.
        if !isCreating { logOptions.access = .readOnly }
        do throws(LogError) {
            let log = try openLog(settings.log, logOptions)
            defer { log.close() }
            guard isCreating else {
                var topics: [TopicsText.Topic] = []
                for topic in options.wantedTopics { topics.append(try progress(log, topic.name, options)) }
                let text = TopicsText(topics: topics, group: options.group)
                print(isJSON ? text.json : text.lines)
                return 0
            }
            var areAsAsked = true
            for topic in options.wantedTopics {
                var asked = topic.options
                // Defaults are for new topics: an existing one need not have them.
                if settings.partitions == 0 || asked.partitions == 1 { asked.partitions = 0 }
                if try !create(log, topic.name, topic.options, asked) { areAsAsked = false }
            }
            if options.group != nil {
                let keys = try KeyedPartitions.settle(log, of: options.topics.discoveries, in: options.topics.state)
                print("The planets' keys are spread over \(keys.count) partition\(keys.count == 1 ? "" : "s").")
            }
            return areAsAsked ? 0 : 1
        } catch {
            print("planetarium topics: log \(settings.log): \(error)", to: &standardError)
            return 1
        }
    }

    /// Makes the topic if it is missing, and prints its state. False if it existed with other settings.
    private static func create(
        _ log: any EventLog, _ topic: String, _ options: TopicOptions, _ asked: TopicOptions
    ) throws(LogError) -> Bool {
        let wasThere: Bool
        do throws(LogError) {
            wasThere = try partitions(log, topic) != nil
        } catch .unavailable {
            // Another process is making it at this moment.
            wasThere = true
        }
        try log.ensureTopic(topic, options)
        let count = try log.bounds(of: topic).count
        let differences = wasThere ? try log.differences(of: topic, from: asked) : []
        print("\(topic): \(wasThere ? "there already" : "made"), \(count) partition\(count == 1 ? "" : "s")")
        for difference in differences {
            print("planetarium topics: \(topic) was there with other settings: \(difference)", to: &standardError)
        }
        return differences.isEmpty
    }

    /// Nil: no such topic.
    private static func partitions(_ log: any EventLog, _ topic: String) throws(LogError) -> [PartitionBounds]? {
        do throws(LogError) {
            return try log.bounds(of: topic)
        } catch .unknownTopic {
            return nil
        }
    }

    private static func progress(
        _ log: any EventLog, _ topic: String, _ options: StreamOptions
    ) throws(LogError) -> TopicsText.Topic {
        guard let partitions = try partitions(log, topic) else { return TopicsText.Topic(name: topic) }
        // The group reads only these, and an embedded log has none.
        let isRead = options.topics.stored.contains(topic)
        guard isRead, let group = options.group else {
            return TopicsText.Topic(
                name: topic, partitions: partitions.map { PartitionLag(bounds: $0, committed: nil) })
        }
        return TopicsText.Topic(name: topic, partitions: try log.lag(of: topic, group: group), isRead: true)
    }
}

extension Command {
    static let topics = Command(
        name: "topics", summary: "what the log holds, and how far the stream is", arguments: "[create|adopt] [options]",
        about: [
            "Shows the topics and how far the stream is. planetarium topics create [options] makes those that are missing.",
            "planetarium topics adopt --log LOG --lake LAKE [options]: the topic was made again, the log lost its last "
                + "records, or it is another one, and the stream says that it takes nothing any more. Keeps what the lake "
                + "has, and lets it go on with the records of this log that it lacks, so that nothing of either is lost. "
                + "No stream may run meanwhile. Where nothing is to be adopted it says so and changes nothing.",
        ],
        example: "planetarium topics create --log kafka://broker:9092 --partitions 12 --replication 3",
        options: [
            ("--dry-run", "adopt: say what would be done, change nothing"),
            ("--yes", "adopt: don't ask (it asks in a terminal only)"),
            ("--json", "the topics as JSON (without create and adopt)"),
        ],
        part: .topics, run: TopicsCommand.run)
}
