// The watch finds that a topic was replaced or is gone, and only after a second look; what it can't tell, it doesn't
// say.

import TestSupport
import Testing
import Threads

@testable import EventLog

/// A name under which there is now this log, now that one, or no topic at all: as when topics are deleted and made
/// again.
private final class ReplacedLog: EventLog {
    private let current: Guarded<any EventLog>
    /// What asking for bounds throws.
    let failure = Guarded<LogError?>(nil)

    init(_ log: any EventLog) { current = Guarded(log) }

    var log: any EventLog { current.withLock { $0 } }
    func become(_ log: any EventLog) { current.withLock { $0 = log } }

    func identity(of topic: String) throws(LogError) -> String { try log.identity(of: topic) }
    func ensureTopic(_ name: String, _ options: TopicOptions) throws(LogError) { try log.ensureTopic(name, options) }
    func writer() throws(LogError) -> any LogWriter { try log.writer() }
    func reader(topics: [String], from: StartPosition, group: String?) throws(LogError) -> any LogReader {
        try log.reader(topics: topics, from: from, group: group)
    }
    func bounds(of topic: String) throws(LogError) -> [PartitionBounds] {
        if let failure = failure.withLock({ $0 }) { throw failure }
        return try log.bounds(of: topic)
    }
    func fetch(topic: String, partition: Int32, offsets: [Int64]) throws(LogError) -> RecordBatch {
        try log.fetch(topic: topic, partition: partition, offsets: offsets)
    }
    func close() { log.close() }
}

@Suite struct LogWatchTests {
    private let fixtures = Fixtures()
    private let mismatch = LogMismatch()

    /// With one record for each value in "t", round its partitions.
    private func log(_ values: [String], partitions: Int32 = 1, _ options: TopicOptions = TopicOptions()) throws
        -> any EventLog
    {
        let log = try fixtures.open(.memory)
        var options = options
        options.partitions = partitions
        try log.ensureTopic("t", options)
        for value in values { try log.put(batch([("", value)]), "t") }
        return log
    }

    /// What a reader tells the watch after it has read all.
    private func readAll(_ log: any EventLog, _ watch: LogWatch) throws {
        for bounds in try log.bounds(of: "t") where bounds.next > bounds.first {
            let last = try log.fetch(topic: "t", partition: bounds.partition, offsets: [bounds.next - 1])
            watch.read(last, of: ["t"])
        }
    }

    @Test func aLogThatStaysHasNoFindingHoweverItGrows() throws {
        let log = try log(["1", "2"], partitions: 2)
        let watch = LogWatch(log, topics: ["t"], mismatch, interval: 7)
        #expect(watch.turn() == 7)
        for number in 0..<5 {
            try readAll(log, watch)
            #expect(watch.turn() == 7)
            try log.put(batch([("", "more \(number)")]), "t")
        }
        #expect(mismatch.reason == nil && watch.trouble == nil)
    }

    @Test(arguments: [["x"], ["1", "2", "x", "4", "5"], []]) func anotherTopicIsFoundAtTheSecondLook(
        _ values: [String]
    ) throws {
        let old = try log(["1", "2", "3"])
        let log = ReplacedLog(old)
        let watch = LogWatch(log, topics: ["t"], mismatch)
        try readAll(old, watch)
        #expect(watch.turn() != nil)
        log.become(try self.log(values))
        let pause = try #require(watch.turn())
        #expect(pause <= second && mismatch.reason == nil)
        #expect(watch.turn() == nil)
        let reason = try #require(mismatch.reason)
        #expect(reason.hasPrefix("t/0 ") && reason.hasSuffix(LogMismatch.advice), "\(reason)")
        #expect(watch.turn() == nil)
    }

    /// The reader went on in the new topic, and noticed nothing: it has grown beyond the old one's end.
    @Test func aTopicThatGrewBeyondTheOldOneIsFoundThoughItWasReadOn() throws {
        let old = try log(["1", "2", "3"])
        let log = ReplacedLog(old)
        let watch = LogWatch(log, topics: ["t"], mismatch)
        try readAll(old, watch)
        _ = watch.turn()
        let new = try self.log((0..<9).map { "new \($0)" })
        log.become(new)
        try readAll(new, watch)
        _ = watch.turn()
        #expect(watch.turn() == nil)
        #expect(mismatch.reason?.hasPrefix("t/0 has another record at offset 2") == true)
    }

