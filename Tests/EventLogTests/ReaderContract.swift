// What every log's readers promise: waiting, waking, seeking, several topics, interrupt and close.

import TestSupport
import Testing
import Threads

@testable import EventLog

@Suite struct ReaderContract {
    private let fixtures = Fixtures()

    @Test(arguments: Backend.available)
    func anAppendWakesAWaitingReader(_ backend: Backend) throws {
        // It would look by itself only long after its poll has ended.
        let log = try fixtures.open(backend) { $0.sqliteLookMilliseconds = 600_000 }
        try log.ensureTopic("t", TopicOptions())
        let reader = try log.reader(topics: ["t"], from: .latest, group: nil)
        for i in 0..<20 {
            let appended = AckBox()
            let writer = try log.writer()
            let thread = SystemThread.start("appender") {
                _ = Guarded(0).wait(timeout: 10_000_000) { _ in Bool?.none }
                do {
                    try writer.append(batch([("k", "\(i)")]), topic: "t", ticket: 0) { appended.put($0) }
                } catch { Issue.record("append: \(error)") }
            }
            let got = try reader.poll(maxRecords: 10, maxBytes: 1000, timeout: 10 * second)
            #expect(got.stored.map(\.value) == ["\(i)"])
            _ = try appended.wait()[0].result.get()
            thread.join()
        }
    }

    @Test(.timeLimit(.minutes(hangLimit)), arguments: Backend.available)
    func pollGivesUpAfterItsTimeoutWithAnEmptyBatch(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        try log.put("k", "old", "t")
        let reader = try log.reader(topics: ["t"], from: .latest, group: nil)
        let begun = Clock.monotonic
        #expect(try reader.poll(maxRecords: 10, maxBytes: 1000, timeout: 300_000_000).isEmpty)
        #expect(Clock.monotonic - begun >= 300_000_000)
    }

    @Test(.timeLimit(.minutes(hangLimit)), arguments: Backend.available)
    func interruptWakesAPollAndOnlyOne(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        let reader = try log.reader(topics: ["t"], from: .earliest, group: nil)
        let interrupt = reader.interrupt
        let thread = SystemThread.start("interrupter") {
            _ = Guarded(0).wait(timeout: 50_000_000) { _ in Bool?.none }
            interrupt()
        }
        #expect(try reader.poll(maxRecords: 10, maxBytes: 1000, timeout: .max).isEmpty)
        thread.join()
        // Between two polls: the next one returns at once.
        interrupt()
        #expect(try reader.poll(maxRecords: 10, maxBytes: 1000, timeout: .max).isEmpty)
        try log.put("k", "v", "t")
        #expect(try reader.poll(maxRecords: 10, maxBytes: 1000, timeout: 10 * second).count == 1)
    }

    @Test(arguments: Backend.available)
    func seekMovesToAnOffsetOfAPartitionAndRefusesWhatLiesBeyond(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        try log.put(batch((0..<10).map { ("k", "\($0)") }), "t")
        let reader = try log.reader(topics: ["t"], from: .latest, group: nil)
        #expect(try reader.drain().isEmpty)
        try reader.seek(topic: "t", partition: 0, offset: 4)
        #expect(try reader.drain().map(\.offset) == [4, 5, 6, 7, 8, 9])
        try reader.seek(topic: "t", partition: 0, offset: 0)
        #expect(try reader.drain().count == 10)
        try reader.seek(topic: "t", partition: 0, offset: 10)
        #expect(try reader.drain().isEmpty)
        #expect(logError { try reader.seek(topic: "t", partition: 0, offset: 11) } == .offsetOutOfRange(first: 0))
        #expect(logError { try reader.seek(topic: "t", partition: 1, offset: 0) } == .unknownTopic("t, partition 1"))
        #expect(logError { try reader.seek(topic: "u", partition: 0, offset: 0) } == .unknownTopic("u"))
        try reader.commit(topic: "t", partition: 0, offset: 10)
    }

    @Test(arguments: Backend.available)
    func oneReaderFollowsDurableAndVolatileTopics(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("a", TopicOptions(partitions: 3))
        try log.ensureTopic("b", TopicOptions())
        try log.ensureTopic("live", TopicOptions(durability: .volatile(bytes: 1 << 20)))
        for i in 0..<60 { try log.put("k\(i)", "\(i)", ["a", "b", "live"][i % 3]) }
        let reader = try log.reader(topics: ["live", "a", "b"], from: .earliest, group: "g")
        #expect(reader.topics == ["live", "a", "b"])
        var stored = try reader.drain(maxRecords: 7)
        for topic in ["a", "b", "live"] {
            try log.put("more", topic, topic)
            let batch = try reader.poll(maxRecords: 10, maxBytes: 1000, timeout: 10 * second)
            #expect(batch.count == 1)
            stored += batch.stored
        }
        #expect(stored.count == 63)
        for record in stored where record.key != "more" {
            #expect(["live", "a", "b"][record.topic] == ["a", "b", "live"][(Int(record.value ?? "") ?? 0) % 3])
        }
        struct Place: Hashable {
            var topic: Int
            var partition: Int32
        }
        for records in Dictionary(grouping: stored, by: { Place(topic: $0.topic, partition: $0.partition) }).values {
            #expect(records.map(\.offset) == Array(0..<Int64(records.count)))
        }
    }

    @Test(arguments: Backend.available)
    func noTopicStarvesBehindALongOne(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("long", TopicOptions(partitions: 2))
        try log.ensureTopic("short", TopicOptions())
        try log.put(batch((0..<2000).map { ("k\($0)", "v") }), "long")
        try log.put("k", "v", "short")
        let reader = try log.reader(topics: ["long", "short"], from: .earliest, group: nil)
        var polls = 0
        // What a cluster's client has fetched comes first, whatever else there is.
        let bound = backend == .kafka ? 201 : 10
        while try !reader.poll(maxRecords: 10, maxBytes: 1 << 20, timeout: backend.patience).stored.contains(where: {
            $0.topic == 1
        }) {
            polls += 1
            try #require(polls < bound)
        }
    }

    @Test(arguments: Backend.available)
    func closingTheLogEndsABlockedPoll(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        let reader = try log.reader(topics: ["t"], from: .earliest, group: nil)
        let thread = SystemThread.start("closer") {
            _ = Guarded(0).wait(timeout: 50_000_000) { _ in Bool?.none }
            log.close()
        }
        #expect(logError { _ = try reader.poll(maxRecords: 1, maxBytes: 1, timeout: .max) } == .closed)
        thread.join()
        reader.close()
        #expect(logError { _ = try reader.poll(maxRecords: 1, maxBytes: 1, timeout: 0) } == .closed)
    }

    @Test(arguments: Backend.available)
    func aReaderKeepsUpWithAppendsFromAnotherThread(_ backend: Backend) throws {
        let log = try fixtures.open(backend)
        try log.ensureTopic("t", TopicOptions())
        let writer = try log.writer()
        let thread = SystemThread.start("appender") {
            for i in 0..<500 {
                let records = (0..<20).map { ("k", Optional("\(i * 20 + $0)")) }
                do {
                    try writer.append(batch(records), topic: "t", ticket: 0) { _ in }
                } catch { Issue.record("append: \(error)") }
            }
        }
        let reader = try log.reader(topics: ["t"], from: .earliest, group: nil)
        var next = 0
        while next < 10_000 {
            let batch = try reader.poll(maxRecords: 777, maxBytes: 1 << 20, timeout: 10 * second)
            try #require(!batch.isEmpty)
            for record in batch.stored {
                #expect(record.offset == Int64(next) && record.value == "\(next)")
                next += 1
            }
        }
        thread.join()
    }
}