    @Test func fewerPartitionsAreAFinding() throws {
        let old = try log(["1", "2", "3"], partitions: 3)
        let log = ReplacedLog(old)
        let watch = LogWatch(log, topics: ["t"], mismatch)
        try readAll(old, watch)
        log.become(try self.log([], partitions: 1))
        // What it has of partition 0 may be found first.
        _ = (watch.turn(), watch.turn(), watch.turn())
        #expect(mismatch.reason != nil)
    }

    @Test func aFindingThatPassesIsNone() throws {
        let old = try log(["1", "2", "3"])
        let log = ReplacedLog(old)
        let watch = LogWatch(log, topics: ["t"], mismatch)
        try readAll(old, watch)
        for _ in 0..<2 {
            log.become(try self.log(["1"]))
            #expect(watch.turn() != nil)
            log.become(old)
            #expect(watch.turn() != nil)
        }
        #expect(mismatch.reason == nil)
    }

    @Test func aTopicThatIsGoneIsToldUntilItIsThereAgain() throws {
        let old = try log(["1", "2", "3"])
        let log = ReplacedLog(old)
        let watch = LogWatch(log, topics: ["t"], mismatch)
        try readAll(old, watch)
        log.failure.withLock { $0 = .unknownTopic("t") }
        #expect(watch.turn() != nil)
        #expect(watch.trouble == nil)
        #expect(watch.turn() != nil)
        #expect(watch.trouble?.hasPrefix("Topic t is gone.") == true)
        // A cluster that can't be asked says nothing new.
        log.failure.withLock { $0 = nil }
        #expect(watch.turn() != nil)
        #expect(watch.trouble == nil && mismatch.reason == nil)
    }

    @Test func aTopicThatComesBackWithOtherRecordsIsAnotherOne() throws {
        let old = try log(["1", "2", "3"])
        let log = ReplacedLog(old)
        let watch = LogWatch(log, topics: ["t"], mismatch)
        try readAll(old, watch)
        log.failure.withLock { $0 = .unknownTopic("t") }
        _ = (watch.turn(), watch.turn())
        log.failure.withLock { $0 = nil }
        log.become(try self.log([]))
        _ = (watch.turn(), watch.turn())
        #expect(mismatch.reason != nil)
    }

    @Test func aLogThatCannotBeAskedIsAskedAgain() throws {
        let old = try log(["1"])
        let log = ReplacedLog(old)
        let watch = LogWatch(log, topics: ["t"], mismatch, interval: 7)
        try readAll(old, watch)
        log.failure.withLock { $0 = .unavailable("away") }
        for _ in 0..<3 { #expect(watch.turn() == 7) }
        #expect(mismatch.reason == nil && watch.trouble == nil)
    }

    @Test func whatRetentionRemovedIsNoFinding() throws {
        let log = try log([], TopicOptions(durability: .volatile(bytes: 300)))
        let watch = LogWatch(log, topics: ["t"], mismatch)
        for number in 0..<20 {
            try log.put(batch([("", String(repeating: "x", count: 100 + number))]), "t")
            try readAll(log, watch)
            if number % 5 == 4 { _ = (watch.turn(), watch.turn()) }
        }
        #expect(try log.bounds(of: "t")[0].first > 0)
        #expect(mismatch.reason == nil)
    }

    /// By itself, on its own thread.
    @Test func itLooksAgainAndAgain() throws {
        let old = try log(["1", "2", "3"])
        let log = ReplacedLog(old)
        let watch = LogWatch(log, topics: ["t"], mismatch, interval: 1_000_000)
        try readAll(old, watch)
        watch.start()
        log.become(try self.log(["x"]))
        #expect(eventually(30) { mismatch.reason != nil })
        watch.stop()
    }
}
